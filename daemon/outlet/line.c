/* SPDX-License-Identifier: Apache-2.0 */
/* Lines that are whole, for pipes and files; and what all lines share. Called by events. */
#include "outlet/line.h"

#include "outlet/fitted.h"
#include "outlet/style.h"
#include "outlet/writer.h"
#include "verdict/record.h"
#include "verdict/text.h"
#include "verdict/wording.h"

enum { ESCAPED = 4 /* columns of one byte at most */ };

size_t line_room(const struct line_form *form, size_t bytes)
{
    size_t room = (form->bytes == BYTES_TEXT ? ESCAPED : 2) * bytes + LINE_HEAD;
    return room < WRITER_LINE_MAX ? room : WRITER_LINE_MAX;
}

size_t line_put_cut(const struct line_form *form, struct buffer *out, const char *text, size_t columns)
{
    size_t length = strlen(text), mark = form->is_ascii ? 2 : 1;
    if (length <= columns) {
        buffer_put_text(out, text);
        return length;
    }
    if (columns < mark)
        return 0;
    size_t kept = columns - mark;
    while (kept > 0 && ((uint8_t)text[kept] & 0xc0) == 0x80)
        kept--; /* not in the middle of a character */
    buffer_put(out, text, kept);
    buffer_put_text(out, form->is_ascii ? ".." : "…");
    return columns;
}

/* How a byte reads in text; returns its columns. */
static size_t escape(uint8_t byte, char out[static ESCAPED])
{
    static const char digits[] = "0123456789abcdef";
    const char *known = strchr("\rr\nn\tt\\\\", byte);
    out[0] = (char)byte;
    if (byte >= 0x20 && byte < 0x7f && byte != '\\')
        return 1;
    out[0] = '\\';
    if (byte != 0 && known && (byte < 0x20 || byte == '\\')) {
        out[1] = known[1];
        return 2;
    }
    out[1] = 'x';
    out[2] = digits[byte >> 4];
    out[3] = digits[byte & 15];
    return ESCAPED;
}

size_t line_put_escaped(struct buffer *out, struct cursor bytes, size_t columns)
{
    char text[ESCAPED];
    size_t count = 0;
    for (; count < bytes.left; count++) {
        size_t length = escape(bytes.at[count], text);
        if (length > columns)
            break;
        buffer_put(out, text, length);
        columns -= length;
    }
    return count;
}

/* ---- whole lines ---- */

static void put_bytes(const struct line_form *form, struct buffer *out, const struct message_event *event)
{
    struct cursor bytes = event->bytes;
    if (form->bytes == BYTES_NONE) {
        buffer_put_u8(out, '\n');
        return;
    }
    buffer_put_text(out, " | ");
    /* a message of nothing but escapes may be longer than any line */
    if (form->bytes == BYTES_TEXT && ESCAPED * bytes.left + LINE_HEAD <= WRITER_LINE_MAX)
        (void)line_put_escaped(out, bytes, SIZE_MAX);
    else
        buffer_put_hex_hidden(out, bytes, event->hidden);
    buffer_put_u8(out, '\n');
}

/* "time tcp 5023 203.0.113.7:40312 " */
static void put_who(struct line_form *form, struct buffer *out, const struct who *who, int64_t time)
{
    char peer[ENDPOINT_TEXT];
    stamp_put(&form->stamp, out, time, STAMP_WHOLE);
    buffer_put_text(out, who->transport == TRANSPORT_TCP ? "tcp " : "udp ");
    record_put_decimal(out, who->port);
    buffer_put_u8(out, ' ');
    buffer_put(out, peer, endpoint_write(&who->peer, peer));
    buffer_put_u8(out, ' ');
}

static void put_identity(const struct line_form *form, struct buffer *out, const struct identity *identity)
{
    enum meaning verdict = style_of_verdict(identity);
    enum meaning location = style_of_location(identity->reading.location);
    if (!form->is_coloured && identity->candidate_count > 0) {
        text_put_identity(out, identity, 1);
        return;
    }
    buffer_put_u8(out, ' ');
    if (identity->candidate_count == 0) {
        style_begin(out, form->is_coloured, verdict);
        text_put_protocol(out, identity);
        style_end(out, form->is_coloured, verdict);
        return;
    }
    text_put_protocol(out, identity);
    buffer_put_u8(out, ' ');
    buffer_put_text(out, identity->reading.type);
    if (identity->device[0]) {
        buffer_put_text(out, ", device ");
        buffer_put_text(out, identity->device);
    }
    buffer_put_text(out, ", ");
    style_begin(out, true, location);
    text_put_location(out, &identity->reading, true);
    style_end(out, true, location);
    if (text_has_verdict(identity)) {
        buffer_put_text(out, ", ");
        style_begin(out, true, verdict);
        text_put_verdict(out, identity);
        style_end(out, true, verdict);
    }
    text_put_says(out, identity);
}

void line_put_message(struct line_form *form, struct buffer *out, const struct message_event *event,
                      uint64_t folded)
{
    if (form->width > 0) {
        fitted_put_message(form, out, event, folded);
        return;
    }
    put_who(form, out, &event->who, event->time);
    buffer_put_u8(out, event->direction == DIRECTION_IN ? '<' : '>');
    if (event->identity)
        put_identity(form, out, event->identity);
    else
        buffer_put_text(out, " answer");
    if (event->lost > 0)
        buffer_printf(out, " (%zu bytes before it were not seen)", event->lost);
    put_bytes(form, out, event);
}

void line_put_unfinished(struct line_form *form, struct buffer *out, const struct message_event *event)
{
    if (form->width > 0) {
        fitted_put_unfinished(form, out, event);
        return;
    }
    put_who(form, out, &event->who, event->time);
    buffer_printf(out, "< unfinished: the end has not come, %zu bytes so far", event->bytes.left);
    put_bytes(form, out, event);
}

void line_put_connection(struct line_form *form, struct buffer *out, const struct connection_event *event)
{
    static const char *const words[CONNECTION_STATES] = { "connected", "disconnected", "refused",
                                                          "not answered",
                                                          "half-open: our answer was never acknowledged" };
    if (form->width > 0) {
        fitted_put_connection(form, out, event, words[event->state]);
        return;
    }
    put_who(form, out, &event->who, event->time);
    buffer_put_text(out, words[event->state]);
    if (event->reason)
        buffer_printf(out, " (%s)", event->reason);
    buffer_put_u8(out, '\n');
}

void line_put_gap(struct line_form *form, struct buffer *out, int64_t time, uint64_t lines)
{
    stamp_put(&form->stamp, out, time, form->width > 0 ? STAMP_SECONDS : STAMP_WHOLE);
    buffer_printf(out, "*** %llu lines are missing here: they were not read in time.\n",
                  (unsigned long long)lines);
}

void line_put_concerned(struct buffer *out, const struct finding_event *event)
{
    char peer[ENDPOINT_TEXT];
    endpoint_write(&event->who.peer, peer);
    if (event->device[0] || !endpoint_is_any(&event->who.peer))
        buffer_printf(out, " of %s", event->device[0] ? event->device : peer);
}

void line_put_finding(struct line_form *form, struct buffer *out, const struct finding_event *event)
{
    enum meaning meaning = style_of_finding(event);
    if (form->width > 0) {
        fitted_put_finding(form, out, event);
        return;
    }
    stamp_put(&form->stamp, out, event->time, STAMP_WHOLE);
    buffer_put_text(out, "*** ");
    style_begin(out, form->is_coloured, meaning);
    if (event->raised) {
        buffer_printf(out, "%s %s:", severity_word(event->severity), finding_name(event->code));
        style_end(out, form->is_coloured, meaning);
        buffer_printf(out, " %s %s\n", event->text, event->advice);
        return;
    }
    buffer_printf(out, "over: %s", finding_name(event->code));
    line_put_concerned(out, event);
    style_end(out, form->is_coloured, meaning);
    if (event->who.port != 0)
        buffer_printf(out, " on port %u", event->who.port);
    buffer_printf(out, ". %s\n", event->text);
}
