/* SPDX-License-Identifier: Apache-2.0 */
/*
 * snapper: Snapper car alarms (Russia). Binary head, little endian, JSON inside; TCP.
 *
 *   "K" | version 03, 04 | system 4 | device id 4 | 2 | length L 4 | flags 1 | 3 | n 2 | sum of the content 1 | type 2 |
 *       content L        total = L + 25
 *   types 01 hello, 32 place, 37 several: count 2, then type 2, length 2, content; the others carry no place
 *   place: {"f":"DE","t":"hhmmss","d":"ddmmyy","la":"ddmm.mmmm","lo":"dddmm.mmmm",…}; f, hex: bit 1 a fix, 3 there is a
 *       place, 6 north, 7 east
 *   "P" | 1      ping, answer PO
 */
#include "base/json_text.h"
#include "base/nmea.h"
#include "protocol/binary_frame.h"

enum { HEAD_SIZE = 25, ID_AT = 6, INDEX_AT = 20, TYPE_AT = 23, PING_SIZE = 2 };
enum { HELLO = 0x01, PLACE = 0x32, SEVERAL = 0x37 };
enum { FLAG_FIX = 1 << 1, FLAG_PLACE = 1 << 3, FLAG_NORTH = 1 << 6, FLAG_EAST = 1 << 7 };

static const struct binary_frame frame = { .length_at = 12,
                                           .length_size = 4,
                                           .length_le = true,
                                           .plus = HEAD_SIZE,
                                           .shortest = HEAD_SIZE,
                                           .check = CHECK_SUM_8,
                                           .check_at = 22,
                                           .check_size = 1,
                                           .covered = HEAD_SIZE };

static enum claim match(const struct message *message, size_t *length)
{
    struct cursor bytes = message->bytes;
    if (cursor_byte(bytes, 0) == 'K')
        return binary_match(&frame, message, length);
    /* a letter alone says next to nothing */
    *length = PING_SIZE;
    return bytes.left < PING_SIZE    ? message->complete ? CLAIM_NO : CLAIM_MORE
           : bytes.left == PING_SIZE ? CLAIM_POSSIBLE
                                     : CLAIM_NO;
}

static void read_place(struct cursor json, bool is_alone, struct reading *reading)
{
    struct cursor field, lat, lon, clock, day;
    struct fix fix = { 0 };
    uint64_t flags;
    int64_t date, time;
    if (!json_find_text(json, "f", &field) || !cursor_hex(field, &flags))
        return;
    fix.valid = flags & FLAG_FIX;
    reading_mark_fix(reading, field, flags & FLAG_PLACE && fix.valid);
    if (!(flags & FLAG_PLACE)) {
        if (is_alone)
            reading_no_fix(reading);
        return;
    }
    if (!json_find_text(json, "la", &lat) || !json_find_text(json, "lo", &lon) ||
        !nmea_degrees(lat, &fix.lat) || !nmea_degrees(lon, &fix.lon))
        return;
    fix.lat = flags & FLAG_NORTH ? fix.lat : -fix.lat;
    fix.lon = flags & FLAG_EAST ? fix.lon : -fix.lon;
    reading_mark_place(reading, lat, fix.lat, lon, fix.lon);
    if (json_find_text(json, "t", &clock) && json_find_text(json, "d", &day) &&
        reading_time_of(day, "dmy", &date) && reading_time_of(clock, "his", &time)) {
        fix.has_time = true;
        fix.time = date + time;
        reading_mark(reading, "date", day);
        reading_mark(reading, "time of day", clock);
    }
    reading_fix(reading, &fix);
}

static void read_parts(struct cursor rest, struct reading *reading)
{
    struct cursor part;
    uint16_t count, type, size;
    if (!cursor_le16(&rest, &count))
        return;
    for (; count > 0; count--) {
        if (!cursor_le16(&rest, &type) || !cursor_le16(&rest, &size) || !cursor_take(&rest, size, &part))
            return;
        if (type == PLACE)
            read_place(part, false, reading);
    }
}

static void read(const struct message *message, struct reading *reading)
{
    struct cursor bytes = message->bytes, id, content = bytes;
    uint64_t number;
    uint16_t type;
    if (cursor_byte(bytes, 0) == 'K') {
        reading->type = "status";
        if (cursor_slice(bytes, ID_AT, 4, &id) && cursor_le_at(id, 0, 4, &number)) {
            reading_device_number(reading, number, 1);
            reading_mark_number(reading, "device", id, number);
        }
        binary_mark(&frame, reading);
        if (cursor_le16_at(bytes, TYPE_AT, &type) && cursor_skip(&content, HEAD_SIZE)) {
            if (type == HELLO)
                reading->type = "hello";
            else if (type == PLACE)
                read_place(content, true, reading);
            else if (type == SEVERAL)
                read_parts(content, reading);
            reading_mark_value(reading, "type", cursor_part(bytes, TYPE_AT, 2), "%x", type);
        }
        if (reading->location > LOCATION_NONE)
            reading->type = "position";
    } else {
        reading->type = "ping";
    }
    reading_no_location(reading);
}

static void answer(const struct message *message, const struct asker *asker, struct buffer *reply)
{
    struct cursor bytes = message->bytes, index, type;
    (void)asker;
    if (cursor_byte(bytes, 0) == 'P' && !CURSOR_STARTS(bytes, "PO")) {
        buffer_put_text(reply, "PO");
        return;
    }
    /* without system and device it is a server's own word */
    if (cursor_byte(bytes, 0) != 'K' || !cursor_slice(bytes, INDEX_AT, 2, &index) ||
        !cursor_slice(bytes, TYPE_AT, 2, &type) || cursor_be_of(cursor_part(bytes, 2, 8)) == 0)
        return;
    const char *word = cursor_le_of(type) == HELLO ? "hello" : "OK";
    struct cursor text = cursor_of_text(word);
    buffer_put(reply, "K\3\0\0\0\0\0\0\0\0\0\0", 12);
    buffer_put_le(reply, 4, text.left);
    buffer_put_le(reply, 4, 0);
    buffer_put_cursor(reply, index);
    buffer_put_u8(reply, sum_8(text));
    buffer_put_cursor(reply, type);
    buffer_put_cursor(reply, text);
}

static const struct sample samples[] = {
    { .hex = "4b034daff87a01ca9a3b000005000000000000000b0014010068656c6c6f",
      .claim = CLAIM_CERTAIN,
      .type = "hello",
      .device = "1000000001",
      .location = LOCATION_NONE,
      .answer = "4b030000000000000000000005000000000000000b0014010068656c6c6f" },
    { .hex = "4b044daff87a01ca9a3b000092000000000000000b007c37000300210008000000000000000000320074007b2266223"
             "a224341222c2274223a22303830393130222c2264223a22303130323236222c226c61223a22343733302e3630303022"
             "2c226c6f223a2230313930352e34303030222c2261223a223132302e34222c2273223a2231322e3530222c2263223a2"
             "234352e3030222c227376223a2239227d330008007b2262223a5b5d7d",
      .claim = CLAIM_CERTAIN,
      .type = "position",
      .device = "1000000001",
      SAMPLE_VALID,
      .answer = "4b030000000000000000000002000000000000000b009a37004f4b" },
    { .hex = "4b044daff87a01ca9a3b000092000000000000000b006137000300210008000000000000000000320074007b2266223"
             "a223038222c2274223a22303830393130222c2264223a22303130323236222c226c61223a22333332372e3030303022"
             "2c226c6f223a2230373033392e36303030222c2261223a223132302e34222c2273223a2231322e3530222c2263223a2"
             "234352e3030222c227376223a2239227d330008007b2262223a5b5d7d",
      .claim = CLAIM_CERTAIN,
      .type = "position",
      .device = "1000000001",
      SAMPLE_INVALID,
      .answer = "4b030000000000000000000002000000000000000b009a37004f4b" },
    { .hex = "4b044daff87a01ca9a3b000092000000000000000b006737000300210008000000000000000000320074007b2266223"
             "a223441222c2274223a22303830393130222c2264223a22303130323236222c226c61223a22343034322e3630303022"
             "2c226c6f223a2230373430302e36303030222c2261223a223132302e34222c2273223a2231322e3530222c2263223a2"
             "234352e3030222c227376223a2239227d330008007b2262223a5b5d7d",
      .claim = CLAIM_CERTAIN,
      .type = "position",
      .device = "1000000001",
      SAMPLE_NORTH_WEST,
      .answer = "4b030000000000000000000002000000000000000b009a37004f4b" },
    { .hex = "4b044daff87a01ca9a3b000074000000000000000b00df32007b2266223a224341222c2274223a22303830393130222"
             "c2264223a22303130323236222c226c61223a22343733302e36303030222c226c6f223a2230313930352e3430303022"
             "2c2261223a223132302e34222c2273223a2231322e3530222c2263223a2234352e3030222c227376223a2239227d",
      .claim = CLAIM_CERTAIN,
      .type = "position",
      .device = "1000000001",
      SAMPLE_VALID,
      .answer = "4b030000000000000000000002000000000000000b009a32004f4b" },
    { .hex = "4b044daff87a01ca9a3b000010000000000000000b00c33700010032000a007b2266223a223234227d",
      .claim = CLAIM_CERTAIN,
      .type = "status",
      .device = "1000000001",
      .location = LOCATION_NONE,
      .answer = "4b030000000000000000000002000000000000000b009a37004f4b" },
    { .hex = "4b044daff87a01ca9a3b00000a000000000000000b008632007b2266223a223234227d",
      .claim = CLAIM_CERTAIN,
      .type = "position",
      .device = "1000000001",
      .location = LOCATION_INVALID,
      .answer = "4b030000000000000000000002000000000000000b009a32004f4b" },
    { .hex = "5049",
      .claim = CLAIM_POSSIBLE,
      .type = "ping",
      .whole = true,
      .location = LOCATION_NONE,
      .answer = "504f" },
    { 0 }
};

const struct protocol protocol_snapper = {
    .name = "snapper",
    .port = 5256,
    .transports = OVER_TCP,
    .heads = HEADS(HEAD("K\3"), HEAD("K\4"), HEAD("P")),
    .match = match,
    .read = read,
    .answer = answer,
    .samples = samples,
};
