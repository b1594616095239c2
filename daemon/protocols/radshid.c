/* SPDX-License-Identifier: Apache-2.0 */
/*
 * radshid: Radshid trackers (Iran). Binary, big endian, TCP. No head, no known check value.
 *
 *   length L 4, little endian | tag | device id 4 | number of records | record … | 2      total = L + 4
 *   record: 9 | time 4 | 15 | fix: 01 none | lat 4 | lon 4 (1e-7) | altitude 2 | course 2 | satellites | pdop |
 *           n | n bytes more
 *   retranslator has the same length. The server says 07 00 00 00 82, tag, L, 01.
 */
#include "protocol/protocol.h"

enum { LENGTH_SIZE = 4, TAG_AT = 4, ID_AT = 5, COUNT_AT = 9, RECORDS_AT = 10, CHECK_SIZE = 2 };
enum { RECORD_SIZE = 44, TIME_AT = 9, FIX_AT = 28, LAT_AT = 29, LON_AT = 33, MORE_AT = 43, NO_FIX = 1 };

/* The fixed part of a record. */
struct record {
    struct cursor time, fix, lat, lon;
};

static bool take_record(struct cursor *c, struct record *record)
{
    struct cursor fixed, rest = *c;
    if (!cursor_take(&rest, RECORD_SIZE, &fixed) || !cursor_skip(&rest, cursor_byte(fixed, MORE_AT)))
        return false;
    record->time = cursor_part(fixed, TIME_AT, 4);
    record->fix = cursor_part(fixed, FIX_AT, 1);
    record->lat = cursor_part(fixed, LAT_AT, 4);
    record->lon = cursor_part(fixed, LON_AT, 4);
    *c = rest;
    return true;
}

static void take_fix(const struct record *record, struct fix *fix)
{
    *fix = (struct fix){ .valid = cursor_byte(record->fix, 0) != NO_FIX,
                         .has_time = true,
                         .time = (int64_t)cursor_be_of(record->time) };
    fix->lat = (double)signed_of(cursor_be_of(record->lat), 32) / 1e7;
    fix->lon = (double)signed_of(cursor_be_of(record->lon), 32) / 1e7;
}

static enum claim match(const struct message *message, size_t *length)
{
    struct cursor bytes = message->bytes, rest = bytes;
    struct record record;
    struct fix fix;
    uint64_t told;
    if (!cursor_le_at(bytes, 0, LENGTH_SIZE, &told) || bytes.left < RECORDS_AT)
        return message->complete || (bytes.left > 2 && cursor_byte(bytes, 2) != 0) ? CLAIM_NO : CLAIM_MORE;
    size_t count = cursor_byte(bytes, COUNT_AT), total = (size_t)told + LENGTH_SIZE;
    if (count == 0 || told > MESSAGE_MAX - LENGTH_SIZE ||
        total < RECORDS_AT + count * RECORD_SIZE + CHECK_SIZE)
        return CLAIM_NO;
    enum framed framed = frame_by_length(bytes, message->complete, total, MESSAGE_MAX, length);
    rest.left = *length;
    if (framed == FRAMED)
        rest.left -= CHECK_SIZE;
    if (!cursor_skip(&rest, RECORDS_AT))
        return CLAIM_NO;
    size_t taken = 0, dated = 0;
    while (taken < count && take_record(&rest, &record)) {
        take_fix(&record, &fix);
        bool is_dated = calendar_is_recent(fix.time);
        /* a clock that was never set goes with no fix */
        if (!fix_is_on_earth(&fix) || (!is_dated && fix.valid))
            return CLAIM_NO;
        taken++;
        dated += is_dated;
    }
    if (framed == FRAMED)
        return taken < count || rest.left > 0 ? CLAIM_NO : dated == count ? CLAIM_CERTAIN : CLAIM_LIKELY;
    return framed == FRAMED_MORE ? CLAIM_MORE : taken > 0 ? CLAIM_POSSIBLE : CLAIM_NO;
}

static void read(const struct message *message, struct reading *reading)
{
    struct cursor bytes = message->bytes, id, rest = bytes;
    struct record record;
    struct fix fix;
    uint64_t told;
    reading->type = "position";
    if (!cursor_slice(bytes, ID_AT, 4, &id) || !cursor_skip(&rest, RECORDS_AT))
        return;
    if (cursor_le_at(bytes, 0, LENGTH_SIZE, &told))
        reading_mark_number(reading, "length", cursor_part(bytes, 0, LENGTH_SIZE), told);
    reading_device_number(reading, cursor_be_of(id), 1);
    reading_mark_value(reading, "device", id, "%s", reading->device);
    for (size_t count = cursor_byte(bytes, COUNT_AT); count > 0 && take_record(&rest, &record); count--) {
        take_fix(&record, &fix);
        reading_mark_time(reading, record.time, fix.time);
        reading_mark_fix(reading, record.fix, fix.valid);
        reading_mark_place(reading, record.lat, fix.lat, record.lon, fix.lon);
        reading_fix(reading, &fix);
    }
    reading_no_location(reading);
}

static void answer(const struct message *message, const struct asker *asker, struct buffer *reply)
{
    struct cursor bytes = message->bytes;
    (void)asker;
    if (bytes.left < RECORDS_AT)
        return;
    buffer_put(reply, "\7\0\0\0\x82", 5);
    buffer_put_u8(reply, cursor_byte(bytes, TAG_AT));
    buffer_put_cursor(reply, cursor_part(bytes, 0, LENGTH_SIZE));
    buffer_put_u8(reply, 1);
}

static const struct sample samples[] = {
    { .hex = "3400000000001e9bf101010200000000000000697f0a260c00280000000000126700000000a0001c5173600b60e7200"
             "078002d0907001234",
      .claim = CLAIM_CERTAIN,
      .type = "position",
      .device = "2006001",
      SAMPLE_VALID,
      .answer = "0700000082003400000001" },
    { .hex = "6a00000001001e9bf102010200000000000000697f0a260c00280000000000126700000000a001ec0fef60d5e223c00"
             "078002d0907050001020304010200000000000000697f0a260c00280000000000126700000000a001ec0fef60d5e223"
             "c00078002d09070500010203041234",
      .claim = CLAIM_CERTAIN,
      .type = "position",
      .device = "2006001",
      SAMPLE_INVALID,
      .answer = "0700000082016a00000001" },
    { .hex = "3e00000002001e9bf101010200000000000000697f0a260c00280000000000126700000000a0001843da60d3e2f8600"
             "078002d09070a000102030405060708091234",
      .claim = CLAIM_CERTAIN,
      .type = "position",
      .device = "2006001",
      SAMPLE_NORTH_WEST,
      .answer = "0700000082023e00000001" },
    { .hex = "630000000114fcfb1602010200000000000000000000000000000000000000000000000000000100000000000000000"
             "00000000001000102000000000000000000000500000000000000000000000000000001000000000000000000000000"
             "0001036162631234",
      .claim = CLAIM_LIKELY,
      .type = "position",
      .device = "352123670",
      .location = LOCATION_INVALID,
      .time = "1970-01-01T00:00:05Z",
      .answer = "0700000082016300000001" },
    { 0 }
};

const struct protocol protocol_radshid = {
    .name = "radshid",
    .port = 5265,
    .transports = OVER_TCP,
    .never = NEVER_NONE,
    .heads = HEADS(HEAD_ANY),
    .match = match,
    .read = read,
    .answer = answer,
    .samples = samples,
};
