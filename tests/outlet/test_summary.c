/* SPDX-License-Identifier: Apache-2.0 */
/* The closing summary: what is counted, which findings are left, and how both look. */
#include "outlet/lines.h"

#include <time.h>

#include "outlet/summary.h"

static const struct protocol gt06 = { .name = "gt06", .port = 5023 };
static const struct protocol h02 = { .name = "h02", .port = 5013 };
static const struct loss no_losses[] = { { "bytes never seen", 0, NULL }, { NULL, 0, NULL } };

enum { OWN_LOSSES = 5 }; /* the board's, behind those of the way */

struct world {
    struct lines lines;
    struct board *board;
    const char *broken_off;
    struct summary_shown shown;
    struct publisher publisher;
};

static struct world *world_new(void)
{
    struct world *world = calloc(1, sizeof(*world));
    assert_non_null(world);
    world->lines = lines_new();
    world->board = board_new(&(struct board_settings){ .devices = 2000, .findings = 2000 });
    assert_non_null(world->board);
    publisher_add(&world->publisher, board_sink(world->board));
    return world;
}

static void world_free(struct world *world)
{
    board_free(world->board);
    lines_free(&world->lines);
    free(world);
}

static void sum_up(struct world *world, const struct summary_form *form, uint64_t packets,
                   const struct loss *losses)
{
    struct summary_facts facts = { NOON + 123456, packets, losses, world->broken_off, world->shown };
    summary_write(world->board, world->lines.writer, form, &facts);
}

static const char *text_of(struct world *world, uint64_t packets, const struct loss *losses)
{
    sum_up(world, &(struct summary_form){ .json = false }, packets, losses);
    return lines_take(&world->lines);
}

/* On a terminal of so many columns. */
static const char *screen_of(struct world *world, unsigned width, const struct loss *losses)
{
    sum_up(world, &(struct summary_form){ .line = { .width = width } }, 0, losses);
    return lines_take(&world->lines);
}

static json_t *json_of(struct world *world, uint64_t packets, const struct loss *losses)
{
    sum_up(world, &(struct summary_form){ .json = true }, packets, losses);
    return lines_take_object(&world->lines);
}

/* A message of a protocol; tells: it names the device itself. */
static void send(struct world *world, uint16_t port, const struct protocol *protocol, const char *device,
                 bool tells)
{
    struct fact fact;
    fact_make(&fact, who_at(port, 7, port), NOON, protocol, "login", LOCATION_NONE, device);
    if (tells)
        reading_device(&fact.identity.reading, cursor_of_text(device));
    publish_message(&world->publisher, &fact.event);
}

static void find(struct world *world, enum finding_code code, bool raised, const char *device, unsigned host)
{
    static const enum severity severities[FINDING_CODES] = {
        [FINDING_WRONG_PORT] = SEVERITY_PROBLEM, [FINDING_UNIDENTIFIED] = SEVERITY_WARNING
    };
    struct finding_event event = { .time = NOON,
                                   .last = NOON,
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

/* A finding's times as the text has them: local. */
static const char *moment(int second)
{
    static char text[2][32];
    static unsigned turn;
    time_t when = NOON / 1000000 + second;
    struct tm local;
    turn = 1 - turn;
    strftime(text[turn], sizeof(text[turn]), "%Y-%m-%d %H:%M:%S", localtime_r(&when, &local));
    return text[turn];
}

static const char *format(const char *form, ...)
{
    static char text[4096];
    va_list arguments;
    va_start(arguments, form);
    vsnprintf(text, sizeof(text), form, arguments);
    va_end(arguments);
    return text;
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
    has_number(json_object_get(object, "lost"), "bytes_never_seen", 0);
    assert_int_equal(json_array_size(json_object_get(object, "device_list")), 0);
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
    fact.event.identity = NULL;
    publish_message(&world->publisher, &fact.event);
}

static void counts_as_text(void **state)
{
    (void)state;
    struct world *world = world_new();
    some_traffic(world);
    assert_string_equal(
        text_of(world, 42, no_losses),
        format("\nSummary: 9 messages of 2 devices in 42 packets.\n"
               "Devices:\n"
               "  ID TO REGISTER         PROTOCOL  PORT            MESSAGES  LAST SEEN            FIX\n"
               "? none yet: 203.0.113.7  h02       udp 5013 right         1  %1$s  none in what it sends\n"
               "~ A                      gt06      tcp 5023 right         3  %1$s  none in what it sends\n"
               "~ B                      h02       tcp 5013 right         3  %1$s  none in what it sends\n"
               "Ports:\n"
               "  PORT      MESSAGES  DEVICES  PROTOCOLS\n"
               "  tcp 5013         2        1  h02\n"
               "  udp 5013         1        0  h02\n"
               "  tcp 5023         5        2  gt06,h02\n"
               "  tcp 6000         1        0  no known protocol\n"
               "No finding is sure, but 2 messages did not fit the port they came to.\n",
               moment(0)));
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
    assert_string_equal(
        text_of(world, 0, no_losses),
        format("\nSummary: 1 message of 1 device.\n"
               "Devices:\n"
               "  ID TO REGISTER  PROTOCOL  PORT            MESSAGES  LAST SEEN            FIX\n"
               "! A               gt06      tcp 5013 right         1  %1$s  none in what it sends\n"
               "Findings:\n"
               "! PROBLEM wrong-port: What.\n"
               "  next: The mend. (%1$s)\n"
               "? WARNING unidentified: What.\n"
               "  next: The mend. (%1$s)\n"
               "? NOTE not-a-tracker: What.\n"
               "  next: The mend. (%1$s)\n"
               "Findings that are over:\n"
               "+ NOTE no-fix: What.\n"
               "  over: Over. (%1$s)\n"
               "Ports:\n"
               "  PORT      MESSAGES  DEVICES  PROTOCOLS\n"
               "  tcp 5013         1        1  gt06\n",
               moment(0)));
    json_t *object = json_of(world, 0, no_losses);
    const json_t *findings = json_object_get(object, "findings"), *first = json_array_get(findings, 0);
    assert_int_equal(json_array_size(findings), 4);
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
    has_text(json_array_get(findings, 3), "code", "no-fix");
    has_text(json_array_get(findings, 3), "state", "cleared");
    has_text(json_array_get(findings, 3), "text", "What.");
    has_text(json_array_get(findings, 3), "over", "Over.");
    json_decref(object);
    world_free(world);
}

static void what_is_over_is_shown_apart(void **state)
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
    assert_int_equal(json_array_size(findings), 4);
    has_text(json_array_get(findings, 0), "device", "B");
    has_text(json_array_get(findings, 0), "state", "raised");
    has_text(json_array_get(findings, 1), "peer", "203.0.113.8:40008");
    has_text(json_array_get(findings, 2), "device", "A");
    has_text(json_array_get(findings, 2), "state", "cleared");
    json_decref(object);
    find(world, FINDING_WRONG_PORT, false, "B", 7);
    find(world, FINDING_WRONG_PORT, false, "", 8);
    send(world, 5023, &gt06, "A", true);
    const char *text = text_of(world, 0, no_losses);
    assert_null(strstr(text, "Findings:\n"));
    assert_null(strstr(text, "nothing to do"));
    assert_non_null(strstr(text, "Findings that are over:\n"));
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
    assert_int_equal(count(text, "! PROBLEM "), 30); /* none of the worst is among what is left out */
    assert_int_equal(count(text, "~ NOTE "), 20);
    assert_non_null(strstr(text, "  and 10 more; --format json lists all.\n"));
    json_t *object = json_of(world, 0, no_losses);
    assert_int_equal(json_array_size(json_object_get(object, "findings")), 60);
    json_decref(object);
    world_free(world);
}

static void losses(void **state)
{
    static const struct loss some[] = { { "packets dropped by the kernel", 3, NULL },
                                        { "bytes never seen", 0, NULL },
                                        { "sessions forgotten", UINT64_MAX, NULL },
                                        { NULL, 0, NULL } };
    static const struct loss none[] = { { NULL, 0, NULL } };
    (void)state;
    struct world *world = world_new();
    assert_non_null(strstr(text_of(world, 0, some), "\nLost on the way: 3 packets dropped by the kernel, "
                                                    "18446744073709551615 sessions forgotten.\n"));
    assert_null(strstr(text_of(world, 0, none), "Lost"));
    static const struct loss small[] = { { "a", 3, NULL }, { "b", 0, NULL }, { NULL, 0, NULL } };
    json_t *object = json_of(world, 0, small);
    const json_t *lost = json_object_get(object, "lost");
    assert_int_equal(json_object_size(lost), 2 + OWN_LOSSES);
    has_number(lost, "a", 3);
    has_number(lost, "b", 0);
    json_decref(object);
    object = json_of(world, 0, none);
    assert_int_equal(json_object_size(json_object_get(object, "lost")), OWN_LOSSES);
    json_decref(object);
    world_free(world);
}

/* A device's message as the table of devices shows it. */
static void place(struct world *world, uint64_t flow, const char *device, int second, enum verdict verdict,
                  enum location location)
{
    struct fact fact;
    fact_make(&fact, who_at(flow, 7, 5013), NOON + SECONDS(second), &gt06, "position", location, device);
    fact.identity.verdict = verdict;
    fact.identity.reading.lat = 47.51;
    fact.identity.reading.lon = -19.09;
    publish_message(&world->publisher, &fact.event);
}

static void devices_with_trouble_first(void **state)
{
    (void)state;
    struct world *world = world_new();
    place(world, 1, "fine", 9, VERDICT_OK, LOCATION_VALID);
    place(world, 2, "older", 1, VERDICT_OK, LOCATION_INVALID);
    place(world, 3, "lost", 2, VERDICT_OK, LOCATION_VALID);
    place(world, 3, "lost", 3, VERDICT_OK, LOCATION_INVALID);
    place(world, 4, "strays", 0, VERDICT_WRONG_PORT, LOCATION_VALID);
    place(world, 6, "", 10, VERDICT_OK, LOCATION_VALID);
    place(world, 5, "hasty", 1, VERDICT_WRONG_TRANSPORT, LOCATION_NONE);
    const char *text = text_of(world, 0, no_losses);
    const char *at = strstr(text, "Devices:\n");
    assert_non_null(at);
    static const char *const rows[] = {
        "! strays                 gt06      tcp 5013 WRONG: use 5023         1  ", /* only needs another port */
        "  47.510000 -19.090000, 0s ago\n",
        "! hasty                  gt06      tcp 5013 WRONG: use udp          1  ",
        "? none yet: 203.0.113.7  gt06      tcp 5013 right ",
        "~ lost                   gt06      tcp 5013 right ",
        "  no fix; before that 47.510000 -19.090000, 0s ago\n",
        "~ older                  gt06      tcp 5013 right ",
        "  no fix\n",
        "+ fine                   gt06      tcp 5013 right ",
    };
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        const char *row = strstr(at, rows[i]);
        if (!row)
            fail_msg("'%s' is not behind '%s'", rows[i], at);
        at = row;
    }
    world_free(world);
}

/* The summary of much trouble, on terminals of all widths: nothing is wider than they. */
static void it_fits_a_terminal(void **state)
{
    static const struct loss lost[] = { { "packets cut off by the capture", 2,
                                          "Capture whole ones, as by tcpdump -s 0." },
                                        { "sessions forgotten", 123456, NULL },
                                        { NULL, 0, NULL } };
    (void)state;
    struct world *world = world_new();
    place(world, 1, "123456789012345", 9, VERDICT_OK, LOCATION_VALID);
    place(world, 4, "123456789012346", 0, VERDICT_WRONG_PORT, LOCATION_VALID);
    place(world, 5, "an-id-as-long-as-any-that-a-phone-app-may-choose-for-itself-123", 1, VERDICT_OK,
          LOCATION_INVALID);
    publish_finding(
        &world->publisher,
        &(struct finding_event){
            .time = NOON,
            .raised = true,
            .severity = SEVERITY_PROBLEM,
            .who = who_at(4, 7, 5013),
            .device = "123456789012346",
            .text = "Device 123456789012346 speaks gt06, but sends to port 5013, where Traccar speaks h02: "
                    "7878780d01012345678901234500018cdd0d0a78780d01012345678901234500018cdd0d0a78780d01.",
            .advice = "Set the server port in the device to 5023; its server address can stay." });
    world->shown = (struct summary_shown){ "device 123456789012345", 1, 7, 0 };
    for (unsigned width = 40; width < 200; width++) {
        const char *text = screen_of(world, width, lost);
        assert_non_null(strstr(text, "wrong-port"));
        for (const char *at = text; *at; at = strchr(at, '\n') + 1) {
            size_t columns = 0;
            for (const char *c = at; *c != '\n'; c++)
                columns += ((uint8_t)*c & 0xc0) != 0x80;
            if (columns >= width)
                fail_msg("%u columns: %.*s", width, (int)strcspn(at, "\n"), at);
        }
    }
    const char *text = screen_of(world, 80, lost);
    assert_non_null(strstr(text, "\nShown: 1 of them (device 123456789012345). What follows is about all.\n"
                                 "7 messages had no line of their own on this screen.\n"));
    assert_non_null(strstr(text, "\n+ 123456789012345"));
    assert_non_null(strstr(text,
                           "\n! PROBLEM wrong-port: Device 123456789012346 speaks gt06, but sends to port\n"
                           "  5013, where Traccar speaks h02:\n"));
    assert_non_null(
        strstr(text, "\n  next: Set the server port in the device to 5023; its server address can stay.\n"
                     "    ("));
    world_free(world);
}

static void keys_have_no_blanks(void **state)
{
    static const char *const names[][2] = {
        { "bytes never seen", "bytes_never_seen" },
        { "packets inside MPLS, not read", "packets_inside_mpls_not_read" },
        { "lines of Traccar's log too long", "lines_of_traccars_log_too_long" },
    };
    (void)state;
    for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
        char memory[LOSS_KEY];
        struct buffer out = buffer_on(memory, sizeof(memory) - 1);
        loss_put_key(&out, names[i][0]);
        memory[out.length] = '\0';
        assert_string_equal(memory, names[i][1]);
    }
}

static void many_devices_are_cut(void **state)
{
    (void)state;
    struct world *world = world_new();
    for (unsigned i = 0; i < 60; i++) {
        char device[8];
        snprintf(device, sizeof(device), "%u", i);
        place(world, i + 1, device, 0, VERDICT_OK, LOCATION_VALID);
    }
    const char *text = text_of(world, 0, no_losses);
    assert_int_equal(count(text, "  gt06      tcp 5013 right  "), 50);
    assert_non_null(strstr(text, "  and 10 more; --format json lists all.\n"));
    assert_int_equal(count(screen_of(world, 80, no_losses), " gt06     5013 right "), 20);
    json_t *object = json_of(world, 0, no_losses);
    assert_int_equal(json_array_size(json_object_get(object, "device_list")), 60);
    json_decref(object);
    world_free(world);
}

/* A finding at a time of its own, of a device; `last`: when it was last true. */
static void find_at(struct world *world, bool raised, const char *device, int second, int last)
{
    struct finding_event event = { .time = NOON + SECONDS(second),
                                   .last = NOON + SECONDS(last),
                                   .code = FINDING_WRONG_PORT,
                                   .raised = raised,
                                   .severity = SEVERITY_PROBLEM,
                                   .who = who_at(7, 7, 5013),
                                   .device = device,
                                   .text = raised ? "What." : "Over.",
                                   .advice = raised ? "The mend." : "" };
    publish_finding(&world->publisher, &event);
}

static void first_and_last_time(void **state)
{
    (void)state;
    struct world *world = world_new();
    find_at(world, true, "A", 0, 0);
    publish_confirmed(&world->publisher, &(struct finding_event){ .time = NOON + SECONDS(4000),
                                                                  .last = NOON + SECONDS(3600),
                                                                  .code = FINDING_WRONG_PORT,
                                                                  .who = who_at(7, 7, 5013),
                                                                  .device = "A",
                                                                  .text = "",
                                                                  .advice = "" });
    assert_non_null(strstr(text_of(world, 0, no_losses),
                           format("What.\n  next: The mend. (%s to %s)\n", moment(0), moment(3600))));
    find_at(world, false, "A", 5000, 4500);
    assert_non_null(strstr(text_of(world, 0, no_losses),
                           format("What.\n  over: Over. (%s to %s)\n", moment(0), moment(4500))));
    find_at(world, true, "A", 9000, 9000);
    assert_non_null(
        strstr(text_of(world, 0, no_losses),
               format("What.\n  next: The mend. (%s to %s, raised 2 times)\n", moment(0), moment(9000))));
    json_t *object = json_of(world, 0, no_losses);
    const json_t *finding = json_array_get(json_object_get(object, "findings"), 0);
    has_text(finding, "first", "2026-02-01T08:09:10Z");
    has_text(finding, "last", "2026-02-01T10:39:10Z");
    has_number(finding, "times", 2);
    json_decref(object);
    world_free(world);
}

static void connect(struct world *world, uint16_t port, enum connection_state state)
{
    publish_connection(&world->publisher, &(struct connection_event){
                                              .time = NOON, .who = who_at(port, 7, port), .state = state });
}

static void connections_that_failed_are_told(void **state)
{
    (void)state;
    struct world *world = world_new();
    for (int i = 0; i < 3; i++)
        connect(world, 5013, CONNECTION_REFUSED);
    connect(world, 5014, CONNECTION_UNANSWERED);
    connect(world, 5015, CONNECTION_HALF_OPEN);
    assert_string_equal(text_of(world, 12, no_losses),
                        "\nSummary: 0 messages of 0 devices in 12 packets: connections failed: 3 refused, "
                        "1 unanswered, 1 half-open.\n"
                        "Ports:\n"
                        "  PORT      MESSAGES  DEVICES  CONNECTIONS\n"
                        "  tcp 5013         0        0  3 refused\n"
                        "  tcp 5014         0        0  1 unanswered\n"
                        "  tcp 5015         0        0  1 half-open\n");
    json_t *object = json_of(world, 12, no_losses);
    has_number(json_array_get(json_object_get(object, "ports"), 0), "refused", 3);
    json_decref(object);
    connect(world, 5016, CONNECTION_OPENED);
    assert_non_null(strstr(text_of(world, 12, no_losses),
                           ": 1 connection brought none, others failed: 3 refused, 1 unanswered, "));
    send(world, 5023, &gt06, "A", true);
    assert_non_null(strstr(text_of(world, 12, no_losses), "\nNo findings, but connections failed.\n"));
    world_free(world);
}

/* "Nothing to do" and "nothing was received" are said only where nothing speaks against it. */
static void the_last_line_tells_the_truth(void **state)
{
    static const struct loss cut[] = { { "packets cut", 2, "Capture whole ones." }, { NULL, 0, NULL } };
    (void)state;
    struct world *world = world_new();
    assert_non_null(strstr(text_of(world, 0, no_losses), ": nothing was received.\n"));
    assert_null(strstr(text_of(world, 0, cut), "nothing was received"));
    assert_non_null(strstr(text_of(world, 9, no_losses), ": none of them brought data to the ports"));
    assert_non_null(strstr(text_of(world, 9, cut), ": none that could be read brought data to the ports"));
    assert_non_null(
        strstr(text_of(world, 9, cut), "\nLost on the way: 2 packets cut.\nCapture whole ones.\n"));
    send(world, 5023, &gt06, "A", true);
    assert_non_null(strstr(text_of(world, 9, no_losses), "\nNo findings: nothing to do.\n"));
    assert_non_null(
        strstr(text_of(world, 9, cut), "\nNo findings in what was seen, but not all was seen.\n"));
    world->broken_off = "the interface went away";
    const char *text = text_of(world, 9, no_losses);
    assert_non_null(strstr(text, "\nIt ended before its time: the interface went away.\n"));
    assert_non_null(strstr(text, "\nNo findings in what was seen, but not all was seen.\n"));
    json_t *object = json_of(world, 9, no_losses);
    has_text(object, "broken_off", "the interface went away");
    json_decref(object);
    world->broken_off = NULL;
    struct fact fact;
    fact_wrong_port(&fact, who_at(5013, 7, 5013), NOON, &gt06, "login", "A");
    publish_message(&world->publisher, &fact.event);
    assert_non_null(strstr(text_of(world, 9, no_losses),
                           "\nNo finding is sure, but 1 message did not fit the port it came to.\n"));
    world_free(world);
}

static void the_caps_are_owned_up_to(void **state)
{
    (void)state;
    struct world *world = world_new();
    for (unsigned i = 0; i < 2100; i++) {
        char device[8];
        snprintf(device, sizeof(device), "%u", i);
        send(world, 5023, &gt06, device, true);
        find(world, FINDING_WRONG_PORT, true, device, 7);
    }
    const char *text = text_of(world, 0, no_losses);
    assert_non_null(strstr(text, "Summary: 2100 messages of more than 2000 devices.\n"));
    assert_non_null(strstr(text, "  and 1950 more; --format json lists them, but not the 100 older that "
                                 "limits.devices made forget.\n"));
    json_t *object = json_of(world, 0, no_losses);
    assert_int_equal(json_array_size(json_object_get(object, "findings")), 2000);
    has_number(json_object_get(object, "lost"), "open_findings_not_in_the_summary", 100);
    has_number(json_object_get(object, "lost"), "devices_not_in_the_summary", 100);
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
        cmocka_unit_test(what_is_over_is_shown_apart),
        cmocka_unit_test(many_findings_are_cut_in_the_text_only),
        cmocka_unit_test(losses),
        cmocka_unit_test(devices_with_trouble_first),
        cmocka_unit_test(it_fits_a_terminal),
        cmocka_unit_test(keys_have_no_blanks),
        cmocka_unit_test(many_devices_are_cut),
        cmocka_unit_test(first_and_last_time),
        cmocka_unit_test(connections_that_failed_are_told),
        cmocka_unit_test(the_last_line_tells_the_truth),
        cmocka_unit_test(the_caps_are_owned_up_to),
        cmocka_unit_test(a_large_one_is_whole),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
