/* SPDX-License-Identifier: Apache-2.0 */
/*
 * autotrack: Autotrack trackers. Binary, little endian, TCP.
 *
 *   f1 f1 f1 f1 | type | L 2 | content … | CRC 2 big endian      total = L + 9; CRC-16/XMODEM over everything before it
 *   33 login: id 8, in HEX | two constants of 2
 *   34, 42, 43 telemetry: time 4 (seconds since 2002) | lat 4 | lon 4 (1e-7 degree) | … | index 2 at its end
 *       Traccar never takes it for a fix.
 *   72 keep-alive   The server's: 65 answers a login, 7b telemetry.
 */
#include "protocol/binary_frame.h"

enum { LOGIN = 0x33, LOGIN_ANSWER = 0x65, KEEP_ALIVE = 0x72, TELEMETRY_ANSWER = 0x7b };
enum { TYPE_AT = 4, CONTENT_AT = 7, ID_SIZE = 8, CONSTANTS_AT = 15, INDEX_AT = 65 };

static const struct binary_frame frame = { .length_at = 5,
                                           .length_size = 2,
                                           .length_le = true,
                                           .plus = 9,
                                           .shortest = 9,
                                           .longest = 4096,
                                           .check = CHECK_CRC16_XMODEM,
                                           .check_at = -2,
                                           .check_size = 2 };

static bool is_telemetry(uint8_t type)
{
    return type == 0x34 || type == 0x42 || type == 0x43;
}

static enum claim match(const struct message *message, size_t *length)
{
    enum claim claim = binary_match(&frame, message, length);
    return claim == CLAIM_NO && message->complete && message->bytes.left < CONTENT_AT ? CLAIM_POSSIBLE
                                                                                      : claim;
}

static void read_telemetry(struct cursor c, struct reading *reading)
{
    struct cursor time, lat, lon;
    struct fix fix = { .has_time = true };
    if (!cursor_take(&c, 4, &time) || !cursor_take(&c, 4, &lat) || !cursor_take(&c, 4, &lon))
        return;
    fix.time = EPOCH_2002 + (int64_t)cursor_le_of(time);
    fix.lat = (double)signed_of(cursor_le_of(lat), 32) / 1e7;
    fix.lon = (double)signed_of(cursor_le_of(lon), 32) / 1e7;
    reading_mark_time(reading, time, fix.time);
    reading_mark_place(reading, lat, fix.lat, lon, fix.lon);
    reading_fix(reading, &fix);
}

static void read(const struct message *message, struct reading *reading)
{
    struct cursor bytes = message->bytes, type, id, content = bytes;
    binary_mark(&frame, reading);
    if (!cursor_slice(bytes, TYPE_AT, 1, &type) || !cursor_skip(&content, CONTENT_AT))
        return;
    reading->type = is_telemetry(cursor_byte(type, 0))   ? "position"
                    : cursor_byte(type, 0) == LOGIN      ? "login"
                    : cursor_byte(type, 0) == KEEP_ALIVE ? "heartbeat"
                                                         : "status";
    reading_mark_value(reading, "type", type, "%s", reading->type);
    if (cursor_byte(type, 0) == LOGIN && cursor_slice(content, 0, ID_SIZE, &id))
        reading_device_bcd(reading, id, 0, 0);
    else if (is_telemetry(cursor_byte(type, 0)))
        read_telemetry(content, reading);
    reading_no_location(reading);
}

static void answer(const struct message *message, const struct asker *asker, struct buffer *reply)
{
    struct cursor bytes = message->bytes, id, constants, index;
    size_t start = reply->length;
    uint8_t type;
    (void)asker;
    if (!cursor_u8_at(bytes, TYPE_AT, &type))
        return;
    bool is_login = type == LOGIN && cursor_slice(bytes, CONTENT_AT, ID_SIZE, &id) &&
                    cursor_slice(bytes, CONSTANTS_AT, 4, &constants);
    if (!is_login && !(is_telemetry(type) && cursor_slice(bytes, INDEX_AT, 2, &index)))
        return;
    buffer_put_cursor(reply, cursor_part(bytes, 0, TYPE_AT));
    buffer_put_u8(reply, is_login ? LOGIN_ANSWER : TELEMETRY_ANSWER);
    buffer_put_le(reply, 2, is_login ? id.left + constants.left : index.left);
    if (is_login) {
        buffer_put_cursor(reply, id);
        buffer_put_cursor(reply, constants);
    } else {
        buffer_put_cursor(reply, index);
    }
    binary_put_end(&frame, reply, start);
}

static const struct sample samples[] = {
    { .hex = "f1f1f1f1343c00260e4e2d6073511c20e7600b39300000320000002d000000000000000000000000000000000000"
             "000000000000000000000000000000000000003412fe58",
      .claim = CLAIM_CERTAIN,
      .type = "position",
      .location = LOCATION_INVALID,
      .lat = 47.51,
      .lon = 19.09,
      .time = "2026-02-01T08:09:10Z",
      .answer = "f1f1f1f17b0200341251c2" },
    { .hex = "f1f1f1f1423c00260e4e2d60ef0fecc023e2d539300000320000002d000000000000000000000000000000000000"
             "000000000000000000000000000000000000003412f635",
      .claim = CLAIM_CERTAIN,
      .type = "position",
      .location = LOCATION_INVALID,
      .lat = -33.45,
      .lon = -70.66,
      .time = "2026-02-01T08:09:10Z",
      .answer = "f1f1f1f17b0200341251c2" },
    { .hex = "f1f1f1f1433c00260e4e2d60da431860f8e2d339300000320000002d000000000000000000000000000000000000"
             "0000000000000000000000000000000000000034124551",
      .claim = CLAIM_LIKELY,
      .type = "position",
      .location = LOCATION_INVALID,
      .lat = 40.71,
      .lon = -74.01,
      .time = "2026-02-01T08:09:10Z",
      .answer = "f1f1f1f17b0200341251c2" },
    { .hex = "f1f1f1f1330c00201012345678de010100020038b0",
      .claim = CLAIM_CERTAIN,
      .type = "login",
      .device = "201012345678de01",
      .location = LOCATION_NONE,
      .answer = "f1f1f1f1650c00201012345678de01010002008a58" },
    { .hex = "f1f1f1f17200008973", .claim = CLAIM_CERTAIN, .type = "heartbeat", .location = LOCATION_NONE },
    { 0 }
};

const struct protocol protocol_autotrack = {
    .name = "autotrack",
    .port = 5172,
    .transports = OVER_TCP,
    .never = NEVER_VALID,
    .heads = HEADS(HEAD("\xf1\xf1\xf1\xf1")),
    .match = match,
    .read = read,
    .answer = answer,
    .samples = samples,
};
