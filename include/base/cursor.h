/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The checked reader: the only way bytes from the network are read.
 *
 * A cursor borrows bytes; it never owns them. It is passed by value into parsers, so that nobody damages the
 * caller's position. Every read moves only on success; on failure nothing moves and the output is untouched.
 */
#ifndef BASE_CURSOR_H
#define BASE_CURSOR_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include "base/compiler.h"

struct cursor {
    const uint8_t *at; /* next byte; may be NULL only when left is 0 */
    size_t left;       /* bytes that may be read */
};

static inline struct cursor cursor_of(const void *bytes, size_t length)
{
    return (struct cursor){ .at = bytes, .left = length };
}

/* A cursor on a C string without its NUL. */
static inline struct cursor cursor_of_text(const char *text)
{
    return cursor_of(text, strlen(text));
}

/* Skips n bytes. */
MUST_CHECK static inline bool cursor_skip(struct cursor *c, size_t n)
{
    if (n > c->left)
        return false;
    if (n > 0) {
        c->at += n;
        c->left -= n;
    }
    return true;
}

/* Takes the next n bytes as a cursor of their own. */
MUST_CHECK static inline bool cursor_take(struct cursor *c, size_t n, struct cursor *out)
{
    struct cursor start = *c;
    if (!cursor_skip(c, n))
        return false;
    *out = cursor_of(start.at, n);
    return true;
}

/* The n bytes at an offset, without moving. */
MUST_CHECK static inline bool cursor_slice(struct cursor c, size_t offset, size_t n, struct cursor *out)
{
    return cursor_skip(&c, offset) && cursor_take(&c, n, out);
}

/* Integers, big endian (be) or little endian (le). */
MUST_CHECK static inline bool cursor_u8(struct cursor *c, uint8_t *out)
{
    if (c->left < 1)
        return false;
    *out = c->at[0];
    return cursor_skip(c, 1);
}

MUST_CHECK static inline bool cursor_be(struct cursor *c, size_t bytes, uint64_t *out)
{
    if (bytes > c->left || bytes > sizeof(*out))
        return false;
    uint64_t value = 0;
    for (size_t i = 0; i < bytes; i++)
        value = value << 8 | c->at[i];
    *out = value;
    return cursor_skip(c, bytes);
}

MUST_CHECK static inline bool cursor_le(struct cursor *c, size_t bytes, uint64_t *out)
{
    if (bytes > c->left || bytes > sizeof(*out))
        return false;
    uint64_t value = 0;
    for (size_t i = bytes; i > 0; i--)
        value = value << 8 | c->at[i - 1];
    *out = value;
    return cursor_skip(c, bytes);
}

MUST_CHECK static inline bool cursor_be16(struct cursor *c, uint16_t *out)
{
    uint64_t value;
    if (!cursor_be(c, 2, &value))
        return false;
    *out = (uint16_t)value;
    return true;
}

MUST_CHECK static inline bool cursor_le16(struct cursor *c, uint16_t *out)
{
    uint64_t value;
    if (!cursor_le(c, 2, &value))
        return false;
    *out = (uint16_t)value;
    return true;
}

MUST_CHECK static inline bool cursor_be32(struct cursor *c, uint32_t *out)
{
    uint64_t value;
    if (!cursor_be(c, 4, &value))
        return false;
    *out = (uint32_t)value;
    return true;
}

MUST_CHECK static inline bool cursor_le32(struct cursor *c, uint32_t *out)
{
    uint64_t value;
    if (!cursor_le(c, 4, &value))
        return false;
    *out = (uint32_t)value;
    return true;
}

MUST_CHECK static inline bool cursor_be64(struct cursor *c, uint64_t *out)
{
    return cursor_be(c, 8, out);
}

MUST_CHECK static inline bool cursor_le64(struct cursor *c, uint64_t *out)
{
    return cursor_le(c, 8, out);
}

/* Reads at an offset, without moving: for fixed layouts that the fact sheets give as offsets. */
MUST_CHECK static inline bool cursor_u8_at(struct cursor c, size_t offset, uint8_t *out)
{
    return cursor_skip(&c, offset) && cursor_u8(&c, out);
}

MUST_CHECK static inline bool cursor_be16_at(struct cursor c, size_t offset, uint16_t *out)
{
    return cursor_skip(&c, offset) && cursor_be16(&c, out);
}

MUST_CHECK static inline bool cursor_le16_at(struct cursor c, size_t offset, uint16_t *out)
{
    return cursor_skip(&c, offset) && cursor_le16(&c, out);
}

MUST_CHECK static inline bool cursor_be32_at(struct cursor c, size_t offset, uint32_t *out)
{
    return cursor_skip(&c, offset) && cursor_be32(&c, out);
}

/* Two's complement of a raw integer: what the device meant by a signed field. */
static inline int32_t signed32(uint32_t raw)
{
    return raw <= INT32_MAX ? (int32_t)raw : (int32_t)(raw - INT32_MAX - 1) + INT32_MIN;
}

/* Do the bytes start with these (length bytes of a literal)? */
static inline bool cursor_starts(struct cursor c, const char *literal, size_t length)
{
    return c.left >= length && (length == 0 || memcmp(c.at, literal, length) == 0);
}

#define CURSOR_STARTS(c, literal) cursor_starts((c), (literal), sizeof(literal) - 1)

/* Could the bytes still become the literal? True while what is there is a prefix of it. For MORE. */
static inline bool cursor_may_start(struct cursor c, const char *literal, size_t length)
{
    size_t n = c.left < length ? c.left : length;
    return n == 0 || memcmp(c.at, literal, n) == 0;
}

#define CURSOR_MAY_START(c, literal) cursor_may_start((c), (literal), sizeof(literal) - 1)

/* Do the bytes end with the literal? */
static inline bool cursor_ends(struct cursor c, const char *literal, size_t length)
{
    return c.left >= length && (length == 0 || memcmp(c.at + c.left - length, literal, length) == 0);
}

#define CURSOR_ENDS(c, literal) cursor_ends((c), (literal), sizeof(literal) - 1)

/* Are the bytes exactly this text? */
static inline bool cursor_is(struct cursor c, const char *text)
{
    size_t length = strlen(text);
    return c.left == length && cursor_starts(c, text, length);
}

/* Are the bytes exactly one of these words, which single blanks part ("INF VER")? */
bool cursor_is_one_of(struct cursor c, const char *words);

/* Where a byte or a literal first stands; false when it does not. */
MUST_CHECK bool cursor_find(struct cursor c, uint8_t byte, size_t *offset);
MUST_CHECK bool cursor_find_text(struct cursor c, const char *literal, size_t *offset);

/* Takes the field up to a byte, and skips that byte. */
MUST_CHECK bool cursor_until(struct cursor *c, uint8_t byte, struct cursor *field);

/* Takes the next field of a separated list: up to the separator (skipped) or the end. False only when nothing
 * is left. For the last field of "a,b" the cursor is then at the end. */
MUST_CHECK bool cursor_field(struct cursor *c, uint8_t separator, struct cursor *field);

/* Takes as many ASCII digits as stand there, at least min, at most max. */
MUST_CHECK bool cursor_digits(struct cursor *c, size_t min, size_t max, struct cursor *field);

/* How many ASCII digits (or hex digits) stand at the start. */
size_t cursor_count_digits(struct cursor c);
size_t cursor_count_hex(struct cursor c);

/* Is every byte a printable ASCII character, CR, LF or TAB? */
bool cursor_is_text(struct cursor c);

/* Without blanks (space, tab, CR, LF) at both ends. */
struct cursor cursor_trim(struct cursor c);

/* The whole field as an unsigned decimal or hexadecimal number; false when it is empty, holds anything else, or
 * does not fit. */
MUST_CHECK bool cursor_number(struct cursor field, uint64_t *out);
MUST_CHECK bool cursor_hex(struct cursor field, uint64_t *out);

/* The whole field as a decimal fraction: [+-]digits[.digits]; no exponent, no locale. */
MUST_CHECK bool cursor_decimal(struct cursor field, double *out);

/* Copies a field as a C string, escaped where it is not printable ASCII; cut at the size. */
void cursor_copy_text(struct cursor field, char *out, size_t size);

#endif
