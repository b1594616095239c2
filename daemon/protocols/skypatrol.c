/* SPDX-License-Identifier: Apache-2.0 */
/*
 * skypatrol: SkyPatrol TT8750, TT8740, Evolution. Binary, big endian, UDP. No answers, no length, no checksum.
 *
 *   00 05 | 02 | 1x | 04 | mask 4 | fields by the mask …      a position where bit 0 is set
 *       1 status 4 | 23 id 8, else 2 id 22 (text) | 3 inputs 2 | 4, 5 voltages 2 | 7 category 1 | 8 dd mm yy | 9 fix 1: 01 |
 *       10 lat 4 | 11 lon 4 (ddmmmmmm: degrees, minutes, their ten-thousandths; negative: the bits inverted) | 12 speed 2 |
 *       13 course 2 | 14 hh mm ss | 15 altitude 3 | 16 satellites 1 | 17 battery 2 | 20, 21 4 | 22 time 6 | 24 2 | 25 18 |
 *       26 cells 54 | 28 sequence 2
 *   00 0a 02 registration, 00 04 02 report: text behind, of which Traccar takes nothing; enfora has the same.
 */
#include "protocol/protocol.h"

enum { ID_SHORTEST = 6, MASK_AT = 5, FIELDS_AT = 9, MASK_SIZE = 4, POSITION = 1, IMEI = 15 };
enum {
    BIT_ID_LONG = 2,
    BIT_DATE = 8,
    BIT_FIX = 9,
    BIT_LAT = 10,
    BIT_LON = 11,
    BIT_TIME = 14,
    BIT_ID = 23,
    BITS = 29
};

static const struct {
    uint8_t bit, size;
} parts[] = { { 1, 4 },  { BIT_ID, 8 },   { BIT_ID_LONG, 22 }, { 3, 2 },       { 4, 2 },       { 5, 2 },
              { 7, 1 },  { BIT_DATE, 3 }, { BIT_FIX, 1 },      { BIT_LAT, 4 }, { BIT_LON, 4 }, { 12, 2 },
              { 13, 2 }, { BIT_TIME, 3 }, { 15, 3 },           { 16, 1 },      { 17, 2 },      { 20, 4 },
              { 21, 4 }, { 22, 6 },       { 24, 2 },           { 25, 18 },     { 26, 54 },     { 28, 2 } };

/* The fields by their bits; false when they are cut off. What is left behind them is `rest`. */
static bool take_fields(struct cursor bytes, struct cursor fields[static BITS], struct cursor *rest)
{
    uint32_t mask;
    *rest = bytes;
    if (!cursor_be32_at(bytes, MASK_AT, &mask) || !cursor_skip(rest, FIELDS_AT))
        return false;
    for (size_t i = 0; i < sizeof(parts) / sizeof(parts[0]); i++) {
        unsigned bit = parts[i].bit;
        bool is_there = (mask >> bit & 1) && !(bit == BIT_ID_LONG && mask >> BIT_ID & 1);
        if (is_there && !cursor_take(rest, parts[i].size, &fields[bit]))
            return false;
    }
    return true;
}

static struct cursor id_of(const struct cursor fields[static BITS])
{
    return cursor_trim_nul(fields[BIT_ID].at ? fields[BIT_ID] : fields[BIT_ID_LONG]);
}

static bool is_binary(struct cursor bytes)
{
    return bytes.left > FIELDS_AT && CURSOR_STARTS(bytes, "\0\5\2") && cursor_byte(bytes, 4) == MASK_SIZE;
}

static bool is_position(struct cursor bytes)
{
    uint32_t mask;
    return is_binary(bytes) && cursor_byte(bytes, 3) >> 4 == POSITION &&
           cursor_be32_at(bytes, MASK_AT, &mask) && mask & 1;
}

/* Day, month and year, and the time of day from another field. */
static bool time_of(const struct cursor fields[static BITS], int64_t *time)
{
    uint8_t memory[6];
    if (!fields[BIT_DATE].at || !fields[BIT_TIME].at)
        return false;
    memcpy(memory, fields[BIT_DATE].at, 3);
    memcpy(memory + 3, fields[BIT_TIME].at, 3);
    struct cursor both = cursor_of(memory, sizeof(memory));
    return reading_take_bytes_time(&both, "dmyhis", time);
}

static bool is_clockless(const struct cursor fields[static BITS])
{
    return CURSOR_STARTS(fields[BIT_DATE], "\0\0\0") && CURSOR_STARTS(fields[BIT_TIME], "\0\0\0");
}

/* The reports in text: an id behind the head. */
static enum claim match_text(struct cursor bytes)
{
    bool is_report = CURSOR_STARTS(bytes, "\0\4\2\0 "), is_registration = CURSOR_STARTS(bytes, "\0\x0a\2");
    struct cursor rest = bytes;
    size_t run = 0, longest = 0;
    uint8_t byte;
    while (cursor_u8(&rest, &byte)) {
        run = byte >= ' ' && byte <= '~' ? run + 1 : 0;
        longest = run > longest ? run : longest;
    }
    if (longest < ID_SHORTEST)
        return CLAIM_NO;
    while (bytes.left >= IMEI) {
        size_t digits = cursor_count_digits(bytes);
        if (digits >= IMEI)
            return is_report || is_registration ? CLAIM_LIKELY : CLAIM_POSSIBLE;
        if (!cursor_skip(&bytes, digits + 1))
            break;
    }
    return CLAIM_POSSIBLE;
}

static enum claim match(const struct message *message, size_t *length)
{
    struct cursor bytes = message->bytes, fields[BITS] = { 0 }, rest;
    int64_t time;
    *length = bytes.left;
    if (!message->complete && (!is_binary(bytes) || !take_fields(bytes, fields, &rest)))
        return CLAIM_MORE;
    if (!is_binary(bytes))
        return match_text(bytes);
    bool is_whole = take_fields(bytes, fields, &rest);
    struct cursor id = id_of(fields);
    bool is_dated = !fields[BIT_DATE].at || !fields[BIT_TIME].at || time_of(fields, &time);
    if (id.left == 0 || !cursor_is_text(id))
        return CLAIM_POSSIBLE;
    /* before the first fix the clock may be all zeros */
    if (!is_dated)
        return is_whole && rest.left == 0 && is_clockless(fields) ? CLAIM_LIKELY : CLAIM_POSSIBLE;
    /* on a connection, where Traccar does not take it, another may follow */
    if (is_whole && !message->datagram)
        *length = bytes.left - rest.left;
    return is_whole && (rest.left == 0 || *length < bytes.left) ? CLAIM_CERTAIN : CLAIM_LIKELY;
}

/* ddmmmmmm, or its inverted bits. */
static double degrees_of(struct cursor field)
{
    uint32_t raw = (uint32_t)cursor_be_of(field);
    bool is_negative = raw > INT32_MAX;
    uint32_t value = is_negative ? ~raw : raw;
    uint32_t whole = value / 1000000;
    double degrees = whole + value % 1000000 / 600000.0;
    return is_negative ? -degrees : degrees;
}

static void read_position(const struct cursor fields[static BITS], struct reading *reading)
{
    struct fix fix = { .valid = fields[BIT_FIX].at && cursor_byte(fields[BIT_FIX], 0) == 1 };
    fix.has_time = time_of(fields, &fix.time);
    fix.lat = degrees_of(fields[BIT_LAT]);
    fix.lon = degrees_of(fields[BIT_LON]);
    reading_mark_fix(reading, fields[BIT_FIX], fix.valid);
    reading_mark_place(reading, fields[BIT_LAT], fix.lat, fields[BIT_LON], fix.lon);
    if (fix.has_time) {
        reading_mark_time(reading, fields[BIT_TIME], fix.time);
        reading_mark_time(reading, fields[BIT_DATE], fix.time);
    }
    reading_fix(reading, &fix);
}

static void read(const struct message *message, struct reading *reading)
{
    struct cursor bytes = message->bytes, fields[BITS] = { 0 }, rest;
    reading->type = CURSOR_STARTS(bytes, "\0\x0a") ? "login" : "report";
    if (is_binary(bytes)) {
        (void)take_fields(bytes, fields, &rest);
        reading->type = is_position(bytes) ? "position" : "status";
        if (id_of(fields).left > 0)
            reading_device(reading, id_of(fields));
        if (is_position(bytes) && id_of(fields).left > 0)
            read_position(fields, reading);
    }
    reading_no_location(reading);
}

static const struct sample samples[] = {
    { .hex =
          "0005021004ffffffff0000000d343031313333373700cb000000010e01021a0102d1d5100122bdb000370a8c08090a0000"
          "820710040000004d0001e2401a020108090b04b00000000000000000000000000000000000000000000000000000000000"
          "000000000000000000000000000000000000000000000000000000000000000000000000000000000000000009",
      .datagram = true,
      .claim = CLAIM_CERTAIN,
      .type = "position",
      .device = "40113377",
      SAMPLE_VALID },
    { .hex = "000502100400004f053132333435363738393031323334350000000000000001021a11fe04570ffbcdd79f08090a",
      .datagram = true,
      .claim = CLAIM_CERTAIN,
      .type = "position",
      .device = "123456789012345",
      SAMPLE_INVALID },
    { .hex = "000502100400834f830000000d34303131333337370e01021a010268da10fb96c20f08090a071004",
      .datagram = true,
      .claim = CLAIM_CERTAIN,
      .type = "position",
      .device = "40113377",
      SAMPLE_NORTH_WEST },
    { .hex = "000502100410c04f01343031313333373701021a01fe04570ffbcdd79f08090a1a020108090b00090102",
      .datagram = true,
      .claim = CLAIM_LIKELY,
      .type = "position",
      .device = "40113377",
      SAMPLE_SOUTH_WEST },
    { .hex = "00050210040080008034303131333337370e",
      .datagram = true,
      .claim = CLAIM_CERTAIN,
      .type = "status",
      .device = "40113377",
      .location = LOCATION_NONE },
    { .hex = "000a0217101131323334353637383930313233343506030220202020202020202020312020202020202031323334353"
             "6373839303132333435203320",
      .datagram = true,
      .claim = CLAIM_LIKELY,
      .type = "login",
      .location = LOCATION_NONE },
    { .hex = "00040200202020202020202020382020202020202031323334353637383930313233343520313220244750524d432c3"
             "038303931302e30302c412c343733302e363030302c4e2c30313930352e343030302c452c31322e352c3237302e302c"
             "3031303232362c2c2a31410d0a00",
      .datagram = true,
      .claim = CLAIM_LIKELY,
      .type = "report",
      .location = LOCATION_NONE },
    { .hex = "000502100400004f053132333435363738393031323334350000000000000000000000fe04570ffbcdd79f000000",
      .datagram = true,
      .claim = CLAIM_LIKELY,
      .type = "position",
      .device = "123456789012345",
      .location = LOCATION_INVALID,
      .lat = -33.45,
      .lon = -70.66 },
    { 0 }
};

const struct protocol protocol_skypatrol = {
    .name = "skypatrol",
    .port = 5021,
    .transports = OVER_UDP,
    .heads = HEADS(HEAD("\0\5\2"), HEAD("\0\x0a\2"), HEAD("\0\4\2\0 ")),
    .kin = KIN("enfora"), /* reports in text */
    .match = match,
    .read = read,
    .samples = samples,
};
