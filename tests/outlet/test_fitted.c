/* SPDX-License-Identifier: Apache-2.0 */
/* Lines on a terminal: none is wider than it, the verdict is always there, and of the bytes there is what fits. */
#include "outlet/lines.h"

#include <time.h>

#include "outlet/fitted.h"

static const struct protocol gt06 = { .name = "gt06", .port = 5023 };
static const struct protocol h02 = { .name = "h02", .port = 5013 };

static char line[8192];

/* The columns of a text of UTF-8 without its end. */
static size_t columns_of(const char *text)
{
    size_t columns = 0;
    for (const char *at = text; *at && *at != '\n'; at++)
        columns += ((uint8_t)*at & 0xc0) != 0x80;
    return columns;
}

static struct line_form form_of(unsigned width)
{
    setenv("TZ", "UTC", 1);
    tzset();
    return (struct line_form){ .width = width };
}

static void make_position(struct fact *fact, const char *device, struct cursor bytes)
{
    fact_make(fact, who_at(1, 7, 5023), NOON + 123456, &gt06, "position", LOCATION_VALID, device);
    fact->identity.reading.lat = 47.51;
    fact->identity.reading.lon = 19.09;
    fact->event.bytes = bytes;
}

static const char *message(unsigned width, const struct fact *fact, uint64_t folded)
{
    struct line_form form = form_of(width);
    struct buffer out = buffer_on(line, sizeof(line) - 1);
    line_put_message(&form, &out, &fact->event, folded);
    line[out.length] = '\0';
    assert_true(out.length > 0 && line[out.length - 1] == '\n' && !strchr(line, '\n')[1]);
    assert_true(columns_of(line) < width);
    return line;
}

static void narrow_and_wide(void **state)
{
    (void)state;
    static const uint8_t bytes[300] = { 0x78, 0x78, 0x81 };
    struct fact fact;
    make_position(&fact, "123456789012345", cursor_of(bytes, 3));
    assert_string_equal(message(80, &fact, 1),
                        "08:09:10 tcp 5023 123456789012345 < gt06 position, 47.5100 19.0900, ok | 787881\n");
    assert_string_equal(
        message(120, &fact, 1),
        "08:09:10.123 tcp 5023 203.0.113.7:40001     < gt06 position, device 123456789012345, "
        "47.510000 19.090000, ok | 787881\n");
    fact.event.bytes = cursor_of(bytes, sizeof(bytes));
    assert_string_equal(message(100, &fact, 14),
                        "08:09:10 tcp 5023 123456789012345 < gt06 position, 47.5100 19.0900, ok ×14 | "
                        "78788100… +296 bytes\n");
    assert_string_equal(message(80, &fact, 1),
                        "08:09:10 tcp 5023 123456789012345 < gt06 position, 47.5100 19.0900, ok\n");
    fact.identity.reading.location = LOCATION_INVALID;
    assert_string_equal(message(80, &fact, 1),
                        "08:09:10 tcp 5023 123456789012345 < gt06 position, no fix, ok | 300 bytes\n");
    assert_string_equal(
        message(90, &fact, 1),
        "08:09:10 tcp 5023 123456789012345 < gt06 position, no fix, ok | 787881000000… +294 bytes\n");
    fact.identity.reading.location = LOCATION_NONE;
    assert_string_equal(message(80, &fact, 1),
                        "08:09:10 tcp 5023 123456789012345 < gt06 position, ok | 7878810000… +295 bytes\n");
    /* where no id is known the address stands in its place */
    make_position(&fact, "", cursor_of(bytes, 3));
    assert_string_equal(message(80, &fact, 1),
                        "08:09:10 tcp 5023 203.0.113.7     < gt06 position, 47.5100 19.0900, ok | 787881\n");
}

static void the_verdict_is_never_cut(void **state)
{
    (void)state;
    static const uint8_t bytes[300] = { 0x78 };
    struct fact fact;
    make_position(&fact, "123456789012345", cursor_of(bytes, sizeof(bytes)));
    fact.identity.verdict = VERDICT_WRONG_PORT;
    assert_string_equal(message(80, &fact, 1),
                        "08:09:10 tcp 5023 123456789012345 < gt06 position, fix, WRONG PORT: use 5023\n");
    fact.identity.candidates[1] = &h02;
    fact.identity.candidate_count = 2;
    fact.identity.certainty = CLAIM_LIKELY;
    for (unsigned width = 97; width < 260; width++)
        assert_non_null(strstr(message(width, &fact, 1), "WRONG PORT: use 5023"));
}

/* At 80 columns the bytes and then the rest of what is told go before the columns do. */
static void columns_stay_where_they_are(void **state)
{
    (void)state;
    static const struct protocol suntech = { .name = "suntech", .port = 5011, .transports = OVER_TCP };
    static const uint8_t bytes[120] = { 'S', 'A' };
    static const char *const types[] = { "position", "heartbeat", "a long type of message" };
    struct fact fact;
    make_position(&fact, "900000020", cursor_of(bytes, sizeof(bytes)));
    fact.identity.candidates[0] = &suntech;
    fact.identity.verdict = VERDICT_WRONG_TRANSPORT;
    assert_string_equal(message(80, &fact, 1), "08:09:10 tcp 5023 900000020       < suntech position, WRONG "
                                               "TRANSPORT: use tcp\n");
    for (size_t i = 0; i < sizeof(types) / sizeof(types[0]); i++) {
        fact.identity.reading.type = types[i];
        for (unsigned width = 72; width < 120; width++) {
            const char *is = message(width, &fact, 1);
            assert_memory_equal(is, "08:09:10 tcp 5023 900000020       < suntech", 43);
            assert_non_null(strstr(is, "WRONG TRANSPORT: use tcp"));
        }
    }
    /* where nothing is amiss the location is what counts */
    fact.identity.verdict = VERDICT_OK;
    fact.identity.reading.location = LOCATION_INVALID;
    assert_string_equal(message(66, &fact, 1), "08:09:10 tcp 5023 900000020       < suntech, no fix, ok\n");
}

/* Whatever stands in it, no line is as wide as the terminal. */
static void no_line_wraps(void **state)
{
    static const struct {
        const char *device, *type;
    } names[] = { { "1", "x" },
                  { "123456789012345", "position" },
                  { "an-id-as-long-as-any-that-a-phone-app-may-choose-for-itself-123",
                    "a long type of message" } };
    (void)state;
    uint8_t bytes[700];
    for (size_t i = 0; i < sizeof(bytes); i++)
        bytes[i] = (uint8_t)(i * 7);
    for (unsigned width = 1; width < 260; width++) {
        for (size_t name = 0; name < sizeof(names) / sizeof(names[0]); name++) {
            for (size_t length = 0; length < sizeof(bytes); length = length * 2 + 1) {
                struct fact fact;
                make_position(&fact, names[name].device, cursor_of(bytes, length));
                fact.identity.reading.type = names[name].type;
                fact.event.lost = length / 2;
                (void)message(width > 1 ? width : 2, &fact, length);
                fact.event.who.peer =
                    endpoint_of_v6((const uint8_t[16]){ 0x20, 1, 0xd, 0xb8, 1, 2, 3, 4, 5, 6 }, 65535);
                fact.event.device = "";
                fact.event.bytes = cursor_of("*HQ,4112345678,V5,080910,A,4812.4920,N\r\n#", length % 41);
                (void)message(width > 1 ? width : 2, &fact, length);
            }
        }
    }
}

static void text_is_shown_as_text(void **state)
{
    (void)state;
    struct fact fact;
    make_position(&fact, "4112345678", cursor_of("*HQ,4112345678,V5,080910,A#\r\n", 29));
    fact.identity.reading.location = LOCATION_INVALID;
    assert_string_equal(message(100, &fact, 1), "08:09:10 tcp 5023 4112345678      < gt06 position, no fix, "
                                                "ok | *HQ,4112345678,V5,080910,A#\\r\\n\n");
    assert_string_equal(message(90, &fact, 1), "08:09:10 tcp 5023 4112345678      < gt06 position, no fix, "
                                               "ok | *HQ,4112345678… +15 bytes\n");
    assert_true(fitted_is_text(cursor_of("a\r\n", 3)));
    assert_false(fitted_is_text(cursor_of("\r\n", 2)));
    assert_false(fitted_is_text(cursor_of("a\x7f", 2)));
    assert_false(fitted_is_text(cursor_of("", 0)));
    struct line_form form = form_of(80);
    form.bytes = BYTES_HEX;
    struct buffer out = buffer_on(line, sizeof(line) - 1);
    line_put_message(&form, &out, &fact.event, 1);
    line[out.length] = '\0';
    assert_non_null(strstr(line, "ok | 2a48512c343131323334353637382c56352c3038303931302c41230d0a\n"));
}

static void long_names(void **state)
{
    static const struct {
        const char *name, *expected;
    } names[] = { { "123456789012345", "123456789012345" },
                  { "1234567890123456", "1234..890123456" },
                  { "203.0.113.177:40312", "..113.177:40312" },
                  { "[2001:db8::8a2e:7334]:443", "..8a2e:7334]:443" } };
    (void)state;
    for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
        struct line_form form = form_of(80);
        struct buffer out = buffer_on(line, sizeof(line) - 1);
        fitted_put_name(&form, &out, names[i].name, i == 3 ? 16 : 15);
        line[out.length] = '\0';
        assert_string_equal(line, names[i].expected);
    }
}

static const char *finding(unsigned width, struct finding_event event)
{
    struct line_form form = form_of(width);
    struct buffer out = buffer_on(line, sizeof(line) - 1);
    line_put_finding(&form, &out, &event);
    line[out.length] = '\0';
    for (const char *at = line; *at; at = strchr(at, '\n') + 1)
        assert_true(columns_of(at) < width);
    return line;
}

/* Two lines: what, and the next step. */
static void findings(void **state)
{
    struct finding_event event = {
        .time = NOON,
        .code = FINDING_WRONG_PORT,
        .raised = true,
        .severity = SEVERITY_PROBLEM,
        .who = who_at(3, 7, 5013),
        .device = "123456789012345",
        .text = "Device 123456789012345 speaks gt06, but sends to port 5013, where Traccar speaks h02.",
        .advice = "Set the server port in the device to 5023; its server address can stay."
    };
    (void)state;
    assert_string_equal(
        finding(160, event),
        "08:09:10.000 ! PROBLEM wrong-port: Device 123456789012345 speaks gt06, but sends to port 5013, "
        "where "
        "Traccar speaks h02.\n"
        "               next: Set the server port in the device to 5023; its server address can stay.\n");
    assert_string_equal(finding(80, event),
                        "08:09:10 ! PROBLEM wrong-port: Device 123456789012345 speaks gt06, but sends t…\n"
                        "           next: Set the server port in the device to 5023; its server address…\n");
    for (unsigned width = 2; width < 200; width++)
        (void)finding(width, event);
    event.raised = false;
    event.text = "It sends to the right port now.";
    assert_string_equal(finding(120, event), "08:09:10.000 + over: wrong-port of 123456789012345, port 5013. "
                                             "It sends to the right port now.\n");
    event.device = "";
    event.who = (struct who){ .port = 5023 };
    assert_string_equal(finding(120, event),
                        "08:09:10.000 + over: wrong-port of port 5023. It sends to the right port now.\n");
    event.who.port = 0;
    assert_string_equal(finding(120, event),
                        "08:09:10.000 + over: wrong-port. It sends to the right port now.\n");
}

static void where_the_charset_is_another(void **state)
{
    (void)state;
    struct line_form form = form_of(96);
    form.is_ascii = true;
    static const uint8_t bytes[300] = { 0x78 };
    struct fact fact;
    make_position(&fact, "123456789012345", cursor_of(bytes, sizeof(bytes)));
    struct buffer out = buffer_on(line, sizeof(line) - 1);
    line_put_message(&form, &out, &fact.event, 3);
    line[out.length] = '\0';
    assert_string_equal(line,
                        "08:09:10 tcp 5023 123456789012345 < gt06 position, 47.5100 19.0900, ok x3 | 300 "
                        "bytes\n");
    fact.identity.reading.location = LOCATION_NONE;
    out.length = 0;
    line_put_message(&form, &out, &fact.event, 3);
    line[out.length] = '\0';
    assert_string_equal(line, "08:09:10 tcp 5023 123456789012345 < gt06 position, ok x3 | "
                              "7800000000000000000000... +289 bytes\n");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(narrow_and_wide),
        cmocka_unit_test(the_verdict_is_never_cut),
        cmocka_unit_test(columns_stay_where_they_are),
        cmocka_unit_test(no_line_wraps),
        cmocka_unit_test(text_is_shown_as_text),
        cmocka_unit_test(long_names),
        cmocka_unit_test(findings),
        cmocka_unit_test(where_the_charset_is_another),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
