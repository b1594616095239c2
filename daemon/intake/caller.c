/* SPDX-License-Identifier: Apache-2.0 */
/* Sockets of simulated trackers on libevent. Called by player. */
#include "intake/caller.h"

#include <errno.h>
#include <event2/event.h>
#include <netinet/in.h>
#include <string.h>
#include <unistd.h>

#include "intake/loop.h"

enum { SECOND = 1000000, CONNECT_WAIT = 5 * SECOND, ANSWER_WAIT = 3 * SECOND, AGAIN = 5 * SECOND };
enum {
    RAW_WAIT = SECOND / 2,
    PATIENCE_LEAST = SECOND / 4,
    DRAINED = 4096,
    LOOPBACK = 127 << 24,
    OWN_FIRST = 10 << 16 | 1
};

void caller_init(struct caller *caller, struct callers *all, const struct role *role, unsigned index,
                 enum transport transport, uint16_t port)
{
    *caller = (struct caller){ .all = all, .transport = transport, .port = port, .fd = -1 };
    tracker_init(&caller->tracker, role, index);
}

static void set_state(struct caller *caller, enum caller_state state)
{
    struct callers *all = caller->all;
    all->connecting -= caller->state == CALLER_CONNECTING;
    all->waiting -= caller->state == CALLER_WAITING;
    all->open -= caller->state != CALLER_IDLE;
    caller->state = state;
    all->connecting += state == CALLER_CONNECTING;
    all->waiting += state == CALLER_WAITING;
    all->open += state != CALLER_IDLE;
}

void caller_close(struct caller *caller)
{
    if (caller->event)
        event_free(caller->event);
    if (caller->fd >= 0)
        close(caller->fd);
    caller->event = NULL;
    caller->fd = -1;
    caller->pending = 0;
    set_state(caller, CALLER_IDLE);
}

/* It calls again later. */
static void hang_up(struct caller *caller, uint64_t *count, int64_t now)
{
    ++*count;
    caller_close(caller);
    caller->due = now + (int64_t)(AGAIN / caller->all->speed);
}

static void count_failure(struct caller *caller, int error, int64_t now)
{
    struct player_counts *counts = &caller->all->counts;
    hang_up(caller, error == ECONNREFUSED ? &counts->refused : &counts->failed, now);
}

static void on_event(evutil_socket_t fd, short what, void *context);

/* Waits for what the state wants. False: memory is out. */
static bool watch(struct caller *caller, short what)
{
    if (caller->event)
        event_free(caller->event);
    caller->event = event_new(loop_base(caller->all->loop), caller->fd, what, on_event, caller);
    return caller->event && event_add(caller->event, NULL) == 0;
}

/* ---- connecting ---- */

static bool bind_own(const struct caller *caller)
{
    if (!caller->all->is_loopback)
        return true;
    uint32_t number = LOOPBACK | (OWN_FIRST + caller->tracker.index);
    struct sockaddr_in own = { .sin_family = AF_INET, .sin_addr.s_addr = htonl(number) };
    return bind(caller->fd, (struct sockaddr *)&own, sizeof(own)) == 0;
}

static void become_open(struct caller *caller, int64_t now)
{
    if (!watch(caller, EV_READ | EV_PERSIST)) {
        hang_up(caller, &caller->all->counts.failed, now);
        return;
    }
    caller->all->counts.connected += caller->transport == TRANSPORT_TCP;
    set_state(caller, CALLER_OPEN);
    tracker_connect(&caller->tracker);
    caller->due = now;
    caller->all->on_free(caller->all->context);
}

void caller_open(struct caller *caller, int64_t now)
{
    struct sockaddr_storage address = caller->all->address;
    bool is_tcp = caller->transport == TRANSPORT_TCP;
    const uint8_t port[2] = { (uint8_t)(caller->port >> 8), (uint8_t)caller->port };
    memcpy((uint8_t *)&address + 2, port, sizeof(port)); /* both families have it there */
    set_state(caller, CALLER_CONNECTING);
    caller->since = now;
    caller->fd =
        socket(address.ss_family, (is_tcp ? SOCK_STREAM : SOCK_DGRAM) | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
    if (caller->fd < 0 || !bind_own(caller) ||
        (connect(caller->fd, (struct sockaddr *)&address, caller->all->length) != 0 &&
         errno != EINPROGRESS)) {
        count_failure(caller, errno, now);
        return;
    }
    if (!is_tcp)
        become_open(caller, now);
    else if (!watch(caller, EV_WRITE))
        hang_up(caller, &caller->all->counts.failed, now);
}

static void take_connection(struct caller *caller, int64_t now)
{
    int error = 0;
    socklen_t length = sizeof(error);
    if (getsockopt(caller->fd, SOL_SOCKET, SO_ERROR, &error, &length) != 0)
        error = errno;
    if (error != 0)
        count_failure(caller, error, now);
    else
        become_open(caller, now);
}

/* ---- talking ---- */

/* The message is out: what comes next? */
static void settle(struct caller *caller, bool waits, int64_t now)
{
    struct callers *all = caller->all;
    all->counts.sent++;
    all->counts.bytes += caller->length;
    caller->since = now;
    caller->due = now + (int64_t)(caller->tracker.role->period * (double)SECOND / all->speed);
    if (waits)
        set_state(caller, CALLER_WAITING);
}

/* Gives the kernel what is left. False: the connection is gone. */
static bool push(struct caller *caller, int64_t now)
{
    const uint8_t *from = caller->bytes + caller->length - caller->pending;
    ssize_t taken = send(caller->fd, from, caller->pending, MSG_NOSIGNAL);
    if (taken < 0 && (errno == EAGAIN || errno == EWOULDBLOCK || errno == ENOBUFS))
        taken = 0;
    if (taken < 0) {
        if (caller->transport == TRANSPORT_UDP && errno == ECONNREFUSED) {
            caller->all->counts.refused++; /* the datagram before: this one was not sent */
            caller->pending = 0;
        } else {
            hang_up(caller, &caller->all->counts.ended, now);
        }
        return false;
    }
    caller->pending -= (size_t)taken;
    return true;
}

void caller_say(struct caller *caller, int64_t now, int64_t unix_time)
{
    /* what was not taken goes first */
    if (caller->pending == 0) {
        struct buffer out = buffer_on(caller->bytes, sizeof(caller->bytes));
        caller->waits = tracker_say(&caller->tracker, unix_time, caller->all->speed, &out);
        caller->length = caller->pending = out.length;
    }
    if (!push(caller, now) || caller->pending > 0)
        return;
    settle(caller, caller->waits, now);
}

/* The answer came, or did not. */
static void go_on(struct caller *caller, bool is_answered, int64_t now)
{
    struct player_counts *counts = &caller->all->counts;
    bool is_raw = !caller->tracker.encoder;
    *(is_answered ? &counts->answered : &counts->unanswered) += !is_raw;
    tracker_hear(&caller->tracker, is_answered);
    if (is_raw) { /* it calls again with its next message */
        caller_close(caller);
        return;
    }
    set_state(caller, CALLER_OPEN);
    if (is_answered && caller->tracker.said == 0)
        caller->due = now; /* after its login it does not wait */
    caller->all->on_free(caller->all->context);
}

static void hear(struct caller *caller, int64_t now)
{
    char memory[DRAINED];
    ssize_t taken = recv(caller->fd, memory, sizeof(memory), 0);
    if (taken < 0 && (errno == EAGAIN || errno == EWOULDBLOCK || errno == EINTR))
        return;
    if (caller->transport == TRANSPORT_UDP) {
        caller->all->counts.refused += taken < 0 && errno == ECONNREFUSED;
        if (taken < 0)
            return;
    } else if (taken <= 0) {
        if (caller->state == CALLER_CLOSING)
            caller_close(caller);
        else if (!caller->tracker.encoder)
            go_on(caller, false, now); /* a scanner is often hung up on */
        else
            hang_up(caller, &caller->all->counts.ended, now);
        return;
    }
    if (caller->state == CALLER_WAITING)
        go_on(caller, true, now);
}

static void on_event(evutil_socket_t fd, short what, void *context)
{
    struct caller *caller = context;
    (void)fd;
    (void)what;
    if (caller->state == CALLER_CONNECTING)
        take_connection(caller, loop_now(caller->all->loop));
    else
        hear(caller, loop_now(caller->all->loop));
}

void caller_look(struct caller *caller, int64_t now)
{
    int64_t patience = (int64_t)((caller->tracker.encoder ? ANSWER_WAIT : RAW_WAIT) / caller->all->speed);
    if (patience < PATIENCE_LEAST)
        patience = PATIENCE_LEAST;
    if (caller->state == CALLER_CONNECTING && now - caller->since >= CONNECT_WAIT)
        hang_up(caller, &caller->all->counts.failed, now);
    else if (caller->state == CALLER_WAITING && now - caller->since >= patience)
        go_on(caller, false, now);
}

void caller_end(struct caller *caller, int64_t now)
{
    if (caller->state == CALLER_CONNECTING || caller->transport == TRANSPORT_UDP) {
        caller_close(caller);
        return;
    }
    if (caller->state == CALLER_IDLE || caller->state == CALLER_CLOSING)
        return;
    if (caller->pending > 0)
        caller_say(caller, now, 0);
    if (caller->state != CALLER_OPEN || caller->pending > 0)
        return;
    set_state(caller, CALLER_CLOSING);
    caller->since = now;
    if (shutdown(caller->fd, SHUT_WR) != 0)
        caller_close(caller);
}
