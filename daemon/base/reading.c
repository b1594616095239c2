/* SPDX-License-Identifier: Apache-2.0 */
/* Fills a reading: ids, positions, times, standard groups. Called by the protocols, read by verdict and outlets. */
#include "base/reading.h"

#include <math.h>
#include <stdio.h>

#include "base/bcd.h"
#include "base/nmea.h"

void reading_start(struct reading *reading, struct cursor message, struct marks *marks)
{
    reading->type = "unknown";
    reading->device[0] = '\0';
    reading->location = LOCATION_UNKNOWN;
    reading->has_coordinates = reading->has_time = reading->proven = false;
    reading->lat = reading->lon = 0;
    reading->time = 0;
    reading->message = message;
    reading->marks = marks;
    if (marks)
        marks->count = 0;
}

void reading_mark(struct reading *reading, const char *name, struct cursor field)
{
    struct marks *marks = reading->marks;
    if (!marks || marks->count >= MARKS_MAX || !field.at)
        return;
    /* a field may be a copy that was converted: that has no place in the message */
    uintptr_t start = (uintptr_t)reading->message.at, at = (uintptr_t)field.at;
    size_t length = reading->message.left;
    if (at < start || at - start > length || field.left > length - (at - start))
        return;
    size_t offset = at - start;
    for (size_t i = 0; i < marks->count; i++) {
        if (marks->list[i].offset == offset && marks->list[i].length == field.left)
            return;
    }
    marks->list[marks->count++] = (struct mark){ .name = name, .offset = offset, .length = field.left };
}

void reading_device(struct reading *reading, struct cursor text)
{
    cursor_copy_text(text, reading->device, sizeof(reading->device));
    reading_mark(reading, "device", text);
}

void reading_device_number(struct reading *reading, uint64_t number, unsigned min_digits)
{
    snprintf(reading->device, sizeof(reading->device), "%0*llu", (int)min_digits, (unsigned long long)number);
}

void reading_no_location(struct reading *reading)
{
    if (reading->location < LOCATION_NONE)
        reading->location = LOCATION_NONE;
}

static bool is_newer(const struct reading *reading, const struct fix *fix)
{
    if (!fix->has_time)
        return true;
    return reading->has_time && fix->time >= reading->time;
}

void reading_fix(struct reading *reading, const struct fix *fix)
{
    bool on_earth = isfinite(fix->lat) && isfinite(fix->lon) && fabs(fix->lat) <= 90 && fabs(fix->lon) <= 180;
    enum location location = fix->valid && on_earth ? LOCATION_VALID : LOCATION_INVALID;
    if (location < reading->location || (location == reading->location && !is_newer(reading, fix)))
        return;
    reading->location = location;
    reading->has_coordinates = on_earth;
    reading->lat = on_earth ? fix->lat : 0;
    reading->lon = on_earth ? fix->lon : 0;
    reading->has_time = fix->has_time;
    reading->time = fix->time;
}

/* the next n digits, separators skipped */
static bool next_digits(struct cursor *text, unsigned n, unsigned *out)
{
    unsigned value = 0;
    while (n > 0) {
        uint8_t byte;
        if (!cursor_u8(text, &byte))
            return false;
        if (byte >= '0' && byte <= '9') {
            value = value * 10 + (unsigned)(byte - '0');
            n--;
        } else if (!memchr("-/:. T", byte, 6)) {
            return false;
        }
    }
    *out = value;
    return true;
}

bool reading_time_of(struct cursor text, const char *order, int64_t *seconds)
{
    struct calendar c = { .year = 1970, .month = 1, .day = 1 };
    for (const char *letter = order; *letter; letter++) {
        unsigned value;
        if (!next_digits(&text, *letter == 'Y' ? 4 : 2, &value)) {
            if (text.left == 0 && *letter == 's')
                break;
            return false;
        }
        switch (*letter) {
        case 'Y':
            c.year = value;
            break;
        case 'y':
            c.year = calendar_year(value);
            break;
        case 'm':
            c.month = value;
            break;
        case 'd':
            c.day = value;
            break;
        case 'h':
            c.hour = value;
            break;
        case 'i':
            c.minute = value;
            break;
        default:
            c.second = value;
            break;
        }
    }
    return calendar_to_unix(&c, seconds);
}

bool reading_take_time(struct cursor *c, bool bcd, int64_t *seconds)
{
    unsigned part[6];
    struct cursor bytes;
    if (!cursor_take(c, 6, &bytes))
        return false;
    for (size_t i = 0; i < 6; i++)
        part[i] = bcd ? bcd_byte(bytes.at[i]) : bytes.at[i];
    struct calendar date = { calendar_year(part[0]), part[1], part[2], part[3], part[4], part[5] };
    return part[0] < 100 && calendar_to_unix(&date, seconds);
}

static bool has(const struct groups *found, enum group group)
{
    return found->standard[group].at && found->standard[group].left > 0;
}

static size_t count_of_digits(struct cursor text)
{
    size_t n = 0;
    for (size_t i = 0; i < text.left; i++)
        n += text.at[i] >= '0' && text.at[i] <= '9';
    return n;
}

static bool time_of_groups(const struct groups *found, int64_t *seconds)
{
    const struct cursor *standard = found->standard;
    uint64_t number;
    if (has(found, GROUP_UNIX)) {
        if (!cursor_number(standard[GROUP_UNIX], &number) || number > INT64_MAX)
            return false;
        *seconds = (int64_t)(number > 100000000000u ? number / 1000 : number);
        return true;
    }
    if (has(found, GROUP_YMDHMS))
        return reading_time_of(standard[GROUP_YMDHMS],
                               count_of_digits(standard[GROUP_YMDHMS]) >= 14 ? "Ymdhis" : "ymdhis", seconds);
    if (has(found, GROUP_DMYHMS))
        return reading_time_of(standard[GROUP_DMYHMS],
                               count_of_digits(standard[GROUP_DMYHMS]) >= 14 ? "dmYhis" : "dmyhis", seconds);
    if (!has(found, GROUP_HMS))
        return false;
    int64_t date, clock;
    if (has(found, GROUP_DMY)) {
        if (!reading_time_of(standard[GROUP_DMY], count_of_digits(standard[GROUP_DMY]) >= 8 ? "dmY" : "dmy",
                             &date))
            return false;
    } else if (!has(found, GROUP_YMD) ||
               !reading_time_of(standard[GROUP_YMD],
                                count_of_digits(standard[GROUP_YMD]) >= 8 ? "Ymd" : "ymd", &date)) {
        return false;
    }
    if (!reading_time_of(standard[GROUP_HMS], "his", &clock))
        return false;
    *seconds = date + clock;
    return true;
}

static bool coordinate(const struct groups *found, enum group minutes, enum group degrees, enum group letter,
                       double *out)
{
    double value;
    if (has(found, minutes)) {
        if (!nmea_degrees(found->standard[minutes], &value))
            return false;
    } else if (!has(found, degrees) || !cursor_decimal(found->standard[degrees], &value)) {
        return false;
    }
    int sign = has(found, letter) ? nmea_sign(found->standard[letter]) : 1;
    *out = sign * value;
    return true;
}

bool reading_fix_of(const struct groups *found, struct fix *fix)
{
    *fix = (struct fix){ 0 };
    if (!coordinate(found, GROUP_LAT, GROUP_LATD, GROUP_NS, &fix->lat) ||
        !coordinate(found, GROUP_LON, GROUP_LOND, GROUP_EW, &fix->lon))
        return false;
    fix->has_time = time_of_groups(found, &fix->time);
    struct cursor valid = found->standard[GROUP_VALID];
    fix->valid = valid.left == 1 && (valid.at[0] == 'A' || valid.at[0] == 'a' || valid.at[0] == '1');
    return true;
}

void reading_note_groups(struct reading *reading, const struct groups *found)
{
    if (has(found, GROUP_ID))
        reading_device(reading, found->standard[GROUP_ID]);
    if (!reading->marks)
        return;
    for (size_t group = GROUP_VALID; group < GROUP_COUNT; group++) {
        if (has(found, (enum group)group))
            reading_mark(reading, group_name((enum group)group), found->standard[group]);
    }
}

void reading_take_groups(struct reading *reading, const struct groups *found, bool valid_default)
{
    struct fix fix;
    reading_note_groups(reading, found);
    if (!reading_fix_of(found, &fix))
        return;
    if (!has(found, GROUP_VALID))
        fix.valid = valid_default;
    reading_fix(reading, &fix);
}
