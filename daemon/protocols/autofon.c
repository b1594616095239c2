/* SPDX-License-Identifier: Apache-2.0 */
/*
 * autofon: AutoFon Alfa, SE and D beacons (Russia). Binary, big endian, TCP. The first byte tells the length; the check value
 * (last byte) is computed in a way that nobody has told.
 *
 *   10 | 2 | id 8 BCD | 1                               login, 12 bytes
 *   41 | id 8 BCD | 9 | 1                               login of series 4.5, 19 bytes
 *   11 | 53 | fix | d m y h i s | lat 4 | lon 4 | 9     place, 78 bytes
 *   12 | 3 | 6 times 42: 18 | fix | d m y h i s | lat 4 | lon 4 | 9 | 1      places, 257 bytes; the lower half of byte 1: how many
 *   02 | 14 | fix | hhmmss 3 | ddmmyy 3 | degrees | minutes 3 | degrees | minutes 3 | 4      place of series 4.5, 34 bytes
 *   fix: the two highest bits. lat and lon: ddmmmmmm as a signed number; of 4.5: minutes 20 bits (1e-4), lowest bit north or
 *   east. The server says resp_crc= and the last byte to a login.
 */
#include "base/bcd.h"
#include "base/checksum.h"
#include "protocol/protocol.h"

enum { LOGIN = 0x10, PLACE = 0x11, PLACES = 0x12, NEW_LOGIN = 0x41, NEW_PLACE = 0x02 };
enum { ID_SIZE = 8, PLACE_AT = 54, RECORDS_AT = 4, RECORD_SIZE = 42, RECORDS_MOST = 6, RECORD_PLACE_AT = 18 };
enum { NEW_PLACE_AT = 15, FIX_BITS = 0xc0, PLACE_SIZE = 15 };
enum { MCC_AT = 46, MCC_LEAST = 200, MCC_MOST = 799 };

static size_t length_of(uint8_t type)
{
    switch (type) {
    case LOGIN:
        return 12;
    case PLACE:
        return 78;
    case PLACES:
        return 257;
    case NEW_LOGIN:
        return 19;
    case NEW_PLACE:
        return 34;
    default:
        return 0;
    }
}

static bool is_login(struct cursor bytes)
{
    return cursor_byte(bytes, 0) == LOGIN || cursor_byte(bytes, 0) == NEW_LOGIN;
}

/* An IMEI behind a zero; of a cut one what is there. */
static struct cursor id_of(struct cursor bytes)
{
    size_t at = cursor_byte(bytes, 0) == LOGIN ? 3 : 1;
    if (!cursor_skip(&bytes, at))
        return cursor_of(NULL, 0);
    return cursor_part(bytes, 0, bytes.left < ID_SIZE ? bytes.left : ID_SIZE);
}

static double degrees_of(struct cursor raw)
{
    int64_t number = signed_of(cursor_be_of(raw), 32), whole = number / 1000000;
    return (double)whole + (double)(number % 1000000) / 10000 / 60;
}

struct place {
    struct fix fix;
    struct cursor fix_field, time, lat, lon;
};

/* Fix, date, place, as types 11 and 12 have them. False: they are none. */
static bool take_place(struct cursor c, struct place *place)
{
    *place = (struct place){ .fix = { .has_time = true } };
    if (!cursor_take(&c, 1, &place->fix_field))
        return false;
    place->fix.valid = cursor_byte(place->fix_field, 0) & FIX_BITS;
    struct cursor start = c;
    bool is_date = reading_take_bytes_time(&c, "dmyhis", &place->fix.time);
    place->time = cursor_part(start, 0, start.left - c.left);
    if (!cursor_take(&c, 4, &place->lat) || !cursor_take(&c, 4, &place->lon))
        return false;
    place->fix.lat = degrees_of(place->lat);
    place->fix.lon = degrees_of(place->lon);
    return is_date && fix_is_on_earth(&place->fix);
}

/* A number of six digits, two by two, in three bytes. */
static bool take_pairs(struct cursor *c, unsigned pairs[3])
{
    uint64_t number;
    if (!cursor_be(c, 3, &number) || number > 999999)
        return false;
    pairs[0] = (unsigned)(number / 10000);
    pairs[1] = (unsigned)(number / 100 % 100);
    pairs[2] = (unsigned)(number % 100);
    return true;
}

static bool take_new_degrees(struct cursor *c, double *degrees)
{
    uint8_t whole;
    uint64_t minutes;
    if (!cursor_u8(c, &whole) || !cursor_be(c, 3, &minutes))
        return false;
    *degrees = whole + (double)(minutes >> 4) / 10000 / 60;
    if (!(minutes & 1))
        *degrees = -*degrees;
    return true;
}

static bool take_new_place(struct cursor c, struct place *place)
{
    unsigned clock[3], date[3];
    *place = (struct place){ .fix = { .has_time = true } };
    if (!cursor_take(&c, 1, &place->fix_field))
        return false;
    struct cursor start = c;
    if (!take_pairs(&c, clock) || !take_pairs(&c, date))
        return false;
    struct calendar when = { calendar_year(date[2]), date[1], date[0], clock[0], clock[1], clock[2] };
    place->fix.valid = cursor_byte(place->fix_field, 0) & FIX_BITS;
    place->time = cursor_part(start, 0, 6);
    place->lat = cursor_part(start, 6, start.left < 14 ? 0 : 4);
    place->lon = cursor_part(start, 6 + place->lat.left, place->lat.left);
    return calendar_to_unix(&when, &place->fix.time) && take_new_degrees(&c, &place->fix.lat) &&
           take_new_degrees(&c, &place->fix.lon) && fix_is_on_earth(&place->fix);
}

/* The place with a number in a message with places. */
static bool find_place(struct cursor bytes, size_t number, struct place *place)
{
    uint8_t type = cursor_byte(bytes, 0);
    size_t at = type == PLACE       ? PLACE_AT
                : type == NEW_PLACE ? NEW_PLACE_AT
                                    : RECORDS_AT + number * RECORD_SIZE + RECORD_PLACE_AT;
    if (!cursor_skip(&bytes, at))
        return false;
    return type == NEW_PLACE ? take_new_place(bytes, place) : take_place(bytes, place);
}

static size_t count_of(struct cursor bytes)
{
    if (cursor_byte(bytes, 0) != PLACES)
        return 1;
    size_t count = bytes.left > 1 ? cursor_byte(bytes, 1) & 15u : 0;
    return count < RECORDS_MOST ? count : RECORDS_MOST;
}

/* May it be one, by what is there? */
static bool may_be(struct cursor bytes)
{
    if (is_login(bytes)) {
        struct cursor id = id_of(bytes);
        return id.left == 0 || (bcd_ok(id) && cursor_byte(id, 0) < 0x10);
    }
    return bytes.left < 4 || !cursor_is_text(cursor_part(bytes, 1, bytes.left - 1));
}

/* Of a message that is cut off: an IMEI, or a dated place. */
static bool is_telling(struct cursor bytes)
{
    struct place place;
    char digits[2 * ID_SIZE + 1];
    if (!is_login(bytes))
        return count_of(bytes) > 0 && find_place(bytes, 0, &place) && calendar_is_recent(place.fix.time);
    struct cursor id = id_of(bytes);
    bcd_copy_text(id, digits, sizeof(digits));
    return id.left == ID_SIZE && luhn_ok(cursor_of(digits + 1, 2 * ID_SIZE - 1));
}

/* A place that was never found: no fix, no date, no coordinates, but a cell of some network. */
static bool is_without_fix(struct cursor bytes)
{
    struct cursor empty;
    uint16_t mcc;
    if (cursor_byte(bytes, 0) != PLACE || !cursor_be16_at(bytes, MCC_AT, &mcc) || mcc < MCC_LEAST ||
        mcc > MCC_MOST || !cursor_slice(bytes, PLACE_AT, PLACE_SIZE, &empty) ||
        cursor_byte(empty, 0) & FIX_BITS)
        return false;
    for (size_t i = 1; i < PLACE_SIZE; i++) {
        if (cursor_byte(empty, i) != 0)
            return false;
    }
    return true;
}

/* Mostly zeros are other binary messages' and no IMEI. */
static bool is_filled(struct cursor id)
{
    size_t zeros = 0;
    for (size_t i = 0; i < id.left; i++)
        zeros += cursor_byte(id, i) == 0;
    return zeros <= id.left / 2;
}

static enum claim match(const struct message *message, size_t *length)
{
    struct cursor bytes = message->bytes;
    struct place place;
    size_t total = length_of(cursor_byte(bytes, 0));
    enum framed framed = frame_by_length(bytes, message->complete, total, total, length);
    if (!may_be(bytes) || framed == FRAMED_NO)
        return CLAIM_NO;
    if (framed == FRAMED_MORE)
        return CLAIM_MORE;
    if (framed == FRAMED_CUT)
        return is_telling(bytes) ? CLAIM_POSSIBLE : CLAIM_NO;
    bool is_exact = bytes.left == total || length_of(cursor_byte(bytes, total)) > 0;
    if (!is_exact)
        return CLAIM_NO;
    if (is_login(bytes))
        return is_filled(id_of(bytes)) ? CLAIM_LIKELY : CLAIM_POSSIBLE;
    bool has_place =
        count_of(bytes) > 0 && find_place(bytes, 0, &place) && calendar_is_recent(place.fix.time);
    return has_place ? CLAIM_LIKELY : is_without_fix(bytes) ? CLAIM_POSSIBLE : CLAIM_NO;
}

static void read(const struct message *message, struct reading *reading)
{
    struct cursor bytes = message->bytes;
    struct place place;
    if (is_login(bytes)) {
        reading->type = "login";
        reading_device_bcd(reading, id_of(bytes), 1, 0);
    } else {
        reading->type = "position";
        size_t count = count_of(bytes);
        for (size_t i = 0; i < count; i++) {
            if (!find_place(bytes, i, &place)) {
                reading_no_fix(reading); /* never found, and a position of Traccar's all the same */
                continue;
            }
            reading_mark_fix(reading, place.fix_field, place.fix.valid);
            reading_mark_time(reading, place.time, place.fix.time);
            reading_mark_place(reading, place.lat, place.fix.lat, place.lon, place.fix.lon);
            reading_fix(reading, &place.fix);
        }
    }
    reading_no_location(reading);
}

static void answer(const struct message *message, const struct asker *asker, struct buffer *reply)
{
    (void)asker;
    if (!is_login(message->bytes) || message->bytes.left != length_of(cursor_byte(message->bytes, 0)))
        return;
    buffer_put_text(reply, "resp_crc=");
    buffer_put_u8(reply, cursor_byte(message->bytes, message->bytes.left - 1));
}

static const struct sample samples[] = {
    { .hex = "10010201234567890123455a",
      .claim = CLAIM_LIKELY,
      .type = "login",
      .device = "123456789012345",
      .location = LOCATION_NONE,
      .answer = "726573705f6372633d5a" },
    { .hex = "4101234567890123453132333435363700025b",
      .claim = CLAIM_LIKELY,
      .type = "login",
      .device = "123456789012345",
      .location = LOCATION_NONE,
      .answer = "726573705f6372633d5b" },
    { .hex = "111e00000000000000000100007101021a08090a0000000000000000000000000000000000000000000000001f5600d"
             "8001e1267032f8901021a08090a02d1d5100122bdb000780c16005a000045",
      .claim = CLAIM_LIKELY,
      .type = "position",
      SAMPLE_VALID },
    { .hex = "111e00000000000000000100007101021a08090a0000000000000000000000000000000000000000000000001f5600d"
             "8001e1267032f0001021a08090afe045710fbcdd7a000780c16005a000045",
      .claim = CLAIM_LIKELY,
      .type = "position",
      SAMPLE_INVALID },
    { .hex = "111e00000000000000000100007101021a08090a0000000000000000000000000000000000000000000000001f5600d"
             "8001e1267032f8901021a08090a0268da10fb96c21000780c16005a000045",
      .claim = CLAIM_LIKELY,
      .type = "position",
      SAMPLE_NORTH_WEST },
    { .hex = "12020002015a01021a08090a1f5600d8001e1267032f0001021a08090a02d1d5100122bdb000780c16005a000045015"
             "a01021a08090a1f5600d8001e1267032f8901021a08090a02d1d5100122bdb000780c16005a00004500000000000000"
             "00000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000"
             "00000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000"
             "00000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000"
             "000000000000000000000000000000000000033",
      .claim = CLAIM_LIKELY,
      .type = "position",
      SAMPLE_VALID },
    { .hex = "025a0000150000010100d8001e126749013c0e0027f22f4ab501130d2f010c002d77",
      .claim = CLAIM_LIKELY,
      .type = "position",
      SAMPLE_VALID },
    { .hex = "025a0000150000010100d8001e126705013c0e0027f22141eb004660ae000c002d77",
      .claim = CLAIM_LIKELY,
      .type = "position",
      SAMPLE_INVALID },
    { .hex = "111e00000000000000000500003c0101010b0c02000000000000000000000000000000000000000000000000141400f"
             "a0001007b01c8000000000000000000000000000000020800000000000055",
      .claim = CLAIM_POSSIBLE,
      .type = "position",
      .location = LOCATION_INVALID },
    { .hex = "111e00000000000000000500003c0101010b0c02000000000000000000000000000000000000000000000000141400f"
             "a0001007b01c8c901021a08090afe045710fbcdd7a002",
      .whole = true,
      .claim = CLAIM_POSSIBLE,
      .type = "position",
      SAMPLE_SOUTH_WEST },
    { 0 }
};

const struct protocol protocol_autofon = {
    .name = "autofon",
    .port = 5077,
    .transports = OVER_TCP,
    .heads = HEADS(HEAD("\x10"), HEAD("\x11"), HEAD("\x12"), HEAD("\x41"), HEAD("\x02")),
    .match = match,
    .read = read,
    .answer = answer,
    .samples = samples,
};
