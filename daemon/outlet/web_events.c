/* SPDX-License-Identifier: Apache-2.0 */
/* Sends what changes to all who read. Gets rows from web_tables, messages from web_messages; called by web. */
#include "outlet/web_events.h"

#include <event2/buffer.h>
#include <event2/event.h>
#include <event2/http.h>
#include <stdlib.h>

#include "outlet/web_clock.h"
#include "outlet/web_reader.h"
#include "outlet/web_reply.h"

#define SECOND INT64_C(1000000)

/* Bytes: one that was too slow has caught up when fewer wait. */
enum { CAUGHT_UP = 8 << 10 };
/* µs: how long work is done in one go, and how many times that others have then; how often it is looked for what is new. */
enum { BUDGET = 1000, SHARE = 4, PACE = 50000 };
#define PATIENCE (60 * SECOND)
#define BREATH (10 * SECOND)

static const struct filter everything;

struct web_events {
    struct event_base *base;
    struct event *pump;
    struct snapshot *snapshot;
    struct web_events_settings settings;
    struct web_tables *tables;  /* NULL: nobody reads */
    struct web_readers readers; /* whose turn it is first */
    struct web_events_counts counts;
    uint64_t number;              /* of the latest event */
    struct evbuffer *work, *data; /* what is to be sent, and the data of one event; empty in between */
    struct web_messages messages;
    int64_t breath, told; /* when the last comment and the last status were sent */
    uint64_t told_of;     /* what was counted in that */
};

static const struct feed *feed_of(const struct web_events *events)
{
    return snapshot_parts(events->snapshot)->feed;
}

/* ---- sending ---- */

static bool may_be_sent(struct web_reader *reader)
{
    struct web_events *events = reader->context;
    bool was_behind = reader->is_behind;
    bool may = web_reader_may_be_sent(reader);
    events->counts.gaps += !may && !was_behind;
    return may;
}

/* To whom an event is sent. */
enum meant {
    EVERYBODY,
    WATCHERS /* of more than messages */,
    SHARERS /* of all messages */,
    KNOWERS /* of a kind */,
    LIVE
};

static bool is_meant(const struct web_reader *reader, enum meant meant, int kind)
{
    switch (meant) {
    case WATCHERS:
        return !reader->only_messages;
    case SHARERS:
        return !reader->choice;
    case KNOWERS:
        return reader->told[kind].is_started;
    case LIVE:
        return reader->told[kind].is_live;
    default:
        return true;
    }
}

/* What stands in `work`. kind: for the last two. */
static void send_to(struct web_events *events, enum meant meant, int kind)
{
    struct web_frame *frame = web_frame_new(events->work);
    struct web_reader *reader;
    if (!frame)
        return;
    TAILQ_FOREACH (reader, &events->readers, link) {
        if (is_meant(reader, meant, kind) && may_be_sent(reader))
            web_reader_send(reader, frame);
    }
    web_frame_drop(frame);
}

/* Puts an event into `work`, with the data that stands in `data`. */
static void put_event(struct web_events *events, const char *name)
{
    evbuffer_add_printf(events->work, "id: %llu\nevent: %s\ndata: ", (unsigned long long)++events->number,
                        name);
    evbuffer_add_buffer(events->work, events->data);
    evbuffer_add(events->work, "\n\n", 2);
}

/* ---- status ---- */

static void put_status(struct web_events *events)
{
    struct buffer out = snapshot_scratch(events->snapshot);
    snapshot_put_status(events->snapshot, &out, web_wall(events->base));
    evbuffer_add(events->data, out.bytes, out.full ? 0 : out.length);
    put_event(events, "status");
}

static void tell_status(struct web_events *events, int64_t now)
{
    const struct board *board = snapshot_parts(events->snapshot)->board;
    const struct board_open *open = board_findings_open(board_findings(board));
    uint64_t of = board_counts(board)->messages + board_counts(board)->connections[CONNECTION_OPENED];
    for (int i = 0; i <= SEVERITY_PROBLEM; i++)
        of += (uint64_t)open->severities[i] << 40;
    if (now - events->told < SECOND && (of == events->told_of || now - events->told < SECOND / 2))
        return;
    events->told = now;
    events->told_of = of;
    put_status(events);
    send_to(events, WATCHERS, 0);
}

static void breathe(struct web_events *events, int64_t now)
{
    if (now - events->breath < BREATH)
        return;
    events->breath = now;
    evbuffer_add_printf(events->work, ": still here\n\n");
    send_to(events, EVERYBODY, 0);
}

/* ---- messages ---- */

/* False: there is none. */
static bool put_messages(struct web_events *events, struct web_messages *messages,
                         const struct filter *filter, int64_t now)
{
    if (!web_messages_put(messages, feed_of(events), filter, now, events->data))
        return false;
    put_event(events, "messages");
    return true;
}

static void put_last_messages(struct web_events *events, const struct web_reader *reader)
{
    if (reader->choice)
        web_messages_put_last(&reader->messages, feed_of(events), reader->choice, events->data);
    else
        web_messages_put_last(&events->messages, feed_of(events), &everything, events->data);
    put_event(events, "messages");
}

/* ---- rows ---- */

static void send_changes(struct web_events *events)
{
    for (int i = 0; i < CHANGES_KINDS; i++) {
        enum changes_kind kind = (enum changes_kind)i;
        if (web_tables_put_changed(events->tables, kind, events->data)) {
            put_event(events, changes_name(kind));
            send_to(events, LIVE, i);
        }
        if (web_tables_put_gone(events->tables, kind, events->data)) {
            put_event(events, changes_name(kind));
            send_to(events, KNOWERS, i);
        }
    }
}

/* A piece of what there was when it came. False: there is none, or it has enough to read. */
static bool catch_up(struct web_reader *reader)
{
    struct web_events *events = reader->context;
    if (web_reader_waiting(reader) > WEB_READER_ENOUGH)
        return false;
    for (int i = 0; i < CHANGES_KINDS; i++) {
        enum changes_kind kind = (enum changes_kind)i;
        if (web_tables_put_piece(events->tables, kind, &reader->told[i], events->data)) {
            put_event(events, changes_name(kind));
            web_reader_send_work(reader, events->work);
            return true;
        }
    }
    return false;
}

/* ---- readers ---- */

static void forget(struct web_reader *reader, bool has_left)
{
    struct web_events *events = reader->context;
    TAILQ_REMOVE(&events->readers, reader, link);
    events->counts.clients--;
    web_reader_free(reader, has_left);
    if (events->counts.clients > 0)
        return;
    event_del(events->pump);
    web_tables_free(events->tables);
    events->tables = NULL;
}

static void on_gone(struct web_reader *reader)
{
    forget(reader, true);
}

static void put_time(struct evbuffer *out, const char *before, int64_t micros)
{
    char text[CALENDAR_TEXT];
    calendar_write(micros / SECOND, (int32_t)(micros % SECOND), text);
    evbuffer_add_printf(out, "%s\"%s\"", before, text);
}

/* Begins from the start with one that was too slow; or lets it go. */
static void look_after(struct web_reader *reader, int64_t now)
{
    struct web_events *events = reader->context;
    if (!reader->is_behind)
        return;
    if (web_reader_waiting(reader) > CAUGHT_UP) {
        if (now - reader->stuck > events->settings.patience) {
            events->counts.let_go++;
            forget(reader, false);
        }
        return;
    }
    reader->is_behind = false;
    put_time(events->data, "{\"from\":", reader->from);
    put_time(events->data, ",\"to\":", web_wall(events->base));
    evbuffer_add(events->data, "}", 1);
    put_event(events, "gap");
    if (!reader->only_messages)
        put_status(events);
    if (reader->choice)
        web_messages_start(&reader->messages, feed_of(events));
    web_reader_send_work(reader, events->work);
}

/* What is due to one alone. True: its time is up. */
static bool serve_one(struct web_reader *reader, int64_t until)
{
    struct web_events *events = reader->context;
    if (reader->is_behind)
        return false;
    if (reader->choice && may_be_sent(reader) &&
        put_messages(events, &reader->messages, reader->choice, web_steady()))
        web_reader_send_work(reader, events->work);
    while (!reader->is_behind && !reader->only_messages && catch_up(reader)) {
        if (web_steady() > until)
            return true;
    }
    return web_steady() > until;
}

/* ---- the pump ---- */

/* True: some of them wait for more. */
static bool serve(struct web_events *events, int64_t until)
{
    struct web_reader *reader, *next;
    bool is_more = false;
    for (reader = TAILQ_FIRST(&events->readers); reader; reader = next) {
        next = TAILQ_NEXT(reader, link);
        look_after(reader, until);
    }
    for (size_t count = events->counts.clients; count > 0; count--) {
        reader = TAILQ_FIRST(&events->readers);
        TAILQ_REMOVE(&events->readers, reader, link);
        TAILQ_INSERT_TAIL(&events->readers, reader, link);
        if (serve_one(reader, until))
            return true;
        is_more = is_more || (!reader->is_behind && !reader->only_messages && !web_reader_is_live(reader) &&
                              web_reader_waiting(reader) <= WEB_READER_ENOUGH);
    }
    return is_more;
}

static void on_pump(evutil_socket_t fd, short what, void *context)
{
    struct web_events *events = context;
    int64_t start = web_steady();
    struct changes_time time = { .wall = web_wall(events->base), .steady = start, .until = start + BUDGET };
    (void)fd;
    (void)what;
    if (put_messages(events, &events->messages, &everything, start))
        send_to(events, SHARERS, 0);
    tell_status(events, start);
    breathe(events, start);
    bool is_more = web_tables_look(events->tables, &time);
    send_changes(events);
    is_more = serve(events, start + 2 * BUDGET) || is_more;
    int64_t rest = is_more ? SHARE * (web_steady() - start) : PACE;
    const struct timeval wait = { .tv_usec = (suseconds_t)(rest < PACE ? rest : PACE) };
    if (events->counts.clients > 0)
        event_add(events->pump, &wait);
}

/* ---- the whole ---- */

static bool wake_up(struct web_events *events)
{
    static const struct timeval at_once = { 0 };
    if (!events->tables) {
        events->tables = web_tables_new(events->snapshot);
        web_messages_start(&events->messages, feed_of(events));
        events->told = events->breath = web_steady();
    }
    return events->tables &&
           (event_pending(events->pump, EV_TIMEOUT, NULL) || event_add(events->pump, &at_once) == 0);
}

void web_events_start(struct web_events *events, struct evhttp_request *request, const struct filter *choice,
                      bool only_messages)
{
    bool is_full = events->counts.clients >= events->settings.clients;
    struct filter *kept = choice && !is_full ? malloc(sizeof(*kept)) : NULL;
    struct web_reader *reader = NULL;
    if (!is_full && (kept || !choice) && wake_up(events))
        reader = web_reader_new(request, on_gone, events);
    if (!reader) {
        events->counts.refused++;
        free(kept);
        web_refuse(request, HTTP_SERVUNAVAIL, "Busy",
                   "Too many pages are open already. Close one, or try again later.");
        return;
    }
    if (kept)
        *kept = *choice;
    reader->choice = kept;
    reader->only_messages = only_messages;
    web_messages_start(&reader->messages, feed_of(events));
    TAILQ_INSERT_HEAD(&events->readers, reader, link);
    events->counts.clients++;
    evbuffer_add_printf(events->work, "retry: 2000\n\n");
    if (!only_messages)
        put_status(events);
    put_last_messages(events, reader);
    web_reader_send_work(reader, events->work);
}

struct web_events *web_events_new(struct event_base *base, struct snapshot *snapshot,
                                  const struct web_events_settings *settings)
{
    struct web_events *events = calloc(1, sizeof(*events));
    if (!events)
        return NULL;
    TAILQ_INIT(&events->readers);
    events->base = base;
    events->snapshot = snapshot;
    events->settings = *settings;
    if (events->settings.clients == 0)
        events->settings.clients = WEB_EVENTS_CLIENTS;
    if (events->settings.patience == 0)
        events->settings.patience = PATIENCE;
    events->pump = evtimer_new(base, on_pump, events);
    events->work = evbuffer_new();
    events->data = evbuffer_new();
    if (events->pump && events->work && events->data)
        return events;
    web_events_free(events);
    return NULL;
}

void web_events_free(struct web_events *events)
{
    if (!events)
        return;
    while (!TAILQ_EMPTY(&events->readers))
        forget(TAILQ_FIRST(&events->readers), false);
    web_tables_free(events->tables);
    if (events->work)
        evbuffer_free(events->work);
    if (events->data)
        evbuffer_free(events->data);
    if (events->pump)
        event_free(events->pump);
    free(events);
}

struct web_events_counts web_events_counts(const struct web_events *events)
{
    return events->counts;
}
