/* SPDX-License-Identifier: Apache-2.0 */
/* Calendar arithmetic in UTC (days from civil, after Howard Hinnant's public-domain algorithms). */
#include "base/calendar.h"

#include <stdio.h>

static int64_t days_from_civil(int64_t year, unsigned month, unsigned day)
{
    year -= month <= 2;
    int64_t era = (year >= 0 ? year : year - 399) / 400;
    unsigned year_of_era = (unsigned)(year - era * 400);
    unsigned day_of_year = (153 * (month > 2 ? month - 3 : month + 9) + 2) / 5 + day - 1;
    unsigned day_of_era = year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + day_of_year;
    return era * 146097 + (int64_t)day_of_era - 719468;
}

bool calendar_to_unix(const struct calendar *c, int64_t *seconds)
{
    static const unsigned char lengths[12] = { 31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31 };
    if (c->year > 9999 || c->month < 1 || c->month > 12 || c->day < 1 || c->hour > 23 || c->minute > 59 ||
        c->second > 60)
        return false;
    bool leap = (c->year % 4 == 0 && c->year % 100 != 0) || c->year % 400 == 0;
    unsigned length = lengths[c->month - 1] + (c->month == 2 && leap ? 1u : 0u);
    if (c->day > length)
        return false;
    *seconds = days_from_civil((int64_t)c->year, c->month, c->day) * 86400 + (int64_t)c->hour * 3600 +
               (int64_t)c->minute * 60 + (int64_t)c->second;
    return true;
}

bool calendar_carry_to_unix(const struct calendar *c, int64_t *seconds)
{
    enum { MOST = 99 };
    if (c->month < 1 || c->day < 1 || c->month > MOST || c->day > MOST || c->hour > MOST ||
        c->minute > MOST || c->second > MOST)
        return false;
    struct calendar first = { .year = c->year + (c->month - 1) / 12,
                              .month = (c->month - 1) % 12 + 1,
                              .day = 1 };
    if (!calendar_to_unix(&first, seconds))
        return false;
    *seconds += (int64_t)(c->day - 1) * 86400 + (int64_t)c->hour * 3600 + (int64_t)c->minute * 60 +
                (int64_t)c->second;
    return true;
}

struct calendar calendar_from_unix(int64_t seconds)
{
    int64_t days = seconds / 86400;
    int64_t rest = seconds % 86400;
    if (rest < 0) {
        rest += 86400;
        days--;
    }
    days += 719468;
    int64_t era = (days >= 0 ? days : days - 146096) / 146097;
    unsigned day_of_era = (unsigned)(days - era * 146097);
    unsigned year_of_era = (day_of_era - day_of_era / 1460 + day_of_era / 36524 - day_of_era / 146096) / 365;
    unsigned day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    unsigned shifted = (5 * day_of_year + 2) / 153;
    unsigned month = shifted < 10 ? shifted + 3 : shifted - 9;
    int64_t year = (int64_t)year_of_era + era * 400 + (month <= 2);
    if (year < 0)
        year = 0;
    if (year > 9999)
        year = 9999;
    return (struct calendar){ .year = (unsigned)year,
                              .month = month,
                              .day = day_of_year - (153 * shifted + 2) / 5 + 1,
                              .hour = (unsigned)(rest / 3600),
                              .minute = (unsigned)(rest / 60 % 60),
                              .second = (unsigned)(rest % 60) };
}

static char *put_digits(char *out, unsigned value, unsigned width)
{
    for (unsigned i = width; i > 0; i--) {
        out[i - 1] = (char)('0' + value % 10);
        value /= 10;
    }
    return out + width;
}

void calendar_write(int64_t seconds, int32_t micros, char out[static CALENDAR_TEXT])
{
    struct calendar c = calendar_from_unix(seconds);
    char *at = put_digits(out, c.year, 4);
    *at++ = '-';
    at = put_digits(at, c.month, 2);
    *at++ = '-';
    at = put_digits(at, c.day, 2);
    *at++ = 'T';
    at = put_digits(at, c.hour, 2);
    *at++ = ':';
    at = put_digits(at, c.minute, 2);
    *at++ = ':';
    at = put_digits(at, c.second, 2);
    if (micros >= 0) {
        *at++ = '.';
        at = put_digits(at, (unsigned)micros, 6);
    }
    *at++ = 'Z';
    *at = '\0';
}

static bool take_part(struct cursor *c, size_t width, unsigned *out)
{
    struct cursor field;
    uint64_t value;
    if (!cursor_digits(c, width, width, &field) || !cursor_number(field, &value))
        return false;
    *out = (unsigned)value;
    return true;
}

static bool take_byte(struct cursor *c, const char *any_of)
{
    return c->left > 0 && c->at[0] != 0 && strchr(any_of, c->at[0]) && cursor_skip(c, 1);
}

/* "Z", "+02:00", "-0330", "+02" or nothing; minutes east of UTC */
static bool take_offset(struct cursor *c, int *minutes)
{
    *minutes = 0;
    if (c->left == 0 || take_byte(c, "Zz"))
        return c->left == 0;
    int sign = c->at[0] == '-' ? -1 : 1;
    unsigned hours, rest = 0;
    if (!take_byte(c, "+- ") || !take_part(c, 2, &hours))
        return false;
    if (c->left > 0 && ((void)take_byte(c, ":"), !take_part(c, 2, &rest)))
        return false;
    *minutes = sign * (int)(hours * 60 + rest);
    return c->left == 0 && hours < 24 && rest < 60;
}

bool calendar_read_iso(struct cursor text, int64_t *seconds)
{
    struct calendar c = { 0 };
    int offset;
    if (!take_part(&text, 4, &c.year) || !take_byte(&text, "-") || !take_part(&text, 2, &c.month) ||
        !take_byte(&text, "-") || !take_part(&text, 2, &c.day) || !take_byte(&text, "Tt +") ||
        !take_part(&text, 2, &c.hour) || !take_byte(&text, ":") || !take_part(&text, 2, &c.minute))
        return false;
    if (take_byte(&text, ":")) {
        struct cursor fraction;
        if (!take_part(&text, 2, &c.second) ||
            (take_byte(&text, ".,") && !cursor_digits(&text, 1, 9, &fraction)))
            return false;
    }
    int64_t local;
    if (!take_offset(&text, &offset) || !calendar_to_unix(&c, &local))
        return false;
    *seconds = local - (int64_t)offset * 60;
    return true;
}
