/* SPDX-License-Identifier: Apache-2.0 */
/*
 * khd: KHD KG100, KG200, KG300, KC200, Chinese taxi terminals. Binary, big endian, TCP.
 *
 *   29 29 | type | L 2 | id 4 | content … | XOR | 0d      total = L + 5; XOR of everything before it
 *   80 position, 81 asked for, 82 alarm, 85 reply, 8e stored, a3 peripherals: yymmddhhmmss BCD | lat 4 | lon 4 BCD
 *       (highest bit: south, west; then dddmm.mmm) | speed 2 | course 2 | flags (bit 7 fix) | …
 *   b1 login   83 number   84 text   86 SMS alarm
 *   The server's answer is a frame of type 21 with L = 5, without an id. gator has the same frames with 24 24.
 */
#include "base/nmea.h"
#include "protocol/binary_frame.h"

enum { TYPE_AT = 2, ID_AT = 5, ID_SIZE = 4, CONTENT_AT = 9, TAIL = 2, SERVER_SIZE = 10 };
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

static bool has_position(uint8_t type)
{
    return type == 0x80 || type == 0x81 || type == 0x82 || type == 0x85 || type == 0x8e || type == 0xa3;
}

static const char *type_name(uint8_t type)
{
    switch (type) {
    case 0x80:
    case 0x81:
    case 0x8e:
    case 0xa3:
        return "position";
    case 0x82:
        return "alarm";
    case 0x85:
        return "reply";
    case 0xb1:
        return "login";
    case 0x83:
    case 0x86:
        return "status";
    case 0x84:
        return "text";
    default:
        return NULL;
    }
}

static bool has_date(struct cursor bytes)
{
    int64_t time;
    return cursor_skip(&bytes, CONTENT_AT) && reading_take_bcd_time(&bytes, "ymdhis", &time);
}

/* Cut off before anything tells: a length below 256 makes the head four bytes and a type. */
static bool is_short(struct cursor bytes)
{
    return cursor_byte(bytes, 3) == 0;
}

static enum claim match(const struct message *message, size_t *length)
{
    uint8_t type;
    enum claim claim = binary_match(&frame, message, length);
    if (claim < CLAIM_POSSIBLE || claim == CLAIM_CERTAIN)
        return claim;
    if (!cursor_u8_at(message->bytes, TYPE_AT, &type) || !type_name(type))
        return CLAIM_NO;
    if (has_position(type) && type != 0x85)
        return has_date(message->bytes) ? CLAIM_LIKELY : CLAIM_NO;
    if (claim == CLAIM_LIKELY || has_date(message->bytes))
        return CLAIM_LIKELY;
    return is_short(message->bytes) ? claim : CLAIM_NO;
}

static void read_position(struct cursor c, struct reading *reading)
{
    struct cursor date = c, lat, lon, flags;
    struct fix fix = { 0 };
    date.left = date.left < 6 ? date.left : 6;
    fix.has_time = reading_carry_bcd_time(&c, "ymdhis", &fix.time);
    if (!cursor_take(&c, 4, &lat) || !cursor_take(&c, 4, &lon) || !cursor_slice(c, 4, 1, &flags) ||
        !nmea_bcd(lat, &fix.lat) || !nmea_bcd(lon, &fix.lon))
        return;
    fix.valid = (cursor_byte(flags, 0) & FLAG_FIX) != 0;
    if (fix.has_time)
        reading_mark_time(reading, date, fix.time);
    reading_mark_place(reading, lat, fix.lat, lon, fix.lon);
    reading_mark_fix(reading, flags, fix.valid);
    reading_fix(reading, &fix);
}

static void read(const struct message *message, struct reading *reading)
{
    struct cursor bytes = message->bytes, type, id, content = bytes;
    binary_mark(&frame, reading);
    if (!cursor_slice(bytes, TYPE_AT, 1, &type))
        return;
    const char *name = type_name(cursor_byte(type, 0));
    reading->type = name ? name : "status";
    reading_mark_value(reading, "type", type, "%s", reading->type);
    /* the server's own frames have none */
    if (bytes.left >= CONTENT_AT + TAIL && cursor_slice(bytes, ID_AT, ID_SIZE, &id))
        reading_device_bcd(reading, id, 0, 0);
    if (has_position(cursor_byte(type, 0)) && cursor_skip(&content, CONTENT_AT))
        read_position(content, reading);
    reading_no_location(reading);
}

static void answer(const struct message *message, const struct asker *asker, struct buffer *reply)
{
    struct cursor bytes = message->bytes;
    uint8_t type, check, first = 0;
    (void)asker;
    if (!cursor_u8_at(bytes, TYPE_AT, &type) ||
        (type != 0x83 && type != 0x84 && type != 0x86 && type != 0x8e && type != 0xb1) || bytes.left < TAIL ||
        !cursor_u8_at(bytes, bytes.left - TAIL, &check) || !cursor_u8_at(bytes, CONTENT_AT, &first))
        return;
    size_t start = reply->length;
    buffer_put(reply, "\x29\x29\x21\x00\x05", 5);
    buffer_put_u8(reply, check);
    buffer_put_u8(reply, type);
    buffer_put_u8(reply, first);
    binary_put_end(&frame, reply, start);
}

static const struct sample samples[] = {
    { .hex = "29298000230c99b80d260201080910047306000190540001250045f8000123ffff1d00001e00bb0d",
      .claim = CLAIM_CERTAIN,
      .type = "position",
      .device = "0c99b80d",
      SAMPLE_VALID },
    { .hex = "29298200230c99b80d26020108091083327000870396000125004578000123ffff1d00001e005e0d",
      .claim = CLAIM_CERTAIN,
      .type = "alarm",
      .device = "0c99b80d",
      SAMPLE_INVALID },
    { .hex = "29298000230c99b80d260201080910040426008740060001250045f8000123ffff1d00001e00e80d",
      .claim = CLAIM_CERTAIN,
      .type = "position",
      .device = "0c99b80d",
      SAMPLE_NORTH_WEST },
    { .hex = "29298e001d0c99b80d260201080910833270008703960001250045f800022700e80d",
      .claim = CLAIM_CERTAIN,
      .type = "position",
      .device = "0c99b80d",
      SAMPLE_SOUTH_WEST,
      .answer = "2929210005e88e26640d" },
    { .hex = "2929a3001f0c99b80d2602010809100000000000000000000000007b0000007fff0e5d0d",
      .claim = CLAIM_CERTAIN,
      .type = "position",
      .device = "0c99b80d",
      .location = LOCATION_INVALID,
      .time = "2026-02-01T08:09:10Z" },
    { .hex = "292981001d0c99b80d260201080910047306000190540001250045f800022700850d",
      .claim = CLAIM_LIKELY,
      .type = "position",
      .device = "0c99b80d",
      SAMPLE_VALID },
    { .hex = "29298500070c99b80d37950d",
      .claim = CLAIM_CERTAIN,
      .type = "reply",
      .device = "0c99b80d",
      .location = LOCATION_NONE },
    { .hex = "2929b100060c99b80d970d",
      .claim = CLAIM_CERTAIN,
      .type = "login",
      .device = "0c99b80d",
      .location = LOCATION_NONE,
      .answer = "292921000597b197950d" },
    { .hex = "29298400080c99b80d4f4ba80d",
      .claim = CLAIM_CERTAIN,
      .type = "text",
      .device = "0c99b80d",
      .location = LOCATION_NONE,
      .answer = "2929210005a8844f470d" },
    { 0 }
};

const struct protocol protocol_khd = {
    .name = "khd",
    .port = 5058,
    .transports = OVER_TCP,
    .heads = HEADS(HEAD("\x29\x29")),
    .match = match,
    .read = read,
    .answer = answer,
    .samples = samples,
};
