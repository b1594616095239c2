/* SPDX-License-Identifier: Apache-2.0 */
/*
 * minifinder2: Eview and MiniFinder: EV-07B, EV-07S, EV-04, EV-05, Pico 4G, Nano, Atto, Tibbe. Binary, little endian, TCP.
 *
 *   ab | flags (bit 4: answer) | L 2 | CRC 2 | index 2 | type | fields …      total = L + 8; CRC-16/XMODEM from the type on
 *   field: length (key and value) | key | value
 *   type 01 data, 03 request: key 01 id 15 digits | 24 time 4, status 4 | 20 lat 4, lon 4 (1e-7), speed 2, course 2,
 *      altitude 2, hdop 2 (0: no fix) … | 23, 26 tag 6, lat, lon | 27 lat, lon | 28, 2c beacon: flags (bit 7: place), … |
 *      12 asks for the time   A key that comes again (but 28 and 2c) starts the next record.
 *   02 configuration   04 control   7e firmware   7f reply
 */
#include "protocol/binary_frame.h"

enum { DATA = 0x01, CONFIGURATION = 0x02, REQUEST = 0x03, CONTROL = 0x04, FIRMWARE = 0x7e, REPLY = 0x7f };
enum {
    KEY_ID = 0x01,
    KEY_TIME_REQUEST = 0x12,
    KEY_GPS = 0x20,
    KEY_TAG = 0x23,
    KEY_TIME = 0x24,
    KEY_TAG_NEW = 0x26,
    KEY_CALL = 0x27,
    KEY_BEACON = 0x28,
    KEY_WIFI = 0x2a,
    KEY_BEACON_NEW = 0x2c
};
enum {
    INDEX_AT = 6,
    TYPE_AT = 8,
    FIELDS_AT = 9,
    FLAG_ANSWER = 0x10,
    IMEI = 15,
    SOME_DIGITS = 4,
    HDOP_AT = 14
};

static const struct binary_frame frame = { .length_at = 2,
                                           .length_size = 2,
                                           .length_le = true,
                                           .plus = 8,
                                           .shortest = FIELDS_AT,
                                           .check = CHECK_CRC16_XMODEM,
                                           .check_at = 4,
                                           .check_size = 2,
                                           .check_le = true,
                                           .covered = TYPE_AT };

/* The next field: its key and its value. */
static bool take_field(struct cursor *c, uint8_t *key, struct cursor *value)
{
    uint8_t size;
    struct cursor rest = *c;
    if (!cursor_u8(&rest, &size) || size == 0 || !cursor_u8(&rest, key) ||
        !cursor_take(&rest, size - 1u, value))
        return false;
    *c = rest;
    return true;
}

/* Do the fields end where the frame ends? */
static bool has_fields(struct cursor bytes)
{
    struct cursor rest = bytes, value;
    uint8_t key;
    if (!cursor_skip(&rest, FIELDS_AT))
        return false;
    while (take_field(&rest, &key, &value))
        continue;
    return rest.left == 0;
}

/* Of a frame that is cut off: does its first field tell the id, as far as it is there? */
static bool has_some_imei(struct cursor bytes)
{
    struct cursor rest = bytes;
    if (!cursor_skip(&rest, FIELDS_AT) || !CURSOR_STARTS(rest, "\x10\x01") || !cursor_skip(&rest, 2) ||
        rest.left < SOME_DIGITS)
        return false;
    size_t size = rest.left < IMEI ? rest.left : IMEI;
    return cursor_count_digits(cursor_part(rest, 0, size)) == size;
}

static bool is_known_type(uint8_t type)
{
    return (type >= DATA && type <= CONTROL) || type == FIRMWARE || type == REPLY;
}

static enum claim match(const struct message *message, size_t *length)
{
    enum claim claim = binary_match(&frame, message, length);
    if (claim < CLAIM_POSSIBLE || claim == CLAIM_CERTAIN)
        return claim;
    if (claim == CLAIM_POSSIBLE)
        return has_some_imei(message->bytes) ? CLAIM_LIKELY : CLAIM_NO;
    if (!is_known_type(cursor_byte(message->bytes, TYPE_AT)))
        return CLAIM_NO;
    if (has_fields(cursor_part(message->bytes, 0, *length)))
        return CLAIM_LIKELY;
    return message->bytes.left == *length ? CLAIM_POSSIBLE : CLAIM_NO;
}

/* One record while its fields are gathered. */
struct record {
    uint64_t seen[4]; /* a bit for each key */
    bool has_place;
    struct fix fix;
};

static void close_record(struct record *record, struct reading *reading)
{
    if (record->has_place)
        reading_fix(reading, &record->fix);
    *record = (struct record){ 0 };
}

static void take_place(struct cursor c, bool is_valid, struct record *record, struct reading *reading)
{
    struct cursor lat, lon;
    if (!cursor_take(&c, 4, &lat) || !cursor_take(&c, 4, &lon))
        return;
    record->has_place = true;
    record->fix.valid = is_valid;
    record->fix.lat = (double)signed_of(cursor_le_of(lat), 32) / 1e7;
    record->fix.lon = (double)signed_of(cursor_le_of(lon), 32) / 1e7;
    reading_mark_place(reading, lat, record->fix.lat, lon, record->fix.lon);
}

static void take_time(struct cursor value, struct record *record, struct reading *reading)
{
    struct cursor time;
    if (!cursor_slice(value, 0, 4, &time))
        return;
    record->fix.has_time = true;
    record->fix.time = (int64_t)cursor_le_of(time);
    reading_mark_time(reading, time, record->fix.time);
}

static void take_gps(struct cursor value, struct record *record, struct reading *reading)
{
    struct cursor hdop;
    if (!cursor_slice(value, HDOP_AT, 2, &hdop))
        return;
    take_place(value, cursor_le_of(hdop) > 0, record, reading);
    reading_mark_fix(reading, hdop, record->fix.valid);
}

/* A beacon or access point whose place is known: behind its address and signal. */
static void take_beacon(uint8_t key, struct cursor value, struct record *record, struct reading *reading)
{
    uint8_t flags;
    if (cursor_u8(&value, &flags) && flags & 0x80 &&
        cursor_skip(&value, key == KEY_BEACON ? 8
                            : key == KEY_WIFI ? 7
                                              : 9))
        take_place(value, true, record, reading);
}

static void gather(uint8_t key, struct cursor value, struct record *record, struct reading *reading)
{
    switch (key) {
    case KEY_ID:
        if (value.left == IMEI)
            reading_device(reading, value);
        break;
    case KEY_TIME:
        take_time(value, record, reading);
        break;
    case KEY_GPS:
        take_gps(value, record, reading);
        break;
    case KEY_TAG:
    case KEY_TAG_NEW:
        if (value.left >= 14 && cursor_skip(&value, 6))
            take_place(value, true, record, reading);
        break;
    case KEY_CALL:
        take_place(value, true, record, reading);
        break;
    case KEY_BEACON:
    case KEY_BEACON_NEW:
    case KEY_WIFI:
        take_beacon(key, value, record, reading);
        break;
    default:
        break;
    }
}

static void read_fields(struct cursor rest, struct reading *reading)
{
    struct record record = { 0 };
    struct cursor value;
    uint8_t key;
    while (take_field(&rest, &key, &value)) {
        bool is_seen = record.seen[key / 64] >> key % 64 & 1;
        if (is_seen && key != KEY_BEACON && key != KEY_BEACON_NEW)
            close_record(&record, reading);
        record.seen[key / 64] |= (uint64_t)1 << key % 64;
        gather(key, value, &record, reading);
    }
    close_record(&record, reading);
}

static const char *type_name(uint8_t type)
{
    switch (type) {
    case DATA:
        return "status";
    case CONFIGURATION:
        return "configuration";
    case REQUEST:
        return "login";
    case REPLY:
        return "reply";
    default:
        return "control";
    }
}

static void read(const struct message *message, struct reading *reading)
{
    struct cursor bytes = message->bytes, type, fields = bytes;
    binary_mark(&frame, reading);
    if (!cursor_slice(bytes, TYPE_AT, 1, &type) || !cursor_skip(&fields, FIELDS_AT))
        return;
    reading->type = type_name(cursor_byte(type, 0));
    if (cursor_byte(type, 0) == DATA || cursor_byte(type, 0) == REQUEST)
        read_fields(fields, reading);
    if (reading->location >= LOCATION_INVALID)
        reading->type = "position";
    reading_mark_value(reading, "type", type, "%s", reading->type);
    reading_no_location(reading);
}

static bool has_time_request(struct cursor rest)
{
    struct cursor value;
    uint8_t key;
    while (take_field(&rest, &key, &value)) {
        if (key == KEY_TIME_REQUEST)
            return true;
    }
    return false;
}

static void put_frame(struct buffer *reply, struct cursor index, struct cursor content)
{
    buffer_put(reply, "\xab\x00", 2);
    buffer_put_le(reply, 2, content.left);
    buffer_put_le(reply, 2, crc16_xmodem(content));
    buffer_put_cursor(reply, index);
    buffer_put_cursor(reply, content);
}

static void answer(const struct message *message, const struct asker *asker, struct buffer *reply)
{
    struct cursor bytes = message->bytes, fields = bytes, index;
    uint8_t memory[8];
    struct buffer content = buffer_on(memory, sizeof(memory));
    if (!cursor_slice(bytes, INDEX_AT, 2, &index) || !cursor_skip(&fields, FIELDS_AT) ||
        !(cursor_byte(bytes, 1) & FLAG_ANSWER))
        return;
    if (cursor_byte(bytes, TYPE_AT) != REQUEST) {
        buffer_put(&content, "\x7f\x01\x00", 3);
    } else if (has_time_request(fields)) {
        buffer_put(&content, "\x03\x05\x12", 3);
        buffer_put_le(&content, 4, (uint64_t)asker->now);
    }
    if (content.length > 0)
        put_frame(reply, index, buffer_cursor(&content));
}

static const struct sample samples[] = {
    { .hex = "ab103d001d3b01000110013132333435363738393031323334350924260a7f690103c25016206073511c20e7600b"
             "2d002d0082000900d2040000080931260a7f690a000000",
      .claim = CLAIM_CERTAIN,
      .type = "position",
      .device = "123456789012345",
      SAMPLE_VALID,
      .answer = "ab00030008c701007f0100" },
    { .hex = "ab103300dadd01000110013132333435363738393031323334350924260a7f690103c250162060ef0fecc023e2d5"
             "2d002d0082000000d204000008",
      .claim = CLAIM_LIKELY,
      .type = "position",
      .device = "123456789012345",
      SAMPLE_INVALID,
      .answer = "ab00030008c701007f0100" },
    { .hex = "ab105400f3cc01000110013132333435363738393031323334350924ea097f690103c25016206073511c20e7600b"
             "2d002d0082000900d2040000080924260a7f690103c250162060da431860f8e2d32d002d0082000900d204000008",
      .claim = CLAIM_CERTAIN,
      .type = "position",
      .device = "123456789012345",
      SAMPLE_NORTH_WEST,
      .answer = "ab00030008c701007f0100" },
    { .hex = "ab002c00b45c01000110013132333435363738393031323334350924260a7f690103c2500f26aabbcc11223360ef"
             "0fecc023e2d5",
      .claim = CLAIM_CERTAIN,
      .type = "position",
      .device = "123456789012345",
      SAMPLE_SOUTH_WEST },
    { .hex = "ab003c00d17c01000110013132333435363738393031323334350924260a7f690103c2500b2c00aabbcc112233b6"
             "c564132c80aabbcc112233b6c5646073511c20e7600b",
      .claim = CLAIM_CERTAIN,
      .type = "position",
      .device = "123456789012345",
      SAMPLE_VALID },
    { .hex = "ab002f009a9801000110013132333435363738393031323334350924260a7f690103c250122880aabbcc112233b6"
             "c560da431860f8e2d3",
      .claim = CLAIM_CERTAIN,
      .type = "position",
      .device = "123456789012345",
      SAMPLE_NORTH_WEST },
    { .hex = "ab00260013ab01000110013132333435363738393031323334350924260a7f690103c25009276073511c20e7600b",
      .claim = CLAIM_CERTAIN,
      .type = "position",
      .device = "123456789012345",
      SAMPLE_VALID },
    { .hex = "ab102500167401000110013132333435363738393031323334350924260a7f690103c2500822b6aabbcc112233",
      .claim = CLAIM_CERTAIN,
      .type = "status",
      .device = "123456789012345",
      .location = LOCATION_NONE,
      .answer = "ab00030008c701007f0100" },
    { .hex = "ab101400ee1901000310013132333435363738393031323334350112",
      .claim = CLAIM_CERTAIN,
      .type = "login",
      .device = "123456789012345",
      .location = LOCATION_NONE,
      .answer = "~ab0007000000010003051200000000" },
    { .hex = "ab0018002d700100021003313233343536373839303132333435050400000000",
      .claim = CLAIM_CERTAIN,
      .type = "configuration",
      .location = LOCATION_NONE },
    { .hex = "ab000800adb2010004061f68656c6c6f",
      .claim = CLAIM_CERTAIN,
      .type = "control",
      .location = LOCATION_NONE },
    { .hex = "ab00030008c701007f0100", .claim = CLAIM_CERTAIN, .type = "reply", .location = LOCATION_NONE },
    { 0 }
};

const struct protocol protocol_minifinder2 = {
    .name = "minifinder2",
    .port = 5187,
    .transports = OVER_TCP,
    .heads = HEADS(HEAD("\xab")),
    .match = match,
    .read = read,
    .answer = answer,
    .samples = samples,
};
