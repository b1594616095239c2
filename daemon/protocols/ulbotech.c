/* SPDX-License-Identifier: Apache-2.0 */
/*
 * ulbotech: Ulbotech T300, T303, T361, T373. Binary, big endian, and texts that answer commands, TCP.
 *
 *   f8 | 01 01 | id 8 BCD | time 4 (seconds since 2000, highest bit apart) | block … | CRC 2 | f8      f7 00 is f7, f7 0f is f8
 *   CRC-16/XMODEM of all between the first f8 and it; gosafe and g1rus have the same frame with other contents.
 *   block: id | length (of 0b two bytes) | content; they end where the CRC starts
 *   01 position: lat 4 | lon 4 (1e-6 degree) | speed 2 | course 2 | hdop 2 (9999: no fix)
 *   *TSnn,<id>,<hhmmssddmmyy>,<text>#
 *   Answers: f8 01 fe | f8 01 | CRC of the four | f8, as Traccar sends it, and *TS01,ACK:<CRC of the text>#
 */
#include "base/bcd.h"
#include "protocol/stuffed_frame.h"
#include "protocol/text_protocol.h"

enum { ID_AT = 2, ID_SIZE = 8, TIME_AT = 10, BLOCKS_AT = 14, CRC_SIZE = 2 };
enum { POSITION = 0x01, CELLS = 0x02, LONG_BLOCK = 0x0b, NO_FIX = 9999 };

static const struct escape escape = { .pairs = { ESCAPE("\xf7\x00", "\xf7"), ESCAPE("\xf7\x0f", "\xf8") } };
static const struct stuffed_frame frame = { .start = "\xf8",
                                            .end = "\xf8",
                                            .start_size = 1,
                                            .end_size = 1,
                                            .escape = &escape,
                                            .shortest = BLOCKS_AT + CRC_SIZE,
                                            .check = CHECK_CRC16_XMODEM,
                                            .check_size = CRC_SIZE };

static const struct text_protocol text = {
    .ends = "#",
    .forms = { { "reply", { "\\*TS\\d{2},(?<id>\\d{15}),\\d{12},[^#]*" } } },
};

extern const struct protocol protocol_ulbotech;

static bool take_block(struct cursor *c, uint8_t *id, struct cursor *content)
{
    struct cursor rest = *c;
    uint64_t size;
    if (!cursor_u8(&rest, id) || !cursor_be(&rest, *id == LONG_BLOCK ? 2 : 1, &size) ||
        !cursor_take(&rest, (size_t)size, content))
        return false;
    *c = rest;
    return true;
}

/* 15 digits behind a zero. */
static bool has_id(struct cursor content)
{
    struct cursor id;
    return cursor_slice(content, ID_AT, ID_SIZE, &id) && cursor_byte(id, 0) < 0x10 && bcd_ok(id);
}

/* Do the blocks end where the CRC starts? */
static bool is_chain(struct cursor content)
{
    struct cursor block;
    uint8_t id;
    content.left -= CRC_SIZE;
    if (!cursor_skip(&content, BLOCKS_AT))
        return false;
    while (take_block(&content, &id, &block))
        ;
    return content.left == 0;
}

static enum claim match(const struct message *message, size_t *length)
{
    struct stuffed stuffed;
    if (cursor_byte(message->bytes, 0) == '*')
        return text_match(&protocol_ulbotech, message, length);
    enum claim claim = stuffed_match(&frame, message, &stuffed, length);
    if (claim < CLAIM_POSSIBLE)
        return claim;
    if (!has_id(stuffed.content))
        return CLAIM_NO;
    /* Traccar reads all types alike; only 01 is known */
    if (cursor_byte(stuffed.content, 1) != 1)
        return claim == CLAIM_CERTAIN && is_chain(stuffed.content) ? CLAIM_CERTAIN : CLAIM_NO;
    return claim;
}

static void read_position(struct cursor c, int64_t time, struct reading *reading)
{
    struct cursor lat, lon, hdop;
    struct fix fix = { .has_time = true, .time = time };
    if (!cursor_slice(c, 0, 4, &lat) || !cursor_slice(c, 4, 4, &lon) || !cursor_slice(c, 12, 2, &hdop))
        return;
    fix.lat = (double)signed_of(cursor_be_of(lat), 32) / 1e6;
    fix.lon = (double)signed_of(cursor_be_of(lon), 32) / 1e6;
    fix.valid = cursor_be_of(hdop) < NO_FIX;
    reading_mark_place(reading, lat, fix.lat, lon, fix.lon);
    reading_mark_fix(reading, hdop, fix.valid);
    reading_fix(reading, &fix);
}

static void read_binary(const struct message *message, struct reading *reading)
{
    struct stuffed stuffed;
    struct cursor id, time, blocks, block;
    uint8_t kind;
    reading->type = "status";
    if (!stuffed_open(&frame, message, reading, &stuffed))
        return;
    if (cursor_slice(stuffed.content, ID_AT, ID_SIZE, &id))
        reading_device_bcd(reading, id, 1, 15);
    blocks = stuffed.content;
    if (!cursor_slice(stuffed.content, TIME_AT, 4, &time) || !cursor_skip(&blocks, BLOCKS_AT))
        return;
    int64_t seconds = (int64_t)(cursor_be_of(time) & 0x7fffffff) + EPOCH_2000;
    reading_mark_time(reading, time, seconds);
    while (take_block(&blocks, &kind, &block)) {
        if (kind == POSITION)
            read_position(block, seconds, reading);
        else if (kind == CELLS)
            reading->type = "cells";
    }
    if (reading->location >= LOCATION_INVALID)
        reading->type = "position";
}

static void read(const struct message *message, struct reading *reading)
{
    if (cursor_byte(message->bytes, 0) == '*')
        text_read(&protocol_ulbotech, message, reading);
    else
        read_binary(message, reading);
    reading_no_location(reading);
}

static void answer(const struct message *message, const struct asker *asker, struct buffer *reply)
{
    struct cursor bytes = message->bytes;
    (void)asker;
    if (cursor_byte(bytes, 0) != '*') {
        static const char front[] = "\x01\xfe\xf8\x01";
        buffer_put_u8(reply, 0xf8);
        buffer_put(reply, front, 4);
        buffer_put_be(reply, 2, crc16_xmodem(cursor_of(front, 4)));
        buffer_put_u8(reply, 0xf8);
        return;
    }
    bytes.left -= CURSOR_ENDS(bytes, "#");
    /* what fits no form may be a server's answer */
    if (!pattern_fits(message->patterns, &text.forms[0].grammar, bytes, NULL) || !cursor_skip(&bytes, 1))
        return;
    buffer_printf(reply, "*TS01,ACK:%04X#", (unsigned)crc16_xmodem(bytes));
}

static const struct sample samples[] = {
    { .hex = "f801010123456789012345b111c6a6010e02d4f1f001234a50000c002d005a030402010000050406217e2244f70ff8",
      .claim = CLAIM_CERTAIN,
      .type = "position",
      .device = "123456789012345",
      SAMPLE_VALID,
      .answer = "f801fef80104aef8" },
    { .hex = "f801010123456789012345b111c6a6030402010000050406217e22010efe0197f0fbc9d060000c002d270f0b0003010"
             "20318ebf8",
      .claim = CLAIM_CERTAIN,
      .type = "position",
      .device = "123456789012345",
      SAMPLE_INVALID,
      .answer = "f801fef80104aef8" },
    { .hex = "f801010123456789012345b111c6a6010e026d2f70fb96b270000c002d006e1d49f8",
      .claim = CLAIM_LIKELY,
      .type = "position",
      .device = "123456789012345",
      SAMPLE_NORTH_WEST,
      .answer = "f801fef80104aef8" },
    { .hex = "f801010123456789012345b111c6a6010efe0197f0fbc9d060000c002d00f7000c03f70ff700001855f8",
      .claim = CLAIM_CERTAIN,
      .type = "position",
      .device = "123456789012345",
      SAMPLE_SOUTH_WEST,
      .answer = "f801fef80104aef8" },
    { .hex = "f801010123456789012345b111c6a6020900d8001e1122334455030402010000050406217e222257f8",
      .claim = CLAIM_CERTAIN,
      .type = "cells",
      .device = "123456789012345",
      .location = LOCATION_NONE,
      .answer = "f801fef80104aef8" },
    { .text = "*TS01,123456789012345,080910010226,TRA:30;60#",
      .claim = CLAIM_CERTAIN,
      .type = "reply",
      .device = "123456789012345",
      .location = LOCATION_NONE,
      .answer = "=*TS01,ACK:EB92#" },
    { .hex = "f8010209000000000001233111c6a6010efe0197f0fbc9d0600028002d005a1c4ff8",
      .claim = CLAIM_CERTAIN,
      .type = "position",
      .device = "900000000000123",
      SAMPLE_SOUTH_WEST,
      .answer = "f801fef80104aef8" },
    { 0 }
};

const struct protocol protocol_ulbotech = {
    .name = "ulbotech",
    .port = 5072,
    .transports = OVER_TCP,
    .heads = HEADS(HEAD("\xf8\x01"), HEAD("*TS")),
    .text = &text,
    .match = match,
    .read = read,
    .answer = answer,
    .samples = samples,
};
