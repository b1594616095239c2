/* SPDX-License-Identifier: Apache-2.0 */
/* Calendar dates and Unix time, UTC, without the C library's locale and time zone. */
#ifndef BASE_CALENDAR_H
#define BASE_CALENDAR_H

#include "base/cursor.h"

struct calendar {
    unsigned year; /* four digits */
    unsigned month, day, hour, minute, second;
};

/* Unix seconds; false when it is no date or time of day (second 60 is taken, as GPS units send it). */
MUST_CHECK bool calendar_to_unix(const struct calendar *calendar, int64_t *seconds);

/* The calendar date of Unix seconds (years 0-9999; outside: the year is cut). */
struct calendar calendar_from_unix(int64_t seconds);

/* A year of two digits as devices mean it: 2000-2099. */
static inline unsigned calendar_year(unsigned two_digits)
{
    return two_digits + 2000;
}

/* "2026-01-31T09:08:07Z" (21 bytes with the NUL); micros < 0: without fraction, else six digits (28 bytes). */
enum { CALENDAR_TEXT = 32 };
void calendar_write(int64_t seconds, int32_t micros, char out[static CALENDAR_TEXT]);

/* ISO 8601: yyyy-mm-dd, T or blank, hh:mm[:ss[.fraction]], then nothing, Z or an offset +hh:mm / +hhmm / +hh. */
MUST_CHECK bool calendar_read_iso(struct cursor text, int64_t *seconds);

#endif
