/* SPDX-License-Identifier: Apache-2.0 */
/*
 * nvs: NVS Telematics (Navistar). Binary, big endian, TCP.
 *
 *   login: L 2 | id 15 digits, more text behind      total = L + 2; answered with "OK"
 *   cc cc cc cc | L 2 | id 8 (a number) | 02 | records n | n records | CRC 2      total = L + 8; CRC-16/ARC from the id on
 *   record: unix time 4 | reason | lon 4 | lat 4 (1e-7) | altitude 2 | course 2 | satellites | speed 2 | fix | systems | cause |
 *       four lists: count, and so many ids with values of 1, 2, 4 and 8 bytes
 *   A login without more text is teltonika's, too.
 */
#include "protocol/binary_frame.h"

enum { IMEI = 15, LOGIN_MAX = 64, ID_AT = 6, ID_SIZE = 8, COUNT_AT = 15, RECORDS_AT = 16, TAIL = 2 };
static const uint32_t YEAR_2005 = 1104537600, YEAR_2038 = INT32_MAX;

static const struct binary_frame frame = { .length_at = 4,
                                           .length_size = 2,
                                           .plus = 8,
                                           .shortest = RECORDS_AT + TAIL,
                                           .longest = 8192,
                                           .check = CHECK_CRC16_ARC,
                                           .check_at = -TAIL,
                                           .check_size = TAIL,
                                           .covered = ID_AT };

struct record {
    struct cursor time, lon, lat, fix;
};

static bool take_record(struct cursor *c, struct record *record)
{
    struct cursor rest = *c;
    if (!cursor_take(&rest, 4, &record->time) || !cursor_skip(&rest, 1) ||
        !cursor_take(&rest, 4, &record->lon) || !cursor_take(&rest, 4, &record->lat) ||
        !cursor_skip(&rest, 7) || !cursor_take(&rest, 1, &record->fix) || !cursor_skip(&rest, 2))
        return false;
    for (size_t value_size = 1; value_size <= 8; value_size *= 2) {
        uint8_t count;
        if (!cursor_u8(&rest, &count) || !cursor_skip(&rest, count * (value_size + 1)))
            return false;
    }
    *c = rest;
    return true;
}

/* Its records, and how many there should be. */
static bool open_data(struct cursor bytes, struct cursor *records, uint8_t *count)
{
    *records = bytes;
    return cursor_u8_at(bytes, COUNT_AT, count) && cursor_skip(records, RECORDS_AT);
}

/* Do dated records fill the data, but for the CRC? */
static bool has_records(struct cursor bytes)
{
    struct cursor records;
    struct record record;
    uint8_t count;
    if (!open_data(bytes, &records, &count) || count == 0)
        return false;
    for (unsigned i = 0; i < count; i++) {
        if (!take_record(&records, &record) || cursor_be_of(record.time) < YEAR_2005 ||
            cursor_be_of(record.time) > YEAR_2038)
            return false;
    }
    return records.left == TAIL;
}

static enum claim match_data(const struct message *message, size_t *length)
{
    enum claim claim = binary_match(&frame, message, length);
    if (claim < CLAIM_POSSIBLE || claim == CLAIM_CERTAIN)
        return claim;
    /* one unit tells too long a length */
    if (has_records(cursor_part(message->bytes, 0, *length)))
        return CLAIM_LIKELY;
    return CLAIM_POSSIBLE;
}

static enum claim match_login(const struct message *message, size_t *length)
{
    struct cursor text = message->bytes, id;
    uint16_t told;
    if (!cursor_be16(&text, &told))
        return message->complete ? CLAIM_NO : CLAIM_MORE;
    if (told < IMEI || told > LOGIN_MAX)
        return CLAIM_NO;
    text.left = text.left < told ? text.left : told;
    id = cursor_part(text, 0, text.left < IMEI ? text.left : IMEI);
    if (cursor_count_digits(id) != id.left || !cursor_is_text(text))
        return CLAIM_NO;
    *length = text.left + 2;
    uint8_t behind;
    if (cursor_u8_at(message->bytes, *length, &behind) && behind != 0 && behind != 0xcc)
        return CLAIM_NO;
    if (text.left < told)
        return !message->complete ? CLAIM_MORE : text.left > 0 ? CLAIM_POSSIBLE : CLAIM_NO;
    /* a version stands behind the IMEI */
    return cursor_count_digits(text) == told ? CLAIM_POSSIBLE : CLAIM_LIKELY;
}

static enum claim match(const struct message *message, size_t *length)
{
    return cursor_byte(message->bytes, 0) == 0 ? match_login(message, length) : match_data(message, length);
}

static void read_data(struct cursor bytes, struct reading *reading)
{
    struct cursor records, id;
    struct record record;
    uint8_t count;
    binary_mark(&frame, reading);
    if (cursor_slice(bytes, ID_AT, ID_SIZE, &id)) {
        reading_device_number(reading, cursor_be_of(id), IMEI);
        reading_mark_value(reading, "device", id, "%s", reading->device);
    }
    if (!open_data(bytes, &records, &count))
        return;
    for (unsigned i = 0; i < count && take_record(&records, &record); i++) {
        struct fix fix = { .valid = cursor_byte(record.fix, 0) != 0, .has_time = true };
        fix.time = (int64_t)cursor_be_of(record.time);
        fix.lat = (double)signed_of(cursor_be_of(record.lat), 32) / 1e7;
        fix.lon = (double)signed_of(cursor_be_of(record.lon), 32) / 1e7;
        reading_mark_time(reading, record.time, fix.time);
        reading_mark_place(reading, record.lat, fix.lat, record.lon, fix.lon);
        reading_mark_fix(reading, record.fix, fix.valid);
        reading_fix(reading, &fix);
    }
}

static void read(const struct message *message, struct reading *reading)
{
    struct cursor id;
    if (cursor_byte(message->bytes, 0) != 0) {
        reading->type = "position";
        read_data(message->bytes, reading);
    } else {
        reading->type = "login";
        if (cursor_slice(message->bytes, 2, IMEI, &id))
            reading_device(reading, id);
    }
    reading_no_location(reading);
}

static void answer(const struct message *message, const struct asker *asker, struct buffer *reply)
{
    (void)asker;
    if (cursor_byte(message->bytes, 0) == 0)
        buffer_put_text(reply, "OK");
}

static const struct sample samples[] = {
    { .hex = "0012313233343536373839303132333435312e38",
      .claim = CLAIM_LIKELY,
      .type = "login",
      .device = "123456789012345",
      .location = LOCATION_NONE,
      .answer = "=OK" },
    { .hex = "cccccccc002f00007048860ddf790201697f0a261f0b60e7201c5173600082010e0b000c01030001f00101423200018"
             "50000000700e8f3",
      .claim = CLAIM_CERTAIN,
      .type = "position",
      .device = "123456789012345",
      SAMPLE_VALID },
    { .hex = "cccccccc005400007048860ddf790202697f0a081fd5e223c0ec0fef600082010e0b000c00030001f00101423200018"
             "50000000700697f0a261fd5e223c0ec0fef600082010e0b000c00030001f0010142320001850000000700244f",
      .claim = CLAIM_CERTAIN,
      .type = "position",
      .device = "123456789012345",
      SAMPLE_INVALID },
    { .hex = "cccccccc005400007048860ddf790202697f0a261fd3e2f8601843da600082010e0b000c01030001f00101423200018"
             "50000000700697f0a261fd5e223c0ec0fef600082010e0b000c00030001f0010142320001850000000700fde0",
      .claim = CLAIM_CERTAIN,
      .type = "position",
      .device = "123456789012345",
      SAMPLE_NORTH_WEST },
    { .hex = "cccccccc002f00007048860ddf790201697f0a261fd5e223c0ec0fef600082010e0b000c01030001f00101423200018"
             "500000007004a1e",
      .claim = CLAIM_LIKELY,
      .type = "position",
      .device = "123456789012345",
      SAMPLE_SOUTH_WEST },
    { 0 }
};

const struct protocol protocol_nvs = {
    .name = "nvs",
    .port = 5101,
    .transports = OVER_TCP,
    .heads = HEADS(HEAD("\0"), HEAD("\xcc\xcc\xcc\xcc")),
    .kin = KIN("teltonika"), /* a login of 15 digits */
    .match = match,
    .read = read,
    .answer = answer,
    .samples = samples,
};
