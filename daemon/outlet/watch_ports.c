/* SPDX-License-Identifier: Apache-2.0 */
/* The watch view of findings and that of ports. Called by watch_draw. */
#include <stdio.h>

#include "base/json_text.h"
#include "outlet/field.h"
#include "outlet/watch_parts.h"

enum { LINE = 512 };

/* ---- findings ---- */

void watch_put_findings(const struct watch_frame *frame)
{
    enum { DETAIL = 6 };
    struct watch *watch = frame->watch;
    const struct watch_row *row;
    char memory[LINE], text[FIELD_TEXT];
    struct buffer range = buffer_on(memory, sizeof(memory) - 1);
    if (watch_list_count(watch->lists[WATCH_FINDINGS]) == 0) {
        watch_put_empty(frame, watch->filter[0]
                                   ? "No finding has these words: \\ and Esc show all."
                                   : "Nothing was found so far: no finding is open, and none is over.");
        return;
    }
    unsigned lines = frame->rows - DETAIL - 1;
    watch_put_rows(frame, WATCH_FINDINGS, frame->top, lines, &range);
    memory[range.length] = '\0';
    watch_put_rule(frame, frame->top + lines, memory);
    row = watch_list_chosen(watch->lists[WATCH_FINDINGS]);
    struct watch_frame part = *frame;
    part.top = frame->top + lines + 1;
    part.rows = DETAIL;
    struct buffer out = buffer_on(watch->text, sizeof(watch->text));
    if (row) {
        struct cursor record = watch_row_record(row);
        watch_put_wrapped(&out, frame->picture->columns, 2, "", field_text(record, "text", text));
        watch_put_wrapped(&out, frame->picture->columns, 6, "next: ", field_text(record, "advice", text));
        long long count = field_number(record, "count");
        if (count > 1)
            buffer_printf(&out, "seen %lld times", count);
        else
            buffer_put_text(&out, "seen once");
        if (field_text(record, "device", text)[0])
            buffer_printf(&out, ", device %s: Enter shows its messages", text);
        buffer_put_u8(&out, '\n');
    } else {
        watch_put_wrapped(&out, frame->picture->columns, 0, "",
                          "Choose one with the arrows: all of its words stand here, and Enter shows the "
                          "device's messages.");
    }
    watch_put_text(&part, buffer_cursor(&out), false);
}

/* ---- ports ---- */

static char mark_of_port(struct cursor record)
{
    static const struct {
        const char *happened;
        char mark;
    } marks[] = { { "nothing", '.' }, { "listening", 'o' }, { "data", '+' }, { "wrong-protocol", '!' },
                  { "refused", 'x' }, { "dropped", '#' },   { "taken", '@' } };
    if (field_is(record, "happened", "data") && field_is(record, "state", "unknown"))
        return '?';
    for (size_t i = 0; i < sizeof(marks) / sizeof(marks[0]); i++) {
        if (field_is(record, "happened", marks[i].happened))
            return marks[i].mark;
    }
    return '?';
}

/* The grid of all ports that are listened on or watched: a mark each, of TCP and UDP the one that tells more. */
static void put_grid(const struct watch_frame *frame, unsigned top, unsigned rows)
{
    enum { FIRST = 5001, PORTS = 300 };
    static const char order[] = ".o+?@x#!"; /* which of two tells more */
    char marks[PORTS] = { 0 };
    unsigned per_row = (frame->picture->columns - 6) / 11 * 10, last = 0;
    const struct watch_row *row = NULL;
    while ((row = watch_list_next(frame->watch->lists[WATCH_PORTS], row))) {
        char mark = mark_of_port(watch_row_record(row));
        if (row->port < FIRST || row->port >= FIRST + PORTS)
            continue;
        char *cell = &marks[row->port - FIRST];
        if (!*cell || strchr(order, mark) > strchr(order, *cell))
            *cell = mark;
        last = row->port - FIRST > last ? (unsigned)(row->port - FIRST) : last;
    }
    for (unsigned i = 0; i <= last && i / per_row < rows; i++) {
        unsigned line = top + i / per_row, at = i % per_row;
        char label[16];
        const char text[] = { marks[i] ? marks[i] : ' ', '\0' };
        enum meaning meaning = strchr("!x#@", text[0]) ? MEANING_PROBLEM
                               : text[0] == '+'        ? MEANING_OK
                               : text[0] == '?'        ? MEANING_UNKNOWN
                                                       : MEANING_PLAIN;
        snprintf(label, sizeof(label), "%u", FIRST + i);
        if (at == 0)
            picture_put(frame->picture, line, 0, 5, MEANING_PLAIN, LOOK_TITLE, label);
        picture_put(frame->picture, line, 6 + at + at / 10, 1, meaning, LOOK_PLAIN, text);
    }
}

void watch_put_ports(const struct watch_frame *frame)
{
    struct watch *watch = frame->watch;
    const struct watch_list *list = watch->lists[WATCH_PORTS];
    unsigned grid = 300 / ((frame->picture->columns - 6) / 11 * 10) + 3;
    unsigned lines = frame->rows > grid + 6 ? frame->rows - grid - 2 : frame->rows - 2;
    char memory[LINE];
    struct buffer out = buffer_on(memory, sizeof(memory) - 1);
    if (watch_list_all(list) == 0) {
        watch_put_empty(frame, "The ports are being asked for.");
        return;
    }
    if (watch_list_count(list) == 0) {
        struct watch_frame part = *frame;
        part.rows = lines;
        watch_put_empty(&part, watch->filter[0] ? "No port has these words: \\ and Esc show all."
                                                : "Nothing came to any port so far.");
    } else {
        watch_put_titles(frame, WATCH_PORTS);
    }
    watch_put_rows(frame, WATCH_PORTS, frame->top + 1, lines, &out);
    buffer_printf(&out, "; nothing came to %zu more", watch_list_quiet(list));
    memory[out.length] = '\0';
    watch_put_rule(frame, frame->top + 1 + lines, memory);
    if (frame->rows <= lines + 3)
        return;
    put_grid(frame, frame->top + lines + 2, frame->rows - lines - 3);
    picture_put(frame->picture, frame->top + frame->rows - 1, 0, frame->picture->columns, MEANING_PLAIN,
                LOOK_PLAIN,
                "o listens  + data  ? unknown  ! wrong  x refused  # dropped  @ taken  . nothing");
}
