/* SPDX-License-Identifier: Apache-2.0 */
/* Hears the publisher in the loop's thread, and writes in its own: a handover lies between the two, history_file below. */
#include "outlet/history.h"

#include <errno.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <time.h>

#include "base/log.h"
#include "base/random.h"

enum {
    SECOND = 1000000,
    QUEUE = 16 << 20,
    STEP = 20,  /* ms: how often it is noted how much was seen */
    STEPS = 15, /* so many of them make a transaction */
    IDLE = 30000 /* ms: how often it notes that it lives, where nothing comes */,
    TROUBLED = 1000, /* ms: … and while something fails */
    RETRY = 10 * SECOND,
    STEADY = 5 * SECOND, /* without a failure, before it is said to be over */
    PIECES = 8,          /* of the bounds' work between two transactions */
    PATIENCE = 5         /* s, at the end */
};

struct history {
    struct sink sink;
    char *path; /* owned */
    struct history_settings settings;
    struct handover *queue;
    atomic_uint_least64_t lost, bytes;
    pthread_t thread;
    int64_t run;
    /* the thread's alone: */
    struct history_file *file; /* NULL: not open */
    bool has_batch;            /* what was taken is not settled yet */
    uint64_t settled;          /* records of this run, kept or given up */
    int64_t tried, tended;
    struct handover_dropped dropped; /* not yet in the file */
    char told[1024];                 /* the error that was told and is not known to be over */
    int64_t failed;                  /* when something failed last */
    bool is_written;                 /* since then */
    struct log_limit limit;
};

struct history_limits history_defaults(void)
{
    return (struct history_limits){ .age = 30 * 86400 * (int64_t)SECOND,
                                    .bytes = 256u << 20,
                                    .messages = 10000,
                                    .senders = 20000,
                                    .findings = 20000 };
}

static int64_t wall_now(void)
{
    struct timespec now;
    clock_gettime(CLOCK_REALTIME, &now);
    return (int64_t)now.tv_sec * SECOND + now.tv_nsec / 1000;
}

static void sleep_step(void)
{
    nanosleep(&(struct timespec){ .tv_nsec = STEP * 1000000L }, NULL);
}

/* ---- losses ---- */

/* At once when it is a new one, else now and then. */
static void tell(struct history *history, const char *error, int64_t now)
{
    uint64_t suppressed, lost = atomic_load(&history->lost);
    bool is_new = strcmp(history->told, error) != 0;
    history->failed = now;
    history->is_written = false;
    if (!log_allow(&history->limit, now, 60 * (int64_t)SECOND, &suppressed) && !is_new)
        return;
    snprintf(history->told, sizeof(history->told), "%s", error);
    log_error("%s. Receiving goes on; %llu records are not kept so far.", error, (unsigned long long)lost);
}

/* On a disk that is nearly full some writes succeed between others that fail: it is over when none has failed for a while. */
static void tell_over(struct history *history, int64_t now)
{
    if (!history->told[0] || !history->is_written ||
        (now - history->failed < STEADY && now >= history->failed))
        return;
    log_info("history %s is written again.", history->path);
    history->told[0] = '\0';
}

static void count_dropped(struct history *history, const struct handover_dropped *more)
{
    struct handover_dropped *all = &history->dropped;
    if (more->count == 0)
        return;
    if (all->count == 0)
        all->first = more->first;
    all->last = more->last;
    all->count += more->count;
    history->settled += more->count;
    atomic_fetch_add(&history->lost, more->count);
}

static int64_t time_of(const struct history_entry *entry)
{
    return entry->message ? entry->message->time : entry->finding->time;
}

/* All that was taken is lost. */
static void give_up(struct history *history)
{
    struct history_entry entry;
    struct handover_dropped more = { 0 };
    handover_rewind(history->queue);
    while (history_queue_next(history->queue, &entry)) {
        more.last = time_of(&entry);
        if (more.count++ == 0)
            more.first = more.last;
    }
    count_dropped(history, &more);
    history->has_batch = false;
}

/* ---- writing ---- */

static enum history_result put_all(struct history *history, uint64_t *count, int64_t now)
{
    struct history_file *file = history->file;
    struct history_entry entry;
    const struct handover_dropped *dropped = &history->dropped;
    enum history_result result = history_file_begin(file);
    *count = 0;
    if (result == HISTORY_FINE && dropped->count > 0)
        result = history_file_gap(file, dropped->first, dropped->last, "lost", (int64_t)dropped->count);
    handover_rewind(history->queue);
    while (result == HISTORY_FINE && history_queue_next(history->queue, &entry)) {
        result = history_file_put(file, &entry);
        ++*count;
    }
    return result == HISTORY_FINE ? history_file_commit(file, history->settled + *count, now) : result;
}

static void close_file(struct history *history, bool is_whole)
{
    history_file_close(history->file, is_whole, wall_now());
    history->file = NULL;
}

static void open_file(struct history *history, int64_t now)
{
    char error[1024];
    if (history->file || (history->tried != 0 && now - history->tried < RETRY && now >= history->tried))
        return;
    history->tried = now;
    history->file = history_file_open(history->path, history->settings.group, &history->settings.limits,
                                      history->run, now, error, sizeof(error));
    if (!history->file)
        tell(history, error, now);
}

/* The batch goes into the file, or is given up; busy: it is tried again, while the queue still has room for more. */
static void write_batch(struct history *history)
{
    struct handover_dropped more;
    uint64_t count;
    int64_t now = wall_now();
    if (!history->has_batch) {
        handover_take(history->queue, &more);
        count_dropped(history, &more);
        history->has_batch = true;
    }
    open_file(history, now);
    if (!history->file) {
        give_up(history);
        return;
    }
    enum history_result result = put_all(history, &count, now);
    if (result == HISTORY_FINE) {
        history->settled += count;
        history->dropped = (struct handover_dropped){ 0 };
        history->has_batch = false;
        history->is_written = history->is_written || count > 0;
        tell_over(history, now);
        return;
    }
    history_file_take_back(history->file);
    if (result == HISTORY_BUSY) {
        tell(history, history_file_error(history->file), now);
        return;
    }
    give_up(history);
    tell(history, history_file_error(history->file), now);
    close_file(history, false);
    history->tried = 0;
}

/* The thread looks, for a disk may hang. */
static void measure(struct history *history)
{
    struct stat status;
    char log[1024];
    uint64_t bytes = stat(history->path, &status) == 0 ? (uint64_t)status.st_size : 0;
    int length = snprintf(log, sizeof(log), "%s-wal", history->path);
    if (length < (int)sizeof(log) && stat(log, &status) == 0)
        bytes += (uint64_t)status.st_size;
    atomic_store(&history->bytes, bytes);
}

/* Keeps to the bounds, for a while. True: more is to be done, as soon as what has come meanwhile is written. */
static bool tend(struct history *history)
{
    int64_t now = wall_now();
    bool has_more = true;
    measure(history);
    if (history->file && !history_file_is_there(history->file)) {
        close_file(history, false); /* somebody has moved it: the one of that name is ours */
        history->tried = 0;
    }
    if (!history->file || (now - history->tended < SECOND && now >= history->tended))
        return false;
    for (int piece = 0; has_more && piece < PIECES; piece++)
        has_more = history_file_tend(history->file, now);
    if (!has_more)
        history->tended = now;
    return has_more;
}

static void *write_on(void *context)
{
    struct history *history = context;
    bool is_open = true, has_more = false;
    open_file(history, wall_now());
    measure(history);
    while (is_open) {
        is_open = handover_wait(history->queue, has_more ? STEP : history->told[0] ? TROUBLED : IDLE);
        for (int step = 0; is_open && step < STEPS; step++) {
            if (history->file)
                history_file_note(history->file, handover_seen(history->queue), wall_now());
            sleep_step();
            is_open = handover_wait(history->queue, 0);
        }
        if (!is_open)
            history->tried = 0; /* the last chance: that something is missing, at least, is kept */
        write_batch(history);
        has_more = tend(history);
    }
    while (
        history->has_batch) /* somebody else held the file; history_free waits no longer than its patience */
        write_batch(history);
    close_file(history, true);
    return NULL;
}

/* ---- the loop's side ---- */

static void on_message(void *context, const struct message_event *event)
{
    history_queue_message(((struct history *)context)->queue, event);
}

static void on_finding(void *context, const struct finding_event *event)
{
    history_queue_finding(((struct history *)context)->queue, event);
}

static void on_confirmed(void *context, const struct finding_event *event)
{
    history_queue_confirmed(((struct history *)context)->queue, event);
}

struct sink *history_sink(struct history *history)
{
    return &history->sink;
}

uint64_t history_bytes(const struct history *history)
{
    return atomic_load(&history->bytes);
}

uint64_t history_lost(const struct history *history)
{
    return atomic_load(&history->lost);
}

static void release(struct history *history)
{
    handover_free(history->queue);
    free(history->path);
    free(history);
}

struct history *history_new(const struct history_settings *settings)
{
    struct history *history = calloc(1, sizeof(*history));
    if (!history)
        return NULL;
    history->settings = *settings;
    history->path = strdup(settings->file);
    history->queue = handover_new(QUEUE);
    if (!random_bytes(&history->run, sizeof(history->run)))
        history->run = wall_now();
    history->run = (history->run & INT64_MAX) | 1;
    history->sink = (struct sink){
        .context = history, .message = on_message, .finding = on_finding, .confirmed = on_confirmed
    };
    if (history->path && history->queue && handover_start(&history->thread, write_on, history))
        return history;
    release(history);
    return NULL;
}

void history_free(struct history *history)
{
    if (!history)
        return;
    handover_close(history->queue);
    if (handover_join(history->thread, PATIENCE)) {
        release(history);
        return;
    }
    /* the disk hangs: what the thread still uses is left to it */
    log_error(
        "history %s: its last records could not be written within %d seconds. Look whether the disk hangs.",
        history->path, PATIENCE);
}
