/* SPDX-License-Identifier: Apache-2.0 */
/* Sessions over time: answers, unfinished messages, losses, silence, ends and bounds. */
#include "wire/peers.h"

static const char half_login[] = "##,imei:1234567890";

static enum claim match_line(const struct message *message, size_t *length)
{
    size_t end;
    if (!CURSOR_STARTS(message->bytes, "L"))
        return CLAIM_NO;
    bool found = cursor_find(message->bytes, '\n', &end);
    if (!found && !message->complete)
        return CLAIM_MORE;
    *length = found ? end + 1 : message->bytes.left;
    return found ? CLAIM_CERTAIN : CLAIM_POSSIBLE;
}

static void read_line(const struct message *message, struct reading *reading)
{
    (void)message;
    reading->type = "line";
    reading_no_location(reading);
}

static const struct sample no_samples[1];

/* A protocol that waits for the end of its line however long it is. */
static const struct protocol lines = { .name = "lines",
                                       .port = 6000,
                                       .transports = OVER_TCP,
                                       .heads = { HEAD("L") },
                                       .match = match_line,
                                       .read = read_line,
                                       .samples = no_samples };
static const struct protocol *const only_lines[] = { &lines, NULL };

static struct peers *answering(void)
{
    return peers_new(
        &(struct session_settings){ .sessions = 10, .message_wait = SECONDS(5), .answers = true }, NULL);
}

#define answered(peers, expected)                                                            \
    do {                                                                                     \
        buffer_put_u8(&(peers)->answer, 0);                                                  \
        assert_string_equal((const char *)(peers)->answer_memory, expected);                 \
        (peers)->answer = buffer_on((peers)->answer_memory, sizeof((peers)->answer_memory)); \
    } while (0)

static void devices_are_answered_and_the_answers_shown(void **state)
{
    (void)state;
    struct peers *peers = answering();
    struct who who = who_at(1, 7, 5013);
    feed_text(peers, who, "*HQ,123456789012345,HTBT,85#*HQ,12345");
    answered(peers, "*HQ,123456789012345,HTBT#");
    feed_text(peers, who, "6789012345,HTBT,85#");
    answered(peers, "*HQ,123456789012345,HTBT#");
    char *text = peers_take(peers);
    const char *reply = "> 2a48512c3132333435363738393031323334352c4854425423 h02 123456789012345\n";
    const char *first = strstr(text, reply);
    assert_non_null(first);
    assert_non_null(strstr(first + 1, reply));
    assert_true(text[0] == '<' && first > text);
    free(text);
    session_close(peers->sessions, &who, "closed", peers->now);
    told_lines(peers, "closed closed in 56 out 50\n");
    peers_free(peers);
}

static void answers_that_do_not_fit_are_counted_and_not_shown(void **state)
{
    (void)state;
    uint8_t memory[4096];
    struct peers *peers = answering();
    struct cursor login = sample_of("gt06", "login", memory);
    peers->answer.capacity = 15; /* one answer of ten bytes, and a half */
    uint8_t both[64];
    struct buffer two = buffer_on(both, sizeof(both));
    buffer_put_cursor(&two, login);
    buffer_put_cursor(&two, login);
    feed(peers, who_at(1, 7, 5023), buffer_cursor(&two));
    told_lines(peers, "< 78780d01012345678901234500018cdd0d0a gt06 login 123456789012345 ok\n"
                      "> 787805010001d9dc0d0a gt06 123456789012345\n"
                      "< 78780d01012345678901234500018cdd0d0a gt06 login 123456789012345 ok\n");
    assert_int_equal(peers->answer.length, 10);
    assert_false(peers->answer.full);
    assert_int_equal(sessions_losses(peers->sessions).unanswered, 1);
    peers_free(peers);
}

static void the_answer_knows_the_time_and_the_binary_form(void **state)
{
    (void)state;
    uint8_t memory[4096];
    struct peers *peers = answering();
    feed(peers, who_at(1, 7, 5023), sample_of("gt06", "login", memory));
    told_lines(peers, "< 78780d01012345678901234500018cdd0d0a gt06 login 123456789012345 ok\n"
                      "> 787805010001d9dc0d0a gt06 123456789012345\n");
    assert_int_equal(peers->answer.length, 10);
    peers->answer.length = 0;
    feed_text(peers, who_at(2, 7, 5013),
              "*HQ,4112345678,V1,080910,A,4730.6000,N,01905.4000,E,012.50,045,010226,FFFFFBFF#");
    answered(peers, "*HQ,4112345678,V4,V1,20260201080910#");
    peers_free(peers);
}

static void nobody_is_answered_unless_it_is_wanted(void **state)
{
    (void)state;
    struct peers *peers = peers_new(NULL, NULL);
    feed_text(peers, who_at(1, 7, 5013), "*HQ,123456789012345,HTBT,85#");
    assert_int_equal(peers->answer.length, 0);
    peers_free(peers);
    /* and captured traffic has nobody to answer to */
    peers = answering();
    struct who who = who_at(1, 7, 5013);
    session_feed(peers->sessions, &who, DIRECTION_IN, cursor_of_text("*HQ,123456789012345,HTBT,85#"), 0,
                 peers->now, NULL);
    char *text = peers_take(peers);
    assert_non_null(strstr(text, "h02 heartbeat"));
    assert_null(strchr(text, '>'));
    free(text);
    peers_free(peers);
}

/* A bare number may be anybody's: at home it is answered, elsewhere an answer would feign a server. */
static void mere_heads_are_answered_at_home_only(void **state)
{
    (void)state;
    struct peers *peers = answering();
    feed_text(peers, who_at(1, 7, 5001), "123456789012345;");
    answered(peers, "ON");
    struct who strange = who_at(2, 7, 9999);
    strange.transport = TRANSPORT_UDP;
    feed_text(peers, strange, "123456789012345;");
    answered(peers, "");
    char *text = peers_take(peers);
    assert_non_null(strstr(text, "gps103 heartbeat - wrong-port"));
    free(text);
    peers_free(peers);
}

static void an_unfinished_message_is_judged_after_a_wait(void **state)
{
    (void)state;
    struct session_settings settings = session_defaults();
    settings.message_wait = SECONDS(7);
    struct peers *peers = peers_new(&settings, NULL);
    feed_text(peers, who_at(1, 7, 5001), half_login);
    tick(peers, SECONDS(6));
    told_lines(peers, "");
    feed_text(peers, who_at(1, 7, 5001), "9");
    tick(peers, SECONDS(7) - 1);
    told_lines(peers, "");
    tick(peers, 1);
    char *text = peers_take(peers);
    assert_true(strncmp(text, "< 23232c696d65693a3132333435363738393039 ", 41) == 0);
    free(text);
    tick(peers, SECONDS(7));
    told_lines(peers, ""); /* once */
    feed_text(peers, who_at(1, 7, 5001), "##,imei:123456789012345,A;");
    text = peers_take(peers);
    assert_non_null(strstr(text, "gps103 login 123456789012345 ok"));
    free(text);
    peers_free(peers);
}

static void the_end_shows_what_is_unfinished(void **state)
{
    (void)state;
    for (int how = 0; how < 2; how++) {
        struct peers *peers = peers_new(NULL, NULL);
        struct who who = who_at(1, 7, 5001);
        session_open(peers->sessions, &who, true, peers->now);
        feed_text(peers, who, half_login);
        told_lines(peers, "opened\n");
        if (how == 0)
            session_close(peers->sessions, &who, "reset", peers->now);
        else
            sessions_finish(peers->sessions, peers->now);
        char *text = peers_take(peers);
        assert_true(strncmp(text, "< 23232c696d65693a31323334353637383930 ", 39) == 0);
        assert_int_equal(strstr(text, "closed reset in 18 out 0\n") != NULL, how == 0);
        assert_int_equal(sessions_count(peers->sessions), how);
        free(text);
        peers_free(peers);
    }
}

static void connections_are_told_of(void **state)
{
    (void)state;
    struct peers *peers = peers_new(NULL, NULL);
    struct who who = who_at(1, 7, 5013), udp = who_at(2, 7, 5013), late = who_at(3, 7, 5013);
    udp.transport = TRANSPORT_UDP;
    session_open(peers->sessions, &who, true, peers->now);
    session_open(peers->sessions, &late, false, peers->now);
    session_feed(peers->sessions, &who, DIRECTION_OUT, cursor_of_text("hello"), 0, peers->now, NULL);
    session_close(peers->sessions, &who, "closed", peers->now);
    session_close(peers->sessions, &who, "closed", peers->now); /* it is unknown by now */
    session_open(peers->sessions, &udp, true, peers->now);
    session_close(peers->sessions, &udp, "idle", peers->now);
    session_close(peers->sessions, &late, "reset", peers->now);
    told_lines(peers, "opened\n> 68656c6c6f - -\nclosed closed in 0 out 5\nclosed reset in 0 out 0\n");
    assert_int_equal(sessions_count(peers->sessions), 0);
    peers_free(peers);
}

/* What came before the gap cannot be finished by what comes behind it. */
static void lost_bytes(void **state)
{
    (void)state;
    struct peers *peers = peers_new(NULL, only_lines);
    struct who who = who_at(1, 7, 6000);
    feed_text(peers, who, "Labc");
    session_feed(peers->sessions, &who, DIRECTION_IN, cursor_of_text("Lde\nLfg\nLhi"), 5, peers->now, NULL);
    session_feed(peers->sessions, &who, DIRECTION_IN, cursor_of_text("\nLjk\n"), 0, peers->now, NULL);
    told_lines(peers, "< 4c616263 lines line - ok\n"
                      "(5)< 4c64650a lines line - ok\n< 4c66670a lines line - ok\n"
                      "< 4c68690a lines line - ok\n< 4c6a6b0a lines line - ok\n");
    /* the gap belongs to the message behind it, however many pieces that takes */
    session_feed(peers->sessions, &who, DIRECTION_IN, cursor_of_text("Ll"), 9, peers->now, NULL);
    session_feed(peers->sessions, &who, DIRECTION_IN, cursor_of_text("m"), 0, peers->now, NULL);
    session_feed(peers->sessions, &who, DIRECTION_IN, cursor_of_text("\nLno"), 0, peers->now, NULL);
    session_feed(peers->sessions, &who, DIRECTION_IN, cursor_of_text("\n"), 0, peers->now, NULL);
    told_lines(peers, "(9)< 4c6c6d0a lines line - ok\n< 4c6e6f0a lines line - ok\n");
    peers_free(peers);
}

static void silence_counts_from_the_handshake(void **state)
{
    (void)state;
    struct peers *peers = peers_new(NULL, NULL);
    struct who who = who_at(1, 7, 5013), other = who_at(2, 8, 5013);
    session_open(peers->sessions, &who, true, peers->now);
    tick(peers, SECONDS(100));
    told_lines(peers, "opened\n"); /* an attempt that nobody accepts is no silence */
    session_established(peers->sessions, &who, peers->now);
    tick(peers, SECONDS(29));
    told_lines(peers, "");
    tick(peers, SECONDS(1));
    tick(peers, SECONDS(1));
    told_lines(peers, "+connected-silent\n");
    feed_text(peers, who, "*HQ,123456789012345,HTBT,85#");
    char *text = peers_take(peers);
    assert_non_null(strstr(text, "-connected-silent\n"));
    free(text);
    tick(peers, SECONDS(100));
    told_lines(peers, "");
    /* who spoke before its handshake was seen is not silent */
    feed_text(peers, other, "*HQ,123456789012345,HTBT,85#");
    free(peers_take(peers));
    session_established(peers->sessions, &other, peers->now);
    tick(peers, SECONDS(100));
    told_lines(peers, "");
    peers_free(peers);
}

static void the_one_silent_for_longest_is_evicted(void **state)
{
    (void)state;
    struct session_settings settings = session_defaults();
    settings.sessions = 3;
    struct peers *peers = peers_new(&settings, only_lines);
    for (unsigned flow = 1; flow <= 3; flow++)
        feed_text(peers, who_at(flow, flow, 6000), flow == 2 ? "Lunfinished" : "Lx\n");
    peers->now += SECONDS(2); /* who was heard last is kept to a second */
    feed_text(peers, who_at(1, 1, 6000), "Ly\n");
    feed_text(peers, who_at(3, 3, 6000), "Ly\n");
    free(peers_take(peers));
    feed_text(peers, who_at(4, 4, 6000), "Lz\n");
    told_lines(peers, "< 4c756e66696e6973686564 lines line - ok\n< 4c7a0a lines line - ok\n");
    assert_int_equal(sessions_count(peers->sessions), 3);
    assert_int_equal(sessions_losses(peers->sessions).sessions, 1);
    assert_int_equal(sessions_losses(peers->sessions).memory, 0);
    peers_free(peers);
}

/* However it comes: no message is larger than the largest, and no byte is missing. */
static void an_endless_message_comes_out_in_pieces(void **state)
{
    enum { ENDLESS = 3 * MESSAGE_MAX + 12345 };
    static const size_t pieces[] = { ENDLESS, MESSAGE_MAX, MESSAGE_MAX + 7, 30000, 1460 };
    static const char heads[] = { 'L', '\x01' }; /* a protocol waits for its end; nobody knows it */
    (void)state;
    uint8_t *bytes = malloc(ENDLESS);
    assert_non_null(bytes);
    for (size_t i = 0; i < 2 * sizeof(pieces) / sizeof(pieces[0]); i++) {
        struct peers *peers = peers_new(NULL, only_lines);
        struct who who = who_at(1, 7, 6000);
        memset(bytes, heads[i % 2], ENDLESS);
        struct cursor rest = cursor_of(bytes, ENDLESS);
        while (rest.left > 0) {
            struct cursor piece = { 0 };
            size_t each = pieces[i / 2];
            assert_true(cursor_take(&rest, each < rest.left ? each : rest.left, &piece));
            feed(peers, who, piece);
        }
        sessions_finish(peers->sessions, peers->now);
        assert_true(peers->largest <= MESSAGE_MAX);
        char *text = peers_take(peers);
        const char *digits = i % 2 ? "01" : "4c";
        size_t told = 0;
        for (const char *at = text; (at = strchr(at, '<')); at++)
            told += strspn(at + 2, digits) / 2;
        assert_int_equal(told, ENDLESS);
        free(text);
        peers_free(peers);
    }
    free(bytes);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(devices_are_answered_and_the_answers_shown),
        cmocka_unit_test(answers_that_do_not_fit_are_counted_and_not_shown),
        cmocka_unit_test(the_answer_knows_the_time_and_the_binary_form),
        cmocka_unit_test(nobody_is_answered_unless_it_is_wanted),
        cmocka_unit_test(mere_heads_are_answered_at_home_only),
        cmocka_unit_test(an_unfinished_message_is_judged_after_a_wait),
        cmocka_unit_test(the_end_shows_what_is_unfinished),
        cmocka_unit_test(connections_are_told_of),
        cmocka_unit_test(lost_bytes),
        cmocka_unit_test(silence_counts_from_the_handshake),
        cmocka_unit_test(the_one_silent_for_longest_is_evicted),
        cmocka_unit_test(an_endless_message_comes_out_in_pieces),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
