/* SPDX-License-Identifier: Apache-2.0 */
/*
 * m2m: M2M trackers (model not known). 23 bytes, TCP, no head, no check value, no answers. Every byte but 0b has 20 (hex) more
 * than it means, so that most are printable.
 *
 *   id 8, two digits each, the first is 0 | … 0b        login, the first message
 *   day | month | year | h | i | s | lat: degrees, minutes, 1/100, 1/10000 | lon: west 80, south 40, hundreds; degrees, minutes,
 *       1/100, 1/10000 | speed | satellites | 6         place, always with a fix; without satellites: cells
 */
#include "base/checksum.h"
#include "protocol/protocol.h"

enum { SIZE = 23, SHIFT = 0x20, FILLER = 0x0b, ID_SIZE = 8, IMEI = 15, SATELLITES_AT = 16 };
enum { SATELLITES_MOST = 32, WEST = 0x80, SOUTH = 0x40 };

/* What the bytes mean; of the first 17. */
static bool unshift(struct cursor bytes, uint8_t out[static SATELLITES_AT + 1])
{
    for (size_t i = 0; i <= SATELLITES_AT; i++) {
        uint8_t byte;
        if (!cursor_u8(&bytes, &byte))
            return false;
        out[i] = (uint8_t)(byte == FILLER ? byte : byte - SHIFT);
    }
    return true;
}

/* The last 15 of 16 digits; false when they are none. */
static bool id_of(struct cursor bytes, char digits[static IMEI + 1])
{
    if (bytes.left < ID_SIZE)
        return false;
    for (size_t i = 0; i < ID_SIZE; i++) {
        unsigned value = (unsigned)cursor_byte(bytes, i) - SHIFT;
        if (cursor_byte(bytes, i) < SHIFT || value > (i == 0 ? 9 : 99))
            return false;
        if (i > 0)
            digits[2 * i - 1] = (char)('0' + value / 10);
        digits[2 * i] = (char)('0' + value % 10);
    }
    digits[IMEI] = '\0';
    return true;
}

static bool is_imei(struct cursor bytes)
{
    char digits[IMEI + 1];
    return id_of(bytes, digits) && luhn_ok(cursor_of(digits, IMEI));
}

/* Filled up at the end. */
static bool is_filled(struct cursor bytes)
{
    return bytes.left >= SIZE && cursor_byte(bytes, SIZE - 1) == FILLER;
}

/* False: it tells no date, or no place where it has satellites. */
static bool take_report(struct cursor bytes, struct fix *fix)
{
    uint8_t v[SATELLITES_AT + 1];
    if (!unshift(bytes, v))
        return false;
    struct calendar when = { calendar_year(v[2]), v[1] & 0x3fu, v[0] & 0x3fu,
                             v[3] & 0x3fu,        v[4] & 0x7fu, v[5] & 0x7fu };
    *fix = (struct fix){ .valid = v[SATELLITES_AT] > 0, .has_time = true };
    if (v[2] > 99 || v[SATELLITES_AT] > SATELLITES_MOST || !calendar_to_unix(&when, &fix->time))
        return false;
    fix->lat = v[6] + (v[7] + v[8] / 100.0 + v[9] / 10000.0) / 60;
    fix->lon = (v[10] & 0x3f) * 100 + v[11] + (v[12] + v[13] / 100.0 + v[14] / 10000.0) / 60;
    fix->lat *= v[10] & SOUTH ? -1 : 1;
    fix->lon *= v[10] & WEST ? -1 : 1;
    bool has_digits =
        v[7] < 60 && v[8] < 100 && v[9] < 100 && v[11] < 100 && v[12] < 60 && v[13] < 100 && v[14] < 100;
    return !fix->valid || (has_digits && fix_is_on_earth(fix));
}

static bool is_report(struct cursor bytes)
{
    struct fix fix;
    return take_report(bytes, &fix) && calendar_is_recent(fix.time);
}

/* Day, month and year are digits, too: then the check digit of an IMEI decides. */
static bool is_login(struct cursor bytes, char digits[static IMEI + 1])
{
    return is_filled(bytes) && id_of(bytes, digits) && (is_imei(bytes) || !is_report(bytes));
}

static enum claim match(const struct message *message, size_t *length)
{
    struct cursor bytes = message->bytes, next = bytes;
    *length = SIZE;
    if (bytes.left < SIZE) {
        /* a login is known by its first half, a report by nothing */
        bool may_be = cursor_byte(bytes, 0) >= SHIFT && cursor_byte(bytes, 0) < SHIFT + 10 &&
                      (bytes.left < ID_SIZE || is_imei(bytes));
        return message->complete || !may_be ? CLAIM_NO : CLAIM_MORE;
    }
    char digits[IMEI + 1];
    if (is_login(bytes, digits))
        return is_imei(bytes) ? CLAIM_LIKELY : bytes.left == SIZE ? CLAIM_POSSIBLE : CLAIM_NO;
    bool is_apart = bytes.left == SIZE || (cursor_skip(&next, SIZE) && is_report(next));
    return is_apart && is_report(bytes) ? CLAIM_POSSIBLE : CLAIM_NO;
}

static void read(const struct message *message, struct reading *reading)
{
    struct cursor bytes = message->bytes;
    struct fix fix;
    char digits[IMEI + 1];
    if (is_login(bytes, digits)) {
        reading->type = "login";
        reading_device(reading, cursor_of_text(digits));
        reading_mark_value(reading, "device", cursor_part(bytes, 0, ID_SIZE), "%s", digits);
    } else if (take_report(bytes, &fix)) {
        reading->type = fix.valid ? "position" : "cells";
        reading_mark_time(reading, cursor_part(bytes, 0, 6), fix.time);
        if (fix.valid) {
            reading_mark_place(reading, cursor_part(bytes, 6, 4), fix.lat, cursor_part(bytes, 10, 5),
                               fix.lon);
            reading_fix(reading, &fix);
        }
    }
    reading_no_location(reading);
}

static const struct sample samples[] = { { .hex = "21374d637921374f287d702121212121212121210b0b0b",
                                           .claim = CLAIM_LIKELY,
                                           .type = "login",
                                           .device = "123456789012347",
                                           .location = LOCATION_NONE },
                                         { .hex = "21223a28292a4f3e5c2020332548202c29202020202020",
                                           .claim = CLAIM_POSSIBLE,
                                           .type = "position",
                                           SAMPLE_VALID,
                                           .whole = true },
                                         { .hex = "21223a28292a413b2020e066475c202c29202020202020",
                                           .claim = CLAIM_POSSIBLE,
                                           .type = "position",
                                           SAMPLE_SOUTH_WEST,
                                           .whole = true },
                                         { .hex = "21223a28292a484a5c20a06a205c202c29202020202020",
                                           .claim = CLAIM_POSSIBLE,
                                           .type = "position",
                                           SAMPLE_NORTH_WEST,
                                           .whole = true },
                                         { .hex = "21223a28292a413b2020e066475c2025290b0b0b0b0b0b",
                                           .whole = true,
                                           .claim = CLAIM_POSSIBLE,
                                           .type = "position",
                                           SAMPLE_SOUTH_WEST },
                                         { 0 } };

const struct protocol protocol_m2m = {
    .name = "m2m",
    .port = 5054,
    .transports = OVER_TCP,
    .never = NEVER_INVALID,
    .heads = HEADS(HEAD_ANY),
    .match = match,
    .read = read,
    .samples = samples,
};
