/* SPDX-License-Identifier: Apache-2.0 */
/*
 * fleetguide: FleetGuide (Russia). Binary, little endian, UDP: one datagram.
 *
 *   53 | options 2 | [id 4] | [type in the low, index in the high four bits] | [acknowledged 2] | data L | CRC 2
 *   options: bits 0-10 L, 11 id, 12 type, 13 acknowledged, 14 data are compressed; CRC-16/CCITT-FALSE of all behind 53
 *   types: 1 wants to begin   2 may begin   3, 4 data   5, 6 report; 1, 3 and 5 are answered
 *   data: records: length in the low ten, number in the high six bits 2 | content
 *       0 time 4 (seconds since 2010), a new point   1 lat 4 (90 / 2^32) | lon 4 (180 / 2^32) | speed 2, bit 14 south, 15 west | …
 *   compressed: a byte that stands for copies, then the data; behind it 00 (itself), or length and distance back, seven bits a byte
 *   Traccar takes no place of it for a fix.
 */
#include "base/checksum.h"
#include "protocol/protocol.h"

enum { SIZE = 0x7ff, HAS_ID = 0x800, HAS_TYPE = 0x1000, HAS_ACK = 0x2000, IS_PACKED = 0x4000, CRC_SIZE = 2 };
enum { SYNC_REQUEST = 1, SYNC_ACK = 2, DATA = 3, DATA_QUIET = 4, REPORT = 5, REPORT_QUIET = 6 };
enum {
    TIME = 0,
    PLACE = 1,
    PLACE_SIZE = 10,
    SOUTH = 0x4000,
    WEST = 0x8000,
    UNPACKED_MAX = 8192,
    VARINT_BYTES = 4
};

struct frame {
    struct cursor id, data; /* id at NULL: not there */
    uint16_t options, crc, right;
    uint8_t type, index;
};

/* Everything before the data; of a frame that is cut off they are what is there. */
static bool open_head(struct cursor bytes, struct frame *frame)
{
    struct cursor ack;
    uint8_t head, kind = 0;
    *frame = (struct frame){ .data = bytes };
    if (!cursor_u8(&frame->data, &head) || !cursor_le16(&frame->data, &frame->options) ||
        ((frame->options & HAS_ID) && !cursor_take(&frame->data, 4, &frame->id)) ||
        ((frame->options & HAS_TYPE) && !cursor_u8(&frame->data, &kind)) ||
        ((frame->options & HAS_ACK) && !cursor_take(&frame->data, 2, &ack)))
        return false;
    frame->type = kind & 15;
    frame->index = kind >> 4;
    return true;
}

static bool open_frame(struct cursor bytes, struct frame *frame)
{
    struct cursor c, covered;
    if (!open_head(bytes, frame))
        return false;
    c = frame->data;
    if (!cursor_take(&c, frame->options & SIZE, &frame->data) || !cursor_le16(&c, &frame->crc) ||
        c.left > 0 || !cursor_slice(bytes, 1, bytes.left - 1 - CRC_SIZE, &covered))
        return false;
    frame->right = crc16_ccitt_false(covered);
    return true;
}

static bool is_cut(const struct frame *frame)
{
    return frame->data.left < (size_t)(frame->options & SIZE) + CRC_SIZE;
}

static bool take_number(struct cursor *c, size_t *out)
{
    uint8_t byte = 0x80;
    *out = 0;
    for (int i = 0; i < VARINT_BYTES && (byte & 0x80); i++) {
        if (!cursor_u8(c, &byte))
            return false;
        *out = *out << 7 | (byte & 0x7fu);
    }
    return (byte & 0x80) == 0;
}

/* The data without its compression; what cannot be undone, or is too long, is left out. */
static struct cursor unpack(struct cursor packed, uint8_t memory[static UNPACKED_MAX])
{
    uint8_t marker, byte;
    size_t length = 0, count, distance;
    if (!cursor_u8(&packed, &marker))
        return packed;
    while (length < UNPACKED_MAX && cursor_u8(&packed, &byte)) {
        if (byte != marker) {
            memory[length++] = byte;
            continue;
        }
        if (!take_number(&packed, &count))
            break;
        if (count == 0) {
            memory[length++] = marker;
            continue;
        }
        if (!take_number(&packed, &distance) || distance == 0 || distance > length)
            break;
        for (; count > 0 && length < UNPACKED_MAX; count--, length++)
            memory[length] = memory[length - distance];
    }
    return cursor_of(memory, length);
}

static struct cursor data_of(const struct frame *frame, uint8_t memory[static UNPACKED_MAX])
{
    return frame->options & IS_PACKED ? unpack(frame->data, memory) : frame->data;
}

static bool take_record(struct cursor *c, unsigned *number, struct cursor *content)
{
    struct cursor rest = *c;
    uint16_t head;
    if (!cursor_le16(&rest, &head) || !cursor_take(&rest, head & 0x3ff, content))
        return false;
    *number = head >> 10;
    *c = rest;
    return true;
}

static bool take_time(struct cursor content, int64_t *seconds)
{
    uint32_t since;
    if (!cursor_le32(&content, &since))
        return false;
    *seconds = since + EPOCH_2010;
    return true;
}

/* Does a date stand first? Moves behind it. */
static bool take_date(struct cursor *data)
{
    struct cursor content;
    unsigned number;
    int64_t time;
    return take_record(data, &number, &content) && number == TIME && take_time(content, &time) &&
           calendar_is_recent(time);
}

/* Do the records begin with a date and end where the data end? */
static bool is_chain(const struct frame *frame)
{
    uint8_t memory[UNPACKED_MAX];
    struct cursor data = data_of(frame, memory), content;
    unsigned number;
    if (!take_date(&data))
        return false;
    while (take_record(&data, &number, &content))
        ;
    return data.left == 0;
}

static enum claim match(const struct message *message, size_t *length)
{
    uint8_t memory[UNPACKED_MAX];
    struct frame frame;
    if (!message->complete || !open_head(message->bytes, &frame))
        return CLAIM_NO;
    *length = message->bytes.left;
    if (is_cut(&frame)) {
        struct cursor data = data_of(&frame, memory);
        return frame.id.at && take_date(&data) ? CLAIM_POSSIBLE : CLAIM_NO;
    }
    if (!open_frame(message->bytes, &frame))
        return CLAIM_NO;
    if (frame.crc == frame.right)
        return CLAIM_CERTAIN;
    if (is_chain(&frame))
        return CLAIM_LIKELY;
    bool is_typed = !(frame.options & HAS_TYPE) || (frame.type > 0 && frame.type <= REPORT_QUIET);
    return frame.id.at && is_typed && !cursor_is_text(message->bytes) ? CLAIM_POSSIBLE : CLAIM_NO;
}

static bool take_place(struct cursor c, struct fix *fix, struct reading *reading)
{
    struct cursor lat, lon, speed;
    if (!cursor_take(&c, 4, &lat) || !cursor_take(&c, 4, &lon) || !cursor_take(&c, 2, &speed))
        return false;
    unsigned flags = (unsigned)cursor_le_of(speed);
    fix->lat = (double)cursor_le_of(lat) * 90 / 0xffffffff * (flags & SOUTH ? -1 : 1);
    fix->lon = (double)cursor_le_of(lon) * 180 / 0xffffffff * (flags & WEST ? -1 : 1);
    reading_mark_place(reading, lat, fix->lat, lon, fix->lon);
    return true;
}

static void read_points(struct cursor data, struct reading *reading)
{
    struct fix fix = { 0 };
    struct cursor content;
    unsigned number;
    while (take_record(&data, &number, &content)) {
        if (number == TIME) {
            fix.has_time = take_time(content, &fix.time);
            if (fix.has_time)
                reading_mark_time(reading, cursor_part(content, 0, 4), fix.time);
        } else if (number == PLACE && take_place(content, &fix, reading)) {
            reading_fix(reading, &fix);
        }
    }
}

static const char *type_name(uint8_t type)
{
    static const char *const names[] = { "status", "login", "reply", "status", "status", "report", "report" };
    return type < sizeof(names) / sizeof(names[0]) ? names[type] : "status";
}

static void read(const struct message *message, struct reading *reading)
{
    uint8_t memory[UNPACKED_MAX];
    struct cursor options;
    struct frame frame;
    if (!open_head(message->bytes, &frame) || !cursor_slice(message->bytes, 1, 2, &options))
        return;
    bool is_whole = !is_cut(&frame) && open_frame(message->bytes, &frame);
    reading->type = type_name(frame.type);
    reading_mark_value(reading, "options", options, "%04x", (unsigned)frame.options);
    if (frame.id.at) {
        reading_device_number(reading, cursor_le_of(frame.id), 1);
        reading_mark_number(reading, "device", frame.id, cursor_le_of(frame.id));
    }
    if (is_whole)
        reading_mark_check(reading, cursor_part(message->bytes, message->bytes.left - CRC_SIZE, CRC_SIZE),
                           frame.crc == frame.right, frame.right);
    read_points(data_of(&frame, memory), reading);
    if (reading->location >= LOCATION_INVALID)
        reading->type = "position";
    reading_no_location(reading);
}

static void answer(const struct message *message, const struct asker *asker, struct buffer *reply)
{
    struct frame frame;
    size_t start = reply->length;
    (void)asker;
    if (!open_frame(message->bytes, &frame) || !(frame.options & HAS_TYPE) ||
        (frame.type != SYNC_REQUEST && frame.type != DATA && frame.type != REPORT))
        return;
    bool is_sync = frame.type == SYNC_REQUEST;
    buffer_put_u8(reply, 'S');
    buffer_put_le(reply, 2, (unsigned)((frame.options & HAS_ID) | (is_sync ? HAS_TYPE : 0) | HAS_ACK));
    if (frame.id.at)
        buffer_put_cursor(reply, frame.id);
    if (is_sync)
        buffer_put_u8(reply, SYNC_ACK);
    buffer_put_le(reply, 2, (2u << frame.index) - 1);
    if (!reply->full)
        buffer_put_le(reply, 2,
                      crc16_ccitt_false(cursor_of(reply->bytes + start + 1, reply->length - start - 1)));
}

static const struct sample samples[] = {
    { .hex = "53231840e2010054070026cf411e0102031004e9b92387f774261b7b002d3878000908060c67052c06ffffc5d6",
      .datagram = true,
      .claim = CLAIM_CERTAIN,
      .type = "position",
      .device = "123456",
      .location = LOCATION_INVALID,
      .lat = 47.51,
      .lon = 19.09,
      .time = "2026-02-01T08:09:10Z" },
    { .hex = "53231840e2010054070026cf411e0102031004e9b92387f774261b7b002d3878000908060c67052c06ffffd4c7",
      .datagram = true,
      .claim = CLAIM_LIKELY,
      .type = "position",
      .device = "123456",
      .location = LOCATION_INVALID,
      .lat = 47.51,
      .lon = 19.09,
      .time = "2026-02-01T08:09:10Z" },
    { .hex = "533e1840e20100230700eace411e0102031004e9b92387f774261b7b002d3878000908070026cf411e0102031004f28"
             "b255f59857e647bc02d3878000908060c67052c06ffffe0ad",
      .datagram = true,
      .claim = CLAIM_CERTAIN,
      .type = "position",
      .device = "123456",
      SAMPLE_INVALID,
      .answer = "53002840e201000700d936" },
    { .hex = "53255840e20100033a070026cf411e0102031004091ecc73fa3742697b802d38780009080700cecc411e3a151b23a1",
      .datagram = true,
      .claim = CLAIM_CERTAIN,
      .type = "position",
      .device = "123456",
      .location = LOCATION_INVALID,
      .lat = 40.71,
      .lon = -74.01,
      .time = "2026-02-01T08:09:10Z",
      .answer = "53002840e2010001007f9c" },
    { .hex = "53111840e2010016070026cf411e010203060c67052c06ffff7b45",
      .datagram = true,
      .claim = CLAIM_CERTAIN,
      .type = "report",
      .device = "123456",
      .location = LOCATION_NONE },
    { .hex = "53001840e2010001f3b9",
      .datagram = true,
      .claim = CLAIM_CERTAIN,
      .type = "login",
      .device = "123456",
      .location = LOCATION_NONE,
      .answer = "53003840e20100020100e06a" },
    { .hex = "53001805bc0d00210100",
      .datagram = true,
      .claim = CLAIM_POSSIBLE,
      .type = "login",
      .device = "900101",
      .location = LOCATION_NONE,
      .answer = "53003805bc0d00020700111f" },
    { .hex = "532f1805bc0d0023070026cf411e0000000e04f28b255f59857e6432c05a00080214180000000000",
      .datagram = true,
      .claim = CLAIM_POSSIBLE,
      .type = "position",
      .device = "900101",
      SAMPLE_INVALID },
    { 0 }
};

const struct protocol protocol_fleetguide = {
    .name = "fleetguide",
    .port = 5254,
    .transports = OVER_UDP,
    .never = NEVER_VALID,
    .heads = HEADS(HEAD("S")),
    .match = match,
    .read = read,
    .answer = answer,
    .samples = samples,
};
