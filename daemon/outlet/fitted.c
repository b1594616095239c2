/* SPDX-License-Identifier: Apache-2.0 */
/* Lines on a terminal. A line is built of pieces, in as much detail as fits, and what room is left shows the bytes. */
#include "outlet/fitted.h"

#include <stdio.h>

#include "outlet/style.h"
#include "verdict/record.h"
#include "verdict/text.h"
#include "verdict/wording.h"

enum { PIECES = 12, PIECE = 200, WHO_NARROW = 15, WHO_WIDE = 21, ID_HEAD = 4, BYTES_LEAST = 8 };

/* From everything to the least. What stands in columns goes last: time, port and id. */
enum detail {
    DETAIL_WIDE,
    DETAIL_NARROW,
    DETAIL_SHORT,   /* no coordinates */
    DETAIL_CLIPPED, /* where something is amiss nothing of the location, else not what kind of message it is */
    DETAIL_STRIPPED, /* where something is amiss neither of them */
    DETAIL_LEAST,    /* no time and no port */
    DETAILS
};

struct piece {
    char memory[PIECE];
    struct buffer text;
    enum meaning meaning;
};

struct fitted {
    const struct line_form *form;
    struct piece pieces[PIECES];
    size_t count;
};

static struct buffer *add(struct fitted *fitted, enum meaning meaning)
{
    struct piece *piece = &fitted->pieces[fitted->count < PIECES ? fitted->count++ : PIECES - 1];
    piece->text = buffer_on(piece->memory, sizeof(piece->memory) - 1);
    piece->meaning = meaning;
    return &piece->text;
}

static void add_text(struct fitted *fitted, const char *text)
{
    buffer_put_text(add(fitted, MEANING_PLAIN), text);
}

static size_t columns_of(const struct fitted *fitted)
{
    size_t columns = 0;
    for (size_t i = 0; i < fitted->count; i++)
        columns += fitted->pieces[i].text.length;
    return columns;
}

/* All pieces, cut where the line ends. Returns the columns. */
static size_t put_pieces(struct fitted *fitted, struct buffer *out, size_t columns)
{
    size_t used = 0;
    for (size_t i = 0; i < fitted->count && used < columns; i++) {
        struct piece *piece = &fitted->pieces[i];
        piece->memory[piece->text.length] = '\0';
        style_begin(out, fitted->form->is_coloured, piece->meaning);
        used += line_put_cut(fitted->form, out, piece->memory, columns - used);
        style_end(out, fitted->form->is_coloured, piece->meaning);
    }
    return used;
}

/* The last column stays free: some terminals go to the next line when it is written. */
static size_t columns_in(const struct line_form *form)
{
    return form->width > 1 ? form->width - 1 : 1;
}

bool fitted_is_text(struct cursor bytes)
{
    size_t ends = 0;
    for (size_t i = 0; i < bytes.left; i++) {
        uint8_t byte = bytes.at[i];
        bool is_end = byte == '\r' || byte == '\n' || byte == '\t';
        if (!is_end && (byte < 0x20 || byte >= 0x7f))
            return false;
        ends += is_end;
    }
    return bytes.left > ends;
}

/* " | ", then as much of the bytes as fits, and how many are not shown. */
static void put_bytes(const struct line_form *form, struct buffer *out, const struct message_event *event,
                      size_t columns)
{
    struct cursor bytes = event->bytes;
    bool is_text = form->bytes == BYTES_TEXT || (form->bytes == BYTES_AUTO && fitted_is_text(bytes));
    const char *mark = form->is_ascii ? "..." : "…";
    size_t mark_columns = form->is_ascii ? 3 : 1;
    char rest[48];
    if (form->bytes == BYTES_NONE)
        return;
    if (form->bytes != BYTES_AUTO) {
        buffer_put_text(out, " | ");
        if (is_text)
            (void)line_put_escaped(out, bytes, SIZE_MAX);
        else
            buffer_put_hex_hidden(out, bytes, event->hidden);
        return;
    }
    if (columns < 3)
        return;
    columns -= 3;
    char whole[4 * BYTES_LEAST + 512];
    struct buffer tried = buffer_on(whole, sizeof(whole));
    size_t most = columns < sizeof(whole) ? columns : sizeof(whole);
    size_t shown = is_text ? line_put_escaped(&tried, bytes, most) : most / 2;
    if (shown < bytes.left) {
        /* the count is never longer than that of all */
        size_t ending = (size_t)snprintf(rest, sizeof(rest), " +%zu bytes", bytes.left) + mark_columns;
        if (columns < ending + BYTES_LEAST) {
            int length = snprintf(rest, sizeof(rest), "%zu bytes", bytes.left);
            if ((size_t)length <= columns)
                buffer_printf(out, " | %s", rest);
            return;
        }
        tried.length = 0;
        most -= ending;
        shown = is_text ? line_put_escaped(&tried, bytes, most) : most / 2;
    }
    buffer_put_text(out, " | ");
    if (is_text)
        buffer_put_cursor(out, buffer_cursor(&tried));
    else
        buffer_put_hex_hidden(out, cursor_of(bytes.at, shown < bytes.left ? shown : bytes.left),
                              event->hidden);
    if (shown < bytes.left)
        buffer_printf(out, "%s +%zu bytes", mark, bytes.left - shown);
}

void fitted_put_name(const struct line_form *form, struct buffer *out, const char *name, size_t columns)
{
    size_t length = strlen(name);
    bool is_address = strchr(name, ':') || strchr(name, '.');
    if (length <= columns || columns < ID_HEAD + 4) {
        (void)line_put_cut(form, out, name, columns);
        return;
    }
    size_t head = is_address ? 0 : ID_HEAD;
    buffer_put(out, name, head);
    buffer_put_text(out, "..");
    buffer_put_text(out, name + length - (columns - head - 2));
}

/* ---- who ---- */

static void put_padding(struct buffer *out, size_t from, size_t columns)
{
    while (out->length - from < columns)
        buffer_put_u8(out, ' ');
}

static void start(struct fitted *fitted, struct line_form *form, enum detail detail, const struct who *who,
                  int64_t time, const char *device)
{
    char peer[ENDPOINT_TEXT];
    struct endpoint address = who->peer;
    bool is_wide = detail == DETAIL_WIDE;
    fitted->form = form;
    fitted->count = 0;
    struct buffer *out = add(fitted, MEANING_PLAIN);
    int64_t last = form->stamp.last; /* a line may be built more than once */
    if (detail != DETAIL_LEAST) {
        stamp_put(&form->stamp, out, time, is_wide ? STAMP_MILLIS : STAMP_SECONDS);
        size_t service = out->length;
        buffer_printf(out, "%s %u", transport_name(who->transport), who->port);
        put_padding(out, service, 8);
        buffer_put_u8(out, ' ');
    }
    form->stamp.last = last;
    size_t name = out->length;
    if (!is_wide)
        address.port = 0;
    endpoint_write(&address, peer);
    fitted_put_name(form, out, !is_wide && device[0] ? device : peer, is_wide ? 47 : WHO_NARROW);
    put_padding(out, name, is_wide ? WHO_WIDE : WHO_NARROW);
    buffer_put_u8(out, ' ');
}

/* ---- messages ---- */

static void add_location(struct fitted *fitted, const struct reading *reading, enum detail detail)
{
    struct buffer *out;
    if (detail != DETAIL_WIDE && reading->location != LOCATION_VALID && reading->location != LOCATION_INVALID)
        return;
    add_text(fitted, ", ");
    out = add(fitted, style_of_location(reading->location));
    if (detail >= DETAIL_SHORT && reading->location == LOCATION_VALID)
        buffer_put_text(out, "fix");
    else if (detail != DETAIL_WIDE && reading->location == LOCATION_VALID)
        buffer_printf(out, "%.4f %.4f", reading->lat, reading->lon);
    else
        text_put_location(out, reading, false);
}

static void add_identity(struct fitted *fitted, const struct identity *identity, enum detail detail)
{
    enum meaning verdict = style_of_verdict(identity);
    bool has_verdict = text_has_verdict(identity), is_amiss = has_verdict && identity->verdict != VERDICT_OK;
    if (identity->candidate_count == 0) {
        text_put_protocol(add(fitted, verdict), identity);
        return;
    }
    struct buffer *out = add(fitted, MEANING_PLAIN);
    text_put_protocol(out, identity);
    if (detail < DETAIL_CLIPPED || (detail == DETAIL_CLIPPED && is_amiss))
        buffer_printf(out, " %s", identity->reading.type);
    if (detail == DETAIL_WIDE && identity->device[0])
        buffer_printf(out, ", device %s", identity->device);
    if (detail < DETAIL_CLIPPED || !is_amiss)
        add_location(fitted, &identity->reading, detail);
    if (has_verdict) {
        add_text(fitted, ", ");
        text_put_verdict(add(fitted, verdict), identity);
    }
    if (detail == DETAIL_WIDE)
        text_put_says(add(fitted, MEANING_PLAIN), identity);
}

static void build_message(struct fitted *fitted, struct line_form *form, const struct message_event *event,
                          uint64_t folded, enum detail detail)
{
    start(fitted, form, detail, &event->who, event->time, event->device);
    add_text(fitted, event->direction == DIRECTION_IN ? "< " : "> ");
    if (event->identity)
        add_identity(fitted, event->identity, detail);
    else
        add_text(fitted, "answer");
    if (event->lost > 0)
        buffer_printf(add(fitted, MEANING_WAITING), " (%zu bytes lost before)", event->lost);
    if (folded > 1)
        buffer_printf(add(fitted, MEANING_PLAIN), form->is_ascii ? " x%llu" : " ×%llu",
                      (unsigned long long)folded);
}

static enum detail first_detail(const struct line_form *form)
{
    return form->width >= LINE_WIDE ? DETAIL_WIDE : DETAIL_NARROW;
}

void fitted_put_message(struct line_form *form, struct buffer *out, const struct message_event *event,
                        uint64_t folded)
{
    struct fitted fitted;
    size_t columns = columns_in(form);
    for (unsigned detail = first_detail(form); detail < DETAILS; detail++) {
        build_message(&fitted, form, event, folded, (enum detail)detail);
        if (columns_of(&fitted) <= columns)
            break;
    }
    form->stamp.last = event->time;
    put_bytes(form, out, event, columns - put_pieces(&fitted, out, columns));
    buffer_put_u8(out, '\n');
}

void fitted_put_unfinished(struct line_form *form, struct buffer *out, const struct message_event *event)
{
    struct fitted fitted;
    size_t columns = columns_in(form);
    start(&fitted, form, first_detail(form), &event->who, event->time, event->device);
    form->stamp.last = event->time;
    buffer_printf(add(&fitted, MEANING_PLAIN), "< unfinished: %zu bytes so far", event->bytes.left);
    put_bytes(form, out, event, columns - put_pieces(&fitted, out, columns));
    buffer_put_u8(out, '\n');
}

void fitted_put_connection(struct line_form *form, struct buffer *out, const struct connection_event *event,
                           const char *words)
{
    struct fitted fitted;
    bool is_trouble = event->state != CONNECTION_OPENED && event->state != CONNECTION_CLOSED;
    start(&fitted, form, first_detail(form), &event->who, event->time, "");
    form->stamp.last = event->time;
    struct buffer *text = add(&fitted, is_trouble ? MEANING_WAITING : MEANING_PLAIN);
    buffer_put_text(text, words);
    if (event->reason)
        buffer_printf(text, " (%s)", event->reason);
    (void)put_pieces(&fitted, out, columns_in(form));
    buffer_put_u8(out, '\n');
}

/* ---- findings ---- */

void fitted_put_finding(struct line_form *form, struct buffer *out, const struct finding_event *event)
{
    struct fitted fitted = { .form = form };
    enum meaning meaning = style_of_finding(event);
    size_t columns = columns_in(form);
    stamp_put(&form->stamp, add(&fitted, MEANING_PLAIN), event->time,
              form->width >= LINE_WIDE ? STAMP_MILLIS : STAMP_SECONDS);
    size_t indent = columns_of(&fitted) + 2;
    struct buffer *head = add(&fitted, meaning);
    buffer_printf(head, "%c %s %s", style_mark(meaning),
                  event->raised ? severity_word(event->severity) : "over:", finding_name(event->code));
    size_t used = put_pieces(&fitted, out, columns);
    char text[WORDING_MAX + ENDPOINT_TEXT];
    struct buffer tail = buffer_on(text, sizeof(text) - 1);
    if (!event->raised)
        line_put_concerned(&tail, event);
    if (!event->raised && event->who.port != 0)
        buffer_printf(&tail, "%s port %u", tail.length > 0 ? "," : " of", event->who.port);
    buffer_printf(&tail, "%s%s", event->raised ? ": " : ". ", event->text);
    text[tail.length] = '\0';
    (void)line_put_cut(form, out, text, columns - used);
    buffer_put_u8(out, '\n');
    if (!event->raised || !event->advice[0])
        return;
    snprintf(text, sizeof(text), "next: %s", event->advice);
    indent = indent < columns / 2 ? indent : 0;
    buffer_printf(out, "%*s", (int)indent, "");
    (void)line_put_cut(form, out, text, columns - indent);
    buffer_put_u8(out, '\n');
}
