/* SPDX-License-Identifier: Apache-2.0 */
/* The table of outlets. Another outlet is another row, with the few functions that make one of it; assembly knows none by name. */
#include "command/outlets.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/log.h"
#include "command/asking.h"
#include "command/chosen.h"
#include "command/privilege.h"
#include "command/state.h"
#include "command/terminal.h"
#include "outlet/control.h"
#include "outlet/events.h"
#include "outlet/feed.h"
#include "outlet/hexlog.h"
#include "outlet/history.h"
#include "outlet/keep.h"
#include "outlet/web.h"

struct outlets;

struct outlet {
    const char *name;
    enum outlet_time time;
    /* Makes it into *self, which stays NULL where nobody wants it. False: error says what is wrong, beforehand "out of memory". */
    bool (*open)(struct outlets *outlets, void **self, char *error, size_t size);
    void (*free)(void *self);
    /* These may be NULL. */
    struct sink *(*sink)(void *self);
    void (*tick)(void *self, int64_t now);
    void (*reopen)(void *self);
    const char *what_is_lost;
    uint64_t (*lost)(const void *self);
};

struct outlets {
    struct outlet_parts parts;
    struct feed *feed; /* this and snapshot: where there is a loop */
    struct snapshot *snapshot;
    struct metrics *metrics;
    int64_t last_tick;
    struct choice *choice;
    struct events *events; /* these three are those of the table; NULL: not open */
    struct keep *keep;
    struct web *web;
    struct control *control;
    struct history *history;
    void *self[OUTLETS_MAX]; /* by row of the table; NULL: not open */
    char note[ASKING_NOTE];  /* to be told once all is open; "" */
};

/* ---- events ---- */

static bool open_events(struct outlets *outlets, void **self, char *error, size_t size)
{
    const struct settings *settings = outlets->parts.settings;
    struct events_settings events = { .json = settings->json,
                                      .findings_only = settings->view.findings_only,
                                      .is_dump = settings->chosen.is_dump,
                                      .form = { .is_coloured = terminal_has_colours(settings),
                                                .is_ascii = terminal_is_ascii(),
                                                .bytes = settings->view.bytes,
                                                .stamp = { .form = settings->view.time } } };
    if (settings->output != OUTPUT_LINES)
        return true;
    (void)error, (void)size;
    struct events_parts parts = { outlets->parts.writer, outlets->parts.screen, outlets->choice };
    *self = outlets->events = events_new(&parts, &events);
    return *self != NULL;
}

static void free_events(void *self)
{
    events_free(self);
}

static struct sink *sink_of_events(void *self)
{
    return events_sink(self);
}

/* ---- HEX log ---- */

static bool open_hexlog(struct outlets *outlets, void **self, char *error, size_t size)
{
    const struct settings *settings = outlets->parts.settings;
    struct hexlog_settings hexlog = hexlog_defaults();
    if (!settings->hexlog.folder[0])
        return true;
    hexlog.files.folder = settings->hexlog.folder;
    hexlog.files.size = settings->hexlog.size;
    hexlog.files.keep = settings->hexlog.keep;
    hexlog.never_waits = outlets->parts.base != NULL;
    *self = hexlog_new(&hexlog, error, size);
    return *self != NULL;
}

static void free_hexlog(void *self)
{
    hexlog_free(self);
}

static struct sink *sink_of_hexlog(void *self)
{
    return hexlog_sink(self);
}

static void tick_hexlog(void *self, int64_t now)
{
    hexlog_tick(self, now);
}

static void reopen_hexlog(void *self)
{
    hexlog_reopen(self);
}

static uint64_t lost_by_hexlog(const void *self)
{
    return hexlog_lost(self);
}

/* ---- history ---- */

static bool open_history(struct outlets *outlets, void **self, char *error, size_t size)
{
    const struct settings *settings = outlets->parts.settings;
    char path[PATH_LENGTH], folder[PATH_LENGTH];
    struct history_settings history = { .file = path, .group = (gid_t)-1, .limits = history_defaults() };
    state_history(settings, path);
    state_folder(path, folder);
    if (!outlets->parts.base || !path[0])
        return true;
    if (strcmp(settings->history.file, AUTO) == 0 && access(folder, W_OK) != 0) {
        log_info("no history is kept: this user may not write in %s. Name a file with history.file.", folder);
        return true;
    }
    if (!privilege_find_group(settings->control.group, &history.group, error, size))
        return false;
    history.limits.age = settings->history.age;
    history.limits.bytes = (uint64_t)settings->history.bytes;
    history.limits.messages = settings->history.messages;
    history.limits.senders = settings->judge.devices;
    history.limits.findings = settings->judge.findings;
    *self = outlets->history = history_new(&history);
    return *self != NULL;
}

static void free_history(void *self)
{
    history_free(self);
}

static struct sink *sink_of_history(void *self)
{
    return history_sink(self);
}

static uint64_t lost_by_history(const void *self)
{
    return history_lost(self);
}

/* ---- packets ---- */

static bool open_keep(struct outlets *outlets, void **self, char *error, size_t size)
{
    const struct outlet_parts *parts = &outlets->parts;
    const struct keep_parts keep = { parts->watched, outlets->choice, &parts->publisher->wall };
    bool is_fine = chosen_keep(parts->settings, &keep, &outlets->keep, error, size);
    *self = outlets->keep;
    return is_fine;
}

static void free_keep(void *self)
{
    keep_free(self);
}

static struct sink *sink_of_keep(void *self)
{
    return keep_sink(self);
}

static void tick_keep(void *self, int64_t now)
{
    keep_tick(self, now);
}

static uint64_t lost_by_keep(const void *self)
{
    return keep_lost(self);
}

/* ---- control socket ---- */

static bool open_control(struct outlets *outlets, void **self, char *error, size_t size)
{
    struct control *control = NULL;
    if (!outlets->snapshot)
        return true;
    bool is_fine = asking_open(outlets->parts.settings, outlets->parts.base, outlets->snapshot, &control,
                               outlets->note, error, size);
    *self = outlets->control = control;
    return is_fine;
}

static void free_control(void *self)
{
    control_free(self);
}

static struct sink *sink_of_control(void *self)
{
    return control_sink(self);
}

static void tick_control(void *self, int64_t now)
{
    (void)now;
    control_tick(self);
}

static uint64_t lost_by_control(const void *self)
{
    return control_counts(self).missed;
}

/* ---- web ---- */

static bool open_web(struct outlets *outlets, void **self, char *error, size_t size)
{
    const struct settings *settings = outlets->parts.settings;
    struct web_settings web = { .address = settings->web.address,
                                .port = (uint16_t)settings->web.port,
                                .token = settings->web.token,
                                .hosts = settings->web.hosts,
                                .protocols = settings_protocols(settings),
                                .has_proxy = settings->web.proxy };
    bool is_taken = false;
    if (!outlets->snapshot || settings->web.port == 0)
        return true;
    *self = outlets->web =
        web_new(outlets->parts.base, &web, outlets->snapshot, outlets->metrics, &is_taken, error, size);
    if (*self || !is_taken)
        return *self != NULL;
    if (!outlets->note[0]) /* trackers are received all the same */
        snprintf(outlets->note, sizeof(outlets->note), "%s", error);
    return true;
}

static void free_web(void *self)
{
    web_free(self);
}

static uint64_t lost_by_web(const void *self)
{
    return web_refused(self);
}

/* ---- the table ---- */

static const struct outlet table[] = {
    { "events", OUTLET_FIRST, open_events, free_events, sink_of_events, NULL, NULL, NULL, NULL },
    { "hexlog", OUTLET_AS_USER, open_hexlog, free_hexlog, sink_of_hexlog, tick_hexlog, reopen_hexlog,
      "HEX log lines", lost_by_hexlog },
    { "history", OUTLET_AS_USER, open_history, free_history, sink_of_history, NULL, NULL,
      "records not kept in the history", lost_by_history },
    { "keep", OUTLET_AS_USER, open_keep, free_keep, sink_of_keep, tick_keep, NULL, "packets not kept",
      lost_by_keep },
    { "control", OUTLET_FIRST, open_control, free_control, sink_of_control, tick_control, NULL,
      "records that followers missed", lost_by_control },
    { "web", OUTLET_FIRST, open_web, free_web, NULL, NULL, NULL, "answers refused to the page", lost_by_web },
};

enum { OUTLETS = sizeof(table) / sizeof(table[0]) };
_Static_assert(sizeof(table) / sizeof(table[0]) <= OUTLETS_MAX, "outlets_add_losses needs the room");

/* What others ask for is known only where a loop can serve them. False: memory is out. */
static bool add_snapshot(struct outlets *outlets)
{
    const struct outlet_parts *parts = &outlets->parts;
    if (!parts->base)
        return true;
    outlets->feed = feed_new();
    if (!outlets->feed)
        return false;
    publisher_add(parts->publisher, feed_sink(outlets->feed));
    outlets->snapshot = snapshot_new(&(struct snapshot_parts){ .board = parts->board,
                                                               .ports = parts->ports,
                                                               .feed = outlets->feed,
                                                               .version = HEXWATCH_VERSION,
                                                               .losses = parts->losses,
                                                               .context = parts->context });
    outlets->metrics =
        outlets->snapshot ? metrics_new(outlets->snapshot, settings_protocols(parts->settings)) : NULL;
    if (outlets->metrics)
        publisher_add(parts->publisher, metrics_sink(outlets->metrics));
    return outlets->metrics != NULL;
}

/* Before all that show. False: memory is out. */
static bool add_choice(struct outlets *outlets)
{
    const struct outlet_parts *parts = &outlets->parts;
    outlets->choice = choice_new(&parts->settings->chosen.choice, parts->board);
    if (!outlets->choice)
        return false;
    publisher_add(parts->publisher, choice_sink(outlets->choice));
    return true;
}

/* Only for text, and where standard output is a terminal. False: memory is out. */
static bool add_screen(struct outlet_parts *parts)
{
    const struct settings *settings = parts->settings;
    struct screen_settings screen = { .fd = STDOUT_FILENO,
                                      .is_live = settings->listen.on || settings->sniff.on,
                                      .has_cursor = terminal_has_cursor(),
                                      .is_coloured = terminal_has_colours(settings),
                                      .is_ascii = terminal_is_ascii() };
    if (settings->json || !isatty(STDOUT_FILENO))
        return true;
    parts->screen = screen_new(parts->writer, parts->board, &screen);
    return parts->screen != NULL;
}

struct outlets *outlets_new(const struct outlet_parts *parts)
{
    struct outlets *outlets = calloc(1, sizeof(*outlets));
    if (!outlets)
        return NULL;
    outlets->parts = *parts;
    if (add_choice(outlets) && add_screen(&outlets->parts) && add_snapshot(outlets))
        return outlets;
    outlets_free(outlets);
    return NULL;
}

struct snapshot *outlets_snapshot(const struct outlets *outlets)
{
    return outlets->snapshot;
}

void outlets_free(struct outlets *outlets)
{
    if (!outlets)
        return;
    for (size_t i = OUTLETS; i-- > 0;) {
        if (outlets->self[i])
            table[i].free(outlets->self[i]);
    }
    screen_free(outlets->parts.screen);
    metrics_free(outlets->metrics);
    choice_free(outlets->choice);
    snapshot_free(outlets->snapshot);
    feed_free(outlets->feed);
    free(outlets);
}

void outlets_settle(struct outlets *outlets)
{
    if (outlets->parts.screen)
        screen_settle(outlets->parts.screen);
}

void outlets_make_room(struct outlets *outlets)
{
    if (outlets->parts.screen)
        screen_wipe(outlets->parts.screen);
}

void outlets_finish(struct outlets *outlets)
{
    if (outlets->events)
        events_finish(outlets->events);
    outlets_make_room(outlets);
}

bool outlets_is_kept(struct outlets *outlets)
{
    return !outlets->keep || keep_finish(outlets->keep);
}

bool outlets_is_over(const struct outlets *outlets)
{
    return choice_is_over(outlets->choice);
}

unsigned outlets_width(const struct outlets *outlets)
{
    return outlets->parts.screen ? screen_width(outlets->parts.screen) : 0;
}

const struct frame_sink *outlets_frames(struct outlets *outlets)
{
    return outlets->keep ? keep_frames(outlets->keep) : NULL;
}

struct summary_shown outlets_shown(const struct outlets *outlets)
{
    const struct screen *screen = outlets->parts.screen;
    return (struct summary_shown){ .words = choice_words(outlets->choice),
                                   .count = choice_count(outlets->choice),
                                   .hidden = screen ? screen_hidden(screen) : 0,
                                   .limit = outlets->parts.settings->chosen.choice.limit };
}

bool outlets_open(struct outlets *outlets, enum outlet_time time, char *error, size_t size)
{
    for (size_t i = 0; i < OUTLETS; i++) {
        void **self = &outlets->self[i];
        if (table[i].time != time)
            continue;
        snprintf(error, size, "%s: out of memory", table[i].name);
        if (!table[i].open(outlets, self, error, size))
            return false;
        if (*self && table[i].sink)
            publisher_add(outlets->parts.publisher, table[i].sink(*self));
    }
    if (time == OUTLET_AS_USER && outlets->note[0])
        log_info("%s.", outlets->note);
    return true;
}

const char *outlets_page(const struct outlets *outlets)
{
    return outlets->web ? web_url(outlets->web) : NULL;
}

static void tick_metrics(struct outlets *outlets, int64_t now)
{
    if (outlets->last_tick != 0)
        metrics_note_lag(outlets->metrics, now - outlets->last_tick - 1000000);
    outlets->last_tick = now;
    metrics_set_clients(outlets->metrics, outlets->web ? web_clients(outlets->web) : 0,
                        outlets->control ? control_counts(outlets->control).followers : 0);
    metrics_set_history(outlets->metrics, outlets->history ? history_bytes(outlets->history) : 0);
}

void outlets_tick(struct outlets *outlets, int64_t now)
{
    if (outlets->parts.screen)
        screen_tick(outlets->parts.screen);
    if (outlets->metrics)
        tick_metrics(outlets, now);
    if (outlets->snapshot)
        snapshot_tick(outlets->snapshot, now + outlets->parts.publisher->wall);
    for (size_t i = 0; i < OUTLETS; i++) {
        if (outlets->self[i] && table[i].tick)
            table[i].tick(outlets->self[i], now);
    }
}

void outlets_reopen(struct outlets *outlets)
{
    for (size_t i = 0; i < OUTLETS; i++) {
        if (outlets->self[i] && table[i].reopen)
            table[i].reopen(outlets->self[i]);
    }
}

void outlets_add_losses(const struct outlets *outlets, struct loss *losses, size_t *count)
{
    for (size_t i = 0; i < OUTLETS; i++) {
        if (table[i].lost)
            losses[(*count)++] =
                (struct loss){ table[i].what_is_lost, outlets->self[i] ? table[i].lost(outlets->self[i]) : 0,
                               NULL };
    }
}
