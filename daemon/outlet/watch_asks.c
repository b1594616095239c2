/* SPDX-License-Identifier: Apache-2.0 */
/* What the watch view asks when, and takes as answers. Called by the command that has the connection; fills lists and feeds. */
#include <stdio.h>
#include <stdlib.h>

#include "outlet/ask.h"
#include "outlet/field.h"
#include "outlet/watch_parts.h"

/* µs between an answer and the next question; but of the time at most one part in so many goes into answers. */
enum { SHARE = 5, TALK_LAST = 200 };
static const int64_t paces[ASKED_KINDS] = { [ASKED_STATUS] = SECOND / 2,
                                            [ASKED_DEVICES] = SECOND / 2,
                                            [ASKED_FINDINGS] = SECOND,
                                            [ASKED_PORTS] = 2 * SECOND,
                                            [ASKED_TALK] = SECOND };

/* The list that answers fill; NULL: none. */
static struct watch_list *list_of(const struct watch *watch, enum watch_asked asked)
{
    switch (asked) {
    case ASKED_DEVICES:
        return watch->lists[WATCH_DEVICES];
    case ASKED_FINDINGS:
        return watch->lists[WATCH_FINDINGS];
    case ASKED_PORTS:
        return watch->lists[WATCH_PORTS];
    default:
        return NULL;
    }
}

static bool is_wanted(const struct watch *watch, enum watch_asked asked)
{
    if (watch->is_frozen && asked != ASKED_STATUS)
        return false;
    if (asked == ASKED_PORTS)
        return watch->view == VIEW_PORTS;
    return asked != ASKED_TALK || watch->talk_device[0] || watch->talk_peer[0];
}

static void put_request(const struct watch *watch, enum watch_asked asked, struct buffer *out)
{
    static const char *const requests[ASKED_KINDS] = { "status", "devices", "findings", "ports", "messages" };
    buffer_put_text(out, requests[asked]);
    if (asked != ASKED_TALK)
        return;
    buffer_printf(out, "?last=%d&%s=", TALK_LAST, watch->talk_device[0] ? "device" : "peer");
    ask_put_value(out, watch->talk_device[0] ? watch->talk_device : watch->talk_peer);
    if (!watch->talk_device[0] && watch->talk_port[0])
        buffer_printf(out, "&port=%s", watch->talk_port);
}

bool watch_next_ask(struct watch *watch, int64_t now, enum watch_asked *asked, struct buffer *out)
{
    int found = -1;
    for (int i = 0; i < ASKED_KINDS; i++) {
        if (!is_wanted(watch, (enum watch_asked)i) || watch->schedule[i].due > now)
            continue;
        if (found < 0 || watch->schedule[i].due < watch->schedule[found].due)
            found = i;
    }
    if (found < 0)
        return false;
    *asked = (enum watch_asked)found;
    watch->schedule[found].asked = now;
    watch->talk_newest = 0;
    if (list_of(watch, *asked))
        watch_list_begin(list_of(watch, *asked));
    put_request(watch, *asked, out);
    return true;
}

static void take_status(struct watch *watch, struct cursor record)
{
    uint8_t *status = malloc(record.left + 1);
    if (!status)
        return;
    memcpy(status, record.at, record.left);
    free(watch->status);
    watch->status = status;
    watch->status_length = record.left;
    int64_t last = field_time(record, "last_message");
    watch->last_message = last > watch->last_message ? last : watch->last_message;
}

/* Of one conversation the latest are told again and again: only what is new is added. */
static void take_talk(struct watch *watch, struct cursor record)
{
    int64_t time = field_time(record, "time");
    if (time <= watch->talk_time)
        return;
    watch_feed_add(watch->talk, record);
    watch->talk_newest = time > watch->talk_newest ? time : watch->talk_newest;
    if (watch->talk_goal == time) {
        watch->talk_chosen = watch_feed_at(watch->talk, 0)->number;
        watch->talk_goal = 0;
    }
}

void watch_take(struct watch *watch, enum watch_asked asked, struct cursor record)
{
    watch->is_changed = true;
    if (asked == ASKED_STATUS)
        take_status(watch, record);
    else if (watch->is_frozen)
        return;
    else if (asked == ASKED_TALK)
        take_talk(watch, record);
    else
        watch_list_take(list_of(watch, asked), record);
}

void watch_answered(struct watch *watch, enum watch_asked asked, int64_t now)
{
    struct watch_schedule *schedule = &watch->schedule[asked];
    int64_t rest = (SHARE - 1) * (now - schedule->asked);
    schedule->due = now + (rest > paces[asked] ? rest : paces[asked]);
    watch->is_changed = true;
    if (watch->is_frozen)
        return;
    if (list_of(watch, asked))
        watch_list_end(list_of(watch, asked));
    if (asked == ASKED_TALK && watch->talk_newest > watch->talk_time)
        watch->talk_time = watch->talk_newest;
}

void watch_follow(struct watch *watch, struct cursor record, int64_t now)
{
    watch_feed_add(watch->feed, record);
    if (field_is(record, "event", "message")) {
        int64_t time = field_time(record, "time");
        watch->last_message = time > watch->last_message && time <= now ? time : watch->last_message;
    }
    if (field_is(record, "event", "finding") && watch->schedule[ASKED_FINDINGS].due > now + SECOND / 10)
        watch->schedule[ASKED_FINDINGS].due = now + SECOND / 10;
    watch->is_changed = true;
}

static void add_gap(struct watch *watch, int64_t from, int64_t until)
{
    struct stamp stamp = { .form = STAMP_LOCAL };
    char memory[128];
    struct buffer out = buffer_on(memory, sizeof(memory) - 1);
    buffer_put_text(&out, "-- ");
    stamp_put(&stamp, &out, from, STAMP_SECONDS);
    buffer_put_text(&out, "to ");
    stamp_put(&stamp, &out, until, STAMP_SECONDS);
    buffer_put_text(&out, "nothing was heard of the daemon --");
    memory[out.length] = '\0';
    watch_feed_add_gap(watch->feed, until, memory);
}

void watch_set_link(struct watch *watch, enum watch_link link, int64_t now, int64_t retry)
{
    if (watch->link == link && watch->link_retry == retry)
        return;
    if (link == LINK_LIVE && watch->link == LINK_LOST) {
        add_gap(watch, watch->link_since, now);
        for (int i = 0; i < ASKED_KINDS; i++)
            watch->schedule[i].due = 0;
        /* another daemon counts from the beginning, and tells older messages anew */
        watch_feed_clear(watch->talk);
        watch->talk_time = 0;
        watch->talk_chosen = 0;
    }
    if (watch->link != link)
        watch->link_since = now;
    watch->link = link;
    watch->link_retry = retry;
    watch->is_changed = true;
}

void watch_say(struct watch *watch, struct cursor line, int64_t now)
{
    char *said = watch->said[watch->said_count++ % SAID_LINES];
    size_t length = 0;
    for (; length < line.left && length < SAID_TEXT - 1; length++) {
        uint8_t byte = cursor_byte(line, length);
        said[length] = (char)(byte < 0x20 || byte > 0x7e ? '.' : byte);
    }
    said[length] = '\0';
    watch_notice(watch, now, "%s", said);
}

void watch_put_said(struct watch *watch, struct buffer *out)
{
    size_t first = watch->said_count > SAID_LINES ? watch->said_count - SAID_LINES : 0;
    for (size_t i = first > watch->said_put ? first : watch->said_put; i < watch->said_count; i++)
        buffer_printf(out, "%s\n", watch->said[i % SAID_LINES]);
    watch->said_put = watch->said_count;
}
