/* SPDX-License-Identifier: Apache-2.0 */
/* The pieces of JSON: escaping, numbers, degrees, and the records that are made of them. */
#include "support/recorder.h"

#include <jansson.h>

#include "verdict/record.h"

static const struct protocol gt06 = { .name = "gt06", .port = 5023 };
static const struct protocol h02 = { .name = "h02", .port = 5013 };

enum { ROOM = 8192 };

static struct buffer room(char memory[static ROOM])
{
    return buffer_on(memory, ROOM - 1);
}

#define written(out, expected)                                    \
    do {                                                          \
        assert_false((out).full);                                 \
        (out).bytes[(out).length] = '\0';                         \
        assert_string_equal((const char *)(out).bytes, expected); \
        (out).length = 0;                                         \
    } while (0)

static void strings_are_escaped(void **state)
{
    (void)state;
    char memory[ROOM];
    struct buffer out = room(memory);
    record_put_string(&out, "");
    written(out, "\"\"");
    record_put_string(&out, "van-7 /ok'<&>");
    written(out, "\"van-7 /ok'<&>\"");
    record_put_string(&out, "a\"b\\c");
    written(out, "\"a\\\"b\\\\c\"");
    record_put_string(&out, "\r\n\t\x1b\x7f\xff");
    written(out, "\"\\u000d\\u000a\\u0009\\u001b\\u007f\\u00ff\"");
}

/* Whatever the bytes, a reader of JSON gets them back, and nothing but ASCII was on the line. */
static void every_byte_survives(void **state)
{
    (void)state;
    char memory[ROOM];
    for (unsigned byte = 1; byte < 256; byte++) {
        const char text[] = { 'a', (char)byte, 'b', '\0' };
        struct buffer out = room(memory);
        record_put_string(&out, text);
        for (size_t i = 0; i < out.length; i++)
            assert_in_range(out.bytes[i], 0x20, 0x7e);
        json_t *json = json_loadb(memory, out.length, JSON_DECODE_ANY, NULL);
        assert_non_null(json);
        const uint8_t *back = (const uint8_t *)json_string_value(json);
        unsigned code = back[1] < 0x80 ? back[1] : (back[1] & 0x1fu) << 6 | (back[2] & 0x3fu);
        assert_int_equal(code, byte);
        json_decref(json);
    }
}

static void members_and_numbers(void **state)
{
    (void)state;
    char memory[ROOM];
    struct buffer out = room(memory);
    record_put_member(&out, "name", "a\"b");
    written(out, ",\"name\":\"a\\\"b\"");
    record_put_number(&out, "count", 0);
    record_put_number(&out, "most", UINT64_MAX);
    written(out, ",\"count\":0,\"most\":18446744073709551615");
    record_put_decimal(&out, 0);
    record_put_decimal(&out, 10);
    record_put_decimal(&out, 9007199254740993u);
    written(out, "0109007199254740993");
}

static void degrees_have_six_places(void **state)
{
    static const struct {
        double degrees;
        const char *text;
    } all[] = {
        { 0.0, "0.000000" },           { -0.0, "0.000000" },           { -0.0000004, "0.000000" },
        { 0.0000004, "0.000000" },     { -0.0000006, "-0.000001" },    { 0.0000006, "0.000001" },
        { -0.000001, "-0.000001" },    { 47.51, "47.510000" },         { -70.66, "-70.660000" },
        { 52.1234564, "52.123456" },   { 52.1234566, "52.123457" },    { -52.1234566, "-52.123457" },
        { 179.999999, "179.999999" },  { -179.999999, "-179.999999" }, { 179.9999994, "179.999999" },
        { 179.9999996, "180.000000" }, { 9.9999999, "10.000000" },     { 0.999999, "0.999999" },
        { 0.05, "0.050000" },          { 90.0, "90.000000" },          { -180.0, "-180.000000" },
        { 100.000001, "100.000001" },
    };
    (void)state;
    char memory[ROOM];
    for (size_t i = 0; i < sizeof(all) / sizeof(all[0]); i++) {
        struct buffer out = room(memory);
        record_put_degrees(&out, all[i].degrees);
        written(out, all[i].text);
    }
}

/* By the millionths, the text says exactly which it was. */
static void every_millionth_is_itself(void **state)
{
    (void)state;
    char memory[ROOM], expected[32];
    for (long n = -180000000; n <= 180000000; n += 99991) {
        struct buffer out = room(memory);
        record_put_degrees(&out, (double)n / 1e6);
        snprintf(expected, sizeof(expected), "%s%ld.%06ld", n < 0 ? "-" : "", labs(n) / 1000000,
                 labs(n) % 1000000);
        written(out, expected);
    }
}

static void the_identity_of_a_fix(void **state)
{
    (void)state;
    char memory[ROOM];
    struct buffer out = room(memory);
    struct fact fact;
    fact_make(&fact, who_at(1, 7, 5013), NOON, &gt06, "position", LOCATION_VALID, "123456789012345");
    struct reading *reading = &fact.identity.reading;
    reading->has_coordinates = reading->has_time = true;
    reading->lat = 47.51;
    reading->lon = -19.09;
    reading->time = NOON / 1000000;
    fact.identity.candidates[1] = &h02;
    fact.identity.candidate_count = 2;
    fact.identity.certainty = CLAIM_LIKELY;
    record_put_identity(&out, &fact.identity);
    written(out,
            ",\"protocol\":\"gt06\",\"certainty\":\"likely\",\"candidates\":[\"gt06\",\"h02\"],"
            "\"verdict\":\"ok\",\"right_port\":5023,\"device\":\"123456789012345\",\"location\":\"valid\","
            "\"lat\":47.510000,\"lon\":-19.090000,\"time\":\"2026-02-01T08:09:10Z\"");
    record_put_arrived(&out, &fact.identity);
    written(out,
            ",\"protocol\":\"gt06\",\"certainty\":\"likely\",\"candidates\":[\"gt06\",\"h02\"],"
            "\"verdict\":\"ok\",\"right_port\":5023,\"device\":\"123456789012345\",\"location\":\"valid\","
            "\"lat\":47.510000,\"lon\":-19.090000,\"fix_time\":\"2026-02-01T08:09:10Z\"");
    /* the device of the conversation is not one that this message told */
    record_put_message(&out, &fact.identity);
    written(out,
            "{\"type\":\"position\",\"length\":3,\"location\":\"valid\",\"lat\":47.510000,\"lon\":-19.090000,"
            "\"time\":\"2026-02-01T08:09:10Z\"}");
}

static void the_identity_of_nothing_known(void **state)
{
    (void)state;
    char memory[ROOM];
    struct buffer out = room(memory);
    struct fact fact;
    fact_make(&fact, who_at(1, 7, 5013), NOON, NULL, "unknown", LOCATION_UNKNOWN, "");
    record_put_identity(&out, &fact.identity);
    written(
        out,
        ",\"certainty\":\"none\",\"candidates\":[],\"verdict\":\"unidentified\",\"location\":\"unknown\"");
    fact.identity.kind = "tls";
    fact.identity.verdict = VERDICT_NONE; /* HEX without a port */
    record_put_identity(&out, &fact.identity);
    written(out, ",\"certainty\":\"none\",\"candidates\":[],\"kind\":\"tls\",\"location\":\"unknown\"");
    record_put_message(&out, &fact.identity);
    written(out, "{\"type\":\"unknown\",\"length\":3,\"location\":\"unknown\"}");
}

static void marks_count_from_the_first_byte(void **state)
{
    (void)state;
    char memory[ROOM];
    struct buffer out = room(memory);
    struct marks marks = { .count = 0 };
    struct fact fact;
    fact_make(&fact, who_at(1, 7, 5013), NOON, &gt06, "login", LOCATION_NONE, "");
    reading_device(&fact.identity.reading, cursor_of_text("a\"\x1b"));
    fact.identity.reading.marks = &marks;
    record_put_message(&out, &fact.identity);
    written(
        out,
        "{\"type\":\"login\",\"length\":3,\"device\":\"a\\\"\\\\x1b\",\"location\":\"none\",\"fields\":[]}");
    marks.list[0] = (struct mark){ .name = "id", .offset = 4, .length = 8 };
    marks.list[1] = (struct mark){ .name = "time", .offset = 12, .length = 6, .value = "08:09:10" };
    marks.count = 2;
    fact.identity.noise = 2;
    record_put_message(&out, &fact.identity);
    written(out,
            "{\"type\":\"login\",\"length\":3,\"device\":\"a\\\"\\\\x1b\",\"location\":\"none\",\"fields\":["
            "{\"name\":\"id\",\"offset\":6,\"length\":8},{\"name\":\"time\",\"offset\":14,\"length\":6,"
            "\"value\":\"08:09:10\"}]}");
}

static void findings_with_what_is_known(void **state)
{
    (void)state;
    char memory[ROOM];
    struct buffer out = room(memory);
    struct finding_event event = { .time = NOON,
                                   .code = FINDING_WRONG_PORT,
                                   .raised = true,
                                   .severity = SEVERITY_PROBLEM,
                                   .who = who_at(1, 7, 5013),
                                   .device = "42",
                                   .first = NOON - SECONDS(1),
                                   .count = 3,
                                   .sample = cursor_of_text("xx"),
                                   .protocol = &gt06,
                                   .right_port = 5023,
                                   .text = "a \"b\"",
                                   .advice = "c" };
    record_put_finding(&out, &event);
    written(
        out,
        ",\"code\":\"wrong-port\",\"state\":\"raised\",\"severity\":\"problem\",\"port\":5013,"
        "\"transport\":\"tcp\",\"peer\":\"203.0.113.7:40001\",\"device\":\"42\",\"protocol\":\"gt06\","
        "\"right_port\":5023,\"count\":3,\"first\":\"2026-02-01T08:09:09Z\","
        "\"last\":\"2026-02-01T08:09:10Z\",\"sample\":\"7878\",\"text\":\"a \\\"b\\\"\",\"advice\":\"c\"");
    event = (struct finding_event){ .time = NOON,
                                    .code = FINDING_NOT_A_TRACKER,
                                    .who = who_at(1, 7, 5013),
                                    .device = "",
                                    .text = "t",
                                    .advice = "" };
    event.who.transport = TRANSPORT_UDP;
    record_put_finding(&out, &event);
    written(out, ",\"code\":\"not-a-tracker\",\"state\":\"cleared\",\"severity\":\"info\",\"port\":5013,"
                 "\"transport\":\"udp\",\"peer\":\"203.0.113.7:40001\",\"count\":1,"
                 "\"first\":\"2026-02-01T08:09:10Z\",\"last\":\"2026-02-01T08:09:10Z\",\"text\":\"t\","
                 "\"advice\":\"\"");
}

static void names_of_locations(void **state)
{
    (void)state;
    assert_string_equal(location_name(LOCATION_UNKNOWN), "unknown");
    assert_string_equal(location_name(LOCATION_NONE), "none");
    assert_string_equal(location_name(LOCATION_INVALID), "invalid");
    assert_string_equal(location_name(LOCATION_VALID), "valid");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(strings_are_escaped),           cmocka_unit_test(every_byte_survives),
        cmocka_unit_test(members_and_numbers),           cmocka_unit_test(degrees_have_six_places),
        cmocka_unit_test(every_millionth_is_itself),     cmocka_unit_test(the_identity_of_a_fix),
        cmocka_unit_test(the_identity_of_nothing_known), cmocka_unit_test(marks_count_from_the_first_byte),
        cmocka_unit_test(findings_with_what_is_known),   cmocka_unit_test(names_of_locations),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
