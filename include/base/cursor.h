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

/* The byte at an offset; 0 behind the end. For what the form has told to be there already: it cannot go astray. */
static inline uint8_t cursor_byte(struct cursor c, size_t offset)
{
    return offset < c.left ? c.at[offset] : 0;
}

/* The n bytes at an offset, or as many of them as there are. */
static inline struct cursor cursor_part(struct cursor c, size_t offset, size_t n)
{
    size_t left = offset < c.left ? c.left - offset : 0;
    return left == 0 ? cursor_of(c.at, 0) : cursor_of(c.at + offset, n < left ? n : left);
}

/* From the start of the first to the end of the second, which stands behind it in the same bytes. */
static inline struct cursor cursor_join(struct cursor first, struct cursor second)
{
    return second.at < first.at ? first : cursor_of(first.at, (size_t)(second.at - first.at) + second.left);
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

/* Integers of 1 to 8 bytes at an offset. */
MUST_CHECK static inline bool cursor_be_at(struct cursor c, size_t offset, size_t width, uint64_t *out)
{
    return cursor_skip(&c, offset) && cursor_be(&c, width, out);
}

MUST_CHECK static inline bool cursor_le_at(struct cursor c, size_t offset, size_t width, uint64_t *out)
{
    return cursor_skip(&c, offset) && cursor_le(&c, width, out);
}

/* A field of 1 to 8 bytes as an unsigned integer; of a longer one its lowest 64 bits, of an empty one 0. */
static inline uint64_t cursor_be_of(struct cursor field)
{
    uint64_t value = 0;
    for (size_t i = 0; i < field.left; i++)
        value = value << 8 | field.at[i];
    return value;
}

static inline uint64_t cursor_le_of(struct cursor field)
{
    uint64_t value = 0;
    for (size_t i = field.left; i > 0; i--)
        value = value << 8 | field.at[i - 1];
    return value;
}

/* IEEE 754 numbers of 4 and 8 bytes. Not-a-number and infinity come as they stand. */
MUST_CHECK bool cursor_be_f32(struct cursor *c, double *out);
MUST_CHECK bool cursor_le_f32(struct cursor *c, double *out);
MUST_CHECK bool cursor_be_f64(struct cursor *c, double *out);
MUST_CHECK bool cursor_le_f64(struct cursor *c, double *out);

/* Two's complement of a raw integer of so many bits (1 to 64; bits above are ignored): what the device meant by
 * a signed field. */
static inline int64_t signed_of(uint64_t raw, unsigned bits)
{
    uint64_t mask = bits >= 64 ? UINT64_MAX : ((uint64_t)1 << bits) - 1;
    raw &= mask;
    return raw <= mask >> 1 ? (int64_t)raw : -(int64_t)(mask - raw) - 1;
}

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

static inline bool cursor_is_digit(uint8_t byte)
{
    return byte >= '0' && byte <= '9';
}

/* Where a byte first stands; false when it does not. */
MUST_CHECK static inline bool cursor_find(struct cursor c, uint8_t byte, size_t *offset)
{
    if (c.left == 0)
        return false;
    const uint8_t *found = memchr(c.at, byte, c.left);
    if (!found)
        return false;
    *offset = (size_t)(found - c.at);
    return true;
}

/* Where a literal, or bytes, first stand; false when they do not, or are none. */
MUST_CHECK bool cursor_find_text(struct cursor c, const char *literal, size_t *offset);
MUST_CHECK bool cursor_find_bytes(struct cursor c, struct cursor wanted, size_t *offset);

/* Takes the field up to a byte, and skips that byte. */
MUST_CHECK static inline bool cursor_until(struct cursor *c, uint8_t byte, struct cursor *field)
{
    size_t n;
    return cursor_find(*c, byte, &n) && cursor_take(c, n, field) && cursor_skip(c, 1);
}

/* Takes the next field of a separated list: up to the separator (skipped) or the end. False only when nothing
 * is left. For the last field of "a,b" the cursor is then at the end. */
MUST_CHECK static inline bool cursor_field(struct cursor *c, uint8_t separator, struct cursor *field)
{
    if (c->left == 0)
        return false;
    return cursor_until(c, separator, field) || cursor_take(c, c->left, field);
}

/* Takes as many ASCII digits as stand there, at least min, at most max. */
MUST_CHECK static inline bool cursor_digits(struct cursor *c, size_t min, size_t max, struct cursor *field)
{
    size_t n = 0;
    while (n < max && n < c->left && cursor_is_digit(c->at[n]))
        n++;
    return n >= min && cursor_take(c, n, field);
}

/* How many ASCII digits stand at the start. */
static inline size_t cursor_count_digits(struct cursor c)
{
    size_t n = 0;
    while (n < c.left && cursor_is_digit(c.at[n]))
        n++;
    return n;
}

/* How many hex digits stand at the start. */
size_t cursor_count_hex(struct cursor c);

/* Is every byte a printable ASCII character, CR, LF or TAB? */
bool cursor_is_text(struct cursor c);

/* Without blanks (space, tab, CR, LF) at both ends. */
struct cursor cursor_trim(struct cursor c);

/* The same, and without NULs: texts in fields of a fixed size. */
struct cursor cursor_trim_nul(struct cursor c);

/* The whole field as an unsigned decimal or hexadecimal number; false when it is empty, holds anything else, or
 * does not fit. */
MUST_CHECK bool cursor_number(struct cursor field, uint64_t *out);
MUST_CHECK bool cursor_hex(struct cursor field, uint64_t *out);

/* The whole field as a decimal fraction: [+-]digits[.digits]; no exponent, no locale. */
MUST_CHECK bool cursor_decimal(struct cursor field, double *out);

/* Copies a field as a C string, escaped where it is not printable ASCII; cut at the size. */
void cursor_copy_text(struct cursor field, char *out, size_t size);

#endif
