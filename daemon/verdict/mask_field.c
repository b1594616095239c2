/* SPDX-License-Identifier: Apache-2.0 */
/* Ids and degrees as they stand in bytes: text, decimals, numbers of both byte orders. That a guess was right the caller finds out
 * by reading the message again. Called by mask_message. */
#include "verdict/mask_field.h"

#include <ctype.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { DIGITS = 160, LEAST = 4 };

/* ---- numbers of bytes ---- */

static uint64_t get_number(const uint8_t *field, size_t length, bool is_little)
{
    uint64_t number = 0;
    for (size_t i = 0; i < length; i++)
        number = number << 8 | field[is_little ? length - 1 - i : i];
    return number;
}

static bool put_number(uint8_t *field, size_t length, bool is_little, uint64_t number)
{
    if (length < 8 && number >> (8 * length) != 0)
        return false;
    for (size_t i = 0; i < length; i++) {
        field[is_little ? i : length - 1 - i] = (uint8_t)number;
        number >>= 8;
    }
    return true;
}

/* ---- digits of four bits ---- */

static char nibble_at(const uint8_t *field, size_t index, bool is_swapped)
{
    static const char digits[] = "0123456789abcdef";
    bool is_high = (index % 2 == 0) != is_swapped;
    return digits[is_high ? field[index / 2] >> 4 : field[index / 2] & 15];
}

static void put_nibble(uint8_t *field, size_t index, bool is_swapped, char digit)
{
    bool is_high = (index % 2 == 0) != is_swapped;
    uint8_t value =
        (uint8_t)(isdigit((unsigned char)digit) ? digit - '0' : tolower((unsigned char)digit) - 'a' + 10);
    uint8_t *at = &field[index / 2];
    *at = (uint8_t)(is_high ? (*at & 0x0f) | value << 4 : (*at & 0xf0) | value);
}

static bool write_nibbles(const uint8_t *field, size_t length, bool is_swapped, char out[static DIGITS])
{
    if (2 * length >= DIGITS)
        return false;
    for (size_t i = 0; i < 2 * length; i++)
        out[i] = nibble_at(field, i, is_swapped);
    out[2 * length] = '\0';
    return true;
}

static bool replace_nibbles(uint8_t *field, size_t length, bool is_swapped, const char *old,
                            const char *other)
{
    char digits[DIGITS];
    if (strspn(other, "0123456789abcdefABCDEF") != strlen(other) || strlen(old) != strlen(other) || !old[0] ||
        !write_nibbles(field, length, is_swapped, digits))
        return false;
    char *found = strstr(digits, old);
    if (!found)
        return false;
    for (size_t i = 0; other[i]; i++)
        put_nibble(field, (size_t)(found - digits) + i, is_swapped, other[i]);
    return true;
}

/* ---- text ---- */

static bool replace_text(uint8_t *field, size_t length, const char *old, const char *other)
{
    size_t size = strlen(old);
    if (size == 0 || size > length || strlen(other) != size)
        return false;
    uint8_t *found = memmem(field, length, old, size);
    if (!found)
        return false;
    memcpy(found, other, size);
    return true;
}

/* A whole field of HEX digits that is a number. */
static bool read_hex_text(const uint8_t *field, size_t length, uint64_t *number)
{
    *number = 0;
    if (length == 0 || length > 16)
        return false;
    for (size_t i = 0; i < length; i++) {
        if (!isxdigit(field[i]))
            return false;
        *number =
            *number << 4 | (uint64_t)(isdigit(field[i]) ? field[i] - '0' : tolower(field[i]) - 'a' + 10);
    }
    return true;
}

static bool put_hex_text(uint8_t *field, size_t length, uint64_t number)
{
    bool is_upper = false;
    char text[24];
    for (size_t i = 0; i < length; i++)
        is_upper = is_upper || isupper(field[i]);
    int written =
        snprintf(text, sizeof(text), is_upper ? "%0*llX" : "%0*llx", (int)length, (unsigned long long)number);
    if (written != (int)length)
        return false;
    memcpy(field, text, length);
    return true;
}

/* ---- ids ---- */

static bool read_decimal(const char *text, uint64_t *number)
{
    char *end;
    if (!isdigit((unsigned char)text[0]) || strlen(text) > 19)
        return false;
    *number = strtoull(text, &end, 10);
    return *end == '\0';
}

static bool replace_number(uint8_t *field, size_t length, bool is_little, const char *old, const char *other)
{
    uint64_t before, after;
    return length <= 8 && read_decimal(old, &before) && read_decimal(other, &after) &&
           get_number(field, length, is_little) == before && put_number(field, length, is_little, after);
}

static bool replace_hex_text(uint8_t *field, size_t length, const char *old, const char *other)
{
    uint64_t before, after, here;
    return read_decimal(old, &before) && read_decimal(other, &after) && read_hex_text(field, length, &here) &&
           here == before && put_hex_text(field, length, after);
}

static const char *without_zeros(const char *id)
{
    while (id[0] == '0' && id[1])
        id++;
    return id;
}

static bool replace_id(unsigned way, uint8_t *field, size_t length, const char *old, const char *other)
{
    switch (way) {
    case 0:
        return replace_text(field, length, old, other);
    case 1:
    case 2:
        return replace_nibbles(field, length, way == 2, old, other);
    case 3:
    case 4:
        return replace_number(field, length, way == 4, old, other);
    default:
        return replace_hex_text(field, length, old, other);
    }
}

bool mask_field_id(unsigned way, uint8_t *field, size_t length, const char *old, const char *other)
{
    enum { PLAIN = 6 };
    char old_part[DIGITS], other_part[DIGITS];
    if (strlen(old) >= DIGITS || strlen(other) != strlen(old))
        return false;
    if (way < PLAIN)
        return replace_id(way, field, length, without_zeros(old), other + (without_zeros(old) - old));
    /* the check digit is not sent, but reckoned by who reads */
    strcpy(old_part, without_zeros(old));
    strcpy(other_part, other + (without_zeros(old) - old));
    size_t size = strlen(old_part);
    if (size < LEAST + 1)
        return false;
    old_part[size - 1] = other_part[size - 1] = '\0';
    return replace_id(way - PLAIN, field, length, old_part, other_part);
}

/* Its digits as one number of bytes, without zeros before it, in either order. */
static void hide_number(const uint8_t *bytes, size_t length, const char *digits, uint8_t *hidden)
{
    enum { NARROWEST = 2 };
    uint64_t number;
    size_t size = 0;
    if (!read_decimal(digits, &number))
        return;
    for (uint64_t rest = number; rest > 0; rest >>= 8)
        size++;
    for (size_t i = 0; size >= NARROWEST && i + size <= length; i++) {
        if (get_number(bytes + i, size, false) == number || get_number(bytes + i, size, true) == number)
            memset(hidden + i, 1, size);
    }
}

void mask_field_hide_id(const uint8_t *bytes, size_t length, const char *id, uint8_t *hidden)
{
    size_t size = strlen(id);
    bool is_hex = strspn(id, "0123456789abcdefABCDEF") == size;
    if (size < LEAST)
        return;
    hide_number(bytes, length, id, hidden);
    if (size < DIGITS) { /* the check digit is often not sent */
        char unchecked[DIGITS];
        memcpy(unchecked, id, size - 1);
        unchecked[size - 1] = '\0';
        hide_number(bytes, length, unchecked, hidden);
    }
    for (size_t i = 0; size <= length && i <= length - size; i++) {
        if (memcmp(bytes + i, id, size) == 0)
            memset(hidden + i, 1, size);
    }
    /* HEX digits of text: two a character, of either case */
    for (size_t i = 0; 2 * size <= length && i <= length - 2 * size; i++) {
        size_t same = 0;
        char pair[3];
        while (same < size && snprintf(pair, sizeof(pair), "%02x", (unsigned char)id[same]) == 2 &&
               tolower(bytes[i + 2 * same]) == pair[0] && tolower(bytes[i + 2 * same + 1]) == pair[1])
            same++;
        if (same == size)
            memset(hidden + i, 1, 2 * size);
    }
    for (int is_swapped = 0; is_hex && is_swapped < 2; is_swapped++) {
        for (size_t i = 0; size <= 2 * length && i <= 2 * length - size; i++) {
            size_t same = 0;
            while (same < size && nibble_at(bytes, i + same, is_swapped) == tolower((unsigned char)id[same]))
                same++;
            if (same == size)
                memset(hidden + i / 2, 1, (i + size - 1) / 2 - i / 2 + 1);
        }
    }
}

/* ---- degrees ---- */

/* A number that is so many times the degrees. */
static bool scale(double number, double old, double other, double *scaled)
{
    if (fabs(old) < 0.001 || number == 0 || (old < 0) != (other < 0))
        return false;
    *scaled = nearbyint(number / old * other);
    return true;
}

static bool degrees_number(uint8_t *field, size_t length, bool is_little, double old, double other)
{
    if (length < 2 || length > 8)
        return false;
    uint64_t raw = get_number(field, length, is_little);
    unsigned unused = (unsigned)(64 - 8 * length);
    int64_t number = (int64_t)(raw << unused) >> unused;
    double scaled;
    if (!scale((double)number, number < 0 ? -fabs(old) : fabs(old), number < 0 ? -fabs(other) : fabs(other),
               &scaled) ||
        fabs(scaled) >= ldexp(1, (int)(8 * length) - 1))
        return false;
    return put_number(field, length, is_little, (uint64_t)(int64_t)scaled << unused >> unused);
}

static bool degrees_float(uint8_t *field, size_t length, bool is_little, double other)
{
    float single = (float)other;
    uint32_t bits;
    uint64_t wide;
    memcpy(&bits, &single, sizeof(bits));
    memcpy(&wide, &other, sizeof(wide));
    return (length == 4 && put_number(field, 4, is_little, bits)) ||
           (length == 8 && put_number(field, 8, is_little, wide));
}

/* ddmm.mmmm of degrees. */
static double minutes_of(double degrees)
{
    double whole = floor(fabs(degrees));
    return whole * 100 + (fabs(degrees) - whole) * 60;
}

static double degrees_of(double minutes)
{
    double whole = floor(minutes / 100);
    return whole + (minutes - whole * 100) / 60;
}

/* Digits with or without a point, in degrees or in degrees and minutes: which, and with how many digits behind the point, is
 * found out. Written with the same digits. */
static bool degrees_digits(char *digits, double old, double other, bool is_minutes)
{
    char *end, text[DIGITS];
    double number = strtod(digits, &end);
    const char *point = strchr(digits, '.');
    int length = (int)strlen(digits);
    int decimals = point ? length - 1 - (int)(point - digits) : 0;
    if (*end != '\0' || length == 0 || length >= 24 || strspn(digits, "0123456789.") != (size_t)length)
        return false;
    for (int shift = 0; shift <= (point ? 0 : 9); shift++) {
        double here = number / pow(10, shift), degrees = is_minutes ? degrees_of(here) : here;
        double precision = pow(10, -(decimals + shift)) / (is_minutes ? 60 : 1) + 2e-6;
        if (fabs(degrees - fabs(old)) > precision || number == 0)
            continue;
        double after = (is_minutes ? minutes_of(other) : fabs(other)) * pow(10, shift);
        int written = snprintf(text, sizeof(text), "%0*.*f", length, decimals, after);
        if (written != length)
            return false;
        memcpy(digits, text, (size_t)length);
        return true;
    }
    return false;
}

static bool degrees_text(uint8_t *field, size_t length, double old, double other, bool is_minutes)
{
    char digits[DIGITS];
    size_t first = 0, count = 0;
    while (first < length && !isdigit(field[first]))
        first++;
    while (first + count < length && (isdigit(field[first + count]) || field[first + count] == '.'))
        count++;
    if (count == 0 || count >= DIGITS || (old < 0) != (other < 0))
        return false;
    memcpy(digits, field + first, count);
    digits[count] = '\0';
    if (!degrees_digits(digits, old, other, is_minutes))
        return false;
    memcpy(field + first, digits, count);
    return true;
}

static bool degrees_nibbles(uint8_t *field, size_t length, double old, double other, bool is_minutes)
{
    char digits[DIGITS];
    if (length > 8 || !write_nibbles(field, length, false, digits) ||
        strspn(digits, "0123456789") != 2 * length || !degrees_digits(digits, old, other, is_minutes))
        return false;
    for (size_t i = 0; digits[i]; i++)
        put_nibble(field, i, false, digits[i]);
    return true;
}

static bool degrees_hex_text(uint8_t *field, size_t length, double old, double other)
{
    uint64_t number;
    double scaled;
    return read_hex_text(field, length, &number) && number <= INT64_MAX &&
           scale((double)number, fabs(old), fabs(other), &scaled) &&
           put_hex_text(field, length, (uint64_t)scaled);
}

bool mask_field_degrees(unsigned way, uint8_t *field, size_t length, double old, double other)
{
    switch (way) {
    case 0:
    case 1:
        return degrees_text(field, length, old, other, way == 1);
    case 2:
    case 3:
        return degrees_nibbles(field, length, old, other, way == 3);
    case 4:
    case 5:
        return degrees_number(field, length, way == 5, old, other);
    case 6:
    case 7:
        return degrees_float(field, length, way == 7, other);
    case 8:
        return degrees_hex_text(field, length, old, other);
    default:
        return false;
    }
}
