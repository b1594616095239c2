/* SPDX-License-Identifier: Apache-2.0 */
/* Listens for evhttp, and closes the door for a second when too many are inside, or no descriptor is left. evhttp itself does not
 * tell how many connections it has: now and then they are counted among all that the loop waits for. Called by web. */
#include "outlet/web_door.h"

#include <errno.h>
#include <event2/event.h>
#include <event2/http.h>
#include <event2/listener.h>
#include <event2/util.h>
#include <netinet/in.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>

/* So many may come before they are counted again. */
enum { UNCOUNTED = 64, DESCRIPTORS = 1 << 16 };

struct web_door {
    struct event_base *base;
    struct evconnlistener *listener; /* http's */
    struct event *reopen;
    uint16_t port; /* in network order */
    unsigned come; /* since they were counted */
    size_t inside;
    uint8_t *seen; /* owned: a bit for each descriptor */
};

static uint16_t local_port(evutil_socket_t fd)
{
    struct sockaddr_storage address = { 0 };
    socklen_t length = sizeof(address);
    if (getsockname(fd, (struct sockaddr *)&address, &length) != 0)
        return 0;
    if (address.ss_family == AF_INET)
        return ((const struct sockaddr_in *)(const void *)&address)->sin_port;
    if (address.ss_family == AF_INET6)
        return ((const struct sockaddr_in6 *)(const void *)&address)->sin6_port;
    return 0;
}

/* A connection has up to two events. */
static int count_event(const struct event_base *base, const struct event *event, void *context)
{
    struct web_door *door = context;
    evutil_socket_t fd = event_get_fd(event);
    (void)base;
    if (fd < 0 || fd >= DESCRIPTORS || door->seen[fd / 8] & 1u << fd % 8)
        return 0;
    door->seen[fd / 8] |= (uint8_t)(1u << fd % 8);
    door->inside += local_port(fd) == door->port;
    return 0;
}

static void count(struct web_door *door)
{
    memset(door->seen, 0, DESCRIPTORS / 8);
    door->inside = door->come = 0;
    event_base_foreach_event(door->base, count_event, door);
}

static void close_for_a_second(struct web_door *door)
{
    static const struct timeval second = { .tv_sec = 1 };
    evconnlistener_disable(door->listener);
    event_add(door->reopen, &second);
}

static void on_reopen(evutil_socket_t fd, short what, void *context)
{
    struct web_door *door = context;
    (void)fd;
    (void)what;
    count(door);
    if (door->inside >= WEB_CONNECTIONS)
        close_for_a_second(door);
    else
        evconnlistener_enable(door->listener);
}

/* Asked by evhttp for every connection that comes; it makes the stream itself. */
static struct bufferevent *on_come(struct event_base *base, void *context)
{
    struct web_door *door = context;
    (void)base;
    if (++door->come >= UNCOUNTED)
        count(door);
    if (door->inside + door->come >= WEB_CONNECTIONS)
        close_for_a_second(door);
    return NULL;
}

static void on_second_over(evutil_socket_t fd, short what, void *listener)
{
    (void)fd;
    (void)what;
    evconnlistener_enable(listener);
}

/* No descriptor is left, or no memory: who comes waits, and the loop does not spin. The context is evhttp's own. */
static void on_failed(struct evconnlistener *listener, void *context)
{
    static const struct timeval second = { .tv_sec = 1 };
    (void)context;
    if (event_base_once(evconnlistener_get_base(listener), -1, EV_TIMEOUT, on_second_over, listener,
                        &second) == 0)
        evconnlistener_disable(listener);
}

/* NULL: errno says why. */
static struct evconnlistener *listen_on(struct event_base *base, const char *address, uint16_t port)
{
    enum { FLAGS = LEV_OPT_CLOSE_ON_FREE | LEV_OPT_CLOSE_ON_EXEC | LEV_OPT_REUSEABLE };
    struct sockaddr_storage parsed = { 0 };
    int length = sizeof(parsed);
    char text[128];
    snprintf(text, sizeof(text), "%s:%u", address, port);
    if (evutil_parse_sockaddr_port(text, (struct sockaddr *)&parsed, &length) == 0)
        return evconnlistener_new_bind(base, NULL, NULL, FLAGS, -1, (struct sockaddr *)&parsed, length);
    errno = EINVAL;
    return NULL;
}

struct web_door *web_door_new(struct event_base *base, struct evhttp *http, const char *address,
                              uint16_t port)
{
    struct web_door *door = calloc(1, sizeof(*door));
    if (!door)
        return NULL;
    door->base = base;
    door->port = htons(port);
    door->seen = malloc(DESCRIPTORS / 8);
    door->reopen = evtimer_new(base, on_reopen, door);
    errno = ENOMEM;
    if (door->seen && door->reopen)
        door->listener = listen_on(base, address, port);
    if (door->listener && evhttp_bind_listener(http, door->listener)) {
        evconnlistener_set_error_cb(door->listener, on_failed);
        evhttp_set_bevcb(http, on_come, door);
        return door;
    }
    int error = errno;
    if (door->listener)
        evconnlistener_free(door->listener);
    web_door_free(door);
    errno = error;
    return NULL;
}

void web_door_free(struct web_door *door)
{
    if (!door)
        return;
    if (door->reopen)
        event_free(door->reopen);
    free(door->seen);
    free(door);
}
