/* SPDX-License-Identifier: Apache-2.0 */
/*
 * pricol: Pricol trackers (India). Binary, big endian, 64 bytes, TCP and UDP, no check value.
 *
 *   "<" | id 7 letters or digits | event | version | status | signal | gps | d m y h i s | lat 2 ddmm, 2 (1e-4), "N" or "S" |
 *   lon 3 dddmm, 2 (1e-4), "E" or "W" | speed | … | ">"      always with a fix
 *   The server says ACK.
 */
#include "base/nmea.h"
#include "protocol/protocol.h"

enum {
    SIZE = 64,
    ID_AT = 1,
    ID_SIZE = 7,
    TIME_AT = 13,
    TIME_SIZE = 6,
    LAT_AT = 19,
    LON_AT = 24,
    TEXT_LONGEST = 12
};

static bool is_id(struct cursor id)
{
    for (size_t i = 0; i < id.left; i++) {
        uint8_t byte = cursor_byte(id, i);
        bool is_word = (byte >= '0' && byte <= '9') || (byte >= 'A' && byte <= 'Z') ||
                       (byte >= 'a' && byte <= 'z') || (i > 0 && (byte == '-' || byte == '_'));
        if (!is_word)
            return false;
    }
    return true;
}

/* ddmm in so many bytes, then the fraction and the letter. */
static bool take_degrees(struct cursor *c, size_t width, double *degrees)
{
    uint64_t whole;
    uint16_t fraction;
    struct cursor letter;
    if (!cursor_be(c, width, &whole) || !cursor_be16(c, &fraction) || !cursor_take(c, 1, &letter))
        return false;
    uint64_t hundreds = whole / 100;
    *degrees = (double)hundreds + ((double)(whole % 100) + fraction / 10000.0) / 60;
    *degrees *= nmea_sign(letter);
    return whole % 100 < 60 && fraction < 10000 &&
           (cursor_byte(letter, 0) == 0 || memchr("NSEW", cursor_byte(letter, 0), 4));
}

struct place {
    struct cursor time, lat, lon;
    struct fix fix;
    bool is_plausible;
};

static bool take_place(struct cursor bytes, struct place *place)
{
    struct cursor time, rest = bytes;
    *place = (struct place){ .fix = { .valid = true } };
    if (!cursor_slice(bytes, TIME_AT, TIME_SIZE, &place->time) || !cursor_skip(&rest, LAT_AT))
        return false;
    time = place->time;
    place->fix.has_time = reading_take_bytes_time(&time, "dmyhis", &place->fix.time);
    struct cursor start = rest;
    bool has_lat = take_degrees(&rest, 2, &place->fix.lat);
    place->lat = cursor_part(start, 0, start.left - rest.left);
    start = rest;
    bool has_lon = take_degrees(&rest, 3, &place->fix.lon);
    place->lon = cursor_part(start, 0, start.left - rest.left);
    place->is_plausible = has_lat && has_lon && fix_is_on_earth(&place->fix);
    return true;
}

static enum claim match(const struct message *message, size_t *length)
{
    struct cursor bytes = message->bytes;
    struct place place;
    enum framed framed = frame_by_length(bytes, message->complete, SIZE, SIZE, length);
    size_t there = bytes.left - 1 < ID_SIZE ? bytes.left - 1 : ID_SIZE;
    /* XML is text all over */
    bool is_text = bytes.left > TEXT_LONGEST &&
                   cursor_is_text(cursor_part(bytes, 0, *length < SIZE ? bytes.left : SIZE));
    if (!is_id(cursor_part(bytes, ID_AT, there)) || is_text)
        return CLAIM_NO;
    if (framed == FRAMED_MORE)
        return CLAIM_MORE;
    if (framed == FRAMED_CUT)
        return take_place(bytes, &place) && place.is_plausible && place.fix.has_time ? CLAIM_POSSIBLE
                                                                                     : CLAIM_NO;
    if (framed != FRAMED)
        return CLAIM_NO;
    if (!take_place(bytes, &place))
        return CLAIM_NO;
    if (cursor_byte(bytes, SIZE - 1) != '>')
        return bytes.left == SIZE && place.is_plausible && place.fix.has_time ? CLAIM_POSSIBLE : CLAIM_NO;
    return place.is_plausible && place.fix.has_time ? CLAIM_CERTAIN : CLAIM_LIKELY;
}

static void read(const struct message *message, struct reading *reading)
{
    struct cursor bytes = message->bytes, id;
    struct place place;
    reading->type = "position";
    if (!cursor_slice(bytes, ID_AT, ID_SIZE, &id) || !take_place(bytes, &place))
        return;
    reading_device(reading, id);
    if (place.fix.has_time)
        reading_mark_time(reading, place.time, place.fix.time);
    reading_mark_place(reading, place.lat, place.fix.lat, place.lon, place.fix.lon);
    reading_fix(reading, &place.fix);
}

static void answer(const struct message *message, const struct asker *asker, struct buffer *reply)
{
    (void)message;
    (void)asker;
    buffer_put_text(reply, "ACK");
}

static const struct sample samples[] = {
    { .hex = "3c54524b303030304b0200150101021a08090a127a17704e0007710fa0450c000000000000000000000000000000000"
             "00000000000000000000000000000003e",
      .claim = CLAIM_CERTAIN,
      .type = "position",
      .device = "TRK0000",
      SAMPLE_VALID,
      .answer = "=ACK" },
    { .hex = "3c54524b303030314b0200150101021a08090a0cff000053001b7f1770570c000000000000000000000000000000000"
             "00000000000000000000000000000003e",
      .claim = CLAIM_CERTAIN,
      .type = "position",
      .device = "TRK0001",
      SAMPLE_SOUTH_WEST,
      .datagram = true,
      .answer = "=ACK" },
    { .hex = "3c54524b303030324b0200150101021a08090a0fca17704e001ce81770570c000000000000000000000000000000000"
             "00000000000000000000000000000003e",
      .claim = CLAIM_CERTAIN,
      .type = "position",
      .device = "TRK0002",
      SAMPLE_NORTH_WEST,
      .answer = "=ACK" },
    { .hex = "3c54524b303030314b02000000000000000000000000000000000000000000000000000000000000000000000000000"
             "00000000000000000000000000000003e",
      .claim = CLAIM_LIKELY,
      .type = "position",
      .device = "TRK0001",
      .location = LOCATION_VALID,
      .answer = "=ACK" },
    { .hex = "3c54452d30313031010100140101021a08090a0cff000053001b7f17705705000000000000000000000000000000000"
             "00000000000000000000000000000003e",
      .claim = CLAIM_CERTAIN,
      .type = "position",
      .device = "TE-0101",
      SAMPLE_SOUTH_WEST,
      .answer = "41434b" },
    { .hex = "3c54455330313031010100140101021a08090a0cff000053001b7f17705705000000000000000000",
      .whole = true,
      .claim = CLAIM_POSSIBLE,
      .type = "position",
      .device = "TES0101",
      SAMPLE_SOUTH_WEST,
      .answer = "41434b" },
    { 0 }
};

const struct protocol protocol_pricol = {
    .name = "pricol",
    .port = 5134,
    .transports = OVER_TCP | OVER_UDP,
    .never = NEVER_INVALID | NEVER_NONE,
    .heads = HEADS(HEAD("<")),
    .match = match,
    .read = read,
    .answer = answer,
    .samples = samples,
};
