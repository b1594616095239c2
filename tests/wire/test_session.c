/* SPDX-License-Identifier: Apache-2.0 */
/* Sessions: however a stream is cut into pieces, the same messages come out. */
#include "wire/peers.h"

enum { STREAM_MAX = 1 << 18 };

/* A stream of messages, made of samples. */
struct tape {
    struct buffer buffer;
    uint16_t port;
    uint8_t memory[STREAM_MAX];
};

static struct tape *tape_new(void)
{
    struct tape *tape = calloc(1, sizeof(*tape));
    assert_non_null(tape);
    tape->buffer = buffer_on(tape->memory, sizeof(tape->memory));
    return tape;
}

/* The protocol's samples as one stream; those whose end only a pause tells stay out. */
static size_t tape_samples(struct tape *tape, const char *name, enum claim least, size_t most)
{
    const struct protocol *protocol = registry_find(name);
    size_t count = 0;
    assert_non_null(protocol);
    tape->port = protocol->port;
    for (const struct sample *sample = protocol->samples; (sample->text || sample->hex) && count < most;
         sample++) {
        uint8_t memory[4096];
        size_t length;
        if (sample->datagram || sample->whole || sample->claim < least)
            continue;
        assert_true(sample_bytes(sample, memory, sizeof(memory), &length));
        buffer_put(&tape->buffer, memory, length);
        count++;
    }
    assert_false(tape->buffer.full);
    return count;
}

/* What is told when the stream comes in pieces of `first` and then `each` bytes; the caller frees it. */
static char *play(struct peers *peers, uint64_t flow, const struct tape *tape, size_t first, size_t each)
{
    struct cursor rest = buffer_cursor(&tape->buffer);
    struct who who = who_at(flow, 7, tape->port);
    for (size_t n = first; rest.left > 0; n = each) {
        struct cursor piece = { 0 };
        assert_true(cursor_take(&rest, n < rest.left ? n : rest.left, &piece));
        feed(peers, who, piece);
    }
    end(peers, who, "closed");
    return peers_take(peers);
}

static void expect_same(const char *name, size_t at, const char *text, const char *expected)
{
    if (strcmp(text, expected) != 0)
        fail_msg("%s cut at %zu:\n%s\ninstead of:\n%s", name, at, text, expected);
}

static unsigned count_lines(const char *text, char mark)
{
    unsigned count = 0;
    for (const char *line = text; line && *line; line = strchr(line, '\n'), line += line != NULL)
        count += *line == mark;
    return count;
}

/* In one piece, cut in two at every byte, and byte by byte. */
static void cut_everywhere(const char *name)
{
    struct tape *tape = tape_new();
    struct peers *peers = peers_new(NULL, NULL);
    size_t count = tape_samples(tape, name, CLAIM_CERTAIN, 6), length = tape->buffer.length;
    assert_true(count >= 3);
    char *whole = play(peers, 1, tape, length, length);
    assert_int_equal(count_lines(whole, '<'), count);
    assert_null(strstr(whole, "unidentified"));
    for (size_t at = 1; at < length; at++) {
        char *text = play(peers, at + 1, tape, at, length);
        expect_same(name, at, text, whole);
        free(text);
    }
    for (size_t each = 1; each < 40; each++) {
        char *text = play(peers, length + each, tape, each, each);
        expect_same(name, each, text, whole);
        free(text);
    }
    assert_int_equal(sessions_count(peers->sessions), 0);
    free(whole);
    peers_free(peers);
    free(tape);
}

static void pieces_do_not_matter(void **state)
{
    static const char *const names[] = { "gt06", "h02", "gps103", "watch", "trv", "teltonika" };
    (void)state;
    for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++)
        cut_everywhere(names[i]);
}

/* More than the largest message at once: what is cut off at its end is still waited for. */
static void a_long_stream_in_any_pieces(void **state)
{
    static const size_t pieces[] = { STREAM_MAX, MESSAGE_MAX, MESSAGE_MAX - 1, MESSAGE_MAX + 1, 1460,
                                     100000,     17 };
    (void)state;
    struct tape *tape = tape_new();
    unsigned count = 0;
    while (tape->buffer.length < STREAM_MAX - 4096)
        count += (unsigned)tape_samples(tape, "gt06", CLAIM_CERTAIN, 6);
    for (size_t i = 0; i < sizeof(pieces) / sizeof(pieces[0]); i++) {
        for (size_t first = 1; first < 60; first += 7) {
            struct peers *peers = peers_new(NULL, NULL);
            char *text = play(peers, 1, tape, first, pieces[i]);
            assert_null(strstr(text, "unidentified"));
            assert_int_equal(count_lines(text, '<'), count);
            free(text);
            peers_free(peers);
        }
    }
    free(tape);
}

static void two_streams_do_not_mix(void **state)
{
    (void)state;
    uint8_t memory[4096], other_memory[4096];
    struct peers *peers = peers_new(NULL, NULL);
    struct who one = who_at(1, 7, 5023), other = who_at(2, 8, 5023);
    struct cursor login = sample_of("gt06", "login", memory),
                  beat = sample_of("gt06", "heartbeat", other_memory);
    for (size_t i = 0; i < login.left || i < beat.left; i++) {
        if (i < login.left)
            feed(peers, one, cursor_of(login.at + i, 1));
        if (i < beat.left)
            feed(peers, other, cursor_of(beat.at + i, 1));
    }
    told_lines(peers, "< 78780a13460504000100043edb0d0a gt06 heartbeat - ok\n"
                      "< 78780d01012345678901234500018cdd0d0a gt06 login 123456789012345 ok\n");
    assert_int_equal(sessions_count(peers->sessions), 2);
    peers_free(peers);
}

static void the_logins_id_is_carried_on(void **state)
{
    (void)state;
    uint8_t memory[4096];
    struct peers *peers = peers_new(NULL, NULL);
    struct who who = who_at(1, 7, 5023);
    feed(peers, who, sample_of("gt06", "heartbeat", memory));
    feed(peers, who, sample_of("gt06", "login", memory));
    feed(peers, who, sample_of("gt06", "heartbeat", memory));
    feed_captured(peers, who, DIRECTION_OUT, "OK", 0);
    told_lines(peers, "< 78780a13460504000100043edb0d0a gt06 heartbeat - ok\n"
                      "< 78780d01012345678901234500018cdd0d0a gt06 login 123456789012345 ok\n"
                      "< 78780a13460504000100043edb0d0a gt06 heartbeat 123456789012345 ok\n"
                      "> 4f4b gt06 123456789012345\n");
    /* another connection of the same address is another device until it says so */
    feed(peers, who_at(2, 7, 5023), sample_of("gt06", "heartbeat", memory));
    told_lines(peers, "< 78780a13460504000100043edb0d0a gt06 heartbeat - ok\n");
    peers_free(peers);
}

static void the_servers_bytes_before_anything_is_known(void **state)
{
    (void)state;
    struct peers *peers = peers_new(NULL, NULL);
    struct who who = who_at(1, 7, 5023);
    feed_captured(peers, who, DIRECTION_OUT, "hi", 0);
    feed_captured(peers, who, DIRECTION_OUT, "!", 3);
    told_lines(peers, "> 6869 - -\n(3)> 21 - -\n");
    peers_free(peers);
}

/* More than a line can hold comes in pieces that it can, and no byte is missing. */
static void a_large_piece_of_the_server(void **state)
{
    enum { LARGE = 3 * MESSAGE_MAX + 5 };
    (void)state;
    uint8_t *bytes = calloc(1, LARGE);
    assert_non_null(bytes);
    struct peers *peers = peers_new(NULL, NULL);
    session_feed(session_of(peers, who_at(1, 7, 5023)), DIRECTION_OUT, cursor_of(bytes, LARGE), 7,
                 peers->now);
    char *text = peers_take(peers);
    assert_int_equal(count_lines(text, '>'), 3);
    assert_int_equal(strncmp(text, "(7)> 00", 7), 0);
    size_t digits = 0;
    for (const char *line = text; (line = strstr(line, "> ")); line += 2)
        digits += strspn(line + 2, "0");
    assert_int_equal(digits, 2 * LARGE);
    free(text);
    peers_free(peers);
    free(bytes);
}

static void a_message_on_the_wrong_port(void **state)
{
    (void)state;
    uint8_t memory[4096];
    struct peers *peers = peers_new(NULL, NULL);
    feed(peers, who_at(1, 7, 5013), sample_of("gt06", "login", memory));
    told_lines(peers, "< 78780d01012345678901234500018cdd0d0a gt06 login 123456789012345 wrong-port\n");
    peers_free(peers);
}

static void datagrams_stand_for_themselves(void **state)
{
    (void)state;
    struct peers *peers = peers_new(NULL, NULL);
    struct who who = who_at(1, 7, 5013);
    who.transport = TRANSPORT_UDP;
    feed_text(peers, who, "*HQ,123456789012345,HTBT,85#");
    told_lines(peers, "< 2a48512c3132333435363738393031323334352c485442542c383523 h02 heartbeat "
                      "123456789012345 ok\n");
    /* half a message is judged at once, and its rest is no end of it */
    feed_text(peers, who, "*HQ,12345678901234");
    char *text = peers_take(peers);
    assert_int_equal(count_lines(text, '<'), 1);
    assert_true(strncmp(text, "< 2a48512c3132333435363738393031323334 ", 39) == 0);
    free(text);
    feed_text(peers, who, "5,HTBT,85#");
    text = peers_take(peers);
    assert_true(strncmp(text, "< 352c485442542c383523 ", 23) == 0);
    free(text);
    peers_free(peers);
}

static void an_empty_datagram_is_a_probe(void **state)
{
    (void)state;
    struct peers *peers = peers_new(NULL, NULL);
    struct who who = who_at(1, 7, 5013);
    who.transport = TRANSPORT_UDP;
    feed(peers, who, cursor_of(NULL, 0));
    told_lines(peers, "<  - unknown - not-a-tracker empty\n");
    /* of a stream it is nothing */
    feed(peers, who_at(2, 7, 5013), cursor_of(NULL, 0));
    told_lines(peers, "");
    peers_free(peers);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(pieces_do_not_matter),
        cmocka_unit_test(a_long_stream_in_any_pieces),
        cmocka_unit_test(two_streams_do_not_mix),
        cmocka_unit_test(the_logins_id_is_carried_on),
        cmocka_unit_test(the_servers_bytes_before_anything_is_known),
        cmocka_unit_test(a_large_piece_of_the_server),
        cmocka_unit_test(a_message_on_the_wrong_port),
        cmocka_unit_test(datagrams_stand_for_themselves),
        cmocka_unit_test(an_empty_datagram_is_a_probe),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
