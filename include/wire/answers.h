/* SPDX-License-Identifier: Apache-2.0 */
/* The replies to the messages of one piece, and what may be answered to whom. Filled by session, sent by the listener. */
#ifndef WIRE_ANSWERS_H
#define WIRE_ANSWERS_H

#include "base/buffer.h"
#include "protocol/protocol.h"

enum { ANSWERS_COUNT = 4096 };

/* One reply behind the other. Datagrams carry one each. */
struct answers {
    struct buffer bytes;
    size_t count;
    size_t ends[ANSWERS_COUNT]; /* where each ends in bytes */
};

/* None yet, in memory that is borrowed. */
void answers_start(struct answers *answers, void *memory, size_t size);

/*
 * What may be answered to one peer. A datagram's sender is easily forged: until a second message goes on where the first ended,
 * whoever stands there gets no more bytes than were sent in his name; and two servers that answer each other must come to an
 * end, so that a peer of datagrams gets so many answers a second and no more. Starts as { 0 }.
 */
struct allowance {
    bool is_limited; /* datagrams */
    bool is_proven;
    size_t room;                 /* bytes left for this datagram */
    int64_t supply, supplied_at; /* millionths of an answer; when it was last added to */
};

/* A datagram of so many bytes came. */
void allowance_datagram(struct allowance *allowance, size_t bytes, int64_t now);

/* Lets the protocol answer one message. False: it is not answered, although it should be: too much, or too often. */
MUST_CHECK bool answers_add(struct answers *answers, struct allowance *allowance,
                            const struct protocol *protocol, const struct message *message,
                            const struct asker *asker);

#endif
