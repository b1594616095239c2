/* SPDX-License-Identifier: Apache-2.0 */
/*
 * gt06: Concox/Jimi GT06 and its hundreds of clones. Binary, big endian, TCP.
 *
 *   short: 78 78 | L | type | content … | serial 2 | CRC 2 | 0d 0a     total = L + 5
 *   long:  79 79 | L L | type | content … | serial 2 | CRC 2 | 0d 0a   total = L + 6
 *   CRC-16/X-25 over the length field up to the serial.
 *   Types 17 and 69 (Wi-Fi and cells): L counts access points, no serial, no CRC. Cheap clones leave serial and CRC away.
 *   GPS block: yy mm dd hh mm ss | length and satellites | lat 4 | lon 4 (1/1800000 degree) | speed | flags 2
 *   flags: bit 10 north, bit 11 west, bit 12 fix.
 */
#include "base/bcd.h"
#include "base/checksum.h"
#include "protocol/protocol.h"

enum {
    TAIL = 2,
    SHORTEST = 10,
    SHORT_LOGIN = 15,
    FLAG_NORTH = 0x0400,
    FLAG_WEST = 0x0800,
    FLAG_FIX = 0x1000
};

/* What both frame forms share: where the type stands, and where the content starts. */
struct frame {
    bool is_long;
    size_t told;    /* the length that the length field tells, whole message */
    uint16_t field; /* the length field */
    uint8_t type;
    size_t content; /* offset behind the type */
};

static bool open_frame(struct cursor bytes, struct frame *frame)
{
    uint8_t length;
    frame->is_long = CURSOR_STARTS(bytes, "\x79\x79");
    if (frame->is_long) {
        frame->content = 5;
        if (!cursor_be16_at(bytes, 2, &frame->field) || !cursor_u8_at(bytes, 4, &frame->type))
            return false;
        frame->told = (size_t)frame->field + 6;
        return true;
    }
    frame->content = 4;
    if (!cursor_u8_at(bytes, 2, &length) || !cursor_u8_at(bytes, 3, &frame->type))
        return false;
    frame->field = length;
    frame->told = (size_t)length + 5;
    return true;
}

static bool has_tail(struct cursor bytes, size_t total)
{
    struct cursor tail;
    return total >= TAIL && cursor_slice(bytes, total - TAIL, TAIL, &tail) && cursor_is(tail, "\r\n");
}

static bool has_crc(struct cursor bytes, size_t total)
{
    struct cursor checked;
    uint16_t crc;
    return total >= SHORTEST && cursor_slice(bytes, 2, total - 6, &checked) &&
           cursor_be16_at(bytes, total - 4, &crc) && crc16_x25(checked) == crc;
}

static void mark_crc(struct cursor bytes, const struct frame *frame, struct reading *reading)
{
    size_t total = bytes.left;
    struct cursor checked, crc;
    bool is_whole = total >= SHORTEST && (total == frame->told || has_crc(bytes, total));
    if (is_whole && cursor_slice(bytes, 2, total - 6, &checked) && cursor_slice(bytes, total - 4, 2, &crc))
        reading_mark_check(reading, crc, has_crc(bytes, total), crc16_x25(checked));
}

/* What stands around the content. Without a CRC that is right nothing says where the serial number is. */
static void mark_frame(struct cursor bytes, const struct frame *frame, struct reading *reading)
{
    size_t total = bytes.left;
    uint16_t serial;
    reading_mark_value(reading, "start", cursor_part(bytes, 0, 2), "%s",
                       frame->is_long ? "length in 2 bytes" : "length in 1 byte");
    reading_mark_number(reading, "length", cursor_part(bytes, 2, frame->is_long ? 2 : 1), frame->field);
    if (has_crc(bytes, total) && cursor_be16_at(bytes, total - 6, &serial))
        reading_mark_number(reading, "sequence", cursor_part(bytes, total - 6, 2), serial);
    if (has_tail(bytes, total))
        reading_mark_value(reading, "end", cursor_part(bytes, total - TAIL, TAIL), "CR LF");
}

/* Frames that count access points and cells instead of bytes: 16 + 7 n + 5 c. */
static bool has_scan_length(struct cursor bytes, const struct frame *frame, size_t *total)
{
    uint8_t cells;
    if (frame->is_long || (frame->type != 0x17 && frame->type != 0x69) ||
        !cursor_u8_at(bytes, 10 + 7 * (size_t)frame->field, &cells))
        return false;
    *total = 16 + 7 * (size_t)frame->field + 5 * (size_t)cells;
    return has_tail(bytes, *total);
}

/* Without the tail where the length says, a message ends at the first tail there is. */
static bool find_tail(struct cursor bytes, size_t *total)
{
    size_t at;
    struct cursor content = bytes;
    if (!cursor_skip(&content, 4) || !cursor_find_text(content, "\r\n", &at))
        return false;
    *total = at + 4 + TAIL;
    return true;
}

/* Types that only others have behind the same head: anytrek has a high byte of its length there, and without a CRC
 * the rest are topin's. */
static bool is_foreign(const struct frame *frame)
{
    return !frame->is_long && (frame->type == 0 || strchr("\x08\x09\x30\x92\x93\x99", frame->type));
}

/* What a message is whose CRC is wrong. Where a heartbeat tells the voltage, in seven steps, topin tells its version. */
static enum claim unproven(struct cursor bytes, const struct frame *frame)
{
    uint8_t voltage;
    if (is_foreign(frame))
        return CLAIM_NO;
    bool is_odd = !frame->is_long && frame->type == 0x13 && cursor_u8_at(bytes, 5, &voltage) && voltage > 6;
    return is_odd ? CLAIM_POSSIBLE : CLAIM_LIKELY;
}

static bool is_short_login(struct cursor bytes, const struct frame *frame)
{
    struct cursor id;
    return !frame->is_long && frame->type == 0x01 &&
           (bytes.left == SHORT_LOGIN || frame->field == SHORT_LOGIN - 2) && has_tail(bytes, SHORT_LOGIN) &&
           cursor_slice(bytes, 4, 8, &id) && bcd_ok(id);
}

/* The clones' position: its length leaves the type away, and serial and CRC are not there. */
static bool is_short_position(struct cursor bytes, const struct frame *frame)
{
    int64_t time;
    return !frame->is_long && (frame->type == 0x10 || frame->type == 0x11) &&
           has_tail(bytes, frame->told + 1) && cursor_skip(&bytes, 4) &&
           reading_take_bytes_time(&bytes, "ymdhis", &time);
}

static enum claim match(const struct message *message, size_t *length)
{
    struct cursor bytes = message->bytes;
    struct frame frame;
    if (!CURSOR_MAY_START(bytes, "\x78\x78") && !CURSOR_MAY_START(bytes, "\x79\x79"))
        return CLAIM_NO;
    *length = bytes.left;
    if (!open_frame(bytes, &frame))
        return message->complete ? CLAIM_POSSIBLE : CLAIM_MORE;
    if (frame.told >= SHORTEST && has_tail(bytes, frame.told)) {
        *length = frame.told;
        return has_crc(bytes, frame.told) ? CLAIM_CERTAIN : unproven(bytes, &frame);
    }
    if (is_foreign(&frame) && (frame.told < SHORTEST || bytes.left >= frame.told || message->complete))
        return CLAIM_NO;
    if (has_scan_length(bytes, &frame, length))
        return CLAIM_LIKELY;
    /* the clones' login: its length counts serial and CRC, which are not there */
    if (is_short_login(bytes, &frame)) {
        *length = SHORT_LOGIN;
        return CLAIM_LIKELY;
    }
    if (is_short_position(bytes, &frame)) {
        *length = frame.told + 1;
        return CLAIM_LIKELY;
    }
    if (bytes.left < frame.told && !message->complete)
        return CLAIM_MORE;
    if (find_tail(bytes, length))
        return has_crc(bytes, *length) ? CLAIM_CERTAIN : CLAIM_POSSIBLE;
    if (!message->complete && bytes.left < frame.told + 1024)
        return CLAIM_MORE;
    /* the end is cut off, or spoilt */
    *length = bytes.left;
    if (frame.told >= SHORTEST && bytes.left <= frame.told && has_crc(bytes, frame.told))
        return CLAIM_CERTAIN;
    bool is_short = bytes.left <= frame.told || frame.type == 0x17 || frame.type == 0x69;
    return is_short ? CLAIM_POSSIBLE : CLAIM_NO;
}

/* Raw coordinates and the flags that say hemisphere and fix. */
static void set_place(struct fix *fix, uint32_t lat, uint32_t lon, uint16_t flags)
{
    fix->valid = (flags & FLAG_FIX) != 0;
    fix->lat = lat / 1800000.0 * (flags & FLAG_NORTH ? 1 : -1);
    fix->lon = lon / 1800000.0 * (flags & FLAG_WEST ? -1 : 1);
}

/* Date, coordinates and flags at offsets of their own; false when they are cut off, or there must be a date and is none. */
static bool take_layout(struct cursor bytes, size_t date, size_t place, size_t flags_at, bool needs_date,
                        struct reading *reading)
{
    struct fix fix = { 0 };
    uint32_t lat, lon;
    uint16_t flags;
    struct cursor when = bytes;
    if (!cursor_be32_at(bytes, place, &lat) || !cursor_be32_at(bytes, place + 4, &lon) ||
        !cursor_be16_at(bytes, flags_at, &flags))
        return false;
    fix.has_time = cursor_skip(&when, date) && reading_take_bytes_time(&when, "ymdhis", &fix.time);
    if (needs_date && !fix.has_time)
        return false;
    set_place(&fix, lat, lon, flags);
    if (fix.has_time)
        reading_mark_time(reading, cursor_part(bytes, date, 6), fix.time);
    reading_mark_place(reading, cursor_part(bytes, place, 4), fix.lat, cursor_part(bytes, place + 4, 4),
                       fix.lon);
    reading_mark_fix(reading, cursor_part(bytes, flags_at, 2), fix.valid);
    reading_fix(reading, &fix);
    return true;
}

/* The plain GPS block. */
static bool take_block(struct cursor bytes, size_t at, bool needs_date, struct reading *reading)
{
    uint8_t satellites;
    if (!take_layout(bytes, at, at + 7, at + 16, needs_date, reading))
        return false;
    if (cursor_u8_at(bytes, at + 6, &satellites))
        reading_mark_number(reading, "satellites", cursor_part(bytes, at + 6, 1), satellites & 0x0f);
    return true;
}

/* Long type 70: modules of id 2, length 2, value; 33 is the position. */
static void take_modules(struct cursor rest, struct reading *reading)
{
    uint16_t id, size;
    struct cursor value;
    while (cursor_be16(&rest, &id) && cursor_be16(&rest, &size) && cursor_take(&rest, size, &value)) {
        uint32_t time, lat, lon;
        uint16_t flags;
        if (id != 0x33 || !cursor_be32_at(value, 0, &time) || !cursor_be32_at(value, 7, &lat) ||
            !cursor_be32_at(value, 11, &lon) || !cursor_be16_at(value, 16, &flags))
            continue;
        struct fix fix = { .has_time = true, .time = time };
        set_place(&fix, lat, lon, flags);
        reading_mark_time(reading, cursor_part(value, 0, 4), time);
        reading_mark_place(reading, cursor_part(value, 7, 4), fix.lat, cursor_part(value, 11, 4), fix.lon);
        reading_mark_fix(reading, cursor_part(value, 16, 2), fix.valid);
        reading_fix(reading, &fix);
    }
    reading_no_location(reading);
}

static const struct pattern text_position = {
    "[^L]*Lat:(?<ns>[NS])(?<latd>\\d+\\.\\d+),Lon:(?<ew>[EW])(?<lond>\\d+\\.\\d+),.*?DateTime:"
    "(?<ymdhms>\\d{4}-\\d\\d-\\d\\d +\\d\\d:\\d\\d:\\d\\d)"
};

/* Where the GPS block of a short message stands; 0: it has none. */
static size_t block_of_short(uint8_t type, unsigned length)
{
    switch (type) {
    case 0x10:
    case 0x11:
    case 0x12:
    case 0x1a:
    case 0x1e:
    case 0x22:
    case 0x25:
    case 0x2d:
    case 0x31:
    case 0x37:
    case 0x38:
    case 0xa0:
    case 0x16:
    case 0x26:
    case 0x27:
    case 0x32:
    case 0x39:
    case 0xa4:
        return 4;
    case 0xa3:
        return length == 0x0c || length == 0x18 ? 0 : 4;
    case 0xa2:
        return length == 0x40 ? 4 : 0;
    case 0x17:
        return length == 0x28 ? 4 : 0;
    case 0x24:
        return length == 0x2e ? 4 : 0;
    case 0x36:
        return length == 0x35 ? 4 : 0;
    case 0x34:
        return length == 0x37 ? 0 : 8;
    case 0x61:
        return 12;
    default:
        return 0;
    }
}

/* The same types in long frames, one byte further on. */
static size_t block_of_long(uint8_t type)
{
    switch (type) {
    case 0x17:
    case 0x24:
    case 0x34:
    case 0x36:
    case 0xa2:
    case 0x32:
        return 0;
    case 0x61:
        return 13;
    default:
        return block_of_short(type, 0) ? 5 : 0;
    }
}

static const char *type_name(uint8_t type, bool is_long)
{
    switch (type) {
    case 0x01:
        return "login";
    case 0x13:
    case 0x23:
        return "heartbeat";
    case 0x16:
    case 0x26:
    case 0x27:
    case 0x95:
    case 0xa4:
        return "alarm";
    case 0x15:
    case 0x21:
        return "reply";
    case 0x18:
    case 0x28:
    case 0x2c:
    case 0x2e:
    case 0x69:
    case 0xa1:
    case 0xa9:
    case 0xf3:
    case 0x19:
    case 0xa5:
    case 0xa7:
        return "cells";
    case 0x94:
    case 0x9b:
    case 0x8c:
        return "information";
    case 0x8a:
        return "time request";
    case 0x2a:
        return "address request";
    case 0x35:
        return "photo";
    case 0x36:
        return is_long ? "photo" : "status";
    case 0x17:
        return "cells";
    default:
        return "status";
    }
}

static void read_login(struct cursor bytes, const struct frame *frame, struct reading *reading)
{
    struct cursor id;
    if (cursor_slice(bytes, frame->content, 8, &id))
        reading_device_bcd(reading, id, 1, 0);
}

/* A reply in words: one byte says how they are written, 1 a byte a letter, else two (UTF-16). */
static void read_words(const struct message *message, struct reading *reading)
{
    struct cursor text = message->bytes;
    char letters[256];
    struct groups found;
    uint8_t coding, high, low;
    size_t n = 0;
    if (!cursor_u8_at(text, 9, &coding) || !cursor_skip(&text, 10))
        return;
    if (coding != 1) {
        while (n < sizeof(letters) && cursor_u8(&text, &high) && cursor_u8(&text, &low))
            letters[n++] = high == 0 ? (char)low : '?';
        text = cursor_of(letters, n);
    }
    if (pattern_match(message->patterns, &text_position, text, &found))
        reading_take_groups(reading, &found, true);
}

/* Types whose layout is their own. True: the message is read. */
static bool read_special(const struct message *message, const struct frame *frame, struct reading *reading)
{
    struct cursor bytes = message->bytes, rest = bytes;
    uint16_t dialect;
    uint8_t size;
    if (frame->type == 0x95) {
        if (frame->field > 0x0c && cursor_be16_at(bytes, 4, &dialect)) {
            (void)(dialect == 0xffff ? take_layout(bytes, 7, 14, 22, false, reading)
                                     : take_layout(bytes, 4, 10, 18, false, reading));
        }
    } else if (frame->is_long && frame->type == 0x21) {
        read_words(message, reading);
    } else if (frame->is_long && (frame->type == 0x32 || frame->type == 0x33)) {
        if (cursor_u8_at(bytes, 11, &size) && size > 0)
            (void)take_layout(bytes, 5, 13, 22, false, reading);
    } else if (frame->is_long && frame->type == 0x70) {
        if (bytes.left >= 11 && cursor_slice(bytes, frame->content, bytes.left - 11, &rest))
            take_modules(rest, reading);
    } else {
        return false;
    }
    return true;
}

static void read(const struct message *message, struct reading *reading)
{
    struct cursor bytes = message->bytes;
    struct frame frame;
    if (!open_frame(bytes, &frame))
        return;
    reading->type = type_name(frame.type, frame.is_long);
    if (frame.type == 0x01)
        read_login(bytes, &frame, reading);
    if (!read_special(message, &frame, reading)) {
        size_t block = frame.is_long ? block_of_long(frame.type) : block_of_short(frame.type, frame.field);
        /* some models put an id, and a second date, before the block: then no date stands where it should */
        size_t later = frame.type == 0x22 || frame.type == 0x25 ? 19 : frame.type == 0x12 ? 12 : 0;
        if (block > 0 && !take_block(bytes, block, true, reading) &&
            !(later > 0 && take_block(bytes, later, true, reading)))
            (void)take_block(bytes, block, false, reading);
    }
    if (reading->location >= LOCATION_INVALID && strcmp(reading->type, "status") == 0)
        reading->type = "position";
    reading_mark_value(reading, "type", cursor_part(bytes, frame.content - 1, 1), "%s", reading->type);
    mark_crc(bytes, &frame, reading);
    mark_frame(bytes, &frame, reading);
    reading_no_location(reading);
}

/* What a server sends: no content behind the type, or what a time or photo request is answered with. */
static bool is_from_server(struct cursor bytes, const struct frame *frame)
{
    enum { EMPTY = 5, TIME = EMPTY + 6, PHOTO_REQUEST = EMPTY + 10, SCAN = 12 };
    if (frame->type == 0x8a)
        return frame->field == TIME;
    /* type and date alone: to a scan, and of topin to much else */
    if (!frame->is_long && bytes.left <= SCAN && frame->told != bytes.left)
        return true;
    return frame->field == EMPTY || (!frame->is_long && frame->type == 0x36 && frame->field == PHOTO_REQUEST);
}

static bool is_answered(const struct frame *frame)
{
    /* of the long ones only what a server knows */
    bool is_known_long = block_of_long(frame->type) > 0 ||
                         (frame->type && strchr("\x70\xf1\xf2\x32\x33\x41\x2a\x8a", frame->type));
    if (frame->is_long && !is_known_long)
        return false;
    switch (frame->type) {
    case 0x94:
    case 0x21:
    case 0x34:
    case 0x8c:
    case 0x9b:
    case 0x38:
    case 0xf3:
    case 0x80:
    case 0x81:
    case 0x82:
    case 0xfd:
        return false;
    case 0x24:
        return frame->field != 0x2e;
    case 0x19:
        return frame->field < 0x17;
    default:
        return true;
    }
}

static void put_frame(struct buffer *reply, bool is_long, unsigned type, struct cursor content,
                      unsigned serial)
{
    size_t start = reply->length;
    buffer_put_text(reply, is_long ? "\x79\x79" : "\x78\x78");
    buffer_put_be(reply, is_long ? 2 : 1, content.left + 5);
    buffer_put_u8(reply, type);
    buffer_put_cursor(reply, content);
    buffer_put_be(reply, 2, serial);
    if (reply->full)
        return;
    buffer_put_be(reply, 2, crc16_x25(cursor_of(reply->bytes + start + 2, reply->length - start - 2)));
    buffer_put_text(reply, "\r\n");
}

/* A photo is announced: ask for its first kilobyte, so that the device goes on. */
static void put_photo_request(struct cursor bytes, struct buffer *reply)
{
    struct cursor photo;
    uint8_t content[10] = { 0 };
    if (!cursor_slice(bytes, 26, 4, &photo))
        return;
    memcpy(content, photo.at, 4);
    content[8] = 0x04;
    put_frame(reply, false, 0x36, cursor_of(content, sizeof(content)), 0);
}

static void answer(const struct message *message, const struct asker *asker, struct buffer *reply)
{
    struct cursor bytes = message->bytes, none = { 0 }, date;
    struct frame frame;
    uint16_t serial;
    if (!open_frame(bytes, &frame) || is_from_server(bytes, &frame) || !is_answered(&frame))
        return;
    bool is_scan = !frame.is_long && (frame.type == 0x69 || (frame.type == 0x17 && frame.field != 0x28));
    if (is_scan) {
        if (!cursor_slice(bytes, 4, 6, &date))
            return;
        buffer_put(reply, "\x78\x78\x00", 3);
        buffer_put_u8(reply, frame.type);
        buffer_put_cursor(reply, date);
        buffer_put_text(reply, "\r\n");
        return;
    }
    if (bytes.left < SHORTEST || !cursor_be16_at(bytes, bytes.left - 6, &serial))
        return;
    if (frame.type == 0x8a) {
        struct calendar now = calendar_from_unix(asker->now);
        uint8_t clock[6] = { (uint8_t)(now.year % 100), (uint8_t)now.month,  (uint8_t)now.day,
                             (uint8_t)now.hour,         (uint8_t)now.minute, (uint8_t)now.second };
        put_frame(reply, false, 0x8a, cursor_of(clock, sizeof(clock)), 0);
    } else if (frame.type == 0x2a) {
        static const char text[] = "NA&&NA&&0##";
        uint8_t content[5 + sizeof(text) - 1] = { sizeof(text) - 1 };
        memcpy(content + 5, text, sizeof(text) - 1);
        put_frame(reply, true, 0x97, cursor_of(content, sizeof(content)), 0);
    } else if (frame.is_long && frame.type == 0x36) {
        return; /* would ask for the next piece of a photo, which nobody keeps here */
    } else if (frame.type == 0x35) {
        put_photo_request(bytes, reply);
    } else {
        bool is_long = frame.is_long && (frame.type == 0x32 || frame.type == 0x33 || frame.type == 0x41);
        put_frame(reply, is_long, frame.type, none, serial);
    }
}

static const struct sample samples[] = {
    { .hex = "78780d01012345678901234500018cdd0d0a",
      .claim = CLAIM_CERTAIN,
      .type = "login",
      .device = "123456789012345",
      .location = LOCATION_NONE,
      .answer = "787805010001d9dc0d0a" },
    { .hex = "78781f121a020108090ac90518e6b0020c529025142d01040100120034560002e3b20d0a",
      .claim = CLAIM_CERTAIN,
      .type = "position",
      SAMPLE_VALID,
      .answer = "78780512000281b60d0a" },
    { .hex = "78781f121a020108090ac90396bb500794bc2025082d01040100120034560003a4900d0a",
      .claim = CLAIM_CERTAIN,
      .type = "position",
      SAMPLE_INVALID,
      .answer = "787805120003903f0d0a" },
    { .hex = "78780a13460504000100043edb0d0a",
      .claim = CLAIM_CERTAIN,
      .type = "heartbeat",
      .location = LOCATION_NONE,
      .answer = "787805130004be5c0d0a" },
    { .hex = "78780e19010401001200345601000525b20d0a",
      .claim = CLAIM_CERTAIN,
      .type = "cells",
      .location = LOCATION_NONE,
      .answer = "787805190005dcaf0d0a" },
    { .hex = "7979001d7000330014697f0a2609006e0518e6b0020c5290251400000000068d340d0a",
      .claim = CLAIM_CERTAIN,
      .type = "position",
      SAMPLE_VALID,
      .answer = "78780570000677670d0a" },
    { .hex = "787802171a020108090a11223344556650112233445566500101041200120034560d0a",
      .claim = CLAIM_LIKELY,
      .type = "cells",
      .location = LOCATION_NONE,
      .answer = "787800171a020108090a0d0a" },
    { .hex = "78781f121a020108090ac9045e223007f0bed02d1c2d0104010012003456000763010d0a",
      .claim = CLAIM_CERTAIN,
      .type = "position",
      SAMPLE_NORTH_WEST,
      .answer = "787805120007d61b0d0a" },
    { .hex =
          "7979006d21000000000143757272656e7420706f736974696f6e214c61743a4e34372e3531303030302c4c6f6e3a4531"
          "392e3039303030302c436f757273653a34352e302c53706565643a31322e35302c4461746554696d653a323032362d30"
          "322d30312030383a30393a3130000992460d0a",
      .claim = CLAIM_CERTAIN,
      .type = "reply",
      SAMPLE_VALID },
    { .hex =
          "797900d021000000000200430075007200720065006e007400200070006f0073006900740069006f006e0021004c0061"
          "0074003a005300330033002e003400350030003000300030002c004c006f006e003a005700370030002e003600360030"
          "003000300030002c0043006f0075007200730065003a00340035002e0030002c00530070006500650064003a00310032"
          "002e00350030002c004400610074006500540069006d0065003a0032003000320036002d00300032002d003000310020"
          "00300038003a00300039003a00310030000ac7c40d0a",
      .claim = CLAIM_CERTAIN,
      .type = "reply",
      SAMPLE_SOUTH_WEST },
    { 0 }
};

const struct protocol protocol_gt06 = {
    .name = "gt06",
    .port = 5023,
    .transports = OVER_TCP,
    .heads = HEADS(HEAD("\x78\x78"), HEAD("\x79\x79")),
    .kin = KIN("topin"),
    .match = match,
    .read = read,
    .answer = answer,
    .samples = samples,
};
