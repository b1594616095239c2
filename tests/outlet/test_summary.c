/* SPDX-License-Identifier: Apache-2.0 */
/* The closing summary: what is counted, which findings are left, and how both look. */
#include "outlet/lines.h"

#include "outlet/summary.h"

static const struct protocol gt06 = { .name = "gt06", .port = 5023 };
static const struct protocol h02 = { .name = "h02", .port = 5013 };
static const struct loss no_losses[] = { { "bytes never seen", 0 }, { NULL, 0 } };

struct world {
    struct lines lines;
    struct summary *summary;
    struct publisher publisher;
};

static struct world *world_new(void)
{
    struct world *world = calloc(1, sizeof(*world));
    assert_non_null(world);
    world->lines = lines_new();
    world->summary = summary_new();
    assert_non_null(world->summary);
    assert_true(publisher_add(&world->publisher, summary_sink(world->summary)));
    return world;
}

static void world_free(struct world *world)
{
    summary_free(world->summary);
    summary_free(NULL);
    lines_free(&world->lines);
    free(world);
}

static const char *text_of(struct world *world, uint64_t packets, const struct loss *losses)
{
    summary_write(world->summary, world->lines.writer, false, NOON + 123456, packets, losses);
    return lines_take(&world->lines);
}

static json_t *json_of(struct world *world, uint64_t packets, const struct loss *losses)
{
    summary_write(world->summary, world->lines.writer, true, NOON + 123456, packets, losses);
    return lines_take_object(&world->lines);
}

/* A message of a protocol; tells: it names the device itself. */
static void send(struct world *world, uint16_t port, const struct protocol *protocol, const char *device,
                 bool tells)
{
    struct fact fact;
    fact_make(&fact, who_at(1, 7, port), NOON, protocol, "login", LOCATION_NONE, device);
    if (tells)
        reading_device(&fact.told.reading, cursor_of_text(device));
    publish_message(&world->publisher, &fact.event);
}

static void find(struct world *world, enum finding_code code, bool raised, const char *device, unsigned host)
{
    static const enum severity severities[FINDING_CODES] = {
        [FINDING_WRONG_PORT] = SEVERITY_PROBLEM, [FINDING_UNIDENTIFIED] = SEVERITY_WARNING
    };
    struct finding_event event = { .time = NOON,
                                   .code = code,
                                   .raised = raised,
                                   .severity = severities[code],
                                   .who = who_at(host, host, 5013),
                                   .device = device,
                                   .protocol = &gt06,
                                   .right_port = 5023,
                                   .text = raised ? "What." : "Over.",
                                   .advice = raised ? "The mend." : "" };
    publish_finding(&world->publisher, &event);
}

static void nothing_was_received(void **state)
{
    (void)state;
    struct world *world = world_new();
    assert_string_equal(text_of(world, 0, no_losses),
                        "\nSummary: 0 messages of 0 devices: nothing was received.\n");
    json_t *object = json_of(world, 0, no_losses);
    has_text(object, "event", "summary");
    has_text(object, "time", "2026-02-01T08:09:10.123456Z");
    has_number(object, "packets", 0);
    has_number(object, "messages", 0);
    has_number(object, "devices", 0);
    assert_true(json_is_array(json_object_get(object, "ports")));
    assert_int_equal(json_array_size(json_object_get(object, "ports")), 0);
    assert_true(json_is_array(json_object_get(object, "findings")));
    assert_int_equal(json_array_size(json_object_get(object, "findings")), 0);
    has_number(json_object_get(object, "lost"), "bytes never seen", 0);
    json_decref(object);
    world_free(world);
}

static void some_traffic(struct world *world)
{
    send(world, 5023, &gt06, "A", true);
    send(world, 5023, &gt06, "A", false); /* known from the login: no new device */
    send(world, 5023, &gt06, "A", true);
    send(world, 5023, &gt06, "B", true);
    send(world, 5023, &h02, "B", false);
    send(world, 5013, &h02, "B", true); /* the same device on another port */
    send(world, 5013, NULL, "", false);
    struct fact fact;
    fact_make(&fact, who_at(1, 7, 5013), NOON, &h02, "login", LOCATION_NONE, "");
    fact.event.who.transport = TRANSPORT_UDP;
    publish_message(&world->publisher, &fact.event);
    fact_make(&fact, who_at(1, 7, 6000), NOON, NULL, "unknown", LOCATION_UNKNOWN, "");
    publish_message(&world->publisher, &fact.event);
    fact.event.direction = DIRECTION_OUT; /* what the server says is no message of a device */
    fact.event.told = NULL;
    publish_message(&world->publisher, &fact.event);
}

static void counts_as_text(void **state)
{
    (void)state;
    struct world *world = world_new();
    some_traffic(world);
    assert_string_equal(text_of(world, 42, no_losses),
                        "\nSummary: 9 messages of 2 devices in 42 packets.\n"
                        "  port 5013  tcp         2 messages      1 device  h02\n"
                        "  port 5013  udp         1 message      0 devices  h02\n"
                        "  port 5023  tcp         5 messages      2 devices  gt06,h02\n"
                        "  port 6000  tcp         1 message      0 devices  no known protocol\n"
                        "No findings: nothing to do.\n");
    world_free(world);
}

static void counts_as_json(void **state)
{
    (void)state;
    struct world *world = world_new();
    some_traffic(world);
    json_t *object = json_of(world, 42, no_losses);
    has_number(object, "packets", 42);
    has_number(object, "messages", 9);
    has_number(object, "devices", 2);
    const json_t *ports = json_object_get(object, "ports");
    assert_int_equal(json_array_size(ports), 4);
    const json_t *port = json_array_get(ports, 2);
    has_number(port, "port", 5023);
    has_text(port, "transport", "tcp");
    has_number(port, "messages", 5);
    has_number(port, "devices", 2);
    const json_t *protocols = json_object_get(port, "protocols");
    assert_int_equal(json_array_size(protocols), 2);
    assert_string_equal(json_string_value(json_array_get(protocols, 1)), "h02");
    assert_int_equal(json_array_size(json_object_get(json_array_get(ports, 3), "protocols")), 0);
    json_decref(object);
    world_free(world);
}

static void the_worst_finding_first(void **state)
{
    (void)state;
    struct world *world = world_new();
    send(world, 5013, &gt06, "A", true);
    find(world, FINDING_NOT_A_TRACKER, true, "", 9);
    find(world, FINDING_UNIDENTIFIED, true, "", 8);
    find(world, FINDING_WRONG_PORT, true, "A", 7);
    find(world, FINDING_NO_FIX, true, "A", 7);
    find(world, FINDING_NO_FIX, false, "A", 7);
    assert_string_equal(text_of(world, 0, no_losses),
                        "\nSummary: 1 message of 1 device.\n"
                        "  port 5013  tcp         1 message      1 device  gt06\n"
                        "Findings:\n"
                        "  PROBLEM wrong-port: What. The mend.\n"
                        "  WARNING unidentified: What. The mend.\n"
                        "  NOTE not-a-tracker: What. The mend.\n");
    json_t *object = json_of(world, 0, no_losses);
    const json_t *findings = json_object_get(object, "findings"), *first = json_array_get(findings, 0);
    assert_int_equal(json_array_size(findings), 3);
    has_text(first, "time", "2026-02-01T08:09:10Z");
    has_text(first, "code", "wrong-port");
    has_text(first, "state", "raised");
    has_text(first, "severity", "problem");
    has_number(first, "port", 5013);
    has_text(first, "transport", "tcp");
    has_text(first, "peer", "203.0.113.7:40007");
    has_text(first, "device", "A");
    has_text(first, "protocol", "gt06");
    has_number(first, "right_port", 5023);
    has_text(first, "text", "What.");
    has_text(first, "advice", "The mend.");
    has_text(json_array_get(findings, 2), "code", "not-a-tracker");
    json_decref(object);
    world_free(world);
}

static void only_what_is_left_is_shown(void **state)
{
    (void)state;
    struct world *world = world_new();
    find(world, FINDING_WRONG_PORT, true, "A", 7);
    find(world, FINDING_WRONG_PORT, true, "B", 7);
    find(world, FINDING_WRONG_PORT, true, "", 7);
    find(world, FINDING_WRONG_PORT, true, "", 8);
    find(world, FINDING_WRONG_PORT, false, "A", 7);
    find(world, FINDING_WRONG_PORT, false, "", 7);
    find(world, FINDING_WRONG_PORT, false, "C", 7); /* was raised before this summary began */
    json_t *object = json_of(world, 0, no_losses);
    const json_t *findings = json_object_get(object, "findings");
    assert_int_equal(json_array_size(findings), 2);
    has_text(json_array_get(findings, 0), "device", "B");
    has_text(json_array_get(findings, 1), "peer", "203.0.113.8:40008");
    json_decref(object);
    find(world, FINDING_WRONG_PORT, false, "B", 7);
    find(world, FINDING_WRONG_PORT, false, "", 8);
    send(world, 5023, &gt06, "A", true);
    assert_non_null(strstr(text_of(world, 0, no_losses), "No findings: nothing to do.\n"));
    world_free(world);
}

static unsigned count(const char *text, const char *what)
{
    unsigned n = 0;
    for (const char *at = text; (at = strstr(at, what)); at++)
        n++;
    return n;
}

static void many_findings_are_cut_in_the_text_only(void **state)
{
    (void)state;
    struct world *world = world_new();
    for (unsigned i = 0; i < 60; i++) {
        char device[8];
        snprintf(device, sizeof(device), "%u", i);
        find(world, i % 2 ? FINDING_NO_FIX : FINDING_WRONG_PORT, true, device, 7);
    }
    const char *text = text_of(world, 0, no_losses);
    assert_int_equal(count(text, "  PROBLEM "), 30); /* none of the worst is among what is left out */
    assert_int_equal(count(text, "  NOTE "), 20);
    assert_non_null(strstr(text, "  … and 10 more; --format json lists all.\n"));
    json_t *object = json_of(world, 0, no_losses);
    assert_int_equal(json_array_size(json_object_get(object, "findings")), 60);
    json_decref(object);
    world_free(world);
}

static void losses(void **state)
{
    static const struct loss some[] = { { "packets dropped by the kernel", 3 },
                                        { "bytes never seen", 0 },
                                        { "sessions forgotten", UINT64_MAX },
                                        { NULL, 0 } };
    static const struct loss none[] = { { NULL, 0 } };
    (void)state;
    struct world *world = world_new();
    assert_non_null(strstr(text_of(world, 0, some), "\nLost on the way: 3 packets dropped by the kernel, "
                                                    "18446744073709551615 sessions forgotten.\n"));
    assert_null(strstr(text_of(world, 0, none), "Lost"));
    static const struct loss small[] = { { "a", 3 }, { "b", 0 }, { NULL, 0 } };
    json_t *object = json_of(world, 0, small);
    const json_t *lost = json_object_get(object, "lost");
    assert_int_equal(json_object_size(lost), 2);
    has_number(lost, "a", 3);
    has_number(lost, "b", 0);
    json_decref(object);
    object = json_of(world, 0, none);
    assert_int_equal(json_object_size(json_object_get(object, "lost")), 0);
    json_decref(object);
    world_free(world);
}

/* Far more lines than the writer buffers at once, still one JSON object. */
static void a_large_one_is_whole(void **state)
{
    (void)state;
    struct world *world = world_new();
    for (unsigned i = 0; i < 1900; i++) {
        char device[8];
        snprintf(device, sizeof(device), "%u", i);
        send(world, (uint16_t)(5000 + i), i % 3 ? &gt06 : &h02, device, true);
        find(world, FINDING_WRONG_PORT, true, device, 7);
    }
    json_t *object = json_of(world, UINT64_C(1) << 40, no_losses);
    has_number(object, "packets", INT64_C(1) << 40);
    has_number(object, "devices", 1900);
    assert_int_equal(json_array_size(json_object_get(object, "ports")), 1900);
    assert_int_equal(json_array_size(json_object_get(object, "findings")), 1900);
    json_decref(object);
    world_free(world);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(nothing_was_received),
        cmocka_unit_test(counts_as_text),
        cmocka_unit_test(counts_as_json),
        cmocka_unit_test(the_worst_finding_first),
        cmocka_unit_test(only_what_is_left_is_shown),
        cmocka_unit_test(many_findings_are_cut_in_the_text_only),
        cmocka_unit_test(losses),
        cmocka_unit_test(a_large_one_is_whole),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
