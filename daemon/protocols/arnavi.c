/* SPDX-License-Identifier: Apache-2.0 */
/*
 * arnavi: Arnavi Integral, Essential, Smart, Arnavi 4 and 5. Text lines and binary (little endian), TCP.
 *
 *   $AV,V<d>,<id>,<n>,<power>,<battery>,…,<fix>,<satellites>,…,<hhmmss>,<ddmm.mmmm><N|S>,<dddmm.mmmm><E|W>,<knots>,<course>,
 *       <ddmmyy>…*<XOR of all behind the dollar>      Traccar takes every place for a fix
 *   ff | version 22 to 25 | id 8 [| 8, version 24]    login
 *   5b | number | record … | 5d                       package; record: type | length n 2 | time 4 | n bytes | sum of time
 *                                                     and bytes, 1
 *   record 01, data: tag | 4 bytes, again and again: 03 lat, 04 lon (floats), 05 course, altitude, satellites (fe, ff: no
 *       fix), speed, …
 *   The server says 7b … 7d: the time to versions 23 and 25, the package's number to a package.
 */
#include <stdio.h>

#include "base/checksum.h"
#include "protocol/text_protocol.h"

enum { LOGIN_SIZE = 10, LONG_LOGIN_SIZE = 18, VERSION_1 = 0x22, VERSION_2 = 0x23, VERSION_3 = 0x24 };
enum { VERSION_4 = 0x25, ACK = 0xfd, ACK_SIZE = 4, RECORDS_AT = 2, RECORD_HEAD = 7, RECORD_MORE = 8 };
enum { DATA = 1, LONGEST_CUT = 2048 };
enum { TAG_LAT = 3, TAG_LON = 4, TAG_MOTION = 5, NO_FIX = 0xfe };
static const uint64_t IMEI_LEAST = 100000000000000, IMEI_MOST = 999999999999999;

static const struct text_protocol text = {
    .ends = "\n",
    .check = CHECK_XOR,
    .shape = { "\\$AV,V\\d[0-9A-Z]*,\\d+," },
    .forms = {
        { "position",
          { "\\$(?<covered>AV,V\\d,(?<id>\\d+),\\d+,\\d+,\\d+,-?\\d+,[01],[01],\\d+,\\d+,\\d+,(?:\\d+,\\d+,)?[01],\\d+,"
            "(?:(?:\\d+\\.\\d+)?,(?:\\d+\\.\\d+)?,)?(?<hms>\\d{6}),(?<lat>\\d{4}\\.\\d+)(?<ns>[NS]),(?<lon>\\d{5}\\.\\d+)"
            "(?<ew>[EW]),\\d+\\.\\d+,\\d+\\.\\d+,(?<dmy>\\d{6})[^*]*)(?:\\*(?<check>[0-9a-fA-F]{2}))?.*" },
          .always_valid = true },
        { "status", { "\\$(?<covered>AV,V\\d[0-9A-Z]*,(?<id>\\d+),[^*]*)\\*(?<check>[0-9a-fA-F]{2})" } },
    },
};

extern const struct protocol protocol_arnavi;

struct record {
    uint8_t type;
    struct cursor covered; /* time and bytes */
    struct cursor time, bytes, sum;
};

static bool take_record(struct cursor *c, struct record *record)
{
    struct cursor rest = *c;
    uint16_t size;
    if (!cursor_u8(&rest, &record->type) || !cursor_le16(&rest, &size))
        return false;
    struct cursor start = rest;
    if (!cursor_take(&rest, 4, &record->time) || !cursor_take(&rest, size, &record->bytes) ||
        !cursor_take(&rest, 1, &record->sum))
        return false;
    record->covered = cursor_part(start, 0, (size_t)size + 4);
    *c = rest;
    return true;
}

/* Ping, data, text, file, binary. */
static bool is_known_type(uint8_t type)
{
    return type <= 6 && type != 2 && type != 5;
}

static bool is_right(const struct record *record)
{
    return sum_8(record->covered) == cursor_byte(record->sum, 0);
}

/* The place where the chain of records breaks off; may it go on? */
static enum claim match_rest(const struct message *message, struct cursor rest)
{
    uint8_t type;
    uint16_t size;
    uint32_t time;
    if (!cursor_u8_at(rest, 0, &type) || !is_known_type(type))
        return rest.left == 0 && !message->complete ? CLAIM_MORE : CLAIM_NO;
    if (!cursor_le16_at(rest, 1, &size) || !cursor_skip(&rest, 3) || !cursor_le32(&rest, &time))
        return message->complete ? CLAIM_NO : CLAIM_MORE;
    if (!calendar_is_recent(time))
        return CLAIM_NO;
    return !message->complete ? CLAIM_MORE : size <= LONGEST_CUT ? CLAIM_POSSIBLE : CLAIM_NO;
}

static enum claim match_package(const struct message *message, size_t *length)
{
    struct cursor rest = message->bytes;
    struct record record;
    size_t count = 0, right = 0, dated = 0;
    *length = message->bytes.left;
    if (!cursor_skip(&rest, RECORDS_AT) || rest.left == 0)
        return message->complete ? CLAIM_NO : CLAIM_MORE;
    if (cursor_byte(message->bytes, 1) == ACK) {
        if (rest.left < ACK_SIZE - RECORDS_AT)
            return message->complete || cursor_byte(rest, 0) != 0 ? CLAIM_NO : CLAIM_MORE;
        *length = ACK_SIZE;
        return cursor_byte(rest, 0) == 0 && cursor_byte(rest, 1) == ']' ? CLAIM_LIKELY : CLAIM_NO;
    }
    while (rest.left == 0 || cursor_byte(rest, 0) != ']') {
        if (!take_record(&rest, &record)) {
            enum claim claim = match_rest(message, rest);
            return claim == CLAIM_NO && right > 0 && message->complete ? CLAIM_POSSIBLE : claim;
        }
        if (!is_known_type(record.type) && !is_right(&record))
            return CLAIM_NO;
        count++;
        right += is_right(&record);
        dated += calendar_is_recent((int64_t)cursor_le_of(record.time));
    }
    *length = message->bytes.left - rest.left + 1;
    if (count == 0)
        return CLAIM_NO;
    /* a chain of dated records from one bracket to the other: sums that were edited take little from it */
    return dated == count ? CLAIM_CERTAIN : right == count ? CLAIM_LIKELY : CLAIM_NO;
}

static bool is_version(uint8_t byte)
{
    return byte >= VERSION_1 && byte <= VERSION_4;
}

/* Does nothing stand there, or what may follow a login? */
static bool ends_at(struct cursor bytes, size_t length)
{
    uint8_t version;
    if (bytes.left == length || cursor_byte(bytes, length) == '[')
        return true;
    return cursor_byte(bytes, length) == 0xff &&
           (!cursor_u8_at(bytes, length + 1, &version) || is_version(version));
}

/* Some send 8 bytes more with version 3: they are known by not being a package. */
static enum claim match_login(const struct message *message, size_t *length)
{
    struct cursor bytes = message->bytes;
    uint64_t id;
    if (bytes.left >= 2 && !is_version(cursor_byte(bytes, 1)))
        return CLAIM_NO;
    if (!cursor_le_at(bytes, 2, 8, &id))
        return message->complete ? CLAIM_NO : CLAIM_MORE;
    *length = LOGIN_SIZE;
    if (cursor_byte(bytes, 1) == VERSION_3 && !ends_at(bytes, LOGIN_SIZE)) {
        if (bytes.left < LONG_LOGIN_SIZE)
            return message->complete ? CLAIM_NO : CLAIM_MORE;
        *length = LONG_LOGIN_SIZE;
    }
    bool is_imei = id >= IMEI_LEAST && id <= IMEI_MOST;
    if (ends_at(bytes, *length))
        return is_imei ? CLAIM_CERTAIN : CLAIM_POSSIBLE;
    /* something else behind it: two bytes and a number are anybody's */
    char digits[24];
    snprintf(digits, sizeof(digits), "%llu", (unsigned long long)id);
    return !is_imei ? CLAIM_NO : luhn_ok(cursor_of_text(digits)) ? CLAIM_LIKELY : CLAIM_POSSIBLE;
}

static enum claim match(const struct message *message, size_t *length)
{
    switch (cursor_byte(message->bytes, 0)) {
    case '$':
        return text_match(&protocol_arnavi, message, length);
    case '[':
        return match_package(message, length);
    default:
        return match_login(message, length);
    }
}

static void read_data(const struct record *record, struct reading *reading)
{
    struct cursor rest = record->bytes, value, lat = { 0 }, lon = { 0 }, motion = { 0 };
    struct fix fix = { .has_time = true, .time = (int64_t)cursor_le_of(record->time) };
    uint8_t tag;
    while (cursor_u8(&rest, &tag) && cursor_take(&rest, 4, &value)) {
        if (tag == TAG_LAT)
            lat = value;
        else if (tag == TAG_LON)
            lon = value;
        else if (tag == TAG_MOTION)
            motion = value;
    }
    struct cursor y = lat, x = lon;
    /* a record without one is at 0,0 for Traccar */
    if ((lat.at && !cursor_le_f32(&y, &fix.lat)) || (lon.at && !cursor_le_f32(&x, &fix.lon)))
        return;
    fix.valid = motion.left > 0 && cursor_byte(motion, 2) < NO_FIX;
    if (motion.left > 0)
        reading_mark_fix(reading, cursor_part(motion, 2, 1), fix.valid);
    reading_mark_place(reading, lat, fix.lat, lon, fix.lon);
    reading_mark_time(reading, record->time, fix.time);
    reading_fix(reading, &fix);
}

static void read_package(struct cursor bytes, struct reading *reading)
{
    struct cursor rest = bytes;
    struct record record;
    reading->type = "status";
    if (bytes.left >= RECORDS_AT && cursor_byte(bytes, 1) == ACK)
        reading->type = "reply";
    else if (!cursor_skip(&rest, RECORDS_AT))
        return;
    while (cursor_byte(bytes, 1) != ACK && rest.left > 0 && cursor_byte(rest, 0) != ']' &&
           take_record(&rest, &record)) {
        if (record.type == DATA)
            read_data(&record, reading);
        reading_mark_check(reading, record.sum, is_right(&record), sum_8(record.covered));
    }
    if (reading->location > LOCATION_NONE)
        reading->type = "position";
}

static void read(const struct message *message, struct reading *reading)
{
    struct cursor bytes = message->bytes, id;
    if (cursor_byte(bytes, 0) == '$') {
        text_read(&protocol_arnavi, message, reading);
        return;
    }
    if (cursor_byte(bytes, 0) == '[') {
        read_package(bytes, reading);
    } else {
        reading->type = "login";
        if (cursor_slice(bytes, 2, 8, &id)) {
            /* Traccar shows what is no IMEI as a number with a sign */
            char number[24];
            snprintf(number, sizeof(number), "%lld", (long long)signed_of(cursor_le_of(id), 64));
            reading_device(reading, cursor_of_text(number));
            reading_mark_value(reading, "device", id, "%s", number);
        }
    }
    reading_no_location(reading);
}

static void put_time(int64_t now, struct buffer *reply)
{
    uint8_t bytes[4];
    struct buffer time = buffer_on(bytes, sizeof(bytes));
    buffer_put_le(&time, sizeof(bytes), (uint64_t)now);
    buffer_put(reply, "{\4\0", 3);
    buffer_put_u8(reply, sum_8(buffer_cursor(&time)));
    buffer_put_cursor(reply, buffer_cursor(&time));
    buffer_put_u8(reply, '}');
}

/* Traccar is silent where a record is of no known type, and to packages of nobody. */
static bool is_answered(struct cursor bytes)
{
    struct record record;
    if (!cursor_skip(&bytes, RECORDS_AT))
        return false;
    while (bytes.left > 0 && cursor_byte(bytes, 0) != ']') {
        if (!take_record(&bytes, &record) || !is_known_type(record.type))
            return false;
    }
    return true;
}

static void answer(const struct message *message, const struct asker *asker, struct buffer *reply)
{
    struct cursor bytes = message->bytes;
    if (bytes.left < ACK_SIZE || cursor_byte(bytes, 0) == '$')
        return;
    if (cursor_byte(bytes, 0) != '[') {
        if (cursor_byte(bytes, 1) == VERSION_1)
            buffer_put(reply, "{\0\0}", 4);
        else if (cursor_byte(bytes, 1) == VERSION_3)
            buffer_put(reply, "{}", 2);
        else
            put_time(asker->now, reply);
    } else if (cursor_byte(bytes, 1) != ACK && asker->device[0] && is_answered(bytes)) {
        buffer_put(reply, "{\0", 2);
        buffer_put_u8(reply, cursor_byte(bytes, 1));
        buffer_put_u8(reply, '}');
    }
}

static const struct sample samples[] = {
    { .text = "$AV,V4,85432,20709,1148,418,-1,0,1,192,0,0,0,0,1,9,,,080910,4730.6000N,01905.4000E,6.5,45.0,"
              "010226,0,0,32767,*75\r\n",
      .claim = CLAIM_CERTAIN,
      .type = "position",
      .device = "85432",
      SAMPLE_VALID },
    { .text = "$AV,V2,85432,12487,2277,203,-1,0,0,193,0,0,0,0,080910,3327.0000S,07039.6000W,0.0,0.0,010226,*"
              "58\r\n",
      .claim = CLAIM_CERTAIN,
      .type = "position",
      .device = "85432",
      SAMPLE_SOUTH_WEST },
    { .text = "$AV,V6SD,85432,20452,-1,3,3,5,6769,,SF*5B\r\n",
      .claim = CLAIM_CERTAIN,
      .type = "status",
      .device = "85432",
      .location = LOCATION_NONE },
    { .hex = "ff2279df0d8648700000",
      .claim = CLAIM_CERTAIN,
      .type = "login",
      .device = "123456789012345",
      .location = LOCATION_NONE,
      .answer = "7b00007d" },
    { .hex = "ff2379df0d8648700000",
      .claim = CLAIM_CERTAIN,
      .type = "login",
      .device = "123456789012345",
      .location = LOCATION_NONE,
      .answer = "~7b040000000000007d" },
    { .hex = "ff2479df0d86487000000102030405060708",
      .whole = true,
      .claim = CLAIM_CERTAIN,
      .type = "login",
      .device = "123456789012345",
      .location = LOCATION_NONE,
      .answer = "7b7d" },
    { .hex = "5b06011400260a7f69033d0a3e420452b8984105160c54070900080400605d",
      .claim = CLAIM_CERTAIN,
      .type = "position",
      SAMPLE_VALID,
      .answer = "7b00067d" },
    { .hex = "5b07011400260a7f6903cdcc05c204ec518dc205160cfe0709000804004c5d",
      .claim = CLAIM_CERTAIN,
      .type = "position",
      SAMPLE_INVALID,
      .answer = "7b00077d" },
    { .hex = "5b08011400260a7f69030ad72242041f0594c205160c090709000804002a5d",
      .claim = CLAIM_CERTAIN,
      .type = "position",
      SAMPLE_NORTH_WEST,
      .answer = "7b00087d" },
    { .hex = "5b03030700260a7f69737461727465640f000000260a7f69185d",
      .claim = CLAIM_CERTAIN,
      .type = "status",
      .location = LOCATION_NONE,
      .answer = "7b00037d" },
    { .hex = "5bfd005d", .claim = CLAIM_LIKELY, .type = "reply", .location = LOCATION_NONE },
    { .hex = "5b07010a00260a7f6901616263649761626364c45d",
      .claim = CLAIM_CERTAIN,
      .type = "position",
      .location = LOCATION_INVALID,
      .time = "2026-02-01T08:09:10Z",
      .answer = "7b00077d" },
    { .hex = "5b07010a00260a7f6901616263640510105505225d",
      .claim = CLAIM_CERTAIN,
      .type = "position",
      .location = LOCATION_VALID,
      .time = "2026-02-01T08:09:10Z",
      .answer = "7b00077d" },
    { 0 }
};

const struct protocol protocol_arnavi = {
    .name = "arnavi",
    .port = 5100,
    .transports = OVER_TCP,
    .heads = HEADS(HEAD("$AV,V"), HEAD("\xff\x22"), HEAD("\xff\x23"), HEAD("\xff\x24"), HEAD("\xff\x25"),
                   HEAD("[")),
    .match = match,
    .read = read,
    .answer = answer,
    .text = &text,
    .samples = samples,
};
