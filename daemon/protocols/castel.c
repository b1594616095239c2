/* SPDX-License-Identifier: Apache-2.0 */
/*
 * castel: Castel/Sinocastel IDD-212, IDD-213, IDD-218, MPIP-618, MPIP-620, HT.
 * Binary, little endian, TCP and UDP.
 *
 *   SC, CC: 40 40 | L 2 | version | id 20 ASCII, zeros behind | type 2 big endian | content … | CRC 2 | 0d 0a
 *   MPIP:   24 24 | L 2 | id 20 | type 2 | content … | CRC 2 | 0d 0a                          total = L
 *   CRC-16/X25 over all before it. SC is version 3 or 4, CC any other.
 *   record: day month year h m s | lat 4 | lon 4 (1/3600000 degree) | speed 2 | course 2 | flags
 *   flags: 1 east, 2 north, 0c fix
 */
#include "base/checksum.h"
#include "protocol/protocol.h"

/* no message comes near the longest; longer ones would be text, with a letter where the length stands */
enum { LONGEST = 0x1fff, TAIL = 4, ID = 20, RECORD = 19, ALARM_INDEX = 27 };
enum { FLAG_EAST = 1, FLAG_NORTH = 2, FLAGS_FIX = 0x0c };
enum dialect { DIALECT_SC, DIALECT_CC, DIALECT_MPIP };

/* Where the records of a message stand: behind a count at `count_at` (0: there is none), or `count` from
 * `record_at`; each is followed by `gap` bytes of something else. */
struct layout {
    enum dialect dialect;
    uint16_t type;
    const char *name;
    uint8_t count_at, record_at, count, gap;
};
static const struct layout layouts[] = {
    { DIALECT_SC, 0x1001, "login", 61, 0, 0, 0 },       { DIALECT_SC, 0x1002, "logout", 61, 0, 0, 0 },
    { DIALECT_SC, 0x1003, "heartbeat", 0, 0, 0, 0 },    { DIALECT_SC, 0x4001, "position", 62, 0, 0, 0 },
    { DIALECT_SC, 0x4002, "status", 0, 0, 0, 0 },       { DIALECT_SC, 0x4003, "status", 0, 0, 0, 0 },
    { DIALECT_SC, 0x4004, "status", 0, 0, 0, 0 },       { DIALECT_SC, 0x4005, "status", 0, 0, 0, 0 },
    { DIALECT_SC, 0x4006, "status", 0, 0, 0, 0 },       { DIALECT_SC, 0x4007, "alarm", 65, 0, 0, 0 },
    { DIALECT_SC, 0x4008, "cells", 0, 0, 0, 0 },        { DIALECT_SC, 0x4009, "position", 0, 31, 1, 0 },
    { DIALECT_SC, 0x400b, "status", 0, 0, 0, 0 },       { DIALECT_SC, 0x400e, "status", 61, 0, 0, 0 },
    { DIALECT_SC, 0x401f, "status", 66, 0, 0, 0 },      { DIALECT_SC, 0x5101, "position", 0, 27, 1, 0 },
    { DIALECT_SC, 0xa002, "reply", 0, 0, 0, 0 },        { DIALECT_SC, 0xb001, "status", 63, 0, 0, 0 },
    { DIALECT_CC, 0x4001, "login", 0, 27, 1, 0 },       { DIALECT_CC, 0x4206, "heartbeat", 28, 0, 0, 16 },
    { DIALECT_MPIP, 0x4001, "login", 0, 26, 1, 0 },     { DIALECT_MPIP, 0x2001, "position", 0, 35, 1, 0 },
    { DIALECT_MPIP, 0x4201, "position", 0, 26, 1, 0 },  { DIALECT_MPIP, 0x4202, "position", 0, 26, 1, 0 },
    { DIALECT_MPIP, 0x4204, "position", 0, 26, 8, 31 }, { DIALECT_MPIP, 0x4206, "position", 0, 26, 1, 0 },
};

struct frame {
    enum dialect dialect;
    uint16_t told, type;
    uint8_t version;
    struct cursor id;
    size_t content; /* offset behind the type */
};

/* False when the head is cut off. */
static bool open_frame(struct cursor bytes, struct frame *frame)
{
    size_t at = CURSOR_STARTS(bytes, "@@") ? 5 : 4;
    frame->version = 0;
    frame->dialect = DIALECT_MPIP;
    if (at == 5) {
        if (!cursor_u8_at(bytes, 4, &frame->version))
            return false;
        frame->dialect = frame->version == 3 || frame->version == 4 ? DIALECT_SC : DIALECT_CC;
    }
    frame->content = at + ID + 2;
    return cursor_le16_at(bytes, 2, &frame->told) && cursor_slice(bytes, at, ID, &frame->id) &&
           cursor_be16_at(bytes, at + ID, &frame->type);
}

static const struct layout *find_layout(const struct frame *frame)
{
    for (size_t i = 0; i < sizeof(layouts) / sizeof(layouts[0]); i++) {
        if (layouts[i].dialect == frame->dialect && layouts[i].type == frame->type)
            return &layouts[i];
    }
    return NULL;
}

/* Letters, then nothing but zeros; of a cut id what is there. */
static bool has_id(struct cursor bytes)
{
    size_t start = CURSOR_STARTS(bytes, "@@") ? 5 : 4, n = 0;
    bool is_over = false;
    for (size_t i = start; i < start + ID && i < bytes.left; i++) {
        is_over = is_over || cursor_byte(bytes, i) == 0;
        if (is_over ? cursor_byte(bytes, i) != 0
                    : cursor_byte(bytes, i) <= ' ' || cursor_byte(bytes, i) > '~')
            return false;
        n += !is_over;
    }
    return n > 0 || bytes.left <= start;
}

static bool has_end(struct cursor bytes, size_t total)
{
    struct cursor end;
    return total >= 2 && cursor_slice(bytes, total - 2, 2, &end) && cursor_is(end, "\r\n");
}

static bool has_crc(struct cursor bytes, size_t total)
{
    struct cursor checked;
    uint16_t crc;
    return total > TAIL && cursor_slice(bytes, 0, total - TAIL, &checked) &&
           cursor_le16_at(bytes, total - TAIL, &crc) && crc16_x25(checked) == crc;
}

static enum claim match(const struct message *message, size_t *length)
{
    struct cursor bytes = message->bytes;
    struct frame frame;
    if (!CURSOR_MAY_START(bytes, "@@") && !CURSOR_MAY_START(bytes, "$$"))
        return CLAIM_NO;
    if ((bytes.left > 3 && cursor_byte(bytes, 3) > LONGEST >> 8) || !has_id(bytes))
        return CLAIM_NO;
    *length = bytes.left;
    if (!open_frame(bytes, &frame))
        return !message->complete ? CLAIM_MORE : bytes.left > 8 ? CLAIM_POSSIBLE : CLAIM_NO;
    if (frame.told < frame.content + TAIL)
        return CLAIM_NO;
    if (has_end(bytes, frame.told)) {
        *length = frame.told;
        return has_crc(bytes, frame.told) ? CLAIM_CERTAIN : CLAIM_LIKELY;
    }
    if (bytes.left < frame.told && !message->complete)
        return CLAIM_MORE;
    if (!message->complete)
        *length = frame.told;
    if (has_crc(bytes, bytes.left) && CURSOR_ENDS(bytes, "\r\n"))
        return CLAIM_CERTAIN;
    return find_layout(&frame) ? CLAIM_LIKELY : CLAIM_POSSIBLE;
}

static double degrees_of(uint32_t raw)
{
    return raw / 3600000.0;
}

/* One record; false when it is cut off. */
static bool read_record(struct cursor *c, struct reading *reading)
{
    struct cursor record;
    uint32_t lat, lon;
    uint8_t flags;
    if (!cursor_take(c, RECORD, &record) || !cursor_u8_at(record, 18, &flags))
        return false;
    struct cursor place = cursor_part(record, 6, 8);
    if (!cursor_le32(&place, &lat) || !cursor_le32(&place, &lon))
        return false;
    struct cursor date = record;
    struct fix fix = { .valid = (flags & FLAGS_FIX) != 0 };
    fix.lat = degrees_of(lat) * (flags & FLAG_NORTH ? 1 : -1);
    fix.lon = degrees_of(lon) * (flags & FLAG_EAST ? 1 : -1);
    fix.has_time = reading_take_bytes_time(&date, "dmyhis", &fix.time);
    if (fix.has_time)
        reading_mark_time(reading, cursor_part(record, 0, 6), fix.time);
    reading_mark_place(reading, cursor_part(record, 6, 4), fix.lat, cursor_part(record, 10, 4), fix.lon);
    reading_mark_fix(reading, cursor_part(record, 18, 1), fix.valid);
    reading_fix(reading, &fix);
    return true;
}

static void read_records(struct cursor bytes, const struct layout *layout, struct reading *reading)
{
    uint8_t count = layout->count;
    struct cursor rest = bytes;
    size_t start = layout->record_at;
    if (layout->count_at > 0) {
        if (!cursor_u8_at(bytes, layout->count_at, &count))
            return;
        start = layout->count_at + 1u;
    }
    if (!cursor_skip(&rest, start))
        return;
    for (; count > 0 && read_record(&rest, reading); count--) {
        if (!cursor_skip(&rest, layout->gap))
            return;
    }
}

static void mark_crc(struct cursor bytes, struct reading *reading)
{
    struct cursor checked, field;
    if (has_end(bytes, bytes.left) && bytes.left > TAIL &&
        cursor_slice(bytes, 0, bytes.left - TAIL, &checked) &&
        cursor_slice(bytes, bytes.left - TAIL, 2, &field))
        reading_mark_check(reading, field, has_crc(bytes, bytes.left), crc16_x25(checked));
}

static void read(const struct message *message, struct reading *reading)
{
    struct cursor bytes = message->bytes;
    struct frame frame;
    size_t end;
    if (!open_frame(bytes, &frame))
        return;
    if (cursor_find(frame.id, 0, &end))
        frame.id.left = end;
    reading_device(reading, frame.id);
    mark_crc(bytes, reading);
    const struct layout *layout = find_layout(&frame);
    reading->type = layout ? layout->name : "status";
    if (layout) {
        if (CURSOR_ENDS(bytes, "\r\n"))
            bytes.left -= TAIL;
        read_records(bytes, layout, reading);
        if (reading->location >= LOCATION_INVALID && strcmp(layout->name, "status") == 0)
            reading->type = "position";
    }
    reading_mark_value(reading, "type", cursor_part(message->bytes, frame.content - 2, 2), "%s",
                       reading->type);
    reading_no_location(reading);
}

static void put_frame(struct buffer *reply, const struct frame *frame, unsigned type, struct cursor content)
{
    size_t start = reply->length;
    bool has_version = frame->dialect != DIALECT_MPIP || type == 0x4001;
    buffer_put_text(reply, "@@");
    buffer_put_le(reply, 2, (has_version ? 31 : 30) + content.left);
    if (has_version)
        buffer_put_u8(reply, frame->dialect == DIALECT_MPIP ? 0xff : frame->version);
    buffer_put_cursor(reply, frame->id);
    buffer_put_be(reply, 2, type);
    buffer_put_cursor(reply, content);
    if (reply->full)
        return;
    buffer_put_le(reply, 2, crc16_x25(cursor_of(reply->bytes + start, reply->length - start)));
    buffer_put_text(reply, "\r\n");
}

static void answer_sc(const struct message *message, const struct frame *frame, int64_t now,
                      struct buffer *reply)
{
    uint8_t memory[16];
    struct buffer content = buffer_on(memory, sizeof(memory));
    struct cursor index;
    if (frame->type == 0x1001) {
        buffer_put(&content, "\xff\xff\xff\xff\0\0", 6);
        buffer_put_le(&content, 4, (uint64_t)now);
        put_frame(reply, frame, 0x9001, buffer_cursor(&content));
    } else if (frame->type == 0x1003) {
        put_frame(reply, frame, 0x9003, buffer_cursor(&content));
    } else if (frame->type == 0x4007 && cursor_slice(message->bytes, ALARM_INDEX, 4, &index)) {
        put_frame(reply, frame, 0xc007, index);
    }
}

static void answer(const struct message *message, const struct asker *asker, struct buffer *reply)
{
    static const uint8_t accepted[12] = { 0, 0, 0, 0, 255, 255, 255, 255, 255, 255, 255, 255 };
    struct cursor none = { 0 };
    struct frame frame;
    if (!open_frame(message->bytes, &frame))
        return;
    /* to a login a server says no more than its type */
    bool is_from_server = frame.type == 0x4001 && frame.told <= frame.content + TAIL;
    if (is_from_server)
        return;
    if (frame.dialect == DIALECT_SC)
        answer_sc(message, &frame, asker->now, reply);
    else if (frame.dialect == DIALECT_CC && frame.type == 0x4001)
        put_frame(reply, &frame, 0x8001, none);
    else if (frame.dialect == DIALECT_CC && frame.type == 0x4206)
        put_frame(reply, &frame, 0x8206, none);
    else if (frame.dialect == DIALECT_MPIP && frame.type == 0x4001)
        put_frame(reply, &frame, 0x4001, none);
    else if (frame.dialect == DIALECT_MPIP && frame.type == 0x2001)
        put_frame(reply, &frame, 0x1001, cursor_of(accepted, sizeof(accepted)));
}

static const struct sample samples[] = {
    { .hex = "404073000431323334353637383930313233343500000000001001ce077f69260a7f693930000041010000000000000"
             "f000004000000000000000000000101021a08090a60cd310a20a51804e204840377544553545f532056312e302e3000"
             "544553545f482056312e302e300000009f610d0a",
      .claim = CLAIM_CERTAIN,
      .type = "login",
      .device = "123456789012345",
      SAMPLE_VALID,
      .answer = "~404029000431323334353637383930313233343500000000009001ffffffff000090375669d9da0d0a" },
    { .hex = "404050000332313354455354303030303030310000000000001001ce077f69260a7f693930000041010000000000000"
             "f0000040000000000000000000000544553545f532056312e302e30003e2c0d0a",
      .claim = CLAIM_CERTAIN,
      .type = "login",
      .device = "213TEST0000001",
      .location = LOCATION_NONE,
      .answer = "~404029000332313354455354303030303030310000000000009001ffffffff000090375669373a0d0a" },
    { .hex = "404055000431323334353637383930313233343500000000001002ce077f69260a7f693930000041010000000000000"
             "f000004000000000000000000000101021a08090aa0762d074078290fe204840300988f0d0a",
      .datagram = true,
      .claim = CLAIM_CERTAIN,
      .type = "logout",
      .device = "123456789012345",
      SAMPLE_INVALID },
    { .hex = "40401f000431323334353637383930313233343500000000001003af430d0a",
      .claim = CLAIM_CERTAIN,
      .type = "heartbeat",
      .device = "123456789012345",
      .location = LOCATION_NONE,
      .answer = "40401f00043132333435363738393031323334350000000000900363cf0d0a" },
    { .hex = "40406b00043132333435363738393031323334350000000000400100ce077f69260a7f6939300000410100000000000"
             "00f000004000000000000000000000201021a08080aa0762d074078290fe20484030001021a08090a60cd310a20a518"
             "04e204840377010050810d0a",
      .claim = CLAIM_CERTAIN,
      .type = "position",
      .device = "123456789012345",
      SAMPLE_VALID },
    { .hex =
          "40406000043132333435363738393031323334350000000000400707000000ce077f69260a7f6939300000410100000000"
          "00000f000004000000000000000000000101021a08090aa0762d074078290fe2048403000101020a00000057450d0a",
      .claim = CLAIM_CERTAIN,
      .type = "alarm",
      .device = "123456789012345",
      SAMPLE_INVALID,
      .answer = "40402300043132333435363738393031323334350000000000c00707000000d2030d0a" },
    { .hex = "404045000431323334353637383930313233343500000000004008ce077f69260a7f693930000041010000000000000"
             "f00000400000000000000000000d2042e16dc950d0a",
      .claim = CLAIM_CERTAIN,
      .type = "cells",
      .device = "123456789012345",
      .location = LOCATION_NONE },
    { .hex = "404036000431323334353637383930313233343500000000004009260a7f6901021a08090a60cd310a20a51804e2048"
             "40377ff4f0d0a",
      .claim = CLAIM_CERTAIN,
      .type = "position",
      .device = "123456789012345",
      SAMPLE_VALID },
    { .hex =
          "40406000043132333435363738393031323334350000000000401f0009000000ce077f69260a7f69393000004101000000"
          "0000000f000004000000000000000000000101021a08090a60cd310a20a51804e204840377ff210200082088910d0a",
      .claim = CLAIM_CERTAIN,
      .type = "position",
      .device = "123456789012345",
      SAMPLE_VALID },
    { .hex = "40405700043132333435363738393031323334350000000000b0010000ce077f69260a7f69393000004101000000000"
             "0000f000004000000000000000000000101021a08090a60cd310a20a51804e204840377361c0d0a",
      .claim = CLAIM_CERTAIN,
      .type = "position",
      .device = "123456789012345",
      SAMPLE_VALID },
    { .hex = "40403200043132333435363738393031323334350000000000510101021a08090aa0762d074078290fe2048403004ba"
             "b0d0a",
      .claim = CLAIM_CERTAIN,
      .type = "position",
      .device = "123456789012345",
      SAMPLE_INVALID },
    { .hex = "40404b0004313233343536373839303132333435000000000040050600ce077f69260a7f69393000004101000000000"
             "0000f00000400000000000000000000020c210d211027009f060d0a",
      .claim = CLAIM_LIKELY,
      .type = "status",
      .device = "123456789012345",
      .location = LOCATION_NONE },
    { .hex = "40404500053132333435363738393031323334350000000000400101021a08090a60cd310a20a51804e204840377000"
             "0000000000000004d504950205445535400b19d0d0a",
      .claim = CLAIM_CERTAIN,
      .type = "login",
      .device = "123456789012345",
      SAMPLE_VALID,
      .answer = "40401f00053132333435363738393031323334350000000000800129f00d0a" },
    { .hex = "404067000531323334353637383930313233343500000000004206000201021a08080aa0762d074078290fe20484030"
             "0010000005ae8030000000000d2042e1601021a08090a60cd310a20a51804e204840377010000005ae8030000000000"
             "d2042e1683720d0a",
      .claim = CLAIM_CERTAIN,
      .type = "heartbeat",
      .device = "123456789012345",
      SAMPLE_VALID,
      .answer = "40401f00053132333435363738393031323334350000000000820626b70d0a" },
    { .hex = "24244f003132333435363738393031323334350000000000400101021a08090a60cd310a20a51804e20484037700000"
             "000000000000000000000000000000000000000000000000000000096210d0a",
      .claim = CLAIM_CERTAIN,
      .type = "login",
      .device = "123456789012345",
      SAMPLE_VALID,
      .answer = "40401f00ff31323334353637383930313233343500000000004001c09b0d0a" },
    { .hex = "24243b003132333435363738393031323334350000000000200105000000260a7f690201021a08090aa0762d0740782"
             "90fe20484030001d1a90d0a",
      .claim = CLAIM_CERTAIN,
      .type = "position",
      .device = "123456789012345",
      SAMPLE_INVALID,
      .answer = "40402a003132333435363738393031323334350000000000100100000000ffffffffffffffff48890d0a" },
    { .hex =
          "2424ae013132333435363738393031323334350000000000420401021a08080aa0762d074078290fe20484030000000000"
          "00000000000000000000000000000000000000000000000000000001021a08080aa0762d074078290fe204840300000000"
          "0000000000000000000000000000000000000000000000000000000001021a08080aa0762d074078290fe2048403000000"
          "000000000000000000000000000000000000000000000000000000000001021a08080aa0762d074078290fe20484030000"
          "00000000000000000000000000000000000000000000000000000000000001021a08080aa0762d074078290fe204840300"
          "0000000000000000000000000000000000000000000000000000000000000001021a08080aa0762d074078290fe2048403"
          "000000000000000000000000000000000000000000000000000000000000000001021a08080aa0762d074078290fe20484"
          "03000000000000000000000000000000000000000000000000000000000000000001021a08090a60cd310a20a51804e204"
          "8403770000000000000000000000000000000000000000000000000000000000000061450d0a",
      .claim = CLAIM_CERTAIN,
      .type = "position",
      .device = "123456789012345",
      SAMPLE_VALID },
    { .hex = "404036000431323334353637383930313233343500000000004009260a7f6901021a08090a6044bc08a07de10fe2048"
             "4037679e50d0a",
      .claim = CLAIM_CERTAIN,
      .type = "position",
      .device = "123456789012345",
      SAMPLE_NORTH_WEST },
    { 0 }
};

const struct protocol protocol_castel = {
    .name = "castel",
    .port = 5086,
    .transports = OVER_TCP | OVER_UDP,
    .heads = HEADS(HEAD("@@"), HEAD("$$")),
    .match = match,
    .read = read,
    .answer = answer,
    .samples = samples,
};
