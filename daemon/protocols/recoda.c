/* SPDX-License-Identifier: Apache-2.0 */
/*
 * recoda: Recoda mobile video recorders. Binary, little endian, TCP. No answers, no checksum.
 *
 *   type 4 | length 4 (of all) | version 2 | index 2 | …
 *   00001001 heartbeat, eight bytes      20001001 registration: id 12 (text and NULs) | …      20002001 event
 *   20000001 response      20001011 position: milliseconds 8 | flags (bit 0: there is one) | declination 2 | speed 2 |
 *       lon degrees, minutes | lat degrees, minutes | lon seconds 4 | lat seconds 4 | status (bit 0 fix, 1 west, 2 north)
 */
#include "protocol/protocol.h"

enum {
    HEARTBEAT = 0x00001001,
    REGISTRATION = 0x20001001,
    POSITION = 0x20001011,
    EVENT = 0x20002001,
    RESPONSE = 0x20000001
};
enum { HEAD_SIZE = 8, CONTENT_AT = 12, LONGEST = 1024, ID_SIZE = 12, POSITION_SIZE = 38 };
enum { HAS_PLACE = 1, STATUS_FIX = 1, STATUS_WEST = 2, STATUS_NORTH = 4 };
static const uint64_t YEAR_2005 = 1104537600000, YEAR_2038 = 2145916800000; /* milliseconds */

static const char *type_name(uint64_t type)
{
    switch (type) {
    case HEARTBEAT:
        return "heartbeat";
    case REGISTRATION:
        return "login";
    case POSITION:
        return "position";
    case EVENT:
        return "event";
    case RESPONSE:
        return "reply";
    default:
        return NULL;
    }
}

/* Text, with NULs behind it. */
static bool is_id(struct cursor field)
{
    struct cursor text = cursor_trim_nul(field);
    return text.left > 0 && text.at == field.at && cursor_is_text(text);
}

static enum claim match(const struct message *message, size_t *length)
{
    struct cursor bytes = message->bytes, id;
    uint64_t type, total, time;
    *length = bytes.left;
    if (bytes.left < HEAD_SIZE)
        return message->complete ? CLAIM_NO : CLAIM_MORE;
    if (!cursor_le_at(bytes, 0, 4, &type) || !cursor_le_at(bytes, 4, 4, &total) || !type_name(type) ||
        (type == HEARTBEAT ? total != HEAD_SIZE : total < CONTENT_AT) || total > LONGEST)
        return CLAIM_NO;
    enum framed framed = frame_by_length(bytes, message->complete, (size_t)total, LONGEST, length);
    if (framed != FRAMED)
        return framed == FRAMED_CUT ? CLAIM_LIKELY : claim_framed(framed);
    if (type == REGISTRATION && !(cursor_slice(bytes, CONTENT_AT, ID_SIZE, &id) && is_id(id)))
        return CLAIM_LIKELY;
    if (type == POSITION &&
        !(cursor_le_at(bytes, CONTENT_AT, 8, &time) && time >= YEAR_2005 && time <= YEAR_2038))
        return CLAIM_LIKELY;
    return CLAIM_CERTAIN;
}

/* Degrees and minutes stand together, the seconds of both behind them. */
static double degrees_of(struct cursor whole, struct cursor seconds)
{
    return cursor_byte(whole, 0) + cursor_byte(whole, 1) / 60.0 + (double)cursor_le_of(seconds) / 3600;
}

static void read_position(struct cursor bytes, struct reading *reading)
{
    struct cursor time, lon, lat, lon_seconds, lat_seconds, status;
    uint8_t flags;
    if (bytes.left < POSITION_SIZE || !cursor_slice(bytes, CONTENT_AT, 8, &time) ||
        !cursor_u8_at(bytes, 20, &flags) || !(flags & HAS_PLACE) || !cursor_slice(bytes, 25, 2, &lon) ||
        !cursor_slice(bytes, 27, 2, &lat) || !cursor_slice(bytes, 29, 4, &lon_seconds) ||
        !cursor_slice(bytes, 33, 4, &lat_seconds) || !cursor_slice(bytes, 37, 1, &status))
        return;
    struct fix fix = { .valid = (cursor_byte(status, 0) & STATUS_FIX) != 0, .has_time = true };
    fix.time = (int64_t)(cursor_le_of(time) / 1000);
    fix.lat = degrees_of(lat, lat_seconds) * (cursor_byte(status, 0) & STATUS_NORTH ? 1 : -1);
    fix.lon = degrees_of(lon, lon_seconds) * (cursor_byte(status, 0) & STATUS_WEST ? -1 : 1);
    reading_mark_time(reading, time, fix.time);
    reading_mark_place(reading, lat, fix.lat, lon, fix.lon);
    reading_mark_fix(reading, status, fix.valid);
    reading_fix(reading, &fix);
}

static void read(const struct message *message, struct reading *reading)
{
    struct cursor bytes = message->bytes, id;
    uint64_t type, total;
    if (cursor_le_at(bytes, 0, 4, &type) && cursor_le_at(bytes, 4, 4, &total)) {
        const char *name = type_name(type);
        reading->type = name ? name : "status";
        reading_mark_value(reading, "type", cursor_part(bytes, 0, 4), "%s", reading->type);
        reading_mark_number(reading, "length", cursor_part(bytes, 4, 4), total);
        if (type == REGISTRATION && cursor_slice(bytes, CONTENT_AT, ID_SIZE, &id))
            reading_device(reading, cursor_trim_nul(id));
        if (type == POSITION)
            read_position(bytes, reading);
    }
    reading_no_location(reading);
}

static const struct sample samples[] = {
    { .hex = "0110000008000000", .claim = CLAIM_CERTAIN, .type = "heartbeat", .location = LOCATION_NONE },
    { .hex = "011000202700000003000000545255434b2d313700000000000000000000000000000000565832",
      .claim = CLAIM_CERTAIN,
      .type = "login",
      .device = "TRUCK-17",
      .location = LOCATION_NONE },
    { .hex = "01200020100000000300010002000000",
      .claim = CLAIM_CERTAIN,
      .type = "event",
      .location = LOCATION_NONE },
    { .hex = "111000202c0000000300090070a43f189c010000010200370013052f1e180000002400000005000000000000",
      .claim = CLAIM_CERTAIN,
      .type = "position",
      SAMPLE_VALID },
    { .hex = "111000202c0000000300090070a43f189c01000001020037004627211b240000000000000002000000000000",
      .claim = CLAIM_CERTAIN,
      .type = "position",
      SAMPLE_INVALID },
    { .hex = "111000202c0000000300090070a43f189c01000001020037004a00282a240000002400000007000000000000",
      .claim = CLAIM_CERTAIN,
      .type = "position",
      SAMPLE_NORTH_WEST },
    { .hex = "111000202c0000000300090070a43f189c01000001020037004627211b240000000000000003000000000000",
      .claim = CLAIM_CERTAIN,
      .type = "position",
      SAMPLE_SOUTH_WEST },
    { .hex = "111000202c0000000300090070a43f189c010000000200370013052f1e180000002400000005000000000000",
      .claim = CLAIM_CERTAIN,
      .type = "position",
      .location = LOCATION_NONE },
    { .hex = "010000200e000000030001000000",
      .claim = CLAIM_CERTAIN,
      .type = "reply",
      .location = LOCATION_NONE },
    { 0 }
};

const struct protocol protocol_recoda = {
    .name = "recoda",
    .port = 5151,
    .transports = OVER_TCP,
    .heads =
        HEADS(HEAD("\1\x10\0\0"), HEAD("\1\x10\0 "), HEAD("\1 \0 "), HEAD("\x11\x10\0 "), HEAD("\1\0\0 ")),
    .match = match,
    .read = read,
    .samples = samples,
};
