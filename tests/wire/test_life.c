/* SPDX-License-Identifier: Apache-2.0 */
/* Attempts and what becomes of them, and who may take a connection's place. */
#include "wire/world.h"

static void an_attempt_without_answer(void **state)
{
    (void)state;
    struct world *w = world_new(NULL);
    in(w, S, 999, 0, "");
    tick(w, 1000000);
    in(w, S, 999, 0, "");
    tick(w, 3000000);
    in(w, S, 999, 0, "");
    identity(w, "");
    tick(w, 1000000);
    identity(w, "!unanswered-again ");
    in(w, S, 999, 0, "");
    tick(w, 8000000);
    in(w, S, 999, 0, ""); /* sent again and again: told once */
    identity(w, "");
    assert_int_equal(w->established, 0);
    assert_int_equal(duplicates(w), 4);
    in(w, S, 70999, 0, ""); /* the next attempt, and this one gets through */
    out(w, S | A, 499, 71000, "");
    in(w, A, 71000, 500, "");
    identity(w, "+1s ");
    assert_int_equal(w->established, 1);
    tick(w, 601 * 1000000LL);
    identity(w, "-1idle ");
    world_free(w);
}

static void an_answer_after_all(void **state)
{
    (void)state;
    struct world *w = world_new(NULL);
    in(w, S, 999, 0, "");
    tick(w, 6000000);
    identity(w, "!unanswered ");
    in(w, S, 999, 0, "");
    out(w, S | A, 499, 1000, "");
    in(w, A, 1000, 500, "abc");
    identity(w, "+1s >abc ");
    world_free(w);
}

static void an_answer_that_is_lost(void **state)
{
    (void)state;
    struct world *w = world_new(NULL);
    in(w, S, 999, 0, "");
    out(w, S | A, 499, 1000, "");
    tick(w, 6000000);
    out(w, S | A, 499, 1000, "");
    identity(w, "");
    tick(w, 4000000);
    identity(w, "!half-open ");
    world_free(w);
    /* who wants an answer asks again; who looks at two interfaces sees a packet twice */
    for (int64_t later = 100; later <= 1000000; later *= 10000) {
        w = world_new(NULL);
        in(w, S, 999, 0, "");
        out(w, S | A, 499, 1000, "");
        tick(w, later);
        in(w, S, 999, 0, "");
        tick(w, 10000000);
        identity(w, later < 500000 ? "!half-open " : "!half-open-again ");
        world_free(w);
    }
    /* who looks whether somebody is there hears that he is, and goes: no attempt failed */
    w = world_new(NULL);
    in(w, S, 999, 0, "");
    out(w, S | A, 499, 1000, "");
    in(w, R, 1000, 0, "");
    tick(w, 60000000);
    identity(w, "");
    world_free(w);
}

static void a_refused_attempt(void **state)
{
    (void)state;
    struct world *w = world_new(NULL);
    in(w, S, 999, 0, "");
    out(w, R | A, 0, 55, ""); /* not to this one */
    identity(w, "");
    out(w, R | A, 0, 1000, "");
    out(w, R | A, 0, 1000, "");
    identity(w, "!refused ");
    /* some devices begin with the same number each time */
    tick(w, 5000000);
    in(w, S, 999, 0, "");
    out(w, R | A, 0, 1000, "");
    identity(w, "!refused ");
    in(w, S, 123999, 0, "");
    identity(w, "");
    world_free(w);
}

/* At the end of a capture: what was sent just before it may have had its answer behind it. */
static void attempts_at_the_end(void **state)
{
    (void)state;
    struct world *w = world_new(NULL);
    in(w, S, 999, 0, "");
    w->now += 2000000;
    w->peer.port++;
    in(w, S, 999, 0, "");
    stream_finish(w->stream, w->now);
    identity(w, "!unanswered ");
    world_free(w);
}

/* A firewall that says so, by ICMP. */
static void refused_by_another_word(void **state)
{
    (void)state;
    struct world *w = world_new(NULL);
    struct packet quoted = { .transport = TRANSPORT_TCP, .source = w->peer, .destination = w->server };
    in(w, S, 999, 0, "");
    stream_refused(w->stream, &quoted, w->now);
    stream_refused(w->stream, &quoted, w->now + 1);
    identity(w, "!refused ");
    quoted.transport = TRANSPORT_UDP;
    stream_refused(w->stream, &quoted, w->now);
    stream_refused(w->stream, &quoted, w->now); /* seen twice */
    quoted.identification = 7;
    stream_refused(w->stream, &quoted, w->now);
    quoted.destination.port = 80;
    stream_refused(w->stream, &quoted, w->now);
    identity(w, "!udp-refused !udp-refused ");
    world_free(w);
}

/* Attempts that come to nothing, however many, cost no connection its place. */
static void a_flood_of_attempts(void **state)
{
    (void)state;
    struct stream_limits limits = { .flows = 5, .buffer = 4096, .total_buffer = 4096, .idle = 10000000 };
    struct world *w = world_new(&limits);
    in(w, A, 1000, 500, "a");
    for (unsigned i = 1; i <= 20; i++) {
        w->peer.port = (uint16_t)i;
        in(w, S, 999, 0, "");
    }
    w->peer.port = 40000;
    in(w, A, 1001, 500, "b");
    identity(w, "+1m >a >b ");
    assert_int_equal(stream_losses(w->stream).flows_evicted, 16);
    world_free(w);
}

static void a_new_syn_replaces(void **state)
{
    (void)state;
    struct world *w = world_new(NULL);
    in(w, S, 999, 0, "");
    out(w, S | A, 499, 1000, "");
    in(w, A, 1000, 500, "abc");
    in(w, A, 1005, 500, "fgh");
    identity(w, "+1s >abc ");
    in(w, S, 77999, 0, "");
    identity(w, ""); /* anybody can say so; the server's word counts */
    out(w, S | A, 88499, 78000, "");
    identity(w, "(2)>fgh -1replaced ");
    in(w, A, 78000, 88500, "xyz");
    out(w, A, 88500, 78003, "OK");
    identity(w, "+2s >xyz <OK ");
    /* only the server's side of the next one is seen */
    out(w, S | A, 1234, 5000, "");
    in(w, A, 5000, 1235, "k");
    identity(w, "-2replaced +3s >k ");
    /* the same number again, long after: no copy */
    out(w, A, 1235, 5001, "OK");
    tick(w, 20 * 1000000LL);
    in(w, S, 4999, 0, "");
    out(w, S | A, 91234, 5000, "");
    in(w, A, 5000, 91235, "");
    identity(w, "<OK -3replaced +4s ");
    world_free(w);
}

/* Whoever knows the addresses can send with any number: it must not end a connection that goes on. */
static void blind_segments_end_nothing(void **state)
{
    (void)state;
    struct world *w = world_new(NULL);
    in(w, S, 999, 0, "");
    out(w, S | A, 499, 1000, "");
    in(w, A, 1000, 500, "abc");
    out(w, A, 500, 1003, "OK");
    identity(w, "+1s >abc <OK ");
    for (unsigned i = 1; i < 128; i++)
        in(w, A, 1000 + (i << 25), 500, "forged");
    in(w, S, 31999, 0, "");
    in(w, S, 41999, 0, "forged too");
    in(w, R, 5u << 28, 0, "");
    in(w, F | A, 5u << 28, 0, "");
    out(w, A, 7u << 28, 1003, "in the server's name");
    out(w, S | A, 7u << 28, 9999, "");
    out(w, A, 502, 1003, ""); /* what the server says to a SYN that it did not expect: where it is */
    in(w, A, 1003, 502, "def");
    out(w, A, 502, 1006, "OK");
    identity(w, ">def <OK ");
    assert_true(stream_losses(w->stream).strays >= 126 * 6);
    assert_int_equal(stream_losses(w->stream).bytes_lost, 0);
    world_free(w);
}

/* A connection whose beginning was not seen, under the name of one that is still open. */
static void another_connection_shows_when_it_is_acknowledged(void **state)
{
    (void)state;
    struct world *w = world_new(NULL);
    in(w, A, 1000, 500, "abc");
    out(w, A, 500, 1003, "OK");
    in(w, A, 1u << 30, 9500, "xyz");
    in(w, A, (1u << 30) + 3, 9500, "123");
    in(w, A, 1u << 30, 9500, "xyz"); /* sent again */
    identity(w, "+1m >abc <OK ");
    out(w, A, 9500, (1u << 30) + 6, "OK");
    identity(w, "-1replaced +2m >xyz123 <OK ");
    in(w, A, (1u << 30) + 6, 9502, "456");
    identity(w, ">456 ");
    assert_int_equal(stream_losses(w->stream).strays, 0);
    world_free(w);
}

static void another_answer_to_the_same_syn(void **state)
{
    (void)state;
    struct world *w = world_new(NULL);
    in(w, S, 999, 0, "");
    out(w, S | A, 499, 1000, "");
    out(w, S | A, 70499, 1000, ""); /* SYN cookies */
    in(w, A, 1000, 70500, "abc");
    out(w, A, 70500, 1003, "OK");
    identity(w, "+1s >abc <OK ");
    world_free(w);
}

static void numbers_of_another_connection_replace(void **state)
{
    (void)state;
    struct world *w = world_new(NULL);
    in(w, S, 999, 0, "");
    in(w, A, 1000, 500, "abc");
    in(w, A, 1000 + (1u << 30), 9500, "xyz");
    identity(w, "+1s >abc -1replaced +2m >xyz ");
    in(w, A, 1000 + (3u << 30), 9500, "123");
    identity(w, "-2replaced +3m >123 ");
    in(w, R, 5, 9500, ""); /* forged blindly */
    identity(w, "");
    world_free(w);
}

/* What the server takes was said, whether the capture has it or not. */
static void bytes_that_only_the_server_saw(void **state)
{
    (void)state;
    struct world *w = world_new(NULL);
    in(w, S, 999, 0, "");
    out(w, S | A, 499, 1000, "");
    in(w, A, 1000, 500, "");
    out(w, A, 500, 1000, "");
    assert_int_equal(w->speaking, 0);
    out(w, A, 500, 1018, ""); /* eighteen bytes that were not captured */
    assert_int_equal(w->speaking, 1);
    in(w, F | A, 1018, 500, "");
    out(w, F | A, 500, 1019, "");
    assert_int_equal(w->speaking, 1); /* the FIN is no byte */
    identity(w, "+1s (18)> -1fin ");
    assert_int_equal(stream_losses(w->stream).bytes_lost, 18);
    world_free(w);
    w = world_new(NULL);
    in(w, S, 999, 0, "");
    out(w, S | A, 499, 1000, "");
    in(w, A, 1000, 500, "");
    out(w, A, 500, 1018, "");
    out(w, R, 500, 0, "");
    identity(w, "+1s (18)> -1reset ");
    assert_int_equal(stream_losses(w->stream).bytes_lost, 18);
    world_free(w);
}

/* A capture of what the peers send alone cannot tell whether they are answered. */
static void a_server_that_is_not_captured(void **state)
{
    (void)state;
    struct world *w = world_new(NULL);
    in(w, S, 999, 0, "");
    in(w, A, 1000, 500, "abc");
    assert_false(w->is_server_seen);
    in(w, A, 1003, 500, "def");
    assert_false(w->is_server_seen);
    out(w, A, 500, 1006, "");
    assert_true(w->is_server_seen);
    world_free(w);
    w = world_new(NULL);
    in(w, S, 999, 0, "");
    in(w, A, 1000, 500, "abc");
    in(w, F | A, 1003, 500, "");
    assert_int_equal(stream_losses(w->stream).one_sided, 1);
    world_free(w);
    w = world_new(NULL); /* begun before the capture */
    in(w, A, 1000, 500, "abc");
    assert_false(w->is_server_seen);
    w->now += 10000000;
    in(w, A, 1003, 500, "def");
    assert_false(w->is_server_seen);
    in(w, F | A, 1006, 500, "");
    assert_int_equal(stream_losses(w->stream).one_sided, 1);
    world_free(w);
    w = world_new(NULL);
    in(w, S, 999, 0, "");
    out(w, S | A, 499, 1000, "");
    in(w, A, 1000, 500, "abc");
    assert_true(w->is_server_seen);
    world_free(w);
}

/* A capture of what the server sends, and of nothing else. */
static void an_attempt_of_which_half_is_captured(void **state)
{
    (void)state;
    struct world *w = world_new(NULL);
    out(w, S | A, 499, 1000, "");
    tick(w, 6000000);
    tick(w, 6000000);
    identity(w, "");
    world_free(w);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(an_attempt_without_answer),
        cmocka_unit_test(an_answer_after_all),
        cmocka_unit_test(an_answer_that_is_lost),
        cmocka_unit_test(a_refused_attempt),
        cmocka_unit_test(attempts_at_the_end),
        cmocka_unit_test(refused_by_another_word),
        cmocka_unit_test(a_flood_of_attempts),
        cmocka_unit_test(a_new_syn_replaces),
        cmocka_unit_test(blind_segments_end_nothing),
        cmocka_unit_test(another_connection_shows_when_it_is_acknowledged),
        cmocka_unit_test(another_answer_to_the_same_syn),
        cmocka_unit_test(numbers_of_another_connection_replace),
        cmocka_unit_test(bytes_that_only_the_server_saw),
        cmocka_unit_test(a_server_that_is_not_captured),
        cmocka_unit_test(an_attempt_of_which_half_is_captured),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
