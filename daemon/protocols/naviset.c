/* SPDX-License-Identifier: Apache-2.0 */
/*
 * naviset: Naviset GT-10 and GT-20 (Russia). Binary, little endian, TCP. No head.
 *
 *   length L 12 bits, version 2 bits (1), type 2 bits | number 2 | content … | CRC 2
 *   total = L + 4, CRC-16/MODBUS over all before it
 *   type 0 login: 15 digits | …      1 data: blocks | record …      2, 3: no place
 *   record: n 2 | status | time 4 | lat 4 | lon 4 (1e-6, no sign) | speed 2 | for each bit of blocks: a byte, for each bit
 *       of that a field      first field of the first block: satellites, bit 7: a fix; without it every place is one
 *   The server says 01 and the CRC of the message.
 */
#include "base/checksum.h"
#include "protocol/protocol.h"

enum { LOGIN, DATA, OWN_VERSION = 1, SHORTEST = 6, CONTENT_AT = 4, RECORDS_AT = 5, CRC_SIZE = 2, IMEI = 15 };
enum { BLOCKS = 6 };

/* Bytes of the fields of each block, by the bits of its byte. */
static const uint8_t sizes[BLOCKS][8] = { { 1, 2, 2, 1, 4, 2, 4, 6 }, { 2, 2, 2, 2, 2, 2, 2, 2 },
                                          { 1, 6, 2, 2, 4, 2, 1, 1 }, { 2, 2, 2, 18, 1, 1, 2, 2 },
                                          { 4, 4, 4, 2, 2, 2, 2, 2 }, { 1, 3, 4, 4, 2, 26, 4, 4 } };

struct record {
    struct cursor time, lat, lon, satellites; /* the last: at NULL when it is not told */
};

static bool take_fields(struct cursor *c, unsigned block, struct record *record)
{
    uint8_t mask;
    struct cursor field;
    if (!cursor_u8(c, &mask))
        return false;
    for (unsigned bit = 0; bit < 8; bit++) {
        if (!(mask >> bit & 1))
            continue;
        if (!cursor_take(c, sizes[block][bit], &field))
            return false;
        if (block == 0 && bit == 0)
            record->satellites = field;
    }
    return true;
}

static bool take_record(struct cursor *c, uint8_t blocks, struct record *record)
{
    *record = (struct record){ .time = { 0 } };
    if (!cursor_skip(c, 3) || !cursor_take(c, 4, &record->time) || !cursor_take(c, 4, &record->lat) ||
        !cursor_take(c, 4, &record->lon) || !cursor_skip(c, 2))
        return false;
    for (unsigned block = 0; block < BLOCKS; block++) {
        if (blocks >> block & 1 && !take_fields(c, block, record))
            return false;
    }
    return true;
}

static void take_fix(const struct record *record, struct fix *fix)
{
    *fix = (struct fix){ .valid = !record->satellites.at || cursor_byte(record->satellites, 0) & 0x80,
                         .has_time = true,
                         .time = (int64_t)cursor_le_of(record->time) };
    fix->lat = (double)cursor_le_of(record->lat) / 1e6;
    fix->lon = (double)cursor_le_of(record->lon) / 1e6;
}

static bool is_plausible(const struct record *record)
{
    struct fix fix;
    take_fix(record, &fix);
    return calendar_is_recent(fix.time) && fix_is_on_earth(&fix);
}

enum walk { WALK_WRONG, WALK_CUT, WALK_WHOLE };

/* The records, up to the CRC. */
static enum walk walk_records(struct cursor content)
{
    struct record record;
    uint8_t blocks;
    size_t count = 0;
    if (!cursor_u8(&content, &blocks))
        return WALK_CUT;
    if (blocks >= 1 << BLOCKS)
        return WALK_WRONG;
    while (content.left > 0) {
        if (!take_record(&content, blocks, &record))
            return record.lon.at && !is_plausible(&record) ? WALK_WRONG : WALK_CUT;
        if (!is_plausible(&record))
            return WALK_WRONG;
        count++;
    }
    return count > 0 ? WALK_WHOLE : WALK_CUT;
}

/* What the content up to the CRC, or as much as there is, says for itself. */
static enum walk walk_content(unsigned type, struct cursor content)
{
    if (type == DATA)
        return walk_records(content);
    if (type != LOGIN)
        return WALK_CUT;
    size_t digits = content.left < IMEI ? content.left : IMEI;
    if (cursor_count_digits(cursor_part(content, 0, digits)) != digits)
        return WALK_WRONG;
    return digits == IMEI ? WALK_WHOLE : WALK_CUT;
}

static bool has_crc(struct cursor bytes)
{
    uint16_t crc;
    return bytes.left > CRC_SIZE && cursor_le16_at(bytes, bytes.left - CRC_SIZE, &crc) &&
           crc16_modbus(cursor_part(bytes, 0, bytes.left - CRC_SIZE)) == crc;
}

static enum claim match(const struct message *message, size_t *length)
{
    struct cursor bytes = message->bytes, content = bytes;
    uint16_t head;
    if (!cursor_le16_at(bytes, 0, &head))
        return message->complete ? CLAIM_NO : CLAIM_MORE;
    unsigned type = head >> 14;
    size_t total = (head & 0xfffu) + CONTENT_AT;
    bool is_own = (head >> 12 & 3) == OWN_VERSION;
    if (total < SHORTEST)
        return CLAIM_NO;
    enum framed framed = frame_by_length(bytes, message->complete, total, MESSAGE_MAX, length);
    if (!cursor_skip(&content, CONTENT_AT))
        return message->complete || !is_own ? CLAIM_NO : CLAIM_MORE;
    if (framed != FRAMED) {
        enum walk there = walk_content(type, content);
        if (!is_own || type > DATA || there == WALK_WRONG)
            return CLAIM_NO;
        return framed == FRAMED_MORE ? CLAIM_MORE : there == WALK_WHOLE ? CLAIM_POSSIBLE : CLAIM_NO;
    }
    content.left = total - CONTENT_AT - CRC_SIZE;
    enum walk walk = walk_content(type, content);
    if (!has_crc(cursor_part(bytes, 0, total)))
        return is_own && walk == WALK_WHOLE ? CLAIM_LIKELY : CLAIM_NO;
    if (walk == WALK_WHOLE || bytes.left == total)
        return CLAIM_CERTAIN;
    /* two bytes of CRC prove little inside other bytes: the next message must look right, too */
    bool has_next = cursor_le16_at(bytes, total, &head) && (head >> 12 & 3) == OWN_VERSION;
    return is_own && has_next && walk != WALK_WRONG ? CLAIM_LIKELY : CLAIM_NO;
}

static void read_records(struct cursor content, struct reading *reading)
{
    struct record record;
    struct fix fix;
    uint8_t blocks;
    if (!cursor_u8(&content, &blocks))
        return;
    while (content.left > 0) {
        bool is_whole = take_record(&content, blocks, &record);
        if (!record.lon.at)
            return;
        take_fix(&record, &fix);
        reading_mark_time(reading, record.time, fix.time);
        reading_mark_place(reading, record.lat, fix.lat, record.lon, fix.lon);
        reading_mark_fix(reading, record.satellites, fix.valid);
        reading_fix(reading, &fix);
        if (!is_whole)
            return;
    }
}

static void read(const struct message *message, struct reading *reading)
{
    struct cursor bytes = message->bytes, content, id, crc;
    uint16_t head;
    if (bytes.left < SHORTEST || !cursor_le16_at(bytes, 0, &head) ||
        !cursor_slice(bytes, CONTENT_AT, bytes.left - CONTENT_AT - CRC_SIZE, &content))
        return;
    unsigned type = head >> 14;
    reading->type = type == LOGIN ? "login" : type == DATA ? "position" : "reply";
    reading_mark_number(reading, "length", cursor_part(bytes, 0, 2), head & 0xfffu);
    if (type == LOGIN && cursor_slice(content, 0, IMEI, &id))
        reading_device(reading, id);
    else if (type == DATA)
        read_records(content, reading);
    if (cursor_slice(bytes, bytes.left - CRC_SIZE, CRC_SIZE, &crc))
        reading_mark_check(reading, crc, has_crc(bytes),
                           crc16_modbus(cursor_part(bytes, 0, bytes.left - CRC_SIZE)));
    reading_no_location(reading);
}

static void answer(const struct message *message, const struct asker *asker, struct buffer *reply)
{
    struct cursor crc;
    (void)asker;
    if (message->bytes.left < SHORTEST ||
        !cursor_slice(message->bytes, message->bytes.left - CRC_SIZE, CRC_SIZE, &crc))
        return;
    buffer_put_u8(reply, 1);
    buffer_put_cursor(reply, crc);
}

static const struct sample samples[] = {
    { .hex = "13101a003132333435363738393031323334352a06cc2b",
      .claim = CLAIM_CERTAIN,
      .type = "login",
      .device = "123456789012345",
      .location = LOCATION_NONE,
      .answer = "01cc2b" },
    { .hex = "14501a0000070009260a7f69f0f1d402504a23017d000507",
      .claim = CLAIM_CERTAIN,
      .type = "position",
      SAMPLE_VALID,
      .answer = "010507" },
    { .hex =
          "5d501a0003070009260a7f69f0f1d402504a23017d00ff0cc20178000838310410000067120000000000000000036400c8"
          "00070009260a7f69f0f1d402504a23017d00ff0cc20178000838310410000067120000000000000000036400c800668d",
      .claim = CLAIM_CERTAIN,
      .type = "position",
      .location = LOCATION_INVALID,
      .lat = 47.51,
      .lon = 19.09,
      .time = "2026-02-01T08:09:10Z",
      .answer = "01668d" },
    { .hex = "29501a0001070009260a7f69f0f1d402504a23017d00010c070009260a7f69f0f1d402504a23017d00018c0363",
      .claim = CLAIM_CERTAIN,
      .type = "position",
      SAMPLE_VALID,
      .answer = "010363" },
    { .hex = "03901a0001ad07",
      .claim = CLAIM_CERTAIN,
      .type = "reply",
      .location = LOCATION_NONE,
      .answer = "01ad07" },
    { 0 }
};

const struct protocol protocol_naviset = {
    .name = "naviset",
    .port = 5194,
    .transports = OVER_TCP,
    .never = NEVER_SOUTH_WEST,
    .heads = HEADS(HEAD_ANY),
    .match = match,
    .read = read,
    .answer = answer,
    .samples = samples,
};
