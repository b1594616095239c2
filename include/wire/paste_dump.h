/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Dumps: rows of an offset and what stands there, as tcpdump, Wireshark, xxd, hexdump and od write them in any of their forms.
 * The offsets tell how many bytes a row has, and so where the text beside them begins. Part of paste.
 */
#ifndef WIRE_PASTE_DUMP_H
#define WIRE_PASTE_DUMP_H

#include "base/cursor.h"

/* A row, as far as its front tells. */
struct dump_row {
    struct cursor offset; /* its digits */
    struct cursor rest;   /* what stands behind them, blanks included */
    bool has_prefix;      /* 0x */
    bool has_colon;
    bool is_framed; /* the offset stands in a box or in brackets */
    bool is_end;    /* nothing stands behind the offset */
    bool is_out;    /* marked as what the server sent */
    size_t indent;
};

/* Does the line look like a row of a dump? */
MUST_CHECK bool paste_dump_row(struct cursor line, struct dump_row *row);
/* Is the row the first of a dump, with the offset 0? Where nothing else marks it as one, it has to be set off from its bytes. */
bool paste_dump_is_first(const struct dump_row *row);
/* Is the line a row of a dump although it may be read as HEX? */
bool paste_dump_is_marked(struct cursor line);
/* Does the row follow the other in one dump? */
bool paste_dump_is_next(const struct dump_row *before, const struct dump_row *row);

/* "*": the row before, again and again, up to the next one. */
bool paste_dump_is_repeat(struct cursor line);

/* The ways in which rows can be read, numbered from 0; `rows` are all lines of one dump. Returns how many bytes there are; 0: the
 * rows contradict this way. *source is "tcpdump", "xxd", … The bytes go to out, at most size; *lost: how many
 * behind them had no room. */
enum { PASTE_DUMP_FORMS = 14 };
size_t paste_dump_read(struct cursor rows, unsigned form, uint8_t *out, size_t size, size_t *lost,
                       const char **source);

#endif
