/* SPDX-License-Identifier: Apache-2.0 */
/*
 * egts: ERA-GLONASS terminals and everything else that speaks EGTS (GOST R 54619). Binary, little endian, TCP.
 *
 *   01 | key | flags | HL 0b or 10 | 00 | FDL 2 | packet 2 | type | routed (HL 10): 5 more | CRC-8 | data FDL | CRC 2
 *       total = HL + FDL + 2, without data HL. CRC-8 31/ff over the header; CRC-16/CCITT-FALSE over the data, little endian
 *   type 00 response: packet 2, result, records   01 records   02 signed: records, too
 *   record: RL 2 | number 2 | flags | object 4 (bit 0) | event 4 (bit 1) | time 4 (bit 2) | service, recipient | RL bytes of
 *       sub-records: type, length 2, content
 *   service 1, sub-record 1 identity: terminal 4 | flags | dispatcher 2 (bit 0) | IMEI 15 (bit 1) | IMSI 16 (bit 2) | …
 *   service 2, sub-record 16 position: seconds since 2010 4 | lat 4 (90 / ffffffff) | lon 4 (180 / ffffffff) |
 *       flags (bit 0 fix, 5 south, 6 west) | speed 2 | …      Traccar drops one without a fix, and keeps a record's last.
 */
#include "protocol/binary_frame.h"

enum {
    SHORT_HEAD = 11,
    ROUTED_HEAD = 16,
    HEAD_LENGTH_AT = 3,
    ENCODING_AT = 4,
    LENGTH_AT = 5,
    PACKET_AT = 7,
    TYPE_AT = 9,
    CRC_SIZE = 2,
    KNOWN_FLAGS = 3
};
enum { RESPONSE = 0, RECORDS = 1, SIGNED = 2 };
enum { SERVICE_AUTH = 1, SERVICE_DATA = 2 };
enum { SUB_IDENTITY = 1, SUB_RESULT = 7, SUB_POSITION = 16 };
enum { WITH_OBJECT = 1, WITH_EVENT = 2, WITH_TIME = 4 };
enum {
    HAS_DISPATCHER = 1,
    HAS_IMEI = 2,
    HAS_IMSI = 4,
    HAS_LANGUAGE = 8,
    HAS_NETWORK = 0x20,
    HAS_BUFFER = 0x40,
    HAS_NUMBER = 0x80
};
enum { IMEI = 15, IMSI = 16, LANGUAGE = 3, NETWORK = 3, BUFFER = 2, NUMBER = 15 };
enum { FLAG_FIX = 1, FLAG_SOUTH = 0x20, FLAG_WEST = 0x40, PLACE_SIZE = 13 };

struct packet {
    size_t head_size, data_size, total;
    uint8_t type;
    bool is_head_right; /* its CRC-8 */
};

/* The header, which must be there. */
static bool open_packet(struct cursor bytes, struct packet *packet)
{
    uint8_t head_size, encoding, crc;
    uint16_t data_size;
    if (!cursor_u8_at(bytes, HEAD_LENGTH_AT, &head_size) || !cursor_u8_at(bytes, ENCODING_AT, &encoding) ||
        !cursor_le16_at(bytes, LENGTH_AT, &data_size) || !cursor_u8_at(bytes, TYPE_AT, &packet->type) ||
        (head_size != SHORT_HEAD && head_size != ROUTED_HEAD) || encoding != 0 ||
        !cursor_u8_at(bytes, head_size - 1u, &crc))
        return false;
    packet->head_size = head_size;
    packet->data_size = data_size;
    packet->total = packet->head_size + data_size + (data_size > 0 ? CRC_SIZE : 0);
    packet->is_head_right = crc == crc8(cursor_part(bytes, 0, head_size - 1u), 0x31, 0xff);
    return true;
}

/* The data of a packet, as far as they are there. */
static struct cursor data_of(struct cursor bytes, const struct packet *packet)
{
    if (!cursor_skip(&bytes, packet->head_size))
        return cursor_part(bytes, 0, 0);
    return cursor_part(bytes, 0, bytes.left < packet->data_size ? bytes.left : packet->data_size);
}

static bool has_right_data(struct cursor bytes, const struct packet *packet)
{
    uint16_t crc;
    return packet->data_size > 0 && cursor_le16_at(bytes, packet->head_size + packet->data_size, &crc) &&
           crc == crc16_ccitt_false(data_of(bytes, packet));
}

struct record {
    struct cursor number, object, content; /* object.at NULL: none */
    uint8_t service;
};

static bool take_record(struct cursor *c, struct record *record)
{
    struct cursor rest = *c;
    uint16_t size;
    uint8_t flags;
    *record = (struct record){ 0 };
    if (!cursor_le16(&rest, &size) || !cursor_take(&rest, 2, &record->number) || !cursor_u8(&rest, &flags) ||
        (flags & WITH_OBJECT && !cursor_take(&rest, 4, &record->object)) ||
        (flags & WITH_EVENT && !cursor_skip(&rest, 4)) || (flags & WITH_TIME && !cursor_skip(&rest, 4)) ||
        !cursor_u8(&rest, &record->service) || !cursor_skip(&rest, 1) ||
        !cursor_take(&rest, size, &record->content))
        return false;
    *c = rest;
    return true;
}

static bool take_sub_record(struct cursor *c, uint8_t *type, struct cursor *content)
{
    uint16_t size;
    return cursor_u8(c, type) && cursor_le16(c, &size) && cursor_take(c, size, content);
}

/* Do records fill the data? */
static bool has_records(struct cursor data, uint8_t type)
{
    struct record record;
    if (type > SIGNED || (type == RESPONSE && !cursor_skip(&data, 3)))
        return false;
    while (take_record(&data, &record))
        continue;
    return data.left == 0;
}

/* Too little of the header to prove anything. */
static enum claim match_start(const struct message *message, size_t *length)
{
    struct cursor bytes = message->bytes;
    uint8_t flags, head_size, encoding = 0;
    *length = bytes.left;
    if (cursor_byte(bytes, 0) != 1 || (cursor_u8_at(bytes, HEAD_LENGTH_AT, &head_size) &&
                                       head_size != SHORT_HEAD && head_size != ROUTED_HEAD))
        return CLAIM_NO;
    bool has_encoding = cursor_u8_at(bytes, ENCODING_AT, &encoding);
    if (encoding != 0)
        return CLAIM_NO;
    if (!message->complete)
        return CLAIM_MORE;
    return has_encoding && cursor_byte(bytes, 1) == 0 && cursor_u8_at(bytes, 2, &flags) &&
                   flags <= KNOWN_FLAGS
               ? CLAIM_POSSIBLE
               : CLAIM_NO;
}

static enum claim match(const struct message *message, size_t *length)
{
    struct cursor bytes = message->bytes;
    struct packet packet;
    if (!open_packet(bytes, &packet))
        return bytes.left >= ROUTED_HEAD ? CLAIM_NO : match_start(message, length);
    bool is_usual = cursor_byte(bytes, 1) == 0 && cursor_byte(bytes, 2) <= KNOWN_FLAGS;
    if (!packet.is_head_right && !is_usual)
        return CLAIM_NO;
    enum framed framed = frame_by_length(bytes, message->complete, packet.total, MESSAGE_MAX, length);
    if (framed == FRAMED_CUT)
        return packet.is_head_right ? CLAIM_LIKELY : CLAIM_POSSIBLE;
    if (framed != FRAMED)
        return claim_framed(framed);
    bool is_data_right = has_right_data(bytes, &packet);
    if (packet.is_head_right)
        return is_data_right ? CLAIM_CERTAIN : CLAIM_LIKELY;
    return is_data_right || has_records(data_of(bytes, &packet), packet.type) ? CLAIM_LIKELY : CLAIM_NO;
}

/* The fields of the identity: the first of IMEI, IMSI and telephone number that is there and not empty. */
static void read_identity(struct cursor c, struct reading *reading)
{
    static const struct {
        uint8_t flag, size;
        bool is_id;
    } fields[] = { { HAS_DISPATCHER, 2, false },    { HAS_IMEI, IMEI, true },
                   { HAS_IMSI, IMSI, true },        { HAS_LANGUAGE, LANGUAGE, false },
                   { HAS_NETWORK, NETWORK, false }, { HAS_BUFFER, BUFFER, false },
                   { HAS_NUMBER, NUMBER, true } };
    struct cursor field;
    uint8_t flags;
    if (!cursor_skip(&c, 4) || !cursor_u8(&c, &flags))
        return;
    for (size_t i = 0; i < sizeof(fields) / sizeof(fields[0]); i++) {
        if (!(flags & fields[i].flag))
            continue;
        if (!cursor_take(&c, fields[i].size, &field))
            return;
        if (fields[i].is_id && cursor_trim_nul(field).left > 0) {
            reading_device(reading, cursor_trim_nul(field));
            return;
        }
    }
}

static void read_position(struct cursor c, struct fix *fix, struct reading *reading)
{
    struct cursor time, lat, lon, flags;
    if (!cursor_take(&c, 4, &time) || !cursor_take(&c, 4, &lat) || !cursor_take(&c, 4, &lon) ||
        !cursor_take(&c, 1, &flags))
        return;
    *fix = (struct fix){ .valid = (cursor_byte(flags, 0) & FLAG_FIX) != 0, .has_time = true };
    fix->time = EPOCH_2010 + (int64_t)cursor_le_of(time);
    fix->lat = (double)cursor_le_of(lat) * 90 / UINT32_MAX * (cursor_byte(flags, 0) & FLAG_SOUTH ? -1 : 1);
    fix->lon = (double)cursor_le_of(lon) * 180 / UINT32_MAX * (cursor_byte(flags, 0) & FLAG_WEST ? -1 : 1);
    reading_mark_time(reading, time, fix->time);
    reading_mark_place(reading, lat, fix->lat, lon, fix->lon);
    reading_mark_fix(reading, flags, fix->valid);
}

static void read_record(const struct record *record, struct reading *reading)
{
    struct cursor rest = record->content, content;
    struct fix fix = { 0 };
    bool has_place = false;
    uint8_t type;
    while (take_sub_record(&rest, &type, &content)) {
        if (record->service == SERVICE_AUTH && type == SUB_IDENTITY) {
            read_identity(content, reading);
            reading->type = "login";
        } else if (record->service == SERVICE_DATA && type == SUB_POSITION && content.left >= PLACE_SIZE) {
            /* the last one takes the place of those before it */
            read_position(content, &fix, reading);
            has_place = true;
        }
    }
    if (has_place)
        reading_fix(reading, &fix);
    /* 0 is nobody */
    if (record->service == SERVICE_DATA && record->object.at && cursor_le_of(record->object) > 0 &&
        !reading->device[0]) {
        reading_device_number(reading, cursor_le_of(record->object), 1);
        reading_mark_value(reading, "device", record->object, "%s", reading->device);
    }
}

static void mark_checks(struct cursor bytes, const struct packet *packet, struct reading *reading)
{
    struct cursor head = cursor_part(bytes, 0, packet->head_size - 1), crc;
    reading_mark_check(reading, cursor_part(bytes, head.left, 1), packet->is_head_right,
                       crc8(head, 0x31, 0xff));
    if (packet->data_size > 0 && cursor_slice(bytes, packet->head_size + packet->data_size, CRC_SIZE, &crc))
        reading_mark_check(reading, crc, has_right_data(bytes, packet),
                           crc16_ccitt_false(data_of(bytes, packet)));
}

static void read(const struct message *message, struct reading *reading)
{
    struct cursor bytes = message->bytes;
    struct packet packet;
    struct record record;
    reading->type = "status";
    reading_no_location(reading);
    if (!open_packet(bytes, &packet))
        return;
    struct cursor data = data_of(bytes, &packet);
    reading_mark_number(reading, "length", cursor_part(bytes, LENGTH_AT, 2), packet.data_size);
    reading_mark_number(reading, "type", cursor_part(bytes, TYPE_AT, 1), packet.type);
    mark_checks(bytes, &packet, reading);
    if (packet.type == RESPONSE) {
        reading->type = "reply";
        return;
    }
    while (packet.type <= SIGNED && take_record(&data, &record))
        read_record(&record, reading);
    if (reading->location >= LOCATION_INVALID)
        reading->type = "position";
}

/* A packet with one record, which holds one sub-record. `before` stands before the record. */
static void put_packet(struct buffer *reply, unsigned number, unsigned type, struct cursor before,
                       unsigned service, unsigned sub_type, struct cursor content)
{
    enum { RECORD_HEAD = 7, SUB_HEAD = 3 };
    size_t start = reply->length, size = SUB_HEAD + content.left;
    buffer_put(reply, "\1\0\0\x0b\0", 5);
    buffer_put_le(reply, 2, before.left + RECORD_HEAD + size);
    buffer_put_le(reply, 2, number);
    buffer_put_u8(reply, type);
    if (reply->full)
        return;
    buffer_put_u8(reply, crc8(cursor_of(reply->bytes + start, reply->length - start), 0x31, 0xff));
    start = reply->length;
    buffer_put_cursor(reply, before);
    buffer_put_le(reply, 2, size);
    buffer_put(reply, "\0\0\0", 3);
    buffer_put_u8(reply, service);
    buffer_put_u8(reply, service);
    buffer_put_u8(reply, sub_type);
    buffer_put_le(reply, 2, content.left);
    buffer_put_cursor(reply, content);
    if (!reply->full)
        buffer_put_le(reply, 2, crc16_ccitt_false(cursor_of(reply->bytes + start, reply->length - start)));
}

/* Each record is confirmed; an identity gets a result, too, without which a terminal sends nothing more. Traccar tells the
 * number of the packet with its bytes swapped. */
static void answer(const struct message *message, const struct asker *asker, struct buffer *reply)
{
    struct cursor bytes = message->bytes, packet_number, rest, content;
    struct packet packet;
    struct record record;
    unsigned number = 0;
    (void)asker;
    if (!open_packet(bytes, &packet) || (packet.type != RECORDS && packet.type != SIGNED) ||
        !cursor_slice(bytes, PACKET_AT, 2, &packet_number))
        return;
    struct cursor data = data_of(bytes, &packet);
    while (take_record(&data, &record)) {
        uint8_t before[3] = { cursor_byte(packet_number, 1), cursor_byte(packet_number, 0), 0 }, type = 0;
        uint8_t confirmed[3] = { cursor_byte(record.number, 0), cursor_byte(record.number, 1), 0 };
        bool is_known = false;
        rest = record.content;
        if (CURSOR_STARTS(rest, "\x07")) /* a server's own result */
            continue;
        put_packet(reply, number++, RESPONSE, cursor_of(before, sizeof(before)), record.service, 0,
                   cursor_of(confirmed, sizeof(confirmed)));
        while (record.service == SERVICE_AUTH && take_sub_record(&rest, &type, &content))
            is_known = is_known || type == SUB_IDENTITY;
        if (is_known)
            put_packet(reply, number++, RECORDS, cursor_of(before, 0), record.service, SUB_RESULT,
                       cursor_of(before + 2, 1));
    }
}

static const struct sample samples[] = {
    { .hex = "0100020b001e000700019e1700030000010101140000000000023132333435363738393031323334352068",
      .claim = CLAIM_CERTAIN,
      .type = "login",
      .device = "123456789012345",
      .location = LOCATION_NONE,
      .answer = "0100000b0010000000006800070006000000000101000300030000c6d50100000b000b0001000119040000000001"
                "0107010000a40c" },
    { .hex = "0100020b003600080001e918000400019d010000020210150026cf411ee9b92387f774261b039b002d1027000000080"
             "00500019d010000020214050002140500000f62",
      .claim = CLAIM_CERTAIN,
      .type = "position",
      .device = "413",
      SAMPLE_VALID,
      .answer = "0100000b0010000000006800080006000000000202000300040000731f0100000b0010000100002e000800060000"
                "000002020003000500004328" },
    { .hex = "0100020b002f000900013e20000600059d01000026cf411e020210150026cf411ef28b255f59857e64629b002d10270"
             "000001405000214050000420d",
      .claim = CLAIM_CERTAIN,
      .type = "position",
      .device = "413",
      SAMPLE_INVALID,
      .answer = "0100000b0010000000006800090006000000000202000300060000efdf" },
    { .hex = "01002010003b000a000134127856053c300007000180cc2af60202101500eace411ee9b92387f774261b039b002d102"
             "700000010150026cf411e091ecc73fa374269439b002d1027000000a199",
      .claim = CLAIM_CERTAIN,
      .type = "position",
      .device = "4130000000",
      SAMPLE_NORTH_WEST,
      .answer = "0100000b00100000000068000a0006000000000202000300070000fa0b" },
    { .hex = "0100020b001f000b0001361800080000020210150026cf411ef28b255f59857e64639b002d1027000000a19b",
      .claim = CLAIM_LIKELY,
      .type = "position",
      SAMPLE_SOUTH_WEST,
      .answer = "0100000b00100000000068000b00060000000002020003000800003789" },
    { .hex = "0100020b0032000c0001df2700090001010000000101012400000000000631323334350000000000000000000032313"
             "631323334353637383930313233c51c",
      .claim = CLAIM_CERTAIN,
      .type = "login",
      .device = "12345",
      .location = LOCATION_NONE,
      .answer = "0100000b00100000000068000c000600000000010100030009000067d60100000b000b0001000119040000000001"
                "0107010000a40c" },
    { .hex = "0100020b0021000d0001a11a000a0000010101170000000000050700323136313233343536373839303132331049",
      .claim = CLAIM_CERTAIN,
      .type = "login",
      .device = "2161234567890123",
      .location = LOCATION_NONE,
      .answer = "0100000b00100000000068000d00060000000001010003000a0000cb210100000b000b0001000119040000000001"
                "0107010000a40c" },
    { .hex = "0100020b0010000e00000d02000006000b000002020003000200008b10",
      .claim = CLAIM_CERTAIN,
      .type = "reply",
      .location = LOCATION_NONE },
    { .hex = "0100020b0000000f000037", .claim = CLAIM_LIKELY, .type = "reply", .location = LOCATION_NONE },
    { .hex =
          "0100000b002300050001f6180001000100000000020210150026cf411ee9b92387f774261b0164003200000000003a38",
      .claim = CLAIM_CERTAIN,
      .type = "position",
      SAMPLE_VALID,
      .answer = "0100000b001000000000680005000600000000020200030001000088e6" },
    { .hex = "0100000b001e00050001801700010000010101140005000000803739303031323334353637000000004b69",
      .claim = CLAIM_CERTAIN,
      .type = "login",
      .device = "79001234567",
      .location = LOCATION_NONE,
      .answer = "0100000b00100000000068000500060000000001010003000100007ff60100000b000b0001000119040000000001"
                "0107010000a40c" },
    { 0 }
};

const struct protocol protocol_egts = {
    .name = "egts",
    .port = 5162,
    .transports = OVER_TCP,
    .heads = HEADS(HEAD("\1")),
    .match = match,
    .read = read,
    .answer = answer,
    .samples = samples,
};
