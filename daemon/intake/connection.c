/* SPDX-License-Identifier: Apache-2.0 */
/* TCP connections of the listener: plain reads, answers written at once. Trackers' answers are some bytes; a peer that does
 * not take them gets no queue of its own. */
#include "intake/connection.h"

#include <errno.h>
#include <event2/event.h>
#include <stdlib.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <unistd.h>

#include "intake/loop.h"

enum {
    READ_SIZE = 16384,
    READS = 4,
    ANSWER_MAX = 65536,
    RESERVED = 320,
    DESCRIPTORS_WANTED = 65536,
    SWEEP_SECONDS = 5
};

struct connection {
    struct connections *all;
    struct connection *older, *newer; /* in the order of their last data */
    struct event *event;
    int fd;
    struct who who;
    int64_t last;
};

struct connections {
    struct event_base *base;
    struct connections_handler handler;
    struct connection *oldest, *newest;
    struct event *sweep;
    size_t count, most;
    int idle;
    uint64_t unsent;
    uint8_t input[READ_SIZE], answer[ANSWER_MAX];
};

size_t connections_budget(size_t sockets, size_t wanted)
{
    struct rlimit limit;
    if (getrlimit(RLIMIT_NOFILE, &limit) != 0)
        return wanted ? wanted : 256;
    if (limit.rlim_cur < DESCRIPTORS_WANTED) {
        struct rlimit most = { .rlim_cur = DESCRIPTORS_WANTED,
                               .rlim_max = limit.rlim_max < DESCRIPTORS_WANTED ? DESCRIPTORS_WANTED
                                                                               : limit.rlim_max };
        struct rlimit allowed = { .rlim_cur = limit.rlim_max, .rlim_max = limit.rlim_max };
        /* beyond its hard limit only root may go, and not in every container */
        if (setrlimit(RLIMIT_NOFILE, &most) == 0)
            limit = most;
        else if (setrlimit(RLIMIT_NOFILE, &allowed) == 0)
            limit = allowed;
    }
    size_t used = sockets + RESERVED;
    size_t room = limit.rlim_cur > used + 16 ? (size_t)limit.rlim_cur - used : 16;
    return wanted && wanted < room ? wanted : room;
}

static void unlink_order(struct connection *connection)
{
    struct connections *all = connection->all;
    if (connection->older)
        connection->older->newer = connection->newer;
    else
        all->oldest = connection->newer;
    if (connection->newer)
        connection->newer->older = connection->older;
    else
        all->newest = connection->older;
}

static void link_newest(struct connection *connection)
{
    struct connections *all = connection->all;
    connection->older = all->newest;
    connection->newer = NULL;
    if (all->newest)
        all->newest->newer = connection;
    else
        all->oldest = connection;
    all->newest = connection;
}

static void close_connection(struct connection *connection, const char *reason)
{
    struct connections *all = connection->all;
    all->handler.closed(all->handler.context, &connection->who, reason, loop_now());
    unlink_order(connection);
    all->count--;
    event_free(connection->event);
    close(connection->fd);
    free(connection);
}

static void send_answer(struct connection *connection, const struct buffer *answer)
{
    struct connections *all = connection->all;
    size_t done = 0;
    while (done < answer->length) {
        ssize_t n =
            send(connection->fd, answer->bytes + done, answer->length - done, MSG_NOSIGNAL | MSG_DONTWAIT);
        if (n < 0 && errno == EINTR)
            continue;
        if (n < 0)
            break;
        done += (size_t)n;
    }
    all->unsent += answer->length - done;
}

static void on_readable(evutil_socket_t fd, short what, void *context)
{
    struct connection *connection = context;
    struct connections *all = connection->all;
    (void)what;
    for (int i = 0; i < READS; i++) {
        ssize_t n = recv(fd, all->input, sizeof(all->input), 0);
        if (n < 0 && errno == EINTR)
            continue;
        if (n < 0 && (errno == EAGAIN || errno == EWOULDBLOCK))
            return;
        if (n <= 0) {
            close_connection(connection, n == 0 ? "closed" : errno == ECONNRESET ? "reset" : "error");
            return;
        }
        connection->last = loop_now();
        unlink_order(connection);
        link_newest(connection);
        struct buffer answer = buffer_on(all->answer, sizeof(all->answer));
        all->handler.bytes(all->handler.context, &connection->who, cursor_of(all->input, (size_t)n),
                           connection->last, &answer);
        if (answer.length > 0)
            send_answer(connection, &answer);
        if ((size_t)n < sizeof(all->input))
            return;
    }
}

/* Seconds a connection may be idle now: the fuller it is, the fewer. */
static int64_t idle_now(const struct connections *all)
{
    int64_t idle = (int64_t)all->idle * 1000000;
    if (all->count * 100 > all->most * 90)
        return idle / 60;
    if (all->count * 100 > all->most * 65)
        return idle / 10;
    return idle;
}

static void on_sweep(evutil_socket_t fd, short what, void *context)
{
    struct connections *all = context;
    (void)fd;
    (void)what;
    int64_t before = loop_now() - idle_now(all);
    for (struct connection *connection = all->oldest, *next; connection && connection->last < before;
         connection = next) {
        next = connection->newer;
        close_connection(connection, "idle");
    }
}

struct connections *connections_new(struct event_base *base, size_t most, int idle,
                                    const struct connections_handler *handler)
{
    struct connections *connections = calloc(1, sizeof(*connections));
    struct timeval every = { .tv_sec = SWEEP_SECONDS };
    if (!connections)
        return NULL;
    connections->base = base;
    connections->most = most;
    connections->idle = idle;
    connections->handler = *handler;
    connections->sweep = event_new(base, -1, EV_PERSIST, on_sweep, connections);
    if (!connections->sweep || event_add(connections->sweep, &every) != 0) {
        connections_free(connections);
        return NULL;
    }
    return connections;
}

void connections_free(struct connections *connections)
{
    if (!connections)
        return;
    for (struct connection *connection = connections->oldest, *next; connection; connection = next) {
        next = connection->newer;
        close_connection(connection, "stopped");
    }
    if (connections->sweep)
        event_free(connections->sweep);
    free(connections);
}

bool connections_adopt(struct connections *connections, int fd, const struct who *who)
{
    struct connection *connection = calloc(1, sizeof(*connection));
    if (!connection)
        return false;
    connection->all = connections;
    connection->fd = fd;
    connection->who = *who;
    connection->last = loop_now();
    connection->event = event_new(connections->base, fd, EV_READ | EV_PERSIST, on_readable, connection);
    if (!connection->event || event_add(connection->event, NULL) != 0) {
        if (connection->event)
            event_free(connection->event);
        free(connection);
        return false;
    }
    link_newest(connection);
    connections->count++;
    return true;
}

size_t connections_count(const struct connections *connections)
{
    return connections->count;
}

uint64_t connections_unsent(const struct connections *connections)
{
    return connections->unsent;
}
