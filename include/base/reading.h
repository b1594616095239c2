/* SPDX-License-Identifier: Apache-2.0 */
/* What one message tells: filled by a protocol's `read`, and the helpers that fill it. */
#ifndef BASE_READING_H
#define BASE_READING_H

#include "base/calendar.h"
#include "base/cursor.h"
#include "base/text.h"

/* What a message says of the place. Ordered: a higher one is better. */
enum location {
    LOCATION_UNKNOWN, /* cannot be told */
    LOCATION_NONE,    /* this kind of message carries none: login, heartbeat, cells or Wi-Fi only */
    LOCATION_INVALID, /* it carries one and says that there is no fix */
    LOCATION_VALID
};

enum { DEVICE_MAX = 64, MARKS_MAX = 96 };

/* Where a field stands in the message. */
struct mark {
    const char *name; /* static */
    size_t offset, length;
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
    double lat, lon;       /* decimal degrees */
    int64_t time;          /* fix time, Unix seconds */
    bool proven;           /* the full grammar fitted: what match took for LIKELY is CERTAIN */
    struct cursor message; /* what is read: marks count from its first byte */
    struct marks *marks;   /* NULL: nobody wants to know; then marking costs nothing */
};

/* Makes a reading ready for `read`. marks may be NULL. */
void reading_start(struct reading *reading, struct cursor message, struct marks *marks);

/* Notes where a field stands (inside the message's bytes; anything else, and what is marked already, is ignored). */
void reading_mark(struct reading *reading, const char *name, struct cursor field);

/* Sets the device id: from text (escaped, cut), or from digits of a number. */
void reading_device(struct reading *reading, struct cursor text);
void reading_device_number(struct reading *reading, uint64_t number, unsigned min_digits);

/* The message carries no location of this or any kind. Keeps a better one. */
void reading_no_location(struct reading *reading);

/* One position of the message. The best is kept: valid over invalid, of equals the newest (one without a time counts as
 * newest of all: it means now). Coordinates out of range make it LOCATION_INVALID without coordinates. */
struct fix {
    bool valid;
    double lat, lon;
    bool has_time;
    int64_t time;
};
void reading_fix(struct reading *reading, const struct fix *fix);

/* Reads date and time digits into Unix seconds; separators are skipped. `order` says what stands where, one letter a
 * pair of digits: y m d h i s, Y for four digits of a year. Stops early when the text ends after the minutes. */
MUST_CHECK bool reading_time_of(struct cursor text, const char *order, int64_t *seconds);

/* Six bytes yy mm dd hh mm ss, plain binary or BCD; moves behind them. False: no date, or too few bytes (the cursor
 * moves in the first case, so that fields behind it are found). */
MUST_CHECK bool reading_take_time(struct cursor *c, bool bcd, int64_t *seconds);

/* Everything the standard groups say (base/text.h): device, position, time; marks them all. With lat and lon a fix is
 * added: valid says the group `valid`, or `valid_default` where the pattern has none or it took no part. */
void reading_take_groups(struct reading *reading, const struct groups *found, bool valid_default);

/* Only the device and the marks of the standard groups, where a protocol reads the position itself. */
void reading_note_groups(struct reading *reading, const struct groups *found);

/* The fix of the standard groups alone, where a protocol must decide itself; false when there are no coordinates. */
MUST_CHECK bool reading_fix_of(const struct groups *found, struct fix *fix);

#endif
