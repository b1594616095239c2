/* SPDX-License-Identifier: Apache-2.0 */
/* One line of HEX: what is taken, what is refused and with which words, and the record of one message and of several. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>

#include "protocol/registry.h"
#include "verdict/hexline.h"

#define LOGIN "78780d01012345678901234500018cdd0d0a"
/* the same device without and with a fix */
#define NO_FIX "imei:123456789012345,tracker,2602010809,,F,080910.000,V,4730.6000,N,01905.4000,E,0.00,0;"
#define FIX "imei:123456789012345,tracker,2602010809,,F,080910.000,A,4730.6000,N,01905.4000,E,0.00,0;"

struct desk {
    struct detector *detector;
    struct ports *ports;
    struct hexline *hexline;
    struct hexline_form form;
    struct buffer out;
    char memory[HEXLINE_RECORD_MAX + 1];
};

static int set_up(void **state)
{
    struct desk *desk = calloc(1, sizeof(*desk));
    assert_non_null(desk);
    desk->detector = detector_new(registry);
    desk->ports = ports_new(registry);
    desk->hexline = hexline_new(desk->detector, desk->ports);
    assert_non_null(desk->hexline);
    *state = desk;
    return 0;
}

static int tear_down(void **state)
{
    struct desk *desk = *state;
    hexline_free(desk->hexline);
    hexline_free(NULL);
    ports_free(desk->ports);
    detector_free(desk->detector);
    free(desk);
    return 0;
}

/* The record of a line; the line is number 7. */
static const char *record(struct desk *desk, const char *line, bool is_fine)
{
    desk->out = buffer_on(desk->memory, HEXLINE_RECORD_MAX);
    assert_int_equal(hexline_identify(desk->hexline, cursor_of_text(line), 7, &desk->form, &desk->out),
                     is_fine);
    assert_false(desk->out.full);
    desk->memory[desk->out.length] = '\0';
    return desk->memory;
}

static char *hex_of(const char *first, const char *second)
{
    static char hex[1024];
    size_t n = 0;
    for (const char *at = first; *at; at++)
        n += (size_t)snprintf(hex + n, sizeof(hex) - n, "%02x", *at);
    for (const char *at = second; *at; at++)
        n += (size_t)snprintf(hex + n, sizeof(hex) - n, "%02x", *at);
    return hex;
}

/* behind a proven message stands the next one, cut off where it looks like another protocol's */
#define SENTENCES                                                                       \
    "#123456789012345#MT600##AUTO#1\r\n#40$GPRMC,080910.00,A,4730.6000,N,01905.4000,E," \
    "0.01,,010226,,,A*6B\r\n##\r\n"
#define CUT_OFF "#123456789012345#MT600+#0000#0#1#129#AU"

static void weaker_claim_behind_proof(void **state)
{
    struct desk *desk = *state;
    desk->form.json = true;
    const char *both = record(desk, hex_of(SENTENCES, CUT_OFF), true);
    assert_non_null(strstr(both, "\"protocol\":\"tlt2h\",\"certainty\":\"certain\""));
    assert_non_null(strstr(both, "\"location\":\"valid\",\"lat\":47.51"));
    assert_non_null(strstr(record(desk, hex_of(CUT_OFF, ""), true), "\"certainty\":\"likely\""));
}

static void records_as_text(void **state)
{
    struct desk *desk = *state;
    assert_string_equal(record(desk, LOGIN, true),
                        LOGIN " gt06 login, device 123456789012345, no location, port 5023\n");
    assert_string_equal(record(desk, "tcp:5023 " LOGIN, true),
                        "tcp 5023 " LOGIN " gt06 login, device 123456789012345, no location, ok\n");
    assert_string_equal(record(desk, "tcp:5001 " LOGIN, true),
                        "tcp 5001 " LOGIN
                        " gt06 login, device 123456789012345, no location, WRONG PORT: use 5023\n");
    assert_string_equal(record(desk, "474554202f20485454502f312e310d0a0d0a", true),
                        "474554202f20485454502f312e310d0a0d0a not a tracker: http\n");
    /* one byte is noise but where it keeps a line open */
    assert_string_equal(record(desk, "tcp:5001 30", true), "tcp 5001 30 not a tracker: one-byte\n");
    assert_string_equal(record(desk, "tcp:5049 30", true),
                        "tcp 5049 30 aplicom (possible) heartbeat, no location, ok\n");
    desk->form.explain = true;
    assert_non_null(strstr(record(desk, LOGIN, true), "\n     4  device "));
}

/* A port alone does not say how the message came. */
static void port_without_transport(void **state)
{
    struct desk *desk = *state;
    const char *calamp =
        "5082 83051234567890010201021234697f0a26697f0a21ec0fef60d5e223c000002ee000000000002d0708"
        "0004ff9d0f0aff001c070000";
    const char *teltonika =
        "5027 003dcafe0105000f313233343536373839303132333435"
        "08010000016b4f815b30010000000000000000000000000000000103021503010101425dbc000001";
    assert_memory_equal(record(desk, calamp, true), "udp 5082 ", 9);
    assert_non_null(strstr(record(desk, calamp, true), ", ok\n"));
    assert_memory_equal(record(desk, teltonika, true), "udp 5027 ", 9);
    assert_memory_equal(record(desk, "5023 " LOGIN, true), "tcp 5023 ", 9);
    assert_memory_equal(record(desk, "5082 " LOGIN, true), "tcp 5082 ", 9);
}

static void records_as_json(void **state)
{
    struct desk *desk = *state;
    desk->form.json = true;
    assert_string_equal(record(desk, "tcp:5001 " LOGIN, true),
                        "{\"event\":\"identity\",\"hex\":\"" LOGIN "\",\"transport\":\"tcp\",\"port\":5001,"
                        "\"protocol\":\"gt06\",\"certainty\":\"certain\",\"candidates\":[\"gt06\"],"
                        "\"verdict\":\"wrong-port\",\"right_port\":5023,\"device\":\"123456789012345\","
                        "\"location\":\"none\",\"messages\":[{\"type\":\"login\",\"length\":18,"
                        "\"device\":\"123456789012345\",\"location\":\"none\"}]}\n");
    assert_null(strstr(record(desk, LOGIN, true), "\"verdict\""));
    assert_null(strstr(record(desk, LOGIN, true), "\"fields\""));
    desk->form.explain = true;
    assert_non_null(strstr(record(desk, LOGIN, true), "\"fields\":[{"));
}

/* How people write it. */
static void what_is_taken(void **state)
{
    static const char *const lines[] = {
        "\xef\xbb\xbf" LOGIN,
        "  " LOGIN " \r\n",
        "0x78 0x78 0D:01:01 23 45 67 89 01 23 45 00 01 8C DD 0d 0a",
    };
    struct desk *desk = *state;
    struct service service;
    struct cursor bytes, expected;
    uint8_t memory[18];
    char error[128];
    assert_true(
        hexline_take(desk->hexline, cursor_of_text(LOGIN), &service, &expected, error, sizeof(error)));
    assert_int_equal(expected.left, sizeof(memory));
    memcpy(memory, expected.at, sizeof(memory));
    for (size_t i = 0; i < sizeof(lines) / sizeof(lines[0]); i++) {
        assert_true(
            hexline_take(desk->hexline, cursor_of_text(lines[i]), &service, &bytes, error, sizeof(error)));
        assert_int_equal(service.port, 0);
        assert_int_equal(bytes.left, sizeof(memory));
        assert_memory_equal(bytes.at, memory, sizeof(memory));
    }
    assert_true(hexline_take(desk->hexline, cursor_of_text("\xef\xbb\xbfudp:65535\t00"), &service, &bytes,
                             error, sizeof(error)));
    assert_true(service.transport == TRANSPORT_UDP && service.port == 65535 && bytes.left == 1);
}

#define NO_PORT \
    "there is no such port. Write tcp:PORT or udp:PORT with a port of 1 to 65535, a blank, then HEX."
#define NO_MESSAGE "there is no message in it. Give HEX digits, two a byte."

static void what_is_refused(void **state)
{
    static const char *const wrong[][2] = {
        { "", NO_MESSAGE },
        { " \r\n", NO_MESSAGE },
        { "tcp:5001 ", NO_PORT },
        { "tcp:5001 :", NO_MESSAGE },
        { "tcp:0 00", NO_PORT },
        { "udp:65536 00", NO_PORT },
        { "tcp:5001", NO_PORT },
        { "udp: 00", NO_PORT },
        { "tcp:5001x00", NO_PORT },
        { "sctp:5001 00", "character 1 of the HEX is no hex digit. Give 0-9 and a-f only." },
        { "00 1g", "character 5 of the HEX is no hex digit. Give 0-9 and a-f only." },
        { "001", "a digit is missing: two make a byte. Copy the whole HEX." },
    };
    struct desk *desk = *state;
    char expected[256];
    for (size_t i = 0; i < sizeof(wrong) / sizeof(wrong[0]); i++) {
        desk->form.json = false;
        snprintf(expected, sizeof(expected), "line 7: %s\n", wrong[i][1]);
        assert_string_equal(record(desk, wrong[i][0], false), expected);
        desk->form.json = true;
        snprintf(expected, sizeof(expected), "{\"event\":\"error\",\"line\":7,\"error\":\"%s\"}\n",
                 wrong[i][1]);
        assert_string_equal(record(desk, wrong[i][0], false), expected);
    }
}

static void the_largest_message(void **state)
{
    struct desk *desk = *state;
    size_t digits = 2 * (size_t)MESSAGE_MAX;
    char *hex = calloc(1, digits + 3);
    assert_non_null(hex);
    memset(hex, 'f', digits);
    assert_memory_equal(record(desk, hex, true), hex, digits);
    desk->form.json = desk->form.explain = true;
    assert_non_null(strstr(record(desk, hex, true), "\"messages\":[{"));
    hex[digits] = hex[digits + 1] = 'f';
    assert_non_null(
        strstr(record(desk, hex, false), "it is longer than 65536 bytes. Give one message a line."));
    free(hex);
}

/* Of several messages the best place counts, wherever it stands. */
static void several_messages(void **state)
{
    struct desk *desk = *state;
    assert_non_null(strstr(record(desk, hex_of(NO_FIX, FIX), true),
                           " gps103 2 messages, device 123456789012345, 47.510000 19.090000 at "));
    assert_non_null(strstr(record(desk, hex_of(FIX, NO_FIX), true), "47.510000 19.090000 at "));
    assert_non_null(strstr(record(desk, hex_of(NO_FIX, NO_FIX), true), ", no fix, "));
}

/* More than are listed, and no line knows of the one before. */
static void many_messages(void **state)
{
    enum { MANY = 200 };
    struct desk *desk = *state;
    char *hex = calloc(MANY, sizeof(LOGIN));
    assert_non_null(hex);
    for (size_t i = 0; i < MANY; i++)
        memcpy(hex + i * strlen(LOGIN), LOGIN, strlen(LOGIN));
    assert_non_null(strstr(record(desk, hex, true), " gt06 64 messages, device 123456789012345, "));
    free(hex);
    assert_non_null(strstr(record(desk, "787805130001e9f10d0a", true), " gt06"));
    assert_null(strstr(record(desk, "787805130001e9f10d0a", true), "device"));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(records_as_text, set_up, tear_down),
        cmocka_unit_test_setup_teardown(port_without_transport, set_up, tear_down),
        cmocka_unit_test_setup_teardown(records_as_json, set_up, tear_down),
        cmocka_unit_test_setup_teardown(what_is_taken, set_up, tear_down),
        cmocka_unit_test_setup_teardown(what_is_refused, set_up, tear_down),
        cmocka_unit_test_setup_teardown(the_largest_message, set_up, tear_down),
        cmocka_unit_test_setup_teardown(several_messages, set_up, tear_down),
        cmocka_unit_test_setup_teardown(many_messages, set_up, tear_down),
        cmocka_unit_test_setup_teardown(weaker_claim_behind_proof, set_up, tear_down),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
