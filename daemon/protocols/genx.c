/* SPDX-License-Identifier: Apache-2.0 */
/*
 * genx: Genx units. Text lines over TCP, no checksum, no answers.
 *
 *   <id>,<mm/dd/yyyy hh:mm:ss>,<lat>,<lon>,…        some thirty columns: speed, satellites, odometer, ON or OFF, …
 *   A server is told the order of the columns; this is the one that is set at first. Coordinates are signed degrees; every
 *   position counts as a fix. The American date is what tells it.
 */
#include "protocol/text_protocol.h"

#define FRONT                                                                                                \
    "(?<id>\\d[^,]{2,29}),(?<day>\\d\\d/\\d\\d/\\d{4}) (?<hms>\\d\\d:\\d\\d:\\d\\d),(?<latd>-?\\d+\\.\\d+)," \
    "(?<lond>-?\\d+\\.\\d+)"

/* The month stands before the day. */
static void refine(const struct text_form *form, const struct groups *found, struct reading *reading)
{
    struct cursor day, clock = found->standard[GROUP_HMS];
    int64_t date, time;
    (void)form;
    if (!groups_named(found, "day", &day) || !reading_time_of(day, "mdY", &date) ||
        !reading_time_of(clock, "his", &time))
        return;
    reading->has_time = true;
    reading->time = date + time;
    reading_mark(reading, "date", day);
}

static const struct text_protocol text = {
    .ends = "\n",
    .weak_heads = true,
    .forms = {
        { "position", { FRONT "(?:,[^,]*){8,}" }, .always_valid = true },
        { "position", { FRONT "(?:,.*)?" }, .claim = CLAIM_LIKELY, .always_valid = true },
    },
    .refine = refine,
};

static const struct sample samples[] = {
    { .text = "000012345678,02/01/2026 08:09:10,47.51000,19.09000,12,45,63,569.35,118,ON,10687,0,12,O,9,"
              "3669.000,95.0,0.0,1,107.9464,0.0065,583.752,43,0.00,28.26,7.60,NA,U,UUU,0,-95.0,U\r\n",
      .claim = CLAIM_CERTAIN,
      .type = "position",
      .device = "000012345678",
      SAMPLE_VALID },
    { .text = "000012345678,02/01/2026 08:09:10,-33.45000,-70.66000,0,0,117,1.14,124,OFF,1489,0,5,N,0\r\n",
      .claim = CLAIM_CERTAIN,
      .type = "position",
      .device = "000012345678",
      SAMPLE_SOUTH_WEST },
    { .text = "000012345678,02/01/2026 08:09:10,40.71000,-74.01000,0,0,117\r\n",
      .claim = CLAIM_LIKELY,
      .type = "position",
      .device = "000012345678",
      SAMPLE_NORTH_WEST },
    { 0 }
};

const struct protocol protocol_genx = {
    .name = "genx",
    .port = 5148,
    .transports = OVER_TCP,
    .never = NEVER_INVALID | NEVER_NONE,
    .heads = HEADS(HEAD_DIGITS),
    .text = &text,
    .samples = samples,
};
