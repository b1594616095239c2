/* SPDX-License-Identifier: Apache-2.0 */
/* Where the web server listens, and how many connections it takes: others need descriptors too, and who comes may never ask for
 * anything. Part of web. */
#ifndef OUTLET_WEB_DOOR_H
#define OUTLET_WEB_DOOR_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct event_base;
struct evhttp;
struct web_door;

/* Most connections at once, about; one more waits until another ends. */
enum { WEB_CONNECTIONS = 512 };

/* Opens an address in numbers (an IPv6 one in brackets) for http, which owns the listening socket from then on; base is borrowed. NULL:
 * errno says why, EINVAL: that is no such address. web_door_free takes NULL, and is called before http is freed. */
struct web_door *web_door_new(struct event_base *base, struct evhttp *http, const char *address,
                              uint16_t port);
void web_door_free(struct web_door *door);

#endif
