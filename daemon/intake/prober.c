/* SPDX-License-Identifier: Apache-2.0 */
/* Connects and sends, and waits for what comes back. Called by command's probe. */
#include "intake/prober.h"

#include <errno.h>
#include <netdb.h>
#include <netinet/in.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

enum {
    AT_ONCE = 600 /* TCP and UDP of all usual ports */,
    PATIENCE = 1500 /* ms for one */,
    AGAIN = 700 /* ms, then a datagram is sent again */
};
enum { LAST = 4500 /* ms: no new one is begun then */, PACE = 2 /* begun in a ms, at most */ };

struct attempt {
    struct probe *probe;
    int64_t begun;
    bool is_again;
};

struct prober {
    struct sockaddr_storage address;
    socklen_t length;
    char line[48];
    struct probe *list;
    size_t count, next; /* next: the first that was not begun */
    struct attempt attempts[AT_ONCE];
    struct pollfd waiting[AT_ONCE];
    size_t open;
};

static int64_t now_ms(void)
{
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

static void decide(struct probe *probe, enum probe_state state, const char *reason)
{
    probe->state = state;
    probe->reason = reason;
}

static void decide_by_error(struct probe *probe, int error)
{
    switch (error) {
    case ECONNREFUSED:
        decide(probe, PROBE_CLOSED, probe->transport == TRANSPORT_TCP ? "refused" : "port unreachable");
        break;
    case EHOSTUNREACH:
    case ENETUNREACH:
        decide(probe, PROBE_FILTERED, "unreachable");
        break;
    case EACCES:
    case EPERM:
        decide(probe, PROBE_FILTERED, "forbidden on the way out of here");
        break;
    default:
        decide(probe, PROBE_FILTERED, "no answer");
        break;
    }
}

static void set_port(struct sockaddr_storage *address, uint16_t port)
{
    /* both families have it in the same place */
    const uint8_t bytes[2] = { (uint8_t)(port >> 8), (uint8_t)port };
    memcpy((uint8_t *)address + 2, bytes, sizeof(bytes));
}

static void end(struct prober *prober, size_t index)
{
    close(prober->waiting[index].fd);
    prober->open--;
    prober->attempts[index] = prober->attempts[prober->open];
    prober->waiting[index] = prober->waiting[prober->open];
}

static void begin(struct prober *prober, int64_t now)
{
    struct probe *probe = &prober->list[prober->next++];
    bool is_tcp = probe->transport == TRANSPORT_TCP;
    struct sockaddr_storage address = prober->address;
    int fd = socket(address.ss_family, (is_tcp ? SOCK_STREAM : SOCK_DGRAM) | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
    decide(probe, PROBE_FILTERED, "no answer");
    if (fd < 0) {
        decide(probe, PROBE_FILTERED, "not tried: too few file descriptors");
        return;
    }
    set_port(&address, probe->port);
    bool is_begun = connect(fd, (struct sockaddr *)&address, prober->length) == 0 || errno == EINPROGRESS;
    if (is_begun && !is_tcp)
        is_begun = send(fd, prober->line, strlen(prober->line), MSG_NOSIGNAL) >= 0;
    if (!is_begun) {
        /* nothing was sent, so that it is not there that something is in the way */
        if (errno == ENETUNREACH || errno == EHOSTUNREACH || errno == EINVAL || errno == EADDRNOTAVAIL)
            decide(probe, PROBE_FILTERED, "no way leads there from here");
        else
            decide_by_error(probe, errno);
        close(fd);
        return;
    }
    prober->attempts[prober->open] = (struct attempt){ .probe = probe, .begun = now };
    prober->waiting[prober->open++] = (struct pollfd){ .fd = fd, .events = is_tcp ? POLLOUT : POLLIN };
}

/* Something came: what, says the socket. */
static void look(struct prober *prober, size_t index)
{
    struct probe *probe = prober->attempts[index].probe;
    int fd = prober->waiting[index].fd, error = 0;
    socklen_t length = sizeof(error);
    char answer[64];
    if (probe->transport == TRANSPORT_TCP) {
        if (getsockopt(fd, SOL_SOCKET, SO_ERROR, &error, &length) != 0)
            error = errno;
        if (error == 0) {
            decide(probe, PROBE_OPEN, "connected");
            (void)send(fd, prober->line, strlen(prober->line), MSG_NOSIGNAL);
        }
    } else if (recv(fd, answer, sizeof(answer), 0) >= 0) {
        decide(probe, PROBE_OPEN, "answered");
    } else {
        error = errno;
    }
    if (error != 0)
        decide_by_error(probe, error);
    end(prober, index);
}

static void look_at_all(struct prober *prober, int64_t now)
{
    for (size_t i = prober->open; i-- > 0;) {
        struct attempt *attempt = &prober->attempts[i];
        if (prober->waiting[i].revents != 0) {
            look(prober, i);
        } else if (now - attempt->begun >= PATIENCE) {
            end(prober, i);
        } else if (attempt->probe->transport == TRANSPORT_UDP && !attempt->is_again &&
                   now - attempt->begun >= AGAIN) {
            /* hosts tell of closed ports only so often */
            attempt->is_again = true;
            (void)send(prober->waiting[i].fd, prober->line, strlen(prober->line), MSG_NOSIGNAL);
        }
    }
}

static void run(struct prober *prober)
{
    int64_t start = now_ms(), now = start;
    while (prober->next < prober->count || prober->open > 0) {
        for (unsigned i = 0;
             i < PACE && prober->next < prober->count && prober->open < AT_ONCE && now - start < LAST; i++)
            begin(prober, now);
        if (now - start >= LAST && prober->open == 0)
            break;
        /* who is late is judged by the time before: what came since then was perhaps not looked at yet */
        now = now_ms();
        (void)poll(prober->waiting, (nfds_t)prober->open, 1);
        look_at_all(prober, now);
        now = now_ms();
    }
    while (prober->next < prober->count)
        decide(&prober->list[prober->next++], PROBE_FILTERED, "not tried: no time was left");
}

static void write_address(const struct addrinfo *info, char *out)
{
    if (getnameinfo(info->ai_addr, info->ai_addrlen, out, PROBED_ADDRESS, NULL, 0, NI_NUMERICHOST) != 0)
        out[0] = '\0';
}

static const struct addrinfo *first_of(const struct addrinfo *list, int family)
{
    while (list && list->ai_family != family)
        list = list->ai_next;
    return list;
}

/* What is sent there many may get. */
static bool is_group(const struct sockaddr_storage *address)
{
    const struct sockaddr_in *v4 = (const struct sockaddr_in *)address;
    const struct sockaddr_in6 *v6 = (const struct sockaddr_in6 *)address;
    return address->ss_family == AF_INET ? IN_MULTICAST(ntohl(v4->sin_addr.s_addr))
                                         : IN6_IS_ADDR_MULTICAST(&v6->sin6_addr) != 0;
}

static bool resolve(struct prober *prober, const char *host, struct probed *probed, char *error, size_t size)
{
    struct addrinfo hints = { .ai_socktype = SOCK_STREAM, .ai_flags = AI_ADDRCONFIG }, *found;
    int result = getaddrinfo(host, NULL, &hints, &found);
    if (result != 0) {
        hints.ai_flags = 0;
        result = getaddrinfo(host, NULL, &hints, &found);
    }
    if (result != 0) {
        snprintf(error, size, "%s: %s. Name a host, or its address", host, gai_strerror(result));
        return false;
    }
    const struct addrinfo *v4 = first_of(found, AF_INET), *v6 = first_of(found, AF_INET6),
                          *taken = v4 ? v4 : v6;
    if (taken) {
        memcpy(&prober->address, taken->ai_addr, taken->ai_addrlen);
        prober->length = taken->ai_addrlen;
        write_address(taken, probed->address);
        if (v4 && v6)
            write_address(v6, probed->other);
    }
    freeaddrinfo(found);
    if (!taken)
        snprintf(error, size, "%s: it has no address. Name a host, or its address", host);
    bool is_one = taken && !is_group(&prober->address);
    if (taken && !is_one)
        snprintf(error, size, "%s: that is a group of hosts. Name one, or its address", host);
    return is_one;
}

static void list_ports(struct prober *prober, const struct portset *ports)
{
    for (int transport = TRANSPORT_TCP; transport <= TRANSPORT_UDP; transport++) {
        unsigned from = 0;
        uint16_t first, last;
        while (portset_next(ports, (enum transport)transport, &from, &first, &last)) {
            for (unsigned port = first; port <= last; port++)
                prober->list[prober->count++] =
                    (struct probe){ .transport = (enum transport)transport, .port = (uint16_t)port };
        }
    }
}

bool prober_run(const char *host, const struct portset *ports, struct probed *probed, struct probe **list,
                size_t *count, char *error, size_t size)
{
    struct prober *prober = calloc(1, sizeof(*prober));
    size_t all = portset_count(ports, TRANSPORT_TCP) + portset_count(ports, TRANSPORT_UDP);
    uint32_t nonce = 0;
    snprintf(error, size, "out of memory");
    if (!prober)
        return false;
    prober->list = calloc(all + 1, sizeof(*prober->list));
    if (!prober->list || !resolve(prober, host, probed, error, size)) {
        free(prober->list);
        free(prober);
        return false;
    }
    (void)!getrandom(&nonce, sizeof(nonce), 0);
    snprintf(prober->line, sizeof(prober->line), "hexwatch probe %08x\n", nonce);
    list_ports(prober, ports);
    run(prober);
    *list = prober->list;
    *count = prober->count;
    free(prober);
    return true;
}
