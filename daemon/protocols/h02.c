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
#include "protocol/protocol.h"

enum { BINARY = 32, BINARY_WIDE = 45, BINARY_WIDER = 48, BINARY_IMEI = 42, TEXT_MAX = 2048, CUT_PLACE = 21 };

/* "*XX,<digits>,<type>" taken apart; the type may be missing. */
struct line {
    struct cursor maker, id, type, rest;
};

static bool open_line(struct cursor bytes, struct line *line)
{
    size_t end = 0;
    if (!cursor_skip(&bytes, 1) || !cursor_until(&bytes, ',', &line->maker) || line->maker.left != 2 ||
        !cursor_take(&bytes, cursor_count_digits(bytes), &line->id))
        return false;
    if (CURSOR_STARTS(bytes, ",") && cursor_skip(&bytes, 1)) {
        while (end < bytes.left && cursor_byte(bytes, end) != ',' && cursor_byte(bytes, end) != '#')
            end++;
    } else if (bytes.left > 0 && cursor_byte(bytes, 0) != '#') {
        return false;
    }
    return cursor_take(&bytes, end, &line->type) && (line->rest = bytes, true);
}

static bool is_known_type(struct cursor type)
{
    return CURSOR_STARTS(type, "V") || cursor_is(type, "NBR") || cursor_is(type, "LINK") ||
           cursor_is(type, "HTBT") || cursor_is(type, "SMS");
}

static enum claim match_text(const struct message *message, size_t *length)
{
    struct cursor bytes = message->bytes;
    struct line line;
    /* "*XX," stands in the first four bytes, whatever follows */
    if (bytes.left >= 4 && cursor_byte(bytes, 3) != ',')
        return CLAIM_NO;
    enum framed framed = frame_by_bytes(bytes, message->complete, "#", TEXT_MAX, length);
    if (claim_framed(framed) < CLAIM_POSSIBLE)
        return claim_framed(framed);
    bytes.left = *length;
    if (!open_line(bytes, &line))
        return CLAIM_NO;
    bool is_own = cursor_is(line.maker, "HQ") || cursor_is(line.maker, "hq");
    bool is_easytrack = cursor_is(line.maker, "ET") && !is_known_type(line.type);
    if (is_easytrack || (line.type.left == 0 && !is_own))
        return CLAIM_NO;
    return line.type.left > 0 && (is_known_type(line.type) || is_own) ? CLAIM_LIKELY : CLAIM_POSSIBLE;
}

static bool is_clock(struct cursor clock)
{
    return bcd_byte(cursor_byte(clock, 0)) < 24 && bcd_byte(cursor_byte(clock, 1)) < 60 &&
           bcd_byte(cursor_byte(clock, 2)) < 60 && bcd_byte(cursor_byte(clock, 3)) <= 31 &&
           bcd_byte(cursor_byte(clock, 3)) >= 1 && bcd_byte(cursor_byte(clock, 4)) <= 12 &&
           bcd_byte(cursor_byte(clock, 4)) >= 1;
}

/* Where id, time and coordinates stand in the binary form: three bytes further on with the long id. */
static bool is_plausible(struct cursor bytes, size_t id_size)
{
    struct cursor head, lat, lon;
    size_t at = 1 + id_size;
    if (!cursor_slice(bytes, 1, id_size + 10, &head) || !bcd_ok(head) ||
        !cursor_slice(bytes, at + 11, 4, &lon) || !bcd_ok(lon) || !cursor_slice(bytes, at + 6, 4, &lat))
        return false;
    return is_clock(cursor_part(bytes, at, 5)) && bcd_byte(cursor_byte(lat, 0)) <= 90 &&
           bcd_byte(cursor_byte(lat, 1)) < 60 && bcd_byte(cursor_byte(lon, 0)) <= 18;
}

/* jt600 has a length where the minute is, and then a date of its own order: both fit only by chance. Its long form shows
 * before it is all there: the year would be a month. */
static bool is_jt600(struct cursor bytes)
{
    uint16_t told;
    int64_t time;
    struct cursor next = bytes, date = bytes;
    bool is_long = cursor_byte(bytes, 8) == 0;
    if (!cursor_be16_at(bytes, is_long ? 8 : 7, &told))
        return false;
    bool is_whole = cursor_skip(&next, (size_t)told + 10);
    return (is_whole ? CURSOR_MAY_START(next, "$") : is_long) && cursor_skip(&date, is_long ? 10 : 9) &&
           reading_take_bcd_time(&date, "dmyhis", &time);
}

/* A second '$' and two little endian numbers below 256 are the head of vnet. */
static bool is_vnet(struct cursor bytes)
{
    return cursor_byte(bytes, 1) == '$' && cursor_byte(bytes, 3) == 0 && cursor_byte(bytes, 5) == 0;
}

static enum claim match_binary(const struct message *message, size_t *length)
{
    struct cursor bytes = message->bytes;
    if (bytes.left < BINARY) {
        if (!message->complete)
            return CLAIM_MORE;
        /* cut off: id and clock in digits, and the place as far as it goes */
        struct cursor head;
        *length = bytes.left;
        bool is_dated = cursor_slice(bytes, 1, 5 + 6, &head) && bcd_ok(head) &&
                        is_clock(cursor_part(head, 5, 5)) && !is_vnet(bytes) && !is_jt600(bytes);
        return is_dated && (bytes.left < CUT_PLACE || is_plausible(bytes, 5)) ? CLAIM_POSSIBLE : CLAIM_NO;
    }
    if (bytes.left == BINARY_IMEI && is_plausible(bytes, 8) && !is_jt600(bytes)) {
        *length = BINARY_IMEI;
        return CLAIM_LIKELY;
    }
    if (!is_plausible(bytes, 5) || is_vnet(bytes))
        return CLAIM_NO;
    /* how long a device's messages are shows only when one, or several, fill what is there exactly */
    *length = BINARY;
    size_t sizes[] = { BINARY_WIDE, BINARY_WIDER };
    for (size_t i = 0; i < 2; i++) {
        if (bytes.left % sizes[i] == 0 && bytes.left % BINARY != 0)
            *length = sizes[i];
    }
    return is_jt600(bytes) ? CLAIM_POSSIBLE : CLAIM_LIKELY;
}

static enum claim match(const struct message *message, size_t *length)
{
    return cursor_byte(message->bytes, 0) == '*' ? match_text(message, length)
                                                 : match_binary(message, length);
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
    if (cursor_byte(text, 0) == '-') {
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
    reading_mark_place(reading, group[GROUP_LAT], fix.lat, group[GROUP_LON], fix.lon);
    if (group[GROUP_VALID].at)
        reading_mark_fix(reading, group[GROUP_VALID], fix.valid);
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
    if (line.type.left > 0)
        reading_mark(reading, "type", line.type);
    /* a known word behind a full id is the whole grammar of the messages that carry no place */
    bool is_full_id = line.id.left == 10 || line.id.left == 15;
    if (CURSOR_STARTS(line.type, "V")) {
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
    struct cursor bytes = message->bytes, id, clock, when, lat, lon;
    size_t id_size = bytes.left == BINARY_IMEI ? 8 : 5, at = 1 + id_size;
    uint64_t lat_number, lon_number;
    reading->type = "position";
    if (!cursor_slice(bytes, 1, id_size, &id))
        return;
    reading_device_bcd(reading, id, 0, id_size == 8 ? 15 : 10);
    if (!cursor_slice(bytes, at, 6, &clock) || !cursor_slice(bytes, at + 6, 4, &lat) ||
        !cursor_slice(bytes, at + 11, 5, &lon) || !bcd_number(lat, &lat_number) ||
        !bcd_number(cursor_part(lon, 0, 4), &lon_number) || cursor_byte(lon, 4) >> 4 > 9)
        return;
    unsigned flags = cursor_byte(lon, 4) & 15u;
    lon_number = lon_number * 10 + (cursor_byte(lon, 4) >> 4);
    struct fix fix = { .valid = (flags & 2) != 0 };
    when = clock;
    fix.has_time = reading_carry_bcd_time(&when, "hisdmy", &fix.time);
    fix.lat = nmea_degrees_of(lat_number) * (flags & 4 ? 1 : -1);
    fix.lon = nmea_degrees_of(lon_number) * (flags & 8 ? 1 : -1);
    if (fix.has_time)
        reading_mark_time(reading, clock, fix.time);
    reading_mark_place(reading, lat, fix.lat, lon, fix.lon);
    reading_mark_fix(reading, cursor_part(lon, 4, 1), fix.valid);
    reading_fix(reading, &fix);
}

static void read(const struct message *message, struct reading *reading)
{
    if (cursor_byte(message->bytes, 0) == '*')
        read_text(message, reading);
    else
        read_binary(message, reading);
}

static void answer(const struct message *message, const struct asker *asker, struct buffer *reply)
{
    struct line line;
    if (cursor_byte(message->bytes, 0) != '*' || !open_line(message->bytes, &line) || line.id.left == 0)
        return;
    if (cursor_is(line.type, "V0") || cursor_is(line.type, "HTBT")) {
        /* without a field behind it, it is the answer itself; a V0 never has one, and gets its echo where nobody can
           feign the sender */
        bool is_bare = line.rest.left == 0 || cursor_byte(line.rest, 0) != ',';
        if (is_bare && (cursor_is(line.type, "HTBT") || message->datagram))
            return;
        size_t end = (size_t)(line.type.at - message->bytes.at) + line.type.left;
        buffer_put_cursor(reply, cursor_part(message->bytes, 0, end));
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
    { .text = "*HQ,4112345678,V1,080910,A,4042.6000,N,07400.6000,W,012.50,045,010226,FFFFFBFF#",
      .claim = CLAIM_CERTAIN,
      .type = "position",
      .device = "4112345678",
      SAMPLE_NORTH_WEST,
      .answer = "~=*HQ,4112345678,V4,V1,20260101090000#" },
    { .hex = "24411234567808091001022640426000640740060006012045fffffbff000003",
      .claim = CLAIM_LIKELY,
      .type = "position",
      .device = "4112345678",
      SAMPLE_NORTH_WEST },
    { .hex = "244112345678080910010226473060",
      .whole = true,
      .claim = CLAIM_POSSIBLE,
      .type = "position",
      .device = "4112345678" },
    { .text = "*HQ,4112345678,#",
      .claim = CLAIM_POSSIBLE,
      .type = "status",
      .device = "4112345678",
      .location = LOCATION_NONE },
    { 0 }
};

const struct protocol protocol_h02 = {
    .name = "h02",
    .port = 5013,
    .transports = OVER_TCP | OVER_UDP,
    .heads = HEADS(HEAD("*"), HEAD("$")),
    .match = match,
    .read = read,
    .answer = answer,
    .samples = samples,
};
