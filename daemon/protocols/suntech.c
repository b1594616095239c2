/* SPDX-License-Identifier: Apache-2.0 */
/*
 * suntech: Suntech ST and SA series. Text and two binary forms on one port, TCP.
 *
 *   text:      ST300STT;<id>;…;<yyyymmdd>;<hh:mm:ss>;…;<lat>;<lon>;<speed>;<course>;<satellites>;<1 fix>;…\r
 *              STT EMG EVT ALT UEX carry a position, CMD HTE and others none; "\r\n" inside is data of UEX
 *   ST9xx:     ST910;Location;<id>;…;<lat>;<lon>;<speed>;<course>;<1 fix>;…\r     also Emergency, Alert
 *   universal: STT;<id 10>;<mask hex>;…\r     the mask's bits say which fields follow; also ALT, UEX.
 *              BLE;<id>;…\r and RES;<id>;…\r have no mask; ALV, EMG, EVT, HTE, TRV, DEX, BDA are not read by the server
 *   crash:     CRR;<id 10>;<part>;<parts>;<length>;<bytes>;<check 2>\r
 *              yy mm dd hh mm ss | four times: lat 4 le, lon 4 le (1e-6), speed 2, course 2, 12 times 2
 *   ZIP:       02 | length 2 | 10 | id 5 BCD | model | version 2 | yy mm dd hh mm ss | cell 3 | lat 4 |
 *              lon 4 | speed 3 | course 3 | flags | … | 03     total = length + 4
 *              a coordinate: degrees, fraction 3 BCD; flags: 80 fix, 40 south, 20 west
 *   binary:    81 or 82 | length 2 | id 5 BCD | mask 3 | fields by mask     total = length + 3
 *              coordinates: sign and magnitude, 1e-6
 */
#include "base/bcd.h"
#include "protocol/protocol.h"

enum { TEXT_MAX = 8192, WORD_MAX = 9, ZIP_MIN = 37, ZIP_POSITION = 0x10 };
enum { CRASH_HEAD_MAX = 32, CRASH_TAIL = 4, CRASH_POINTS = 4, CRASH_POINT = 36 };
enum { MASK_DATE = 4, MASK_TIME = 5, MASK_LAT = 11, MASK_LON = 12, MASK_FIX = 16 };

/* "ST300STT;<id>;" taken apart. */
struct line {
    struct cursor model; /* "ST300"; empty: the universal form */
    struct cursor kind, id, rest;
};

static bool is_ninth(const struct line *line)
{
    return CURSOR_STARTS(line->model, "ST9");
}

/* The word before the first ';'. */
static bool open_word(struct cursor bytes, struct line *line)
{
    struct cursor digits;
    line->rest = bytes;
    line->model = (struct cursor){ 0 };
    if (!cursor_until(&line->rest, ';', &line->kind) || line->kind.left > WORD_MAX)
        return false;
    struct cursor word = line->kind;
    if (word.left == 3)
        return cursor_is_one_of(word, "STT ALT ALV BLE RES UEX CRR EMG EVT HTE TRV DEX BDA");
    return (CURSOR_STARTS(word, "ST") || CURSOR_STARTS(word, "SA")) && cursor_take(&word, 5, &line->model) &&
           cursor_slice(line->model, 2, 3, &digits) && cursor_count_digits(digits) == 3 &&
           (line->kind = word, true);
}

static bool open_line(struct cursor bytes, struct line *line)
{
    struct cursor field;
    if (!open_word(bytes, line))
        return false;
    if (is_ninth(line) && line->kind.left == 0 && !cursor_field(&line->rest, ';', &line->kind))
        return false;
    if (cursor_is(line->kind, "CMD") && CURSOR_STARTS(line->rest, "Res;") &&
        !cursor_until(&line->rest, ';', &field))
        return false;
    if (!cursor_field(&line->rest, ';', &line->id))
        return false;
    line->id = cursor_trim(line->id);
    return true;
}

/* The text ends at a '\r' that no serial data follows. */
static enum framed frame_text(const struct message *message, size_t *length)
{
    struct cursor bytes = message->bytes;
    for (size_t i = 0; i < bytes.left && i < TEXT_MAX; i++) {
        if (cursor_byte(bytes, i) == '\r' && (i + 1 == bytes.left || (cursor_byte(bytes, i + 1) != '\n' &&
                                                                      cursor_byte(bytes, i + 1) != ';'))) {
            *length = i + 1;
            return FRAMED;
        }
    }
    *length = bytes.left;
    return bytes.left >= TEXT_MAX ? FRAMED_NO : message->complete ? FRAMED_CUT : FRAMED_MORE;
}

/* The numbers of a crash report's part and parts, and how many bytes follow. */
static bool take_crash_head(struct cursor *rest, uint64_t *size)
{
    struct cursor field;
    return cursor_until(rest, ';', &field) && cursor_until(rest, ';', &field) &&
           cursor_until(rest, ';', &field) && cursor_number(field, size) && *size <= TEXT_MAX;
}

static enum framed frame_crash(const struct message *message, size_t *length)
{
    struct cursor bytes = message->bytes;
    struct line line;
    uint64_t size;
    *length = bytes.left;
    if (!open_line(bytes, &line) || !take_crash_head(&line.rest, &size))
        return bytes.left > CRASH_HEAD_MAX ? frame_text(message, length)
               : message->complete         ? FRAMED_CUT
                                           : FRAMED_MORE;
    size_t total = bytes.left - line.rest.left + (size_t)size + CRASH_TAIL;
    return frame_by_length(bytes, message->complete, total, TEXT_MAX, length);
}

static enum claim match_text(const struct message *message, size_t *length)
{
    struct cursor bytes = message->bytes;
    struct line line;
    size_t end;
    if (!cursor_find(bytes, ';', &end))
        return bytes.left > WORD_MAX || message->complete ? CLAIM_NO : CLAIM_MORE;
    if (!open_word(bytes, &line))
        return CLAIM_NO;
    enum framed framed =
        cursor_is(line.kind, "CRR") ? frame_crash(message, length) : frame_text(message, length);
    if (claim_framed(framed) < CLAIM_POSSIBLE)
        return claim_framed(framed);
    bytes.left = *length;
    if (!open_line(bytes, &line))
        return CLAIM_POSSIBLE;
    size_t digits = cursor_count_digits(line.id);
    bool is_universal = line.model.left == 0;
    if (is_universal && digits == 0)
        return CLAIM_NO; /* the words alone are anybody's */
    if (digits != line.id.left || digits < (is_universal ? 9 : 5) || digits > (is_universal ? 10 : 15))
        return CLAIM_POSSIBLE;
    return CLAIM_LIKELY;
}

static bool is_clock(struct cursor date)
{
    return cursor_byte(date, 0) < 100 && cursor_byte(date, 1) >= 1 && cursor_byte(date, 1) <= 12 &&
           cursor_byte(date, 2) >= 1 && cursor_byte(date, 2) <= 31 && cursor_byte(date, 3) < 24 &&
           cursor_byte(date, 4) < 60 && cursor_byte(date, 5) < 60;
}

/* A two-byte length stands behind the first byte. */
static enum framed frame_binary(const struct message *message, size_t around, size_t least, size_t *length)
{
    uint16_t told;
    *length = message->bytes.left;
    if (!cursor_be16_at(message->bytes, 1, &told))
        return message->complete ? FRAMED_CUT : FRAMED_MORE;
    if (told + around < least || told > 1024)
        return FRAMED_NO;
    return frame_by_length(message->bytes, message->complete, told + around, TEXT_MAX, length);
}

static enum claim match_zip(const struct message *message, size_t *length)
{
    struct cursor bytes = message->bytes, id, lat, lon;
    enum framed framed = frame_binary(message, 4, ZIP_MIN, length);
    if (framed == FRAMED_NO)
        return CLAIM_NO;
    if (cursor_slice(bytes, 4, 5, &id) && !bcd_ok(id))
        return CLAIM_NO;
    if (framed == FRAMED_MORE)
        return CLAIM_MORE;
    bool is_ended = framed == FRAMED && cursor_byte(bytes, *length - 1) == 0x03;
    if (bytes.left > 3 && cursor_byte(bytes, 3) != ZIP_POSITION)
        return is_ended ? CLAIM_POSSIBLE : CLAIM_NO;
    if (!cursor_slice(bytes, 22, 3, &lat) || !cursor_slice(bytes, 26, 3, &lon))
        return bytes.left > 9 ? CLAIM_POSSIBLE : CLAIM_NO;
    if (!bcd_ok(lat) || !bcd_ok(lon) || !is_clock(cursor_part(bytes, 12, 6)) || cursor_byte(bytes, 21) > 90 ||
        cursor_byte(bytes, 25) > 180)
        return CLAIM_NO;
    return is_ended ? CLAIM_CERTAIN : CLAIM_POSSIBLE;
}

/* Where a field of the binary form stands; false when the mask has it not, or the message ends before. */
static bool find_masked(struct cursor bytes, uint32_t mask, unsigned wanted, struct cursor *field)
{
    static const uint8_t sizes[] = { 0, 1, 3, 1, 3, 3, 4, 2, 2, 2, 1, 4, 4, 2, 2, 1, 1 };
    if (!(mask >> wanted & 1) || !cursor_skip(&bytes, 11))
        return false;
    for (unsigned bit = 1; bit < wanted; bit++) {
        if (mask >> bit & 1 && !cursor_skip(&bytes, sizes[bit]))
            return false;
    }
    return cursor_take(&bytes, sizes[wanted], field);
}

static uint32_t mask_of(struct cursor bytes)
{
    struct cursor mask;
    uint64_t number = 0;
    return cursor_slice(bytes, 8, 3, &mask) && cursor_be(&mask, 3, &number) ? (uint32_t)number : 0;
}

/* Sign and magnitude, in millionths. */
static double degrees_of(struct cursor field)
{
    uint32_t raw;
    if (!cursor_be32(&field, &raw))
        return 0;
    double degrees = (raw & 0x7fffffff) / 1e6;
    return raw >> 31 ? -degrees : degrees;
}

static enum claim match_binary(const struct message *message, size_t *length)
{
    struct cursor bytes = message->bytes, id, date, time, lat, lon;
    enum framed framed = frame_binary(message, 3, 12, length);
    if (framed == FRAMED_NO || (cursor_slice(bytes, 3, 5, &id) && !bcd_ok(id)))
        return CLAIM_NO;
    if (framed == FRAMED_MORE)
        return CLAIM_MORE;
    bytes.left = *length;
    uint32_t mask = mask_of(bytes);
    if (!find_masked(bytes, mask, MASK_DATE, &date) || !find_masked(bytes, mask, MASK_TIME, &time) ||
        !find_masked(bytes, mask, MASK_LAT, &lat) || !find_masked(bytes, mask, MASK_LON, &lon))
        return bytes.left > 8 ? CLAIM_POSSIBLE : CLAIM_NO;
    const uint8_t clock[6] = { cursor_byte(date, 0), cursor_byte(date, 1), cursor_byte(date, 2),
                               cursor_byte(time, 0), cursor_byte(time, 1), cursor_byte(time, 2) };
    if (!is_clock(cursor_of(clock, sizeof(clock))) || degrees_of(lat) < -90 || degrees_of(lat) > 90 ||
        degrees_of(lon) < -180 || degrees_of(lon) > 180)
        return CLAIM_NO;
    return framed == FRAMED ? CLAIM_CERTAIN : CLAIM_POSSIBLE;
}

static enum claim match(const struct message *message, size_t *length)
{
    uint8_t first = cursor_byte(message->bytes, 0);
    return first == 0x02   ? match_zip(message, length)
           : first >= 0x80 ? match_binary(message, length)
                           : match_text(message, length);
}

static bool is_date(struct cursor field)
{
    return field.left == 8 && cursor_count_digits(field) == 8;
}

static bool is_time(struct cursor field)
{
    return field.left == 8 && cursor_byte(field, 2) == ':' && cursor_byte(field, 5) == ':';
}

/* Coordinates have six decimals, as nothing else before them. */
static bool take_degrees(struct cursor field, double *degrees)
{
    size_t point;
    return cursor_find(field, '.', &point) && point <= 4 && field.left - point >= 6 &&
           cursor_decimal(field, degrees);
}

enum { FLAG_NEVER = 0, FLAG_ALWAYS = 1 }; /* else: how far behind the latitude the fix flag stands */

/* The clock stands before, the fix flag behind the first coordinates; what is between differs by model. */
static void read_place(struct cursor rest, unsigned flag_at, struct reading *reading)
{
    struct cursor before = { 0 }, field = { 0 }, date = { 0 };
    struct fix fix = { .valid = flag_at == FLAG_ALWAYS };
    int64_t clock;
    do {
        before = field;
        if (!cursor_field(&rest, ';', &field))
            return;
        if (is_date(before) && is_time(field)) {
            date = cursor_join(before, field);
            fix.has_time = reading_time_of(before, "Ymd", &fix.time) && reading_time_of(field, "his", &clock);
            fix.time += fix.has_time ? clock : 0;
        }
    } while (!take_degrees(before, &fix.lat) || !take_degrees(field, &fix.lon));
    if (date.at && fix.has_time)
        reading_mark_time(reading, date, fix.time);
    reading_mark_place(reading, before, fix.lat, field, fix.lon);
    for (unsigned i = 2; i <= flag_at; i++) {
        if (!cursor_field(&rest, ';', &field))
            return;
    }
    if (flag_at > FLAG_ALWAYS) {
        field = cursor_trim(field);
        fix.valid = cursor_is(field, "1");
        reading_mark_fix(reading, field, fix.valid);
    }
    reading_fix(reading, &fix);
}

/* The universal form: which fields there are says the mask. */
static void read_masked(struct line *line, struct reading *reading)
{
    struct cursor field;
    uint64_t mask;
    if (!cursor_until(&line->rest, ';', &field) || field.left < 6 || field.left > 8 ||
        !cursor_hex(field, &mask))
        return;
    reading_mark(reading, "mask", field);
    reading->proven = true;
    unsigned flag_at = MASK_FIX - MASK_LAT;
    for (unsigned bit = MASK_LON + 1; bit < MASK_FIX; bit++)
        flag_at -= !(mask >> bit & 1);
    if (mask >> MASK_LAT & mask >> MASK_LON & 1)
        read_place(line->rest, mask >> MASK_FIX & 1 ? flag_at : FLAG_NEVER, reading);
}

static void read_crash(struct cursor rest, struct reading *reading)
{
    struct fix fix = { .valid = true };
    uint32_t lat, lon;
    uint64_t size;
    if (!CURSOR_STARTS(rest, "1;1;") || !take_crash_head(&rest, &size))
        return; /* the positions are spread over several messages */
    struct cursor when = rest;
    fix.has_time = reading_take_bytes_time(&rest, "ymdhis", &fix.time);
    if (fix.has_time)
        reading_mark_time(reading, cursor_part(when, 0, 6), fix.time);
    for (int i = 0; i < CRASH_POINTS && rest.left >= CRASH_POINT; i++) {
        struct cursor point = rest;
        if (!cursor_le32(&rest, &lat) || !cursor_le32(&rest, &lon) || !cursor_skip(&rest, CRASH_POINT - 8))
            return;
        fix.lat = signed32(lat) / 1e6;
        fix.lon = signed32(lon) / 1e6;
        reading_mark_place(reading, cursor_part(point, 0, 4), fix.lat, cursor_part(point, 4, 4), fix.lon);
        reading_fix(reading, &fix);
    }
}

static const char *type_of(const struct line *line, bool has_place)
{
    if (cursor_is_one_of(line->kind, "EMG ALT CRR Emergency Alert"))
        return "alarm";
    if (cursor_is_one_of(line->kind, "CMD RES"))
        return "reply";
    if (cursor_is(line->kind, "ALV"))
        return "heartbeat";
    return has_place ? "position" : "status";
}

static void read_text(struct cursor bytes, struct reading *reading)
{
    struct line line;
    if (!open_line(bytes, &line))
        return;
    reading_mark(reading, "type", line.kind);
    reading_device(reading, line.id);
    bool is_ours = cursor_is_one_of(line.kind, "STT EMG EVT ALT UEX Location Emergency Alert");
    if (cursor_is(line.kind, "BLE"))
        read_place(line.rest, FLAG_ALWAYS, reading);
    else if (cursor_is(line.kind, "CRR"))
        read_crash(line.rest, reading);
    else if (line.model.left == 0 && cursor_is_one_of(line.kind, "STT ALT UEX"))
        read_masked(&line, reading);
    else if (line.model.left > 0 && is_ours &&
             !(CURSOR_STARTS(line.model, "ST4") && !cursor_is_one_of(line.kind, "STT ALT")))
        read_place(line.rest, is_ninth(&line) ? 4 : 5, reading);
    bool has_place = reading->location >= LOCATION_INVALID;
    reading->type = type_of(&line, has_place);
    if (has_place || (line.model.left > 0 && (is_ours || cursor_is_one_of(line.kind, "CMD HTE ALV"))))
        reading->proven = true;
    reading_no_location(reading);
}

static void read_id(struct cursor bytes, size_t at, size_t size, struct reading *reading)
{
    struct cursor id;
    if (cursor_slice(bytes, at, 5, &id))
        reading_device_bcd(reading, id, 0, size);
}

static double zip_degrees(struct cursor field)
{
    uint64_t fraction = 0;
    struct cursor digits = field;
    (void)(cursor_skip(&digits, 1) && bcd_number(digits, &fraction));
    return cursor_byte(field, 0) + (double)fraction / 1e6;
}

static void read_zip(struct cursor bytes, struct reading *reading)
{
    enum { FIX = 0x80, SOUTH = 0x40, WEST = 0x20 };
    struct cursor time, when, lat, lon;
    uint8_t flags;
    bool is_position = cursor_u8_at(bytes, 3, &flags) && flags == ZIP_POSITION;
    reading->type = is_position ? "position" : "status";
    read_id(bytes, 4, 9, reading);
    if (!is_position) {
        reading_no_location(reading);
        return;
    }
    if (!cursor_slice(bytes, 12, 6, &time) || !cursor_slice(bytes, 21, 4, &lat) ||
        !cursor_slice(bytes, 25, 4, &lon) || !cursor_u8_at(bytes, 35, &flags))
        return;
    struct fix fix = { .valid = (flags & FIX) != 0 };
    fix.lat = zip_degrees(lat) * (flags & SOUTH ? -1 : 1);
    fix.lon = zip_degrees(lon) * (flags & WEST ? -1 : 1);
    when = time;
    fix.has_time = reading_take_bytes_time(&when, "ymdhis", &fix.time);
    if (fix.has_time)
        reading_mark_time(reading, time, fix.time);
    reading_mark_place(reading, lat, fix.lat, lon, fix.lon);
    reading_mark_fix(reading, cursor_part(bytes, 35, 1), fix.valid);
    reading_fix(reading, &fix);
}

static void read_binary(struct cursor bytes, struct reading *reading)
{
    struct cursor date, time, lat, lon, flag = { 0 };
    reading->type = cursor_byte(bytes, 0) == 0x82 ? "alarm" : "position";
    read_id(bytes, 3, 10, reading);
    uint32_t mask = mask_of(bytes);
    if (find_masked(bytes, mask, MASK_LAT, &lat) && find_masked(bytes, mask, MASK_LON, &lon)) {
        struct fix fix = { .lat = degrees_of(lat), .lon = degrees_of(lon) };
        fix.valid = find_masked(bytes, mask, MASK_FIX, &flag) && cursor_byte(flag, 0) > 0;
        if (find_masked(bytes, mask, MASK_DATE, &date) && find_masked(bytes, mask, MASK_TIME, &time)) {
            struct calendar when = { calendar_year(cursor_byte(date, 0)),
                                     cursor_byte(date, 1),
                                     cursor_byte(date, 2),
                                     cursor_byte(time, 0),
                                     cursor_byte(time, 1),
                                     cursor_byte(time, 2) };
            fix.has_time = calendar_to_unix(&when, &fix.time);
            if (fix.has_time)
                reading_mark_time(reading, cursor_join(date, time), fix.time);
        }
        reading_mark_place(reading, lat, fix.lat, lon, fix.lon);
        if (flag.at)
            reading_mark_fix(reading, flag, fix.valid);
        reading_fix(reading, &fix);
    }
    reading_no_location(reading);
}

static void read(const struct message *message, struct reading *reading)
{
    struct cursor bytes = message->bytes;
    if (cursor_byte(bytes, 0) == 0x02)
        read_zip(bytes, reading);
    else if (cursor_byte(bytes, 0) >= 0x80)
        read_binary(bytes, reading);
    else
        read_text(bytes, reading);
}

static const struct sample samples[] = {
    { .text = "SA200STT;317652;042;20260201;08:09:10;16d41;+47.510000;+019.090000;000.024;000.00;8;1;41548;"
              "12.17;100000;2;1979\r",
      .claim = CLAIM_CERTAIN,
      .type = "position",
      .device = "317652",
      SAMPLE_VALID },
    { .text = "ST300ALT;107850496;40;313;20260201;08:09:10;c99139;-33.450000;-070.660000;000.000;189.72;0;0;"
              "425512;12.61;100000;33;003188;4.1;1\r",
      .claim = CLAIM_CERTAIN,
      .type = "alarm",
      .device = "107850496",
      SAMPLE_INVALID },
    { .text = "ST600UEX;008728327;20;520;20260201;08:09:10;0bf1a893;216;30;2f19;18;+47.510000;+019.090000;"
              "000.015;000.00;9;1;3720808;12.89;000000;12;t_0=0D;Q=1\r\n;9E;010440;4.1;1\r",
      .whole = true,
      .claim = CLAIM_CERTAIN,
      .type = "position",
      .device = "008728327",
      SAMPLE_VALID },
    { .text = "ST410STT;109815653;445;03;16531;216;30;-77;6011;7;16273;216;30;7511;0;0;0;0;0;0;0;0;0;0;0;0;0;"
              "0;0;0;0;0;0;0;0;0;0;0;0;0;0;0;0;0;0;0;3.86;0;0098;1;003;;;;;;;;;\r",
      .claim = CLAIM_CERTAIN,
      .type = "status",
      .device = "109815653",
      .location = LOCATION_NONE },
    { .text = "ST410STT;109815653;426;01;24153;216;30;-65;365;0;24161;216;30;365;0;0;0;0;0;0;0;0;0;0;0;0;0;0;"
              "0;0;0;0;0;0;0;0;0;0;0;0;0;0;0;0;0;0;3.98;1;0176;2;016;20260201;08:09:10;+47.510000;+019."
              "090000;000.852;238.28;6;1;201\r",
      .claim = CLAIM_CERTAIN,
      .type = "position",
      .device = "109815653",
      SAMPLE_VALID },
    { .text = "ST910;Emergency;205576803;500;20260201;08:09:10;-33.450000;-070.660000;000.000;000.00;0;2\r",
      .claim = CLAIM_CERTAIN,
      .type = "alarm",
      .device = "205576803",
      SAMPLE_INVALID },
    { .text = "ST300CMD;Res;511848119;315;PresetA;NTW;0;gps.example.org;user;pass;6011;;;\r",
      .claim = CLAIM_CERTAIN,
      .type = "reply",
      .device = "511848119",
      .location = LOCATION_NONE },
    { .text = "ST300ALV;100850001\r",
      .claim = CLAIM_CERTAIN,
      .type = "heartbeat",
      .device = "100850001",
      .location = LOCATION_NONE },
    { .text = "STT;0820012345;3FFFFF;26;010;1;20260201;08:09:10;0000004F;216;30;0014;20;+47.510000;+019."
              "090000;62.03;65.43;10;1;00000101;00001000;1;2;0492\r",
      .claim = CLAIM_CERTAIN,
      .type = "position",
      .device = "0820012345",
      SAMPLE_VALID },
    { .text = "ALT;0820012345;0F987F;26;1.0.6;0;20260201;08:09:10;0000004F;-33.450000;-070.660000;0.00;18;0;"
              "00000001;42;2;\r",
      .claim = CLAIM_CERTAIN,
      .type = "alarm",
      .device = "0820012345",
      SAMPLE_INVALID },
    { .text = "UEX;0820012345;03E07FF;161;3.0.9;0;20260201;08:09:10;00006697;216;30;4EDA;33;00000001;5;a|"
              "b\r\n;A7;;164;0;11.82\r",
      .whole = true,
      .claim = CLAIM_CERTAIN,
      .type = "status",
      .device = "0820012345",
      .location = LOCATION_NONE },
    { .text = "BLE;0820012345;82;1.0.0;20260201;08:09:10;+47.510000;+019.090000;1;-43;-46;-41;AABBCCDDEEFF;"
              "247;0;0\r",
      .claim = CLAIM_CERTAIN,
      .type = "position",
      .device = "0820012345",
      SAMPLE_VALID },
    { .text = "RES;0820012345;03;04\r",
      .claim = CLAIM_LIKELY,
      .type = "reply",
      .device = "0820012345",
      .location = LOCATION_NONE },
    { .hex = "4352523b303832303031323334353b313b313b303135303b1a020108090af0f1d402504a2301ae032823fafffbfffcf"
             "ffdfffeffffff000001000200030004000500f0f1d402504a2301ae032823fafffbfffcfffdfffeffffff0000010002"
             "00030004000500f0f1d402504a2301ae032823fafffbfffcfffdfffeffffff000001000200030004000500f0f1d4025"
             "04a2301ae032823fafffbfffcfffdfffeffffff0000010002000300040005003b41370d",
      .claim = CLAIM_CERTAIN,
      .type = "alarm",
      .device = "0820012345",
      SAMPLE_VALID },
    { .hex = "02002610123456789028813f1a020108090a1051292f51000013090000000038001a3086016650001f03",
      .claim = CLAIM_CERTAIN,
      .type = "position",
      .device = "123456789",
      SAMPLE_VALID },
    { .hex = "02002610123456789028813f1a020108090a1051292145000046660000000038001a3066016650001f03",
      .claim = CLAIM_CERTAIN,
      .type = "position",
      .device = "123456789",
      SAMPLE_INVALID },
    { .hex = "81003308200123453fffff34010003011a020108090a0000004f00d8001e00142002d4f1f001234a50026c19640a010"
             "5060100020123",
      .claim = CLAIM_CERTAIN,
      .type = "position",
      .device = "0820012345",
      SAMPLE_VALID },
    { .hex = "82003308200123453fffff34010003011a020108090a0000004f00d8001e00142081fe681084362fa0026c19640a000"
             "5060100020123",
      .claim = CLAIM_CERTAIN,
      .type = "alarm",
      .device = "0820012345",
      SAMPLE_INVALID },
    { .text = "ST300STT;107850496;40;313;20260201;08:09:10;c99139;+40.710000;-074.010000;012.000;045.00;9;1;"
              "425512;12.61;100000;2;3188;4.1;1\r",
      .claim = CLAIM_CERTAIN,
      .type = "position",
      .device = "107850496",
      SAMPLE_NORTH_WEST },
    { .hex = "02002610123456789028813f1a020108090a105129287100004a010000000038001a30a6016650001f03",
      .claim = CLAIM_CERTAIN,
      .type = "position",
      .device = "123456789",
      SAMPLE_NORTH_WEST },
    { .hex = "81003308200123453fffff34010003011a020108090a0000004f00d8001e001420026d2f7084694d90026c19640a010"
             "5060100020123",
      .claim = CLAIM_CERTAIN,
      .type = "position",
      .device = "0820012345",
      SAMPLE_NORTH_WEST },
    { .text = "EMG;1234567890;3FFFFF;52;1.0.13;1;20260201;08:09:10;0000004F;216;30;7b;18;+47.510000;+019."
              "090000;0.00;"
              "0.00;9;1;00000001;00000000;1;;\r",
      .claim = CLAIM_LIKELY,
      .type = "alarm",
      .device = "1234567890",
      .location = LOCATION_NONE },
    { 0 }
};

const struct protocol protocol_suntech = {
    .name = "suntech",
    .port = 5011,
    .transports = OVER_TCP,
    .heads =
        HEADS(HEAD("ST1"), HEAD("ST2"), HEAD("ST3"), HEAD("ST4"), HEAD("ST5"), HEAD("ST6"), HEAD("ST7"),
              HEAD("ST8"), HEAD("ST9"), HEAD("SA"), HEAD("STT;"), HEAD("ALT;"), HEAD("ALV;"), HEAD("BLE;"),
              HEAD("RES;"), HEAD("UEX;"), HEAD("CRR;"), HEAD("EMG;"), HEAD("EVT;"), HEAD("HTE;"),
              HEAD("TRV;"), HEAD("DEX;"), HEAD("BDA;"), HEAD("\x02\0"), HEAD("\x81\0"), HEAD("\x82\0")),
    .match = match,
    .read = read,
    .samples = samples,
};
