/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Byte stuffing: what stands for a delimiter inside a frame, undone and done.
 *
 *   static const struct escape escape = { .pairs = { ESCAPE("\x7d\x01", "\x7d"), ESCAPE("\x7d\x02", "\x7e") } };
 *   static const struct escape escape = { .mark = 0x10, .minus = 0x20, .escaped = "\x01\x04\x10\x11\x13" };
 *
 * The delimiters themselves may be in the bytes or not: they are not touched unless they begin an escape.
 */
#ifndef BASE_UNESCAPE_H
#define BASE_UNESCAPE_H

#include "base/buffer.h"

struct escape_pair {
    const char *raw, *plain; /* plain: 1 or 2 bytes */
    uint8_t raw_length, plain_length;
};

/* Two literals: how it is sent, and what it means. */
#define ESCAPE(as_sent, meaning)                                                 \
    {                                                                            \
        .raw = (as_sent), .plain = (meaning), .raw_length = sizeof(as_sent) - 1, \
        .plain_length = sizeof(meaning) - 1                                      \
    }

struct escape {
    struct escape_pair pairs[8]; /* up to the first without raw */
    /* or: the byte behind the mark, less `minus`, then XOR `xor_with`; in use when one of the two is not 0 */
    uint8_t mark, minus, xor_with;
    const char *escaped; /* what escape_put escapes with the mark (none of them NUL) */
};

/* The bytes without their escapes: the raw bytes themselves when nothing is escaped, else a copy in the memory, cut
 * where that is full. An escape that is none, or is cut off, stands for itself. */
struct cursor unescape(struct cursor raw, const struct escape *escape, uint8_t *memory, size_t size);

/* Where byte `plain` of the unescaped bytes stands in the raw ones: where its escape begins. The raw length when there
 * are not so many. */
size_t unescape_offset(struct cursor raw, const struct escape *escape, size_t plain);

/* Appends the bytes escaped, for answers. */
void escape_put(struct buffer *reply, const struct escape *escape, struct cursor plain);

#endif
