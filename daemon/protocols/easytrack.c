/* SPDX-License-Identifier: Apache-2.0 */
/*
 * easytrack: EasyTrack "ET" units (GT series, E3, E3+4G). Text, TCP.
 *
 *   *ET,<imei>,<XX>,<A|V>,<yymmdd>,<hhmmss>,<lat>,<lon>,<speed>,<course>,…#     DW, HB, AM, CC …
 *        dates are three hex bytes; coordinates eight hex digits: 1/600000 degree, highest bit south or west
 *   *ET,<imei>,TX,<A|V>,<yymmdd>,<hhmmss>#   *ET,<imei>,MQ#      keep-alives, echoed
 *   *ET,<imei>,OB,BD$V…;#   *ET,<imei>,JZ,<0|1>,<cid>,<lac>,<mcc>,<mnc>#    OBD data, cells
 *   A message ends at '#', or at the end of the line. No checksum. Other makers use two letters of their own.
 */
#include "protocol/protocol.h"

enum { LONGEST = 1024, DEGREE = 600000, NEGATIVE_DIGIT = 8 };

/* "*XX,<digits>,<two characters>" taken apart. */
struct line {
    struct cursor maker, id, type;
    struct cursor rest; /* behind the comma that follows the type; empty when none does */
    size_t head;        /* bytes up to that comma, counting it */
};

static bool is_end(uint8_t byte)
{
    return byte == '#' || byte == '\r' || byte == '\n';
}

static bool open_line(struct cursor bytes, struct line *line)
{
    struct cursor rest = bytes;
    if (!cursor_skip(&rest, 1) || !cursor_take(&rest, 2, &line->maker) || rest.left == 0 ||
        cursor_byte(rest, 0) != ',' || !cursor_skip(&rest, 1) || !cursor_digits(&rest, 1, 20, &line->id) ||
        rest.left == 0 || cursor_byte(rest, 0) != ',' || !cursor_skip(&rest, 1) ||
        !cursor_take(&rest, 2, &line->type))
        return false;
    line->rest = cursor_part(rest, 0, 0);
    line->head = bytes.left - rest.left;
    if (rest.left == 0 || is_end(cursor_byte(rest, 0)))
        return true;
    if (cursor_byte(rest, 0) != ',' || !cursor_skip(&rest, 1))
        return false;
    line->rest = rest;
    line->head++;
    return true;
}

static bool take_hex_bytes(struct cursor text, unsigned out[static 3])
{
    for (size_t i = 0; i < 3; i++) {
        struct cursor pair;
        uint64_t number;
        if (!cursor_take(&text, 2, &pair) || !cursor_hex(pair, &number))
            return false;
        out[i] = (unsigned)number;
    }
    return true;
}

static bool take_time(struct cursor day, struct cursor clock, int64_t *seconds)
{
    unsigned d[3], c[3];
    if (!take_hex_bytes(day, d) || !take_hex_bytes(clock, c))
        return false;
    struct calendar date = { calendar_year(d[0]), d[1], d[2], c[0], c[1], c[2] };
    return d[0] < 100 && calendar_to_unix(&date, seconds);
}

/* "A,0A090D,101C0D": a letter, a date and a clock in hex bytes: what no relative has behind its type. */
static bool has_clock(struct cursor rest)
{
    int64_t time;
    return rest.left >= 15 && (cursor_byte(rest, 0) == 'A' || cursor_byte(rest, 0) == 'V') &&
           cursor_byte(rest, 1) == ',' && cursor_byte(rest, 8) == ',' &&
           take_time(cursor_part(rest, 2, 6), cursor_part(rest, 9, 6), &time);
}

static enum claim match(const struct message *message, size_t *length)
{
    struct cursor bytes = message->bytes;
    struct line line;
    if (bytes.left >= 4 && cursor_byte(bytes, 3) != ',')
        return CLAIM_NO;
    enum framed framed = frame_by_bytes(bytes, message->complete, "#\n", LONGEST, length);
    if (claim_framed(framed) < CLAIM_POSSIBLE)
        return claim_framed(framed);
    bytes.left = *length;
    bool is_own = CURSOR_STARTS(bytes, "*ET,");
    if (!open_line(bytes, &line))
        return is_own && framed == FRAMED_CUT && bytes.left > 4 && cursor_is_text(bytes) ? CLAIM_POSSIBLE
                                                                                         : CLAIM_NO;
    if (is_own)
        return line.id.left >= 8 ? CLAIM_LIKELY : CLAIM_POSSIBLE;
    if (has_clock(line.rest) || (cursor_is(line.type, "OB") && CURSOR_STARTS(line.rest, "BD$")))
        return CLAIM_LIKELY;
    bool is_short = cursor_is(line.type, "TX") || cursor_is(line.type, "MQ") || cursor_is(line.type, "JZ");
    return is_short && line.id.left >= 8 ? CLAIM_POSSIBLE : CLAIM_NO;
}

static const struct pattern position = {
    "\\*..,\\d+,..,(?<fix>[AV]),(?<day>[0-9A-Fa-f]{6}),(?<clock>[0-9A-Fa-f]{6}),"
    "(?<north>[0-9A-Fa-f]{8}),(?<east>[0-9A-Fa-f]{8})[,#\\s]"
};
static const struct pattern keep_alive = {
    "\\*ET,\\d{10,15},(?:MQ|TX,[AV],[0-9A-Fa-f]{6},[0-9A-Fa-f]{6})[#\\s]"
};
static const struct pattern obd = { "\\*..,\\d+,OB,BD\\$V\\d+\\.\\d;R\\d+;S\\d+;" };
static const struct pattern cells = { "\\*ET,\\d+,JZ,\\d,\\d+,\\d+,\\d+,\\d+[,#\\s]" };

static bool take_degrees(struct cursor text, double *degrees)
{
    struct cursor first;
    uint64_t letter, number;
    if (!cursor_take(&text, 1, &first) || !cursor_hex(first, &letter) || !cursor_hex(text, &number))
        return false;
    *degrees = (double)number / DEGREE * (letter >= NEGATIVE_DIGIT ? -1 : 1);
    return true;
}

static void read_position(const struct groups *found, struct reading *reading)
{
    struct cursor letter, day, clock, north, east;
    struct fix fix = { 0 };
    if (!groups_named(found, "fix", &letter) || !groups_named(found, "day", &day) ||
        !groups_named(found, "clock", &clock) || !groups_named(found, "north", &north) ||
        !groups_named(found, "east", &east) || !take_degrees(north, &fix.lat) ||
        !take_degrees(east, &fix.lon))
        return;
    fix.valid = cursor_byte(letter, 0) == 'A';
    fix.has_time = take_time(day, clock, &fix.time);
    reading_mark_fix(reading, letter, fix.valid);
    if (fix.has_time)
        reading_mark_time(reading, cursor_join(day, clock), fix.time);
    reading_mark_place(reading, north, fix.lat, east, fix.lon);
    reading_fix(reading, &fix);
    reading->proven = true;
}

static void read(const struct message *message, struct reading *reading)
{
    struct cursor text = message->bytes;
    struct line line;
    struct groups found;
    if (!open_line(text, &line))
        return;
    reading_device(reading, line.id);
    reading_mark(reading, "type", line.type);
    if (cursor_is(line.type, "TX") || cursor_is(line.type, "MQ")) {
        reading->type = "heartbeat";
        reading->proven = pattern_match(message->patterns, &keep_alive, text, NULL);
    } else if (cursor_is(line.type, "OB")) {
        reading->type = "obd";
        reading->proven = pattern_match(message->patterns, &obd, text, NULL);
    } else if (cursor_is(line.type, "JZ")) {
        reading->type = "cells";
        reading->proven = pattern_match(message->patterns, &cells, text, NULL);
    } else if (pattern_match(message->patterns, &position, text, &found)) {
        reading->type = cursor_is(line.type, "AM") ? "alarm" : "position";
        read_position(&found, reading);
    } else {
        reading->type = "status";
    }
    reading_no_location(reading);
}

static void answer(const struct message *message, const struct asker *asker, struct buffer *reply)
{
    struct cursor text = message->bytes;
    struct line line;
    (void)asker;
    if (!open_line(text, &line))
        return;
    if (cursor_is(line.type, "TX") || cursor_is(line.type, "MQ")) {
        if (message->datagram)
            return; /* an echo, and anybody can feign the sender */
        size_t end = 0;
        while (end < text.left && !is_end(cursor_byte(text, end)))
            end++;
        buffer_put_cursor(reply, cursor_part(text, 0, end));
        buffer_put_text(reply, "#");
    } else if (cursor_is(line.type, "JZ") && line.rest.left > 0 && cursor_byte(line.rest, 0) >= '1' &&
               cursor_byte(line.rest, 0) <= '9') {
        buffer_put_text(reply, "*ET,");
        buffer_put_cursor(reply, line.id);
        buffer_put_text(reply, ",JZ,undefined#");
    }
}

static const struct sample samples[] = {
    { .text = "*ET,123456789012345,DW,A,1A0201,08090A,01B2F790,00AEC630,0064,002D,00200000,1C,65,0777,00D1E2,"
              "121#\r\n",
      .claim = CLAIM_CERTAIN,
      .type = "position",
      .device = "123456789012345",
      SAMPLE_VALID },
    { .text =
          "*ET,123456789012345,HB,V,1a0201,08090a,81323e70,8286e960,0000,0000,00100000,1b,35,0a10,00b2c3,530,"
          "9911,0a0b0c0d,0101,12.25,11#",
      .claim = CLAIM_CERTAIN,
      .type = "position",
      .device = "123456789012345",
      SAMPLE_INVALID },
    { .text =
          "*GT,123456789012345,AM,A,1A0201,08090A,01B2F790,00AEC630,0064,002D,00200000,1C,65,0777,00D1E2\r\n",
      .claim = CLAIM_CERTAIN,
      .type = "alarm",
      .device = "123456789012345",
      SAMPLE_VALID },
    { .text = "*ET,123456789012345,TX,V,1A0201,08090A#\r\n",
      .claim = CLAIM_CERTAIN,
      .type = "heartbeat",
      .device = "123456789012345",
      .location = LOCATION_NONE,
      .answer = "=*ET,123456789012345,TX,V,1A0201,08090A#" },
    { .text = "*ET,123456789012345,MQ#",
      .claim = CLAIM_CERTAIN,
      .type = "heartbeat",
      .device = "123456789012345",
      .location = LOCATION_NONE,
      .answer = "=*ET,123456789012345,MQ#" },
    { .text = "*ET,123456789012345,JZ,1,30211,1201,216,30#",
      .claim = CLAIM_CERTAIN,
      .type = "cells",
      .device = "123456789012345",
      .location = LOCATION_NONE,
      .answer = "=*ET,123456789012345,JZ,undefined#" },
    { .text = "*ET,123456789012345,OB,BD$V12.4;R00900;S045;P012.5;O020.1;C090;L030.0;XM005.250;M6.5;F010.333;"
              "T0000321;#\r\n",
      .claim = CLAIM_CERTAIN,
      .type = "obd",
      .device = "123456789012345",
      .location = LOCATION_NONE },
    { .text =
          "*ET,123456789012345,CC,A,1A0201,08090A,0174B610,82A594F0,0064,002D,00200000,1C,65,0777,00D1E2#",
      .claim = CLAIM_CERTAIN,
      .type = "position",
      .device = "123456789012345",
      SAMPLE_NORTH_WEST },
    { 0 }
};

const struct protocol protocol_easytrack = {
    .name = "easytrack",
    .port = 5056,
    .transports = OVER_TCP,
    .heads = HEADS(HEAD("*ET,"), HEAD("*")),
    .match = match,
    .read = read,
    .answer = answer,
    .samples = samples,
};
