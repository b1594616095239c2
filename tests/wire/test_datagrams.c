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
    told(w, "+1s >one <OK > >two +2s >one ");
    in(w, S, 999, 0, ""); /* TCP beside it */
    told(w, "+3s ");
    w->check_one = false;
    tick(w, 601 * 1000000LL);
    told(w, "-1idle -2idle -3idle ");
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
    told(w, "+1s >one ");
    assert_int_equal(duplicates(w), 1);
    datagram(w, DIRECTION_IN, 8, "one"); /* really sent again */
    datagram(w, DIRECTION_OUT, 8, "one");
    datagram(w, DIRECTION_IN, 8, "two");
    told(w, ">one <one >two ");
    w->now += 101000;
    datagram(w, DIRECTION_IN, 8, "one"); /* too late for a copy */
    told(w, ">one ");
    /* without identification: only the time tells */
    datagram(w, DIRECTION_IN, 0, "abc");
    w->now += 2000;
    datagram(w, DIRECTION_IN, 0, "abc");
    w->now += 1;
    datagram(w, DIRECTION_IN, 0, "abc");
    told(w, ">abc >abc ");
    assert_int_equal(duplicates(w), 2);
    /* eight in a row, then their copies */
    const char *const texts[] = { "1", "2", "3", "4", "5", "6", "7", "8" };
    for (uint16_t i = 0; i < 16; i++)
        datagram(w, DIRECTION_IN, (uint16_t)(100 + i % 8), texts[i % 8]);
    told(w, ">1 >2 >3 >4 >5 >6 >7 >8 ");
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
    told(w, "+1s >abc ");
    assert_int_equal(stream_losses(w->stream).bytes_lost, 9);
    world_free(w);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(datagrams),
        cmocka_unit_test(datagrams_seen_twice),
        cmocka_unit_test(a_cut_datagram),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
