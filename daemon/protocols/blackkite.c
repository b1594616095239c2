/* SPDX-License-Identifier: Apache-2.0 */
/*
 * blackkite: BlackKite trackers. Binary, little endian, TCP. The frame of galileo, with fewer tags.
 *
 *   01 | length L 2 (highest bit: more is stored) | tags … | CRC 2      total = L + 5; CRC-16/MODBUS over all before it
 *   03 id 15 digits | 20 unix time 4 | 30 no fix ½, satellites ½, lat 4, lon 4 (1e-6) | 33 speed, course 4 | 34 altitude 2 |
 *   40 status 2 | 45, 46 outputs, inputs 2 | 50 to 53 voltages 2 | 60 to 62 sensors 16 (2 in galileo)
 *   A tag that comes again starts the next record. A record without place and time is no position.
 *   The server's answer: 02 and the CRC.
 */
#include "protocol/binary_frame.h"

enum { TAG_ID = 0x03, TAG_TIME = 0x20, TAG_PLACE = 0x30, IMEI = 15, PLACE_SIZE = 9, LENGTH_MASK = 0x7fff };
enum { HEAD_SIZE = 3, CRC_SIZE = 2, SHORTEST = HEAD_SIZE + CRC_SIZE + 4 };
static const uint32_t YEAR_2005 = 1104537600, YEAR_2038 = INT32_MAX;

/* The size of a tag's value; 0: it is no tag of this protocol. */
static size_t size_of(uint8_t tag)
{
    switch (tag) {
    case TAG_ID:
        return IMEI;
    case TAG_TIME:
    case 0x33:
        return 4;
    case TAG_PLACE:
        return PLACE_SIZE;
    case 0x34:
    case 0x40:
    case 0x45:
    case 0x46:
    case 0x50:
    case 0x51:
    case 0x52:
    case 0x53:
        return 2;
    case 0x60:
    case 0x61:
    case 0x62:
        return 16;
    default:
        return 0;
    }
}

static bool take_tag(struct cursor *c, uint8_t *tag, struct cursor *value)
{
    struct cursor rest = *c;
    if (!cursor_u8(&rest, tag) || size_of(*tag) == 0 || !cursor_take(&rest, size_of(*tag), value))
        return false;
    *c = rest;
    return true;
}

static struct cursor tags_of(struct cursor bytes)
{
    uint16_t told;
    struct cursor tags = bytes;
    if (!cursor_le16_at(bytes, 1, &told) || !cursor_skip(&tags, HEAD_SIZE))
        return cursor_part(bytes, 0, 0);
    size_t size = told & LENGTH_MASK;
    return cursor_part(tags, 0, tags.left < size ? tags.left : size);
}

/* What the tags prove. */
struct walk {
    bool is_whole, has_id, has_record;
};

static struct walk walk_tags(struct cursor rest)
{
    struct walk walk = { 0 };
    struct cursor value;
    bool has_time = false, has_place = false;
    uint8_t tag;
    while (take_tag(&rest, &tag, &value)) {
        walk.has_id = walk.has_id || (tag == TAG_ID && cursor_count_digits(value) == IMEI);
        has_time = has_time ||
                   (tag == TAG_TIME && cursor_le_of(value) >= YEAR_2005 && cursor_le_of(value) <= YEAR_2038);
        has_place = has_place || tag == TAG_PLACE;
    }
    walk.is_whole = rest.left == 0;
    walk.has_record = has_time && has_place;
    return walk;
}

static enum claim match(const struct message *message, size_t *length)
{
    struct cursor bytes = message->bytes, value;
    uint16_t told, crc;
    uint8_t tag;
    if (!cursor_le16_at(bytes, 1, &told))
        return message->complete ? CLAIM_NO : CLAIM_MORE;
    size_t total = (told & LENGTH_MASK) + (size_t)HEAD_SIZE + CRC_SIZE;
    if (total < SHORTEST || (cursor_u8_at(bytes, HEAD_SIZE, &tag) && size_of(tag) == 0))
        return CLAIM_NO;
    enum framed framed = frame_by_length(bytes, message->complete, total, MESSAGE_MAX, length);
    if (framed == FRAMED_MORE || framed == FRAMED_NO)
        return claim_framed(framed);
    struct cursor tags = tags_of(bytes);
    struct walk walk = walk_tags(tags);
    if (framed == FRAMED_CUT)
        return take_tag(&tags, &tag, &value) && walk.has_id ? CLAIM_POSSIBLE : CLAIM_NO;
    if (!walk.is_whole)
        return CLAIM_NO;
    if (cursor_le16_at(bytes, total - CRC_SIZE, &crc) &&
        crc == crc16_modbus(cursor_part(bytes, 0, total - CRC_SIZE)))
        return CLAIM_CERTAIN;
    return walk.has_id || walk.has_record ? CLAIM_LIKELY : CLAIM_NO;
}

/* A record while its tags are gathered. */
struct record {
    bool seen[256], has_place;
    struct fix fix;
};

static void close_record(struct record *record, struct reading *reading)
{
    if (record->has_place && record->fix.has_time)
        reading_fix(reading, &record->fix);
    *record = (struct record){ 0 };
}

static void gather(struct record *record, uint8_t tag, struct cursor value, struct reading *reading)
{
    record->seen[tag] = true;
    if (tag == TAG_ID) {
        reading_device(reading, value);
    } else if (tag == TAG_TIME) {
        record->fix.has_time = true;
        record->fix.time = (int64_t)cursor_le_of(value);
        reading_mark_time(reading, value, record->fix.time);
    } else if (tag == TAG_PLACE) {
        struct cursor lat = cursor_part(value, 1, 4), lon = cursor_part(value, 5, 4);
        record->has_place = true;
        record->fix.valid = cursor_byte(value, 0) >> 4 == 0;
        record->fix.lat = (double)signed_of(cursor_le_of(lat), 32) / 1e6;
        record->fix.lon = (double)signed_of(cursor_le_of(lon), 32) / 1e6;
        reading_mark_fix(reading, cursor_part(value, 0, 1), record->fix.valid);
        reading_mark_place(reading, lat, record->fix.lat, lon, record->fix.lon);
    }
}

static void read(const struct message *message, struct reading *reading)
{
    struct cursor bytes = message->bytes, tags = tags_of(bytes), value, crc;
    struct record record = { 0 };
    uint8_t tag;
    while (take_tag(&tags, &tag, &value)) {
        if (record.seen[tag])
            close_record(&record, reading);
        gather(&record, tag, value, reading);
    }
    close_record(&record, reading);
    reading->type = reading->location >= LOCATION_INVALID ? "position"
                    : reading->device[0]                  ? "login"
                                                          : "status";
    if (bytes.left > SHORTEST && cursor_slice(bytes, bytes.left - CRC_SIZE, CRC_SIZE, &crc)) {
        uint16_t right = crc16_modbus(cursor_part(bytes, 0, bytes.left - CRC_SIZE));
        reading_mark_check(reading, crc, cursor_le_of(crc) == right, right);
    }
    reading_no_location(reading);
}

static void answer(const struct message *message, const struct asker *asker, struct buffer *reply)
{
    struct cursor crc;
    if (!asker->device[0] || !cursor_slice(message->bytes, message->bytes.left - CRC_SIZE, CRC_SIZE, &crc))
        return;
    buffer_put_u8(reply, 2);
    buffer_put_cursor(reply, crc);
}

static const struct sample samples[] = {
    { .hex = "0115000331323334353637383930313233343520260a7f690ec3",
      .claim = CLAIM_CERTAIN,
      .type = "login",
      .device = "123456789012345",
      .location = LOCATION_NONE,
      .answer = "020ec3" },
    { .hex = "0135000331323334353637383930313233343520260a7f693008f0f1d402504a2301337b00c20160000102030405060"
             "708090a0b0c0d0e0f8793",
      .claim = CLAIM_CERTAIN,
      .type = "position",
      .device = "123456789012345",
      SAMPLE_VALID,
      .answer = "028793" },
    { .hex = "01238020260a7f693018f09701fe60d0c9fb40010062000000000000000000000000000000009dbf",
      .claim = CLAIM_CERTAIN,
      .type = "position",
      SAMPLE_INVALID,
      .answer = "029dbf" },
    { .hex = "01400020ea097f6930080100000002000000610000000000000000000000000000000020260a7f693008702f6d0270b"
             "296fb61000000000000000000000000000000005f4e",
      .claim = CLAIM_CERTAIN,
      .type = "position",
      SAMPLE_NORTH_WEST,
      .answer = "025f4e" },
    { .hex = "01260020260a7f693008f09701fe60d0c9fb50010253030460000000000000000000000000000000009677",
      .claim = CLAIM_LIKELY,
      .type = "position",
      SAMPLE_SOUTH_WEST,
      .answer = "029677" },
    { 0 }
};

const struct protocol protocol_blackkite = {
    .name = "blackkite",
    .port = 5091,
    .transports = OVER_TCP,
    .heads = HEADS(HEAD("\1")),
    .kin = KIN("galileo"), /* the same frame and the same tags, but for three */
    .match = match,
    .read = read,
    .answer = answer,
    .samples = samples,
};
