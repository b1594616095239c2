/* SPDX-License-Identifier: Apache-2.0 */
/*
 * ruptela: Ruptela FM-Tco, FM-Pro, FM-Eco, FM-Plug, Plug5, HCV5, LCV5, Trace5. Binary, big endian, TCP.
 *
 *   length L 2 | imei 8 (a number) | command | payload … | CRC 2        total = L + 4
 *   CRC-16/KERMIT over the imei up to the CRC.
 *   01 records, 44 (hex) extended records: records left | n | record …
 *      record: time 4 | 1 | [extended: 1] | 1 | lon 4 | lat 4 (1e-7) | altitude 2 | course 2 | satellites |
 *      speed 2 | hdop | event 1 [2] | for sizes 1, 2, 4, 8: count, then id 1 [2] and value each
 *   09 trouble codes: n | reserved, time 4, lon 4, lat 4, source, code 5 …
 *   0f identification, 10 heartbeat, 25 files, 02-07, 11 answers (07: text). Coordinate 80000000: no place.
 */
#include "base/checksum.h"
#include "protocol/protocol.h"

enum { RECORDS = 0x01, SMS_TEXT = 0x07, CODES = 0x09, IDENTIFICATION = 0x0f, HEARTBEAT = 0x10, FILES = 0x25 };
enum { EXTENDED = 0x44, REPLY_OFFSET = 100 };
enum { HEAD_SIZE = 11, SHORTEST_LENGTH = 9, LONGEST = 2048, IMEI_DIGITS = 15 };
static const uint64_t IMEI_LIMIT = 1000000000000000, IMEI_LEAST = 10000000000;
static const uint64_t IMEI_USUAL = 10000000000000; /* 01… are the lowest that are given */
static const uint32_t NO_PLACE = 0x80000000, YEAR_2005 = 1104537600, YEAR_2038 = INT32_MAX;

static bool is_known(uint8_t command)
{
    return (command >= 1 && command <= 7) || (command >= CODES && command <= 0x13) ||
           (command >= 0x1e && command <= 0x29) || command == EXTENDED;
}

static bool has_crc(struct cursor bytes, size_t total)
{
    struct cursor covered;
    uint16_t crc;
    return total > HEAD_SIZE && cursor_slice(bytes, 2, total - 4, &covered) &&
           cursor_be16_at(bytes, total - 2, &crc) && crc16_kermit(covered) == crc;
}

struct record {
    struct cursor time, lon, lat; /* four bytes each */
};

/* One record; moves behind it. */
static bool take_record(struct cursor *c, bool is_extended, struct record *record)
{
    struct cursor rest = *c;
    size_t id_size = is_extended ? 2 : 1;
    uint8_t count;
    if (!cursor_take(&rest, 4, &record->time) || !cursor_skip(&rest, is_extended ? 3 : 2) ||
        !cursor_take(&rest, 4, &record->lon) || !cursor_take(&rest, 4, &record->lat) ||
        !cursor_skip(&rest, 8 + id_size))
        return false;
    for (size_t size = 1; size <= 8; size *= 2) {
        if (!cursor_u8(&rest, &count) || !cursor_skip(&rest, count * (id_size + size)))
            return false;
    }
    *c = rest;
    return true;
}

/* A date that a device can have, and a place on earth, or none. */
static bool is_plausible(const struct record *record)
{
    uint32_t time, lat, lon;
    if (!cursor_be32_at(record->time, 0, &time) || !cursor_be32_at(record->lat, 0, &lat) ||
        !cursor_be32_at(record->lon, 0, &lon) || time < YEAR_2005 || time > YEAR_2038)
        return false;
    if (lat == NO_PLACE || lon == NO_PLACE)
        return true;
    return signed32(lat) <= 900000000 && signed32(lat) >= -900000000 && signed32(lon) <= 1800000000 &&
           signed32(lon) >= -1800000000;
}

/* How many whole and plausible records there are; is_exact: as many as told, and they end where the CRC starts. */
static size_t count_records(struct cursor bytes, uint8_t command, bool *is_exact)
{
    struct cursor rest = bytes;
    struct record record;
    uint8_t told;
    size_t count = 0;
    *is_exact = false;
    if ((command != RECORDS && command != EXTENDED) || !cursor_skip(&rest, HEAD_SIZE + 1) ||
        !cursor_u8(&rest, &told))
        return 0;
    while (count < told && take_record(&rest, command == EXTENDED, &record) && is_plausible(&record))
        count++;
    *is_exact = count > 0 && count == told && rest.left == 2;
    return count;
}

static bool has_imei(uint64_t number)
{
    char digits[IMEI_DIGITS + 1];
    for (size_t i = IMEI_DIGITS; i > 0; i--, number /= 10)
        digits[i - 1] = (char)('0' + number % 10);
    return luhn_ok(cursor_of(digits, IMEI_DIGITS));
}

static enum claim match(const struct message *message, size_t *length)
{
    struct cursor bytes = message->bytes, rest = bytes;
    uint16_t told;
    uint64_t imei;
    uint8_t command;
    bool is_exact;
    /* an IMEI in eight bytes starts with a zero and at most 3 */
    if ((bytes.left > 2 && cursor_byte(bytes, 2) != 0) || (bytes.left > 3 && cursor_byte(bytes, 3) > 3))
        return CLAIM_NO;
    if (!cursor_be16(&rest, &told) || !cursor_be64(&rest, &imei) || !cursor_u8(&rest, &command))
        return message->complete ? CLAIM_NO : CLAIM_MORE;
    if (told < SHORTEST_LENGTH || imei >= IMEI_LIMIT || imei < IMEI_LEAST)
        return CLAIM_NO;
    enum framed framed = frame_by_length(bytes, message->complete, (size_t)told + 4, LONGEST, length);
    if (claim_framed(framed) < CLAIM_POSSIBLE)
        return claim_framed(framed);
    if (framed == FRAMED && has_crc(bytes, *length))
        return CLAIM_CERTAIN;
    /* some text answers count too little */
    struct cursor text;
    if (is_known(command) && bytes.left <= LONGEST && has_crc(bytes, bytes.left) &&
        cursor_slice(bytes, HEAD_SIZE, bytes.left - HEAD_SIZE - 2, &text) && cursor_is_text(text)) {
        *length = bytes.left;
        return CLAIM_CERTAIN;
    }
    /* without it an id like those that are given, and dates and places where there must be any; other people's
     * binaries have lengths and small numbers, too */
    if (!is_known(command) || imei < IMEI_USUAL)
        return CLAIM_NO;
    size_t count = count_records(cursor_part(bytes, 0, *length), command, &is_exact);
    if (command == RECORDS || command == EXTENDED) {
        if (is_exact || (count > 0 && has_imei(imei)) || (framed == FRAMED_CUT && count > 1))
            return CLAIM_LIKELY;
        return count > 0 || has_imei(imei) ? CLAIM_POSSIBLE : CLAIM_NO;
    }
    /* where the id was made unknown before somebody showed the message, the check digit is wrong, too */
    bool is_alone = framed == FRAMED && bytes.left == *length;
    if (!has_imei(imei))
        return is_alone ? CLAIM_POSSIBLE : CLAIM_NO;
    return is_alone ? CLAIM_LIKELY : CLAIM_POSSIBLE;
}

static void add_fix(const struct record *record, struct reading *reading)
{
    uint32_t time, lat, lon;
    if (!cursor_be32_at(record->time, 0, &time) || !cursor_be32_at(record->lat, 0, &lat) ||
        !cursor_be32_at(record->lon, 0, &lon))
        return;
    reading_mark_time(reading, record->time, time);
    if (lat == NO_PLACE || lon == NO_PLACE)
        return;
    struct fix fix = {
        .valid = true, .has_time = true, .time = time, .lat = signed32(lat) / 1e7, .lon = signed32(lon) / 1e7
    };
    reading_mark_place(reading, record->lat, fix.lat, record->lon, fix.lon);
    reading_fix(reading, &fix);
}

static void read_records(struct cursor payload, bool is_extended, struct reading *reading)
{
    struct record record;
    uint8_t told;
    if (!cursor_skip(&payload, 1) || !cursor_u8(&payload, &told))
        return;
    for (unsigned i = 0; i < told && take_record(&payload, is_extended, &record); i++)
        add_fix(&record, reading);
}

static void read_codes(struct cursor payload, struct reading *reading)
{
    struct record record;
    uint8_t told;
    if (!cursor_u8(&payload, &told))
        return;
    for (unsigned i = 0; i < told; i++) {
        if (!cursor_skip(&payload, 1) || !cursor_take(&payload, 4, &record.time) ||
            !cursor_take(&payload, 4, &record.lon) || !cursor_take(&payload, 4, &record.lat))
            return;
        add_fix(&record, reading);
        if (!cursor_skip(&payload, 6))
            return;
    }
}

static const char *type_name(uint8_t command)
{
    switch (command) {
    case CODES:
        return "obd";
    case IDENTIFICATION:
        return "login";
    case HEARTBEAT:
        return "heartbeat";
    case FILES:
        return "photo";
    default:
        return command >= 2 && command <= 0x11 ? "reply" : "status";
    }
}

static void mark_crc(struct cursor bytes, struct reading *reading)
{
    struct cursor covered, crc;
    if (bytes.left > HEAD_SIZE && cursor_slice(bytes, 2, bytes.left - 4, &covered) &&
        cursor_slice(bytes, bytes.left - 2, 2, &crc))
        reading_mark_check(reading, crc, has_crc(bytes, bytes.left), crc16_kermit(covered));
}

static void read(const struct message *message, struct reading *reading)
{
    struct cursor rest = message->bytes, id;
    uint64_t imei;
    uint8_t command;
    if (!cursor_slice(rest, 2, 8, &id) || !cursor_skip(&rest, 2) || !cursor_be64(&rest, &imei) ||
        !cursor_u8(&rest, &command))
        return;
    reading_device_number(reading, imei, IMEI_DIGITS);
    reading_mark_value(reading, "device", id, "%s", reading->device);
    reading->type = type_name(command);
    if (command == RECORDS || command == EXTENDED)
        read_records(rest, command == EXTENDED, reading);
    else if (command == CODES)
        read_codes(rest, reading);
    if (reading->location >= LOCATION_INVALID && command != CODES)
        reading->type = "position";
    reading_mark_value(reading, "type", cursor_part(message->bytes, 10, 1), "%s", reading->type);
    mark_crc(message->bytes, reading);
    reading_no_location(reading);
}

static void put_frame(struct buffer *reply, unsigned command, struct cursor content)
{
    size_t start = reply->length;
    buffer_put_be(reply, 2, content.left + 1);
    buffer_put_u8(reply, command);
    buffer_put_cursor(reply, content);
    if (!reply->full)
        buffer_put_be(reply, 2, crc16_kermit(cursor_of(reply->bytes + start + 2, reply->length - start - 2)));
}

/* A part of a file came: the next is asked for. Payload: 2 | source | name 8 | parts 2 | part 2 | data */
static void put_next_part(struct cursor payload, struct buffer *reply)
{
    uint8_t kind, content[12];
    uint16_t parts, part;
    if (!cursor_u8_at(payload, 0, &kind) || kind != 2 || !cursor_be16_at(payload, 10, &parts) ||
        !cursor_be16_at(payload, 12, &part) || part + 1 >= parts)
        return;
    memcpy(content, payload.at, 10);
    content[10] = (uint8_t)((part + 1) >> 8);
    content[11] = (uint8_t)(part + 1);
    put_frame(reply, FILES + REPLY_OFFSET, cursor_of(content, sizeof(content)));
}

static void answer(const struct message *message, const struct asker *asker, struct buffer *reply)
{
    struct cursor payload = message->bytes, ack = cursor_of("\1", 1);
    uint8_t command;
    (void)asker;
    if (!cursor_skip(&payload, HEAD_SIZE - 1) || !cursor_u8(&payload, &command))
        return;
    if (command == RECORDS || command == EXTENDED)
        put_frame(reply, REPLY_OFFSET, ack);
    else if (command == CODES || command == IDENTIFICATION || command == HEARTBEAT)
        put_frame(reply, command + (unsigned)REPLY_OFFSET, ack);
    else if (command == FILES)
        put_next_part(payload, reply);
}

static const struct sample samples[] = {
    { .hex = "003b00007048860ddf79010001697f0a2600000b60e7201c51736004b011941100250a070205011b15011d303901410"
             "0000000014d00000000000000003ba5",
      .claim = CLAIM_CERTAIN,
      .type = "position",
      .device = "123456789012345",
      SAMPLE_VALID,
      .answer = "0002640113bc" },
    { .hex = "006b00007048860ddf79010302697f09ea0000800000008000000004b011941100250a070205011b15011d303901410"
             "0000000014d0000000000000000697f0a260000d5e223c0ec0fef6004b011941100250a070205011b15011d30390141"
             "00000000014d000000000000000003c7",
      .claim = CLAIM_CERTAIN,
      .type = "position",
      .device = "123456789012345",
      .location = LOCATION_VALID,
      .lat = -33.45,
      .lon = -70.66,
      .time = "2026-02-01T08:09:10Z",
      .answer = "0002640113bc" },
    { .hex = "003b00007048860ddf79010001697f0a260000800000008000000004b011941100250a070205011b15011d303901410"
             "0000000014d00000000000000001f1f",
      .claim = CLAIM_CERTAIN,
      .type = "status",
      .device = "123456789012345",
      .location = LOCATION_NONE,
      .answer = "0002640113bc" },
    { .hex = "007900007048860ddf79440002697f0a260010000b60e7201c51736004b011941100250a000702000501001b1501001"
             "d30390100410000000001004d0000000000000000697f0a260011000b60e7201c51736004b011941100250a00070200"
             "0501001b1501001d30390100410000000001004d00000000000000008d07",
      .claim = CLAIM_CERTAIN,
      .type = "position",
      .device = "123456789012345",
      SAMPLE_VALID,
      .answer = "0002640113bc" },
    { .hex = "001d00007048860ddf79090100697f0a260b60e7201c51736001503033303077c6",
      .claim = CLAIM_CERTAIN,
      .type = "obd",
      .device = "123456789012345",
      SAMPLE_VALID,
      .answer = "00026d01c4a4" },
    { .hex = "001900007048860ddf790f464d2d50726f340030302e30312e30321b5d",
      .claim = CLAIM_CERTAIN,
      .type = "login",
      .device = "123456789012345",
      .location = LOCATION_NONE,
      .answer = "00027301cb25" },
    { .hex = "000900007048860ddf7910fa12",
      .claim = CLAIM_CERTAIN,
      .type = "heartbeat",
      .device = "123456789012345",
      .location = LOCATION_NONE,
      .answer = "00027401862d" },
    { .hex = "001f00007048860ddf7925020046494c453030303100030000ffd8ffe06461746149b5",
      .claim = CLAIM_CERTAIN,
      .type = "photo",
      .device = "123456789012345",
      .location = LOCATION_NONE,
      .answer = "000d89020046494c453030303100017a1f" },
    {
        .hex = "001d00007048860ddf7925020046494c45303030310003000264617461ffd9c96b",
        .claim = CLAIM_CERTAIN,
        .type = "photo",
        .device = "123456789012345",
        .location = LOCATION_NONE,
    },
    {
        .hex = "001b00007048860ddf7907636f6e66696775726174696f6e20646f6e65a312",
        .claim = CLAIM_CERTAIN,
        .type = "reply",
        .device = "123456789012345",
        .location = LOCATION_NONE,
    },
    { .hex = "003b00007048860ddf79010001697f0a260000d3e2f8601843da6004b011941100250a070205011b15011d303901410"
             "0000000014d00000000000000008853",
      .claim = CLAIM_CERTAIN,
      .type = "position",
      .device = "123456789012345",
      SAMPLE_NORTH_WEST,
      .answer = "0002640113bc" },
    { .hex = "000900007048860ddf79100001",
      .whole = true,
      .claim = CLAIM_POSSIBLE,
      .type = "heartbeat",
      .device = "123456789012345",
      .location = LOCATION_NONE,
      .answer = "00027401862d" },
    { 0 }
};

const struct protocol protocol_ruptela = {
    .name = "ruptela",
    .port = 5046,
    .transports = OVER_TCP,
    .never = NEVER_INVALID,
    .heads =
        HEADS(HEAD("\0"), HEAD("\1"), HEAD("\2"), HEAD("\3"), HEAD("\4"), HEAD("\5"), HEAD("\6"), HEAD("\7")),
    .match = match,
    .read = read,
    .answer = answer,
    .samples = samples,
};
