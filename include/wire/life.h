/* SPDX-License-Identifier: Apache-2.0 */
/* The life of captured connections: attempts, beginnings and ends, and whether a segment is of the connection that is known or of
 * another one. Part of stream. */
#ifndef WIRE_LIFE_H
#define WIRE_LIFE_H

#include "wire/flows.h"
#include "wire/stream.h"

struct stream {
    struct stream_limits limits;
    struct receiver receiver;
    struct datagrams *datagrams;   /* borrowed */
    const struct portset *watched; /* borrowed */
    struct flows *flows;
    struct reassembly reassembly;
    struct stream_losses losses; /* without what the reassembly counts */
    struct packet refusal;       /* what the last ICMP message quoted, and when: it may be seen twice */
    int64_t refusal_at;
    struct endpoint own[STREAM_OWN]; /* addresses of the host that is watched */
    size_t own_count;
    struct portset reached; /* ports of its own at which others arrived */
};

/* Who is who in a packet. */
struct roles {
    const struct endpoint *peer, *server;
    enum direction direction;
    struct flow *flow; /* of TCP; NULL: not known yet */
};

static inline size_t payload_length(const struct packet *packet)
{
    return packet->payload.left + packet->missing;
}

/* Is it open, and without a word of the server so far? Then it cannot be told whether the peer is answered. */
bool life_is_one_sided(const struct flow *flow);

/* So from its start, or for longer than a server takes to acknowledge? Then the capture has nothing of the server. */
bool life_stays_one_sided(const struct flow *flow);

/* Opens the session of a flow that has none. */
void life_open(struct stream *stream, struct flow *flow, int64_t now);

/* Gives out what waits behind gaps, and tells the end of an open one. The flow stays, to know what is sent again. */
void life_end(struct stream *stream, struct flow *flow, const char *reason, int64_t now);

/* Takes it out of the table and frees it, without a word. */
void life_forget(struct stream *stream, struct flow *flow);

/* Finds out which connection a segment is of, and whether it begins one. False: it says nothing new, or nothing that can be
 * believed. */
bool life_enter(struct stream *stream, struct roles *roles, const struct packet *packet, int64_t now);

/* A reset: of an attempt it is a refusal. */
void life_reset(struct stream *stream, const struct roles *roles, const struct packet *packet, int64_t now);

/* An attempt is refused; of a connection that stands it is no matter. */
void life_refused(struct stream *stream, struct flow *flow, int64_t now);

/* The peer acknowledges the server's SYN: the connection stands. */
void life_acknowledge(struct stream *stream, struct flow *flow, enum direction direction,
                      const struct packet *packet, int64_t now);

/* Takes bytes of one direction in; whose gaps have to be given up for them may end. */
void life_take(struct stream *stream, struct half *half, struct segment *segment, int64_t now);

/* Closes a connection that both sides ended. Where only one side was captured, that side says it all. */
void life_close_ended(struct stream *stream, struct flow *flow, int64_t now);

/* Tells of attempts that nobody answered, or whose answer nobody acknowledged, for `patience` µs and for twice as long. */
void life_tell_attempts(struct stream *stream, int64_t patience, int64_t now);

#endif
