/* SPDX-License-Identifier: Apache-2.0 */
/* The event loop on libevent. Turned by command's live, used by listener. */
#include "intake/loop.h"

#include <event2/event.h>
#include <stdlib.h>
#include <sys/time.h>

enum { WATCHES_MAX = 8 };

struct watch {
    struct event *event;
    loop_callback callback;
    void *context;
    int number;
};

struct loop {
    struct event_base *base;
    struct watch watches[WATCHES_MAX];
    size_t count;
};

struct loop *loop_new(void)
{
    struct loop *loop = calloc(1, sizeof(*loop));
    if (!loop)
        return NULL;
    loop->base = event_base_new();
    if (!loop->base) {
        free(loop);
        return NULL;
    }
    return loop;
}

void loop_free(struct loop *loop)
{
    if (!loop)
        return;
    for (size_t i = 0; i < loop->count; i++)
        event_free(loop->watches[i].event);
    event_base_free(loop->base);
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
    if (loop->count == WATCHES_MAX)
        return false;
    struct watch *slot = &loop->watches[loop->count];
    *slot = watch;
    slot->event = event_new(loop->base, fd, (short)(what | EV_PERSIST), on_event, slot);
    if (!slot->event)
        return false;
    loop->count++;
    return event_add(slot->event, every) == 0;
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

bool loop_each_second(struct loop *loop, loop_callback callback, void *context)
{
    const struct timeval second = { .tv_sec = 1 };
    return add(loop, -1, 0, &second, (struct watch){ .callback = callback, .context = context });
}

bool loop_turn(struct loop *loop)
{
    return event_base_loop(loop->base, EVLOOP_ONCE) >= 0;
}

int64_t loop_now(void)
{
    struct timeval now;
    gettimeofday(&now, NULL);
    return (int64_t)now.tv_sec * 1000000 + now.tv_usec;
}

struct event_base *loop_base(const struct loop *loop)
{
    return loop->base;
}
