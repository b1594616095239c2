/* SPDX-License-Identifier: Apache-2.0 */
/* The checked reader's searching and text parts. Used by everything that reads network bytes. */
#include "base/cursor.h"

static bool is_digit(uint8_t byte)
{
    return byte >= '0' && byte <= '9';
}

static int hex_value(uint8_t byte)
{
    if (is_digit(byte))
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

bool cursor_find(struct cursor c, uint8_t byte, size_t *offset)
{
    if (c.left == 0)
        return false;
    const uint8_t *found = memchr(c.at, byte, c.left);
    if (!found)
        return false;
    *offset = (size_t)(found - c.at);
    return true;
}

bool cursor_find_text(struct cursor c, const char *literal, size_t *offset)
{
    size_t length = strlen(literal);
    struct cursor rest = c;
    size_t skipped;
    while (length > 0 && cursor_find(rest, (uint8_t)literal[0], &skipped)) {
        if (!cursor_skip(&rest, skipped))
            return false;
        if (rest.left < length)
            return false;
        if (memcmp(rest.at, literal, length) == 0) {
            *offset = (size_t)(rest.at - c.at);
            return true;
        }
        if (!cursor_skip(&rest, 1))
            return false;
    }
    return false;
}

bool cursor_until(struct cursor *c, uint8_t byte, struct cursor *field)
{
    size_t n;
    return cursor_find(*c, byte, &n) && cursor_take(c, n, field) && cursor_skip(c, 1);
}

bool cursor_field(struct cursor *c, uint8_t separator, struct cursor *field)
{
    if (c->left == 0)
        return false;
    return cursor_until(c, separator, field) || cursor_take(c, c->left, field);
}

bool cursor_digits(struct cursor *c, size_t min, size_t max, struct cursor *field)
{
    size_t n = 0;
    while (n < max && n < c->left && is_digit(c->at[n]))
        n++;
    return n >= min && cursor_take(c, n, field);
}

size_t cursor_count_digits(struct cursor c)
{
    size_t n = 0;
    while (n < c.left && is_digit(c.at[n]))
        n++;
    return n;
}

size_t cursor_count_hex(struct cursor c)
{
    size_t n = 0;
    while (n < c.left && hex_value(c.at[n]) >= 0)
        n++;
    return n;
}

bool cursor_is_text(struct cursor c)
{
    for (size_t i = 0; i < c.left; i++) {
        uint8_t byte = c.at[i];
        if ((byte < 0x20 && byte != '\r' && byte != '\n' && byte != '\t') || byte >= 0x7f)
            return false;
    }
    return true;
}

static bool is_blank(uint8_t byte)
{
    return byte == ' ' || byte == '\t' || byte == '\r' || byte == '\n';
}

struct cursor cursor_trim(struct cursor c)
{
    while (c.left > 0 && is_blank(c.at[0])) {
        c.at++;
        c.left--;
    }
    while (c.left > 0 && is_blank(c.at[c.left - 1]))
        c.left--;
    return c;
}

bool cursor_number(struct cursor field, uint64_t *out)
{
    uint64_t value = 0;
    if (field.left == 0)
        return false;
    for (size_t i = 0; i < field.left; i++) {
        if (!is_digit(field.at[i]))
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
        if (!is_digit(field.at[i]))
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
