/* SPDX-License-Identifier: Apache-2.0 */
/* Accepted TCP connections: reads, sends answers, closes the idle, and decides who goes when there are too many. Part of the
 * listener. */
#ifndef INTAKE_CONNECTION_H
#define INTAKE_CONNECTION_H

#include "wire/session.h"

struct loop;
struct connections;

struct connections_settings {
    size_t most;    /* connections at once */
    unsigned share; /* how many of 100 one address may have */
    int idle;       /* seconds without data after which one is closed; fewer as their number nears `most` */
};

/* loop and sessions are borrowed. NULL when memory is out. */
struct connections *connections_new(struct loop *loop, struct sessions *sessions,
                                    const struct connections_settings *settings);
/* Closes all; their sessions stay as they are. Takes NULL. */
void connections_free(struct connections *connections);

/* Takes over an accepted, non-blocking socket, opens a session for it, or closes it: when memory is out, or there are too many
 * and none of them is long idle. */
void connections_adopt(struct connections *connections, int fd, const struct who *who);

struct connections_losses {
    uint64_t unsent;  /* bytes of answers that peers did not take */
    uint64_t memory;  /* connections refused because memory was out */
    uint64_t refused; /* because there were too many, in all or of one address */
    uint64_t evicted; /* closed to make room for others */
};
struct connections_losses connections_losses(const struct connections *connections);

#endif
