/* SPDX-License-Identifier: Apache-2.0 */
/*
 * dmt: Digital Matter Oyster, Remora, G52, G60, Dart, Yabby, Falcon. Binary, little endian, TCP.
 *
 *   02 55 | type | L 2 | content …      total = L + 5
 *   00 hello: serial 4 | IMEI 15 digits, 00 | SIM 20 digits | …     the only one that tells the id; answered with 01 and the time
 *   04 records: length 2 (itself too) | index 4 | time 4 | event | fields: id, length (ff: 2 more bytes), value
 *       field 00: fix time 4 | lat 4 | lon 4 (1e-7 degree) | altitude 2 | speed 2 | accuracy | course | pdop | accuracy | fix (0 none)
 *   10 records of 64 bytes: at 1 index 4 | packed time 4 | lon 4 | lat 4 | …, at 26 flags (bit 0 fix), at 62 two sums
 *   05 commit, answered with 06   14, 22 requests, answered with 15, 23
 *   Times are seconds since 2013. Types 01, 06, 15, 23 are the server's.
 */
#include "protocol/binary_frame.h"

enum { HELLO = 0x00, RECORDS = 0x04, COMMIT = 0x05, FIXED = 0x10, REQUEST_14 = 0x14, REQUEST_22 = 0x22 };
enum { CONTENT_AT = 5, IMEI_AT = 9, IMEI = 15, OLD_HELLO = 51, RECORD_HEAD = 11, PLACE = 21 };
enum { FIXED_SIZE = 64, FLAGS_AT = 26, SUMS_AT = 62 };

static const struct binary_frame frame = { .length_at = 3,
                                           .length_size = 2,
                                           .length_le = true,
                                           .plus = CONTENT_AT,
                                           .shortest = CONTENT_AT,
                                           .longest = 4096 };

/* Takes one record of type 04 without its head; false when it is no record. */
static bool take_record(struct cursor *c, struct cursor *fields)
{
    struct cursor record, rest = *c;
    uint16_t size;
    if (!cursor_le16(&rest, &size) || size < RECORD_HEAD || !cursor_take(c, size, &record) ||
        !cursor_skip(&record, RECORD_HEAD))
        return false;
    *fields = record;
    return true;
}

static bool take_field(struct cursor *fields, uint8_t *id, struct cursor *value)
{
    struct cursor rest = *fields;
    uint8_t size;
    uint16_t long_size;
    if (!cursor_u8(&rest, id) || !cursor_u8(&rest, &size))
        return false;
    if (size == 0xff ? !cursor_le16(&rest, &long_size) || !cursor_take(&rest, long_size, value)
                     : !cursor_take(&rest, size, value))
        return false;
    *fields = rest;
    return true;
}

/* Do records and their fields end exactly where the content ends? */
static bool is_chain(struct cursor content)
{
    struct cursor fields, value;
    uint8_t id;
    bool has_record = false;
    while (take_record(&content, &fields)) {
        while (take_field(&fields, &id, &value))
            has_record = true;
        if (fields.left > 0)
            return false;
    }
    return has_record && content.left == 0;
}

/* Are the two running sums of every record right? */
static bool has_sums(struct cursor content)
{
    struct cursor record;
    bool has_record = false;
    while (cursor_take(&content, FIXED_SIZE, &record)) {
        uint8_t sum = 0, sums = 0;
        for (size_t i = 0; i < SUMS_AT; i++) {
            sum = (uint8_t)(sum + cursor_byte(record, i));
            sums = (uint8_t)(sums + sum);
        }
        if (cursor_byte(record, SUMS_AT) != sum || cursor_byte(record, SUMS_AT + 1) != sums)
            return false;
        has_record = true;
    }
    return has_record && content.left == 0;
}

static bool has_imei(struct cursor bytes)
{
    struct cursor imei;
    return cursor_slice(bytes, IMEI_AT, IMEI, &imei) && cursor_count_digits(imei) == IMEI;
}

static enum claim match(const struct message *message, size_t *length)
{
    uint8_t type;
    enum claim claim = binary_match(&frame, message, length);
    if (claim < CLAIM_POSSIBLE)
        return claim;
    struct cursor bytes = cursor_part(message->bytes, 0, *length), content = bytes, fields;
    if (!cursor_u8_at(bytes, 2, &type) || !cursor_skip(&content, CONTENT_AT))
        return CLAIM_NO;
    bool is_whole = claim == CLAIM_LIKELY;
    switch (type) {
    case HELLO:
        return has_imei(bytes) ? (is_whole ? CLAIM_CERTAIN : CLAIM_LIKELY) : CLAIM_POSSIBLE;
    case RECORDS:
        if (is_whole && is_chain(content))
            return CLAIM_CERTAIN;
        return take_record(&content, &fields) ? CLAIM_LIKELY : CLAIM_POSSIBLE;
    case FIXED:
        if (is_whole && has_sums(content))
            return CLAIM_CERTAIN;
        return content.left >= FIXED_SIZE ? CLAIM_LIKELY : CLAIM_POSSIBLE;
    case COMMIT:
    case REQUEST_14:
    case REQUEST_22:
        return claim;
    default:
        return is_whole ? CLAIM_POSSIBLE : CLAIM_NO;
    }
}

static void read_hello(struct cursor bytes, struct reading *reading)
{
    struct cursor imei;
    if (cursor_slice(bytes, IMEI_AT, IMEI, &imei))
        reading_device(reading, imei);
}

static void read_place(struct cursor c, struct reading *reading)
{
    struct fix fix = { .has_time = true };
    struct cursor time, lat, lon, valid;
    if (!cursor_slice(c, PLACE - 1, 1, &valid) || !cursor_take(&c, 4, &time) || !cursor_take(&c, 4, &lat) ||
        !cursor_take(&c, 4, &lon))
        return;
    fix.time = (int64_t)cursor_le_of(time) + EPOCH_2013;
    fix.lat = (double)signed_of(cursor_le_of(lat), 32) / 1e7;
    fix.lon = (double)signed_of(cursor_le_of(lon), 32) / 1e7;
    fix.valid = cursor_byte(valid, 0) != 0;
    reading_mark_time(reading, time, fix.time);
    reading_mark_place(reading, lat, fix.lat, lon, fix.lon);
    reading_mark_fix(reading, valid, fix.valid);
    reading_fix(reading, &fix);
}

static void read_records(struct cursor content, struct reading *reading)
{
    struct cursor fields, value;
    uint8_t id;
    while (take_record(&content, &fields)) {
        while (take_field(&fields, &id, &value)) {
            if (id == 0)
                read_place(value, reading);
        }
    }
}

/* Year 6 bits, month 4, day, hour 5 each, minute, second 6 each, from the lowest. */
static bool unpack_time(uint64_t packed, int64_t *seconds)
{
    struct calendar date = { calendar_year(packed & 63), packed >> 6 & 15,  packed >> 10 & 31,
                             packed >> 15 & 31,          packed >> 20 & 63, packed >> 26 & 63 };
    return calendar_to_unix(&date, seconds);
}

static void read_fixed(struct cursor content, struct reading *reading)
{
    struct cursor record, time, lon, lat, flags;
    while (cursor_take(&content, FIXED_SIZE, &record)) {
        struct fix fix = { 0 };
        if (!cursor_slice(record, 5, 4, &time) || !cursor_slice(record, 9, 4, &lon) ||
            !cursor_slice(record, 13, 4, &lat) || !cursor_slice(record, FLAGS_AT, 1, &flags))
            return;
        fix.has_time = unpack_time(cursor_le_of(time), &fix.time);
        fix.lat = (double)signed_of(cursor_le_of(lat), 32) / 1e7;
        fix.lon = (double)signed_of(cursor_le_of(lon), 32) / 1e7;
        fix.valid = (cursor_byte(flags, 0) & 1) != 0;
        if (fix.has_time)
            reading_mark_time(reading, time, fix.time);
        reading_mark_place(reading, lat, fix.lat, lon, fix.lon);
        reading_mark_fix(reading, flags, fix.valid);
        reading_fix(reading, &fix);
    }
}

static void read(const struct message *message, struct reading *reading)
{
    struct cursor bytes = message->bytes, content = bytes, type;
    binary_mark(&frame, reading);
    if (!cursor_slice(bytes, 2, 1, &type) || !cursor_skip(&content, CONTENT_AT))
        return;
    reading->type = "status";
    if (cursor_byte(type, 0) == HELLO) {
        reading->type = "login";
        read_hello(bytes, reading);
    } else if (cursor_byte(type, 0) == RECORDS) {
        read_records(content, reading);
    } else if (cursor_byte(type, 0) == FIXED) {
        read_fixed(content, reading);
    } else if (cursor_byte(type, 0) == COMMIT) {
        reading->type = "commit";
    } else if (cursor_byte(type, 0) == REQUEST_14 || cursor_byte(type, 0) == REQUEST_22) {
        reading->type = "request";
    }
    if (reading->location >= LOCATION_INVALID)
        reading->type = "position";
    reading_mark_value(reading, "type", type, "%s", reading->type);
    reading_no_location(reading);
}

static void answer(const struct message *message, const struct asker *asker, struct buffer *reply)
{
    uint8_t type;
    uint16_t size;
    if (!cursor_u8_at(message->bytes, 2, &type) || !cursor_le16_at(message->bytes, 3, &size))
        return;
    if (type == HELLO && size == OLD_HELLO) {
        buffer_put(reply, "\x02\x55\x01\x05\0\0\0\0\0\0", 10);
    } else if (type == HELLO) {
        buffer_put(reply, "\x02\x55\x01\x08\0", 5);
        buffer_put_le(reply, 4, (uint64_t)(asker->now - EPOCH_2013));
        buffer_put_le(reply, 4, 0);
    } else if (type == COMMIT) {
        buffer_put(reply, "\x02\x55\x06\x01\0\x01", 6);
    } else if (type == REQUEST_14) {
        buffer_put(reply, "\x02\x55\x15\x0c\0\0\0\0\0\0\0\0\0\0\0\0\0", 17);
    } else if (type == REQUEST_22) {
        buffer_put(reply, "\x02\x55\x23\0\0", 5);
    }
}

static const struct sample samples[] = {
    { .hex = "0255003100a05b000031323334353637383930313233343500383933363030303030303030303030303030313700220"
             "2010900000000",
      .claim = CLAIM_CERTAIN,
      .type = "login",
      .device = "123456789012345",
      .location = LOCATION_NONE,
      .answer = "~02550108000000000000000000" },
    { .hex = "0255003300a05b000031323334353637383930313233343500383933363030303030303030303030303030313700220"
             "20109000000000000",
      .claim = CLAIM_CERTAIN,
      .type = "login",
      .device = "123456789012345",
      .location = LOCATION_NONE,
      .answer = "02550105000000000000" },
    { .hex = "0255046600330001000000eae29c180b0015eae29c186073511c20e7600b78000000052d0c080302080100000000000"
             "00006ff030001a00f33000200000026e39c180b001526e39c186073511c20e7600b78000000052d0c08030208010000"
             "000000000006ff030001a00f",
      .claim = CLAIM_CERTAIN,
      .type = "position",
      SAMPLE_VALID },
    { .hex = "025504330033000300000026e39c180b001526e39c1860ef0fecc023e2d578000000052d0c080002080100000000000"
             "00006ff030001a00f",
      .claim = CLAIM_CERTAIN,
      .type = "position",
      SAMPLE_INVALID },
    { .hex = "0255041c001c000400000026e39c180b0208010000000000000006ff030001a00f",
      .claim = CLAIM_CERTAIN,
      .type = "status",
      .location = LOCATION_NONE },
    { .hex = "0255108000004d0000009a04942860f8e2d360da431800002078000000000301fffffffffffffffffffffffffffffff"
             "fffffffffffffffffffffffffffffffffffffffc245004d0000009a049428c023e2d560ef0fec000020780000000003"
             "00ffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff039d",
      .claim = CLAIM_CERTAIN,
      .type = "position",
      SAMPLE_NORTH_WEST },
    { .hex = "0255104000004d0000009a049428c023e2d560ef0fec00002078000000000302fffffffffffffffffffffffffffffff"
             "fffffffffffffffffffffffffffffffffffffff05e5",
      .claim = CLAIM_CERTAIN,
      .type = "position",
      SAMPLE_INVALID },
    { .hex = "0255050000",
      .claim = CLAIM_LIKELY,
      .type = "commit",
      .location = LOCATION_NONE,
      .answer = "025506010001" },
    { .hex = "025514010000",
      .claim = CLAIM_LIKELY,
      .type = "request",
      .location = LOCATION_NONE,
      .answer = "0255150c00000000000000000000000000" },
    { .hex = "0255220000",
      .claim = CLAIM_LIKELY,
      .type = "request",
      .location = LOCATION_NONE,
      .answer = "0255230000" },
    { .hex = "0255300400010203ff", .claim = CLAIM_POSSIBLE, .type = "status", .location = LOCATION_NONE },
    { 0 }
};

const struct protocol protocol_dmt = {
    .name = "dmt",
    .port = 5137,
    .transports = OVER_TCP,
    .heads = HEADS(HEAD("\x02\x55")),
    .match = match,
    .read = read,
    .answer = answer,
    .samples = samples,
};
