/* SPDX-License-Identifier: Apache-2.0 */
/*
 * gs100: GS100 trackers. Binary behind letters, TCP, no checksum, no end.
 *
 *   "GLI" | length, id digits | length, SIM number | length, firmware      login
 *   "GD" | number of records | length, record …
 *   record: status 3 (bit 7 of the first: place) | hhmmssddmmyy BCD | dddmmmmmm lon, flags digit (8 east, 4 north),
 *       ddmmmmmm lat, BCD | speed and course 4      always with a fix
 *   The server says GS100 to a login, GS100 and the number to records.
 */
#include "base/bcd.h"
#include "base/nmea.h"
#include "protocol/protocol.h"

enum { LOGIN_AT = 3, TEXTS = 3, TEXT_LONGEST = 32, COUNT_AT = 2, RECORDS_AT = 3 };
enum { STATUS_PLACE = 0x80, STATUS_SIZE = 3, PLACE_SIZE = 9, PLACED_RECORD = 22 };
enum { FLAG_EAST = 8, FLAG_NORTH = 4 };

static bool take_part(struct cursor *c, struct cursor *part)
{
    struct cursor rest = *c;
    uint8_t size;
    if (!cursor_u8(&rest, &size) || !cursor_take(&rest, size, part))
        return false;
    *c = rest;
    return true;
}

/* Its third text is the last; a login may have fewer, and then ends where the bytes end. */
static enum claim match_login(const struct message *message, size_t *length)
{
    struct cursor rest = message->bytes, id, text;
    if (!cursor_skip(&rest, LOGIN_AT) || rest.left == 0)
        return message->complete ? CLAIM_NO : CLAIM_MORE;
    struct cursor digits = rest;
    if (cursor_byte(rest, 0) == 0 || cursor_byte(rest, 0) > TEXT_LONGEST || !cursor_skip(&digits, 1))
        return CLAIM_NO;
    size_t told = cursor_byte(rest, 0), there = digits.left < told ? digits.left : told;
    if (cursor_count_digits(cursor_part(digits, 0, there)) != there)
        return CLAIM_NO;
    *length = message->bytes.left;
    if (!take_part(&rest, &id))
        return !message->complete ? CLAIM_MORE : there > 4 ? CLAIM_LIKELY : CLAIM_NO;
    size_t count = 1;
    while (count < TEXTS && rest.left > 0 && cursor_byte(rest, 0) <= TEXT_LONGEST &&
           take_part(&rest, &text) && cursor_is_text(text)) {
        count++;
        /* the length of the SIM number leaves its last letter away */
        if (count == 2 && rest.left > 0 && cursor_byte(rest, 0) > TEXT_LONGEST && !cursor_skip(&rest, 1))
            return CLAIM_NO;
    }
    if (count < TEXTS && !message->complete)
        return rest.left <= TEXT_LONGEST ? CLAIM_MORE : CLAIM_NO;
    if (count == TEXTS)
        *length -= rest.left;
    return CLAIM_CERTAIN;
}

/* Is it the length a record has, and is a date where there is a place? */
static bool is_record(struct cursor record)
{
    int64_t time;
    if (record.left < STATUS_SIZE)
        return false;
    bool has_place = cursor_byte(record, 0) & STATUS_PLACE;
    return !has_place || (record.left >= PLACED_RECORD && cursor_skip(&record, STATUS_SIZE) &&
                          reading_take_bcd_time(&record, "hisdmy", &time));
}

static enum claim match_records(const struct message *message, size_t *length)
{
    struct cursor rest = message->bytes, record;
    uint8_t count;
    bool is_placed = false;
    *length = message->bytes.left;
    if (!cursor_u8_at(message->bytes, COUNT_AT, &count) || !cursor_skip(&rest, RECORDS_AT))
        return message->complete ? CLAIM_NO : CLAIM_MORE;
    if (count == 0)
        return CLAIM_NO;
    for (; count > 0; count--) {
        if (!take_part(&rest, &record))
            return !message->complete ? CLAIM_MORE : is_placed ? CLAIM_LIKELY : CLAIM_NO;
        if (!is_record(record))
            return CLAIM_NO;
        is_placed = is_placed || cursor_byte(record, 0) & STATUS_PLACE;
    }
    *length = message->bytes.left - rest.left;
    return is_placed ? CLAIM_CERTAIN : CLAIM_POSSIBLE;
}

static enum claim match(const struct message *message, size_t *length)
{
    return CURSOR_STARTS(message->bytes, "GL") ? match_login(message, length)
                                               : match_records(message, length);
}

static void read_record(struct cursor record, struct reading *reading)
{
    struct cursor date, place, c = record;
    struct fix fix = { .valid = true };
    char digits[2 * PLACE_SIZE + 1];
    if (!cursor_skip(&c, STATUS_SIZE) || !(cursor_byte(record, 0) & STATUS_PLACE) ||
        !cursor_take(&c, 6, &date) || !cursor_take(&c, PLACE_SIZE, &place))
        return;
    struct cursor when = date;
    fix.has_time = reading_carry_bcd_time(&when, "hisdmy", &fix.time);
    bcd_copy_text(place, digits, sizeof(digits));
    unsigned flags = cursor_byte(place, 4) & 15u;
    if (!nmea_packed(cursor_of(digits, 9), 3, &fix.lon) ||
        !nmea_packed(cursor_of(digits + 10, 8), 2, &fix.lat))
        return;
    fix.lon *= flags & FLAG_EAST ? 1 : -1;
    fix.lat *= flags & FLAG_NORTH ? 1 : -1;
    if (fix.has_time)
        reading_mark_time(reading, date, fix.time);
    reading_mark_value(reading, "longitude and latitude", place, "%.6f, %.6f", fix.lon, fix.lat);
    reading_fix(reading, &fix);
}

static void read(const struct message *message, struct reading *reading)
{
    struct cursor rest = message->bytes, part;
    if (!cursor_skip(&rest, RECORDS_AT))
        return;
    if (CURSOR_STARTS(message->bytes, "GL")) {
        reading->type = "login";
        if (take_part(&rest, &part))
            reading_device(reading, part);
    } else {
        while (take_part(&rest, &part)) {
            reading_mark_number(reading, "length", cursor_of(part.at - 1, 1), part.left);
            read_record(part, reading);
        }
        reading->type = reading->location == LOCATION_VALID ? "position" : "status";
    }
    reading_no_location(reading);
}

static void answer(const struct message *message, const struct asker *asker, struct buffer *reply)
{
    uint8_t count;
    (void)asker;
    if (!cursor_u8_at(message->bytes, COUNT_AT, &count))
        return;
    buffer_put_text(reply, "GS100");
    if (!CURSOR_STARTS(message->bytes, "GL"))
        buffer_put_u8(reply, count);
}

static const struct sample samples[] = {
    { .hex = "47440116900000080910010226019054000c4730600000125045",
      .claim = CLAIM_CERTAIN,
      .type = "position",
      SAMPLE_VALID,
      .answer = "475331303001" },
    { .hex = "47440216900000080810010226019054000c47306000001250451690000008091001022607039600003327000000"
             "125045",
      .claim = CLAIM_CERTAIN,
      .type = "position",
      SAMPLE_SOUTH_WEST,
      .answer = "475331303002" },
    { .hex = "474402169000000809100102260740060004404260000012504503100000",
      .claim = CLAIM_CERTAIN,
      .type = "position",
      SAMPLE_NORTH_WEST,
      .answer = "475331303002" },
    { .hex = "47440103100000",
      .claim = CLAIM_POSSIBLE,
      .type = "status",
      .location = LOCATION_NONE,
      .answer = "475331303001" },
    { .hex = "474c490f3132333435363738393031323334351338393336303030303030303030303030305445084657312e302e"
             "3031",
      .claim = CLAIM_CERTAIN,
      .type = "login",
      .device = "123456789012345",
      .location = LOCATION_NONE,
      .answer = "=GS100" },
    { .hex = "474c490f313233343536373839303132333435133839333630303030303030303030303031323346084657312e30"
             "2e3031",
      .claim = CLAIM_CERTAIN,
      .type = "login",
      .device = "123456789012345",
      .location = LOCATION_NONE,
      .answer = "=GS100" },
    { 0 }
};

const struct protocol protocol_gs100 = {
    .name = "gs100",
    .port = 5223,
    .transports = OVER_TCP,
    .never = NEVER_INVALID,
    .heads = HEADS(HEAD("GL"), HEAD("GD")),
    .match = match,
    .read = read,
    .answer = answer,
    .samples = samples,
};
