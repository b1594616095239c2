/* SPDX-License-Identifier: Apache-2.0 */
/* What may be answered to whom. */
#include "support/recorder.h"
#include "wire/answers.h"

static void answer_ten(const struct message *message, const struct asker *asker, struct buffer *reply)
{
    (void)message;
    (void)asker;
    buffer_put_text(reply, "0123456789");
}

static const struct protocol ten = { .name = "ten", .answer = answer_ten };

static void answer_in_parts(const struct message *message, const struct asker *asker, struct buffer *reply)
{
    (void)message;
    (void)asker;
    buffer_part(reply);
    buffer_put_text(reply, "one");
    buffer_part(reply);
    buffer_put_text(reply, "four");
}

static const struct protocol parts = { .name = "parts", .answer = answer_in_parts };

struct world {
    struct answers answers;
    struct allowance allowance;
    uint8_t memory[4096];
};

static struct world *world_new(size_t room)
{
    struct world *world = calloc(1, sizeof(*world));
    assert_non_null(world);
    answers_start(&world->answers, world->memory, room);
    return world;
}

static bool add_of(struct world *world, const struct protocol *protocol)
{
    struct message message = { .bytes = cursor_of_text("x"), .complete = true };
    struct asker asker = { .device = "" };
    return answers_add(&world->answers, &world->allowance, protocol, &message, &asker);
}

static bool add(struct world *world)
{
    return add_of(world, &ten);
}

static void an_answer_may_be_several_datagrams(void **state)
{
    (void)state;
    struct world *world = world_new(4096);
    assert_true(add(world) && add_of(world, &parts) && add(world));
    const size_t ends[] = { 10, 13, 17, 27 };
    assert_int_equal(world->answers.count, 4);
    assert_memory_equal(world->answers.ends, ends, sizeof(ends));
    free(world);
}

static void a_connection_gets_what_fits(void **state)
{
    (void)state;
    struct world *world = world_new(25);
    assert_true(add(world) && add(world));
    assert_false(add(world));
    assert_int_equal(world->answers.count, 2);
    assert_int_equal(world->answers.ends[1], 20);
    assert_int_equal(world->answers.bytes.length, 20);
    assert_false(world->answers.bytes.full);
    free(world);
}

static void a_datagram_gets_no_more_than_it_has(void **state)
{
    (void)state;
    struct world *world = world_new(4096);
    allowance_datagram(&world->allowance, 9, NOON);
    assert_false(add(world));
    allowance_datagram(&world->allowance, 25, NOON);
    assert_true(add(world) && add(world));
    assert_false(add(world));
    allowance_datagram(&world->allowance, 9, NOON);
    world->allowance.is_proven = true; /* its second message */
    assert_true(add(world) && add(world));
    free(world);
}

/* Two servers that answer each other come to a rest. */
static void a_peer_gets_so_many_a_second(void **state)
{
    (void)state;
    struct world *world = world_new(4096);
    unsigned count = 0;
    for (unsigned i = 0; i < 5000; i++) {
        answers_start(&world->answers, world->memory, sizeof(world->memory));
        allowance_datagram(&world->allowance, 10, NOON + i * INT64_C(1000));
        count += add(world);
    }
    assert_in_range(count, 150, 201); /* 100 at once, and 20 in each of five seconds */
    answers_start(&world->answers, world->memory, sizeof(world->memory));
    allowance_datagram(&world->allowance, 10, NOON + SECONDS(60));
    for (count = 0; add(world) && count < 1000; count++)
        world->allowance.room = 10;
    assert_int_equal(count, 100);
    free(world);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_connection_gets_what_fits),
        cmocka_unit_test(an_answer_may_be_several_datagrams),
        cmocka_unit_test(a_datagram_gets_no_more_than_it_has),
        cmocka_unit_test(a_peer_gets_so_many_a_second),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
