/* SPDX-License-Identifier: Apache-2.0 */
/*
 * mavlink2: drones and their autopilots, MAVLink 2. Binary, little endian, UDP: one or more frames in a datagram. No answers.
 *
 *   fd | L | flags that must be known (bit 0 signed) | flags | sequence | system | component | number 3 | payload L |
 *   CRC 2 [signature 13]      total = L + 12, signed + 13
 *   CRC-16/MCRF4XX (X-25 without its last inversion) of all behind the head and of one byte that each kind of message has.
 *   The id is the number of the system. 33: time since start 4 | lat 4 | lon 4 (1e-7 degree) | altitude 4 | …; always with a fix.
 *   Zeros at the end of a payload are not sent.
 */
#include "base/checksum.h"
#include "protocol/protocol.h"

enum {
    HEAD_SIZE = 10,
    CRC_SIZE = 2,
    SIGNATURE = 13,
    SYSTEM_AT = 5,
    NUMBER_AT = 7,
    GLOBAL_POSITION = 33,
    NUMBER_MOST = 0xffff
};
enum { FLAG_SIGNED = 1, LAT = 4, LON = 8, PAYLOAD_MAX = 255, HEADING_NONE = 65535, FULL_CIRCLE = 36000 };

/* What is common: number, longest payload, and the byte that the CRC takes in (from the public definitions). */
struct kind {
    uint16_t number;
    uint8_t longest, extra;
};
static const struct kind kinds[] = {
    { 0, 9, 50 },     { 1, 43, 124 },   { 2, 12, 137 },  { 4, 14, 237 },  { 22, 25, 220 }, { 24, 52, 24 },
    { 26, 24, 170 },  { 27, 29, 144 },  { 29, 16, 115 }, { 30, 28, 39 },  { 31, 48, 246 }, { 32, 28, 185 },
    { 33, 28, 104 },  { 35, 22, 244 },  { 36, 37, 222 }, { 42, 18, 28 },  { 65, 42, 118 }, { 69, 30, 243 },
    { 74, 20, 20 },   { 75, 35, 158 },  { 76, 33, 152 }, { 77, 10, 143 }, { 109, 9, 185 }, { 111, 18, 34 },
    { 147, 54, 154 }, { 242, 60, 104 }, { 253, 54, 83 },
};

static const struct kind *find_kind(uint64_t number)
{
    for (size_t i = 0; i < sizeof(kinds) / sizeof(kinds[0]); i++) {
        if (kinds[i].number == number)
            return &kinds[i];
    }
    return NULL;
}

static bool has_crc(struct cursor bytes, size_t payload, const struct kind *kind)
{
    uint8_t memory[HEAD_SIZE + PAYLOAD_MAX + 1];
    struct buffer covered = buffer_on(memory, sizeof(memory));
    struct cursor part;
    uint16_t crc;
    if (!kind || !cursor_slice(bytes, 1, HEAD_SIZE - 1 + payload, &part) ||
        !cursor_le16_at(bytes, HEAD_SIZE + payload, &crc))
        return false;
    buffer_put_cursor(&covered, part);
    buffer_put_u8(&covered, kind->extra);
    return (crc16_x25(buffer_cursor(&covered)) ^ crc) == 0xffff;
}

/* A place on earth and a heading, as far as they are sent. */
static bool has_place(struct cursor payload)
{
    uint64_t lat, lon, heading;
    if (!cursor_le_at(payload, LAT, 4, &lat) || !cursor_le_at(payload, LON, 4, &lon))
        return false;
    bool is_turned =
        !cursor_le_at(payload, 26, 2, &heading) || heading <= FULL_CIRCLE || heading == HEADING_NONE;
    struct fix fix = { .lat = (double)signed_of(lat, 32) / 1e7, .lon = (double)signed_of(lon, 32) / 1e7 };
    return is_turned && fix_is_on_earth(&fix);
}

static enum claim match(const struct message *message, size_t *length)
{
    struct cursor bytes = message->bytes, payload;
    uint8_t size, flags, compatible, system;
    uint64_t number;
    if (!message->complete || !cursor_u8_at(bytes, 1, &size) || !cursor_u8_at(bytes, 2, &flags) ||
        !cursor_u8_at(bytes, 3, &compatible) || !cursor_u8_at(bytes, SYSTEM_AT, &system) ||
        !cursor_le_at(bytes, NUMBER_AT, 3, &number) || flags > FLAG_SIGNED)
        return CLAIM_NO;
    size_t total = (size_t)HEAD_SIZE + size + CRC_SIZE + (flags & FLAG_SIGNED ? SIGNATURE : 0u);
    if (total > bytes.left) {
        *length = bytes.left;
        bool is_place = number == GLOBAL_POSITION && compatible == 0 && system != 0 &&
                        cursor_skip(&bytes, HEAD_SIZE) && has_place(bytes);
        return is_place ? CLAIM_POSSIBLE : CLAIM_NO;
    }
    if (!cursor_slice(bytes, HEAD_SIZE, size, &payload))
        return CLAIM_NO;
    *length = total;
    const struct kind *kind = find_kind(number);
    if (has_crc(bytes, size, kind))
        return CLAIM_CERTAIN;
    bool is_last = total == bytes.left || cursor_byte(bytes, total) == 0xfd;
    if (!is_last || compatible != 0 || system == 0)
        return CLAIM_NO;
    if (!kind || size > kind->longest) /* every kind of autopilot has its own */
        return total == bytes.left && size > 0 && number <= NUMBER_MOST ? CLAIM_POSSIBLE : CLAIM_NO;
    return number != GLOBAL_POSITION ? CLAIM_POSSIBLE : has_place(payload) ? CLAIM_LIKELY : CLAIM_NO;
}

/* The first bytes of a payload, with the zeros that were not sent. */
static uint64_t number_at(struct cursor payload, size_t at)
{
    struct cursor field;
    size_t left = payload.left > at ? payload.left - at : 0;
    return cursor_slice(payload, at, left < 4 ? left : 4, &field) ? cursor_le_of(field) : 0;
}

static void read_place(struct cursor payload, struct reading *reading)
{
    struct fix fix = { .valid = true };
    struct cursor lat, lon;
    fix.lat = (double)signed_of(number_at(payload, LAT), 32) / 1e7;
    fix.lon = (double)signed_of(number_at(payload, LON), 32) / 1e7;
    if (cursor_slice(payload, LAT, 4, &lat) && cursor_slice(payload, LON, 4, &lon))
        reading_mark_place(reading, lat, fix.lat, lon, fix.lon);
    reading_fix(reading, &fix);
}

static const char *type_name(uint64_t number)
{
    return number == 0                                     ? "heartbeat"
           : number == GLOBAL_POSITION                     ? "position"
           : number == 22 || number == 77 || number == 242 ? "reply"
                                                           : "status";
}

static void read(const struct message *message, struct reading *reading)
{
    struct cursor bytes = message->bytes, system, number, payload;
    uint8_t size;
    if (!cursor_u8_at(bytes, 1, &size) || !cursor_slice(bytes, SYSTEM_AT, 1, &system) ||
        !cursor_slice(bytes, NUMBER_AT, 3, &number))
        return;
    payload = bytes;
    if (!cursor_skip(&payload, HEAD_SIZE))
        return;
    payload.left = payload.left < size ? payload.left : size;
    reading->type = type_name(cursor_le_of(number));
    reading_device_number(reading, cursor_byte(system, 0), 1);
    reading_mark_number(reading, "device", system, cursor_byte(system, 0));
    reading_mark_number(reading, "type", number, cursor_le_of(number));
    if (cursor_le_of(number) == GLOBAL_POSITION)
        read_place(payload, reading);
    reading_no_location(reading);
}

static const struct sample samples[] = {
    { .hex = "fd1c000009070121000040e201006073511c20e7600b400d030050c300000a00fbff0000941142ec",
      .datagram = true,
      .claim = CLAIM_CERTAIN,
      .type = "position",
      .device = "7",
      .location = LOCATION_VALID,
      .lat = 47.51,
      .lon = 19.09 },
    { .hex = "fd1c000009070121000040e2010060ef0fecc023e2d5400d030050c300000a00fbff0000ffff32aa",
      .datagram = true,
      .claim = CLAIM_LIKELY,
      .type = "position",
      .device = "7",
      .location = LOCATION_VALID,
      .lat = -33.45,
      .lon = -70.66 },
    { .hex = "fd1c010009070121000040e2010060da431860f8e2d3400d030050c300000a00fbff000094114f3c010203040506070"
             "8090a0b0c0d",
      .datagram = true,
      .claim = CLAIM_CERTAIN,
      .type = "position",
      .device = "7",
      .location = LOCATION_VALID,
      .lat = 40.71,
      .lon = -74.01 },
    { .hex = "fd090000090701000000000000000203510403de78",
      .datagram = true,
      .claim = CLAIM_CERTAIN,
      .type = "heartbeat",
      .device = "7",
      .location = LOCATION_NONE },
    { .hex = "fd1400000903015401000101010101010101010101010101010101010101d374",
      .datagram = true,
      .claim = CLAIM_POSSIBLE,
      .type = "status",
      .device = "3",
      .location = LOCATION_NONE },
    { .hex = "fd1c0000090301210000e803000060ef0fecc023e2d540ef0700e8030000",
      .datagram = true,
      .claim = CLAIM_POSSIBLE,
      .type = "position",
      .device = "3",
      .location = LOCATION_VALID,
      .lat = -33.45,
      .lon = -70.66 },
    { 0 }
};

const struct protocol protocol_mavlink2 = {
    .name = "mavlink2",
    .port = 5224,
    .transports = OVER_UDP,
    .never = NEVER_INVALID,
    .heads = HEADS(HEAD("\xfd")),
    .match = match,
    .read = read,
    .samples = samples,
};
