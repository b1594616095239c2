/* SPDX-License-Identifier: Apache-2.0 */
/* Every protocol proves itself by its samples, and every sample is a near miss for all other protocols. The registry is walked:
 * a new protocol is tested by being there. HEXWATCH_ONLY=name,name restricts the walk while one is being written. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>

#include "base/hex.h"
#include "protocol/registry.h"
#include "verdict/conversation.h"

enum { NOW = 1767258000 };

struct fixture {
    struct detector *detector;
    struct ports *ports;
};

static int set_up(void **state)
{
    struct fixture *fixture = calloc(1, sizeof(*fixture));
    assert_non_null(fixture);
    fixture->detector = detector_new(registry);
    fixture->ports = ports_new(registry);
    assert_non_null(fixture->detector);
    assert_non_null(fixture->ports);
    *state = fixture;
    return 0;
}

static int tear_down(void **state)
{
    struct fixture *fixture = *state;
    detector_free(fixture->detector);
    ports_free(fixture->ports);
    free(fixture);
    return 0;
}

/* One sample in a block of exactly its size, so that the sanitizer sees every byte read too far. */
struct specimen {
    const struct protocol *protocol;
    const struct sample *sample;
    size_t number;
    uint8_t *bytes;
    size_t length;
};

static bool is_wanted(const char *name)
{
    const char *only = getenv("HEXWATCH_ONLY");
    struct cursor rest = cursor_of_text(only ? only : ""), one;
    while (cursor_field(&rest, ',', &one)) {
        if (cursor_is(one, name))
            return true;
    }
    return !only;
}

/* A fault is told and counted, and the next one looked at: one run shows all. */
static size_t faults;

static void for_each_of(void **state, bool all, void (*test)(struct fixture *, const struct specimen *))
{
    static uint8_t memory[MESSAGE_MAX];
    size_t tested = 0;
    faults = 0;
    for (size_t i = 0; registry[i]; i++) {
        if (!all && !is_wanted(registry[i]->name))
            continue;
        for (const struct sample *sample = registry[i]->samples; sample->text || sample->hex; sample++) {
            struct specimen specimen = { registry[i], sample, (size_t)(sample - registry[i]->samples), NULL,
                                         0 };
            if (!sample_bytes(sample, memory, sizeof(memory), &specimen.length))
                fail_msg("%s sample %zu: its HEX is wrong", registry[i]->name, specimen.number);
            specimen.bytes = malloc(specimen.length);
            assert_non_null(specimen.bytes);
            memcpy(specimen.bytes, memory, specimen.length);
            test(*state, &specimen);
            free(specimen.bytes);
            tested++;
        }
    }
    assert_true(tested > 0);
    assert_int_equal(faults, 0);
}

static void for_each(void **state, void (*test)(struct fixture *, const struct specimen *))
{
    for_each_of(state, false, test);
}

static struct service service_of(const struct specimen *specimen)
{
    return (struct service){ specimen->sample->datagram ? TRANSPORT_UDP : TRANSPORT_TCP,
                             specimen->protocol->port };
}

static bool take(struct fixture *fixture, const struct specimen *specimen, struct conversation *conversation,
                 struct cursor bytes, bool complete, struct marks *marks, struct identity *identity)
{
    struct service service = service_of(specimen);
    return conversation_take(conversation, fixture->detector, fixture->ports, &service, bytes, complete,
                             marks, identity);
}

#define CHECK(condition, ...)                                                           \
    do {                                                                                \
        if (!(condition)) {                                                             \
            print_error("%s sample %zu: ", specimen->protocol->name, specimen->number); \
            print_error(__VA_ARGS__);                                                   \
            print_error("\n");                                                          \
            faults++;                                                                   \
            return;                                                                     \
        }                                                                               \
    } while (0)

static void expect_reading(const struct specimen *specimen, const struct identity *identity)
{
    const struct sample *sample = specimen->sample;
    const struct reading *reading = &identity->reading;
    CHECK(strcmp(reading->type, sample->type) == 0, "type %s, not %s", reading->type, sample->type);
    CHECK(strcmp(reading->device, sample->device ? sample->device : "") == 0, "device '%s'", reading->device);
    CHECK(reading->location == sample->location, "location %d, not %d", reading->location, sample->location);
    if (sample->location >= LOCATION_INVALID && (sample->lat != 0 || sample->lon != 0)) {
        CHECK(reading->lat - sample->lat < 1e-5 && sample->lat - reading->lat < 1e-5, "lat %f", reading->lat);
        CHECK(reading->lon - sample->lon < 1e-5 && sample->lon - reading->lon < 1e-5, "lon %f", reading->lon);
    }
    char time[CALENDAR_TEXT] = "none";
    if (reading->has_time)
        calendar_write(reading->time, -1, time);
    CHECK(strcmp(time, sample->time ? sample->time : "none") == 0, "time %s", time);
}

/* identified as its own, framed to its length, read as it says */
static void expect_itself(struct fixture *fixture, const struct specimen *specimen)
{
    struct conversation conversation = { 0 };
    struct identity identity;
    struct marks marks;
    CHECK(take(fixture, specimen, &conversation, cursor_of(specimen->bytes, specimen->length), true, &marks,
               &identity),
          "not taken");
    CHECK(identity.candidate_count > 0 && identity.candidates[0] == specimen->protocol, "identified as %s",
          identity.candidate_count > 0 ? identity.candidates[0]->name : "nothing");
    CHECK(identity.bytes.left == specimen->length, "framed to %zu of %zu bytes", identity.bytes.left,
          specimen->length);
    CHECK(identity.certainty >= specimen->sample->claim, "claimed only %s", claim_name(identity.certainty));
    CHECK(identity.verdict == VERDICT_OK, "verdict on its own port: %s", verdict_name(identity.verdict));
    expect_reading(specimen, &identity);
    for (size_t i = 0; i < marks.count; i++)
        CHECK(marks.list[i].length <= specimen->length &&
                  marks.list[i].offset <= specimen->length - marks.list[i].length,
              "mark %s outside", marks.list[i].name);
}

static void test_identifies_itself(void **state)
{
    for_each(state, expect_itself);
}

/* every prefix, in a block of its own: MORE or NO while more may come (or a shorter whole message); complete: anything but MORE */
static void expect_prefixes(struct fixture *fixture, const struct specimen *specimen)
{
    for (size_t n = 1; n < specimen->length; n++) {
        uint8_t *block = malloc(n);
        assert_non_null(block);
        memcpy(block, specimen->bytes, n);
        struct message message = { .bytes = cursor_of(block, n),
                                   .datagram = specimen->sample->datagram,
                                   .patterns = detector_patterns(fixture->detector) };
        size_t length = 0;
        enum claim claim = protocol_match(specimen->protocol, &message, &length);
        CHECK(claim < CLAIM_POSSIBLE || specimen->sample->whole || (length > 0 && length <= n),
              "%zu bytes claimed as %zu", n, length);
        CHECK(claim != CLAIM_CERTAIN || specimen->sample->whole || n + 3 > specimen->length,
              "certain of only %zu bytes", n);
        message.complete = true;
        claim = protocol_match(specimen->protocol, &message, &length);
        CHECK(claim != CLAIM_MORE, "wants more than %zu bytes though there are none", n);
        if (claim >= CLAIM_POSSIBLE) {
            struct reading reading;
            CHECK(length > 0 && length <= n, "%zu complete bytes claimed as %zu", n, length);
            message.bytes.left = length;
            reading_start(&reading, message.bytes, NULL);
            protocol_read(specimen->protocol, &message, &reading);
            uint8_t memory[512];
            struct buffer reply = buffer_on(memory, sizeof(memory));
            struct asker asker = { .device = reading.device, .now = NOW };
            protocol_answer(specimen->protocol, &message, &asker, &reply);
        }
        free(block);
    }
}

static void test_reads_prefixes(void **state)
{
    for_each(state, expect_prefixes);
}

/* byte by byte is the same as at once: TCP may cut anywhere */
static void expect_bytewise(struct fixture *fixture, const struct specimen *specimen)
{
    struct conversation conversation = { 0 };
    struct identity identity;
    if (specimen->sample->datagram || specimen->sample->whole)
        return;
    size_t taken = 0;
    for (size_t n = 1; n <= specimen->length; n++) {
        while (take(fixture, specimen, &conversation, cursor_of(specimen->bytes + taken, n - taken), false,
                    NULL, &identity)) {
            CHECK(identity.candidate_count > 0, "after %zu bytes %zu are taken as %s", n, identity.bytes.left,
                  identity.kind ? identity.kind : "unidentified");
            taken += identity.bytes.left;
            if (taken >= n)
                break;
        }
    }
    if (taken < specimen->length &&
        take(fixture, specimen, &conversation, cursor_of(specimen->bytes + taken, specimen->length - taken),
             true, NULL, &identity))
        taken += identity.bytes.left;
    CHECK(taken == specimen->length, "only %zu of %zu bytes taken", taken, specimen->length);
    CHECK(conversation.known_count > 0 && conversation.known[0] == specimen->protocol,
          "byte by byte it is %s", conversation.known_count > 0 ? conversation.known[0]->name : "nothing");
}

static void test_takes_byte_by_byte(void **state)
{
    for_each(state, expect_bytewise);
}

/* two glued together are two */
static void expect_two(struct fixture *fixture, const struct specimen *specimen)
{
    struct conversation conversation = { 0 };
    struct identity identity;
    if (specimen->sample->datagram || specimen->sample->whole)
        return;
    uint8_t *both = malloc(2 * specimen->length);
    assert_non_null(both);
    memcpy(both, specimen->bytes, specimen->length);
    memcpy(both + specimen->length, specimen->bytes, specimen->length);
    struct cursor rest = cursor_of(both, 2 * specimen->length);
    size_t count = 0;
    while (rest.left > 0) {
        CHECK(take(fixture, specimen, &conversation, rest, true, NULL, &identity), "%zu bytes are left over",
              rest.left);
        CHECK(identity.candidate_count > 0 && identity.candidates[0] == specimen->protocol,
              "message %zu is not its own", count);
        expect_reading(specimen, &identity);
        CHECK(cursor_skip(&rest, identity.bytes.left), "took too much");
        count++;
    }
    free(both);
    CHECK(count == 2, "two glued are %zu", count);
}

static void test_splits_two(void **state)
{
    for_each(state, expect_two);
}

/* no other protocol claims it surely, unless it is kin */
static void expect_refused(struct fixture *fixture, const struct specimen *specimen,
                           const struct protocol *other)
{
    struct message message = { .bytes = cursor_of(specimen->bytes, specimen->length),
                               .datagram = specimen->sample->datagram,
                               .complete = true,
                               .patterns = detector_patterns(fixture->detector) };
    size_t length = 0;
    if (other == specimen->protocol || protocol_is_kin(specimen->protocol, other) ||
        protocol_head(other, &message) != CLAIM_POSSIBLE)
        return;
    enum claim claim = protocol_match(other, &message, &length);
    CHECK(claim < CLAIM_LIKELY, "%s claims it %s", other->name, claim_name(claim));
}

/* by everybody, where this protocol is wanted; else by those that are wanted: a new protocol is asked about all samples */
static void expect_strangers(struct fixture *fixture, const struct specimen *specimen)
{
    for (size_t i = 0; registry[i]; i++) {
        if (is_wanted(specimen->protocol->name) || is_wanted(registry[i]->name))
            expect_refused(fixture, specimen, registry[i]);
    }
}

static void test_strangers_refuse(void **state)
{
    for_each_of(state, true, expect_strangers);
}

static void expect_answer(struct fixture *fixture, const struct specimen *specimen)
{
    const char *wanted = specimen->sample->answer;
    uint8_t memory[1024], expected[1024];
    char hex[2049];
    struct buffer reply = buffer_on(memory, sizeof(memory));
    struct message message = { .bytes = cursor_of(specimen->bytes, specimen->length),
                               .datagram = specimen->sample->datagram,
                               .complete = true,
                               .patterns = detector_patterns(fixture->detector) };
    struct asker asker = { .device = specimen->sample->device ? specimen->sample->device : "123456789012345",
                           .now = NOW };
    size_t length = 0, bad;
    protocol_answer(specimen->protocol, &message, &asker, &reply);
    bool is_time = wanted && wanted[0] == '~';
    const char *text = is_time ? wanted + 1 : wanted;
    if (text && text[0] == '=') {
        length = strlen(text + 1);
        assert_true(length <= sizeof(expected));
        memcpy(expected, text + 1, length);
    } else if (text) {
        CHECK(hex_read(cursor_of_text(text), expected, sizeof(expected), &length, &bad),
              "its answer is no HEX");
    }
    hex_write(buffer_cursor(&reply), hex);
    hex[2 * reply.length] = '\0';
    CHECK(!reply.full && reply.length == length, "answer of %zu, not %zu bytes: %s", reply.length, length,
          hex);
    CHECK(is_time || memcmp(memory, expected, length) == 0, "answer %s", hex);
}

static void test_answers(void **state)
{
    for_each(state, expect_answer);
}

/* nobody can feign the sender of a connection, so that its own words may go back to it; the time in them may be the server's */
static bool is_harmless(const struct message *message, struct cursor reply)
{
    bool is_same = !message->datagram && reply.left == message->bytes.left;
    for (size_t i = 0; i < reply.left && is_same; i++) {
        bool is_digit = cursor_count_digits(cursor_of(reply.at + i, 1)) == 1 &&
                        cursor_count_digits(cursor_of(message->bytes.at + i, 1)) == 1;
        is_same = is_digit || reply.at[i] == message->bytes.at[i];
    }
    return is_same;
}

/* what answers a message is itself never answered: two programs that answer would do it for ever */
static void expect_last_word(struct fixture *fixture, const struct specimen *specimen)
{
    uint8_t memory[1024], second_memory[1024];
    struct buffer reply = buffer_on(memory, sizeof(memory)),
                  second = buffer_on(second_memory, sizeof(second_memory));
    struct message message = { .bytes = cursor_of(specimen->bytes, specimen->length),
                               .datagram = specimen->sample->datagram,
                               .complete = true,
                               .patterns = detector_patterns(fixture->detector) };
    struct asker asker = { .device = "123456789012345", .now = NOW };
    size_t length = 0;
    protocol_answer(specimen->protocol, &message, &asker, &reply);
    if (reply.length == 0 || is_harmless(&message, buffer_cursor(&reply)))
        return;
    message.bytes = buffer_cursor(&reply);
    if (protocol_head(specimen->protocol, &message) != CLAIM_POSSIBLE ||
        protocol_match(specimen->protocol, &message, &length) < CLAIM_POSSIBLE)
        return;
    message.bytes.left = length;
    protocol_answer(specimen->protocol, &message, &asker, &second);
    CHECK(second.length == 0 || is_harmless(&message, buffer_cursor(&second)), "its answer is answered");
}

static void test_answers_no_answer(void **state)
{
    for_each(state, expect_last_word);
}

/* There is a sample for everything that the protocol can tell, so that a swapped bit is seen. */
static void expect_told(const struct protocol *protocol, unsigned flag, bool is_there, const char *what)
{
    bool is_possible = !(protocol->never & flag);
    if (is_possible == is_there)
        return;
    print_error(is_possible ? "%s has no sample %s\n" : "%s has a sample %s, which it says there never is\n",
                protocol->name, what);
    faults++;
}

static void test_samples_tell_all(void **state)
{
    (void)state;
    faults = 0;
    for (size_t i = 0; registry[i]; i++) {
        const struct protocol *protocol = registry[i];
        bool is_valid = false, is_invalid = false, is_none = false, is_placed = false, has_east = false,
             has_south_west = false, has_west = false;
        if (!is_wanted(protocol->name))
            continue;
        for (const struct sample *sample = protocol->samples; sample->text || sample->hex; sample++) {
            bool has_place = sample->lat != 0 || sample->lon != 0;
            is_valid = is_valid || sample->location == LOCATION_VALID;
            is_invalid = is_invalid || sample->location == LOCATION_INVALID;
            is_none = is_none || sample->location == LOCATION_NONE;
            is_placed = is_placed || (sample->location == LOCATION_INVALID && has_place);
            has_east = has_east || (sample->lat > 0 && sample->lon > 0);
            has_west = has_west || (sample->lat > 0 && sample->lon < 0);
            has_south_west = has_south_west || (sample->lat < 0 && sample->lon < 0);
        }
        expect_told(protocol, NEVER_VALID, is_valid, "with a fix");
        expect_told(protocol, NEVER_INVALID, is_invalid, "without a fix");
        expect_told(protocol, NEVER_NONE, is_none, "without a position");
        bool has_place = has_east || has_west || has_south_west;
        if (!has_place)
            continue;
        if (is_invalid)
            expect_told(protocol, NEVER_PLACED, is_placed, "without a fix but with coordinates");
        expect_told(protocol, NEVER_NORTH_EAST, has_east, "in the north-east");
        expect_told(protocol, NEVER_SOUTH_WEST, has_south_west, "in the south-west");
        expect_told(protocol, NEVER_SOUTH_WEST, has_west, "in the north-west");
    }
    assert_int_equal(faults, 0);
}

/* a protocol is complete: name, port, head, samples, and every pattern compiles */
/* A capture may begin in the middle of a message, and its rest look like the start of another protocol's: nobody's port is wrong. */
static void test_middles_of_messages(void **state)
{
    static const struct {
        const char *owner, *text;
    } middles[] = {
        { "gps103",
          ",71,4.00%,1850,14.10,,,,;imei:123456789012345,OBD,260201080910,1234,,,0,45,30.0%,+71,4.0%,1850,"
          "14.10,,,,;" },
        { "megastek", "AB7,$GPRMC,080910.000,A,4730.6000,N,01905.4000,E,1.00,0.00,010226,,,A*52,L,,imei:"
                      "123456789012345,03,"
                      "275.3,Battery=68%,,1,216,30,0515,1413;41\r\n" },
        { "disha", "56789#A#080910#010226#4730.6000#N#01905.4000#E#002.75#038.1#09#00.8#1800#0#000*\r\n" },
    };
    struct fixture *fixture = *state;
    for (size_t i = 0; i < sizeof(middles) / sizeof(middles[0]); i++) {
        struct conversation conversation = { .certainty = CLAIM_NO };
        struct identity identity;
        struct service service = { TRANSPORT_TCP, registry_find(middles[i].owner)->port };
        assert_true(conversation_take(&conversation, fixture->detector, fixture->ports, &service,
                                      cursor_of_text(middles[i].text), true, NULL, &identity));
        if (identity.verdict == VERDICT_WRONG_PORT)
            fail_msg("%s: taken for %s", middles[i].owner, identity.candidates[0]->name);
    }
}

static void test_registry(void **state)
{
    struct fixture *fixture = *state;
    for (size_t i = 0; registry[i]; i++) {
        const struct protocol *protocol = registry[i];
        assert_non_null(protocol->name);
        assert_true(protocol->port > 0);
        assert_true(protocol->transports & (OVER_TCP | OVER_UDP));
        assert_non_null(protocol->heads);
        assert_non_null(protocol->heads[0].bytes);
        assert_true(protocol->text || (protocol->match && protocol->read));
        assert_non_null(protocol->samples);
        assert_true(protocol->samples[0].text || protocol->samples[0].hex);
        for (size_t k = 0; registry[k]; k++)
            assert_true(k == i || (registry[k]->port != protocol->port &&
                                   strcmp(registry[k]->name, protocol->name) != 0));
        assert_ptr_equal(registry_find(protocol->name), protocol);
    }
    const char *fault = patterns_fault(detector_patterns(fixture->detector));
    if (fault)
        fail_msg("a pattern does not compile: %s", fault);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_identifies_itself),
        cmocka_unit_test(test_reads_prefixes),
        cmocka_unit_test(test_takes_byte_by_byte),
        cmocka_unit_test(test_splits_two),
        cmocka_unit_test(test_strangers_refuse),
        cmocka_unit_test(test_answers),
        cmocka_unit_test(test_answers_no_answer),
        cmocka_unit_test(test_samples_tell_all),
        cmocka_unit_test(test_middles_of_messages),
        cmocka_unit_test(test_registry), /* last: by then every pattern was used */
    };
    return cmocka_run_group_tests(tests, set_up, tear_down);
}
