/* SPDX-License-Identifier: Apache-2.0 */
/* JSON members for identities and messages. Used by events and by `hexwatch identify`. */
#include "verdict/record.h"

#include <math.h>

#include "verdict/wording.h"

const char *location_name(enum location location)
{
    static const char *const names[] = { "unknown", "none", "invalid", "valid" };
    return names[location];
}

void record_put_string(struct buffer *out, const char *text)
{
    buffer_put_u8(out, '"');
    for (const char *at = text; *at; at++) {
        unsigned byte = (unsigned char)*at;
        if (byte == '"' || byte == '\\') {
            buffer_put_u8(out, '\\');
            buffer_put_u8(out, byte);
        } else if (byte < 0x20 || byte >= 0x7f) {
            buffer_printf(out, "\\u%04x", byte);
        } else {
            buffer_put_u8(out, byte);
        }
    }
    buffer_put_u8(out, '"');
}

void record_put_member(struct buffer *out, const char *name, const char *value)
{
    buffer_put_text(out, ",\"");
    buffer_put_text(out, name);
    buffer_put_text(out, "\":");
    record_put_string(out, value);
}

void record_put_decimal(struct buffer *out, uint64_t value)
{
    char digits[24];
    size_t n = sizeof(digits);
    do {
        digits[--n] = (char)('0' + value % 10);
        value /= 10;
    } while (value > 0);
    buffer_put(out, digits + n, sizeof(digits) - n);
}

void record_put_number(struct buffer *out, const char *name, uint64_t value)
{
    buffer_put_text(out, ",\"");
    buffer_put_text(out, name);
    buffer_put_text(out, "\":");
    record_put_decimal(out, value);
}

void record_put_degrees(struct buffer *out, double degrees)
{
    uint64_t millionths = (uint64_t)llround(fabs(degrees) * 1e6), fraction = millionths % 1000000;
    if (degrees < 0 && millionths > 0)
        buffer_put_u8(out, '-');
    record_put_decimal(out, millionths / 1000000);
    char digits[7] = ".";
    for (size_t i = 6; i > 0; i--) {
        digits[i] = (char)('0' + fraction % 10);
        fraction /= 10;
    }
    buffer_put(out, digits, sizeof(digits));
}

static void put_place(struct buffer *out, const struct reading *reading, const char *time_name)
{
    record_put_member(out, "location", location_name(reading->location));
    if (reading->has_coordinates) {
        buffer_put_text(out, ",\"lat\":");
        record_put_degrees(out, reading->lat);
        buffer_put_text(out, ",\"lon\":");
        record_put_degrees(out, reading->lon);
    }
    if (reading->has_time) {
        char text[CALENDAR_TEXT];
        calendar_write(reading->time, -1, text);
        record_put_member(out, time_name, text);
    }
}

static void put_identity(struct buffer *out, const struct identity *identity, const char *time_name)
{
    if (identity->candidate_count > 0)
        record_put_member(out, "protocol", identity->candidates[0]->name);
    record_put_member(out, "certainty", claim_name(identity->certainty));
    buffer_put_text(out, ",\"candidates\":[");
    for (size_t i = 0; i < identity->candidate_count; i++) {
        if (i > 0)
            buffer_put_u8(out, ',');
        record_put_string(out, identity->candidates[i]->name);
    }
    buffer_put_u8(out, ']');
    if (identity->verdict != VERDICT_NONE)
        record_put_member(out, "verdict", verdict_name(identity->verdict));
    if (identity->right_port != 0)
        record_put_number(out, "right_port", identity->right_port);
    if (identity->kind && identity->candidate_count == 0)
        record_put_member(out, "kind", identity->kind);
    if (identity->device[0])
        record_put_member(out, "device", identity->device);
    if (identity->says) {
        static const struct endpoint nobody;
        char text[ENDPOINT_TEXT] = "";
        if (!endpoint_same(identity->says, &nobody))
            (void)endpoint_write(identity->says, text);
        record_put_member(out, "says", text);
    }
    put_place(out, &identity->reading, time_name);
}

void record_put_identity(struct buffer *out, const struct identity *identity)
{
    put_identity(out, identity, "time");
}

void record_put_arrived(struct buffer *out, const struct identity *identity)
{
    put_identity(out, identity, "fix_time");
}

void record_put_message(struct buffer *out, const struct identity *identity)
{
    const struct reading *reading = &identity->reading;
    buffer_put_text(out, "{\"type\":");
    record_put_string(out, reading->type);
    record_put_number(out, "length", identity->bytes.left);
    if (reading->device[0])
        record_put_member(out, "device", reading->device);
    put_place(out, reading, "time");
    if (reading->marks) {
        buffer_put_text(out, ",\"fields\":[");
        for (size_t i = 0; i < reading->marks->count; i++) {
            const struct mark *mark = &reading->marks->list[i];
            buffer_printf(out, "%s{\"name\":\"%s\",\"offset\":%zu,\"length\":%zu", i > 0 ? "," : "",
                          mark->name, identity->noise + mark->offset, mark->length);
            if (mark->value[0])
                record_put_member(out, "value", mark->value);
            buffer_put_text(out, mark->is_wrong ? ",\"wrong\":true}" : "}");
        }
        buffer_put_u8(out, ']');
    }
    buffer_put_u8(out, '}');
}

static void put_moment_member(struct buffer *out, const char *name, int64_t micros)
{
    char text[CALENDAR_TEXT];
    calendar_write(micros / 1000000, -1, text);
    record_put_member(out, name, text);
}

void record_put_finding(struct buffer *out, const struct finding_event *event)
{
    static const struct endpoint nobody;
    char peer[ENDPOINT_TEXT];
    endpoint_write(&event->who.peer, peer);
    record_put_member(out, "code", finding_name(event->code));
    record_put_member(out, "state", event->raised ? "raised" : "cleared");
    record_put_member(out, "severity", severity_name(event->severity));
    /* what is said of the server itself concerns no port, or no peer */
    if (event->who.port != 0) {
        record_put_number(out, "port", event->who.port);
        record_put_member(out, "transport", transport_name(event->who.transport));
    }
    if (!endpoint_same_address(&event->who.peer, &nobody))
        record_put_member(out, "peer", peer);
    if (event->device[0])
        record_put_member(out, "device", event->device);
    if (event->protocol)
        record_put_member(out, "protocol", event->protocol->name);
    if (event->right_port)
        record_put_number(out, "right_port", event->right_port);
    record_put_number(out, "count", event->count ? event->count : 1);
    put_moment_member(out, "first", event->first ? event->first : event->time);
    put_moment_member(out, "last", event->last ? event->last : event->time);
    if (event->sample.left > 0) {
        buffer_put_text(out, ",\"sample\":\"");
        buffer_put_hex(out, event->sample);
        buffer_put_u8(out, '"');
    }
    record_put_member(out, "text", event->text);
    record_put_member(out, "advice", event->advice);
}
