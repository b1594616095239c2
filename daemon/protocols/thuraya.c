/* SPDX-License-Identifier: Apache-2.0 */
/*
 * thuraya: Thuraya satellite trackers. Binary, big endian, TCP.
 *
 *   23 54 | L 2 | type 2 | id 4 | content … | check 2      total = L; the check and the sum of all bytes before it make 0
 *   5101 event: record   7101 report: number of records, records   8115 settings   …   9901 the server's answer
 *   record: yyyymmdd 4 | hhmmss 4 (decimal numbers) | lon 4 | lat 4 (1e-6 degree) | course 2 | speed 2 | rotation 2 |
 *       text up to a NUL      always with a fix
 */
#include "protocol/binary_frame.h"

enum { EVENT = 0x5101, REPORT = 0x7101, SETTINGS = 0x8115, ANSWER = 0x9901 };
enum { TYPE_AT = 4, ID_AT = 6, CONTENT_AT = 10, BEHIND_PLACE = 6 };

static const struct binary_frame frame = { .length_at = 2,
                                           .length_size = 2,
                                           .shortest = CONTENT_AT + 2,
                                           .longest = 8192,
                                           .check = CHECK_SUM_16_NEGATED,
                                           .check_at = -2,
                                           .check_size = 2 };

/* The date and time of day of a record, as two decimal numbers. */
static bool take_time(struct cursor *c, int64_t *seconds)
{
    uint32_t date, clock;
    if (!cursor_be32(c, &date) || !cursor_be32(c, &clock))
        return false;
    struct calendar when = { .year = date / 10000,
                             .month = date / 100 % 100,
                             .day = date % 100,
                             .hour = clock / 10000,
                             .minute = clock / 100 % 100,
                             .second = clock % 100 };
    return calendar_to_unix(&when, seconds);
}

/* Does the content begin as the type says? */
static bool is_plausible(struct cursor bytes)
{
    uint16_t type;
    int64_t time;
    if (!cursor_be16_at(bytes, TYPE_AT, &type) ||
        !cursor_skip(&bytes, type == REPORT ? CONTENT_AT + 1 : CONTENT_AT))
        return false;
    return type == SETTINGS || ((type == EVENT || type == REPORT) && take_time(&bytes, &time));
}

static enum claim match(const struct message *message, size_t *length)
{
    enum claim claim = binary_match(&frame, message, length);
    if (claim < CLAIM_POSSIBLE || claim == CLAIM_CERTAIN)
        return claim;
    if (is_plausible(message->bytes))
        return CLAIM_LIKELY;
    /* a head and a length that fits, of a kind that is not known */
    return claim == CLAIM_LIKELY && *length == message->bytes.left ? CLAIM_POSSIBLE : CLAIM_NO;
}

/* One record; false when it is cut off. */
static bool read_record(struct cursor *c, struct reading *reading)
{
    struct cursor date = *c, lat, lon;
    struct fix fix = { .valid = true };
    size_t end;
    fix.has_time = take_time(c, &fix.time);
    if (!cursor_take(c, 4, &lon) || !cursor_take(c, 4, &lat))
        return false;
    fix.lat = (double)signed_of(cursor_be_of(lat), 32) / 1e6;
    fix.lon = (double)signed_of(cursor_be_of(lon), 32) / 1e6;
    if (fix.has_time)
        reading_mark_time(reading, cursor_part(date, 0, 8), fix.time);
    reading_mark_place(reading, lat, fix.lat, lon, fix.lon);
    reading_fix(reading, &fix);
    return cursor_skip(c, BEHIND_PLACE) && cursor_find(*c, '\0', &end) && cursor_skip(c, end + 1);
}

static const char *type_name(uint64_t type)
{
    switch (type) {
    case EVENT:
        return "event";
    case REPORT:
        return "position";
    case SETTINGS:
        return "reply";
    default:
        return "status";
    }
}

static void read(const struct message *message, struct reading *reading)
{
    struct cursor bytes = message->bytes, id, type, content = bytes;
    uint8_t count = 1;
    binary_mark(&frame, reading);
    if (!cursor_slice(bytes, TYPE_AT, 2, &type) || !cursor_slice(bytes, ID_AT, 4, &id) ||
        !cursor_skip(&content, CONTENT_AT))
        return;
    uint64_t number = cursor_be_of(type);
    reading->type = type_name(number);
    reading_mark_value(reading, "type", type, "%s", reading->type);
    reading_device_number(reading, cursor_be_of(id), 1);
    reading_mark_number(reading, "device", id, cursor_be_of(id));
    bool has_records = number == EVENT || (number == REPORT && cursor_u8(&content, &count));
    while (has_records && count > 0 && read_record(&content, reading))
        count--;
    reading_no_location(reading);
}

/* Traccar adds the bytes up as signed numbers, and tells a length one too short. */
static void answer(const struct message *message, const struct asker *asker, struct buffer *reply)
{
    struct cursor bytes = message->bytes, id, type;
    size_t start = reply->length;
    unsigned sum = 0;
    (void)asker;
    if (!cursor_slice(bytes, TYPE_AT, 2, &type) || !cursor_slice(bytes, ID_AT, 4, &id) ||
        cursor_be_of(type) == ANSWER)
        return;
    buffer_put(reply, "\x23\x54\x00\x0f\x99\x01", 6);
    buffer_put_cursor(reply, id);
    buffer_put_cursor(reply, type);
    buffer_put_be(reply, 2, 1);
    if (reply->full)
        return;
    for (size_t i = start; i < reply->length; i++)
        sum += reply->bytes[i] - (reply->bytes[i] & 0x80u) * 2;
    buffer_put_be(reply, 2, 0u - sum);
}

static const struct sample samples[] = {
    { .hex = "2354002b5101072bc8f00135256900013c0e01234a5002d4f1f0102d000c000042323a3000174f4e00f6c3",
      .claim = CLAIM_CERTAIN,
      .type = "event",
      .device = "120310000",
      SAMPLE_VALID,
      .answer = "2354000f9901072bc8f051010001ffa3" },
    { .hex = "2354002b5101072bc8f00135256900013c0efbc9d060fe0197f0102d000c000042323a3000174f4e00f4bd",
      .claim = CLAIM_LIKELY,
      .type = "event",
      .device = "120310000",
      SAMPLE_SOUTH_WEST,
      .answer = "2354000f9901072bc8f051010001ffa3" },
    { .hex = "235400437101072bc8f0020135256900013baa01234a5002d4f1f0102d000c000042323a30000135256900013c0e"
             "fb96b270026d2f70102d000c000042323a3000f0ab",
      .claim = CLAIM_CERTAIN,
      .type = "position",
      .device = "120310000",
      SAMPLE_NORTH_WEST,
      .answer = "2354000f9901072bc8f071010001ff83" },
    { .hex = "235400118115072bc8f076312e3000fbf3",
      .claim = CLAIM_CERTAIN,
      .type = "reply",
      .device = "120310000",
      .location = LOCATION_NONE,
      .answer = "2354000f9901072bc8f081150001005f" },
    { .hex = "2354000d6101072bc8f001fd2f",
      .claim = CLAIM_CERTAIN,
      .type = "status",
      .device = "120310000",
      .location = LOCATION_NONE,
      .answer = "2354000f9901072bc8f061010001ff93" },
    { .hex = "2354000f821535a4e9656f6b000001",
      .whole = true,
      .claim = CLAIM_POSSIBLE,
      .type = "status",
      .device = "900000101",
      .location = LOCATION_NONE,
      .answer = "~23540000000000000000000000000000" },
    { 0 }
};

const struct protocol protocol_thuraya = {
    .name = "thuraya",
    .port = 5242,
    .transports = OVER_TCP,
    .never = NEVER_INVALID,
    .heads = HEADS(HEAD("#T")),
    .match = match,
    .read = read,
    .answer = answer,
    .samples = samples,
};
