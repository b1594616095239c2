/* SPDX-License-Identifier: Apache-2.0 */
/* Bytes laid out in rows, text beside HEX, as one conversation is followed: the tracker's at the left, the server's a little to
 * the right. */
#ifndef OUTLET_DUMP_H
#define OUTLET_DUMP_H

#include "base/buffer.h"
#include "base/net.h"
#include "outlet/style.h"

enum { DUMP_ROW = 16, DUMP_LINE = 96 /* bytes that a row takes, at most, without colours */ };

/* One row: the bytes from `offset` on, DUMP_ROW at most. */
void dump_put_row(struct buffer *out, enum direction direction, struct cursor bytes, size_t offset);

/* What both sides said. Starts as { 0 }. */
struct dump_counts {
    uint64_t messages[2], bytes[2]; /* by direction */
    uint64_t turns;                 /* how often the other side began */
    bool has_begun;
    enum direction last;
};
void dump_count(struct dump_counts *counts, enum direction direction, size_t bytes);
/* "< 3 messages, 54 bytes; > 3 answers, 30 bytes; 6 turns" and the end of the line; nothing where nothing was said. */
void dump_put_counts(struct buffer *out, const struct dump_counts *counts);

#endif
