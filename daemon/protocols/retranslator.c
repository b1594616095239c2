/* SPDX-License-Identifier: Apache-2.0 */
/*
 * retranslator: Wialon Retranslator 1.0, one server's messages to another. Binary, big endian, TCP. No head, no check value.
 *
 *   length L 4, little endian | id as text, NUL | time 4 | flags 4 | block …      total = L + 4
 *   block: 0b bb | size 4 | hidden | kind | name, NUL | value      size: of what stands behind it
 *   the block "posinfo" (kind 2): lon 8 | lat 8 | altitude 8 (floats, little endian) | speed 2 | course 2 | satellites
 *   radshid has the same length. The server says 11 to everything.
 */
#include "protocol/protocol.h"

enum {
    LENGTH_SIZE = 4,
    ID_SHORTEST = 4,
    ID_LONG = 8,
    ID_LONGEST = 40,
    BLOCK_MARK = 0x0bbb,
    BLOCK_LEAST = 3,
    PLACE_SIZE = 24
};

struct front {
    struct cursor id, time;
};

static bool is_word(struct cursor text)
{
    for (size_t i = 0; i < text.left; i++) {
        if (cursor_byte(text, i) < ' ' || cursor_byte(text, i) > '~')
            return false;
    }
    return true;
}

/* Id and time; moves behind the flags. */
static bool take_front(struct cursor *c, struct front *front)
{
    return cursor_skip(c, LENGTH_SIZE) && cursor_until(c, '\0', &front->id) &&
           cursor_take(c, 4, &front->time) && cursor_skip(c, 4);
}

struct block {
    struct cursor name, value;
};

static bool take_block(struct cursor *c, struct block *block)
{
    struct cursor rest = *c, content;
    uint16_t mark;
    uint32_t size;
    if (!cursor_be16(&rest, &mark) || mark != BLOCK_MARK || !cursor_be32(&rest, &size) ||
        size < BLOCK_LEAST || !cursor_take(&rest, size, &content) || !cursor_skip(&content, 2) ||
        !cursor_until(&content, '\0', &block->name))
        return false;
    block->value = content;
    *c = rest;
    return true;
}

/* The id as far as it is there. */
static bool may_be_id(struct cursor bytes)
{
    size_t end;
    if (!cursor_skip(&bytes, LENGTH_SIZE))
        return true;
    if (!cursor_find(bytes, '\0', &end))
        return bytes.left <= ID_LONGEST && is_word(bytes);
    return end >= ID_SHORTEST && end <= ID_LONGEST && is_word(cursor_part(bytes, 0, end));
}

static enum claim match(const struct message *message, size_t *length)
{
    struct cursor bytes = message->bytes, rest;
    struct front front;
    struct block block;
    uint64_t told;
    if (!cursor_le_at(bytes, 0, LENGTH_SIZE, &told))
        return message->complete || (bytes.left > 2 && cursor_byte(bytes, 2) != 0) ? CLAIM_NO : CLAIM_MORE;
    if (told > MESSAGE_MAX - LENGTH_SIZE || told < ID_SHORTEST + 1 + 8 || !may_be_id(bytes))
        return CLAIM_NO;
    enum framed framed =
        frame_by_length(bytes, message->complete, (size_t)told + LENGTH_SIZE, MESSAGE_MAX, length);
    rest = cursor_part(bytes, 0, *length);
    bool has_front = take_front(&rest, &front);
    size_t count = 0;
    while (has_front && take_block(&rest, &block))
        count++;
    if (has_front && count == 0 && !calendar_is_recent((int64_t)cursor_be_of(front.time)))
        return CLAIM_NO;
    if (framed == FRAMED_MORE)
        return CLAIM_MORE;
    if (framed == FRAMED_CUT)
        return count > 0 ? CLAIM_LIKELY : CLAIM_NO;
    /* without blocks a long number and a recent time speak for it */
    if (count == 0)
        return has_front && rest.left == 0 && cursor_count_digits(front.id) == front.id.left &&
                       front.id.left >= ID_LONG
                   ? CLAIM_POSSIBLE
                   : CLAIM_NO;
    return rest.left == 0 ? CLAIM_CERTAIN : CLAIM_LIKELY;
}

static void read_place(const struct block *block, int64_t time, struct reading *reading)
{
    struct cursor rest = block->value;
    struct fix fix = { .valid = true, .has_time = true, .time = time };
    if (rest.left < PLACE_SIZE || !cursor_le_f64(&rest, &fix.lon) || !cursor_le_f64(&rest, &fix.lat) ||
        (fix.lat == 0 && fix.lon == 0))
        return;
    reading_mark_place(reading, cursor_part(block->value, 8, 8), fix.lat, cursor_part(block->value, 0, 8),
                       fix.lon);
    reading_fix(reading, &fix);
}

static void read(const struct message *message, struct reading *reading)
{
    struct cursor rest = message->bytes;
    struct front front;
    struct block block;
    reading->type = "status";
    if (!take_front(&rest, &front))
        return;
    int64_t time = (int64_t)cursor_be_of(front.time);
    reading_mark_number(reading, "length", cursor_part(message->bytes, 0, LENGTH_SIZE),
                        cursor_le_of(cursor_part(message->bytes, 0, LENGTH_SIZE)));
    reading_device(reading, front.id);
    reading_mark_time(reading, front.time, time);
    while (take_block(&rest, &block)) {
        if (cursor_is(block.name, "posinfo"))
            read_place(&block, time, reading);
    }
    if (reading->location > LOCATION_NONE)
        reading->type = "position";
    reading_no_location(reading);
}

static void answer(const struct message *message, const struct asker *asker, struct buffer *reply)
{
    (void)message;
    (void)asker;
    buffer_put_u8(reply, 0x11);
}

static const struct sample samples[] = {
    { .hex = "7400000031323334353637383930313233343500697f0a26000000030bbb000000270102706f73696e666f00d7a3703"
             "d0a173340e17a14ae47c147400000000000005e40000c002d090bbb0000001201047077725f65787400333333333333"
             "29400bbb00000011010361766c5f696e707574730000000001",
      .claim = CLAIM_CERTAIN,
      .type = "position",
      .device = "123456789012345",
      SAMPLE_VALID,
      .answer = "11" },
    { .hex = "7400000031323334353637383930313233343500697f0a26000000030bbb000000270102706f73696e666f000ad7a37"
             "03daa51c09a99999999b940c00000000000005e40000c002d090bbb0000001201047077725f65787400333333333333"
             "29400bbb00000011010361766c5f696e707574730000000001",
      .claim = CLAIM_CERTAIN,
      .type = "position",
      .device = "123456789012345",
      SAMPLE_SOUTH_WEST,
      .answer = "11" },
    { .hex = "7400000031323334353637383930313233343500697f0a26000000030bbb000000270102706f73696e666f00713d0ad"
             "7a38052c07b14ae47e15a44400000000000005e40000c002d090bbb0000001201047077725f65787400333333333333"
             "29400bbb00000011010361766c5f696e707574730000000001",
      .claim = CLAIM_CERTAIN,
      .type = "position",
      .device = "123456789012345",
      SAMPLE_NORTH_WEST,
      .answer = "11" },
    { .hex = "4700000031323334353637383930313233343500697f0a26000000030bbb0000001201047077725f657874003333333"
             "3333329400bbb00000011010361766c5f696e707574730000000001",
      .claim = CLAIM_CERTAIN,
      .type = "status",
      .device = "123456789012345",
      .location = LOCATION_NONE,
      .answer = "11" },
    { .hex = "2300000063617220313200697f0a26000000030bbb0000000e0004707772000000000000002940",
      .claim = CLAIM_CERTAIN,
      .type = "status",
      .device = "car 12",
      .location = LOCATION_NONE,
      .answer = "11" },
    { .hex = "1800000039303030303030303030303031323300697f0a2600000003",
      .claim = CLAIM_POSSIBLE,
      .type = "status",
      .device = "900000000000123",
      .location = LOCATION_NONE,
      .answer = "11" },
    { .hex =
          "2c0000003930303030303030303030303132330000000000000000030bbb0000000e0004707772000000000000002940",
      .claim = CLAIM_CERTAIN,
      .type = "status",
      .device = "900000000000123",
      .location = LOCATION_NONE,
      .answer = "11" },
    { 0 }
};

const struct protocol protocol_retranslator = {
    .name = "retranslator",
    .port = 5167,
    .transports = OVER_TCP,
    .never = NEVER_INVALID,
    .heads = HEADS(HEAD_ANY),
    .match = match,
    .read = read,
    .answer = answer,
    .samples = samples,
};
