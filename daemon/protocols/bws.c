/* SPDX-License-Identifier: Apache-2.0 */
/*
 * bws: BWS IoT trackers (Brazil). Binary, big endian, UDP: datagrams of 37 bytes without a head.
 *
 *   kind | id 4 | event | n | time 4 | lat 4 | lon 4 (360000 a degree) | flags: bit 7 a fix, satellites | speed | course 2 (0.1)
 *   | 13 | CRC      CRC-8/MAXIM (31 reflected, 0) of all before; devices send something else, too
 *   The id is shown in HEX. The server says kind, id, 40, n, CRC.
 */
#include "protocol/protocol.h"

enum {
    SIZE = 37,
    ID_AT = 1,
    ID_SIZE = 4,
    INDEX_AT = 6,
    TIME_AT = 7,
    LAT_AT = 11,
    LON_AT = 15,
    FLAGS_AT = 19
};
enum { COURSE_AT = 21, COURSE_MOST = 3600, TAKEN = 0x40 };

static uint8_t crc8_maxim(struct cursor bytes)
{
    unsigned crc = 0;
    for (size_t i = 0; i < bytes.left; i++) {
        crc ^= cursor_byte(bytes, i);
        for (unsigned bit = 0; bit < 8; bit++)
            crc = crc & 1 ? crc >> 1 ^ 0x8c : crc >> 1;
    }
    return (uint8_t)crc;
}

static bool is_right(struct cursor bytes)
{
    return crc8_maxim(cursor_part(bytes, 0, bytes.left - 1)) == cursor_byte(bytes, bytes.left - 1);
}

static bool take_fix(struct cursor bytes, struct fix *fix)
{
    uint32_t time, lat, lon;
    if (!cursor_be32_at(bytes, TIME_AT, &time) || !cursor_be32_at(bytes, LAT_AT, &lat) ||
        !cursor_be32_at(bytes, LON_AT, &lon))
        return false;
    *fix = (struct fix){ .valid = cursor_byte(bytes, FLAGS_AT) & 0x80, .has_time = true, .time = time };
    fix->lat = signed32(lat) / 360000.0;
    fix->lon = signed32(lon) / 360000.0;
    return true;
}

static enum claim match(const struct message *message, size_t *length)
{
    struct cursor bytes = message->bytes;
    struct fix fix;
    uint16_t course;
    *length = bytes.left;
    if (!message->complete || bytes.left != SIZE || !cursor_be16_at(bytes, COURSE_AT, &course) ||
        !take_fix(bytes, &fix) || !calendar_is_recent(fix.time) || !fix_is_on_earth(&fix))
        return CLAIM_NO;
    return is_right(bytes) ? CLAIM_CERTAIN : course <= COURSE_MOST ? CLAIM_LIKELY : CLAIM_POSSIBLE;
}

static void read(const struct message *message, struct reading *reading)
{
    struct cursor bytes = message->bytes, id;
    struct fix fix;
    reading->type = "position";
    if (!cursor_slice(bytes, ID_AT, ID_SIZE, &id) || !take_fix(bytes, &fix))
        return;
    reading_device_bcd(reading, id, 0, 0);
    reading_mark_time(reading, cursor_part(bytes, TIME_AT, 4), fix.time);
    reading_mark_place(reading, cursor_part(bytes, LAT_AT, 4), fix.lat, cursor_part(bytes, LON_AT, 4),
                       fix.lon);
    reading_mark_fix(reading, cursor_part(bytes, FLAGS_AT, 1), fix.valid);
    reading_mark_check(reading, cursor_part(bytes, bytes.left - 1, 1), is_right(bytes),
                       crc8_maxim(cursor_part(bytes, 0, bytes.left - 1)));
    reading_fix(reading, &fix);
}

static void answer(const struct message *message, const struct asker *asker, struct buffer *reply)
{
    size_t start = reply->length;
    (void)asker;
    if (message->bytes.left != SIZE)
        return;
    buffer_put_cursor(reply, cursor_part(message->bytes, 0, ID_AT + ID_SIZE));
    buffer_put_u8(reply, TAKEN);
    buffer_put_u8(reply, cursor_byte(message->bytes, INDEX_AT));
    if (!reply->full)
        buffer_put_u8(reply, crc8_maxim(cursor_of(reply->bytes + start, reply->length - start)));
}

static const struct sample samples[] = {
    { .hex = "000123456a011e697f0a260104faf00068dd50890c01c2007e2900010000000000001514a4",
      .claim = CLAIM_CERTAIN,
      .type = "position",
      .device = "0123456a",
      SAMPLE_VALID,
      .datagram = true,
      .answer = "000123456a401e36" },
    { .hex = "000123456a021f697f0a26ff4840f0fe7bda60090c01c2007e290001000000000000151417",
      .claim = CLAIM_LIKELY,
      .type = "position",
      .device = "0123456a",
      SAMPLE_INVALID,
      .datagram = true,
      .answer = "000123456a401f68" },
    { .hex = "000123456a0320697f0a2600dfa070fe697370890c01c2007e29000100000000000015148f",
      .claim = CLAIM_CERTAIN,
      .type = "position",
      .device = "0123456a",
      SAMPLE_NORTH_WEST,
      .datagram = true,
      .answer = "000123456a402097" },
    { 0 }
};

static enum reception reception(struct cursor said, const char *asked)
{
    (void)asked;
    if (said.left != 8)
        return RECEPTION_UNTOLD;
    return cursor_byte(said, 5) == 0x40   ? RECEPTION_KNOWN
           : cursor_byte(said, 5) == 0x41 ? RECEPTION_UNKNOWN
                                          : RECEPTION_UNTOLD;
}

const struct protocol protocol_bws = {
    .name = "bws",
    .port = 5260,
    .transports = OVER_UDP,
    .never = NEVER_NONE,
    .heads = HEADS(HEAD_ANY),
    .match = match,
    .read = read,
    .answer = answer,
    .reception = reception,
    .samples = samples,
};
