/* SPDX-License-Identifier: Apache-2.0 */
/*
 * meitrack: Meitrack MVT, MT90, T1, T3, T366, T622, TC68, T711L, MD, P. Text with binary bodies, TCP and UDP.
 * The binary is little endian.
 *
 *   $$<flag><n>,<imei>,<command>,…*<sum>\r\n     n counts from the first comma to the end; the sum is that of
 *                                                the bytes from $$ to the *, modulo 256, as two hex digits
 *   AAA   <event>,<lat>,<lon>,<yymmddhhmmss>,<A|V>,<satellites>,…
 *   CCC   8 bytes, then records of 52: event | lat 4 | lon 4 (1e-6 degree) | seconds since 2000 4 | valid …
 *   CCE   cache 4 | count 2, then records: length 2 | count 2 | ids with values of 1, 2, 4, n bytes
 *   D00, D03   a photo's part, a photo waits      AAC, D82, Bxx, …   replies
 */
#include <math.h>

#include "base/checksum.h"
#include "protocol/protocol.h"

enum { LONGEST = 32768, TAIL = 5, RECORD = 52, COMMAND = 3, COMMAND_MAX = 6 };

struct line {
    uint8_t flag;
    bool is_odd;  /* its command is none of three hex digits: it must prove itself */
    size_t total; /* of the message, as its head tells */
    struct cursor id, command, rest;
};

/* The command and what ends it. */
static enum claim open_command(struct cursor rest, struct line *line)
{
    size_t n = 0, digits = cursor_count_digits(rest);
    while (n < rest.left && n <= COMMAND_MAX && cursor_byte(rest, n) > ' ' && cursor_byte(rest, n) <= '~' &&
           cursor_byte(rest, n) != ',' && cursor_byte(rest, n) != '*')
        n++;
    line->is_odd = n != COMMAND || cursor_count_hex(rest) < COMMAND;
    if (n > COMMAND_MAX || (n == digits && n > COMMAND))
        return CLAIM_NO;
    if (n == rest.left)
        return CLAIM_MORE;
    if (n == 0 || (cursor_byte(rest, n) != ',' && cursor_byte(rest, n) != '*') ||
        !cursor_take(&rest, n, &line->command))
        return CLAIM_NO;
    line->rest = cursor_part(rest, 1, rest.left - 1);
    return CLAIM_LIKELY;
}

/* The head up to the command. NO: it is none; MORE: it is not all there; LIKELY: it is one. */
static enum claim open_line(struct cursor bytes, struct line *line)
{
    struct cursor rest = bytes, number;
    uint64_t told;
    if (!CURSOR_MAY_START(bytes, "$$"))
        return CLAIM_NO;
    if (!cursor_skip(&rest, 2) || !cursor_u8(&rest, &line->flag) || rest.left == 0)
        return CLAIM_MORE;
    if (line->flag <= ' ' || line->flag > '~' || line->flag == ',')
        return CLAIM_NO;
    if (!cursor_digits(&rest, 1, 5, &number) || (rest.left > 0 && cursor_byte(rest, 0) != ','))
        return CLAIM_NO;
    line->total = bytes.left - rest.left;
    if (!cursor_number(number, &told) || told < TAIL || told > LONGEST)
        return rest.left == 0 ? CLAIM_MORE : CLAIM_NO;
    line->total += (size_t)told;
    if (!cursor_skip(&rest, 1) || rest.left == 0)
        return CLAIM_MORE;
    if (!cursor_digits(&rest, 1, 20, &line->id) || (rest.left > 0 && cursor_byte(rest, 0) != ','))
        return CLAIM_NO;
    if (!cursor_skip(&rest, 1) || rest.left == 0)
        return CLAIM_MORE;
    return open_command(rest, line);
}

/* Do the bytes end with "*hh", and is that their sum? */
static bool has_sum(struct cursor bytes)
{
    struct cursor digits;
    uint64_t told;
    return bytes.left > 3 && cursor_byte(bytes, bytes.left - 3) == '*' &&
           cursor_slice(bytes, bytes.left - 2, 2, &digits) && cursor_hex(digits, &told) &&
           sum_8(cursor_part(bytes, 0, bytes.left - 2)) == told;
}

/* A star, two digits and a line end where the head says. */
static bool has_tail(struct cursor bytes, size_t total)
{
    struct cursor tail;
    return total > TAIL && cursor_slice(bytes, total - TAIL, TAIL, &tail) && cursor_byte(tail, 0) == '*' &&
           CURSOR_ENDS(tail, "\r\n") && cursor_count_hex(cursor_part(tail, 1, 2)) == 2;
}

static bool is_binary(struct cursor command)
{
    return cursor_is(command, "CCC") || cursor_is(command, "CCE") || cursor_is(command, "D00");
}

static enum claim match(const struct message *message, size_t *length)
{
    struct cursor bytes = message->bytes;
    struct line line;
    enum claim head = open_line(bytes, &line);
    *length = bytes.left;
    if (head == CLAIM_MORE)
        return message->complete ? bytes.left > 8 ? CLAIM_POSSIBLE : CLAIM_NO : CLAIM_MORE;
    if (head == CLAIM_NO)
        return CLAIM_NO;
    if (has_tail(bytes, line.total)) {
        *length = line.total;
        return has_sum(cursor_part(bytes, 0, line.total - 2)) ? CLAIM_CERTAIN
               : line.is_odd                                  ? CLAIM_NO
                                                              : CLAIM_LIKELY;
    }
    /* the sum is told, only the line end is missing: nobody need wait for it */
    if (bytes.left + 2 == line.total && !is_binary(line.command) && has_sum(bytes))
        return CLAIM_CERTAIN;
    /* a digit may be the flag, but then it must prove itself: fifotrack has a number there */
    if (line.is_odd || (line.flag >= '0' && line.flag <= '9'))
        return bytes.left < line.total && !message->complete ? CLAIM_MORE : CLAIM_NO;
    if (bytes.left < line.total && !message->complete)
        return CLAIM_MORE;
    /* the length is wrong, or the message is cut */
    if (!is_binary(line.command))
        (void)frame_by_text(bytes, message->complete, "\r\n", LONGEST, length);
    else if (!message->complete)
        *length = line.total;
    return CLAIM_LIKELY;
}

static const struct pattern position = {
    "\\$\\$.\\d+,(?<id>\\d+),[[:xdigit:]]{3},(?:\\d*,)?(?<type>\\d+),(?<latd>-?\\d+\\.\\d+),"
    "(?<lond>-?\\d+\\.\\d+),(?<ymdhms>\\d{12}),(?<valid>[AV]),\\d*,\\d*,"
};

static double degrees_of(uint64_t raw)
{
    return signed32((uint32_t)raw) / 1e6;
}

static void read_fixed(struct cursor rest, struct reading *reading)
{
    struct cursor record;
    if (!cursor_skip(&rest, 8))
        return;
    while (cursor_take(&rest, RECORD, &record)) {
        uint64_t lat, lon, time;
        uint8_t event, valid;
        struct cursor c = record;
        if (!cursor_u8(&c, &event) || !cursor_le(&c, 4, &lat) || !cursor_le(&c, 4, &lon) ||
            !cursor_le(&c, 4, &time) || !cursor_u8(&c, &valid))
            return;
        struct fix fix = { .valid = valid == 1,
                           .lat = degrees_of(lat),
                           .lon = degrees_of(lon),
                           .has_time = true,
                           .time = EPOCH_2000 + (int64_t)time };
        reading_mark_place(reading, cursor_part(record, 1, 4), fix.lat, cursor_part(record, 5, 4), fix.lon);
        reading_mark_time(reading, cursor_part(record, 9, 4), fix.time);
        reading_mark_fix(reading, cursor_part(record, 13, 1), fix.valid);
        reading_fix(reading, &fix);
    }
}

static void take_tag(unsigned id, struct cursor value, struct fix *fix, struct reading *reading)
{
    struct cursor c = value;
    uint64_t number;
    if (value.left > 4 || !cursor_le(&c, value.left, &number))
        return;
    if (id == 0x02 && value.left == 4) {
        fix->lat = degrees_of(number);
        reading_mark_value(reading, "latitude", value, "%.6f", fix->lat);
    } else if (id == 0x03 && value.left == 4) {
        fix->lon = degrees_of(number);
        reading_mark_value(reading, "longitude", value, "%.6f", fix->lon);
    } else if (id == 0x04 && value.left == 4) {
        fix->has_time = true;
        fix->time = EPOCH_2000 + (int64_t)number;
        reading_mark_time(reading, value, fix->time);
    } else if (id == 0x05 && value.left == 1) {
        fix->valid = number > 0;
        reading_mark_fix(reading, value, fix->valid);
    }
}

/* One list of a tagged record: count, then ids with values of `size` bytes (0: each tells its length). */
static bool take_list(struct cursor *c, size_t size, struct fix *fix, struct reading *reading)
{
    uint8_t count, id, told;
    struct cursor value;
    if (!cursor_u8(c, &count))
        return false;
    for (unsigned i = 0; i < count; i++) {
        unsigned extended = 0;
        if (!cursor_u8(c, &id))
            return false;
        if (id == 0xfe) {
            extended = 0x100;
            if (!cursor_u8(c, &id))
                return false;
        }
        told = (uint8_t)size;
        if ((size == 0 && !cursor_u8(c, &told)) || !cursor_take(c, told, &value))
            return false;
        if (size > 0)
            take_tag(extended | id, value, fix, reading);
    }
    return true;
}

static void read_tagged(struct cursor rest, struct reading *reading)
{
    uint16_t size, count;
    struct cursor record;
    if (!cursor_skip(&rest, 4) || !cursor_le16(&rest, &count))
        return;
    for (; count > 0 && cursor_le16(&rest, &size); count--) {
        /* without coordinates it still is a position, and none that is valid */
        struct fix fix = { .lat = NAN, .lon = NAN };
        if (!cursor_take(&rest, size, &record) && !cursor_take(&rest, rest.left, &record))
            return;
        if (!cursor_skip(&record, 2))
            return;
        static const size_t sizes[] = { 1, 2, 4, 0 };
        for (size_t i = 0; i < 4 && take_list(&record, sizes[i], &fix, reading); i++)
            ;
        reading_fix(reading, &fix);
    }
}

/* The sum behind the star, whether a line end follows or not. */
static void mark_sum(struct cursor bytes, struct reading *reading)
{
    struct cursor digits;
    if (CURSOR_ENDS(bytes, "\r\n"))
        bytes.left -= 2;
    if (bytes.left > 3 && cursor_byte(bytes, bytes.left - 3) == '*' &&
        cursor_slice(bytes, bytes.left - 2, 2, &digits))
        reading_mark_check(reading, digits, has_sum(bytes), sum_8(cursor_part(bytes, 0, bytes.left - 2)));
}

static void read(const struct message *message, struct reading *reading)
{
    struct line line;
    struct groups found;
    if (open_line(message->bytes, &line) != CLAIM_LIKELY)
        return;
    reading_mark(reading, "command", line.command);
    reading_device(reading, line.id);
    mark_sum(message->bytes, reading);
    reading->type =
        cursor_byte(line.command, 0) == 'D' && !cursor_is(line.command, "D82") ? "photo" : "reply";
    if (cursor_is(line.command, "CCC")) {
        reading->type = "position";
        read_fixed(line.rest, reading);
    } else if (cursor_is(line.command, "CCE")) {
        reading->type = "position";
        read_tagged(line.rest, reading);
    } else if (pattern_match(message->patterns, &position, message->bytes, &found)) {
        reading->type = "position";
        reading->proven = true;
        reading_take_groups(reading, &found, false);
    } else if (cursor_is(line.command, "AAA")) {
        reading->type = "status";
    }
    reading_no_location(reading);
}

/* The sum and the line end behind what was written since `start`. */
static void put_tail(struct buffer *reply, size_t start)
{
    buffer_put_text(reply, "*");
    if (!reply->full)
        buffer_printf(reply, "%02X\r\n", sum_8(cursor_of(reply->bytes + start, reply->length - start)));
}

/* Asks for a part of a photo. */
static void put_photo_request(struct buffer *reply, struct cursor id, struct cursor file, unsigned index)
{
    size_t start = reply->length;
    char number[8];
    struct buffer text = buffer_on(number, sizeof(number));
    buffer_printf(&text, "%u", index);
    buffer_printf(reply, "@@O%02zu,", 12 + id.left + file.left + text.length);
    buffer_put_cursor(reply, id);
    buffer_put_text(reply, ",D00,");
    buffer_put_cursor(reply, file);
    buffer_printf(reply, ",%u", index);
    put_tail(reply, start);
}

/* The server asks for eight parts at a time. */
static void answer_part(const struct line *line, struct buffer *reply)
{
    struct cursor rest = line->rest, file, total_text, part_text;
    uint64_t total, part;
    if (cursor_until(&rest, ',', &file) && cursor_until(&rest, ',', &total_text) &&
        cursor_until(&rest, ',', &part_text) && cursor_number(total_text, &total) &&
        cursor_number(part_text, &part) && part + 1 < total && part < UINT16_MAX && (part + 1) % 8 == 0)
        put_photo_request(reply, line->id, file, (unsigned)part + 1);
}

static void answer(const struct message *message, const struct asker *asker, struct buffer *reply)
{
    struct line line;
    size_t start = reply->length;
    (void)asker;
    if (open_line(message->bytes, &line) != CLAIM_LIKELY)
        return;
    if (cursor_is(line.command, "AAC")) {
        buffer_put_text(reply, "@@z27,");
        buffer_put_cursor(reply, line.id);
        buffer_put_text(reply, ",AAC,1");
        put_tail(reply, start);
    } else if (cursor_is(line.command, "CCC")) {
        size_t count = line.rest.left < 8 ? 0 : (line.rest.left - 8) / RECORD;
        buffer_printf(reply, "@@%c%zu,", line.flag, 27 + count / 10);
        buffer_put_cursor(reply, line.id);
        buffer_printf(reply, ",CCC,%zu", count);
        put_tail(reply, start);
    } else if (cursor_is(line.command, "D03")) {
        put_photo_request(reply, line.id, cursor_of_text("camera_picture.jpg"), 0);
    } else if (cursor_is(line.command, "D00")) {
        answer_part(&line, reply);
    }
}

static const struct sample samples[] = {
    { .text = "$$A144,123456789012345,AAA,35,47.510000,19.090000,260201080910,A,9,22,45,90,1.1,120,80974,"
              "118792,216|30|2A13|634E,0000,0000|0000|0000|09DA|0234,,*BB\r\n",
      .claim = CLAIM_CERTAIN,
      .type = "position",
      .device = "123456789012345",
      SAMPLE_VALID },
    { .text = "$$b138,123456789012345,AAA,123,1,-33.450000,-70.660000,260201080910,V,0,22,0,0,50.0,0,80974,"
              "118792,730|1||,0000,0.00|12.00|3.20|3.30|0.00,,*3F\r\n",
      .claim = CLAIM_CERTAIN,
      .type = "position",
      .device = "123456789012345",
      SAMPLE_INVALID },
    { .text = "$$[66,123456789012345,AAA,29,47.510000,19.090000,260201080910,A,,,*49",
      .datagram = true,
      .claim = CLAIM_CERTAIN,
      .type = "position",
      .device = "123456789012345",
      SAMPLE_VALID },
    { .hex =
          "2424433133382c3132333435363738393031323334352c4343432c02000200e803000023f09701fe60d0c9fba6c6113100"
          "09142d005a000b007800401f000064000000000000000000000000000000000000000000000023f0f1d402504a2301a6c6"
          "11310109142d005a000b007800401f00006400000000000000000000000000000000000000000000002a46460d0a",
      .claim = CLAIM_CERTAIN,
      .type = "position",
      .device = "123456789012345",
      SAMPLE_VALID,
      .answer = "=@@C27,123456789012345,CCC,2*E1\r\n" },
    { .hex = "2424653135302c3132333435363738393031323334352c4343452c00000000020039000c0004012305000609fe69500"
             "3082d00095a004023000402f09701fe0360d0c9fb04a6c61131fe3707000000010e0ad8001e0011220100000039000c"
             "0004012305010609fe695003082d00095a004023000402f0f1d40203504a230104a6c61131fe3707000000010e0ad80"
             "01e001122010000002a39410d0a",
      .claim = CLAIM_CERTAIN,
      .type = "position",
      .device = "123456789012345",
      SAMPLE_VALID },
    { .hex =
          "24245f39312c3132333435363738393031323334352c4343452c00000000010039000c0004012305000609fe695003082d"
          "00095a004023000402f09701fe0360d0c9fb04a6c61131fe3707000000010e0ad8001e001122010000002a38310d0a",
      .claim = CLAIM_CERTAIN,
      .type = "position",
      .device = "123456789012345",
      SAMPLE_INVALID },
    { .text = "$$F26,123456789012345,AAC,*75\r\n",
      .claim = CLAIM_CERTAIN,
      .type = "reply",
      .device = "123456789012345",
      .location = LOCATION_NONE,
      .answer = "=@@z27,123456789012345,AAC,1*13\r\n" },
    { .text = "$$G28,123456789012345,D03,OK*F4\r\n",
      .claim = CLAIM_CERTAIN,
      .type = "photo",
      .device = "123456789012345",
      .location = LOCATION_NONE,
      .answer = "=@@O46,123456789012345,D00,camera_picture.jpg,0*26\r\n" },
    { .hex = "24244834392c3132333435363738393031323334352c4430302c3236303230312e6a70672c32302c372cffd8ff000d0"
             "a002a46460d0a",
      .claim = CLAIM_CERTAIN,
      .type = "photo",
      .device = "123456789012345",
      .location = LOCATION_NONE,
      .answer = "=@@O38,123456789012345,D00,260201.jpg,8*96\r\n" },
    { .text = "$$I28,123456789012345,D82,OK*FD\r\n",
      .claim = CLAIM_CERTAIN,
      .type = "reply",
      .device = "123456789012345",
      .location = LOCATION_NONE },
    { .text = "$$728,123456789012345,B34,OK*E6\r\n",
      .claim = CLAIM_CERTAIN,
      .type = "reply",
      .device = "123456789012345",
      .location = LOCATION_NONE },
    { .text = "$$J146,123456789012345,AAA,35,40.710000,-74.010000,260201080910,A,9,22,45,90,1.1,120,80974,"
              "118792,310|260|2A13|634E,0000,0000|0000|0000|09DA|0234,,*17\r\n",
      .claim = CLAIM_CERTAIN,
      .type = "position",
      .device = "123456789012345",
      SAMPLE_NORTH_WEST },
    { .text = "$$K30,123456789012345,XYZ7,new*3C\r\n",
      .claim = CLAIM_CERTAIN,
      .type = "reply",
      .device = "123456789012345",
      .location = LOCATION_NONE },
    { 0 }
};

const struct protocol protocol_meitrack = {
    .name = "meitrack",
    .port = 5020,
    .transports = OVER_TCP | OVER_UDP,
    .heads = HEADS(HEAD("$$")),
    .match = match,
    .read = read,
    .answer = answer,
    .samples = samples,
};
