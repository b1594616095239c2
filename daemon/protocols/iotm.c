/* SPDX-License-Identifier: Apache-2.0 */
/*
 * iotm: IOTM trackers (LTE). MQTT over TCP (protocol/mqtt_protocol.h), the payload of PUBLISH binary, little endian.
 *
 *   version | record … | check: sum of all bytes before it
 *   record: type | length 2 | body                       1: time 4, then entries; 2: imei 8; 3: time 4, function, event
 *   entry: kind | sensor 2 | value                       kind says how many bytes; 14: lat float, lon float, speed 2, hdop,
 *                                                        satellites, course 2, altitude 2
 *   What has an entry 14 has a fix; a record 1 without one is a position without.
 */
#include "base/checksum.h"
#include "protocol/mqtt_protocol.h"

enum { RECORD_SENSORS = 1, RECORD_LAST = 8, ENTRY_GNSS = 14 };

static bool take_record(struct cursor *c, uint8_t *type, struct cursor *body)
{
    struct cursor rest = *c;
    uint16_t length;
    if (!cursor_u8(&rest, type) || !cursor_le16(&rest, &length) || !cursor_take(&rest, length, body))
        return false;
    *c = rest;
    return true;
}

static enum claim judge(struct cursor payload)
{
    struct cursor c = payload, body;
    uint8_t type, check;
    size_t count = 0;
    if (!cursor_skip(&c, 1))
        return CLAIM_NO;
    bool is_known = true;
    while (c.left > 1) {
        if (!take_record(&c, &type, &body))
            return CLAIM_NO;
        is_known = is_known && type > 0 && type <= RECORD_LAST;
        count++;
    }
    if (count == 0 || !cursor_u8(&c, &check))
        return CLAIM_NO;
    bool is_right = check == sum_8(cursor_part(payload, 0, payload.left - 1));
    return is_known ? (is_right ? CLAIM_CERTAIN : CLAIM_LIKELY) : is_right ? CLAIM_LIKELY : CLAIM_NO;
}

static enum claim match(const struct message *message, size_t *length)
{
    return mqtt_match(message, length, judge);
}

/* How long a value is; false when the kind is not known. */
static bool take_value(struct cursor *c, uint8_t kind, struct cursor *value)
{
    static const uint8_t sizes[] = { [4] = 1,  [5] = 2,  [6] = 4,  [7] = 8,  [8] = 1,          [9] = 2,
                                     [10] = 4, [11] = 8, [12] = 4, [13] = 8, [ENTRY_GNSS] = 16 };
    uint8_t byte;
    uint16_t word;
    if (kind == 32 || kind == 33)
        return cursor_u8(c, &byte) && cursor_take(c, byte, value);
    if (kind == 64 || kind == 65)
        return cursor_le16(c, &word) && cursor_take(c, word, value);
    return kind < sizeof(sizes) && kind != 2 && cursor_take(c, sizes[kind], value);
}

static bool read_entry(struct cursor value, struct fix *fix, struct reading *reading)
{
    struct cursor rest = value, lat, lon;
    if (!cursor_le_f32(&rest, &fix->lat) || !cursor_le_f32(&rest, &fix->lon) ||
        !cursor_slice(value, 0, 4, &lat) || !cursor_slice(value, 4, 4, &lon))
        return false;
    reading_mark_place(reading, lat, fix->lat, lon, fix->lon);
    return true;
}

static void read_sensors(struct cursor body, struct reading *reading)
{
    struct cursor value, time = cursor_part(body, 0, body.left < 4 ? body.left : 4);
    struct fix fix = { .valid = true };
    uint32_t seconds;
    uint16_t sensor;
    uint8_t kind;
    bool has_place = false;
    if (!cursor_le32(&body, &seconds))
        return;
    fix.has_time = true;
    fix.time = seconds;
    reading_mark_time(reading, time, fix.time);
    while (cursor_u8(&body, &kind) && cursor_le16(&body, &sensor) && take_value(&body, kind, &value))
        has_place = (kind == ENTRY_GNSS && read_entry(value, &fix, reading)) || has_place;
    if (has_place)
        reading_fix(reading, &fix);
    else
        reading_no_fix(reading);
    reading->type = "position";
}

static void fill(struct cursor payload, struct reading *reading)
{
    struct cursor c = payload, body;
    uint8_t type;
    if (!cursor_skip(&c, 1))
        return;
    while (c.left > 1 && take_record(&c, &type, &body)) {
        if (type == RECORD_SENSORS)
            read_sensors(body, reading);
    }
    uint8_t check, right = payload.left > 0 ? sum_8(cursor_part(payload, 0, payload.left - 1)) : 0;
    struct cursor field = c;
    if (c.left == 1 && cursor_u8(&c, &check))
        reading_mark_check(reading, field, check == right, right);
}

static void read(const struct message *message, struct reading *reading)
{
    mqtt_read(message, reading, fill);
    reading_no_location(reading);
}

static const struct sample samples[] = {
    { .hex = "101b00044d5154540402003c000f343930313534323033323337353138",
      .claim = CLAIM_LIKELY,
      .type = "login",
      .device = "490154203237518",
      .location = LOCATION_NONE,
      .answer = "20020000" },
    { .hex = "101300064d51497364700302003c000576616e2d37",
      .claim = CLAIM_POSSIBLE,
      .type = "login",
      .device = "van-7",
      .location = LOCATION_NONE,
      .answer = "20020000" },
    { .hex = "820f000700044f555443010003782f7900",
      .claim = CLAIM_POSSIBLE,
      .type = "subscribe",
      .location = LOCATION_NONE,
      .answer = "900400070100" },
    { .hex = "323a000576616e2f37000901012100260a7f69040200500e01003d0a3e4252b898411f0009092d006e0020030002616"
             "20208008e4c2bebcabd010080",
      .claim = CLAIM_CERTAIN,
      .type = "position",
      SAMPLE_VALID,
      .answer = "40020009" },
    { .hex = "3225000576616e2f37000901011700260a7f690e0100cdcc05c2ec518dc21f0009092d006e00f8",
      .claim = CLAIM_CERTAIN,
      .type = "position",
      SAMPLE_SOUTH_WEST,
      .answer = "40020009" },
    { .hex = "3048000576616e2f3701011700c8087f690e01003d0a3e4252b898411f0009092d006e00012200260a7f69000100410"
             "10003006162630e01000ad722421f0594c21f0009092d006e0097",
      .claim = CLAIM_CERTAIN,
      .type = "position",
      SAMPLE_NORTH_WEST },
    { .hex = "3217000576616e2f37000901010900260a7f6905020050007a",
      .claim = CLAIM_CERTAIN,
      .type = "position",
      .location = LOCATION_INVALID,
      .answer = "40020009" },
    { .hex = "321f000576616e2f370009010208008e4c2bebcabd0100030600260a7f690102a7",
      .claim = CLAIM_CERTAIN,
      .type = "status",
      .location = LOCATION_NONE,
      .answer = "40020009" },
    { .hex = "3225000576616e2f37000901011700260a7f690e01003d0a3e4252b898411f0009092d006e00e3",
      .claim = CLAIM_LIKELY,
      .type = "position",
      SAMPLE_VALID,
      .answer = "40020009" },
    { .hex = "c000", .whole = true, .claim = CLAIM_POSSIBLE, .type = "heartbeat", .location = LOCATION_NONE },
    { .hex = "e000", .whole = true, .claim = CLAIM_POSSIBLE, .type = "logout", .location = LOCATION_NONE },
    { .hex = "40020007", .whole = true, .claim = CLAIM_POSSIBLE, .type = "reply", .location = LOCATION_NONE },
    { .hex = "a20900070005612f6f7574", .claim = CLAIM_POSSIBLE, .type = "status", .location = LOCATION_NONE },
    { .hex = "300c0003612f62020902006162d0",
      .claim = CLAIM_LIKELY,
      .type = "status",
      .location = LOCATION_NONE },
    { .hex = "102100044d5154540502003c05110000003c000f393030303030303030303030313030",
      .claim = CLAIM_LIKELY,
      .type = "login",
      .device = "900000000000100",
      .location = LOCATION_NONE,
      .answer = "20020000" },
    { 0 }
};

/* CONNACK: accepted, or its identifier rejected. */
static enum reception reception(struct cursor said, const char *asked)
{
    (void)asked;
    if (said.left != 4 || !CURSOR_STARTS(said, "\x20\x02"))
        return RECEPTION_UNTOLD;
    return cursor_byte(said, 3) == 0   ? RECEPTION_KNOWN
           : cursor_byte(said, 3) == 2 ? RECEPTION_UNKNOWN
                                       : RECEPTION_UNTOLD;
}

const struct protocol protocol_iotm = {
    .name = "iotm",
    .port = 5218,
    .transports = OVER_TCP,
    .never = NEVER_PLACED,
    .heads = MQTT_HEADS,
    .kin = KIN("pui"), /* what is no PUBLISH is any MQTT client's */
    .match = match,
    .read = read,
    .answer = mqtt_answer,
    .reception = reception,
    .samples = samples,
};
