/* SPDX-License-Identifier: Apache-2.0 */
/*
 * astra: Astra Telematics AT110, AT200, AT240, protocols K and X. Binary, big endian, TCP and UDP.
 *
 *   4b | L 2 | id 7 | record 38 or 50 … | CRC 2
 *   58 | L 2 | count | id 7 | record … | CRC 2          total = L; CRC-16/MODBUS of everything before it
 *   id: 8 digits as 4 bytes, 7 digits as 3 bytes
 *   K record: index | lat 4 | lon 4 (1e-6 degree) | time 4 | speed | course | reason 3 | status 2 | …; always with a fix
 *       status: bit 8 twelve bytes more, bit 6 something behind it that nobody knows
 *   X record: index | mask 6 | time 4 | reason 4 | status 2 | groups that the mask tells (see groups)
 *       group 1: fix time 4 | lat 4 | lon 4 | …
 *   Times are seconds since 6 January 1980. Every message is answered with 06. Other letters are older protocols, known by
 *   the CRC and an IMEI where one of the two has it; Traccar reads nothing in them.
 */
#include <stdio.h>

#include "protocol/binary_frame.h"

enum { K_ID_AT = 3, X_ID_AT = 4, X_COUNT_AT = 3, ID_SIZE = 7, CRC_SIZE = 2 };
enum {
    K_RECORD = 38,
    K_MORE = 12,
    K_PLACE_AT = 1,
    K_STATUS_AT = 18,
    STATUS_EXTENDED = 0x40,
    STATUS_LONG = 0x100
};
enum { X_HEAD = 17, X_MASK_SIZE = 6, X_MASK_BITS = 48, GROUP_POWER = 0, GROUP_PLACE = 1 };

static const struct binary_frame frame = { .length_at = 1,
                                           .length_size = 2,
                                           .shortest = 12,
                                           .longest = 4096,
                                           .check = CHECK_CRC16_MODBUS,
                                           .check_at = -CRC_SIZE,
                                           .check_size = CRC_SIZE };

/* How many bytes each bit of the mask stands for; 0: not known. */
static const uint8_t groups[X_MASK_BITS] = {
    [0] = 2,   [1] = 18,  [2] = 4,  [3] = 4,   [4] = 8,  [5] = 1,   [6] = 4,
    [7] = 1,   [8] = 9,   [9] = 12, [10] = 2,  [11] = 5, [12] = 20, [13] = 18,
    [14] = 25, [15] = 13, [16] = 9, [17] = 25, [18] = 8, [19] = 17, [32] = 18
};

static bool is_k(struct cursor bytes)
{
    return cursor_byte(bytes, 0) == 'K';
}

/* The protocols that Traccar reads. */
static bool is_read(struct cursor bytes)
{
    return is_k(bytes) || cursor_byte(bytes, 0) == 'X';
}

static int64_t time_of(struct cursor field)
{
    return (int64_t)cursor_be_of(field) + EPOCH_1980;
}

/* The 15 digits of an IMEI as two numbers. */
static bool take_id(struct cursor bytes, uint64_t *front, uint64_t *back, struct cursor *id)
{
    if (!cursor_slice(bytes, is_k(bytes) ? K_ID_AT : X_ID_AT, ID_SIZE, id))
        return false;
    *front = cursor_be_of(cursor_part(*id, 0, 4));
    *back = cursor_be_of(cursor_part(*id, 4, 3));
    return *front < 100000000 && *back < 10000000;
}

/* An IMEI at one of the places where an id may stand. */
static bool has_imei(struct cursor bytes)
{
    uint64_t front, back;
    return (cursor_be_at(bytes, K_ID_AT, 4, &front) && cursor_be_at(bytes, K_ID_AT + 4, 3, &back) &&
            front >= 10000000 && front < 100000000 && back < 10000000) ||
           (cursor_be_at(bytes, X_ID_AT, 4, &front) && cursor_be_at(bytes, X_ID_AT + 4, 3, &back) &&
            front >= 10000000 && front < 100000000 && back < 10000000);
}

/* An IMEI and, in the first record, a date. */
static bool is_plausible(struct cursor bytes)
{
    uint64_t front, back;
    struct cursor id, time;
    if (!take_id(bytes, &front, &back, &id) || front < 10000000)
        return false;
    size_t records_at = (is_k(bytes) ? K_ID_AT : X_ID_AT) + ID_SIZE;
    return cursor_slice(bytes, records_at + (is_k(bytes) ? 9 : 7), 4, &time) &&
           calendar_is_recent(time_of(time));
}

static enum claim match(const struct message *message, size_t *length)
{
    enum claim claim = binary_match(&frame, message, length);
    if (!is_read(message->bytes))
        return claim == CLAIM_CERTAIN && has_imei(message->bytes) ? CLAIM_CERTAIN
               : claim == CLAIM_MORE                              ? CLAIM_MORE
                                                                  : CLAIM_NO;
    if (claim < CLAIM_POSSIBLE || claim == CLAIM_CERTAIN)
        return claim;
    return is_plausible(message->bytes) ? claim : CLAIM_NO;
}

/* Where a place stands: latitude, longitude and time in the order of the record. */
static void take_place(struct cursor lat, struct cursor lon, struct cursor time, struct reading *reading)
{
    struct fix fix = { .valid = true, .has_time = true, .time = time_of(time) };
    fix.lat = (double)signed_of(cursor_be_of(lat), 32) / 1e6;
    fix.lon = (double)signed_of(cursor_be_of(lon), 32) / 1e6;
    reading_mark_place(reading, lat, fix.lat, lon, fix.lon);
    reading_mark_time(reading, time, fix.time);
    reading_fix(reading, &fix);
}

static void read_k(struct cursor records, struct reading *reading)
{
    struct cursor record, lat, lon, time;
    uint16_t status;
    while (cursor_take(&records, K_RECORD, &record)) {
        if (!cursor_slice(record, K_PLACE_AT, 4, &lat) || !cursor_slice(record, K_PLACE_AT + 4, 4, &lon) ||
            !cursor_slice(record, K_PLACE_AT + 8, 4, &time) || !cursor_be16_at(record, K_STATUS_AT, &status))
            return;
        take_place(lat, lon, time, reading);
        if ((status & STATUS_EXTENDED) || ((status & STATUS_LONG) && !cursor_skip(&records, K_MORE)))
            return;
    }
}

/* One record; false when it is the last that can be read: where a group is not known, so is what stands behind it. */
static bool read_x(struct cursor *c, struct reading *reading)
{
    struct cursor head, group, time, lat, lon;
    uint64_t mask;
    bool is_known = true;
    if (!cursor_take(c, X_HEAD, &head) || !cursor_be_at(head, 1, X_MASK_SIZE, &mask))
        return false;
    for (unsigned bit = 0; bit < X_MASK_BITS; bit++) {
        if (!(mask >> bit & 1))
            continue;
        is_known = is_known && groups[bit] > 0;
        if (!is_known || !cursor_take(c, groups[bit], &group))
            return false;
        if (bit == GROUP_PLACE && cursor_take(&group, 4, &time) && cursor_take(&group, 4, &lat) &&
            cursor_take(&group, 4, &lon))
            take_place(lat, lon, time, reading);
    }
    return true;
}

static void read(const struct message *message, struct reading *reading)
{
    struct cursor bytes = message->bytes, records = bytes, id;
    uint64_t front, back;
    uint8_t count = 0;
    binary_mark(&frame, reading);
    if (!is_read(bytes)) {
        reading->type = "status";
        reading_no_location(reading);
        return;
    }
    bool is_old = is_k(bytes);
    if (take_id(bytes, &front, &back, &id)) {
        snprintf(reading->device, sizeof(reading->device), "%08llu%07llu", (unsigned long long)front,
                 (unsigned long long)back);
        reading_mark_value(reading, "device", id, "%s", reading->device);
    }
    records.left -= records.left < CRC_SIZE ? records.left : CRC_SIZE;
    if (!cursor_skip(&records, (is_old ? K_ID_AT : X_ID_AT) + ID_SIZE))
        return;
    if (is_old)
        read_k(records, reading);
    else if (cursor_u8_at(bytes, X_COUNT_AT, &count))
        while (count > 0 && read_x(&records, reading))
            count--;
    reading->type = reading->location >= LOCATION_INVALID ? "position" : "status";
    reading_no_location(reading);
}

static void answer(const struct message *message, const struct asker *asker, struct buffer *reply)
{
    (void)message;
    (void)asker;
    buffer_put_u8(reply, 0x06);
}

static const struct sample samples[] = {
    { .hex = "4b003200bc614e8984790102d4f1f001234a5056a9cca6052d000001000000643060100000000000000001000206950"
             "011ed",
      .claim = CLAIM_CERTAIN,
      .type = "position",
      .device = "123456789012345",
      SAMPLE_VALID,
      .answer = "06" },
    { .hex = "4b006400bc614e8984790102d4f1f001234a5056a9cc4c052d000001010000643060100000000000000001000206950"
             "000000000000000000000000002fe0197f0fbc9d06056a9cca6052d0000010000006430601000000000000000010002"
             "069500f6d6",
      .claim = CLAIM_CERTAIN,
      .type = "position",
      .device = "123456789012345",
      SAMPLE_SOUTH_WEST,
      .answer = "06" },
    { .hex = "5800330100bc614e8984790100000000002356a9cca6000000800001395056a9cca602d4f1f001234a5005102d06000"
             "c896368",
      .claim = CLAIM_CERTAIN,
      .type = "position",
      .device = "123456789012345",
      SAMPLE_VALID,
      .answer = "06" },
    { .hex = "5800570200bc614e8984790100000000000356a9cc4c000000800001395056a9cc4c02d4f1f001234a5005102d06000"
             "c0200000000000356a9cca6000000800001395056a9cca6fe0197f0fbc9d06005102d06000cfadc",
      .claim = CLAIM_CERTAIN,
      .type = "position",
      .device = "123456789012345",
      SAMPLE_SOUTH_WEST,
      .answer = "06" },
    { .hex = "58007f0200bc614e8984790100002000000356a9cca6000000800001395056a9cca6026d2f70fb96b27005102d06000"
             "c00000000000000000000000000000000000000000200002000000356a9ccaf000000800001395056a9ccaf026d2f70"
             "fb96b27005102d06000c0000000000000000000000000000000000000000f5d6",
      .datagram = true,
      .claim = CLAIM_LIKELY,
      .type = "position",
      .device = "123456789012345",
      SAMPLE_NORTH_WEST,
      .answer = "06" },
    { .hex = "5800200100bc614e8984790100000000000156a9cca60000008000013950d18f",
      .claim = CLAIM_CERTAIN,
      .type = "status",
      .device = "123456789012345",
      .location = LOCATION_NONE,
      .answer = "06" },
    { .hex = "480032055d4a8000007b01fe0197f0fbc9d06056a9cca60505000001000000000000000000000000000000000000000"
             "0534a",
      .claim = CLAIM_CERTAIN,
      .type = "status",
      .location = LOCATION_NONE,
      .answer = "06" },
    { 0 }
};

#define OLDER(a, b, c, d, e, f, g, h) HEAD(a), HEAD(b), HEAD(c), HEAD(d), HEAD(e), HEAD(f), HEAD(g), HEAD(h)

const struct protocol protocol_astra = {
    .name = "astra",
    .port = 5103,
    .transports = OVER_TCP | OVER_UDP,
    .never = NEVER_INVALID,
    .heads =
        HEADS(HEAD("K"), HEAD("X"), OLDER("A", "B", "C", "D", "E", "F", "G", "H"),
              OLDER("I", "J", "L", "M", "N", "O", "P", "Q"), OLDER("R", "S", "T", "U", "V", "W", "Y", "Z")),
    .match = match,
    .read = read,
    .answer = answer,
    .samples = samples,
};
