/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A crowd of peers, bounded in all and for each address, and who has to go when it is full. Known ones, who have told which
 * device they are, stay before others; of equals the one silent for longest goes. So two-byte datagrams from everywhere, or a
 * thousand idle connections from one place, cost no device its name. Datagram peers are one crowd, connections another.
 */
#ifndef WIRE_CROWD_H
#define WIRE_CROWD_H

#include <stddef.h>
#include <sys/queue.h>

#include "base/net.h"

struct crowd;
struct host;

/* One of them, part of a larger structure. `last` is its own; the rest is the crowd's. */
struct member {
    TAILQ_ENTRY(member) all, of_host;
    struct host *host; /* NULL: in no crowd */
    int64_t last;      /* when it was heard of, µs */
    int64_t moved;     /* when it last became the newest */
    bool is_known;
};

/* most: of all; share: how many of 100 one address may be (at least one). NULL when memory is out. */
struct crowd *crowd_new(size_t most, unsigned share);
/* The members are whose they were. Takes NULL. */
void crowd_free(struct crowd *crowd);

/* Who has to leave before one of this address may join; NULL: there is room. It may be a known one. */
struct member *crowd_surplus(const struct crowd *crowd, const struct endpoint *address);

/* There must be room. False: memory is out, it did not join. */
bool crowd_join(struct crowd *crowd, struct member *member, const struct endpoint *address, int64_t now);
void crowd_leave(struct crowd *crowd, struct member *member);

/* It was heard of just now, and is known or (again) not. */
void crowd_hear(struct crowd *crowd, struct member *member, bool is_known, int64_t now);

/* The one silent for longest, to some seconds, or NULL. */
struct member *crowd_oldest(const struct crowd *crowd);

size_t crowd_count(const struct crowd *crowd);

#endif
