/* SPDX-License-Identifier: Apache-2.0 */
/* The live record as text or JSON lines. Hears the publisher, writes through a writer. */
#include "outlet/events.h"

#include <stdlib.h>

#include "outlet/dump.h"
#include "outlet/events_json.h"

struct events {
    struct sink sink;
    struct events_parts parts;
    struct events_settings settings;
    struct json_clock clock;
    struct dump_counts counts;
    /* a message that may be chosen yet, as a line; no memory: none can be */
    struct buffer belated;
    uint8_t *memory; /* owned */
};

static struct line_form *form_of(struct events *events)
{
    return &events->settings.form;
}

/* Begins a line; on a terminal what stays below it is wiped. */
static struct buffer *begin(struct events *events, size_t room)
{
    struct screen *screen = events->parts.screen;
    if (screen) {
        screen_wipe(screen);
        form_of(events)->width = screen_width(screen);
    }
    return writer_begin(events->parts.writer, room);
}

static void end(struct events *events)
{
    writer_end(events->parts.writer);
}

/* Lines were dropped, because nobody read them: that there is a gap is said where it is. */
static void tell_gap(struct events *events, int64_t time)
{
    uint64_t gap = writer_gap(events->parts.writer);
    if (gap == 0)
        return;
    struct buffer *out = begin(events, LINE_HEAD);
    if (events->settings.json)
        json_put_gap(&events->clock, out, time, gap);
    else
        line_put_gap(form_of(events), out, time, gap);
    end(events);
}

static bool is_shown(const struct events *events)
{
    return !events->parts.choice || choice_is_shown(events->parts.choice);
}

/* For lines that are no findings. */
static bool is_admitted(struct events *events, int64_t time)
{
    struct screen *screen = events->parts.screen;
    return is_shown(events) && !events->settings.findings_only &&
           (!screen || screen_admits_other(screen, time));
}

static void put_message(struct events *events, struct buffer *out, const struct message_event *event,
                        uint64_t folded)
{
    if (events->settings.json)
        json_put_message(&events->clock, out, event);
    else
        line_put_message(form_of(events), out, event, folded);
}

/* The bytes below the line, some rows at a time. */
static void dump(struct events *events, const struct message_event *event)
{
    enum { ROWS = 64 };
    size_t offset = 0;
    dump_count(&events->counts, event->direction, event->bytes.left);
    while (offset < event->bytes.left) {
        struct buffer *out = begin(events, ROWS * DUMP_LINE);
        for (unsigned row = 0; row < ROWS && offset < event->bytes.left; row++, offset += DUMP_ROW)
            dump_put_row(out, event->direction, event->bytes, offset);
        end(events);
    }
}

/* It is not chosen, but may be when a finding follows: its line is kept until the next message. */
static void keep_belated(struct events *events, const struct message_event *event)
{
    events->belated.length = 0;
    events->belated.full = false;
    if (!events->memory || events->settings.findings_only)
        return;
    if (events->parts.screen)
        form_of(events)->width = screen_width(events->parts.screen);
    put_message(events, &events->belated, event, 1);
}

static void tell_belated(struct events *events)
{
    if (!events->parts.choice || !choice_is_belated(events->parts.choice) || events->belated.full)
        return;
    buffer_put_cursor(begin(events, events->belated.length), buffer_cursor(&events->belated));
    end(events);
    events->belated.length = 0;
}

/* ---- what is heard ---- */

static void on_message(void *context, const struct message_event *event)
{
    struct events *events = context;
    struct screen *screen = events->parts.screen;
    uint64_t folded = 1;
    if (screen && event->direction == DIRECTION_IN)
        screen_count(screen);
    if (!is_shown(events)) {
        keep_belated(events, event);
        return;
    }
    events->belated.length = 0;
    bool is_dump = events->settings.is_dump;
    /* who follows one conversation wants all of it */
    if (events->settings.findings_only || (screen && !is_dump && !screen_admits(screen, event, &folded)))
        return;
    tell_gap(events, event->time);
    put_message(events, begin(events, line_room(form_of(events), event->bytes.left)), event, folded);
    end(events);
    if (is_dump)
        dump(events, event);
}

static void on_unfinished(void *context, const struct message_event *event)
{
    struct events *events = context;
    if (!is_admitted(events, event->time))
        return;
    tell_gap(events, event->time);
    struct buffer *out = begin(events, line_room(form_of(events), event->bytes.left));
    if (events->settings.json)
        json_put_unfinished(&events->clock, out, event);
    else
        line_put_unfinished(form_of(events), out, event);
    end(events);
}

static void on_connection(void *context, const struct connection_event *event)
{
    struct events *events = context;
    if (!is_admitted(events, event->time))
        return;
    struct buffer *out = begin(events, LINE_HEAD);
    if (events->settings.json)
        json_put_connection(&events->clock, out, event);
    else
        line_put_connection(form_of(events), out, event);
    end(events);
}

static void on_finding(void *context, const struct finding_event *event)
{
    struct events *events = context;
    if (!is_shown(events))
        return;
    tell_gap(events, event->time);
    tell_belated(events);
    struct buffer *out = begin(events, LINE_HEAD);
    if (events->settings.json)
        json_put_finding(&events->clock, out, event);
    else
        line_put_finding(form_of(events), out, event);
    end(events);
}

struct events *events_new(const struct events_parts *parts, const struct events_settings *settings)
{
    struct events *events = calloc(1, sizeof(*events));
    if (!events)
        return NULL;
    events->sink = (struct sink){ .context = events,
                                  .message = on_message,
                                  .unfinished = on_unfinished,
                                  .connection = on_connection,
                                  .finding = on_finding };
    events->parts = *parts;
    events->settings = *settings;
    events->settings.is_dump = settings->is_dump && !settings->json;
    if (events->settings.is_dump)
        events->settings.form.bytes = BYTES_NONE;
    if (!parts->choice || !choice_may_be_belated(parts->choice))
        return events;
    events->memory = malloc(WRITER_LINE_MAX);
    events->belated = buffer_on(events->memory, WRITER_LINE_MAX);
    if (!events->memory) {
        events_free(events);
        return NULL;
    }
    return events;
}

void events_free(struct events *events)
{
    if (!events)
        return;
    free(events->memory);
    free(events);
}

void events_finish(struct events *events)
{
    if (!events->settings.is_dump)
        return;
    dump_put_counts(begin(events, LINE_HEAD), &events->counts);
    end(events);
}

struct sink *events_sink(struct events *events)
{
    return &events->sink;
}
