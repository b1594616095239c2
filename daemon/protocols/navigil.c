/* SPDX-License-Identifier: Apache-2.0 */
/*
 * navigil: Navigil S1 wristop, Twig TG2, 1C. Binary, little endian, TCP.
 *
 *   [f6 f5 77 24] | 01 00 | number 2 | type 2 | length 2 (of all from 01 on) | flags 2 (bit 0: no answer wanted) | CRC 2 | unit 4 |
 *   time 4 | content …      CRC-16/CCITT-FALSE over the content; times are Unix seconds and 25 leap seconds
 *   8 unit report: 4 bytes, lat 4, lon 4 (1e-7), … time at 40      12 TG2: 4 bytes, time, lat, lon      13: lat 3, lon 3 (1/50000),
 *   speed, course, flags      15: lat 4, lon 4, trigger, speed, flags      17: 4 bytes, flags 4, time, lat, lon
 *   18: mode, flags, duration 2, lat, lon      flags: bits 7 and 6 in 13 and 15, bit 10 in 17, bit 0 in 18 mean a fix
 *   2, 4 to 7, 10, 11, 19: no position      255 confirmation, which the server sends, too
 */
#include "protocol/binary_frame.h"

enum {
    UNIT_REPORT = 8,
    TG2_REPORT = 12,
    POSITION = 13,
    POSITION_2 = 15,
    SNAPSHOT = 17,
    TRACKING = 18,
    CONFIRMATION = 255
};
enum {
    NUMBER_AT = 2,
    TYPE_AT = 4,
    LENGTH_AT = 6,
    FLAGS_AT = 8,
    CRC_AT = 10,
    UNIT_AT = 12,
    TIME_AT = 16,
    CONTENT_AT = 20,
    PREAMBLE_SIZE = 4,
    LONGEST = 4096
};
enum { NO_ANSWER = 1, FIX_BITS = 0xc0, LEAP_SECONDS = 25 };
static const uint32_t YEAR_2005 = 1104537600, YEAR_2038 = INT32_MAX;

/* A message that carries a position: where its fields stand in the content. time 0 with none: the header's. */
struct layout {
    uint8_t type, lat_at, lon_at, width, time_at, has_time, flags_at, flags_size;
    uint16_t flags; /* all of them mean a fix; 0: there always is one */
    uint8_t shortest;
};
static const struct layout layouts[] = {
    { UNIT_REPORT, 4, 8, 4, 40, 1, 0, 1, 0, 44 },   { TG2_REPORT, 8, 12, 4, 4, 1, 0, 1, 0, 16 },
    { POSITION, 0, 3, 3, 0, 0, 8, 1, FIX_BITS, 9 }, { POSITION_2, 0, 4, 4, 0, 0, 10, 1, FIX_BITS, 11 },
    { SNAPSHOT, 12, 16, 4, 8, 1, 4, 4, 0x400, 20 }, { TRACKING, 4, 8, 4, 0, 0, 1, 1, 1, 12 },
};

static const struct layout *layout_of(uint64_t type)
{
    for (size_t i = 0; i < sizeof(layouts) / sizeof(layouts[0]); i++) {
        if (layouts[i].type == type)
            return &layouts[i];
    }
    return NULL;
}

static const char *type_name(uint64_t type)
{
    switch (type) {
    case 2:
        return "error";
    case 4:
        return "indication";
    case 5:
    case 6:
        return "connection";
    case 7:
        return "report";
    case 10:
    case 11:
    case 19:
        return "alarm";
    case CONFIRMATION:
        return "confirmation";
    default:
        return layout_of(type) ? "position" : NULL;
    }
}

/* The frame without the preamble. */
static struct cursor frame_of(struct cursor bytes)
{
    return CURSOR_STARTS(bytes, "\xf6\xf5\x77\x24")
               ? cursor_part(bytes, PREAMBLE_SIZE, bytes.left - PREAMBLE_SIZE)
               : bytes;
}

/* A header that fits together, where no CRC proves it. */
static bool is_plausible(struct cursor frame)
{
    uint16_t type, total;
    uint32_t time;
    if (!cursor_le16_at(frame, TYPE_AT, &type) || !cursor_le16_at(frame, LENGTH_AT, &total) ||
        !cursor_skip(&frame, TIME_AT) || !cursor_le32(&frame, &time) || !type_name(type))
        return false;
    const struct layout *layout = layout_of(type);
    return (!layout || total >= CONTENT_AT + layout->shortest) && time >= YEAR_2005 && time <= YEAR_2038;
}

static bool is_right(struct cursor frame)
{
    uint16_t crc;
    struct cursor content = frame;
    return cursor_skip(&content, CONTENT_AT) && cursor_le16_at(frame, CRC_AT, &crc) &&
           crc == crc16_ccitt_false(content);
}

static enum claim match(const struct message *message, size_t *length)
{
    struct cursor frame = frame_of(message->bytes);
    size_t before = message->bytes.left - frame.left;
    uint16_t total;
    if (!CURSOR_MAY_START(frame, "\1\0"))
        return CLAIM_NO;
    if (!cursor_le16_at(frame, LENGTH_AT, &total))
        return message->complete ? CLAIM_NO : CLAIM_MORE;
    if (total < CONTENT_AT || total > LONGEST)
        return CLAIM_NO;
    enum framed framed =
        frame_by_length(message->bytes, message->complete, before + total, MESSAGE_MAX, length);
    if (framed == FRAMED_MORE)
        return CLAIM_MORE;
    bool is_sound = is_plausible(frame);
    if (framed != FRAMED)
        return is_sound ? CLAIM_POSSIBLE : CLAIM_NO;
    frame.left = total;
    return is_right(frame) ? CLAIM_CERTAIN : is_sound ? CLAIM_LIKELY : CLAIM_NO;
}

static void read_position(struct cursor frame, const struct layout *layout, struct reading *reading)
{
    struct cursor content = frame, lat, lon, time, flags;
    if (!cursor_slice(frame, TIME_AT, 4, &time) || !cursor_skip(&content, CONTENT_AT) ||
        !cursor_slice(content, layout->lat_at, layout->width, &lat) ||
        !cursor_slice(content, layout->lon_at, layout->width, &lon) ||
        !cursor_slice(content, layout->flags_at, layout->flags_size, &flags) ||
        (layout->has_time && !cursor_slice(content, layout->time_at, 4, &time)))
        return;
    double scale = layout->width == 3 ? 50000 : 1e7;
    struct fix fix = { .has_time = true };
    fix.valid = (cursor_le_of(flags) & layout->flags) == layout->flags;
    fix.time = (int64_t)cursor_le_of(time) - LEAP_SECONDS;
    fix.lat = (double)signed_of(cursor_le_of(lat), layout->width * 8u) / scale;
    fix.lon = (double)signed_of(cursor_le_of(lon), layout->width * 8u) / scale;
    reading_mark_time(reading, time, fix.time);
    reading_mark_place(reading, lat, fix.lat, lon, fix.lon);
    if (layout->flags)
        reading_mark_fix(reading, flags, fix.valid);
    reading_fix(reading, &fix);
}

static void read(const struct message *message, struct reading *reading)
{
    struct cursor frame = frame_of(message->bytes), type, unit, crc, content = frame;
    if (!cursor_slice(frame, TYPE_AT, 2, &type) || !cursor_slice(frame, CRC_AT, 2, &crc) ||
        !cursor_slice(frame, UNIT_AT, 4, &unit) || !cursor_skip(&content, CONTENT_AT))
        return;
    const char *name = type_name(cursor_le_of(type));
    reading->type = name ? name : "status";
    reading_mark_value(reading, "type", type, "%s", reading->type);
    reading_mark_number(reading, "length", cursor_part(frame, LENGTH_AT, 2),
                        cursor_le_of(cursor_part(frame, LENGTH_AT, 2)));
    reading_device_number(reading, cursor_le_of(unit), 1);
    reading_mark_number(reading, "device", unit, cursor_le_of(unit));
    reading_mark_check(reading, crc, is_right(frame), crc16_ccitt_false(content));
    const struct layout *layout = layout_of(cursor_le_of(type));
    if (layout)
        read_position(frame, layout, reading);
    reading_no_location(reading);
}

/* A confirmation, unless the flags say that none is wanted. */
static void answer(const struct message *message, const struct asker *asker, struct buffer *reply)
{
    struct cursor frame = frame_of(message->bytes);
    uint16_t number, type, flags;
    uint8_t memory[4];
    struct buffer content = buffer_on(memory, sizeof(memory));
    if (!cursor_le16_at(frame, NUMBER_AT, &number) || !cursor_le16_at(frame, TYPE_AT, &type) ||
        !cursor_le16_at(frame, FLAGS_AT, &flags) || type == CONFIRMATION || flags & NO_ANSWER)
        return;
    buffer_put_le(&content, 4, number);
    buffer_put(reply, "\1\0\1\0", 4);
    buffer_put_le(reply, 2, CONFIRMATION);
    buffer_put_le(reply, 2, CONTENT_AT + content.length);
    buffer_put_le(reply, 2, 0);
    buffer_put_le(reply, 2, crc16_ccitt_false(buffer_cursor(&content)));
    buffer_put_le(reply, 4, 0);
    buffer_put_le(reply, 4, (uint64_t)asker->now + LEAP_SECONDS);
    buffer_put_cursor(reply, buffer_cursor(&content));
}

static const struct sample samples[] = {
    { .hex = "010007000400200000003ec3440a02003f0a7f693b0000000000000000000000",
      .claim = CLAIM_CERTAIN,
      .type = "indication",
      .device = "133700",
      .location = LOCATION_NONE,
      .answer = "~01000100ff0018000000edd5000000000000000007000000" },
    { .hex = "010007000f0024000000ddf8440a02003f0a7f696073511c20e7600b0400c00403000000",
      .claim = CLAIM_CERTAIN,
      .type = "position",
      .device = "133700",
      SAMPLE_VALID,
      .answer = "~01000100ff0018000000edd5000000000000000007000000" },
    { .hex = "010007000f00240000007d0e440a02003f0a7f6960ef0fecc023e2d50400400403000000",
      .claim = CLAIM_LIKELY,
      .type = "position",
      .device = "133700",
      SAMPLE_INVALID,
      .answer = "~01000100ff0018000000edd5000000000000000007000000" },
    { .hex = "010007000d001d00000053a0440a02003f0a7f692c0f1fec88c70c2dc5",
      .claim = CLAIM_CERTAIN,
      .type = "position",
      .device = "133700",
      SAMPLE_NORTH_WEST,
      .answer = "~01000100ff0018000000edd5000000000000000007000000" },
    { .hex =
          "010007000800400000000ea5440a02003f0a7f690100020060ef0fecc023e2d500000000000000000000000000000000"
          "0000000000000000000000003f0a7f69",
      .claim = CLAIM_CERTAIN,
      .type = "position",
      .device = "133700",
      SAMPLE_SOUTH_WEST,
      .answer = "~01000100ff0018000000edd5000000000000000007000000" },
    { .hex = "f6f57724010007000c002400000079fa440a02003f0a7f69010000003f0a7f696073511c20e7600b",
      .claim = CLAIM_CERTAIN,
      .type = "position",
      .device = "133700",
      SAMPLE_VALID,
      .answer = "~01000100ff0018000000edd5000000000000000007000000" },
    { .hex = "01000700110028000000aea0440a02003f0a7f6901000000000400003f0a7f6960da431860f8e2d3",
      .claim = CLAIM_CERTAIN,
      .type = "position",
      .device = "133700",
      SAMPLE_NORTH_WEST,
      .answer = "~01000100ff0018000000edd5000000000000000007000000" },
    { .hex = "01000700110028000100999e440a02003f0a7f6901000000000200003f0a7f6960ef0fecc023e2d5",
      .claim = CLAIM_CERTAIN,
      .type = "position",
      .device = "133700",
      SAMPLE_INVALID },
    { .hex = "0100070012002000000090d6440a02003f0a7f6901013c006073511c20e7600b",
      .claim = CLAIM_CERTAIN,
      .type = "position",
      .device = "133700",
      SAMPLE_VALID,
      .answer = "~01000100ff0018000000edd5000000000000000007000000" },
    { .hex = "01000700120020000000c526440a02003f0a7f6901003c0060ef0fecc023e2d5",
      .claim = CLAIM_CERTAIN,
      .type = "position",
      .device = "133700",
      SAMPLE_INVALID,
      .answer = "~01000100ff0018000000edd5000000000000000007000000" },
    { .hex = "01000700ff0018000000edd5440a02003f0a7f6907000000",
      .claim = CLAIM_CERTAIN,
      .type = "confirmation",
      .device = "133700",
      .location = LOCATION_NONE },
    { 0 }
};

const struct protocol protocol_navigil = {
    .name = "navigil",
    .port = 5025,
    .transports = OVER_TCP,
    .heads = HEADS(HEAD("\1\0"), HEAD("\xf6\xf5\x77\x24")),
    .match = match,
    .read = read,
    .answer = answer,
    .samples = samples,
};
