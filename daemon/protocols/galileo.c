/* SPDX-License-Identifier: Apache-2.0 */
/*
 * galileo: GalileoSky 1.x to 7.x. Binary, little endian, TCP; also over Iridium SBD (big endian).
 *
 *   kind 01, 07, 08 | length L 2 (highest bit: more is stored) | content … | CRC 2      total = L + 5
 *   CRC-16/MODBUS over everything before it.
 *   01 records: tag and value, again and again; a tag that comes a second time starts the next record
 *      03 imei 15 digits | 20 time 4 | 30 no fix ½, satellites ½, lat 4, lon 4 (1e-6) | e1 answer | …
 *   08 packed: 1 bit, seconds of the year 25, no fix 1, lon 22, lat 21, 10 bits | n | n tags | their values …
 *   07 photo: part | bytes
 *   Iridium: 01 | length 2 | 01 00 1c | 4 | imei 15 digits | 5 | time 4 | 03 00 0b | flags, lat 3, lon 3, 4 |
 *            02 | length 2 | tags as in 01        total = length + 3, no CRC
 *   blackkite has the same frame and some of the tags; only its 60 to 62 are longer.
 */
#include "base/checksum.h"
#include "protocol/protocol.h"

enum { RECORDS = 0x01, PHOTO = 0x07, PACKED = 0x08 };
enum { TAG_IMEI = 0x03, TAG_TIME = 0x20, TAG_PLACE = 0x30, TAG_ANSWER = 0xe1 };
enum {
    HEAD_SIZE = 3,
    CRC_SIZE = 2,
    LONGEST = 32767 + 5,
    IMEI = 15,
    PACKED_SIZE = 10,
    PART_OF_IMEI = 6,
    SOME_TAGS = 3,
    TAGS_LEAST = 4
};
static const uint32_t YEAR_2005 = 1104537600, YEAR_2038 = INT32_MAX;
enum { SBD_IMEI = 10, SBD_TIME = 30, SBD_PLACE = 34, SBD_TAGS = 51 };

/* Sizes of values by tag; SHORT and LONG: the value starts with its own length of one or two bytes. */
enum { UNKNOWN = 0, SHORT = 254, LONG = 255 };
struct tags {
    uint8_t first, last, size;
};
static const struct tags known_tags[] = {
    { 0x01, 0x02, 1 },    { 0x03, 0x03, IMEI },  { 0x04, 0x04, 2 }, { 0x10, 0x10, 2 },  { 0x20, 0x20, 4 },
    { 0x30, 0x30, 9 },    { 0x33, 0x33, 4 },     { 0x34, 0x34, 2 }, { 0x35, 0x35, 1 },  { 0x40, 0x42, 2 },
    { 0x43, 0x43, 1 },    { 0x44, 0x44, 4 },     { 0x45, 0x46, 2 }, { 0x47, 0x47, 4 },  { 0x48, 0x48, 2 },
    { 0x50, 0x59, 2 },    { 0x5a, 0x5a, 4 },     { 0x5b, 0x5b, 7 }, { 0x5c, 0x5c, 68 }, { 0x5d, 0x5d, 3 },
    { 0x60, 0x62, 2 },    { 0x63, 0x6f, 3 },     { 0x70, 0x77, 2 }, { 0x80, 0x87, 3 },  { 0x88, 0x8c, 1 },
    { 0x90, 0x90, 4 },    { 0xa0, 0xaf, 1 },     { 0xb0, 0xb9, 2 }, { 0xc0, 0xc3, 4 },  { 0xc4, 0xd2, 1 },
    { 0xd3, 0xd4, 4 },    { 0xd5, 0xd5, 1 },     { 0xd6, 0xda, 2 }, { 0xdb, 0xe0, 4 },  { 0xe1, 0xe1, SHORT },
    { 0xe2, 0xe9, 4 },    { 0xea, 0xea, SHORT }, { 0xf0, 0xf9, 4 }, { 0xfa, 0xfa, 3 },  { 0xfd, 0xfd, 8 },
    { 0xfe, 0xfe, LONG },
};

static unsigned size_of(uint8_t tag)
{
    for (size_t i = 0; i < sizeof(known_tags) / sizeof(known_tags[0]); i++) {
        if (tag >= known_tags[i].first && tag <= known_tags[i].last)
            return known_tags[i].size;
    }
    return UNKNOWN;
}

enum step { STEP_TAKEN, STEP_CUT, STEP_UNKNOWN };

/* The value of a tag; moves behind it. */
static enum step take_value(struct cursor *c, uint8_t tag, struct cursor *value)
{
    unsigned known = size_of(tag);
    uint64_t size = known;
    if (known == UNKNOWN)
        return STEP_UNKNOWN;
    if ((known == SHORT && !cursor_le(c, 1, &size)) || (known == LONG && !cursor_le(c, 2, &size)) ||
        !cursor_take(c, (size_t)size, value))
        return STEP_CUT;
    return STEP_TAKEN;
}

/* What a walk over the content finds. */
struct walk {
    size_t tags, records;
    bool has_imei, has_time, has_place;
    bool has_part;    /* cut off inside an imei */
    bool has_foreign; /* a tag that is longer in blackkite */
    enum step end;    /* STEP_TAKEN: the content ends where a value ends */
};

/* A date that a device can have. */
static bool is_date(struct cursor value)
{
    uint32_t time;
    return cursor_le32(&value, &time) && time >= YEAR_2005 && time <= YEAR_2038;
}

static bool is_place(struct cursor value)
{
    uint32_t lat, lon;
    return cursor_skip(&value, 1) && cursor_le32(&value, &lat) && cursor_le32(&value, &lon) &&
           signed32(lat) <= 90000000 && signed32(lat) >= -90000000 && signed32(lon) <= 180000000 &&
           signed32(lon) >= -180000000;
}

static void walk_value(struct cursor *c, uint8_t tag, struct walk *walk)
{
    struct cursor value, start = *c;
    walk->end = take_value(c, tag, &value);
    if (walk->end == STEP_CUT && tag == TAG_IMEI)
        walk->has_part = start.left >= PART_OF_IMEI && cursor_count_digits(start) == start.left;
    if (walk->end != STEP_TAKEN)
        return;
    walk->tags++;
    walk->has_imei = walk->has_imei || (tag == TAG_IMEI && cursor_count_digits(value) == IMEI);
    walk->has_time = walk->has_time || (tag == TAG_TIME && is_date(value));
    walk->has_place = walk->has_place || (tag == TAG_PLACE && is_place(value));
    walk->has_foreign = walk->has_foreign || (tag >= 0x60 && tag <= 0x62);
}

static struct walk walk_tags(struct cursor content)
{
    struct walk walk = { .end = STEP_TAKEN };
    uint8_t tag;
    while (walk.end == STEP_TAKEN && cursor_u8(&content, &tag))
        walk_value(&content, tag, &walk);
    return walk;
}

static struct walk walk_packed(struct cursor content)
{
    struct walk walk = { .end = STEP_TAKEN };
    while (walk.end == STEP_TAKEN && content.left > 0) {
        uint8_t count, tag;
        struct cursor tags;
        if (!cursor_skip(&content, PACKED_SIZE) || !cursor_u8(&content, &count) ||
            !cursor_take(&content, count, &tags)) {
            walk.end = STEP_CUT;
            break;
        }
        while (walk.end == STEP_TAKEN && cursor_u8(&tags, &tag))
            walk_value(&content, tag, &walk);
        walk.records += walk.end == STEP_TAKEN;
    }
    return walk;
}

static bool is_iridium(struct cursor bytes)
{
    struct cursor head;
    return cursor_byte(bytes, 0) == RECORDS && cursor_slice(bytes, 3, 3, &head) &&
           CURSOR_STARTS(head, "\x01\x00\x1c");
}

/* The envelope is anybody's; the place behind the head and tags in the payload are galileo's. */
static enum claim match_iridium(const struct message *message, size_t *length)
{
    struct cursor bytes = message->bytes, id, place, payload = bytes;
    uint16_t told, size;
    if (!cursor_be16_at(bytes, 1, &told) || told < SBD_TAGS - HEAD_SIZE)
        return CLAIM_NO;
    enum framed framed = frame_by_length(bytes, message->complete, (size_t)told + HEAD_SIZE, LONGEST, length);
    if (claim_framed(framed) < CLAIM_POSSIBLE)
        return claim_framed(framed);
    if (!cursor_slice(bytes, SBD_IMEI, IMEI, &id) || cursor_count_digits(id) != IMEI ||
        !cursor_slice(bytes, SBD_PLACE, 3, &place) || !CURSOR_STARTS(place, "\x03\x00\x0b"))
        return CLAIM_NO;
    if (framed == FRAMED_CUT || !cursor_be16_at(bytes, SBD_TAGS - 2, &size) ||
        !cursor_skip(&payload, SBD_TAGS) || size != *length - SBD_TAGS)
        return CLAIM_POSSIBLE;
    struct walk walk = walk_tags(cursor_part(payload, 0, size));
    return walk.end == STEP_TAKEN && walk.tags > 0 ? CLAIM_CERTAIN : CLAIM_LIKELY;
}

/* No CRC, or a wrong one: the tags must tell an id, or a date and a place. Other people's binaries may have a length
 * there and walk over tags, too. */
static enum claim judge_content(struct cursor bytes, size_t total, struct cursor content, bool is_cut)
{
    if (cursor_byte(bytes, 0) == PHOTO) {
        bool is_start =
            content.left > 2 && cursor_byte(content, 1) == 0xff && cursor_byte(content, 2) == 0xd8;
        return is_start || (!is_cut && bytes.left == total) ? CLAIM_POSSIBLE : CLAIM_NO;
    }
    if (cursor_byte(bytes, 0) == PACKED) {
        struct walk walk = walk_packed(content);
        bool is_sound = walk.tags > 0 && (walk.end == STEP_TAKEN || (walk.end == STEP_CUT && is_cut));
        bool is_dated = walk.has_time || walk.records > 1;
        bool has_record = walk.has_time || walk.records > 0;
        if (!is_sound || (is_cut && !has_record))
            return CLAIM_NO;
        return is_cut || !is_dated ? CLAIM_POSSIBLE : CLAIM_LIKELY;
    }
    struct walk walk = walk_tags(content);
    bool is_whole = !is_cut && walk.end == STEP_TAKEN;
    bool is_told = walk.has_imei || (walk.has_time && walk.has_place);
    if (walk.end == STEP_UNKNOWN && (is_cut || bytes.left != total))
        return walk.has_time && walk.has_place ? CLAIM_POSSIBLE : CLAIM_NO;
    if (is_told)
        return CLAIM_LIKELY;
    bool is_dated = walk.has_time && walk.tags >= SOME_TAGS && (is_whole || is_cut);
    return is_dated || (is_cut && walk.has_part) ? CLAIM_POSSIBLE : CLAIM_NO;
}

/* Modbus has the same CRC, and unit and function stand where kind and length do: units 1, 7 and 8 that are asked for registers,
 * or told 6 registers or 81 to 88 coils, have a length that fits, too. */
static bool is_modbus(struct cursor bytes, size_t size)
{
    uint16_t count = 0;
    if (size < TAGS_LEAST)
        return true;
    if (!cursor_be16_at(bytes, 4, &count))
        return false;
    bool is_registers = size == 0x10 && count == 6, is_coils = size == 0x0f && count >= 81 && count <= 88;
    return (is_registers || is_coils) && cursor_byte(bytes, 6) == size - 4;
}

/* Length and CRC are right. */
static enum claim judge_proven(struct cursor bytes, struct cursor content)
{
    if (is_modbus(bytes, content.left))
        return CLAIM_POSSIBLE;
    if (cursor_byte(bytes, 0) != RECORDS)
        return CLAIM_CERTAIN;
    struct walk walk = walk_tags(content);
    bool is_own = walk.has_imei || (walk.has_time && walk.has_place);
    return walk.end == STEP_TAKEN || (is_own && !walk.has_foreign) ? CLAIM_CERTAIN : CLAIM_LIKELY;
}

static enum claim match(const struct message *message, size_t *length)
{
    struct cursor bytes = message->bytes, content = bytes;
    uint16_t told, crc;
    uint8_t kind = cursor_byte(bytes, 0), first;
    if (kind != RECORDS && kind != PHOTO && kind != PACKED)
        return CLAIM_NO;
    if (!message->complete && bytes.left < HEAD_SIZE + 3)
        return CLAIM_MORE;
    if (is_iridium(bytes))
        return match_iridium(message, length);
    if (!cursor_le16_at(bytes, 1, &told) || (told & 0x7fff) == 0 || !cursor_u8_at(bytes, HEAD_SIZE, &first))
        return CLAIM_NO;
    size_t size = told & 0x7fffu, total = size + HEAD_SIZE + CRC_SIZE;
    if (bytes.left < total && kind == RECORDS && size_of(first) == UNKNOWN)
        return CLAIM_NO;
    enum framed framed = frame_by_length(bytes, message->complete, total, LONGEST, length);
    if (claim_framed(framed) < CLAIM_POSSIBLE)
        return claim_framed(framed);
    if (!cursor_skip(&content, HEAD_SIZE))
        return CLAIM_NO;
    content.left = content.left < size ? content.left : size;
    if (framed == FRAMED_CUT)
        return judge_content(bytes, total, content, true);
    if (!cursor_le16_at(bytes, total - CRC_SIZE, &crc) ||
        crc16_modbus(cursor_part(bytes, 0, total - CRC_SIZE)) != crc)
        return judge_content(bytes, total, content, false);
    return judge_proven(bytes, content);
}

/* One record while its tags are gathered. */
struct record {
    bool seen[256];
    bool has_place, has_time;
    struct fix fix;
};

static void close_record(struct record *record, struct reading *reading)
{
    record->fix.has_time = record->has_time;
    if (record->has_place && record->has_time)
        reading_fix(reading, &record->fix);
    *record = (struct record){ .has_time = false };
}

static void gather(struct record *record, uint8_t tag, struct cursor value, struct reading *reading)
{
    struct cursor whole = value, status;
    uint32_t lat, lon, time;
    record->seen[tag] = true;
    if (tag == TAG_IMEI && value.left == IMEI) {
        reading_device(reading, value);
    } else if (tag == TAG_TIME && cursor_le32(&value, &time)) {
        record->has_time = true;
        record->fix.time = time;
        reading_mark_time(reading, whole, time);
    } else if (tag == TAG_PLACE && value.left == 9) {
        if (!cursor_take(&value, 1, &status) || !cursor_le32(&value, &lat) || !cursor_le32(&value, &lon))
            return;
        record->has_place = true;
        record->fix.valid = cursor_byte(status, 0) >> 4 == 0;
        record->fix.lat = signed32(lat) / 1e6;
        record->fix.lon = signed32(lon) / 1e6;
        reading_mark_fix(reading, status, record->fix.valid);
        reading_mark_place(reading, cursor_part(whole, 1, 4), record->fix.lat, cursor_part(whole, 5, 4),
                           record->fix.lon);
    }
}

static void read_tags(struct cursor content, struct record *record, struct reading *reading)
{
    struct cursor value;
    uint8_t tag;
    bool is_answer = false;
    while (cursor_u8(&content, &tag) && take_value(&content, tag, &value) == STEP_TAKEN) {
        if (record->seen[tag])
            close_record(record, reading);
        gather(record, tag, value, reading);
        is_answer = is_answer || tag == TAG_ANSWER;
    }
    close_record(record, reading);
    reading->type = reading->location >= LOCATION_INVALID ? "position"
                    : is_answer                           ? "reply"
                    : reading->device[0]                  ? "login"
                                                          : "status";
}

/* The seconds count from the start of a year that is not told: only a tag tells the time. */
static void read_packed(struct cursor content, struct reading *reading)
{
    struct cursor bits, tags, value;
    uint64_t front, back;
    uint8_t count, tag;
    reading->type = "position";
    while (cursor_take(&content, PACKED_SIZE, &bits)) {
        struct record record = { .has_place = true };
        struct cursor tail = bits, place = bits;
        if (!cursor_skip(&tail, 2) || !cursor_be64(&tail, &back) || !cursor_be64(&bits, &front))
            return;
        record.fix.valid = (front >> 37 & 1) == 0;
        record.fix.lon = 360.0 * (double)(front >> 15 & 0x3fffff) / 0x400000 - 180;
        record.fix.lat = 180.0 * (double)(back >> 10 & 0x1fffff) / 0x200000 - 90;
        reading_mark_value(reading, "place", place, "%.6f %.6f, fix: %s", record.fix.lat, record.fix.lon,
                           record.fix.valid ? "yes" : "no");
        if (cursor_u8(&content, &count) && cursor_take(&content, count, &tags)) {
            while (cursor_u8(&tags, &tag) && take_value(&content, tag, &value) == STEP_TAKEN)
                gather(&record, tag, value, reading);
        }
        record.fix.has_time = record.has_time;
        reading_fix(reading, &record.fix);
    }
}

static void read_iridium(struct cursor bytes, struct reading *reading)
{
    struct record record = { .has_place = true, .has_time = true };
    struct cursor id, place = bytes, content = bytes;
    uint8_t flags, lat, lon;
    uint16_t lat_minutes, lon_minutes;
    uint32_t time;
    reading->type = "position";
    if (!cursor_slice(bytes, SBD_IMEI, IMEI, &id))
        return;
    reading_device(reading, id);
    if (!cursor_be32_at(bytes, SBD_TIME, &time) || !cursor_skip(&place, SBD_PLACE + 3) ||
        !cursor_u8(&place, &flags) || !cursor_u8(&place, &lat) || !cursor_be16(&place, &lat_minutes) ||
        !cursor_u8(&place, &lon) || !cursor_be16(&place, &lon_minutes))
        return;
    /* where the satellite saw it; the device's own tags go before it, and only they can be valid */
    record.fix.time = time;
    record.fix.lat = (lat + lat_minutes / 60000.0) * (flags & 2 ? -1 : 1);
    record.fix.lon = (lon + lon_minutes / 60000.0) * (flags & 1 ? -1 : 1);
    reading_mark_time(reading, cursor_part(bytes, SBD_TIME, 4), time);
    reading_mark_place(reading, cursor_part(bytes, SBD_PLACE + 4, 3), record.fix.lat,
                       cursor_part(bytes, SBD_PLACE + 7, 3), record.fix.lon);
    if (!cursor_skip(&content, SBD_TAGS))
        content.left = 0;
    read_tags(content, &record, reading);
}

static void mark_crc(struct cursor bytes, size_t at, struct reading *reading)
{
    struct cursor covered, field;
    uint16_t crc;
    if (cursor_slice(bytes, 0, at, &covered) && cursor_slice(bytes, at, CRC_SIZE, &field) &&
        cursor_le16_at(bytes, at, &crc))
        reading_mark_check(reading, field, crc16_modbus(covered) == crc, crc16_modbus(covered));
}

static void read(const struct message *message, struct reading *reading)
{
    struct cursor bytes = message->bytes, content = bytes;
    uint16_t told;
    if (is_iridium(bytes)) {
        read_iridium(bytes, reading);
        return;
    }
    if (!cursor_le16_at(bytes, 1, &told) || !cursor_skip(&content, HEAD_SIZE))
        return;
    if (content.left > (told & 0x7fffu))
        content.left = told & 0x7fffu;
    if (cursor_byte(bytes, 0) == RECORDS) {
        struct record record = { .has_time = false };
        read_tags(content, &record, reading);
    } else if (cursor_byte(bytes, 0) == PACKED) {
        read_packed(content, reading);
    } else {
        reading->type = "photo";
    }
    mark_crc(bytes, (told & 0x7fffu) + HEAD_SIZE, reading);
    reading_no_location(reading);
}

static void answer(const struct message *message, const struct asker *asker, struct buffer *reply)
{
    struct cursor bytes = message->bytes, crc;
    (void)asker;
    if (is_iridium(bytes) || bytes.left < HEAD_SIZE + CRC_SIZE ||
        !cursor_slice(bytes, bytes.left - CRC_SIZE, CRC_SIZE, &crc))
        return;
    buffer_put_u8(reply, cursor_byte(bytes, 0) == PHOTO ? PHOTO : 0x02);
    buffer_put_cursor(reply, crc);
}

static const struct sample samples[] = {
    { .hex = "0117000182021203313233343536373839303132333435043200723e",
      .claim = CLAIM_CERTAIN,
      .type = "login",
      .device = "123456789012345",
      .location = LOCATION_NONE,
      .answer = "02723e" },
    { .hex = "019c8004320010050220260a7f693009f0f1d402504a230133780011023478003509400100415c3142a60f431645000"
             "046010050123451000060210063102030a007b02a01c011223344c42fd48106030004320010040220ea097f693008f0"
             "f1d402504a230133780011023478003509400100415c3142a60f431645000046010050123451000060210063102030a"
             "007b02a01c011223344c42fd481060300aece",
      .claim = CLAIM_CERTAIN,
      .type = "position",
      SAMPLE_VALID,
      .answer = "02aece" },
    { .hex = "015e000331323334353637383930313233343504320010060220260a7f693010f09701fe60d0c9fb337800110234780"
             "03509400100415c3142a60f431645000046010050123451000060210063102030a007b02a01c011223344c42fd48106"
             "03005dcf",
      .claim = CLAIM_CERTAIN,
      .type = "position",
      .device = "123456789012345",
      SAMPLE_INVALID,
      .answer = "025dcf" },
    { .hex = "01140004320010060220260a7f6940003a41003042001014d4",
      .claim = CLAIM_CERTAIN,
      .type = "status",
      .location = LOCATION_NONE,
      .answer = "0214d4" },
    { .hex = "01250003313233343536373839303132333435043200e001000000e10b73746174757320646f6e65669a",
      .claim = CLAIM_CERTAIN,
      .type = "reply",
      .device = "123456789012345",
      .location = LOCATION_NONE,
      .answer = "02669a" },
    { .hex = "011f0004320020260a7f693007f0f1d402504a2301fe0600210010272200ea0261622ce1",
      .claim = CLAIM_CERTAIN,
      .type = "position",
      SAMPLE_VALID,
      .answer = "022ce1" },
    { .hex = "0821000a4cb811b267e1c8f0050333344078001102780001000a4cc711b267e1c8f005008325",
      .claim = CLAIM_CERTAIN,
      .type = "position",
      .location = LOCATION_VALID,
      .lat = 47.510033,
      .lon = 19.090033,
      .answer = "028325" },
    { .hex = "0815000a4cb829b817a8369c05022033260a7f697800110218dd",
      .claim = CLAIM_CERTAIN,
      .type = "position",
      .location = LOCATION_INVALID,
      .lat = -33.450022,
      .lon = -70.660028,
      .time = "2026-02-01T08:09:10Z",
      .answer = "0218dd" },
    { .hex = "070c0000ffd8ffe000104a464946009bf9",
      .claim = CLAIM_CERTAIN,
      .type = "photo",
      .location = LOCATION_NONE,
      .answer = "079bf9" },
    {
        .hex = "01004901001c0a0b0c0d3132333435363738393031323334350000120000697f09ea03000b002f772413157c00000"
               "00202001920260a7f693007f0f1d402504a230133780011023478003509",
        .claim = CLAIM_CERTAIN,
        .type = "position",
        .device = "123456789012345",
        SAMPLE_VALID,
    },
    {
        .hex = "01003a01001c0a0b0c0d3132333435363738393031323334350000120000697f09ea03000b002f772413157c00000"
               "00202000a33000000003413003506",
        .claim = CLAIM_CERTAIN,
        .type = "position",
        .device = "123456789012345",
        .location = LOCATION_INVALID,
        .lat = 47.508333,
        .lon = 19.091667,
        .time = "2026-02-01T08:08:10Z",
    },
    { .hex = "0187800331323334353637383930313233343504320010050020ae097f693008f09701fe60d0c9fb33c801c20140010"
             "00331323334353637383930313233343504320010060020ea097f693008f09701fe60d0c9fb33c801c2014001000331"
             "323334353637383930313233343504320010070020260a7f693008f09701fe60d0c9fb33c801c201400100d969",
      .claim = CLAIM_CERTAIN,
      .type = "position",
      .device = "123456789012345",
      SAMPLE_SOUTH_WEST,
      .answer = "02d969" },
    { .hex = "01180004320020260a7f693009702f6d0270b296fb337800110234a630",
      .claim = CLAIM_CERTAIN,
      .type = "position",
      SAMPLE_NORTH_WEST,
      .answer = "02a630" },
    { 0 }
};

const struct protocol protocol_galileo = {
    .name = "galileo",
    .port = 5034,
    .transports = OVER_TCP,
    .heads = HEADS(HEAD("\x01"), HEAD("\x07"), HEAD("\x08")),
    .kin = KIN("blackkite"),
    .match = match,
    .read = read,
    .answer = answer,
    .samples = samples,
};
