/* SPDX-License-Identifier: Apache-2.0 */
/*
 * dway: D-Way trackers. Text lines over TCP, no checksum.
 *
 *   AA55,HB                                                heartbeat, answered 55AA,HB,OK
 *   AA55,<index>,<id>,<type>,<yymmdd>,<hhmmss>,<lat>,<lon>,<altitude>,<speed>,<course>,<4 bits>,<4 bits>,<bits>,<battery>,…
 *   Signed degrees; there is no fix flag.
 */
#include "protocol/text_protocol.h"

static const struct text_protocol text = {
    .ends = "\n",
    .forms = {
        { "position",
          { "AA55,\\d+,(?<id>\\d+),\\d+,(?<ymd>\\d{6}),(?<hms>\\d{6}),(?<latd>-?\\d+\\.\\d+),(?<lond>-?\\d+\\.\\d+),-?\\d+, ?\\d+\\.?\\d*,"
            "\\d+,[01]{4},[01]{4},[01]+,\\d+,\\d+,\\d+,\\d+.*" },
          .always_valid = true },
        { "heartbeat", { "AA55,HB(?:,.*)?" }, .answer = "55AA,HB,OK\r\n" },
        { "status", { "AA55,\\d+,(?<id>\\d+),.*" }, .claim = CLAIM_LIKELY },
    },
};

static const struct sample samples[] = {
    { .text = "AA55,36,123456,1,260201,080910,47.5100,19.0900,120, 2.5,45,1000,0000,00000,3578,0,0,0,D\r\n",
      .claim = CLAIM_CERTAIN,
      .type = "position",
      .device = "123456",
      SAMPLE_VALID },
    { .text = "AA55,37,123456,1,260201,080910,-33.4500,-70.6600,520,70.5,320,1100,0011,1110,3950,33000,24000,"
              "12345678\r\n",
      .claim = CLAIM_CERTAIN,
      .type = "position",
      .device = "123456",
      SAMPLE_SOUTH_WEST },
    { .text = "AA55,115,7,1,260201,080910,40.7100,-74.0100,-9, 1.0,319,1000,0000,00000,4244,0,0,0\n",
      .claim = CLAIM_CERTAIN,
      .type = "position",
      .device = "7",
      SAMPLE_NORTH_WEST },
    { .text = "AA55,HB\r\n",
      .claim = CLAIM_CERTAIN,
      .type = "heartbeat",
      .location = LOCATION_NONE,
      .answer = "=55AA,HB,OK\r\n" },
    { .text = "AA55,38,123456,2,260201,080910,,,\r\n",
      .claim = CLAIM_LIKELY,
      .type = "status",
      .device = "123456",
      .location = LOCATION_NONE },
    { 0 }
};

const struct protocol protocol_dway = {
    .name = "dway",
    .port = 5150,
    .transports = OVER_TCP,
    .never = NEVER_INVALID,
    .heads = HEADS(HEAD("AA55,")),
    .text = &text,
    .samples = samples,
};
