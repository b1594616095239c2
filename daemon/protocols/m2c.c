/* SPDX-License-Identifier: Apache-2.0 */
/*
 * m2c: M2C trackers of India. Text over TCP, no answers.
 *
 *   [<line>\r\n<line>\r\n…]
 *   line: #M2C,<model>,<firmware>,<protocol>,<id>,<index>,<L|H>,<priority>,<event>,<yymmdd>,<hhmmss>,<lat>,<lon>,<altitude>,<course>,
 *       <speed>,…*<number>
 *   Signed degrees; there is no fix flag. What the number behind '*' is made of is not known for sure.
 */
#include "protocol/text_protocol.h"

#define FRONT "#M2C,[^,]*,[^,]*,\\d+,(?<id>\\d+),\\d+,[LH],\\d+,\\d+,"
#define RECORD                                                                                              \
    FRONT "(?<ymd>\\d{6}),(?<hms>\\d{6}),(?<latd>-?\\d+\\.\\d+),(?<lond>-?\\d+\\.\\d+),-?\\d+,\\d+,\\d+\\." \
          "\\d+,"                                                                                           \
          "(?:\\d+,){8}\\d+\\.?\\d*,"

static const struct text_protocol text = {
    .ends = "]",
    .longest = 32768,
    .forms = {
        { "position", { "\\[\\s*" RECORD ".*" }, .always_valid = true },
        { "status", { "\\[\\s*#M2C,[^,]*,[^,]*,\\d+,(?<id>\\d+),.*" }, .claim = CLAIM_LIKELY },
    },
};

static const struct pattern record = { RECORD };

extern const struct protocol protocol_m2c;

static void read(const struct message *message, struct reading *reading)
{
    struct groups found;
    struct cursor rest = message->bytes;
    size_t at;
    text_read(&protocol_m2c, message, reading);
    while (cursor_find_text(rest, "#M2C,", &at) && cursor_skip(&rest, at)) {
        if (pattern_match(message->patterns, &record, rest, &found))
            reading_take_groups(reading, &found, true);
        if (!cursor_skip(&rest, 1))
            return;
    }
}

static const struct sample samples[] = {
    { .text =
          "[#M2C,2020,P1.B1.H1.F1.R1,101,123456789012345,2,L,1,100,260201,080910,47.510000,19.090000,120,45,"
          "12.5,8,0,0,255,11942,0,0,0,0,0,0,0,0,30068,5051,0,0,1*8159\r\n]",
      .claim = CLAIM_CERTAIN,
      .type = "position",
      .device = "123456789012345",
      SAMPLE_VALID },
    { .text =
          "[#M2C,2020,P1.B1.H1.F1.R1,101,123456789012345,7,L,0,31,260201,080850,-33.450100,-70.660000,520,0,"
          "0.0,6,7,3,255,11967,0,12,0,0,0,0,0,0,19500,5051,0,27,1*8234\r\n"
          "#M2C,2020,P1.B1.H1.F1.R1,101,123456789012345,8,L,0,33,260201,080910,-33.450000,-70.660000,520,0,"
          "0.0,6,7,0,255,11942,0,12,0,0,0,0,0,0,20300,5051,0,27,1*8211\r\n]",
      .claim = CLAIM_CERTAIN,
      .type = "position",
      .device = "123456789012345",
      SAMPLE_SOUTH_WEST },
    { .text = "[#M2C,2030,P1.B1.H2.F1.R1,102,123456789012345,9,H,0,33,260201,080910,40.710000,-74.010000,-9,"
              "0,0.0,6,7,0,255,11942,0,12,0,0,25.5\r\n]",
      .claim = CLAIM_CERTAIN,
      .type = "position",
      .device = "123456789012345",
      SAMPLE_NORTH_WEST },
    { .text = "[#M2C,2020,P1.B1.H1.F1.R1,101,123456789012345,9,H,0,33,,,,,,,*4711\r\n]",
      .claim = CLAIM_LIKELY,
      .type = "status",
      .device = "123456789012345",
      .location = LOCATION_NONE },
    { 0 }
};

const struct protocol protocol_m2c = {
    .name = "m2c",
    .port = 5157,
    .transports = OVER_TCP,
    .never = NEVER_INVALID,
    .heads = HEADS(HEAD("[#M2C,")),
    .read = read,
    .text = &text,
    .samples = samples,
};
