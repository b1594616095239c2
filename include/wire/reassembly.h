/* SPDX-License-Identifier: Apache-2.0 */
/*
 * One direction of a TCP connection: brings segments into order, the first bytes win. Gets segments from
 * stream, gives it ordered bytes back. What is in order is handed over as it is; only what comes too early
 * is kept.
 */
#ifndef WIRE_REASSEMBLY_H
#define WIRE_REASSEMBLY_H

#include <sys/queue.h>

#include "base/cursor.h"

/* A sequence number farther than this from the expected one is another connection's: no window is as
 * large. */
enum { REASSEMBLY_REACH = 1 << 24 };

struct flow;
struct piece;

/* What keeping a piece costs beside its bytes. */
extern const size_t reassembly_piece_size;

/* One direction. All zero (but for flow) before half_start. */
struct half {
    struct flow *flow;          /* whose half it is; borrowed */
    bool seen;                  /* a packet of this direction was seen (kept by the owner) */
    bool started;               /* first, next and acked mean something */
    bool fin;                   /* the direction ends at fin_at */
    bool waiting;               /* stands in the list of those with a gap */
    uint32_t first;             /* sequence number of the first byte */
    uint32_t next;              /* of the byte expected next */
    uint32_t acked;             /* the other side has all bytes before this; not before next */
    uint32_t fin_at;            /* of the FIN */
    uint32_t past;              /* sequence numbers between first and next, at most REASSEMBLY_REACH */
    size_t lost;                /* bytes before next that were never seen and not told of yet */
    SLIST_HEAD(, piece) pieces; /* came too early; ordered, apart from each other; owned */
    unsigned count;             /* of them */
    size_t held;                /* bytes of memory they take */
    int64_t since;              /* the gap before the first one is waited for since then */
    TAILQ_ENTRY(half) gaps;     /* in the list of those with a gap */
    uint8_t *tail;              /* the last bytes given out, to compare retransmissions with; owned */
    uint32_t tail_size;         /* a power of two; byte s stands at s modulo this */
    uint32_t tail_known;        /* how many bytes before next it holds */
};

/* What all halves share: reassembly_start, then fill the first four. */
struct reassembly {
    size_t half_limit, total_limit; /* memory for what came too early, of one half and of all */
    void *context;
    /* Ordered bytes (never none), borrowed for the call; `lost` bytes before them were never seen. No
     * calling back. */
    void (*give)(void *context, struct half *half, struct cursor bytes, size_t lost, int64_t now);
    size_t held;
    TAILQ_HEAD(, half) gaps; /* halves that wait for a gap to fill, the oldest first */
    uint64_t bytes_lost, bytes_contradict;
};

/* Nothing is held. */
void reassembly_start(struct reassembly *all);

/* The half that has waited for longest, or NULL. */
struct half *reassembly_oldest(const struct reassembly *all);

struct segment {
    uint32_t sequence;
    struct cursor bytes;
    size_t missing; /* bytes behind them that the capture cut off: lost at once, nothing brings them again */
    bool fresh;     /* set by half_take when something in it was new */
};

/* The direction begins at `first`: behind its SYN (whole), or in its middle. */
void half_start(struct half *half, uint32_t first, bool whole);

/* Takes a segment in; it is used up. False: the memory of all is full; give up the oldest gap (there is
 * one then) and call again with the same segment. */
MUST_CHECK bool half_take(struct reassembly *all, struct half *half, struct segment *segment, int64_t now);

/* The FIN stands at this sequence number. True when that is news. */
bool half_fin(struct reassembly *all, struct half *half, uint32_t at, int64_t now);

/* Is everything up to its FIN given out? */
bool half_ended(const struct half *half);

/* The other side says that it has all bytes before this one: gaps before it are the capture's, not the
 * wire's. */
void half_acknowledge(struct reassembly *all, struct half *half, uint32_t acknowledgement, int64_t now);

/* How many bytes the other side has taken that were not seen here (yet): a FIN that was not seen counts as one. */
size_t half_unseen(const struct half *half);

/* Gives up the first gap and gives out what stands behind it; half->waiting says whether there is a gap. */
void half_give_up(struct reassembly *all, struct half *half, int64_t now);

/* Frees what the half owns and keeps where it stands. What waits behind gaps is thrown away. */
void half_clear(struct reassembly *all, struct half *half);

#endif
