/* SPDX-License-Identifier: Apache-2.0 */
/*
 * TCP reassembly in both directions. Gets packets from packet_parse, and feeds a session with the ordered bytes of each
 * connection, which it keeps with its flow; datagrams it hands on by way of datagrams. The peer is the tracker's side: the one
 * that does not own the watched port.
 *
 * A flow is known by peer and server port. The server's address is no part of it: behind NAT on one host (Docker, bridge,
 * veth) interface `any` shows the same segment twice with different server addresses, and it counts once.
 */
#ifndef WIRE_STREAM_H
#define WIRE_STREAM_H

#include "base/portset.h"
#include "wire/packet.h"
#include "wire/receiver.h"

struct datagrams;

struct stream_limits {
    size_t flows;        /* most connections kept, those closed lately included; the oldest is evicted */
    size_t buffer;       /* most memory for out-of-order bytes of one direction of one flow */
    size_t total_buffer; /* and for all together */
    int64_t idle;        /* microseconds without a packet after which a flow is forgotten */
    int64_t rest; /* and after which it makes way for others without being a loss; 0: it always is one */
};

struct stream_losses {
    uint64_t bytes_lost;    /* gaps given up in reassembly, and what the capture cut off */
    uint64_t flows_evicted; /* because of the cap */
    uint64_t strays;        /* bytes in the name of a connection that were nobody's: forged, or long gone */
    uint64_t one_sided;     /* connections of which nothing is seen that the server sent */
    uint64_t duplicates;    /* segments seen twice (no loss, told for honesty) */
    /* Retransmitted bytes that differ from the first ones (the first count). What was given out is
     * remembered for its last 64 to 128 bytes. */
    uint64_t bytes_contradict;
};

struct stream;

/* NULL when memory is out. watched: the server's ports. What the receiver names, datagrams and watched are borrowed. */
struct stream *stream_new(const struct stream_limits *limits, const struct receiver *receiver,
                          struct datagrams *datagrams, const struct portset *watched);
/* Frees without telling anybody; stream_finish first where the end matters. */
void stream_free(struct stream *stream);

/* One packet at time `now` (microseconds, never much smaller than before). Packets of unwatched ports are
 * ignored. */
void stream_packet(struct stream *stream, const struct packet *packet, int64_t now);

/* The addresses of the host that is watched, as they are now: what it passes on to a container under its own name came in before,
 * and counts once. More than STREAM_OWN are not looked at. */
enum { STREAM_OWN = 64 };
void stream_set_own(struct stream *stream, const struct endpoint *addresses, size_t count);

/* An ICMP message quotes this packet: nobody wanted it. */
void stream_refused(struct stream *stream, const struct packet *packet, int64_t now);

/* Gives up gaps that have waited for more than two seconds, forgets idle flows. Call now and then (each
 * second). */
void stream_tick(struct stream *stream, int64_t now);

/* End of input: what is buffered is given out (gaps counted), nothing is told as closed. */
void stream_finish(struct stream *stream, int64_t now);

struct stream_losses stream_losses(const struct stream *stream);

#endif
