/* SPDX-License-Identifier: Apache-2.0 */
/*
 * ivt401: IVT-401 trackers. Text over TCP, no checksum, no answers.
 *
 *   (TL<A|B|L|N>,<id>,<ddmmyy>,<hhmmss>,<±lat>,<±lon>,<speed>,<course>,<altitude>,<satellites>,<fix>,<rssi>,<inputs>,<outputs>,…);
 *   Degrees; A is an alarm. A fix of 3 with zeros for the place counts as one too, as in servers.
 */
#include "protocol/text_protocol.h"

#define BODY                                                                                                 \
    ",(?<id>\\d+),(?<dmy>\\d{6}),(?<hms>\\d{6}),(?<latd>[-+]\\d+\\.\\d+),(?<lond>[-+]\\d+\\.\\d+),\\d+,\\d+" \
    ","                                                                                                      \
    "-?\\d+\\.?\\d*,\\d+,(?<fix>\\d),\\d+,\\d+,\\d+,\\d+\\.\\d+,\\d+\\.\\d+,\\d+\\.\\d+,-?\\d+\\.?\\d*,[^,]" \
    "*,\\d+,\\d+\\.\\d+,-?\\d+,\\d+,\\d+,.*"

static const struct text_protocol text = {
    .ends = ";",
    .forms = {
        { "alarm", { "\\(TLA" BODY } },
        { "position", { "\\(TL[BLN]" BODY } },
        { "status", { "\\(TL[A-Z],(?<id>\\d+),.*" }, .claim = CLAIM_LIKELY },
    },
};

static const struct sample samples[] = {
    { .text =
          "(TLN,123456789012345,010226,080910,+47.510000,+19.090000,12,45,120,9,1,5,000,00,0.00,12.25,7.95,"
          "27.20,0.0,0,1.13,0,0,0,6,87);",
      .claim = CLAIM_CERTAIN,
      .type = "position",
      .device = "123456789012345",
      SAMPLE_VALID },
    { .text =
          "(TLL,123456789012345,010226,080910,-33.450000,-70.660000,0,0,520.5,0,0,10,000,00,0.00,10.41,7.07,"
          "26.84,0.00,0,0.99,63,0,0,0,0,0,0,000000000,0,0,0,0,0,0,0,2,0,0,14,86);",
      .claim = CLAIM_CERTAIN,
      .type = "position",
      .device = "123456789012345",
      SAMPLE_INVALID },
    { .text = "(TLA,123456789012345,010226,080910,+40.710000,-74.010000,0,334,0,1,1,5,1200,0,0.0,12.20,4.10,"
              "36,0,0,1.00,0,0,12704,0,0,0,0,0,0,0,0,0,0,0,0,1,0,3,203,0);",
      .claim = CLAIM_CERTAIN,
      .type = "alarm",
      .device = "123456789012345",
      SAMPLE_NORTH_WEST },
    { .text = "(TLB,123456789012345,010226,080910,,,,,,,,);",
      .claim = CLAIM_LIKELY,
      .type = "status",
      .device = "123456789012345",
      .location = LOCATION_NONE },
    { 0 }
};

const struct protocol protocol_ivt401 = {
    .name = "ivt401",
    .port = 5153,
    .transports = OVER_TCP,
    .heads = HEADS(HEAD("(TLA,"), HEAD("(TLB,"), HEAD("(TLL,"), HEAD("(TLN,"), HEAD("(TL")),
    .text = &text,
    .samples = samples,
};
