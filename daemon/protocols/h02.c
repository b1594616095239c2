/* SPDX-License-Identifier: Apache-2.0 */
/*
 * h02: Sinotrack ST-90x, H02, TK806 and the many "HQ" clones. Text and binary on one port, TCP and UDP.
 *
 *   text:   *HQ,<id>,<type>,…#     type V1, V2, … position; V0, HTBT heartbeat; NBR, V3 cells; LINK status; SMS reply
 *   binary: 24 | id 5 BCD | hh mm ss dd mm yy BCD | lat 4 BCD ddmm.mmmm | battery | lon 4½ BCD dddmm.mmmm, ½ flags |
 *           speed and course 3 BCD | status 4 …     32, 45 or 48 bytes; 42 with an id of 8 bytes. No checksum.
 *           flags: 2 fix, 4 north, 8 east
 */
#include "base/bcd.h"
#include "base/nmea.h"
#include "protocols/protocol.h"

enum { BINARY = 32, BINARY_WIDE = 45, BINARY_WIDER = 48, BINARY_IMEI = 42, TEXT_MAX = 2048 };

/* "*XX,<digits>,<type>" taken apart. */
struct line {
    struct cursor maker, id, type, rest;
};

static bool open_line(struct cursor bytes, struct line *line)
{
    size_t end;
    struct cursor type;
    if (!cursor_take(&bytes, 1, &type) || !cursor_until(&bytes, ',', &line->maker) || line->maker.left != 2 ||
        !cursor_until(&bytes, ',', &line->id) || cursor_count_digits(line->id) != line->id.left)
        return false;
    for (end = 0; end < bytes.left && bytes.at[end] != ',' && bytes.at[end] != '#'; end++)
        ;
    return cursor_take(&bytes, end, &line->type) && end > 0 && (line->rest = bytes, true);
}

static bool is_known_type(struct cursor type)
{
    return type.at[0] == 'V' || cursor_is(type, "NBR") || cursor_is(type, "LINK") ||
           cursor_is(type, "HTBT") || cursor_is(type, "SMS");
}

static enum claim match_text(const struct message *message, size_t *length)
{
    struct cursor bytes = message->bytes;
    struct line line;
    /* "*XX," stands in the first four bytes, whatever follows */
    if (bytes.left >= 4 && bytes.at[3] != ',')
        return CLAIM_NO;
    enum framed framed = frame_by_bytes(bytes, message->complete, "#", TEXT_MAX, length);
    if (claim_framed(framed) < CLAIM_POSSIBLE)
        return claim_framed(framed);
    bytes.left = *length;
    if (!open_line(bytes, &line))
        return CLAIM_NO;
    bool is_easytrack = cursor_is(line.maker, "ET") && !is_known_type(line.type);
    if (is_easytrack)
        return CLAIM_NO;
    if (is_known_type(line.type) || cursor_is(line.maker, "HQ") || cursor_is(line.maker, "hq"))
        return CLAIM_LIKELY;
    return CLAIM_POSSIBLE;
}

/* Where id, time and coordinates stand in the binary form: three bytes further on with the long id. */
static bool is_plausible(struct cursor bytes, size_t id_size)
{
    struct cursor head, lat, lon;
    size_t at = 1 + id_size;
    if (!cursor_slice(bytes, 1, id_size + 10, &head) || !bcd_ok(head) ||
        !cursor_slice(bytes, at + 11, 4, &lon) || !bcd_ok(lon) || !cursor_slice(bytes, at + 6, 4, &lat))
        return false;
    const uint8_t *clock = bytes.at + at;
    return bcd_byte(clock[0]) < 24 && bcd_byte(clock[1]) < 60 && bcd_byte(clock[2]) < 60 &&
           bcd_byte(clock[3]) <= 31 && bcd_byte(clock[3]) >= 1 && bcd_byte(clock[4]) <= 12 &&
           bcd_byte(clock[4]) >= 1 && bcd_byte(lat.at[0]) <= 90;
}

static enum claim match_binary(const struct message *message, size_t *length)
{
    struct cursor bytes = message->bytes;
    if (bytes.left < BINARY) {
        if (!message->complete)
            return CLAIM_MORE;
        *length = bytes.left;
        return is_plausible(bytes, 5) ? CLAIM_POSSIBLE : CLAIM_NO;
    }
    if (bytes.left == BINARY_IMEI && is_plausible(bytes, 8)) {
        *length = BINARY_IMEI;
        return CLAIM_LIKELY;
    }
    if (!is_plausible(bytes, 5))
        return CLAIM_NO;
    /* how long a device's messages are shows only when one, or several, fill what is there exactly */
    *length = BINARY;
    size_t sizes[] = { BINARY_WIDE, BINARY_WIDER };
    for (size_t i = 0; i < 2; i++) {
        if (bytes.left % sizes[i] == 0 && bytes.left % BINARY != 0)
            *length = sizes[i];
    }
    return CLAIM_LIKELY;
}

static enum claim match(const struct message *message, size_t *length)
{
    return message->bytes.at[0] == '*' ? match_text(message, length) : match_binary(message, length);
}

static const struct pattern position = {
    "\\*..,(?<id>\\d*),(?:V4,.*?,|V[^,]*,)(?<hms>\\d{6})?,(?:(?<valid>[ABV])?|\\d+(?<scheme>)),"
    "(?<lat>-\\d+-\\d+\\.\\d+|\\d*\\.\\d+|\\d{7,}|\\d+\\.\\d+),(?<ns>[NS]),"
    "(?<lon>-\\d+-\\d+\\.\\d+|\\d*\\.\\d+|\\d{7,}|\\d+\\.\\d+),(?<ew>[EW]), *"
    "\\d+\\.?\\d*,\\d*\\.?\\d*,(?:(?<dmy>\\d{6})(?!\\d)|\\d*,(?<dmy>\\d{6})(?!\\d))?"
};
static const struct pattern watch_position = {
    "\\*hq,(?<id>\\d{15}),VP1,(?<valid>[AB]),(?<lat>\\d+\\.\\d+),(?<ns>[NS]),(?<lon>\\d+\\.\\d+),(?<ew>[EW]),"
    "[\\d.]*,[\\d.]*,(?<dmy>\\d{6})"
};

/* ddmm.mmmm, -dd-mm.mmmm, or ddmmmmmm without its point */
static bool take_degrees(struct cursor text, struct cursor letter, double *out)
{
    struct cursor degrees, skipped;
    uint64_t whole;
    double minutes;
    if (text.at[0] == '-') {
        if (!cursor_take(&text, 1, &skipped) || !cursor_until(&text, '-', &degrees) ||
            !cursor_number(degrees, &whole) || whole > 180 || !cursor_decimal(text, &minutes))
            return false;
        *out = nmea_sign(letter) * ((double)whole + minutes / 60);
        return true;
    }
    size_t point;
    if (cursor_find(text, '.', &point)) {
        if (!nmea_degrees(text, out))
            return false;
    } else {
        if (text.left < 7 || text.left > 9 || !cursor_number(text, &whole))
            return false;
        *out = nmea_degrees_of(whole);
    }
    *out *= nmea_sign(letter);
    return true;
}

static void read_position(struct reading *reading, const struct groups *found, bool always_valid)
{
    const struct cursor *group = found->standard;
    struct fix fix = { 0 };
    struct cursor scheme;
    int64_t clock = 0;
    if (!take_degrees(group[GROUP_LAT], group[GROUP_NS], &fix.lat) ||
        !take_degrees(group[GROUP_LON], group[GROUP_EW], &fix.lon))
        return;
    fix.valid = always_valid || cursor_is(group[GROUP_VALID], "A") || groups_named(found, "scheme", &scheme);
    fix.has_time = group[GROUP_DMY].at && reading_time_of(group[GROUP_DMY], "dmy", &fix.time);
    if (group[GROUP_HMS].at && reading_time_of(group[GROUP_HMS], "his", &clock))
        fix.time += clock;
    else if (!always_valid)
        fix.has_time = false;
    reading_fix(reading, &fix);
    reading_note_groups(reading, found);
    reading->type = "position";
    reading->proven = true;
}

static void read_text(const struct message *message, struct reading *reading)
{
    struct line line;
    struct groups found;
    if (!open_line(message->bytes, &line))
        return;
    reading_device(reading, line.id);
    reading_mark(reading, "type", line.type);
    /* a known word behind a full id is the whole grammar of the messages that carry no place */
    bool is_full_id = line.id.left == 10 || line.id.left == 15;
    if (line.type.at[0] == 'V') {
        reading->type = cursor_is(line.type, "V0")   ? "heartbeat"
                        : cursor_is(line.type, "V3") ? "cells"
                                                     : "position";
        if (pattern_match(message->patterns, &watch_position, message->bytes, &found))
            read_position(reading, &found, true);
        else if (pattern_match(message->patterns, &position, message->bytes, &found))
            read_position(reading, &found, false);
        else
            reading->proven = is_full_id && (cursor_is(line.type, "V0") || cursor_is(line.type, "V3"));
    } else {
        bool is_known = is_known_type(line.type);
        reading->type = cursor_is(line.type, "HTBT")  ? "heartbeat"
                        : cursor_is(line.type, "NBR") ? "cells"
                        : cursor_is(line.type, "SMS") ? "reply"
                                                      : "status";
        reading->proven = is_full_id && is_known;
    }
    reading_no_location(reading);
}

static void read_binary(const struct message *message, struct reading *reading)
{
    struct cursor bytes = message->bytes, id, clock, lat, lon;
    size_t id_size = bytes.left == BINARY_IMEI ? 8 : 5, at = 1 + id_size;
    char digits[20];
    uint64_t lat_number, lon_number;
    reading->type = "position";
    if (!cursor_slice(bytes, 1, id_size, &id))
        return;
    bcd_copy_text(id, digits, sizeof(digits));
    reading_device(reading, cursor_of(digits, id_size == 8 ? 15 : 10));
    reading_mark(reading, "device", id);
    if (!cursor_slice(bytes, at, 6, &clock) || !cursor_slice(bytes, at + 6, 4, &lat) ||
        !cursor_slice(bytes, at + 11, 5, &lon) || !bcd_number(lat, &lat_number) ||
        !bcd_number(cursor_of(lon.at, 4), &lon_number) || lon.at[4] >> 4 > 9)
        return;
    unsigned flags = lon.at[4] & 15u;
    lon_number = lon_number * 10 + (lon.at[4] >> 4);
    struct calendar date = { calendar_year(bcd_byte(clock.at[5])),
                             bcd_byte(clock.at[4]),
                             bcd_byte(clock.at[3]),
                             bcd_byte(clock.at[0]),
                             bcd_byte(clock.at[1]),
                             bcd_byte(clock.at[2]) };
    struct fix fix = { .valid = (flags & 2) != 0 };
    fix.has_time = calendar_to_unix(&date, &fix.time);
    fix.lat = nmea_degrees_of(lat_number);
    fix.lon = nmea_degrees_of(lon_number);
    if (!(flags & 4))
        fix.lat = -fix.lat;
    if (!(flags & 8))
        fix.lon = -fix.lon;
    reading_mark(reading, "time", clock);
    reading_mark(reading, "lat", lat);
    reading_mark(reading, "lon", lon);
    reading_mark(reading, "fix flags", cursor_of(lon.at + 4, 1));
    reading_fix(reading, &fix);
}

static void read(const struct message *message, struct reading *reading)
{
    if (message->bytes.at[0] == '*')
        read_text(message, reading);
    else
        read_binary(message, reading);
}

static void answer(const struct message *message, const struct asker *asker, struct buffer *reply)
{
    struct line line;
    if (message->bytes.at[0] != '*' || !open_line(message->bytes, &line) || line.id.left == 0)
        return;
    if (cursor_is(line.type, "V0") || cursor_is(line.type, "HTBT")) {
        size_t end = (size_t)(line.type.at - message->bytes.at) + line.type.left;
        buffer_put_cursor(reply, cursor_of(message->bytes.at, end));
        buffer_put_text(reply, "#");
    } else if (cursor_is(line.type, "V1") || cursor_is(line.type, "NBR")) {
        struct calendar now = calendar_from_unix(asker->now);
        buffer_put_text(reply, "*HQ,");
        buffer_put_cursor(reply, line.id);
        buffer_put_text(reply, ",V4,");
        buffer_put_cursor(reply, line.type);
        buffer_printf(reply, ",%04u%02u%02u%02u%02u%02u#", now.year, now.month, now.day, now.hour, now.minute,
                      now.second);
    }
}

static const struct sample samples[] = {
    { .text = "*HQ,4112345678,V1,080910,A,4730.6000,N,01905.4000,E,012.50,045,010226,FFFFFBFF#",
      .claim = CLAIM_CERTAIN,
      .type = "position",
      .device = "4112345678",
      SAMPLE_VALID,
      .answer = "~=*HQ,4112345678,V4,V1,20260101090000#" },
    { .text = "*HQ,4112345678,V5,080910,V,3327.0000,S,07039.6000,W,000.00,000,010226,FFFFFBFF,730,02,01234,"
              "05678#",
      .claim = CLAIM_CERTAIN,
      .type = "position",
      .device = "4112345678",
      SAMPLE_INVALID },
    { .text = "*HQ,123456789012345,NBR,080910,216,30,0,2,00123,04567,40,00123,04568,31,010226,FFFFFBFF#",
      .claim = CLAIM_CERTAIN,
      .type = "cells",
      .device = "123456789012345",
      .location = LOCATION_NONE,
      .answer = "~=*HQ,123456789012345,V4,NBR,20260101090000#" },
    { .text = "*HQ,123456789012345,HTBT,85#",
      .claim = CLAIM_CERTAIN,
      .type = "heartbeat",
      .device = "123456789012345",
      .location = LOCATION_NONE,
      .answer = "=*HQ,123456789012345,HTBT#" },
    { .hex = "2441123456780809100102264730600064019054000e012045fffffbff000001",
      .claim = CLAIM_LIKELY,
      .type = "position",
      .device = "4112345678",
      SAMPLE_VALID },
    { .hex = "24411234567808091001022633270000640703960000000000fffffbff000002",
      .claim = CLAIM_LIKELY,
      .type = "position",
      .device = "4112345678",
      SAMPLE_INVALID },
    { 0 }
};

const struct protocol protocol_h02 = {
    .name = "h02",
    .port = 5013,
    .transports = OVER_TCP | OVER_UDP,
    .heads = { HEAD("*"), HEAD("$") },
    .match = match,
    .read = read,
    .answer = answer,
    .samples = samples,
};
