/* SPDX-License-Identifier: Apache-2.0 */
/* The encoders' parts: one array for texts, one for binaries, and what both use. Only for daemon/demo/. */
#ifndef DEMO_ENCODERS_H
#define DEMO_ENCODERS_H

#include "base/calendar.h"
#include "demo/encoder.h"

extern const struct encoder text_encoders[], binary_encoders[]; /* ended by one without a protocol */

/* "4730.6000": degrees and minutes as NMEA has them, the degrees with so many digits. */
void encode_put_minutes(struct buffer *out, double degrees, int digits);

/* Packed digits, two a byte; one digit too few gets a 0 before it. */
void encode_put_bcd(struct buffer *out, const char *digits);

/* The value in units of 1/scale degree, rounded. */
int64_t encode_scale(double degrees, double scale);

static inline char encode_north_south(const struct telling *telling)
{
    return telling->lat < 0 ? 'S' : 'N';
}

static inline char encode_east_west(const struct telling *telling)
{
    return telling->lon < 0 ? 'W' : 'E';
}

static inline char encode_fix(const struct telling *telling)
{
    return telling->has_fix ? 'A' : 'V';
}

static inline double encode_knots(const struct telling *telling)
{
    return telling->speed / 1.852;
}

#endif
