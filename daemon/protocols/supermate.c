/* SPDX-License-Identifier: Apache-2.0 */
/*
 * supermate: Supermate trackers. Text over TCP, ended by '#', no checksum. Numbers are hexadecimal.
 *
 *   <n>:<imei>:<n>:*,<8 digits>,<command 2>,<A|V>,<yymmdd>,<hhmmss>,<lat>,<lon>,<speed>,<course>,<status 12>,…#
 *      date and clock: three bytes each; coordinates: eight digits, 1/600000 degree, a first digit 8 is south or west
 *   answer: #1:<imei>:1:*,00000000,UP,<date, the year in full>,<clock>#
 */
#include "protocol/text_protocol.h"

enum { DEGREE = 600000, NEGATIVE_DIGIT = 8 };

#define HEX(count) "[0-9A-Fa-f]{" #count "}"

/* "8" and seven hex digits */
static bool take_degrees(struct cursor text, double *degrees)
{
    struct cursor first;
    uint64_t sign, number;
    if (!cursor_take(&text, 1, &first) || !cursor_hex(first, &sign) || !cursor_hex(text, &number))
        return false;
    *degrees = (double)number / DEGREE * (sign == NEGATIVE_DIGIT ? -1 : 1);
    return true;
}

/* Date and clock: six hex bytes in two fields. */
static bool take_time(struct cursor day, struct cursor clock, int64_t *seconds)
{
    uint64_t d, c;
    if (!cursor_hex(day, &d) || !cursor_hex(clock, &c))
        return false;
    struct calendar date = {
        calendar_year(d >> 16 & 0xff), d >> 8 & 0xff, d & 0xff, c >> 16 & 0xff, c >> 8 & 0xff, c & 0xff
    };
    return calendar_to_unix(&date, seconds);
}

static void read_numbers(const struct text_form *form, const struct groups *found, struct reading *reading)
{
    struct cursor letter, day, clock, north, east;
    struct fix fix = { 0 };
    (void)form;
    if (!groups_named(found, "letter", &letter) || !groups_named(found, "day", &day) ||
        !groups_named(found, "clock", &clock) || !groups_named(found, "north", &north) ||
        !groups_named(found, "east", &east) || !take_degrees(north, &fix.lat) ||
        !take_degrees(east, &fix.lon))
        return;
    fix.valid = cursor_byte(letter, 0) == 'A';
    fix.has_time = take_time(day, clock, &fix.time);
    reading_mark_fix(reading, letter, fix.valid);
    reading_mark(reading, "date", day);
    reading_mark(reading, "time of day", clock);
    reading_mark_place(reading, north, fix.lat, east, fix.lon);
    reading_fix(reading, &fix);
}

static const struct text_protocol text = {
    .ends = "#",
    .weak_heads = true,
    .shape = { "\\d+:\\d{15}:\\d+:\\*," },
    .forms = {
        { "alarm",
          { "\\d+:(?<id>\\d+):\\d+:\\*,\\d{8},BJ,(?<letter>[AV]),(?<day>" HEX(6) "),(?<clock>" HEX(6) "),(?<north>" HEX(8)
            "),(?<east>" HEX(8) ")," HEX(4) "," HEX(4) "," HEX(12) ",[0-9A-Fa-f]+,\\d+," HEX(4) ",.*" } },
        { "position",
          { "\\d+:(?<id>\\d+):\\d+:\\*,\\d{8},..,(?<letter>[AV]),(?<day>" HEX(6) "),(?<clock>" HEX(6) "),(?<north>" HEX(8)
            "),(?<east>" HEX(8) ")," HEX(4) "," HEX(4) "," HEX(12) ",[0-9A-Fa-f]+,\\d+," HEX(4) ",.*" } },
        { "status", { "\\d+:(?<id>\\d{15}):\\d+:\\*,.*" }, .claim = CLAIM_LIKELY },
    },
    .refine = read_numbers,
};

static void answer(const struct message *message, const struct asker *asker, struct buffer *reply)
{
    static const struct pattern head = { "\\d+:(?<id>\\d{15}):\\d+:\\*,\\d{8},..,[AV]," };
    struct groups found;
    struct calendar now = calendar_from_unix(asker->now);
    if (!pattern_match(message->patterns, &head, message->bytes, &found))
        return;
    buffer_put_text(reply, "#1:");
    buffer_put_cursor(reply, found.standard[GROUP_ID]);
    buffer_printf(reply, ":1:*,00000000,UP,%02x%02x%02x,%02x%02x%02x#", now.year, now.month, now.day,
                  now.hour, now.minute, now.second);
}

static const struct sample samples[] = {
    { .text =
          "2:123456789012345:1:*,00000000,UP,A,1a0201,08090a,01b2f790,00aec630,04e2,1194,020204000000,14,0,"
          "0000,0003e6#",
      .claim = CLAIM_CERTAIN,
      .type = "position",
      .device = "123456789012345",
      SAMPLE_VALID,
      .answer = "~=#1:123456789012345:1:*,00000000,UP,7ea0101,090000#" },
    { .text =
          "1:123456789012345:12:*,00000000,BJ,V,1A0201,08090A,81323E70,8286E960,0000,0000,020204014000,14,0,"
          "0000,#",
      .claim = CLAIM_CERTAIN,
      .type = "alarm",
      .device = "123456789012345",
      SAMPLE_INVALID,
      .answer = "~=#1:123456789012345:1:*,00000000,UP,7ea0101,090000#" },
    { .text =
          "2:123456789012345:3:*,00000000,UP,A,1a0201,08090a,0174b610,82a594f0,0000,0000,020204000000,1f,0,"
          "0000,0003e6,12.1#",
      .claim = CLAIM_CERTAIN,
      .type = "position",
      .device = "123456789012345",
      SAMPLE_NORTH_WEST,
      .answer = "~=#1:123456789012345:1:*,00000000,UP,7ea0101,090000#" },
    { .text = "2:123456789012345:3:*,00000000,CX,1#",
      .claim = CLAIM_LIKELY,
      .type = "status",
      .device = "123456789012345",
      .location = LOCATION_NONE },
    { 0 }
};

const struct protocol protocol_supermate = {
    .name = "supermate",
    .port = 5108,
    .transports = OVER_TCP,
    .heads = HEADS(HEAD_DIGITS),
    .text = &text,
    .answer = answer,
    .samples = samples,
};
