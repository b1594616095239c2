/* SPDX-License-Identifier: Apache-2.0 */
/* Opens bound sockets within the limit of file descriptors. Called by listener. */
#include "intake/binding.h"

#include <errno.h>
#include <netdb.h>
#include <netinet/in.h>
#include <stdio.h>
#include <string.h>
#include <sys/resource.h>
#include <unistd.h>

/* What stays free for logs and for what a program has open anyway, and the least for connections. */
enum { BACKLOG = 128, WANTED = 65536, SPARED = 64, LOGS_MOST = 256, CONNECTIONS_LEAST = 32 };

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

static int bind_family(const char *text, enum transport transport, uint16_t port, int family)
{
    struct sockaddr_storage address;
    socklen_t size;
    int yes = 1, no = 0;
    if (!make_address(text, port, family, &address, &size)) {
        errno = EINVAL;
        return -1;
    }
    int type = (transport == TRANSPORT_TCP ? SOCK_STREAM : SOCK_DGRAM) | SOCK_NONBLOCK | SOCK_CLOEXEC;
    int fd = socket(address.ss_family, type, 0);
    if (fd < 0)
        return -1;
    if (transport == TRANSPORT_TCP)
        (void)setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &yes, sizeof(yes));
    else
        (void)setsockopt(fd, SOL_SOCKET, SO_RXQ_OVFL, &yes, sizeof(yes));
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
int binding_open(const char *address, enum transport transport, uint16_t port)
{
    int fd = bind_family(address, transport, port, AF_INET6);
    if (fd < 0 && (errno == EAFNOSUPPORT || errno == EADDRNOTAVAIL) && (!address || !address[0]))
        fd = bind_family(address, transport, port, AF_INET);
    return fd;
}

struct endpoint binding_endpoint(const struct sockaddr_storage *address)
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

bool binding_is_own(const struct endpoint *endpoint)
{
    struct endpoint address = *endpoint;
    char text[ENDPOINT_TEXT];
    address.port = 0;
    endpoint_write(&address, text);
    /* the kernel knows best: only an own address can be bound to */
    int fd = bind_family(text, TRANSPORT_UDP, 0, AF_UNSPEC);
    if (fd >= 0)
        close(fd);
    return fd >= 0;
}

/* The limit of file descriptors, raised as far as it may be. */
static size_t raise_limit(void)
{
    struct rlimit limit;
    if (getrlimit(RLIMIT_NOFILE, &limit) != 0)
        return 1024;
    if (limit.rlim_cur < WANTED) {
        struct rlimit most = { .rlim_cur = WANTED,
                               .rlim_max = limit.rlim_max < WANTED ? WANTED : limit.rlim_max };
        struct rlimit allowed = { .rlim_cur = limit.rlim_max, .rlim_max = limit.rlim_max };
        /* beyond its hard limit only root may go, and not in every container */
        if (setrlimit(RLIMIT_NOFILE, &most) == 0)
            limit = most;
        else if (setrlimit(RLIMIT_NOFILE, &allowed) == 0)
            limit = allowed;
    }
    return limit.rlim_cur < SIZE_MAX ? (size_t)limit.rlim_cur : SIZE_MAX;
}

bool binding_budget(size_t sockets, size_t wanted, size_t *connections, char *error, size_t size)
{
    size_t limit = raise_limit();
    size_t used = sockets + SPARED + (limit / 8 < LOGS_MOST ? limit / 8 : LOGS_MOST);
    if (limit < used + CONNECTIONS_LEAST) {
        snprintf(error, size,
                 "only %zu files may be open at once: too few for %zu sockets and for connections. Raise the "
                 "limit "
                 "(ulimit -n 4096, or LimitNOFILE=4096 of the service), or name fewer PORTS",
                 limit, sockets);
        return false;
    }
    *connections = wanted && wanted < limit - used ? wanted : limit - used;
    return true;
}
