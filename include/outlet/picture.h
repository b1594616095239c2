/* SPDX-License-Identifier: Apache-2.0 */
/* What a full screen shows, as cells: drawn into without a terminal, so that tests see it, and put on one by who has it. Every
 * character is one column wide: what comes from others is ASCII here, whatever it was, so that nothing can shift a column. */
#ifndef OUTLET_PICTURE_H
#define OUTLET_PICTURE_H

#include "base/buffer.h"
#include "outlet/style.h"

/* How a cell looks, beside its meaning: flags, to be joined. */
enum look {
    LOOK_PLAIN = 0,
    LOOK_TITLE = 1,    /* heads, names of keys */
    LOOK_SELECTED = 2, /* the row that keys are about */
    LOOK_FOLLOWED = 4,
    LOOK_OLD = 8,    /* what is shown is not true any more */
    LOOK_ALERT = 16, /* must be seen from across the room */
};

struct picture_cell {
    uint16_t character; /* 0: blank */
    uint8_t meaning, look;
};

/* Starts as { 0 }. */
struct picture {
    unsigned columns, rows;
    bool is_ascii;              /* no other characters can be shown */
    struct picture_cell *cells; /* owned */
};

/* Of this size, and blank. False: memory is out, it is as it was. */
MUST_CHECK bool picture_start(struct picture *picture, unsigned columns, unsigned rows);
void picture_free(struct picture *picture);

/* A text from a column on, of `most` columns at most; what lies outside is cut off. Returns the columns used. */
unsigned picture_put(struct picture *picture, unsigned row, unsigned column, unsigned most,
                     enum meaning meaning, unsigned look, const char *text);

/* The same for text with the colours of outlet/style.h in it. */
unsigned picture_put_styled(struct picture *picture, unsigned row, unsigned column, unsigned most,
                            struct cursor text);

/* Adds a look to cells that are there. */
void picture_add_look(struct picture *picture, unsigned row, unsigned column, unsigned count, unsigned look);

/* All rows as text, blanks at their ends left out. */
void picture_write(const struct picture *picture, struct buffer *out);

#endif
