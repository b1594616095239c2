/* SPDX-License-Identifier: Apache-2.0 */
/*
 * positrex: Positrex vehicle units. Binary, big endian, UDP. No head, length or check value, no answers.
 *
 *   id | service | content
 *   id: 0x xx (bit 7 clear): 7560000 + 15 bits; 8x xx xx: 7590000 + 20 bits; 9x to bx: 70000000 + 20 bits;
 *       cx to fx, 4 bytes: 73000000 + 30 bits
 *   service 2e, place: time 4 | lat 3 | lon 3 (40000 a degree; highest bit of lat: a fix) | speed | course | inputs |
 *       odometer 4 | begin 4 | end 4 | records 4 | …
 *   time: seconds, minutes, hours, day (of 32), month (of 13), years since 2000, each counted in the next
 */
#include "protocol/protocol.h"

enum { SERVICE_PLACE = 0x2e, PLACE_SIZE = 29, COUNTERS_AT = 13, COUNTERS = 4, COURSE_MOST = 180 };
enum { LARGEST_COUNTER = 0x0fffffff, LARGEST_COUNT = 0x00ffffff };

static size_t id_size(uint8_t first)
{
    return first & 0x80 ? first & 0x40 ? 4 : 3 : 2;
}

static uint64_t number_of(struct cursor id)
{
    uint64_t raw = cursor_be_of(id);
    if (id.left == 2)
        return 7560000 + raw;
    if (id.left == 4)
        return 73000000 + (raw & 0x3fffffff);
    return (cursor_byte(id, 0) & 0x30 ? 70000000 : 7590000) + (raw & 0xfffff);
}

static bool take_front(struct cursor *c, struct cursor *id, uint8_t *service)
{
    return cursor_take(c, id_size(cursor_byte(*c, 0)), id) && cursor_u8(c, service);
}

struct place {
    struct cursor time, lat, lon;
    struct fix fix;
};

static bool take_time(struct cursor field, int64_t *seconds)
{
    uint64_t left = cursor_be_of(field);
    struct calendar when = { .second = (unsigned)(left % 60) };
    left /= 60;
    when.minute = (unsigned)(left % 60);
    left /= 60;
    when.hour = (unsigned)(left % 24);
    left /= 24;
    when.day = (unsigned)(left % 32);
    left /= 32;
    when.month = (unsigned)(left % 13);
    when.year = 2000 + (unsigned)(left / 13);
    return calendar_to_unix(&when, seconds);
}

static bool take_place(struct cursor c, struct place *place)
{
    if (!cursor_take(&c, 4, &place->time) || !cursor_take(&c, 3, &place->lat) ||
        !cursor_take(&c, 3, &place->lon))
        return false;
    place->fix = (struct fix){ .valid = cursor_byte(place->lat, 0) & 0x80 };
    place->fix.has_time = take_time(place->time, &place->fix.time);
    place->fix.lat = (double)signed_of(cursor_be_of(place->lat), 23) / 40000;
    place->fix.lon = (double)signed_of(cursor_be_of(place->lon), 24) / 40000;
    return true;
}

/* Odometer, first and last record, number of records: none is near the end of its range. */
static bool has_counters(struct cursor content)
{
    uint32_t counter;
    if (!cursor_skip(&content, COUNTERS_AT))
        return false;
    for (size_t i = 0; i < COUNTERS; i++) {
        if (!cursor_be32(&content, &counter) ||
            counter > (i < COUNTERS - 1 ? LARGEST_COUNTER : LARGEST_COUNT))
            return false;
    }
    return true;
}

static enum claim match(const struct message *message, size_t *length)
{
    struct cursor rest = message->bytes, id;
    struct place place;
    uint8_t service;
    *length = message->bytes.left;
    if (!message->complete || !take_front(&rest, &id, &service) || service != SERVICE_PLACE ||
        rest.left < PLACE_SIZE || !take_place(rest, &place))
        return CLAIM_NO;
    bool is_plausible = fix_is_on_earth(&place.fix) && cursor_byte(rest, COUNTERS_AT - 2) <= COURSE_MOST &&
                        has_counters(rest);
    /* without a date and a place all that is left is zeros, and a letter */
    bool is_dated = place.fix.has_time && calendar_is_recent(place.fix.time);
    bool is_empty = !is_dated && place.fix.lat == 0 && place.fix.lon == 0;
    return !is_plausible ? CLAIM_NO : is_empty ? CLAIM_POSSIBLE : CLAIM_LIKELY;
}

static void read(const struct message *message, struct reading *reading)
{
    struct cursor rest = message->bytes, id;
    struct place place;
    uint8_t service;
    reading->type = "position";
    if (!take_front(&rest, &id, &service) || !take_place(rest, &place))
        return;
    reading_device_number(reading, number_of(id), 1);
    reading_mark_value(reading, "device", id, "%s", reading->device);
    if (place.fix.has_time)
        reading_mark_time(reading, place.time, place.fix.time);
    reading_mark_place(reading, place.lat, place.fix.lat, place.lon, place.fix.lon);
    reading_mark_fix(reading, cursor_part(place.lat, 0, 1), place.fix.valid);
    reading_fix(reading, &place.fix);
}

static const struct sample samples[] = {
    { .hex = "12342e380984269cff700ba6d00c160300001267000000640000006c0000000931381004",
      .claim = CLAIM_LIKELY,
      .type = "position",
      .device = "7564660",
      SAMPLE_VALID,
      .datagram = true },
    { .hex = "8280912e380984266b9570d4df600c160300001267000000640000006c0000000931381004",
      .claim = CLAIM_LIKELY,
      .type = "position",
      .device = "7753985",
      SAMPLE_INVALID,
      .datagram = true },
    { .hex = "c00012342e3809842698d8f0d2d3f00c160300001267000000640000006c0000000931381004",
      .claim = CLAIM_LIKELY,
      .type = "position",
      .device = "73004660",
      SAMPLE_NORTH_WEST,
      .datagram = true },
    { .hex = "9380912e3809842698d8f0d2d3f00c160300001267000000640000006c0000000931381004",
      .claim = CLAIM_LIKELY,
      .type = "position",
      .device = "70229521",
      SAMPLE_NORTH_WEST,
      .datagram = true },
    { 0 }
};

const struct protocol protocol_positrex = {
    .name = "positrex",
    .port = 5252,
    .transports = OVER_UDP,
    .never = NEVER_NONE,
    .heads = HEADS(HEAD_ANY),
    .match = match,
    .read = read,
    .samples = samples,
};
