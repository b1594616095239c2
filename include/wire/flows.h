/* SPDX-License-Identifier: Apache-2.0 */
/* The table of connections and UDP peers that stream keeps: found by transport, peer and server port, in
 * the order of their last packet. Closed ones stay for a while in an order of their own. */
#ifndef WIRE_FLOWS_H
#define WIRE_FLOWS_H

#include <stdalign.h>

#include "wire/reassembly.h"
#include "wire/stream.h"

/* What is remembered of a datagram, to know it when it is seen twice. */
struct fingerprint {
    uint64_t hash;
    int64_t time;
    uint32_t length; /* on the wire */
    uint16_t identification;
    uint8_t direction;
    bool used;
};

/* Linux hands eight packets on at once (gro_normal_batch), so that a copy comes after at most seven
 * others. */
enum { RECENT_MAX = 8 };

enum { LINE = 64 }; /* bytes of a cache line */

/* What finding a flow touches stands first, in one cache line. */
struct flow {
    alignas(LINE) struct flow *chain; /* in the same bucket */
    struct flow_key key;
    uint64_t id;
    int64_t began, last; /* when it began, when its last packet came */
    int64_t moved;       /* when it last became the newest of its order */
    bool closed;
    bool established;           /* TCP: the handshake, or bytes of both directions, were seen */
    struct flow *older, *newer; /* in the order of those that are closed, or of those that are not */
    union {
        struct half halves[2]; /* TCP, by enum direction */
        struct {
            struct fingerprint recent[RECENT_MAX];
            unsigned next;
        } udp;
    };
};

struct flows;

/* A table for at most `most` flows; NULL when memory is out. */
struct flows *flows_new(size_t most);
/* Frees the table, which must be empty. */
void flows_free(struct flows *flows);
bool flows_full(const struct flows *flows);

struct flow *flows_find(const struct flows *flows, enum transport transport, const struct endpoint *peer,
                        uint16_t port);
/* A new, zeroed flow, the newest of those not closed. NULL when memory is out. The table must not be full. */
struct flow *flows_add(struct flows *flows, const struct flow_key *key);
/* Its newest packet is of now: it becomes the newest of its order, unless it did so less than ORDER_SLACK µs ago. */
enum { ORDER_SLACK = 5000000 };
void flows_touch(struct flows *flows, struct flow *flow, int64_t now);
/* Moves it to the other order, as the newest there. */
void flows_set_closed(struct flows *flows, struct flow *flow, bool closed);
/* The one whose last packet is longest ago, or NULL. */
struct flow *flows_oldest(const struct flows *flows, bool closed);
/* Takes it out and frees it (not what its halves own). */
void flows_remove(struct flows *flows, struct flow *flow);

/* A keyed hash (SipHash-1-3), so that nobody on the network can aim at collisions. */
uint64_t flows_hash(const struct flows *flows, struct cursor bytes);

#endif
