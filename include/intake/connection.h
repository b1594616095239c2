/* SPDX-License-Identifier: Apache-2.0 */
/* Accepted TCP connections: reads, sends answers, closes the idle. Part of the listener. */
#ifndef INTAKE_CONNECTION_H
#define INTAKE_CONNECTION_H

#include "base/buffer.h"
#include "base/table.h"
#include "verdict/event.h"

struct event_base;
struct connections;

struct connections_handler {
    void *context;
    void (*bytes)(void *context, const struct who *who, struct cursor bytes, int64_t now,
                  struct buffer *answer);
    void (*closed)(void *context, const struct who *who, const char *reason, int64_t now);
};

/* How many connections the file descriptors allow beside `sockets` bound ones: raises the limit as far as it may, and keeps
 * some for logs. At most `wanted` (0: no wish). */
size_t connections_budget(size_t sockets, size_t wanted);

/* idle: seconds; it shrinks as the number of connections nears `most`. NULL when memory is out. */
struct connections *connections_new(struct event_base *base, size_t most, int idle,
                                    const struct connections_handler *handler);
/* Closes all with reason "stopped". Takes NULL. */
void connections_free(struct connections *connections);

/* Takes over an accepted, non-blocking socket. False: out of memory, the caller keeps it. */
MUST_CHECK bool connections_adopt(struct connections *connections, int fd, const struct who *who);

size_t connections_count(const struct connections *connections);
/* Bytes of answers that peers did not take. */
uint64_t connections_unsent(const struct connections *connections);

#endif
