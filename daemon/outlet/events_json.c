/* SPDX-License-Identifier: Apache-2.0 */
/* JSON lines. Called by events. */
#include "outlet/events_json.h"

#include "verdict/record.h"
#include "verdict/wording.h"

enum { SECOND = 1000000 };

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

static void put_time_member(struct json_clock *clock, struct buffer *out, int64_t micros)
{
    int64_t second = second_of(micros);
    if (second != clock->second || !clock->text[0]) {
        clock->second = second;
        calendar_write(second, -1, clock->text);
        clock->text[strlen(clock->text) - 1] = '\0'; /* the Z comes behind the fraction */
    }
    buffer_put_text(out, ",\"time\":\"");
    buffer_put_text(out, clock->text);
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

void json_put_message(struct json_clock *clock, struct buffer *out, const struct message_event *event)
{
    buffer_put_text(out, "{\"event\":\"message\"");
    put_time_member(clock, out, event->time);
    put_who_members(out, &event->who);
    record_put_member(out, "direction", event->direction == DIRECTION_IN ? "in" : "out");
    buffer_put_text(out, ",\"hex\":\"");
    buffer_put_hex_hidden(out, event->bytes, event->hidden);
    buffer_put_u8(out, '"');
    if (event->lost > 0)
        record_put_number(out, "lost", event->lost);
    if (event->identity) {
        record_put_arrived(out, event->identity);
        buffer_put_text(out, ",\"messages\":[");
        record_put_message(out, event->identity);
        buffer_put_u8(out, ']');
    } else {
        if (event->protocol)
            record_put_member(out, "protocol", event->protocol->name);
        if (event->device[0])
            record_put_member(out, "device", event->device);
    }
    buffer_put_text(out, "}\n");
}

void json_put_unfinished(struct json_clock *clock, struct buffer *out, const struct message_event *event)
{
    buffer_put_text(out, "{\"event\":\"unfinished\"");
    put_time_member(clock, out, event->time);
    put_who_members(out, &event->who);
    buffer_put_text(out, ",\"hex\":\"");
    buffer_put_hex_hidden(out, event->bytes, event->hidden);
    buffer_put_u8(out, '"');
    if (event->protocol)
        record_put_member(out, "protocol", event->protocol->name);
    if (event->device[0])
        record_put_member(out, "device", event->device);
    buffer_put_text(out, "}\n");
}

void json_put_connection(struct json_clock *clock, struct buffer *out, const struct connection_event *event)
{
    buffer_put_text(out, "{\"event\":\"connection\"");
    put_time_member(clock, out, event->time);
    put_who_members(out, &event->who);
    record_put_member(out, "state", connection_name(event->state));
    if (event->reason)
        record_put_member(out, "reason", event->reason);
    record_put_number(out, "bytes_in", event->bytes_in);
    record_put_number(out, "bytes_out", event->bytes_out);
    buffer_put_text(out, "}\n");
}

void json_put_finding(struct json_clock *clock, struct buffer *out, const struct finding_event *event)
{
    buffer_put_text(out, "{\"event\":\"finding\"");
    put_time_member(clock, out, event->time);
    record_put_finding(out, event);
    buffer_put_text(out, "}\n");
}

void json_put_gap(struct json_clock *clock, struct buffer *out, int64_t time, uint64_t lines)
{
    buffer_put_text(out, "{\"event\":\"lost\"");
    put_time_member(clock, out, time);
    record_put_number(out, "lines", lines);
    buffer_put_text(out, "}\n");
}
