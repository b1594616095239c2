/* SPDX-License-Identifier: Apache-2.0 */
/*
 * radar: trackers seen in Brazil, maker unknown. Binary, big endian, TCP. Traccar does not answer.
 *
 *   product | version | serial 4 | index | time 4 | type | L 2 | content … | CRC 2      total = L
 *   CRC-16/CCITT-FALSE over everything before it. The id is the serial number in decimal.
 *   4c tracking: 2 | 2 | number of records 2 | 2 | records
 *   record: event 2 | m | m bytes of a mask, lowest bit first | length 2 (with all) | a field for each bit:
 *       0 time 4 | 1 time of the fix 4 | 2 lat 4 | 3 lon 4 (1/360000 degree) | … | 7 flags: bit 0 fix | …
 *       Without the first two the record is no position.
 */
#include "protocol/binary_frame.h"

enum { TRACKING = 0x4c };
enum {
    SERIAL_AT = 2,
    TIME_AT = 7,
    TYPE_AT = 11,
    CONTENT_AT = 14,
    RECORD_COUNT_AT = 18,
    RECORDS_AT = 22,
    MASK_LONGEST = 16
};
enum { FIELD_TIME, FIELD_FIX_TIME, FIELD_LAT, FIELD_LON, FIELD_FLAGS = 7, FIELDS = 8 };

static const struct binary_frame frame = { .length_at = 12,
                                           .length_size = 2,
                                           .shortest = CONTENT_AT + 2,
                                           .longest = 8192,
                                           .check = CHECK_CRC16_CCITT_FALSE,
                                           .check_at = -2,
                                           .check_size = 2 };

/* Bytes of the fields that are read, and of those between. */
static const uint8_t sizes[FIELDS] = { 4, 4, 4, 4, 2, 2, 2, 1 };

struct record {
    struct cursor mask, content; /* the content's fields */
};

/* The next record; false when it is cut off, or none. */
static bool take_record(struct cursor *c, struct record *record)
{
    struct cursor rest = *c, whole;
    uint8_t size;
    uint16_t told;
    if (!cursor_skip(&rest, 2) || !cursor_u8(&rest, &size) || size == 0 || size > MASK_LONGEST ||
        !cursor_take(&rest, size, &record->mask) || !cursor_be16(&rest, &told) || told < 5u + size)
        return false;
    if (!cursor_take(c, told, &whole))
        return false;
    record->content = whole;
    return cursor_skip(&record->content, 5u + size);
}

static size_t count_of_records(struct cursor bytes)
{
    uint16_t count;
    return bytes.left > TYPE_AT && cursor_byte(bytes, TYPE_AT) == TRACKING &&
                   cursor_be16_at(bytes, RECORD_COUNT_AT, &count)
               ? count
               : 0;
}

/* Do the records fill the message? Of one that is cut off: is the first there? */
static bool has_records(struct cursor bytes, bool is_cut)
{
    struct cursor rest = bytes;
    struct record record;
    size_t count = count_of_records(bytes), n = 0;
    if (count == 0 || !cursor_skip(&rest, RECORDS_AT))
        return false;
    while (n < count && take_record(&rest, &record))
        n++;
    return is_cut ? n > 0 : n == count && rest.left == 2;
}

static enum claim match(const struct message *message, size_t *length)
{
    enum claim claim = binary_match(&frame, message, length);
    if (claim < CLAIM_POSSIBLE || claim == CLAIM_CERTAIN)
        return claim;
    if (has_records(cursor_part(message->bytes, 0, *length), claim == CLAIM_POSSIBLE))
        return CLAIM_LIKELY;
    /* another type, or nothing to report: a date and the length must do */
    uint32_t time;
    bool is_dated = cursor_be32_at(message->bytes, TIME_AT, &time) && calendar_is_recent(time);
    return claim == CLAIM_LIKELY && is_dated && *length == message->bytes.left ? CLAIM_POSSIBLE : CLAIM_NO;
}

static void read_record(const struct record *record, struct reading *reading)
{
    struct cursor c = record->content, fields[FIELDS] = { 0 };
    struct fix fix = { .has_time = true };
    for (unsigned i = 0; i < FIELDS; i++) {
        if (cursor_byte(record->mask, 0) >> i & 1 && !cursor_take(&c, sizes[i], &fields[i]))
            return;
    }
    if (!fields[FIELD_TIME].at || !fields[FIELD_FIX_TIME].at)
        return;
    fix.time = (int64_t)cursor_be_of(fields[FIELD_FIX_TIME]);
    fix.lat = (double)signed_of(cursor_be_of(fields[FIELD_LAT]), 32) / 360000;
    fix.lon = (double)signed_of(cursor_be_of(fields[FIELD_LON]), 32) / 360000;
    fix.valid = cursor_be_of(fields[FIELD_FLAGS]) & 1;
    reading_mark_time(reading, fields[FIELD_FIX_TIME], fix.time);
    reading_mark_place(reading, fields[FIELD_LAT], fix.lat, fields[FIELD_LON], fix.lon);
    reading_mark_fix(reading, fields[FIELD_FLAGS], fix.valid);
    reading_fix(reading, &fix);
}

static void read(const struct message *message, struct reading *reading)
{
    struct cursor bytes = message->bytes, id, rest = bytes;
    struct record record;
    binary_mark(&frame, reading);
    if (cursor_slice(bytes, SERIAL_AT, 4, &id)) {
        reading_device_number(reading, cursor_be_of(id), 1);
        reading_mark_number(reading, "device", id, cursor_be_of(id));
    }
    size_t count = cursor_skip(&rest, RECORDS_AT) ? count_of_records(bytes) : 0;
    for (; count > 0 && take_record(&rest, &record); count--)
        read_record(&record, reading);
    reading->type = reading->location >= LOCATION_INVALID ? "position" : "status";
    reading_no_location(reading);
}

static const struct sample samples[] = {
    { .hex = "36180001142c01697f0a264c003a0002000000010005003502ff010022697f0a28697f0a260104faf00068dd5000"
             "0c01c2008281000000070272",
      .claim = CLAIM_CERTAIN,
      .type = "position",
      .device = "70700",
      SAMPLE_VALID },
    { .hex = "36180001142c01697f0a264c00580002000000020005003502ff010022697f0a28697f0a26ff4840f0fe7bda6000"
             "0c01c200828000000007003502ff00001e697f09ec697f09eaff4840f0fe7bda60000c01c20082800f7d",
      .claim = CLAIM_CERTAIN,
      .type = "position",
      .device = "70700",
      SAMPLE_INVALID },
    { .hex = "36180001142c01697f0a264c005c0002000000020005003502ff010022697f09ec697f09ea0104faf00068dd5000"
             "0c01c200828100000007003502ff010022697f0a28697f0a2600dfa070fe697370000c01c2008281000000075a66",
      .claim = CLAIM_LIKELY,
      .type = "position",
      .device = "70700",
      SAMPLE_NORTH_WEST },
    { .hex = "36180001142c01697f0a264c0022000200000001000500350104000a0104faf0ac88",
      .claim = CLAIM_CERTAIN,
      .type = "status",
      .device = "70700",
      .location = LOCATION_NONE },
    { .hex = "36180001142c01697f0a26410012010272a8",
      .claim = CLAIM_CERTAIN,
      .type = "status",
      .device = "70700",
      .location = LOCATION_NONE },
    { .hex = "361800015ff501697f0a264d00130102030001",
      .whole = true,
      .claim = CLAIM_POSSIBLE,
      .type = "status",
      .device = "90101",
      .location = LOCATION_NONE },
    { 0 }
};

const struct protocol protocol_radar = {
    .name = "radar",
    .port = 5188,
    .transports = OVER_TCP,
    /* the product that was seen; others may have other numbers */
    .heads = HEADS(HEAD("\x36")),
    .match = match,
    .read = read,
    .samples = samples,
};
