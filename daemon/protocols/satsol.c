/* SPDX-License-Identifier: Apache-2.0 */
/*
 * satsol: Satsol (SAT-LITE) trackers. Binary, little endian, TCP. The check value leads.
 *
 *   CRC 2 | bf 4c | id 4 | length L 2 | record …      total = L + 10, CRC-16/CCITT-FALSE over all from bf on
 *   record: CRC 2 of what follows | n 2 | type 2 | size of more 2 | time 4 | lat 4 | lon 4 (1e-6, no sign) | speed 2 |
 *           altitude 2 | course 2 | fix 0 none | satellites | event | flags | more
 *   The server says the same head with length 0.
 */
#include "base/checksum.h"
#include "protocol/protocol.h"

enum { CRC_SIZE = 2, ID_AT = 4, LENGTH_AT = 8, RECORDS_AT = 10, RECORD_SIZE = 30, MORE_AT = 6 };
enum { TIME_AT = 8, LAT_AT = 12, LON_AT = 16, FIX_AT = 26 };

static bool take_record(struct cursor *c, struct cursor *record)
{
    uint16_t more;
    return cursor_le16_at(*c, MORE_AT, &more) && cursor_take(c, RECORD_SIZE + (size_t)more, record);
}

static void take_fix(struct cursor record, struct fix *fix)
{
    *fix = (struct fix){ .valid = cursor_byte(record, FIX_AT) != 0, .has_time = true };
    fix->time = (int64_t)cursor_le_of(cursor_part(record, TIME_AT, 4));
    fix->lat = (double)cursor_le_of(cursor_part(record, LAT_AT, 4)) / 1e6;
    fix->lon = (double)cursor_le_of(cursor_part(record, LON_AT, 4)) / 1e6;
}

/* Its CRC stands before what it covers. */
static uint16_t crc_of(struct cursor bytes)
{
    return crc16_ccitt_false(cursor_part(bytes, CRC_SIZE, bytes.left - CRC_SIZE));
}

static bool is_right(struct cursor bytes)
{
    return cursor_le_of(cursor_part(bytes, 0, CRC_SIZE)) == crc_of(bytes);
}

static enum claim match(const struct message *message, size_t *length)
{
    struct cursor bytes = message->bytes, mark, rest, record;
    uint16_t told;
    struct fix fix;
    if (cursor_slice(bytes, 2, 2, &mark) && !CURSOR_STARTS(mark, "\xbf\x4c"))
        return CLAIM_NO;
    if (bytes.left == 3 && cursor_byte(bytes, 2) != 0xbf)
        return CLAIM_NO;
    if (!cursor_le16_at(bytes, LENGTH_AT, &told))
        return message->complete ? CLAIM_NO : CLAIM_MORE;
    enum framed framed =
        frame_by_length(bytes, message->complete, (size_t)told + RECORDS_AT, MESSAGE_MAX, length);
    if (framed == FRAMED_MORE)
        return CLAIM_MORE;
    if (framed == FRAMED && is_right(cursor_part(bytes, 0, *length)))
        return CLAIM_CERTAIN;
    rest = cursor_part(bytes, 0, *length);
    size_t count = 0;
    if (!cursor_skip(&rest, RECORDS_AT))
        return CLAIM_NO;
    while (take_record(&rest, &record)) {
        take_fix(record, &fix);
        if (!calendar_is_recent(fix.time))
            return CLAIM_POSSIBLE;
        count++;
    }
    return framed == FRAMED && count > 0 && rest.left == 0 ? CLAIM_LIKELY : CLAIM_POSSIBLE;
}

static void read(const struct message *message, struct reading *reading)
{
    struct cursor bytes = message->bytes, rest = bytes, id, record;
    struct fix fix;
    reading->type = "status";
    if (!cursor_slice(bytes, ID_AT, 4, &id) || !cursor_skip(&rest, RECORDS_AT))
        return;
    reading_device_number(reading, cursor_le_of(id), 1);
    reading_mark_value(reading, "device", id, "%s", reading->device);
    reading_mark_check(reading, cursor_part(bytes, 0, CRC_SIZE), is_right(bytes), crc_of(bytes));
    reading_mark_number(reading, "length", cursor_part(bytes, LENGTH_AT, 2),
                        cursor_le_of(cursor_part(bytes, LENGTH_AT, 2)));
    while (take_record(&rest, &record)) {
        reading->type = "position";
        take_fix(record, &fix);
        reading_mark_time(reading, cursor_part(record, TIME_AT, 4), fix.time);
        reading_mark_place(reading, cursor_part(record, LAT_AT, 4), fix.lat, cursor_part(record, LON_AT, 4),
                           fix.lon);
        reading_mark_fix(reading, cursor_part(record, FIX_AT, 1), fix.valid);
        reading_mark_check(reading, cursor_part(record, 0, CRC_SIZE), is_right(record), crc_of(record));
        reading_fix(reading, &fix);
    }
    reading_no_location(reading);
}

static void answer(const struct message *message, const struct asker *asker, struct buffer *reply)
{
    uint8_t memory[RECORDS_AT - CRC_SIZE];
    struct buffer head = buffer_on(memory, sizeof(memory));
    struct cursor id;
    (void)asker;
    /* without records it is a server's own word */
    if (message->bytes.left <= RECORDS_AT || !cursor_slice(message->bytes, ID_AT, 4, &id))
        return;
    buffer_put(&head, "\xbf\x4c", 2);
    buffer_put_cursor(&head, id);
    buffer_put_le(&head, 2, 0);
    buffer_put_le(reply, CRC_SIZE, crc16_ccitt_false(buffer_cursor(&head)));
    buffer_put_cursor(reply, buffer_cursor(&head));
}

static const struct sample samples[] = {
    { .hex = "44cfbf4c41420f0042008bb4150020000600260a7f69f0f1d402504a2301e20478002d0001090000040003017764f0e"
             "d150020000000260a7f69f0f1d402504a2301e20478002d0000090000",
      .claim = CLAIM_CERTAIN,
      .type = "position",
      .device = "1000001",
      SAMPLE_VALID,
      .answer = "9372bf4c41420f000000" },
    { .hex = "d25cbf4c41420f002e00f8f1150003001000260a7f69f0f1d402504a2301e20478002d0000090000313233343536373"
             "83930313233343500",
      .claim = CLAIM_CERTAIN,
      .type = "position",
      .device = "1000001",
      .location = LOCATION_INVALID,
      .lat = 47.51,
      .lon = 19.09,
      .time = "2026-02-01T08:09:10Z",
      .answer = "9372bf4c41420f000000" },
    { .hex = "9372bf4c41420f000000",
      .claim = CLAIM_CERTAIN,
      .type = "status",
      .device = "1000001",
      .location = LOCATION_NONE },
    { 0 }
};

const struct protocol protocol_satsol = {
    .name = "satsol",
    .port = 5184,
    .transports = OVER_TCP,
    .never = NEVER_SOUTH_WEST,
    .heads = HEADS(HEAD_ANY),
    .match = match,
    .read = read,
    .answer = answer,
    .samples = samples,
};
