/* SPDX-License-Identifier: Apache-2.0 */
/*
 * topin: Topin/ZhongXun ZX303, ZX612, ZX908, small Wi-Fi trackers and pet tags (365GPS). Binary, big endian, TCP.
 *
 *   78 78 | L | type | content … | 0d 0a      no serial, no CRC; L counts differently by type: total = L + 2, 4, 5 or 6
 *   01 login: id 8 BCD | version
 *   10, 11 position: yy mm dd hh mm ss | satellites | lat 4 | lon 4 (1/1800000 degree) | speed |
 *       flags 2: course 10 bits, bit 10 north, 11 west, 12 fix | …
 *   08, 09 position or, empty, heartbeat: date 6 | lat 4 | lon 4: degrees, then 20 bits of millionths; of the four bits
 *       above them one set is south, west | …       09: stored, never with a fix
 *   17, 18, 19, 1a, 69 Wi-Fi and cells: date 6 BCD | L access points of 7 | cells | mcc 2, mnc | cells of 5
 *       or 9 | 1 that clones leave away
 *   13 status   30 asks for the time   99 SOS   …
 *   gt06 has the same head and end, and total = L + 5 with a CRC. Its clones send login, 10, 11, 13, 17 and 69 as here.
 */
#include "base/bcd.h"
#include "base/checksum.h"
#include "protocol/protocol.h"

enum {
    LOGIN = 0x01,
    GPS = 0x08,
    GPS_STORED = 0x09,
    POSITION = 0x10,
    POSITION_STORED = 0x11,
    STATUS = 0x13,
    TIME = 0x30
};
enum {
    SCAN_SIZE = 17,
    CONTENT_AT = 4,
    EMPTY = 6,
    ID_SIZE = 8,
    POSITION_SIZE = 24,
    GPS_SIZE = 20,
    SCAN_ANSWER = 12,
    LONGEST = 1024
};
enum { FLAG_NORTH = 0x0400, FLAG_WEST = 0x0800, FLAG_FIX = 0x1000 };

static bool has_tail(struct cursor bytes, size_t total)
{
    struct cursor tail;
    return total >= EMPTY && cursor_slice(bytes, total - 2, 2, &tail) && cursor_is(tail, "\r\n");
}

/* A sound message of gt06? */
static bool has_crc(struct cursor bytes, size_t total)
{
    struct cursor covered;
    uint16_t crc;
    return total > 8 && has_tail(bytes, total) && cursor_slice(bytes, 2, total - 6, &covered) &&
           cursor_be16_at(bytes, total - 4, &crc) && crc16_x25(covered) == crc;
}

static bool is_scan(uint8_t type)
{
    return type == 0x17 || type == 0x18 || type == 0x19 || type == 0x1a || type == 0x69;
}

/* What only these trackers send. */
static bool is_own_type(uint8_t type)
{
    return type != 0 &&
           strchr("\x08\x09\x14\x15\x16\x30\x33\x41\x42\x43\x44\x56\x57\x58\x66\x67\x68\x80\x81\x82\x83\x92"
                  "\x93\x94\x97\x98\x99\xb3",
                  type);
}

/* Total lengths that the length field may mean, best first; ended by 0. */
static void told_lengths(struct cursor bytes, size_t totals[static 5])
{
    uint8_t cells;
    size_t told = cursor_byte(bytes, 2), n = 0;
    if (is_scan(cursor_byte(bytes, 3))) {
        if (cursor_u8_at(bytes, 10 + 7 * told, &cells)) {
            totals[n++] = SCAN_SIZE + 7 * told + 5 * (size_t)cells;
            totals[n++] = SCAN_SIZE + 7 * told + 9 * (size_t)cells;
            totals[n++] = SCAN_SIZE - 1 + 7 * told + 5 * (size_t)cells;
        }
    } else {
        switch (cursor_byte(bytes, 3)) {
        case LOGIN:
            totals[n++] = told == 1 ? EMPTY : told + 2; /* one byte: a server's answer */
            break;
        case POSITION:
        case POSITION_STORED:
            totals[n++] = told + 6;
            break;
        default:
            totals[n++] = told + 5;
            totals[n++] = told + 4;
            totals[n++] = told + 6;
            totals[n++] = told + 2;
            break;
        }
    }
    totals[n] = 0;
}

/* A Wi-Fi list as gt06 has it too: without the last byte. */
static bool is_as_gt06(struct cursor bytes)
{
    uint8_t cells;
    return (cursor_byte(bytes, 3) == 0x17 || cursor_byte(bytes, 3) == 0x69) &&
           (!cursor_u8_at(bytes, 10 + 7 * (size_t)cursor_byte(bytes, 2), &cells) ||
            bytes.left == SCAN_SIZE - 1 + 7 * (size_t)cursor_byte(bytes, 2) + 5 * (size_t)cells);
}

/* Is there a date where the type has one? True for types without. */
static bool has_date(struct cursor bytes)
{
    int64_t time;
    uint8_t type = cursor_byte(bytes, 3);
    if (!cursor_skip(&bytes, CONTENT_AT))
        return false;
    if (is_scan(type))
        return reading_take_bcd_time(&bytes, "ymdhis", &time);
    bool is_dated = type == POSITION || type == POSITION_STORED || type == GPS || type == GPS_STORED;
    return !is_dated || reading_take_bytes_time(&bytes, "ymdhis", &time);
}

static enum claim judge(struct cursor bytes)
{
    struct cursor id;
    uint8_t type = cursor_byte(bytes, 3);
    if (bytes.left == EMPTY)
        return is_own_type(type) && cursor_byte(bytes, 2) == 1 ? CLAIM_CERTAIN : CLAIM_POSSIBLE;
    if (type == LOGIN)
        /* Traccar leaves the first digit away, whatever it is */
        return cursor_slice(bytes, CONTENT_AT, ID_SIZE, &id) && bcd_ok(id) ? CLAIM_LIKELY : CLAIM_NO;
    if (!has_date(bytes))
        return CLAIM_POSSIBLE;
    if (type == GPS || type == GPS_STORED)
        return bytes.left >= CONTENT_AT + GPS_SIZE ? CLAIM_CERTAIN : CLAIM_LIKELY;
    if (is_scan(type))
        return is_as_gt06(bytes) ? CLAIM_LIKELY : CLAIM_CERTAIN;
    if (cursor_is_text(bytes)) /* of which two x are the beginning */
        return CLAIM_POSSIBLE;
    bool is_known = type == POSITION || type == POSITION_STORED || type == STATUS || is_own_type(type);
    return is_known ? CLAIM_LIKELY : CLAIM_POSSIBLE;
}

/* With what gt06 has behind the position, or in other messages of these types: one of its own with a byte too many or too few,
 * perhaps, as people post them. */
static bool is_as_long_as_gt06(struct cursor bytes)
{
    enum { POSITION_LONGEST = 0x18, STATUS_SHORT = 8, STATUS_LONG = 0x0a, OTHERS_LONGEST = 0x10 };
    uint8_t told = cursor_byte(bytes, 2);
    switch (cursor_byte(bytes, 3)) {
    case POSITION:
    case POSITION_STORED:
        return told > POSITION_LONGEST;
    case STATUS:
        return (told == STATUS_SHORT || told == STATUS_LONG) && bytes.left != told + 5u;
    default:
        return is_own_type(cursor_byte(bytes, 3)) && told > OTHERS_LONGEST;
    }
}

static enum claim match(const struct message *message, size_t *length)
{
    struct cursor bytes = message->bytes, content = bytes;
    size_t totals[5], longest = 0, at;
    *length = bytes.left;
    if (bytes.left < CONTENT_AT)
        return message->complete ? CLAIM_NO : CLAIM_MORE;
    if (cursor_byte(bytes, 3) == 0 || has_crc(bytes, (size_t)cursor_byte(bytes, 2) + 5))
        return CLAIM_NO;
    told_lengths(bytes, totals);
    for (size_t i = 0; totals[i] > 0; i++) {
        longest = totals[i] > longest ? totals[i] : longest;
        if (has_tail(bytes, totals[i])) {
            *length = totals[i];
            bytes.left = totals[i];
            enum claim claim = judge(bytes);
            return claim == CLAIM_LIKELY && is_as_long_as_gt06(bytes) ? CLAIM_POSSIBLE : claim;
        }
    }
    if (!message->complete && (bytes.left < longest || longest == 0) && bytes.left < LONGEST)
        return CLAIM_MORE;
    bool has_end =
        cursor_skip(&content, CONTENT_AT) && cursor_find_text(content, "\r\n", &at) && at < LONGEST;
    if (has_end)
        *length = CONTENT_AT + at + 2;
    bool is_telling = bytes.left > CONTENT_AT && judge(cursor_part(bytes, 0, *length)) >= CLAIM_LIKELY;
    return is_telling ? CLAIM_POSSIBLE : CLAIM_NO;
}

/* Degrees, four bits for the sign, millionths. */
static double degrees_of(struct cursor field)
{
    double degrees = cursor_byte(field, 0) + (double)(cursor_be_of(field) & 0x0fffff) / 1e6;
    return cursor_byte(field, 1) >> 4 ? -degrees : degrees;
}

static void mark_and_fix(struct cursor date, struct cursor lat, struct cursor lon, const struct fix *fix,
                         struct reading *reading)
{
    if (fix->has_time)
        reading_mark_time(reading, date, fix->time);
    reading_mark_place(reading, lat, fix->lat, lon, fix->lon);
    reading_fix(reading, fix);
}

static void read_position(struct cursor c, struct reading *reading)
{
    struct cursor date = c, lat, lon, flags;
    struct fix fix = { 0 };
    date.left = date.left < 6 ? date.left : 6;
    fix.has_time = reading_take_bytes_time(&c, "ymdhis", &fix.time);
    if (!cursor_skip(&c, 1) || !cursor_take(&c, 4, &lat) || !cursor_take(&c, 4, &lon) ||
        !cursor_slice(c, 1, 2, &flags))
        return;
    fix.valid = (cursor_be_of(flags) & FLAG_FIX) != 0;
    fix.lat = (double)cursor_be_of(lat) / 1800000 * (cursor_be_of(flags) & FLAG_NORTH ? 1 : -1);
    fix.lon = (double)cursor_be_of(lon) / 1800000 * (cursor_be_of(flags) & FLAG_WEST ? -1 : 1);
    mark_and_fix(date, lat, lon, &fix, reading);
    reading_mark_fix(reading, flags, fix.valid);
}

static void read_gps(struct cursor c, bool is_valid, struct reading *reading)
{
    struct cursor date = c, lat, lon;
    struct fix fix = { .valid = is_valid };
    date.left = date.left < 6 ? date.left : 6;
    fix.has_time = reading_take_bytes_time(&c, "ymdhis", &fix.time);
    if (!cursor_take(&c, 4, &lat) || !cursor_take(&c, 4, &lon))
        return;
    fix.lat = degrees_of(lat);
    fix.lon = degrees_of(lon);
    mark_and_fix(date, lat, lon, &fix, reading);
}

static const char *type_name(uint8_t type, bool is_empty)
{
    switch (type) {
    case LOGIN:
        return "login";
    case GPS:
    case GPS_STORED:
        return is_empty ? "heartbeat" : "position";
    case POSITION:
    case POSITION_STORED:
        return "position";
    case 0x17:
    case 0x18:
    case 0x19:
    case 0x1a:
    case 0x69:
        return "cells";
    case TIME:
        return "time request";
    case 0x94:
    case 0x99:
        return "alarm";
    default:
        return "status";
    }
}

static void read(const struct message *message, struct reading *reading)
{
    struct cursor bytes = message->bytes, type, id, content = bytes;
    if (!cursor_slice(bytes, 3, 1, &type))
        return;
    reading->type = type_name(cursor_byte(type, 0), bytes.left <= EMPTY);
    reading_mark_value(reading, "type", type, "%s", reading->type);
    if (cursor_byte(type, 0) == LOGIN && cursor_slice(bytes, CONTENT_AT, ID_SIZE, &id))
        reading_device_bcd(reading, id, 1, 15);
    if (!cursor_skip(&content, CONTENT_AT))
        return;
    if (cursor_byte(type, 0) == POSITION || cursor_byte(type, 0) == POSITION_STORED)
        read_position(content, reading);
    else if (cursor_byte(type, 0) == GPS || cursor_byte(type, 0) == GPS_STORED)
        read_gps(content, cursor_byte(type, 0) == GPS, reading);
    reading_no_location(reading);
}

static void put_time(struct buffer *reply, int64_t seconds)
{
    struct calendar now = calendar_from_unix(seconds);
    buffer_put(reply, "\x78\x78\x07\x30", 4);
    buffer_put_be(reply, 2, now.year);
    buffer_put_u8(reply, now.month);
    buffer_put_u8(reply, now.day);
    buffer_put_u8(reply, now.hour);
    buffer_put_u8(reply, now.minute);
    buffer_put_u8(reply, now.second);
    buffer_put_text(reply, "\r\n");
}

static void answer(const struct message *message, const struct asker *asker, struct buffer *reply)
{
    struct cursor bytes = message->bytes, date;
    uint8_t type;
    if (!cursor_u8_at(bytes, 3, &type))
        return;
    bool is_position = type == POSITION || type == POSITION_STORED;
    if (type == LOGIN && bytes.left > CONTENT_AT + ID_SIZE) {
        buffer_put_cursor(reply, cursor_part(bytes, 0, CONTENT_AT));
        buffer_put_text(reply, "\x01\r\n");
        put_time(reply, asker->now);
    } else if (type == TIME && bytes.left == EMPTY) {
        put_time(reply, asker->now);
    } else if (type == STATUS) {
        buffer_put_cursor(reply, bytes);
    } else if (((is_position && bytes.left >= POSITION_SIZE) ||
                (is_scan(type) && bytes.left > SCAN_ANSWER)) &&
               cursor_slice(bytes, CONTENT_AT, 6, &date)) {
        buffer_put_cursor(reply, cursor_part(bytes, 0, CONTENT_AT));
        buffer_put_cursor(reply, date);
        buffer_put_text(reply, "\r\n");
    }
}

static const struct sample samples[] = {
    { .hex = "78780d010123456789012345150d0a",
      .claim = CLAIM_LIKELY,
      .type = "login",
      .device = "123456789012345",
      .location = LOCATION_NONE,
      .answer = "~78780d01010d0a7878073007ea02010809100d0a" },
    { .hex = "787812101a020108090a9c0518e6b0020c529019142d0d0a",
      .claim = CLAIM_LIKELY,
      .type = "position",
      SAMPLE_VALID,
      .answer = "787812101a020108090a0d0a" },
    { .hex = "787812111a020108090a9c0396bb500794bc2019082d0d0a",
      .claim = CLAIM_LIKELY,
      .type = "position",
      SAMPLE_INVALID,
      .answer = "787812111a020108090a0d0a" },
    { .hex = "787812101a020108090a9c045e223007f0bed0191c2d0d0a",
      .claim = CLAIM_LIKELY,
      .type = "position",
      SAMPLE_NORTH_WEST,
      .answer = "787812101a020108090a0d0a" },
    { .hex = "78781d081a020108090a2f07c83013015f9000000000000000000c16080000000d0a",
      .claim = CLAIM_CERTAIN,
      .type = "position",
      SAMPLE_VALID },
    { .hex = "78781d081a020108090a2116ddd0461a122000000000000000000c16080000000d0a",
      .claim = CLAIM_CERTAIN,
      .type = "position",
      SAMPLE_SOUTH_WEST },
    { .hex = "78781d091a020108090a2116ddd0461a122000000000000000000c16080000000d0a",
      .claim = CLAIM_CERTAIN,
      .type = "position",
      SAMPLE_INVALID },
    { .hex = "787801080d0a", .claim = CLAIM_CERTAIN, .type = "heartbeat", .location = LOCATION_NONE },
    { .hex = "787801010d0a", .claim = CLAIM_POSSIBLE, .type = "login", .location = LOCATION_NONE },
    { .hex = "787801990d0a", .claim = CLAIM_CERTAIN, .type = "alarm", .location = LOCATION_NONE },
    { .hex = "787801300d0a",
      .claim = CLAIM_CERTAIN,
      .type = "time request",
      .location = LOCATION_NONE,
      .answer = "~7878073007ea02010809100d0a" },
    { .hex = "78780218260201080910aabbcc1122334baabbcc1122444c0100d81e04d200013c000d0a",
      .claim = CLAIM_CERTAIN,
      .type = "cells",
      .location = LOCATION_NONE,
      .answer = "787802182602010809100d0a" },
    { .hex = "78780269260201080910aabbcc1122334baabbcc1122444c0100d81e04d200013c0d0a",
      .claim = CLAIM_LIKELY,
      .type = "cells",
      .location = LOCATION_NONE,
      .answer = "787802692602010809100d0a" },
    { .hex = "78780217260201080910aabbcc1122334baabbcc1122444c0100d81e04d200013c010d0a",
      .claim = CLAIM_CERTAIN,
      .type = "cells",
      .location = LOCATION_NONE,
      .answer = "787802172602010809100d0a" },
    { .hex = "78780219260201080910aabbcc1122334baabbcc1122444c0100d81e000004d2000000013c000d0a",
      .claim = CLAIM_CERTAIN,
      .type = "cells",
      .location = LOCATION_NONE,
      .answer = "787802192602010809100d0a" },
    { .hex = "787807134b22010a5a0d0a",
      .claim = CLAIM_LIKELY,
      .type = "status",
      .location = LOCATION_NONE,
      .answer = "787807134b22010a5a0d0a" },
    { .hex = "78780d012123456789012345150d0a",
      .claim = CLAIM_LIKELY,
      .type = "login",
      .device = "123456789012345",
      .location = LOCATION_NONE,
      .answer = "~78780d01010d0a7878073007ea02010809100d0a" },
    { 0 }
};

static enum reception reception(struct cursor said, const char *asked)
{
    enum { KNOWN = 1, UNKNOWN = 0x44 };
    if (strcmp(asked, "login") != 0 || said.left < 7 || cursor_byte(said, 3) != LOGIN)
        return RECEPTION_UNTOLD;
    return cursor_byte(said, 4) == KNOWN     ? RECEPTION_KNOWN
           : cursor_byte(said, 4) == UNKNOWN ? RECEPTION_UNKNOWN
                                             : RECEPTION_UNTOLD;
}

const struct protocol protocol_topin = {
    .name = "topin",
    .port = 5199,
    .transports = OVER_TCP,
    .heads = HEADS(HEAD("\x78\x78")),
    .kin =
        KIN("gt06"), /* whose clones send the same login, positions, status and Wi-Fi lists, without a CRC */
    .match = match,
    .read = read,
    .answer = answer,
    .reception = reception,
    .samples = samples,
};
