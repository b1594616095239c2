/* SPDX-License-Identifier: Apache-2.0 */
/* The bodies of the watch view that are text: the guide, the help, and what stands in the place of an empty list. Called by
 * watch_draw. */
#include <stdio.h>

#include "base/json_text.h"
#include "outlet/field.h"
#include "outlet/watch_parts.h"

/* No line of text is longer: it is read, not scanned. */
enum { TEXT_COLUMNS = 100, SAID_SHOWN = 8 };

void watch_put_wrapped(struct buffer *out, size_t columns, size_t indent, const char *first, const char *text)
{
    size_t used = strlen(first);
    buffer_put_text(out, first);
    columns = columns < TEXT_COLUMNS ? columns : TEXT_COLUMNS;
    while (*text) {
        size_t length = strcspn(text, " ");
        if (used > indent && used + 1 + length > columns) {
            buffer_printf(out, "\n%*s", (int)indent, "");
            used = indent;
        } else if (used > strlen(first) || (used > 0 && used < indent)) {
            size_t gap = used < indent ? indent - used : 1;
            if (used != indent) {
                buffer_printf(out, "%*s", (int)gap, "");
                used += gap;
            }
        }
        buffer_put(out, text, length);
        used += length;
        text += length;
        text += strspn(text, " ");
    }
    buffer_put_u8(out, '\n');
}

void watch_put_text(const struct watch_frame *frame, struct cursor text, bool is_scrolled)
{
    struct watch *watch = frame->watch;
    struct cursor rest = text, line;
    size_t lines = 0, number = 0;
    while (cursor_field(&rest, '\n', &line))
        lines++;
    if (is_scrolled) {
        watch->page = frame->rows;
        watch->scroll_most = lines > frame->rows ? lines - frame->rows : 0;
        watch->scroll = watch->scroll < watch->scroll_most ? watch->scroll : watch->scroll_most;
    }
    size_t from = is_scrolled ? watch->scroll : 0;
    for (rest = text; cursor_field(&rest, '\n', &line); number++) {
        if (number >= from && number - from < frame->rows)
            picture_put_styled(frame->picture, frame->top + (unsigned)(number - from), 0,
                               frame->picture->columns, line);
    }
    if (is_scrolled && from < watch->scroll_most) {
        char more[48];
        int length = snprintf(more, sizeof(more), " %zu more lines: PgDn ", lines - from - frame->rows);
        picture_put(frame->picture, frame->top + frame->rows - 1, frame->picture->columns - (unsigned)length,
                    48, MEANING_PLAIN, LOOK_SELECTED, more);
    }
}

/* ---- empty ---- */

/* The latest lines of the view's own intake: where a tracker is to send, and why nothing comes. */
static void put_said(const struct watch *watch, size_t columns, size_t most, struct buffer *out)
{
    static const char own[] = "hexwatch: ";
    size_t kept = watch->said_count < SAID_LINES ? watch->said_count : SAID_LINES;
    size_t from = watch->said_count - (kept < most ? kept : most);
    for (size_t i = from; i < watch->said_count; i++) {
        const char *line = watch->said[i % SAID_LINES];
        line += strncmp(line, own, sizeof(own) - 1) == 0 ? sizeof(own) - 1 : 0;
        watch_put_wrapped(out, columns, 4, "  ", line + strspn(line, " "));
    }
}

void watch_put_empty(const struct watch_frame *frame, const char *what)
{
    struct watch *watch = frame->watch;
    struct cursor status = watch_status(watch);
    struct buffer out = buffer_on(watch->text, sizeof(watch->text));
    size_t columns = frame->picture->columns - 2;
    char text[FIELD_TEXT], path[32];
    buffer_put_u8(&out, '\n');
    if (what[0]) {
        watch_put_wrapped(&out, columns, 2, "  ", what);
        watch_put_text(frame, buffer_cursor(&out), false);
        return;
    }
    watch_put_wrapped(&out, columns, 2, "  ", "No device so far.");
    watch_put_wrapped(&out, columns, 2, "  ", field_text(status, "answer", text));
    for (int i = 0; i < 6; i++) {
        snprintf(path, sizeof(path), "points.%d.next", i);
        if (!field_text(status, path, text)[0])
            continue;
        watch_put_wrapped(&out, columns, 8, "  next: ", text);
        break;
    }
    if (field_text(status, "page", text)[0])
        buffer_printf(&out, "\n  The same in a browser: %s\n", text);
    if (watch->said_count > 0) {
        buffer_put_text(&out, "\n  The intake of this view says:\n");
        put_said(watch, columns, SAID_SHOWN, &out);
    }
    watch_put_text(frame, buffer_cursor(&out), false);
}

/* ---- guide ---- */

static void put_point(const struct watch_frame *frame, struct cursor point, struct buffer *out)
{
    enum { COLUMN = 29 };
    char text[FIELD_TEXT], head[64], memory[FIELD_TEXT];
    enum meaning meaning = field_meaning(point, "state");
    size_t columns = frame->picture->columns;
    snprintf(head, sizeof(head), "%c %-9.9s", style_mark(meaning), field_text(point, "state", text));
    buffer_printf(out, " %lld  ", field_number(point, "point"));
    watch_put_meaning(out, meaning, head);
    buffer_printf(out, "%-14.14s", field_text(point, "title", text));
    struct buffer facts = buffer_on(memory, sizeof(memory) - 1);
    buffer_printf(&facts, "%s", field_text(point, "facts", text));
    memory[facts.length] = '\0';
    struct buffer wrapped = buffer_on(out->bytes + out->length, out->capacity - out->length);
    /* the head stands there already */
    char blanks[COLUMN + 1];
    snprintf(blanks, sizeof(blanks), "%*s", COLUMN, "");
    watch_put_wrapped(&wrapped, columns, COLUMN, blanks, memory);
    if (wrapped.length >= COLUMN) {
        memmove(wrapped.bytes, wrapped.bytes + COLUMN, wrapped.length - COLUMN);
        out->length += wrapped.length - COLUMN;
    }
    if (field_text(point, "next", text)[0]) {
        snprintf(head, sizeof(head), "%*snext: ", COLUMN - 6, "");
        watch_put_wrapped(out, columns, COLUMN, head, text);
    }
}

static void put_losses(struct cursor status, struct buffer *out)
{
    struct cursor lost, name, count;
    const char *comma = "\nLost: ";
    if (json_find(status, "lost", &lost) != JSON_OBJECT || lost.left <= 2)
        return;
    struct cursor rest = cursor_of(lost.at + 1, lost.left - 2);
    while (cursor_until(&rest, '"', &name) && cursor_until(&rest, '"', &name) && cursor_skip(&rest, 1) &&
           cursor_digits(&rest, 1, 20, &count)) {
        buffer_put_text(out, comma);
        buffer_put_cursor(out, count);
        buffer_put_u8(out, ' ');
        buffer_put_cursor(out, name);
        comma = ", ";
    }
    buffer_put_u8(out, '\n');
}

void watch_put_guide(const struct watch_frame *frame)
{
    struct watch *watch = frame->watch;
    struct cursor status = watch_status(watch), points, point;
    struct buffer out = buffer_on(watch->text, sizeof(watch->text));
    char text[FIELD_TEXT], head[4];
    size_t columns = frame->picture->columns;
    enum meaning meaning = field_meaning(status, "receiving");
    snprintf(head, sizeof(head), "%c ", style_mark(meaning));
    watch_put_meaning(&out, meaning, head);
    watch_put_wrapped(&out, columns - 2, 0, "", field_text(status, "answer", text));
    if (field_text(status, "page", text)[0])
        buffer_printf(&out, "  The same in a browser: %s\n", text);
    buffer_put_u8(&out, '\n');
    if (json_find_list(status, "points", &points)) {
        while (json_next(&points, &point))
            put_point(frame, point, &out);
    }
    buffer_put_u8(&out, '\n');
    watch_put_wrapped(
        &out, columns, 0, "",
        "These are the six points of Traccar's troubleshooting guide; 'hexwatch doctor' tells them "
        "too, with all findings behind them.");
    put_losses(status, &out);
    if (watch->said_count > 0)
        buffer_put_text(&out, "\nThe intake of this view said:\n");
    put_said(watch, columns, SAID_LINES, &out);
    watch_put_text(frame, buffer_cursor(&out), true);
}

/* ---- help ---- */

/* "keys: what they do" in two columns. */
static void put_key(struct buffer *out, size_t columns, const char *help)
{
    char keys[40];
    const char *what = strstr(help, ": ");
    snprintf(keys, sizeof(keys), "  %.*s", what ? (int)(what - help) : 0, help);
    watch_put_wrapped(out, columns, 21, keys, what ? what + 2 : help);
}

void watch_put_help(const struct watch_frame *frame)
{
    static const char *const words[] = {
        "DEVICE    the id to register in Traccar, or the sender's address as long as it has told none",
        "LOCATION  the last valid place; or since when it waits for a fix, has none, or is silent",
        "SEEN      how long ago its last message came: 2s 6m 3h 2d",
        "/MIN      messages in the last 60 seconds",
    };
    struct watch *watch = frame->watch;
    struct buffer out = buffer_on(watch->text, sizeof(watch->text));
    size_t columns = frame->picture->columns;
    const struct watch_binding *binding;
    buffer_put_text(&out, "KEYS\n");
    for (size_t i = 0; (binding = watch_binding_at(i)); i++) {
        if (binding->help)
            put_key(&out, columns, binding->help);
    }
    buffer_put_text(&out, "\nMARKS\n  ");
    for (int meaning = MEANING_OK; meaning <= MEANING_UNKNOWN; meaning++) {
        static const char *const names[] = { "", "ok", "waiting", "problem",
                                             "unknown: not told, never 'no'" };
        char mark[48];
        snprintf(mark, sizeof(mark), "%c %s", style_mark((enum meaning)meaning), names[meaning]);
        watch_put_meaning(&out, (enum meaning)meaning, mark);
        buffer_put_text(&out, meaning == MEANING_UNKNOWN ? "\n" : "   ");
    }
    buffer_put_text(&out, "\nCOLUMNS\n");
    for (size_t i = 0; i < sizeof(words) / sizeof(words[0]); i++)
        watch_put_wrapped(&out, columns, 12, "  ", words[i]);
    watch_put_wrapped(
        &out, columns, 2, "  ",
        "From 120 columns on there are the sender and a bar for each of the last 10 minutes, from 40 "
        "lines on the guide's six points.");
    buffer_put_text(&out, "\nROWS\n");
    watch_put_wrapped(
        &out, columns, 2, "  ",
        "Problems first, then the unknown, those that wait, and those that are fine; of equals the "
        "latest first. The row you chose stays chosen and on its line; for 3 seconds after a key no "
        "row changes its place.");
    buffer_put_text(&out, "\nFEED\n");
    watch_put_wrapped(
        &out, columns, 2, "  ",
        "'missed' counts the messages that came faster than this view could take them: they are "
        "counted and judged, but not shown here. The daemon waits for nobody.");
    watch_put_text(frame, buffer_cursor(&out), true);
}
