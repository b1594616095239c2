/* SPDX-License-Identifier: Apache-2.0 */
/*
 * progress: Progress 7S and relatives (truck trackers). Binary, little endian, TCP. No head.
 *
 *   type 2 | length L 2 | content L | CRC-32 of all before, 4      total = L + 8
 *   1, 2 login: 4 | three texts, each with its length 2: name, IMEI, and what Traccar takes for the id
 *   10 point, 200 alarm: record      101 log: number 2, then kind 2, size 2, record, 4 each
 *   record: n 4 | time 4 | lat 4 | lon 4 (180 degrees are 7fffffff) | speed 4 | course 2 | altitude 2 | satellites | signal |
 *           odometer 4 | flags 8 | bit 0: n 2, n times 2 | bit 1: n 2, n | bit 2: n 2, n      3 satellites are a fix
 *   apel has the same frame. The server says c9 to an alarm.
 */
#include "protocol/counted_frame.h"

enum { NOTHING = 0, LOGIN = 1, LOGIN_2 = 2, POINT = 10, LOG = 101, ALARM = 200, ALARM_TAKEN = 201 };
enum { TEXTS = 3, APEL_POINT = 18, FIX_LEAST = 3 };

/* The third text of a login. */
static bool find_id(struct cursor content, struct cursor *id)
{
    if (!cursor_skip(&content, 4))
        return false;
    for (size_t i = 0; i < TEXTS; i++) {
        if (!counted_take_text(&content, id))
            return false;
    }
    return id->left > 0;
}

struct record {
    struct cursor time, lat, lon, satellites;
};

static bool skip_more(struct cursor *c, size_t width)
{
    uint16_t count;
    return cursor_le16(c, &count) && cursor_skip(c, count * width);
}

static bool take_record(struct cursor *c, struct record *record)
{
    uint64_t flags;
    return cursor_skip(c, 4) && cursor_take(c, 4, &record->time) && cursor_take(c, 4, &record->lat) &&
           cursor_take(c, 4, &record->lon) && cursor_skip(c, 8) && cursor_take(c, 1, &record->satellites) &&
           cursor_skip(c, 5) && cursor_le64(c, &flags) && (!(flags & 1) || skip_more(c, 2)) &&
           (!(flags & 2) || skip_more(c, 1)) && (!(flags & 4) || skip_more(c, 1));
}

/* The next record of a log or the only one. */
static bool next_record(struct cursor *c, unsigned type, struct record *record)
{
    if (type != LOG)
        return take_record(c, record);
    return cursor_skip(c, 4) && take_record(c, record) && (c->left == 0 || cursor_skip(c, COUNTED_CRC));
}

static void take_fix(const struct record *record, struct fix *fix)
{
    *fix = (struct fix){ .valid = cursor_byte(record->satellites, 0) >= FIX_LEAST,
                         .has_time = true,
                         .time = (int64_t)cursor_le_of(record->time) };
    fix->lat = (double)signed_of(cursor_le_of(record->lat), 32) * 180 / INT32_MAX;
    fix->lon = (double)signed_of(cursor_le_of(record->lon), 32) * 180 / INT32_MAX;
}

static bool has_records(unsigned type)
{
    return type == POINT || type == ALARM || type == LOG;
}

/* Does the content speak for itself, where the CRC does not? */
static bool is_plausible(struct cursor bytes)
{
    struct cursor content = counted_content(bytes), id;
    struct record record;
    struct fix fix;
    unsigned type = counted_type(bytes);
    if (type == LOGIN || type == LOGIN_2)
        return find_id(content, &id);
    if (!has_records(type) || (type == LOG && !cursor_skip(&content, 2)) ||
        !next_record(&content, type, &record))
        return false;
    take_fix(&record, &fix);
    return calendar_is_recent(fix.time) && fix_is_on_earth(&fix) && cursor_be_of(record.lat) != 0;
}

static enum claim match(const struct message *message, size_t *length)
{
    /* apel's own point */
    if (counted_type(message->bytes) == LOG && message->bytes.left > 2 &&
        cursor_byte(message->bytes, 2) == APEL_POINT &&
        (message->bytes.left == 3 || cursor_byte(message->bytes, 3) == 0))
        return CLAIM_NO;
    enum claim claim = binary_match(&counted_frame, message, length);
    /* apel has it, too */
    if (claim == CLAIM_CERTAIN && counted_type(message->bytes) == NOTHING)
        return CLAIM_LIKELY;
    if (claim == CLAIM_CERTAIN || claim < CLAIM_POSSIBLE)
        return claim;
    return is_plausible(cursor_part(message->bytes, 0, *length)) ? claim : CLAIM_NO;
}

static void read(const struct message *message, struct reading *reading)
{
    struct cursor bytes = message->bytes, content = counted_content(bytes), id;
    struct record record;
    struct fix fix;
    uint16_t count = 1;
    unsigned type = counted_type(bytes);
    reading->type = type == LOGIN || type == LOGIN_2 ? "login"
                    : type == ALARM                  ? "alarm"
                    : has_records(type)              ? "position"
                                                     : "status";
    binary_mark(&counted_frame, reading);
    if ((type == LOGIN || type == LOGIN_2) && find_id(content, &id))
        reading_device(reading, id);
    if (type == LOG && !cursor_le16(&content, &count))
        return;
    for (; has_records(type) && count > 0 && next_record(&content, type, &record); count--) {
        take_fix(&record, &fix);
        reading_mark_time(reading, record.time, fix.time);
        reading_mark_place(reading, record.lat, fix.lat, record.lon, fix.lon);
        reading_mark_fix(reading, record.satellites, fix.valid);
        reading_fix(reading, &fix);
    }
    reading_no_location(reading);
}

static void answer(const struct message *message, const struct asker *asker, struct buffer *reply)
{
    (void)asker;
    if (counted_type(message->bytes) == ALARM)
        buffer_put_le(reply, 8, ALARM_TAKEN);
}

static const struct sample samples[] = {
    { .hex = "02003a00010000000700747275636b20370f003132333435363738393031323334350f0032313633303030303030303"
             "030303100000000000000000000002dda96df",
      .claim = CLAIM_CERTAIN,
      .type = "login",
      .device = "216300000000001",
      .location = LOCATION_NONE },
    { .hex = "0a0035004d000000260a7f697aeec8217b3a930de20400009411e02e091467120000070000000000000002000100020"
             "0030063616e02000102198e319f",
      .claim = CLAIM_CERTAIN,
      .type = "position",
      SAMPLE_VALID },
    { .hex = "c80026004d000000260a7f69049d36e854bdc0cde20400009411e02e02146712000000000000000000003958529e",
      .claim = CLAIM_CERTAIN,
      .type = "alarm",
      SAMPLE_INVALID,
      .answer = "c900000000000000" },
    { .hex = "65005e0002000a0026004d000000260a7f698207f31c03e45ecbe20400009411e02e081467120000000000000000000"
             "026690f5e0a0026004d000000260a7f698207f31c03e45ecbe20400009411e02e091467120000000000000000000050"
             "8800c3f9ff3501",
      .claim = CLAIM_CERTAIN,
      .type = "position",
      SAMPLE_NORTH_WEST },
    { .hex = "6600070073746172746564fac97d9e",
      .claim = CLAIM_CERTAIN,
      .type = "status",
      .location = LOCATION_NONE },
    { .hex = "000000001cdf4421", .claim = CLAIM_LIKELY, .type = "status", .location = LOCATION_NONE },
    { 0 }
};

const struct protocol protocol_progress = {
    .name = "progress",
    .port = 5012,
    .transports = OVER_TCP,
    .heads = HEADS(HEAD("\0\0"), HEAD("\x01\0"), HEAD("\x02\0"), HEAD("\x0a\0"), HEAD("\x64\0"),
                   HEAD("\x65\0"), HEAD("\x66\0"), HEAD("\xc8\0"), HEAD("\xc9\0")),
    .match = match,
    .read = read,
    .answer = answer,
    .samples = samples,
};
