/* SPDX-License-Identifier: Apache-2.0 */
/* NMEA coordinates and checksums. Used by the text protocols. */
#include "base/nmea.h"

#include <math.h>

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

double nmea_degrees_of(uint64_t number)
{
    uint64_t whole = number / 1000000;
    return (double)whole + (double)(number % 1000000) / 10000 / 60;
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
