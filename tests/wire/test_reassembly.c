/* SPDX-License-Identifier: Apache-2.0 */
/* The bytes of one TCP direction, in whatever order they come. */
#include "wire/reassembly.h"
#include "wire/world.h"

static struct world *connected(const struct stream_limits *limits, uint32_t first)
{
    struct world *w = world_new(limits);
    in(w, S, first - 1, 0, "");
    in(w, A, first, 500, "");
    out(w, S | A, 499, first, "");
    identity(w, "+1s ");
    return w;
}

static void part(struct world *w, uint32_t first, size_t from, size_t to)
{
    static const char text[] = "0123456789";
    char piece[sizeof(text)] = { 0 };
    memcpy(piece, text + from, to - from);
    in(w, A, first + (uint32_t)from, 500, piece);
}

/* The pieces' texts are told as they come in order; this leaves only the bytes. */
static void only_bytes(const struct world *w, char out[static 64])
{
    size_t n = 0;
    for (size_t i = 0; i < w->log.length && n < 63; i++)
        if (w->memory[i] >= '0' && w->memory[i] <= '9')
            out[n++] = w->memory[i];
    out[n] = '\0';
}

static void every_split_in_every_order(void **state)
{
    (void)state;
    static const unsigned orders[6][3] = { { 0, 1, 2 }, { 0, 2, 1 }, { 1, 0, 2 },
                                           { 1, 2, 0 }, { 2, 0, 1 }, { 2, 1, 0 } };
    static const uint32_t firsts[] = { 1000, UINT32_MAX - 4, 0, 0x80000000u - 5 };
    for (size_t f = 0; f < 4; f++)
        for (size_t a = 1; a < 9; a++)
            for (size_t b = a + 1; b < 10; b++)
                for (size_t o = 0; o < 6; o++)
                    /* with pieces that touch, and with pieces that overlap by one and two bytes */
                    for (size_t more = 0; more < 3; more++) {
                        struct world *w = connected(NULL, firsts[f]);
                        size_t starts[] = { 0, a, b }, ends[] = { a, b, 10 };
                        for (size_t i = 0; i < 3; i++) {
                            size_t k = orders[o][i];
                            size_t end = ends[k] + more > 10 ? 10 : ends[k] + more;
                            part(w, firsts[f], starts[k], end);
                        }
                        char got[64];
                        only_bytes(w, got);
                        assert_string_equal(got, "0123456789");
                        assert_int_equal(stream_losses(w->stream).bytes_lost, 0);
                        assert_int_equal(stream_losses(w->stream).bytes_contradict, 0);
                        world_free(w);
                    }
}

static void order_is_kept_without_a_gap(void **state)
{
    (void)state;
    struct world *w = connected(NULL, 1000);
    in(w, A, 1000, 500, "abc");
    out(w, A, 500, 1003, "OK");
    in(w, A, 1003, 502, "def");
    identity(w, ">abc <OK >def ");
    assert_int_equal(stream_losses(w->stream).duplicates, 0);
    world_free(w);
}

static void sent_again(void **state)
{
    (void)state;
    struct world *w = connected(NULL, 1000);
    in(w, A, 1000, 500, "abcdef");
    in(w, A, 1000, 500, "abcdef"); /* whole */
    in(w, A, 1002, 500, "cd");     /* a part */
    in(w, A, 1004, 500, "efgh");   /* overlapping the new */
    identity(w, ">abcdef >gh ");
    assert_int_equal(stream_losses(w->stream).duplicates, 2);
    assert_int_equal(stream_losses(w->stream).bytes_contradict, 0);
    world_free(w);
}

static void the_first_bytes_win(void **state)
{
    (void)state;
    struct world *w = connected(NULL, 1000);
    in(w, A, 1000, 500, "abcdef");
    in(w, A, 1002, 500, "cXYfgh"); /* against what was given out */
    identity(w, ">abcdef >gh ");
    assert_int_equal(stream_losses(w->stream).bytes_contradict, 2);
    /* against what waits */
    in(w, A, 1012, 500, "mno");
    in(w, A, 1008, 500, "ijklMNOpq");
    identity(w, ">ijkl >mno >pq ");
    assert_int_equal(stream_losses(w->stream).bytes_contradict, 5);
    in(w, A, 1019, 500, "tuv");
    in(w, A, 1018, 500, "sTUvw");
    in(w, A, 1017, 500, "r");
    identity(w, ">r >s >tuv >w ");
    assert_int_equal(stream_losses(w->stream).bytes_contradict, 7);
    assert_int_equal(stream_losses(w->stream).bytes_lost, 0);
    world_free(w);
}

static void long_segments_are_compared_at_their_end(void **state)
{
    (void)state;
    struct world *w = connected(NULL, UINT32_MAX - 700);
    char text[1401] = { 0 };
    memset(text, 'a', 1400);
    in(w, A, UINT32_MAX - 700, 500, text);
    text[1399] = 'b';
    text[1400 - 128] = 'b';
    text[1399 - 128] = 'b'; /* is not remembered any more */
    in(w, A, UINT32_MAX - 700, 500, text);
    assert_int_equal(stream_losses(w->stream).bytes_contradict, 2);
    assert_int_equal(stream_losses(w->stream).duplicates, 1);
    world_free(w);
}

static void keep_alive_is_no_contradiction(void **state)
{
    (void)state;
    struct world *w = connected(NULL, 1000);
    in(w, A, 999, 500, "\x01"); /* before any byte */
    in(w, A, 1000, 500, "abc");
    in(w, A, 1002, 500, "\x01");
    in(w, A, 1002, 500, ""); /* the empty kind */
    in(w, A, 1003, 500, "d");
    identity(w, ">abc >d ");
    assert_int_equal(stream_losses(w->stream).bytes_contradict, 0);
    assert_int_equal(stream_losses(w->stream).bytes_lost, 0);
    assert_int_equal(stream_losses(w->stream).duplicates, 2);
    world_free(w);
}

static void a_gap_waits(void **state)
{
    (void)state;
    struct world *w = connected(NULL, 1000);
    in(w, A, 1003, 500, "def");
    tick(w, 1990000);
    identity(w, "");
    in(w, A, 1000, 500, "abc");
    identity(w, ">abc >def ");
    tick(w, 5000000);
    identity(w, "");
    assert_int_equal(stream_losses(w->stream).bytes_lost, 0);
    world_free(w);
}

static void a_gap_is_given_up_after_two_seconds(void **state)
{
    (void)state;
    struct world *w = connected(NULL, 1000);
    in(w, A, 1003, 500, "def");
    in(w, A, 1010, 500, "klm");
    tick(w, 2000000);
    identity(w, "(3)>def (4)>klm ");
    assert_int_equal(stream_losses(w->stream).bytes_lost, 7);
    in(w, A, 1000, 500, "abc"); /* too late */
    in(w, A, 1006, 500, "ghij");
    identity(w, "");
    in(w, A, 1013, 500, "n");
    identity(w, ">n ");
    /* what was never seen cannot be contradicted */
    assert_int_equal(stream_losses(w->stream).bytes_contradict, 0);
    world_free(w);
}

static void the_second_gap_has_its_own_two_seconds(void **state)
{
    (void)state;
    struct world *w = connected(NULL, 1000);
    in(w, A, 1003, 500, "def");
    tick(w, 1500000);
    in(w, A, 1010, 500, "klm");
    tick(w, 600000);
    identity(w, "(3)>def ");
    tick(w, 1300000);
    identity(w, "");
    tick(w, 200000);
    identity(w, "(4)>klm ");
    world_free(w);
}

static void a_gap_is_given_up_when_the_other_side_has_it(void **state)
{
    (void)state;
    struct world *w = connected(NULL, 1000);
    in(w, A, 1003, 500, "def");
    out(w, A, 500, 1002, ""); /* covers it in part */
    identity(w, "");
    out(w, A, 500, 1006, "");
    identity(w, "(3)>def ");
    /* the other way: acknowledged first, then the bytes behind it come */
    out(w, A, 500, 1010, "");
    in(w, A, 1010, 500, "k");
    identity(w, "(4)>k ");
    /* and from server to tracker */
    out(w, A, 505, 1011, "OK");
    in(w, A, 1011, 507, "l");
    identity(w, "(5)<OK >l ");
    /* a number from nowhere proves nothing */
    in(w, A, 1013, 507, "n");
    out(w, A, 507, 1013 + (1u << 30), "");
    identity(w, "");
    stream_finish(w->stream, w->now);
    identity(w, "(1)>n ");
    assert_int_equal(stream_losses(w->stream).bytes_lost, 13);
    world_free(w);
}

static void what_waits_is_given_out_at_the_end(void **state)
{
    (void)state;
    struct world *w = connected(NULL, 1000);
    in(w, A, 1005, 500, "f");
    in(w, A, 1002, 500, "c");
    out(w, A, 501, 1000, "X");
    identity(w, "");
    stream_finish(w->stream, w->now);
    identity(w, "(2)>c (1)<X (2)>f ");
    assert_int_equal(stream_losses(w->stream).bytes_lost, 5);
    world_free(w);
}

static void the_buffer_of_a_direction_is_bounded(void **state)
{
    (void)state;
    struct stream_limits limits = {
        .flows = 10, .buffer = 2 * (reassembly_piece_size + 300) - 1, .total_buffer = 1 << 20, .idle = 1
    };
    struct world *w = connected(&limits, 1000);
    char text[301] = { 0 };
    memset(text, 'a', 300);
    in(w, A, 1010, 500, text);
    identity(w, "");
    in(w, A, 2010, 500, text); /* does not fit beside it */
    assert_true(CURSOR_STARTS(buffer_cursor(&w->log), "(10)>aaa"));
    assert_int_equal(w->log.length, 4 + 1 + 300 + 1);
    w->log.length = 0;
    stream_finish(w->stream, w->now);
    assert_true(CURSOR_STARTS(buffer_cursor(&w->log), "(700)>aaa"));
    w->log.length = 0;
    char large[1001] = { 0 };
    memset(large, 'b', 1000);
    in(w, A, 2320, 500, large); /* alone larger than the buffer */
    assert_true(CURSOR_STARTS(buffer_cursor(&w->log), "(10)>bbb"));
    w->log.length = 0;
    in(w, A, 3320, 500, "end");
    identity(w, ">end ");
    assert_int_equal(stream_losses(w->stream).bytes_lost, 720);
    world_free(w);
}

static void single_bytes_are_bounded_too(void **state)
{
    (void)state;
    struct world *w = connected(NULL, 1000);
    for (unsigned i = 0; i < 5000; i++)
        in(w, A, 1001 + 2 * i, 500, "x");
    assert_true(stream_losses(w->stream).bytes_lost > 4000);
    stream_finish(w->stream, w->now);
    assert_int_equal(stream_losses(w->stream).bytes_lost, 5000);
    assert_int_equal(w->log.length, 5000 * (3 + 1 + 1 + 1)); /* "(1)>x " each */
    world_free(w);
}

static void the_buffer_of_all_is_bounded_and_the_oldest_gap_goes(void **state)
{
    (void)state;
    struct stream_limits limits = {
        .flows = 10, .buffer = 4096, .total_buffer = 3 * (reassembly_piece_size + 300) - 1, .idle = 1
    };
    struct world *w = world_new(&limits);
    char text[301] = { 0 };
    memset(text, 'a', 300);
    for (unsigned i = 1; i <= 3; i++) {
        w->peer = world_v4(i, 40000);
        in(w, S, 999, 0, "");
        in(w, A, 1000, 500, "");
        in(w, A, 1000 + i, 500, text);
    }
    /* the third does not fit: the first one's gap is given up for it */
    assert_true(CURSOR_STARTS(buffer_cursor(&w->log), "+1s +2s +3s (1)>aaa"));
    assert_int_equal(w->log.length, strlen("+1s +2s +3s (1)>") + 300 + 1);
    w->log.length = 0;
    w->peer = world_v4(2, 40000);
    in(w, A, 1000, 500, "bb");
    assert_true(CURSOR_STARTS(buffer_cursor(&w->log), ">bb >aaa"));
    assert_int_equal(stream_losses(w->stream).bytes_lost, 1);
    w->log.length = 0;
    stream_finish(w->stream, w->now);
    assert_true(CURSOR_STARTS(buffer_cursor(&w->log), "(3)>aaa"));
    world_free(w);
    /* no memory at all: nothing can wait */
    limits.total_buffer = 0;
    w = connected(&limits, 1000);
    in(w, A, 1002, 500, "cd");
    in(w, A, 1000, 500, "ab");
    identity(w, "(2)>cd ");
    world_free(w);
}

static void giving_up_for_others_may_end_a_connection(void **state)
{
    (void)state;
    struct stream_limits limits = {
        .flows = 10, .buffer = 4096, .total_buffer = reassembly_piece_size + 300, .idle = 1
    };
    struct world *w = connected(&limits, 1000);
    out(w, F | A, 500, 1000, "");
    in(w, F | A, 1001, 501, "b");
    identity(w, "");
    char text[301] = { 0 };
    memset(text, 'a', 300);
    w->peer = world_v4(2, 40000);
    in(w, S, 999, 0, "");
    in(w, A, 1000, 500, "");
    in(w, A, 1001, 500, text);
    identity(w, "+2s (1)>b -1fin ");
    world_free(w);
}

static void cut_payload_counts_as_lost(void **state)
{
    (void)state;
    struct world *w = connected(NULL, 1000);
    struct packet packet = {
        .source = w->peer, .destination = w->server, .flags = A, .sequence = 1000, .acknowledgement = 500
    };
    packet.missing = 7;
    world_send(w, packet, "abc", 3);
    identity(w, ">abc ");
    assert_int_equal(stream_losses(w->stream).bytes_lost, 7);
    world_send(w, packet, "abc", 3); /* seen twice */
    assert_int_equal(stream_losses(w->stream).duplicates, 1);
    packet.sequence = 1010;
    packet.missing = 5;
    world_send(w, packet, "", 0); /* nothing of it was captured */
    identity(w, "");
    packet.sequence = 1020; /* too early */
    world_send(w, packet, "uvw", 3);
    in(w, A, 1015, 500, "pqrst");
    in(w, A, 1028, 500, "z");
    identity(w, "(12)>pqrst >uvw (5)>z ");
    assert_int_equal(stream_losses(w->stream).bytes_lost, 17);
    world_free(w);
}

static void one_direction_alone(void **state)
{
    (void)state;
    struct world *w = world_new(NULL);
    in(w, A, 5000, 77, "abc");
    in(w, A, 5006, 77, "ghi");
    identity(w, "+1m >abc ");
    in(w, A, 5003, 77, "def");
    identity(w, ">def >ghi ");
    in(w, A, 5010, 77, "k");
    tick(w, 2100000);
    identity(w, "(1)>k ");
    in(w, F | A, 5011, 77, "l");
    identity(w, ">l -1fin ");
    world_free(w);
}

static void far_down_a_long_connection(void **state)
{
    (void)state;
    /* more than the sequence numbers' half circle, with no acknowledgement ever seen: a gap still waits */
    struct stream_limits limits = { .flows = 1, .buffer = 4096, .total_buffer = 4096, .idle = 1 };
    struct world *w = world_new(&limits);
    enum { STEP = 1 << 19 };
    struct packet packet = { .source = w->peer, .destination = w->server, .flags = A, .missing = STEP - 1 };
    for (unsigned i = 0; i < (1u << 31) / STEP + 16; i++) {
        packet.sequence = i * STEP;
        world_send(w, packet, "x", 1);
    }
    w->log.length = 0;
    uint32_t next = packet.sequence + STEP;
    in(w, A, next + 1, 500, "b");
    identity(w, "");
    in(w, A, next, 500, "a");
    assert_true(CURSOR_STARTS(buffer_cursor(&w->log), "(524287)>a >b "));
    world_free(w);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_split_in_every_order),
        cmocka_unit_test(order_is_kept_without_a_gap),
        cmocka_unit_test(sent_again),
        cmocka_unit_test(the_first_bytes_win),
        cmocka_unit_test(long_segments_are_compared_at_their_end),
        cmocka_unit_test(keep_alive_is_no_contradiction),
        cmocka_unit_test(a_gap_waits),
        cmocka_unit_test(a_gap_is_given_up_after_two_seconds),
        cmocka_unit_test(the_second_gap_has_its_own_two_seconds),
        cmocka_unit_test(a_gap_is_given_up_when_the_other_side_has_it),
        cmocka_unit_test(what_waits_is_given_out_at_the_end),
        cmocka_unit_test(the_buffer_of_a_direction_is_bounded),
        cmocka_unit_test(single_bytes_are_bounded_too),
        cmocka_unit_test(the_buffer_of_all_is_bounded_and_the_oldest_gap_goes),
        cmocka_unit_test(giving_up_for_others_may_end_a_connection),
        cmocka_unit_test(cut_payload_counts_as_lost),
        cmocka_unit_test(one_direction_alone),
        cmocka_unit_test(far_down_a_long_connection),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
