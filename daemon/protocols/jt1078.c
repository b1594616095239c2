/* SPDX-License-Identifier: Apache-2.0 */
/*
 * jt1078: video and sound of JT/T 1078 terminals, the partners of jt808. Binary, big endian, TCP. Never a place, no answers.
 *
 *   30 31 63 64 | 81 | payload type | sequence 2 | number 6 BCD, or 10 where it begins with 00 00 | channel | kind ½, part ½ |
 *   timestamp 8 | [intervals 4, of kinds 0 to 2: video] | L 2 | body L
 *   kinds: 0 I frame, 1 P, 2 B, 3 sound, 4 transparent
 *   Traccar takes no id from it: a device is known by its messages on the port of jt808.
 */
#include "base/bcd.h"
#include "protocol/protocol.h"

enum { NUMBER_AT = 8, SHORT_NUMBER = 6, LONG_NUMBER = 10, TIMESTAMP = 8, INTERVALS = 4, SHORTEST = 26 };
enum { LAST_VIDEO = 2, LAST_KIND = 4, BODY_MAX = 4096 };

static size_t number_size(struct cursor bytes)
{
    struct cursor start;
    return cursor_slice(bytes, NUMBER_AT, 2, &start) && CURSOR_STARTS(start, "\0\0") ? LONG_NUMBER
                                                                                     : SHORT_NUMBER;
}

static enum claim match(const struct message *message, size_t *length)
{
    struct cursor bytes = message->bytes;
    size_t kind_at = NUMBER_AT + number_size(bytes) + 1;
    uint8_t kind = 0, version;
    uint16_t size;
    *length = bytes.left;
    if (cursor_u8_at(bytes, 4, &version) && version >> 6 != 2)
        return CLAIM_NO;
    if (cursor_u8_at(bytes, kind_at, &kind) && (kind >> 4 > LAST_KIND || (kind & 15) > 3))
        return CLAIM_NO;
    size_t size_at = kind_at + 1 + TIMESTAMP + (kind >> 4 <= LAST_VIDEO ? INTERVALS : 0);
    if (!cursor_be16_at(bytes, size_at, &size))
        return message->complete ? CLAIM_POSSIBLE : CLAIM_MORE;
    if (size > BODY_MAX)
        return CLAIM_NO;
    enum framed framed = frame_by_length(bytes, message->complete, size_at + 2 + size, MESSAGE_MAX, length);
    return framed == FRAMED ? CLAIM_CERTAIN : framed == FRAMED_CUT ? CLAIM_LIKELY : claim_framed(framed);
}

static const char *type_name(unsigned kind)
{
    return kind <= LAST_VIDEO ? "video" : kind == 3 ? "sound" : "data";
}

static void read(const struct message *message, struct reading *reading)
{
    struct cursor bytes = message->bytes, number, kind;
    size_t size = number_size(bytes);
    char digits[2 * LONG_NUMBER + 1];
    reading->type = "video";
    if (cursor_slice(bytes, NUMBER_AT, size, &number) &&
        cursor_slice(bytes, NUMBER_AT + size + 1, 1, &kind)) {
        reading->type = type_name(cursor_byte(kind, 0) >> 4);
        bcd_copy_text(number, digits, sizeof(digits));
        reading_mark_value(reading, "number", number, "%s", digits);
        reading_mark_value(reading, "type", kind, "%s", reading->type);
    }
    reading_no_location(reading);
}

static const struct sample samples[] = {
    { .hex = "303163648162004d138012345678010100000000697f0a2600280028002c00000001000102030405060708090a0b0c0"
             "d0e0f101112131415161718191a1b1c1d1e1f2021222324252627",
      .claim = CLAIM_CERTAIN,
      .type = "video",
      .location = LOCATION_NONE },
    { .hex = "303163648162004d00000123456789012345011000000000697f0a26002800280019000000012100010203040506070"
             "8090a0b0c0d0e0f10111213",
      .claim = CLAIM_CERTAIN,
      .type = "video",
      .location = LOCATION_NONE },
    { .hex = "303163648162004d138012345678013000000000697f0a26001e000102030405060708090a0b0c0d0e0f10111213141"
             "5161718191a1b1c1d",
      .claim = CLAIM_CERTAIN,
      .type = "sound",
      .location = LOCATION_NONE },
    { .hex = "303163648162004d138012345678014000000000697f0a2600080001020304050607",
      .claim = CLAIM_CERTAIN,
      .type = "data",
      .location = LOCATION_NONE },
    { 0 }
};

const struct protocol protocol_jt1078 = {
    .name = "jt1078",
    .port = 5263,
    .transports = OVER_TCP,
    .never = NEVER_VALID | NEVER_INVALID,
    .heads = HEADS(HEAD("01cd")),
    .match = match,
    .read = read,
    .samples = samples,
};
