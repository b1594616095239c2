/* SPDX-License-Identifier: Apache-2.0 */
/*
 * maxpb: Maxtrack of Brazil, the Protocol Buffers form. Little endian, TCP. No answers.
 *
 *   55 aa 55 aa | L 2 | CRC 2 | type 2 | format 2 | content      total = L + 6; CRC-16/XMODEM from the type on
 *   1 positions: 1 device number | 3 identity: 1 imei, text | 4 report, 5 stored reports, again and again
 *      report: 3 time | 4 place: 3 lat, 4 lon (sfixed32, 1e-7 degree) | 5 gps: 2 state (from 2 on a fix)
 *   2 acknowledges a command   17 status: 1 and 3 as above
 */
#include "base/protobuf.h"
#include "protocol/binary_frame.h"

enum { POSITIONS = 1, REPLY = 2, STATUS = 17 };
enum { TYPE_AT = 8, FORMAT_AT = 10, CONTENT_AT = 12, SOME_FIX = 2 };

static const struct binary_frame frame = { .length_at = 4,
                                           .length_size = 2,
                                           .length_le = true,
                                           .plus = 6,
                                           .shortest = CONTENT_AT,
                                           .check = CHECK_CRC16_XMODEM,
                                           .check_at = 6,
                                           .check_size = 2,
                                           .check_le = true,
                                           .covered = TYPE_AT };

static enum claim match(const struct message *message, size_t *length)
{
    return binary_match(&frame, message, length);
}

static void read_place(struct cursor c, struct fix *fix, struct reading *reading)
{
    struct protobuf_field field;
    struct cursor lat = { 0 }, lon = { 0 };
    while (protobuf_next(&c, &field)) {
        if (field.wire == PROTOBUF_FIXED32 && field.number == 3)
            lat = field.bytes;
        else if (field.wire == PROTOBUF_FIXED32 && field.number == 4)
            lon = field.bytes;
    }
    fix->lat = (double)signed_of(cursor_le_of(lat), 32) / 1e7;
    fix->lon = (double)signed_of(cursor_le_of(lon), 32) / 1e7;
    reading_mark_place(reading, lat, fix->lat, lon, fix->lon);
}

/* Without a state there is none. */
static bool has_state(struct cursor c)
{
    struct protobuf_field field;
    bool is_fix = false;
    while (protobuf_next(&c, &field)) {
        if (field.number == 2 && field.wire == PROTOBUF_VARINT)
            is_fix = field.value >= SOME_FIX;
    }
    return is_fix;
}

static void read_report(struct cursor c, struct reading *reading)
{
    struct protobuf_field field;
    struct fix fix = { .valid = true };
    bool has_place = false;
    while (protobuf_next(&c, &field)) {
        if (field.number == 3 && field.wire == PROTOBUF_VARINT && field.value <= UINT32_MAX) {
            fix.has_time = true;
            fix.time = (int64_t)field.value;
            reading_mark_time(reading, field.bytes, fix.time);
        } else if (field.number == 4 && field.wire == PROTOBUF_BYTES) {
            has_place = true;
            read_place(field.bytes, &fix, reading);
        } else if (field.number == 5 && field.wire == PROTOBUF_BYTES) {
            fix.valid = has_state(field.bytes);
            reading_mark_fix(reading, field.bytes, fix.valid);
        }
    }
    if (has_place)
        reading_fix(reading, &fix);
}

/* The imei; else the number. */
static void read_identity(struct cursor c, struct reading *reading)
{
    struct protobuf_field field;
    while (protobuf_next(&c, &field)) {
        if (field.number == 1 && field.wire == PROTOBUF_BYTES && field.bytes.left > 0)
            reading_device(reading, field.bytes);
    }
}

static void read_content(struct cursor c, bool has_reports, struct reading *reading)
{
    struct protobuf_field field;
    bool has_imei = false;
    while (protobuf_next(&c, &field)) {
        if (field.number == 1 && field.wire == PROTOBUF_VARINT && !has_imei) {
            reading_device_number(reading, field.value, 1);
            reading_mark_number(reading, "device", field.bytes, field.value);
        } else if (field.number == 3 && field.wire == PROTOBUF_BYTES) {
            read_identity(field.bytes, reading);
            has_imei = true;
        } else if (has_reports && (field.number == 4 || field.number == 5) && field.wire == PROTOBUF_BYTES) {
            read_report(field.bytes, reading);
        }
    }
}

static void read(const struct message *message, struct reading *reading)
{
    struct cursor bytes = message->bytes, type, content = bytes;
    uint16_t format;
    binary_mark(&frame, reading);
    if (!cursor_slice(bytes, TYPE_AT, 2, &type) || !cursor_le16_at(bytes, FORMAT_AT, &format) ||
        !cursor_skip(&content, CONTENT_AT))
        return;
    uint64_t kind = cursor_le_of(type);
    reading->type = kind == POSITIONS ? "position" : kind == REPLY ? "reply" : "status";
    reading_mark_value(reading, "type", type, "%s", reading->type);
    if (format == 0 && (kind == POSITIONS || kind == STATUS))
        read_content(content, kind == POSITIONS, reading);
    reading_no_location(reading);
}

static const struct sample samples[] = {
    { .hex = "55aa55aa4300be850100000008cec2f1051a110a0f31323334353637383930313233343522230807100118a694fc"
             "cb06221108011d6073511c2520e7600b288402382d2a0410031808",
      .claim = CLAIM_CERTAIN,
      .type = "position",
      .device = "123456789012345",
      SAMPLE_VALID },
    { .hex = "55aa55aa4300a5ce0100000008cec2f1051a110a0f31323334353637383930313233343522230807100118a694fc"
             "cb06221108011d60ef0fec25c023e2d5288402382d2a0410011808",
      .claim = CLAIM_CERTAIN,
      .type = "position",
      .device = "123456789012345",
      SAMPLE_INVALID },
    { .hex = "55aa55aa4f00a12b0100000008cec2f105221d0807100118a694fccb06221108011d60da43182560f8e2d3288402"
             "382d2a230807100118ea93fccb06221108011d6073511c2520e7600b288402382d2a0410021808",
      .claim = CLAIM_CERTAIN,
      .type = "position",
      .device = "12345678",
      SAMPLE_NORTH_WEST },
    { .hex = "55aa55aa4300c4a00100000008cec2f1051a110a0f31323334353637383930313233343522230807100118a694fc"
             "cb06221108011d60ef0fec25c023e2d5288402382d2a0410031808",
      .claim = CLAIM_LIKELY,
      .type = "position",
      .device = "123456789012345",
      SAMPLE_SOUTH_WEST },
    { .hex = "55aa55aa2400ed8b1100000008cec2f1051a110a0f31323334353637383930313233343520a694fccb06",
      .claim = CLAIM_CERTAIN,
      .type = "status",
      .device = "123456789012345",
      .location = LOCATION_NONE },
    { .hex = "55aa55aa0d00692b0200000008cec2f1051005",
      .claim = CLAIM_CERTAIN,
      .type = "reply",
      .location = LOCATION_NONE },
    { 0 }
};

const struct protocol protocol_maxpb = {
    .name = "maxpb",
    .port = 5221,
    .transports = OVER_TCP,
    .heads = HEADS(HEAD("\x55\xaa\x55\xaa")),
    .match = match,
    .read = read,
    .samples = samples,
};
