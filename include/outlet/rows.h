/* SPDX-License-Identifier: Apache-2.0 */
/* JSON rows by key, kept in the order in which they last changed: who is new reads them from the oldest on, at its own pace,
 * while they go on changing, and has caught up at the end. Part of changes. */
#ifndef OUTLET_ROWS_H
#define OUTLET_ROWS_H

#include "base/table.h"

struct row {
    uint64_t key;
    uint64_t matter, count, rate; /* what its text was made from, for who compares */
    int64_t told;                 /* when; 0: it has no text yet */
    uint32_t round;               /* in which it was last seen, for who walks */
    /* the rest is the rows' own */
    TAILQ_ENTRY(row) order;
    uint64_t number; /* of its last change */
    size_t length;
    char *text; /* owned */
};

struct rows;

/* At most so many. gone is told the key of a row that goes for any reason but rows_free. NULL when memory is out; rows_free takes
 * NULL, and is called when nobody reads any more. */
struct rows *rows_new(size_t capacity, void (*gone)(void *context, uint64_t key), void *context);
void rows_free(struct rows *rows);

/* The row of a key, a new one without text where there was none. NULL: there is no room for
 * another, or no memory. */
struct row *rows_of(struct rows *rows, uint64_t key);

/* The row changed: it has this text from now on, and stands last. False: memory is out, nothing is changed. */
MUST_CHECK bool rows_tell(struct rows *rows, struct row *row, struct cursor text);

/* Those that were not seen in this round go. */
void rows_drop_unseen(struct rows *rows, uint32_t round);

/* With text or without. */
size_t rows_count(const struct rows *rows);

/* Where somebody reads. Owned by who reads, and ended before its memory goes, and before the rows. */
struct rows_place {
    LIST_ENTRY(rows_place) link; /* the rows', as the next ones are */
    struct row *next;
    uint64_t last;
    bool is_linked;
    bool is_whole; /* something of what there was at the start is still to come */
};

void rows_start(struct rows *rows, struct rows_place *place);
/* The next row, valid until one changes; false: it has caught up, and the place is ended. */
MUST_CHECK bool rows_next(struct rows_place *place, struct cursor *text);
void rows_end(struct rows_place *place);

#endif
