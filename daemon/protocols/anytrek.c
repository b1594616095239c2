/* SPDX-License-Identifier: Apache-2.0 */
/*
 * anytrek: Anytrek trailer and container trackers. Binary, little endian, TCP. Two bytes before the end are 0.
 *
 *   78 78 | L 2 | type | id 8 BCD | firmware 2 | battery 2 | signal | yy mm dd hh mm ss | satellites |
 *   lat 4 | lon 4 (1/1800000 degree) | speed | flags 2 | … | 2 | 0d 0a      total = L + 6
 *   flags: course 10 bits, bit 10 north, 11 west, 12 fix. The id is an IMEI without its check digit.
 *   gt06 and topin have the same head and end; their length is one byte.
 */
#include "base/bcd.h"
#include "protocol/binary_frame.h"

enum { TYPE_AT = 4, ID_AT = 5, ID_SIZE = 8, DATE_AT = 18, PLACE_AT = 25 };
enum { FLAG_NORTH = 0x0400, FLAG_WEST = 0x0800, FLAG_FIX = 0x1000 };

static const struct binary_frame frame = { .length_at = 2,
                                           .length_size = 2,
                                           .length_le = true,
                                           .plus = 6,
                                           .shortest = 17,
                                           .longest = 1024,
                                           .end = "\r\n",
                                           .end_size = 2 };

static bool has_date(struct cursor bytes)
{
    int64_t time;
    return cursor_skip(&bytes, DATE_AT) && reading_take_bytes_time(&bytes, "ymdhis", &time);
}

static enum claim match(const struct message *message, size_t *length)
{
    struct cursor id;
    enum claim claim = binary_match(&frame, message, length);
    if (claim < CLAIM_POSSIBLE)
        return claim;
    /* the length's high byte is a type in gt06 and topin */
    if (!cursor_slice(message->bytes, ID_AT, ID_SIZE, &id) || !bcd_ok(id))
        return CLAIM_NO;
    bool is_usual = cursor_byte(id, 0) == 0, is_dated = has_date(cursor_part(message->bytes, 0, *length));
    if (claim == CLAIM_POSSIBLE)
        return is_usual && is_dated ? CLAIM_LIKELY : CLAIM_NO;
    if (is_dated)
        return is_usual || cursor_byte(message->bytes, 3) == 0 ? CLAIM_CERTAIN : CLAIM_LIKELY;
    return is_usual ? CLAIM_LIKELY : CLAIM_NO;
}

static void read_position(struct cursor bytes, struct reading *reading)
{
    struct cursor date, lat, lon, flags, c = bytes;
    struct fix fix = { 0 };
    if (!cursor_slice(bytes, DATE_AT, 6, &date) || !cursor_skip(&c, PLACE_AT) || !cursor_take(&c, 4, &lat) ||
        !cursor_take(&c, 4, &lon) || !cursor_slice(c, 1, 2, &flags))
        return;
    struct cursor when = date;
    fix.has_time = reading_take_bytes_time(&when, "ymdhis", &fix.time);
    fix.valid = (cursor_le_of(flags) & FLAG_FIX) != 0;
    fix.lat = (double)cursor_le_of(lat) / 1800000 * (cursor_le_of(flags) & FLAG_NORTH ? 1 : -1);
    fix.lon = (double)cursor_le_of(lon) / 1800000 * (cursor_le_of(flags) & FLAG_WEST ? -1 : 1);
    if (fix.has_time)
        reading_mark_time(reading, date, fix.time);
    reading_mark_place(reading, lat, fix.lat, lon, fix.lon);
    reading_mark_fix(reading, flags, fix.valid);
    reading_fix(reading, &fix);
}

static void read(const struct message *message, struct reading *reading)
{
    struct cursor bytes = message->bytes, id;
    binary_mark(&frame, reading);
    if (cursor_slice(bytes, ID_AT, ID_SIZE, &id))
        reading_device_bcd(reading, id, 2, 14);
    read_position(bytes, reading);
    reading->type = reading->location >= LOCATION_INVALID ? "position" : "status";
    reading_no_location(reading);
}

static void answer(const struct message *message, const struct asker *asker, struct buffer *reply)
{
    uint8_t type;
    (void)asker;
    if (!cursor_u8_at(message->bytes, TYPE_AT, &type))
        return;
    buffer_put(reply, "\x78\x78\x07\x00", 4);
    buffer_put_u8(reply, type);
    buffer_put(reply, "\0\0\0\0\0\0\r\n", 8);
}

static const struct sample samples[] = {
    { .hex = "7878350030001234567890123416008801111a020108090a29b0e6180590520c02192d14000000000000000013f4"
             "01393000000000000000000d0a",
      .claim = CLAIM_CERTAIN,
      .type = "position",
      .device = "12345678901234",
      SAMPLE_VALID,
      .answer = "78780700300000000000000d0a" },
    { .hex = "7878350030001234567890123416008801111a020108090a2950bb960320bc9407192d08000000000000000013f4"
             "01393000000000000000000d0a",
      .claim = CLAIM_CERTAIN,
      .type = "position",
      .device = "12345678901234",
      SAMPLE_INVALID,
      .answer = "78780700300000000000000d0a" },
    { .hex = "7878350030001234567890123416008801111a020108090a2930225e04d0bef007192d1c000000000000000013f4"
             "01393000000000000000000d0a",
      .claim = CLAIM_CERTAIN,
      .type = "position",
      .device = "12345678901234",
      SAMPLE_NORTH_WEST,
      .answer = "78780700300000000000000d0a" },
    { .hex = "78780d00310012345678901234000000000d0a",
      .claim = CLAIM_LIKELY,
      .type = "status",
      .device = "12345678901234",
      .location = LOCATION_NONE,
      .answer = "78780700310000000000000d0a" },
    { .hex = "7878370030091234567890123401020304051a020108090a9750bb960320bc940703001800000000000000000000000"
             "000000000000000000000000d0a",
      .claim = CLAIM_CERTAIN,
      .type = "position",
      .device = "12345678901234",
      SAMPLE_SOUTH_WEST,
      .answer = "78780700300000000000000d0a" },
    { 0 }
};

const struct protocol protocol_anytrek = {
    .name = "anytrek",
    .port = 5177,
    .transports = OVER_TCP,
    .heads = HEADS(HEAD("\x78\x78")),
    .match = match,
    .read = read,
    .answer = answer,
    .samples = samples,
};
