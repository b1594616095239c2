/* SPDX-License-Identifier: Apache-2.0 */
/*
 * obddongle: an OBD-II dongle with the message names of MQTT. Binary, big endian, TCP.
 *
 *   55 55 | index 2 | id 15 digits | type | L 2 | content … | check | aa aa      total = L + 25; the check is not known
 *   01 connect   03 publish   0c ping   0e disconnect;  the server's: 02, 04, 0d
 *   publish: major | minor | event | time 4 | flags: bit 6 no fix, 5 east, 4 north | lon 5: the lowest bit of the first two
 *       bytes, then three bytes | lat 3 (1e-5 degree) | speed and course 3
 */
#include "protocol/binary_frame.h"

enum { CONNECT = 0x01, CONNECT_ANSWER = 0x02, PUBLISH = 0x03, PUBLISH_ANSWER = 0x04 };
enum { SOME_ID = 12, ID_AT = 4, ID_SIZE = 15, TYPE_AT = 19, CONTENT_AT = 22 };
enum { TIME_AT = 25, FLAGS_AT = 29, LON_AT = 30, LAT_AT = 35 };
enum { FLAG_NO_FIX = 0x40, FLAG_EAST = 0x20, FLAG_NORTH = 0x10 };

static const struct binary_frame frame = { .length_at = 20,
                                           .length_size = 2,
                                           .plus = 25,
                                           .shortest = 25,
                                           .longest = 32768,
                                           .end = "\xaa\xaa",
                                           .end_size = 2 };

static bool has_id(struct cursor bytes)
{
    if (!cursor_skip(&bytes, ID_AT))
        return true;
    size_t size = bytes.left < ID_SIZE ? bytes.left : ID_SIZE;
    return cursor_count_digits(cursor_part(bytes, 0, size)) == size;
}

static enum claim match(const struct message *message, size_t *length)
{
    if (!has_id(message->bytes))
        return CLAIM_NO;
    struct cursor bytes = message->bytes;
    if (message->complete && bytes.left >= SOME_ID && bytes.left < CONTENT_AT) {
        *length = bytes.left;
        return CLAIM_POSSIBLE;
    }
    enum claim claim = binary_match(&frame, message, length);
    if (claim == CLAIM_LIKELY)
        return CLAIM_CERTAIN;
    return claim == CLAIM_POSSIBLE ? CLAIM_LIKELY : claim;
}

static void read_publish(struct cursor bytes, struct reading *reading)
{
    struct cursor time, flags, lon, lat;
    struct fix fix = { .has_time = true };
    if (!cursor_slice(bytes, TIME_AT, 4, &time) || !cursor_slice(bytes, FLAGS_AT, 1, &flags) ||
        !cursor_slice(bytes, LON_AT, 5, &lon) || !cursor_slice(bytes, LAT_AT, 3, &lat))
        return;
    fix.time = (int64_t)cursor_be_of(time);
    fix.valid = !(cursor_byte(flags, 0) & FLAG_NO_FIX);
    fix.lat = (double)cursor_be_of(lat) / 1e5 * (cursor_byte(flags, 0) & FLAG_NORTH ? 1 : -1);
    fix.lon = (double)(cursor_be_of(lon) & 0x1ffffff) / 1e5 * (cursor_byte(flags, 0) & FLAG_EAST ? 1 : -1);
    reading_mark_time(reading, time, fix.time);
    reading_mark_fix(reading, flags, fix.valid);
    reading_mark_place(reading, lat, fix.lat, lon, fix.lon);
    reading_fix(reading, &fix);
}

static const char *type_name(uint8_t type)
{
    switch (type) {
    case CONNECT:
        return "login";
    case PUBLISH:
        return "position";
    case 0x0c:
        return "heartbeat";
    case 0x0e:
        return "logout";
    default:
        return "reply";
    }
}

static void read(const struct message *message, struct reading *reading)
{
    struct cursor bytes = message->bytes, id, type;
    binary_mark(&frame, reading);
    if (cursor_slice(bytes, ID_AT, ID_SIZE, &id))
        reading_device(reading, id);
    if (!cursor_slice(bytes, TYPE_AT, 1, &type))
        return;
    reading->type = type_name(cursor_byte(type, 0));
    reading_mark_value(reading, "type", type, "%s", reading->type);
    if (cursor_byte(type, 0) == PUBLISH)
        read_publish(bytes, reading);
    reading_no_location(reading);
}

static void answer(const struct message *message, const struct asker *asker, struct buffer *reply)
{
    struct cursor bytes = message->bytes, version;
    uint8_t type;
    (void)asker;
    if (!cursor_u8_at(bytes, TYPE_AT, &type) || (type != CONNECT && type != PUBLISH) ||
        !cursor_slice(bytes, CONTENT_AT, 2, &version))
        return;
    buffer_put_cursor(reply, cursor_part(bytes, 0, TYPE_AT));
    if (type == CONNECT) {
        buffer_put_u8(reply, CONNECT_ANSWER);
        buffer_put(reply, "\x00\x07\x01\0\0\0\0\0\0", 9);
    } else {
        buffer_put_u8(reply, PUBLISH_ANSWER);
        buffer_put_be(reply, 2, version.left);
        buffer_put_cursor(reply, version);
    }
    buffer_put(reply, "\x00\xaa\xaa", 3);
}

static const struct sample samples[] = {
    { .hex = "55550003313233343536373839303132333435030013010203697f0a26384f1a1d2108487e9801f42dabaaaa",
      .claim = CLAIM_CERTAIN,
      .type = "position",
      .device = "123456789012345",
      SAMPLE_VALID,
      .answer = "55550003313233343536373839303132333435040002010200aaaa" },
    { .hex = "55550003313233343536373839303132333435030013010203697f0a26484f1a6bd190330a6801f42dabaaaa",
      .claim = CLAIM_CERTAIN,
      .type = "position",
      .device = "123456789012345",
      SAMPLE_INVALID,
      .answer = "55550003313233343536373839303132333435040002010200aaaa" },
    { .hex = "55550003313233343536373839303132333435030013010203697f0a26184f1a70ee283e1e5801f42dabaaaa",
      .claim = CLAIM_CERTAIN,
      .type = "position",
      .device = "123456789012345",
      SAMPLE_NORTH_WEST,
      .answer = "55550003313233343536373839303132333435040002010200aaaa" },
    { .hex = "55550003313233343536373839303132333435030001010203697f0a26084f1a6bd190330a6801f42dabaaaa",
      .whole = true,
      .claim = CLAIM_LIKELY,
      .type = "position",
      .device = "123456789012345",
      SAMPLE_SOUTH_WEST,
      .answer = "55550003313233343536373839303132333435040002010200aaaa" },
    { .hex = "55550003313233343536373839303132333435010009010001023402010201abaaaa",
      .claim = CLAIM_CERTAIN,
      .type = "login",
      .device = "123456789012345",
      .location = LOCATION_NONE,
      .answer = "555500033132333435363738393031323334350200070100000000000000aaaa" },
    { .hex = "555500033132333435363738393031323334350c0000abaaaa",
      .claim = CLAIM_CERTAIN,
      .type = "heartbeat",
      .device = "123456789012345",
      .location = LOCATION_NONE },
    { .hex = "555500033132333435363738393031323334350e0000abaaaa",
      .claim = CLAIM_CERTAIN,
      .type = "logout",
      .device = "123456789012345",
      .location = LOCATION_NONE },
    { 0 }
};

const struct protocol protocol_obddongle = {
    .name = "obddongle",
    .port = 5115,
    .transports = OVER_TCP,
    .heads = HEADS(HEAD("\x55\x55")),
    .match = match,
    .read = read,
    .answer = answer,
    .samples = samples,
};
