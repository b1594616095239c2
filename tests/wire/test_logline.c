/* SPDX-License-Identifier: Apache-2.0 */
/* Every form of Traccar's log lines since 2.0, with addresses and ids that are nobody's. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "wire/logline.h"

static struct logline parsed(const char *line)
{
    struct logline out;
    if (!logline_parse(cursor_of_text(line), &out))
        fail_msg("not taken: %s", line);
    return out;
}

#define IS(cursor, text) assert_true(cursor_is((cursor), (text)))

static void data_of_every_version(void **state)
{
    static const struct {
        const char *line, *session, *protocol, *data;
        unsigned port;
        bool is_out, says_hex, is_udp;
    } cases[] = {
        { "2012-08-14 10:47:00 FINE: [5005 - 192.0.2.7] - (HEX: 24504749)", "", "", "24504749", 5005, false,
          true, false },
        { "2013-05-25 14:26:36 org.traccar.BasePipelineFactory$StandardLoggingHandler.log FINE: [5002 <- "
          "192.0.2.7] - (HEX: 2830)",
          "", "", "2830", 5002, false, true, false },
        { "2013-05-25 14:26:36 org.traccar.BasePipelineFactory$StandardLoggingHandler.log FINE: [5002 -> "
          "192.0.2.7] - (HEX: 2830)",
          "", "", "2830", 5002, true, true, false },
        { "2013-12-20 17:29:21 DEBUG: [5023 <- 192.0.2.7] - HEX: 78780d01", "", "", "78780d01", 5023, false,
          true, false },
        { "2015-04-01 10:00:00 DEBUG: [AADB1D79: 5005 <- 192.0.2.7] - HEX: 2447", "AADB1D79", "", "2447",
          5005, false, true, false },
        { "2017-06-20 22:18:17 DEBUG: [3FC38EE1: 5001 < 192.0.2.7] HEX: 78780d01", "3FC38EE1", "", "78780d01",
          5001, false, true, false },
        { "2019-02-14 09:34:02  INFO: [8f620617: 5031 > 192.0.2.7] HEX: 37323233", "8f620617", "", "37323233",
          5031, true, true, false },
        { "2020-05-13 10:51:22  INFO: [fac97f31: gt06 < 192.0.2.7] HEX: 78780d01", "fac97f31", "gt06",
          "78780d01", 0, false, true, false },
        { "2023-02-14 19:24:16  INFO: [Tcd53c8bf: tk103 < 192.0.2.7] 28303237", "cd53c8bf", "tk103",
          "28303237", 0, false, false, false },
        { "2025-01-15 17:16:56  INFO: [U9c4cfd95: gt06 < 2001:db8:0:0:0:0:0:1] "
          "*HQ,123456789012345,V1#\\r\\n\n",
          "9c4cfd95", "gt06", "*HQ,123456789012345,V1#\\r\\n", 0, false, false, true },
        { "2025-01-15 17:16:56  INFO: [T9c4cfd95: tk103 > 192.0.2.7] (123456789012AP01HSO)\r\n", "9c4cfd95",
          "tk103", "(123456789012AP01HSO)", 0, true, false, false },
    };
    (void)state;
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        struct logline out = parsed(cases[i].line);
        assert_int_equal(out.kind, LOGLINE_DATA);
        IS(out.session, cases[i].session);
        IS(out.protocol, cases[i].protocol);
        IS(out.data, cases[i].data);
        assert_int_equal(out.port, cases[i].port);
        assert_int_equal(out.is_out, cases[i].is_out);
        assert_int_equal(out.says_hex, cases[i].says_hex);
        assert_int_equal(out.transport, cases[i].is_udp ? TRANSPORT_UDP : TRANSPORT_TCP);
        assert_int_equal(out.has_transport, i >= 8);
        assert_true(out.has_time);
        assert_true(cursor_is(out.peer, "192.0.2.7") || cursor_is(out.peer, "2001:db8:0:0:0:0:0:1"));
    }
}

static void what_sessions_do(void **state)
{
    (void)state;
    assert_int_equal(parsed("2026-02-01 08:09:10  INFO: [T1a2b3c4d] connected").kind, LOGLINE_CONNECTED);
    assert_int_equal(parsed("2017-02-01 08:09:10 DEBUG: [1A2B3C4D] disconnected").kind, LOGLINE_DISCONNECTED);
    assert_int_equal(parsed("2026-02-01 08:09:10  INFO: [T1a2b3c4d] timed out").kind, LOGLINE_TIMED_OUT);
    assert_int_equal(parsed("2026-02-01 08:09:10  INFO: [T1a2b3c4d] logging throttled").kind,
                     LOGLINE_THROTTLED);
    struct logline out = parsed(
        "2026-02-01 08:09:10  WARN: [T1a2b3c4d] error - For input string: \"\" - NumberFormatException "
        "(H02ProtocolDecoder:100 < ...)");
    assert_int_equal(out.kind, LOGLINE_ERROR);
    IS(out.session, "1a2b3c4d");
    assert_true(CURSOR_STARTS(out.detail, "For input string"));
    assert_int_equal(out.time, 1769933350);
}

static void positions_commands_and_filters(void **state)
{
    struct cursor value;
    (void)state;
    struct logline out = parsed("2026-02-01 08:09:10  INFO: [T1a2b3c4d] id: 123456789012345, time: "
                                "2026-02-01 08:09:10, lat: 47.51000, "
                                "lon: 19.09000, speed: 12.0, course: 45.0, invalid");
    assert_int_equal(out.kind, LOGLINE_POSITION);
    IS(out.device, "123456789012345");
    assert_true(logline_value(out.detail, "lat", &value) && cursor_is(value, "47.51000"));
    assert_true(logline_value(out.detail, "time", &value) && cursor_is(value, "2026-02-01 08:09:10"));
    assert_false(logline_value(out.detail, "altitude", &value));
    out = parsed("2026-02-01 08:09:10  INFO: [T1a2b3c4d] id: 123456789012345, command type: custom sent");
    assert_int_equal(out.kind, LOGLINE_COMMAND);
    out = parsed(
        "2014-02-01 08:09:10  INFO: device: 7, time: Sat Feb 01 08:09:10 CET 2014, lat: 47.51, lon: 19.09");
    assert_int_equal(out.kind, LOGLINE_POSITION);
    IS(out.device, "7");
    out = parsed("2026-02-01 08:09:10  INFO: Position filtered by Invalid Duplicate filters from device: "
                 "123456789012345");
    assert_int_equal(out.kind, LOGLINE_FILTERED);
    IS(out.device, "123456789012345");
    IS(out.detail, "Invalid Duplicate");
    out = parsed("2014-02-01 08:09:10  INFO: Position filtered from 7");
    assert_int_equal(out.kind, LOGLINE_FILTERED);
    IS(out.device, "7");
    IS(out.detail, "");
}

static void devices_that_traccar_does_not_know(void **state)
{
    (void)state;
    struct logline out =
        parsed("2026-02-01 08:09:10  WARN: Unknown device - 123456789012345 12345678901 (192.0.2.7)");
    assert_int_equal(out.kind, LOGLINE_UNKNOWN_DEVICE);
    IS(out.device, "123456789012345 12345678901");
    IS(out.peer, "192.0.2.7");
    out = parsed("2026-02-01 08:09:10  WARN: Find device error - Timeout - SQLException (...)");
    assert_int_equal(out.kind, LOGLINE_LOOKUP_FAILED);
    out = parsed("2012-02-01 08:09:10 WARNING: Unknown device - 123456789012345");
    IS(out.device, "123456789012345");
    IS(out.peer, "");
    out = parsed("2017-02-01 08:09:10  WARN: Disabled device - 123456789012345 (192.0.2.7)");
    assert_int_equal(out.kind, LOGLINE_DISABLED_DEVICE);
    IS(out.device, "123456789012345");
    out = parsed("2017-02-01 08:09:10  INFO: Automatically registered device 123456789012345");
    assert_int_equal(out.kind, LOGLINE_REGISTERED);
    IS(out.device, "123456789012345");
    out = parsed("2026-02-01 08:09:10  INFO: Automatically registered 123456789012345");
    IS(out.device, "123456789012345");
}

static void the_server(void **state)
{
    (void)state;
    struct logline out = parsed("2026-02-01 08:09:10  INFO: Version: 6.14.5");
    assert_int_equal(out.kind, LOGLINE_VERSION);
    assert_true(logline_version_tells_text(out.detail));
    assert_true(logline_version_tells_text(cursor_of_text("7.0")) &&
                logline_version_tells_text(cursor_of_text("6.3")));
    assert_false(logline_version_tells_text(cursor_of_text("6.2")) ||
                 logline_version_tells_text(cursor_of_text("3.9-SNAPSHOT")) ||
                 logline_version_tells_text(cursor_of_text("x")));
    assert_int_equal(parsed("2026-02-01 08:09:10  INFO: Starting server...").kind, LOGLINE_STARTED);
    assert_int_equal(parsed("2026-02-01 08:09:10  INFO: Stopping server...").kind, LOGLINE_STOPPED);
    out = parsed("2026-02-01 08:09:10  WARN: Port 5023 disabled due to conflict - Address already in use - "
                 "BindException (…)");
    assert_int_equal(out.kind, LOGLINE_PORT_TAKEN);
    assert_int_equal(out.port, 5023);
    out = parsed("2020-02-01 08:09:10  WARN: Port 5023 is disabled due to conflict");
    assert_int_equal(out.port, 5023);
    out = parsed("2018-02-01 08:09:10  WARN: One of the protocols is disabled due to port conflict");
    assert_int_equal(out.kind, LOGLINE_PORT_TAKEN);
    assert_int_equal(out.port, 0);
    assert_int_equal(parsed("2026-02-01 08:09:10  INFO: HikariPool-1 - Starting...").kind, LOGLINE_OTHER);
}

static void other_lines_are_none(void **state)
{
    struct logline out;
    static const char *const lines[] = { "",
                                         "\tat org.traccar.Main.main(Main.java:1)",
                                         "78780d01012345678901234500018cdd0d0a",
                                         "2026-02-01 08:09:10",
                                         "2026-02-01T08:09:10  INFO: x",
                                         "2026-02-01 08:09:10 something without a level",
                                         "202x-02-01 08:09:10  INFO: x" };
    (void)state;
    for (size_t i = 0; i < sizeof(lines) / sizeof(lines[0]); i++)
        assert_false(logline_parse(cursor_of_text(lines[i]), &out));
}

static void bytes_are(const char *line, bool is_text_told, const char *wanted, size_t length)
{
    uint8_t bytes[64];
    size_t n;
    struct logline out = parsed(line);
    assert_true(logline_bytes(&out, is_text_told, bytes, sizeof(bytes), &n));
    assert_int_equal(n, length);
    assert_memory_equal(bytes, wanted, length);
}

static void hex_and_text(void **state)
{
    (void)state;
    bytes_are("2019-02-14 09:34:02  INFO: [8f620617: 5031 < 192.0.2.7] HEX: 78780D01", false,
              "\x78\x78\x0d\x01", 4);
    bytes_are("2026-02-14 09:34:02  INFO: [T8f620617: gt06 < 192.0.2.7] 78780d01", true, "\x78\x78\x0d\x01",
              4);
    bytes_are("2026-02-14 09:34:02  INFO: [T8f620617: gt06 < 192.0.2.7] 28303237", false, "(027", 4);
    bytes_are("2026-02-14 09:34:02  INFO: [T8f620617: gt06 < 192.0.2.7] 28303237", true, "28303237", 8);
    bytes_are("2026-02-14 09:34:02  INFO: [T8f620617: h02 < 192.0.2.7] *HQ,1#\\r\\n\\x", true,
              "*HQ,1#\r\n\\x", 10);
    bytes_are("2026-02-14 09:34:02  INFO: [T8f620617: h02 < 192.0.2.7] ", true, "", 0);
    uint8_t bytes[2];
    size_t n;
    struct logline out = parsed("2026-02-14 09:34:02  INFO: [T8f620617: gt06 < 192.0.2.7] 78780d01");
    assert_false(logline_bytes(&out, true, bytes, sizeof(bytes), &n));
    out = parsed("2019-02-14 09:34:02  INFO: [8f620617: 5031 < 192.0.2.7] HEX: 7x");
    assert_false(logline_bytes(&out, true, bytes, sizeof(bytes), &n));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(data_of_every_version),
        cmocka_unit_test(what_sessions_do),
        cmocka_unit_test(positions_commands_and_filters),
        cmocka_unit_test(devices_that_traccar_does_not_know),
        cmocka_unit_test(the_server),
        cmocka_unit_test(other_lines_are_none),
        cmocka_unit_test(hex_and_text),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
