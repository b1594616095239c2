/* SPDX-License-Identifier: Apache-2.0 */
/*
 * xt2400: Xirgo XT-2400. Binary, big endian, UDP. No head, length or check value: what stands in a report, and where, is
 * configured in the device, and Traccar reads nothing without that configuration.
 *
 *   report | device id 4 | event | [number 2] | time 4 | lat 4 | lon 4 (1e-6) | …      the usual order
 */
#include "protocol/protocol.h"

enum { SHORTEST = 24, ID_AT = 1, EVENT_AT = 5, EVENT_MOST = 40, TIME_AT = 6, NUMBER_SIZE = 2 };
static const uint32_t ID_LEAST = 100000000, ID_MOST = 199999999; /* nine digits, of which the first is 1 */

/* Time and place at the offset, if they stand there. */
static bool take_place(struct cursor bytes, size_t at, struct fix *fix)
{
    uint32_t time, lat, lon;
    *fix = (struct fix){ .valid = true, .has_time = true };
    if (!cursor_skip(&bytes, at) || !cursor_be32(&bytes, &time) || !cursor_be32(&bytes, &lat) ||
        !cursor_be32(&bytes, &lon) || lat == 0 || lon == 0)
        return false;
    fix->time = time;
    fix->lat = signed32(lat) / 1e6;
    fix->lon = signed32(lon) / 1e6;
    return calendar_is_recent(fix->time) && fix_is_on_earth(fix);
}

static bool find_place(struct cursor bytes, size_t *at, struct fix *fix)
{
    for (*at = TIME_AT; *at <= TIME_AT + NUMBER_SIZE; *at += NUMBER_SIZE) {
        if (take_place(bytes, *at, fix))
            return true;
    }
    return false;
}

static enum claim match(const struct message *message, size_t *length)
{
    struct cursor bytes = message->bytes;
    struct fix fix;
    uint32_t id;
    size_t at;
    *length = bytes.left;
    if (!message->complete || bytes.left < SHORTEST || cursor_byte(bytes, EVENT_AT) > EVENT_MOST ||
        !cursor_be32_at(bytes, ID_AT, &id) || id < ID_LEAST || id > ID_MOST)
        return CLAIM_NO;
    return find_place(bytes, &at, &fix) ? CLAIM_LIKELY : CLAIM_NO;
}

static void read(const struct message *message, struct reading *reading)
{
    struct cursor bytes = message->bytes, id;
    struct fix fix;
    size_t at;
    reading->type = "report";
    if (cursor_slice(bytes, ID_AT, 4, &id)) {
        reading_device_number(reading, cursor_be_of(id), 1);
        reading_mark_value(reading, "device", id, "%s", reading->device);
    }
    if (find_place(bytes, &at, &fix)) {
        reading_mark_time(reading, cursor_part(bytes, at, 4), fix.time);
        reading_mark_place(reading, cursor_part(bytes, at + 4, 4), fix.lat, cursor_part(bytes, at + 8, 4),
                           fix.lon);
        reading_fix(reading, &fix);
    }
    reading_no_location(reading);
}

static const struct sample samples[] = {
    { .hex = "000a21fe8107697f0a2602d4f1f001234a5004b001c2000000000000000000000000",
      .claim = CLAIM_LIKELY,
      .type = "report",
      .device = "170000001",
      SAMPLE_VALID,
      .datagram = true },
    { .hex = "010a21fe81080011697f0a26fe0197f0fbc9d06004b001c2000000000000000000000000",
      .claim = CLAIM_LIKELY,
      .type = "report",
      .device = "170000001",
      SAMPLE_SOUTH_WEST,
      .datagram = true },
    { .hex = "020a21fe8109697f0a26026d2f70fb96b27004b001c2000000000000000000000000",
      .claim = CLAIM_LIKELY,
      .type = "report",
      .device = "170000001",
      SAMPLE_NORTH_WEST,
      .datagram = true },
    { 0 }
};

const struct protocol protocol_xt2400 = {
    .name = "xt2400",
    .port = 5138,
    .transports = OVER_UDP,
    .never = NEVER_INVALID | NEVER_NONE,
    /* the number of the report: small ones are seen */
    .heads = HEADS(HEAD("\0"), HEAD("\1"), HEAD("\2"), HEAD("\3"), HEAD("\4"), HEAD("\5"), HEAD("\6"),
                   HEAD("\7"), HEAD("\x08"), HEAD("\x09")),
    .match = match,
    .read = read,
    .samples = samples,
};
