/* SPDX-License-Identifier: Apache-2.0 */
/*
 * thinkrace: ThinkRace TR20, TK116 and the like. Binary, big endian, TCP.
 *
 *   "HA" | 12 characters | "," | type | L 2 | content … | sum 2      total = L + 20; the sum of all bytes before it
 *   80 login: 01, id 15 digits   80 heartbeat: 00
 *   90 position: time 4 | flags (bit 0 north, 1 east) | lat 4 | lon 4 (degrees * 1000000 + minutes * 10000) | …
 *       always with a fix
 *   The server answers a login with "HR" and the same 12 characters.
 */
#include "base/nmea.h"
#include "protocol/binary_frame.h"

enum { LOGIN = 0x80, POSITION = 0x90 };
enum { NAME_AT = 2, NAME_SIZE = 12, COMMA_AT = 14, TYPE_AT = 15, CONTENT_AT = 18, ID_SIZE = 15 };
enum { FLAG_NORTH = 1, FLAG_EAST = 2 };

static const struct binary_frame frame = { .length_at = 16,
                                           .length_size = 2,
                                           .plus = 20,
                                           .shortest = CONTENT_AT + 3,
                                           .longest = 2048,
                                           .check = CHECK_SUM_16,
                                           .check_at = -2,
                                           .check_size = 2 };

/* The 12 characters and the comma, as far as they are there. */
static bool has_name(struct cursor bytes)
{
    if (bytes.left > COMMA_AT && cursor_byte(bytes, COMMA_AT) != ',')
        return false;
    for (size_t i = NAME_AT; i < COMMA_AT && i < bytes.left; i++) {
        if (cursor_byte(bytes, i) < ' ' || cursor_byte(bytes, i) > '~')
            return false;
    }
    return true;
}

static enum claim match(const struct message *message, size_t *length)
{
    if (!has_name(message->bytes))
        return CLAIM_NO;
    enum claim claim = binary_match(&frame, message, length);
    if (claim < CLAIM_POSSIBLE || claim == CLAIM_CERTAIN)
        return claim;
    bool is_known =
        cursor_byte(message->bytes, TYPE_AT) == LOGIN || cursor_byte(message->bytes, TYPE_AT) == POSITION;
    return is_known || claim == CLAIM_LIKELY ? CLAIM_LIKELY : CLAIM_NO;
}

static void read_position(struct cursor c, struct reading *reading)
{
    struct cursor time, flags, lat, lon;
    struct fix fix = { .valid = true, .has_time = true };
    if (!cursor_take(&c, 4, &time) || !cursor_take(&c, 1, &flags) || !cursor_take(&c, 4, &lat) ||
        !cursor_take(&c, 4, &lon))
        return;
    fix.time = (int64_t)cursor_be_of(time);
    fix.lat = nmea_degrees_of(cursor_be_of(lat)) * (cursor_byte(flags, 0) & FLAG_NORTH ? 1 : -1);
    fix.lon = nmea_degrees_of(cursor_be_of(lon)) * (cursor_byte(flags, 0) & FLAG_EAST ? 1 : -1);
    reading_mark_time(reading, time, fix.time);
    reading_mark_value(reading, "hemispheres", flags, "%c%c", cursor_byte(flags, 0) & FLAG_NORTH ? 'N' : 'S',
                       cursor_byte(flags, 0) & FLAG_EAST ? 'E' : 'W');
    reading_mark_place(reading, lat, fix.lat, lon, fix.lon);
    reading_fix(reading, &fix);
}

static bool is_login(struct cursor bytes)
{
    return bytes.left > CONTENT_AT + ID_SIZE && cursor_byte(bytes, TYPE_AT) == LOGIN &&
           cursor_byte(bytes, CONTENT_AT) == 1;
}

static void read(const struct message *message, struct reading *reading)
{
    struct cursor bytes = message->bytes, type, id, content = bytes;
    binary_mark(&frame, reading);
    if (!cursor_slice(bytes, TYPE_AT, 1, &type) || !cursor_skip(&content, CONTENT_AT))
        return;
    reading->type = cursor_byte(type, 0) == POSITION ? "position"
                    : is_login(bytes)                ? "login"
                    : cursor_byte(type, 0) == LOGIN  ? "heartbeat"
                                                     : "status";
    reading_mark_value(reading, "type", type, "%s", reading->type);
    if (is_login(bytes) && cursor_slice(content, 1, ID_SIZE, &id))
        reading_device(reading, id);
    if (cursor_byte(type, 0) == POSITION)
        read_position(content, reading);
    reading_no_location(reading);
}

static void answer(const struct message *message, const struct asker *asker, struct buffer *reply)
{
    struct cursor name;
    (void)asker;
    if (!is_login(message->bytes) || !cursor_slice(message->bytes, NAME_AT, NAME_SIZE, &name))
        return;
    buffer_put_text(reply, "HR");
    buffer_put_cursor(reply, name);
    buffer_put(reply, ",\x80\x00\x02\x80\x00\x00\x00", 8);
}

static const struct sample samples[] = {
    { .hex = "4841534e303132333435363738392c900015697f0a26d702d1d5100122bdb00c2d00d8000012340a96",
      .claim = CLAIM_CERTAIN,
      .type = "position",
      SAMPLE_VALID },
    { .hex = "4841534e303132333435363738392c900015697f0a26d401fba8f0043228600c2d00d8000012340a9c",
      .claim = CLAIM_LIKELY,
      .type = "position",
      SAMPLE_SOUTH_WEST },
    { .hex = "4841534e303132333435363738392c900015697f0a26d50268da1004693df00c2d00d8000012340a3a",
      .claim = CLAIM_CERTAIN,
      .type = "position",
      SAMPLE_NORTH_WEST },
    { .hex = "4841534e303132333435363738392c800010013132333435363738393031323334350700",
      .claim = CLAIM_CERTAIN,
      .type = "login",
      .device = "123456789012345",
      .location = LOCATION_NONE,
      .answer = "4852534e303132333435363738392c80000280000000" },
    { .hex = "4841534e303132333435363738392c8000010003e4",
      .claim = CLAIM_CERTAIN,
      .type = "heartbeat",
      .location = LOCATION_NONE },
    { .hex = "4841545232302d303030303130312ca0000200010001",
      .claim = CLAIM_LIKELY,
      .type = "status",
      .location = LOCATION_NONE },
    { 0 }
};

const struct protocol protocol_thinkrace = {
    .name = "thinkrace",
    .port = 5098,
    .transports = OVER_TCP,
    .never = NEVER_INVALID,
    .heads = HEADS(HEAD("HA")),
    .match = match,
    .read = read,
    .answer = answer,
    .samples = samples,
};
