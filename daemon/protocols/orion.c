/* SPDX-License-Identifier: Apache-2.0 */
/*
 * orion: Orion fleet units. Binary, TCP.
 *
 *   50 57 | type (low half) | number of logs (low half), bit 6 answer | id 4 big endian | logs … | sequence | CRC 2
 *   CRC-16/XMODEM over everything before it; it and the logs are little endian. A log tells its own length in its second byte:
 *   event | length | flags 2 | lat 4 | lon 4 | altitude 2 | course 2 | speed 2 | yy mm dd hh mm ss | satellites | …
 *   coordinates: degrees * 1000000 + minutes * 10000. From three satellites on it has a fix.
 *   type 3, system log: 50 57 03 | … | length 2 at 8 | …      total = length + 6
 */
#include "base/checksum.h"
#include "base/nmea.h"
#include "protocol/protocol.h"

enum { USER_LOG = 0, SYSTEM_LOG = 3 };
enum {
    ID_AT = 4,
    LOGS_AT = 8,
    TAIL = 3,
    CRC_SIZE = 2,
    LOG_SHORTEST = 25,
    SATELLITES_AT = 24,
    SOME_SATELLITES = 3,
    LONGEST = 4096
};
enum { FLAG_ANSWER = 0x40 };

/* The logs, one after the other. False when the next is cut off, or none. */
static bool take_log(struct cursor *c, struct cursor *log)
{
    uint8_t size;
    return cursor_u8_at(*c, 1, &size) && size >= LOG_SHORTEST && cursor_take(c, size, log);
}

/* The whole length as the head tells it; false when it cannot be, or cannot be told yet (*is_more). */
static bool told_length(struct cursor bytes, size_t *total, bool *is_more)
{
    struct cursor rest = bytes, log;
    uint16_t size;
    uint8_t told;
    unsigned type = cursor_byte(bytes, 2) & 15u, count = cursor_byte(bytes, 3) & 15u;
    *is_more = true;
    if (type == SYSTEM_LOG) {
        if (!cursor_le16_at(bytes, LOGS_AT, &size))
            return false;
        *total = (size_t)size + 6;
        *is_more = false;
        return *total > LOGS_AT + CRC_SIZE;
    }
    if (type != USER_LOG || !cursor_skip(&rest, LOGS_AT)) {
        *is_more = type == USER_LOG;
        return false;
    }
    for (; count > 0; count--) {
        if (!take_log(&rest, &log)) {
            *is_more = !cursor_u8_at(rest, 1, &told) || told >= LOG_SHORTEST;
            return false;
        }
    }
    *total = bytes.left - rest.left + TAIL;
    return true;
}

static bool has_crc(struct cursor bytes)
{
    uint16_t crc;
    return bytes.left > CRC_SIZE && cursor_le16_at(bytes, bytes.left - CRC_SIZE, &crc) &&
           crc16_xmodem(cursor_part(bytes, 0, bytes.left - CRC_SIZE)) == crc;
}

/* A date in the first log. */
static bool has_date(struct cursor bytes)
{
    int64_t time;
    return (cursor_byte(bytes, 3) & 15) > 0 && cursor_skip(&bytes, LOGS_AT + 18) &&
           reading_take_bytes_time(&bytes, "ymdhis", &time);
}

static enum claim match(const struct message *message, size_t *length)
{
    struct cursor bytes = message->bytes;
    size_t total;
    bool is_more;
    *length = bytes.left;
    if (bytes.left < ID_AT)
        return message->complete ? CLAIM_NO : CLAIM_MORE;
    bool is_told = told_length(bytes, &total, &is_more);
    if (!is_told && !is_more)
        return CLAIM_NO;
    if (!is_told || total > bytes.left) {
        if (!message->complete)
            return (is_told ? total : bytes.left) > LONGEST ? CLAIM_NO : CLAIM_MORE;
        return has_date(bytes) ? CLAIM_LIKELY : CLAIM_NO;
    }
    *length = total;
    if (has_crc(cursor_part(bytes, 0, total)))
        return CLAIM_CERTAIN;
    if (has_date(bytes))
        return CLAIM_LIKELY;
    /* a text that begins with the same letters is none */
    return total == bytes.left && !cursor_is_text(bytes) ? CLAIM_POSSIBLE : CLAIM_NO;
}

static double degrees_of(struct cursor field)
{
    int64_t raw = signed_of(cursor_le_of(field), 32);
    return raw < 0 ? -nmea_degrees_of((uint64_t)-raw) : nmea_degrees_of((uint64_t)raw);
}

static void read_log(struct cursor log, struct reading *reading)
{
    struct cursor lat, lon, date, satellites;
    struct fix fix = { 0 };
    if (!cursor_slice(log, 4, 4, &lat) || !cursor_slice(log, 8, 4, &lon) ||
        !cursor_slice(log, 18, 6, &date) || !cursor_slice(log, SATELLITES_AT, 1, &satellites))
        return;
    struct cursor when = date;
    fix.has_time = reading_take_bytes_time(&when, "ymdhis", &fix.time);
    fix.valid = cursor_byte(satellites, 0) >= SOME_SATELLITES;
    fix.lat = degrees_of(lat);
    fix.lon = degrees_of(lon);
    if (fix.has_time)
        reading_mark_time(reading, date, fix.time);
    reading_mark_place(reading, lat, fix.lat, lon, fix.lon);
    reading_mark_value(reading, "satellites", satellites, "%u, fix: %s", cursor_byte(satellites, 0),
                       fix.valid ? "yes" : "no");
    reading_fix(reading, &fix);
}

static void read(const struct message *message, struct reading *reading)
{
    struct cursor bytes = message->bytes, id, rest = bytes, log, crc;
    if (!cursor_slice(bytes, ID_AT, 4, &id))
        return;
    bool is_user_log = (cursor_byte(bytes, 2) & 15) == USER_LOG;
    if (is_user_log) {
        reading_device_number(reading, cursor_be_of(id), 1);
        reading_mark_number(reading, "device", id, cursor_be_of(id));
    }
    unsigned count = is_user_log && cursor_skip(&rest, LOGS_AT) ? cursor_byte(bytes, 3) & 15u : 0;
    for (; count > 0 && rest.left > SATELLITES_AT; count--) {
        if (!take_log(&rest, &log)) {
            read_log(rest, reading);
            break;
        }
        read_log(log, reading);
    }
    if (cursor_slice(bytes, bytes.left - CRC_SIZE, CRC_SIZE, &crc))
        reading_mark_check(reading, crc, has_crc(bytes),
                           crc16_xmodem(cursor_part(bytes, 0, bytes.left - CRC_SIZE)));
    reading->type = reading->location >= LOCATION_INVALID ? "position" : "status";
    reading_no_location(reading);
}

static void answer(const struct message *message, const struct asker *asker, struct buffer *reply)
{
    struct cursor bytes = message->bytes;
    (void)asker;
    if (bytes.left < LOGS_AT + TAIL || (cursor_byte(bytes, 2) & 15) != USER_LOG ||
        !(cursor_byte(bytes, 3) & FLAG_ANSWER))
        return;
    buffer_put_u8(reply, '*');
    buffer_put_cursor(reply, cursor_part(bytes, bytes.left - CRC_SIZE, CRC_SIZE));
    buffer_put_u8(reply, cursor_byte(bytes, bytes.left - TAIL));
}

static const struct sample samples[] = {
    { .hex = "50570041075bcd152425090110d5d102b0bd220114052d007d001a020108090a080b010100051100000000068209"
             "6522",
      .claim = CLAIM_CERTAIN,
      .type = "position",
      .device = "123456789",
      SAMPLE_VALID,
      .answer = "2a652209" },
    { .hex = "50570001075bcd1524250901105704fea0d7cdfb14052d007d001a020108090a020b010100051100000000068209"
             "2662",
      .claim = CLAIM_CERTAIN,
      .type = "position",
      .device = "123456789",
      SAMPLE_INVALID },
    { .hex = "50570002075bcd152425090110d5d102b0bd220114052d007d001a020108080a080b010100051100000000068224"
             "19090110da680210c296fb14052d007d001a020108090a0309fee1",
      .claim = CLAIM_CERTAIN,
      .type = "position",
      .device = "123456789",
      SAMPLE_NORTH_WEST },
    { .hex = "50570041075bcd1524250901105704fea0d7cdfb14052d007d001a020108090a050b010100051100000000068209"
             "df03",
      .claim = CLAIM_LIKELY,
      .type = "position",
      .device = "123456789",
      SAMPLE_SOUTH_WEST,
      .answer = "2adf0309" },
    { .hex = "50570040075bcd1509b26f",
      .claim = CLAIM_CERTAIN,
      .type = "status",
      .device = "123456789",
      .location = LOCATION_NONE,
      .answer = "2ab26f09" },
    { .hex = "50570300000000000e000102030405060708deba",
      .claim = CLAIM_CERTAIN,
      .type = "status",
      .location = LOCATION_NONE },
    { .hex = "5057000035a4e965070100",
      .whole = true,
      .claim = CLAIM_POSSIBLE,
      .type = "status",
      .device = "900000101",
      .location = LOCATION_NONE },
    { 0 }
};

const struct protocol protocol_orion = {
    .name = "orion",
    .port = 5070,
    .transports = OVER_TCP,
    .heads = HEADS(HEAD("PW")),
    .match = match,
    .read = read,
    .answer = answer,
    .samples = samples,
};
