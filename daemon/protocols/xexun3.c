/* SPDX-License-Identifier: Apache-2.0 */
/*
 * xexun3: Xexun wearables, version 3 of their protocol. Binary, big endian, TCP.
 *
 *   fc | L 2 | 03 | type | index | id 8 BCD (behind a 0) | content … | CRC 2 | cf      total = L + 6
 *   CRC-16/CCITT-FALSE from the version on
 *   20 data: element | length | content …   64 place: time 4 (Unix) | lat f64 | lon f64 (degrees) | …, always a fix
 *       65 Wi-Fi, 66 cell, 69 alarm, 6a status
 *   21 reply; everything else is answered: its version, type, index and id, then 00.
 */
#include "base/bcd.h"
#include "protocol/binary_frame.h"

enum {
    DATA = 0x20,
    REPLY = 0x21,
    VERSION = 3,
    VERSION_AT = 3,
    TYPE_AT = 4,
    ID_AT = 6,
    ID_SIZE = 8,
    CONTENT_AT = 14,
    TAIL = 3
};
enum { PLACE = 0x64, WIFI = 0x65, CELL = 0x66, ALARM = 0x69, ANSWER_SIZE = 18 };

static const struct binary_frame frame = { .length_at = 1,
                                           .length_size = 2,
                                           .plus = 6,
                                           .shortest = CONTENT_AT + TAIL,
                                           .longest = 4096,
                                           .end = "\xcf",
                                           .end_size = 1,
                                           .check = CHECK_CRC16_CCITT_FALSE,
                                           .check_at = -TAIL,
                                           .check_size = 2,
                                           .covered = VERSION_AT };

static bool has_id(struct cursor bytes)
{
    struct cursor id;
    return cursor_slice(bytes, ID_AT, ID_SIZE, &id) && cursor_byte(id, 0) < 0x10 && bcd_ok(id);
}

static enum claim match(const struct message *message, size_t *length)
{
    struct cursor bytes = message->bytes;
    if (bytes.left > VERSION_AT && cursor_byte(bytes, VERSION_AT) != VERSION)
        return CLAIM_NO;
    enum claim claim = binary_match(&frame, message, length);
    if (claim < CLAIM_POSSIBLE || claim == CLAIM_CERTAIN)
        return claim;
    return has_id(bytes) ? CLAIM_LIKELY : CLAIM_NO;
}

static void read_place(struct cursor c, struct reading *reading)
{
    struct cursor time, lat, lon;
    struct fix fix = { .valid = true, .has_time = true };
    if (!cursor_take(&c, 4, &time) || !cursor_take(&c, 8, &lat) || !cursor_take(&c, 8, &lon))
        return;
    struct cursor lat_rest = lat, lon_rest = lon;
    if (!cursor_be_f64(&lat_rest, &fix.lat) || !cursor_be_f64(&lon_rest, &fix.lon))
        return;
    fix.time = (int64_t)cursor_be_of(time);
    reading_mark_time(reading, time, fix.time);
    reading_mark_place(reading, lat, fix.lat, lon, fix.lon);
    reading_fix(reading, &fix);
}

static void read_elements(struct cursor c, struct reading *reading)
{
    struct cursor content;
    uint8_t element, size;
    while (cursor_u8(&c, &element) && cursor_u8(&c, &size) && cursor_take(&c, size, &content)) {
        if (element == PLACE)
            read_place(content, reading);
        else if (element == WIFI || element == CELL)
            reading->type = "cells";
        else if (element == ALARM)
            reading->type = "alarm";
    }
}

static void read(const struct message *message, struct reading *reading)
{
    struct cursor bytes = message->bytes, id, type, content = bytes;
    binary_mark(&frame, reading);
    if (!cursor_slice(bytes, TYPE_AT, 1, &type))
        return;
    reading->type = cursor_byte(type, 0) == REPLY ? "reply" : "status";
    if (cursor_slice(bytes, ID_AT, ID_SIZE, &id))
        reading_device_bcd(reading, id, 1, 15);
    if (cursor_byte(type, 0) == DATA && cursor_skip(&content, CONTENT_AT)) {
        content.left -= content.left < TAIL ? content.left : TAIL;
        read_elements(content, reading);
    }
    if (reading->location >= LOCATION_INVALID)
        reading->type = "position";
    reading_mark_value(reading, "type", type, "%s", reading->type);
    reading_no_location(reading);
}

static void answer(const struct message *message, const struct asker *asker, struct buffer *reply)
{
    struct cursor bytes = message->bytes, head;
    size_t start = reply->length;
    (void)asker;
    bool is_answer = bytes.left == ANSWER_SIZE && cursor_byte(bytes, CONTENT_AT) == 0;
    if (!cursor_slice(bytes, VERSION_AT, CONTENT_AT - VERSION_AT, &head) ||
        cursor_byte(bytes, TYPE_AT) == REPLY || is_answer)
        return;
    buffer_put(reply, "\xfc\x00\x0c", 3);
    buffer_put_cursor(reply, head);
    buffer_put_u8(reply, 0);
    binary_put_end(&frame, reply, start);
}

static const struct sample samples[] = {
    { .hex = "fc00320320060123456789012345641d697f0a264047c147ae147ae14033170a3d70a3d742f0000001092800006a061"
             "055ffff1f00028ccf",
      .claim = CLAIM_CERTAIN,
      .type = "position",
      .device = "123456789012345",
      SAMPLE_VALID,
      .answer = "fc000c032006012345678901234500e238cf" },
    { .hex = "fc005103200601234567890123456a061055ffff1f00641d697f09ea40445ae147ae147bc05280a3d70a3d7142f0000"
             "00109280000641d697f0a26c040b9999999999ac051aa3d70a3d70a42f0000001092800001d0bcf",
      .claim = CLAIM_CERTAIN,
      .type = "position",
      .device = "123456789012345",
      SAMPLE_SOUTH_WEST,
      .answer = "fc000c032006012345678901234500e238cf" },
    { .hex =
          "fc002a0320060123456789012345641d697f0a2640445ae147ae147bc05280a3d70a3d7142f0000001092800001025cf",
      .claim = CLAIM_LIKELY,
      .type = "position",
      .device = "123456789012345",
      SAMPLE_NORTH_WEST,
      .answer = "fc000c032006012345678901234500e238cf" },
    { .hex = "fc001e03200601234567890123456611697f0a2600d8001e0000000100000002b03681cf",
      .claim = CLAIM_CERTAIN,
      .type = "cells",
      .device = "123456789012345",
      .location = LOCATION_NONE,
      .answer = "fc000c032006012345678901234500e238cf" },
    { .hex = "fc000b03200601234567890123453b65cf",
      .claim = CLAIM_CERTAIN,
      .type = "status",
      .device = "123456789012345",
      .location = LOCATION_NONE,
      .answer = "fc000c032006012345678901234500e238cf" },
    { .hex = "fc000d03210601234567890123454f4b0244cf",
      .claim = CLAIM_CERTAIN,
      .type = "reply",
      .device = "123456789012345",
      .location = LOCATION_NONE },
    { 0 }
};

const struct protocol protocol_xexun3 = {
    .name = "xexun3",
    .port = 5264,
    .transports = OVER_TCP,
    .never = NEVER_INVALID,
    .heads = HEADS(HEAD("\xfc")),
    .match = match,
    .read = read,
    .answer = answer,
    .samples = samples,
};
