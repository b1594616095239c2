/* SPDX-License-Identifier: Apache-2.0 */
/*
 * uux: UUX vehicle units. Texts in a binary frame, TCP, no checksum, no end.
 *
 *   81 91 | version (bit 7: answer) | L | type | content …      total = L + 4
 *   90 report: id 10 characters | mm dd hh mm ss | reason 10 | flags 2 | A | satellites 2 | ddmm.mmmm N|S | dddmm.mmmm E|W | …
 *       The year is not told. Always with a fix.
 *   9e immobilizer: id, …   ff keep-alive: nothing   d0, f0 acknowledge; others: id, …
 */
#include "base/nmea.h"
#include "protocol/binary_frame.h"

enum { REPORT = 0x90, IMMOBILIZER = 0x9e, KEEP_ALIVE = 0xff, ACK = 0xd0, NACK = 0xf0 };
enum { VERSION_AT = 2, TYPE_AT = 4, ID_AT = 5, ID_SIZE = 10, PLACE_AT = 35, LAT_SIZE = 9, LON_SIZE = 10 };
enum { FLAG_ANSWER = 0x80 };

static const struct binary_frame frame = { .length_at = 3, .length_size = 1, .plus = 4, .shortest = ID_AT };

static bool has_id(struct cursor bytes)
{
    struct cursor id;
    return cursor_slice(bytes, ID_AT, ID_SIZE, &id) && cursor_is_text(id);
}

static bool take_place(struct cursor bytes, struct fix *fix, struct reading *reading)
{
    struct cursor lat, ns, lon, ew;
    if (!cursor_skip(&bytes, PLACE_AT) || !cursor_take(&bytes, LAT_SIZE, &lat) ||
        !cursor_take(&bytes, 1, &ns) || !cursor_take(&bytes, LON_SIZE, &lon) ||
        !cursor_take(&bytes, 1, &ew) || !nmea_degrees(lat, &fix->lat) || !nmea_degrees(lon, &fix->lon))
        return false;
    fix->lat *= nmea_sign(ns);
    fix->lon *= nmea_sign(ew);
    if (reading) {
        reading_mark_place(reading, lat, fix->lat, lon, fix->lon);
        reading_mark(reading, "hemisphere", ns);
        reading_mark(reading, "hemisphere", ew);
    }
    return true;
}

static enum claim match(const struct message *message, size_t *length)
{
    struct fix fix;
    uint8_t type;
    enum claim claim = binary_match(&frame, message, length);
    if (claim < CLAIM_POSSIBLE)
        return claim;
    if (!cursor_u8_at(message->bytes, TYPE_AT, &type))
        return CLAIM_NO;
    struct cursor bytes = cursor_part(message->bytes, 0, *length);
    if (type == KEEP_ALIVE)
        return *length == ID_AT && claim == CLAIM_LIKELY ? CLAIM_LIKELY : CLAIM_NO;
    bool is_short = (type == ACK || type == NACK) && *length == ID_AT;
    if (!has_id(bytes) && !is_short)
        return CLAIM_NO;
    if (claim == CLAIM_POSSIBLE)
        return CLAIM_POSSIBLE;
    bool is_proven = type == IMMOBILIZER || (type == REPORT && take_place(bytes, &fix, NULL));
    return is_proven ? CLAIM_CERTAIN : CLAIM_LIKELY;
}

static const char *type_name(uint8_t type)
{
    switch (type) {
    case REPORT:
        return "position";
    case KEEP_ALIVE:
        return "heartbeat";
    case ACK:
    case NACK:
        return "reply";
    default:
        return "status";
    }
}

static void read(const struct message *message, struct reading *reading)
{
    struct cursor bytes = message->bytes, type, id;
    struct fix fix = { .valid = true };
    binary_mark(&frame, reading);
    if (!cursor_slice(bytes, TYPE_AT, 1, &type))
        return;
    reading->type = type_name(cursor_byte(type, 0));
    reading_mark_value(reading, "type", type, "%s", reading->type);
    if (cursor_byte(type, 0) != KEEP_ALIVE && cursor_slice(bytes, ID_AT, ID_SIZE, &id))
        reading_device(reading, id);
    if (cursor_byte(type, 0) == REPORT && take_place(bytes, &fix, reading))
        reading_fix(reading, &fix);
    reading_no_location(reading);
}

/* Traccar is silent where a report asks for an answer. */
static void answer(const struct message *message, const struct asker *asker, struct buffer *reply)
{
    struct cursor bytes = message->bytes;
    (void)asker;
    if (!has_id(bytes) || !(cursor_byte(bytes, VERSION_AT) & FLAG_ANSWER))
        return;
    uint8_t type = cursor_byte(bytes, TYPE_AT);
    if (type == REPORT || type == IMMOBILIZER || type == KEEP_ALIVE || type == ACK || type == NACK)
        return;
    buffer_put_cursor(reply, cursor_part(bytes, 0, VERSION_AT));
    buffer_put_u8(reply, cursor_byte(bytes, VERSION_AT) & 0x7fu);
    buffer_put_u8(reply, 1);
    buffer_put_u8(reply, ACK);
}

static const struct sample samples[] = {
    { .hex = "81910c589030314142433233343536020108090a397079712a00000000000000413038343733302e363030304e30"
             "313930352e3430303045303132303435303132303030300000007b1f41424344454630303030303030303030ffff",
      .claim = CLAIM_CERTAIN,
      .type = "position",
      .device = "01ABC23456",
      .location = LOCATION_VALID,
      .lat = 47.51,
      .lon = 19.09 },
    { .hex = "81910c589030314142433233343536020108090a397079712a00000000000000413038333332372e303030305330"
             "373033392e3630303057303132303435303132303030300000007b1f41424344454630303030303030303030ffff",
      .claim = CLAIM_CERTAIN,
      .type = "position",
      .device = "01ABC23456",
      .location = LOCATION_VALID,
      .lat = -33.45,
      .lon = -70.66 },
    { .hex = "81910c589030314142433233343536020108090a397079712a00000000000000413038343034322e363030304e30"
             "373430302e3630303057303132303435303132303030300000007b1f41424344454630303030303030303030ffff",
      .claim = CLAIM_CERTAIN,
      .type = "position",
      .device = "01ABC23456",
      .location = LOCATION_VALID,
      .lat = 40.71,
      .lon = -74.01 },
    { .hex = "81918c1f9e303141424332333435360000000000000000000000000000000000000000",
      .claim = CLAIM_CERTAIN,
      .type = "status",
      .device = "01ABC23456",
      .location = LOCATION_NONE },
    { .hex = "81918c0f943031414243323334353600000000",
      .claim = CLAIM_LIKELY,
      .type = "status",
      .device = "01ABC23456",
      .location = LOCATION_NONE,
      .answer = "81910c01d0" },
    { .hex = "81910b01ff", .claim = CLAIM_LIKELY, .type = "heartbeat", .location = LOCATION_NONE },
    { 0 }
};

const struct protocol protocol_uux = {
    .name = "uux",
    .port = 5225,
    .transports = OVER_TCP,
    .never = NEVER_INVALID,
    .heads = HEADS(HEAD("\x81\x91")),
    .match = match,
    .read = read,
    .answer = answer,
    .samples = samples,
};
