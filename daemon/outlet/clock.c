/* SPDX-License-Identifier: Apache-2.0 */
/* Writes times of lines. Called for every line: the second's text is kept. */
#include "outlet/clock.h"

#include <time.h>

enum { SECOND = 1000000, MICRO_DIGITS = 6, MILLI_DIGITS = 3, DATE_TEXT = 11 /* "2026-01-31 " */ };

static int64_t second_of(int64_t micros)
{
    return micros >= 0 ? micros / SECOND : -((-micros + SECOND - 1) / SECOND);
}

/* The first `count` of the six digits behind the point. */
static void put_fraction(struct buffer *out, int64_t micros, size_t count)
{
    char digits[1 + MICRO_DIGITS] = ".";
    for (int i = MICRO_DIGITS; i > 0; i--) {
        digits[i] = (char)('0' + micros % 10);
        micros /= 10;
    }
    buffer_put(out, digits, 1 + count);
}

/* The text of this second. */
static const char *text_of(struct clock_text *clock, int64_t second)
{
    time_t when = (time_t)second;
    struct tm parts;
    if (second == clock->second && clock->text[0])
        return clock->text;
    clock->second = second;
    if (!(clock->is_utc ? gmtime_r(&when, &parts) : localtime_r(&when, &parts)) ||
        strftime(clock->text, sizeof(clock->text), "%Y-%m-%d %H:%M:%S", &parts) == 0)
        strcpy(clock->text, "0000-00-00 00:00:00");
    return clock->text;
}

void clock_put(struct clock_text *clock, struct buffer *out, int64_t micros)
{
    int64_t second = second_of(micros);
    buffer_put_text(out, text_of(clock, second));
    put_fraction(out, micros - second * SECOND, MICRO_DIGITS);
}

static void put_clock(struct stamp *stamp, struct buffer *out, int64_t micros, enum stamp_length length)
{
    int64_t second = second_of(micros);
    stamp->clock.is_utc = stamp->form == STAMP_UTC;
    const char *text = text_of(&stamp->clock, second);
    buffer_put_text(out, length == STAMP_WHOLE ? text : text + DATE_TEXT);
    if (length != STAMP_SECONDS)
        put_fraction(out, micros - second * SECOND, length == STAMP_WHOLE ? MICRO_DIGITS : MILLI_DIGITS);
    if (stamp->form == STAMP_UTC)
        buffer_put_u8(out, 'Z');
}

void stamp_put(struct stamp *stamp, struct buffer *out, int64_t micros, enum stamp_length length)
{
    int64_t shown = micros, second;
    switch (stamp->form) {
    case STAMP_LOCAL:
    case STAMP_UTC:
        put_clock(stamp, out, micros, length);
        break;
    case STAMP_DELTA:
        shown = stamp->last == 0 ? 0 : micros - stamp->last;
        stamp->last = micros;
        buffer_put_u8(out, shown < 0 ? '-' : '+');
        shown = shown < 0 ? -shown : shown;
        /* fall through */
    case STAMP_EPOCH:
        second = second_of(shown);
        buffer_printf(out, "%lld", (long long)second);
        put_fraction(out, shown - second * SECOND, length == STAMP_WHOLE ? MICRO_DIGITS : MILLI_DIGITS);
        break;
    default:
        return;
    }
    buffer_put_u8(out, ' ');
}
