/* SPDX-License-Identifier: Apache-2.0 */
/*
 * telemax: Telemax trackers. Lines of hexadecimal text over TCP, no separators, no answers.
 *
 *   % | length of the id 2, decimal | id | any text | sum 2                                              login
 *   Y | command 8 | password 6 | length of the id 2 | id | frames 2 | format 2 | interval 4 | flags 2 | version 2 | records 2 |
 *     speed 2 | lon 6 | lat 6 [| yymmddhhmmss | status 8] … | sum 2
 *       time and status stand in the first and the last record, the interval (seconds) parts the others; the highest bit of
 *       the speed: a fix; degrees are (number - 5400000) / 30000
 *   The sum is that of all characters before it, modulo 256.
 */
#include "base/checksum.h"
#include "protocol/protocol.h"

enum { LONGEST = 1024, SUM = 2, ID_LONGEST = 20, TIMED = 20, RECORD = 14, FIX = 0x80 };

/* A data line taken apart. */
struct data {
    struct cursor id, records;
    uint64_t interval, count;
};

/* The next characters as a number. */
static bool take_hex(struct cursor *c, size_t digits, uint64_t *out)
{
    struct cursor field;
    return cursor_take(c, digits, &field) && cursor_hex(field, out);
}

/* The line without its end and its sum. */
static bool is_summed(struct cursor line, struct cursor *covered, struct cursor *sum, bool *is_right)
{
    uint64_t told;
    line = cursor_trim(line);
    if (line.left < SUM || !cursor_slice(line, line.left - SUM, SUM, sum) || !cursor_hex(*sum, &told))
        return false;
    *covered = cursor_part(line, 0, line.left - SUM);
    *is_right = sum_8(*covered) == told;
    return true;
}

static bool take_login(struct cursor covered, struct cursor *id)
{
    struct cursor digits;
    uint64_t size;
    return CURSOR_STARTS(covered, "%") && cursor_skip(&covered, 1) && cursor_take(&covered, 2, &digits) &&
           cursor_count_digits(digits) == digits.left && cursor_number(digits, &size) && size > 0 &&
           size <= ID_LONGEST && cursor_take(&covered, (size_t)size, id) &&
           cursor_count_hex(*id) == id->left && cursor_is_text(covered);
}

/* All lengths must come out even. */
static bool take_data(struct cursor covered, struct data *data)
{
    struct cursor rest = covered;
    uint64_t size, skipped;
    if (!CURSOR_STARTS(rest, "Y") || !cursor_skip(&rest, 1) || cursor_count_hex(rest) != rest.left ||
        !take_hex(&rest, 8, &skipped) || !take_hex(&rest, 6, &skipped) || !take_hex(&rest, 2, &size) ||
        size > ID_LONGEST || !cursor_take(&rest, (size_t)size, &data->id) || !take_hex(&rest, 4, &skipped) ||
        !take_hex(&rest, 4, &data->interval) || !take_hex(&rest, 4, &skipped) ||
        !take_hex(&rest, 2, &data->count))
        return false;
    data->records = rest;
    size_t timed = data->count < 2 ? (size_t)data->count : 2;
    return rest.left == (size_t)data->count * RECORD + timed * TIMED;
}

/* Can the start of a line become one of these? */
static bool may_become(struct cursor bytes)
{
    struct cursor rest = cursor_trim(bytes);
    if (CURSOR_STARTS(rest, "%"))
        return cursor_is_text(rest);
    return cursor_skip(&rest, 1) && cursor_count_hex(rest) == rest.left;
}

/* Behind the id may stand anything: with more than HEX only the sum speaks for it. */
static enum claim claim_login(struct cursor covered, bool is_right)
{
    struct cursor rest = cursor_part(covered, 1, covered.left - 1);
    bool is_hex = cursor_count_hex(rest) == rest.left;
    if (is_right)
        return is_hex ? CLAIM_CERTAIN : CLAIM_LIKELY;
    return is_hex ? CLAIM_POSSIBLE : CLAIM_NO;
}

static enum claim match(const struct message *message, size_t *length)
{
    struct cursor covered, sum, id;
    struct data data;
    bool is_right;
    enum framed framed = frame_by_bytes(message->bytes, message->complete, "\n", LONGEST, length);
    if (framed == FRAMED_MORE)
        return may_become(message->bytes) ? CLAIM_MORE : CLAIM_NO;
    if (framed == FRAMED_NO || !is_summed(cursor_part(message->bytes, 0, *length), &covered, &sum, &is_right))
        return CLAIM_NO;
    if (take_login(covered, &id))
        return claim_login(covered, is_right);
    if (take_data(covered, &data))
        return is_right ? CLAIM_CERTAIN : CLAIM_LIKELY;
    return CLAIM_NO;
}

static void take_records(const struct data *data, struct reading *reading)
{
    struct cursor rest = data->records, record, time;
    struct fix fix = { 0 };
    for (uint64_t i = 0; i < data->count; i++) {
        uint64_t speed, lon, lat;
        if (!cursor_take(&rest, RECORD, &record))
            return;
        struct cursor fields = record;
        if (!take_hex(&fields, 2, &speed) || !take_hex(&fields, 6, &lon) || !take_hex(&fields, 6, &lat))
            return;
        fix.valid = (speed & FIX) != 0;
        fix.lon = ((double)lon - 5400000) / 30000;
        fix.lat = ((double)lat - 5400000) / 30000;
        fix.time += (int64_t)data->interval;
        if (i == 0 || i + 1 == data->count) {
            if (!cursor_take(&rest, TIMED, &time))
                return;
            time.left -= 8;
            fix.has_time = reading_time_of(time, "ymdhis", &fix.time);
            if (fix.has_time)
                reading_mark_time(reading, time, fix.time);
        }
        reading_fix(reading, &fix);
        reading_mark_fix(reading, cursor_part(record, 0, 2), fix.valid);
        reading_mark_place(reading, cursor_part(record, 8, 6), fix.lat, cursor_part(record, 2, 6), fix.lon);
    }
}

static void read(const struct message *message, struct reading *reading)
{
    struct cursor covered, sum, id;
    struct data data;
    bool is_right;
    if (!is_summed(message->bytes, &covered, &sum, &is_right))
        return;
    reading_mark_check(reading, sum, is_right, sum_8(covered));
    if (take_login(covered, &id)) {
        reading->type = "login";
        reading_device(reading, id);
    } else if (take_data(covered, &data)) {
        reading->type = "position";
        reading_device(reading, data.id);
        take_records(&data, reading);
    }
    reading_no_location(reading);
}

static const struct sample samples[] = {
    { .text = "%061234560121\r\n",
      .claim = CLAIM_CERTAIN,
      .type = "login",
      .device = "123456",
      .location = LOCATION_NONE },
    { .text = "%06123456V1.0A5\r\n",
      .claim = CLAIM_LIKELY,
      .type = "login",
      .device = "123456",
      .location = LOCATION_NONE },
    { .text = "Y000007C6999999061234564649003C00A7038C3084B4650874260201080710000000008C5B18506824288C5B22DC6"
              "8255426020108091000000000A1\r\n",
      .claim = CLAIM_CERTAIN,
      .type = "position",
      .device = "123456",
      SAMPLE_VALID },
    { .text = "Y000007C6999999061234564649003C00A7010C320D484315D426020108091000000000AA\r\n",
      .claim = CLAIM_CERTAIN,
      .type = "position",
      .device = "123456",
      SAMPLE_INVALID },
    { .text = "Y000007C6999999061234564649003C00A7018C3084B46508742602010809100000000000\r\n",
      .claim = CLAIM_LIKELY,
      .type = "position",
      .device = "123456",
      SAMPLE_NORTH_WEST },
    { 0 }
};

const struct protocol protocol_telemax = {
    .name = "telemax",
    .port = 5165,
    .transports = OVER_TCP,
    .heads = HEADS(HEAD("Y"), HEAD("%0"), HEAD("%1"), HEAD("%2")),
    .match = match,
    .read = read,
    .samples = samples,
};
