/* SPDX-License-Identifier: Apache-2.0 */
/* The table of TCP connections that stream keeps: found by peer and server port, in the order of their last packet. Those that
 * are only wanted, and those that are closed, have an order each. */
#ifndef WIRE_FLOWS_H
#define WIRE_FLOWS_H

#include <stdalign.h>
#include <sys/queue.h>

#include "base/net.h"
#include "wire/reassembly.h"

enum { LINE = 64 }; /* bytes of a cache line */

struct session;

enum flow_state {
    FLOW_ATTEMPT, /* no handshake and no bytes were seen yet */
    FLOW_OPEN,
    FLOW_CLOSED, /* kept for a while, to know what is sent again */
    FLOW_STATES
};

/* Bytes, or a SYN, that can only be another connection's under the same name, or forged: which one shows when the other side
 * acknowledges them. */
struct rival {
    bool is_there, is_syn;
    uint8_t direction;
    uint32_t sequence, next; /* of its first byte, and behind its last */
    uint32_t acknowledged;   /* where the other direction of its connection is, by its word */
    uint8_t *bytes;          /* owned: those that are kept, from sequence on */
    uint32_t length;
};

/* What finding a flow touches stands first, in one cache line. */
struct flow {
    alignas(LINE) SLIST_ENTRY(flow) chain; /* in the same bucket */
    struct endpoint peer;
    uint16_t port;           /* the server's */
    uint8_t state;           /* enum flow_state */
    bool seen_start;         /* a SYN was seen */
    bool established;        /* the handshake, or bytes of both directions, were seen */
    bool told;               /* that the attempt failed */
    bool is_repeated;        /* its SYN came again */
    struct session *session; /* of an open one (NULL: memory was out); owned by the sessions */
    int64_t began, last;     /* when it began, when its last packet came */
    int64_t moved;           /* when it last became the newest of its order */
    TAILQ_ENTRY(flow) order; /* of those in the same state */
    struct half halves[2];   /* by enum direction */
    struct rival rival;
};

struct flows;

/* A table for at most `most` flows; NULL when memory is out. */
struct flows *flows_new(size_t most);
/* Frees the table, which must be empty. */
void flows_free(struct flows *flows);
bool flows_full(const struct flows *flows);

struct flow *flows_find(struct flows *flows, const struct endpoint *peer, uint16_t port);
/* A new, zeroed flow, the newest attempt. NULL when memory is out. The table must not be full. */
struct flow *flows_add(struct flows *flows, const struct endpoint *peer, uint16_t port);
/* Its newest packet is of now: it becomes the newest of its order, unless it did so less than ORDER_SLACK µs ago. */
enum { ORDER_SLACK = 5000000 };
void flows_touch(struct flows *flows, struct flow *flow, int64_t now);
/* Moves it to the order of that state, as the newest there. */
void flows_set_state(struct flows *flows, struct flow *flow, enum flow_state state);
/* The one whose last packet is longest ago, or NULL; and the one behind it. */
struct flow *flows_oldest(const struct flows *flows, enum flow_state state);
struct flow *flows_next(const struct flow *flow);
/* Takes it out and frees it (not what its halves own). */
void flows_remove(struct flows *flows, struct flow *flow);

#endif
