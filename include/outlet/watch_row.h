/* SPDX-License-Identifier: Apache-2.0 */
/* One row of the watch view: what of its record lists go by, and how it reads on a line. Part of watch. */
#ifndef OUTLET_WATCH_ROW_H
#define OUTLET_WATCH_ROW_H

#include "outlet/picture.h"
#include "outlet/watch_list.h"

/* What makes it the same object in the next answer; never "". */
void watch_row_key(enum watch_kind kind, struct cursor record, char out[static WATCH_KEY]);

/* Fills all but the record from the record. */
void watch_row_read(enum watch_kind kind, struct watch_row *row);

/* Where a line of a list stands. */
struct watch_line {
    struct picture *picture;
    unsigned row, columns;
    int64_t now; /* µs since 1970, by the clock of who told */
};

/* How many lines a row of the kind has. */
unsigned watch_row_lines(enum watch_kind kind);

/* The titles above the list; none where rows are sentences. */
void watch_row_put_titles(enum watch_kind kind, const struct watch_line *line);
void watch_row_put(enum watch_kind kind, const struct watch_line *line, const struct watch_row *row);

/* "868120145233604", or the sender's address */
const char *watch_row_name(const struct watch_row *row);

#endif
