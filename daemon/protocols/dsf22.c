/* SPDX-License-Identifier: Apache-2.0 */
/*
 * dsf22: DSF22 trackers. Binary, little endian, TCP and UDP. No end, no check value.
 *
 *   46 42 | id 2 | count | record 16 …      total = 5 + 16 * count
 *   record: lat 4 | lon 4 (1e-7 degree) | time 4 (Unix) | speed | fuel 2 | status (bit 0 ignition)
 *   Always with a fix. Every message is answered with 01.
 */
#include "protocol/protocol.h"

enum { ID_AT = 2, COUNT_AT = 4, RECORDS_AT = 5, RECORD = 16, LONGEST = RECORDS_AT + 255 * RECORD };

/* The fix of one record; false when it is cut off. */
static bool take_record(struct cursor *c, struct fix *fix, struct cursor *record)
{
    uint32_t lat, lon, time;
    if (!cursor_take(c, RECORD, record))
        return false;
    struct cursor rest = *record;
    if (!cursor_le32(&rest, &lat) || !cursor_le32(&rest, &lon) || !cursor_le32(&rest, &time))
        return false;
    *fix = (struct fix){ .valid = true, .has_time = true, .time = time };
    fix->lat = signed32(lat) / 1e7;
    fix->lon = signed32(lon) / 1e7;
    return true;
}

/* How many whole records there are, and how many of them name a place and a time. */
static size_t count_plausible(struct cursor bytes, size_t *whole)
{
    struct cursor record;
    struct fix fix;
    size_t plausible = 0;
    *whole = 0;
    if (!cursor_skip(&bytes, RECORDS_AT))
        return 0;
    for (; take_record(&bytes, &fix, &record); (*whole)++)
        plausible += fix_is_on_earth(&fix) && calendar_is_recent(fix.time);
    return plausible;
}

static size_t count_on_earth(struct cursor bytes)
{
    struct cursor record;
    struct fix fix;
    size_t count = 0;
    if (!cursor_skip(&bytes, RECORDS_AT))
        return 0;
    while (take_record(&bytes, &fix, &record))
        count += fix_is_on_earth(&fix);
    return count;
}

static enum claim match(const struct message *message, size_t *length)
{
    struct cursor bytes = message->bytes;
    uint8_t count;
    if (!cursor_u8_at(bytes, COUNT_AT, &count))
        return message->complete ? CLAIM_NO : CLAIM_MORE;
    if (count == 0)
        return CLAIM_NO;
    size_t total = RECORDS_AT + (size_t)count * RECORD, whole;
    enum framed framed = frame_by_length(bytes, message->complete, total, LONGEST, length);
    size_t plausible =
        count_plausible(cursor_part(bytes, 0, bytes.left < total ? bytes.left : total), &whole);
    if (whole > 0 && plausible == 0) /* the clock may not be set yet */
        return framed == FRAMED && message->complete && bytes.left == total && count_on_earth(bytes) == count
                   ? CLAIM_POSSIBLE
                   : CLAIM_NO;
    if (framed == FRAMED_CUT) /* numbers of a text are plausible, too */
        return whole > 0 && plausible == whole && !cursor_is_text(bytes) ? CLAIM_POSSIBLE : CLAIM_NO;
    if (framed != FRAMED)
        return claim_framed(framed);
    bool is_exact = message->complete && bytes.left == total;
    if (plausible == whole)
        return is_exact || whole > 1 ? CLAIM_CERTAIN : CLAIM_LIKELY;
    return is_exact ? CLAIM_LIKELY : CLAIM_POSSIBLE;
}

static void read(const struct message *message, struct reading *reading)
{
    struct cursor rest = message->bytes, id, record;
    struct fix fix;
    reading->type = "position";
    if (!cursor_slice(message->bytes, ID_AT, 2, &id) || !cursor_skip(&rest, RECORDS_AT))
        return;
    reading_device_number(reading, cursor_le_of(id), 1);
    reading_mark_number(reading, "device", id, cursor_le_of(id));
    while (take_record(&rest, &fix, &record)) {
        reading_mark_place(reading, cursor_part(record, 0, 4), fix.lat, cursor_part(record, 4, 4), fix.lon);
        reading_mark_time(reading, cursor_part(record, 8, 4), fix.time);
        reading_fix(reading, &fix);
    }
}

static void answer(const struct message *message, const struct asker *asker, struct buffer *reply)
{
    (void)message;
    (void)asker;
    buffer_put_u8(reply, 1);
}

static const struct sample samples[] = {
    { .hex = "46423930026073511c20e7600bea097f69289700016073511c20e7600b260a7f6928970001",
      .claim = CLAIM_CERTAIN,
      .type = "position",
      .device = "12345",
      SAMPLE_VALID,
      .answer = "01" },
    { .hex = "464239300160ef0fecc023e2d5260a7f6928970001",
      .claim = CLAIM_LIKELY,
      .type = "position",
      .device = "12345",
      SAMPLE_SOUTH_WEST,
      .answer = "01" },
    { .hex = "464239300160da431860f8e2d3260a7f6928970001",
      .datagram = true,
      .claim = CLAIM_LIKELY,
      .type = "position",
      .device = "12345",
      SAMPLE_NORTH_WEST,
      .answer = "01" },
    { .hex = "4642f55f0160ef0fecc023e2d50000000005640001",
      .whole = true,
      .claim = CLAIM_POSSIBLE,
      .type = "position",
      .device = "24565",
      .location = LOCATION_VALID,
      .lat = -33.45,
      .lon = -70.66,
      .time = "1970-01-01T00:00:00Z",
      .answer = "01" },
    { 0 }
};

const struct protocol protocol_dsf22 = {
    .name = "dsf22",
    .port = 5236,
    .transports = OVER_TCP | OVER_UDP,
    .never = NEVER_INVALID | NEVER_NONE,
    .heads = HEADS(HEAD("FB")),
    .match = match,
    .read = read,
    .answer = answer,
    .samples = samples,
};
