/* SPDX-License-Identifier: Apache-2.0 */
/*
 * niot: NIOT vehicle trackers and speed limiters. Binary, big endian, TCP.
 *
 *   58 58 | type | L 2 | id 8 BCD | content … | XOR | 0d      total = L + 5; XOR of everything before it
 *   80 position: yymmddhhmmss BCD | lat 4 | lon 4 (highest bit: south, west; then 1/1800000 degree) | 2 | course 2 BCD |
 *      status (bit 7 fix) | odometer 4 | … | extensions: length 2, type 2, data
 *   The server's answer is a frame of type 21 with L = 5, without an id.
 */
#include "base/bcd.h"
#include "protocol/binary_frame.h"

enum { POSITION = 0x80 };
enum { TYPE_AT = 2, ID_AT = 5, ID_SIZE = 8, CONTENT_AT = 13, TAIL = 2, SERVER_SIZE = 10 };
enum { FLAG_FIX = 0x80 };

static const struct binary_frame frame = { .length_at = 3,
                                           .length_size = 2,
                                           .plus = 5,
                                           .shortest = SERVER_SIZE,
                                           .longest = 4096,
                                           .end = "\r",
                                           .end_size = 1,
                                           .check = CHECK_XOR,
                                           .check_at = -TAIL,
                                           .check_size = 1 };

static bool has_date(struct cursor bytes)
{
    int64_t time;
    return bytes.left > TYPE_AT && cursor_byte(bytes, TYPE_AT) == POSITION &&
           cursor_skip(&bytes, CONTENT_AT) && reading_take_bcd_time(&bytes, "ymdhis", &time);
}

static enum claim match(const struct message *message, size_t *length)
{
    struct cursor id;
    enum claim claim = binary_match(&frame, message, length);
    if (claim < CLAIM_POSSIBLE || claim == CLAIM_CERTAIN)
        return claim;
    if (!cursor_slice(message->bytes, ID_AT, ID_SIZE, &id) || !bcd_ok(id))
        return CLAIM_NO;
    /* pt215 has the same head and an id almost there */
    return claim == CLAIM_LIKELY || has_date(message->bytes) ? CLAIM_LIKELY : CLAIM_NO;
}

/* Sign and amount. */
static double degrees_of(struct cursor field)
{
    uint64_t raw = cursor_be_of(field);
    double degrees = (double)(raw & 0x7fffffff) / 1800000;
    return raw & 0x80000000 ? -degrees : degrees;
}

static void read_position(struct cursor c, struct reading *reading)
{
    struct cursor date = c, lat, lon, status;
    struct fix fix = { 0 };
    date.left = date.left < 6 ? date.left : 6;
    fix.has_time = reading_carry_bcd_time(&c, "ymdhis", &fix.time);
    if (!cursor_take(&c, 4, &lat) || !cursor_take(&c, 4, &lon) || !cursor_slice(c, 4, 1, &status))
        return;
    fix.valid = (cursor_byte(status, 0) & FLAG_FIX) != 0;
    fix.lat = degrees_of(lat);
    fix.lon = degrees_of(lon);
    if (fix.has_time)
        reading_mark_time(reading, date, fix.time);
    reading_mark_place(reading, lat, fix.lat, lon, fix.lon);
    reading_mark_fix(reading, status, fix.valid);
    reading_fix(reading, &fix);
}

static void read(const struct message *message, struct reading *reading)
{
    struct cursor bytes = message->bytes, type, id, content = bytes;
    binary_mark(&frame, reading);
    if (!cursor_slice(bytes, TYPE_AT, 1, &type))
        return;
    reading->type = cursor_byte(type, 0) == POSITION ? "position" : "status";
    reading_mark_value(reading, "type", type, "%s", reading->type);
    if (bytes.left >= CONTENT_AT + TAIL && cursor_slice(bytes, ID_AT, ID_SIZE, &id))
        reading_device_bcd(reading, id, 1, 15);
    if (cursor_byte(type, 0) == POSITION && cursor_skip(&content, CONTENT_AT))
        read_position(content, reading);
    reading_no_location(reading);
}

static void answer(const struct message *message, const struct asker *asker, struct buffer *reply)
{
    struct cursor bytes = message->bytes;
    uint8_t type, check;
    (void)asker;
    if (bytes.left <= SERVER_SIZE || !cursor_u8_at(bytes, TYPE_AT, &type) ||
        !cursor_u8_at(bytes, bytes.left - TAIL, &check))
        return;
    size_t start = reply->length;
    buffer_put(reply, "\x58\x58\x21\x00\x05", 5);
    buffer_put_u8(reply, check);
    buffer_put_u8(reply, type);
    buffer_put_u8(reply, 0);
    binary_put_end(&frame, reply, start);
}

static const struct sample samples[] = {
    { .hex = "585880003401234567890123452602010809100518e6b0020c529000000045f8000004d27ffc4d0b290085501a19"
             "000000000400024e55a50d",
      .claim = CLAIM_CERTAIN,
      .type = "position",
      .device = "123456789012345",
      SAMPLE_VALID,
      .answer = "5858210005a58000010d" },
    { .hex = "585880003401234567890123452602010809108396bb508794bc200000004578000004d27ffc4d0b290085501a19"
             "000000000400024e55d30d",
      .claim = CLAIM_CERTAIN,
      .type = "position",
      .device = "123456789012345",
      SAMPLE_INVALID,
      .answer = "5858210005d38000770d" },
    { .hex = "58588000340123456789012345260201080910045e223087f0bed000000045f8000004d27ffc4d0b290085501a19"
             "000000000400024e55730d",
      .claim = CLAIM_CERTAIN,
      .type = "position",
      .device = "123456789012345",
      SAMPLE_NORTH_WEST,
      .answer = "5858210005738000d70d" },
    { .hex = "585880002901234567890123452602010809100518e6b0020c529000000000f8000000000000000000000000050d",
      .claim = CLAIM_LIKELY,
      .type = "position",
      .device = "123456789012345",
      SAMPLE_VALID,
      .answer = "5858210005058000a10d" },
    { .hex = "585883000b012345678901234501670d",
      .claim = CLAIM_CERTAIN,
      .type = "status",
      .device = "123456789012345",
      .location = LOCATION_NONE,
      .answer = "5858210005678300c00d" },
    { 0 }
};

const struct protocol protocol_niot = {
    .name = "niot",
    .port = 5210,
    .transports = OVER_TCP,
    .heads = HEADS(HEAD("\x58\x58")),
    .match = match,
    .read = read,
    .answer = answer,
    .samples = samples,
};
