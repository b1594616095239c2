/* SPDX-License-Identifier: Apache-2.0 */
/*
 * gt02: Concox and Goome GT02, TR02 and other early trackers. Binary, big endian, TCP, no checksum.
 *
 *   68 68 | L | voltage, gsm | id 8 BCD | serial 2 | type | content … | 0d 0a      total = L + 5
 *   10 position: yy mm dd hh mm ss | lat 4 | lon 4 (1/1800000 degree) | speed | course 2 | 3 | flags 4
 *                flags: bit 0 fix, 1 north, 2 east
 *   1a heartbeat (answered)   1c what a command brought: length, text
 */
#include "base/bcd.h"
#include "protocol/binary_frame.h"

enum { HEARTBEAT = 0x1a, POSITION = 0x10, REPLY = 0x1c };
enum { ID_AT = 5, ID_SIZE = 8, TYPE_AT = 15, CONTENT_AT = 16 };
enum { FLAG_FIX = 1, FLAG_NORTH = 2, FLAG_EAST = 4 };

static const struct binary_frame frame = {
    .length_at = 2, .length_size = 1, .plus = 5, .shortest = CONTENT_AT + 2, .end = "\r\n", .end_size = 2
};

static enum claim match(const struct message *message, size_t *length)
{
    struct cursor id;
    enum claim claim = binary_match(&frame, message, length);
    if (claim < CLAIM_POSSIBLE)
        return claim;
    bool has_id = cursor_slice(message->bytes, ID_AT, ID_SIZE, &id) && bcd_ok(id);
    if (claim == CLAIM_LIKELY && has_id)
        return CLAIM_CERTAIN;
    return has_id || claim == CLAIM_LIKELY ? claim : CLAIM_NO;
}

static void read_position(struct cursor c, struct reading *reading)
{
    struct cursor date = c, lat, lon, flags;
    struct fix fix = { 0 };
    date.left = date.left < 6 ? date.left : 6;
    fix.has_time = reading_take_bytes_time(&c, "ymdhis", &fix.time);
    if (!cursor_take(&c, 4, &lat) || !cursor_take(&c, 4, &lon) || !cursor_slice(c, 6, 4, &flags))
        return;
    fix.valid = (cursor_be_of(flags) & FLAG_FIX) != 0;
    fix.lat = (double)cursor_be_of(lat) / 1800000 * (cursor_be_of(flags) & FLAG_NORTH ? 1 : -1);
    fix.lon = (double)cursor_be_of(lon) / 1800000 * (cursor_be_of(flags) & FLAG_EAST ? 1 : -1);
    reading_mark_time(reading, date, fix.time);
    reading_mark_place(reading, lat, fix.lat, lon, fix.lon);
    reading_mark_fix(reading, flags, fix.valid);
    reading_fix(reading, &fix);
}

static const char *type_name(uint8_t type)
{
    switch (type) {
    case POSITION:
        return "position";
    case HEARTBEAT:
        return "heartbeat";
    case REPLY:
        return "reply";
    default:
        return "status";
    }
}

static void read(const struct message *message, struct reading *reading)
{
    struct cursor bytes = message->bytes, id, type, content = bytes, text;
    uint8_t size;
    binary_mark(&frame, reading);
    if (cursor_slice(bytes, ID_AT, ID_SIZE, &id))
        reading_device_bcd(reading, id, 1, 15);
    if (!cursor_slice(bytes, TYPE_AT, 1, &type) || !cursor_skip(&content, CONTENT_AT))
        return;
    reading->type = type_name(cursor_byte(type, 0));
    reading_mark_value(reading, "type", type, "%s", reading->type);
    if (cursor_byte(type, 0) == POSITION)
        read_position(content, reading);
    else if (cursor_byte(type, 0) == REPLY && cursor_u8(&content, &size) &&
             cursor_take(&content, size, &text))
        reading_mark(reading, "text", text);
    reading_no_location(reading);
}

static void answer(const struct message *message, const struct asker *asker, struct buffer *reply)
{
    uint8_t type;
    (void)asker;
    if (cursor_u8_at(message->bytes, TYPE_AT, &type) && type == HEARTBEAT)
        buffer_put_text(reply, "\x54\x68\x1a\r\n");
}

static const struct sample samples[] = {
    { .hex = "686825050401234567890123450001101a020108090a0518e6b0020c529019002d000000000000070d0a",
      .claim = CLAIM_CERTAIN,
      .type = "position",
      .device = "123456789012345",
      SAMPLE_VALID },
    { .hex = "686825050401234567890123450001101a020108090a0396bb500794bc2019002d000000000000000d0a",
      .claim = CLAIM_CERTAIN,
      .type = "position",
      .device = "123456789012345",
      SAMPLE_INVALID },
    { .hex = "686825050401234567890123450001101a020108090a045e223007f0bed019002d000000000000030d0a",
      .claim = CLAIM_CERTAIN,
      .type = "position",
      .device = "123456789012345",
      SAMPLE_NORTH_WEST },
    { .hex = "6868120504012345678901234500011a04030a1c200d0a",
      .claim = CLAIM_CERTAIN,
      .type = "heartbeat",
      .device = "123456789012345",
      .location = LOCATION_NONE,
      .answer = "54681a0d0a" },
    { .hex = "6868150504012345678901234500011c0754494d455221210d0a",
      .claim = CLAIM_CERTAIN,
      .type = "reply",
      .device = "123456789012345",
      .location = LOCATION_NONE },
    { .hex = "68680e05040123456789012345000122010d0a",
      .claim = CLAIM_CERTAIN,
      .type = "status",
      .device = "123456789012345",
      .location = LOCATION_NONE },
    { 0 }
};

const struct protocol protocol_gt02 = {
    .name = "gt02",
    .port = 5022,
    .transports = OVER_TCP,
    .heads = HEADS(HEAD("\x68\x68")),
    .match = match,
    .read = read,
    .answer = answer,
    .samples = samples,
};
