/* SPDX-License-Identifier: Apache-2.0 */
/* JSON records read back tell what was told: written again they are the same lines. */
#include "support/recorder.h"

#include "outlet/events_json.h"
#include "outlet/record_read.h"
#include "protocol/registry.h"

/* Writes each event as a line. */
struct copy {
    struct sink sink;
    struct publisher publisher;
    struct json_clock clock;
    struct buffer out;
    char memory[1 << 18];
};

static void on_message(void *context, const struct message_event *event)
{
    struct copy *copy = context;
    json_put_message(&copy->clock, &copy->out, event);
}

static void on_unfinished(void *context, const struct message_event *event)
{
    struct copy *copy = context;
    json_put_unfinished(&copy->clock, &copy->out, event);
}

static void on_connection(void *context, const struct connection_event *event)
{
    struct copy *copy = context;
    json_put_connection(&copy->clock, &copy->out, event);
}

static void on_finding(void *context, const struct finding_event *event)
{
    struct copy *copy = context;
    json_put_finding(&copy->clock, &copy->out, event);
}

static struct copy *copy_new(void)
{
    struct copy *copy = calloc(1, sizeof(*copy));
    assert_non_null(copy);
    copy->out = buffer_on(copy->memory, sizeof(copy->memory) - 1);
    copy->sink = (struct sink){ .context = copy,
                                .message = on_message,
                                .unfinished = on_unfinished,
                                .connection = on_connection,
                                .finding = on_finding };
    publisher_add(&copy->publisher, &copy->sink);
    return copy;
}

/* Reads the line that was written, and writes it again. */
static void same_again(struct copy *first, enum record_kind kind)
{
    struct copy *second = copy_new();
    struct record_reader *reader = record_reader_new();
    assert_non_null(reader);
    assert_false(first->out.full);
    assert_int_equal(record_read(reader, cursor_of(first->memory, first->out.length - 1)), kind);
    record_publish(reader, &second->publisher);
    first->memory[first->out.length] = second->memory[second->out.length] = '\0';
    assert_string_equal(first->memory, second->memory);
    record_reader_free(reader);
    record_reader_free(NULL);
    first->out.length = 0;
    free(second);
}

static void messages(void **state)
{
    static const struct protocol own = { .name = "site-own", .port = 6001 };
    (void)state;
    struct copy *copy = copy_new();
    struct fact fact;
    const struct protocol *gt06 = registry_find("gt06");
    for (int verdict = VERDICT_NONE; verdict <= VERDICT_WRONG_TRANSPORT; verdict++) {
        for (int location = LOCATION_UNKNOWN; location <= LOCATION_VALID; location++) {
            const struct protocol *protocol = location == LOCATION_NONE ? &own : gt06;
            fact_make(&fact, who_at(17, 7, 5023), NOON + 123456,
                      verdict == VERDICT_UNIDENTIFIED ? NULL : protocol, "position", (enum location)location,
                      location == LOCATION_INVALID ? "" : "A \"b\" \\");
            fact.identity.verdict = (enum verdict)verdict;
            if (verdict != VERDICT_UNIDENTIFIED)
                fact.identity.candidates[fact.identity.candidate_count++] = registry_find("h02");
            if (location >= LOCATION_INVALID) {
                fact.identity.reading.has_coordinates = fact.identity.reading.has_time = true;
                fact.identity.reading.lat = -33.45;
                fact.identity.reading.lon = 19.090001;
                fact.identity.reading.time = NOON / SECONDS(1);
            }
            fact.event.lost = (size_t)location;
            publish_message(&copy->publisher, &fact.event);
            same_again(copy, RECORD_MESSAGE);
        }
    }
    fact_make(&fact, who_at(1, 7, 1), NOON, NULL, "unknown", LOCATION_UNKNOWN, "");
    fact.identity.verdict = VERDICT_NOT_A_TRACKER;
    fact.identity.kind = "tls";
    fact.event.who.transport = TRANSPORT_UDP;
    fact.event.who.peer = endpoint_of_v6((const uint8_t[16]){ 0x20, 1, 0xd, 0xb8, [15] = 1 }, 65535);
    publish_message(&copy->publisher, &fact.event);
    same_again(copy, RECORD_MESSAGE);
    publish_unfinished(&copy->publisher, &fact.event);
    same_again(copy, RECORD_UNFINISHED);
    /* what the server says */
    fact.event.identity = NULL;
    fact.event.protocol = gt06;
    fact.event.device = "123";
    fact.event.direction = DIRECTION_OUT;
    fact.event.who.peer.port = 0;
    publish_message(&copy->publisher, &fact.event);
    same_again(copy, RECORD_MESSAGE);
    free(copy);
}

static void the_others(void **state)
{
    (void)state;
    struct copy *copy = copy_new();
    for (int kind = 0; kind < CONNECTION_STATES; kind++) {
        publish_connection(&copy->publisher, &(struct connection_event){ .time = NOON + 1,
                                                                         .who = who_at(3, 9, 5023),
                                                                         .state = (enum connection_state)kind,
                                                                         .reason = kind > 0 ? "reset" : NULL,
                                                                         .bytes_in = 1234567890123,
                                                                         .bytes_out = 7 });
        same_again(copy, RECORD_CONNECTION);
    }
    for (int code = 0; code < FINDING_CODES; code++) {
        publish_finding(&copy->publisher,
                        &(struct finding_event){ .time = NOON,
                                                 .last = NOON,
                                                 .code = (enum finding_code)code,
                                                 .raised = code % 2 == 0,
                                                 .severity = (enum severity)(code % 3),
                                                 .first = NOON - SECONDS(60),
                                                 .count = (uint64_t)(code + 1),
                                                 .who = code == 0 ? (struct who){ 0 } : who_at(0, 9, 5023),
                                                 .sample = cursor_of("xx", code % 4 ? 0 : 2),
                                                 .device = code % 2 ? "A" : "",
                                                 .protocol = code % 3 ? registry_find("h02") : NULL,
                                                 .right_port = (uint16_t)(code % 2 ? 5013 : 0),
                                                 .text = "What: \"this\".",
                                                 .advice = "Do." });
        struct record_reader *reader = record_reader_new();
        assert_int_equal(record_read(reader, cursor_of(copy->memory, copy->out.length - 1)), RECORD_FINDING);
        record_reader_free(reader);
        same_again(copy, RECORD_FINDING);
    }
    free(copy);
}

/* Half a line, and lines that lie, are none; nothing is read beyond them. */
static void broken_ones(void **state)
{
    static const char *const lines[] = {
        "",
        "x",
        "[]",
        "{\"event\":7}",
        "{\"event\":\"message\"}",
        "{\"event\":\"message\",\"transport\":\"tcp\",\"port\":1,\"peer\":\"x\",\"hex\":\"00\"}",
        "{\"event\":\"message\",\"transport\":\"tcp\",\"port\":1,\"peer\":\"203.0.113.7:1\",\"hex\":\"0\"}",
        "{\"event\":\"finding\",\"transport\":\"tcp\",\"peer\":\"203.0.113.7\",\"code\":\"none\"}",
        "{\"event\":\"connection\",\"transport\":\"tcp\",\"peer\":\"203.0.113.7\",\"state\":\"none\"}",
        "{\"event\":\"end\"}",
    };
    (void)state;
    struct copy *copy = copy_new();
    struct record_reader *reader = record_reader_new();
    struct fact fact;
    for (size_t i = 0; i < sizeof(lines) / sizeof(lines[0]); i++) {
        assert_int_equal(record_read(reader, cursor_of_text(lines[i])), RECORD_OTHER);
        record_publish(reader, &copy->publisher);
        assert_int_equal(copy->out.length, 0);
    }
    fact_make(&fact, who_at(17, 7, 5023), NOON, registry_find("gt06"), "login", LOCATION_NONE, "123");
    publish_message(&copy->publisher, &fact.event);
    for (size_t length = 0; length < copy->out.length; length++) {
        uint8_t *exact = malloc(length + 1);
        assert_non_null(exact);
        memcpy(exact, copy->memory, length);
        (void)record_read(reader, cursor_of(exact, length));
        free(exact);
    }
    assert_int_equal(record_time(cursor_of_text("2026-02-01T08:09:10.123456Z")), NOON + 123456);
    assert_int_equal(record_time(cursor_of_text("2026-02-01T08:09:10.5Z")), NOON + 500000);
    assert_int_equal(record_time(cursor_of_text("2026-02-01T08:09:10Z")), NOON);
    assert_int_equal(record_time(cursor_of_text("yesterday")), 0);
    record_reader_free(reader);
    free(copy);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(messages),
        cmocka_unit_test(the_others),
        cmocka_unit_test(broken_ones),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
