/* SPDX-License-Identifier: Apache-2.0 */
/*
 * continental: Continental tracking units (Brazil). Binary, big endian, TCP. No check value that anybody knows. No answers.
 *
 *   53 56 | L 2 | version | serial 4 | product | type | content …      total = L; two more bytes may follow
 *   00 keep-alive   06 acknowledged   15 refused
 *   02 status: time 4 (Unix) | lat 4 | lon 4 | course 2 | speed 2 | fix (0 none) | device time 4 | event 2 | …
 *   A coordinate is 24 bits of 1/3600 degree, signed; if the first byte of the latitude is not 0, both are 28 bits of
 *   1/360000 degree, whose upper four bits say nothing.
 */
#include "protocol/binary_frame.h"

enum { KEEP_ALIVE = 0x00, STATUS = 0x02, ACK = 0x06, NACK = 0x15 };
enum { SERIAL_AT = 5, TYPE_AT = 10, TIME_AT = 11, LAT_AT = 15, LON_AT = 19, FIX_AT = 27, BEHIND = 2 };

static const struct binary_frame frame = {
    .length_at = 2, .length_size = 2, .shortest = TIME_AT, .longest = 1024
};

static double degrees_of(struct cursor field, bool is_fine)
{
    int64_t raw = signed_of(cursor_be_of(field), is_fine ? 28 : 24);
    return (double)raw / (is_fine ? 360000 : 3600);
}

/* Where a status has its fields; false when it is cut off before the fix. */
struct status {
    struct cursor time, lat, lon, valid;
    struct fix fix;
};
static bool open_status(struct cursor bytes, struct status *status)
{
    if (!cursor_slice(bytes, TIME_AT, 4, &status->time) || !cursor_slice(bytes, LAT_AT, 4, &status->lat) ||
        !cursor_slice(bytes, LON_AT, 4, &status->lon) || !cursor_slice(bytes, FIX_AT, 1, &status->valid))
        return false;
    bool is_fine = cursor_byte(status->lat, 0) != 0;
    status->fix = (struct fix){ .valid = cursor_byte(status->valid, 0) > 0, .has_time = true };
    status->fix.time = (int64_t)cursor_be_of(status->time);
    status->fix.lat = degrees_of(status->lat, is_fine);
    status->fix.lon = degrees_of(status->lon, is_fine);
    return true;
}

/* Some lengths leave out the last two bytes: they stand before the next message, or before nothing. */
static size_t behind(const struct message *message, size_t length)
{
    struct cursor rest = message->bytes;
    if (!cursor_skip(&rest, length) || CURSOR_MAY_START(rest, "SV"))
        return 0;
    if (message->complete && rest.left <= BEHIND)
        return rest.left;
    return cursor_skip(&rest, BEHIND) && CURSOR_STARTS(rest, "SV") ? BEHIND : 0;
}

static enum claim match(const struct message *message, size_t *length)
{
    struct status status;
    uint8_t type;
    enum claim claim = binary_match(&frame, message, length);
    if (claim < CLAIM_POSSIBLE)
        return claim;
    if (!cursor_u8_at(message->bytes, TYPE_AT, &type))
        return CLAIM_NO;
    *length += behind(message, *length);
    if (type == KEEP_ALIVE || type == ACK || type == NACK)
        return claim;
    if (type != STATUS || !open_status(message->bytes, &status))
        return CLAIM_POSSIBLE;
    bool is_plausible = fix_is_on_earth(&status.fix) && calendar_is_recent(status.fix.time);
    return is_plausible && claim == CLAIM_LIKELY ? CLAIM_CERTAIN : CLAIM_LIKELY;
}

static const char *type_name(uint8_t type)
{
    switch (type) {
    case KEEP_ALIVE:
        return "heartbeat";
    case STATUS:
        return "position";
    case ACK:
    case NACK:
        return "reply";
    default:
        return "status";
    }
}

static void read(const struct message *message, struct reading *reading)
{
    struct cursor bytes = message->bytes, serial, type;
    struct status status;
    binary_mark(&frame, reading);
    if (!cursor_slice(bytes, SERIAL_AT, 4, &serial) || !cursor_slice(bytes, TYPE_AT, 1, &type))
        return;
    reading_device_number(reading, cursor_be_of(serial), 1);
    reading_mark_number(reading, "device", serial, cursor_be_of(serial));
    reading->type = type_name(cursor_byte(type, 0));
    reading_mark_value(reading, "type", type, "%s", reading->type);
    if (cursor_byte(type, 0) == STATUS && open_status(bytes, &status)) {
        reading_mark_time(reading, status.time, status.fix.time);
        reading_mark_place(reading, status.lat, status.fix.lat, status.lon, status.fix.lon);
        reading_mark_fix(reading, status.valid, status.fix.valid);
        reading_fix(reading, &status.fix);
    }
    reading_no_location(reading);
}

static const struct sample samples[] = {
    { .hex = "5356002a020012d6870302697f0a260104faf00068dd50005a003001697f0a26000e000000000c2f0000",
      .claim = CLAIM_CERTAIN,
      .type = "position",
      .device = "1234567",
      SAMPLE_VALID },
    { .hex = "5356002a020012d6870302697f0a260f4840f00e7bda60005a003000697f0a26000e000000000c2f0000",
      .claim = CLAIM_CERTAIN,
      .type = "position",
      .device = "1234567",
      SAMPLE_INVALID },
    { .hex = "5356002a020012d6870302697f0a2600023c7c00fbef3c005a003001697f0a26000e000000000c2f00000130",
      .claim = CLAIM_CERTAIN,
      .type = "position",
      .device = "1234567",
      .location = LOCATION_VALID,
      .lat = 40.71,
      .lon = -74.01,
      .time = "2026-02-01T08:09:10Z" },
    { .hex = "5356000b020012d6870300",
      .claim = CLAIM_LIKELY,
      .type = "heartbeat",
      .device = "1234567",
      .location = LOCATION_NONE },
    { .hex = "5356000b020012d6870306",
      .claim = CLAIM_LIKELY,
      .type = "reply",
      .device = "1234567",
      .location = LOCATION_NONE },
    { 0 }
};

const struct protocol protocol_continental = {
    .name = "continental",
    .port = 5161,
    .transports = OVER_TCP,
    .heads = HEADS(HEAD("SV")),
    .match = match,
    .read = read,
    .samples = samples,
};
