/* SPDX-License-Identifier: Apache-2.0 */
/* One conversation in the watch view: who said what when, and the chosen message's bytes, explained. Called by watch_draw. */
#include <stdio.h>

#include "base/json_text.h"
#include "outlet/field.h"
#include "outlet/watch_parts.h"
#include "protocol/registry.h"
#include "verdict/explain.h"
#include "verdict/text.h"

enum { LINE = 512, ARROW = 26, NAME = 24, LADDER_LEAST = 4 };

/* ---- the ladder ---- */

/* "+12 ms", "+3.4 s", "+6m" */
static void put_delta(struct buffer *out, int64_t micros)
{
    if (micros < 0)
        return;
    if (micros < SECOND)
        buffer_printf(out, "+%lld ms", (long long)(micros / 1000));
    else if (micros < 100 * (int64_t)SECOND)
        buffer_printf(out, "+%lld.%lld s", (long long)(micros / SECOND),
                      (long long)(micros % SECOND / (SECOND / 10)));
    else
        buffer_printf(out, "+%lld min", (long long)(micros / SECOND / 60));
}

/* "|-- gt06 login ------->|" */
static void put_arrow(struct buffer *out, const char *name, bool is_in, unsigned width)
{
    size_t length = strlen(name), room = width - 6;
    length = length < room ? length : room;
    buffer_printf(out, "|%s %.*s ", is_in ? "--" : "<-", (int)length, name);
    for (size_t i = length; i < room; i++)
        buffer_put_u8(out, '-');
    buffer_put_text(out, is_in ? ">|" : "-|");
}

static void put_rung(const struct watch_frame *frame, unsigned row, const struct feed_line *line,
                     const struct feed_line *before)
{
    struct cursor record = cursor_of(line->record, line->length), hex = { 0 };
    char memory[LINE], name[2 * FIELD_TEXT], text[FIELD_TEXT], delta[32];
    struct buffer out = buffer_on(memory, sizeof(memory)), span = buffer_on(delta, sizeof(delta) - 1);
    struct stamp stamp = { .form = STAMP_LOCAL };
    bool is_in = !field_is(record, "direction", "out");
    unsigned width = frame->picture->columns - 50;
    stamp_put(&stamp, &out, line->time, STAMP_SECONDS);
    if (before)
        put_delta(&span, line->time - before->time);
    delta[span.length] = '\0';
    buffer_printf(&out, "%8s  ", delta);
    if (is_in && field_text(record, "messages.0.type", text)[0]) {
        char protocol[FIELD_TEXT];
        snprintf(name, sizeof(name), "%s %s", field_text(record, "protocol", protocol), text);
    } else {
        snprintf(name, sizeof(name), "%s", is_in ? "unidentified" : "answer");
    }
    put_arrow(&out, name, is_in, width < 60 ? width : 60);
    bool has_hex = json_find_text(record, "hex", &hex);
    buffer_printf(&out, "%6zu B  ", has_hex ? hex.left / 2 : 0);
    if (field_is(record, "verdict", "wrong-port"))
        watch_put_meaning(&out, MEANING_PROBLEM, "WRONG PORT");
    else if (field_is(record, "verdict", "wrong-transport"))
        watch_put_meaning(&out, MEANING_PROBLEM, "WRONG TRANSPORT");
    else if (field_is(record, "location", "invalid"))
        watch_put_meaning(&out, MEANING_WAITING, "no fix");
    else if (field_is(record, "location", "valid"))
        buffer_put_text(&out, "valid fix");
    picture_put_styled(frame->picture, row, 0, frame->picture->columns, buffer_cursor(&out));
}

/* ---- the bytes ---- */

struct reading_of {
    struct sink sink;
    struct publisher publisher;
    struct buffer *out;
    struct patterns *patterns;
};

/* What the protocol that the daemon named reads in the message, with its fields marked. */
static void on_message(void *context, const struct message_event *event)
{
    struct reading_of *reading = context;
    struct marks marks = { .count = 0 };
    struct identity identity = { .device = "" };
    if (event->identity)
        identity = *event->identity;
    identity.bytes = event->bytes;
    reading_start(&identity.reading, event->bytes, &marks);
    const struct protocol *protocol = identity.candidate_count > 0 ? identity.candidates[0] : NULL;
    bool is_known = protocol && registry_find(protocol->name) == protocol;
    if (event->identity) {
        struct identity told = *event->identity;
        text_put_identity(reading->out, &told, 1);
        buffer_put_u8(reading->out, '\n');
    } else {
        buffer_put_text(reading->out, " the server's answer\n");
    }
    struct message message = { .bytes = event->bytes,
                               .datagram = event->who.transport == TRANSPORT_UDP,
                               .complete = true,
                               .patterns = reading->patterns };
    size_t length = 0;
    if (is_known && reading->patterns && protocol_head(protocol, &message) >= CLAIM_POSSIBLE &&
        protocol_match(protocol, &message, &length) >= CLAIM_POSSIBLE && length <= event->bytes.left) {
        message.bytes = cursor_of(event->bytes.at, length);
        reading_start(&identity.reading, message.bytes, &marks);
        protocol_read(protocol, &message, &identity.reading);
    }
    explain_put(reading->out, &identity);
}

static void put_bytes(const struct watch_frame *frame, const struct feed_line *line)
{
    struct watch *watch = frame->watch;
    struct buffer out = buffer_on(watch->text, sizeof(watch->text));
    struct reading_of reading = { .out = &out, .patterns = patterns_new() };
    reading.sink = (struct sink){ .context = &reading, .message = on_message };
    publisher_add(&reading.publisher, &reading.sink);
    if (record_read(watch->reader, cursor_of(line->record, line->length)) == RECORD_MESSAGE)
        record_publish(watch->reader, &reading.publisher);
    patterns_free(reading.patterns);
    watch_put_text(frame, buffer_cursor(&out), true);
}

/* ---- both ---- */

const struct feed_line *watch_talk_shown(const struct watch *watch)
{
    struct watch_wish wish = watch_talk_wish(watch);
    const struct feed_line *newest = watch_feed_at(watch->talk, watch->talk_chosen), *line = newest;
    while (!watch->talk_chosen && line && line->is_answer)
        line = watch_feed_next(watch->talk, line, &wish, true);
    return line ? line : newest;
}

static void put_title(const struct watch_frame *frame, size_t count)
{
    const struct watch *watch = frame->watch;
    char memory[LINE];
    struct buffer out = buffer_on(memory, sizeof(memory) - 1);
    buffer_printf(&out, "conversation of %s: %zu messages; arrows choose, PgDn scrolls",
                  watch->talk_device[0] ? watch->talk_device : watch->talk_peer, count);
    memory[out.length] = '\0';
    watch_put_rule(frame, frame->top, memory);
}

void watch_put_talk(const struct watch_frame *frame)
{
    struct watch *watch = frame->watch;
    const struct feed_line *lines[256], *chosen = watch_talk_shown(watch), *last, *line;
    struct watch_wish wish = watch_talk_wish(watch);
    size_t all = 0;
    for (line = watch_feed_at(watch->talk, 1); line; line = watch_feed_next(watch->talk, line, &wish, false))
        all++;
    put_title(frame, all);
    if (!chosen) {
        struct watch_frame part = *frame;
        part.top++;
        part.rows--;
        watch_put_empty(&part, watch->schedule[ASKED_TALK].due == 0
                                   ? "Its messages are being asked for."
                                   : "No message of it is kept any more: wait for its next one.");
        return;
    }
    unsigned rungs = frame->rows / 3 > LADDER_LEAST ? frame->rows / 3 : LADDER_LEAST;
    rungs = all < rungs ? (unsigned)all : rungs < 255 ? rungs : 255;
    /* a few newer ones stand below the chosen one */
    last = chosen;
    for (unsigned i = 0; i < rungs / 2 && (line = watch_feed_next(watch->talk, last, &wish, false)); i++)
        last = line;
    size_t count = watch_feed_window(watch->talk, last->number, &wish, rungs + 1, lines);
    size_t first = count > rungs ? 1 : 0; /* one more, for the time between */
    for (size_t i = first; i < count; i++) {
        unsigned row = frame->top + 1 + (unsigned)(i - first);
        put_rung(frame, row, lines[i], i > 0 ? lines[i - 1] : NULL);
        if (lines[i] == chosen)
            picture_add_look(frame->picture, row, 0, frame->picture->columns, LOOK_SELECTED);
    }
    unsigned used = 1 + (unsigned)(count - first);
    watch_put_rule(frame, frame->top + used, "the chosen message: its fields are marked below its bytes");
    struct watch_frame part = *frame;
    part.top = frame->top + used + 1;
    part.rows = frame->rows - used - 1;
    put_bytes(&part, chosen);
}
