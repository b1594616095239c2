/* SPDX-License-Identifier: Apache-2.0 */
/* The watch view: its state, and what keys do to it. Gets keys from the command; watch_asks fills it, watch_draw shows it. */
#include "outlet/watch.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/json_text.h"
#include "outlet/field.h"
#include "outlet/watch_parts.h"

/* µs: nothing is sorted anew for so long after a key; a notice stands for so long. */
enum { HOLD = 3 * SECOND, NOTICE = 6 * SECOND };

struct watch *watch_new(void)
{
    struct watch *watch = calloc(1, sizeof(*watch));
    if (!watch)
        return NULL;
    bool is_fine = true;
    for (int i = 0; i < WATCH_KINDS; i++) {
        watch->lists[i] = watch_list_new((enum watch_kind)i);
        is_fine = is_fine && watch->lists[i];
    }
    watch->feed = watch_feed_new();
    watch->talk = watch_feed_new();
    watch->reader = record_reader_new();
    watch->is_changed = true;
    if (is_fine && watch->feed && watch->talk && watch->reader)
        return watch;
    watch_free(watch);
    return NULL;
}

void watch_free(struct watch *watch)
{
    if (!watch)
        return;
    for (int i = 0; i < WATCH_KINDS; i++)
        watch_list_free(watch->lists[i]);
    watch_feed_free(watch->feed);
    watch_feed_free(watch->talk);
    record_reader_free(watch->reader);
    free(watch->status);
    free(watch);
}

struct watch_list *watch_list_of(const struct watch *watch, enum watch_view view)
{
    switch (view) {
    case VIEW_DEVICES:
        return watch->lists[WATCH_DEVICES];
    case VIEW_PORTS:
        return watch->lists[WATCH_PORTS];
    case VIEW_FINDINGS:
        return watch->lists[WATCH_FINDINGS];
    default:
        return NULL;
    }
}

struct watch_wish watch_wish_of(const struct watch *watch)
{
    /* where only a few lines have room, they are the devices' */
    return (struct watch_wish){ watch->only_device, watch->only_peer, watch->filter,
                                watch->view != VIEW_FEED };
}

struct watch_wish watch_talk_wish(const struct watch *watch)
{
    return (struct watch_wish){ watch->talk_device, watch->talk_peer, "", false };
}

void watch_notice(struct watch *watch, int64_t now, const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    (void)vsnprintf(watch->notice, sizeof(watch->notice), format, arguments);
    va_end(arguments);
    watch->notice_end = now + NOTICE;
    watch->is_changed = true;
}

/* ---- views ---- */

static void go_to(struct watch *watch, enum watch_view view)
{
    bool was_list = watch->view < VIEW_TALK;
    if (view >= VIEW_TALK && was_list)
        watch->before = watch->view;
    if (view == VIEW_HELP && watch->view != VIEW_HELP)
        watch->under_help = watch->view;
    if (view != VIEW_HELP || watch->view != VIEW_HELP)
        watch->scroll = 0;
    watch->view = view;
    if (view == VIEW_PORTS)
        watch->schedule[ASKED_PORTS].due = 0;
    if (view != VIEW_TALK && view != VIEW_HELP)
        watch->talk_device[0] = watch->talk_peer[0] = '\0';
}

/* Opens the conversation of a device or, where there is no id, of a sender with a port. The record tells that port. */
static void open_talk(struct watch *watch, const char *device, const char *peer, struct cursor record,
                      int64_t time)
{
    long long port = field_number(record, "port");
    bool is_udp = field_is(record, "transport", "udp");
    go_to(watch, VIEW_TALK);
    watch->talk_port[0] = '\0';
    if (port > 0 && port <= UINT16_MAX)
        snprintf(watch->talk_port, sizeof(watch->talk_port), "%s:%u", is_udp ? "udp" : "tcp", (unsigned)port);
    snprintf(watch->talk_device, sizeof(watch->talk_device), "%s", device);
    snprintf(watch->talk_peer, sizeof(watch->talk_peer), "%s", device[0] ? "" : peer);
    watch_feed_clear(watch->talk);
    watch->talk_chosen = 0;
    watch->talk_time = watch->talk_newest = 0;
    watch->talk_goal = time;
    watch->schedule[ASKED_TALK].due = 0;
}

static const struct feed_line *chosen_line(const struct watch *watch)
{
    const struct feed_line *line = watch->feed_chosen ? watch_feed_at(watch->feed, watch->feed_chosen) : NULL;
    return line && line->number == watch->feed_chosen ? line : NULL;
}

/* Whom a row of a list is about. */
static void names_of(const struct watch_row *row, char device[static FEED_WHO], char peer[static FEED_WHO])
{
    char text[FIELD_TEXT];
    snprintf(device, FEED_WHO, "%.*s", FEED_WHO - 1, field_text(watch_row_record(row), "device", text));
    field_address(watch_row_record(row), peer, FEED_WHO);
}

static void open_row(struct watch *watch, int64_t now)
{
    char device[FEED_WHO], peer[FEED_WHO], port[16];
    struct watch_list *list = watch_list_of(watch, watch->view);
    if (watch->view == VIEW_FEED) {
        const struct feed_line *line = chosen_line(watch);
        if (line && (line->device[0] || line->peer[0]))
            open_talk(watch, line->device, line->peer, cursor_of(line->record, line->length), line->time);
        else
            watch_notice(watch, now, "Choose a line first: arrow up.");
        return;
    }
    if (list && !watch_list_chosen(list))
        watch_list_move(list, 1); /* the first one that is seen */
    const struct watch_row *row = list ? watch_list_chosen(list) : NULL;
    if (!row)
        return;
    if (watch->view == VIEW_PORTS) { /* who sends there */
        snprintf(port, sizeof(port), "%.3s %lld",
                 field_is(watch_row_record(row), "transport", "udp") ? "udp" : "tcp", row->port);
        snprintf(watch->filter, sizeof(watch->filter), "%s", port);
        for (int i = 0; i < WATCH_KINDS; i++)
            watch_list_set_filter(watch->lists[i], watch->filter);
        go_to(watch, VIEW_DEVICES);
        return;
    }
    names_of(row, device, peer);
    if (device[0] || peer[0])
        open_talk(watch, device, peer, watch_row_record(row), 0);
    else
        watch_notice(watch, now, "This finding is about the server itself, not about a device.");
}

static void go_back(struct watch *watch)
{
    struct watch_list *list = watch_list_of(watch, watch->view);
    if (watch->view == VIEW_HELP) {
        go_to(watch, watch->under_help);
    } else if (watch->view >= VIEW_TALK) {
        go_to(watch, watch->before);
    } else if (list && watch_list_chosen(list)) {
        watch_list_let_go(list);
    } else if (watch->view == VIEW_FEED && (watch->feed_chosen || watch->feed_last)) {
        watch->feed_chosen = watch->feed_last = 0;
    } else if (watch->only_device[0] || watch->only_peer[0]) {
        watch->only_device[0] = watch->only_peer[0] = '\0';
    } else if (watch->filter[0]) {
        watch->filter[0] = '\0';
        for (int i = 0; i < WATCH_KINDS; i++)
            watch_list_set_filter(watch->lists[i], "");
    }
}

/* ---- words ---- */

/* Back to where the search began. */
static void recall(struct watch *watch)
{
    if (watch_list_of(watch, watch->view))
        watch_list_recall(watch_list_of(watch, watch->view));
    watch->feed_chosen = watch->feed_origin;
}

static void use_words(struct watch *watch, int64_t now)
{
    char *to = watch->prompt == PROMPT_SEARCH ? watch->search : watch->filter;
    snprintf(to, WATCH_FILTER, "%s", watch->words);
    watch_lower(to);
    if (watch->prompt == PROMPT_SEARCH) {
        recall(watch);
        watch_search_again(watch, true, false, now);
        return;
    }
    for (int i = 0; i < WATCH_KINDS; i++)
        watch_list_set_filter(watch->lists[i], watch->filter);
}

static void begin_words(struct watch *watch, enum watch_prompt prompt)
{
    watch->prompt = prompt;
    watch->feed_origin = watch->feed_chosen;
    if (watch_list_of(watch, watch->view))
        watch_list_remember(watch_list_of(watch, watch->view));
    snprintf(watch->words, sizeof(watch->words), "%s", prompt == PROMPT_FILTER ? watch->filter : "");
}

static void type(struct watch *watch, int key, int64_t now)
{
    size_t length = strlen(watch->words);
    if (key == PRESS_ENTER || key == PRESS_ESC) {
        if (key == PRESS_ESC && watch->prompt == PROMPT_SEARCH)
            recall(watch);
        if (key == PRESS_ESC && watch->prompt == PROMPT_FILTER) {
            watch->words[0] = '\0';
            use_words(watch, now);
        }
        watch->prompt = PROMPT_NONE;
        return;
    }
    if (key == PRESS_BACKSPACE || key == '\b')
        watch->words[length > 0 ? length - 1 : 0] = '\0';
    else if (key == ('U' & 0x1f))
        watch->words[0] = '\0';
    else if (key >= 0x20 && key < 0x7f && length < WATCH_FILTER - 1)
        memcpy(watch->words + length, (char[]){ (char)key, '\0' }, 2);
    else
        return;
    use_words(watch, now);
}

/* ---- the other keys ---- */

static void follow(struct watch *watch, int64_t now)
{
    struct watch_list *list = watch_list_of(watch, watch->view);
    const struct watch_row *row = list ? watch_list_chosen(list) : NULL;
    char device[FEED_WHO], peer[FEED_WHO];
    if (watch->view == VIEW_FEED) { /* along with the newest, or not */
        const struct feed_line *newest = watch_feed_at(watch->feed, 0);
        bool was_on = watch->feed_last == 0 && watch->feed_chosen == 0;
        watch->feed_last = was_on && newest ? newest->number : 0;
        watch->feed_chosen = 0;
        return;
    }
    if (!row) {
        if (!watch->only_device[0] && !watch->only_peer[0])
            watch_notice(watch, now, "Choose a row first (arrows): the feed then shows only that device.");
        watch->only_device[0] = watch->only_peer[0] = '\0';
        return;
    }
    names_of(row, device, peer);
    bool is_same =
        strcmp(watch->only_device, device) == 0 && strcmp(watch->only_peer, device[0] ? "" : peer) == 0;
    snprintf(watch->only_device, FEED_WHO, "%s", is_same ? "" : device);
    snprintf(watch->only_peer, FEED_WHO, "%s", is_same || device[0] ? "" : peer);
}

static void freeze(struct watch *watch, int64_t now)
{
    const struct feed_line *newest = watch_feed_at(watch->feed, 0);
    watch->is_frozen = !watch->is_frozen;
    watch->frozen = now;
    watch->frozen_line = newest ? newest->number : 0;
    watch->frozen_messages = watch_feed_messages(watch->feed) + watch_feed_missed(watch->feed);
    for (int i = 0; i < ASKED_KINDS; i++)
        watch->schedule[i].due = 0;
}

static enum watch_effect copy(struct watch *watch, int64_t now)
{
    struct buffer out = buffer_on(watch->copy, sizeof(watch->copy));
    struct watch_list *list = watch_list_of(watch, watch->view);
    const struct watch_row *row = list ? watch_list_chosen(list) : NULL;
    const struct feed_line *line = watch->view == VIEW_FEED   ? chosen_line(watch)
                                   : watch->view == VIEW_TALK ? watch_talk_shown(watch)
                                                              : NULL;
    char text[FIELD_TEXT];
    struct cursor hex;
    if (row && watch->view == VIEW_PORTS)
        buffer_printf(&out, "%lld", row->port);
    else if (row && watch->view == VIEW_FINDINGS)
        buffer_printf(&out, "%s", field_text(watch_row_record(row), "text", text));
    else if (row)
        buffer_put_text(&out, row->name);
    else if (line && json_find_text(cursor_of(line->record, line->length), "hex", &hex))
        buffer_put_cursor(&out, hex);
    if (row && watch->view == VIEW_FINDINGS)
        buffer_printf(&out, " %s", field_text(watch_row_record(row), "advice", text));
    watch->copy_length = out.full ? 0 : out.length;
    if (watch->copy_length == 0) {
        watch_notice(watch, now,
                     out.full ? "This is too long to be copied that way: see 'hexwatch tail'."
                              : "Choose a row first (arrows), then c.");
        return EFFECT_NONE;
    }
    watch_notice(watch, now, "Copied by OSC 52 where the terminal allows it: %.*s%s",
                 (int)(out.length < 60 ? out.length : 60), (const char *)out.bytes,
                 out.length < 60 ? "" : "...");
    return EFFECT_COPY;
}

struct cursor watch_copied(const struct watch *watch)
{
    return cursor_of(watch->copy, watch->copy_length);
}

static void act(struct watch *watch, enum watch_action action, int64_t now)
{
    long page = watch->page > 1 ? (long)watch->page - 1 : 1;
    switch (action) {
    case ACT_HELP:
        go_to(watch, VIEW_HELP);
        break;
    case ACT_OPEN:
        open_row(watch, now);
        break;
    case ACT_BACK:
        go_back(watch);
        break;
    case ACT_SEARCH:
    case ACT_FILTER:
        begin_words(watch, action == ACT_SEARCH ? PROMPT_SEARCH : PROMPT_FILTER);
        break;
    case ACT_AGAIN:
    case ACT_AGAIN_BACK:
        watch_search_again(watch, false, action == ACT_AGAIN_BACK, now);
        break;
    case ACT_SORT:
        watch_list_sort_next(watch_list_of(watch, watch->view));
        break;
    case ACT_FOLLOW:
        follow(watch, now);
        break;
    case ACT_FREEZE:
        freeze(watch, now);
        break;
    case ACT_UP:
    case ACT_DOWN:
        watch_move(watch, action == ACT_UP ? -1 : 1);
        break;
    case ACT_PAGE_UP:
    case ACT_PAGE_DOWN:
        watch_move(watch, action == ACT_PAGE_UP ? -page : page);
        break;
    case ACT_FIRST:
    case ACT_LAST:
        if (watch->view == VIEW_FEED && action == ACT_LAST)
            watch->feed_last = watch->feed_chosen = 0; /* along with the newest */
        else
            watch_move(watch, action == ACT_FIRST ? -(long)WATCH_ROWS : (long)WATCH_ROWS);
        break;
    case ACT_NEXT_VIEW:
    case ACT_LAST_VIEW:
        go_to(watch, (enum watch_view)(watch->view >= VIEW_TALK  ? watch->before
                                       : action == ACT_NEXT_VIEW ? (watch->view + 1U) % VIEW_TALK
                                                                 : (watch->view + VIEW_GUIDE) % VIEW_TALK));
        break;
    default:
        go_to(watch, (enum watch_view)(VIEW_DEVICES + (action - ACT_DEVICES)));
        break;
    }
}

enum watch_effect watch_press(struct watch *watch, int key, int64_t now)
{
    watch->is_changed = true;
    watch->pressed = now;
    if (watch->prompt != PROMPT_NONE) {
        type(watch, key, now);
        return EFFECT_NONE;
    }
    watch->notice_end = 0;
    enum watch_action action = watch_action_of(watch->view, key);
    if (action == ACT_COPY)
        return copy(watch, now);
    if (action == ACT_QUIT)
        return EFFECT_QUIT;
    if (action == ACT_REDRAW)
        return EFFECT_REDRAW;
    if (action != ACT_NONE)
        act(watch, action, now);
    return EFFECT_NONE;
}

bool watch_is_held(const struct watch *watch, int64_t now)
{
    return watch->is_frozen || (watch->pressed != 0 && now - watch->pressed < HOLD);
}

bool watch_is_changed(const struct watch *watch, int64_t now)
{
    return watch->is_changed || now / SECOND != watch->drawn / SECOND;
}
