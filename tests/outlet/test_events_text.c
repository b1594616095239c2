/* SPDX-License-Identifier: Apache-2.0 */
/* The live record as text: lines in Traccar's manner, and nothing from the network on them as it came. */
#include "outlet/lines.h"

#include <time.h>

#include "outlet/events.h"
#include "outlet/text.h"

static const struct protocol gt06 = { .name = "gt06", .port = 5023 };
static const struct protocol h02 = { .name = "h02", .port = 5013 };

struct world {
    struct lines lines;
    struct events *events;
    struct publisher publisher;
};

static struct world *world_new(enum events_format format)
{
    struct world *world = calloc(1, sizeof(*world));
    assert_non_null(world);
    setenv("TZ", "UTC", 1);
    tzset();
    world->lines = lines_new();
    world->events = events_new(world->lines.writer, format);
    assert_non_null(world->events);
    assert_true(publisher_add(&world->publisher, events_sink(world->events)));
    return world;
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
    struct world *world = world_new(EVENTS_TEXT);
    struct fact fact;
    make_login(&fact);
    publish_message(&world->publisher, &fact.event);
    wrote(world, "2026-02-01 08:09:10.123456 tcp 5023 203.0.113.7:40001 < 787801 gt06 login, device "
                 "123456789012345, no location, ok\n");
    fact.event.who.transport = TRANSPORT_UDP;
    fact.told.reading.location = LOCATION_VALID;
    fact.told.reading.lat = 47.51;
    fact.told.reading.lon = -19.09;
    fact.told.verdict = VERDICT_WRONG_PORT;
    fact.told.candidates[1] = &h02;
    fact.told.candidate_count = 2;
    fact.told.certainty = CLAIM_LIKELY;
    fact.told.device = "";
    fact.event.lost = 12;
    publish_message(&world->publisher, &fact.event);
    wrote(world, "2026-02-01 08:09:10.123456 udp 5023 203.0.113.7:40001 < 787801 gt06 or h02 (likely) login, "
                 "47.510000 -19.090000, WRONG PORT: use 5023 (12 bytes before it were not seen)\n");
    make_login(&fact);
    fact.told.reading.location = LOCATION_INVALID;
    fact.told.reading.type = "position";
    publish_message(&world->publisher, &fact.event);
    wrote(world, "2026-02-01 08:09:10.123456 tcp 5023 203.0.113.7:40001 < 787801 gt06 position, device "
                 "123456789012345, no fix, ok\n");
    fact.event.direction = DIRECTION_OUT;
    fact.event.told = NULL;
    publish_message(&world->publisher, &fact.event);
    wrote(world, "2026-02-01 08:09:10.123456 tcp 5023 203.0.113.7:40001 > 787801 answer\n");
    world_free(world);
}

static void strangers(void **state)
{
    (void)state;
    struct world *world = world_new(EVENTS_TEXT);
    struct fact fact;
    fact_make(&fact, who_at(1, 7, 5023), NOON, NULL, "unknown", LOCATION_UNKNOWN, "");
    publish_message(&world->publisher, &fact.event);
    wrote(world, "2026-02-01 08:09:10.000000 tcp 5023 203.0.113.7:40001 < 787801 unidentified\n");
    fact.told.kind = "tls";
    fact.told.verdict = VERDICT_NOT_A_TRACKER;
    publish_message(&world->publisher, &fact.event);
    wrote(world, "2026-02-01 08:09:10.000000 tcp 5023 203.0.113.7:40001 < 787801 not a tracker: tls\n");
    world_free(world);
}

static void connections_and_findings(void **state)
{
    (void)state;
    struct world *world = world_new(EVENTS_TEXT);
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
    wrote(world, "2026-02-01 08:09:10.000000 *** PROBLEM no-fix: What. The mend.\n"
                 "2026-02-01 08:09:10.000000 *** WARNING no-fix: What. The mend.\n"
                 "2026-02-01 08:09:10.000000 *** NOTE no-fix: What. The mend.\n"
                 "2026-02-01 08:09:10.000000 *** over: no-fix of 42 on port 5023. What.\n"
                 "2026-02-01 08:09:10.000000 *** over: no-fix of 203.0.113.7:40003 on port 5023. What.\n");
    world_free(world);
}

/* Text, colours or JSON: control characters of the peer's never reach the terminal. */
static void what_peers_send_is_never_raw(void **state)
{
    (void)state;
    uint8_t bytes[256];
    for (unsigned i = 0; i < sizeof(bytes); i++)
        bytes[i] = (uint8_t)i;
    for (int format = EVENTS_TEXT; format <= EVENTS_JSON; format++) {
        struct world *world = world_new((enum events_format)format);
        for (unsigned start = 0; start < 256; start += 16) {
            struct fact fact;
            make_login(&fact);
            reading_device(&fact.told.reading, cursor_of(bytes + start, 16));
            snprintf(fact.device, sizeof(fact.device), "%s", fact.told.reading.device);
            fact.event.bytes = fact.told.bytes = cursor_of(bytes, sizeof(bytes));
            publish_message(&world->publisher, &fact.event);
            const char *text = lines_take(&world->lines);
            const char *end = text + strlen(text) - 1;
            assert_int_equal(*end, '\n');
            unsigned escapes = 0;
            for (const char *at = text; at < end; at++) {
                escapes += *at == '\x1b';
                assert_true((*at >= 0x20 && *at < 0x7f) || (*at == '\x1b' && format == EVENTS_COLOUR));
            }
            assert_int_equal(escapes, format == EVENTS_COLOUR ? 2 : 0);
        }
        world_free(world);
    }
}

static void colours_begin_and_end(void **state)
{
    (void)state;
    struct world *world = world_new(EVENTS_COLOUR);
    struct fact fact;
    make_login(&fact);
    publish_message(&world->publisher, &fact.event);
    wrote(world, "2026-02-01 08:09:10.123456 tcp 5023 203.0.113.7:40001 < 787801\x1b[32m gt06 login, device "
                 "123456789012345, no location, ok\x1b[0m\n");
    fact.told.verdict = VERDICT_WRONG_PORT;
    publish_message(&world->publisher, &fact.event);
    assert_non_null(strstr(lines_take(&world->lines), "787801\x1b[31m gt06"));
    struct finding_event finding = { .time = NOON,
                                     .raised = true,
                                     .severity = SEVERITY_PROBLEM,
                                     .who = who_at(3, 7, 5023),
                                     .device = "",
                                     .text = "What.",
                                     .advice = "The mend." };
    publish_finding(&world->publisher, &finding);
    wrote(world, "2026-02-01 08:09:10.000000\x1b[1;31m *** PROBLEM wrong-port: What. The mend.\x1b[0m\n");
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
    text_put_place(&out, &(struct place){ TRANSPORT_UDP, 5013 });
    text_put_place(&out, &(struct place){ TRANSPORT_TCP, 0 });
    assert_int_equal(out.length, strlen("udp 5013 "));
    assert_memory_equal(memory, "udp 5013 ", out.length);
    out.length = 0;
    struct marks marks = { .list = { { "id", 1, 3 }, { "time", 4, 2 }, { "far", 5, 9 } }, .count = 3 };
    struct fact fact;
    make_login(&fact);
    text_put_fields(&out, &fact.told);
    assert_int_equal(out.length, 0);
    fact.told.bytes = cursor_of("\r\n#ab\"\x1b\x02", 8);
    fact.told.noise = 2;
    fact.told.reading.marks = &marks;
    text_put_fields(&out, &fact.told);
    memory[out.length] = '\0';
    assert_string_equal(memory, "     3  id           616222  \"ab\"\"\n"
                                "     6  time         1b02\n");
    out.length = 0;
    fact.told.verdict = VERDICT_NONE;
    text_put_told(&out, &fact.told, 3);
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
        cmocka_unit_test(the_clock_is_local),
        cmocka_unit_test(places_and_fields),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
