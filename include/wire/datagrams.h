/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Peers that send datagrams, captured or to our own sockets: the only sessions that are looked up. A peer is known by its
 * address, its port and the server's port. Gets datagrams from stream and listener, and hands them to their session.
 */
#ifndef WIRE_DATAGRAMS_H
#define WIRE_DATAGRAMS_H

#include "wire/receiver.h"

struct datagrams_limits {
    size_t peers;   /* most kept: see crowd.h for who is forgotten */
    unsigned share; /* how many of 100 one address may be */
    int64_t idle;   /* µs without a datagram after which a peer is forgotten */
};

struct datagrams;

/* The receiver's sessions are borrowed. NULL when memory is out. */
struct datagrams *datagrams_new(const struct datagrams_limits *limits, const struct receiver *receiver);
/* Leaves the sessions as they are. Takes NULL. */
void datagrams_free(struct datagrams *datagrams);

struct datagram {
    struct endpoint peer;
    uint16_t port; /* the server's */
    enum direction direction;
    struct cursor bytes;
    size_t missing;          /* bytes behind them that the capture cut off */
    uint16_t identification; /* of the IPv4 header; 0: none */
    bool captured;           /* it may be seen twice; else it came to a socket of our own */
};

/* Hands the datagram to its session, which is returned; a new peer's is opened. NULL: a copy of one that was seen already, or
 * memory is out. answers: see session_receive; NULL when captured. */
struct session *datagrams_take(struct datagrams *datagrams, const struct datagram *datagram, int64_t now,
                               struct answers *answers);

/* Has this peer sent anything to the port, or got anything from it? */
bool datagrams_knows(struct datagrams *datagrams, const struct endpoint *peer, uint16_t port);

/* Forgets idle peers. Call each second. */
void datagrams_tick(struct datagrams *datagrams, int64_t now);

struct datagrams_losses {
    uint64_t peers;      /* forgotten because there were too many */
    uint64_t devices;    /* of these, peers that had told which device they are */
    uint64_t bytes;      /* cut off by the capture, or memory was out */
    uint64_t duplicates; /* seen twice (no loss) */
};
struct datagrams_losses datagrams_losses(const struct datagrams *datagrams);

#endif
