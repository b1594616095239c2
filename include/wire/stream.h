/* SPDX-License-Identifier: Apache-2.0 */
/*
 * TCP reassembly in both directions, and datagrams seen twice. Gets packets from packet_parse, gives
 * ordered bytes and the life of connections to one handler (session). The peer is the tracker's side: the
 * one that does not own the watched port.
 *
 * A flow is known by transport, peer and server port. The server's address is no part of it: behind NAT on
 * one host (Docker, bridge, veth) interface `any` shows the same segment twice with different server
 * addresses, and it counts once.
 */
#ifndef WIRE_STREAM_H
#define WIRE_STREAM_H

#include "wire/packet.h"

struct flow_key {
    enum transport transport;
    uint16_t port; /* the server's */
    struct endpoint peer;
    struct endpoint server;
};

enum flow_end {
    FLOW_FIN,
    FLOW_RESET,
    FLOW_REPLACED, /* by a new SYN, or by bytes whose sequence numbers can only be another connection's */
    FLOW_EVICTED,
    FLOW_IDLE
};

/* What stream tells. `flow` is unique in this stream's life and starts at 1. Times are microseconds since
 * 1970. */
struct stream_handler {
    void *context;
    /* A connection began: `seen_start` when its SYN was seen (and for UDP), otherwise it was picked up in
     * the middle. What comes behind the end and was never seen begins one, too. */
    void (*opened)(void *context, uint64_t flow, const struct flow_key *key, bool seen_start, int64_t now);
    /* TCP: both sides have taken part; told once, before or after the first bytes. */
    void (*established)(void *context, uint64_t flow, const struct flow_key *key, int64_t now);
    /* Ordered bytes of a TCP direction, or one datagram (which may be empty). Borrowed for the call. `lost` bytes before them
     * were never seen. */
    void (*bytes)(void *context, uint64_t flow, const struct flow_key *key, enum direction direction,
                  struct cursor bytes, size_t lost, int64_t now);
    void (*closed)(void *context, uint64_t flow, const struct flow_key *key, enum flow_end end, int64_t now);
};

struct stream_limits {
    size_t flows;        /* most connections and UDP peers kept; the oldest is evicted */
    size_t buffer;       /* most memory for out-of-order bytes of one direction of one flow */
    size_t total_buffer; /* and for all together */
    int64_t idle;        /* microseconds without a packet after which a flow is forgotten */
};

struct stream_losses {
    uint64_t bytes_lost;    /* gaps given up in reassembly, and what the capture cut off */
    uint64_t flows_evicted; /* because of the cap */
    uint64_t duplicates;    /* segments and datagrams seen twice (no loss, told for honesty) */
    /* Retransmitted bytes that differ from the first ones (the first count). What was given out is
     * remembered for its last 64 to 128 bytes. */
    uint64_t bytes_contradict;
};

struct stream;

/* Which server ports are watched: returns true for a port that belongs to the server side. */
typedef bool (*stream_watches)(void *context, enum transport transport, uint16_t port);

/* NULL when memory is out. The handler and its context are borrowed. */
struct stream *stream_new(const struct stream_limits *limits, const struct stream_handler *handler,
                          stream_watches watches, void *watches_context);
/* Frees without telling anybody; stream_finish first where the end matters. */
void stream_free(struct stream *stream);

/* One packet at time `now` (microseconds, never much smaller than before). Packets of unwatched ports are
 * ignored. */
void stream_packet(struct stream *stream, const struct packet *packet, int64_t now);

/* Gives up gaps that have waited for more than two seconds, forgets idle flows. Call now and then (each
 * second). */
void stream_tick(struct stream *stream, int64_t now);

/* End of input: what is buffered is given out (gaps counted), nothing is told as closed. */
void stream_finish(struct stream *stream, int64_t now);

struct stream_losses stream_losses(const struct stream *stream);

#endif
