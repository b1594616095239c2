/* SPDX-License-Identifier: Apache-2.0 */
/*
 * vt200: VT200 trackers on the OBD socket. Binary, big endian, TCP, no answers.
 *
 *   28 | id 6 BCD | type 2 | L 2 | data L | check | 29        3d x inside stands for the byte x XOR 3d
 *   The check is the XOR of all unescaped bytes behind the 28.
 *   2082 2084 2086   kind | trip 2 | dd mm yy hh mm ss BCD | place 9 | speed | course/2 | …
 *   3089             ignition | trip 2 | dd mm yy hh mm ss BCD [| place 9]
 *   3088             trip: summary without a place                other types: no place
 *   place: lat 4 BCD ddmmmmmm | lon 4½ BCD dddmmmmmm, ½ flags: 1 fix, 2 north, 4 east
 */
#include <math.h>

#include "base/bcd.h"
#include "base/checksum.h"
#include "base/nmea.h"
#include "protocol/protocol.h"

enum { HEAD_SIZE = 11, AROUND = 13, LONGEST = 1024, ID = 6, CLOCK_AT = 14, LAT_AT = 20, LON_AT = 24 };
enum { FLAG_FIX = 1, FLAG_NORTH = 2, FLAG_EAST = 4 };
enum { POSITION_82 = 0x2082, POSITION_84 = 0x2084, POSITION_86 = 0x2086, TRIP = 0x3088, IGNITION = 0x3089 };

static const struct escape escape = { .mark = 0x3d, .xor_with = 0x3d };

static bool has_length(struct cursor frame)
{
    uint16_t told;
    return cursor_be16_at(frame, 9, &told) && (size_t)told + AROUND == frame.left;
}

static bool has_check(struct cursor frame)
{
    return frame.left > AROUND - 1 &&
           sum_xor(cursor_part(frame, 1, frame.left - 3)) == cursor_byte(frame, frame.left - 2);
}

/* The frame without its escapes, and does it have the length it tells? People also post what was unescaped before. */
static bool open_frame(struct cursor raw, uint8_t memory[static LONGEST], struct cursor *frame)
{
    *frame = unescape(raw, &escape, memory, LONGEST);
    return has_length(*frame) || has_length(raw);
}

/* An id of digits and a length that can be: of what is cut off, what is there. Text behind a '(' fails by its length. */
static bool is_front(struct cursor bytes)
{
    uint8_t memory[HEAD_SIZE];
    uint16_t told;
    struct cursor raw = cursor_part(bytes, 0, bytes.left < 2 * HEAD_SIZE ? bytes.left : 2 * HEAD_SIZE);
    struct cursor front = unescape(raw, &escape, memory, sizeof(memory));
    size_t id = front.left < 1 + ID ? front.left - 1 : ID;
    return bcd_ok(cursor_part(front, 1, id)) && (!cursor_be16_at(front, 9, &told) || told < LONGEST);
}

static bool is_position(uint16_t type)
{
    return type == POSITION_82 || type == POSITION_84 || type == POSITION_86;
}

static enum claim match(const struct message *message, size_t *length)
{
    uint8_t memory[LONGEST];
    struct cursor bytes = message->bytes;
    uint16_t type, told;
    if (bytes.left == 0 || !is_front(bytes))
        return CLAIM_NO;
    enum framed framed = frame_by_bytes(bytes, message->complete, "\x29", LONGEST, length);
    if (claim_framed(framed) < CLAIM_POSSIBLE)
        return claim_framed(framed);
    struct cursor raw = cursor_part(bytes, 0, *length), frame;
    bool is_whole = open_frame(raw, memory, &frame);
    if (framed == FRAMED && is_whole)
        return has_check(has_length(frame) ? frame : raw) ? CLAIM_CERTAIN : CLAIM_LIKELY;
    /* the end is cut off */
    bool is_known = framed == FRAMED_CUT && cursor_be16_at(frame, 7, &type) &&
                    cursor_be16_at(frame, 9, &told) &&
                    (is_position(type) || type == TRIP || type == IGNITION) && told < LONGEST &&
                    (size_t)told + AROUND > frame.left;
    return is_known ? CLAIM_POSSIBLE : CLAIM_NO;
}

/* Without coordinates it is a place all the same: one without a fix. */
static void read_place(struct cursor frame, struct reading *reading)
{
    struct cursor clock, lat, lon;
    struct fix fix = { .lat = NAN, .lon = NAN };
    uint64_t lat_number, lon_number;
    if (!cursor_slice(frame, CLOCK_AT, 6, &clock))
        return;
    struct cursor rest = clock;
    fix.has_time = reading_carry_bcd_time(&rest, "dmyhis", &fix.time);
    if (fix.has_time)
        reading_mark_time(reading, clock, fix.time);
    if (frame.left > LON_AT + 5 && cursor_slice(frame, LAT_AT, 4, &lat) &&
        cursor_slice(frame, LON_AT, 5, &lon) && bcd_number(lat, &lat_number) &&
        bcd_number(cursor_part(lon, 0, 4), &lon_number)) {
        unsigned flags = cursor_byte(lon, 4) & 15u;
        fix.valid = flags & FLAG_FIX;
        fix.lat = nmea_degrees_of(lat_number) * (flags & FLAG_NORTH ? 1 : -1);
        fix.lon =
            nmea_degrees_of(lon_number * 10 + (cursor_byte(lon, 4) >> 4)) * (flags & FLAG_EAST ? 1 : -1);
        reading_mark_place(reading, lat, fix.lat, lon, fix.lon);
        reading_mark_fix(reading, cursor_part(lon, 4, 1), fix.valid);
    }
    reading_fix(reading, &fix);
}

static void read(const struct message *message, struct reading *reading)
{
    uint8_t memory[LONGEST];
    struct cursor frame, id;
    uint16_t type;
    (void)open_frame(message->bytes, memory, &frame);
    reading_unescaped(reading, message->bytes, frame, &escape);
    if (!cursor_slice(frame, 1, ID, &id) || !cursor_be16_at(frame, 7, &type))
        return;
    reading_device_bcd(reading, id, 0, 0);
    reading->type = is_position(type)  ? "position"
                    : type == IGNITION ? "ignition"
                    : type == TRIP     ? "trip"
                                       : "status";
    reading_mark_value(reading, "type", cursor_part(frame, 7, 2), "%s", reading->type);
    if (has_length(frame))
        reading_mark_check(reading, cursor_part(frame, frame.left - 2, 1), has_check(frame),
                           sum_xor(cursor_part(frame, 1, frame.left - 3)));
    if (is_position(type) || type == IGNITION)
        read_place(frame, reading);
    reading_no_location(reading);
}

static const struct sample samples[] = {
    /* an hour of the next day */
    { .hex = "281234567890122082001e01003d143101263209104730600001905400070c16071e0000120400200100c229",
      .claim = CLAIM_CERTAIN,
      .type = "position",
      .device = "123456789012",
      SAMPLE_VALID },
    { .hex = "281234567890122082001e01003d140102260809104730600001905400070c16071e0000120400200100cb29",
      .claim = CLAIM_CERTAIN,
      .type = "position",
      .device = "123456789012",
      SAMPLE_VALID },
    { .hex = "281234567890122084001e01003d000102260809103327000007039600000000003d150000120400200100a129",
      .claim = CLAIM_CERTAIN,
      .type = "position",
      .device = "123456789012",
      SAMPLE_INVALID },
    { .hex = "28123456789012308900120000310102260809104042600007400600030429",
      .claim = CLAIM_CERTAIN,
      .type = "ignition",
      .device = "123456789012",
      SAMPLE_NORTH_WEST },
    { .hex = "28123456789012308900090100310102260809103e29",
      .claim = CLAIM_CERTAIN,
      .type = "ignition",
      .device = "123456789012",
      .location = LOCATION_INVALID,
      .time = "2026-02-01T08:09:10Z" },
    { .hex = "28123456789012308800260031012345678901234501234567890123450102260809100102260809100000123400000"
             "0565529",
      .claim = CLAIM_CERTAIN,
      .type = "trip",
      .device = "123456789012",
      .location = LOCATION_NONE },
    { .hex = "28123456789012108800000029",
      .claim = CLAIM_LIKELY,
      .type = "status",
      .device = "123456789012",
      .location = LOCATION_NONE },
    { 0 }
};

const struct protocol protocol_vt200 = {
    .name = "vt200",
    .port = 5143,
    .transports = OVER_TCP,
    .heads = HEADS(HEAD("(")),
    .match = match,
    .read = read,
    .samples = samples,
};
