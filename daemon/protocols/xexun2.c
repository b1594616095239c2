/* SPDX-License-Identifier: Apache-2.0 */
/*
 * xexun2: Xexun's newer 4G devices. Binary, big endian, TCP.
 *
 *   fa af | type 2 | index 2 | id 8 (15 digits, 0) | length in ten bits 2 | sum 2 | payload … | fa af
 *   fb bf 01 is fa af, fb bf 02 is fb bf. The sum: 16-bit one's complement of the payload's bytes. Traccar drops what has a wrong one.
 *   0014 records: count | length 2 for each | record …   0007 reply; everything else is answered with its own head and 0001 fffe 01
 *   record: index | time 4 (Unix) | signal | battery 2 | mask: 1 alarm 4, 2 position
 *   position: mask, then in this order 1: satellites | lon f32 | lat f32; 2 Wi-Fi; 4 cells; 8 beacons; 20 speed 2, course 2;
 *       40: satellites | lon f64 | lat f64; 80: length 2, and if it is not 0: type | length 2 | content
 *       coordinates are dddmm.mmmm, signed; a content of type G: lon f64 | lat f64 | fix (0: no place) | …
 */
#include <math.h>

#include "protocol/stuffed_frame.h"

enum {
    POSITIONS = 0x0014,
    REPLY = 0x0007,
    INDEX_AT = 2,
    ID_AT = 4,
    ID_SIZE = 8,
    LENGTH_AT = 12,
    SUM_AT = 14,
    PAYLOAD_AT = 16
};
enum { LENGTH_BITS = 0x3ff, RECORD_ALARM = 1, RECORD_PLACE = 2 };
enum { GPS = 0x01, WIFI = 0x02, CELLS = 0x04, BEACONS = 0x08, SPEED = 0x20, FINE_GPS = 0x40, EXTRA = 0x80 };
enum { WIFI_SIZE = 7, CELL_SIZE = 13, BEACON_SIZE = 12 };

static const struct escape escape = { .pairs = { ESCAPE("\xfb\xbf\x01", "\xfa\xaf"),
                                                 ESCAPE("\xfb\xbf\x02", "\xfb\xbf") } };
static const struct stuffed_frame frame = { .start = "\xfa\xaf",
                                            .end = "\xfa\xaf",
                                            .start_size = 2,
                                            .end_size = 2,
                                            .escape = &escape,
                                            .shortest = PAYLOAD_AT };

static uint16_t sum_of(struct cursor content)
{
    uint32_t sum = 0;
    for (size_t i = PAYLOAD_AT; i < content.left; i++)
        sum += cursor_byte(content, i);
    while (sum > 0xffff)
        sum = (sum & 0xffff) + (sum >> 16);
    return sum == 0xffff ? 0xffff : (uint16_t)(0xffff - sum);
}

static bool has_sum(struct cursor content)
{
    uint16_t sum;
    return content.left >= PAYLOAD_AT && cursor_be16_at(content, SUM_AT, &sum) && sum == sum_of(content);
}

/* 15 digits and what fills them up. */
static bool has_id(struct cursor content)
{
    struct cursor id;
    if (!cursor_slice(content, ID_AT, ID_SIZE, &id))
        return false;
    for (size_t i = 0; i < 15; i++) {
        if ((i % 2 ? cursor_byte(id, i / 2) & 15 : cursor_byte(id, i / 2) >> 4) > 9)
            return false;
    }
    return true;
}

static enum claim match(const struct message *message, size_t *length)
{
    struct stuffed stuffed;
    uint16_t told;
    enum claim claim = stuffed_match(&frame, message, &stuffed, length);
    if (claim < CLAIM_POSSIBLE)
        return claim;
    if (!has_id(stuffed.content))
        return CLAIM_NO;
    if (claim == CLAIM_POSSIBLE)
        return CLAIM_POSSIBLE;
    bool is_exact = cursor_be16_at(stuffed.content, LENGTH_AT, &told) &&
                    (told & LENGTH_BITS) == ((stuffed.content.left - PAYLOAD_AT) & LENGTH_BITS);
    return is_exact && has_sum(stuffed.content) ? CLAIM_CERTAIN : CLAIM_LIKELY;
}

/* dddmm.mmmm in degrees */
static double degrees_of(double packed)
{
    double degrees = trunc(packed / 100);
    return degrees + (packed - degrees * 100) / 60;
}

static bool take_number(struct cursor *c, size_t size, struct cursor *field, double *out)
{
    if (!cursor_take(c, size, field))
        return false;
    struct cursor rest = *field;
    return size == 4 ? cursor_be_f32(&rest, out) : cursor_be_f64(&rest, out);
}

/* Longitude and latitude of one of the three kinds; false when they are cut off. */
static bool take_place(struct cursor *c, size_t size, struct fix *fix, struct reading *reading)
{
    struct cursor lon, lat;
    if (!take_number(c, size, &lon, &fix->lon) || !take_number(c, size, &lat, &fix->lat))
        return false;
    fix->lon = degrees_of(fix->lon);
    fix->lat = degrees_of(fix->lat);
    reading_mark_place(reading, lat, fix->lat, lon, fix->lon);
    return true;
}

static bool skip_list(struct cursor *c, size_t size)
{
    uint8_t count;
    return cursor_u8(c, &count) && cursor_skip(c, count * size);
}

static bool take_extra(struct cursor *c, struct fix *fix, bool *has_place, struct reading *reading)
{
    uint16_t size;
    uint8_t type, valid;
    struct cursor content;
    if (!cursor_be16(c, &size))
        return false;
    if (size == 0)
        return true;
    if (!cursor_u8(c, &type) || !cursor_be16(c, &size) || !cursor_take(c, size, &content))
        return false;
    /* without a fix Traccar keeps the last place that it knows */
    if (type == 'G' && take_place(&content, 8, fix, reading) && cursor_u8(&content, &valid))
        *has_place = valid > 0;
    return true;
}

/* The place of one record, as far as its masks tell one. */
static void take_position(struct cursor c, struct fix *fix, struct reading *reading)
{
    uint8_t mask;
    bool has_place = false;
    if (!cursor_u8(&c, &mask))
        return;
    fix->valid = true;
    if (mask & GPS) {
        if (!cursor_skip(&c, 1) || !take_place(&c, 4, fix, reading))
            return;
        has_place = true;
    }
    if (((mask & WIFI) && !skip_list(&c, WIFI_SIZE)) || ((mask & CELLS) && !skip_list(&c, CELL_SIZE)) ||
        ((mask & BEACONS) && !skip_list(&c, BEACON_SIZE)) || ((mask & SPEED) && !cursor_skip(&c, 4)))
        mask = 0;
    if ((mask & FINE_GPS) && cursor_skip(&c, 1) && take_place(&c, 8, fix, reading))
        has_place = true;
    if ((mask & EXTRA) && !take_extra(&c, fix, &has_place, reading) && !has_place)
        return;
    if (has_place)
        reading_fix(reading, fix);
}

static void read_record(struct cursor c, struct reading *reading)
{
    struct cursor time;
    struct fix fix = { .has_time = true };
    uint8_t mask;
    if (!cursor_skip(&c, 1) || !cursor_take(&c, 4, &time) || !cursor_skip(&c, 3) || !cursor_u8(&c, &mask) ||
        ((mask & RECORD_ALARM) && !cursor_skip(&c, 4)))
        return;
    fix.time = (int64_t)cursor_be_of(time);
    reading_mark_time(reading, time, fix.time);
    if (mask & RECORD_PLACE)
        take_position(c, &fix, reading);
}

static void read_records(struct cursor c, struct reading *reading)
{
    struct cursor lengths, record;
    uint8_t count;
    uint16_t size;
    if (!cursor_u8(&c, &count) || !cursor_take(&c, 2u * count, &lengths))
        return;
    while (cursor_be16(&lengths, &size) && cursor_take(&c, size, &record))
        read_record(record, reading);
}

static void read(const struct message *message, struct reading *reading)
{
    struct stuffed stuffed;
    struct cursor id, payload, sum;
    uint16_t type;
    reading->type = "status";
    if (stuffed_open(&frame, message, reading, &stuffed) && cursor_be16_at(stuffed.content, 0, &type) &&
        cursor_slice(stuffed.content, ID_AT, ID_SIZE, &id)) {
        reading_device_bcd(reading, id, 0, 15);
        reading->type = type == POSITIONS ? "status" : type == REPLY ? "reply" : "status";
        payload = stuffed.content;
        bool is_right = has_sum(stuffed.content);
        if (cursor_slice(stuffed.content, SUM_AT, 2, &sum))
            reading_mark_check(reading, sum, is_right, sum_of(stuffed.content));
        if (type == POSITIONS && is_right && cursor_skip(&payload, PAYLOAD_AT))
            read_records(payload, reading);
    }
    if (reading->location >= LOCATION_INVALID)
        reading->type = "position";
    reading_no_location(reading);
}

static void answer(const struct message *message, const struct asker *asker, struct buffer *reply)
{
    uint8_t memory[ID_AT + ID_SIZE + 8];
    struct buffer content = buffer_on(memory, sizeof(memory));
    struct reading unread;
    struct stuffed stuffed;
    struct cursor head;
    uint16_t type, told;
    (void)asker;
    reading_start(&unread, message->bytes, NULL);
    if (!stuffed_open(&frame, message, &unread, &stuffed) || !has_sum(stuffed.content) ||
        !cursor_be16_at(stuffed.content, 0, &type) || type == REPLY ||
        !cursor_be16_at(stuffed.content, LENGTH_AT, &told) ||
        !cursor_slice(stuffed.content, 0, LENGTH_AT, &head))
        return;
    /* one byte that says 1 is how a server answers */
    if (told == 1 && cursor_byte(stuffed.content, PAYLOAD_AT) == 1)
        return;
    buffer_put_cursor(&content, head);
    buffer_put(&content, "\x00\x01\xff\xfe\x01", 5);
    stuffed_put(&frame, buffer_cursor(&content), reply);
}

static const struct sample samples[] = {
    { .hex = "faaf001400051234567890123450001ef8bb01001b01697f0a261e00500300000001210944ee2ccd4593d4cd000c01c"
             "2faaf",
      .claim = CLAIM_CERTAIN,
      .type = "position",
      .device = "123456789012345",
      SAMPLE_VALID,
      .answer = "faaf0014000512345678901234500001fffe01faaf" },
    { .hex = "faaf001400051234567890123450003bef5c01003801697f0a261e0050024602fbbf0101020304c0001122334455c00"
             "100d8001e000003e800004e20b009c0bb7f9999999999c0a9fe0000000000faaf",
      .claim = CLAIM_CERTAIN,
      .type = "position",
      .device = "123456789012345",
      SAMPLE_SOUTH_WEST,
      .answer = "faaf0014000512345678901234500001fffe01faaf" },
    { .hex = "faaf0014000512345678901234500038f181020009002a01697f09ea1e00500001697f0a261e00500280001e47001bc"
             "0bce8999999999a40af9533333333330109280000002d42f00000faaf",
      .claim = CLAIM_CERTAIN,
      .type = "position",
      .device = "123456789012345",
      SAMPLE_NORTH_WEST,
      .answer = "faaf0014000512345678901234500001fffe01faaf" },
    { .hex = "faaf001400051234567890123450002df45d01002a01697f0a261e00500280001e47001bc0bb7f9999999999c0a9fe0"
             "0000000000009280000002d42f00000faaf",
      .claim = CLAIM_CERTAIN,
      .type = "status",
      .device = "123456789012345",
      .location = LOCATION_NONE,
      .answer = "faaf0014000512345678901234500001fffe01faaf" },
    { .hex = "faaf001400051234567890123450002bf88e020019000d01697f0a261e0050020202fbbf0101020304c000112233445"
             "5c001697f0a261e00500100000002faaf",
      .claim = CLAIM_CERTAIN,
      .type = "status",
      .device = "123456789012345",
      .location = LOCATION_NONE,
      .answer = "faaf0014000512345678901234500001fffe01faaf" },
    { .hex = "faaf0014000512345678901234500016e8a501001301697f0a261e005002010944ee2ccd4593d4cdfaaf",
      .claim = CLAIM_LIKELY,
      .type = "status",
      .device = "123456789012345",
      .location = LOCATION_NONE },
    { .hex = "faaf0007000512345678901234500002ff654f4bfaaf",
      .claim = CLAIM_CERTAIN,
      .type = "reply",
      .device = "123456789012345",
      .location = LOCATION_NONE },
    { .hex = "faaf001400079000000000001230002df46701002a01697f0a265000550280001e47001bc0bb7f9999999999c0a9fe0"
             "00000000000091e000a001442c80000faaf",
      .claim = CLAIM_CERTAIN,
      .type = "status",
      .device = "900000000000123",
      .location = LOCATION_NONE,
      .answer = "faaf0014000790000000000012300001fffe01faaf" },
    { 0 }
};

const struct protocol protocol_xexun2 = {
    .name = "xexun2",
    .port = 5233,
    .transports = OVER_TCP,
    .never = NEVER_INVALID,
    .heads = HEADS(HEAD("\xfa\xaf")),
    .match = match,
    .read = read,
    .answer = answer,
    .samples = samples,
};
