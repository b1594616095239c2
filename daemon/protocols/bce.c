/* SPDX-License-Identifier: Apache-2.0 */
/*
 * bce: BCE FM-Light, FM-Blue, FMS500 and relatives. Binary, little endian, TCP.
 *
 *   "#BCE#" | 0d 0a                                      hello
 *   id 8 | length n 2 | block of n bytes | … | sum of all before, 1
 *   block: a5 (stored) or a0, key, then records: length | time 4 | masks of 2 bytes, bit 15: one more | fields …
 *          c1, 19 and others: no place
 *   time: lowest 4 bits: kind, 7 data; the others: steps of 2 seconds since 2008 (they began anew in January 2025)
 *   data with bit 0 of the first mask begin with lon, lat (floats)      always with a fix
 *   To each block a5 the server says id, 02 00 19, key, sum.
 */
#include "base/checksum.h"
#include "protocol/protocol.h"

enum { HELLO_SIZE = 7, ID_SIZE = 8, IMEI = 15, BLOCK_HEAD = 2 };
enum { STORED = 0xa5, TIMED = 0xa0, ACK = 0x19, OUTPUT = 0xc1, KIND_DATA = 7 };
static const uint64_t IMEI_LEAST = 10000000000000, IMEI_MOST = 999999999999999;

static bool has_records(struct cursor block)
{
    return block.left >= 2 && (cursor_byte(block, 0) == STORED || cursor_byte(block, 0) == TIMED);
}

static bool is_known_kind(uint8_t kind)
{
    return kind == STORED || kind == TIMED || kind == ACK || kind == OUTPUT;
}

static bool take_block(struct cursor *c, struct cursor *block)
{
    struct cursor rest = *c;
    uint16_t size;
    if (!cursor_le16(&rest, &size) || size == 0 || !cursor_take(&rest, size, block))
        return false;
    *c = rest;
    return true;
}

/* The next record of a block, its length left away. */
static bool take_record(struct cursor *c, struct cursor *record)
{
    struct cursor rest = *c;
    uint8_t size;
    if (!cursor_u8(&rest, &size) || size < 4 || !cursor_take(&rest, size, record))
        return false;
    *c = rest;
    return true;
}

/* Do the records fill the block? */
static bool is_chained(struct cursor block)
{
    struct cursor record;
    if (!cursor_skip(&block, 2))
        return false;
    while (block.left > 0) {
        if (!take_record(&block, &record))
            return false;
    }
    return true;
}

/* What a walk over the blocks finds. */
struct walk {
    size_t length; /* up to the sum and with it; 0: not found */
    size_t chained, broken;
    bool is_right; /* the sum */
    bool is_cut;   /* the bytes end before the blocks do */
};

/* How many blocks there are is not told: the sum ends them. */
static struct walk walk_blocks(struct cursor bytes)
{
    struct walk walk = { 0 };
    struct cursor rest = bytes, block;
    if (!cursor_skip(&rest, ID_SIZE))
        return walk;
    uint8_t sum = sum_8(cursor_part(bytes, 0, ID_SIZE));
    while (!walk.is_right) {
        struct cursor start = rest;
        if (!take_block(&rest, &block)) {
            uint16_t size;
            walk.is_cut = !cursor_le16_at(rest, 0, &size) || size > 0;
            break;
        }
        sum = (uint8_t)(sum + sum_8(cursor_part(start, 0, start.left - rest.left)));
        walk.chained += has_records(block) && is_chained(block);
        walk.broken += !is_known_kind(cursor_byte(block, 0)) || (has_records(block) && !is_chained(block));
        walk.is_right = rest.left > 0 && cursor_byte(rest, 0) == sum;
        walk.is_cut = rest.left == 0;
        if (rest.left > 0)
            walk.length = bytes.left - rest.left + 1;
    }
    return walk;
}

static bool id_of(struct cursor bytes, uint64_t *id)
{
    return cursor_le_at(bytes, 0, ID_SIZE, id) && *id >= IMEI_LEAST && *id <= IMEI_MOST;
}

static bool is_imei(uint64_t id)
{
    char digits[IMEI];
    for (size_t i = IMEI; i > 0; i--) {
        digits[i - 1] = (char)('0' + id % 10);
        id /= 10;
    }
    return luhn_ok(cursor_of(digits, IMEI));
}

static enum claim match_cut(const struct message *message, uint64_t id)
{
    struct cursor bytes = message->bytes;
    uint8_t kind;
    bool is_told = cursor_u8_at(bytes, ID_SIZE + BLOCK_HEAD, &kind);
    if (is_told && !is_known_kind(kind))
        return CLAIM_NO;
    return !message->complete ? CLAIM_MORE : is_told && is_imei(id) ? CLAIM_POSSIBLE : CLAIM_NO;
}

static enum claim match(const struct message *message, size_t *length)
{
    struct cursor bytes = message->bytes;
    uint64_t id;
    *length = bytes.left;
    if (CURSOR_STARTS(bytes, "#BCE#\r\n")) {
        *length = HELLO_SIZE;
        return CLAIM_CERTAIN;
    }
    if (bytes.left < ID_SIZE) {
        bool may_be = CURSOR_MAY_START(bytes, "#BCE#\r\n") || bytes.left == 1 || !cursor_is_text(bytes);
        return message->complete || !may_be ? CLAIM_NO : CLAIM_MORE;
    }
    if (!id_of(bytes, &id))
        return CLAIM_NO;
    struct walk walk = walk_blocks(bytes);
    if (walk.is_right) {
        *length = walk.length;
        /* one byte of sum behind blocks that nobody knows proves little */
        return walk.broken == 0 ? CLAIM_CERTAIN : is_imei(id) ? CLAIM_LIKELY : CLAIM_POSSIBLE;
    }
    /* the sum is wrong: the records tell */
    if (walk.length == bytes.left && message->complete)
        return walk.chained > 0 && walk.broken == 0 ? CLAIM_LIKELY : CLAIM_NO;
    return walk.is_cut ? match_cut(message, id) : CLAIM_NO;
}

static void read_record(struct cursor record, struct reading *reading)
{
    struct cursor rest = record, when;
    struct fix fix = { .valid = true, .has_time = true };
    uint16_t mask, next;
    if (!cursor_take(&rest, 4, &when) || (cursor_byte(when, 0) & 15) != KIND_DATA ||
        !cursor_le16(&rest, &mask))
        return;
    next = mask;
    while (next & 0x8000) {
        if (!cursor_le16(&rest, &next))
            return;
    }
    struct cursor place = rest;
    if (!(mask & 1) || !cursor_le_f32(&rest, &fix.lon) || !cursor_le_f32(&rest, &fix.lat) ||
        !fix_is_on_earth(&fix))
        return;
    fix.time = EPOCH_2008 + (int64_t)(cursor_le_of(when) >> 4) * 2;
    reading_mark_time(reading, when, fix.time);
    reading_mark_place(reading, cursor_part(place, 4, 4), fix.lat, cursor_part(place, 0, 4), fix.lon);
    reading_fix(reading, &fix);
}

static void read_block(struct cursor block, struct reading *reading)
{
    struct cursor record;
    if (!has_records(block) || !cursor_skip(&block, 2))
        return;
    while (take_record(&block, &record))
        read_record(record, reading);
}

static void read(const struct message *message, struct reading *reading)
{
    struct cursor bytes = message->bytes, rest = bytes, block = { 0 }, sum;
    uint64_t id;
    if (CURSOR_STARTS(bytes, "#BCE#")) {
        reading->type = "hello";
        reading_no_location(reading);
        return;
    }
    reading->type = "status";
    if (id_of(bytes, &id)) {
        reading_device_number(reading, id, IMEI);
        reading_mark_value(reading, "device", cursor_part(bytes, 0, ID_SIZE), "%s", reading->device);
    }
    if (!cursor_skip(&rest, ID_SIZE))
        return;
    while (take_block(&rest, &block)) {
        reading_mark_value(reading, "block", cursor_part(block, 0, 1), "%02x", cursor_byte(block, 0));
        read_block(block, reading);
    }
    if (cursor_take(&rest, 1, &sum)) {
        uint8_t right = sum_8(cursor_part(bytes, 0, bytes.left - rest.left - 1));
        reading_mark_check(reading, sum, cursor_byte(sum, 0) == right, right);
    }
    if (reading->location > LOCATION_NONE)
        reading->type = "position";
    reading_no_location(reading);
}

static void answer(const struct message *message, const struct asker *asker, struct buffer *reply)
{
    struct cursor rest = message->bytes, block, id;
    (void)asker;
    if (CURSOR_STARTS(rest, "#BCE#") || !cursor_take(&rest, ID_SIZE, &id))
        return;
    while (take_block(&rest, &block)) {
        size_t start = reply->length;
        if (cursor_byte(block, 0) != STORED || block.left < 2)
            continue;
        buffer_put_cursor(reply, id);
        buffer_put(reply, "\2\0\x19", 3);
        buffer_put_u8(reply, cursor_byte(block, 1) & 0x7fu);
        if (!reply->full)
            buffer_put_u8(reply, sum_8(cursor_of(reply->bytes + start, reply->length - start)));
    }
}

static const struct sample samples[] = {
    { .hex = "23424345230d0a", .claim = CLAIM_CERTAIN, .type = "hello", .location = LOCATION_NONE },
    { .hex = "79df0d86487000002600a5851b37790ef20380000052b898413d0a3e420c191678006712000034120736790ef200000"
             "013",
      .claim = CLAIM_CERTAIN,
      .type = "position",
      .device = "123456789012345",
      .location = LOCATION_VALID,
      .lat = 47.51,
      .lon = 19.09,
      .time = "2024-02-01T08:09:10Z",
      .answer = "79df0d864870000002001905c3" },
    { .hex = "79df0d86487000002600a5861b37790ef203800000ec518dc2cdcc05c20c191678006712000034120736790ef200000"
             "056",
      .claim = CLAIM_CERTAIN,
      .type = "position",
      .device = "123456789012345",
      .location = LOCATION_VALID,
      .lat = -33.45,
      .lon = -70.66,
      .time = "2024-02-01T08:09:10Z",
      .answer = "79df0d864870000002001906c4" },
    { .hex = "79df0d86487000002600a5871b37790ef2038000001f0594c20ad722420c191678006712000034120736790ef200000"
             "02a",
      .claim = CLAIM_CERTAIN,
      .type = "position",
      .device = "123456789012345",
      .location = LOCATION_VALID,
      .lat = 40.71,
      .lon = -74.01,
      .time = "2024-02-01T08:09:10Z",
      .answer = "79df0d864870000002001907c5" },
    { .hex =
          "79df0d86487000000900a5090636790ef200001a00a0001737790ef2010052b898413d0a3e420c191678006712000067",
      .claim = CLAIM_CERTAIN,
      .type = "position",
      .device = "123456789012345",
      .location = LOCATION_VALID,
      .lat = 47.51,
      .lon = 19.09,
      .time = "2024-02-01T08:09:10Z",
      .answer = "79df0d864870000002001909c7" },
    { .hex = "79df0d86487000000300c10bff71",
      .claim = CLAIM_CERTAIN,
      .type = "status",
      .device = "123456789012345",
      .location = LOCATION_NONE },
    { 0 }
};

const struct protocol protocol_bce = {
    .name = "bce",
    .port = 5080,
    .transports = OVER_TCP,
    .never = NEVER_INVALID,
    .heads = HEADS(HEAD("#BCE#"), HEAD_ANY),
    .match = match,
    .read = read,
    .answer = answer,
    .samples = samples,
};
