/* SPDX-License-Identifier: Apache-2.0 */
/*
 * gl200: Queclink @Track (GL, GV, GMT, CV, GB series). Text and binary on one port, TCP and UDP.
 *
 *   text:   +RESP:GTxxx,<version>,<id>,…,<yyyymmddhhmmss>,<count 4 hex>$     also +BUFF: and +ACK:;
 *           old units end with NUL, and some leave the version out. Any number of points: accuracy, speed, course, altitude, lon, lat,
 *           yyyymmddhhmmss; degrees with six decimals
 *   binary: +RSP | type | mask 4 | length 2 | device type | version 2 | firmware 2 | id 8 | … | CRC 2 | 0d 0a
 *           the length counts all bytes; it stands elsewhere in +INF, +CRD, +LGN, +HBD, +ACK and their kin.
 *           CRC-16/CCITT-FALSE from byte 4 up to the CRC
 *           a point: hdop | speed 3 | course 2 | altitude 2 | lon 4 | lat 4 (1e-6) | year 2 mm dd hh mm ss |
 *           cell 8 | 00
 *   new:    2b 00 | length 2 | flags | [count 2, flag 80] | id 8 BCD | … | records | count 2 | check | tail
 *           record: length | time 4 | index 2 | id | event | items of id, length, value; 52: position
 */
#include "base/bcd.h"
#include "base/checksum.h"
#include "protocol/protocol.h"

enum { TEXT_MAX = 8192, VERSION_MAX = 12, BINARY_MIN = 11, NEW_MIN = 26, NEW_TAIL = 4 };
enum { RSP_PHONE = 3, RSP_GEO = 8, RSP_COMPRESSED = 100, ITEM_PLACE = 0x51, ITEM_PLACE_LONG = 0x52 };
enum { YEAR_2009 = 0x49600000 }; /* Unix seconds */
enum { COMPRESSED = 11 };        /* bytes of a whole point among steps, without its time */

/* "+RESP:GTFRI,<version>,<id>," taken apart. */
struct line {
    struct cursor head, type, version, id, rest;
    bool is_versioned; /* else the id follows the type, as in gl100 */
};

/* Where the binary forms keep their length and id; without id_at nothing of them is read. */
struct form {
    const char *magic;
    uint8_t length_at, length_size, id_at;
    const char *type;
};

static const struct form forms[] = {
    { "+RSP", 9, 2, 16, "status" }, { "+EVT", 9, 2, 16, "status" },   { "+INF", 7, 2, 11, "information" },
    { "+BSP", 9, 2, 0, "status" },  { "+BVT", 9, 2, 0, "status" },    { "+BNF", 7, 2, 0, "information" },
    { "+CRD", 6, 2, 0, "status" },  { "+BRD", 6, 2, 0, "status" },    { "+LGN", 6, 2, 0, "login" },
    { "+ACK", 6, 1, 0, "reply" },   { "+HBD", 5, 1, 0, "heartbeat" },
};

static const struct form *form_of(struct cursor bytes)
{
    for (size_t i = 0; i < sizeof(forms) / sizeof(forms[0]); i++) {
        if (cursor_starts(bytes, forms[i].magic, 4) && bytes.left > 4 && cursor_byte(bytes, 4) != ':')
            return &forms[i];
    }
    return NULL;
}

/* An IMEI, or the MEID of CDMA units. */
static bool is_id(struct cursor field)
{
    return (field.left == 15 && cursor_count_digits(field) == 15) ||
           (field.left == 14 && cursor_count_hex(field) == 14);
}

static bool open_line(struct cursor bytes, struct line *line)
{
    struct cursor rest = bytes;
    if (!cursor_until(&rest, ':', &line->head) || !cursor_skip(&rest, 2) ||
        !cursor_until(&rest, ',', &line->type) || !cursor_until(&rest, ',', &line->version))
        return false;
    line->rest = rest;
    if (!cursor_field(&rest, ',', &line->id))
        return false;
    line->is_versioned = !is_id(line->version) || is_id(line->id);
    if (line->is_versioned) {
        line->rest = rest;
    } else {
        line->id = line->version;
        line->version.left = 0;
    }
    return true;
}

/* Every message ends with the time of sending, which may be empty, and a counter. */
static void take_tail(struct cursor rest, struct cursor *time, struct cursor *counter)
{
    struct cursor field;
    *time = *counter = (struct cursor){ 0 };
    while (rest.left > 0 &&
           (cursor_byte(rest, rest.left - 1) == '$' || cursor_byte(rest, rest.left - 1) == '\0'))
        rest.left--;
    rest = cursor_trim(rest);
    while (cursor_field(&rest, ',', &field)) {
        *time = *counter;
        *counter = field;
    }
}

/* Up to the '$', or the NUL of old units. */
static enum framed frame_text(const struct message *message, size_t *length)
{
    struct cursor bytes = message->bytes;
    for (size_t i = 0; i < bytes.left && i < TEXT_MAX; i++) {
        if (cursor_byte(bytes, i) == '$' || cursor_byte(bytes, i) == '\0') {
            *length = i + 1;
            return FRAMED;
        }
    }
    *length = bytes.left;
    return bytes.left >= TEXT_MAX ? FRAMED_NO : message->complete ? FRAMED_CUT : FRAMED_MORE;
}

static enum claim match_text(const struct message *message, size_t *length)
{
    struct cursor bytes = message->bytes, time, counter;
    struct line line;
    enum framed framed = frame_text(message, length);
    if (framed == FRAMED_NO)
        return CLAIM_NO;
    if (framed == FRAMED_MORE)
        return CLAIM_MORE;
    bytes.left = *length;
    if (!cursor_is_text(cursor_trim_nul(bytes)))
        return CLAIM_NO;
    if (!open_line(bytes, &line) || !is_id(line.id) || line.type.left != 3 || line.version.left > VERSION_MAX)
        return CLAIM_POSSIBLE;
    take_tail(line.rest, &time, &counter);
    bool has_tail = counter.left == 4 && cursor_count_hex(counter) == 4 &&
                    (time.left == 0 || (time.left == 14 && cursor_count_digits(time) == 14));
    if (line.is_versioned)
        return has_tail ? CLAIM_CERTAIN : CLAIM_LIKELY;
    /* gl100 has its id there, too, but no time of sending, and ends with NUL */
    return has_tail && time.left > 0 && CURSOR_ENDS(bytes, "$") ? CLAIM_LIKELY : CLAIM_POSSIBLE;
}

static enum claim match_binary(const struct message *message, const struct form *form, size_t *length)
{
    struct cursor bytes = message->bytes, field, checked;
    uint64_t total;
    uint16_t crc;
    *length = bytes.left;
    if (!cursor_slice(bytes, form->length_at, form->length_size, &field) ||
        !cursor_be(&field, form->length_size, &total))
        return message->complete ? CLAIM_POSSIBLE : CLAIM_MORE;
    if (total < BINARY_MIN)
        return CLAIM_NO;
    enum framed framed = frame_by_length(bytes, message->complete, (size_t)total, MESSAGE_MAX, length);
    if (framed != FRAMED)
        return framed == FRAMED_MORE ? CLAIM_MORE : framed == FRAMED_CUT ? CLAIM_POSSIBLE : CLAIM_NO;
    bytes.left = *length;
    if (!CURSOR_ENDS(bytes, "\r\n"))
        return CLAIM_POSSIBLE;
    bool is_right = cursor_be16_at(bytes, *length - 4, &crc) &&
                    cursor_slice(bytes, 4, *length - 8, &checked) && crc16_ccitt_false(checked) == crc;
    return is_right ? CLAIM_CERTAIN : CLAIM_LIKELY;
}

/* One byte, or two when its top bit is set. */
static bool take_number(struct cursor *c, size_t *number)
{
    uint8_t high, low = 0;
    if (!cursor_u8(c, &high) || (high & 0x80 && !cursor_u8(c, &low)))
        return false;
    *number = high & 0x80 ? (size_t)(high & 0x7f) << 8 | low : high;
    return true;
}

/* The next record of the new form, from its time on. Its length counts itself. */
static bool take_record(struct cursor *c, struct cursor *record)
{
    struct cursor behind = *c;
    size_t before = c->left, size;
    uint32_t time;
    return take_number(&behind, &size) && cursor_take(c, size, record) &&
           cursor_skip(record, before - behind.left) && record->left >= 8 &&
           cursor_be32_at(*record, 0, &time) && time >= YEAR_2009;
}

static bool open_new(struct cursor bytes, struct cursor *id, struct cursor *rest)
{
    uint8_t flags;
    *rest = bytes;
    return cursor_u8_at(bytes, 4, &flags) && cursor_skip(rest, flags & 0x80 ? 7 : 5) &&
           cursor_take(rest, 8, id) && bcd_ok(*id) && cursor_byte(*id, 0) >> 4 == 0;
}

/* Between id and records stands what differs by model: the records are where their chain fits exactly, unless
 * that is where gl601 has them. */
static bool find_records(struct cursor rest, struct cursor *records)
{
    enum { BETWEEN_MAX = 12, RESERVED_AT = 5 };
    uint8_t reserved = 0;
    if (rest.left <= NEW_TAIL)
        return false;
    rest.left -= NEW_TAIL;
    bool has_reserved = cursor_u8_at(rest, RESERVED_AT, &reserved);
    for (size_t n = 0; n <= BETWEEN_MAX && n < rest.left; n++) {
        struct cursor c = rest, record;
        bool fits = cursor_skip(&c, n);
        *records = c;
        while (fits && c.left > 0)
            fits = take_record(&c, &record);
        if (fits)
            return !has_reserved || n != RESERVED_AT + 1u + reserved;
    }
    return false;
}

static enum claim match_new(const struct message *message, size_t *length)
{
    struct cursor bytes = message->bytes, id, rest, records;
    uint16_t total;
    if (!cursor_be16_at(bytes, 2, &total))
        return message->complete ? CLAIM_NO : CLAIM_MORE;
    if (total < NEW_MIN)
        return CLAIM_NO;
    enum framed framed = frame_by_length(bytes, message->complete, total, MESSAGE_MAX, length);
    bytes.left = *length;
    if (framed == FRAMED_MORE)
        return CLAIM_MORE;
    if (framed == FRAMED_NO || !open_new(bytes, &id, &rest))
        return CLAIM_NO;
    return framed == FRAMED && find_records(rest, &records) ? CLAIM_LIKELY : CLAIM_POSSIBLE;
}

static enum claim match(const struct message *message, size_t *length)
{
    struct cursor bytes = message->bytes;
    if (CURSOR_STARTS(bytes, "+\0"))
        return match_new(message, length);
    if (CURSOR_MAY_START(bytes, "+RESP:GT") || CURSOR_MAY_START(bytes, "+BUFF:GT") ||
        (CURSOR_MAY_START(bytes, "+ACK:GT") && bytes.left != 4))
        return match_text(message, length);
    const struct form *form = form_of(bytes);
    if (form)
        return match_binary(message, form, length);
    *length = bytes.left;
    return bytes.left > 4 ? CLAIM_NO : message->complete ? CLAIM_POSSIBLE : CLAIM_MORE;
}

/* Signed degrees always have six decimals, as nothing else in a message. */
static bool take_degrees(struct cursor field, double *degrees)
{
    size_t point;
    return cursor_find(field, '.', &point) && point <= 4 && field.left - point == 7 &&
           cursor_decimal(field, degrees);
}

static void read_points(struct cursor rest, bool needs_accuracy, struct reading *reading)
{
    enum { ACCURACY, LON = 4, LAT, TIME, WINDOW };
    struct cursor window[WINDOW] = { 0 };
    double accuracy;
    while (rest.left > 0) {
        struct fix fix = { .valid = true };
        memmove(window, window + 1, sizeof(window) - sizeof(window[0]));
        if (!cursor_field(&rest, ',', &window[TIME]))
            return;
        if (!take_degrees(window[LON], &fix.lon) || !take_degrees(window[LAT], &fix.lat) ||
            window[TIME].left != 14 || cursor_count_digits(window[TIME]) != 14)
            continue;
        if (needs_accuracy)
            fix.valid = cursor_decimal(window[ACCURACY], &accuracy) && accuracy > 0;
        fix.has_time = reading_time_of(window[TIME], "Ymdhis", &fix.time);
        reading_mark_place(reading, window[LAT], fix.lat, window[LON], fix.lon);
        if (fix.has_time)
            reading_mark_time(reading, window[TIME], fix.time);
        if (needs_accuracy)
            reading_mark_fix(reading, window[ACCURACY], fix.valid);
        reading_fix(reading, &fix);
    }
}

/* CAN reports have a mask that says whether a position is in them. */
static bool has_place(const struct line *line)
{
    struct cursor rest = line->rest, field;
    uint64_t mask;
    if (cursor_is_one_of(line->type, "PNA PFA DTT"))
        return false;
    if (!cursor_is(line->type, "CAN"))
        return true;
    if (CURSOR_STARTS(line->version, "802005")) /* GV355CEU: its position is not taken from there */
        return false;
    for (int i = 0; i < 4; i++) {
        if (!cursor_field(&rest, ',', &field))
            return false;
    }
    return !cursor_hex(field, &mask) || mask >> 30 & 1;
}

static void read_text(struct cursor bytes, struct reading *reading)
{
    struct line line;
    if (!open_line(bytes, &line))
        return;
    reading_mark(reading, "type", line.type);
    reading_device(reading, line.id);
    if (cursor_is(line.head, "+ACK")) {
        reading->type = cursor_is(line.type, "HBD") ? "heartbeat" : "reply";
    } else if (cursor_is_one_of(line.type, "INF VER")) {
        reading->type = "information";
    } else if (cursor_is_one_of(line.type, "GSM WIF LBS")) {
        reading->type = "cells";
    } else {
        if (has_place(&line))
            read_points(line.rest, cursor_is(line.type, "CAN"), reading);
        reading->type = cursor_is_one_of(line.type, "SOS TOW SPD HBM BPL JDR JDS TEM") ? "alarm"
                        : reading->location >= LOCATION_INVALID                        ? "position"
                                                                                       : "status";
    }
    reading_no_location(reading);
}

static bool read_point(struct cursor *c, struct reading *reading)
{
    struct cursor head = *c, date, when;
    uint8_t hdop;
    uint32_t lon, lat;
    if (!cursor_u8(c, &hdop) || !cursor_skip(c, 7) || !cursor_be32(c, &lon) || !cursor_be32(c, &lat) ||
        !cursor_take(c, 7, &date) || !cursor_skip(c, 9))
        return false;
    struct fix fix = { .valid = hdop > 0, .lon = signed32(lon) / 1e6, .lat = signed32(lat) / 1e6 };
    when = date;
    fix.has_time = reading_take_bytes_time(&when, "Ymdhis", &fix.time);
    reading_mark_fix(reading, cursor_part(head, 0, 1), fix.valid);
    reading_mark_place(reading, cursor_part(head, 12, 4), fix.lat, cursor_part(head, 8, 4), fix.lon);
    if (fix.has_time)
        reading_mark_time(reading, date, fix.time);
    reading_fix(reading, &fix);
    return true;
}

/* The lowest `bits` of a number as two's complement. */
static int32_t signed_bits(uint64_t number, unsigned bits)
{
    int32_t value = (int32_t)(number & ((1u << bits) - 1));
    return value >> (bits - 1) ? value - (int32_t)(1u << bits) : value;
}

/* Many points, a second apart: whole ones, and steps from the one before. */
static void read_compressed(struct cursor c, struct reading *reading)
{
    uint16_t count;
    uint32_t raw_lon, raw_lat, time = 0;
    int64_t lon = 0, lat = 0;
    uint64_t step;
    if (!cursor_be16(&c, &count))
        return;
    for (unsigned i = 0; i < count && c.left > 0; i++) {
        unsigned kind = cursor_byte(c, 0) >> 6;
        time += time > 0;
        if (kind == 1) {
            struct cursor place = c;
            if (!cursor_skip(&c, 3) || !cursor_be32(&c, &raw_lon) || !cursor_be32(&c, &raw_lat) ||
                (time == 0 && !cursor_be32(&c, &time)))
                return;
            lon = signed32(raw_lon);
            lat = signed32(raw_lat);
            reading_mark_place(reading, cursor_part(place, 7, 4), (double)lat / 1e6, cursor_part(place, 3, 4),
                               (double)lon / 1e6);
            if (place.left - c.left > COMPRESSED)
                reading_mark_time(reading, cursor_part(place, COMPRESSED, 4), time);
        } else if (kind == 2) {
            if (!cursor_be(&c, 5, &step))
                return;
            lon += signed_bits(step >> 11, 12);
            lat += signed_bits(step, 11);
        } else {
            if (!cursor_skip(&c, 1))
                return;
            continue;
        }
        struct fix fix = { .valid = true, .has_time = time > 0, .time = time };
        fix.lon = (double)lon / 1e6;
        fix.lat = (double)lat / 1e6;
        reading_fix(reading, &fix);
    }
}

/* What an event's own type puts before its count of points. */
static size_t size_of_event(uint8_t type)
{
    static const uint8_t sizes[] = { [6] = 2,  [15] = 3, [17] = 4, [21] = 5, [23] = 1, [26] = 12,
                                     [31] = 2, [33] = 1, [34] = 3, [35] = 1, [45] = 7, [46] = 7 };
    return type < sizeof(sizes) ? sizes[type] : 0;
}

/* A phone number in digits of four bits, ended by one that is none. */
static bool skip_phone(struct cursor *c)
{
    uint8_t byte;
    if (!cursor_skip(c, 1))
        return false;
    while (cursor_u8(c, &byte)) {
        if ((byte & 0x0f) == 0x0f || (byte & 0xf0) == 0xf0)
            return true;
    }
    return false;
}

static void read_report(struct cursor c, bool is_event, struct reading *reading)
{
    uint8_t type, count;
    if (!cursor_u8_at(c, 4, &type) || !cursor_skip(&c, 24 + 3)) /* battery level and voltage follow the id */
        return;
    bool is_geo = !is_event && type == RSP_GEO, is_packed = !is_event && type == RSP_COMPRESSED;
    if (!cursor_skip(&c, is_geo ? 4 : 2) || !cursor_skip(&c, is_event ? size_of_event(type) : !is_packed) ||
        (!is_event && type == RSP_PHONE && !skip_phone(&c)))
        return;
    if (is_packed) {
        read_compressed(c, reading);
        return;
    }
    if (!cursor_u8(&c, &count))
        return;
    while (count-- > 0 && read_point(&c, reading))
        ;
}

static void read_binary(struct cursor bytes, const struct form *form, struct reading *reading)
{
    struct cursor id, crc, checked;
    uint64_t number;
    uint16_t told;
    reading->type = form->type;
    if (form->id_at > 0 && cursor_slice(bytes, form->id_at, 8, &id)) {
        struct cursor field = id;
        if (cursor_be64(&id, &number))
            reading_device_number(reading, number, 15);
        reading_mark_value(reading, "device", field, "%s", reading->device);
    }
    if (CURSOR_ENDS(bytes, "\r\n") && bytes.left >= BINARY_MIN &&
        cursor_slice(bytes, bytes.left - 4, 2, &crc) && cursor_slice(bytes, 4, bytes.left - 8, &checked)) {
        unsigned right = crc16_ccitt_false(checked);
        reading_mark_check(reading, crc, cursor_be16_at(crc, 0, &told) && told == right, right);
    }
    bool is_event = CURSOR_STARTS(bytes, "+EVT");
    if (is_event || CURSOR_STARTS(bytes, "+RSP"))
        read_report(bytes, is_event, reading);
    if (reading->location >= LOCATION_INVALID)
        reading->type = "position";
    reading_no_location(reading);
}

static void read_items(struct cursor record, struct reading *reading)
{
    size_t id, size;
    struct cursor value;
    uint8_t state;
    uint32_t lon, lat, time;
    if (!cursor_skip(&record, 8))
        return;
    while (take_number(&record, &id) && take_number(&record, &size) && cursor_take(&record, size, &value)) {
        if ((id != ITEM_PLACE && id != ITEM_PLACE_LONG) || !cursor_u8_at(value, 0, &state) ||
            !cursor_be32_at(value, 1, &lon) || !cursor_be32_at(value, 5, &lat) ||
            !cursor_be32_at(value, 9, &time))
            continue;
        struct fix fix = { .valid = (state >> 2 & 3) == 2, .has_time = true, .time = time };
        fix.lon = signed32(lon) / 1e6;
        fix.lat = signed32(lat) / 1e6;
        reading_mark_fix(reading, cursor_part(value, 0, 1), fix.valid);
        reading_mark_place(reading, cursor_part(value, 5, 4), fix.lat, cursor_part(value, 1, 4), fix.lon);
        reading_mark_time(reading, cursor_part(value, 9, 4), time);
        reading_fix(reading, &fix);
    }
}

static void read_new(struct cursor bytes, struct reading *reading)
{
    struct cursor id, rest, records, record;
    reading->type = "status";
    if (!open_new(bytes, &id, &rest))
        return;
    reading_device_bcd(reading, id, 1, 0);
    bool has_records = find_records(rest, &records);
    while (has_records && take_record(&records, &record))
        read_items(record, reading);
    if (reading->location >= LOCATION_INVALID)
        reading->type = "position";
    reading_no_location(reading);
}

static void read(const struct message *message, struct reading *reading)
{
    struct cursor bytes = message->bytes;
    const struct form *form = form_of(bytes);
    if (CURSOR_STARTS(bytes, "+\0"))
        read_new(bytes, reading);
    else if (form)
        read_binary(bytes, form, reading);
    else
        read_text(bytes, reading);
}

static void answer(const struct message *message, const struct asker *asker, struct buffer *reply)
{
    struct cursor time, counter;
    struct line line;
    (void)asker;
    if (!CURSOR_STARTS(message->bytes, "+ACK:GTHBD,") || !open_line(message->bytes, &line))
        return;
    take_tail(line.rest, &time, &counter);
    if (counter.left == 0)
        return;
    buffer_put_text(reply, "+SACK:GTHBD,");
    buffer_put_cursor(reply, line.version);
    buffer_put_text(reply, ",");
    buffer_put_cursor(reply, counter);
    buffer_put_text(reply, "$");
}

static const struct sample samples[] = {
    { .text = "+RESP:GTFRI,2C0204,123456789012345,van-7,0,0,2,1,1.7,205,2867.0,19.081000,47.502000,"
              "20260201080840,0216,0030,7596,5891C,0.0,1,1.7,205,110.0,19.090000,47.510000,20260201080910,"
              "0216,0030,7596,5891C,0.0,88,20260201080912,1E78$",
      .claim = CLAIM_CERTAIN,
      .type = "position",
      .device = "123456789012345",
      SAMPLE_VALID },
    { .text = "+BUFF:GTSOS,8020050605,123456789012345,,,00,1,1,0.0,0,2957.9,19.090000,47.510000,"
              "20260201080910,,,,,00,0.0,,,,,100,210100,,,,,0117$",
      .claim = CLAIM_CERTAIN,
      .type = "alarm",
      .device = "123456789012345",
      SAMPLE_VALID },
    { .text = "+RESP:GTCAN,310603,123456789012345,gv65,00,1,C03FFFFF,,0,,719601.00,,,,,,,,274.99,,,,,,0,0.0,"
              "216,29.8,-70.660000,-33.450000,20260201080910,0730,0002,53F3,8D38,00,20260201080912,E94E$",
      .claim = CLAIM_CERTAIN,
      .type = "position",
      .device = "123456789012345",
      SAMPLE_INVALID },
    { .text = "+RESP:GTSTR,400201,A1000043D20139,,0,1,2,21.8,100,0,,,,,,,0216,0030,03C3,3550,,,,"
              "20260201080912,0023$",
      .claim = CLAIM_CERTAIN,
      .type = "status",
      .device = "A1000043D20139",
      .location = LOCATION_NONE },
    { .text = "+RESP:GTGSM,400201,123456789012345,STR,0216,0030,0870,2469,19,,0216,0030,0870,35ee,18,,"
              "20260201080912,008D$",
      .claim = CLAIM_CERTAIN,
      .type = "cells",
      .device = "123456789012345",
      .location = LOCATION_NONE },
    { .text = "+RESP:GTINF,C20113,123456789012345,,1A,89361234567890123456,19,0,11,12295,,4.25,0,0,,,"
              "20260201080910,0,0,,00,00,,,20260201080912,06D6$",
      .claim = CLAIM_CERTAIN,
      .type = "information",
      .device = "123456789012345",
      .location = LOCATION_NONE },
    { .text = "+ACK:GTHBD,1A0401,123456789012345,,20260201080912,11F0$",
      .claim = CLAIM_CERTAIN,
      .type = "heartbeat",
      .device = "123456789012345",
      .location = LOCATION_NONE,
      .answer = "=+SACK:GTHBD,1A0401,11F0$" },
    { .hex = "2b524553503a47545354542c3034303430432c3132333435363738393031323334352c2c34322c302c302e302c31313"
             "72c3334362e302c31392e3039303030302c34372e3531303030302c32303236303230313038303931302c303231362c"
             "303033302c303239392c313039432c30302c32303236303230313038303931322c3031374100",
      .claim = CLAIM_CERTAIN,
      .type = "position",
      .device = "123456789012345",
      SAMPLE_VALID },
    { .hex = "2b5253500700fc1fbf006c450102020900007048860ddf7964377e420701020000007d002d006efbc9d060fe0197f00"
             "7ea020108090a0216003012345678000000007d002d006efbc9d060fe0197f007ea020108090a021600301234567800"
             "07ea020108090a0001b6be0d0a",
      .claim = CLAIM_CERTAIN,
      .type = "position",
      .device = "123456789012345",
      SAMPLE_INVALID },
    { .hex = "2b5253500300fc1fbf0051450102020900007048860ddf7964377e210700053620123f010100007d002d006e01234a5"
             "002d4f1f007ea020108090a02160030123456780007ea020108090a000128880d0a",
      .claim = CLAIM_CERTAIN,
      .type = "position",
      .device = "123456789012345",
      SAMPLE_VALID },
    { .hex = "2b4556542d00fc1fbf0052450102020900007048860ddf7964377e22070000020000003c010100007d002d006e01234"
             "a5002d4f1f007ea020108090a02160030123456780007ea020108090a0001dcc10d0a",
      .claim = CLAIM_CERTAIN,
      .type = "position",
      .device = "123456789012345",
      SAMPLE_VALID },
    { .hex = "2b5253506400fc1fbf0045450102020900007048860ddf7964377e220700034000000123485c02d4effc697f0a24800"
             "015e7ec800079c20807ea020108090a0001e2f10d0a",
      .claim = CLAIM_CERTAIN,
      .type = "position",
      .device = "123456789012345",
      SAMPLE_VALID },
    { .hex = "2b494e4601fcff0028450100007048860ddf79020901021601006407ea020108090a0002ac270d0a",
      .claim = CLAIM_CERTAIN,
      .type = "information",
      .device = "123456789012345",
      .location = LOCATION_NONE },
    { .hex = "2b00003b000123456789012345802004030525697f0a260007000152160801234a5002d4f1f0697f0a26007d09002d0"
             "0044c0b61020fa000075a0a",
      .claim = CLAIM_LIKELY,
      .type = "position",
      .device = "123456789012345",
      SAMPLE_VALID },
    { .text = "+RESP:GTFRI,2C0204,123456789012345,van-7,0,0,1,1,1.7,205,110.0,-74.010000,40.710000,"
              "20260201080910,0310,0260,7596,5891C,0.0,88,20260201080912,1E79$",
      .claim = CLAIM_CERTAIN,
      .type = "position",
      .device = "123456789012345",
      SAMPLE_NORTH_WEST },
    { .text = "+RESP:GTTRI,123456789012345,van-7,0,0,1,1,1.7,205,110.0,-70.660000,-33.450000,20260201080910,"
              "0730,0002,7596,5891C,0.0,88,20260201080912,1E78$",
      .claim = CLAIM_LIKELY,
      .type = "position",
      .device = "123456789012345",
      SAMPLE_SOUTH_WEST },
    { .text = "+RESP:GTINF,123456789012345,1A,89361234567890123456,19,0,11,20260201080912,06D6$",
      .claim = CLAIM_LIKELY,
      .type = "information",
      .device = "123456789012345",
      .location = LOCATION_NONE },
    { 0 }
};

const struct protocol protocol_gl200 = {
    .name = "gl200",
    .port = 5004,
    .transports = OVER_TCP | OVER_UDP,
    .heads = HEADS(HEAD("+RESP:GT"), HEAD("+BUFF:GT"), HEAD("+ACK:GT"), HEAD("+RSP"), HEAD("+BSP"),
                   HEAD("+EVT"), HEAD("+BVT"), HEAD("+INF"), HEAD("+BNF"), HEAD("+HBD"), HEAD("+CRD"),
                   HEAD("+BRD"), HEAD("+LGN"), HEAD("+ACK"), HEAD("+\0")),
    .match = match,
    .read = read,
    .answer = answer,
    .samples = samples,
};
