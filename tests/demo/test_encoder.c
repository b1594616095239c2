/* SPDX-License-Identifier: Apache-2.0 */
/* What the encoders write is read back by the protocols themselves, among all other protocols: hundreds of places and moments. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>

#include "base/checksum.h"
#include "demo/encoder.h"
#include "protocol/registry.h"
#include "verdict/conversation.h"

enum { ROUNDS = 400, BEGIN = 1735689600 /* 2025 */, YEARS = 5 * 365 * 86400 };

struct fixture {
    struct detector *detector;
    struct ports *ports;
    uint64_t seed;
};

static int set_up(void **state)
{
    struct fixture *fixture = calloc(1, sizeof(*fixture));
    assert_non_null(fixture);
    fixture->detector = detector_new(registry);
    fixture->ports = ports_new(registry);
    fixture->seed = 20260201;
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

/* The same in every run. */
static double roll(struct fixture *fixture, double from, double to)
{
    fixture->seed = fixture->seed * 6364136223846793005u + 1442695040888963407u;
    return from + (to - from) * (double)(fixture->seed >> 11) / 9007199254740992.0;
}

static struct telling roll_telling(struct fixture *fixture, const char *id, unsigned round)
{
    return (struct telling){ .id = id,
                             .serial = round * 977,
                             .time = BEGIN + (int64_t)roll(fixture, 0, YEARS),
                             .has_fix = round % 3 != 0,
                             .lat = roll(fixture, -89.9, 89.9),
                             .lon = roll(fixture, -179.9, 179.9),
                             .speed = (unsigned)roll(fixture, 0, 180),
                             .course = (unsigned)roll(fixture, 0, 360) % 360 };
}

/* Encodes, and has it judged on the protocol's own port, in the device's conversation. */
static void say(struct fixture *fixture, const struct encoder *encoder, struct conversation *conversation,
                enum phrase phrase, const struct telling *telling, struct identity *identity)
{
    static uint8_t memory[512];
    struct buffer out = buffer_on(memory, sizeof(memory));
    const struct protocol *protocol = registry_find(encoder->protocol);
    assert_non_null(protocol);
    struct service service = { encoder->is_udp ? TRANSPORT_UDP : TRANSPORT_TCP, protocol->port };
    encoder->put(phrase, telling, &out);
    assert_false(out.full);
    if (!conversation_take(conversation, fixture->detector, fixture->ports, &service, buffer_cursor(&out),
                           encoder->is_udp, NULL, identity))
        fail_msg("%s: phrase %d is not whole", encoder->protocol, (int)phrase);
    if (identity->candidate_count == 0 || identity->candidates[0] != protocol)
        fail_msg("%s: phrase %d is taken for %s", encoder->protocol, (int)phrase,
                 identity->candidate_count > 0 ? identity->candidates[0]->name : "nothing");
    assert_int_equal(identity->bytes.left, out.length);
    assert_int_equal(identity->noise, 0);
    assert_int_equal(identity->verdict, VERDICT_OK);
    struct message message = { .bytes = identity->reading.message,
                               .datagram = encoder->is_udp,
                               .complete = true,
                               .patterns = detector_patterns(fixture->detector) };
    struct asker asker = { .device = identity->device, .now = telling->time };
    uint8_t answer_memory[512];
    struct buffer answer = buffer_on(answer_memory, sizeof(answer_memory));
    protocol_answer(protocol, &message, &asker, &answer);
    if ((answer.length > 0) != (encoder->answered >> phrase & 1))
        fail_msg("%s: phrase %d is %sanswered", encoder->protocol, (int)phrase,
                 answer.length > 0 ? "" : "not ");
}

static void expect_position(const struct encoder *encoder, const struct identity *identity,
                            const struct telling *telling)
{
    const struct reading *reading = &identity->reading;
    if (identity->certainty != CLAIM_CERTAIN || identity->candidate_count != 1)
        fail_msg("%s: a position is %s, of %zu candidates", encoder->protocol,
                 claim_name(identity->certainty), identity->candidate_count);
    assert_string_equal(identity->device, telling->id);
    if (!telling->has_fix && encoder->is_blank) {
        assert_int_equal(reading->location, LOCATION_NONE);
        return;
    }
    assert_true(reading->has_time);
    if (reading->time != telling->time)
        fail_msg("%s: time %lld, not %lld", encoder->protocol, (long long)reading->time,
                 (long long)telling->time);
    if (reading->location != (telling->has_fix ? LOCATION_VALID : LOCATION_INVALID))
        fail_msg("%s: location %d, fix %d", encoder->protocol, (int)reading->location, telling->has_fix);
    if (reading->lat - telling->lat > 2e-6 || telling->lat - reading->lat > 2e-6 ||
        reading->lon - telling->lon > 2e-6 || telling->lon - reading->lon > 2e-6)
        fail_msg("%s: %f %f, not %f %f", encoder->protocol, reading->lat, reading->lon, telling->lat,
                 telling->lon);
}

static void converse(struct fixture *fixture, const struct encoder *encoder, unsigned round)
{
    struct conversation conversation = { 0 };
    struct identity identity;
    char id[ENCODER_ID];
    encoder_write_id(encoder, round * 37 + 1, id);
    assert_int_equal(strlen(id), encoder->digits);
    struct telling telling = roll_telling(fixture, id, round);
    for (telling.step = 0; telling.step < encoder->logins; telling.step++) {
        say(fixture, encoder, &conversation, PHRASE_LOGIN, &telling, &identity);
        assert_string_equal(identity.device, id);
        assert_int_equal(identity.reading.location, LOCATION_NONE);
    }
    for (unsigned i = 0; i < 3; i++) {
        say(fixture, encoder, &conversation, PHRASE_POSITION, &telling, &identity);
        expect_position(encoder, &identity, &telling);
        if (encoder->has_heartbeat) {
            say(fixture, encoder, &conversation, PHRASE_HEARTBEAT, &telling, &identity);
            assert_int_equal(identity.reading.location, LOCATION_NONE);
            assert_string_equal(identity.device, id);
        }
        telling = roll_telling(fixture, id, round + i);
    }
}

static void test_is_read_back(void **state)
{
    size_t count = 0;
    const struct encoder *encoder;
    for (; (encoder = encoder_at(count)); count++) {
        for (unsigned round = 0; round < ROUNDS; round++)
            converse(*state, encoder, round);
    }
    assert_true(count >= 12);
}

/* 0 and the ends of the world, midnight, the last second of a year */
static void test_edges(void **state)
{
    static const double edges[][2] = {
        { 0, 0 }, { 90, 180 }, { -90, -180 }, { 0.000001, -0.000001 }, { 59.9999999, 9.9999999 }
    };
    static const int64_t times[] = { 1767225599, 1767225600, 1772323199 };
    const struct encoder *encoder;
    for (size_t i = 0; (encoder = encoder_at(i)); i++) {
        for (size_t k = 0; k < sizeof(edges) / sizeof(edges[0]); k++) {
            struct conversation conversation = { 0 };
            struct identity identity;
            char id[ENCODER_ID];
            encoder_write_id(encoder, 7, id);
            struct telling telling = { .id = id,
                                       .time = times[k % 3],
                                       .has_fix = true,
                                       .lat = edges[k][0],
                                       .lon = edges[k][1],
                                       .course = 359 };
            for (; telling.step < encoder->logins; telling.step++)
                say(*state, encoder, &conversation, PHRASE_LOGIN, &telling, &identity);
            say(*state, encoder, &conversation, PHRASE_POSITION, &telling, &identity);
            expect_position(encoder, &identity, &telling);
        }
    }
}

/* An id is one device's: no two indexes, and no two protocols of the same length at the same index of a fleet. */
static void test_ids(void **state)
{
    char one[ENCODER_ID], other[ENCODER_ID];
    (void)state;
    encoder_write_id(encoder_find("gt06"), 12, one);
    assert_string_equal(one, "900000000000126");
    assert_true(luhn_ok(cursor_of_text(one)));
    encoder_write_id(encoder_find("gt06"), 13, other);
    assert_string_not_equal(one, other);
    encoder_write_id(encoder_find("suntech"), 12345678, one);
    assert_string_equal(one, "912345678");
    assert_null(encoder_find("nothing"));
}

int main(void)
{
    const struct CMUnitTest tests[] = { cmocka_unit_test_setup_teardown(test_is_read_back, set_up, tear_down),
                                        cmocka_unit_test_setup_teardown(test_edges, set_up, tear_down),
                                        cmocka_unit_test(test_ids) };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
