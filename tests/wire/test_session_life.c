/* SPDX-License-Identifier: Apache-2.0 */
/* Sessions over time: answers, unfinished messages, losses, silence, ends and bounds. */
#include "wire/peers.h"

static const char half_login[] = "##,imei:1234567890";

static size_t looked_at; /* by match_line: bytes in all */

static enum claim match_line(const struct message *message, size_t *length)
{
    size_t end;
    looked_at += message->bytes.left;
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
                                       .heads = HEADS(HEAD("L")),
                                       .match = match_line,
                                       .read = read_line,
                                       .samples = no_samples };
static const struct protocol *const only_lines[] = { &lines, NULL };

static struct peers *answering(void)
{
    struct session_settings settings = session_defaults();
    settings.answers = true;
    return peers_new(&settings, NULL);
}

#define answered(peers, expected)                                            \
    do {                                                                     \
        buffer_put_u8(&(peers)->answers.bytes, 0);                           \
        assert_string_equal((const char *)(peers)->answer_memory, expected); \
        answers_start(&(peers)->answers, (peers)->answer_memory, 4096);      \
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
    end(peers, who, "closed");
    told_lines(peers, "closed closed in 56 out 50\n");
    peers_free(peers);
}

static void answers_that_do_not_fit_are_counted_and_not_shown(void **state)
{
    (void)state;
    uint8_t memory[4096];
    struct peers *peers = answering();
    struct cursor login = sample_of("gt06", "login", memory);
    peers->answer_size = 15; /* one answer of ten bytes, and a half */
    uint8_t both[64];
    struct buffer two = buffer_on(both, sizeof(both));
    buffer_put_cursor(&two, login);
    buffer_put_cursor(&two, login);
    feed(peers, who_at(1, 7, 5023), buffer_cursor(&two));
    told_lines(peers, "< 78780d01012345678901234500018cdd0d0a gt06 login 123456789012345 ok\n"
                      "< 78780d01012345678901234500018cdd0d0a gt06 login 123456789012345 ok\n"
                      "> 787805010001d9dc0d0a gt06 123456789012345\n");
    assert_int_equal(peers->answers.bytes.length, 10);
    assert_false(peers->answers.bytes.full);
    assert_int_equal(sessions_losses(peers->sessions).unanswered, 1);
    peers_free(peers);
}

/* What a peer did not take was never said. */
static void only_what_was_sent_is_shown(void **state)
{
    (void)state;
    static const char *const shown[] = { "", "> 4f\n", "> 4f4e\n", "> 4f4e\n> 4f\n" };
    for (size_t sent = 0; sent < 4; sent++) {
        struct peers *peers = answering();
        struct session *session = session_of(peers, who_at(1, 7, 5001));
        struct answers *answers = &peers->answers;
        session_receive(session, cursor_of_text("123456789012345;123456789012345;"), peers->now, answers);
        assert_int_equal(answers->count, 2);
        assert_int_equal(answers->ends[0], 2);
        assert_int_equal(answers->ends[1], 4);
        free(peers_take(peers));
        session_sent(session, answers, sent, peers->now);
        char *text = peers_take(peers);
        for (char *word = text; (word = strstr(word, " gps103 -"));
             memmove(word, word + 9, strlen(word + 9) + 1))
            continue;
        assert_string_equal(text, shown[sent]);
        free(text);
        end(peers, who_at(1, 7, 5001), "closed");
        text = peers_take(peers);
        char expected[64];
        snprintf(expected, sizeof(expected), "closed closed in 32 out %zu\n", sent);
        assert_string_equal(text, expected);
        free(text);
        peers_free(peers);
    }
}

static void the_answer_knows_the_time_and_the_binary_form(void **state)
{
    (void)state;
    uint8_t memory[4096];
    struct peers *peers = answering();
    feed(peers, who_at(1, 7, 5023), sample_of("gt06", "login", memory));
    told_lines(peers, "< 78780d01012345678901234500018cdd0d0a gt06 login 123456789012345 ok\n"
                      "> 787805010001d9dc0d0a gt06 123456789012345\n");
    assert_int_equal(peers->answers.bytes.length, 10);
    peers->answers.bytes.length = 0;
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
    assert_int_equal(peers->answers.bytes.length, 0);
    peers_free(peers);
    /* and captured traffic has nobody to answer to */
    peers = answering();
    struct who who = who_at(1, 7, 5013);
    feed_captured(peers, who, DIRECTION_IN, "*HQ,123456789012345,HTBT,85#", 0);
    char *text = peers_take(peers);
    assert_non_null(strstr(text, "h02 heartbeat"));
    assert_null(strchr(text, '>'));
    free(text);
    peers_free(peers);
}

static void mute_ports_do_not_answer(void **state)
{
    (void)state;
    struct portset mute = { 0 };
    struct session_settings settings = session_defaults();
    settings.answers = true;
    settings.mute = &mute;
    portset_add(&mute, TRANSPORT_TCP, 5013, 5013);
    struct peers *peers = peers_new(&settings, NULL);
    feed_text(peers, who_at(1, 7, 5013), "*HQ,123456789012345,HTBT,85#");
    assert_int_equal(peers->answers.bytes.length, 0);
    feed_text(peers, who_at(2, 7, 5001), "##,imei:123456789012345,A;");
    answered(peers, "LOAD");
    peers_free(peers);
}

/* The wall clock jumps by a year, as boards without a clock see it after they have booted: answers tell the new time, and no
 * time-out is over. */
static void a_clock_that_is_set(void **state)
{
    (void)state;
    struct peers *peers = answering();
    struct who who = who_at(2, 7, 5013);
    feed_text(peers, who_at(1, 7, 5001), half_login);
    sessions_set_wall(peers->sessions, SECONDS(365 * 86400));
    tick(peers, SECONDS(1));
    told_lines(peers, "");
    peers->now -= SECONDS(1);
    feed_text(peers, who, "*HQ,4112345678,V1,080910,A,4730.6000,N,01905.4000,E,012.50,045,010226,FFFFFBFF#");
    answered(peers, "*HQ,4112345678,V4,V1,20270201080910#");
    peers_free(peers);
}

/* Some devices ask where they are, and when: without the address there is no answer to that. */
static void the_address_that_was_reached_is_told(void **state)
{
    static const uint8_t asks[] = "\0\1\2\0\x22YX123456789012345|V1.0|1|{F91#1}\r\n\xff\xfe\xfc";
    struct peers *peers = answering();
    struct who who = who_at(1, 7, 5174);
    struct endpoint server = endpoint_of_v4((const uint8_t[]){ 192, 0, 2, 1 }, 5174);
    (void)state;
    feed(peers, who, cursor_of(asks, sizeof(asks) - 1));
    assert_int_equal(peers->answers.bytes.length, 0);
    session_set_server(session_of(peers, who), &server);
    feed(peers, who, cursor_of(asks, sizeof(asks) - 1));
    struct cursor answer = buffer_cursor(&peers->answers.bytes);
    size_t at;
    assert_true(cursor_find_text(answer, "|192.0.2.1,5174}\r\n\xff\xfe\xfc", &at));
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

/* On a slow network the second half may come after many seconds: it is told that it is missing, and waited for. */
static void an_unfinished_message_is_told_and_waited_for(void **state)
{
    (void)state;
    struct session_settings settings = session_defaults();
    settings.message_wait = SECONDS(7);
    struct peers *peers = peers_new(&settings, NULL);
    struct who who = who_at(1, 7, 5001);
    feed_text(peers, who, half_login);
    tick(peers, SECONDS(7) - 1);
    told_lines(peers, "");
    tick(peers, 1);
    told_lines(peers, "~ 23232c696d65693a31323334353637383930 - -\n");
    tick(peers, SECONDS(7));
    told_lines(peers, ""); /* once */
    feed_text(peers, who, "12345,A;");
    told_lines(peers, "< 23232c696d65693a3132333435363738393031323334352c413b gps103 login "
                      "123456789012345 ok\n");
    /* the next one has its own time */
    feed_text(peers, who, half_login);
    tick(peers, SECONDS(7));
    told_lines(peers, "~ 23232c696d65693a31323334353637383930 gps103 123456789012345\n");
    end(peers, who, "closed");
    char *text = peers_take(peers);
    assert_int_equal(strncmp(text, "< 23232c696d65693a31323334353637383930 ", 39), 0);
    free(text);
    peers_free(peers);
}

/* Every protocol: cut in two, and the second half comes after a minute. */
static void both_halves_of_every_message(void **state)
{
    (void)state;
    unsigned count = 0;
    for (size_t i = 0; registry[i]; i++) {
        const struct sample *sample = registry[i]->samples;
        uint8_t memory[4096];
        size_t length;
        while ((sample->text || sample->hex) &&
               (sample->datagram || sample->whole || sample->claim < CLAIM_CERTAIN))
            sample++;
        if (!sample->text && !sample->hex)
            continue;
        assert_true(sample_bytes(sample, memory, sizeof(memory), &length));
        struct peers *peers = peers_new(NULL, NULL), *other = peers_new(NULL, NULL);
        struct who who = who_at(1, 7, registry[i]->port);
        feed(peers, who, cursor_of(memory, length));
        feed(other, who, cursor_of(memory, length / 2));
        char *whole = peers_take(peers);
        tick(other, SECONDS(60));
        char *waited = peers_take(other);
        /* a half that is a message by itself (a bare number) is not meant */
        if (waited[0] == '~') {
            feed(other, who, cursor_of(memory + length / 2, length - length / 2));
            told_lines(other, whole);
            count++;
        }
        free(whole);
        free(waited);
        peers_free(peers);
        peers_free(other);
    }
    assert_true(count > 15);
}

/* All unfinished messages together take so much memory and no more; who takes most pays, and nobody else. */
static void unfinished_messages_are_bounded_in_all(void **state)
{
    (void)state;
    struct session_settings settings = session_defaults();
    settings.unfinished = 40 * 1024;
    struct peers *peers = peers_new(&settings, only_lines);
    char large[8193] = { 0 };
    memset(large, 'L', 8192);
    feed_text(peers, who_at(1, 7, 6000), "Lsmall");
    for (unsigned flow = 2; flow <= 5; flow++)
        feed_text(peers, who_at(flow, flow, 6000), large);
    told_lines(peers, "");
    feed_text(peers, who_at(6, 6, 6000), large); /* the first of the large ones makes way */
    char *text = peers_take(peers);
    assert_int_equal(strncmp(text, "< 4c4c4c", 8), 0);
    assert_null(strstr(text + 1, "<"));
    free(text);
    assert_int_equal(sessions_losses(peers->sessions).unfinished, 1);
    feed_text(peers, who_at(1, 7, 6000), "\n");
    told_lines(peers, "< 4c736d616c6c0a lines line - ok\n");
    peers_free(peers);
}

/* Who sends byte by byte must not have everything looked at again each time. */
static void dripping_costs_little(void **state)
{
    (void)state;
    struct peers *peers = peers_new(NULL, only_lines);
    struct who who = who_at(1, 7, 6000);
    looked_at = 0;
    for (unsigned i = 0; i < 30000; i++) {
        feed_text(peers, who, "L");
        peers->now += 1000;
    }
    assert_true(looked_at < 4 << 20); /* 450 MB when all is looked at each time */
    told_lines(peers, "");
    /* the end is found all the same: at once, or with the next ticks */
    feed_text(peers, who, "\n");
    tick(peers, SECONDS(1));
    tick(peers, SECONDS(1));
    char *text = peers_take(peers);
    assert_non_null(strstr(text, "4c0a lines line - ok\n"));
    assert_int_equal(strlen(strchr(text, '<')), 2 + 2 * 30001 + strlen(" lines line - ok\n"));
    free(text);
    /* and the next short message is answered at once again */
    feed_text(peers, who, "Lx");
    feed_text(peers, who, "\n");
    told_lines(peers, "< 4c780a lines line - ok\n");
    peers_free(peers);
}

static void the_end_shows_what_is_unfinished(void **state)
{
    (void)state;
    for (int how = 0; how < 2; how++) {
        struct peers *peers = peers_new(NULL, NULL);
        struct who who = who_at(1, 7, 5001);
        begin(peers, who);
        feed_text(peers, who, half_login);
        told_lines(peers, "opened\n");
        if (how == 0)
            end(peers, who, "reset");
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
    begin(peers, who);
    (void)session_of(peers, late); /* its beginning was not seen */
    feed_captured(peers, who, DIRECTION_OUT, "hello", 0);
    end(peers, who, "closed");
    begin(peers, udp);
    end(peers, udp, "idle");
    end(peers, late, "reset");
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
    feed_captured(peers, who, DIRECTION_IN, "Lde\nLfg\nLhi", 5);
    feed_captured(peers, who, DIRECTION_IN, "\nLjk\n", 0);
    told_lines(peers, "< 4c616263 lines line - ok\n"
                      "(5)< 4c64650a lines line - ok\n< 4c66670a lines line - ok\n"
                      "< 4c68690a lines line - ok\n< 4c6a6b0a lines line - ok\n");
    /* the gap belongs to the message behind it, however many pieces that takes */
    feed_captured(peers, who, DIRECTION_IN, "Ll", 9);
    feed_captured(peers, who, DIRECTION_IN, "m", 0);
    feed_captured(peers, who, DIRECTION_IN, "\nLno", 0);
    feed_captured(peers, who, DIRECTION_IN, "\n", 0);
    told_lines(peers, "(9)< 4c6c6d0a lines line - ok\n< 4c6e6f0a lines line - ok\n");
    peers_free(peers);
}

static void silence_counts_from_the_handshake(void **state)
{
    (void)state;
    struct peers *peers = peers_new(NULL, NULL);
    struct who who = who_at(1, 7, 5013), other = who_at(2, 8, 5013);
    begin(peers, who);
    tick(peers, SECONDS(100));
    told_lines(peers, "opened\n"); /* an attempt that nobody accepts is no silence */
    session_established(session_of(peers, who), peers->now);
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
    session_established(session_of(peers, other), peers->now);
    tick(peers, SECONDS(100));
    told_lines(peers, "");
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
        size_t identity = 0;
        for (const char *at = text; (at = strchr(at, '<')); at++)
            identity += strspn(at + 2, digits) / 2;
        assert_int_equal(identity, ENDLESS);
        free(text);
        peers_free(peers);
    }
    free(bytes);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(devices_are_answered_and_the_answers_shown),
        cmocka_unit_test(the_address_that_was_reached_is_told),
        cmocka_unit_test(answers_that_do_not_fit_are_counted_and_not_shown),
        cmocka_unit_test(only_what_was_sent_is_shown),
        cmocka_unit_test(the_answer_knows_the_time_and_the_binary_form),
        cmocka_unit_test(nobody_is_answered_unless_it_is_wanted),
        cmocka_unit_test(mute_ports_do_not_answer),
        cmocka_unit_test(a_clock_that_is_set),
        cmocka_unit_test(mere_heads_are_answered_at_home_only),
        cmocka_unit_test(an_unfinished_message_is_told_and_waited_for),
        cmocka_unit_test(both_halves_of_every_message),
        cmocka_unit_test(unfinished_messages_are_bounded_in_all),
        cmocka_unit_test(dripping_costs_little),
        cmocka_unit_test(the_end_shows_what_is_unfinished),
        cmocka_unit_test(connections_are_told_of),
        cmocka_unit_test(lost_bytes),
        cmocka_unit_test(silence_counts_from_the_handshake),
        cmocka_unit_test(an_endless_message_comes_out_in_pieces),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
