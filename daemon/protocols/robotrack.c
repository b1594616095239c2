/* SPDX-License-Identifier: Apache-2.0 */
/*
 * robotrack: RoboTrack trackers. Binary, little endian, TCP. The first byte tells the length; the last is a CRC-8 (07, ff).
 *
 *   00 | name 16 | id 15 digits | 36 | CRC            login, 69 bytes, answer 80 01 66
 *   03 | time 4 | lat 4 | lon 4 (1e-6) | speed | status | 8 | CRC      24 bytes; always with a fix
 *   04 | time 4 | mcc 2 | mnc 2 | lac 2 | cell 2 | 10 | CRC            24 bytes
 *   06 | 22 | CRC     07 | n 2 | 4 | n | CRC     08 | 4 | CRC          photos: 24, n + 8, 6 bytes
 *   80 | n | CRC                                                       an order was taken
 */
#include "base/checksum.h"
#include "protocol/protocol.h"

enum {
    LOGIN = 0x00,
    PLACE = 0x03,
    CELLS = 0x04,
    PHOTO_START = 0x06,
    PHOTO_DATA = 0x07,
    PHOTO_END = 0x08,
    TAKEN = 0x80
};
enum { LOGIN_SIZE = 69, ID_AT = 17, IMEI = 15, MCC_LEAST = 200, MCC_MOST = 799, MNC_MOST = 999 };

/* 0: too few bytes to say. */
static size_t length_of(struct cursor bytes)
{
    uint16_t told;
    switch (cursor_byte(bytes, 0)) {
    case LOGIN:
        return LOGIN_SIZE;
    case PLACE:
    case CELLS:
    case PHOTO_START:
        return 24;
    case PHOTO_DATA:
        return cursor_le16_at(bytes, 1, &told) ? (size_t)told + 8 : 0;
    case PHOTO_END:
        return 6;
    default:
        return 3;
    }
}

static bool is_type(uint8_t byte)
{
    return byte == LOGIN || byte == PLACE || byte == CELLS || (byte >= PHOTO_START && byte <= PHOTO_END);
}

static bool has_crc(struct cursor bytes)
{
    return crc8(cursor_part(bytes, 0, bytes.left - 1), 0x07, 0xff) == cursor_byte(bytes, bytes.left - 1);
}

/* Name and id, or what of them is there. */
static bool may_be_login(struct cursor bytes)
{
    struct cursor name = cursor_part(bytes, 1, bytes.left < ID_AT ? bytes.left - 1 : ID_AT - 1);
    bool has_ended = false;
    for (size_t i = 0; i < name.left; i++) {
        has_ended = has_ended || cursor_byte(name, i) == 0;
        bool is_letter = cursor_byte(name, i) >= ' ' && cursor_byte(name, i) <= '~';
        if (has_ended ? cursor_byte(name, i) != 0 : !is_letter)
            return false;
    }
    /* a number is no name */
    if (name.left > 0 && cursor_count_digits(cursor_trim_nul(name)) == name.left)
        return false;
    if (!cursor_skip(&bytes, ID_AT))
        return true;
    size_t digits = bytes.left < IMEI ? bytes.left : IMEI;
    return cursor_count_digits(cursor_part(bytes, 0, digits)) == digits;
}

static bool take_place(struct cursor bytes, struct fix *fix)
{
    uint32_t time, lat, lon;
    *fix = (struct fix){ .valid = true, .has_time = true };
    if (!cursor_skip(&bytes, 1) || !cursor_le32(&bytes, &time) || !cursor_le32(&bytes, &lat) ||
        !cursor_le32(&bytes, &lon))
        return false;
    fix->time = time;
    fix->lat = signed32(lat) / 1e6;
    fix->lon = signed32(lon) / 1e6;
    return true;
}

static bool is_plausible(struct cursor bytes)
{
    struct fix fix;
    uint16_t mcc, mnc;
    switch (cursor_byte(bytes, 0)) {
    case LOGIN:
        return may_be_login(bytes);
    case PLACE:
        return take_place(bytes, &fix) && calendar_is_recent(fix.time) && fix_is_on_earth(&fix);
    case CELLS:
        return take_place(bytes, &fix) && calendar_is_recent(fix.time) && cursor_le16_at(bytes, 5, &mcc) &&
               cursor_le16_at(bytes, 7, &mnc) && mcc >= MCC_LEAST && mcc <= MCC_MOST && mnc <= MNC_MOST;
    default:
        return false;
    }
}

static enum claim match(const struct message *message, size_t *length)
{
    struct cursor bytes = message->bytes;
    size_t total = length_of(bytes);
    if (cursor_byte(bytes, 0) == LOGIN && !may_be_login(bytes))
        return CLAIM_NO;
    if (total == 0)
        return message->complete ? CLAIM_NO : CLAIM_MORE;
    enum framed framed = frame_by_length(bytes, message->complete, total, MESSAGE_MAX, length);
    if (framed == FRAMED_CUT)
        return cursor_byte(bytes, 0) == PLACE && is_plausible(bytes) ? CLAIM_POSSIBLE : CLAIM_NO;
    if (framed != FRAMED)
        return framed == FRAMED_MORE ? CLAIM_MORE : CLAIM_NO;
    bool is_right = has_crc(cursor_part(bytes, 0, total));
    bool is_apart = bytes.left == total || is_type(cursor_byte(bytes, total));
    if (is_plausible(cursor_part(bytes, 0, total)) && (is_right || is_apart))
        return is_right && is_apart ? CLAIM_CERTAIN : CLAIM_LIKELY;
    return is_right && bytes.left == total ? CLAIM_POSSIBLE : CLAIM_NO;
}

static void read(const struct message *message, struct reading *reading)
{
    struct cursor bytes = message->bytes, id;
    struct fix fix;
    switch (cursor_byte(bytes, 0)) {
    case LOGIN:
        reading->type = "login";
        if (cursor_slice(bytes, ID_AT, IMEI, &id))
            reading_device(reading, id);
        break;
    case PLACE:
        reading->type = "position";
        if (take_place(bytes, &fix)) {
            reading_mark_time(reading, cursor_part(bytes, 1, 4), fix.time);
            reading_mark_place(reading, cursor_part(bytes, 5, 4), fix.lat, cursor_part(bytes, 9, 4), fix.lon);
            reading_fix(reading, &fix);
        }
        break;
    case CELLS:
        reading->type = "cells";
        break;
    case TAKEN:
        reading->type = "reply";
        break;
    default:
        reading->type = "photo";
        break;
    }
    reading_mark_check(reading, cursor_part(bytes, bytes.left - 1, 1), has_crc(bytes),
                       crc8(cursor_part(bytes, 0, bytes.left - 1), 0x07, 0xff));
    reading_no_location(reading);
}

static void answer(const struct message *message, const struct asker *asker, struct buffer *reply)
{
    (void)asker;
    if (cursor_byte(message->bytes, 0) == LOGIN)
        buffer_put(reply, "\x80\x01\x66", 3);
}

static const struct sample samples[] = {
    { .hex = "00747275636b20370000000000000000003132333435363738393031323334350000000000000000000000000000000"
             "0000000000000000000000000000000000000000069",
      .claim = CLAIM_CERTAIN,
      .type = "login",
      .device = "123456789012345",
      .location = LOCATION_NONE,
      .answer = "800166" },
    { .hex = "03260a7f69f0f1d402504a23010c2961150000010002002e",
      .claim = CLAIM_CERTAIN,
      .type = "position",
      SAMPLE_VALID },
    { .hex = "03260a7f69f09701fe60d0c9fb0c29611500000100020030",
      .claim = CLAIM_CERTAIN,
      .type = "position",
      SAMPLE_SOUTH_WEST },
    { .hex = "03260a7f69702f6d0270b296fb0c29611500000100020045",
      .claim = CLAIM_CERTAIN,
      .type = "position",
      SAMPLE_NORTH_WEST },
    { .hex = "04260a7f69d8001e0067122f030029611500000100020009",
      .claim = CLAIM_CERTAIN,
      .type = "cells",
      .location = LOCATION_NONE },
    { .hex = "0801020304c3",
      .claim = CLAIM_POSSIBLE,
      .type = "photo",
      .location = LOCATION_NONE,
      .whole = true },
    { .hex = "03260a7f69f09701fe60d0c9fb0519011400",
      .whole = true,
      .claim = CLAIM_POSSIBLE,
      .type = "position",
      SAMPLE_SOUTH_WEST },
    { 0 }
};

const struct protocol protocol_robotrack = {
    .name = "robotrack",
    .port = 5163,
    .transports = OVER_TCP,
    .never = NEVER_INVALID,
    .heads = HEADS(HEAD("\0"), HEAD("\3"), HEAD("\4"), HEAD("\6"), HEAD("\7"), HEAD("\x08"), HEAD("\x80")),
    .match = match,
    .read = read,
    .answer = answer,
    .samples = samples,
};
