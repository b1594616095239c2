/* SPDX-License-Identifier: Apache-2.0 */
/* Times at the start of lines. Used by events and hexlog. */
#ifndef OUTLET_CLOCK_H
#define OUTLET_CLOCK_H

#include "base/buffer.h"

/* "2026-01-31 09:08:07.123456" in local time, 26 characters; the date part is kept between calls. Starts as { 0 }. */
struct clock_text {
    int64_t second;
    char text[20];
    bool is_utc; /* set at the start: not the local time */
};
void clock_put(struct clock_text *clock, struct buffer *out, int64_t micros);

/* What stands before a line: a time, local or UTC; seconds since 1970; seconds since the line before; or nothing. */
enum stamp_form { STAMP_LOCAL, STAMP_UTC, STAMP_EPOCH, STAMP_DELTA, STAMP_NONE };
/* With date and microseconds; with milliseconds and no date; or with seconds. */
enum stamp_length { STAMP_WHOLE, STAMP_MILLIS, STAMP_SECONDS };

/* Starts as { .form = … }. */
struct stamp {
    enum stamp_form form;
    int64_t last; /* time of the line before; 0: none yet */
    struct clock_text clock;
};

/* The stamp and a blank behind it; nothing at all for STAMP_NONE. */
void stamp_put(struct stamp *stamp, struct buffer *out, int64_t micros, enum stamp_length length);

#endif
