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
#include "protocol/cr_frame.h"

enum { ID_SIZE = 4, CONTENT_AT = 9 };

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
    return cursor_skip(&bytes, CONTENT_AT) && cr_frame_has_date(bytes);
}

/* Cut off before anything tells: a length below 256 makes the head four bytes and a type. */
static bool is_short(struct cursor bytes)
{
    return cursor_byte(bytes, 3) == 0;
}

static enum claim match(const struct message *message, size_t *length)
{
    uint8_t type;
    enum claim claim = binary_match(&cr_frame, message, length);
    if (claim < CLAIM_POSSIBLE || claim == CLAIM_CERTAIN)
        return claim;
    if (!cursor_u8_at(message->bytes, CR_FRAME_TYPE_AT, &type) || !type_name(type))
        return CLAIM_NO;
    if (has_position(type) && type != 0x85)
        return has_date(message->bytes) ? CLAIM_LIKELY : CLAIM_NO;
    if (claim == CLAIM_LIKELY || has_date(message->bytes))
        return CLAIM_LIKELY;
    return is_short(message->bytes) ? claim : CLAIM_NO;
}

static void read(const struct message *message, struct reading *reading)
{
    struct cursor bytes = message->bytes, type, id, content = bytes;
    binary_mark(&cr_frame, reading);
    if (!cursor_slice(bytes, CR_FRAME_TYPE_AT, 1, &type))
        return;
    const char *name = type_name(cursor_byte(type, 0));
    reading->type = name ? name : "status";
    reading_mark_value(reading, "type", type, "%s", reading->type);
    /* the server's own frames have none */
    if (bytes.left >= CONTENT_AT + CR_FRAME_TAIL && cursor_slice(bytes, CR_FRAME_ID_AT, ID_SIZE, &id))
        reading_device_bcd(reading, id, 0, 0);
    if (has_position(cursor_byte(type, 0)) && cursor_skip(&content, CONTENT_AT))
        cr_frame_read_position(content, nmea_bcd, reading);
    reading_no_location(reading);
}

static void answer(const struct message *message, const struct asker *asker, struct buffer *reply)
{
    uint8_t type, first = 0;
    (void)asker;
    if (cursor_u8_at(message->bytes, CR_FRAME_TYPE_AT, &type) &&
        cursor_u8_at(message->bytes, CONTENT_AT, &first) &&
        (type == 0x83 || type == 0x84 || type == 0x86 || type == 0x8e || type == 0xb1))
        cr_frame_answer(message->bytes, "\x29\x29", first, reply);
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
