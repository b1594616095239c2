/* SPDX-License-Identifier: Apache-2.0 */
/*
 * smartsole: GTX Corp GPS SmartSole. Text over TCP, ended by '$', no checksum, no answers.
 *
 *   #GTXRP=<imei>,<type>,<yymmddhhmmss fix>,<lat>,<lon>,<altitude>,<speed>,<1|0 fix>,<satellites>,<hdop>,<yymmddhhmmss device>,
 *   <battery>,<status>$      signed degrees
 */
#include "protocol/text_protocol.h"

static const struct text_protocol text = {
    .ends = "$",
    .shape = { "#GTXRP=(?<id>\\d{10,17})," },
    .forms = {
        { "position",
          { "#GTXRP=(?<id>\\d+),(?<type>\\d+),(?<ymdhms>\\d{12}),(?<latd>-?\\d+\\.\\d+),(?<lond>-?\\d+\\.\\d+),-?\\d+,\\d+,"
            "(?<valid>[01]),\\d+,\\d+\\.\\d+,\\d{12},\\d+\\.\\d+,\\d+" },
          .valid = "1" },
        { "status", { "#GTXRP=(?<id>\\d{10,17}),.*" }, .claim = CLAIM_LIKELY },
    },
};

static const struct sample samples[] = {
    { .text =
          "#GTXRP=123456789012345,8,260201080910,47.510000,19.090000,120,12,1,9,0.95,260201080910,4.16,11$",
      .claim = CLAIM_CERTAIN,
      .type = "position",
      .device = "123456789012345",
      SAMPLE_VALID },
    { .text =
          "#GTXRP=123456789012345,11,260201080910,-33.450000,-70.660000,520,0,0,0,1.08,260201081000,4.10,10$",
      .claim = CLAIM_CERTAIN,
      .type = "position",
      .device = "123456789012345",
      SAMPLE_INVALID },
    { .text =
          "#GTXRP=123456789012345,8,260201080910,40.710000,-74.010000,-9,1,1,7,1.80,260201080910,4.16,11$",
      .claim = CLAIM_CERTAIN,
      .type = "position",
      .device = "123456789012345",
      SAMPLE_NORTH_WEST },
    { .text = "#GTXRP=123456789012345,9,,,,,,,,,260201081000,3.60,10$",
      .claim = CLAIM_LIKELY,
      .type = "status",
      .device = "123456789012345",
      .location = LOCATION_NONE },
    { 0 }
};

const struct protocol protocol_smartsole = {
    .name = "smartsole",
    .port = 5178,
    .transports = OVER_TCP,
    .heads = HEADS(HEAD("#GTXRP=")),
    .text = &text,
    .samples = samples,
};
