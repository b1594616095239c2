/* SPDX-License-Identifier: Apache-2.0 */
/* Rows of the watch view's lists on their lines. Called by watch_draw; which columns there are depends on the width. */
#include <stdio.h>

#include "base/json_text.h"
#include "board/rate.h"
#include "outlet/field.h"
#include "outlet/fitted.h"
#include "outlet/watch_row.h"
#include "verdict/wording.h"

enum { CELL = 160, MARK = 2, WIDE = 120, WIDER = 150, TIGHT = 80 };

/* One column: where it begins in a narrow, a usual, a wide and a very wide terminal, and how many columns it has there; the last
 * one goes on to the edge. In the order of what matters: what has no room is not shown. */
struct place {
    uint8_t at, width;
};
enum { SIZES = 4 };

struct table_column {
    const char *title;
    bool is_number;
    struct place places[SIZES];
    enum meaning (*put)(const struct watch_line *line, const struct watch_row *row, size_t width,
                        struct buffer *out);
};

static unsigned size_of(unsigned columns)
{
    return columns >= WIDER ? 3 : columns >= WIDE ? 2 : columns >= TIGHT ? 1 : 0;
}

/* ---- what stands in them ---- */

static enum meaning put_name(const struct watch_line *line, const struct watch_row *row, size_t width,
                             struct buffer *out)
{
    struct line_form form = { .width = (unsigned)width, .is_ascii = line->picture->is_ascii };
    fitted_put_name(&form, out, row->name, width);
    return MEANING_PLAIN;
}

static enum meaning put_protocol(const struct watch_line *line, const struct watch_row *row, size_t width,
                                 struct buffer *out)
{
    (void)line, (void)width;
    buffer_put_text(out, row->protocol[0] ? row->protocol : "-");
    return MEANING_PLAIN;
}

static enum meaning put_port(const struct watch_line *line, const struct watch_row *row, size_t width,
                             struct buffer *out)
{
    (void)line, (void)width;
    buffer_printf(out, "%s%lld", field_is(watch_row_record(row), "transport", "udp") ? "udp " : "",
                  row->port);
    return MEANING_PLAIN;
}

static void put_degrees(struct buffer *out, double lat, double lon, size_t width)
{
    char text[64];
    for (int digits = 4; digits >= 1; digits--) {
        int length = snprintf(text, sizeof(text), "%.*f %.*f", digits, lat, digits, lon);
        if (length > 0 && (size_t)length <= width)
            break;
    }
    buffer_put_text(out, text);
}

/* Where it is, or how long it has not been known. */
static enum meaning put_place(const struct watch_line *line, const struct watch_row *row, size_t width,
                              struct buffer *out)
{
    struct cursor record = watch_row_record(row);
    int64_t since = 0;
    enum meaning meaning = MEANING_PLAIN;
    double lat, lon;
    if (field_is(record, "condition", "located") && json_find_number(record, "lat", &lat) &&
        json_find_number(record, "lon", &lon)) {
        put_degrees(out, lat, lon, width);
        return MEANING_PLAIN;
    }
    if (field_is(record, "condition", "waiting")) {
        buffer_put_text(out, "waiting");
        since = field_time(record, "first");
        meaning = MEANING_WAITING;
    } else if (field_is(record, "condition", "no_fix")) {
        buffer_put_text(out, "no fix");
        since = field_time(record, "fix_arrived");
        since = since > 0 ? since : field_time(record, "first");
        meaning = MEANING_PROBLEM;
    } else if (field_is(record, "condition", "silent")) {
        buffer_put_text(out, "silent");
        since = row->time;
        meaning = MEANING_PROBLEM;
    } else {
        buffer_put_text(out, field_is(record, "location", "none") ? "none" : "unknown");
    }
    if (since > 0) {
        buffer_put_u8(out, ' ');
        wording_put_age(out, line->now - since);
    }
    return meaning;
}

static enum meaning put_age(const struct watch_line *line, const struct watch_row *row, size_t width,
                            struct buffer *out)
{
    (void)width;
    if (row->time > 0)
        wording_put_age(out, line->now - row->time);
    else
        buffer_put_u8(out, '-');
    return MEANING_PLAIN;
}

static void put_count(struct buffer *out, long long count, size_t width)
{
    char text[32];
    int length = snprintf(text, sizeof(text), "%lld", count);
    if ((size_t)length > width)
        snprintf(text, sizeof(text), "%lldk", count / 1000);
    buffer_put_text(out, text);
}

static enum meaning put_rate(const struct watch_line *line, const struct watch_row *row, size_t width,
                             struct buffer *out)
{
    (void)line;
    put_count(out, row->rate, width);
    return MEANING_PLAIN;
}

static enum meaning put_chart(const struct watch_line *line, const struct watch_row *row, size_t width,
                              struct buffer *out)
{
    long long counts[RATE_MINUTES], most = 0;
    char path[16];
    (void)line, (void)width;
    for (int i = 0; i < RATE_MINUTES; i++) {
        snprintf(path, sizeof(path), "chart.%d", i);
        counts[i] = field_number(watch_row_record(row), path);
        most = counts[i] > most ? counts[i] : most;
    }
    for (int i = 0; i < RATE_MINUTES; i++) {
        long long height = counts[i] > 0 ? (counts[i] * 8 + most - 1) / most : 0;
        if (height == 0)
            buffer_put_u8(out, ' ');
        else
            buffer_printf(out, "\xe2\x96%c", (int)(0x80 + height)); /* U+2581 to U+2588 */
    }
    return MEANING_PLAIN;
}

static enum meaning put_peer(const struct watch_line *line, const struct watch_row *row, size_t width,
                             struct buffer *out)
{
    struct line_form form = { .width = (unsigned)width, .is_ascii = line->picture->is_ascii };
    char peer[FIELD_TEXT];
    fitted_put_name(&form, out, field_text(watch_row_record(row), "peer", peer), width);
    return MEANING_PLAIN;
}

static enum meaning put_number(const struct watch_row *row, const char *path, size_t width,
                               struct buffer *out)
{
    put_count(out, field_number(watch_row_record(row), path), width);
    return MEANING_PLAIN;
}

static enum meaning put_messages(const struct watch_line *line, const struct watch_row *row, size_t width,
                                 struct buffer *out)
{
    (void)line;
    return put_number(row, "messages", width, out);
}

static enum meaning put_devices(const struct watch_line *line, const struct watch_row *row, size_t width,
                                struct buffer *out)
{
    (void)line;
    return put_number(row, "devices", width, out);
}

static enum meaning put_next(const struct watch_line *line, const struct watch_row *row, size_t width,
                             struct buffer *out)
{
    enum { NARROW = 72 };
    char next[FIELD_TEXT];
    (void)width;
    field_text(watch_row_record(row), "next", next);
    /* the port's number is what counts, and there is no room for more */
    bool is_short = line->columns < NARROW && strncmp(next, "use ", 4) == 0;
    buffer_put_text(out, next + (is_short ? 4 : 0));
    return MEANING_PLAIN;
}

static enum meaning put_happened(const struct watch_line *line, const struct watch_row *row, size_t width,
                                 struct buffer *out)
{
    char text[FIELD_TEXT];
    (void)line, (void)width;
    buffer_put_text(out, field_text(watch_row_record(row), "happened", text));
    if (strcmp(text, "taken") == 0 && field_text(watch_row_record(row), "holder", text)[0])
        buffer_printf(out, " by %s", text);
    return row->meaning == MEANING_OK ? MEANING_PLAIN : row->meaning;
}

static void put_list(struct cursor record, const char *path, struct buffer *out)
{
    struct cursor list, element;
    size_t start = out->length;
    if (!json_find_list(record, path, &list))
        return;
    while (json_next(&list, &element)) {
        if (element.left < 2)
            continue;
        if (out->length > start)
            buffer_put_text(out, ", ");
        buffer_put(out, element.at + 1, element.left - 2);
    }
}

static enum meaning put_spoken(const struct watch_line *line, const struct watch_row *row, size_t width,
                               struct buffer *out)
{
    size_t start = out->length;
    enum { NARROW = 100 };
    (void)width;
    put_list(watch_row_record(row), "protocols", out);
    if (line->columns < NARROW)
        return MEANING_PLAIN; /* what happened says it, too */
    if (out->length > start)
        buffer_put_text(out, "  ");
    put_list(watch_row_record(row), "findings", out);
    return MEANING_PLAIN;
}

static const struct table_column devices[] = {
    { "DEVICE", false, { { 2, 15 }, { 2, 15 }, { 2, 17 }, { 2, 22 } }, put_name },
    { "PROTOCOL", false, { { 18, 9 }, { 18, 9 }, { 20, 11 }, { 25, 12 } }, put_protocol },
    { "PORT", false, { { 28, 8 }, { 28, 8 }, { 32, 8 }, { 38, 8 } }, put_port },
    { "LOCATION", false, { { 37, 11 }, { 37, 16 }, { 41, 17 }, { 47, 18 } }, put_place },
    { "SEEN", true, { { 49, 4 }, { 54, 4 }, { 59, 4 }, { 66, 4 } }, put_age },
    { "/MIN", true, { { 0, 0 }, { 59, 4 }, { 64, 5 }, { 71, 5 } }, put_rate },
    { "10 MINUTES", false, { { 0, 0 }, { 0, 0 }, { 71, 10 }, { 78, 10 } }, put_chart },
    { "MESSAGES", true, { { 0, 0 }, { 0, 0 }, { 0, 0 }, { 89, 8 } }, put_messages },
    { "FROM", false, { { 0, 0 }, { 0, 0 }, { 82, 21 }, { 99, 26 } }, put_peer },
    { "NEXT STEP", false, { { 54, 0 }, { 65, 0 }, { 104, 0 }, { 126, 0 } }, put_next },
    { 0 },
};

static const struct table_column ports[] = {
    { "PORT", false, { { 2, 8 }, { 2, 8 }, { 2, 8 }, { 2, 8 } }, put_port },
    { "PROTOCOL", false, { { 11, 10 }, { 11, 10 }, { 11, 14 }, { 11, 14 } }, put_protocol },
    { "HAPPENED", false, { { 22, 14 }, { 22, 14 }, { 26, 24 }, { 26, 24 } }, put_happened },
    { "MESSAGES", true, { { 37, 8 }, { 37, 8 }, { 51, 8 }, { 51, 8 } }, put_messages },
    { "DEVICES", true, { { 0, 0 }, { 46, 7 }, { 60, 7 }, { 60, 7 } }, put_devices },
    { "/MIN", true, { { 0, 0 }, { 54, 4 }, { 68, 5 }, { 68, 5 } }, put_rate },
    { "LAST", true, { { 46, 4 }, { 59, 4 }, { 74, 4 }, { 74, 4 } }, put_age },
    { "10 MINUTES", false, { { 0, 0 }, { 0, 0 }, { 80, 10 }, { 80, 10 } }, put_chart },
    { "SPOKEN", false, { { 51, 0 }, { 64, 0 }, { 91, 0 }, { 91, 0 } }, put_spoken },
    { 0 },
};

static const struct table_column *columns_of(enum watch_kind kind)
{
    return kind == WATCH_DEVICES ? devices : ports;
}

/* ---- on the line ---- */

/* Counted in characters: the program's own are UTF-8. */
static size_t width_of(const struct buffer *text)
{
    size_t width = 0;
    for (size_t i = 0; i < text->length; i++)
        width += (text->bytes[i] & 0xc0) != 0x80;
    return width;
}

static void put_cell(const struct watch_line *line, const struct table_column *column, enum meaning meaning,
                     unsigned look, struct buffer *text)
{
    struct place place = column->places[size_of(line->columns)];
    size_t room = place.width > 0 ? place.width : line->columns > place.at ? line->columns - place.at : 0;
    size_t width = width_of(text);
    unsigned at = place.at;
    text->bytes[text->length] = '\0';
    if (column->is_number && width < room)
        at += (unsigned)(room - width);
    picture_put(line->picture, line->row, at, (unsigned)room, meaning, look, (const char *)text->bytes);
    if (width > room && room > 1) /* that it is cut shows */
        picture_put(line->picture, line->row, place.at + (unsigned)room - 1, 1, meaning, look, "…");
}

void watch_row_put_titles(enum watch_kind kind, const struct watch_line *line)
{
    unsigned size = size_of(line->columns);
    if (kind == WATCH_FINDINGS)
        return;
    for (const struct table_column *column = columns_of(kind); column->title; column++) {
        char memory[CELL];
        struct buffer text = buffer_on(memory, sizeof(memory) - 1);
        if (column->places[size].at == 0)
            continue;
        buffer_put_text(&text, column->title);
        put_cell(line, column, MEANING_PLAIN, LOOK_TITLE, &text);
    }
}

/* "! wrong-port  Device 123 speaks gt06 …", below it what to do. */
static void put_finding(const struct watch_line *line, const struct watch_row *row)
{
    struct cursor record = watch_row_record(row);
    char text[FIELD_TEXT], age[32];
    struct buffer out = buffer_on(age, sizeof(age) - 1);
    unsigned at = MARK;
    bool is_open = field_is(record, "state", "raised");
    if (!is_open)
        at += picture_put(line->picture, line->row, at, 6, MEANING_OK, LOOK_PLAIN, "over: ");
    at += picture_put(line->picture, line->row, at, line->columns, row->meaning, LOOK_PLAIN,
                      field_text(record, "code", text));
    picture_put(line->picture, line->row, at + 2, line->columns > at + 8 ? line->columns - at - 8 : 0,
                MEANING_PLAIN, LOOK_PLAIN, field_text(record, "text", text));
    int64_t last = field_time(record, "last");
    wording_put_age(&out, line->now - (last > 0 ? last : row->time));
    age[out.length] = '\0';
    if (strlen(text) + at + 8 > line->columns && line->columns > 7)
        picture_put(line->picture, line->row, line->columns - 7, 1, MEANING_PLAIN, LOOK_PLAIN, "…");
    picture_put(line->picture, line->row, line->columns - (unsigned)out.length, (unsigned)out.length,
                MEANING_PLAIN, LOOK_PLAIN, age);
    at = picture_put(line->picture, line->row + 1, MARK, 6, MEANING_PLAIN, LOOK_TITLE,
                     is_open ? "next: " : "");
    field_text(record, is_open ? "advice" : "over", text);
    unsigned room = line->columns - MARK - at;
    picture_put(line->picture, line->row + 1, MARK + at, room, MEANING_PLAIN, LOOK_PLAIN, text);
    if (strlen(text) > room)
        picture_put(line->picture, line->row + 1, line->columns - 1, 1, MEANING_PLAIN, LOOK_PLAIN, "…");
}

void watch_row_put(enum watch_kind kind, const struct watch_line *line, const struct watch_row *row)
{
    const char mark[] = { style_mark(row->meaning), '\0' };
    unsigned size = size_of(line->columns);
    picture_put(line->picture, line->row, 0, 1, row->meaning, LOOK_PLAIN, mark);
    if (kind == WATCH_FINDINGS) {
        put_finding(line, row);
        return;
    }
    for (const struct table_column *column = columns_of(kind); column->title; column++) {
        char memory[FIELD_TEXT + CELL];
        struct buffer text = buffer_on(memory, sizeof(memory) - 1);
        struct place place = column->places[size];
        if (place.at == 0)
            continue;
        enum meaning meaning = column->put(line, row, place.width ? place.width : line->columns, &text);
        put_cell(line, column, meaning, LOOK_PLAIN, &text);
    }
}
