/* SPDX-License-Identifier: Apache-2.0 */
/* What one message tells: filled by a protocol's `read`, and the helpers that fill it. */
#ifndef BASE_READING_H
#define BASE_READING_H

#include "base/calendar.h"
#include "base/cursor.h"
#include "base/text.h"
#include "base/unescape.h"
#

/* What a message says of the place. Ordered: a higher one is better. */
enum location {
    LOCATION_UNKNOWN, /* cannot be told */
    LOCATION_NONE,    /* this kind of message carries none: login, heartbeat, cells or Wi-Fi only */
    LOCATION_INVALID, /* it carries one and says that there is no fix */
    LOCATION_VALID
};

enum { DEVICE_MAX = 64, MARKS_MAX = 96, MARK_VALUE = 48 };

/* Where a field stands in the message, and what it says. */
struct mark {
    const char *name; /* static */
    size_t offset, length;
    char value
        [MARK_VALUE]; /* in words ("47.510000", "fix: yes", "2026-02-01 08:09:10"), printable; "" where there are none */
    bool is_wrong; /* a check value that does not fit the bytes */
};

struct marks {
    struct mark list[MARKS_MAX];
    size_t count;
};

struct reading {
    const char *type; /* static: "login", "heartbeat", "position", "alarm", "status", "cells", "reply", ... */
    char device[DEVICE_MAX]; /* the unique id as Traccar shows it, "" when the message tells none */
    enum location location;
    bool has_coordinates, has_time;
    double lat, lon;         /* decimal degrees */
    int64_t time;            /* fix time, Unix seconds */
    bool proven;             /* the full grammar fitted: what match took for LIKELY is CERTAIN */
    struct cursor message;   /* what is read: marks count from its first byte */
    struct cursor raw, copy; /* a part of the message, and the same unescaped, where it is read from a copy */
    const struct escape *escape;
    struct marks *marks; /* NULL: nobody wants to know; then marking costs nothing */
};

/* Makes a reading ready for `read`. marks may be NULL. */
void reading_start(struct reading *reading, struct cursor message, struct marks *marks);

/* `raw`, a part of the message, is read from an unescaped copy: marks inside the copy are put where they stand in the message. */
void reading_unescaped(struct reading *reading, struct cursor raw, struct cursor copy,
                       const struct escape *escape);

/* Notes where a field stands (inside the message's bytes or its copy; anything else, and what is marked already, is ignored).
 * Its value is the text that stands there, where it is text. Nobody asked for marks: costs nothing. */
void reading_mark(struct reading *reading, const char *name, struct cursor field);
/* The same with a value in words. */
void reading_mark_value(struct reading *reading, const char *name, struct cursor field, const char *format,
                        ...) PRINTF_LIKE(4, 5);
void reading_mark_number(struct reading *reading, const char *name, struct cursor field, uint64_t number);
void reading_mark_time(struct reading *reading, struct cursor field, int64_t seconds);
void reading_mark_fix(struct reading *reading, struct cursor field, bool is_valid);
/* Latitude and longitude where they stand apart. */
void reading_mark_place(struct reading *reading, struct cursor lat_field, double lat, struct cursor lon_field,
                        double lon);
/* A check value: right, or what it should be. */
void reading_mark_check(struct reading *reading, struct cursor field, bool is_right, uint64_t right);

/* Sets the device id: from text (escaped, cut), or from digits of a number. */
void reading_device(struct reading *reading, struct cursor text);
void reading_device_number(struct reading *reading, uint64_t number, unsigned min_digits);

/* The device id from binary coded decimals, marked: without the first `skip` nibbles, then `digits` of them (0: all that
 * are left). Nibbles that are no decimals stand as hex digits. */
void reading_device_bcd(struct reading *reading, struct cursor bytes, size_t skip, size_t digits);
/* The same without leading zeros (one digit is left). */
void reading_device_bcd_stripped(struct reading *reading, struct cursor bytes);

/* The message carries no location of this or any kind. Keeps a better one. */
void reading_no_location(struct reading *reading);

/* One position of the message. The best is kept: valid over invalid, of equals the newest (one without a time counts as
 * newest of all: it means now). Coordinates out of range make it LOCATION_INVALID without coordinates; without a fix 0,0 is no place. */
struct fix {
    bool valid;
    double lat, lon;
    bool has_time;
    int64_t time;
};
void reading_fix(struct reading *reading, const struct fix *fix);

/* Are they degrees on earth? Protocols without a head tell coordinates from other numbers by it. */
static inline bool fix_is_on_earth(const struct fix *fix)
{
    return fix->lat >= -90 && fix->lat <= 90 && fix->lon >= -180 && fix->lon <= 180;
}

/* The message says that there is no fix, and has no coordinates. Keeps a better one. */
void reading_no_fix(struct reading *reading);

/* Reads date and time digits into Unix seconds; separators are skipped. `order` says what stands where, one letter a
 * pair of digits: y m d h i s, Y for four digits of a year. Stops early when the text ends after the minutes. What goes
 * beyond a calendar is carried (calendar_carry_to_unix). */
MUST_CHECK bool reading_time_of(struct cursor text, const char *order, int64_t *seconds);

/* Date and time in bytes, one for each letter of `order` (y m d h i s as above; Y: two bytes, big endian in binary, four
 * digits in BCD): moves behind them. False: no date, or too few bytes (the cursor moves in the first case, so that fields
 * behind it are found). */
MUST_CHECK bool reading_take_bytes_time(struct cursor *c, const char *order, int64_t *seconds);
MUST_CHECK bool reading_take_bcd_time(struct cursor *c, const char *order, int64_t *seconds);
/* The same where nothing is to be proven by it: what goes beyond a calendar is carried. */
MUST_CHECK bool reading_carry_bcd_time(struct cursor *c, const char *order, int64_t *seconds);

/* Everything the standard groups say (base/text.h): device, position, time; marks them all. With lat and lon a fix is
 * added: valid says the group `valid`, or `valid_default` where the pattern has none or it took no part. */
void reading_take_groups(struct reading *reading, const struct groups *found, bool valid_default);

/* Only the device and the marks of the standard groups, where a protocol reads the position itself. */
void reading_note_groups(struct reading *reading, const struct groups *found);

/* The fix of the standard groups alone, where a protocol must decide itself; false when there are no coordinates. */
MUST_CHECK bool reading_fix_of(const struct groups *found, struct fix *fix);

#endif
