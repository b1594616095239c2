/* SPDX-License-Identifier: Apache-2.0 */
/*
 * navis: Navtelecom Signal, SMART S-2xxx, formerly Navis. Binary, little endian, TCP.
 *
 *   NTCB: @NTC | receiver 4 | sender 4 | L 2 | XOR of the body | XOR of all before | body L
 *       *>S:<id> login   *>FLEX, b0, versions …: negotiation   *>T, record   *>A, count, records   *@C… reply   nothing: keep-alive
 *       record: format | index 4 | event 2 | … navigation | h m s d month-1 year-2000 | lat, lon (f32 radians; 06: 1/600000 degree)
 *       answered by *<S, *<FLEX, *<T and *<A, with receiver and sender swapped
 *   FLEX: ~A | count | records | CRC-8      ~T | index 4 | record | CRC-8      ~C | record | CRC-8      CRC-8 31/ff over all
 *       ~E | count | so many lengths 2 (big endian) with bytes | CRC-8      ~X | L 2 | … (total L + 7)
 *       The fields of a record are negotiated, and so is where it ends; all units seen have the first 15 of them:
 *       index 4 | event 2 | time 4 | 4 bytes | navigation | unix time 4 | lat 4 | lon 4 (1/600000 degree) | …
 *       in ~E: 0a | length | index 4 | event 2 | time 4 | navigation and the same
 *   navigation: bit 1 fix, satellites above      7f: keep-alive, which is not answered
 */
#include "protocol/binary_frame.h"

enum { RECEIVER_AT = 4, SENDER_AT = 8, LENGTH_AT = 12, BODY_CHECK_AT = 14, HEAD_CHECK_AT = 15, BODY_AT = 16 };
enum { RECORD_MIN = 41, EVENT_TIME = 6, NAVIGATION = 14, ITEM_NAVIGATION = 12, FIX = 2, KEEP_ALIVE = 0x7f };
static const uint32_t YEAR_2005 = 1104537600, YEAR_2038 = INT32_MAX;

/* Records in NTCB that carry a place. */
static const struct format {
    uint8_t format, size, navigation;
    bool is_fixed_point;
} formats[] = { { 0x02, 71, 38, false },
                { 0x05, 67, 34, false },
                { 0x15, 82, 34, false },
                { 0x25, 86, 34, false },
                { 0x06, 111, 74, true } };

static const struct binary_frame ntcb = { .length_at = LENGTH_AT,
                                          .length_size = 2,
                                          .length_le = true,
                                          .plus = BODY_AT,
                                          .shortest = BODY_AT,
                                          .check = CHECK_XOR,
                                          .check_at = BODY_CHECK_AT,
                                          .check_size = 1,
                                          .covered = BODY_AT };

static bool is_date(uint64_t time)
{
    return time >= YEAR_2005 && time <= YEAR_2038;
}

static uint8_t flex_crc(struct cursor bytes)
{
    return crc8(bytes, 0x31, 0xff);
}

static bool has_right_crc(struct cursor packet)
{
    return packet.left > 1 &&
           cursor_byte(packet, packet.left - 1) == flex_crc(cursor_part(packet, 0, packet.left - 1));
}

static struct cursor body_of(struct cursor frame)
{
    return cursor_skip(&frame, BODY_AT) ? frame : cursor_part(frame, 0, 0);
}

static bool has_right_head(struct cursor frame)
{
    uint8_t check;
    return cursor_u8_at(frame, HEAD_CHECK_AT, &check) &&
           check == sum_xor(cursor_part(frame, 0, HEAD_CHECK_AT));
}

static enum claim match_ntcb(const struct message *message, size_t *length)
{
    struct cursor bytes = message->bytes;
    *length = bytes.left;
    if (!CURSOR_MAY_START(bytes, "@NTC"))
        return CLAIM_NO;
    if (bytes.left < BODY_AT)
        return !message->complete ? CLAIM_MORE : bytes.left >= 4 ? CLAIM_POSSIBLE : CLAIM_NO;
    enum claim claim = binary_match(&ntcb, message, length);
    if (claim < CLAIM_POSSIBLE || (claim == CLAIM_CERTAIN && has_right_head(bytes)))
        return claim;
    return has_right_head(bytes) || CURSOR_STARTS(body_of(bytes), "*") ? CLAIM_LIKELY : CLAIM_POSSIBLE;
}

static size_t records_at(struct cursor packet)
{
    return cursor_byte(packet, 1) == 'A' ? 3 : cursor_byte(packet, 1) == 'T' ? 6 : 2;
}

/* The records of a FLEX packet whose end is known, and how many. False: they do not fill it. */
static bool open_records(struct cursor packet, struct cursor *records, size_t *count)
{
    uint8_t told = 1;
    size_t head = records_at(packet);
    *records = packet;
    if (packet.left < head + 1 || (cursor_byte(packet, 1) == 'A' && !cursor_u8_at(packet, 2, &told)) ||
        !cursor_skip(records, head))
        return false;
    records->left--;
    *count = told;
    return told > 0 && records->left % told == 0 && records->left / told >= RECORD_MIN;
}

/* Is the record there dated, as far as it is there? */
static bool is_dated(struct cursor packet, size_t at)
{
    uint64_t time;
    return (!cursor_le_at(packet, at + EVENT_TIME, 4, &time) || is_date(time)) &&
           (!cursor_le_at(packet, at + NAVIGATION + 1, 4, &time) || time == 0 || is_date(time));
}

/* The index of ~T is the record's. */
static bool is_same_index(struct cursor packet)
{
    uint64_t told, own;
    return cursor_byte(packet, 1) == 'T' && cursor_le_at(packet, 2, 4, &told) &&
           cursor_le_at(packet, 6, 4, &own) && told == own;
}

static bool may_begin(struct cursor bytes)
{
    return cursor_byte(bytes, 0) == KEEP_ALIVE || CURSOR_STARTS(bytes, "@NTC") ||
           (cursor_byte(bytes, 0) == '~' && bytes.left > 1 && memchr("ATCEX", cursor_byte(bytes, 1), 5));
}

/* Are all records dated, or as many as are there? */
static bool are_dated(struct cursor packet, size_t count, size_t size)
{
    size_t dated = 0;
    while (dated < count && is_dated(packet, records_at(packet) + dated * size))
        dated++;
    return dated == count;
}

/* How long the packet is when another one follows in the same piece; 0: it does not end before the piece does. */
static size_t end_before_next(struct cursor bytes)
{
    enum { TRIES = 16 };
    size_t count = cursor_byte(bytes, 1) == 'A' ? cursor_byte(bytes, 2) : 1;
    for (size_t size = RECORD_MIN, tries = 0; count > 0 && tries < TRIES; size++) {
        size_t total = records_at(bytes) + count * size + 1;
        if (total >= bytes.left)
            return 0;
        if (!may_begin(cursor_part(bytes, total, bytes.left - total)))
            continue;
        tries++;
        if (are_dated(bytes, count, size) && has_right_crc(cursor_part(bytes, 0, total)))
            return total;
    }
    return 0;
}

/* Only the CRC tells where records end. */
static enum claim match_records(const struct message *message, size_t *length)
{
    struct cursor bytes = message->bytes, records;
    size_t count;
    *length = bytes.left;
    bool is_whole = open_records(bytes, &records, &count);
    if (!is_dated(bytes, records_at(bytes))) /* other fields, perhaps */
        return bytes.left >= RECORD_MIN && has_right_crc(bytes) ? CLAIM_POSSIBLE : CLAIM_NO;
    if (is_whole && are_dated(bytes, count, records.left / count) && has_right_crc(bytes))
        return is_same_index(bytes) ? CLAIM_CERTAIN : CLAIM_LIKELY;
    size_t end = bytes.left > 3 ? end_before_next(bytes) : 0;
    if (end > 0) {
        *length = end;
        return is_same_index(bytes) ? CLAIM_CERTAIN : CLAIM_LIKELY;
    }
    if (!message->complete)
        return CLAIM_MORE;
    if (is_whole && is_same_index(bytes))
        return CLAIM_LIKELY;
    return bytes.left >= RECORD_MIN ? CLAIM_POSSIBLE : CLAIM_NO;
}

/* ~E: how long the items make it; 0: they are not all there. */
static size_t items_total(struct cursor bytes)
{
    struct cursor rest = bytes;
    uint16_t size;
    uint8_t count;
    if (!cursor_skip(&rest, 2) || !cursor_u8(&rest, &count))
        return 0;
    for (; count > 0; count--) {
        if (!cursor_be16(&rest, &size) || !cursor_skip(&rest, size))
            return 0;
    }
    return rest.left > 0 ? bytes.left - rest.left + 1 : 0;
}

static enum claim match_extra(const struct message *message, size_t *length)
{
    enum { SMALLEST = 8 };
    struct cursor bytes = message->bytes;
    uint16_t told;
    size_t total = cursor_byte(bytes, 1) == 'E'      ? items_total(bytes)
                   : cursor_le16_at(bytes, 2, &told) ? (size_t)told + 7
                                                     : 0;
    if (total == 0 || total > bytes.left)
        return message->complete || bytes.left > MESSAGE_MAX / 2 ? CLAIM_NO : CLAIM_MORE;
    *length = total;
    if (total >= SMALLEST && has_right_crc(cursor_part(bytes, 0, total)))
        return CLAIM_LIKELY;
    *length = bytes.left;
    return bytes.left >= SMALLEST && has_right_crc(bytes) ? CLAIM_LIKELY : CLAIM_NO;
}

static enum claim match_message(const struct message *message, size_t *length)
{
    struct cursor bytes = message->bytes;
    if (cursor_byte(bytes, 0) != '~')
        return match_ntcb(message, length);
    if (bytes.left < 2)
        return message->complete ? CLAIM_NO : CLAIM_MORE;
    switch (cursor_byte(bytes, 1)) {
    case 'A':
    case 'T':
    case 'C':
        return match_records(message, length);
    case 'E':
    case 'X':
        return match_extra(message, length);
    default:
        return CLAIM_NO;
    }
}

/* One byte: it says something only with a message behind it, or nothing at all. */
static enum claim match(const struct message *message, size_t *length)
{
    struct message next = *message;
    size_t next_length;
    if (cursor_byte(message->bytes, 0) != KEEP_ALIVE)
        return match_message(message, length);
    while (CURSOR_STARTS(next.bytes, "\x7f") && cursor_skip(&next.bytes, 1))
        continue;
    *length = 1;
    return next.bytes.left == 0 ? CLAIM_POSSIBLE : match_message(&next, &next_length);
}

/* Navigation, time and place in 1/600000 degree, as FLEX has them. Without a time there is none. */
static void read_flex(struct cursor c, size_t at, struct reading *reading)
{
    struct cursor navigation, time, lat, lon;
    if (!cursor_skip(&c, at) || !cursor_take(&c, 1, &navigation) || !cursor_take(&c, 4, &time) ||
        !cursor_take(&c, 4, &lat) || !cursor_take(&c, 4, &lon) || !is_date(cursor_le_of(time)))
        return;
    struct fix fix = { .valid = (cursor_byte(navigation, 0) & FIX) != 0, .has_time = true };
    fix.time = (int64_t)cursor_le_of(time);
    fix.lat = (double)signed_of(cursor_le_of(lat), 32) / 600000;
    fix.lon = (double)signed_of(cursor_le_of(lon), 32) / 600000;
    reading_mark_fix(reading, navigation, fix.valid);
    reading_mark_time(reading, time, fix.time);
    reading_mark_place(reading, lat, fix.lat, lon, fix.lon);
    reading_fix(reading, &fix);
}

static void read_items(struct cursor rest, struct reading *reading)
{
    struct cursor item;
    uint16_t size;
    uint8_t count;
    if (!cursor_skip(&rest, 2) || !cursor_u8(&rest, &count))
        return;
    for (; count > 0 && cursor_be16(&rest, &size) && cursor_take(&rest, size, &item); count--) {
        if (CURSOR_STARTS(item, "\x0a"))
            read_flex(item, ITEM_NAVIGATION, reading);
    }
}

static void read_packet(struct cursor packet, struct reading *reading)
{
    struct cursor records;
    size_t count = 0;
    reading->type = "status";
    if (packet.left < 2)
        return;
    reading_mark_check(reading, cursor_part(packet, packet.left - 1, 1), has_right_crc(packet),
                       flex_crc(cursor_part(packet, 0, packet.left - 1)));
    if (cursor_byte(packet, 1) == 'E')
        read_items(packet, reading);
    else if (cursor_byte(packet, 1) != 'X' && open_records(packet, &records, &count))
        for (size_t i = 0, size = records.left / count; i < count; i++)
            read_flex(cursor_part(records, i * size, size), NAVIGATION, reading);
    if (reading->location >= LOCATION_INVALID)
        reading->type = "position";
}

static const struct format *format_of(struct cursor record)
{
    for (size_t i = 0; record.left > 0 && i < sizeof(formats) / sizeof(formats[0]); i++) {
        if (formats[i].format == cursor_byte(record, 0))
            return &formats[i];
    }
    return NULL;
}

static void read_record(struct cursor record, const struct format *format, struct reading *reading)
{
    struct cursor navigation, date, lat, lon;
    uint8_t parts[6];
    struct fix fix = { 0 };
    if (!cursor_slice(record, format->navigation, 1, &navigation) ||
        !cursor_slice(record, format->navigation + 1u, 6, &date) ||
        !cursor_slice(record, format->navigation + 7u, 4, &lat) ||
        !cursor_slice(record, format->navigation + 11u, 4, &lon))
        return;
    fix.valid = (cursor_byte(navigation, 0) & FIX) != 0;
    for (size_t i = 0; i < sizeof(parts); i++)
        parts[i] = (uint8_t)(cursor_byte(date, i) + (i == 4));
    struct cursor when = cursor_of(parts, sizeof(parts)), lat_raw = lat, lon_raw = lon;
    fix.has_time = reading_take_bytes_time(&when, "hisdmy", &fix.time);
    if (format->is_fixed_point) {
        fix.lat = (double)signed_of(cursor_le_of(lat), 32) / 600000;
        fix.lon = (double)signed_of(cursor_le_of(lon), 32) / 600000;
    } else {
        const double degrees = 57.295779513082323; /* of a radian */
        if (!cursor_le_f32(&lat_raw, &fix.lat) || !cursor_le_f32(&lon_raw, &fix.lon))
            return;
        fix.lat *= degrees;
        fix.lon *= degrees;
    }
    reading_mark_fix(reading, navigation, fix.valid);
    if (fix.has_time)
        reading_mark_time(reading, date, fix.time);
    reading_mark_place(reading, lat, fix.lat, lon, fix.lon);
    reading_fix(reading, &fix);
}

static void read_records(struct cursor records, unsigned count, struct reading *reading)
{
    const struct format *format = format_of(records);
    struct cursor record;
    while (count > 0 && format && cursor_take(&records, format->size, &record)) {
        read_record(record, format, reading);
        format = format_of(records);
        count--;
    }
}

static void read_body(struct cursor body, struct reading *reading)
{
    uint8_t count;
    if (CURSOR_STARTS(body, "*>S:") && cursor_skip(&body, 4)) {
        reading->type = "login";
        reading_device(reading, body);
    } else if (CURSOR_STARTS(body, "*>FLEX")) {
        reading->type = "negotiation";
    } else if (CURSOR_STARTS(body, "*>T") && cursor_skip(&body, 3)) {
        reading->type = "status";
        read_records(body, 1, reading);
    } else if (CURSOR_STARTS(body, "*>A") && cursor_skip(&body, 3) && cursor_u8(&body, &count)) {
        reading->type = "status";
        read_records(body, count, reading);
    } else {
        reading->type = body.left > 0 ? "reply" : "heartbeat";
    }
    if (reading->location >= LOCATION_INVALID)
        reading->type = "position";
}

static void read(const struct message *message, struct reading *reading)
{
    struct cursor bytes = message->bytes, body = body_of(bytes), check;
    if (cursor_byte(bytes, 0) == KEEP_ALIVE) {
        reading->type = "heartbeat";
    } else if (cursor_byte(bytes, 0) == '~') {
        read_packet(bytes, reading);
    } else {
        read_body(body, reading);
        binary_mark(&ntcb, reading);
        if (cursor_slice(bytes, HEAD_CHECK_AT, 1, &check))
            reading_mark_check(reading, check, has_right_head(bytes),
                               sum_xor(cursor_part(bytes, 0, HEAD_CHECK_AT)));
    }
    reading_no_location(reading);
}

static void put_ntcb(struct buffer *reply, struct cursor frame, struct cursor body)
{
    size_t start = reply->length;
    struct cursor receiver, sender;
    if (!cursor_slice(frame, RECEIVER_AT, 4, &receiver) || !cursor_slice(frame, SENDER_AT, 4, &sender))
        return;
    buffer_put_text(reply, "@NTC");
    buffer_put_cursor(reply, sender);
    buffer_put_cursor(reply, receiver);
    buffer_put_le(reply, 2, body.left);
    buffer_put_u8(reply, sum_xor(body));
    if (!reply->full)
        buffer_put_u8(reply, sum_xor(cursor_of(reply->bytes + start, reply->length - start)));
    buffer_put_cursor(reply, body);
}

static void answer_ntcb(struct cursor frame, struct buffer *reply)
{
    uint8_t memory[16];
    struct buffer words = buffer_on(memory, sizeof(memory));
    struct cursor body = body_of(frame), part;
    if (CURSOR_STARTS(body, "*>S:")) {
        buffer_put_text(&words, "*<S");
    } else if (CURSOR_STARTS(body, "*>FLEX") && cursor_slice(body, 7, 2, &part)) {
        buffer_put_text(&words, "*<FLEX\xb0");
        buffer_put_cursor(&words, part);
    } else if (CURSOR_STARTS(body, "*>T") && cursor_slice(body, 4, 4, &part)) {
        buffer_put_text(&words, "*<T");
        buffer_put_cursor(&words, part);
    } else if (CURSOR_STARTS(body, "*>A") && cursor_slice(body, 3, 1, &part)) {
        buffer_put_text(&words, "*<A");
        buffer_put_cursor(&words, part);
    }
    if (words.length > 0)
        put_ntcb(reply, frame, buffer_cursor(&words));
}

/* The count or the index, which ~C has only inside its record. */
static void answer_flex(struct cursor packet, struct buffer *reply)
{
    size_t start = reply->length, count;
    struct cursor part, records;
    bool is_counted = packet.left > 2 && (cursor_byte(packet, 1) == 'A' || cursor_byte(packet, 1) == 'E');
    bool is_extra = packet.left > 2 && (cursor_byte(packet, 1) == 'E' || cursor_byte(packet, 1) == 'X');
    bool has_records = packet.left > 2 && !is_extra && open_records(packet, &records, &count);
    if ((!is_extra && !has_records) || (is_extra && packet.left <= 7) ||
        !cursor_slice(packet, 2, is_counted ? 1 : 4, &part))
        return;
    buffer_put_cursor(reply, cursor_part(packet, 0, 2));
    buffer_put_cursor(reply, part);
    if (!reply->full)
        buffer_put_u8(reply, flex_crc(cursor_of(reply->bytes + start, reply->length - start)));
}

static void answer(const struct message *message, const struct asker *asker, struct buffer *reply)
{
    (void)asker;
    if (cursor_byte(message->bytes, 0) == '~')
        answer_flex(message->bytes, reply);
    else if (cursor_byte(message->bytes, 0) == '@')
        answer_ntcb(message->bytes, reply);
}

static const struct sample samples[] = {
    { .hex = "404e544301000000d204000013004d902a3e533a313233343536373839303132333435",
      .claim = CLAIM_CERTAIN,
      .type = "login",
      .device = "123456789012345",
      .location = LOCATION_NONE,
      .answer = "404e5443d204000001000000030045882a3c53" },
    { .hex = "404e544301000000d2040000130058852a3e533a313233343536373839303132333435",
      .claim = CLAIM_LIKELY,
      .type = "login",
      .device = "123456789012345",
      .location = LOCATION_NONE,
      .answer = "404e5443d204000001000000030045882a3c53" },
    { .hex = "404e544301000000d20400001a00b7632a3e464c4558b014147afffff080808000000e00000000000000",
      .claim = CLAIM_CERTAIN,
      .type = "negotiation",
      .location = LOCATION_NONE,
      .answer = "404e5443d2040000010000000900b1762a3c464c4558b01414" },
    { .hex = "404e544301000000d20400005900bd2a2a3e542507000000121508090b01011a0000000000000000000000000000000"
             "000000000002208090a01011ad746543f0297aa3e000000000000000000000000000000000000000000000000000000"
             "00000000000000000000",
      .claim = CLAIM_CERTAIN,
      .type = "position",
      SAMPLE_VALID,
      .answer = "404e5443d2040000010000000700458c2a3c5407000000" },
    { .hex =
          "404e544301000000d2040000e200577b2a3e41020607000000121508090b01011a00000000000000000000000000000000"
          "0000000000000000000000000000000000000000000000000000000000000000000000000000000000000000002008090a"
          "01011a90c1cdfea01679fd000000000000000000000000000000000000000000000607000000121508090b01011a000000"
          "00000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000"
          "0000000000000000002008090a01011a90c1cdfea01679fd00000000000000000000000000000000000000000000",
      .claim = CLAIM_CERTAIN,
      .type = "position",
      SAMPLE_INVALID,
      .answer = "404e5443d2040000010000000400559f2a3c4102" },
    { .hex = "404e544301000000d20400004b000c892a3e41010207000000121508090b01011a00000000000000000000000000000"
             "0000000000000000000002208090a01011adfe4353f0557a5bf000000000000000000000000000000000000",
      .claim = CLAIM_CERTAIN,
      .type = "position",
      SAMPLE_NORTH_WEST,
      .answer = "404e5443d2040000010000000400569c2a3c4101" },
    { .hex = "404e544301000000d20400004600de562a3e540507000000121508090b01011a0000000000000000000000000000000"
             "000000000002208090a01011abf7415bf20db9dbf000000000000000000000000000000000000",
      .claim = CLAIM_CERTAIN,
      .type = "position",
      SAMPLE_SOUTH_WEST,
      .answer = "404e5443d2040000010000000700458c2a3c5407000000" },
    { .hex = "404e544301000000d20400005500cc572a3e541507000000121508090b01011a0000000000000000000000000000000"
             "000000000002008090a01011abf7415bf20db9dbf000000000000000000000000000000000000000000000000000000"
             "000000000000",
      .claim = CLAIM_CERTAIN,
      .type = "position",
      SAMPLE_INVALID,
      .answer = "404e5443d2040000010000000700458c2a3c5407000000" },
    { .hex = "404e544301000000d20400002c0044972a3e54040000000000000000000000000000000000000000000000000000000"
             "0000000000000000000000000",
      .claim = CLAIM_LIKELY,
      .type = "status",
      .location = LOCATION_NONE,
      .answer = "404e5443d2040000010000000700428b2a3c5400000000" },
    { .hex = "404e544301000000d20400000d005e9d2a40434e43545f445243204f4b",
      .claim = CLAIM_CERTAIN,
      .type = "reply",
      .location = LOCATION_NONE },
    { .hex = "404e544301000000d2040000000000ce",
      .claim = CLAIM_CERTAIN,
      .type = "heartbeat",
      .location = LOCATION_NONE },
    { .hex = "7e4102280000002111090a7f690100153342080a7f6990f7b20130c6ae0014050000000048410e010000f040640b290"
             "000002111270a7f690100153342260a7f6990f7b20130c6ae0014050000000048410e010000f040640bd8",
      .whole = true,
      .claim = CLAIM_LIKELY,
      .type = "position",
      SAMPLE_VALID,
      .answer = "7e41028c" },
    { .hex =
          "7e5428000000280000002111270a7f690100153340260a7f6990c1cdfea01679fd14050000000048410e010000f04077",
      .whole = true,
      .claim = CLAIM_CERTAIN,
      .type = "position",
      SAMPLE_INVALID,
      .answer = "7e542800000075" },
    { .hex = "7e5428000000280000002111270a7f690100153342260a7f6990c1cdfea01679fd14050000000048410e010000f0406"
             "40b18",
      .whole = true,
      .claim = CLAIM_LIKELY,
      .type = "position",
      SAMPLE_SOUTH_WEST,
      .answer = "7e542800000075" },
    { .hex = "7e43280000002111270a7f690100153342260a7f6910b67401106b5afd14050000000048410e010000f040640bae",
      .whole = true,
      .claim = CLAIM_LIKELY,
      .type = "position",
      SAMPLE_NORTH_WEST,
      .answer = "7e432800000052" },
    { .hex = "7e4501001e0a1e070000000900260a7f6942260a7f6990f7b20130c6ae00000000000005",
      .claim = CLAIM_LIKELY,
      .type = "position",
      SAMPLE_VALID,
      .answer = "7e45015c" },
    { .hex = "7e450200200b0500000000000000000000000000000000000000000000000000000000000000160b050000000000000"
             "00000000000000000000000000072",
      .claim = CLAIM_LIKELY,
      .type = "status",
      .location = LOCATION_NONE,
      .answer = "7e45020f" },
    { .hex = "7f", .claim = CLAIM_POSSIBLE, .type = "heartbeat", .location = LOCATION_NONE },
    { 0 }
};

const struct protocol protocol_navis = {
    .name = "navis",
    .port = 5019,
    .transports = OVER_TCP,
    .heads = HEADS(HEAD("@NTC"), HEAD("~A"), HEAD("~T"), HEAD("~C"), HEAD("~E"), HEAD("~X"), HEAD("\x7f")),
    .match = match,
    .read = read,
    .answer = answer,
    .samples = samples,
};
