/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The latest records (messages, connections, findings) as JSON lines, for all who follow at once: each has only a place in it. A
 * sink. It never waits: who reads too slowly misses what was written over meanwhile, and is told how much that is.
 */
#ifndef OUTLET_FEED_H
#define OUTLET_FEED_H

#include "outlet/filter.h"

/* What is kept at most. */
enum { FEED_RECORDS = 4096, FEED_BYTES = 4 << 20 };

struct feed;

/* NULL when memory is out; feed_free takes NULL. */
struct feed *feed_new(void);
void feed_free(struct feed *feed);

struct sink *feed_sink(struct feed *feed);

/* Where somebody reads on. */
struct feed_place {
    uint64_t next; /* number of the next record to look at */
};

/* Behind the latest record. */
struct feed_place feed_end(const struct feed *feed);
/* Before the latest `count` messages that the filter admits. */
struct feed_place feed_before(const struct feed *feed, unsigned count, const struct filter *filter);

/* One record. */
struct feed_record {
    struct cursor text; /* a JSON object without the end of the line; valid until the next event */
    int64_t time;       /* µs since 1970 */
    bool is_message;
    uint64_t number; /* its own for the whole run, from 1 in order of coming */
};

enum feed_found {
    FEED_RECORD, /* here it is */
    FEED_GAP,    /* *missed were written over before they were looked at: records of anybody, chosen or not */
    FEED_MORE,   /* none so far; so many were looked at that others may have their turn */
    FEED_END     /* none is left */
};

/* The next record that the filter admits. */
enum feed_found feed_next(const struct feed *feed, struct feed_place *place, const struct filter *filter,
                          struct feed_record *record, uint64_t *missed);

/* Is there anything behind this place? */
bool feed_has_more(const struct feed *feed, const struct feed_place *place);

/* How many behind this place are written over already. */
uint64_t feed_passed(const struct feed *feed, const struct feed_place *place);

/* Records too long to be kept. */
uint64_t feed_lost(const struct feed *feed);

#endif
