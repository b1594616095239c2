/* SPDX-License-Identifier: Apache-2.0 */
/*
 * noran: Noran NR008, NR009, NR02x. Binary, little endian, UDP: one datagram. No check value.
 *
 *   L 2 | type 2 | body …      total = L
 *   0000 handshake: id 10, 00      answered with *KW
 *   0008, 0032 position   0003 alarm   8009 reply: 8 bytes (the server's address), then a position
 *   old: flags (bit 0 fix) | alarm | speed | course 2 | lon f32 | lat f32 | packed time 4 | id 11 | inputs | fuel | …
 *   new (0008, 0003 of 52 bytes, 8009 of 61): flags | alarm | speed 4 | course f32 | lon f32 | lat f32 | id 12 |
 *       yy-mm-dd hh:mm:ss 17, 00
 */
#include "protocol/protocol.h"

enum { HANDSHAKE = 0x0000, ALARM = 0x0003, POSITION = 0x0008, POSITION_MORE = 0x0032, REPLY = 0x8009 };
enum { BODY_AT = 4, HANDSHAKE_SIZE = 15, NEW_SIZE = 52, NEW_REPLY_SIZE = 61, ADDRESS = 8, LONGEST = 127 };
enum { OLD_ID = 11, NEW_ID = 12, DATE = 17, FLAG_FIX = 1 };

/* Where the fields of a position stand. */
struct layout {
    struct cursor flags, lon, lat, time, id;
    bool is_new;
};

static bool open_position(struct cursor bytes, uint16_t type, struct layout *layout)
{
    struct cursor c = bytes;
    uint16_t told;
    if (!cursor_le16_at(bytes, 0, &told))
        return false;
    layout->is_new = ((type == POSITION || type == ALARM) && told == NEW_SIZE) ||
                     (type == REPLY && told == NEW_REPLY_SIZE);
    if (!cursor_skip(&c, BODY_AT + (type == REPLY ? ADDRESS : 0)) || !cursor_take(&c, 1, &layout->flags) ||
        !cursor_skip(&c, 1 + (layout->is_new ? 8 : 3)) || !cursor_take(&c, 4, &layout->lon) ||
        !cursor_take(&c, 4, &layout->lat))
        return false;
    if (layout->is_new)
        return cursor_take(&c, NEW_ID, &layout->id) && cursor_take(&c, DATE, &layout->time);
    return cursor_take(&c, 4, &layout->time) && cursor_take(&c, OLD_ID, &layout->id);
}

static bool has_position(uint16_t type)
{
    return type == POSITION || type == POSITION_MORE || type == ALARM || type == REPLY;
}

/* Seconds, minutes 6 bits each, hours, day 5 each, month 4, year, from the lowest. */
static bool unpack_time(uint64_t packed, int64_t *seconds)
{
    struct calendar date = { calendar_year((unsigned)(packed >> 26)),
                             packed >> 22 & 15,
                             packed >> 17 & 31,
                             packed >> 12 & 31,
                             packed >> 6 & 63,
                             packed & 63 };
    return calendar_to_unix(&date, seconds);
}

static bool take_fix(const struct layout *layout, struct fix *fix)
{
    struct cursor lat = layout->lat, lon = layout->lon;
    *fix = (struct fix){ .valid = (cursor_byte(layout->flags, 0) & FLAG_FIX) != 0 };
    fix->has_time = layout->is_new ? reading_time_of(layout->time, "ymdhis", &fix->time)
                                   : unpack_time(cursor_le_of(layout->time), &fix->time);
    return cursor_le_f32(&lat, &fix->lat) && cursor_le_f32(&lon, &fix->lon);
}

/* Letters, digits, dashes, four at least, then nothing but zeros. */
static bool has_id(struct cursor field)
{
    struct cursor id = cursor_trim_nul(field);
    for (size_t i = 0; i < id.left; i++) {
        uint8_t byte = cursor_byte(id, i);
        bool is_digit = byte >= '0' && byte <= '9',
             is_letter = (byte >= 'A' && byte <= 'Z') || (byte >= 'a' && byte <= 'z');
        if (!is_digit && !is_letter && byte != '-' && byte != '_')
            return false;
    }
    return id.left >= 4;
}

static enum claim match(const struct message *message, size_t *length)
{
    struct cursor bytes = message->bytes, id;
    struct layout layout;
    struct fix fix;
    uint16_t told, type;
    if (!message->complete || !cursor_le16_at(bytes, 0, &told) || told < bytes.left || told > LONGEST ||
        !cursor_le16_at(bytes, 2, &type))
        return CLAIM_NO;
    *length = bytes.left;
    bool is_cut = told > bytes.left;
    if (type == HANDSHAKE && bytes.left == HANDSHAKE_SIZE && cursor_slice(bytes, BODY_AT, OLD_ID, &id))
        return !has_id(id) ? CLAIM_NO : CURSOR_STARTS(id, "NR") ? CLAIM_CERTAIN : CLAIM_LIKELY;
    if (!has_position(type) || !open_position(bytes, type, &layout) || !has_id(layout.id) ||
        !take_fix(&layout, &fix) || !fix_is_on_earth(&fix))
        return CLAIM_NO;
    if (is_cut)
        return fix.has_time ? CLAIM_POSSIBLE : CLAIM_NO;
    bool is_sure = fix.has_time && (layout.is_new || CURSOR_STARTS(layout.id, "NR"));
    return is_sure ? CLAIM_CERTAIN : CLAIM_LIKELY;
}

static void read(const struct message *message, struct reading *reading)
{
    struct cursor bytes = message->bytes, id, size, kind;
    struct layout layout;
    struct fix fix;
    uint16_t type;
    if (!cursor_le16_at(bytes, 2, &type) || !cursor_slice(bytes, 0, 2, &size) ||
        !cursor_slice(bytes, 2, 2, &kind))
        return;
    reading_mark_number(reading, "length", size, cursor_le_of(size));
    reading->type = type == HANDSHAKE ? "login"
                    : type == ALARM   ? "alarm"
                    : type == REPLY   ? "reply"
                                      : "position";
    reading_mark_value(reading, "type", kind, "%s", reading->type);
    if (type == HANDSHAKE && cursor_slice(bytes, BODY_AT, OLD_ID, &id))
        reading_device(reading, cursor_trim_nul(id));
    if (has_position(type) && open_position(bytes, type, &layout)) {
        reading_device(reading, cursor_trim_nul(layout.id));
        reading_mark_fix(reading, layout.flags, (cursor_byte(layout.flags, 0) & FLAG_FIX) != 0);
        if (take_fix(&layout, &fix)) {
            reading_mark_place(reading, layout.lat, fix.lat, layout.lon, fix.lon);
            if (fix.has_time)
                reading_mark_time(reading, layout.time, fix.time);
            reading_fix(reading, &fix);
        }
    }
    reading_no_location(reading);
}

static void answer(const struct message *message, const struct asker *asker, struct buffer *reply)
{
    uint16_t type;
    (void)asker;
    if (cursor_le16_at(message->bytes, 2, &type) && type == HANDSHAKE)
        buffer_put(reply, "\r\n*KW\0\x0d\0\0\x80\x01\r\n", 13);
}

static const struct sample samples[] = {
    { .hex = "0f0000004e52303942313233343500",
      .datagram = true,
      .claim = CLAIM_CERTAIN,
      .type = "login",
      .device = "NR09B12345",
      .location = LOCATION_NONE,
      .answer = "0d0a2a4b57000d000080010d0a" },
    { .hex = "340008000101000000000000344252b898413d0a3e424e523039423132333435000032362d30322d30312030383a303"
             "93a313000",
      .datagram = true,
      .claim = CLAIM_CERTAIN,
      .type = "position",
      .device = "NR09B12345",
      SAMPLE_VALID },
    { .hex = "3400030002010000000000003442ec518dc2cdcc05c24e523039423132333435000032362d30322d30312030383a303"
             "93a313000",
      .datagram = true,
      .claim = CLAIM_CERTAIN,
      .type = "alarm",
      .device = "NR09B12345",
      SAMPLE_INVALID },
    { .hex = "26003200c3801e2d001f0594c20ad722424a8282684e5230394231323334350001ff00002041",
      .datagram = true,
      .claim = CLAIM_CERTAIN,
      .type = "position",
      .device = "NR09B12345",
      SAMPLE_NORTH_WEST },
    { .hex = "2200080001801e2d0052b898413d0a3e424a82826841423132333435000000000150",
      .datagram = true,
      .claim = CLAIM_LIKELY,
      .type = "position",
      .device = "AB12345",
      SAMPLE_VALID },
    { .hex = "3d0009800a000002911300000101000000000000344252b898413d0a3e424e523039423132333435000032362d30322"
             "d30312030383a30393a31300000",
      .datagram = true,
      .claim = CLAIM_CERTAIN,
      .type = "reply",
      .device = "NR09B12345",
      SAMPLE_VALID },
    { .hex = "340008000100050000000000b442ec518dc2cdcc05c26e722d30303939000000000032362d30322d30312030383a303"
             "93a313000",
      .datagram = true,
      .claim = CLAIM_CERTAIN,
      .type = "position",
      .device = "nr-0099",
      SAMPLE_SOUTH_WEST },
    { .hex = "220003000100055a00ec518dc2cdcc05c24a82826839303031000000000000000040",
      .datagram = true,
      .claim = CLAIM_LIKELY,
      .type = "alarm",
      .device = "9001",
      SAMPLE_SOUTH_WEST },
    { .hex = "220008000100055a00ec518dc2cdcc05c24a8282684e523039423930313031000040",
      .datagram = true,
      .claim = CLAIM_POSSIBLE,
      .type = "position",
      .device = "NR09B90101",
      SAMPLE_SOUTH_WEST },
    { 0 }
};

/* lengths that either form may have */
#define SIZES(a) HEAD(a "\0\x08\0"), HEAD(a "\0\x03\0"), HEAD(a "\0\x32\0"), HEAD(a "\0\x09\x80")

const struct protocol protocol_noran = {
    .name = "noran",
    .port = 5053,
    .transports = OVER_UDP,
    .heads = HEADS(HEAD("\x0f\0\0\0"), SIZES("\x20"), SIZES("\x21"), SIZES("\x22"), SIZES("\x23"),
                   SIZES("\x24"), SIZES("\x25"), SIZES("\x26"), SIZES("\x27"), SIZES("\x28"), SIZES("\x29"),
                   SIZES("\x2a"), SIZES("\x2b"), SIZES("\x2c"), SIZES("\x2d"), SIZES("\x2e"), SIZES("\x2f"),
                   SIZES("\x30"), SIZES("\x31"), SIZES("\x32"), SIZES("\x33"), SIZES("\x34"), SIZES("\x35"),
                   SIZES("\x36"), SIZES("\x37"), SIZES("\x38"), SIZES("\x39"), SIZES("\x3a"), SIZES("\x3b"),
                   SIZES("\x3c"), SIZES("\x3d"), SIZES("\x3e"), SIZES("\x3f"), SIZES("\x40")),
    .match = match,
    .read = read,
    .answer = answer,
    .samples = samples,
};
