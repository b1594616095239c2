/* SPDX-License-Identifier: Apache-2.0 */
/* The handover between the loop and a thread that writes: order, bounds, and that nobody waits for who does not take. */
#include "support/recorder.h"

#include <semaphore.h>

#include "outlet/handover.h"

static void put_number(struct handover *handover, uint32_t number)
{
    handover_put(handover, (const struct cursor[]){ cursor_of(&number, sizeof(number)), cursor_of_text("!") },
                 2, 1000 + number);
}

/* How many of those taken follow `from`, in order and whole. */
static uint32_t count_taken(struct handover *handover, uint32_t from)
{
    uint32_t count = 0, number;
    for (const uint8_t *piece; (piece = handover_next(handover)); count++) {
        memcpy(&number, piece, sizeof(number));
        assert_int_equal(number, from + count);
        assert_int_equal(piece[sizeof(number)], '!');
        assert_int_equal((uintptr_t)piece % 16, 0);
    }
    return count;
}

static void pieces_come_whole_and_in_order(void **state)
{
    (void)state;
    struct handover *handover = handover_new(1 << 20);
    struct handover_dropped dropped;
    assert_non_null(handover);
    for (uint32_t number = 0; number < 5000; number++)
        put_number(handover, number);
    assert_true(handover_wait(handover, 0));
    handover_take(handover, &dropped);
    assert_int_equal(count_taken(handover, 0), 5000);
    handover_rewind(handover);
    put_number(handover, 5000); /* does not disturb what was taken */
    assert_int_equal(count_taken(handover, 0), 5000);
    handover_take(handover, &dropped);
    assert_int_equal(count_taken(handover, 5000), 1);
    assert_int_equal(dropped.count, 0);
    assert_int_equal(handover_seen(handover), 5001);
    handover_free(handover);
    handover_free(NULL);
}

/* Nobody takes, as when a disk hangs. */
static void what_finds_no_room_is_counted(void **state)
{
    (void)state;
    struct handover *handover = handover_new(32 * 100);
    struct handover_dropped dropped;
    for (uint32_t number = 0; number < 1000; number++)
        put_number(handover, number);
    handover_take(handover, &dropped);
    assert_int_equal(count_taken(handover, 0), 100);
    assert_int_equal(dropped.count, 900);
    assert_int_equal(dropped.first, 1000 + 100);
    assert_int_equal(dropped.last, 1000 + 999);
    put_number(handover, 7);
    handover_take(handover, &dropped);
    assert_int_equal(dropped.count, 0);
    assert_int_equal(count_taken(handover, 7), 1);
    handover_free(handover);
}

/* A thread that is held up until the test lets it go. */
struct held {
    struct handover *handover;
    sem_t go;
    uint32_t taken;
    bool was_open;
};

static void *take_when_let(void *context)
{
    struct held *held = context;
    struct handover_dropped dropped;
    bool is_open;
    while (sem_wait(&held->go) != 0)
        continue;
    do {
        is_open = handover_wait(held->handover, 60000);
        held->was_open = held->was_open || is_open;
        handover_take(held->handover, &dropped);
        held->taken += count_taken(held->handover, held->taken);
    } while (is_open);
    return NULL;
}

static void the_end_waits_no_longer_than_it_may(void **state)
{
    (void)state;
    struct held held = { .handover = handover_new(1 << 20) };
    pthread_t thread;
    assert_int_equal(sem_init(&held.go, 0, 0), 0);
    assert_true(handover_start(&thread, take_when_let, &held));
    for (uint32_t number = 0; number < 3; number++)
        put_number(held.handover, number);
    handover_close(held.handover);
    assert_false(handover_join(thread, 0));
    assert_int_equal(sem_post(&held.go), 0);
    assert_true(handover_join(thread, 60));
    assert_int_equal(held.taken, 3); /* what was there before the end is not lost */
    assert_false(held.was_open);
    sem_destroy(&held.go);
    handover_free(held.handover);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(pieces_come_whole_and_in_order),
        cmocka_unit_test(what_finds_no_room_is_counted),
        cmocka_unit_test(the_end_waits_no_longer_than_it_may),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
