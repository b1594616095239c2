/* SPDX-License-Identifier: Apache-2.0 */
/* Hears the publisher, makes lines, and writes them: itself, or in a thread, to which a handover brings them. */
#include "outlet/hexlog.h"

#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#include "base/log.h"
#include "outlet/clock.h"
#include "outlet/handover.h"

enum {
    LINE_MAX_BYTES = 2 * (MESSAGE_MAX + 1024),
    QUEUE = 16 << 20,
    IDLE = 60000,     /* ms: how often the files are looked after where nothing comes */
    LAST_PATIENCE = 1 /* s */
};

struct hexlog {
    struct sink sink;
    struct hexlog_files *files;
    struct clock_text clock;
    struct handover *handover; /* NULL: there is no thread */
    pthread_t thread;
    atomic_uint_least64_t lost; /* as the thread counts it */
    atomic_bool is_to_reopen;   /* the word found no room */
    uint8_t line[LINE_MAX_BYTES];
};

/* What the thread gets before each line. */
struct address {
    int64_t time;
    size_t length; /* 0: no line, but the word to open all anew */
    enum transport transport;
    uint16_t port;
};

struct hexlog_settings hexlog_defaults(void)
{
    return (struct hexlog_settings){ .files = { .size = 10 << 20, .keep = 4, .files = 256 } };
}

/* ---- the thread ---- */

static int64_t wall_now(void)
{
    struct timespec now;
    clock_gettime(CLOCK_REALTIME, &now);
    return (int64_t)now.tv_sec * 1000000 + now.tv_nsec / 1000;
}

static void write_taken(struct hexlog *hexlog)
{
    struct handover_dropped dropped;
    const struct address *address;
    handover_take(hexlog->handover, &dropped);
    if (dropped.count > 0)
        hexlog_files_miss(hexlog->files, dropped.count, dropped.last);
    if (atomic_exchange(&hexlog->is_to_reopen, false))
        hexlog_files_reopen(hexlog->files);
    hexlog_files_tick(hexlog->files, wall_now());
    while ((address = handover_next(hexlog->handover))) {
        if (address->length == 0)
            hexlog_files_reopen(hexlog->files);
        else
            hexlog_files_put(hexlog->files, address->port, address->transport,
                             cursor_of(address + 1, address->length), address->time);
    }
    atomic_store(&hexlog->lost, hexlog_files_lost(hexlog->files));
}

static void *write_on(void *context)
{
    struct hexlog *hexlog = context;
    bool is_open = true;
    while (is_open) {
        is_open = handover_wait(hexlog->handover, IDLE);
        write_taken(hexlog);
    }
    return NULL;
}

/* ---- the loop's side ---- */

static void on_message(void *context, const struct message_event *event)
{
    struct hexlog *hexlog = context;
    struct buffer line = buffer_on(hexlog->line, sizeof(hexlog->line));
    char peer[ENDPOINT_TEXT];
    clock_put(&hexlog->clock, &line, event->time);
    endpoint_write(&event->who.peer, peer);
    buffer_printf(&line, " %s %c ", peer, event->direction == DIRECTION_IN ? '<' : '>');
    buffer_put_hex(&line, event->bytes);
    buffer_put_u8(&line, '\n');
    struct cursor text = cursor_of(line.bytes, line.length);
    if (!hexlog->handover) {
        hexlog_files_put(hexlog->files, event->who.port, event->who.transport, text, event->time);
        return;
    }
    struct address address = {
        .time = event->time, .length = text.left, .transport = event->who.transport, .port = event->who.port
    };
    (void)handover_put(hexlog->handover,
                       (const struct cursor[]){ cursor_of(&address, sizeof(address)), text }, 2, event->time);
}

struct hexlog *hexlog_new(const struct hexlog_settings *settings, char *error, size_t size)
{
    struct hexlog *hexlog = calloc(1, sizeof(*hexlog));
    if (!hexlog) {
        snprintf(error, size, "out of memory");
        return NULL;
    }
    hexlog->sink = (struct sink){ .context = hexlog, .message = on_message };
    hexlog->files = hexlog_files_new(&settings->files, error, size);
    if (hexlog->files && !settings->never_waits)
        return hexlog;
    hexlog->handover = hexlog->files ? handover_new(QUEUE) : NULL;
    if (hexlog->handover && handover_start(&hexlog->thread, write_on, hexlog))
        return hexlog;
    if (hexlog->files)
        snprintf(error, size, "out of memory, or too many threads: the HEX log's cannot be started");
    hexlog_files_free(hexlog->files);
    handover_free(hexlog->handover);
    free(hexlog);
    return NULL;
}

void hexlog_free(struct hexlog *hexlog)
{
    if (!hexlog)
        return;
    if (hexlog->handover) {
        handover_close(hexlog->handover);
        if (!handover_join(hexlog->thread, LAST_PATIENCE)) {
            /* what the thread still uses is left to it */
            log_error(
                "HEX log: its last lines could not be written within %d s. Look whether the disk hangs.",
                LAST_PATIENCE);
            return;
        }
        handover_free(hexlog->handover);
    }
    hexlog_files_free(hexlog->files);
    free(hexlog);
}

struct sink *hexlog_sink(struct hexlog *hexlog)
{
    return &hexlog->sink;
}

void hexlog_reopen(struct hexlog *hexlog)
{
    if (!hexlog->handover) {
        hexlog_files_reopen(hexlog->files);
        return;
    }
    /* in its turn: what came before belongs to the old files */
    const struct address word = { .length = 0 };
    if (!handover_put(hexlog->handover, (const struct cursor[]){ cursor_of(&word, sizeof(word)) }, 1,
                      wall_now()))
        atomic_store(&hexlog->is_to_reopen, true);
}

void hexlog_tick(struct hexlog *hexlog, int64_t now)
{
    if (!hexlog->handover) /* the thread looks by itself */
        hexlog_files_tick(hexlog->files, now);
}

uint64_t hexlog_lost(const struct hexlog *hexlog)
{
    return hexlog->handover ? atomic_load(&hexlog->lost) : hexlog_files_lost(hexlog->files);
}
