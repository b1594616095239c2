/* SPDX-License-Identifier: Apache-2.0 */
/*
 * pacifictrack: Pacific Track vehicle gateways. Binary, big endian, UDP: one datagram. No check value, no answers.
 *
 *   fb | control | L | segment …      numbers are groups of seven bits, highest first; the last has bit 7 set
 *   segment: number | length | content; they end exactly where L says
 *   100 (02 80) id: 8 bytes, the first 15 digits   01 event   20 voltages   92 vehicle
 *   10 position: flags (bit 4 fix) | year - 2020, month 4 bits each | d h m s | lat 4 + 90 | lon 4 + 180 (1e-6 degree) | …
 */
#include "base/bcd.h"
#include "protocol/protocol.h"

enum { EVENT = 0x01, POSITION = 0x10, ID = 0x100, ID_SIZE = 8, LONGEST = 2048 };
enum { FLAG_FIX = 0x10, FIRST_YEAR = 2020, NUMBER_BYTES = 3 };

/* A number in groups of seven bits; false when it does not end soon. */
static bool take_number(struct cursor *c, uint32_t *out)
{
    struct cursor rest = *c;
    uint8_t byte = 0;
    *out = 0;
    for (int i = 0; i < NUMBER_BYTES && !(byte & 0x80); i++) {
        if (!cursor_u8(&rest, &byte))
            return false;
        *out = *out << 7 | (byte & 0x7fu);
    }
    *c = rest;
    return (byte & 0x80) != 0;
}

static bool take_segment(struct cursor *c, uint32_t *number, struct cursor *content)
{
    struct cursor rest = *c;
    uint32_t size;
    if (!take_number(&rest, number) || !take_number(&rest, &size) || !cursor_take(&rest, size, content))
        return false;
    *c = rest;
    return true;
}

/* The segments, as far as they are there; false when the head is none. */
static bool open_frame(struct cursor bytes, struct cursor *segments, uint32_t *told)
{
    uint32_t control;
    *segments = bytes;
    return cursor_skip(segments, 1) && take_number(segments, &control) && take_number(segments, told);
}

static bool has_id(struct cursor content)
{
    struct cursor digits = cursor_part(content, 0, ID_SIZE - 1);
    return content.left == ID_SIZE && bcd_ok(digits) && cursor_byte(content, ID_SIZE - 1) >> 4 <= 9;
}

static enum claim match(const struct message *message, size_t *length)
{
    struct cursor segments, content;
    uint32_t told, number;
    bool is_told = false;
    size_t count = 0;
    if (!message->complete || message->bytes.left > LONGEST ||
        !open_frame(message->bytes, &segments, &told) || told < segments.left)
        return CLAIM_NO;
    *length = message->bytes.left;
    bool is_cut = told > segments.left;
    for (; take_segment(&segments, &number, &content); count++)
        is_told = is_told || (number == ID && has_id(content));
    if (count == 0)
        return CLAIM_NO;
    if (is_cut || segments.left > 0)
        return is_told ? CLAIM_POSSIBLE : CLAIM_NO;
    return is_told ? CLAIM_CERTAIN : count > 1 ? CLAIM_LIKELY : CLAIM_POSSIBLE;
}

static bool take_date(struct cursor *c, int64_t *seconds, struct cursor *field)
{
    if (!cursor_take(c, 5, field))
        return false;
    struct cursor at = *field;
    struct calendar date = { FIRST_YEAR + (cursor_byte(at, 0) >> 4u),
                             cursor_byte(at, 0) & 15u,
                             cursor_byte(at, 1),
                             cursor_byte(at, 2),
                             cursor_byte(at, 3),
                             cursor_byte(at, 4) };
    return calendar_to_unix(&date, seconds);
}

static void read_position(struct cursor c, struct reading *reading)
{
    struct cursor flags, date = c, lat, lon;
    struct fix fix = { 0 };
    if (!cursor_take(&c, 1, &flags))
        return;
    fix.valid = (cursor_byte(flags, 0) & FLAG_FIX) != 0;
    fix.has_time = take_date(&c, &fix.time, &date);
    if (!cursor_take(&c, 4, &lat) || !cursor_take(&c, 4, &lon))
        return;
    fix.lat = (double)cursor_be_of(lat) / 1e6 - 90;
    fix.lon = (double)cursor_be_of(lon) / 1e6 - 180;
    reading_mark_fix(reading, flags, fix.valid);
    if (fix.has_time)
        reading_mark_time(reading, date, fix.time);
    reading_mark_place(reading, lat, fix.lat, lon, fix.lon);
    reading_fix(reading, &fix);
}

static void read(const struct message *message, struct reading *reading)
{
    struct cursor segments, content;
    uint32_t told, number;
    reading->type = "status";
    if (!open_frame(message->bytes, &segments, &told))
        return;
    while (take_segment(&segments, &number, &content)) {
        if (number == ID && has_id(content))
            reading_device_bcd(reading, content, 0, 15);
        else if (number == POSITION)
            read_position(content, reading);
        else if (number == EVENT)
            reading_mark(reading, "event", content);
    }
    if (reading->location >= LOCATION_INVALID)
        reading->type = "position";
    reading_no_location(reading);
}

static const struct sample samples[] = {
    { .hex = "fb80a781811b0280881234567890123450909310620108090a08323c700bdddf5002d0780007a082007b",
      .datagram = true,
      .claim = CLAIM_CERTAIN,
      .type = "position",
      .device = "123456789012345",
      SAMPLE_VALID },
    { .hex = "fb80a381811b0280881234567890123450909300620108090a035ee2700684656002d0780007",
      .datagram = true,
      .claim = CLAIM_CERTAIN,
      .type = "position",
      .device = "123456789012345",
      SAMPLE_INVALID },
    { .hex = "fb809881811b909318620108090a07ca79f00651477002d0780007",
      .datagram = true,
      .claim = CLAIM_LIKELY,
      .type = "position",
      SAMPLE_NORTH_WEST },
    { .hex = "fb80019481811b028088123456789012345001920182000102030405060708090a0b0c0d0e0f1011121314151617181"
             "91a1b1c1d1e1f202122232425262728292a2b2c2d2e2f303132333435363738393a3b3c3d3e3f404142434445464748"
             "494a4b4c4d4e4f505152535455565758595a5b5c5d5e5f606162636465666768696a6b6c6d6e6f70717273747576777"
             "8797a7b7c7d7e7f8081",
      .datagram = true,
      .claim = CLAIM_CERTAIN,
      .type = "status",
      .device = "123456789012345",
      .location = LOCATION_NONE },
    { 0 }
};

const struct protocol protocol_pacifictrack = {
    .name = "pacifictrack",
    .port = 5198,
    .transports = OVER_UDP,
    .heads = HEADS(HEAD("\xfb")),
    .match = match,
    .read = read,
    .samples = samples,
};
