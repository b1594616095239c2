/* SPDX-License-Identifier: Apache-2.0 */
/* The feed of the watch view: the lines of the live commands, fitted into its width. Called by watch_draw and watch_body. */
#include <stdio.h>

#include "base/json_text.h"
#include "outlet/field.h"
#include "outlet/watch_parts.h"

enum { LINE = 512, WINDOW = 512 };

/* ---- the feed ---- */

struct draw_feed {
    struct sink sink;
    struct publisher publisher;
    struct line_form form;
    struct buffer out;
};

static void on_message(void *context, const struct message_event *event)
{
    struct draw_feed *draw = context;
    line_put_message(&draw->form, &draw->out, event, 1);
}

static void on_unfinished(void *context, const struct message_event *event)
{
    struct draw_feed *draw = context;
    line_put_unfinished(&draw->form, &draw->out, event);
}

static void on_connection(void *context, const struct connection_event *event)
{
    struct draw_feed *draw = context;
    line_put_connection(&draw->form, &draw->out, event);
}

static void on_finding(void *context, const struct finding_event *event)
{
    struct draw_feed *draw = context;
    line_put_finding(&draw->form, &draw->out, event);
}

void watch_put_feed_line(const struct watch_frame *frame, unsigned row, const struct feed_line *line)
{
    struct watch *watch = frame->watch;
    struct cursor record = cursor_of(line->record, line->length), first = { 0 };
    char text[FIELD_TEXT];
    struct draw_feed draw = { .form = { .width = frame->picture->columns + 1,
                                        .is_coloured = true,
                                        .is_ascii = frame->picture->is_ascii,
                                        .stamp = { .form = STAMP_LOCAL } },
                              .out = buffer_on(watch->text, sizeof(watch->text)) };
    draw.sink = (struct sink){ .context = &draw,
                               .message = on_message,
                               .unfinished = on_unfinished,
                               .connection = on_connection,
                               .finding = on_finding };
    publisher_add(&draw.publisher, &draw.sink);
    if (record_read(watch->reader, record) != RECORD_OTHER)
        record_publish(watch->reader, &draw.publisher);
    else if (field_is(record, "event", "gap"))
        buffer_printf(&draw.out, "%s\n", field_text(record, "text", text));
    else if (field_is(record, "event", "lost"))
        buffer_printf(&draw.out, "-- %lld lines are missing here: they came too fast --\n",
                      field_number(record, "lines"));
    else
        buffer_printf(&draw.out, "-- a record that this version does not know: %s --\n",
                      field_text(record, "event", text));
    struct cursor rest = buffer_cursor(&draw.out); /* of a finding only the first of its lines */
    if (cursor_field(&rest, '\n', &first))
        picture_put_styled(frame->picture, row, 0, frame->picture->columns, first);
}

/* What the feed's rule says: how much comes, how much of it is seen. */
void watch_put_feed_rule(const struct watch_frame *frame, unsigned row)
{
    const struct watch *watch = frame->watch;
    char memory[LINE];
    struct buffer out = buffer_on(memory, sizeof(memory) - 1);
    buffer_put_text(&out, "feed ");
    watch_put_count(&out, (uint64_t)field_number(watch_status(watch), "rate"));
    buffer_put_text(&out, "/min");
    if (watch->only_device[0] || watch->only_peer[0])
        buffer_printf(&out, ", only %s (f: all)",
                      watch->only_device[0] ? watch->only_device : watch->only_peer);
    else if (watch->filter[0])
        buffer_printf(&out, ", only '%s'", watch->filter);
    else
        buffer_put_text(&out, watch_feed_missed(watch->feed) > 0 ? ", not all shown"
                              : watch->view == VIEW_FEED         ? ", all shown"
                                                                 : ", all but answers shown");
    buffer_put_text(&out, ", ");
    watch_put_count(&out, watch_feed_missed(watch->feed));
    buffer_put_text(&out, " missed");
    if (watch->view == VIEW_FEED && (watch->feed_last || watch->feed_chosen)) {
        struct watch_wish wish = watch_wish_of(watch);
        const struct feed_line *line = watch_feed_at(watch->feed, watch->feed_last);
        uint64_t below = 0;
        while (line && (line = watch_feed_next(watch->feed, line, &wish, false)))
            below++;
        buffer_put_text(&out, "; standing still, ");
        watch_put_count(&out, below);
        buffer_put_text(&out, " newer (G)");
    }
    memory[out.length] = '\0';
    watch_put_rule(frame, row, memory);
}

/* The newest, or those around the chosen one. */
void watch_put_feed_lines(const struct watch_frame *frame, unsigned top, unsigned rows)
{
    struct watch *watch = frame->watch;
    const struct feed_line *lines[WINDOW];
    struct watch_wish wish = watch_wish_of(watch);
    uint64_t last = watch->view == VIEW_FEED ? watch->feed_last : 0;
    rows = rows < WINDOW ? rows : WINDOW;
    if (last == 0 && watch->is_frozen)
        last = watch->frozen_line;
    if (watch->is_frozen && watch->frozen_line == 0)
        return;
    size_t count = watch_feed_window(watch->feed, last, &wish, rows, lines);
    for (size_t i = 0; i < count; i++) {
        watch_put_feed_line(frame, top + (unsigned)i, lines[i]);
        if (watch->view == VIEW_FEED && lines[i]->number == watch->feed_chosen)
            picture_add_look(frame->picture, top + (unsigned)i, 0, frame->picture->columns, LOOK_SELECTED);
    }
}

/* Moves the window so that the chosen line is in it. */
static void hold_chosen(struct watch *watch, unsigned rows)
{
    const struct feed_line *lines[WINDOW];
    struct watch_wish wish = watch_wish_of(watch);
    if (!watch->feed_chosen)
        return;
    rows = rows < WINDOW ? rows : WINDOW;
    if (watch->feed_last == 0) {
        const struct feed_line *newest =
            watch_feed_at(watch->feed, watch->is_frozen ? watch->frozen_line : 0);
        watch->feed_last = newest ? newest->number : 0;
    }
    size_t count = watch_feed_window(watch->feed, watch->feed_last, &wish, rows, lines);
    if (count == 0 || watch->feed_chosen > lines[count - 1]->number) {
        watch->feed_last = watch->feed_chosen;
    } else if (watch->feed_chosen < lines[0]->number) {
        const struct feed_line *line = watch_feed_at(watch->feed, watch->feed_chosen), *next = line;
        for (unsigned i = 1; i < rows && next; i++) {
            next = watch_feed_next(watch->feed, line, &wish, false);
            line = next ? next : line;
        }
        watch->feed_last = line ? line->number : 0;
    }
}

void watch_put_feed(const struct watch_frame *frame)
{
    struct watch *watch = frame->watch;
    if (watch_feed_at(watch->feed, 0) == NULL) {
        watch_put_empty(frame, "Nothing has come since this view was opened.");
        return;
    }
    watch->page = frame->rows - 1;
    hold_chosen(watch, frame->rows - 1);
    watch_put_feed_rule(frame, frame->top);
    watch_put_feed_lines(frame, frame->top + 1, frame->rows - 1);
}
