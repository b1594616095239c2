/* SPDX-License-Identifier: Apache-2.0 */
/*
 * dolphin: Dolphin of Brazil. Protocol Buffers behind a head of 28 bytes, little endian, TCP.
 *
 *   ab ab | index 4 | version 2 | flags 2 (bit 0 compressed) | type 2 | id 8 | L 4 | CRC 4 | content      total = L + 28
 *   CRC-32C over everything but itself.
 *   1 positions: 1 point, again and again: 1 lat, 2 lon (float) | 8 time fixed32 | …
 *   7, 8 login   10-19 configuration   20-26 firmware   30 ping   60, 61 command   …
 */
#include "base/protobuf.h"
#include "protocol/binary_frame.h"

enum { POSITIONS = 1, POSITIONS_ANSWER = 2 };
enum { INDEX_AT = 2, FLAGS_AT = 8, TYPE_AT = 10, ID_AT = 12, CRC_AT = 24, CONTENT_AT = 28 };
enum { FLAG_COMPRESSED = 1 };

static const struct binary_frame frame = {
    .length_at = 20, .length_size = 4, .length_le = true, .plus = CONTENT_AT, .shortest = CONTENT_AT
};

static uint32_t crc_of(struct cursor bytes)
{
    return crc32_castagnoli_of_two(cursor_part(bytes, 0, CRC_AT),
                                   cursor_part(bytes, CONTENT_AT, bytes.left - CONTENT_AT));
}

/* Has the id 14 to 16 digits, as an IMEI or a little less? */
static bool has_id(struct cursor bytes)
{
    uint64_t id;
    return cursor_le_at(bytes, ID_AT, 8, &id) && id >= 10000000000000 && id < 10000000000000000;
}

static enum claim match(const struct message *message, size_t *length)
{
    uint64_t crc;
    enum claim claim = binary_match(&frame, message, length);
    if (claim == CLAIM_LIKELY && cursor_le_at(message->bytes, CRC_AT, 4, &crc) &&
        crc == crc_of(cursor_part(message->bytes, 0, *length)))
        return CLAIM_CERTAIN;
    if (claim >= CLAIM_POSSIBLE)
        return has_id(message->bytes) ? CLAIM_LIKELY : CLAIM_NO;
    return claim;
}

static void read_point(struct cursor c, struct reading *reading)
{
    struct protobuf_field field;
    struct cursor lat = { 0 }, lon = { 0 };
    struct fix fix = { .valid = true };
    while (protobuf_next(&c, &field)) {
        if (field.wire != PROTOBUF_FIXED32)
            continue;
        struct cursor value = field.bytes;
        if (field.number == 1 && cursor_le_f32(&value, &fix.lat))
            lat = field.bytes;
        else if (field.number == 2 && cursor_le_f32(&value, &fix.lon))
            lon = field.bytes;
        else if (field.number == 8) {
            fix.has_time = true;
            fix.time = (int64_t)field.value;
            reading_mark_time(reading, field.bytes, fix.time);
        }
    }
    reading_mark_place(reading, lat, fix.lat, lon, fix.lon);
    reading_fix(reading, &fix);
}

static const char *type_name(uint16_t type)
{
    switch (type) {
    case POSITIONS:
        return "position";
    case 7:
        return "login";
    case 30:
        return "heartbeat";
    case 61:
        return "reply";
    default:
        return "status";
    }
}

static void read(const struct message *message, struct reading *reading)
{
    struct cursor bytes = message->bytes, type, flags, id, crc, content = bytes;
    struct protobuf_field field;
    binary_mark(&frame, reading);
    if (!cursor_slice(bytes, FLAGS_AT, 2, &flags) || !cursor_slice(bytes, TYPE_AT, 2, &type) ||
        !cursor_slice(bytes, ID_AT, 8, &id))
        return;
    reading->type = type_name((uint16_t)cursor_le_of(type));
    reading_mark_value(reading, "type", type, "%s", reading->type);
    reading_device_number(reading, cursor_le_of(id), 1);
    reading_mark_number(reading, "device", id, cursor_le_of(id));
    if (!cursor_skip(&content, CONTENT_AT) || !cursor_slice(bytes, CRC_AT, 4, &crc))
        return;
    reading_mark_check(reading, crc, crc_of(bytes) == cursor_le_of(crc), crc_of(bytes));
    if (cursor_le_of(type) == POSITIONS) {
        if (cursor_byte(flags, 0) & FLAG_COMPRESSED)
            return;
        while (protobuf_next(&content, &field)) {
            if (field.number == 1 && field.wire == PROTOBUF_BYTES)
                read_point(field.bytes, reading);
        }
    }
    reading_no_location(reading);
}

static void answer(const struct message *message, const struct asker *asker, struct buffer *reply)
{
    struct cursor index;
    uint16_t type;
    (void)asker;
    if (!cursor_le16_at(message->bytes, TYPE_AT, &type) || type != POSITIONS ||
        message->bytes.left < CONTENT_AT || !cursor_slice(message->bytes, INDEX_AT, 4, &index))
        return;
    buffer_put_text(reply, "\xab\xab");
    buffer_put_cursor(reply, index);
    buffer_put_le(reply, 2, 0);
    buffer_put_le(reply, 2, POSITIONS_ANSWER);
    buffer_put_le(reply, 4, 2);
    buffer_put_le(reply, 4, 0);
    buffer_put(reply, "\x08\x01", 2);
}

static const struct sample samples[] = {
    { .hex = "abab0700000001000000010079df0d86487000001d000000508a469b0a1b0d3d0a3e421552b898411d0000024320"
             "082d0000484145260a7f69",
      .claim = CLAIM_CERTAIN,
      .type = "position",
      .device = "123456789012345",
      SAMPLE_VALID,
      .answer = "abab070000000000020002000000000000000801" },
    { .hex = "abab0700000001000000010079df0d86487000003a000000ef6be1d50a1b0d3d0a3e421552b898411d0000024320"
             "082d0000484145ea097f690a1b0d0ad72242151f0594c21d0000024320082d0000484145260a7f69",
      .claim = CLAIM_CERTAIN,
      .type = "position",
      .device = "123456789012345",
      SAMPLE_NORTH_WEST,
      .answer = "abab070000000000020002000000000000000801" },
    { .hex = "abab0700000001000000010079df0d86487000001d000000046c7d350a1b0dcdcc05c215ec518dc21d0000024320"
             "082d0000484145260a7f69",
      .claim = CLAIM_LIKELY,
      .type = "position",
      .device = "123456789012345",
      SAMPLE_SOUTH_WEST,
      .answer = "abab070000000000020002000000000000000801" },
    { .hex = "abab0700000001000100010079df0d864870000003000000c5d76935789c01",
      .claim = CLAIM_CERTAIN,
      .type = "position",
      .device = "123456789012345",
      .location = LOCATION_UNKNOWN,
      .answer = "abab070000000000020002000000000000000801" },
    { .hex = "abab0700000001000000070079df0d864870000002000000d00c0e9b0801",
      .claim = CLAIM_CERTAIN,
      .type = "login",
      .device = "123456789012345",
      .location = LOCATION_NONE },
    { .hex = "abab07000000010000001e0079df0d864870000000000000a210667f",
      .claim = CLAIM_CERTAIN,
      .type = "heartbeat",
      .device = "123456789012345",
      .location = LOCATION_NONE },
    { 0 }
};

const struct protocol protocol_dolphin = {
    .name = "dolphin",
    .port = 5219,
    .transports = OVER_TCP,
    .never = NEVER_INVALID,
    .heads = HEADS(HEAD("\xab\xab")),
    .match = match,
    .read = read,
    .answer = answer,
    .samples = samples,
};
