/* SPDX-License-Identifier: Apache-2.0 */
/*
 * adm: Neomatica ADM50, ADM100, ADM300, ADM333. Binary, little endian, TCP. No magic, no answers.
 *
 *   [id 15 digits] | number 2 | size (of all from the number on) | type | …
 *   type 03 login: id 15 digits | … | XOR of all before it
 *   type xxxxxx00 data: firmware | index 2 | status 2 (bit 5: no fix) | lat f32 | lon f32 | course 2 | speed 2 | acceleration |
 *       altitude 2 | hdop | satellites | unix time 4 | power 2 | battery 2 | more by the bits of the type:
 *       2: 4 bytes, 3: 12, 4: 8, 5: 9, 6: its first byte tells, 7: 4
 *   size 84: the reply to a command, text up to a NUL in place of type and data
 */
#include <math.h>

#include "base/checksum.h"
#include "protocol/protocol.h"

enum {
    IMEI = 15,
    SIZE_AT = 2,
    TYPE_AT = 3,
    LOGIN = 3,
    LOGIN_ID_AT = 4,
    LOGIN_MIN = 20,
    LOGIN_SIZE = 0x42,
    REPLY_SIZE = 0x84,
    TEXT_MIN = 4
};
enum {
    DATA_MIN = 34,
    STATUS_AT = 7,
    PLACE_AT = 9,
    TIME_AT = 26,
    STATUS_NO_FIX = 0x20,
    WITH_BLOCK = 0x40,
    WITH_ODOMETER = 0x80
};
static const uint32_t YEAR_2005 = 1104537600, YEAR_2038 = INT32_MAX;

/* The frame behind the id that may stand before it. */
static bool open_frame(struct cursor bytes, struct cursor *frame)
{
    *frame = bytes;
    bool has_id = cursor_count_digits(cursor_part(bytes, 0, bytes.left < 1 ? bytes.left : 1)) == 1;
    return !has_id || (bytes.left >= IMEI && cursor_count_digits(cursor_part(bytes, 0, IMEI)) == IMEI &&
                       cursor_skip(frame, IMEI));
}

/* Does the size belong to data of this type? The block that tells its own length counts when it is there; one unit has a byte
 * more behind it. */
static bool is_data_size(struct cursor frame, uint8_t size, uint8_t type)
{
    static const uint8_t parts[] = { 0, 0, 4, 12, 8, 9 };
    size_t total = DATA_MIN;
    uint8_t block;
    for (unsigned bit = 0; bit < sizeof(parts); bit++)
        total += type >> bit & 1 ? parts[bit] : 0;
    size_t rest = type & WITH_ODOMETER ? 4 : 0;
    if (!(type & WITH_BLOCK))
        return size == total + rest;
    if (!cursor_u8_at(frame, total, &block))
        return size > total + rest;
    total += block + rest;
    return block > 0 && (size == total || size == total + 1);
}

/* Where a device can be, or that it does not know. */
static bool is_degrees(double value, double limit)
{
    return value == 0 || (fabs(value) >= 1e-4 && fabs(value) <= limit);
}

/* Zeros in place of coordinates, as other binary messages have them. */
static bool has_zeros(struct cursor frame)
{
    uint64_t place;
    return !cursor_le_at(frame, PLACE_AT, 8, &place) || place == 0;
}

/* Fields that are not there yet are no contradiction. */
static bool is_plausible_data(struct cursor frame)
{
    struct cursor place = frame;
    double lat = 0, lon = 0;
    uint32_t time;
    bool has_place =
        cursor_skip(&place, PLACE_AT) && cursor_le_f32(&place, &lat) && cursor_le_f32(&place, &lon);
    if (has_place && (!is_degrees(lat, 90) || !is_degrees(lon, 180)))
        return false;
    if (!cursor_skip(&frame, TIME_AT) || !cursor_le32(&frame, &time))
        return true;
    return time >= YEAR_2005 && time <= YEAR_2038;
}

static bool is_data(uint8_t type)
{
    return (type & 3) == 0;
}

/* What an ADM5 sends. Traccar passes over it. */
static bool is_small_data(uint8_t type)
{
    return (type & 3) == 1;
}

/* A text that NULs fill up, as far as it is there. */
static bool is_reply(struct cursor frame)
{
    if (!cursor_skip(&frame, TYPE_AT))
        return true;
    frame.left = frame.left < REPLY_SIZE - TYPE_AT ? frame.left : REPLY_SIZE - TYPE_AT;
    struct cursor text = frame;
    size_t end;
    if (cursor_find(frame, '\0', &end))
        text.left = end;
    return text.left >= TEXT_MIN && cursor_is_text(text);
}

/* The id of a login, as far as it is there. */
static bool may_have_imei(struct cursor frame)
{
    if (!cursor_skip(&frame, LOGIN_ID_AT))
        return true;
    size_t there = frame.left < IMEI ? frame.left : IMEI;
    return cursor_count_digits(cursor_part(frame, 0, there)) == there;
}

static bool is_plausible(struct cursor frame, uint8_t size, uint8_t type)
{
    if (size == REPLY_SIZE)
        return is_reply(frame);
    if (type == LOGIN)
        return size >= LOGIN_MIN && may_have_imei(frame);
    if (is_small_data(type))
        return size >= DATA_MIN && frame.left >= DATA_MIN && is_plausible_data(frame) && !has_zeros(frame);
    return is_data(type) && is_data_size(frame, size, type) && is_plausible_data(frame);
}

/* Of a frame that is cut off: is a login's id whole, are data's place and time there? */
static bool tells_enough(struct cursor frame, uint8_t size, uint8_t type)
{
    if (size == REPLY_SIZE || cursor_is_text(frame))
        return false;
    return type == LOGIN ? frame.left >= LOGIN_ID_AT + IMEI : frame.left >= TIME_AT + 4 && !has_zeros(frame);
}

/* Before size and type are there: behind an id, or with a device number that is as small as usual. */
static bool may_begin(struct cursor frame, bool has_id)
{
    return has_id ? frame.left > 0 : frame.left > 1 && cursor_byte(frame, 1) == 0;
}

static enum claim match(const struct message *message, size_t *length)
{
    struct cursor frame;
    uint8_t size, type, check;
    if (!open_frame(message->bytes, &frame))
        return CLAIM_NO;
    size_t before = message->bytes.left - frame.left;
    if (!cursor_u8_at(frame, SIZE_AT, &size) || !cursor_u8_at(frame, TYPE_AT, &type))
        return !message->complete && may_begin(frame, before > 0) ? CLAIM_MORE : CLAIM_NO;
    if (!is_plausible(frame, size, type))
        return CLAIM_NO;
    enum framed framed =
        frame_by_length(message->bytes, message->complete, before + size, MESSAGE_MAX, length);
    if (framed == FRAMED_CUT)
        return tells_enough(frame, size, type) ? CLAIM_POSSIBLE : CLAIM_NO;
    if (framed != FRAMED)
        return claim_framed(framed);
    frame.left = size;
    if (cursor_is_text(frame))
        return CLAIM_NO;
    bool is_right = type == LOGIN && size != REPLY_SIZE && cursor_u8_at(frame, size - 1u, &check) &&
                    check == sum_xor(cursor_part(frame, 0, size - 1u));
    /* of another size than all are known to have it is as well a stored message of galileo's, which begins with its id */
    bool is_odd_login = type == LOGIN && size != REPLY_SIZE && size != LOGIN_SIZE;
    if ((is_small_data(type) && size != REPLY_SIZE) || (is_odd_login && !is_right))
        return CLAIM_POSSIBLE;
    return is_right ? CLAIM_CERTAIN : CLAIM_LIKELY;
}

static void read_data(struct cursor frame, struct reading *reading)
{
    struct cursor status, place, time;
    struct fix fix = { .has_time = true };
    if (!cursor_slice(frame, STATUS_AT, 2, &status) || !cursor_slice(frame, PLACE_AT, 8, &place) ||
        !cursor_slice(frame, TIME_AT, 4, &time))
        return;
    struct cursor lat = cursor_part(place, 0, 4), lon = cursor_part(place, 4, 4);
    if (!cursor_le_f32(&place, &fix.lat) || !cursor_le_f32(&place, &fix.lon))
        return;
    fix.valid = !(cursor_le_of(status) & STATUS_NO_FIX);
    fix.time = (int64_t)cursor_le_of(time);
    reading_mark_fix(reading, status, fix.valid);
    reading_mark_place(reading, lat, fix.lat, lon, fix.lon);
    reading_mark_time(reading, time, fix.time);
    reading_fix(reading, &fix);
}

static void read_login(struct cursor frame, struct reading *reading)
{
    struct cursor id, check;
    if (cursor_slice(frame, LOGIN_ID_AT, IMEI, &id))
        reading_device(reading, id);
    if (frame.left > LOGIN_MIN && cursor_slice(frame, frame.left - 1, 1, &check)) {
        uint8_t right = sum_xor(cursor_part(frame, 0, frame.left - 1));
        reading_mark_check(reading, check, cursor_byte(check, 0) == right, right);
    }
}

static void read(const struct message *message, struct reading *reading)
{
    struct cursor frame, type, size;
    if (!open_frame(message->bytes, &frame) || !cursor_slice(frame, SIZE_AT, 1, &size) ||
        !cursor_slice(frame, TYPE_AT, 1, &type))
        return;
    reading_mark_number(reading, "length", size, cursor_byte(size, 0));
    if (frame.left < message->bytes.left)
        reading_device(reading, cursor_part(message->bytes, 0, IMEI));
    if (cursor_byte(size, 0) == REPLY_SIZE) {
        reading->type = "reply";
    } else if (cursor_byte(type, 0) == LOGIN) {
        reading->type = "login";
        read_login(frame, reading);
    } else if (is_small_data(cursor_byte(type, 0))) {
        reading->type = "status";
    } else {
        reading->type = "position";
        read_data(frame, reading);
    }
    if (cursor_byte(size, 0) != REPLY_SIZE)
        reading_mark_value(reading, "type", type, "%s", reading->type);
    reading_no_location(reading);
}

static const struct sample samples[] = {
    { .hex = "02004203313233343536373839303132333435050100000000000000000000000000000000000000000000000000000"
             "0000000000000000000000000000000000077",
      .claim = CLAIM_CERTAIN,
      .type = "login",
      .device = "123456789012345",
      .location = LOCATION_NONE },
    { .hex = "02004203313233343536373839303132333435050100000000000000000000000000000000000000000000000000000"
             "0000000000000000000000000000000000037",
      .claim = CLAIM_LIKELY,
      .type = "login",
      .device = "123456789012345",
      .location = LOCATION_NONE },
    { .hex = "0100220033070008003d0a3e4252b898418e037b00016e000c77260a7f6900320410",
      .claim = CLAIM_LIKELY,
      .type = "position",
      SAMPLE_VALID },
    { .hex = "010026803307002800cdcc05c2ec518dc28e037b00016e000c77260a7f6900320410d2040000",
      .claim = CLAIM_LIKELY,
      .type = "position",
      SAMPLE_INVALID },
    { .hex = "0000372833070008000ad722421f0594c28e037b00016e000c77260a7f6900320410000000000000000000000000020"
             "000000000000000",
      .claim = CLAIM_LIKELY,
      .type = "position",
      SAMPLE_NORTH_WEST },
    { .hex = "313233343536373839303132333435010027403307000800cdcc05c2ec518dc28e037b00016e000c77260a7f6900320"
             "4100501020304",
      .claim = CLAIM_LIKELY,
      .type = "position",
      .device = "123456789012345",
      SAMPLE_SOUTH_WEST },
    { .hex = "01002e14330700280000000000000000008e037b00016e000c77260a7f6900320410000000000000000000000000",
      .claim = CLAIM_LIKELY,
      .type = "position",
      .location = LOCATION_INVALID,
      .time = "2026-02-01T08:09:10Z" },
    { .hex = "0300844f55542031206973206f6e206e6f7700000000000000000000000000000000000000000000000000000000000"
             "00000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000"
             "00000000000000000000000000000000000000000000000000000000000000000000000000",
      .claim = CLAIM_LIKELY,
      .type = "reply",
      .location = LOCATION_NONE },
    { .hex = "0100220111070000003d0a3e4252b8984184032c010378000917260a7f69e02ea00f",
      .claim = CLAIM_POSSIBLE,
      .type = "status",
      .location = LOCATION_NONE },
    { 0 }
};

const struct protocol protocol_adm = {
    .name = "adm",
    .port = 5092,
    .transports = OVER_TCP,
    .heads = HEADS(HEAD_ANY),
    .match = match,
    .read = read,
    .samples = samples,
};
