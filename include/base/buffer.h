/* SPDX-License-Identifier: Apache-2.0 */
/* A bounded byte buffer to build answers and lines in. It borrows its memory; writing past the end sets `full`
 * and writes nothing more, so that the caller checks once at the end. */
#ifndef BASE_BUFFER_H
#define BASE_BUFFER_H

#include "base/cursor.h"

enum { BUFFER_PARTS = 16 };

struct buffer {
    uint8_t *bytes; /* borrowed */
    size_t length, capacity;
    bool full;                              /* something did not fit */
    size_t part_count, parts[BUFFER_PARTS]; /* where answers of several datagrams are cut */
};

static inline struct buffer buffer_on(void *memory, size_t capacity)
{
    return (struct buffer){ .bytes = memory, .capacity = capacity };
}

void buffer_put(struct buffer *b, const void *bytes, size_t length);
void buffer_put_cursor(struct buffer *b, struct cursor bytes);
void buffer_put_text(struct buffer *b, const char *text);
void buffer_put_u8(struct buffer *b, unsigned value);
void buffer_put_be(struct buffer *b, size_t bytes, uint64_t value);
void buffer_put_le(struct buffer *b, size_t bytes, uint64_t value);
/* Lower-case HEX of the bytes. */
void buffer_put_hex(struct buffer *b, struct cursor bytes);
/* The same with XX for each byte whose place in hidden is not 0. hidden may be NULL. */
void buffer_put_hex_hidden(struct buffer *b, struct cursor bytes, const uint8_t *hidden);
void buffer_printf(struct buffer *b, const char *format, ...) PRINTF_LIKE(2, 3);

/* Over datagrams what is written from here on is a datagram of its own. Beyond the last part that can be kept it goes out
 * with what stands before it. */
void buffer_part(struct buffer *b);

/* What was written so far. */
static inline struct cursor buffer_cursor(const struct buffer *b)
{
    return cursor_of(b->bytes, b->length);
}

#endif
