/* SPDX-License-Identifier: Apache-2.0 */
/* UDP peers, and datagrams seen twice. */
#include "wire/world.h"

static void datagram(struct world *w, enum direction direction, uint16_t identification, const char *text)
{
    bool in_bound = direction == DIRECTION_IN;
    struct packet packet = { .transport = TRANSPORT_UDP,
                             .source = in_bound ? w->peer : w->server,
                             .destination = in_bound ? w->server : w->peer,
                             .identification = identification };
    world_send(w, packet, text, strlen(text));
    w->now -= 1000; /* the tests of this kind tell the time themselves */
}

static void datagrams(void **state)
{
    (void)state;
    struct world *w = world_new(NULL);
    datagram(w, DIRECTION_IN, 1, "one");
    datagram(w, DIRECTION_OUT, 1, "OK");
    datagram(w, DIRECTION_IN, 2, "");
    datagram(w, DIRECTION_IN, 3, "two");
    w->peer.port++;
    w->check_one = false;
    datagram(w, DIRECTION_IN, 1, "one");
    identity(w, "+1s >one <OK > >two +2s >one ");
    in(w, S, 999, 0, ""); /* TCP beside it */
    in(w, A, 1000, 500, "");
    identity(w, "+3s ");
    w->check_one = false;
    tick(w, 601 * 1000000LL);
    identity(w, "-3idle -1idle -2idle ");
    world_free(w);
}

static void datagrams_seen_twice(void **state)
{
    (void)state;
    struct world *w = world_new(NULL);
    datagram(w, DIRECTION_IN, 7, "one");
    w->server = endpoint_of_v4((uint8_t[]){ 172, 17, 0, 2 }, PORT);
    w->now += 99000;
    datagram(w, DIRECTION_IN, 7, "one");
    identity(w, "+1s >one ");
    assert_int_equal(duplicates(w), 1);
    datagram(w, DIRECTION_IN, 8, "one"); /* really sent again */
    datagram(w, DIRECTION_OUT, 8, "one");
    datagram(w, DIRECTION_IN, 8, "two");
    identity(w, ">one <one >two ");
    w->now += 101000;
    datagram(w, DIRECTION_IN, 8, "one"); /* too late for a copy */
    identity(w, ">one ");
    /* without identification: only the time tells */
    datagram(w, DIRECTION_IN, 0, "abc");
    w->now += 2000;
    datagram(w, DIRECTION_IN, 0, "abc");
    w->now += 1;
    datagram(w, DIRECTION_IN, 0, "abc");
    identity(w, ">abc >abc ");
    assert_int_equal(duplicates(w), 2);
    /* eight in a row, then their copies */
    const char *const texts[] = { "1", "2", "3", "4", "5", "6", "7", "8" };
    for (uint16_t i = 0; i < 16; i++)
        datagram(w, DIRECTION_IN, (uint16_t)(100 + i % 8), texts[i % 8]);
    identity(w, ">1 >2 >3 >4 >5 >6 >7 >8 ");
    assert_int_equal(duplicates(w), 10);
    world_free(w);
}

static void a_cut_datagram(void **state)
{
    (void)state;
    struct world *w = world_new(NULL);
    struct packet packet = {
        .transport = TRANSPORT_UDP, .source = w->peer, .destination = w->server, .missing = 9
    };
    world_send(w, packet, "abc", 3);
    identity(w, "+1s >abc ");
    assert_int_equal(datagrams_losses(w->datagrams).bytes, 9);
    world_free(w);
}

/* Who was heard of is kept to some seconds. */
static void the_one_silent_for_longest_is_forgotten(void **state)
{
    (void)state;
    struct world *w = world_new(NULL);
    w->check_one = false;
    for (uint16_t port = 1; port <= 100; port++) {
        w->peer.port = port;
        datagram(w, DIRECTION_IN, 1, "x");
    }
    w->now += 6 * 1000000;
    w->peer.port = 1;
    datagram(w, DIRECTION_IN, 2, "x");
    w->log.length = 0;
    w->peer.port = 101;
    datagram(w, DIRECTION_IN, 1, "x");
    identity(w, "-2evicted +101s >x ");
    assert_int_equal(datagrams_losses(w->datagrams).peers, 1);
    w->peer.port = 2;
    assert_false(datagrams_knows(w->datagrams, &w->peer, PORT));
    w->peer.port = 1;
    assert_true(datagrams_knows(w->datagrams, &w->peer, PORT));
    assert_false(datagrams_knows(w->datagrams, &w->peer, OTHER_PORT));
    world_free(w);
}

static void of_two_watched_ports_the_known_peer_decides(void **state)
{
    (void)state;
    struct world *w = world_new(NULL);
    w->peer.port = OTHER_PORT;
    datagram(w, DIRECTION_IN, 1, "one"); /* no clue: the destination is the server */
    datagram(w, DIRECTION_OUT, 2, "OK");
    datagram(w, DIRECTION_IN, 3, "two");
    identity(w, "+1s >one <OK >two ");
    world_free(w);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(datagrams),
        cmocka_unit_test(datagrams_seen_twice),
        cmocka_unit_test(a_cut_datagram),
        cmocka_unit_test(the_one_silent_for_longest_is_forgotten),
        cmocka_unit_test(of_two_watched_ports_the_known_peer_decides),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
