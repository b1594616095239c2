/* SPDX-License-Identifier: Apache-2.0 */
/*
 * svias: Svias trackers of Brazil. Text over TCP, no checksum; everything is answered '@'.
 *
 *   [<hardware 4>,<software 4>,<index>,<id>,<hour meter>,<ddmmyy>,<hhmmss>,<lat>,<lon>,<speed>,<course>,<odometer>,<inputs>,<outputs>,…]
 *   Date and time come without leading zeros. Latitude and longitude are whole numbers: degrees, minutes (2), decimals of the
 *   minute (5). The lowest bit of the outputs is the fix.
 */
#include "protocol/text_protocol.h"

enum { TWO_DIGITS = 100 };

static bool take_minutes(const struct groups *found, const char *name, struct cursor *field, double *degrees)
{
    double number;
    if (!groups_named(found, name, field) || !cursor_decimal(*field, &number))
        return false;
    double magnitude = number < 0 ? -number : number;
    double whole = (double)(uint64_t)(magnitude / 1e7);
    *degrees = whole + (magnitude - whole * 1e7) / 1e5 / 60;
    *degrees = number < 0 ? -*degrees : *degrees;
    return whole <= 180;
}

/* Three pairs of digits of a number. */
static bool take_pairs(const struct groups *found, const char *name, struct cursor *field, unsigned pairs[3])
{
    uint64_t number;
    if (!groups_named(found, name, field) || !cursor_number(*field, &number))
        return false;
    pairs[0] = (unsigned)(number / TWO_DIGITS / TWO_DIGITS);
    pairs[1] = (unsigned)(number / TWO_DIGITS % TWO_DIGITS);
    pairs[2] = (unsigned)(number % TWO_DIGITS);
    return true;
}

static void read_numbers(const struct text_form *form, const struct groups *found, struct reading *reading)
{
    struct fix fix = { 0 };
    struct cursor lat, lon, date, clock, outputs;
    unsigned day[3], hour[3];
    uint64_t bits;
    (void)form;
    if (!take_minutes(found, "north", &lat, &fix.lat) || !take_minutes(found, "east", &lon, &fix.lon) ||
        !take_pairs(found, "day", &date, day) || !take_pairs(found, "clock", &clock, hour) ||
        !groups_named(found, "outputs", &outputs) || !cursor_number(outputs, &bits))
        return;
    struct calendar when = { .year = calendar_year(day[2]),
                             .month = day[1],
                             .day = day[0],
                             .hour = hour[0],
                             .minute = hour[1],
                             .second = hour[2] };
    fix.has_time = calendar_to_unix(&when, &fix.time);
    fix.valid = bits & 1;
    reading_fix(reading, &fix);
    reading_mark_place(reading, lat, fix.lat, lon, fix.lon);
    reading_mark_fix(reading, outputs, fix.valid);
    reading_mark(reading, "date", date);
    reading_mark(reading, "time of day", clock);
}

static const struct text_protocol text = {
    .ends = "]",
    .weak_heads = true,
    .forms = {
        { "position",
          { "\\[\\d{4},\\d{4},\\d+,(?<id>\\d+),\\d+,(?<day>\\d{5,6}),(?<clock>\\d{1,6}),(?<north>-?\\d{8,10}),(?<east>-?\\d{8,11}),"
            "\\d+,\\d+,\\d+,\\d+,(?<outputs>\\d+),\\d+,\\d+,\\d+,\\d+,\\d+,.*" } },
        { "status", { "\\[\\d{4},\\d{4},\\d+,(?<id>\\d+),\\d+,.*" }, .claim = CLAIM_LIKELY },
        { "status", { "\\[\\d{4},\\d*,\\d*,(?<id>\\d*),\\d*,\\d{5,6},\\d{1,6},-?\\d+,-?\\d+,.*" }, .claim = CLAIM_LIKELY },
    },
    .refine = read_numbers,
    .answer = "@",
};

static const struct sample samples[] = {
    { .text =
          "[7061,3041,57,20301234,710,10226,80910,473060000,190540000,1250,4500,0,16,1,0,0,11323,100,9,,32,"
          "4695]",
      .claim = CLAIM_CERTAIN,
      .type = "position",
      .device = "20301234",
      SAMPLE_VALID,
      .answer = "=@" },
    { .text = "[7061,3041,58,20301234,710,010226,080910,-332700000,-703960000,0,20469,0,16,2,0,0,11323,100,9,"
              "]",
      .claim = CLAIM_CERTAIN,
      .type = "position",
      .device = "20301234",
      SAMPLE_INVALID,
      .answer = "=@" },
    { .text = "[7061,3042,59,20301234,710,10226,80910,404260000,-740060000,0,0,5120,0,3,0,0,11323,98,20,,32]",
      .claim = CLAIM_CERTAIN,
      .type = "position",
      .device = "20301234",
      SAMPLE_NORTH_WEST,
      .answer = "=@" },
    { .text = "[7061,3042,60,20301234,710,10226,80910,0,0,0,0,5120,0,0,0,0,11323,98,20,]",
      .claim = CLAIM_LIKELY,
      .type = "status",
      .device = "20301234",
      .location = LOCATION_NONE,
      .answer = "=@" },
    { 0 }
};

const struct protocol protocol_svias = {
    .name = "svias",
    .port = 5168,
    .transports = OVER_TCP,
    .heads = HEADS(HEAD("[0"), HEAD("[1"), HEAD("[2"), HEAD("[3"), HEAD("[4"), HEAD("[5"), HEAD("[6"),
                   HEAD("[7"), HEAD("[8"), HEAD("[9")),
    .text = &text,
    .samples = samples,
};
