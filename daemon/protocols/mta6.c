/* SPDX-License-Identifier: Apache-2.0 */
/*
 * mta6: MTA-6 and MTA-02 (Russia). HTTP over TCP, a form in the body whose last parameter is binary, big endian.
 *
 *   id=<id>&bin=<type> | data offset | count | 1 | time zone | … | data
 *     types 31, 32, 36 (hex) carry positions; 34, 38, 4f, 59 do not
 *   data (layout A1, the usual one): flags | event [more of it] | lat | lon | seconds of the week | week 2 | status |
 *     bit 0: altitude 2, speed, course, odometer | bit 1: two numbers, 1 | bit 2: 6 | bit 3: 8 | bit 4: 5 |
 *     bit 5: power 2, temperature, GSM (3 bits) and satellites (5 bits; 3 and more: a fix)
 *   Angles are radians. Numbers are packed: 00 in the upper two bits: the first 30 bits of a float; 01, 10, 11: one to three bytes
 *   that replace the lower bits of the number before it, of which a first record has none.
 *   Units set to the layout of the CAN bus send another one, which the data do not tell.
 */
#include <math.h>

#include "protocol/http_protocol.h"

enum { HEAD_SIZE = 5, MORE_EVENT = 0x80, LONG_EVENT = 0x40, LONG_EVENT_SIZE = 8 };
static const int64_t WEEK = 604800;
static const double TO_DEGREES = 57.29577951308232;

/* id and packet of the body. */
static bool take_body(struct cursor body, struct cursor *id, struct cursor *packet)
{
    *packet = body;
    return CURSOR_STARTS(body, "id=") && cursor_skip(packet, 3) && cursor_until(packet, '&', id) &&
           CURSOR_STARTS(*packet, "bin=") && cursor_skip(packet, 4);
}

static bool is_located(uint8_t type)
{
    return type == 0x31 || type == 0x32 || type == 0x36;
}

static bool is_type(uint8_t type)
{
    return is_located(type) || type == 0x34 || type == 0x38 || type == 0x4f || type == 0x59;
}

/* A packed number that has none before it. */
static bool take_number(struct cursor *c, double *out)
{
    struct cursor rest = *c;
    uint64_t raw = 0;
    uint8_t first;
    if (!cursor_u8_at(rest, 0, &first))
        return false;
    size_t size = first >> 6 == 0 ? 4 : first >> 6;
    if (!cursor_be(&rest, size, &raw))
        return false;
    raw = raw << 2 & (((uint64_t)1 << 8 * size) - 1);
    uint8_t bytes[4] = { (uint8_t)(raw >> 24), (uint8_t)(raw >> 16), (uint8_t)(raw >> 8), (uint8_t)raw };
    struct cursor single = cursor_of(bytes, sizeof(bytes));
    *c = rest;
    return cursor_be_f32(&single, out);
}

static bool skip_event(struct cursor *c)
{
    uint8_t byte;
    if (!cursor_u8(c, &byte))
        return false;
    if (byte & MORE_EVENT && byte & LONG_EVENT)
        return cursor_skip(c, LONG_EVENT_SIZE);
    while (byte & MORE_EVENT) {
        if (!cursor_u8(c, &byte))
            return false;
    }
    return true;
}

/* Moves to the byte with the number of satellites. */
static bool skip_to_satellites(struct cursor *c, uint8_t flags)
{
    double number;
    if (!cursor_skip(c, 1))
        return false;
    if (flags & 1 && (!cursor_skip(c, 4) || !take_number(c, &number)))
        return false;
    if (flags & 2 && (!take_number(c, &number) || !take_number(c, &number) || !cursor_skip(c, 1)))
        return false;
    return cursor_skip(c, (flags & 4 ? 6u : 0) + (flags & 8 ? 8u : 0) + (flags & 16 ? 5u : 0) + 3);
}

struct place {
    struct fix fix;
    struct cursor lat, lon, time, satellites; /* satellites: empty where the message does not tell them */
};

static bool take_marked(struct cursor *c, double *number, struct cursor *field)
{
    struct cursor start = *c;
    if (!take_number(c, number))
        return false;
    *field = cursor_part(start, 0, start.left - c->left);
    return true;
}

static bool take_place(struct cursor packet, struct place *place)
{
    struct cursor c = packet;
    uint8_t offset, flags, satellites;
    uint16_t week;
    double lat, lon, seconds;
    *place = (struct place){ 0 };
    if (!cursor_u8_at(packet, 1, &offset) || offset < HEAD_SIZE || !cursor_skip(&c, offset) ||
        !cursor_u8(&c, &flags) || !skip_event(&c) || !take_marked(&c, &lat, &place->lat) ||
        !take_marked(&c, &lon, &place->lon) || !take_marked(&c, &seconds, &place->time) ||
        !cursor_be16(&c, &week))
        return false;
    if (!(fabs(lat) <= 1.5708 && fabs(lon) <= 3.1416 && seconds >= 0 && seconds < (double)WEEK))
        return false;
    place->fix = (struct fix){ .lat = lat * TO_DEGREES, .lon = lon * TO_DEGREES, .has_time = true };
    place->fix.time = EPOCH_1980 + week * WEEK + (int64_t)seconds;
    if (flags & 32 && skip_to_satellites(&c, flags) && cursor_take(&c, 1, &place->satellites) &&
        cursor_u8_at(place->satellites, 0, &satellites))
        place->fix.valid = (satellites & 31) >= 3;
    return true;
}

static enum claim match(const struct message *message, size_t *length)
{
    struct http_request request;
    struct cursor id, packet;
    struct place place;
    uint8_t type;
    enum claim claim = http_claim(message, HTTP_FORM, "&bin=", &request, length);
    if (claim != CLAIM_POSSIBLE)
        return claim;
    if (!take_body(request.body, &id, &packet) || id.left == 0)
        return CLAIM_NO;
    if (!cursor_u8_at(packet, 0, &type) || !is_type(type))
        return CLAIM_POSSIBLE;
    return !is_located(type) || take_place(packet, &place) ? CLAIM_CERTAIN : CLAIM_LIKELY;
}

static void read(const struct message *message, struct reading *reading)
{
    struct http_request request;
    struct cursor id, packet;
    struct place place;
    uint8_t type;
    reading->type = "status";
    if (http_parse(message->bytes, true, &request) == HTTP_REQUEST && take_body(request.body, &id, &packet)) {
        reading_device(reading, id);
        if (cursor_u8_at(packet, 0, &type) && is_located(type) && take_place(packet, &place)) {
            reading->type = "position";
            reading_mark_place(reading, place.lat, place.fix.lat, place.lon, place.fix.lon);
            reading_mark_time(reading, place.time, place.fix.time);
            reading_mark_fix(reading, place.satellites, place.fix.valid);
            reading_fix(reading, &place.fix);
        }
    }
    reading_no_location(reading);
}

static void answer(const struct message *message, const struct asker *asker, struct buffer *reply)
{
    struct http_request request;
    struct cursor id, packet;
    uint8_t memory[16], type, count;
    struct buffer body = buffer_on(memory, sizeof(memory));
    (void)asker;
    if (http_parse(message->bytes, true, &request) != HTTP_REQUEST ||
        !take_body(request.body, &id, &packet) || !cursor_u8_at(packet, 0, &type) ||
        !cursor_u8_at(packet, 2, &count))
        return;
    buffer_put_text(&body, "#ACK#");
    buffer_put_u8(&body, type);
    buffer_put_u8(&body, count);
    buffer_put_u8(&body, 0);
    buffer_put_text(reply, "HTTP/1.1 100 Continue\r\n\r\n");
    http_answer(reply, 200, NULL, buffer_cursor(&body));
}

/* Angles of 30 bits are a little less than what they stand for. */
static const struct sample samples[] = {
    { .hex = "504f5354202f6d746120485454502f312e310d0a486f73743a206770732e6578616d706c652e6f72670d0a436f6e746"
             "56e742d4c656e6774683a2034390d0a0d0a69643d313233343536372662696e3d310501000221050fd511b50faaa5c0"
             "11b95300096401006e1f2d1190398004e215a9",
      .claim = CLAIM_CERTAIN,
      .type = "position",
      .device = "1234567",
      .location = LOCATION_VALID,
      .lat = 47.509990,
      .lon = 19.089996,
      .time = "2026-02-01T08:09:10Z",
      .answer = "485454502f312e312031303020436f6e74696e75650d0a0d0a485454502f312e3120323030204f4b0d0a636f6e74"
                "656e742d6c656e6774683a20380d0a0d0a2341434b23310100" },
    { .hex = "504f5354202f6d746120485454502f312e310d0a486f73743a206770732e6578616d706c652e6f72670d0a436f6e746"
             "56e742d4c656e6774683a2034360d0a0d0a69643d313233343536372662696e3d3208020002000000208581012fc55d"
             "2f2fe776c811b9530009640104e215a2",
      .claim = CLAIM_CERTAIN,
      .type = "position",
      .device = "1234567",
      .location = LOCATION_INVALID,
      .lat = -33.449991,
      .lon = -70.660001,
      .time = "2026-02-01T08:09:10Z",
      .answer = "485454502f312e312031303020436f6e74696e75650d0a0d0a485454502f312e3120323030204f4b0d0a636f6e74"
                "656e742d6c656e6774683a20380d0a0d0a2341434b23320200" },
    { .hex = "504f5354202f6d746120485454502f312e310d0a486f73743a206770732e6578616d706c652e6f72670d0a436f6e746"
             "56e742d4c656e6774683a2038320d0a0d0a69643d313233343536372662696e3d36050300023fc50000000000000000"
             "0fcd79372fe955c111b95300096401006e1f2d119039800ff0000041100000000000000000000000000000000000000"
             "004e215a9",
      .claim = CLAIM_CERTAIN,
      .type = "position",
      .device = "1234567",
      .location = LOCATION_VALID,
      .lat = 40.709990,
      .lon = -74.009990,
      .time = "2026-02-01T08:09:10Z",
      .answer = "485454502f312e312031303020436f6e74696e75650d0a0d0a485454502f312e3120323030204f4b0d0a636f6e74"
                "656e742d6c656e6774683a20380d0a0d0a2341434b23360300" },
    { .hex = "504f5354202f6d746120485454502f312e310d0a486f73743a206770732e6578616d706c652e6f72670d0a436f6e746"
             "56e742d4c656e6774683a2032330d0a0d0a69643d313233343536372662696e3d3405040002010203",
      .claim = CLAIM_CERTAIN,
      .type = "status",
      .device = "1234567",
      .location = LOCATION_NONE,
      .answer = "485454502f312e312031303020436f6e74696e75650d0a0d0a485454502f312e3120323030204f4b0d0a636f6e74"
                "656e742d6c656e6774683a20380d0a0d0a2341434b23340400" },
    { 0 }
};

const struct protocol protocol_mta6 = {
    .name = "mta6",
    .port = 5028,
    .transports = OVER_TCP,
    .heads = HTTP_BODY_HEADS,
    .match = match,
    .read = read,
    .answer = answer,
    .samples = samples,
};
