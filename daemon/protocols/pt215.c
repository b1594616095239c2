/* SPDX-License-Identifier: Apache-2.0 */
/*
 * pt215: PT215. Binary, big endian, TCP, no checksum. L counts differently by type: the end is found by its two bytes.
 *
 *   58 58 | L | type | content … | 0d 0a
 *   01 login: id 8 BCD | 1      08 heartbeat: empty      13 status
 *   10, 11 position: yy mm dd hh mm ss | lat 4 | lon 4 (1/1800000 degree) |
 *       flags 2: course 10 bits, bit 10 north, 11 west, 12 fix
 *   niot has the same head and a length of two bytes.
 */
#include "base/bcd.h"
#include "protocol/protocol.h"

enum { LOGIN = 0x01, HEARTBEAT = 0x08, POSITION = 0x10, POSITION_STORED = 0x11, STATUS = 0x13 };
enum { CONTENT_AT = 4, ID_SIZE = 8, LOGIN_SIZE = 15, EMPTY = 6, POSITION_SIZE = 22, LONGEST = 268 };
enum { FLAG_NORTH = 0x0400, FLAG_WEST = 0x0800, FLAG_FIX = 0x1000 };

/* A whole message of the type has at least so many bytes. */
static size_t shortest(uint8_t type)
{
    switch (type) {
    case LOGIN:
        return LOGIN_SIZE;
    case POSITION:
    case POSITION_STORED:
        return POSITION_SIZE;
    default:
        return EMPTY;
    }
}

static bool is_known(uint8_t type)
{
    return type == LOGIN || type == HEARTBEAT || type == POSITION || type == POSITION_STORED ||
           type == STATUS;
}

static bool is_plausible(struct cursor bytes)
{
    struct cursor id;
    int64_t time;
    switch (cursor_byte(bytes, 3)) {
    case LOGIN:
        return cursor_slice(bytes, CONTENT_AT, ID_SIZE, &id) && bcd_ok(id) && cursor_byte(id, 0) < 0x10;
    case POSITION:
    case POSITION_STORED:
        /* or a clock that was never set */
        return cursor_skip(&bytes, CONTENT_AT) &&
               (CURSOR_STARTS(bytes, "\0\0\0\0\0\0") || reading_take_bytes_time(&bytes, "ymdhis", &time));
    default:
        return true;
    }
}

static enum claim match(const struct message *message, size_t *length)
{
    struct cursor bytes = message->bytes, rest = bytes;
    size_t at;
    *length = bytes.left;
    if (bytes.left < CONTENT_AT)
        return message->complete ? CLAIM_NO : CLAIM_MORE;
    size_t least = shortest(cursor_byte(bytes, 3));
    bool is_own = is_known(cursor_byte(bytes, 3));
    if (bytes.left < least)
        return !message->complete                                         ? CLAIM_MORE
               : is_own && bytes.left > CONTENT_AT && is_plausible(bytes) ? CLAIM_POSSIBLE
                                                                          : CLAIM_NO;
    if (!is_plausible(bytes) || cursor_is_text(cursor_part(bytes, 0, CONTENT_AT)))
        return CLAIM_NO;
    if (cursor_skip(&rest, least - 2) && cursor_find_text(rest, "\r\n", &at) && least + at <= LONGEST) {
        *length = least + at;
        /* what its relatives send, too, and Traccar passes over */
        if (!is_own)
            return at == 0 || *length == cursor_byte(bytes, 2) + 5u ? CLAIM_LIKELY : CLAIM_POSSIBLE;
        return cursor_byte(bytes, 3) == STATUS || at > 0 ? CLAIM_LIKELY : CLAIM_CERTAIN;
    }
    if (bytes.left > LONGEST || (!is_own && message->complete))
        return CLAIM_NO;
    return message->complete ? CLAIM_POSSIBLE : CLAIM_MORE;
}

static void read_position(struct cursor c, struct reading *reading)
{
    struct cursor date = c, lat, lon, flags;
    struct fix fix = { 0 };
    date.left = date.left < 6 ? date.left : 6;
    fix.has_time = reading_take_bytes_time(&c, "ymdhis", &fix.time);
    if (!cursor_take(&c, 4, &lat) || !cursor_take(&c, 4, &lon) || !cursor_take(&c, 2, &flags))
        return;
    fix.valid = (cursor_be_of(flags) & FLAG_FIX) != 0;
    fix.lat = (double)cursor_be_of(lat) / 1800000 * (cursor_be_of(flags) & FLAG_NORTH ? 1 : -1);
    fix.lon = (double)cursor_be_of(lon) / 1800000 * (cursor_be_of(flags) & FLAG_WEST ? -1 : 1);
    if (fix.has_time)
        reading_mark_time(reading, date, fix.time);
    reading_mark_place(reading, lat, fix.lat, lon, fix.lon);
    reading_mark_fix(reading, flags, fix.valid);
    reading_fix(reading, &fix);
}

static void read(const struct message *message, struct reading *reading)
{
    struct cursor bytes = message->bytes, type, id, content = bytes;
    if (!cursor_slice(bytes, 3, 1, &type) || !cursor_skip(&content, CONTENT_AT))
        return;
    bool has_place = cursor_byte(type, 0) == POSITION || cursor_byte(type, 0) == POSITION_STORED;
    reading->type = has_place                           ? "position"
                    : cursor_byte(type, 0) == LOGIN     ? "login"
                    : cursor_byte(type, 0) == HEARTBEAT ? "heartbeat"
                                                        : "status";
    reading_mark_value(reading, "type", type, "%s", reading->type);
    if (cursor_byte(type, 0) == LOGIN && cursor_slice(bytes, CONTENT_AT, ID_SIZE, &id))
        reading_device_bcd(reading, id, 1, 15);
    if (has_place)
        read_position(content, reading);
    reading_no_location(reading);
}

static void answer(const struct message *message, const struct asker *asker, struct buffer *reply)
{
    struct cursor bytes = message->bytes, date;
    uint8_t type;
    (void)asker;
    if (!cursor_u8_at(bytes, 3, &type) || bytes.left < shortest(type))
        return;
    if (type == LOGIN) {
        buffer_put_text(reply, "\x58\x58\x01\x01\r\n");
    } else if ((type == POSITION || type == POSITION_STORED) && cursor_slice(bytes, CONTENT_AT, 6, &date)) {
        buffer_put_text(reply, "\x58\x58\x07");
        buffer_put_u8(reply, type);
        buffer_put_cursor(reply, date);
        buffer_put_text(reply, "\r\n");
    }
}

static const struct sample samples[] = {
    { .hex = "585812101a020108090a0518e6b0020c5290142d0d0a",
      .claim = CLAIM_CERTAIN,
      .type = "position",
      SAMPLE_VALID,
      .answer = "585807101a020108090a0d0a" },
    { .hex = "585812111a020108090a0396bb500794bc20082d0d0a",
      .claim = CLAIM_CERTAIN,
      .type = "position",
      SAMPLE_INVALID,
      .answer = "585807111a020108090a0d0a" },
    { .hex = "585812101a020108090a045e223007f0bed01c2d0d0a",
      .claim = CLAIM_CERTAIN,
      .type = "position",
      SAMPLE_NORTH_WEST,
      .answer = "585807101a020108090a0d0a" },
    { .hex = "58580d010123456789012345010d0a",
      .claim = CLAIM_CERTAIN,
      .type = "login",
      .device = "123456789012345",
      .location = LOCATION_NONE,
      .answer = "585801010d0a" },
    { .hex = "585801080d0a", .claim = CLAIM_CERTAIN, .type = "heartbeat", .location = LOCATION_NONE },
    { .hex = "58580613320108190d0a", .claim = CLAIM_LIKELY, .type = "status", .location = LOCATION_NONE },
    { .hex = "585801300d0a", .claim = CLAIM_LIKELY, .type = "status", .location = LOCATION_NONE },
    { .hex = "58580694040302010a0d0a", .claim = CLAIM_LIKELY, .type = "status", .location = LOCATION_NONE },
    { .hex = "58581210000000000000000000000000000000000d0a",
      .claim = CLAIM_CERTAIN,
      .type = "position",
      .location = LOCATION_INVALID,
      .answer = "585807100000000000000d0a" },
    { 0 }
};

const struct protocol protocol_pt215 = {
    .name = "pt215",
    .port = 5197,
    .transports = OVER_TCP,
    .heads = HEADS(HEAD("\x58\x58")),
    .match = match,
    .read = read,
    .answer = answer,
    .samples = samples,
};
