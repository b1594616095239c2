/* SPDX-License-Identifier: Apache-2.0 */
/*
 * flexiblereport: FlexibleReport trackers. Binary datagrams, big endian, UDP. No checksum.
 *
 *   7d | flags | id 8 BCD | index 2 | time 4 | event | length 1 (of all behind it) | blocks of type, length 1 and content
 *   type 00: mask 4 | fields by the mask: 0 product 1 | 1 time of the fix 4 | 2 lat 4, lon 4 (1e-6, from -90 and -180) | …
 *       times: seconds in a calendar of years with 12 months of 31 days, since 2000
 *   Without a fix its time is 0 and the place 0,0, which Traccar takes for a fix; without bit 2 there is none.
 *   Answered where the flags have one of the lowest two bits: 7e 00 02 e0, and 4f or 0f by the lowest bit of the index.
 */
#include "base/bcd.h"
#include "protocol/protocol.h"

enum {
    ID_AT = 2,
    ID_SIZE = 8,
    INDEX_AT = 10,
    TIME_AT = 12,
    LENGTH_AT = 17,
    TYPE_AT = 18,
    REST_AT = 19,
    MASK_AT = 20
};
enum { HAS_PRODUCT = 1, HAS_TIME = 2, HAS_PLACE = 4, GENERAL = 0 };

static bool time_of(struct cursor field, int64_t *time)
{
    uint64_t rest = cursor_be_of(field);
    struct calendar when = { .second = (unsigned)(rest % 60), .minute = (unsigned)(rest / 60 % 60) };
    rest /= 3600;
    when.hour = (unsigned)(rest % 24);
    rest /= 24;
    when.day = 1 + (unsigned)(rest % 31);
    rest /= 31;
    when.month = 1 + (unsigned)(rest % 12);
    when.year = 2000 + (unsigned)(rest / 12);
    return cursor_be_of(field) > 0 && calendar_to_unix(&when, time);
}

/* Do blocks fill what the length tells? */
static bool has_blocks(struct cursor bytes, size_t size)
{
    struct cursor block;
    uint8_t length;
    if (!cursor_slice(bytes, TYPE_AT, size, &bytes))
        return false;
    while (bytes.left > 1 && cursor_u8_at(bytes, 1, &length)) {
        if (!cursor_take(&bytes, 2u + length, &block))
            return false;
    }
    return bytes.left == 0;
}

static enum claim match(const struct message *message, size_t *length)
{
    struct cursor bytes = message->bytes, id, sent;
    int64_t time = 0;
    uint8_t size;
    if (!cursor_slice(bytes, ID_AT, ID_SIZE, &id) || !cursor_u8_at(bytes, LENGTH_AT, &size))
        return message->complete ? CLAIM_NO : CLAIM_MORE;
    if (!bcd_ok(id) || size < 2 || !cursor_slice(bytes, TIME_AT, 4, &sent) ||
        (cursor_be_of(sent) > 0 && !time_of(sent, &time)))
        return CLAIM_NO;
    bool is_sure = cursor_byte(id, 0) >> 4 == 0,
         is_dated = cursor_be_of(sent) > 0 && calendar_is_recent(time);
    enum framed framed =
        frame_by_length(bytes, message->complete, (size_t)TYPE_AT + size, MESSAGE_MAX, length);
    if (framed == FRAMED && has_blocks(bytes, size) && (!message->datagram || *length == bytes.left))
        return is_sure ? CLAIM_CERTAIN : CLAIM_LIKELY;
    if (framed == FRAMED_MORE)
        return CLAIM_MORE;
    /* cut off, or with something behind it: an id and a date are left */
    *length = message->datagram || framed != FRAMED ? bytes.left : *length;
    return is_sure && is_dated ? CLAIM_POSSIBLE : CLAIM_NO;
}

static void read_general(struct cursor c, struct reading *reading)
{
    struct cursor time = { 0 }, lat, lon;
    uint32_t mask;
    struct fix fix = { .valid = true };
    if (!cursor_be32(&c, &mask))
        return;
    if (!(mask & HAS_PLACE)) {
        reading_no_fix(reading);
        return;
    }
    if ((mask & HAS_PRODUCT && !cursor_skip(&c, 1)) || (mask & HAS_TIME && !cursor_take(&c, 4, &time)) ||
        !cursor_take(&c, 4, &lat) || !cursor_take(&c, 4, &lon))
        return;
    fix.has_time = (mask & HAS_TIME) && time_of(time, &fix.time);
    fix.lat = (double)cursor_be_of(lat) / 1e6 - 90;
    fix.lon = (double)cursor_be_of(lon) / 1e6 - 180;
    if (fix.has_time)
        reading_mark_time(reading, time, fix.time);
    reading_mark_place(reading, lat, fix.lat, lon, fix.lon);
    reading_fix(reading, &fix);
}

static void read(const struct message *message, struct reading *reading)
{
    struct cursor bytes = message->bytes, id, content = bytes, length;
    uint8_t type;
    if (cursor_slice(bytes, ID_AT, ID_SIZE, &id))
        reading_device_bcd(reading, id, 1, 0);
    if (cursor_slice(bytes, LENGTH_AT, 1, &length))
        reading_mark_number(reading, "length", length, cursor_byte(length, 0));
    bool is_general = cursor_u8_at(bytes, TYPE_AT, &type) && type == GENERAL;
    if (is_general && cursor_skip(&content, MASK_AT))
        read_general(content, reading);
    reading->type = is_general ? "position" : "status";
    reading_no_location(reading);
}

static void answer(const struct message *message, const struct asker *asker, struct buffer *reply)
{
    uint8_t flags;
    uint16_t index;
    (void)asker;
    if (!cursor_u8_at(message->bytes, 1, &flags) || !(flags & 3) ||
        !cursor_be16_at(message->bytes, INDEX_AT, &index))
        return;
    buffer_put(reply, "\x7e\0\2\xe0", 4);
    buffer_put_u8(reply, index & 1 ? 0x4f : 0x0f);
}

static const struct sample samples[] = {
    { .hex = "7d010123456789012345001031f87d28181c001a00002e7f0c31f87d2608323c700bdddf5022010e008200073200",
      .datagram = true,
      .claim = CLAIM_CERTAIN,
      .type = "position",
      .device = "123456789012345",
      SAMPLE_VALID,
      .answer = "7e0002e00f" },
    { .hex = "7d020123456789012345001131f87d28181c001a00002e7f0c31f87d2607ca79f00651477022010e008200073200",
      .datagram = true,
      .claim = CLAIM_CERTAIN,
      .type = "position",
      .device = "123456789012345",
      SAMPLE_NORTH_WEST,
      .answer = "7e0002e04f" },
    { .hex = "7d000123456789012345001031f87d2818150013000000470c31f87d26035ee270068465603200",
      .datagram = true,
      .claim = CLAIM_CERTAIN,
      .type = "position",
      .device = "123456789012345",
      SAMPLE_SOUTH_WEST },
    { .hex = "7d000123456789012345001031f87d28181400120000007b0c31f87d2622010e008200073200",
      .datagram = true,
      .claim = CLAIM_CERTAIN,
      .type = "position",
      .device = "123456789012345",
      .location = LOCATION_INVALID },
    { .hex = "7d000123456789012345001031f87d28181c001a0000007f0c00000000055d4a800aba950022010e008200073200",
      .datagram = true,
      .claim = CLAIM_CERTAIN,
      .type = "position",
      .device = "123456789012345",
      .location = LOCATION_VALID },
    { .hex = "7d000123456789012345001031f87d28181a0013000000470c31f87d2608323c700bdddf5032000503616263",
      .datagram = true,
      .claim = CLAIM_CERTAIN,
      .type = "position",
      .device = "123456789012345",
      SAMPLE_VALID },
    { .hex = "7d000123456789012345001031f87d28181c031a0000007f0c31f87d2608323c700bdddf5022010e008200073200",
      .datagram = true,
      .claim = CLAIM_CERTAIN,
      .type = "status",
      .device = "123456789012345",
      .location = LOCATION_NONE },
    { .hex = "7d019900000000000101000531f87d26012a002800003fff0131f87d26035ee27006846560050001000100020002000"
             "3000300040101010101010101",
      .datagram = true,
      .claim = CLAIM_LIKELY,
      .type = "position",
      .device = "900000000000101",
      SAMPLE_SOUTH_WEST,
      .answer = "7e0002e04f" },
    { .hex = "7d010900000000000101000531f87d26012a002800003fff0131f87d26035ee27006846560050001000100020002000"
             "3000300040101",
      .datagram = true,
      .claim = CLAIM_POSSIBLE,
      .type = "position",
      .device = "900000000000101",
      SAMPLE_SOUTH_WEST,
      .answer = "7e0002e04f" },
    { 0 }
};

const struct protocol protocol_flexiblereport = {
    .name = "flexiblereport",
    .port = 5227,
    .transports = OVER_UDP,
    .never = NEVER_PLACED,
    .heads = HEADS(HEAD("\x7d")),
    .match = match,
    .read = read,
    .answer = answer,
    .samples = samples,
};
