/* SPDX-License-Identifier: Apache-2.0 */
/* How many devices stand how, and what is open at each point of the guide. Counting all takes a while where there are many: it is
 * done in small steps, again and again, and what is told is the last count that was finished. */
#ifndef BOARD_CENSUS_H
#define BOARD_CENSUS_H

#include "board/standing.h"
#include "verdict/wording.h"

struct census_point {
    uint32_t problems; /* open findings that are more than a note */
    /* of them the gravest, of equals the one that was raised first */
    enum severity severity;
    enum finding_code code;
    uint64_t number;
    struct service service; /* port 0: it is about none */
    char device[DEVICE_MAX], advice[WORDING_MAX];
};

/* So many addresses are told apart. */
enum { CENSUS_SENDERS = 32 };

struct census_counts {
    int64_t time; /* when the count was finished; 0: none was yet */
    uint64_t devices, conditions[CONDITIONS], standings[STANDINGS]; /* those that have told an id */
    uint64_t nameless;                /* senders without an id that may be trackers */
    uint64_t strangers;               /* senders that are no trackers */
    uint64_t identified;              /* devices whose protocol is known */
    uint64_t misplaced;               /* of them, those at a wrong port or over the wrong transport */
    uint64_t located;                 /* devices that have told a place */
    int64_t oldest;                   /* when the one came whose last place is the oldest; 0: none has one */
    uint32_t unknown;                 /* devices that Traccar does not know */
    uint32_t waiting;                 /* devices that wait for their fix */
    char waiting_advice[WORDING_MAX]; /* for one of them */
    struct endpoint senders[CENSUS_SENDERS]; /* where devices send from, but for this machine itself */
    size_t sender_count;
    struct census_point points[GUIDE_POINTS];
};

struct census;

/* board is borrowed. NULL when memory is out; census_free takes NULL, and is called before the board is freed. */
struct census *census_new(const struct board *board);
void census_free(struct census *census);

/* Goes on counting, for less than a millisecond or two. Call each second. */
void census_tick(struct census *census, int64_t now);

/* The last count; a new one where there are so few that it costs next to nothing. */
const struct census_counts *census_counts(struct census *census, int64_t now);

/* Counts all there is, however long it takes. For who asks once. */
const struct census_counts *census_count_all(struct census *census, int64_t now);

#endif
