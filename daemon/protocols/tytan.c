/* SPDX-License-Identifier: Apache-2.0 */
/*
 * tytan: Tytan DS540 and kin. Binary, big endian, UDP: one datagram.
 *
 *   b5 | L 2 | index in the upper 5 bits | id 4 | record … | CRC 2      total = L + 3; CRC-16/ARC of everything before it
 *   record: length (itself too) | time 4 (Unix) | flags (bits 0, 1 fix, above them satellites) | lat 3 | lon 3 | status | speed |
 *       extras: type, length (ff: one more byte of it), value
 *   lat = 90 - v * 180 / 2^24, lon = v * 360 / 2^24 - 180
 *   Every datagram is answered with ^<index>.
 */
#include "protocol/binary_frame.h"

enum { INDEX_AT = 3, ID_AT = 4, RECORDS_AT = 8, RECORD_LEAST = 14, CRC_SIZE = 2 };

static const struct binary_frame frame = { .length_at = 1,
                                           .length_size = 2,
                                           .plus = 3,
                                           .shortest = RECORDS_AT + RECORD_LEAST + CRC_SIZE,
                                           .longest = 2048,
                                           .check = CHECK_CRC16_ARC,
                                           .check_at = -CRC_SIZE,
                                           .check_size = CRC_SIZE };

static bool take_record(struct cursor *c, struct cursor *record)
{
    uint8_t size;
    return cursor_u8_at(*c, 0, &size) && size >= RECORD_LEAST && cursor_take(c, size, record);
}

/* Do dated records end exactly where the CRC starts? */
static bool is_chain(struct cursor bytes)
{
    struct cursor record, time;
    bool has_record = false;
    bytes.left -= CRC_SIZE;
    if (!cursor_skip(&bytes, RECORDS_AT))
        return false;
    while (take_record(&bytes, &record)) {
        if (!cursor_slice(record, 1, 4, &time) || !calendar_is_recent((int64_t)cursor_be_of(time)))
            return false;
        has_record = true;
    }
    return has_record && bytes.left == 0;
}

/* Of one that is cut off: a dated record at least. */
static bool has_whole_record(struct cursor bytes)
{
    struct cursor record, time;
    return cursor_skip(&bytes, RECORDS_AT) && take_record(&bytes, &record) &&
           cursor_slice(record, 1, 4, &time) && calendar_is_recent((int64_t)cursor_be_of(time));
}

static enum claim match(const struct message *message, size_t *length)
{
    enum claim claim = binary_match(&frame, message, length);
    if (claim == CLAIM_POSSIBLE)
        return has_whole_record(message->bytes) ? CLAIM_POSSIBLE : CLAIM_NO;
    if (claim != CLAIM_LIKELY)
        return claim;
    return is_chain(cursor_part(message->bytes, 0, *length)) ? CLAIM_LIKELY : CLAIM_NO;
}

static void read_record(struct cursor c, struct reading *reading)
{
    struct cursor time, flags, lat, lon;
    struct fix fix = { .has_time = true };
    if (!cursor_skip(&c, 1) || !cursor_take(&c, 4, &time) || !cursor_take(&c, 1, &flags) ||
        !cursor_take(&c, 3, &lat) || !cursor_take(&c, 3, &lon))
        return;
    fix.time = (int64_t)cursor_be_of(time);
    fix.valid = (cursor_byte(flags, 0) & 3) != 0;
    fix.lat = 90 - (double)cursor_be_of(lat) * 180 / 0x1000000;
    fix.lon = (double)cursor_be_of(lon) * 360 / 0x1000000 - 180;
    reading_mark_time(reading, time, fix.time);
    reading_mark_fix(reading, flags, fix.valid);
    reading_mark_place(reading, lat, fix.lat, lon, fix.lon);
    reading_fix(reading, &fix);
}

static void read(const struct message *message, struct reading *reading)
{
    struct cursor bytes = message->bytes, records = bytes, id, record;
    reading->type = "position";
    binary_mark(&frame, reading);
    if (!cursor_slice(bytes, ID_AT, 4, &id) || !cursor_skip(&records, RECORDS_AT))
        return;
    reading_device_number(reading, cursor_be_of(id), 1);
    reading_mark_number(reading, "device", id, cursor_be_of(id));
    records.left -= records.left < CRC_SIZE ? records.left : CRC_SIZE;
    while (take_record(&records, &record))
        read_record(record, reading);
}

static void answer(const struct message *message, const struct asker *asker, struct buffer *reply)
{
    uint8_t index;
    (void)asker;
    if (cursor_u8_at(message->bytes, INDEX_AT, &index))
        buffer_printf(reply, "^%u", (unsigned)(index >> 3));
}

static const struct sample samples[] = {
    { .hex = "b50019380000303912697f0a26263c6e238d933a993018020018f901",
      .datagram = true,
      .claim = CLAIM_CERTAIN,
      .type = "position",
      .device = "12345",
      .location = LOCATION_VALID,
      .lat = 47.51,
      .lon = 19.08999,
      .time = "2026-02-01T08:09:10Z",
      .answer = "=^7" },
    { .hex = "b50019f80000303912697f0a2624af92c64dc0bd9930180200185a57",
      .datagram = true,
      .claim = CLAIM_CERTAIN,
      .type = "position",
      .device = "12345",
      SAMPLE_INVALID,
      .answer = "=^31" },
    { .hex = "b50019380000303912697f0a26264619f14b5ee4993018020018739f",
      .datagram = true,
      .claim = CLAIM_LIKELY,
      .type = "position",
      .device = "12345",
      SAMPLE_NORTH_WEST,
      .answer = "=^7" },
    { .hex = "b5002738000030390e697f09ea263c6e238d933a993012697f0a26253c6e238d933a993018020018078c",
      .datagram = true,
      .claim = CLAIM_CERTAIN,
      .type = "position",
      .device = "12345",
      .location = LOCATION_VALID,
      .lat = 47.51,
      .lon = 19.08999,
      .time = "2026-02-01T08:09:10Z",
      .answer = "=^7" },
    { .hex = "b5002b29000071ad12697f0a2625af92c64dc0bd01050102000112697f0a2625af92c64dc0bd0105",
      .datagram = true,
      .claim = CLAIM_POSSIBLE,
      .type = "position",
      .device = "29101",
      SAMPLE_SOUTH_WEST,
      .answer = "5e35" },
    { 0 }
};

const struct protocol protocol_tytan = {
    .name = "tytan",
    .port = 5084,
    .transports = OVER_UDP,
    .never = NEVER_NONE,
    .heads = HEADS(HEAD("\xb5")),
    .match = match,
    .read = read,
    .answer = answer,
    .samples = samples,
};
