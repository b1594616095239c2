/* SPDX-License-Identifier: Apache-2.0 */
/*
 * oigo: Oigo AR and MG series. Binary datagrams, big endian, UDP. No magic, no checksum.
 *
 *   MG: tag | flags nibble (bit 7 of the byte: answer wanted; bit 6: no id) and id 15 digits BCD 8 | IMSI 8 BCD |
 *       year-2010 ½, month ½, day | hour | minute | lat 4 | lon 4 (degrees * 100000 + minutes * 1000) | altitude 2 | course 2 |
 *       speed | power | io | second | signal | index | firmware | satellites | odometer 4      45 bytes, without the id 38
 *       always with a fix; answered with e0, index, 00
 *   AR: 7e | length 2 (of all behind it) | type | tag (low bits 0: id 8 BCD; 1: 00 and 14 characters) | id | event | mask 4 | fields by the mask:
 *       0: 2 | 1: date 5 | 2: 5 | 3: lat 4, lon 4 (1e-6, from -90 and -180) | 4: status (high nibble: fix), 1 | …
 */
#include "base/bcd.h"
#include "protocol/protocol.h"

enum { ID_AT = 1, ID_SIZE = 8, WITH_ID = 45, WITHOUT_ID = 38, NO_ID = 0x40, WANTS_ANSWER = 0x80 };
enum { IMSI = 0, DATE = 8, TIME = 10, LAT = 12, LON = 16, SECOND = 27, INDEX = 29 }; /* from the IMSI on */
enum { AR_TYPE_AT = 3, AR_TAG_AT = 4, AR_ID_AT = 5, AR_BITS = 16, AR_DATE = 1, AR_PLACE = 3, AR_STATUS = 4 };

/* The fixed part of MG; without an id it stands seven bytes earlier. */
static bool open_mg(struct cursor bytes, struct cursor *fields)
{
    bool has_id = bytes.left == WITH_ID;
    *fields = bytes;
    return (bytes.left == WITH_ID || bytes.left == WITHOUT_ID) &&
           has_id == !(cursor_byte(bytes, ID_AT) & NO_ID) &&
           cursor_skip(fields, has_id ? ID_AT + ID_SIZE : ID_AT + 1u);
}

static bool time_of(struct cursor fields, int64_t *time)
{
    uint8_t year_month, day, hour, minute, second;
    if (!cursor_u8_at(fields, DATE, &year_month) || !cursor_u8_at(fields, DATE + 1, &day) ||
        !cursor_u8_at(fields, TIME, &hour) || !cursor_u8_at(fields, TIME + 1, &minute) ||
        !cursor_u8_at(fields, SECOND, &second))
        return false;
    struct calendar when = { 2010u + (year_month >> 4), year_month & 15u, day, hour, minute, second };
    return calendar_to_unix(&when, time);
}

/* Degrees and thousandths of minutes; false: too many degrees. */
static bool degrees_of(struct cursor field, double limit, double *degrees)
{
    int64_t raw = signed_of(cursor_be_of(field), 32), value = raw < 0 ? -raw : raw;
    int64_t whole = value / 100000, minutes = value % 100000;
    *degrees = (double)whole + (double)minutes / 60000;
    if (raw < 0)
        *degrees = -*degrees;
    return (double)whole <= limit;
}

static bool place_of(struct cursor fields, struct cursor *lat, struct cursor *lon, struct fix *fix)
{
    return cursor_slice(fields, LAT, 4, lat) && cursor_slice(fields, LON, 4, lon) &&
           degrees_of(*lat, 90, &fix->lat) && degrees_of(*lon, 180, &fix->lon);
}

/* Two numbers of 15 and 16 digits, a date and a place in a datagram of exactly this size prove it. */
static enum claim match_mg(struct cursor bytes)
{
    struct cursor fields, id, imsi, lat, lon;
    struct fix fix;
    if (!open_mg(bytes, &fields) || !cursor_slice(fields, IMSI, 8, &imsi) || !bcd_ok(imsi) ||
        !time_of(fields, &fix.time) || !place_of(fields, &lat, &lon, &fix))
        return CLAIM_NO;
    if (bytes.left == WITHOUT_ID)
        return CLAIM_LIKELY;
    return cursor_slice(bytes, ID_AT, ID_SIZE, &id) && (cursor_byte(id, 0) & 15) <= 9 &&
                   bcd_ok(cursor_part(id, 1, ID_SIZE - 1))
               ? CLAIM_CERTAIN
               : CLAIM_NO;
}

/* Empty where the device has told it before. */
static bool take_ar_id(struct cursor bytes, uint8_t tag, struct cursor *id)
{
    *id = cursor_part(bytes, 0, 0);
    if ((tag & 7) == 0)
        return cursor_slice(bytes, AR_ID_AT, ID_SIZE, id);
    return (tag & 7) != 1 || cursor_slice(bytes, AR_ID_AT + 1, 14, id);
}

/* The fields of AR by their bits. False: cut off. */
static bool take_ar(struct cursor bytes, struct cursor *id, struct cursor fields[static AR_BITS],
                    struct cursor *rest)
{
    static const uint8_t sizes[AR_BITS] = { 2, 5, 5, 8, 2, 1, 2, 2, 1, 2, 2, 2, 4, 6, 5, 2 };
    uint8_t tag;
    uint32_t mask;
    *rest = bytes;
    if (!cursor_u8_at(bytes, AR_TAG_AT, &tag) || !take_ar_id(bytes, tag, id) ||
        !cursor_skip(rest, AR_ID_AT + id->left + ((tag & 7) == 1)) || !cursor_skip(rest, 1) ||
        !cursor_be32(rest, &mask))
        return false;
    for (unsigned bit = 0; bit < AR_BITS; bit++) {
        if (mask >> bit & 1 && !cursor_take(rest, sizes[bit], &fields[bit]))
            return false;
    }
    return mask >> AR_BITS == 0;
}

static bool ar_time_of(struct cursor field, int64_t *time)
{
    if (field.left < 5)
        return false;
    struct calendar when = { .year = 2010u + (cursor_byte(field, 0) >> 4),
                             .month = cursor_byte(field, 0) & 15u,
                             .day = cursor_byte(field, 1),
                             .hour = cursor_byte(field, 2),
                             .minute = cursor_byte(field, 3),
                             .second = cursor_byte(field, 4) };
    return calendar_to_unix(&when, time);
}

static bool is_ar_id(struct cursor id)
{
    if (id.left == ID_SIZE)
        return (cursor_byte(id, 0) & 15) <= 9 && bcd_ok(cursor_part(id, 1, ID_SIZE - 1));
    return id.left > 0 && cursor_is_text(id);
}

/* A report whose fields fill it, with an id and a date; one of them may be missing where the length is right. */
static enum claim match_report(struct cursor bytes, bool is_exact)
{
    struct cursor id, fields[AR_BITS] = { 0 }, rest;
    int64_t time;
    if (!take_ar(bytes, &id, fields, &rest) || rest.left > 0 ||
        (fields[AR_DATE].at && !ar_time_of(fields[AR_DATE], &time)) || (id.left > 0 && !is_ar_id(id)))
        return CLAIM_NO;
    bool is_named = id.left > 0, is_dated = fields[AR_DATE].at;
    if (is_named && is_dated)
        return is_exact ? CLAIM_CERTAIN : CLAIM_LIKELY;
    return is_exact && (is_named || is_dated) ? CLAIM_LIKELY : CLAIM_NO;
}

static enum claim match_ar(struct cursor bytes)
{
    struct cursor id;
    uint8_t type, tag;
    uint16_t told;
    if (!cursor_u8_at(bytes, AR_TYPE_AT, &type) || !cursor_u8_at(bytes, AR_TAG_AT, &tag) ||
        !cursor_be16_at(bytes, 1, &told))
        return CLAIM_NO;
    bool is_exact = bytes.left == (size_t)told + AR_TYPE_AT;
    if (type == 0)
        return match_report(bytes, is_exact);
    /* other types tell only whose they are */
    return is_exact && take_ar_id(bytes, tag, &id) && is_ar_id(id) ? CLAIM_LIKELY : CLAIM_NO;
}

static enum claim match(const struct message *message, size_t *length)
{
    *length = message->bytes.left;
    if (!message->complete)
        return CLAIM_NO; /* a datagram always is */
    return cursor_byte(message->bytes, 0) == 0x7e ? match_ar(message->bytes) : match_mg(message->bytes);
}

static void read_mg(struct cursor bytes, struct reading *reading)
{
    struct cursor fields, id, lat, lon;
    struct fix fix = { .valid = true };
    if (!open_mg(bytes, &fields))
        return;
    if (bytes.left == WITH_ID && cursor_slice(bytes, ID_AT, ID_SIZE, &id))
        reading_device_bcd(reading, id, 1, 0);
    if (!place_of(fields, &lat, &lon, &fix))
        return;
    fix.has_time = time_of(fields, &fix.time);
    if (fix.has_time)
        reading_mark_time(reading, cursor_part(fields, DATE, 4), fix.time);
    reading_mark_place(reading, lat, fix.lat, lon, fix.lon);
    reading_fix(reading, &fix);
}

static void read_ar(struct cursor bytes, struct reading *reading)
{
    struct cursor id, fields[AR_BITS] = { 0 }, rest;
    struct fix fix = { 0 };
    uint8_t type, tag;
    if (!cursor_u8_at(bytes, AR_TYPE_AT, &type) || !cursor_u8_at(bytes, AR_TAG_AT, &tag) ||
        !take_ar_id(bytes, tag, &id))
        return;
    if (id.left == ID_SIZE)
        reading_device_bcd(reading, id, 1, 0);
    else if (id.left > 0)
        reading_device(reading, id);
    if (type != 0) {
        reading->type = "status";
        return;
    }
    if (!take_ar(bytes, &id, fields, &rest))
        return;
    if (!fields[AR_PLACE].at) {
        reading_no_fix(reading);
        return;
    }
    struct cursor lat = cursor_part(fields[AR_PLACE], 0, 4), lon = cursor_part(fields[AR_PLACE], 4, 4);
    fix.valid = fields[AR_STATUS].at && cursor_byte(fields[AR_STATUS], 0) >> 4 > 0;
    fix.has_time = ar_time_of(fields[AR_DATE], &fix.time);
    fix.lat = (double)cursor_be_of(lat) / 1e6 - 90;
    fix.lon = (double)cursor_be_of(lon) / 1e6 - 180;
    reading_mark_fix(reading, fields[AR_STATUS], fix.valid);
    if (fix.has_time)
        reading_mark_time(reading, fields[AR_DATE], fix.time);
    reading_mark_place(reading, lat, fix.lat, lon, fix.lon);
    reading_fix(reading, &fix);
}

static void read(const struct message *message, struct reading *reading)
{
    reading->type = "position";
    if (cursor_byte(message->bytes, 0) == 0x7e)
        read_ar(message->bytes, reading);
    else
        read_mg(message->bytes, reading);
    reading_no_location(reading);
}

static void answer(const struct message *message, const struct asker *asker, struct buffer *reply)
{
    struct cursor fields;
    uint8_t index;
    (void)asker;
    if (cursor_byte(message->bytes, 0) == 0x7e || !open_mg(message->bytes, &fields) ||
        !(cursor_byte(message->bytes, ID_AT) & WANTS_ANSWER) || !cursor_u8_at(fields, INDEX, &index))
        return;
    buffer_put_u8(reply, 0xe0);
    buffer_put_u8(reply, index);
    buffer_put_u8(reply, 0);
}

static const struct sample samples[] = {
    { .hex = "1d81234567890123450310410790660962f201080900482ee8001d12f801ab010e227b010a4c0a010700011170",
      .datagram = true,
      .claim = CLAIM_CERTAIN,
      .type = "position",
      .device = "123456789012345",
      .location = LOCATION_VALID,
      .lat = 47.51,
      .lon = 19.09,
      .time = "2025-02-01T08:09:10Z",
      .answer = "e00a00" },
    { .hex = "1d01234567890123450310410790660962f2010809ffcd3be8ff94959001ab010e227b010a4c0a010700011170",
      .datagram = true,
      .claim = CLAIM_CERTAIN,
      .type = "position",
      .device = "123456789012345",
      .location = LOCATION_VALID,
      .lat = -33.45,
      .lon = -70.66,
      .time = "2025-02-01T08:09:10Z" },
    { .hex = "1dc00310410790660962f2010809003daf68ff8f136801ab010e227b010a4c0a010700011170",
      .datagram = true,
      .claim = CLAIM_LIKELY,
      .type = "position",
      .location = LOCATION_VALID,
      .lat = 40.71,
      .lon = -74.01,
      .time = "2025-02-01T08:09:10Z",
      .answer = "e00a00" },
    { .hex = "7e0029000001234567890123450500001d1b0007f20108090a08323c700bdddf501009501004000100011170",
      .datagram = true,
      .claim = CLAIM_CERTAIN,
      .type = "position",
      .device = "123456789012345",
      .location = LOCATION_VALID,
      .lat = 47.51,
      .lon = 19.09,
      .time = "2025-02-01T08:09:10Z" },
    { .hex = "7e003000010041313030303034334432303133390500001d1b0007f20108090a035ee27006846560000950100400010"
             "0011170",
      .datagram = true,
      .claim = CLAIM_LIKELY,
      .type = "position",
      .device = "A1000043D20139",
      .location = LOCATION_INVALID,
      .lat = -33.45,
      .lon = -70.66,
      .time = "2025-02-01T08:09:10Z" },
    { .hex = "7e00170000012345678901234505000001030007f20108090a50",
      .datagram = true,
      .claim = CLAIM_LIKELY,
      .type = "position",
      .device = "123456789012345",
      .location = LOCATION_INVALID },
    { .hex = "7e003a0002010000ffff0001f20108090af20108090a035ee2700684656019070500010002030004000500060000000"
             "710010203040510010203040001",
      .datagram = true,
      .claim = CLAIM_LIKELY,
      .type = "position",
      .location = LOCATION_VALID,
      .lat = -33.45,
      .lon = -70.66,
      .time = "2025-02-01T08:09:10Z" },
    { .hex = "7e003d00000900000000000101010000fffd0001f20108090a035ee2700684656019070500010002030004000500060"
             "000000710010203040510010203040001",
      .datagram = true,
      .claim = CLAIM_LIKELY,
      .type = "position",
      .device = "900000000000101",
      .location = LOCATION_VALID,
      .lat = -33.45,
      .lon = -70.66 },
    { .hex = "7e000c100009000000000001010102",
      .datagram = true,
      .claim = CLAIM_LIKELY,
      .type = "status",
      .device = "900000000000101",
      .location = LOCATION_NONE },
    { 0 }
};

const struct protocol protocol_oigo = {
    .name = "oigo",
    .port = 5121,
    .transports = OVER_UDP,
    .heads = HEADS(HEAD_ANY),
    .match = match,
    .read = read,
    .answer = answer,
    .samples = samples,
};
