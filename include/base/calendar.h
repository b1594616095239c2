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

/* The same as servers do it for what devices send: a month, day or hour beyond the last goes on into the next ("061830" is
 * the 30th of June 2007). False for a month or day 0, which no clock has that was ever set. */
MUST_CHECK bool calendar_carry_to_unix(const struct calendar *calendar, int64_t *seconds);

/* The calendar date of Unix seconds (years 0-9999; outside: the year is cut). */
struct calendar calendar_from_unix(int64_t seconds);

/* A year of two digits as devices mean it: 2000-2099. */
static inline unsigned calendar_year(unsigned two_digits)
{
    return two_digits + 2000;
}

/* When devices begin to count, in Unix seconds. Leap seconds, which GPS time does not have, are not in them. */
static const int64_t EPOCH_1980 = 315964800; /* GPS: 6 January */
static const int64_t EPOCH_2000 = 946684800; /* these and the following: 1 January */
static const int64_t EPOCH_2002 = 1009843200;
static const int64_t EPOCH_2008 = 1199145600;
static const int64_t EPOCH_2009 = 1230768000;
static const int64_t EPOCH_2010 = 1262304000;
static const int64_t EPOCH_2013 = 1356998400;

/* Is it a moment that a tracker may tell (2005 to 2037)? Protocols without a head tell dates from other numbers by it. */
static inline bool calendar_is_recent(int64_t seconds)
{
    return seconds >= 1104537600 && seconds <= INT32_MAX;
}

/* "2026-01-31T09:08:07Z" (21 bytes with the NUL); micros < 0: without fraction, else six digits (28 bytes). */
enum { CALENDAR_TEXT = 32 };
void calendar_write(int64_t seconds, int32_t micros, char out[static CALENDAR_TEXT]);

/* ISO 8601: yyyy-mm-dd, T or blank, hh:mm[:ss[.fraction]], then nothing, Z or an offset +hh:mm / +hhmm / +hh. */
MUST_CHECK bool calendar_read_iso(struct cursor text, int64_t *seconds);

#endif
