/* SPDX-License-Identifier: Apache-2.0 */
/*
 * tzone: TZone TZ-AVL05, 08, 10, 19, TZ-GT08, 09, data loggers TT18, TT19. Binary, big endian, TCP.
 *
 *   54 5a | L 2 | 24 24 | hardware 2 | firmware 4 | id 8 BCD | date 6 | blocks … | index 2 | CRC 2 | 0d 0a      total = L + 6
 *   CRC-16/MODBUS from 24 24 up to the index. A block: length 2, content. The first is the position (but for hardware 0406),
 *   the second cells, then cards, tags, Wi-Fi.
 *   position: satellites | lat 4 | lon 4 (1/600000 degree in 010a and 010b, else 1/6000000) | yy mm dd hh mm ss |
 *       speed 2 | odometer 3 | flags 2: course 9 bits, bit 9 west, 10 north, 11 fix
 *   040a: status (bit 0 north, 1 west) | date 6 | lat 4 | lon 4 (1e-6), always with a fix
 *   0413: a position that Traccar does not take
 *   Traccar answers only if it is told to.
 */
#include "protocol/binary_frame.h"

enum { HARDWARE_AT = 6, ID_AT = 12, ID_SIZE = 8, BLOCKS_AT = 26, CONTENT_AT = 28 };
enum {
    HARDWARE_010A = 0x010a,
    HARDWARE_010B = 0x010b,
    NO_POSITION = 0x0406,
    HARDWARE_040A = 0x040a,
    NEVER_FIX = 0x0413
};
enum { SHORT_BLOCK = 19, LONG_BLOCK = 22 };
enum { FLAG_WEST = 0x0200, FLAG_NORTH = 0x0400, FLAG_FIX = 0x0800, STATUS_NORTH = 1, STATUS_WEST = 2 };

static const struct binary_frame frame = { .length_at = 2,
                                           .length_size = 2,
                                           .plus = 6,
                                           .shortest = BLOCKS_AT + 6,
                                           .longest = 4096,
                                           .end = "\r\n",
                                           .end_size = 2,
                                           .check = CHECK_CRC16_MODBUS,
                                           .check_at = -4,
                                           .check_size = 2,
                                           .covered = 4 };

static enum claim match(const struct message *message, size_t *length)
{
    struct cursor rest = message->bytes;
    if (cursor_skip(&rest, 4) && !CURSOR_MAY_START(rest, "\x24\x24"))
        return CLAIM_NO;
    enum claim claim = binary_match(&frame, message, length);
    /* the two heads with a length between them tell */
    return claim == CLAIM_POSSIBLE && message->bytes.left >= BLOCKS_AT ? CLAIM_LIKELY : claim;
}

static void mark_and_fix(struct cursor date, struct cursor lat, struct cursor lon, const struct fix *fix,
                         struct reading *reading)
{
    if (fix->has_time)
        reading_mark_time(reading, date, fix->time);
    reading_mark_place(reading, lat, fix->lat, lon, fix->lon);
    reading_fix(reading, fix);
}

/* Most hardware. */
static void read_position(struct cursor block, uint16_t hardware, struct reading *reading)
{
    struct cursor lat, lon, date, flags;
    struct fix fix = { 0 };
    if (!cursor_slice(block, 1, 4, &lat) || !cursor_slice(block, 5, 4, &lon) ||
        !cursor_slice(block, 9, 6, &date) || !cursor_slice(block, 20, 2, &flags))
        return;
    struct cursor when = date;
    double scale = hardware == HARDWARE_010A || hardware == HARDWARE_010B ? 600000 : 6000000;
    fix.has_time = reading_take_bytes_time(&when, "ymdhis", &fix.time);
    fix.valid = (cursor_be_of(flags) & FLAG_FIX) != 0;
    fix.lat = (double)cursor_be_of(lat) / scale * (cursor_be_of(flags) & FLAG_NORTH ? 1 : -1);
    fix.lon = (double)cursor_be_of(lon) / scale * (cursor_be_of(flags) & FLAG_WEST ? -1 : 1);
    reading_mark_fix(reading, flags, fix.valid);
    mark_and_fix(date, lat, lon, &fix, reading);
}

static void read_040a(struct cursor block, struct reading *reading)
{
    struct cursor status, date, lat, lon;
    struct fix fix = { .valid = true };
    if (!cursor_slice(block, 0, 1, &status) || !cursor_slice(block, 1, 6, &date) ||
        !cursor_slice(block, 7, 4, &lat) || !cursor_slice(block, 11, 4, &lon))
        return;
    struct cursor when = date;
    fix.has_time = reading_take_bytes_time(&when, "ymdhis", &fix.time);
    fix.lat = (double)cursor_be_of(lat) / 1e6 * (cursor_byte(status, 0) & STATUS_NORTH ? 1 : -1);
    fix.lon = (double)cursor_be_of(lon) / 1e6 * (cursor_byte(status, 0) & STATUS_WEST ? -1 : 1);
    mark_and_fix(date, lat, lon, &fix, reading);
}

static void read_block(struct cursor block, uint16_t hardware, struct reading *reading)
{
    if (hardware == HARDWARE_040A && block.left >= SHORT_BLOCK)
        read_040a(block, reading);
    else if (hardware == NEVER_FIX && block.left >= LONG_BLOCK)
        reading_no_fix(reading);
    else if (hardware != HARDWARE_040A && hardware != NO_POSITION && block.left >= LONG_BLOCK)
        read_position(block, hardware, reading);
}

static void read(const struct message *message, struct reading *reading)
{
    struct cursor bytes = message->bytes, id, hardware, block = bytes;
    uint16_t size;
    binary_mark(&frame, reading);
    if (!cursor_slice(bytes, HARDWARE_AT, 2, &hardware))
        return;
    reading_mark_value(reading, "hardware", hardware, "%04x", (unsigned)cursor_be_of(hardware));
    if (cursor_slice(bytes, ID_AT, ID_SIZE, &id))
        reading_device_bcd(reading, id, 1, 15);
    if (cursor_be16_at(bytes, BLOCKS_AT, &size) && cursor_slice(bytes, CONTENT_AT, size, &block))
        read_block(block, (uint16_t)cursor_be_of(hardware), reading);
    reading->type = reading->location >= LOCATION_INVALID ? "position" : "status";
    reading_no_location(reading);
}

static const struct sample samples[] = {
    { .hex = "545a00402424010b020f000001234567890123451a020108090a00160801b2f79000aec6301a020108090a04e200"
             "01020c2d00040123000f00060000000000000007094c0d0a",
      .claim = CLAIM_CERTAIN,
      .type = "position",
      .device = "123456789012345",
      SAMPLE_VALID },
    { .hex = "545a004024240153020f000001234567890123451a020108090a0016080bf6706019451dc01a020108090a04e200"
             "0102022d00040123000f00060000000000000007d9260d0a",
      .claim = CLAIM_CERTAIN,
      .type = "position",
      .device = "123456789012345",
      SAMPLE_INVALID },
    { .hex = "545a00402424010a020f000001234567890123451a020108090a0016080174b61002a594f01a020108090a04e200"
             "01020e2d00040123000f000600000000000000079f160d0a",
      .claim = CLAIM_CERTAIN,
      .type = "position",
      .device = "123456789012345",
      SAMPLE_NORTH_WEST },
    { .hex = "545a004024240407020f000001234567890123451a020108090a0016080bf6706019451dc01a020108090a04e200"
             "01020a2d00040123000f0006000000000000000733e10d0a",
      .claim = CLAIM_CERTAIN,
      .type = "position",
      .device = "123456789012345",
      SAMPLE_SOUTH_WEST },
    { .hex = "545a00352424040a020f000001234567890123451a020108090a0013021a020108090a01fe681004362fa0002d00"
             "7d00040123000f00078e0a0d0a",
      .claim = CLAIM_CERTAIN,
      .type = "position",
      .device = "123456789012345",
      SAMPLE_SOUTH_WEST },
    { .hex = "545a003824240413020f000001234567890123451a020108090a0016021a020108090a01fe681004362fa0000000"
             "0000000000040123000f00070b060d0a",
      .claim = CLAIM_CERTAIN,
      .type = "position",
      .device = "123456789012345",
      .location = LOCATION_INVALID },
    { .hex = "545a002a2424010b020f000001234567890123451a020108090a000000040123000f000600000000000000071116"
             "0d0a",
      .claim = CLAIM_CERTAIN,
      .type = "status",
      .device = "123456789012345",
      .location = LOCATION_NONE },
    { .hex = "545a003824240406020f000001234567890123451a020108090a00040123000f0016000000000000000000000000"
             "0000000000000000000000072c2e0d0a",
      .claim = CLAIM_CERTAIN,
      .type = "status",
      .device = "123456789012345",
      .location = LOCATION_NONE },
    { .hex = "545a00382424010b020f000001234567890123451a020108090a00160801b2f79000aec6301a020108090a04e200"
             "01020c2d00040123000f000748840d0a",
      .claim = CLAIM_LIKELY,
      .type = "position",
      .device = "123456789012345",
      SAMPLE_VALID },
    { 0 }
};

const struct protocol protocol_tzone = {
    .name = "tzone",
    .port = 5029,
    .transports = OVER_TCP,
    .heads = HEADS(HEAD("TZ")),
    .match = match,
    .read = read,
    .samples = samples,
};
