/* SPDX-License-Identifier: Apache-2.0 */
/* The event loop on libevent. Turned by command's live, used by listener. */
#include "intake/loop.h"

#include <event2/event.h>
#include <stdlib.h>
#include <time.h>

#include "intake/turns.h"

enum { WATCHES_MAX = 8, BUDGET = 10000 /* µs for the turns between two polls */ };

struct watch {
    struct event *event;
    loop_callback callback;
    void *context;
    int number;
};

struct loop {
    struct event_base *base;
    struct turns *turns;
    int64_t begin; /* the wall clock at the start, less the monotonic one */
    struct watch watches[WATCHES_MAX];
    bool waits_to_write;
};

static int64_t clock_of(clockid_t which)
{
    struct timespec now;
    clock_gettime(which, &now);
    return (int64_t)now.tv_sec * 1000000 + now.tv_nsec / 1000;
}

struct loop *loop_new(void)
{
    struct loop *loop = calloc(1, sizeof(*loop));
    if (!loop)
        return NULL;
    loop->base = event_base_new();
    loop->turns = turns_new();
    loop->begin = clock_of(CLOCK_REALTIME) - clock_of(CLOCK_MONOTONIC);
    if (!loop->base || !loop->turns) {
        loop_free(loop);
        return NULL;
    }
    return loop;
}

void loop_free(struct loop *loop)
{
    if (!loop)
        return;
    for (size_t i = 0; i < WATCHES_MAX; i++) {
        if (loop->watches[i].event)
            event_free(loop->watches[i].event);
    }
    if (loop->base)
        event_base_free(loop->base);
    turns_free(loop->turns);
    free(loop);
}

static void on_event(evutil_socket_t fd, short what, void *context)
{
    const struct watch *watch = context;
    (void)fd;
    (void)what;
    watch->callback(watch->context, watch->number);
}

static bool add(struct loop *loop, int fd, short what, const struct timeval *every, struct watch watch)
{
    struct watch *slot = loop->watches;
    while (slot < loop->watches + WATCHES_MAX && slot->event)
        slot++;
    if (slot == loop->watches + WATCHES_MAX)
        return false;
    *slot = watch;
    slot->event = event_new(loop->base, fd, (short)(what | EV_PERSIST), on_event, slot);
    return slot->event && event_add(slot->event, every) == 0;
}

bool loop_on_signal(struct loop *loop, int number, loop_callback callback, void *context)
{
    return add(loop, number, EV_SIGNAL, NULL,
               (struct watch){ .callback = callback, .context = context, .number = number });
}

bool loop_on_readable(struct loop *loop, int descriptor, loop_callback callback, void *context)
{
    return add(loop, descriptor, EV_READ, NULL,
               (struct watch){ .callback = callback, .context = context, .number = descriptor });
}

void loop_forget(struct loop *loop, int descriptor)
{
    for (size_t i = 0; i < WATCHES_MAX; i++) {
        struct watch *watch = &loop->watches[i];
        if (!watch->event || event_get_fd(watch->event) != descriptor ||
            !(event_get_events(watch->event) & EV_READ))
            continue;
        event_free(watch->event);
        watch->event = NULL;
    }
}

bool loop_each_second(struct loop *loop, loop_callback callback, void *context)
{
    const struct timeval second = { .tv_sec = 1 };
    return add(loop, -1, 0, &second, (struct watch){ .callback = callback, .context = context });
}

static void on_writable(evutil_socket_t fd, short what, void *context)
{
    struct loop *loop = context;
    (void)fd;
    (void)what;
    loop->waits_to_write = false;
}

void loop_until_writable(struct loop *loop, int descriptor)
{
    /* where it cannot be waited for, the next tick comes in a second */
    if (!loop->waits_to_write)
        loop->waits_to_write =
            event_base_once(loop->base, descriptor, EV_WRITE, on_writable, loop, NULL) == 0;
}

bool loop_turn(struct loop *loop)
{
    int how = EVLOOP_ONCE | (turns_waiting(loop->turns) ? EVLOOP_NONBLOCK : 0);
    if (event_base_loop(loop->base, how) < 0)
        return false;
    turns_run(loop->turns, BUDGET);
    return true;
}

int64_t loop_now(const struct loop *loop)
{
    return loop->begin + clock_of(CLOCK_MONOTONIC);
}

int64_t loop_wall(const struct loop *loop)
{
    return clock_of(CLOCK_REALTIME) - loop_now(loop);
}

struct turns *loop_turns(const struct loop *loop)
{
    return loop->turns;
}

struct event_base *loop_base(const struct loop *loop)
{
    return loop->base;
}
