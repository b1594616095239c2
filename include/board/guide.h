/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The six points of the troubleshooting guide, answered from what is known: the board, and facts of the host. What is not known is
 * said to be so; it is never taken for "no".
 */
#ifndef BOARD_GUIDE_H
#define BOARD_GUIDE_H

#include "board/census.h"
#include "verdict/server.h"

enum { GUIDE_FACTS = 256, GUIDE_NEXT = WORDING_MAX };

struct guide_point {
    enum standing state;
    const char *title; /* static */
    char facts[GUIDE_FACTS];
    char next[GUIDE_NEXT]; /* "": there is nothing to do */
};

/* The ports that should listen, as sockets say. */
struct guide_ports {
    size_t all, others, self;    /* others: who is not on this host reaches them; self: only who is */
    size_t narrow;               /* of the others, at some of this host's addresses only */
    uint16_t first;              /* of these */
    char address[ENDPOINT_TEXT]; /* that it is bound to */
    bool is_unclear;             /* of some it could not be checked, because a rule is not understood */
    char partly[160]; /* which are open to some only, by the firewall's rules; "": none, as far as is known */
};
/* Counts them: once for each look at the host, because it takes a millisecond where there are hundreds. */
struct guide_ports guide_count_ports(const struct server_facts *facts);

/* All borrowed. Reasons are static or the caller's. */
struct guide_evidence {
    const struct board *board;
    const struct census_counts *counts; /* of this board */
    const struct server_facts *host;    /* NULL: not known */
    struct guide_ports ports;           /* of that host */
    int64_t now;                        /* wall clock, µs */
    int64_t stale;                      /* µs after which what came last says nothing of now */
    const char *messages_unread;        /* why no messages are known; NULL: they are */
    const char *log_unread;             /* why Traccar's log is not known */
    const char *handshakes_unread;      /* why attempts to connect are not known: packets are not watched */
    bool rules_fail;                    /* root has asked for them in vain */
    const char *rules_unread;           /* why the packet filter's rules are not known */
    const char *log_next;               /* what to do about it; NULL: nothing */
    const char *traccar_unread;         /* why it is not known where Traccar listens */
    const char *traccar_next;           /* what to do about it; NULL: say where it is */
    size_t outsiders, outsiders_public; /* see below: so many were seen by somebody else */
};

struct guide {
    struct guide_point points[GUIDE_POINTS]; /* in the guide's order, the first is point 1 */
    size_t problems, unknown;                /* how many */
    /* addresses other than this host's own that devices were heard from, and those of them that are public: the proof that
     * this host can be reached. Up to CENSUS_SENDERS. */
    size_t outsiders, outsiders_public;
};

void guide_fill(struct guide *guide, const struct guide_evidence *evidence);

/* The points in the order in which one hides the next: from 0; 0 at the end. */
unsigned guide_order(size_t index);

#endif
