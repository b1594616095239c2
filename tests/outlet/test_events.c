/* SPDX-License-Identifier: Apache-2.0 */
/* The live record: JSON lines that hold what is promised, and text lines that people read. */
#include "outlet/lines.h"

#include <time.h>

#include "outlet/events.h"

static const struct protocol gt06 = { .name = "gt06", .port = 5023 };
static const struct protocol h02 = { .name = "h02", .port = 5013 };

struct world {
    struct lines lines;
    struct events *events;
    struct publisher publisher;
};

static struct world *world_new(bool json)
{
    struct world *world = calloc(1, sizeof(*world));
    assert_non_null(world);
    setenv("TZ", "UTC", 1);
    tzset();
    world->lines = lines_new();
    world->events = events_new(&(struct events_parts){ world->lines.writer, NULL, NULL },
                               &(struct events_settings){ .json = json });
    assert_non_null(world->events);
    publisher_add(&world->publisher, events_sink(world->events));
    return world;
}

static void world_free(struct world *world)
{
    events_free(world->events);
    events_free(NULL);
    lines_free(&world->lines);
    free(world);
}

static void make_position(struct fact *fact)
{
    fact_make(fact, who_at(17, 7, 5023), NOON + 123456, &gt06, "position", LOCATION_VALID, "123456789012345");
    fact->identity.reading.has_coordinates = fact->identity.reading.has_time = true;
    fact->identity.reading.lat = 47.51;
    fact->identity.reading.lon = 19.09;
    fact->identity.reading.time = NOON / 1000000 - 60;
}

static void a_message_as_json(void **state)
{
    (void)state;
    struct world *world = world_new(true);
    struct fact fact;
    make_position(&fact);
    publish_message(&world->publisher, &fact.event);
    json_t *object = lines_take_object(&world->lines);
    has_text(object, "event", "message");
    has_text(object, "time", "2026-02-01T08:09:10.123456Z");
    has_number(object, "flow", 17);
    has_text(object, "transport", "tcp");
    has_number(object, "port", 5023);
    has_text(object, "peer", "203.0.113.7:40017");
    has_text(object, "direction", "in");
    has_text(object, "hex", "787801");
    has_text(object, "protocol", "gt06");
    has_text(object, "certainty", "certain");
    has_text(object, "verdict", "ok");
    has_number(object, "right_port", 5023);
    has_text(object, "device", "123456789012345");
    has_text(object, "location", "valid");
    has_degrees(object, "lat", 47.51);
    has_degrees(object, "lon", 19.09);
    has_text(object, "fix_time", "2026-02-01T08:08:10Z");
    lacks(object, "kind");
    lacks(object, "lost");
    const json_t *candidates = json_object_get(object, "candidates"),
                 *messages = json_object_get(object, "messages");
    assert_int_equal(json_array_size(candidates), 1);
    assert_string_equal(json_string_value(json_array_get(candidates, 0)), "gt06");
    assert_int_equal(json_array_size(messages), 1);
    const json_t *message = json_array_get(messages, 0);
    has_text(message, "type", "position");
    has_number(message, "length", 3);
    has_text(message, "location", "valid");
    has_text(message, "time", "2026-02-01T08:08:10Z");
    json_decref(object);
    world_free(world);
}

static void a_stranger_as_json(void **state)
{
    (void)state;
    struct world *world = world_new(true);
    struct fact fact;
    fact_make(&fact, who_at(1, 7, 5023), NOON, NULL, "unknown", LOCATION_UNKNOWN, "");
    fact.identity.kind = "tls";
    fact.identity.verdict = VERDICT_NOT_A_TRACKER;
    fact.event.lost = 9;
    fact.event.who.transport = TRANSPORT_UDP;
    publish_message(&world->publisher, &fact.event);
    json_t *object = lines_take_object(&world->lines);
    has_text(object, "time", "2026-02-01T08:09:10.000000Z");
    has_text(object, "transport", "udp");
    has_text(object, "certainty", "none");
    has_text(object, "verdict", "not-a-tracker");
    has_text(object, "kind", "tls");
    has_text(object, "location", "unknown");
    has_number(object, "lost", 9);
    lacks(object, "protocol");
    lacks(object, "right_port");
    lacks(object, "device");
    lacks(object, "lat");
    json_decref(object);
    world_free(world);
}

static void an_answer_as_json(void **state)
{
    (void)state;
    struct world *world = world_new(true);
    struct fact fact;
    make_position(&fact);
    fact.event.direction = DIRECTION_OUT;
    fact.event.identity = NULL;
    publish_message(&world->publisher, &fact.event);
    json_t *object = lines_take_object(&world->lines);
    has_text(object, "event", "message");
    has_text(object, "direction", "out");
    has_text(object, "peer", "203.0.113.7:40017"); /* the tracker's side in both directions */
    has_text(object, "hex", "787801");
    has_text(object, "protocol", "gt06");
    has_text(object, "device", "123456789012345");
    lacks(object, "verdict");
    lacks(object, "messages");
    json_decref(object);
    fact.event.protocol = NULL;
    fact.event.device = "";
    publish_message(&world->publisher, &fact.event);
    object = lines_take_object(&world->lines);
    lacks(object, "protocol");
    lacks(object, "device");
    json_decref(object);
    world_free(world);
}

static void connections_as_json(void **state)
{
    (void)state;
    struct world *world = world_new(true);
    struct connection_event event = { .time = NOON, .who = who_at(3, 7, 5023), .state = CONNECTION_OPENED };
    event.who.peer = endpoint_of_v6((uint8_t[16]){ 0x20, 0x01, 0x0d, 0xb8, [15] = 1 }, 40003);
    publish_connection(&world->publisher, &event);
    json_t *object = lines_take_object(&world->lines);
    has_text(object, "event", "connection");
    has_text(object, "time", "2026-02-01T08:09:10.000000Z");
    has_number(object, "flow", 3);
    has_text(object, "transport", "tcp");
    has_number(object, "port", 5023);
    has_text(object, "peer", "[2001:db8::1]:40003");
    has_text(object, "state", "opened");
    lacks(object, "reason");
    json_decref(object);
    event.state = CONNECTION_CLOSED;
    event.reason = "reset";
    event.bytes_in = 18;
    event.bytes_out = 10;
    publish_connection(&world->publisher, &event);
    object = lines_take_object(&world->lines);
    has_text(object, "state", "closed");
    has_text(object, "reason", "reset");
    has_number(object, "bytes_in", 18);
    has_number(object, "bytes_out", 10);
    json_decref(object);
    world_free(world);
}

static struct finding_event wrong_port(void)
{
    return (struct finding_event){ .time = NOON + 1,
                                   .code = FINDING_WRONG_PORT,
                                   .raised = true,
                                   .severity = SEVERITY_PROBLEM,
                                   .who = who_at(1, 7, 5013),
                                   .device = "42",
                                   .protocol = &gt06,
                                   .right_port = 5023,
                                   .text = "What.",
                                   .advice = "The mend." };
}

static void findings_as_json(void **state)
{
    (void)state;
    struct world *world = world_new(true);
    struct finding_event event = wrong_port();
    publish_finding(&world->publisher, &event);
    json_t *object = lines_take_object(&world->lines);
    has_text(object, "event", "finding");
    has_text(object, "time", "2026-02-01T08:09:10.000001Z");
    has_text(object, "code", "wrong-port");
    has_text(object, "state", "raised");
    has_text(object, "severity", "problem");
    has_number(object, "port", 5013);
    has_text(object, "transport", "tcp");
    has_text(object, "peer", "203.0.113.7:40001");
    has_text(object, "device", "42");
    has_text(object, "protocol", "gt06");
    has_number(object, "right_port", 5023);
    has_text(object, "text", "What.");
    has_text(object, "advice", "The mend.");
    json_decref(object);
    event.raised = false;
    event.device = "";
    publish_finding(&world->publisher, &event);
    object = lines_take_object(&world->lines);
    has_text(object, "state", "cleared");
    lacks(object, "device");
    json_decref(object);
    world_free(world);
}

static void times_before_and_after(void **state)
{
    static const struct {
        int64_t time;
        const char *text;
    } all[] = {
        { 0, "1970-01-01T00:00:00.000000Z" },
        { -1, "1969-12-31T23:59:59.999999Z" },
        { -1000000, "1969-12-31T23:59:59.000000Z" },
        { NOON + 999999, "2026-02-01T08:09:10.999999Z" },
        { NOON + 1000000, "2026-02-01T08:09:11.000000Z" },
        { NOON, "2026-02-01T08:09:10.000000Z" },
    };
    (void)state;
    struct world *world = world_new(true);
    struct fact fact;
    make_position(&fact);
    for (size_t i = 0; i < sizeof(all) / sizeof(all[0]); i++) {
        fact.event.time = all[i].time;
        publish_message(&world->publisher, &fact.event);
        json_t *object = lines_take_object(&world->lines);
        has_text(object, "time", all[i].text);
        json_decref(object);
    }
    world_free(world);
}

static void the_largest_message_fits_on_a_line(void **state)
{
    (void)state;
    uint8_t *bytes = calloc(1, MESSAGE_MAX);
    assert_non_null(bytes);
    for (int json = 0; json < 2; json++) {
        struct world *world = world_new(json != 0);
        struct fact fact;
        make_position(&fact);
        fact.event.bytes = fact.identity.bytes = cursor_of(bytes, MESSAGE_MAX);
        for (unsigned i = 0; i < 5; i++)
            publish_message(&world->publisher, &fact.event);
        const char *text = lines_take(&world->lines);
        unsigned ends = 0;
        for (const char *at = text; (at = strchr(at, '\n')); at++)
            ends++;
        assert_int_equal(ends, 5);
        assert_true(strlen(text) > 5 * 2 * MESSAGE_MAX);
        world_free(world);
    }
    free(bytes);
}

static void several_candidates_as_json(void **state)
{
    (void)state;
    struct world *world = world_new(true);
    struct fact fact;
    make_position(&fact);
    fact.identity.candidates[1] = &h02;
    fact.identity.candidate_count = 2;
    publish_message(&world->publisher, &fact.event);
    json_t *object = lines_take_object(&world->lines);
    has_text(object, "protocol", "gt06");
    const json_t *candidates = json_object_get(object, "candidates");
    assert_int_equal(json_array_size(candidates), 2);
    assert_string_equal(json_string_value(json_array_get(candidates, 1)), "h02");
    json_decref(object);
    world_free(world);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_message_as_json),
        cmocka_unit_test(a_stranger_as_json),
        cmocka_unit_test(an_answer_as_json),
        cmocka_unit_test(connections_as_json),
        cmocka_unit_test(findings_as_json),
        cmocka_unit_test(times_before_and_after),
        cmocka_unit_test(the_largest_message_fits_on_a_line),
        cmocka_unit_test(several_candidates_as_json),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
