/* SPDX-License-Identifier: Apache-2.0 */
/* Text for people: the end of a message line, field lists. Used by events and by `hexwatch identify`. */
#include "outlet/text.h"

#include "outlet/record.h"

void text_put_place(struct buffer *out, const struct place *place)
{
    if (place->port != 0)
        buffer_printf(out, "%s %u ", transport_name(place->transport), place->port);
}

static void put_location(struct buffer *out, const struct reading *reading)
{
    static const char *const words[] = { "", "no location", "no fix", "" };
    buffer_put_text(out, ", ");
    if (reading->location != LOCATION_VALID) {
        buffer_put_text(out, reading->location == LOCATION_UNKNOWN ? "location unknown"
                                                                   : words[reading->location]);
        return;
    }
    record_put_degrees(out, reading->lat);
    buffer_put_u8(out, ' ');
    record_put_degrees(out, reading->lon);
    if (reading->has_time) {
        char text[CALENDAR_TEXT];
        calendar_write(reading->time, -1, text);
        buffer_put_text(out, " at ");
        buffer_put_text(out, text);
    }
}

static void put_verdict(struct buffer *out, const struct told *told)
{
    switch (told->verdict) {
    case VERDICT_WRONG_PORT:
        buffer_put_text(out, ", WRONG PORT: use ");
        record_put_decimal(out, told->right_port);
        break;
    case VERDICT_OK:
        buffer_put_text(out, ", ok");
        break;
    case VERDICT_NONE:
        if (told->right_port)
            buffer_printf(out, ", port %u", told->right_port);
        break;
    default:
        break;
    }
}

void text_put_told(struct buffer *out, const struct told *told, unsigned count)
{
    if (told->candidate_count == 0) {
        buffer_put_text(out, told->kind ? " not a tracker: " : " unidentified");
        if (told->kind)
            buffer_put_text(out, told->kind);
        return;
    }
    buffer_put_u8(out, ' ');
    for (size_t i = 0; i < told->candidate_count; i++) {
        if (i > 0)
            buffer_put_text(out, " or ");
        buffer_put_text(out, told->candidates[i]->name);
    }
    if (told->certainty != CLAIM_CERTAIN) {
        buffer_put_text(out, " (");
        buffer_put_text(out, claim_name(told->certainty));
        buffer_put_u8(out, ')');
    }
    buffer_put_u8(out, ' ');
    if (count > 1) {
        record_put_decimal(out, count);
        buffer_put_text(out, " messages");
    } else {
        buffer_put_text(out, told->reading.type);
    }
    if (told->device[0]) {
        buffer_put_text(out, ", device ");
        buffer_put_text(out, told->device);
    }
    put_location(out, &told->reading);
    put_verdict(out, told);
}

void text_put_fields(struct buffer *out, const struct told *told)
{
    const struct marks *marks = told->reading.marks;
    for (size_t i = 0; marks && i < marks->count; i++) {
        const struct mark *mark = &marks->list[i];
        struct cursor bytes;
        if (!cursor_slice(told->bytes, told->noise + mark->offset, mark->length, &bytes))
            continue;
        buffer_printf(out, "  %4zu  %-12s ", told->noise + mark->offset, mark->name);
        buffer_put_hex(out, bytes);
        if (cursor_is_text(bytes)) {
            char text[64];
            cursor_copy_text(bytes, text, sizeof(text));
            buffer_printf(out, "  \"%s\"", text);
        }
        buffer_put_u8(out, '\n');
    }
}
