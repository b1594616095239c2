/* SPDX-License-Identifier: Apache-2.0 */
/* The live record as text or JSON lines. Hears the publisher, writes through a writer. */
#include "outlet/events.h"

#include <stdlib.h>
#include <time.h>

#include "outlet/record.h"
#include "outlet/text.h"

enum { SECOND = 1000000, LINE_HEAD = 4096 };

struct events {
    struct writer *writer;
    enum events_format format;
    struct clock_text clock;
    /* the day's second as JSON has it, for the same reason as the clock's */
    int64_t json_second;
    char json_time[CALENDAR_TEXT];
};

static void put_six(struct buffer *out, int64_t micros)
{
    char digits[6];
    for (int i = 5; i >= 0; i--) {
        digits[i] = (char)('0' + micros % 10);
        micros /= 10;
    }
    buffer_put(out, digits, sizeof(digits));
}

static int64_t second_of(int64_t micros)
{
    return micros >= 0 ? micros / SECOND : -((-micros + SECOND - 1) / SECOND);
}

void clock_put(struct clock_text *clock, struct buffer *out, int64_t micros)
{
    int64_t second = second_of(micros);
    if (second != clock->second || !clock->text[0]) {
        time_t when = (time_t)second;
        struct tm local;
        clock->second = second;
        if (!localtime_r(&when, &local) ||
            strftime(clock->text, sizeof(clock->text), "%Y-%m-%d %H:%M:%S", &local) == 0)
            strcpy(clock->text, "0000-00-00 00:00:00");
    }
    buffer_put_text(out, clock->text);
    buffer_put_u8(out, '.');
    put_six(out, micros - second * SECOND);
}

static void put_time_member(struct events *events, struct buffer *out, int64_t micros)
{
    int64_t second = second_of(micros);
    if (second != events->json_second || !events->json_time[0]) {
        events->json_second = second;
        calendar_write(second, -1, events->json_time);
        events->json_time[strlen(events->json_time) - 1] = '\0'; /* the Z comes behind the fraction */
    }
    buffer_put_text(out, ",\"time\":\"");
    buffer_put_text(out, events->json_time);
    buffer_put_u8(out, '.');
    put_six(out, micros - second * SECOND);
    buffer_put_text(out, "Z\"");
}

static void put_who_members(struct buffer *out, const struct who *who)
{
    char peer[ENDPOINT_TEXT];
    endpoint_write(&who->peer, peer);
    record_put_number(out, "flow", who->flow);
    record_put_member(out, "transport", transport_name(who->transport));
    record_put_number(out, "port", who->port);
    record_put_member(out, "peer", peer);
}

/* "time tcp 5023 203.0.113.7:40312 " */
static void put_who(struct events *events, struct buffer *out, const struct who *who, int64_t time)
{
    char peer[ENDPOINT_TEXT];
    clock_put(&events->clock, out, time);
    buffer_put_text(out, who->transport == TRANSPORT_TCP ? " tcp " : " udp ");
    record_put_decimal(out, who->port);
    buffer_put_u8(out, ' ');
    buffer_put(out, peer, endpoint_write(&who->peer, peer));
    buffer_put_u8(out, ' ');
}

static const char *colour_of(const struct told *told)
{
    if (told->verdict == VERDICT_WRONG_PORT)
        return "\033[31m";
    if (told->candidate_count == 0)
        return "\033[2m";
    if (told->reading.location == LOCATION_INVALID)
        return "\033[33m";
    return told->verdict == VERDICT_OK ? "\033[32m" : "";
}

static void put_message_text(struct events *events, struct buffer *out, const struct message_event *event)
{
    bool is_coloured = events->format == EVENTS_COLOUR;
    put_who(events, out, &event->who, event->time);
    buffer_put_text(out, event->direction == DIRECTION_IN ? "< " : "> ");
    buffer_put_hex(out, event->bytes);
    if (event->told) {
        if (is_coloured)
            buffer_put_text(out, colour_of(event->told));
        text_put_told(out, event->told, 1);
        if (is_coloured)
            buffer_put_text(out, "\033[0m");
    } else {
        buffer_put_text(out, " answer");
    }
    if (event->lost > 0)
        buffer_printf(out, " (%zu bytes before it were not seen)", event->lost);
    buffer_put_u8(out, '\n');
}

static void put_message_json(struct events *events, struct buffer *out, const struct message_event *event)
{
    buffer_put_text(out, "{\"event\":\"message\"");
    put_time_member(events, out, event->time);
    put_who_members(out, &event->who);
    record_put_member(out, "direction", event->direction == DIRECTION_IN ? "in" : "out");
    buffer_put_text(out, ",\"hex\":\"");
    buffer_put_hex(out, event->bytes);
    buffer_put_u8(out, '"');
    if (event->lost > 0)
        record_put_number(out, "lost", event->lost);
    if (event->told) {
        record_put_arrived(out, event->told);
        buffer_put_text(out, ",\"messages\":[");
        record_put_message(out, event->told);
        buffer_put_u8(out, ']');
    } else {
        if (event->protocol)
            record_put_member(out, "protocol", event->protocol->name);
        if (event->device[0])
            record_put_member(out, "device", event->device);
    }
    buffer_put_text(out, "}\n");
}

static void on_message(void *context, const struct message_event *event)
{
    struct events *events = context;
    struct buffer *out = writer_begin(events->writer, 2 * event->bytes.left + LINE_HEAD);
    if (events->format == EVENTS_JSON)
        put_message_json(events, out, event);
    else
        put_message_text(events, out, event);
    writer_end(events->writer);
}

static void on_connection(void *context, const struct connection_event *event)
{
    struct events *events = context;
    struct buffer *out = writer_begin(events->writer, LINE_HEAD);
    bool is_open = event->state == CONNECTION_OPENED;
    if (events->format == EVENTS_JSON) {
        buffer_put_text(out, "{\"event\":\"connection\"");
        put_time_member(events, out, event->time);
        put_who_members(out, &event->who);
        record_put_member(out, "state", is_open ? "opened" : "closed");
        if (event->reason)
            record_put_member(out, "reason", event->reason);
        record_put_number(out, "bytes_in", event->bytes_in);
        record_put_number(out, "bytes_out", event->bytes_out);
        buffer_put_text(out, "}\n");
    } else {
        put_who(events, out, &event->who, event->time);
        if (is_open)
            buffer_put_text(out, "connected\n");
        else
            buffer_printf(out, "disconnected (%s)\n", event->reason);
    }
    writer_end(events->writer);
}

static void put_finding_text(struct events *events, struct buffer *out, const struct finding_event *event)
{
    static const char *const words[] = { "NOTE", "WARNING", "PROBLEM" };
    static const char *const colours[] = { "\033[36m", "\033[33m", "\033[1;31m" };
    bool is_coloured = events->format == EVENTS_COLOUR;
    clock_put(&events->clock, out, event->time);
    if (is_coloured)
        buffer_put_text(out, event->raised ? colours[event->severity] : "\033[32m");
    if (event->raised) {
        buffer_printf(out, " *** %s %s: %s %s", words[event->severity], finding_name(event->code),
                      event->text, event->advice);
    } else {
        char peer[ENDPOINT_TEXT];
        endpoint_write(&event->who.peer, peer);
        buffer_printf(out, " *** over: %s of %s on port %u. %s", finding_name(event->code),
                      event->device[0] ? event->device : peer, event->who.port, event->text);
    }
    if (is_coloured)
        buffer_put_text(out, "\033[0m");
    buffer_put_u8(out, '\n');
}

static void on_finding(void *context, const struct finding_event *event)
{
    struct events *events = context;
    struct buffer *out = writer_begin(events->writer, LINE_HEAD);
    if (events->format == EVENTS_JSON) {
        buffer_put_text(out, "{\"event\":\"finding\"");
        put_time_member(events, out, event->time);
        record_put_finding(out, event);
        buffer_put_text(out, "}\n");
    } else {
        put_finding_text(events, out, event);
    }
    writer_end(events->writer);
}

struct events *events_new(struct writer *writer, enum events_format format)
{
    struct events *events = calloc(1, sizeof(*events));
    if (!events)
        return NULL;
    events->writer = writer;
    events->format = format;
    return events;
}

void events_free(struct events *events)
{
    free(events);
}

struct sink events_sink(struct events *events)
{
    return (struct sink){
        .context = events, .message = on_message, .connection = on_connection, .finding = on_finding
    };
}
