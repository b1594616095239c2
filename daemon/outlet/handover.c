/* SPDX-License-Identifier: Apache-2.0 */
/* Two blocks of memory: the loop fills one while the thread empties the other. The lock is held to copy one piece, or to change the
 * blocks; never while anything is written to a disk. Used by history and hexlog. */
#include "outlet/handover.h"

#include <signal.h>
#include <stdalign.h>
#include <stddef.h>
#include <stdlib.h>
#include <time.h>

enum { ALIGNMENT = alignof(max_align_t), FIRST_ROOM = 64 * 1024 };

/* Before each piece. */
struct front {
    alignas(max_align_t) size_t size; /* with this, and what is left free behind it */
};

struct block {
    uint8_t *bytes; /* owned */
    size_t length, room;
};

struct handover {
    pthread_mutex_t lock;
    pthread_cond_t filled;
    struct block in;
    size_t most;
    uint64_t seen;
    struct handover_dropped dropped;
    bool is_closed;
    struct block out; /* these two are the thread's alone */
    size_t at;
};

struct handover *handover_new(size_t bytes)
{
    struct handover *handover = calloc(1, sizeof(*handover));
    pthread_condattr_t monotonic;
    if (!handover)
        return NULL;
    handover->most = bytes;
    pthread_mutex_init(&handover->lock, NULL);
    pthread_condattr_init(&monotonic);
    pthread_condattr_setclock(&monotonic, CLOCK_MONOTONIC);
    pthread_cond_init(&handover->filled, &monotonic);
    pthread_condattr_destroy(&monotonic);
    return handover;
}

void handover_free(struct handover *handover)
{
    if (!handover)
        return;
    pthread_cond_destroy(&handover->filled);
    pthread_mutex_destroy(&handover->lock);
    free(handover->in.bytes);
    free(handover->out.bytes);
    free(handover);
}

/* ---- the loop's side ---- */

bool handover_start(pthread_t *thread, void *(*run)(void *), void *context)
{
    sigset_t all, before;
    sigfillset(&all);
    pthread_sigmask(SIG_SETMASK, &all, &before);
    int failure = pthread_create(thread, NULL, run, context);
    pthread_sigmask(SIG_SETMASK, &before, NULL);
    return failure == 0;
}

bool handover_join(pthread_t thread, int patience)
{
    struct timespec until;
    clock_gettime(CLOCK_REALTIME, &until);
    until.tv_sec += patience;
    return pthread_timedjoin_np(thread, NULL, &until) == 0;
}

static bool make_room(struct handover *handover, size_t size)
{
    struct block *in = &handover->in;
    if (size > handover->most - in->length)
        return false;
    if (size <= in->room - in->length)
        return true;
    size_t room = in->room ? in->room : FIRST_ROOM;
    while (room - in->length < size)
        room *= 2;
    uint8_t *larger = realloc(in->bytes, room);
    if (!larger)
        return false;
    in->bytes = larger;
    in->room = room;
    return true;
}

static void copy(struct block *in, size_t size, const struct cursor *parts, size_t count)
{
    struct front front = { .size = size };
    uint8_t *at = in->bytes + in->length;
    memcpy(at, &front, sizeof(front));
    at += sizeof(front);
    for (size_t i = 0; i < count; i++) {
        if (parts[i].left > 0)
            memcpy(at, parts[i].at, parts[i].left);
        at += parts[i].left;
    }
    in->length += size;
}

bool handover_put(struct handover *handover, const struct cursor *parts, size_t count, int64_t time)
{
    size_t size = sizeof(struct front);
    for (size_t i = 0; i < count; i++)
        size += parts[i].left;
    size = (size + ALIGNMENT - 1) / ALIGNMENT * ALIGNMENT;
    pthread_mutex_lock(&handover->lock);
    handover->seen++;
    bool has_room = make_room(handover, size);
    if (has_room) {
        if (handover->in.length == 0)
            pthread_cond_signal(&handover->filled);
        copy(&handover->in, size, parts, count);
    } else {
        if (handover->dropped.count++ == 0)
            handover->dropped.first = time;
        handover->dropped.last = time;
    }
    pthread_mutex_unlock(&handover->lock);
    return has_room;
}

void handover_close(struct handover *handover)
{
    pthread_mutex_lock(&handover->lock);
    handover->is_closed = true;
    pthread_cond_signal(&handover->filled);
    pthread_mutex_unlock(&handover->lock);
}

/* ---- the thread's side ---- */

bool handover_wait(struct handover *handover, int patience)
{
    struct timespec until;
    clock_gettime(CLOCK_MONOTONIC, &until);
    until.tv_sec += patience / 1000;
    until.tv_nsec += patience % 1000 * 1000000L;
    if (until.tv_nsec >= 1000000000L) {
        until.tv_sec++;
        until.tv_nsec -= 1000000000L;
    }
    pthread_mutex_lock(&handover->lock);
    int failure = 0;
    while (handover->in.length == 0 && !handover->is_closed && failure == 0)
        failure = pthread_cond_timedwait(&handover->filled, &handover->lock, &until);
    bool is_open = !handover->is_closed;
    pthread_mutex_unlock(&handover->lock);
    return is_open;
}

uint64_t handover_seen(struct handover *handover)
{
    pthread_mutex_lock(&handover->lock);
    uint64_t seen = handover->seen;
    pthread_mutex_unlock(&handover->lock);
    return seen;
}

void handover_take(struct handover *handover, struct handover_dropped *dropped)
{
    pthread_mutex_lock(&handover->lock);
    struct block taken = handover->in;
    handover->in = handover->out;
    handover->in.length = 0;
    *dropped = handover->dropped;
    handover->dropped = (struct handover_dropped){ 0 };
    pthread_mutex_unlock(&handover->lock);
    handover->out = taken;
    handover->at = 0;
}

void handover_rewind(struct handover *handover)
{
    handover->at = 0;
}

void *handover_next(struct handover *handover)
{
    if (handover->at >= handover->out.length)
        return NULL;
    struct front *front = (void *)(handover->out.bytes + handover->at);
    handover->at += front->size;
    return front + 1;
}
