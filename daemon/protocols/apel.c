/* SPDX-License-Identifier: Apache-2.0 */
/*
 * apel: APEL T104, T100 and relatives. Binary, little endian, TCP. No head.
 *
 *   type 2 (highest bit: alarm) | length L 2 | content L | CRC-32 of all before, 4      total = L + 8
 *   12 login: 4 | text, id as text, each with its length 2      11 login by number: Traccar does not know it
 *   101 point: time 4 | lat 4 | lon 4 (180 degrees are 7fffffff) | speed 2, ffff no fix | course 2 | altitude 2
 *   92 state: time, lat, lon the same | speed 1, ff no fix | 43 more
 *   131 log: number 2, then n 4, type 2, size 2, the content of that type each
 *   111 to 113, 121, 141, 150, 20, 31: no place
 *   progress has the same frame. The server says a0 to an alarm, and asks for the log (78) behind a place.
 */
#include "protocol/counted_frame.h"

enum { NOTHING = 0, NUMBER = 11, LOGIN = 12, STATE = 92, POINT = 101, LOG = 131, ALARM_FLAG = 0x8000 };
enum { ALARM_TAKEN = 160, ASK_LOG = 120 };
enum { POINT_SIZE = 18, STATE_SIZE = 56, SPEED_AT = 12 };

static unsigned type_of(struct cursor bytes)
{
    return counted_type(bytes) & ~(unsigned)ALARM_FLAG;
}

static bool is_alarm(struct cursor bytes)
{
    return bytes.left > 1 && cursor_byte(bytes, 1) & 0x80;
}

static bool find_id(struct cursor content, struct cursor *id)
{
    struct cursor name;
    return cursor_skip(&content, 4) && counted_take_text(&content, &name) &&
           counted_take_text(&content, id) && id->left > 0;
}

/* A place of 92 or 101; false when it is none. */
static bool take_fix(unsigned type, struct cursor place, struct fix *fix)
{
    struct cursor rest = place, lat, lon, time;
    if (place.left < (type == POINT ? POINT_SIZE : STATE_SIZE) || !cursor_take(&rest, 4, &time) ||
        !cursor_take(&rest, 4, &lat) || !cursor_take(&rest, 4, &lon))
        return false;
    bool is_sentinel =
        cursor_byte(place, SPEED_AT) == 0xff && (type == STATE || cursor_byte(place, SPEED_AT + 1) == 0xff);
    *fix = (struct fix){ .valid = !is_sentinel, .has_time = true, .time = (int64_t)cursor_le_of(time) };
    fix->lat = (double)signed_of(cursor_le_of(lat), 32) * 180 / INT32_MAX;
    fix->lon = (double)signed_of(cursor_le_of(lon), 32) * 180 / INT32_MAX;
    return true;
}

static bool has_place(unsigned type)
{
    return type == POINT || type == STATE;
}

/* The next record of a log. */
static bool next_record(struct cursor *c, unsigned *type, struct cursor *place)
{
    uint16_t kind, size;
    if (!cursor_skip(c, 4) || !cursor_le16(c, &kind) || !cursor_le16(c, &size) ||
        !cursor_take(c, size, place))
        return false;
    *type = kind;
    return true;
}

/* Does the content speak for itself, where the CRC does not? */
static bool is_plausible(struct cursor bytes)
{
    struct cursor content = counted_content(bytes), id;
    struct fix fix;
    unsigned type = type_of(bytes);
    if (type == LOGIN)
        return find_id(content, &id);
    if (type == LOG && (!cursor_skip(&content, 2) || !next_record(&content, &type, &content)))
        return false;
    return has_place(type) && take_fix(type, content, &fix) && calendar_is_recent(fix.time) &&
           fix_is_on_earth(&fix) && (fix.lat != 0 || fix.lon != 0);
}

static enum claim match(const struct message *message, size_t *length)
{
    bool is_point = type_of(message->bytes) == POINT;
    /* progress's log */
    if (is_point && message->bytes.left > 2 && cursor_byte(message->bytes, 2) != POINT_SIZE)
        return CLAIM_NO;
    enum claim claim = binary_match(&counted_frame, message, length);
    /* progress has it, too */
    if (claim == CLAIM_CERTAIN && type_of(message->bytes) == NOTHING)
        return CLAIM_LIKELY;
    if (claim == CLAIM_CERTAIN || claim < CLAIM_POSSIBLE)
        return claim;
    return is_plausible(cursor_part(message->bytes, 0, *length)) ? claim : CLAIM_NO;
}

static void read_place(unsigned type, struct cursor place, struct reading *reading)
{
    struct fix fix;
    if (!has_place(type) || !take_fix(type, place, &fix))
        return;
    reading_mark_time(reading, cursor_part(place, 0, 4), fix.time);
    reading_mark_place(reading, cursor_part(place, 4, 4), fix.lat, cursor_part(place, 8, 4), fix.lon);
    reading_mark_fix(reading, cursor_part(place, SPEED_AT, type == POINT ? 2 : 1), fix.valid);
    reading_fix(reading, &fix);
}

static void read(const struct message *message, struct reading *reading)
{
    struct cursor bytes = message->bytes, content = counted_content(bytes), id, place;
    unsigned type = type_of(bytes), kind;
    uint16_t count;
    reading->type = type == LOGIN || type == NUMBER  ? "login"
                    : is_alarm(bytes)                ? "alarm"
                    : has_place(type) || type == LOG ? "position"
                                                     : "status";
    binary_mark(&counted_frame, reading);
    if (type == LOGIN && find_id(content, &id))
        reading_device(reading, id);
    else if (type == LOG && cursor_le16(&content, &count))
        for (; count > 0 && next_record(&content, &kind, &place); count--)
            read_place(kind, place, reading);
    else
        read_place(type, content, reading);
    reading_no_location(reading);
}

static void put_order(unsigned type, struct buffer *reply)
{
    size_t start = reply->length;
    buffer_put_le(reply, 2, type);
    buffer_put_le(reply, 2, 0);
    binary_put_end(&counted_frame, reply, start);
}

static void answer(const struct message *message, const struct asker *asker, struct buffer *reply)
{
    (void)asker;
    if (is_alarm(message->bytes))
        put_order(ALARM_TAKEN, reply);
    if (has_place(type_of(message->bytes)))
        put_order(ASK_LOG, reply);
}

static const struct sample samples[] = {
    { .hex = "0c001f00010000000800543130342076616e0f003132333435363738393031323334351b84550a",
      .claim = CLAIM_CERTAIN,
      .type = "login",
      .device = "123456789012345",
      .location = LOCATION_NONE },
    { .hex = "65001200260a7f697aeec8217b3a930de20494117800e2a570e1",
      .claim = CLAIM_CERTAIN,
      .type = "position",
      SAMPLE_VALID,
      .answer = "780000006f57cf8f" },
    { .hex = "65001200260a7f69049d36e854bdc0cdffff94117800ee52989b",
      .claim = CLAIM_CERTAIN,
      .type = "position",
      SAMPLE_INVALID,
      .answer = "780000006f57cf8f" },
    { .hex = "5c803800260a7f698207f31c03e45ecb0c082d007800091401006712000000000000000000000000000000000000000"
             "0000000000000000000000000a5fc4b50",
      .claim = CLAIM_CERTAIN,
      .type = "alarm",
      SAMPLE_NORTH_WEST,
      .answer = "a000000019c62f6c780000006f57cf8f" },
    { .hex = "5c003800260a7f69049d36e854bdc0cdff082d007800091401006712000000000000000000000000000000000000000"
             "0000000000000000000000000615f8869",
      .claim = CLAIM_CERTAIN,
      .type = "position",
      SAMPLE_INVALID,
      .answer = "780000006f57cf8f" },
    { .hex = "830027000200000000006f0003000102030100000065001200260a7f697aeec8217b3a930de20494117800d919a187",
      .claim = CLAIM_CERTAIN,
      .type = "position",
      SAMPLE_VALID },
    { .hex = "790004004d0000002497d224",
      .claim = CLAIM_CERTAIN,
      .type = "status",
      .location = LOCATION_NONE },
    { .hex = "000000001cdf4421", .claim = CLAIM_LIKELY, .type = "status", .location = LOCATION_NONE },
    { 0 }
};

#define TYPE(literal) HEAD(literal "\0"), HEAD(literal "\x80")

const struct protocol protocol_apel = {
    .name = "apel",
    .port = 5041,
    .transports = OVER_TCP,
    .heads = HEADS(TYPE("\0"), TYPE("\x0b"), TYPE("\x0c"), TYPE("\x14"), TYPE("\x1f"), TYPE("\x5c"),
                   TYPE("\x65"), TYPE("\x6f"), TYPE("\x70"), TYPE("\x71"), TYPE("\x79"), TYPE("\x83"),
                   TYPE("\x8d"), TYPE("\x96")),
    .kin = KIN("progress"), /* the empty message of type 0 */
    .match = match,
    .read = read,
    .answer = answer,
    .samples = samples,
};
