/* SPDX-License-Identifier: Apache-2.0 */
/* Encoders of protocols that are binary. Their files in daemon/protocols/ draw the frames. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/checksum.h"
#include "demo/encoders.h"

/* What was written behind `start`. */
static struct cursor written(const struct buffer *out, size_t start)
{
    return cursor_part(buffer_cursor(out), start, out->length - start);
}

/* Signed, two's complement. */
static void put_be32(struct buffer *out, int64_t value)
{
    buffer_put_be(out, 4, (uint32_t)value);
}

static void put_date(struct buffer *out, int64_t time)
{
    struct calendar date = calendar_from_unix(time);
    const unsigned parts[6] = { date.year % 100, date.month, date.day, date.hour, date.minute, date.second };
    for (size_t i = 0; i < 6; i++)
        buffer_put_u8(out, parts[i]);
}

/* ---- gt06 ---- */

static void put_gt06_place(struct buffer *out, const struct telling *telling)
{
    unsigned flags = telling->course | (telling->lat >= 0 ? 0x0400u : 0) | (telling->lon < 0 ? 0x0800u : 0) |
                     (telling->has_fix ? 0x1000u : 0);
    put_date(out, telling->time);
    buffer_put_u8(out, telling->has_fix ? 0xc9 : 0xc0);
    buffer_put_be(out, 4, (uint64_t)llabs(encode_scale(telling->lat, 1800000)));
    buffer_put_be(out, 4, (uint64_t)llabs(encode_scale(telling->lon, 1800000)));
    buffer_put_u8(out, telling->speed);
    buffer_put_be(out, 2, flags);
    buffer_put(out, "\x01\x04\x01\x00\x12\x00\x34\x56", 8); /* a cell */
}

static void put_gt06(enum phrase phrase, const struct telling *telling, struct buffer *out)
{
    static const unsigned lengths[PHRASES] = { 0x0d, 0x1f, 0x0a }, types[PHRASES] = { 0x01, 0x12, 0x13 };
    buffer_put(out, "\x78\x78", 2);
    size_t start = out->length;
    buffer_put_u8(out, lengths[phrase]);
    buffer_put_u8(out, types[phrase]);
    if (phrase == PHRASE_LOGIN)
        encode_put_bcd(out, telling->id);
    else if (phrase == PHRASE_POSITION)
        put_gt06_place(out, telling);
    else
        buffer_put(out, "\x46\x05\x04\x00\x01", 5);
    buffer_put_be(out, 2, telling->serial & 0xffff);
    buffer_put_be(out, 2, crc16_x25(written(out, start)));
    buffer_put(out, "\r\n", 2);
}

/* ---- teltonika ---- */

static void put_teltonika(enum phrase phrase, const struct telling *telling, struct buffer *out)
{
    if (phrase == PHRASE_LOGIN) {
        buffer_put_be(out, 2, strlen(telling->id));
        buffer_put_text(out, telling->id);
        return;
    }
    buffer_put_be(out, 4, 0);
    buffer_put_be(out, 4, 0x23);
    size_t start = out->length;
    buffer_put(out, "\x08\x01", 2); /* codec 8, one record */
    buffer_put_be(out, 8, (uint64_t)telling->time * 1000);
    buffer_put_u8(out, 1);
    put_be32(out, encode_scale(telling->lon, 1e7));
    put_be32(out, encode_scale(telling->lat, 1e7));
    buffer_put_be(out, 2, 110);
    buffer_put_be(out, 2, telling->course);
    buffer_put_u8(out, telling->has_fix ? 9 : 0);
    buffer_put_be(out, 2, telling->speed);
    buffer_put(out, "\x00\x01\x01\xef\x01\x00\x00\x00\x01", 9); /* the ignition is on */
    buffer_put_be(out, 4, crc16_arc(written(out, start)));
}

/* ---- jt808 ---- */

enum { CHINA = 8 * 3600, SOUTH = 4, WEST = 8, FIX = 2, ACC = 1 };

static void put_jt808_place(struct buffer *out, const struct telling *telling)
{
    struct calendar date = calendar_from_unix(telling->time + CHINA);
    char digits[16];
    buffer_put_be(out, 4, 0);
    buffer_put_be(out, 4,
                  ACC | (telling->has_fix ? FIX : 0u) | (telling->lat < 0 ? SOUTH : 0u) |
                      (telling->lon < 0 ? WEST : 0u));
    buffer_put_be(out, 4, (uint64_t)llabs(encode_scale(telling->lat, 1e6)));
    buffer_put_be(out, 4, (uint64_t)llabs(encode_scale(telling->lon, 1e6)));
    buffer_put_be(out, 2, 120);
    buffer_put_be(out, 2, telling->speed * 10);
    buffer_put_be(out, 2, telling->course);
    snprintf(digits, sizeof(digits), "%02u%02u%02u%02u%02u%02u", date.year % 100, date.month, date.day,
             date.hour, date.minute, date.second);
    encode_put_bcd(out, digits);
}

static void put_jt808_body(enum phrase phrase, const struct telling *telling, struct buffer *out)
{
    char authentication[40];
    if (phrase == PHRASE_POSITION) {
        put_jt808_place(out, telling);
    } else if (phrase == PHRASE_LOGIN && telling->step == 0) {
        /* province, county, maker 5, model 20, terminal 7, colour of the plate, plate */
        buffer_put(out,
                   "\x00\x0b\x00\x66"
                   "DEMO1",
                   9);
        buffer_put(out, "MODEL-1\0\0\0\0\0\0\0\0\0\0\0\0\0", 20);
        buffer_put(out,
                   "A000001\x01"
                   "DEMO",
                   12);
    } else if (phrase == PHRASE_LOGIN) {
        snprintf(authentication, sizeof(authentication), "%s", telling->id);
        buffer_put_text(out, authentication);
    }
}

/* Puts a frame, in which 7d and 7e are escaped. */
static void put_escaped(struct buffer *out, struct cursor plain)
{
    buffer_put_u8(out, 0x7e);
    for (size_t i = 0; i < plain.left; i++) {
        uint8_t byte = cursor_byte(plain, i);
        if (byte == 0x7e || byte == 0x7d) {
            buffer_put_u8(out, 0x7d);
            byte = byte == 0x7e ? 2 : 1;
        }
        buffer_put_u8(out, byte);
    }
    buffer_put_u8(out, 0x7e);
}

static void put_jt808(enum phrase phrase, const struct telling *telling, struct buffer *out)
{
    static const unsigned types[PHRASES] = { 0x0100, 0x0200, 0x0002 };
    uint8_t body_memory[64], memory[96];
    struct buffer body = buffer_on(body_memory, sizeof(body_memory)),
                  plain = buffer_on(memory, sizeof(memory));
    put_jt808_body(phrase, telling, &body);
    buffer_put_be(&plain, 2, types[phrase] + (phrase == PHRASE_LOGIN ? 2 * telling->step : 0));
    buffer_put_be(&plain, 2, body.length);
    encode_put_bcd(&plain, telling->id);
    buffer_put_be(&plain, 2, telling->serial & 0xffff);
    buffer_put_cursor(&plain, buffer_cursor(&body));
    buffer_put_u8(&plain, sum_xor(buffer_cursor(&plain)));
    put_escaped(out, buffer_cursor(&plain));
}

/* ---- ruptela ---- */

enum { RUPTELA_NO_PLACE = (int)0x80000000 };

static void put_ruptela(enum phrase phrase, const struct telling *telling, struct buffer *out)
{
    int64_t lat = telling->has_fix ? encode_scale(telling->lat, 1e7) : RUPTELA_NO_PLACE;
    int64_t lon = telling->has_fix ? encode_scale(telling->lon, 1e7) : RUPTELA_NO_PLACE;
    (void)phrase;
    buffer_put_be(out, 2, 0x3b);
    size_t start = out->length;
    buffer_put_be(out, 8, strtoull(telling->id, NULL, 10));
    buffer_put(out, "\x01\x00\x01", 3); /* records, none is left, one */
    put_be32(out, telling->time);
    buffer_put_be(out, 2, 0);
    put_be32(out, lon);
    put_be32(out, lat);
    buffer_put_be(out, 2, 1200);
    buffer_put_be(out, 2, telling->course * 100);
    buffer_put_u8(out, telling->has_fix ? 17 : 0);
    buffer_put_be(out, 2, telling->speed);
    buffer_put(out, "\x0a\x07\x02\x05\x01\x1b\x15\x01\x1d\x30\x39\x01\x41\x00\x00\x00\x00\x01\x4d", 19);
    buffer_put_be(out, 8, 0);
    buffer_put_be(out, 2, crc16_kermit(written(out, start)));
}

/* ---- eelink ---- */

static void put_eelink_place(struct buffer *out, const struct telling *telling)
{
    put_be32(out, telling->time);
    put_be32(out, encode_scale(telling->lat, 1800000));
    put_be32(out, encode_scale(telling->lon, 1800000));
    buffer_put_u8(out, telling->speed);
    buffer_put_be(out, 2, telling->course);
    buffer_put(out, "\x00\xd8\x00\x1e\x04\xd2\x00\x0f\x11", 9); /* a cell */
    buffer_put_u8(out, telling->has_fix);
    buffer_put(out, "\x00\x01", 2);
}

static void put_eelink(enum phrase phrase, const struct telling *telling, struct buffer *out)
{
    static const unsigned types[PHRASES] = { 0x01, 0x02, 0x03 };
    uint8_t memory[48];
    struct buffer body = buffer_on(memory, sizeof(memory));
    buffer_put_be(&body, 2, telling->serial & 0xffff);
    if (phrase == PHRASE_POSITION) {
        put_eelink_place(&body, telling);
    } else if (phrase == PHRASE_LOGIN) {
        encode_put_bcd(&body, telling->id);
        buffer_put(&body, "\x01\x04", 2);
    } else {
        buffer_put_be(&body, 2, 1);
    }
    buffer_put(out, "\x67\x67", 2);
    buffer_put_u8(out, types[phrase]);
    buffer_put_be(out, 2, body.length);
    buffer_put_cursor(out, buffer_cursor(&body));
}

/* ---- meiligao ---- */

static void put_meiligao_place(struct buffer *out, const struct telling *telling)
{
    struct calendar date = calendar_from_unix(telling->time);
    buffer_printf(out, "%02u%02u%02u.000,%c,", date.hour, date.minute, date.second, encode_fix(telling));
    encode_put_minutes(out, telling->lat, 2);
    buffer_printf(out, ",%c,", encode_north_south(telling));
    encode_put_minutes(out, telling->lon, 3);
    buffer_printf(out, ",%c,%.2f,%u,%02u%02u%02u,,*3A|1.2|145|0000|0000,0000", encode_east_west(telling),
                  encode_knots(telling), telling->course, date.day, date.month, date.year % 100);
}

static void put_meiligao(enum phrase phrase, const struct telling *telling, struct buffer *out)
{
    static const unsigned commands[PHRASES] = { 0x5000, 0x9955, 0x0001 };
    char memory[128];
    struct buffer body = buffer_on(memory, sizeof(memory));
    if (phrase == PHRASE_POSITION)
        put_meiligao_place(&body, telling);
    size_t start = out->length;
    buffer_put_text(out, "$$");
    buffer_put_be(out, 2, body.length + 17);
    encode_put_bcd(out, telling->id);
    buffer_put_be(out, 2, commands[phrase]);
    buffer_put_cursor(out, buffer_cursor(&body));
    buffer_put_be(out, 2, crc16_ccitt_false(written(out, start)));
    buffer_put(out, "\r\n", 2);
}

enum { LOGIN = 1 << PHRASE_LOGIN, POSITION = 1 << PHRASE_POSITION, HEARTBEAT = 1 << PHRASE_HEARTBEAT };

const struct encoder binary_encoders[] = {
    { "gt06", 15, false, 1, true, LOGIN | POSITION | HEARTBEAT, put_gt06 },
    { "teltonika", 15, false, 1, false, LOGIN | POSITION, put_teltonika },
    { "jt808", 12, false, 2, true, LOGIN | POSITION | HEARTBEAT, put_jt808 },
    { "ruptela", 15, false, 0, false, POSITION, put_ruptela, .is_blank = true },
    { "eelink", 15, false, 1, true, LOGIN | HEARTBEAT, put_eelink },
    { "meiligao", 14, false, 1, true, LOGIN | HEARTBEAT, put_meiligao },
    { 0 },
};
