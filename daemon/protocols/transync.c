/* SPDX-License-Identifier: Apache-2.0 */
/*
 * transync: TranSync trackers of India. Binary, big endian, TCP, no checksum, no answers.
 *
 *   3a 3a | L | area 2 | id 8 BCD | index 2 | type | yy mm dd hh mm ss | lat 4 | lon 4 (1/1800000 degree) | speed |
 *   course 2 | mnc | cell 2 | status | … | elements: id, length, data … | 23 23
 *   L counts from the area to where the elements begin. Status: bit 0 fix, 1 north, 2 east.
 *   The id keeps its leading zero.
 */
#include "base/bcd.h"
#include "protocol/protocol.h"

enum {
    FIXED_AT = 3,
    ID_AT = 5,
    ID_SIZE = 8,
    DATE_AT = 16,
    PLACE_AT = 22,
    STATUS_AT = 36,
    END = 0x23,
    LONGEST = 1024
};
enum { FLAG_FIX = 1, FLAG_NORTH = 2, FLAG_EAST = 4 };

/* Where the message ends: behind the elements. */
static enum framed frame(struct cursor bytes, bool complete, size_t *length)
{
    struct cursor rest = bytes;
    uint8_t told, id, size;
    bool is_fine = cursor_u8_at(bytes, 2, &told) && cursor_skip(&rest, FIXED_AT + (size_t)told);
    while (is_fine && cursor_u8(&rest, &id)) {
        if (id == END && rest.left > 0) {
            *length = bytes.left - rest.left + 1;
            return cursor_byte(rest, 0) == END ? FRAMED : FRAMED_NO;
        }
        is_fine = id != END && cursor_u8(&rest, &size) && cursor_skip(&rest, size);
    }
    *length = bytes.left;
    return bytes.left > LONGEST ? FRAMED_NO : complete ? FRAMED_CUT : FRAMED_MORE;
}

static bool has_date(struct cursor bytes)
{
    int64_t time;
    return cursor_skip(&bytes, DATE_AT) && reading_take_bytes_time(&bytes, "ymdhis", &time);
}

static enum claim match(const struct message *message, size_t *length)
{
    struct cursor bytes = message->bytes, id;
    /* the shortest tell the status */
    if (bytes.left > 2 && cursor_byte(bytes, 2) <= STATUS_AT - FIXED_AT)
        return CLAIM_NO;
    if (cursor_slice(bytes, ID_AT, ID_SIZE, &id) && !bcd_ok(id))
        return CLAIM_NO;
    enum framed framed = frame(bytes, message->complete, length);
    if (framed == FRAMED)
        return has_date(bytes) ? CLAIM_CERTAIN : CLAIM_LIKELY;
    if (framed == FRAMED_CUT)
        return has_date(bytes) ? CLAIM_LIKELY : CLAIM_NO;
    return claim_framed(framed);
}

static void read(const struct message *message, struct reading *reading)
{
    struct cursor bytes = message->bytes, id, date, lat, lon, status;
    struct fix fix = { 0 };
    reading->type = "position";
    if (cursor_slice(bytes, ID_AT, ID_SIZE, &id))
        reading_device_bcd(reading, id, 0, 0);
    if (!cursor_slice(bytes, DATE_AT, 6, &date) || !cursor_slice(bytes, PLACE_AT, 4, &lat) ||
        !cursor_slice(bytes, PLACE_AT + 4, 4, &lon) || !cursor_slice(bytes, STATUS_AT, 1, &status))
        return;
    struct cursor when = date;
    fix.has_time = reading_take_bytes_time(&when, "ymdhis", &fix.time);
    fix.valid = (cursor_byte(status, 0) & FLAG_FIX) != 0;
    fix.lat = (double)cursor_be_of(lat) / 1800000 * (cursor_byte(status, 0) & FLAG_NORTH ? 1 : -1);
    fix.lon = (double)cursor_be_of(lon) / 1800000 * (cursor_byte(status, 0) & FLAG_EAST ? 1 : -1);
    if (fix.has_time)
        reading_mark_time(reading, date, fix.time);
    reading_mark_place(reading, lat, fix.lat, lon, fix.lon);
    reading_mark_fix(reading, status, fix.valid);
    reading_fix(reading, &fix);
}

static const struct sample samples[] = {
    { .hex = "3a3a2a003d01234567890123450007101a020108090a0518e6b0020c529019002d2d12340700000f1f2a31090a01"
             "05000001628802050000000000050225232323",
      .claim = CLAIM_CERTAIN,
      .type = "position",
      .device = "0123456789012345",
      SAMPLE_VALID },
    { .hex = "3a3a2a003d01234567890123450007101a020108090a0396bb500794bc2019002d2d12340000000f1f2a31090a23"
             "23",
      .claim = CLAIM_CERTAIN,
      .type = "position",
      .device = "0123456789012345",
      SAMPLE_INVALID },
    { .hex = "3a3a2a003d01234567890123450007101a020108090a045e223007f0bed019002d2d12340300000f1f2a31090a01"
             "0500000162882323",
      .claim = CLAIM_CERTAIN,
      .type = "position",
      .device = "0123456789012345",
      SAMPLE_NORTH_WEST },
    { 0 }
};

const struct protocol protocol_transync = {
    .name = "transync",
    .port = 5247,
    .transports = OVER_TCP,
    .never = NEVER_NONE,
    .heads = HEADS(HEAD("::")),
    .match = match,
    .read = read,
    .samples = samples,
};
