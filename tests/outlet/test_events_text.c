/* SPDX-License-Identifier: Apache-2.0 */
/* The live record as text: lines in Traccar's manner, and nothing from the network on them as it came. */
#include "outlet/lines.h"

#include <time.h>

#include "outlet/clock.h"
#include "outlet/events.h"
#include "verdict/text.h"

static const struct protocol gt06 = { .name = "gt06", .port = 5023 };
static const struct protocol h02 = { .name = "h02", .port = 5013 };

struct world {
    struct lines lines;
    struct events *events;
    struct publisher publisher;
};

static struct world *world_with(struct events_settings settings)
{
    struct world *world = calloc(1, sizeof(*world));
    assert_non_null(world);
    setenv("TZ", "UTC", 1);
    tzset();
    world->lines = lines_new();
    world->events = events_new(&(struct events_parts){ world->lines.writer, NULL, NULL }, &settings);
    assert_non_null(world->events);
    publisher_add(&world->publisher, events_sink(world->events));
    return world;
}

static struct world *world_new(void)
{
    return world_with((struct events_settings){ .json = false });
}

static void world_free(struct world *world)
{
    events_free(world->events);
    lines_free(&world->lines);
    free(world);
}

#define wrote(world, expected) assert_string_equal(lines_take(&(world)->lines), expected)

static void make_login(struct fact *fact)
{
    fact_make(fact, who_at(1, 7, 5023), NOON + 123456, &gt06, "login", LOCATION_NONE, "123456789012345");
}

static void messages(void **state)
{
    (void)state;
    struct world *world = world_new();
    struct fact fact;
    make_login(&fact);
    publish_message(&world->publisher, &fact.event);
    wrote(world, "2026-02-01 08:09:10.123456 tcp 5023 203.0.113.7:40001 < gt06 login, device "
                 "123456789012345, no location, ok | 787801\n");
    fact.event.who.transport = TRANSPORT_UDP;
    fact.identity.reading.location = LOCATION_VALID;
    fact.identity.reading.lat = 47.51;
    fact.identity.reading.lon = -19.09;
    fact.identity.verdict = VERDICT_WRONG_PORT;
    fact.identity.candidates[1] = &h02;
    fact.identity.candidate_count = 2;
    fact.identity.certainty = CLAIM_LIKELY;
    fact.identity.device = "";
    fact.event.lost = 12;
    publish_message(&world->publisher, &fact.event);
    wrote(world, "2026-02-01 08:09:10.123456 udp 5023 203.0.113.7:40001 < gt06 or h02 (likely) login, "
                 "47.510000 -19.090000, WRONG PORT: use 5023 (12 bytes before it were not seen) | 787801\n");
    make_login(&fact);
    fact.identity.reading.location = LOCATION_INVALID;
    fact.identity.reading.type = "position";
    publish_message(&world->publisher, &fact.event);
    wrote(world, "2026-02-01 08:09:10.123456 tcp 5023 203.0.113.7:40001 < gt06 position, device "
                 "123456789012345, no fix, ok | 787801\n");
    fact.event.direction = DIRECTION_OUT;
    fact.event.identity = NULL;
    publish_message(&world->publisher, &fact.event);
    wrote(world, "2026-02-01 08:09:10.123456 tcp 5023 203.0.113.7:40001 > answer | 787801\n");
    world_free(world);
}

static void strangers(void **state)
{
    (void)state;
    struct world *world = world_new();
    struct fact fact;
    fact_make(&fact, who_at(1, 7, 5023), NOON, NULL, "unknown", LOCATION_UNKNOWN, "");
    publish_message(&world->publisher, &fact.event);
    wrote(world, "2026-02-01 08:09:10.000000 tcp 5023 203.0.113.7:40001 < unidentified | 787801\n");
    fact.identity.kind = "tls";
    fact.identity.verdict = VERDICT_NOT_A_TRACKER;
    publish_message(&world->publisher, &fact.event);
    wrote(world, "2026-02-01 08:09:10.000000 tcp 5023 203.0.113.7:40001 < not a tracker: tls | 787801\n");
    world_free(world);
}

static void connections_and_findings(void **state)
{
    (void)state;
    struct world *world = world_new();
    struct connection_event connection = { .time = NOON,
                                           .who = who_at(3, 7, 5023),
                                           .state = CONNECTION_OPENED };
    publish_connection(&world->publisher, &connection);
    connection.time += 1000000;
    connection.state = CONNECTION_CLOSED;
    connection.reason = "reset";
    publish_connection(&world->publisher, &connection);
    wrote(world, "2026-02-01 08:09:10.000000 tcp 5023 203.0.113.7:40003 connected\n"
                 "2026-02-01 08:09:11.000000 tcp 5023 203.0.113.7:40003 disconnected (reset)\n");
    struct finding_event finding = { .time = NOON,
                                     .code = FINDING_NO_FIX,
                                     .raised = true,
                                     .severity = SEVERITY_PROBLEM,
                                     .who = who_at(3, 7, 5023),
                                     .device = "42",
                                     .text = "What.",
                                     .advice = "The mend." };
    publish_finding(&world->publisher, &finding);
    finding.severity = SEVERITY_WARNING;
    publish_finding(&world->publisher, &finding);
    finding.severity = SEVERITY_INFO;
    publish_finding(&world->publisher, &finding);
    finding.raised = false;
    publish_finding(&world->publisher, &finding);
    finding.device = "";
    publish_finding(&world->publisher, &finding);
    finding.who = (struct who){ .port = 5023 };
    publish_finding(&world->publisher, &finding);
    finding.who.port = 0;
    publish_finding(&world->publisher, &finding);
    wrote(world, "2026-02-01 08:09:10.000000 *** PROBLEM no-fix: What. The mend.\n"
                 "2026-02-01 08:09:10.000000 *** WARNING no-fix: What. The mend.\n"
                 "2026-02-01 08:09:10.000000 *** NOTE no-fix: What. The mend.\n"
                 "2026-02-01 08:09:10.000000 *** over: no-fix of 42 on port 5023. What.\n"
                 "2026-02-01 08:09:10.000000 *** over: no-fix of 203.0.113.7:40003 on port 5023. What.\n"
                 "2026-02-01 08:09:10.000000 *** over: no-fix on port 5023. What.\n"
                 "2026-02-01 08:09:10.000000 *** over: no-fix. What.\n");
    world_free(world);
}

/* Text, colours or JSON, HEX or text: control characters of the peer's never reach the terminal. */
static void what_peers_send_is_never_raw(void **state)
{
    static const struct {
        struct events_settings settings;
        unsigned escapes;
    } forms[] = { { { .json = false }, 0 },
                  { { .json = true }, 0 },
                  { { .form = { .is_coloured = true } }, 2 },
                  { { .form = { .bytes = BYTES_TEXT } }, 0 },
                  { { .form = { .is_ascii = true, .width = 200 } }, 0 },
                  { { .form = { .is_ascii = true, .width = 80, .bytes = BYTES_TEXT } }, 0 },
                  { { .form = { .is_ascii = true, .width = 40, .is_coloured = true } }, 2 } };
    (void)state;
    uint8_t bytes[256];
    for (unsigned i = 0; i < sizeof(bytes); i++)
        bytes[i] = (uint8_t)i;
    for (size_t form = 0; form < sizeof(forms) / sizeof(forms[0]); form++) {
        struct world *world = world_with(forms[form].settings);
        for (unsigned first = 0; first < 256; first += 16) {
            struct fact fact;
            make_login(&fact);
            reading_device(&fact.identity.reading, cursor_of(bytes + first, 16));
            snprintf(fact.device, sizeof(fact.device), "%s", fact.identity.reading.device);
            fact.event.bytes = fact.identity.bytes = cursor_of(bytes, sizeof(bytes));
            publish_message(&world->publisher, &fact.event);
            const char *text = lines_take(&world->lines);
            const char *end = text + strlen(text) - 1;
            assert_int_equal(*end, '\n');
            unsigned escapes = 0;
            for (const char *at = text; at < end; at++) {
                escapes += *at == '\x1b';
                assert_true((*at >= 0x20 && *at < 0x7f) || (*at == '\x1b' && forms[form].escapes > 0));
            }
            assert_int_equal(escapes, forms[form].escapes);
        }
        world_free(world);
    }
}

/* Only the words that mean something, and each ends. */
static void colours_begin_and_end(void **state)
{
    (void)state;
    struct world *world = world_with((struct events_settings){ .form = { .is_coloured = true } });
    struct fact fact;
    make_login(&fact);
    publish_message(&world->publisher, &fact.event);
    wrote(world, "2026-02-01 08:09:10.123456 tcp 5023 203.0.113.7:40001 < gt06 login, device "
                 "123456789012345, no location, \x1b[32mok\x1b[0m | 787801\n");
    fact.identity.verdict = VERDICT_WRONG_PORT;
    fact.identity.reading.location = LOCATION_INVALID;
    publish_message(&world->publisher, &fact.event);
    wrote(world, "2026-02-01 08:09:10.123456 tcp 5023 203.0.113.7:40001 < gt06 login, device "
                 "123456789012345, \x1b[33mno fix\x1b[0m, \x1b[1;31mWRONG PORT: use 5023\x1b[0m | 787801\n");
    fact.identity.candidate_count = 0;
    fact.identity.verdict = VERDICT_UNIDENTIFIED;
    publish_message(&world->publisher, &fact.event);
    assert_non_null(strstr(lines_take(&world->lines), "< \x1b[35munidentified\x1b[0m | 787801\n"));
    struct finding_event finding = { .time = NOON,
                                     .raised = true,
                                     .severity = SEVERITY_PROBLEM,
                                     .who = who_at(3, 7, 5023),
                                     .device = "",
                                     .text = "What.",
                                     .advice = "The mend." };
    publish_finding(&world->publisher, &finding);
    wrote(world, "2026-02-01 08:09:10.000000 *** \x1b[1;31mPROBLEM wrong-port:\x1b[0m What. The mend.\n");
    world_free(world);
}

static void text_instead_of_hex(void **state)
{
    (void)state;
    struct world *world = world_with((struct events_settings){ .form = { .bytes = BYTES_TEXT } });
    struct fact fact;
    make_login(&fact);
    fact.event.bytes = cursor_of("*HQ,1#\r\n\t\\\0\x7f\xff", 12);
    publish_message(&world->publisher, &fact.event);
    assert_non_null(strstr(lines_take(&world->lines), ", ok | *HQ,1#\\r\\n\\t\\\\\\x00\\x7f\n"));
    /* so much that its text would be longer than any line: HEX, and all of it */
    uint8_t *large = calloc(1, MESSAGE_MAX);
    assert_non_null(large);
    fact.event.bytes = cursor_of(large, MESSAGE_MAX);
    publish_message(&world->publisher, &fact.event);
    assert_true(strlen(lines_take(&world->lines)) > 2 * MESSAGE_MAX);
    free(large);
    world_free(world);
}

/* What stands before the lines. */
static void stamps(void **state)
{
    static const struct {
        enum stamp_form form;
        const char *first, *second;
    } forms[] = { { STAMP_LOCAL, "2026-02-01 10:09:10.123456 ", "2026-02-01 10:09:12.000000 " },
                  { STAMP_UTC, "2026-02-01 08:09:10.123456Z ", "2026-02-01 08:09:12.000000Z " },
                  { STAMP_EPOCH, "1769933350.123456 ", "1769933352.000000 " },
                  { STAMP_DELTA, "+0.000000 ", "+1.876544 " },
                  { STAMP_NONE, "", "" } };
    (void)state;
    for (size_t i = 0; i < sizeof(forms) / sizeof(forms[0]); i++) {
        struct world *world =
            world_with((struct events_settings){ .form = { .stamp = { .form = forms[i].form } } });
        struct fact fact;
        setenv("TZ", "XYZ-2", 1); /* two hours east */
        tzset();
        make_login(&fact);
        publish_message(&world->publisher, &fact.event);
        const char *text = lines_take(&world->lines);
        assert_memory_equal(text, forms[i].first, strlen(forms[i].first));
        assert_memory_equal(text + strlen(forms[i].first), "tcp ", 4);
        fact.event.time = NOON + SECONDS(2);
        publish_message(&world->publisher, &fact.event);
        text = lines_take(&world->lines);
        assert_memory_equal(text, forms[i].second, strlen(forms[i].second));
        assert_memory_equal(text + strlen(forms[i].second), "tcp ", 4);
        world_free(world);
    }
    setenv("TZ", "UTC", 1);
    tzset();
}

static void findings_alone(void **state)
{
    (void)state;
    struct world *world = world_with((struct events_settings){ .findings_only = true });
    struct fact fact;
    make_login(&fact);
    publish_message(&world->publisher, &fact.event);
    publish_unfinished(&world->publisher, &fact.event);
    publish_connection(&world->publisher,
                       &(struct connection_event){ .time = NOON, .who = who_at(3, 7, 5023) });
    wrote(world, "");
    publish_finding(&world->publisher, &(struct finding_event){ .time = NOON,
                                                                .raised = true,
                                                                .who = who_at(3, 7, 5023),
                                                                .device = "",
                                                                .text = "What.",
                                                                .advice = "The mend." });
    assert_non_null(strstr(lines_take(&world->lines), "wrong-port: What."));
    world_free(world);
}

static void the_clock_is_local(void **state)
{
    (void)state;
    char memory[64];
    struct buffer out = buffer_on(memory, sizeof(memory) - 1);
    struct clock_text clock = { 0 };
    setenv("TZ", "XYZ-2", 1); /* two hours east */
    tzset();
    clock_put(&clock, &out, NOON + 7);
    clock_put(&clock, &out, NOON + 8);
    memory[out.length] = '\0';
    assert_string_equal(memory, "2026-02-01 10:09:10.0000072026-02-01 10:09:10.000008");
    out.length = 0;
    clock_put(&clock, &out, -1);
    memory[out.length] = '\0';
    assert_string_equal(memory, "1970-01-01 01:59:59.999999");
    setenv("TZ", "UTC", 1);
    tzset();
}

static void places_and_fields(void **state)
{
    (void)state;
    char memory[512];
    struct buffer out = buffer_on(memory, sizeof(memory) - 1);
    text_put_service(&out, &(struct service){ TRANSPORT_UDP, 5013 });
    text_put_service(&out, &(struct service){ TRANSPORT_TCP, 0 });
    assert_int_equal(out.length, strlen("udp 5013 "));
    assert_memory_equal(memory, "udp 5013 ", out.length);
    out.length = 0;
    struct marks marks = {
        .list = { { .name = "id", .offset = 1, .length = 3, .value = "ab\"" },
                  { .name = "checksum", .offset = 4, .length = 2, .value = "wrong", .is_wrong = true },
                  { .name = "far", .offset = 5, .length = 9 } },
        .count = 3
    };
    struct fact fact;
    make_login(&fact);
    text_put_fields(&out, &fact.identity);
    assert_int_equal(out.length, 0);
    fact.identity.bytes = cursor_of("\r\n#ab\"\x1b\x02", 8);
    fact.identity.noise = 2;
    fact.identity.reading.marks = &marks;
    text_put_fields(&out, &fact.identity);
    memory[out.length] = '\0';
    assert_string_equal(memory, "     3  id           616222  ab\"\n"
                                "     6  checksum     1b02  wrong !\n");
    out.length = 0;
    fact.identity.verdict = VERDICT_NONE;
    text_put_identity(&out, &fact.identity, 3);
    memory[out.length] = '\0';
    assert_string_equal(memory, " gt06 3 messages, device 123456789012345, no location, port 5023");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(messages),
        cmocka_unit_test(strangers),
        cmocka_unit_test(connections_and_findings),
        cmocka_unit_test(what_peers_send_is_never_raw),
        cmocka_unit_test(colours_begin_and_end),
        cmocka_unit_test(text_instead_of_hex),
        cmocka_unit_test(stamps),
        cmocka_unit_test(findings_alone),
        cmocka_unit_test(the_clock_is_local),
        cmocka_unit_test(places_and_fields),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
