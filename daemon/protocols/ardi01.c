/* SPDX-License-Identifier: Apache-2.0 */
/*
 * ardi01: ARDI 01. Text lines over TCP, no checksum, no answers.
 *
 *   <imei>,<yyyymmddhhmmss>,<lon>,<lat>,<speed>,<course>,<altitude>,<satellites>,<event>,<battery, %>,<temperature>
 *   Coordinates are signed degrees; three satellites make a fix. Nothing stands behind the temperature. When that is not
 *   negative, the line may be an intellitrac's or a wondex's: an IMEI speaks against them.
 */
#include "protocol/text_protocol.h"

/* few satellites are no fix: then the group `valid` holds their number, which is no letter for a fix */
#define LINE(id, temperature)                                                                         \
    "(?<id>" id "),(?<ymdhms>\\d{14}),(?<lond>-?\\d+\\.\\d+),(?<latd>-?\\d+\\.\\d+),\\d+(?:\\.\\d*)?" \
    ",\\d+(?:\\.\\d*)?,-?\\d+(?:\\.\\d*)?,(?:(?<valid>0*[0-2])|\\d+),\\d+,\\d+," temperature

static const struct text_protocol text = {
    .ends = "\n",
    .weak_heads = true,
    .forms = {
        { "position", { LINE("\\d+", "-\\d+") }, .valid = "A", .always_valid = true },
        { "position", { LINE("\\d{15}", "\\d+") }, .claim = CLAIM_LIKELY, .valid = "A", .always_valid = true },
        { "position", { LINE("\\d+", "\\d+") }, .claim = CLAIM_POSSIBLE, .valid = "A", .always_valid = true },
    },
};

static const struct sample samples[] = {
    { .text = "123456789012345,20260201080910,19.0900000,47.5100000,12,45,120,7,5,78,-1\r\n",
      .claim = CLAIM_CERTAIN,
      .type = "position",
      .device = "123456789012345",
      SAMPLE_VALID },
    { .text = "123456789012345,20260201080910,-70.6600000,-33.4500000,0,0,520,2,5,100,-12\r\n",
      .claim = CLAIM_CERTAIN,
      .type = "position",
      .device = "123456789012345",
      SAMPLE_INVALID },
    { .text = "123456789012345,20260201080910,-74.0100000,40.7100000,0.5,0,9,11,5,78,21\r\n",
      .claim = CLAIM_LIKELY,
      .type = "position",
      .device = "123456789012345",
      SAMPLE_NORTH_WEST },
    { 0 }
};

const struct protocol protocol_ardi01 = {
    .name = "ardi01",
    .port = 5075,
    .transports = OVER_TCP,
    .never = NEVER_NONE,
    .heads = HEADS(HEAD_DIGITS),
    .kin = KIN("intellitrac", "wondex"), /* three whole numbers behind the satellites */
    .text = &text,
    .samples = samples,
};
