/* SPDX-License-Identifier: Apache-2.0 */
/*
 * vnet: VNET trackers (Vietnam). Binary, little endian, TCP.
 *
 *   24 24 | type 2 (15 bits) | L 2 | dd mm yy hh mm ss BCD | body L | index 2 | CRC 2 | 23 23        total = L + 18
 *   CRC-16/X25 over all before it.
 *   0000 login: id 8 BCD, of which 15 digits count; sent back as it is        0032 cells
 *   0033 lat 4 BCD ddmmmmmm | lon 5 BCD dddmmmmmmm | flags | satellites | speed | odometer 4 | course/2
 *        flags: 1 fix, 2 north, 4 east. The other messages carry no id.
 */
#include "base/bcd.h"
#include "base/checksum.h"
#include "protocol/protocol.h"

enum {
    AROUND = 18,
    LONGEST = 2048,
    TAIL = 4,
    CLOCK_AT = 6,
    BODY_AT = 12,
    LAT_AT = 12,
    LON_AT = 16,
    FLAGS_AT = 21
};
enum { FLAG_FIX = 1, FLAG_NORTH = 2, FLAG_EAST = 4 };
enum { LOGIN = 0x0000, CELLS = 0x0032, POSITION = 0x0033, TYPE_MASK = 0x7fff };

static bool has_crc(struct cursor bytes, size_t total)
{
    uint16_t crc;
    return cursor_le16_at(bytes, total - TAIL, &crc) && crc16_x25(cursor_part(bytes, 0, total - TAIL)) == crc;
}

static enum claim match(const struct message *message, size_t *length)
{
    struct cursor bytes = message->bytes, clock, tail;
    uint16_t told, type;
    if (!CURSOR_MAY_START(bytes, "$$"))
        return CLAIM_NO;
    if (!cursor_le16_at(bytes, 2, &type) || !cursor_le16_at(bytes, 4, &told))
        return message->complete || (bytes.left > 3 && (cursor_byte(bytes, 3) & 0x7f) != 0) ? CLAIM_NO
                                                                                            : CLAIM_MORE;
    if ((type & TYPE_MASK) > UINT8_MAX)
        return CLAIM_NO;
    size_t total = (size_t)told + AROUND;
    enum framed framed = frame_by_length(bytes, message->complete, total, LONGEST, length);
    bool is_dated = !cursor_slice(bytes, CLOCK_AT, 6, &clock) || bcd_ok(clock);
    if (framed == FRAMED_NO || !is_dated)
        return CLAIM_NO;
    if (framed == FRAMED_MORE)
        return CLAIM_MORE;
    if (framed == FRAMED_CUT || !cursor_slice(bytes, total - 2, 2, &tail) || !cursor_is(tail, "##"))
        return CLAIM_NO;
    return has_crc(bytes, total) ? CLAIM_CERTAIN : CLAIM_LIKELY;
}

/* Degrees of `degree_digits`, two digits of minutes, and the rest decimals of them. */
static bool take_degrees(struct cursor bcd, uint64_t unit, double *degrees)
{
    uint64_t number;
    if (!bcd_number(bcd, &number))
        return false;
    uint64_t whole = number / (unit * 100), minutes = number % (unit * 100);
    *degrees = (double)whole + (double)minutes / (double)unit / 60;
    return true;
}

static void read_position(struct cursor bytes, struct reading *reading)
{
    struct cursor clock, lat, lon;
    struct fix fix = { 0 };
    uint8_t flags;
    if (!cursor_slice(bytes, CLOCK_AT, 6, &clock) || !cursor_slice(bytes, LAT_AT, 4, &lat) ||
        !cursor_slice(bytes, LON_AT, 5, &lon) || !cursor_u8_at(bytes, FLAGS_AT, &flags) ||
        !take_degrees(lat, 10000, &fix.lat) || !take_degrees(lon, 100000, &fix.lon))
        return;
    struct cursor rest = clock;
    fix.valid = flags & FLAG_FIX;
    fix.has_time = reading_carry_bcd_time(&rest, "dmyhis", &fix.time);
    fix.lat = flags & FLAG_NORTH ? fix.lat : -fix.lat;
    fix.lon = flags & FLAG_EAST ? fix.lon : -fix.lon;
    if (fix.has_time)
        reading_mark_time(reading, clock, fix.time);
    reading_mark_place(reading, lat, fix.lat, lon, fix.lon);
    reading_mark_fix(reading, cursor_part(bytes, FLAGS_AT, 1), fix.valid);
    reading_fix(reading, &fix);
}

static void read(const struct message *message, struct reading *reading)
{
    struct cursor bytes = message->bytes, id;
    uint16_t type;
    if (!cursor_le16_at(bytes, 2, &type))
        return;
    type &= TYPE_MASK;
    reading->type = type == LOGIN      ? "login"
                    : type == POSITION ? "position"
                    : type == CELLS    ? "cells"
                                       : "status";
    reading_mark_value(reading, "type", cursor_part(bytes, 2, 2), "%s", reading->type);
    if (type == LOGIN && cursor_slice(bytes, BODY_AT, 8, &id))
        reading_device_bcd(reading, id, 0, 15);
    if (type == POSITION)
        read_position(bytes, reading);
    if (bytes.left >= AROUND)
        reading_mark_check(reading, cursor_part(bytes, bytes.left - TAIL, 2), has_crc(bytes, bytes.left),
                           crc16_x25(cursor_part(bytes, 0, bytes.left - TAIL)));
    reading_no_location(reading);
}

static void answer(const struct message *message, const struct asker *asker, struct buffer *reply)
{
    uint16_t type;
    (void)asker;
    /* an echo is only safe where nobody can feign its sender */
    if (!message->datagram && cursor_le16_at(message->bytes, 2, &type) && (type & TYPE_MASK) == LOGIN)
        buffer_put_cursor(reply, message->bytes);
}

static const struct sample samples[] = {
    { .hex = "2424000014000102260809101234567890123450452e312e30302e3000000000010091152323",
      .claim = CLAIM_CERTAIN,
      .type = "login",
      .device = "123456789012345",
      .location = LOCATION_NONE,
      .answer = "2424000014000102260809101234567890123450452e312e30302e3000000000010091152323" },
    { .hex = "24243300120001022608091047306000019054000007090cb404000016000100be802323",
      .claim = CLAIM_CERTAIN,
      .type = "position",
      SAMPLE_VALID },
    { .hex = "242433001200010226080910332700000703960000000000b40400000000010035fa2323",
      .claim = CLAIM_CERTAIN,
      .type = "position",
      SAMPLE_INVALID },
    { .hex = "242433001200010226080910404260000740060000030700b4040000870001002fe12323",
      .claim = CLAIM_LIKELY,
      .type = "position",
      SAMPLE_NORTH_WEST },
    { .hex = "242432000800010226080910d8001e002b1a4d3c010006b02323",
      .claim = CLAIM_CERTAIN,
      .type = "cells",
      .location = LOCATION_NONE },
    { 0 }
};

const struct protocol protocol_vnet = {
    .name = "vnet",
    .port = 5205,
    .transports = OVER_TCP,
    .heads = HEADS(HEAD("$$")),
    .match = match,
    .read = read,
    .answer = answer,
    .samples = samples,
};
