/* SPDX-License-Identifier: Apache-2.0 */
/*
 * gl601: Queclink GL601. Binary, big endian, TCP. No answers.
 *
 *   2b 00 | L 2 (of all) | flags | [records 2, flag 80] | id 8 BCD | device 2 | version 2 | custom version | n, n bytes | records |
 *   number 2 | CRC-8 | 24      CRC-8 31/ff over everything before it
 *   record: length (of all) | unix time 4 | index 2 | id, event | elements      element: id | length | value
 *   51, 52 place: state (bits 3 and 2 are 10: fix) | lon 4 | lat 4 (1e-6) | unix time 4 | speed 2 | …
 *   Lengths and element ids have a second byte where the highest bit is set. gl200 has the same head.
 */
#include "base/bcd.h"
#include "protocol/binary_frame.h"

enum { FLAGS_AT = 4, HEAD_SIZE = 5, MANY = 0x80, ID_SIZE = 8, KINDS = 5, TAIL = 4, RECORD_HEAD = 8 };
enum { PLACE = 0x51, PLACE_LONG = 0x52 };
static const uint32_t YEAR_2005 = 1104537600, YEAR_2038 = INT32_MAX;

static const struct binary_frame frame = { .length_at = 2,
                                           .length_size = 2,
                                           .shortest = HEAD_SIZE + ID_SIZE + KINDS + 1 + TAIL,
                                           .longest = 8192,
                                           .end = "$",
                                           .end_size = 1,
                                           .check = CHECK_CRC8_31_FF,
                                           .check_at = -2,
                                           .check_size = 1 };

/* One byte, or two when its highest bit is set. */
static bool take_number(struct cursor *c, size_t *number)
{
    uint8_t high, low;
    if (!cursor_u8(c, &high))
        return false;
    *number = high;
    if (!(high & 0x80))
        return true;
    if (!cursor_u8(c, &low))
        return false;
    *number = (size_t)(high & 0x7f) << 8 | low;
    return true;
}

/* Its records as far as they are there, and the id before them. */
static bool open_frame(struct cursor bytes, struct cursor *id, struct cursor *records)
{
    uint8_t flags, reserved;
    *records = cursor_part(bytes, 0, bytes.left < TAIL ? 0 : bytes.left - TAIL);
    return cursor_u8_at(*records, FLAGS_AT, &flags) &&
           cursor_skip(records, HEAD_SIZE + (flags & MANY ? 2 : 0)) && cursor_take(records, ID_SIZE, id) &&
           cursor_skip(records, KINDS) && cursor_u8(records, &reserved) && cursor_skip(records, reserved);
}

/* The next record behind its length. */
static bool take_record(struct cursor *c, struct cursor *record)
{
    struct cursor start = *c, rest = *c;
    size_t size;
    if (!take_number(&rest, &size))
        return false;
    size_t head = start.left - rest.left;
    if (size < head + RECORD_HEAD || !cursor_take(&rest, size - head, record))
        return false;
    *c = rest;
    return true;
}

/* Records with dates fill the frame. */
static bool has_records(struct cursor rest)
{
    struct cursor record;
    uint32_t time;
    size_t count = 0;
    while (take_record(&rest, &record)) {
        if (!cursor_be32(&record, &time) || time < YEAR_2005 || time > YEAR_2038)
            return false;
        count++;
    }
    return count > 0 && rest.left == 0;
}

/* Is the id of a frame, which may be cut off, an IMEI? */
static bool has_imei(struct cursor bytes)
{
    struct cursor id;
    uint8_t flags;
    return cursor_u8_at(bytes, FLAGS_AT, &flags) &&
           cursor_slice(bytes, HEAD_SIZE + (flags & MANY ? 2 : 0), ID_SIZE, &id) && bcd_ok(id) &&
           cursor_byte(id, 0) >> 4 == 0;
}

static enum claim match(const struct message *message, size_t *length)
{
    struct cursor id, records;
    enum claim claim = binary_match(&frame, message, length);
    if (claim < CLAIM_POSSIBLE)
        return claim;
    if (!has_imei(message->bytes))
        return CLAIM_NO;
    if (claim == CLAIM_POSSIBLE || claim == CLAIM_CERTAIN)
        return claim;
    bool is_filled =
        open_frame(cursor_part(message->bytes, 0, *length), &id, &records) && has_records(records);
    return is_filled ? claim : CLAIM_NO;
}

static void read_place(struct cursor value, struct reading *reading)
{
    struct cursor state, lon, lat, time;
    if (!cursor_take(&value, 1, &state) || !cursor_take(&value, 4, &lon) || !cursor_take(&value, 4, &lat) ||
        !cursor_take(&value, 4, &time))
        return;
    struct fix fix = { .valid = (cursor_byte(state, 0) >> 2 & 3) == 2, .has_time = true };
    fix.time = (int64_t)cursor_be_of(time);
    fix.lat = (double)signed_of(cursor_be_of(lat), 32) / 1e6;
    fix.lon = (double)signed_of(cursor_be_of(lon), 32) / 1e6;
    reading_mark_fix(reading, state, fix.valid);
    reading_mark_place(reading, lat, fix.lat, lon, fix.lon);
    reading_mark_time(reading, time, fix.time);
    reading_fix(reading, &fix);
}

static void read_record(struct cursor record, struct reading *reading)
{
    struct cursor value;
    size_t id, size;
    if (!cursor_skip(&record, RECORD_HEAD))
        return;
    while (take_number(&record, &id) && take_number(&record, &size) && cursor_take(&record, size, &value)) {
        if (id == PLACE || id == PLACE_LONG)
            read_place(value, reading);
    }
}

static void read(const struct message *message, struct reading *reading)
{
    struct cursor id, records, record;
    binary_mark(&frame, reading);
    if (open_frame(message->bytes, &id, &records)) {
        reading_device_bcd(reading, id, 1, 0);
        while (take_record(&records, &record))
            read_record(record, reading);
    }
    reading->type = reading->location >= LOCATION_INVALID ? "position" : "status";
    reading_no_location(reading);
}

static const struct sample samples[] = {
    { .hex = "2b00003a000123456789012345c031000a000023697f0a260007500052181801234a5002d4f1f0697f0a26003705011"
             "20005140b00001f3d8724",
      .claim = CLAIM_CERTAIN,
      .type = "position",
      .device = "123456789012345",
      SAMPLE_VALID },
    { .hex = "2b000036000123456789012345c031000a000201021d697f0a2600075000510f10fbc9d060fe0197f0697f0a2600376"
             "101551f3d2524",
      .claim = CLAIM_CERTAIN,
      .type = "position",
      .device = "123456789012345",
      SAMPLE_INVALID },
    { .hex = "2b0000498000020123456789012345c031000a00000c697f0a26000750006101558024697f0a2600075000521818fb9"
             "6b270026d2f70697f0a2600370501120005140b00001f3d9b24",
      .claim = CLAIM_CERTAIN,
      .type = "position",
      .device = "123456789012345",
      SAMPLE_NORTH_WEST },
    { .hex = "2b00003a000123456789012345c031000a000023697f0a2600075000521809fbc9d060fe0197f0697f0a26003705011"
             "20005140b00001f3dbd24",
      .claim = CLAIM_LIKELY,
      .type = "position",
      .device = "123456789012345",
      SAMPLE_SOUTH_WEST },
    { .hex = "2b00002a000123456789012345c031000a000013697f0a2600075000810280036162636101551f3dee24",
      .claim = CLAIM_CERTAIN,
      .type = "status",
      .device = "123456789012345",
      .location = LOCATION_NONE },
    { .hex = "2b00002b000123456789012345c031000a000013000000052600075000810280036162636101551f401b24",
      .claim = CLAIM_CERTAIN,
      .type = "status",
      .device = "123456789012345",
      .location = LOCATION_NONE },
    { 0 }
};

const struct protocol protocol_gl601 = {
    .name = "gl601",
    .port = 5257,
    .transports = OVER_TCP,
    .heads = HEADS(HEAD("+\0")),
    .match = match,
    .read = read,
    .samples = samples,
};
