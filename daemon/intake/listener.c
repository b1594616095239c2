/* SPDX-License-Identifier: Apache-2.0 */
/* Binds the ports, accepts and reads. Feeds the sessions and sends their answers. */
#include "intake/listener.h"

#include <errno.h>
#include <event2/event.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/log.h"
#include "intake/binding.h"
#include "intake/connection.h"
#include "intake/host.h"
#include "intake/loop.h"
#include "intake/turns.h"

enum {
    ACCEPTS = 8, /* of one step, so that no socket keeps the others waiting */
    DATAGRAMS = 16,
    DATAGRAM_MAX = 65536,
    ANSWER_MAX = 65536,
    PAUSE_SECONDS = 2
};

/* One bound socket. */
struct socket_port {
    struct listener *listener;
    struct event *event;
    struct turn turn;
    int fd;
    uint32_t overflow; /* UDP: how many datagrams its queue had no room for, as it last said */
    enum transport transport;
    uint16_t port;
};

struct listener {
    struct loop *loop;
    struct listener_settings settings;
    struct listener_parts parts;
    struct portset bound;
    struct socket_port *sockets; /* owned */
    size_t socket_count;
    struct taken_port *taken; /* owned */
    size_t taken_count;
    struct connections *connections;
    struct event *resume; /* the end of a pause */
    uint64_t pauses, overflows;
    struct host_facts *host; /* while binding: who holds what is taken */
    struct log_limit limit;
    struct answers answers;
    uint8_t datagram[DATAGRAM_MAX], answer_memory[ANSWER_MAX];
};

struct listener_settings listener_defaults(void)
{
    return (struct listener_settings){ .idle = 1800, .share = 25 };
}

/* ---- pausing ---- */

static void set_accepting(struct listener *listener, bool is_on)
{
    for (size_t i = 0; i < listener->socket_count; i++) {
        struct socket_port *socket_port = &listener->sockets[i];
        if (socket_port->transport != TRANSPORT_TCP || !socket_port->event)
            continue;
        (void)(is_on ? event_add(socket_port->event, NULL) : event_del(socket_port->event));
        if (!is_on)
            turns_forget(loop_turns(listener->loop), &socket_port->turn);
    }
}

static void on_resume(evutil_socket_t fd, short what, void *context)
{
    (void)fd;
    (void)what;
    set_accepting(context, true);
}

/* Descriptors or connections ran out: accepting again at once would only spin. */
static void pause_accepting(struct listener *listener, const char *why)
{
    struct timeval wait = { .tv_sec = PAUSE_SECONDS };
    uint64_t suppressed;
    listener->pauses++;
    set_accepting(listener, false);
    event_add(listener->resume, &wait);
    if (log_allow(&listener->limit, loop_now(listener->loop), 60 * (int64_t)1000000, &suppressed))
        log_warning("accepting pauses for %d seconds: %s. Raise LimitNOFILE or the limit 'connections'.",
                    PAUSE_SECONDS, why);
}

/* ---- TCP ---- */

static void on_accepts(void *context)
{
    struct socket_port *socket_port = context;
    struct listener *listener = socket_port->listener;
    for (int i = 0; i < ACCEPTS; i++) {
        struct sockaddr_storage address = { 0 };
        socklen_t size = sizeof(address);
        int peer = accept4(socket_port->fd, (struct sockaddr *)&address, &size, SOCK_NONBLOCK | SOCK_CLOEXEC);
        if (peer >= 0) {
            struct who who = { .transport = TRANSPORT_TCP,
                               .port = socket_port->port,
                               .peer = binding_endpoint(&address) };
            connections_adopt(listener->connections, peer, &who);
            continue;
        }
        if (errno == EMFILE || errno == ENFILE || errno == ENOBUFS || errno == ENOMEM)
            pause_accepting(listener, strerror(errno));
        if (errno != EINTR && errno != ECONNABORTED)
            return;
    }
}

/* ---- UDP ---- */

/* The kernel says with a datagram how many it has dropped at this socket so far. */
static void note_overflow(struct socket_port *socket_port, struct msghdr *head)
{
    for (struct cmsghdr *part = CMSG_FIRSTHDR(head); part; part = CMSG_NXTHDR(head, part)) {
        uint32_t count;
        if (part->cmsg_level != SOL_SOCKET || part->cmsg_type != SO_RXQ_OVFL)
            continue;
        memcpy(&count, CMSG_DATA(part), sizeof(count));
        socket_port->listener->overflows += count - socket_port->overflow;
        socket_port->overflow = count;
    }
}

static void take_datagram(struct listener *listener, const struct socket_port *socket_port, size_t length,
                          struct sockaddr_storage *address, socklen_t size)
{
    struct datagram datagram = { .peer = binding_endpoint(address),
                                 .port = socket_port->port,
                                 .direction = DIRECTION_IN,
                                 .bytes = cursor_of(listener->datagram, length) };
    struct answers *answers = &listener->answers;
    int64_t now = loop_now(listener->loop);
    answers_start(answers, listener->answer_memory, sizeof(listener->answer_memory));
    /* in the name of one of our own sockets: it would take the answer for a device's, and answer in turn, for ever */
    bool is_own =
        portset_has(&listener->bound, TRANSPORT_UDP, datagram.peer.port) && binding_is_own(&datagram.peer);
    struct session *session =
        datagrams_take(listener->parts.datagrams, &datagram, now, is_own ? NULL : answers);
    if (!session || answers->count == 0)
        return;
    size_t sent = 0;
    for (size_t i = 0; i < answers->count; i++) {
        ssize_t n = sendto(socket_port->fd, answers->bytes.bytes + sent, answers->ends[i] - sent,
                           MSG_DONTWAIT, (struct sockaddr *)address, size);
        if (n < 0)
            break; /* as lost as one on the way: the device repeats itself */
        sent = answers->ends[i];
    }
    session_sent(session, answers, sent, now);
}

static void on_datagrams(void *context)
{
    struct socket_port *socket_port = context;
    struct listener *listener = socket_port->listener;
    for (int i = 0; i < DATAGRAMS; i++) {
        struct sockaddr_storage address = { 0 };
        union {
            struct cmsghdr aligned;
            char bytes[CMSG_SPACE(sizeof(uint32_t))];
        } control;
        struct iovec place = { .iov_base = listener->datagram, .iov_len = sizeof(listener->datagram) };
        struct msghdr head = { .msg_name = &address,
                               .msg_namelen = sizeof(address),
                               .msg_iov = &place,
                               .msg_iovlen = 1,
                               .msg_control = &control,
                               .msg_controllen = sizeof(control) };
        ssize_t n = recvmsg(socket_port->fd, &head, 0);
        if (n < 0)
            return;
        note_overflow(socket_port, &head);
        take_datagram(listener, socket_port, (size_t)n, &address, head.msg_namelen);
    }
}

/* ---- binding ---- */

static void on_ready(evutil_socket_t fd, short what, void *context)
{
    struct socket_port *socket_port = context;
    (void)fd;
    (void)what;
    turns_want(loop_turns(socket_port->listener->loop), &socket_port->turn);
}

static bool add_socket(struct listener *listener, enum transport transport, uint16_t port)
{
    int fd = binding_open(listener->settings.address, transport, port);
    if (fd < 0) {
        struct taken_port *taken = &listener->taken[listener->taken_count++];
        *taken = (struct taken_port){ .transport = transport, .port = port, .error = errno };
        if (taken->error == EADDRINUSE) {
            if (!listener->host)
                listener->host = host_read();
            host_write_owner(listener->host, transport, port, taken->holder, sizeof(taken->holder));
        }
        return true;
    }
    struct socket_port *socket_port = &listener->sockets[listener->socket_count++];
    bool is_tcp = transport == TRANSPORT_TCP;
    *socket_port =
        (struct socket_port){ .listener = listener, .fd = fd, .transport = transport, .port = port };
    socket_port->turn = (struct turn){ .step = is_tcp ? on_accepts : on_datagrams,
                                       .context = socket_port,
                                       .is_favoured = is_tcp,
                                       .is_exempt = is_tcp };
    socket_port->event =
        event_new(loop_base(listener->loop), fd, EV_READ | EV_PERSIST, on_ready, socket_port);
    if (!socket_port->event || event_add(socket_port->event, NULL) != 0)
        return false;
    portset_add(&listener->bound, transport, port, port);
    return true;
}

static bool bind_all(struct listener *listener)
{
    for (int transport = TRANSPORT_TCP; transport <= TRANSPORT_UDP; transport++) {
        unsigned from = 0;
        uint16_t first, last;
        while (portset_next(&listener->settings.ports, (enum transport)transport, &from, &first, &last)) {
            for (unsigned port = first; port <= last; port++) {
                if (!add_socket(listener, (enum transport)transport, (uint16_t)port))
                    return false;
            }
        }
    }
    return true;
}

struct listener *listener_new(struct loop *loop, const struct listener_settings *settings,
                              const struct listener_parts *parts, char *error, size_t size)
{
    size_t count =
        portset_count(&settings->ports, TRANSPORT_TCP) + portset_count(&settings->ports, TRANSPORT_UDP);
    struct connections_settings connections = { .share = settings->share, .idle = settings->idle };
    if (!binding_budget(count, settings->connections, &connections.most, error, size))
        return NULL;
    struct listener *listener = calloc(1, sizeof(*listener));
    snprintf(error, size, "out of memory");
    if (!listener)
        return NULL;
    listener->loop = loop;
    listener->settings = *settings;
    listener->parts = *parts;
    listener->sockets = calloc(count + 1, sizeof(*listener->sockets));
    listener->taken = calloc(count + 1, sizeof(*listener->taken));
    listener->connections = connections_new(loop, parts->sessions, &connections);
    listener->resume = evtimer_new(loop_base(loop), on_resume, listener);
    if (!listener->sockets || !listener->taken || !listener->connections || !listener->resume ||
        !bind_all(listener)) {
        listener_free(listener);
        return NULL;
    }
    host_facts_free(listener->host);
    listener->host = NULL;
    return listener;
}

void listener_free(struct listener *listener)
{
    if (!listener)
        return;
    connections_free(listener->connections);
    for (size_t i = 0; listener->sockets && i < listener->socket_count; i++) {
        if (listener->sockets[i].event)
            event_free(listener->sockets[i].event);
        close(listener->sockets[i].fd);
    }
    if (listener->resume)
        event_free(listener->resume);
    host_facts_free(listener->host);
    free(listener->sockets);
    free(listener->taken);
    free(listener);
}

const struct portset *listener_bound(const struct listener *listener)
{
    return &listener->bound;
}

const struct taken_port *listener_taken(const struct listener *listener, size_t *count)
{
    *count = listener->taken_count;
    return listener->taken;
}

struct listener_losses listener_losses(const struct listener *listener)
{
    struct connections_losses connections = connections_losses(listener->connections);
    return (struct listener_losses){ .pauses = listener->pauses,
                                     .overflows = listener->overflows,
                                     .answers = connections.unsent,
                                     .refused = connections.refused,
                                     .memory = connections.memory,
                                     .evicted = connections.evicted };
}
