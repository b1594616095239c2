/* SPDX-License-Identifier: Apache-2.0 */
/*
 * t800x: TopFlyTech T8xx (23 23), TLW1 and TLW2 (25 25), 26 26, TLP1 and solar trackers (27 27). Binary, TCP and UDP, no checksum.
 *
 *   head 2 | type | L 2 big endian | index 2 | id 8 BCD | content …      total = L
 *   01 login   03 heartbeat   02 position, 04 alarm, 13 and 14 the same, newer   05, 10, 11, 81 without a position
 *   position: … | status (bit 6 fix) | … | yymmddhhmmss BCD | altitude, lon, lat f32 little endian | …, where these stand
 *       depends on head and type. Without a fix cells stand in their place.
 *   26 26: 06 driver's behaviour with one position, 05 with points of 24 bytes: date | altitude, lon, lat | speed 2 |
 *       course 2 | rotation 2; an altitude of ff ff ff ff: no position
 */
#include "base/bcd.h"
#include "protocol/binary_frame.h"

enum { LOGIN = 0x01, HEARTBEAT = 0x03, ALARM = 0x04, NETWORK = 0x05, BEHAVIOUR = 0x06, SENSORS = 0x10 };
enum {
    TYPE_AT = 2,
    INDEX_AT = 5,
    ID_AT = 7,
    ID_SIZE = 8,
    SOME_ID = 4,
    CONTENT_AT = 15,
    ALARM_ANSWER = 16,
    POINT_SIZE = 24
};
enum { STATUS_FIX = 0x40, BEHAVIOUR_NO_FIX = 0x80 };

static const struct binary_frame frame = {
    .length_at = 3, .length_size = 2, .shortest = CONTENT_AT, .longest = 4096
};

/* Where the fields of a position stand. */
struct layout {
    char head;
    uint8_t types[2];
    uint8_t status_at, date_at, place_at, alarm_at;
};
static const struct layout layouts[] = {
    { 0x27, { 0x02, 0x04 }, 15, 17, 23, 16 }, { 0x27, { 0x13, 0x14 }, 15, 17, 23, 16 },
    { 0x26, { 0x02, 0x04 }, 24, 40, 46, 33 }, { 0x26, { 0x13, 0x14 }, 24, 42, 48, 35 },
    { 0x23, { 0x02, 0x04 }, 24, 44, 50, 37 }, { 0x23, { 0x13, 0x14 }, 24, 52, 58, 45 },
    { 0x25, { 0x02, 0x04 }, 24, 44, 50, 37 }, { 0x25, { 0x13, 0x14 }, 24, 52, 58, 45 },
    { 0x26, { BEHAVIOUR }, 22, 16, 28, 15 },
};

static const struct layout *layout_of(struct cursor bytes)
{
    for (size_t i = 0; i < sizeof(layouts) / sizeof(layouts[0]) && bytes.left > TYPE_AT; i++) {
        if (cursor_byte(bytes, 0) == (uint8_t)layouts[i].head && cursor_byte(bytes, TYPE_AT) != 0 &&
            (cursor_byte(bytes, TYPE_AT) == layouts[i].types[0] ||
             cursor_byte(bytes, TYPE_AT) == layouts[i].types[1]))
            return &layouts[i];
    }
    return NULL;
}

static enum claim match(const struct message *message, size_t *length)
{
    struct cursor id;
    enum claim claim = binary_match(&frame, message, length);
    if (claim < CLAIM_POSSIBLE)
        return claim;
    /* of a frame that is cut off what there is of the id */
    size_t size = message->bytes.left < ID_AT + ID_SIZE ? message->bytes.left - ID_AT : ID_SIZE;
    if (message->bytes.left < ID_AT + SOME_ID || !cursor_slice(message->bytes, ID_AT, size, &id) ||
        !bcd_ok(id))
        return CLAIM_NO;
    /* a datagram is one message for Traccar: what stands behind the first frame is lost */
    if (message->datagram)
        *length = message->bytes.left;
    bool is_imei = cursor_byte(id, 0) < 0x10 && cursor_byte(id, 0) > 0;
    if (claim == CLAIM_POSSIBLE)
        return is_imei ? CLAIM_LIKELY : CLAIM_POSSIBLE;
    return is_imei ? CLAIM_CERTAIN : CLAIM_LIKELY;
}

/* A date, and altitude, longitude, latitude. False when they are cut off. */
static bool take_place(struct cursor date, struct cursor place, struct fix *fix, struct reading *reading)
{
    struct cursor lon_field, lat_field, when = date;
    fix->has_time = reading_carry_bcd_time(&when, "ymdhis", &fix->time);
    if (!cursor_slice(place, 4, 4, &lon_field) || !cursor_slice(place, 8, 4, &lat_field))
        return false;
    struct cursor lon = lon_field, lat = lat_field;
    if (!cursor_le_f32(&lon, &fix->lon) || !cursor_le_f32(&lat, &fix->lat))
        return false;
    if (fix->has_time)
        reading_mark_time(reading, cursor_part(date, 0, 6), fix->time);
    reading_mark_place(reading, lat_field, fix->lat, lon_field, fix->lon);
    return true;
}

static void read_position(struct cursor bytes, const struct layout *layout, struct reading *reading)
{
    struct fix fix = { 0 };
    struct cursor status, date = bytes, place = bytes;
    if (!cursor_slice(bytes, layout->status_at, 1, &status) || !cursor_skip(&date, layout->date_at) ||
        !cursor_skip(&place, layout->place_at))
        return;
    bool is_behaviour = layout->types[0] == BEHAVIOUR;
    fix.valid =
        is_behaviour ? !(cursor_byte(status, 0) & BEHAVIOUR_NO_FIX) : cursor_byte(status, 0) & STATUS_FIX;
    reading_mark_fix(reading, status, fix.valid);
    if (fix.valid && take_place(date, place, &fix, reading))
        reading_fix(reading, &fix);
}

/* The points of the driver's behaviour. */
static void read_points(struct cursor c, struct reading *reading)
{
    struct cursor date, place, altitude;
    while (cursor_take(&c, 6, &date) && cursor_take(&c, POINT_SIZE - 6, &place)) {
        struct fix fix = { .valid = true };
        if (cursor_slice(place, 0, 4, &altitude) && cursor_be_of(altitude) != 0xffffffff &&
            take_place(date, place, &fix, reading))
            reading_fix(reading, &fix);
    }
}

static const char *type_name(uint8_t type)
{
    switch (type) {
    case LOGIN:
        return "login";
    case HEARTBEAT:
        return "heartbeat";
    case 0x02:
    case 0x13:
        return "position";
    case ALARM:
    case 0x14:
        return "alarm";
    case 0x81:
        return "reply";
    default:
        return "status";
    }
}

static bool has_points(struct cursor bytes)
{
    return cursor_byte(bytes, 0) == 0x26 && cursor_byte(bytes, TYPE_AT) == NETWORK;
}

static void read(const struct message *message, struct reading *reading)
{
    struct cursor bytes = message->bytes, type, id, points = bytes;
    binary_mark(&frame, reading);
    if (!cursor_slice(bytes, TYPE_AT, 1, &type))
        return;
    reading->type = type_name(cursor_byte(type, 0));
    if (cursor_slice(bytes, ID_AT, ID_SIZE, &id))
        reading_device_bcd(reading, id, 1, 15);
    const struct layout *layout = layout_of(bytes);
    if (layout)
        read_position(bytes, layout, reading);
    else if (has_points(bytes) && cursor_skip(&points, CONTENT_AT + 1))
        read_points(points, reading);
    if (reading->location == LOCATION_VALID && strcmp(reading->type, "status") == 0)
        reading->type = "position";
    else if (reading->location < LOCATION_INVALID && strcmp(reading->type, "position") == 0)
        reading->type = "cells";
    reading_mark_value(reading, "type", type, "%s", reading->type);
    reading_no_location(reading);
}

static void put_answer_head(struct cursor bytes, size_t behind, struct buffer *reply)
{
    buffer_put_cursor(reply, cursor_part(bytes, 0, 3));
    buffer_put_be(reply, 2, CONTENT_AT + behind);
    if (cursor_byte(bytes, 0) == 0x23)
        buffer_put_be(reply, 2, 1);
    else
        buffer_put_cursor(reply, cursor_part(bytes, INDEX_AT, 2));
}

static void put_answer(struct cursor bytes, struct cursor alarm, struct buffer *reply)
{
    put_answer_head(bytes, alarm.left, reply);
    buffer_put_cursor(reply, cursor_part(bytes, ID_AT, ID_SIZE));
    buffer_put_cursor(reply, alarm);
}

/* A heartbeat has the form of its answer: would the answer be the same bytes? */
static bool is_echo(struct cursor bytes)
{
    uint16_t index;
    return cursor_byte(bytes, 0) != 0x23 || (cursor_be16_at(bytes, INDEX_AT, &index) && index == 1);
}

/* Positions are not acknowledged; what has the form of an acknowledgement is not answered. */
static void answer(const struct message *message, const struct asker *asker, struct buffer *reply)
{
    struct cursor bytes = message->bytes, alarm = { 0 };
    (void)asker;
    if (bytes.left < CONTENT_AT)
        return;
    uint8_t type = cursor_byte(bytes, TYPE_AT);
    const struct layout *layout = layout_of(bytes);
    if (layout && layout->types[0] != BEHAVIOUR) {
        bool is_alarm = type == ALARM || type == 0x14;
        if (is_alarm && bytes.left > ALARM_ANSWER && cursor_slice(bytes, layout->alarm_at, 1, &alarm))
            put_answer(bytes, alarm, reply);
        return;
    }
    if (bytes.left == CONTENT_AT && (type != HEARTBEAT || (message->datagram && is_echo(bytes))))
        return;
    put_answer(bytes, alarm, reply);
    /* sensors of the solar trackers: Traccar begins a second acknowledgement and leaves the id away */
    if (type == SENSORS && cursor_byte(bytes, 0) == 0x27)
        put_answer_head(bytes, 0, reply);
}

static const struct sample samples[] = {
    { .hex = "272702004900010123456789012345c8002602010809100000024352b898413d0a3e420000000000000000000000"
             "000000000000000000000000000000000000000000000000000000",
      .claim = CLAIM_CERTAIN,
      .type = "position",
      .device = "123456789012345",
      SAMPLE_VALID },
    { .hex = "272704004912340123456789012345c80726020108091000000243ec518dc2cdcc05c20000000000000000000000"
             "000000000000000000000000000000000000000000000000000000",
      .claim = CLAIM_CERTAIN,
      .type = "alarm",
      .device = "123456789012345",
      SAMPLE_SOUTH_WEST,
      .answer = "27270400101234012345678901234507" },
    { .hex = "2323020042000101234567890123450000000000000000004a000000000000000000000000000000000000002602"
             "01080910000002431f0594c20ad7224202500045",
      .claim = CLAIM_CERTAIN,
      .type = "position",
      .device = "123456789012345",
      SAMPLE_NORTH_WEST },
    { .hex = "252513005a0001012345678901234500000000000000000048000000000000000000000000000000000000000000"
             "0000000000002602010809100000024352b898413d0a3e420000000000000000000000000000000000000000",
      .datagram = true,
      .claim = CLAIM_CERTAIN,
      .type = "position",
      .device = "123456789012345",
      SAMPLE_VALID },
    { .hex = "252514005a2345012345678901234500000000000000000048000000000000000000000000000000000000000016"
             "0000000000002602010809100000024352b898413d0a3e420000000000000000000000000000000000000000",
      .claim = CLAIM_CERTAIN,
      .type = "alarm",
      .device = "123456789012345",
      SAMPLE_VALID,
      .answer = "25251400102345012345678901234516" },
    { .hex = "262602004e0001012345678901234500000000000000000050000000000000000000000000000000260201080910"
             "00000243ec518dc2cdcc05c20000000000000000000000000000000000000000",
      .claim = CLAIM_CERTAIN,
      .type = "position",
      .device = "123456789012345",
      SAMPLE_SOUTH_WEST },
    { .hex = "26261400500003012345678901234500000000000000000050000000000000000000000300000000000026020108"
             "09100000024352b898413d0a3e420000000000000000000000000000000000000000",
      .claim = CLAIM_CERTAIN,
      .type = "alarm",
      .device = "123456789012345",
      SAMPLE_VALID,
      .answer = "26261400100003012345678901234503" },
    { .hex = "262606002e00040123456789012345022602010809101500000000000000024352b898413d0a3e42025000450900",
      .claim = CLAIM_CERTAIN,
      .type = "position",
      .device = "123456789012345",
      SAMPLE_VALID,
      .answer = "262606000f00040123456789012345" },
    { .hex = "26260500400005012345678901234504260201080909ffffffffffffffffffffffffffffffffffff260201080910"
             "000002431f0594c20ad72242025000450900",
      .claim = CLAIM_CERTAIN,
      .type = "position",
      .device = "123456789012345",
      SAMPLE_NORTH_WEST,
      .answer = "262605000f00050123456789012345" },
    { .hex = "23230200420001012345678901234500000000000000000080000000000000000000000000000000000000002602"
             "01080910d8001e00a00f640cf698620cf49e620c",
      .claim = CLAIM_CERTAIN,
      .type = "cells",
      .device = "123456789012345",
      .location = LOCATION_NONE },
    { .hex = "232301001500070123456789012345150208625010",
      .claim = CLAIM_CERTAIN,
      .type = "login",
      .device = "123456789012345",
      .location = LOCATION_NONE,
      .answer = "232301000f00010123456789012345" },
    { .hex = "252503000f00080123456789012345",
      .claim = CLAIM_CERTAIN,
      .type = "heartbeat",
      .device = "123456789012345",
      .location = LOCATION_NONE,
      .answer = "252503000f00080123456789012345" },
    { .hex = "232303000f00090123456789012345",
      .datagram = true,
      .claim = CLAIM_CERTAIN,
      .type = "heartbeat",
      .device = "123456789012345",
      .location = LOCATION_NONE,
      .answer = "232303000f00010123456789012345" },
    { .hex = "252503000f000a0123456789012345",
      .datagram = true,
      .claim = CLAIM_CERTAIN,
      .type = "heartbeat",
      .device = "123456789012345",
      .location = LOCATION_NONE },
    { .hex = "272710001d000b01234567890123452602010809100004112233445566",
      .claim = CLAIM_CERTAIN,
      .type = "status",
      .device = "123456789012345",
      .location = LOCATION_NONE,
      .answer = "272710000f000b0123456789012345272710000f000b" },
    { .hex = "2525810012000c0123456789012345014f4b",
      .claim = CLAIM_CERTAIN,
      .type = "reply",
      .device = "123456789012345",
      .location = LOCATION_NONE,
      .answer = "252581000f000c0123456789012345" },
    { 0 }
};

const struct protocol protocol_t800x = {
    .name = "t800x",
    .port = 5094,
    .transports = OVER_TCP | OVER_UDP,
    .never = NEVER_INVALID,
    .heads = HEADS(HEAD("\x23\x23"), HEAD("\x25\x25"), HEAD("\x26\x26"), HEAD("\x27\x27")),
    .match = match,
    .read = read,
    .answer = answer,
    .samples = samples,
};
