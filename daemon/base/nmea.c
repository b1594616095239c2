/* SPDX-License-Identifier: Apache-2.0 */
/* NMEA coordinates and checksums. Used by the text protocols. */
#include "base/nmea.h"

#include <math.h>

#include "base/bcd.h"
#include "base/checksum.h"

bool nmea_degrees(struct cursor field, double *degrees)
{
    double number;
    if (field.left == 0 || field.at[0] == '-' || field.at[0] == '+' || !cursor_decimal(field, &number))
        return false;
    double whole = floor(number / 100);
    double value = whole + (number - whole * 100) / 60;
    if (number >= 100000 || value > 180)
        return false;
    *degrees = value;
    return true;
}

bool nmea_packed(struct cursor field, unsigned degree_digits, double *degrees)
{
    bool is_negative = field.left > 0 && field.at[0] == '-';
    struct cursor whole, minutes, decimals;
    uint64_t whole_number, minute_number;
    double value, scale = 1;
    if (field.left > 0 && (field.at[0] == '-' || field.at[0] == '+') && !cursor_skip(&field, 1))
        return false;
    if (!cursor_take(&field, degree_digits, &whole) || !cursor_number(whole, &whole_number) ||
        !cursor_take(&field, 2, &minutes) || !cursor_number(minutes, &minute_number))
        return false;
    if (field.left > 0 && field.at[0] == '.' && !cursor_skip(&field, 1))
        return false;
    value = (double)minute_number;
    for (decimals = field; decimals.left > 0; decimals = cursor_of(decimals.at + 1, decimals.left - 1)) {
        if (decimals.at[0] < '0' || decimals.at[0] > '9')
            return false;
        scale /= 10;
        value += (decimals.at[0] - '0') * scale;
    }
    value = (double)whole_number + value / 60;
    if (value > 180)
        return false;
    *degrees = is_negative ? -value : value;
    return true;
}

double nmea_degrees_of(uint64_t number)
{
    uint64_t whole = number / 1000000;
    return (double)whole + (double)(number % 1000000) / 10000 / 60;
}

bool nmea_bcd(struct cursor field, double *degrees)
{
    uint8_t digits[4];
    uint64_t number;
    if (field.left != sizeof(digits))
        return false;
    memcpy(digits, field.at, sizeof(digits));
    bool is_negative = (digits[0] & 0x80) != 0;
    digits[0] &= 0x7f;
    if (!bcd_number(cursor_of(digits, sizeof(digits)), &number))
        return false;
    double value = nmea_degrees_of(number * 10);
    if (value > 180)
        return false;
    *degrees = is_negative ? -value : value;
    return true;
}

enum nmea_check nmea_checksum(struct cursor sentence)
{
    size_t star;
    struct cursor digits;
    uint64_t told;
    if (!cursor_find(sentence, '*', &star) || !cursor_slice(sentence, star + 1, 2, &digits) ||
        !cursor_hex(digits, &told))
        return NMEA_NONE;
    return sum_xor(cursor_of(sentence.at, star)) == told ? NMEA_RIGHT : NMEA_WRONG;
}
