/* SPDX-License-Identifier: Apache-2.0 */
/* The life of connections, who is who, and segments seen twice. */
#include "wire/world.h"

static void a_whole_connection(void **state)
{
    (void)state;
    struct world *w = world_new(NULL);
    in(w, S, 999, 0, "");
    out(w, S | A, 499, 1000, "");
    assert_int_equal(w->established, 0);
    in(w, A, 1000, 500, "");
    assert_int_equal(w->established, 1);
    in(w, A | TCP_PSH, 1000, 500, "login");
    out(w, A | TCP_PSH, 500, 1005, "OK");
    assert_int_equal(w->established, 1);
    in(w, F | A, 1005, 502, "");
    identity(w, "+1s >login <OK ");
    out(w, F | A, 502, 1006, "bye");
    in(w, A, 1006, 506, "");
    identity(w, "<bye -1fin ");
    assert_int_equal(duplicates(w), 0);
    assert_int_equal(stream_losses(w->stream).bytes_lost, 0);
    world_free(w);
}

static void picked_up_in_the_middle(void **state)
{
    (void)state;
    struct world *w = world_new(NULL);
    in(w, A, 1000, 500, "");
    in(w, F | A, 1000, 500, "");
    in(w, R, 1000, 500, "");
    identity(w, "");
    in(w, A, 1000, 500, "abc");
    out(w, A, 500, 1003, "OK");
    identity(w, "+1m >abc <OK ");
    in(w, S, 999, 0, ""); /* its SYN, captured late */
    identity(w, "");
    in(w, A, 1003, 502, "def");
    in(w, A, 990, 502, "0123456789"); /* from before */
    identity(w, ">def ");
    assert_int_equal(stream_losses(w->stream).bytes_lost, 10);
    world_free(w);
    /* from the server's side first */
    w = world_new(NULL);
    out(w, A, 500, 1000, "OK");
    in(w, A, 1000, 502, "abc");
    identity(w, "+1m <OK >abc ");
    world_free(w);
    /* behind the SYN */
    w = world_new(NULL);
    out(w, S | A, 499, 1000, "");
    in(w, S, 999, 0, "");
    in(w, A, 1003, 500, "def");
    in(w, A, 1000, 500, "abc");
    identity(w, "+1s >abc >def ");
    world_free(w);
}

static void data_in_the_syn(void **state)
{
    (void)state;
    struct world *w = world_new(NULL);
    in(w, S, UINT32_MAX, 0, "abc");
    identity(w, "+1s >abc ");
    tick(w, 2000000);
    in(w, S, UINT32_MAX, 0, "abc");
    out(w, S | A, 499, 3, "");
    in(w, A, 3, 500, "def");
    identity(w, ">def ");
    assert_int_equal(duplicates(w), 1);
    world_free(w);
}

static void closed_ones_stay_closed(void **state)
{
    (void)state;
    struct world *w = world_new(NULL);
    in(w, S, 999, 0, "");
    out(w, S | A, 499, 1000, "");
    in(w, A, 1000, 500, "abc");
    in(w, F | A, 1003, 500, "");
    out(w, F | A, 500, 1004, "");
    identity(w, "+1s >abc -1fin ");
    in(w, A, 1004, 501, "");
    in(w, A, 1000, 500, "abc");
    in(w, F | A, 1000, 500, "abc");
    in(w, F | A, 1003, 500, "");
    out(w, F | A, 500, 1004, "");
    out(w, S | A, 499, 1000, "");
    in(w, S, 999, 0, "");
    in(w, R, 1004, 0, "");
    identity(w, "");
    assert_int_equal(duplicates(w), 6);
    /* bytes where there can be none: told, but nothing stays open */
    in(w, A, 1000, 500, "abcdef");
    identity(w, "+2m >def -2fin ");
    /* the port is used again */
    in(w, S, 90999, 0, "");
    in(w, A, 91000, 1, "new");
    identity(w, "+3s >new ");
    world_free(w);
}

static void bytes_behind_a_reset_are_told(void **state)
{
    (void)state;
    struct world *w = world_new(NULL);
    in(w, S, 999, 0, "");
    out(w, S | A, 499, 1000, "");
    in(w, A, 1000, 500, "abc");
    in(w, A, 1006, 500, "ghi");
    out(w, R, 500, 0, "");
    identity(w, "+1s >abc (3)>ghi -1reset ");
    in(w, A, 1000, 500, "abc");
    identity(w, "");
    in(w, A, 1006, 500, "ghijkl"); /* was in flight */
    out(w, R, 500, 0, "");
    identity(w, "+2m >jkl -2reset ");
    tick(w, 200 * 1000000LL); /* forgotten */
    in(w, A, 1000, 500, "abc");
    identity(w, "+3m >abc ");
    world_free(w);
}

static void fin_waits_for_what_stands_before_it(void **state)
{
    (void)state;
    struct world *w = world_new(NULL);
    in(w, S, 999, 0, "");
    out(w, S | A, 499, 1000, "");
    out(w, F | A, 500, 1000, "");
    in(w, F | A, 1003, 501, "");
    identity(w, "+1s ");
    in(w, A, 1000, 501, "abc");
    identity(w, ">abc -1fin ");
    world_free(w);
    /* it never comes: acknowledged, or two seconds pass */
    for (unsigned i = 0; i < 2; i++) {
        w = world_new(NULL);
        in(w, S, 999, 0, "");
        out(w, S | A, 499, 1000, "");
        in(w, F | A, 1003, 500, "");
        if (i == 0)
            out(w, F | A, 500, 1004, "");
        else
            out(w, F | A, 500, 1000, "");
        identity(w, i == 0 ? "+1s (3)> -1fin " : "+1s ");
        tick(w, 2100000);
        identity(w, i == 0 ? "" : "(3)> -1fin ");
        assert_int_equal(stream_losses(w->stream).bytes_lost, 3);
        world_free(w);
    }
}

static void seen_twice_behind_nat(void **state)
{
    (void)state;
    struct world *w = world_new(NULL);
    struct endpoint servers[] = { world_v4(200, PORT), endpoint_of_v4((uint8_t[]){ 172, 17, 0, 2 }, PORT) };
    for (unsigned i = 0; i < 7 * 2; i++) {
        w->server = servers[i % 2];
        switch (i / 2) {
        case 0:
            in(w, S, 999, 0, "");
            break;
        case 1:
            out(w, S | A, 499, 1000, "");
            break;
        case 2:
            in(w, A, 1000, 500, "abc");
            break;
        case 3:
            out(w, A, 500, 1003, "OK");
            break;
        case 4:
            in(w, F | A, 1003, 502, "d");
            break;
        case 5:
            out(w, F | A, 502, 1005, "");
            break;
        default:
            in(w, A, 1005, 503, "");
            break;
        }
    }
    identity(w, "+1s >abc <OK >d -1fin ");
    assert_int_equal(duplicates(w), 6);
    assert_int_equal(stream_losses(w->stream).bytes_contradict, 0);
    world_free(w);
}

static void who_is_who_when_both_ports_are_watched(void **state)
{
    (void)state;
    /* peer uses OTHER_PORT, which is watched, too */
    struct world *w = world_new(NULL);
    w->peer.port = OTHER_PORT;
    in(w, S, 999, 0, ""); /* the destination of a SYN is the server */
    out(w, S | A, 499, 1000, "");
    in(w, A, 1000, 500, "abc");
    out(w, A, 500, 1003, "OK");
    identity(w, "+1s >abc <OK ");
    world_free(w);

    w = world_new(NULL);
    w->peer.port = OTHER_PORT;
    out(w, S | A, 499, 1000, ""); /* the source of its answer, too */
    out(w, A, 500, 1000, "OK");
    in(w, A, 1000, 502, "abc");
    identity(w, "+1s <OK >abc ");
    world_free(w);

    w = world_new(NULL);
    w->peer.port = OTHER_PORT;
    out(w, A, 500, 1000, "x"); /* no clue: this one goes "in" */
    in(w, A, 1000, 501, "y");
    identity(w, "+1m >x <y ");
    world_free(w);
}

static void unwatched_ports_are_ignored(void **state)
{
    (void)state;
    struct world *w = world_new(NULL);
    w->server.port = 80;
    in(w, S, 999, 0, "");
    in(w, A, 1000, 500, "abc");
    identity(w, "");
    world_free(w);
}

static void the_oldest_is_evicted(void **state)
{
    (void)state;
    struct stream_limits limits = { .flows = 2, .buffer = 4096, .total_buffer = 4096, .idle = 10000000 };
    struct world *w = world_new(&limits);
    for (unsigned i = 1; i <= 2; i++) {
        w->peer.port = (uint16_t)i;
        in(w, A, 1000, 500, "a");
    }
    in(w, A, 1003, 500, "d");
    w->peer.port = 1;
    in(w, A, 1001, 500, "b");
    identity(w, "+1m >a +2m >a >b ");
    w->peer.port = 3;
    in(w, A, 1000, 500, "c");
    identity(w, "(2)>d -2evicted +3m >c ");
    assert_int_equal(stream_losses(w->stream).flows_evicted, 1);
    /* a closed one makes way first and is no loss, although it is newer */
    in(w, R, 1001, 500, "");
    w->peer.port = 4;
    in(w, A, 1000, 500, "e");
    identity(w, "-3reset +4m >e ");
    assert_int_equal(stream_losses(w->stream).flows_evicted, 1);
    tick(w, 9000000);
    w->peer.port = 1;
    in(w, A, 1002, 500, "c");
    tick(w, 2000000);
    identity(w, ">c -4idle ");
    world_free(w);
}

/* Who reports every few hours is still known; who is silent for long makes way first, and that is no loss. */
static void who_rests_makes_way(void **state)
{
    (void)state;
    struct stream_limits limits = {
        .flows = 2, .buffer = 4096, .total_buffer = 4096, .idle = 100000000, .rest = 10000000
    };
    struct world *w = world_new(&limits);
    for (unsigned i = 1; i <= 2; i++) {
        w->peer.port = (uint16_t)i;
        in(w, A, 1000, 500, "a");
    }
    tick(w, 90000000);
    in(w, A, 1001, 500, "b");
    identity(w, "+1m >a +2m >a >b ");
    w->peer.port = 3;
    in(w, S, 1000, 500, "");
    identity(w, "-1idle ");
    w->peer.port = 4;
    in(w, S, 1000, 500, ""); /* the attempt before it makes way, not who has just spoken */
    identity(w, "");
    assert_int_equal(stream_losses(w->stream).flows_evicted, 1);
    world_free(w);
}

static void many_flows(void **state)
{
    (void)state;
    struct stream_limits limits = { .flows = 5000, .buffer = 4096, .total_buffer = 4096, .idle = 1 };
    struct world *w = world_new(&limits);
    for (unsigned round = 0; round < 2; round++)
        for (unsigned i = 0; i < 5000; i++) {
            w->peer =
                endpoint_of_v4((uint8_t[]){ 10, 0, (uint8_t)(i >> 8), (uint8_t)i }, (uint16_t)(i * 7 + 1));
            in(w, A, 1000 + round, 500, "a");
            w->log.length = 0;
            assert_int_equal(w->open, i + 1);
        }
    assert_int_equal(stream_losses(w->stream).flows_evicted, 0);
    assert_int_equal(duplicates(w), 0);
    world_free(w);
}

/* Docker's proxy, or masquerading: the host sends on, under its own name, what has come to the same port of it. */
static void passed_on_to_a_container(void **state)
{
    (void)state;
    struct world *w = world_new(NULL);
    w->check_one = false; /* there are several at once */
    const struct endpoint tracker = world_v4(7, 40000), bridge = world_v4(100, 50000);
    const struct endpoint outer = world_v4(200, PORT), inner = world_v4(150, PORT);
    const struct endpoint own[] = { world_v4(200, 0), world_v4(100, 0) };
    stream_set_own(w->stream, own, 2);
    w->peer = bridge;
    w->server = inner;
    in(w, A, 1000, 500,
       "first"); /* nothing has come to this port yet: who proxies from another port is all there is to see */
    identity(w, "+1m >first ");
    w->peer = tracker;
    w->server = outer;
    in(w, S, 999, 0, "");
    w->peer = world_v4(100, 50001);
    w->server = inner;
    in(w, S, 4999, 0, "");
    out(w, S | A, 499, 5000, "");
    w->peer = tracker;
    w->server = outer;
    out(w, S | A, 499, 1000, "");
    in(w, A, 1000, 500, "abc");
    w->peer = world_v4(100, 50001);
    w->server = inner;
    in(w, A, 5000, 500, "abc");
    identity(w, "+2s >abc ");
    assert_int_equal(duplicates(w), 3);
    w->peer = world_v4(100, 50002); /* to itself: that is nobody else's */
    w->server = outer;
    in(w, A, 1000, 500, "own");
    identity(w, "+3m >own ");
    world_free(w);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_whole_connection),
        cmocka_unit_test(picked_up_in_the_middle),
        cmocka_unit_test(data_in_the_syn),
        cmocka_unit_test(closed_ones_stay_closed),
        cmocka_unit_test(bytes_behind_a_reset_are_told),
        cmocka_unit_test(fin_waits_for_what_stands_before_it),
        cmocka_unit_test(seen_twice_behind_nat),
        cmocka_unit_test(who_is_who_when_both_ports_are_watched),
        cmocka_unit_test(unwatched_ports_are_ignored),
        cmocka_unit_test(the_oldest_is_evicted),
        cmocka_unit_test(who_rests_makes_way),
        cmocka_unit_test(many_flows),
        cmocka_unit_test(passed_on_to_a_container),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
