/* SPDX-License-Identifier: Apache-2.0 */
/* The checked reader's searching and text parts. Used by everything that reads network bytes. */
#include "base/cursor.h"

static double single_of(uint32_t raw)
{
    float value;
    memcpy(&value, &raw, sizeof(value));
    return (double)value;
}

static double double_of(uint64_t raw)
{
    double value;
    memcpy(&value, &raw, sizeof(value));
    return value;
}

bool cursor_be_f32(struct cursor *c, double *out)
{
    uint32_t raw;
    if (!cursor_be32(c, &raw))
        return false;
    *out = single_of(raw);
    return true;
}

bool cursor_be_f64(struct cursor *c, double *out)
{
    uint64_t raw;
    if (!cursor_be64(c, &raw))
        return false;
    *out = double_of(raw);
    return true;
}

bool cursor_le_f32(struct cursor *c, double *out)
{
    uint32_t raw;
    if (!cursor_le32(c, &raw))
        return false;
    *out = single_of(raw);
    return true;
}

bool cursor_le_f64(struct cursor *c, double *out)
{
    uint64_t raw;
    if (!cursor_le64(c, &raw))
        return false;
    *out = double_of(raw);
    return true;
}

static int hex_value(uint8_t byte)
{
    if (cursor_is_digit(byte))
        return byte - '0';
    byte |= 0x20;
    return byte >= 'a' && byte <= 'f' ? byte - 'a' + 10 : -1;
}

bool cursor_is_one_of(struct cursor c, const char *words)
{
    struct cursor rest = cursor_of_text(words), one;
    while (cursor_field(&rest, ' ', &one)) {
        if (one.left == c.left && cursor_starts(c, (const char *)one.at, one.left))
            return true;
    }
    return false;
}

bool cursor_find_bytes(struct cursor c, struct cursor wanted, size_t *offset)
{
    enum { TRIES = 16 };
    if (wanted.left == 0 || c.left < wanted.left)
        return false;
    size_t before = wanted.left - 1, at = 0;
    /* the last byte of what is looked for (a line feed, say) is mostly rare, and to look for one byte is a tenth of the work; where it
     * is not rare memmem is faster */
    for (int i = 0; i < TRIES; i++, at++) {
        const uint8_t *last = memchr(c.at + at + before, wanted.at[before], c.left - at - before);
        if (!last)
            return false;
        at = (size_t)(last - c.at) - before;
        if (memcmp(c.at + at, wanted.at, before) == 0) {
            *offset = at;
            return true;
        }
        if (c.left - at == wanted.left)
            return false;
    }
    const uint8_t *found = memmem(c.at + at, c.left - at, wanted.at, wanted.left);
    if (!found)
        return false;
    *offset = (size_t)(found - c.at);
    return true;
}

bool cursor_find_text(struct cursor c, const char *literal, size_t *offset)
{
    return cursor_find_bytes(c, cursor_of_text(literal), offset);
}

size_t cursor_count_hex(struct cursor c)
{
    size_t n = 0;
    while (n < c.left && hex_value(c.at[n]) >= 0)
        n++;
    return n;
}

/* Eight bytes that are all printable: none below 0x20, none from 0x7f on. */
static bool is_printable(uint64_t eight)
{
    const uint64_t ones = UINT64_C(0x0101010101010101), tops = ones << 7;
    /* the top bit of a byte is set if it is 0x80 or more, or becomes it when one is added (0x7f), or borrows from it (below 0x20;
     * what borrows from its neighbour has been found itself) */
    return ((eight | (eight + ones) | (eight - 0x20 * ones)) & tops) == 0;
}

bool cursor_is_text(struct cursor c)
{
    for (size_t i = 0; i < c.left; i++) {
        uint64_t eight;
        uint8_t byte = c.at[i];
        if (c.left - i >= sizeof(eight)) {
            memcpy(&eight, c.at + i, sizeof(eight));
            if (is_printable(eight)) {
                i += sizeof(eight) - 1;
                continue;
            }
        }
        if ((byte < 0x20 && byte != '\r' && byte != '\n' && byte != '\t') || byte >= 0x7f)
            return false;
    }
    return true;
}

static bool is_blank(uint8_t byte)
{
    return byte == ' ' || byte == '\t' || byte == '\r' || byte == '\n';
}

static bool is_blank_or_nul(uint8_t byte)
{
    return byte == 0 || is_blank(byte);
}

static struct cursor trim(struct cursor c, bool (*is_dropped)(uint8_t byte))
{
    while (c.left > 0 && is_dropped(c.at[0])) {
        c.at++;
        c.left--;
    }
    while (c.left > 0 && is_dropped(c.at[c.left - 1]))
        c.left--;
    return c;
}

struct cursor cursor_trim(struct cursor c)
{
    return trim(c, is_blank);
}

struct cursor cursor_trim_nul(struct cursor c)
{
    return trim(c, is_blank_or_nul);
}

bool cursor_number(struct cursor field, uint64_t *out)
{
    uint64_t value = 0;
    if (field.left == 0)
        return false;
    for (size_t i = 0; i < field.left; i++) {
        if (!cursor_is_digit(field.at[i]))
            return false;
        uint64_t digit = (uint64_t)(field.at[i] - '0');
        if (value > (UINT64_MAX - digit) / 10)
            return false;
        value = value * 10 + digit;
    }
    *out = value;
    return true;
}

bool cursor_hex(struct cursor field, uint64_t *out)
{
    uint64_t value = 0;
    if (field.left == 0)
        return false;
    for (size_t i = 0; i < field.left; i++) {
        int digit = hex_value(field.at[i]);
        if (digit < 0 || value > UINT64_MAX >> 4)
            return false;
        value = value << 4 | (uint64_t)digit;
    }
    *out = value;
    return true;
}

bool cursor_decimal(struct cursor field, double *out)
{
    bool negative = false;
    if (field.left > 0 && (field.at[0] == '-' || field.at[0] == '+')) {
        negative = field.at[0] == '-';
        field.at++;
        field.left--;
    }
    /* 18 digits are exact in 64 bits; what a device sends beyond them says nothing */
    uint64_t digits = 0;
    double scale = 1;
    bool point = false;
    size_t count = 0;
    for (size_t i = 0; i < field.left; i++) {
        if (field.at[i] == '.' && !point) {
            point = true;
            continue;
        }
        if (!cursor_is_digit(field.at[i]))
            return false;
        if (count >= 18) {
            if (!point)
                return false;
            continue;
        }
        digits = digits * 10 + (uint64_t)(field.at[i] - '0');
        count++;
        if (point)
            scale *= 10;
    }
    if (count == 0)
        return false;
    double value = (double)digits / scale;
    *out = negative ? -value : value;
    return true;
}

void cursor_copy_text(struct cursor field, char *out, size_t size)
{
    static const char digits[] = "0123456789abcdef";
    size_t n = 0;
    if (size == 0)
        return;
    for (size_t i = 0; i < field.left; i++) {
        uint8_t byte = field.at[i];
        if (byte >= 0x20 && byte < 0x7f && byte != '\\') {
            if (n + 1 >= size)
                break;
            out[n++] = (char)byte;
        } else {
            if (n + 4 >= size)
                break;
            out[n++] = '\\';
            out[n++] = 'x';
            out[n++] = digits[byte >> 4];
            out[n++] = digits[byte & 15];
        }
    }
    out[n] = '\0';
}
