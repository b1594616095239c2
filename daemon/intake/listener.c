/* SPDX-License-Identifier: Apache-2.0 */
/* Binds the ports, accepts and reads. Gives bytes to session by way of command's assembly, sends its answers. */
#include "intake/listener.h"

#include <errno.h>
#include <event2/event.h>
#include <fcntl.h>
#include <netdb.h>
#include <netinet/in.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/log.h"
#include "intake/connection.h"
#include "intake/loop.h"
#include "intake/owner.h"

enum {
    BACKLOG = 128,
    BUDGET = 64, /* accepts and datagrams for one wake-up, so that no socket starves the others */
    DATAGRAM_MAX = 65536,
    ANSWER_MAX = 65536,
    PAUSE_SECONDS = 2
};

/* One bound socket. */
struct socket_port {
    struct listener *listener;
    struct event *event;
    int fd;
    enum transport transport;
    uint16_t port;
};

struct listener {
    struct event_base *base;
    struct listener_settings settings;
    struct listener_handler handler;
    struct portset bound;
    struct socket_port *sockets; /* owned */
    size_t socket_count;
    struct taken_port *taken; /* owned */
    size_t taken_count;
    struct connections *connections;
    struct event *resume; /* the end of a pause */
    uint64_t flows, pauses;
    struct table *peers;   /* UDP peers' flow numbers */
    struct owners *owners; /* while binding */
    struct log_limit limit;
    uint8_t datagram[DATAGRAM_MAX], answer[ANSWER_MAX];
};

struct listener_settings listener_defaults(void)
{
    return (struct listener_settings){ .idle = 1800 };
}

static struct endpoint endpoint_of(const struct sockaddr_storage *address)
{
    struct sockaddr_in6 v6;
    struct sockaddr_in v4;
    if (address->ss_family == AF_INET6) {
        memcpy(&v6, address, sizeof(v6));
        return endpoint_of_v6(v6.sin6_addr.s6_addr, ntohs(v6.sin6_port));
    }
    memcpy(&v4, address, sizeof(v4));
    return endpoint_of_v4((const uint8_t *)&v4.sin_addr.s_addr, ntohs(v4.sin_port));
}

/* ---- pausing ---- */

static void set_accepting(struct listener *listener, bool is_on)
{
    for (size_t i = 0; i < listener->socket_count; i++) {
        struct socket_port *socket_port = &listener->sockets[i];
        if (socket_port->transport != TRANSPORT_TCP || !socket_port->event)
            continue;
        (void)(is_on ? event_add(socket_port->event, NULL) : event_del(socket_port->event));
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
    if (log_allow(&listener->limit, loop_now(), 60 * (int64_t)1000000, &suppressed))
        log_warning("accepting pauses for %d seconds: %s. Raise LimitNOFILE or the limit 'connections'.",
                    PAUSE_SECONDS, why);
}

/* ---- TCP ---- */

static void on_bytes(void *context, const struct who *who, struct cursor bytes, int64_t now,
                     struct buffer *answer)
{
    struct listener *listener = context;
    listener->handler.bytes(listener->handler.context, who, bytes, now, answer);
}

static void on_closed(void *context, const struct who *who, const char *reason, int64_t now)
{
    struct listener *listener = context;
    listener->handler.closed(listener->handler.context, who, reason, now);
}

static void adopt(struct listener *listener, const struct socket_port *socket_port, int fd,
                  const struct sockaddr_storage *address)
{
    struct who who = { .flow = ++listener->flows,
                       .transport = TRANSPORT_TCP,
                       .port = socket_port->port,
                       .peer = endpoint_of(address) };
    if (!connections_adopt(listener->connections, fd, &who)) {
        close(fd);
        return;
    }
    listener->handler.opened(listener->handler.context, &who, loop_now());
}

static void on_accept(evutil_socket_t fd, short what, void *context)
{
    struct socket_port *socket_port = context;
    struct listener *listener = socket_port->listener;
    (void)what;
    for (int i = 0; i < BUDGET; i++) {
        struct sockaddr_storage address = { 0 };
        socklen_t size = sizeof(address);
        if (connections_count(listener->connections) >= listener->settings.connections) {
            pause_accepting(listener, "as many connections as allowed are open");
            return;
        }
        int peer = accept4(fd, (struct sockaddr *)&address, &size, SOCK_NONBLOCK | SOCK_CLOEXEC);
        if (peer >= 0) {
            adopt(listener, socket_port, peer, &address);
            continue;
        }
        if (errno == EMFILE || errno == ENFILE || errno == ENOBUFS || errno == ENOMEM)
            pause_accepting(listener, strerror(errno));
        if (errno != EINTR && errno != ECONNABORTED)
            return;
    }
}

/* ---- UDP ---- */

struct peer_key {
    struct endpoint peer;
    uint16_t port;
};

/* A UDP peer keeps its flow number as long as it is remembered. */
static uint64_t flow_of(struct listener *listener, const struct endpoint *peer, uint16_t port)
{
    struct peer_key key;
    memset(&key, 0, sizeof(key));
    key.peer = *peer;
    key.port = port;
    uint64_t *flow = table_add(listener->peers, &key);
    if (!flow)
        return ++listener->flows;
    if (*flow == 0)
        *flow = ++listener->flows;
    return *flow;
}

static void on_datagram(evutil_socket_t fd, short what, void *context)
{
    struct socket_port *socket_port = context;
    struct listener *listener = socket_port->listener;
    (void)what;
    for (int i = 0; i < BUDGET; i++) {
        struct sockaddr_storage address = { 0 };
        socklen_t size = sizeof(address);
        ssize_t n = recvfrom(fd, listener->datagram, sizeof(listener->datagram), 0,
                             (struct sockaddr *)&address, &size);
        if (n < 0)
            return;
        struct who who = { .transport = TRANSPORT_UDP,
                           .port = socket_port->port,
                           .peer = endpoint_of(&address) };
        who.flow = flow_of(listener, &who.peer, who.port);
        struct buffer answer = buffer_on(listener->answer, sizeof(listener->answer));
        listener->handler.bytes(listener->handler.context, &who, cursor_of(listener->datagram, (size_t)n),
                                loop_now(), &answer);
        /* a datagram that cannot be sent is as lost as one on the way: the device repeats itself */
        if (answer.length > 0)
            (void)sendto(fd, answer.bytes, answer.length, MSG_DONTWAIT, (struct sockaddr *)&address, size);
    }
}

/* ---- binding ---- */

/* The address to bind to: one of settings.address, or all. False: not numeric. */
static bool make_address(const char *text, uint16_t port, int family, struct sockaddr_storage *out,
                         socklen_t *size)
{
    *out = (struct sockaddr_storage){ 0 };
    if (!text || !text[0]) {
        if (family == AF_INET6) {
            *(struct sockaddr_in6 *)out = (struct sockaddr_in6){ .sin6_family = AF_INET6,
                                                                 .sin6_port = htons(port),
                                                                 .sin6_addr = in6addr_any };
            *size = sizeof(struct sockaddr_in6);
        } else {
            *(struct sockaddr_in *)out =
                (struct sockaddr_in){ .sin_family = AF_INET, .sin_port = htons(port) };
            *size = sizeof(struct sockaddr_in);
        }
        return true;
    }
    char service[8];
    struct addrinfo hints = { .ai_flags = AI_NUMERICHOST | AI_NUMERICSERV | AI_PASSIVE }, *found;
    snprintf(service, sizeof(service), "%u", port);
    if (getaddrinfo(text, service, &hints, &found) != 0)
        return false;
    memcpy(out, found->ai_addr, found->ai_addrlen);
    *size = found->ai_addrlen;
    freeaddrinfo(found);
    return true;
}

static int bind_family(const struct listener *listener, enum transport transport, uint16_t port, int family)
{
    struct sockaddr_storage address;
    socklen_t size;
    int yes = 1, no = 0;
    if (!make_address(listener->settings.address, port, family, &address, &size)) {
        errno = EINVAL;
        return -1;
    }
    int type = (transport == TRANSPORT_TCP ? SOCK_STREAM : SOCK_DGRAM) | SOCK_NONBLOCK | SOCK_CLOEXEC;
    int fd = socket(address.ss_family, type, 0);
    if (fd < 0)
        return -1;
    if (transport == TRANSPORT_TCP)
        (void)setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &yes, sizeof(yes));
    if (address.ss_family == AF_INET6)
        (void)setsockopt(fd, IPPROTO_IPV6, IPV6_V6ONLY, &no, sizeof(no));
    if (bind(fd, (struct sockaddr *)&address, size) == 0 &&
        (transport == TRANSPORT_UDP || listen(fd, BACKLOG) == 0))
        return fd;
    int reason = errno;
    close(fd);
    errno = reason;
    return -1;
}

/* One socket for both families; where the host has no IPv6, IPv4 alone. */
static int bind_port(const struct listener *listener, enum transport transport, uint16_t port)
{
    int fd = bind_family(listener, transport, port, AF_INET6);
    if (fd < 0 && (errno == EAFNOSUPPORT || errno == EADDRNOTAVAIL) &&
        (!listener->settings.address || !listener->settings.address[0]))
        fd = bind_family(listener, transport, port, AF_INET);
    return fd;
}

static bool add_socket(struct listener *listener, enum transport transport, uint16_t port)
{
    int fd = bind_port(listener, transport, port);
    if (fd < 0) {
        struct taken_port *taken = &listener->taken[listener->taken_count++];
        *taken = (struct taken_port){ .transport = transport, .port = port, .error = errno };
        if (taken->error == EADDRINUSE) {
            if (!listener->owners)
                listener->owners = owners_read();
            owners_write(listener->owners, transport, port, taken->holder, sizeof(taken->holder));
        }
        return true;
    }
    struct socket_port *socket_port = &listener->sockets[listener->socket_count++];
    *socket_port =
        (struct socket_port){ .listener = listener, .fd = fd, .transport = transport, .port = port };
    socket_port->event = event_new(listener->base, fd, EV_READ | EV_PERSIST,
                                   transport == TRANSPORT_TCP ? on_accept : on_datagram, socket_port);
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
                              const struct listener_handler *handler, char *error, size_t size)
{
    struct sockaddr_storage address;
    socklen_t address_size;
    if (!make_address(settings->address, 1, AF_INET6, &address, &address_size)) {
        snprintf(error, size,
                 "'%s' is no numeric address. Write one like 192.0.2.1 or 2001:db8::1, or leave it empty",
                 settings->address);
        return NULL;
    }
    struct listener *listener = calloc(1, sizeof(*listener));
    snprintf(error, size, "out of memory");
    if (!listener)
        return NULL;
    listener->base = loop_base(loop);
    listener->settings = *settings;
    listener->handler = *handler;
    size_t count =
        portset_count(&settings->ports, TRANSPORT_TCP) + portset_count(&settings->ports, TRANSPORT_UDP);
    listener->sockets = calloc(count + 1, sizeof(*listener->sockets));
    listener->taken = calloc(count + 1, sizeof(*listener->taken));
    listener->settings.connections = connections_budget(count, settings->connections);
    struct connections_handler inner = { listener, on_bytes, on_closed };
    listener->connections =
        connections_new(listener->base, listener->settings.connections, settings->idle, &inner);
    listener->peers = table_new(listener->settings.connections + 1000, sizeof(struct peer_key),
                                sizeof(uint64_t), NULL, NULL);
    listener->resume = evtimer_new(listener->base, on_resume, listener);
    if (!listener->sockets || !listener->taken || !listener->connections || !listener->peers ||
        !listener->resume || !bind_all(listener)) {
        listener_free(listener);
        return NULL;
    }
    owners_free(listener->owners);
    listener->owners = NULL;
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
    table_free(listener->peers);
    owners_free(listener->owners);
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
    return (struct listener_losses){ .pauses = listener->pauses,
                                     .answers = connections_unsent(listener->connections) };
}
