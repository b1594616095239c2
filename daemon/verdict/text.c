/* SPDX-License-Identifier: Apache-2.0 */
/* Text for people: the end of a message line, field lists. Used by events and by `hexwatch identify`. */
#include "verdict/text.h"

#include "verdict/record.h"

void text_put_service(struct buffer *out, const struct service *service)
{
    if (service->port != 0)
        buffer_printf(out, "%s %u ", transport_name(service->transport), service->port);
}

void text_put_location(struct buffer *out, const struct reading *reading, bool has_time)
{
    static const char *const words[] = { [LOCATION_UNKNOWN] = "location unknown",
                                         [LOCATION_NONE] = "no location",
                                         [LOCATION_INVALID] = "no fix" };
    if (reading->location != LOCATION_VALID) {
        buffer_put_text(out, words[reading->location]);
        return;
    }
    record_put_degrees(out, reading->lat);
    buffer_put_u8(out, ' ');
    record_put_degrees(out, reading->lon);
    if (has_time && reading->has_time) {
        char text[CALENDAR_TEXT];
        calendar_write(reading->time, -1, text);
        buffer_put_text(out, " at ");
        buffer_put_text(out, text);
    }
}

bool text_has_verdict(const struct identity *identity)
{
    switch (identity->verdict) {
    case VERDICT_OK:
    case VERDICT_WRONG_PORT:
    case VERDICT_WRONG_TRANSPORT:
        return true;
    case VERDICT_NONE:
        return identity->right_port != 0;
    default:
        return false;
    }
}

void text_put_verdict(struct buffer *out, const struct identity *identity)
{
    switch (identity->verdict) {
    case VERDICT_WRONG_PORT:
        if (identity->right_port == 0) {
            buffer_put_text(out, "SWITCHED OFF in this Traccar");
            break;
        }
        buffer_put_text(out, "WRONG PORT: use ");
        record_put_decimal(out, identity->right_port);
        break;
    case VERDICT_WRONG_TRANSPORT:
        buffer_printf(out, "WRONG TRANSPORT: use %s",
                      identity->candidates[0]->transports & OVER_TCP ? "tcp" : "udp");
        break;
    case VERDICT_OK:
        buffer_put_text(out, "ok");
        break;
    case VERDICT_NONE:
        if (identity->right_port)
            buffer_printf(out, "port %u", identity->right_port);
        break;
    default:
        break;
    }
}

void text_put_protocol(struct buffer *out, const struct identity *identity)
{
    if (identity->candidate_count == 0) {
        buffer_put_text(out, identity->kind ? "not a tracker: " : "unidentified");
        if (identity->kind)
            buffer_put_text(out, identity->kind);
        return;
    }
    for (size_t i = 0; i < identity->candidate_count; i++) {
        if (i > 0)
            buffer_put_text(out, " or ");
        buffer_put_text(out, identity->candidates[i]->name);
    }
    if (identity->certainty != CLAIM_CERTAIN) {
        buffer_put_text(out, " (");
        buffer_put_text(out, claim_name(identity->certainty));
        buffer_put_u8(out, ')');
    }
}

void text_put_says(struct buffer *out, const struct identity *identity)
{
    static const struct endpoint nobody;
    char text[ENDPOINT_TEXT];
    if (!identity->says)
        return;
    (void)endpoint_write(identity->says, text);
    buffer_printf(out, ", a PROXY header says from %s",
                  endpoint_same(identity->says, &nobody) ? "nobody" : text);
}

void text_put_identity(struct buffer *out, const struct identity *identity, unsigned count)
{
    buffer_put_u8(out, ' ');
    text_put_protocol(out, identity);
    if (identity->candidate_count == 0)
        return;
    buffer_put_u8(out, ' ');
    if (count > 1) {
        record_put_decimal(out, count);
        buffer_put_text(out, " messages");
    } else {
        buffer_put_text(out, identity->reading.type);
    }
    if (identity->device[0]) {
        buffer_put_text(out, ", device ");
        buffer_put_text(out, identity->device);
    }
    buffer_put_text(out, ", ");
    text_put_location(out, &identity->reading, true);
    if (text_has_verdict(identity)) {
        buffer_put_text(out, ", ");
        text_put_verdict(out, identity);
    }
    text_put_says(out, identity);
}

void text_put_fields(struct buffer *out, const struct identity *identity)
{
    const struct marks *marks = identity->reading.marks;
    for (size_t i = 0; marks && i < marks->count; i++) {
        const struct mark *mark = &marks->list[i];
        struct cursor bytes;
        if (!cursor_slice(identity->bytes, identity->noise + mark->offset, mark->length, &bytes))
            continue;
        buffer_printf(out, "  %4zu  %-12s ", identity->noise + mark->offset, mark->name);
        buffer_put_hex(out, bytes);
        if (mark->value[0])
            buffer_printf(out, "  %s%s", mark->value, mark->is_wrong ? " !" : "");
        buffer_put_u8(out, '\n');
    }
}
