/* SPDX-License-Identifier: Apache-2.0 */
/*
 * jt808: every JT/T 808 terminal (2011, 2013, 2019): Huabao, BSJ, Concox/Jimi, AOVX, Micodus, …
 * Binary, big endian, TCP.
 *
 *   7e | id 2 | attributes 2 | [version 1] | terminal 6 (10 with version) | serial 2 (1 in 5501, 5502) |
 *        [packets 4] | body … | XOR | 7e              7d 01 means 7d, 7d 02 means 7e
 *   attributes: bits 0-9 length of the body, 13 packets of a long message, 14 version
 *   e7 … e7: the same with a terminal of 7 bytes and other escapes (see escapes_e7).
 *   (<terminal>,1,001,ELOCK,…)    text of Jointech locks
 *   0200: alarm 4 | status 4 | lat 4 | lon 4 (1e-6 degree) | altitude 2 | speed 2 | course 2 |
 *         yy mm dd hh mm ss BCD, China's time | items
 *         status: bit 1 fix, 2 south, 3 west.     0704 and 0210 carry several.
 */
#include "base/bcd.h"
#include "base/checksum.h"
#include "base/nmea.h"
#include "base/unescape.h"
#include "protocol/protocol.h"

/* ten bits of length and the head, every byte escaped, and room for those that count wrong */
enum { LONGEST = 4096, TEXT_MAX = 2048, SUBPACKAGED = 0x2000, VERSIONED = 0x4000, WANTS_ANSWER = 0x8000 };
enum { FROM_SERVER = 0x8000 };
enum { PLACE = 28, EAST_OF_UTC = 8 * 3600, ID_TEXT = 24 };

static const struct escape escapes_7e = { .pairs = { ESCAPE("\x7d\x01", "\x7d"),
                                                     ESCAPE("\x7d\x02", "\x7e") } };
static const struct escape escapes_e7 = { .pairs = { ESCAPE("\xe6\x01", "\xe6"), ESCAPE("\xe6\x02", "\xe7"),
                                                     ESCAPE("\x3e\x01", "\x3e"),
                                                     ESCAPE("\x3e\x02", "\x3d") } };

struct frame {
    struct cursor raw;   /* as it came */
    struct cursor plain; /* unescaped, with its delimiters */
    bool is_exact;       /* it ends where its attributes tell */
    bool is_checked;
    size_t told;    /* how long they tell that it is, unescaped */
    bool is_sequel; /* a later part of a message in several: its body begins anywhere */
    uint16_t type, attributes, serial;
    uint8_t version;
    struct cursor id, body;
};

/* What terminals send. */
struct kind {
    uint16_t type;
    bool is_answered; /* with 8001 */
    const char *name;
};
static const struct kind kinds[] = {
    { 0x0001, false, "reply" },        { 0x0002, true, "heartbeat" },     { 0x0003, true, "logout" },
    { 0x0004, false, "time request" }, { 0x0005, false, "status" },       { 0x0100, false, "login" },
    { 0x0102, true, "login" },         { 0x0104, false, "reply" },        { 0x0107, true, "information" },
    { 0x0108, false, "reply" },        { 0x0109, false, "time request" }, { 0x0200, true, "position" },
    { 0x0201, false, "reply" },        { 0x0210, true, "position" },      { 0x0301, false, "status" },
    { 0x0302, false, "reply" },        { 0x0303, false, "status" },       { 0x0500, false, "reply" },
    { 0x0506, true, "heartbeat" },     { 0x0608, false, "reply" },        { 0x0700, false, "reply" },
    { 0x0701, false, "reply" },        { 0x0702, false, "driver" },       { 0x0704, true, "position" },
    { 0x0705, false, "status" },       { 0x0800, false, "photo" },        { 0x0801, false, "photo" },
    { 0x0802, false, "reply" },        { 0x0805, false, "reply" },        { 0x0900, true, "status" },
    { 0x0901, false, "status" },       { 0x0a00, false, "information" },  { 0x1003, false, "reply" },
    { 0x1005, false, "status" },       { 0x1007, true, "time request" },  { 0x1205, false, "reply" },
    { 0x1206, false, "reply" },        { 0x1210, false, "alarm" },        { 0x1211, false, "information" },
    { 0x1212, false, "information" },  { 0x1300, false, "reply" },        { 0x2070, false, "status" },
    { 0x5501, false, "position" },     { 0x5502, false, "position" },     { 0x6006, true, "reply" },
    { 0x8888, true, "photo" },
};

static const struct kind *find_kind(uint16_t type)
{
    for (size_t i = 0; i < sizeof(kinds) / sizeof(kinds[0]); i++) {
        if (kinds[i].type == type)
            return &kinds[i];
    }
    return NULL;
}

static const struct escape *escapes_of(struct cursor raw)
{
    return CURSOR_STARTS(raw, "\xe7") ? &escapes_e7 : &escapes_7e;
}

/* Does the byte before `end` check all that stands before it? */
static bool has_check(struct cursor plain, size_t end)
{
    struct cursor checked;
    uint8_t check;
    return end > 2 && cursor_slice(plain, 1, end - 2, &checked) && cursor_u8_at(plain, end - 1, &check) &&
           sum_xor(checked) == check;
}

/* Head and body of a frame that may be cut off; false when not even the head is there. */
static bool open_plain(struct cursor raw, struct cursor plain, struct frame *frame)
{
    *frame = (struct frame){ .raw = raw, .plain = plain };
    struct cursor rest = plain;
    uint8_t delimiter;
    uint64_t serial;
    bool is_wide = plain.left > 0 && cursor_byte(plain, 0) == 0xe7;
    if (!cursor_u8(&rest, &delimiter) || !cursor_be16(&rest, &frame->type) ||
        !cursor_be16(&rest, &frame->attributes))
        return false;
    bool has_version = !is_wide && (frame->attributes & VERSIONED);
    bool is_short = frame->type == 0x5501 || frame->type == 0x5502;
    if ((has_version && !cursor_u8(&rest, &frame->version)) ||
        !cursor_take(&rest,
                     is_wide       ? 7
                     : has_version ? 10
                                   : 6,
                     &frame->id) ||
        !cursor_be(&rest, is_short ? 1 : 2, &serial))
        return false;
    frame->serial = (uint16_t)serial;
    frame->told = plain.left - rest.left + (frame->attributes & 0x3ffu) + 2;
    uint16_t number;
    if ((frame->attributes & SUBPACKAGED) && plain.left == frame->told + 4 &&
        cursor_be16_at(rest, 2, &number) && cursor_skip(&rest, 4)) {
        frame->told += 4;
        frame->is_sequel = number > 1;
    }
    bool has_end = cursor_byte(plain, plain.left - 1) == delimiter;
    if (has_end && rest.left < 2)
        return false;
    frame->is_exact = has_end && plain.left == frame->told;
    frame->is_checked = has_check(plain, plain.left - has_end);
    frame->body = cursor_part(rest, 0, rest.left - (has_end ? 2 : 0));
    return true;
}

/* A frame as it came. Some are logged, or sent, without escapes: length and check are right as they are. */
static bool open_frame(struct cursor raw, uint8_t memory[static LONGEST], struct frame *frame)
{
    struct frame bare;
    bool is_open = open_plain(raw, unescape(raw, escapes_of(raw), memory, LONGEST), frame);
    if (is_open && frame->is_exact && frame->is_checked)
        return true;
    if (open_plain(raw, raw, &bare) && bare.is_exact && (bare.is_checked || !frame->is_exact)) {
        *frame = bare;
        return true;
    }
    return is_open;
}

/* Does the body of a 0200 carry a date where one belongs? */
static bool has_date(const struct frame *frame)
{
    struct cursor body = frame->body;
    int64_t time;
    return frame->type == 0x0200 && cursor_skip(&body, 22) && reading_take_bcd_time(&body, "ymdhis", &time);
}

/* Nothing more will come, and the end is not there. */
static enum claim judge_cut(struct cursor raw)
{
    uint8_t memory[LONGEST];
    struct frame frame;
    if (!open_frame(raw, memory, &frame))
        return raw.left >= 5 && find_kind(frame.type) ? CLAIM_POSSIBLE : CLAIM_NO;
    if (frame.plain.left >= frame.told + 4)
        return CLAIM_NO;
    bool lacks_delimiter = frame.plain.left + 1 == frame.told && frame.is_checked;
    if (find_kind(frame.type))
        return lacks_delimiter || has_date(&frame) ? CLAIM_LIKELY : CLAIM_POSSIBLE;
    return lacks_delimiter && bcd_ok(frame.id) ? CLAIM_POSSIBLE : CLAIM_NO;
}

/* Length and check are right. Of eighteen bits chance makes that, too, where many are tried: type, id and the bits for
 * encryption, which nobody uses, must be like those that are sent. */
static enum claim judge_proven(const struct frame *frame)
{
    enum { TYPES_END = 0x2000, ENCRYPTED = 0x1c00 };
    if (find_kind(frame->type) || bcd_ok(frame->id))
        return CLAIM_CERTAIN;
    return frame->type < TYPES_END && !(frame->attributes & ENCRYPTED) && cursor_byte(frame->id, 0) < 0x80
               ? CLAIM_LIKELY
               : CLAIM_POSSIBLE;
}

/* A frame without escapes may hold its delimiter: it ends where it tells. */
static enum claim match_bare(const struct message *message, size_t *length)
{
    struct frame frame;
    struct cursor bytes = message->bytes, raw;
    if (!open_plain(bytes, bytes, &frame) || frame.told > LONGEST ||
        !cursor_slice(bytes, 0, frame.told, &raw) || !open_plain(raw, raw, &frame) || !frame.is_exact)
        return CLAIM_NO;
    bool is_all = message->complete && raw.left == bytes.left && find_kind(frame.type);
    if (!frame.is_checked && !is_all)
        return CLAIM_NO;
    *length = raw.left;
    return frame.is_checked ? judge_proven(&frame) : CLAIM_LIKELY;
}

static enum claim match_binary(const struct message *message, size_t *length)
{
    struct cursor bytes = message->bytes, rest = bytes;
    uint8_t memory[LONGEST], delimiter;
    struct frame frame;
    size_t end;
    *length = bytes.left;
    if (!cursor_u8(&rest, &delimiter) || (rest.left > 0 && cursor_byte(rest, 0) == delimiter))
        return CLAIM_NO;
    if (rest.left > LONGEST - 1)
        rest.left = LONGEST - 1;
    if (!cursor_find(rest, delimiter, &end)) {
        if (bytes.left >= LONGEST)
            return CLAIM_NO;
        return message->complete ? judge_cut(bytes) : CLAIM_MORE;
    }
    *length = end + 2;
    bool is_open = open_frame(cursor_part(bytes, 0, *length), memory, &frame);
    if (is_open && frame.is_exact && frame.is_checked)
        return judge_proven(&frame);
    enum claim bare = match_bare(message, length);
    if (bare != CLAIM_NO || !is_open)
        return bare;
    bool is_known = find_kind(frame.type) != NULL;
    if (frame.is_exact)
        return is_known || bcd_ok(frame.id) ? CLAIM_LIKELY : CLAIM_POSSIBLE;
    /* some terminals count wrong, and posted messages are cut by hand */
    if (is_known)
        return bcd_ok(frame.id) ? CLAIM_LIKELY : CLAIM_POSSIBLE;
    return frame.is_checked && frame.type < FROM_SERVER ? CLAIM_POSSIBLE : CLAIM_NO;
}

/* "(<digits>,<n>,<nnn>,<word>": where the word stands; false: it is no such text, or not yet. */
static bool open_text(struct cursor text, struct cursor *id, struct cursor *word)
{
    struct cursor skipped;
    size_t end = 0;
    if (!cursor_take(&text, 1, &skipped) || !cursor_digits(&text, 6, 20, id) ||
        !cursor_take(&text, 1, &skipped) || !cursor_is(skipped, ",") || !cursor_until(&text, ',', &skipped) ||
        cursor_count_digits(skipped) != skipped.left || !cursor_until(&text, ',', &skipped) ||
        cursor_count_digits(skipped) != skipped.left)
        return false;
    while (end < text.left && cursor_byte(text, end) != ',' && cursor_byte(text, end) != ')')
        end++;
    return cursor_take(&text, end, word) && end > 0;
}

static enum claim match_text(const struct message *message, size_t *length)
{
    struct cursor bytes = message->bytes, id, word;
    if (bytes.left > 1 && (cursor_byte(bytes, 1) < '0' || cursor_byte(bytes, 1) > '9'))
        return CLAIM_NO;
    enum framed framed = frame_by_bytes(bytes, message->complete, ")", TEXT_MAX, length);
    if (claim_framed(framed) < CLAIM_POSSIBLE)
        return claim_framed(framed);
    bytes.left = *length;
    if (!open_text(bytes, &id, &word))
        return CLAIM_NO;
    /* other words are those of jt600, whose locks speak in the same way */
    return cursor_is(word, "ELOCK") || cursor_is(word, "BASE") ? CLAIM_LIKELY : CLAIM_POSSIBLE;
}

static enum claim match(const struct message *message, size_t *length)
{
    return cursor_byte(message->bytes, 0) == '(' ? match_text(message, length)
                                                 : match_binary(message, length);
}

/* The full unique id: the digits, or the IMEI that a binary terminal id holds without its check digit. */
static struct cursor id_text(struct cursor id, char out[static ID_TEXT])
{
    uint64_t number;
    if (bcd_ok(id) || !cursor_be(&id, 6, &number)) {
        bcd_copy_text(id, out, ID_TEXT);
        return cursor_of_text(out);
    }
    struct buffer text = buffer_on(out, ID_TEXT);
    buffer_printf(&text, "%llu", (unsigned long long)number);
    buffer_put_u8(&text, '0' + luhn_digit(buffer_cursor(&text)));
    return buffer_cursor(&text);
}

static void read_device(const struct frame *frame, struct reading *reading)
{
    char digits[ID_TEXT];
    struct cursor text = id_text(frame->id, digits);
    while (text.left > 1 && cursor_byte(text, 0) == '0')
        text = cursor_part(text, 1, text.left - 1);
    reading_device(reading, text);
    reading_mark_value(reading, "device", frame->id, "%s", reading->device);
}

static void mark_check(const struct frame *frame, struct reading *reading)
{
    struct cursor field, checked = frame->plain;
    bool has_end = checked.left > 0 && cursor_byte(checked, checked.left - 1) == cursor_byte(checked, 0);
    checked.left -= has_end;
    if (cursor_slice(checked, checked.left - 1, 1, &field) &&
        cursor_slice(checked, 1, checked.left - 2, &checked))
        reading_mark_check(reading, field, frame->is_checked, sum_xor(checked));
}

/* Status, latitude and longitude; moves behind them. */
static bool take_status(struct cursor *c, struct fix *fix, struct reading *reading)
{
    struct cursor start = *c;
    uint32_t status, lat, lon;
    if (!cursor_be32(c, &status) || !cursor_be32(c, &lat) || !cursor_be32(c, &lon))
        return false;
    fix->valid = (status & 2) != 0;
    fix->lat = lat / 1e6 * (status & 4 ? -1 : 1);
    fix->lon = lon / 1e6 * (status & 8 ? -1 : 1);
    reading_mark_fix(reading, cursor_part(start, 0, 4), fix->valid);
    reading_mark_place(reading, cursor_part(start, 4, 4), fix->lat, cursor_part(start, 8, 4), fix->lon);
    return true;
}

/* A time that stands before or behind the place. */
static void take_time(struct cursor c, struct fix *fix, struct reading *reading)
{
    struct cursor field = c;
    fix->has_time = reading_carry_bcd_time(&c, "ymdhis", &fix->time);
    fix->time -= EAST_OF_UTC;
    if (fix->has_time)
        reading_mark_time(reading, cursor_part(field, 0, 6), fix->time);
}

/* A place as 0200 carries it. `lead` bytes stand before the status. */
static void read_place(struct cursor body, size_t lead, struct reading *reading)
{
    struct fix fix = { 0 };
    if (!cursor_skip(&body, lead) || !take_status(&body, &fix, reading) || !cursor_skip(&body, 6))
        return;
    take_time(body, &fix, reading);
    reading_fix(reading, &fix);
}

/* 0704: count and type, then places with a length of two bytes. 0210: with one of one byte and no head. */
static void read_batch(const struct frame *frame, struct reading *reading)
{
    struct cursor rest = frame->body, place;
    uint64_t size;
    size_t width = frame->type == 0x0210 ? 1 : 2;
    if (width == 2 && !cursor_skip(&rest, 3))
        return;
    while (cursor_be(&rest, width, &size) && rest.left > 0) {
        if (!cursor_take(&rest, (size_t)size, &place) && !cursor_take(&rest, rest.left, &place))
            return;
        if (place.left >= PLACE)
            read_place(place, 4, reading);
    }
}

/* 5501 and 5502: all in BCD and in UTC; the flags are the nibble behind the longitude's nine digits. */
static void read_short(const struct frame *frame, struct reading *reading)
{
    struct cursor date, lat, lon;
    uint64_t lat_number, lon_number;
    if (!cursor_slice(frame->body, 0, 6, &date) || !cursor_slice(frame->body, 6, 4, &lat) ||
        !cursor_slice(frame->body, 10, 5, &lon) || !bcd_number(lat, &lat_number) ||
        !bcd_number(cursor_part(lon, 0, 4), &lon_number) || cursor_byte(lon, 4) >> 4 > 9)
        return;
    struct cursor when = date;
    struct fix fix = { .valid = frame->type == 0x5501 };
    fix.has_time = reading_carry_bcd_time(&when, "dmyhis", &fix.time);
    lon_number = lon_number * 10 + (cursor_byte(lon, 4) >> 4);
    fix.lat = nmea_degrees_of(lat_number);
    fix.lon = nmea_degrees_of(lon_number);
    if (!(cursor_byte(lon, 4) & 2))
        fix.lat = -fix.lat;
    if (!(cursor_byte(lon, 4) & 4))
        fix.lon = -fix.lon;
    if (fix.has_time)
        reading_mark_time(reading, date, fix.time);
    reading_mark_place(reading, lat, fix.lat, lon, fix.lon);
    reading_fix(reading, &fix);
}

/* 0900: the first byte says whose data it is. */
static void read_transparent(const struct frame *frame, struct reading *reading)
{
    struct cursor body = frame->body, rest = body;
    struct fix fix = { 0 };
    uint8_t kind, part;
    uint32_t lat, lon;
    if (!cursor_u8(&rest, &kind))
        return;
    if (kind == 0x53 || kind == 0x54) {
        read_place(body, 1, reading);
    } else if (kind == 0xff) {
        if (!cursor_be32_at(body, 7, &lat) || !cursor_be32_at(body, 11, &lon))
            return;
        fix = (struct fix){ .valid = true, .lat = signed32(lat) / 1e6, .lon = signed32(lon) / 1e6 };
        take_time(rest, &fix, reading);
        reading_mark_place(reading, cursor_part(body, 7, 4), fix.lat, cursor_part(body, 11, 4), fix.lon);
        reading_fix(reading, &fix);
    } else if (kind == 0xf0 && cursor_u8_at(body, 9, &part) && part >= 1 && part <= 3 && body.left >= 22) {
        take_time(rest, &fix, reading);
        rest = cursor_part(body, body.left - 12, 12);
        if (take_status(&rest, &fix, reading))
            reading_fix(reading, &fix);
    }
}

static void read_text(struct cursor text, struct reading *reading)
{
    struct cursor id, word;
    reading->type = "reply";
    if (open_text(text, &id, &word)) {
        reading_device(reading, id);
        reading_mark(reading, "type", word);
        if (cursor_is(word, "BASE"))
            reading->type = "time request";
    }
}

static void read_binary(struct cursor raw, struct reading *reading)
{
    uint8_t memory[LONGEST];
    struct frame frame;
    if (!open_frame(raw, memory, &frame))
        return;
    const struct kind *kind = find_kind(frame.type);
    reading->type = kind ? kind->name : frame.type >= FROM_SERVER ? "command" : "status";
    reading_unescaped(reading, raw, frame.plain, escapes_of(raw));
    read_device(&frame, reading);
    mark_check(&frame, reading);
    switch (frame.is_sequel ? 0 : frame.type) {
    case 0x0200:
        if (frame.body.left >= PLACE)
            read_place(frame.body, 4, reading);
        break;
    case 0x0210:
        if (frame.body.left == 7) {
            reading->type = "status"; /* of the battery */
            break;
        }
        read_batch(&frame, reading);
        break;
    case 0x0704:
        read_batch(&frame, reading);
        break;
    case 0x0900:
        read_transparent(&frame, reading);
        break;
    case 0x5501:
    case 0x5502:
        read_short(&frame, reading);
        break;
    default:
        break;
    }
    if (reading->location >= LOCATION_INVALID)
        reading->type = "position";
    reading_mark_value(reading, "type", cursor_part(frame.plain, 1, 2), "%s", reading->type);
}

static void read(const struct message *message, struct reading *reading)
{
    if (cursor_byte(message->bytes, 0) == '(')
        read_text(message->bytes, reading);
    else
        read_binary(message->bytes, reading);
    reading_no_location(reading);
}

static void put_frame(struct buffer *reply, const struct frame *frame, unsigned type, struct cursor body)
{
    uint8_t memory[96], delimiter = cursor_byte(frame->raw, 0);
    struct buffer plain = buffer_on(memory, sizeof(memory));
    bool has_version = frame->id.left == 10;
    buffer_put_be(&plain, 2, type);
    buffer_put_be(&plain, 2, body.left | (has_version ? VERSIONED : 0));
    if (has_version)
        buffer_put_u8(&plain, frame->version);
    buffer_put_cursor(&plain, frame->id);
    buffer_put_be(&plain, type == 0x4401 ? 1 : 2, type == 0x4401);
    buffer_put_cursor(&plain, body);
    buffer_put_u8(&plain, sum_xor(buffer_cursor(&plain)));
    if (plain.full)
        return;
    buffer_put_u8(reply, delimiter);
    escape_put(reply, escapes_of(frame->raw), buffer_cursor(&plain));
    buffer_put_u8(reply, delimiter);
}

/* A lock asks for the time: its own text with the time in it. */
static void answer_text(struct cursor text, int64_t seconds, struct buffer *reply)
{
    struct calendar now = calendar_from_unix(seconds);
    struct cursor before, word;
    size_t at;
    /* with the time in place of the word it is an answer */
    if (!cursor_find_text(text, "BASE,2", &at) || !cursor_find_text(text, "TIME", &at))
        return;
    while (cursor_find_text(text, "TIME", &at) && cursor_take(&text, at, &before) &&
           cursor_take(&text, 4, &word)) {
        buffer_put_cursor(reply, before);
        buffer_printf(reply, "%04u%02u%02u%02u%02u%02u", now.year, now.month, now.day, now.hour, now.minute,
                      now.second);
    }
    buffer_put_cursor(reply, text);
}

static void answer(const struct message *message, const struct asker *asker, struct buffer *reply)
{
    uint8_t memory[LONGEST], content[64];
    struct buffer body = buffer_on(content, sizeof(content));
    struct frame frame;
    char digits[ID_TEXT];
    if (cursor_byte(message->bytes, 0) == '(') {
        answer_text(message->bytes, asker->now, reply);
        return;
    }
    if (!open_frame(message->bytes, memory, &frame))
        return;
    const struct kind *kind = find_kind(frame.type);
    if (frame.type == 0x0100) {
        buffer_put_be(&body, 2, frame.serial);
        buffer_put_u8(&body, 0);
        buffer_put_cursor(&body, id_text(frame.id, digits));
        put_frame(reply, &frame, 0x8100, buffer_cursor(&body));
    } else if (frame.type == 0x0109) {
        struct calendar now = calendar_from_unix(asker->now);
        unsigned parts[] = { now.month, now.day, now.hour, now.minute, now.second, 0 };
        buffer_put_be(&body, 2, now.year);
        for (size_t i = 0; i < sizeof(parts) / sizeof(parts[0]); i++)
            buffer_put_u8(&body, parts[i]);
        put_frame(reply, &frame, 0x8109, buffer_cursor(&body));
    } else if (frame.type == 0x5501 || frame.type == 0x5502) {
        buffer_put_be(&body, 2, frame.type);
        buffer_put_u8(&body, 0);
        if (frame.attributes & WANTS_ANSWER)
            put_frame(reply, &frame, 0x4401, buffer_cursor(&body));
    } else if (kind && kind->is_answered) {
        buffer_put_be(&body, 2, frame.serial);
        buffer_put_be(&body, 2, frame.type);
        buffer_put_u8(&body, 0);
        put_frame(reply, &frame, 0x8001, buffer_cursor(&body));
    }
}

static const struct sample samples[] = {
    { .hex = "7e0100002b1234567890120001000b00664d414b45524d4f44454c2d310000000000000000000000000041303030303"
             "0310141422d313233907e",
      .claim = CLAIM_CERTAIN,
      .type = "login",
      .device = "123456789012",
      .location = LOCATION_NONE,
      .answer = "7e8100000f1234567890120000000100313233343536373839303132077e" },
    { .hex = "7e0102402701000001234567890123450002036b6579313233343536373839303132333435312e30000000000000000"
             "0000000000000000000e27e",
      .claim = CLAIM_CERTAIN,
      .type = "login",
      .device = "123456789012345",
      .location = LOCATION_NONE,
      .answer = "7e800140050100000123456789012345000000020102002a7e" },
    { .hex = "7e000200000b3a73ce2ff20003507e",
      .claim = CLAIM_CERTAIN,
      .type = "heartbeat",
      .device = "123456789012347",
      .location = LOCATION_NONE,
      .answer = "7e800100050b3a73ce2ff200000003000200d47e" },
    { .hex = "7e02000022123456789012007d02000000000000000202d4f1f001234a50007801c7005a26020116091030011c31010"
             "9e37e",
      .claim = CLAIM_CERTAIN,
      .type = "position",
      .device = "123456789012",
      SAMPLE_VALID,
      .answer = "7e800100051234567890120000007d02020000727e" },
    { .hex = "7e0200001c0123456789010004000000000000000c01fe681004362fa0007801c7005a2602011609106a7e",
      .claim = CLAIM_CERTAIN,
      .type = "position",
      .device = "12345678901",
      SAMPLE_INVALID,
      .answer = "7e80010005012345678901000000040200000a7e" },
    { .hex = "7e070400451234567890120005000201001c000000000000000c01fe681004362fa0007801c7005a260201160900002"
             "2000000000000000202d4f1f001234a50007801c7005a26020116091030011c3101092b7e",
      .claim = CLAIM_CERTAIN,
      .type = "position",
      .device = "123456789012",
      SAMPLE_VALID,
      .answer = "7e8001000512345678901200000005070400087e" },
    { .hex = "7e0704201b1234567890120008000200020202d4f1f001234a50007801c7005a26020116091030011c3101098d7e",
      .claim = CLAIM_CERTAIN,
      .type = "position",
      .device = "123456789012",
      .location = LOCATION_NONE,
      .answer = "7e8001000512345678901200000008070400057e" },
    { .hex = "7e02100023123456789012000622000000000000000202d4f1f001234a50007801c7005a26020116091030011c31010"
             "9a87e",
      .claim = CLAIM_CERTAIN,
      .type = "position",
      .device = "123456789012",
      SAMPLE_VALID,
      .answer = "7e80010005123456789012000000060210001a7e" },
    { .hex = "7e0210000712345678901200074f260201160910fd7e",
      .claim = CLAIM_CERTAIN,
      .type = "status",
      .device = "123456789012",
      .location = LOCATION_NONE,
      .answer = "7e80010005123456789012000000070210001b7e" },
    { .hex = "7e55018023123456789012080102260809104730600001905400072d2d1f0900000064580000123400560100000000c"
             "f7e",
      .claim = CLAIM_CERTAIN,
      .type = "position",
      .device = "123456789012",
      SAMPLE_VALID,
      .answer = "7e4401000312345678901201550100997e" },
    { .hex = "7e550200231234567890120901022608091033270000070396000000001f09000000645800001234005601000000001"
             "e7e",
      .claim = CLAIM_CERTAIN,
      .type = "position",
      .device = "123456789012",
      SAMPLE_INVALID },
    { .hex = "7e0900001c123456789012000af026020116091000010101000702002a0000000202d4f1f001234a508c7e",
      .claim = CLAIM_CERTAIN,
      .type = "position",
      .device = "123456789012",
      SAMPLE_VALID,
      .answer = "7e800100051234567890120000000a0900000d7e" },
    { .hex = "7e09000015123456789012000bff260201160910fe0197f0fbc9d060000a0032005a307e",
      .claim = CLAIM_CERTAIN,
      .type = "position",
      .device = "123456789012",
      .location = LOCATION_VALID,
      .lat = -33.45,
      .lon = -70.66,
      .time = "2026-02-01T08:09:10Z",
      .answer = "7e800100051234567890120000000b0900000c7e" },
    { .hex = "7e0900001a123456789012000c530000000202d4f1f001234a50007801c7005a26020116091000e57e",
      .claim = CLAIM_CERTAIN,
      .type = "position",
      .device = "123456789012",
      SAMPLE_VALID,
      .answer = "7e800100051234567890120000000c0900000b7e" },
    { .hex = "7e01090000123456789012000d8f7e",
      .claim = CLAIM_CERTAIN,
      .type = "time request",
      .device = "123456789012",
      .location = LOCATION_NONE,
      .answer = "~7e81090008123456789012000000000000000000000a7e" },
    { .hex = "e70200001c001234567890123e02e602000000000000000202d4f1f001234a50007801c7005a2602011609106de7",
      .claim = CLAIM_CERTAIN,
      .type = "position",
      .device = "123456789012",
      SAMPLE_VALID,
      .answer = "e7800100050012345678901200003e02e602020000d6e7" },
    { .hex = "7e0200001c123456789012000e000000000000000202d4f1f001234a50007801c7005a260201160910ec7e",
      .claim = CLAIM_LIKELY,
      .type = "position",
      .device = "123456789012",
      SAMPLE_VALID,
      .answer = "7e800100051234567890120000000e020000027e" },
    { .text = "(123456789012,1,001,ELOCK,3,123456)",
      .claim = CLAIM_LIKELY,
      .type = "reply",
      .device = "123456789012",
      .location = LOCATION_NONE },
    { .text = "(123456789012,1,001,BASE,2,TIME)",
      .claim = CLAIM_LIKELY,
      .type = "time request",
      .device = "123456789012",
      .location = LOCATION_NONE,
      .answer = "~=(123456789012,1,001,BASE,2,20260101090000)" },
    { .hex = "7e0200001c1234567890127e7d000000000000000202d4f1f001234a50007801c7005a260201160910b47e",
      .whole = true,
      .claim = CLAIM_CERTAIN,
      .type = "position",
      .device = "123456789012",
      SAMPLE_VALID,
      .answer = "7e8001000512345678901200007d027d010200000f7e" },
    { .hex = "7e0200001c123456789012000f000000000000000a026d2f7004694d90007801c7005a260201160910df7e",
      .claim = CLAIM_CERTAIN,
      .type = "position",
      .device = "123456789012",
      SAMPLE_NORTH_WEST,
      .answer = "7e800100051234567890120000000f020000037e" },
    { .hex = "7e55010023123456789012100102260809104042600007400600022d2d1f0900000064580000123400560100000000a"
             "37e",
      .claim = CLAIM_CERTAIN,
      .type = "position",
      .device = "123456789012",
      SAMPLE_NORTH_WEST },
    { 0 }
};

const struct protocol protocol_jt808 = {
    .name = "jt808",
    .alias = "huabao",
    .port = 5015,
    .transports = OVER_TCP,
    .heads = HEADS(HEAD("\x7e"), HEAD("\xe7"), HEAD("(")),
    .match = match,
    .read = read,
    .answer = answer,
    .samples = samples,
};
