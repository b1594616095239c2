/* SPDX-License-Identifier: Apache-2.0 */
/*
 * omnicomm: Omnicomm FAS, Profi, Optim, Smart, Light, ICON. Little endian, with Protocol Buffers inside, TCP.
 *
 *   c0 | type | L 2 | body L | CRC 2 big endian      behind the c0 db dc is c0, db dd is db; L counts without escapes
 *   CRC-16/CCITT-FALSE of all between c0 and it. huasheng begins and escapes in the same way, but ends with c0.
 *   80 login: id 4 | version 4      86 archive: index 4 | time 4 | priority | record: length 2, message
 *   message: group 2: 1 time; group 5, the place: 1 lat, 2 lon (zigzag, 1e-7 degree), 7 time; always with a
 *       fix; times are seconds since 2009
 *   Answers: 85 (send the archive) to 80; 87 (delete it up to index + 1) to an 86 that has no place.
 */
#include "base/checksum.h"
#include "base/protobuf.h"
#include "base/unescape.h"
#include "protocol/protocol.h"

enum { LOGIN = 0x80, SEND = 0x85, ARCHIVE = 0x86, DELETE = 0x87, LONGEST = 6000 };
enum { LENGTH_AT = 1, BODY_AT = 3, RECORDS_AT = 12, TIME_AT = 7, CRC_SIZE = 2, LOGIN_SIZE = 8 };
enum { GENERAL = 2, GENERAL_TIME = 1, PLACE = 5, PLACE_LAT = 1, PLACE_LON = 2, PLACE_TIME = 7 };

static const struct escape escape = { .pairs = { ESCAPE("\xdb\xdc", "\xc0"), ESCAPE("\xdb\xdd", "\xdb") } };

/* One frame, opened. `all` is what stands behind the c0, unescaped, with the CRC. */
struct frame {
    struct cursor raw, all, body;
    bool is_whole, is_proven;
    uint16_t right;
    size_t length; /* as it was sent */
    uint8_t memory[LONGEST];
};

/* False when length and type are not there. */
static bool open_frame(struct cursor bytes, struct frame *frame)
{
    size_t end;
    uint16_t told;
    frame->length = bytes.left;
    if (!cursor_skip(&bytes, 1))
        return false;
    /* the next frame begins with what cannot stand inside */
    if (cursor_find(bytes, 0xc0, &end))
        bytes.left = end;
    bytes.left = bytes.left < LONGEST ? bytes.left : LONGEST;
    frame->raw = bytes;
    frame->all = unescape(bytes, &escape, frame->memory, LONGEST);
    if (!cursor_le16_at(frame->all, LENGTH_AT, &told) || told > LONGEST - BODY_AT - CRC_SIZE)
        return false;
    size_t total = (size_t)BODY_AT + told + CRC_SIZE;
    frame->is_whole = frame->all.left >= total;
    frame->length = frame->is_whole ? 1 + unescape_offset(frame->raw, &escape, total) : 1 + bytes.left;
    frame->all.left = frame->is_whole ? total : frame->all.left;
    frame->body = frame->all;
    uint16_t crc;
    struct cursor covered = cursor_part(frame->all, 0, frame->is_whole ? total - CRC_SIZE : 0);
    frame->right = crc16_ccitt_false(covered);
    frame->is_proven =
        frame->is_whole && cursor_be16_at(frame->all, covered.left, &crc) && crc == frame->right;
    frame->body.left -= frame->is_whole ? CRC_SIZE : 0;
    return cursor_skip(&frame->body, BODY_AT);
}

static bool take_record(struct cursor *c, struct cursor *record)
{
    struct cursor rest = *c;
    uint16_t size;
    if (!cursor_le16(&rest, &size) || size == 0 || !cursor_take(&rest, size, record))
        return false;
    *c = rest;
    return true;
}

/* A recent archive with a message in it. */
static bool is_archive(const struct frame *frame)
{
    struct cursor records = frame->all, record;
    struct protobuf_field field;
    uint64_t since;
    return cursor_le_at(frame->all, TIME_AT, 4, &since) && calendar_is_recent((int64_t)since + EPOCH_2009) &&
           cursor_skip(&records, RECORDS_AT) && take_record(&records, &record) &&
           protobuf_next(&record, &field);
}

static enum claim match(const struct message *message, size_t *length)
{
    struct frame frame;
    struct cursor bytes = message->bytes;
    if (bytes.left > 1 && cursor_byte(bytes, 1) < LOGIN)
        return CLAIM_NO;
    if (!open_frame(bytes, &frame))
        return message->complete || bytes.left > BODY_AT + 3 ? CLAIM_NO : CLAIM_MORE;
    *length = frame.length;
    if (frame.is_proven)
        return CLAIM_CERTAIN;
    /* no more of it can come behind the start of another */
    if (!frame.is_whole && !message->complete && frame.length == bytes.left)
        return CLAIM_MORE;
    uint8_t type = cursor_byte(frame.all, 0);
    if (type == LOGIN)
        return frame.is_whole && frame.body.left == LOGIN_SIZE ? CLAIM_LIKELY : CLAIM_NO;
    return type == ARCHIVE && is_archive(&frame) ? CLAIM_LIKELY : CLAIM_NO;
}

/* A time since 2009, where a field tells one. */
static void take_time(const struct protobuf_field *field, struct fix *fix, struct reading *reading)
{
    if (field->value > UINT32_MAX)
        return;
    fix->has_time = true;
    fix->time = (int64_t)field->value + EPOCH_2009;
    reading_mark_time(reading, field->bytes, fix->time);
}

static void take_place(struct cursor c, struct fix *fix, struct reading *reading)
{
    struct protobuf_field field;
    struct cursor lat = { 0 }, lon = { 0 };
    while (protobuf_next(&c, &field)) {
        if (field.wire != PROTOBUF_VARINT)
            continue;
        if (field.number == PLACE_LAT) {
            lat = field.bytes;
            fix->lat = (double)protobuf_zigzag(field.value) / 1e7;
        } else if (field.number == PLACE_LON) {
            lon = field.bytes;
            fix->lon = (double)protobuf_zigzag(field.value) / 1e7;
        } else if (field.number == PLACE_TIME) {
            take_time(&field, fix, reading);
        }
    }
    reading_mark_place(reading, lat, fix->lat, lon, fix->lon);
}

/* A place that tells no time of its own has the record's. */
static void read_record(struct cursor c, struct reading *reading)
{
    struct protobuf_field field, part;
    struct fix fix = { .valid = true };
    bool has_place = false;
    while (protobuf_next(&c, &field)) {
        if (field.wire != PROTOBUF_GROUP && field.wire != PROTOBUF_BYTES)
            continue;
        if (field.number == GENERAL && !fix.has_time && protobuf_next(&field.bytes, &part) &&
            part.number == GENERAL_TIME && part.wire == PROTOBUF_VARINT) {
            take_time(&part, &fix, reading);
        } else if (field.number == PLACE) {
            take_place(field.bytes, &fix, reading);
            has_place = true;
        }
    }
    if (has_place)
        reading_fix(reading, &fix);
}

static void read_records(struct cursor records, struct reading *reading)
{
    struct cursor record;
    if (!cursor_skip(&records, RECORDS_AT - BODY_AT))
        return;
    while (take_record(&records, &record))
        read_record(record, reading);
}

static void read(const struct message *message, struct reading *reading)
{
    struct frame frame;
    struct cursor id;
    reading->type = "status";
    if (open_frame(message->bytes, &frame)) {
        uint8_t type = cursor_byte(frame.all, 0);
        reading_unescaped(reading, frame.raw, frame.all, &escape);
        if (frame.is_whole)
            reading_mark_check(reading, cursor_part(frame.all, frame.all.left - CRC_SIZE, CRC_SIZE),
                               frame.is_proven, frame.right);
        reading->type = type == LOGIN ? "login" : type == ARCHIVE ? "archive" : "status";
        if (type == LOGIN && cursor_slice(frame.body, 0, 4, &id)) {
            reading_device_number(reading, cursor_le_of(id), 1);
            reading_mark_number(reading, "device", id, cursor_le_of(id));
        } else if (type == ARCHIVE) {
            read_records(frame.body, reading);
        }
    }
    if (reading->location >= LOCATION_INVALID)
        reading->type = "position";
    reading_no_location(reading);
}

static void put_frame(uint8_t type, uint64_t number, struct buffer *reply)
{
    uint8_t memory[16];
    struct buffer content = buffer_on(memory, sizeof(memory));
    buffer_put_u8(&content, type);
    buffer_put_le(&content, 2, 4);
    buffer_put_le(&content, 4, number);
    /* as Traccar sends it: the other way round than devices do */
    buffer_put_le(&content, CRC_SIZE, crc16_ccitt_false(buffer_cursor(&content)));
    buffer_put_u8(reply, 0xc0);
    escape_put(reply, &escape, buffer_cursor(&content));
}

static void answer(const struct message *message, const struct asker *asker, struct buffer *reply)
{
    struct frame frame;
    struct reading unmarked;
    uint64_t index;
    (void)asker;
    if (!open_frame(message->bytes, &frame) || !frame.is_whole)
        return;
    uint8_t type = cursor_byte(frame.all, 0);
    if (type == LOGIN)
        put_frame(SEND, 0, reply);
    if (type != ARCHIVE || !cursor_le_at(frame.body, 0, 4, &index))
        return;
    reading_start(&unmarked, message->bytes, NULL);
    read_records(frame.body, &unmarked);
    if (unmarked.location < LOCATION_INVALID)
        put_frame(DELETE, index + 1, reply);
}

static const struct sample samples[] = {
    { .hex = "c0800800dbdc7e1b15340100008555",
      .claim = CLAIM_CERTAIN,
      .type = "login",
      .device = "354123456",
      .location = LOCATION_NONE,
      .answer = "c0850400000000003125" },
    { .hex = "c086700010af1200a6022320002a001308a6858c8102200750ce01142b08dbdce99e840310bf9ee8c105180c202d280"
             "930e01238ea848c81022c0d001308a6858c8102200750ce01142a001308a6858c8102200750ce01142b08dbdccd8bc5"
             "0310dbdc9c87b601180c202d280930e01238a6858c81022ccc90",
      .claim = CLAIM_CERTAIN,
      .type = "position",
      SAMPLE_VALID },
    { .hex = "c086350010af1200a6022320002a001308a6858c8102200750ce01142b08bfc280bf0210fff0eea105180c202d28093"
             "0e01238a6858c81022c5fdd",
      .claim = CLAIM_LIKELY,
      .type = "position",
      SAMPLE_SOUTH_WEST },
    { .hex = "c086280010af1200a6022320001d002b08dbdce99e840310bf9ee8c105180c202d280930e01238a6858c81022c03f4",
      .claim = CLAIM_CERTAIN,
      .type = "position",
      SAMPLE_NORTH_WEST },
    { .hex = "c0861e0010af1200a6022320000d001308a6858c8102200750ce011404000a021103f591",
      .claim = CLAIM_CERTAIN,
      .type = "archive",
      .location = LOCATION_NONE,
      .answer = "c087040011af12007ddc" },
    { .hex = "c08600004566", .claim = CLAIM_CERTAIN, .type = "archive", .location = LOCATION_NONE },
    { 0 }
};

const struct protocol protocol_omnicomm = {
    .name = "omnicomm",
    .port = 5203,
    .transports = OVER_TCP,
    .never = NEVER_INVALID,
    .heads = HEADS(HEAD("\xc0")),
    .match = match,
    .read = read,
    .answer = answer,
    .samples = samples,
};
