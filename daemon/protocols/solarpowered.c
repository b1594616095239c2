/* SPDX-License-Identifier: Apache-2.0 */
/*
 * solarpowered: solar powered asset trackers. Binary, big endian, TCP. No answers.
 *
 *   7e | id 8 BCD (15 digits and one more) | type | L 2 | content | XOR | 7e      7d 01 and 7d 02 stand for 7d and 7e;
 *       unescaped L + 14 bytes; XOR of everything between the first 7e and it
 *   type 11: items of tag, length and value      81: status (bit 3 south, 2 west) | yy mm dd hh mm ss | lat 4 | lon 4 (1e-6) | …
 *       Traccar takes no place of it for a fix.
 *   jt808 has the same frame, and its length at 3.
 */
#include "base/bcd.h"
#include "base/checksum.h"
#include "protocol/protocol.h"

enum { ID_AT = 1, ID_SIZE = 8, TYPE_AT = 9, LENGTH_AT = 10, CONTENT_AT = 12, TAIL = 2, LONGEST = 1024 };
enum { REPORT = 0x11, TAG_PLACE = 0x81, DIGITS = 15, STATUS_SOUTH = 8, STATUS_WEST = 4 };

static const struct escape escape = { .pairs = { ESCAPE("\x7d\1", "\x7d"), ESCAPE("\x7d\2", "\x7e") } };

static struct cursor content_of(struct cursor plain)
{
    if (!cursor_skip(&plain, CONTENT_AT) || plain.left < TAIL)
        return cursor_part(plain, 0, 0);
    return cursor_part(plain, 0, plain.left - TAIL);
}

static bool take_item(struct cursor *c, uint8_t *tag, struct cursor *value)
{
    struct cursor rest = *c;
    uint8_t size;
    if (!cursor_u8(&rest, tag) || !cursor_u8(&rest, &size) || !cursor_take(&rest, size, value))
        return false;
    *c = rest;
    return true;
}

static bool has_items(struct cursor content)
{
    struct cursor value;
    size_t count = 0;
    uint8_t tag;
    while (take_item(&content, &tag, &value))
        count++;
    return count > 0 && content.left == 0;
}

/* Digits, but for the last nibble. */
static bool has_id(struct cursor plain)
{
    struct cursor id;
    return cursor_slice(plain, ID_AT, ID_SIZE, &id) && bcd_ok(cursor_part(id, 0, ID_SIZE - 1)) &&
           cursor_byte(id, ID_SIZE - 1) >> 4 <= 9;
}

static uint8_t check_of_plain(struct cursor plain)
{
    return sum_xor(cursor_part(plain, 1, plain.left - 1 - TAIL));
}

static enum claim match(const struct message *message, size_t *length)
{
    uint8_t memory[LONGEST], type;
    struct cursor bytes = message->bytes, rest = bytes;
    uint16_t told;
    if (!cursor_skip(&rest, 1))
        return CLAIM_NO;
    enum framed framed = frame_by_bytes(rest, message->complete, "\x7e", LONGEST - 1, length);
    *length += 1;
    if (framed == FRAMED_NO)
        return CLAIM_NO;
    size_t there = framed == FRAMED_MORE ? (bytes.left < LONGEST ? bytes.left : LONGEST) : *length;
    struct cursor plain = unescape(cursor_part(bytes, 0, there), &escape, memory, sizeof(memory));
    if (plain.left > ID_AT + ID_SIZE && !has_id(plain))
        return CLAIM_NO;
    if (framed == FRAMED_MORE)
        return CLAIM_MORE;
    if (!cursor_u8_at(plain, TYPE_AT, &type) || !cursor_be16_at(plain, LENGTH_AT, &told))
        return CLAIM_NO;
    if (framed == FRAMED_CUT)
        return type == REPORT && told < LONGEST ? CLAIM_POSSIBLE : CLAIM_NO;
    if (plain.left != CONTENT_AT + (size_t)told + TAIL)
        return CLAIM_NO;
    if (cursor_byte(plain, plain.left - TAIL) == check_of_plain(plain))
        return CLAIM_CERTAIN;
    /* an id, a length and both ends are more than others have by chance */
    return type != REPORT || has_items(content_of(plain)) ? CLAIM_LIKELY : CLAIM_POSSIBLE;
}

static void read_place(struct cursor value, struct reading *reading)
{
    struct cursor status, date, lat, lon;
    struct fix fix = { 0 };
    if (!cursor_take(&value, 1, &status) || !cursor_take(&value, 6, &date) || !cursor_take(&value, 4, &lat) ||
        !cursor_take(&value, 4, &lon))
        return;
    struct cursor when = date;
    fix.has_time = reading_take_bytes_time(&when, "ymdhis", &fix.time);
    fix.lat = (double)cursor_be_of(lat) / 1e6 * (cursor_byte(status, 0) & STATUS_SOUTH ? -1 : 1);
    fix.lon = (double)cursor_be_of(lon) / 1e6 * (cursor_byte(status, 0) & STATUS_WEST ? -1 : 1);
    if (fix.has_time)
        reading_mark_time(reading, date, fix.time);
    reading_mark_place(reading, lat, fix.lat, lon, fix.lon);
    reading_fix(reading, &fix);
}

static void read_id(struct cursor plain, struct reading *reading)
{
    struct cursor id;
    if (cursor_slice(plain, ID_AT, ID_SIZE, &id))
        reading_device_bcd(reading, id, 0, DIGITS);
}

static void read(const struct message *message, struct reading *reading)
{
    uint8_t memory[LONGEST], type = 0, tag;
    uint16_t told;
    struct cursor plain = unescape(message->bytes, &escape, memory, sizeof(memory)), value;
    struct cursor content = content_of(plain);
    reading->type = "status";
    reading_unescaped(reading, message->bytes, plain, &escape);
    read_id(plain, reading);
    if (cursor_be16_at(plain, LENGTH_AT, &told))
        reading_mark_number(reading, "length", cursor_part(plain, LENGTH_AT, 2), told);
    bool is_report = cursor_u8_at(plain, TYPE_AT, &type) && type == REPORT;
    while (is_report && take_item(&content, &tag, &value)) {
        if (tag == TAG_PLACE)
            read_place(value, reading);
    }
    if (plain.left > CONTENT_AT + TAIL) {
        uint8_t right = check_of_plain(plain);
        struct cursor check = cursor_part(plain, plain.left - TAIL, 1);
        reading_mark_check(reading, check, cursor_byte(check, 0) == right, right);
    }
    if (reading->location >= LOCATION_INVALID)
        reading->type = "position";
    else if (is_report)
        reading_no_fix(reading); /* a position of Traccar's all the same */
    reading_no_location(reading);
}

static const struct sample samples[] = {
    { .hex =
          "7e123456789012345e1100208113111a020108090a02d4f1f001234a500c7d02c17d0182020f00840541422d3031407e",
      .claim = CLAIM_CERTAIN,
      .type = "position",
      .device = "123456789012345",
      .location = LOCATION_INVALID,
      .lat = 47.51,
      .lon = 19.09,
      .time = "2026-02-01T08:09:10Z" },
    { .hex = "7e123456789012345e11001581131d1a020108090a01fe681004362fa00c7d02c17d018d7e",
      .claim = CLAIM_CERTAIN,
      .type = "position",
      .device = "123456789012345",
      .location = LOCATION_INVALID,
      .lat = -33.45,
      .lon = -70.66,
      .time = "2026-02-01T08:09:10Z" },
    { .hex = "7e123456789012345e1100188113151a020108090a026d2f7004694d900c7d02c17d01830107967e",
      .claim = CLAIM_LIKELY,
      .type = "position",
      .device = "123456789012345",
      .location = LOCATION_INVALID,
      .lat = 40.71,
      .lon = -74.01,
      .time = "2026-02-01T08:09:10Z" },
    { .hex = "7e1234567890123450210007840541422d3031667e",
      .claim = CLAIM_CERTAIN,
      .type = "status",
      .device = "123456789012345",
      .location = LOCATION_NONE },
    { .hex = "7e123456789012345f11000784054d6f6e61316a7e",
      .claim = CLAIM_CERTAIN,
      .type = "status",
      .device = "123456789012345",
      .location = LOCATION_INVALID },
    { .hex = "7e123456789012345f120003010203f37e",
      .claim = CLAIM_LIKELY,
      .type = "status",
      .device = "123456789012345",
      .location = LOCATION_NONE },
    { 0 }
};

const struct protocol protocol_solarpowered = {
    .name = "solarpowered",
    .port = 5201,
    .transports = OVER_TCP,
    .never = NEVER_VALID,
    .heads = HEADS(HEAD("\x7e")),
    .match = match,
    .read = read,
    .samples = samples,
};
