/* SPDX-License-Identifier: Apache-2.0 */
/*
 * nyitech: Nyitech OBD units. Binary, little endian, TCP. What the two bytes before the end are is not known. No answers.
 *
 *   40 40 | L 2 | id 12 ASCII | type 2 | content … | 2 | 0d 0a      total = L
 *   1001 login: place   2001 live, 2002 stored: date 6, has place, has OBD, has sensors, place
 *   2003 alarm: 14, place   2004: 6, place
 *   place: dd mm yy hh mm ss | flags | lat 4 | lon 4 (1/3600000 degree) | speed 2 | course 2 | altitude 2
 *   flags: bits 0 and 1 fix, 2 north, 3 east
 *   castel has the same head, length and end, and a version before its id.
 */
#include "protocol/binary_frame.h"

enum { LOGIN = 0x1001, LIVE = 0x2001, STORED = 0x2002, ALARM = 0x2003, FIXED = 0x2004 };
enum { ID_AT = 4, ID_SIZE = 12, TYPE_AT = 16, CONTENT_AT = 18, HAS_PLACE_AT = 24 };
enum { FLAGS_FIX = 3, FLAG_NORTH = 4, FLAG_EAST = 8 };

static const struct binary_frame frame = { .length_at = 2,
                                           .length_size = 2,
                                           .length_le = true,
                                           .shortest = 22,
                                           .longest = 4096,
                                           .end = "\r\n",
                                           .end_size = 2 };

static bool has_id(struct cursor bytes)
{
    struct cursor id;
    if (!cursor_slice(bytes, ID_AT, ID_SIZE, &id))
        return false;
    for (size_t i = 0; i < id.left; i++) {
        bool is_word = (cursor_byte(id, i) >= '0' && cursor_byte(id, i) <= '9') ||
                       (cursor_byte(id, i) >= 'A' && cursor_byte(id, i) <= 'Z') ||
                       (cursor_byte(id, i) >= 'a' && cursor_byte(id, i) <= 'z');
        if (!is_word)
            return false;
    }
    return true;
}

static const char *type_name(uint16_t type)
{
    switch (type) {
    case LOGIN:
        return "login";
    case LIVE:
    case STORED:
    case FIXED:
        return "position";
    case ALARM:
        return "alarm";
    default:
        return NULL;
    }
}

static enum claim match(const struct message *message, size_t *length)
{
    uint16_t type;
    enum claim claim = binary_match(&frame, message, length);
    if (claim < CLAIM_POSSIBLE)
        return claim;
    if (!has_id(message->bytes) || !cursor_le16_at(message->bytes, TYPE_AT, &type))
        return CLAIM_NO;
    if (!type_name(type))
        return claim == CLAIM_LIKELY ? CLAIM_LIKELY : CLAIM_NO;
    return claim == CLAIM_LIKELY ? CLAIM_CERTAIN : CLAIM_LIKELY;
}

static void read_place(struct cursor c, struct reading *reading)
{
    struct cursor date = c, flags, lat, lon;
    struct fix fix = { 0 };
    date.left = date.left < 6 ? date.left : 6;
    fix.has_time = reading_take_bytes_time(&c, "dmyhis", &fix.time);
    if (!cursor_take(&c, 1, &flags) || !cursor_take(&c, 4, &lat) || !cursor_take(&c, 4, &lon))
        return;
    fix.valid = (cursor_byte(flags, 0) & FLAGS_FIX) != 0;
    fix.lat = (double)cursor_le_of(lat) / 3600000 * (cursor_byte(flags, 0) & FLAG_NORTH ? 1 : -1);
    fix.lon = (double)cursor_le_of(lon) / 3600000 * (cursor_byte(flags, 0) & FLAG_EAST ? 1 : -1);
    if (fix.has_time)
        reading_mark_time(reading, date, fix.time);
    reading_mark_place(reading, lat, fix.lat, lon, fix.lon);
    reading_mark_fix(reading, flags, fix.valid);
    reading_fix(reading, &fix);
}

/* Where the place stands; 0: it has none. */
static size_t place_at(uint16_t type, struct cursor bytes)
{
    uint8_t has_place = 0;
    switch (type) {
    case LOGIN:
        return CONTENT_AT;
    case LIVE:
    case STORED:
        return cursor_u8_at(bytes, HAS_PLACE_AT, &has_place) && has_place ? CONTENT_AT + 9 : 0;
    case ALARM:
        return CONTENT_AT + 14;
    case FIXED:
        return CONTENT_AT + 6;
    default:
        return 0;
    }
}

static void read(const struct message *message, struct reading *reading)
{
    struct cursor bytes = message->bytes, id, type, place = bytes;
    binary_mark(&frame, reading);
    if (cursor_slice(bytes, ID_AT, ID_SIZE, &id))
        reading_device(reading, id);
    if (!cursor_slice(bytes, TYPE_AT, 2, &type))
        return;
    const char *name = type_name((uint16_t)cursor_le_of(type));
    size_t at = place_at((uint16_t)cursor_le_of(type), bytes);
    if (at > 0 && cursor_skip(&place, at))
        read_place(place, reading);
    bool is_placeless = !name || (reading->location < LOCATION_INVALID && strcmp(name, "position") == 0);
    reading->type = is_placeless ? "status" : name;
    reading_mark_value(reading, "type", type, "%s", reading->type);
    reading_no_location(reading);
}

static const struct sample samples[] = {
    { .hex = "40403500303132333435363738393031011001021a08090a0f60cd310a20a51804e204c201140500000000000000"
             "00000012340d0a",
      .claim = CLAIM_CERTAIN,
      .type = "login",
      .device = "012345678901",
      SAMPLE_VALID },
    { .hex = "40404000303132333435363738393031012001021a08090c80808001021a08090a076044bc08a07de10fe204c201"
             "140500000000000000000000000012340d0a",
      .claim = CLAIM_CERTAIN,
      .type = "position",
      .device = "012345678901",
      SAMPLE_NORTH_WEST },
    { .hex = "40403400303132333435363738393031022001021a08090c80800001021a08090a00a0762d074078290fe204c201"
             "140512340d0a",
      .claim = CLAIM_CERTAIN,
      .type = "position",
      .device = "012345678901",
      SAMPLE_INVALID },
    { .hex = "40402b00303132333435363738393031022001021a08090c00800000000000000000000000000012340d0a",
      .claim = CLAIM_CERTAIN,
      .type = "status",
      .device = "012345678901",
      .location = LOCATION_NONE },
    { .hex = "4040390030313233343536373839303103200100010c0000000001021a08090c01021a08090a03a0762d07407829"
             "0fe204c201140512340d0a",
      .claim = CLAIM_CERTAIN,
      .type = "alarm",
      .device = "012345678901",
      SAMPLE_SOUTH_WEST },
    { .hex = "40403100303132333435363738393031042001021a08090c01021a08090a0f60cd310a20a51804e204c201140512"
             "340d0a",
      .claim = CLAIM_CERTAIN,
      .type = "position",
      .device = "012345678901",
      SAMPLE_VALID },
    { .hex = "40401c00323030303030303030313233052000000000000012340d0a",
      .claim = CLAIM_LIKELY,
      .type = "status",
      .device = "200000000123",
      .location = LOCATION_NONE },
    { 0 }
};

const struct protocol protocol_nyitech = {
    .name = "nyitech",
    .port = 5182,
    .transports = OVER_TCP,
    .heads = HEADS(HEAD("\x40\x40")),
    .match = match,
    .read = read,
    .samples = samples,
};
