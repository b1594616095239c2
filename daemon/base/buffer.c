/* SPDX-License-Identifier: Apache-2.0 */
/* The bounded byte buffer. Used by the protocols' answers and by the outlets' lines. */
#include "base/buffer.h"

#include <stdarg.h>
#include <stdio.h>

#include "base/hex.h"

static bool reserve(struct buffer *b, size_t length)
{
    if (b->full || length > b->capacity - b->length) {
        b->full = true;
        return false;
    }
    return true;
}

void buffer_put(struct buffer *b, const void *bytes, size_t length)
{
    if (!reserve(b, length) || length == 0)
        return;
    memcpy(b->bytes + b->length, bytes, length);
    b->length += length;
}

void buffer_put_cursor(struct buffer *b, struct cursor bytes)
{
    buffer_put(b, bytes.at, bytes.left);
}

void buffer_put_text(struct buffer *b, const char *text)
{
    buffer_put(b, text, strlen(text));
}

void buffer_put_u8(struct buffer *b, unsigned value)
{
    if (reserve(b, 1))
        b->bytes[b->length++] = (uint8_t)value;
}

void buffer_put_be(struct buffer *b, size_t bytes, uint64_t value)
{
    for (size_t i = bytes; i > 0; i--)
        buffer_put_u8(b, (unsigned)(value >> 8 * (i - 1) & 0xff));
}

void buffer_put_le(struct buffer *b, size_t bytes, uint64_t value)
{
    for (size_t i = 0; i < bytes; i++)
        buffer_put_u8(b, (unsigned)(value >> 8 * i & 0xff));
}

void buffer_put_hex(struct buffer *b, struct cursor bytes)
{
    if (bytes.left > SIZE_MAX / 2 || !reserve(b, 2 * bytes.left)) {
        b->full = true;
        return;
    }
    hex_write(bytes, (char *)b->bytes + b->length);
    b->length += 2 * bytes.left;
}

void buffer_put_hex_hidden(struct buffer *b, struct cursor bytes, const uint8_t *hidden)
{
    size_t start = b->length;
    buffer_put_hex(b, bytes);
    if (!hidden || b->full)
        return;
    for (size_t i = 0; i < bytes.left; i++) {
        if (hidden[i])
            memset(b->bytes + start + 2 * i, 'X', 2);
    }
}

void buffer_printf(struct buffer *b, const char *format, ...)
{
    if (b->full)
        return;
    va_list arguments;
    va_start(arguments, format);
    size_t room = b->capacity - b->length;
    int n = vsnprintf(room > 0 ? (char *)b->bytes + b->length : NULL, room, format, arguments);
    va_end(arguments);
    if (n < 0 || (size_t)n >= room)
        b->full = true;
    else
        b->length += (size_t)n;
}

void buffer_part(struct buffer *b)
{
    if (b->part_count < BUFFER_PARTS)
        b->parts[b->part_count++] = b->length;
}
