/* SPDX-License-Identifier: Apache-2.0 */
/* TCP connections of the listener: plain reads, answers written at once. Trackers' answers are some bytes; a peer that does
 * not take them gets no queue of its own. */
#include "intake/connection.h"

#include <assert.h>
#include <errno.h>
#include <event2/event.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <unistd.h>

#include "intake/binding.h"
#include "intake/loop.h"
#include "intake/turns.h"
#include "wire/crowd.h"

/* Of a stranger so much is read at once as a message has; of a device that is known more. */
enum { READ_SIZE = 16384, READ_STRANGER = 2048, ANSWER_MAX = 65536, SWEEP_SECONDS = 5 };

/* A known device that is silent for less than this is not closed for somebody new. */
static const int64_t spared_idle = 60 * 1000000LL;

struct connection {
    struct member member; /* first: the crowd's */
    struct connections *all;
    struct event *event;
    struct session *session; /* the handle; ended by session_close */
    struct turn turn;
    int fd;
};

struct connections {
    struct loop *loop;
    struct sessions *sessions;
    struct connections_settings settings;
    struct crowd *crowd;
    struct event *sweep;
    struct connections_losses losses;
    struct answers answers;
    uint8_t input[READ_SIZE], answer_memory[ANSWER_MAX];
};

static struct connection *connection_of(struct member *member)
{
    static_assert(offsetof(struct connection, member) == 0, "a member is its connection's start");
    return (struct connection *)member;
}

static void release(struct connection *connection)
{
    struct connections *all = connection->all;
    turns_forget(loop_turns(all->loop), &connection->turn);
    crowd_leave(all->crowd, &connection->member);
    event_free(connection->event);
    close(connection->fd);
    free(connection);
}

static void close_connection(struct connection *connection, const char *reason)
{
    session_close(connection->session, reason, loop_now(connection->all->loop));
    release(connection);
}

static void send_answers(const struct connection *connection, const struct answers *answers)
{
    struct connections *all = connection->all;
    const struct buffer *bytes = &answers->bytes;
    size_t done = 0;
    while (done < bytes->length) {
        ssize_t n =
            send(connection->fd, bytes->bytes + done, bytes->length - done, MSG_NOSIGNAL | MSG_DONTWAIT);
        if (n < 0 && errno == EINTR)
            continue;
        if (n < 0)
            break;
        done += (size_t)n;
    }
    all->losses.unsent += bytes->length - done;
    session_sent(connection->session, answers, done, loop_now(all->loop));
}

/* One read: what is left wakes the loop again. */
static void on_turn(void *context)
{
    struct connection *connection = context;
    struct connections *all = connection->all;
    ssize_t n = recv(connection->fd, all->input, connection->member.is_known ? READ_SIZE : READ_STRANGER, 0);
    if (n < 0 && (errno == EAGAIN || errno == EWOULDBLOCK || errno == EINTR))
        return;
    if (n <= 0) {
        close_connection(connection, n == 0 ? "closed" : errno == ECONNRESET ? "reset" : "error");
        return;
    }
    int64_t now = loop_now(all->loop);
    answers_start(&all->answers, all->answer_memory, sizeof(all->answer_memory));
    session_receive(connection->session, cursor_of(all->input, (size_t)n), now, &all->answers);
    if (all->answers.count > 0)
        send_answers(connection, &all->answers);
    bool is_known = session_has_device(connection->session);
    crowd_hear(all->crowd, &connection->member, is_known, now);
    /* the first bytes of a stranger may be a login; after them only those who logged in come before others */
    connection->turn.is_favoured = is_known;
}

static void on_readable(evutil_socket_t fd, short what, void *context)
{
    struct connection *connection = context;
    (void)fd;
    (void)what;
    turns_want(loop_turns(connection->all->loop), &connection->turn);
}

/* µs that a connection may be idle now: the fuller it is, the fewer. */
static int64_t idle_now(const struct connections *all)
{
    int64_t idle = (int64_t)all->settings.idle * 1000000;
    size_t count = crowd_count(all->crowd), most = all->settings.most;
    if (count * 100 > most * 90)
        return idle / 60;
    if (count * 100 > most * 65)
        return idle / 10;
    return idle;
}

static void on_sweep(evutil_socket_t fd, short what, void *context)
{
    struct connections *all = context;
    struct member *oldest;
    int64_t before = loop_now(all->loop) - idle_now(all);
    (void)fd;
    (void)what;
    while ((oldest = crowd_oldest(all->crowd)) && oldest->last < before)
        close_connection(connection_of(oldest), CLOSED_IDLE);
}

struct connections *connections_new(struct loop *loop, struct sessions *sessions,
                                    const struct connections_settings *settings)
{
    struct connections *connections = calloc(1, sizeof(*connections));
    struct timeval every = { .tv_sec = SWEEP_SECONDS };
    if (!connections)
        return NULL;
    connections->loop = loop;
    connections->sessions = sessions;
    connections->settings = *settings;
    connections->crowd = crowd_new(settings->most, settings->share);
    connections->sweep = event_new(loop_base(loop), -1, EV_PERSIST, on_sweep, connections);
    if (!connections->crowd || !connections->sweep || event_add(connections->sweep, &every) != 0) {
        connections_free(connections);
        return NULL;
    }
    return connections;
}

void connections_free(struct connections *connections)
{
    if (!connections)
        return;
    struct member *member;
    while (connections->crowd && (member = crowd_oldest(connections->crowd)))
        release(connection_of(member));
    if (connections->sweep)
        event_free(connections->sweep);
    crowd_free(connections->crowd);
    free(connections);
}

/* Is there room for one more of this address? Who is idle for longest may have to make it. */
static bool make_room(struct connections *connections, const struct endpoint *address)
{
    struct member *surplus = crowd_surplus(connections->crowd, address);
    if (!surplus)
        return true;
    if (surplus->is_known && loop_now(connections->loop) - surplus->last < spared_idle) {
        connections->losses.refused++;
        return false;
    }
    connections->losses.evicted++;
    close_connection(connection_of(surplus), CLOSED_FOR_ROOM);
    return true;
}

/* The address of this host that the connection came to. */
static void tell_server(const struct connection *connection)
{
    struct sockaddr_storage address = { 0 };
    socklen_t size = sizeof(address);
    if (getsockname(connection->fd, (struct sockaddr *)&address, &size) != 0)
        return;
    struct endpoint server = binding_endpoint(&address);
    session_set_server(connection->session, &server);
}

static bool open_connection(struct connections *connections, struct connection *connection, int fd,
                            const struct who *who)
{
    int64_t now = loop_now(connections->loop);
    connection->all = connections;
    connection->fd = fd;
    connection->turn = (struct turn){ .step = on_turn, .context = connection, .is_favoured = true };
    connection->event =
        event_new(loop_base(connections->loop), fd, EV_READ | EV_PERSIST, on_readable, connection);
    if (!connection->event || event_add(connection->event, NULL) != 0 ||
        !crowd_join(connections->crowd, &connection->member, &who->peer, now))
        return false;
    connection->session = session_open(connections->sessions, who, true, now);
    if (!connection->session) {
        crowd_leave(connections->crowd, &connection->member);
        return false;
    }
    tell_server(connection);
    session_established(connection->session, now);
    return true;
}

void connections_adopt(struct connections *connections, int fd, const struct who *who)
{
    if (!make_room(connections, &who->peer)) {
        close(fd);
        return;
    }
    struct connection *connection = calloc(1, sizeof(*connection));
    if (connection && open_connection(connections, connection, fd, who))
        return;
    connections->losses.memory++;
    if (connection && connection->event)
        event_free(connection->event);
    free(connection);
    close(fd);
}

struct connections_losses connections_losses(const struct connections *connections)
{
    return connections->losses;
}
