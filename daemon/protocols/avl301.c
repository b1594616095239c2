/* SPDX-License-Identifier: Apache-2.0 */
/*
 * avl301: AVL301. Binary, big endian, TCP. What the byte or two before the end are is not known.
 *
 *   24 | type | L | content … | 0d 0a      total = L
 *   'L' login: id 8 BCD
 *   'H' status (answered)
 *   '$' position: yy mm dd hh mm ss | satellites | satellites in view | lat 4 | lon 4 (1/600000 degree) | speed |
 *       flags 2: course 10 bits, bit 10 south, 11 west, 12 fix | cell … | status …
 *   castel's short MPIP frames begin the same: a zero stands where the year is here.
 */
#include "base/bcd.h"
#include "protocol/binary_frame.h"

enum { LOGIN = 'L', STATUS = 'H', POSITION = '$' };
enum { CONTENT_AT = 3, ID_SIZE = 8, PLACE_AT = 11, PLACE_END = 22, LATER_YEAR = 63 };
enum { FLAG_SOUTH = 0x0400, FLAG_WEST = 0x0800, FLAG_FIX = 0x1000 };

static const struct binary_frame frame = {
    .length_at = 2, .length_size = 1, .shortest = 6, .end = "\r\n", .end_size = 2
};

/* Does the content speak for the type? */
static bool is_plausible(struct cursor bytes)
{
    struct cursor id, content = bytes;
    int64_t time;
    uint8_t type, year;
    if (!cursor_u8_at(bytes, 1, &type) || !cursor_skip(&content, CONTENT_AT))
        return false;
    switch (type) {
    case LOGIN:
        return cursor_slice(bytes, CONTENT_AT, ID_SIZE, &id) && bcd_ok(id) && cursor_byte(id, 0) < 0x10;
    case STATUS:
        return !cursor_is_text(content);
    default:
        if (CURSOR_STARTS(content, "\0\0\0\0\0\0"))
            return bytes.left > PLACE_END; /* a clock that was never set */
        return cursor_u8_at(bytes, CONTENT_AT, &year) && year > 0 && year <= LATER_YEAR &&
               reading_take_bytes_time(&content, "ymdhis", &time) && bytes.left > PLACE_END;
    }
}

static enum claim match(const struct message *message, size_t *length)
{
    enum claim claim = binary_match(&frame, message, length);
    if (claim < CLAIM_POSSIBLE)
        return claim;
    if (!is_plausible(cursor_part(message->bytes, 0, *length)))
        return CLAIM_NO;
    struct cursor content = message->bytes;
    bool is_unset = cursor_byte(content, 1) == POSITION && cursor_skip(&content, CONTENT_AT) &&
                    cursor_byte(content, 0) == 0;
    if (claim == CLAIM_POSSIBLE || cursor_byte(message->bytes, 1) == STATUS || is_unset)
        return claim;
    return CLAIM_CERTAIN;
}

static void read_position(struct cursor bytes, struct reading *reading)
{
    struct cursor date, lat, lon, flags, c = bytes;
    struct fix fix = { 0 };
    if (!cursor_slice(bytes, CONTENT_AT, 6, &date) || !cursor_skip(&c, PLACE_AT) ||
        !cursor_take(&c, 4, &lat) || !cursor_take(&c, 4, &lon) || !cursor_slice(c, 1, 2, &flags))
        return;
    struct cursor when = date;
    fix.has_time = reading_take_bytes_time(&when, "ymdhis", &fix.time);
    fix.valid = (cursor_be_of(flags) & FLAG_FIX) != 0;
    fix.lat = (double)cursor_be_of(lat) / 600000 * (cursor_be_of(flags) & FLAG_SOUTH ? -1 : 1);
    fix.lon = (double)cursor_be_of(lon) / 600000 * (cursor_be_of(flags) & FLAG_WEST ? -1 : 1);
    if (fix.has_time)
        reading_mark_time(reading, date, fix.time);
    reading_mark_place(reading, lat, fix.lat, lon, fix.lon);
    reading_mark_fix(reading, flags, fix.valid);
    reading_fix(reading, &fix);
}

static void read(const struct message *message, struct reading *reading)
{
    struct cursor bytes = message->bytes, type, id;
    binary_mark(&frame, reading);
    if (!cursor_slice(bytes, 1, 1, &type))
        return;
    reading->type = cursor_byte(type, 0) == LOGIN    ? "login"
                    : cursor_byte(type, 0) == STATUS ? "status"
                                                     : "position";
    reading_mark_value(reading, "type", type, "%s", reading->type);
    if (cursor_byte(type, 0) == LOGIN && cursor_slice(bytes, CONTENT_AT, ID_SIZE, &id))
        reading_device_bcd(reading, id, 1, 15);
    else if (cursor_byte(type, 0) == POSITION)
        read_position(bytes, reading);
    reading_no_location(reading);
}

static void answer(const struct message *message, const struct asker *asker, struct buffer *reply)
{
    uint8_t type;
    (void)asker;
    if (!cursor_u8_at(message->bytes, 1, &type) || type == POSITION)
        return;
    buffer_put_text(reply, type == LOGIN ? "$L#\r\n" : "$H#\r\n");
}

static const struct sample samples[] = {
    { .hex = "2424291a020108090a080a01b2f79000aec63019102d00d8001e04d20f0c1900112233445566770d0a",
      .claim = CLAIM_CERTAIN,
      .type = "position",
      SAMPLE_VALID },
    { .hex = "2424291a020108090a080a01323e700286e960190c2d00d8001e04d20f0c1900112233445566770d0a",
      .claim = CLAIM_CERTAIN,
      .type = "position",
      SAMPLE_INVALID },
    { .hex = "2424291a020108090a080a0174b61002a594f019182d00d8001e04d20f0c1900112233445566770d0a",
      .claim = CLAIM_CERTAIN,
      .type = "position",
      SAMPLE_NORTH_WEST },
    { .hex = "244c1001234567890123450101a70d0a",
      .claim = CLAIM_CERTAIN,
      .type = "login",
      .device = "123456789012345",
      .location = LOCATION_NONE,
      .answer = "=$L#\r\n" },
    { .hex = "24480d1001c20a4c0b00020d0a",
      .claim = CLAIM_LIKELY,
      .type = "status",
      .location = LOCATION_NONE,
      .answer = "=$H#\r\n" },
    { .hex = "242422000000000000000a0000000000000000030000000000000000000000000d0a",
      .claim = CLAIM_LIKELY,
      .type = "position",
      .location = LOCATION_INVALID },
    { 0 }
};

const struct protocol protocol_avl301 = {
    .name = "avl301",
    .port = 5085,
    .transports = OVER_TCP,
    .heads = HEADS(HEAD("$L"), HEAD("$H"), HEAD("$$")),
    .match = match,
    .read = read,
    .answer = answer,
    .samples = samples,
};
