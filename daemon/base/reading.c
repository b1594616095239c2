/* SPDX-License-Identifier: Apache-2.0 */
/* Fills a reading: ids, positions, times, standard groups. Called by the protocols, read by verdict and outlets. */
#include "base/reading.h"

#include <math.h>
#include <stdarg.h>
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
    reading->raw = reading->copy = (struct cursor){ 0 };
    reading->escape = NULL;
    reading->marks = marks;
    if (marks)
        marks->count = 0;
}

void reading_unescaped(struct reading *reading, struct cursor raw, struct cursor copy,
                       const struct escape *escape)
{
    reading->raw = raw;
    reading->copy = copy;
    reading->escape = escape;
}

/* Where a field of `all` stands in it; false when it is no part of it. */
static bool offset_in(struct cursor all, struct cursor field, size_t *offset)
{
    uintptr_t start = (uintptr_t)all.at, at = (uintptr_t)field.at;
    if (!all.at || at < start || at - start > all.left || field.left > all.left - (at - start))
        return false;
    *offset = at - start;
    return true;
}

/* A new mark where the field stands in the message; NULL when nobody wants it. A field may be a copy that was converted: that
 * has no place in the message. */
static struct mark *new_mark(struct reading *reading, const char *name, struct cursor field)
{
    struct marks *marks = reading->marks;
    size_t offset, length = field.left;
    if (!marks || marks->count >= MARKS_MAX || !field.at)
        return NULL;
    if (reading->copy.at && reading->copy.at != reading->raw.at && offset_in(reading->copy, field, &offset)) {
        size_t start = unescape_offset(reading->raw, reading->escape, offset),
               end = unescape_offset(reading->raw, reading->escape, offset + length);
        field = cursor_of(reading->raw.at + start, end - start);
        length = field.left;
    }
    if (!offset_in(reading->message, field, &offset))
        return NULL;
    for (size_t i = 0; i < marks->count; i++) {
        if (marks->list[i].offset == offset && marks->list[i].length == length)
            return NULL;
    }
    struct mark *mark = &marks->list[marks->count++];
    *mark = (struct mark){ .name = name, .offset = offset, .length = length };
    return mark;
}

void reading_mark(struct reading *reading, const char *name, struct cursor field)
{
    struct mark *mark = new_mark(reading, name, field);
    if (mark && cursor_is_text(field))
        cursor_copy_text(cursor_trim(field), mark->value, sizeof(mark->value));
}

void reading_mark_value(struct reading *reading, const char *name, struct cursor field, const char *format,
                        ...)
{
    struct mark *mark = new_mark(reading, name, field);
    if (!mark)
        return;
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(mark->value, sizeof(mark->value), format, arguments);
    va_end(arguments);
}

void reading_mark_number(struct reading *reading, const char *name, struct cursor field, uint64_t number)
{
    reading_mark_value(reading, name, field, "%llu", (unsigned long long)number);
}

void reading_mark_time(struct reading *reading, struct cursor field, int64_t seconds)
{
    if (!reading->marks)
        return;
    struct calendar c = calendar_from_unix(seconds);
    reading_mark_value(reading, "time", field, "%04u-%02u-%02u %02u:%02u:%02u", c.year, c.month, c.day,
                       c.hour, c.minute, c.second);
}

void reading_mark_fix(struct reading *reading, struct cursor field, bool is_valid)
{
    reading_mark_value(reading, "fix", field, "fix: %s", is_valid ? "yes" : "no");
}

void reading_mark_place(struct reading *reading, struct cursor lat_field, double lat, struct cursor lon_field,
                        double lon)
{
    reading_mark_value(reading, "latitude", lat_field, "%.6f", lat);
    reading_mark_value(reading, "longitude", lon_field, "%.6f", lon);
}

void reading_mark_check(struct reading *reading, struct cursor field, bool is_right, uint64_t right)
{
    struct mark *mark = new_mark(reading, "checksum", field);
    if (!mark)
        return;
    mark->is_wrong = !is_right;
    if (is_right)
        snprintf(mark->value, sizeof(mark->value), "right");
    else
        snprintf(mark->value, sizeof(mark->value), "wrong: %llx would be right", (unsigned long long)right);
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

void reading_device_bcd(struct reading *reading, struct cursor bytes, size_t skip, size_t digits)
{
    char text[DEVICE_MAX];
    bcd_copy_text(bytes, text, sizeof(text));
    struct cursor id = cursor_of_text(text);
    if (!cursor_skip(&id, skip))
        return;
    if (digits > 0 && digits < id.left)
        id.left = digits;
    cursor_copy_text(id, reading->device, sizeof(reading->device));
    reading_mark_value(reading, "device", bytes, "%s", reading->device);
}

void reading_device_bcd_stripped(struct reading *reading, struct cursor bytes)
{
    char text[DEVICE_MAX];
    bcd_copy_text(bytes, text, sizeof(text));
    size_t zeros = strspn(text, "0");
    if (zeros > 0 && text[zeros] == '\0')
        zeros--;
    reading_device_bcd(reading, bytes, zeros, 0);
}

void reading_no_location(struct reading *reading)
{
    if (reading->location < LOCATION_NONE)
        reading->location = LOCATION_NONE;
}

void reading_no_fix(struct reading *reading)
{
    if (reading->location < LOCATION_INVALID)
        reading->location = LOCATION_INVALID;
}

static bool is_newer(const struct reading *reading, const struct fix *fix)
{
    if (!fix->has_time)
        return true;
    return reading->has_time && fix->time >= reading->time;
}

void reading_fix(struct reading *reading, const struct fix *fix)
{
    bool on_earth = fix_is_on_earth(fix);
    enum location location = fix->valid && on_earth ? LOCATION_VALID : LOCATION_INVALID;
    /* a word that there is no fix, without a place, gives way to one that has a place */
    bool is_bare = reading->location == LOCATION_INVALID && !reading->has_coordinates;
    if (location < reading->location ||
        (location == reading->location && !is_bare && !is_newer(reading, fix)))
        return;
    /* zeros without a fix are no place */
    bool is_place = on_earth && (location == LOCATION_VALID || fix->lat != 0 || fix->lon != 0);
    reading->location = location;
    reading->has_coordinates = is_place;
    reading->lat = is_place ? fix->lat : 0;
    reading->lon = is_place ? fix->lon : 0;
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
        } else if (!memchr("-/:,. T", byte, 7)) {
            return false;
        }
    }
    *out = value;
    return true;
}

/* Puts one number where a letter of the order wants it. */
static void put_part(struct calendar *c, char letter, unsigned value)
{
    switch (letter) {
    case 'Y':
        c->year = value;
        break;
    case 'y':
        c->year = calendar_year(value);
        break;
    case 'm':
        c->month = value;
        break;
    case 'd':
        c->day = value;
        break;
    case 'h':
        c->hour = value;
        break;
    case 'i':
        c->minute = value;
        break;
    default:
        c->second = value;
        break;
    }
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
        put_part(&c, *letter, value);
    }
    return calendar_carry_to_unix(&c, seconds);
}

static bool take_time(struct cursor *c, const char *order, bool is_bcd, bool carries, int64_t *seconds)
{
    struct calendar date = { .year = 1970, .month = 1, .day = 1 };
    bool is_date = true;
    struct cursor rest = *c, bytes;
    for (const char *letter = order; *letter; letter++) {
        uint64_t value = 0;
        bool is_year = *letter == 'Y';
        if (!cursor_take(&rest, is_year ? 2 : 1, &bytes))
            return false;
        struct cursor part = bytes;
        is_date = (is_bcd ? bcd_number(bytes, &value) : cursor_be(&part, bytes.left, &value)) && is_date &&
                  (is_year || value < 100);
        put_part(&date, *letter, (unsigned)value);
    }
    *c = rest;
    return is_date && (carries ? calendar_carry_to_unix(&date, seconds) : calendar_to_unix(&date, seconds));
}

bool reading_take_bytes_time(struct cursor *c, const char *order, int64_t *seconds)
{
    return take_time(c, order, false, false, seconds);
}

bool reading_take_bcd_time(struct cursor *c, const char *order, int64_t *seconds)
{
    return take_time(c, order, true, false, seconds);
}

bool reading_carry_bcd_time(struct cursor *c, const char *order, int64_t *seconds)
{
    return take_time(c, order, true, true, seconds);
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

/* ddmm.mmmm or dddmm.mmmm, with or without a sign */
static bool minutes_of(struct cursor field, double *out)
{
    bool is_negative = field.left > 0 && field.at[0] == '-';
    if (field.left > 0 && (field.at[0] == '-' || field.at[0] == '+') && !cursor_skip(&field, 1))
        return false;
    if (!nmea_degrees(field, out))
        return false;
    *out = is_negative ? -*out : *out;
    return true;
}

struct axis {
    enum group minutes, packed, degrees, letter;
    unsigned degree_digits; /* of the packed form */
};
static const struct axis north = { GROUP_LAT, GROUP_LATP, GROUP_LATD, GROUP_NS, 2 };
static const struct axis east = { GROUP_LON, GROUP_LONP, GROUP_LOND, GROUP_EW, 3 };

static bool coordinate(const struct groups *found, const struct axis *axis, double *out)
{
    const struct cursor *standard = found->standard;
    bool is_read = has(found, axis->minutes) ? minutes_of(standard[axis->minutes], out)
                   : has(found, axis->packed)
                       ? nmea_packed(standard[axis->packed], axis->degree_digits, out)
                       : has(found, axis->degrees) && cursor_decimal(standard[axis->degrees], out);
    /* a sign and a letter that both say south or west do not make it north or east */
    if (is_read && has(found, axis->letter) && nmea_sign(standard[axis->letter]) < 0)
        *out = -fabs(*out);
    return is_read;
}

static bool is_zero(struct cursor digits)
{
    for (size_t i = 0; i < digits.left; i++) {
        if (digits.at[i] != '0')
            return false;
    }
    return true;
}

bool reading_fix_of(const struct groups *found, struct fix *fix)
{
    *fix = (struct fix){ 0 };
    fix->has_time = time_of_groups(found, &fix->time);
    struct cursor valid = found->standard[GROUP_VALID], digit = found->standard[GROUP_FIX];
    fix->valid = valid.left == 1 && (valid.at[0] == 'A' || valid.at[0] == 'a' || valid.at[0] == '1');
    if (digit.at && digit.left > 0)
        fix->valid = !is_zero(digit);
    return coordinate(found, &north, &fix->lat) && coordinate(found, &east, &fix->lon);
}

static const char *const titles[GROUP_COUNT] = { "device",     "fix",         "fix",        "latitude",
                                                 "hemisphere", "longitude",   "hemisphere", "latitude",
                                                 "longitude",  "latitude",    "longitude",  "date",
                                                 "date",       "time of day", "time",       "time",
                                                 "time",       "type",        NULL,         NULL };

void reading_note_groups(struct reading *reading, const struct groups *found)
{
    struct fix fix;
    const struct cursor *standard = found->standard;
    if (has(found, GROUP_ID))
        reading_device(reading, standard[GROUP_ID]);
    if (!reading->marks)
        return;
    bool has_place = reading_fix_of(found, &fix);
    for (size_t group = GROUP_VALID; group < GROUP_COUNT; group++) {
        if (!has(found, (enum group)group) || !titles[group])
            continue;
        bool is_lat = group == GROUP_LAT || group == GROUP_LATP || group == GROUP_LATD;
        bool is_lon = group == GROUP_LON || group == GROUP_LONP || group == GROUP_LOND;
        if ((is_lat || is_lon) && has_place)
            reading_mark_value(reading, titles[group], standard[group], "%.6f", is_lat ? fix.lat : fix.lon);
        else if (strcmp(titles[group], "time") == 0 && fix.has_time)
            reading_mark_time(reading, standard[group], fix.time);
        else
            reading_mark(reading, titles[group], standard[group]);
    }
}

void reading_take_groups(struct reading *reading, const struct groups *found, bool valid_default)
{
    struct fix fix;
    bool has_place = reading_fix_of(found, &fix);
    bool has_word = has(found, GROUP_VALID) || has(found, GROUP_FIX);
    if (!has_word)
        fix.valid = valid_default;
    if (has_word)
        reading_mark_fix(reading, found->standard[has(found, GROUP_VALID) ? GROUP_VALID : GROUP_FIX],
                         fix.valid);
    reading_note_groups(reading, found);
    if (has_place)
        reading_fix(reading, &fix);
}
