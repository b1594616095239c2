/* SPDX-License-Identifier: Apache-2.0 */
/*
 * huasheng: HuaSheng OBD trackers, HS 3000G and others. Binary, big endian, TCP.
 *
 *   c0 | flag | 00 | L 2 | type 2 | check 2 (unused) | index 4 | content … | c0      db dc is c0, db dd is db; total unescaped = L + 2
 *   aa 02 login: items   aa 00 position   aa 12 fault codes   00 02 request
 *   item: number 2 | length 2 (itself too) | content; 3 the IMEI
 *   position: status 2 (bit 15 fix) | event 2 | yymmddhhmmss 12 | lon 4 | lat 4 (1e-5 degree) | speed 2 | course 2 | … | items
 *   Answers: types ff 03 (login), ff 01 (position), 00 03 (request). omnicomm begins and escapes in the same way.
 */
#include "protocol/stuffed_frame.h"

enum {
    LOGIN = 0xaa02,
    POSITION = 0xaa00,
    FAULTS = 0xaa12,
    REQUEST = 0x0002,
    ITEM_IMEI = 3,
    FLAGS_END = 2, /* those that are known */
    STATUS_FIX = 0x80
};
enum {
    LENGTH_AT = 2,
    TYPE_AT = 4,
    INDEX_AT = 8,
    CONTENT_AT = 12,
    DATE_AT = 16,
    DATE = 12,
    LON_AT = 28,
    LAT_AT = 32
};
enum { POSITION_SIZE = 44 };

static const struct escape escape = { .pairs = { ESCAPE("\xdb\xdc", "\xc0"), ESCAPE("\xdb\xdd", "\xdb") } };
static const struct stuffed_frame frame = {
    .start = "\xc0", .end = "\xc0", .start_size = 1, .end_size = 1, .escape = &escape, .shortest = CONTENT_AT
};

static const struct {
    uint16_t type;
    const char *name;
} kinds[] = { { LOGIN, "login" },
              { POSITION, "position" },
              { FAULTS, "status" },
              { REQUEST, "request" },
              { 0x0060, "status" } };

static const char *type_name(uint16_t type)
{
    for (size_t i = 0; i < sizeof(kinds) / sizeof(kinds[0]); i++) {
        if (kinds[i].type == type)
            return kinds[i].name;
    }
    return NULL;
}

static bool take_item(struct cursor *c, uint16_t *number, struct cursor *content)
{
    struct cursor rest = *c;
    uint16_t size;
    if (!cursor_be16(&rest, number) || !cursor_be16(&rest, &size) || size < 4 ||
        !cursor_take(&rest, size - 4u, content))
        return false;
    *c = rest;
    return true;
}

/* Do items end where the content ends? */
static bool is_chain(struct cursor content, size_t at)
{
    struct cursor item;
    uint16_t number;
    if (!cursor_skip(&content, at))
        return false;
    while (take_item(&content, &number, &item))
        ;
    return content.left == 0;
}

static bool take_date(struct cursor content, struct cursor *field, int64_t *seconds)
{
    return cursor_slice(content, DATE_AT, DATE, field) && cursor_count_digits(*field) == DATE &&
           reading_time_of(*field, "ymdhis", seconds);
}

static enum claim match(const struct message *message, size_t *length)
{
    struct stuffed stuffed;
    struct cursor date;
    uint16_t told, type;
    int64_t seconds;
    enum claim claim = stuffed_match(&frame, message, &stuffed, length);
    if (claim < CLAIM_POSSIBLE)
        return claim;
    if (!cursor_be16_at(stuffed.content, LENGTH_AT, &told) ||
        !cursor_be16_at(stuffed.content, TYPE_AT, &type))
        return CLAIM_NO;
    bool is_exact = stuffed.is_whole && told == stuffed.content.left, is_known = type_name(type) != NULL;
    if (cursor_byte(stuffed.content, 0) >= FLAGS_END && !(is_exact && is_known))
        return CLAIM_NO;
    bool has_date = type == POSITION && take_date(stuffed.content, &date, &seconds);
    if (!is_exact)
        return has_date ? CLAIM_LIKELY : is_known && type >= POSITION ? CLAIM_POSSIBLE : CLAIM_NO;
    if (has_date || (type == LOGIN && is_chain(stuffed.content, CONTENT_AT)))
        return CLAIM_CERTAIN;
    return is_known ? CLAIM_LIKELY : CLAIM_POSSIBLE;
}

static void read_login(struct cursor content, struct reading *reading)
{
    struct cursor item;
    uint16_t number;
    if (!cursor_skip(&content, CONTENT_AT))
        return;
    while (take_item(&content, &number, &item)) {
        if (number == ITEM_IMEI)
            reading_device(reading, item);
    }
}

static void read_position(struct cursor content, struct reading *reading)
{
    struct cursor status, date, lon, lat;
    struct fix fix = { 0 };
    if (!cursor_slice(content, CONTENT_AT, 1, &status) || !cursor_slice(content, LON_AT, 4, &lon) ||
        !cursor_slice(content, LAT_AT, 4, &lat))
        return;
    fix.has_time = take_date(content, &date, &fix.time);
    fix.valid = (cursor_byte(status, 0) & STATUS_FIX) != 0;
    fix.lon = (double)signed_of(cursor_be_of(lon), 32) / 1e5;
    fix.lat = (double)signed_of(cursor_be_of(lat), 32) / 1e5;
    reading_mark_fix(reading, status, fix.valid);
    if (fix.has_time)
        reading_mark_time(reading, date, fix.time);
    reading_mark_place(reading, lat, fix.lat, lon, fix.lon);
    reading_fix(reading, &fix);
}

static void read(const struct message *message, struct reading *reading)
{
    struct stuffed stuffed;
    struct cursor kind, told;
    reading->type = "status";
    if (stuffed_open(&frame, message, reading, &stuffed) &&
        cursor_slice(stuffed.content, TYPE_AT, 2, &kind) &&
        cursor_slice(stuffed.content, LENGTH_AT, 2, &told)) {
        uint16_t type = (uint16_t)cursor_be_of(kind);
        reading->type = type_name(type) ? type_name(type) : "status";
        reading_mark_number(reading, "length", told, cursor_be_of(told));
        reading_mark_value(reading, "type", kind, "%s", reading->type);
        if (type == LOGIN)
            read_login(stuffed.content, reading);
        else if (type == POSITION)
            read_position(stuffed.content, reading);
    }
    reading_no_location(reading);
}

static void answer(const struct message *message, const struct asker *asker, struct buffer *reply)
{
    uint8_t memory[CONTENT_AT + 1];
    struct buffer content = buffer_on(memory, sizeof(memory));
    struct reading unread;
    struct stuffed stuffed;
    struct cursor index;
    uint16_t type;
    reading_start(&unread, message->bytes, NULL);
    if (!stuffed_open(&frame, message, &unread, &stuffed) ||
        !cursor_be16_at(stuffed.content, TYPE_AT, &type) ||
        !cursor_slice(stuffed.content, INDEX_AT, 4, &index) ||
        (type != LOGIN && type != POSITION && type != REQUEST) || (type == LOGIN && !asker->device[0]))
        return;
    buffer_put(&content, "\x01\0", 2);
    buffer_put_be(&content, 2, type == LOGIN ? 13 : 12);
    buffer_put_be(&content, 2, type == LOGIN ? 0xff03 : type == POSITION ? 0xff01 : 0x0003);
    buffer_put_be(&content, 2, 0);
    buffer_put_cursor(&content, index);
    if (type == LOGIN)
        buffer_put_u8(&content, 0);
    stuffed_put(&frame, buffer_cursor(&content), reply);
}

static const struct sample samples[] = {
    { .hex = "c000000053aa0200000000000e0001001447315f485f312e315f56312e30372e5400030013313233343536373839303"
             "1323334350004000842313030000900183839333630303030303030303030303030303137c0",
      .claim = CLAIM_CERTAIN,
      .type = "login",
      .device = "123456789012345",
      .location = LOCATION_NONE,
      .answer = "c00100000dff0300000000000e00c0" },
    { .hex = "c000000040aa0000000000028e80000000323630323031303830393130001d210800487e98000c002d0078000000010"
             "00e02bc0000000000000005000500060a1ac0",
      .claim = CLAIM_CERTAIN,
      .type = "position",
      SAMPLE_VALID,
      .answer = "c00100000cff0100000000028ec0" },
    { .hex = "c000000040aa0000000000dbdcdbdd40000000323630323031303830393130ff942e70ffccf598000c002d007800000"
             "001000e02bc0000000000000005000500060a1ac0",
      .claim = CLAIM_CERTAIN,
      .type = "position",
      SAMPLE_INVALID,
      .answer = "c00100000cff0100000000dbdcdbddc0" },
    { .hex = "c000000045aa0000000000028edbdc000000323630323031303830393130ff8f11d8003e1e58000c002d00780000000"
             "1000e02bc0000000000000005000500060a1ac0",
      .claim = CLAIM_LIKELY,
      .type = "position",
      SAMPLE_NORTH_WEST,
      .answer = "c00100000cff0100000000028ec0" },
    { .hex = "c000000015aa12000000000002000100090010000200c0",
      .claim = CLAIM_LIKELY,
      .type = "status",
      .location = LOCATION_NONE },
    { .hex = "c00100001900020000000000440020000856322e300013000578c0",
      .claim = CLAIM_LIKELY,
      .type = "request",
      .location = LOCATION_NONE,
      .answer = "c00100000c0003000000000044c0" },
    { .hex = "c00200002caa0000000000000780000000323630323031303830393130ff942e70ffccf5980028002d00780001c0",
      .claim = CLAIM_CERTAIN,
      .type = "position",
      SAMPLE_SOUTH_WEST,
      .answer = "c00100000cff01000000000007c0" },
    { 0 }
};

const struct protocol protocol_huasheng = {
    .name = "huasheng",
    .port = 5111,
    .transports = OVER_TCP,
    .heads = HEADS(HEAD("\xc0")),
    .match = match,
    .read = read,
    .answer = answer,
    .samples = samples,
};
