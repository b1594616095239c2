/* SPDX-License-Identifier: Apache-2.0 */
/* Coordinates and checksums in the manner of NMEA 0183, which most text protocols borrow. */
#ifndef BASE_NMEA_H
#define BASE_NMEA_H

#include "base/cursor.h"

/* "ddmm.mmmm" or "dddmm.mmmm" (the two digits before the point are minutes; the point may be missing, then the
 * number is degrees and whole minutes) in degrees. False when it is no such number or over 180. */
MUST_CHECK bool nmea_degrees(struct cursor field, double *degrees);

/* "ddmm" (`degree_digits` for the degrees, two for the minutes) and any number of decimals of the minute behind, with or
 * without a point; a sign may stand before. False when it is no such number or over 180. */
MUST_CHECK bool nmea_packed(struct cursor field, unsigned degree_digits, double *degrees);

/* The same without its point, as a number: (d)ddmmmmmm, the last six digits are minutes and their ten-thousandths. */
double nmea_degrees_of(uint64_t number);

/* Four bytes of binary coded decimals: the highest bit set is south or west, then dddmm.mmm without its point. False when
 * they are none, or over 180. */
MUST_CHECK bool nmea_bcd(struct cursor field, double *degrees);

/* A hemisphere letter: -1 for S and W, +1 for N, E and anything else (devices leave it out). */
static inline int nmea_sign(struct cursor letter)
{
    return letter.left == 1 &&
                   (letter.at[0] == 'S' || letter.at[0] == 'W' || letter.at[0] == 's' || letter.at[0] == 'w')
               ? -1
               : 1;
}

enum nmea_check { NMEA_NONE, NMEA_WRONG, NMEA_RIGHT };

/* Tests the "*hh" behind a sentence: XOR of the bytes before the '*' (the caller starts the cursor behind the
 * '$'). NMEA_NONE when there is no '*' with two hex digits. */
enum nmea_check nmea_checksum(struct cursor sentence);

#endif
