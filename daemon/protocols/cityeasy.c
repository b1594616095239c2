/* SPDX-License-Identifier: Apache-2.0 */
/*
 * cityeasy: CityEasy 007, 202 and other personal trackers. Text in a binary frame, big endian, TCP. No answers.
 *
 *   54 54 | L 2 | id 7 BCD | type 2 | content … | serial 4 | check 2 | 0d 0a      total = L; the check is not known
 *   3 position, 4 position asked for: [yyyymmddhhmmss,A|V,satellites,N|S,lat,E|W,lon,speed,hdop,altitude];mcc,mnc,lac,cell…
 *   1 address request   2 status   5 interval   6 number   7 monitoring   8 time zone
 *   The id is 14 digits; Traccar also tries it with the check digit of an IMEI behind.
 */
#include "base/bcd.h"
#include "protocol/binary_frame.h"

enum { POSITION = 3, POSITION_ASKED = 4, LAST_TYPE = 8 };
enum { ID_AT = 4, ID_SIZE = 7, TYPE_AT = 11, CONTENT_AT = 13, TAIL = 8 };

static const struct binary_frame frame = { .length_at = 2,
                                           .length_size = 2,
                                           .shortest = CONTENT_AT + TAIL,
                                           .longest = 2048,
                                           .end = "\r\n",
                                           .end_size = 2 };

static const struct pattern position = { "(?<ymdhms>\\d{14}),(?<valid>[AV]),\\d+,(?<ns>[NS]),(?<latd>\\d+\\."
                                         "\\d+),(?<ew>[EW]),(?<lond>\\d+\\.\\d+),"
                                         "\\d+\\.\\d,\\d+\\.\\d,-?\\d+\\.\\d;\\d+,\\d+,\\d+,\\d+" };

static enum claim match(const struct message *message, size_t *length)
{
    struct cursor id;
    uint16_t type;
    enum claim claim = binary_match(&frame, message, length);
    if (claim < CLAIM_POSSIBLE)
        return claim;
    if (!cursor_slice(message->bytes, ID_AT, ID_SIZE, &id) || !cursor_be16_at(message->bytes, TYPE_AT, &type))
        return CLAIM_NO;
    if (!bcd_ok(id)) /* shown in HEX then */
        return claim == CLAIM_LIKELY ? CLAIM_LIKELY : CLAIM_NO;
    bool is_known = type > 0 && type <= LAST_TYPE;
    if (claim == CLAIM_POSSIBLE)
        return is_known ? CLAIM_LIKELY : CLAIM_NO;
    return is_known ? CLAIM_CERTAIN : CLAIM_LIKELY;
}

static const char *type_name(uint64_t type, bool is_located)
{
    switch (type) {
    case 1:
        return "address request";
    case POSITION:
    case POSITION_ASKED:
        return is_located ? "position" : "cells";
    default:
        return "status";
    }
}

static void read(const struct message *message, struct reading *reading)
{
    struct cursor bytes = message->bytes, id, type, content = bytes;
    struct groups found;
    binary_mark(&frame, reading);
    if (cursor_slice(bytes, ID_AT, ID_SIZE, &id))
        reading_device_bcd(reading, id, 0, 0);
    if (!cursor_slice(bytes, TYPE_AT, 2, &type) || !cursor_skip(&content, CONTENT_AT))
        return;
    content.left -= content.left < TAIL ? content.left : TAIL;
    uint64_t number = cursor_be_of(type);
    if ((number == POSITION || number == POSITION_ASKED) &&
        pattern_match(message->patterns, &position, content, &found))
        reading_take_groups(reading, &found, false);
    reading->type = type_name(number, reading->location >= LOCATION_INVALID);
    reading_mark_value(reading, "type", type, "%s", reading->type);
    reading_no_location(reading);
}

static const struct sample samples[] = {
    { .hex = "5454006312345678901234000332303236303230313038303931302c412c362c4e2c34372e3531303030302c452c"
             "31392e3039303030302c31322e352c312e322c3133302e303b3231362c33302c343636302c32323133362c333500"
             "00000712340d0a",
      .claim = CLAIM_CERTAIN,
      .type = "position",
      .device = "12345678901234",
      SAMPLE_VALID },
    { .hex = "5454006312345678901234000432303236303230313038303931302c562c362c532c33332e3435303030302c572c"
             "37302e3636303030302c31322e352c312e322c3133302e303b3231362c33302c343636302c32323133362c333500"
             "00000712340d0a",
      .claim = CLAIM_CERTAIN,
      .type = "position",
      .device = "12345678901234",
      SAMPLE_INVALID },
    { .hex = "5454006312345678901234000332303236303230313038303931302c412c362c4e2c34302e3731303030302c572c"
             "37342e3031303030302c31322e352c312e322c3133302e303b3231362c33302c343636302c32323133362c333500"
             "00000712340d0a",
      .claim = CLAIM_CERTAIN,
      .type = "position",
      .device = "12345678901234",
      SAMPLE_NORTH_WEST },
    { .hex = "545400381234567890123400033b3231362c33302c343636302c32323133362c33352c343636302c32323133372c"
             "32310000000712340d0a",
      .claim = CLAIM_CERTAIN,
      .type = "cells",
      .device = "12345678901234",
      .location = LOCATION_NONE },
    { .hex = "5454001a12345678901234000252070410000000000712340d0a",
      .claim = CLAIM_CERTAIN,
      .type = "status",
      .device = "12345678901234",
      .location = LOCATION_NONE },
    { .hex = "545400151234567890123400010000000712340d0a",
      .claim = CLAIM_CERTAIN,
      .type = "address request",
      .device = "12345678901234",
      .location = LOCATION_NONE },
    { .hex = "545400189a00000000001000020102030000000112340d0a",
      .claim = CLAIM_LIKELY,
      .type = "status",
      .device = "9a000000000010",
      .location = LOCATION_NONE },
    { 0 }
};

const struct protocol protocol_cityeasy = {
    .name = "cityeasy",
    .port = 5088,
    .transports = OVER_TCP,
    .heads = HEADS(HEAD("TT")),
    .match = match,
    .read = read,
    .samples = samples,
};
