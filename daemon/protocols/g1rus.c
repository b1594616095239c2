/* SPDX-License-Identifier: Apache-2.0 */
/*
 * g1rus: G1RUS, Proma Sat 1000 (of the GoSafe family). Binary, TCP. No answers.
 *
 *   f8 | version | type | id 7 | body … | CRC 2 | f8      1b 00 is 1b, 1b e3 is f8
 *   CRC-16/XMODEM of all between the delimiters. gosafe (an IMEI, type 1) and ulbotech (01 01, a BCD id) have the same frame.
 *   type, low 6 bits: 0 heartbeat   1 regular   2 SMS   3 serial   4 a list: length 2, type, content
 *   regular: time 4 little endian (seconds since 2000) | [event, if bit 6 of the type] | mask 2 | block …: length | content
 *   block 1: mask 2 | flags (bits 5, 6: 2 is a fix) | lat 4 | lon 4 (1e-6 degree) | …, as the mask tells
 *   Traccar reads eight bytes where the id has seven: its unique id is the number times 256, and the byte behind it.
 */
#include "base/bcd.h"
#include "protocol/stuffed_frame.h"

enum { HEARTBEAT = 0, REGULAR = 1, SMS = 2, SERIAL = 3, MIXED = 4, TYPE_BITS = 0x3f, TYPE_EVENT = 0x40 };
enum { TYPE_AT = 1, ID_AT = 2, ID_SIZE = 7, READ_SIZE = 8, BODY_AT = 9, CRC_SIZE = 2 };
enum { BLOCKS = 8, MASK_PLACE = 2, HAS_FLAGS = 1, HAS_PLACE = 2, FIX = 2 };
static const uint64_t imei_least = 100000000000000, imei_end = 1000000000000000;

static const struct escape escape = { .pairs = { ESCAPE("\x1b\x00", "\x1b"), ESCAPE("\x1b\xe3", "\xf8") } };
static const struct stuffed_frame frame = { .start = "\xf8",
                                            .end = "\xf8",
                                            .start_size = 1,
                                            .end_size = 1,
                                            .escape = &escape,
                                            .shortest = BODY_AT + CRC_SIZE,
                                            .check = CHECK_CRC16_XMODEM,
                                            .check_size = CRC_SIZE };

/* Does a regular report with a recent time end where the CRC starts? */
static bool is_report(struct cursor body, uint8_t type)
{
    uint32_t since;
    uint16_t mask;
    uint8_t size;
    if (!cursor_le32(&body, &since) || !calendar_is_recent(since + EPOCH_2000) ||
        ((type & TYPE_EVENT) && !cursor_skip(&body, 1)) || !cursor_be16(&body, &mask) || mask >> BLOCKS != 0)
        return false;
    for (; mask > 0; mask >>= 1) {
        if ((mask & 1) && (!cursor_u8(&body, &size) || !cursor_skip(&body, size)))
            return false;
    }
    return body.left == 0;
}

/* A part that is longer than what is left is what is left: Traccar goes by the type. */
static bool take_part(struct cursor *c, uint8_t *type, struct cursor *content)
{
    struct cursor rest = *c, part;
    uint16_t size;
    if (!cursor_be16(&rest, &size) || !cursor_take(&rest, size < rest.left ? size : rest.left, &part) ||
        !cursor_u8(&part, type))
        return false;
    *content = part;
    *c = rest;
    return true;
}

static bool has_report(struct cursor content)
{
    struct cursor body = content;
    if (!cursor_skip(&body, BODY_AT) || body.left < CRC_SIZE)
        return false;
    body.left -= CRC_SIZE;
    return is_report(body, cursor_byte(content, TYPE_AT));
}

/* Do the lengths of a list end where the CRC starts? */
static bool is_list(struct cursor body)
{
    uint16_t size;
    size_t count = 0;
    while (cursor_be16(&body, &size) && size > 0 && cursor_skip(&body, size))
        count++;
    return count > 0 && body.left == 0;
}

/* Whose frame is it, by what stands in it? */
static bool is_own(struct cursor content, bool is_proven)
{
    struct cursor digits, body = content;
    uint64_t id;
    if (!cursor_be_at(content, ID_AT, ID_SIZE, &id) || !cursor_skip(&body, BODY_AT) || body.left < CRC_SIZE)
        return false;
    body.left -= CRC_SIZE;
    bool is_ulbotech = cursor_byte(content, 0) == 1 && cursor_slice(content, ID_AT, 8, &digits) &&
                       bcd_ok(digits) && cursor_byte(digits, 0) < 0x10;
    bool is_imei = id >= imei_least && id < imei_end;
    if (is_ulbotech)
        return false;
    switch (cursor_byte(content, TYPE_AT) & TYPE_BITS) {
    case HEARTBEAT:
        return body.left == 0 || (is_proven && !is_imei);
    case REGULAR:
        return !is_imei && (is_proven || has_report(content));
    case SMS:
    case SERIAL:
        return !is_imei;
    case MIXED:
        return is_proven || is_list(body);
    default:
        return false;
    }
}

/* A report whose CRC is right may be gosafe's, which writes its time the other way round. */
static enum claim told_apart(struct cursor content)
{
    uint32_t since;
    if (!has_report(content))
        return CLAIM_POSSIBLE;
    bool is_gosafe =
        cursor_be32_at(content, BODY_AT, &since) && calendar_is_recent((int64_t)since + EPOCH_2000);
    return is_gosafe ? CLAIM_LIKELY : CLAIM_CERTAIN;
}

static enum claim match(const struct message *message, size_t *length)
{
    struct stuffed stuffed;
    enum claim claim = stuffed_match(&frame, message, &stuffed, length);
    if (claim < CLAIM_LIKELY)
        return claim == CLAIM_MORE ? CLAIM_MORE : CLAIM_NO;
    if (!is_own(stuffed.content, claim == CLAIM_CERTAIN))
        return CLAIM_NO;
    unsigned type = cursor_byte(stuffed.content, TYPE_AT) & TYPE_BITS;
    if (claim == CLAIM_CERTAIN && type == REGULAR)
        return told_apart(stuffed.content);
    /* without the CRC only what has a date or a list in it is more than two delimiters */
    return claim == CLAIM_CERTAIN || type == MIXED || type == REGULAR ? claim : CLAIM_NO;
}

static void read_place(struct cursor block, struct fix *fix, struct reading *reading)
{
    struct cursor flags = { 0 }, lat, lon;
    uint16_t mask;
    if (!cursor_be16(&block, &mask) || ((mask & HAS_FLAGS) && !cursor_take(&block, 1, &flags)) ||
        !(mask & HAS_PLACE) || !cursor_take(&block, 4, &lat) || !cursor_take(&block, 4, &lon))
        return;
    fix->valid = flags.at && (cursor_byte(flags, 0) >> 5 & 3) == FIX;
    fix->lat = (double)signed_of(cursor_be_of(lat), 32) / 1e6;
    fix->lon = (double)signed_of(cursor_be_of(lon), 32) / 1e6;
    reading_mark_fix(reading, flags, fix->valid);
    reading_mark_place(reading, lat, fix->lat, lon, fix->lon);
    reading_fix(reading, fix);
}

static void read_regular(struct cursor c, uint8_t type, struct reading *reading)
{
    struct cursor time, block;
    struct fix fix = { .has_time = true };
    uint16_t mask;
    uint8_t size;
    if (!cursor_take(&c, 4, &time) || ((type & TYPE_EVENT) && !cursor_skip(&c, 1)) || !cursor_be16(&c, &mask))
        return;
    fix.time = (int64_t)cursor_le_of(time) + EPOCH_2000;
    reading_mark_time(reading, time, fix.time);
    for (unsigned bit = 1; bit <= MASK_PLACE; bit <<= 1) {
        if (!(mask & bit))
            continue;
        if (!cursor_u8(&c, &size) || !cursor_take(&c, size, &block))
            return;
        if (bit == MASK_PLACE)
            read_place(block, &fix, reading);
    }
    /* a report without a place is one without a fix */
    reading_no_fix(reading);
}

static void read(const struct message *message, struct reading *reading)
{
    struct stuffed stuffed;
    struct cursor body, content, id;
    uint8_t type;
    if (!stuffed_open(&frame, message, reading, &stuffed) ||
        !cursor_slice(stuffed.all, ID_AT, READ_SIZE, &id))
        return;
    reading_device_number(reading, cursor_be_of(id), 1);
    reading_mark_number(reading, "device", id, cursor_be_of(id));
    body = stuffed.content;
    if (!cursor_skip(&body, BODY_AT))
        return;
    type = cursor_byte(stuffed.content, TYPE_AT);
    reading->type = (type & TYPE_BITS) == HEARTBEAT ? "heartbeat" : "status";
    if ((type & TYPE_BITS) == REGULAR)
        read_regular(body, type, reading);
    while ((cursor_byte(stuffed.content, TYPE_AT) & TYPE_BITS) == MIXED &&
           take_part(&body, &type, &content)) {
        if ((type & TYPE_BITS) == REGULAR)
            read_regular(content, type, reading);
    }
    if (reading->location >= LOCATION_INVALID)
        reading->type = "position";
    reading_no_location(reading);
}

static const struct sample samples[] = {
    { .hex = "f84604000d78c49a3c35002401a6c61131000306055359532d3115007f4902d4f1f001234a50000c002d0078005a007"
             "8000402534d53f3c8f8",
      .claim = CLAIM_CERTAIN,
      .type = "position",
      .device = "3791960493798656",
      SAMPLE_VALID },
    { .hex = "f84601000d78c49a3c35a6c61131000215007f04fe0197f0fbc9d060000c002d0078005a0078dad9f8",
      .claim = CLAIM_CERTAIN,
      .type = "position",
      .device = "3791960493798822",
      SAMPLE_INVALID },
    { .hex = "f84604000d78c49a3c35001e41a6c611310c000215007f47026d2f70fb96b270000c002d0078005a00781683f8",
      .claim = CLAIM_LIKELY,
      .type = "position",
      .device = "3791960493798656",
      SAMPLE_NORTH_WEST },
    { .hex = "f84604000d78c49a3c35001001a6c61131000506055359532d31010110bff8",
      .claim = CLAIM_CERTAIN,
      .type = "position",
      .device = "3791960493798656",
      .location = LOCATION_INVALID },
    { .hex = "f84600000d78c49a3c35b41af8",
      .claim = CLAIM_CERTAIN,
      .type = "heartbeat",
      .device = "3791960493798836",
      .location = LOCATION_NONE },
    { .hex = "f84600000d85f5e552980102030423f9f8",
      .claim = CLAIM_CERTAIN,
      .type = "heartbeat",
      .device = "3806465858115585",
      .location = LOCATION_NONE },
    { 0 }
};

const struct protocol protocol_g1rus = {
    .name = "g1rus",
    .port = 5244,
    .transports = OVER_TCP,
    .heads = HEADS(HEAD("\xf8")),
    .match = match,
    .read = read,
    .samples = samples,
};
