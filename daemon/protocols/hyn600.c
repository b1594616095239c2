/* SPDX-License-Identifier: Apache-2.0 */
/*
 * hyn600: HYN600. Binary behind five letters, big endian, TCP. No answers, no checksum.
 *
 *   +RPT: | L 2 (of all) | id 8: seven numbers of two digits, and a digit | kind | version 2 | alarm, its state | mask 4 | parts … |
 *   yyyy mm dd hh mm ss 7 | index 2 | 23
 *   parts by the mask: 0: two bytes      1: one      2: battery, three      3: places      more behind
 *   places: mask 2 | count | each by its mask: 0 fix, 1 hdop, 2 speed 2, 3 course 2, 4 altitude 2, 5 lat 4, 6 lon 4 (1e-6),
 *       7 yyyy mm dd hh mm ss 7, 8 satellites: mask, and a byte for each of its bits 0 to 3
 *       without a fix byte there is no fix
 *   Other words in place of RPT carry no place.
 */
#include <stdio.h>

#include "protocol/binary_frame.h"

enum { ID_AT = 7, ID_SIZE = 8, MASK_AT = 20, PARTS_AT = 24, HEAD_SIZE = 16 };
enum {
    HAS_PLACES = 1 << 3,
    PLACE_FIX = 0,
    PLACE_LAT = 5,
    PLACE_LON = 6,
    PLACE_TIME = 7,
    PLACE_SATELLITES = 8
};

static const struct binary_frame frame = {
    .length_at = 5, .length_size = 2, .shortest = HEAD_SIZE + 1, .longest = 8192, .end = "#", .end_size = 1
};

static bool is_id(struct cursor bytes)
{
    struct cursor id;
    if (!cursor_slice(bytes, ID_AT, ID_SIZE, &id))
        return false;
    for (size_t i = 0; i < ID_SIZE; i++) {
        if (cursor_byte(id, i) > (i < ID_SIZE - 1 ? 99 : 9))
            return false;
    }
    return true;
}

/* A '+', three capitals and a colon, as far as they are there. */
static bool has_word(struct cursor bytes)
{
    for (size_t i = 1; i < 4 && i < bytes.left; i++) {
        if (cursor_byte(bytes, i) < 'A' || cursor_byte(bytes, i) > 'Z')
            return false;
    }
    return bytes.left < 5 || cursor_byte(bytes, 4) == ':';
}

static enum claim match(const struct message *message, size_t *length)
{
    if (!has_word(message->bytes))
        return CLAIM_NO;
    enum claim claim = binary_match(&frame, message, length);
    bool is_report = CURSOR_STARTS(message->bytes, "+RPT:"), has_id = is_id(message->bytes);
    if (claim == CLAIM_POSSIBLE)
        return !is_report ? CLAIM_NO : has_id ? CLAIM_LIKELY : claim;
    if (claim < CLAIM_POSSIBLE)
        return claim;
    return is_report ? (has_id ? CLAIM_CERTAIN : CLAIM_LIKELY) : has_id ? CLAIM_LIKELY : CLAIM_NO;
}

/* The satellites of each system that the mask names. */
static bool skip_satellites(struct cursor *c)
{
    uint8_t mask;
    if (!cursor_u8(c, &mask))
        return false;
    for (unsigned bit = 0; bit < 4; bit++) {
        if (mask >> bit & 1 && !cursor_skip(c, 1))
            return false;
    }
    return true;
}

static bool read_place(struct cursor *c, unsigned mask, struct reading *reading)
{
    static const uint8_t sizes[PLACE_SATELLITES] = { 1, 1, 2, 2, 2, 4, 4, 7 };
    struct cursor fields[PLACE_SATELLITES] = { 0 };
    struct fix fix = { 0 };
    for (unsigned bit = 0; bit < PLACE_SATELLITES; bit++) {
        if (mask >> bit & 1 && !cursor_take(c, sizes[bit], &fields[bit]))
            return false;
    }
    if (mask >> PLACE_SATELLITES & 1 && !skip_satellites(c))
        return false;
    if (fields[PLACE_FIX].at) {
        fix.valid = cursor_byte(fields[PLACE_FIX], 0) > 0;
        reading_mark_fix(reading, fields[PLACE_FIX], fix.valid);
    }
    if (fields[PLACE_TIME].at) {
        struct cursor when = fields[PLACE_TIME];
        fix.has_time = reading_take_bytes_time(&when, "Ymdhis", &fix.time);
    }
    if (fix.has_time)
        reading_mark_time(reading, fields[PLACE_TIME], fix.time);
    fix.lat = (double)signed_of(cursor_be_of(fields[PLACE_LAT]), 32) / 1e6;
    fix.lon = (double)signed_of(cursor_be_of(fields[PLACE_LON]), 32) / 1e6;
    reading_mark_place(reading, fields[PLACE_LAT], fix.lat, fields[PLACE_LON], fix.lon);
    reading_fix(reading, &fix);
    return true;
}

static void read_parts(struct cursor c, uint32_t mask, struct reading *reading)
{
    uint16_t place_mask;
    uint8_t count;
    if ((mask & 1 && !cursor_skip(&c, 2)) || (mask & 2 && !cursor_skip(&c, 1)) ||
        (mask & 4 && !cursor_skip(&c, 3)) || !(mask & HAS_PLACES) || !cursor_be16(&c, &place_mask) ||
        !cursor_u8(&c, &count))
        return;
    while (count > 0 && c.left > 0 && read_place(&c, place_mask, reading))
        count--;
}

static void read(const struct message *message, struct reading *reading)
{
    struct cursor bytes = message->bytes, id, parts = bytes;
    uint32_t mask;
    binary_mark(&frame, reading);
    if (cursor_slice(bytes, ID_AT, ID_SIZE, &id)) {
        for (size_t i = 0; i < ID_SIZE; i++)
            snprintf(reading->device + 2 * i, sizeof(reading->device) - 2 * i,
                     i < ID_SIZE - 1 ? "%02u" : "%u", cursor_byte(id, i));
        reading_mark_value(reading, "device", id, "%s", reading->device);
    }
    if (CURSOR_STARTS(bytes, "+RPT:") && cursor_be32_at(bytes, MASK_AT, &mask) &&
        cursor_skip(&parts, PARTS_AT))
        read_parts(parts, mask, reading);
    reading->type = reading->location >= LOCATION_INVALID ? "position" : "status";
    reading_no_location(reading);
}

static const struct sample samples[] = {
    { .hex = "2b5250543a003c0c22384e5a0c220522030201000000000800ff01030b000c010e008202d4f1f001234a5007ea02010"
             "8090a07ea020108090a000923",
      .claim = CLAIM_CERTAIN,
      .type = "position",
      .device = "123456789012345",
      SAMPLE_VALID },
    { .hex = "2b5250543a00470c22384e5a0c220522030201000000000f0102030f0a4101ff01000b000c010e0082fe0197f0fbc9d"
             "06007ea020108090a050302010207ea020108090a000923",
      .claim = CLAIM_CERTAIN,
      .type = "position",
      .device = "123456789012345",
      SAMPLE_INVALID },
    { .hex = "2b5250543a003e0c22384e5a0c220522030201000000000c10336400fe010b000c010e0082fe0197f0fbc9d06007ea0"
             "20108090a07ea020108090a000923",
      .claim = CLAIM_CERTAIN,
      .type = "position",
      .device = "123456789012345",
      SAMPLE_INVALID },
    { .hex = "2b5250543a00550c22384e5a0c220522030201000000001800ff02030b000c010e0082026d2f70fb96b27007ea02010"
             "8090a030b000c010e0082026d2f70fb96b27007ea020108090a010207ea020108090a000923",
      .claim = CLAIM_CERTAIN,
      .type = "position",
      .device = "123456789012345",
      SAMPLE_NORTH_WEST },
    { .hex = "2b5250543a00380c22384e5a0c220522030201000000000801e10101fe0197f0fbc9d06007ea020108090a05030207e"
             "a020108090a000923",
      .claim = CLAIM_CERTAIN,
      .type = "position",
      .device = "123456789012345",
      SAMPLE_SOUTH_WEST },
    { .hex = "2b5250543a00250c22384e5a0c220522030201000000000410336407ea020108090a000923",
      .claim = CLAIM_CERTAIN,
      .type = "status",
      .device = "123456789012345",
      .location = LOCATION_NONE },
    { .hex = "2b41434b3a00220c22384e5a0c220522030201000000000007ea020108090a000923",
      .claim = CLAIM_LIKELY,
      .type = "status",
      .device = "123456789012345",
      .location = LOCATION_NONE },
    { 0 }
};

const struct protocol protocol_hyn600 = {
    .name = "hyn600",
    .port = 5258,
    .transports = OVER_TCP,
    .heads = HEADS(HEAD("+")),
    .match = match,
    .read = read,
    .samples = samples,
};
