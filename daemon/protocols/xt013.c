/* SPDX-License-Identifier: Apache-2.0 */
/*
 * xt013: Xexun XT-013 and relatives. Text lines over TCP, no checksum, no answers.
 *
 *   [HI,<digits>]TK,<id>,<yymmddhhmmss>,<±lat>,<±lon>,<speed>,<course>,<n>,<altitude>,<F|L>,<n>,<satellites>,<hex>,<hex>,
 *       <signal>,<text>,<battery>,<charging>,…
 *   F: a fix; L: the last one. The hello stands right before a report.
 */
#include "protocol/text_protocol.h"

static const struct text_protocol text = {
    .ends = "\n",
    .weak_heads = true,
    .shape = { "(?:HI,\\d+)?TK,(?<id>\\d{10,17}),\\d{12},(?:[-+]\\d+\\.\\d+|)," },
    .forms = {
        { "position",
          { "(?:HI,\\d+)?TK,(?<id>\\d+),(?<ymdhms>\\d{12}),(?<latd>[-+]\\d+\\.\\d+),(?<lond>[-+]\\d+\\.\\d+),\\d+,\\d+,"
            "\\d+,\\d+,(?<valid>[FL]),\\d+,\\d+,[0-9a-fA-F]+,[0-9a-fA-F]+,\\d+,[^,]*,\\d+\\.\\d+,\\d,.*" },
          .valid = "F" },
        { "login", { "HI,\\d{10,17}" }, .claim = CLAIM_POSSIBLE },
    },
};

static const struct sample samples[] = {
    { .text = "TK,123456789012345,260201080910,+47.510000,+19.090000,12,45,9,120,F,216,30,C94,336C,22,,4.21,"
              "1,,,\r\n",
      .claim = CLAIM_CERTAIN,
      .type = "position",
      .device = "123456789012345",
      SAMPLE_VALID },
    { .text = "HI,123456789012345TK,123456789012345,260201080910,-33.450000,-70.660000,0,0,0,520,L,730,0,C94,"
              "336C,9,,3.90,0,,\r\n",
      .claim = CLAIM_CERTAIN,
      .type = "position",
      .device = "123456789012345",
      SAMPLE_INVALID },
    { .text =
          "TK,123456789012345,260201080910,+40.710000,-74.010000,0,0,9,9,F,310,08,C94,336C,22,,4.21,1,\r\n",
      .claim = CLAIM_CERTAIN,
      .type = "position",
      .device = "123456789012345",
      SAMPLE_NORTH_WEST },
    { .text = "HI,123456789012345\r\n", .claim = CLAIM_POSSIBLE, .type = "login", .location = LOCATION_NONE },
    { .text = "TK,123456789012345,260201080910,,,0,0,0,0,L,310,08,C94,336C,22,,4.21,1,\r\n",
      .claim = CLAIM_LIKELY,
      .type = "unknown",
      .device = "123456789012345",
      .location = LOCATION_NONE },
    { 0 }
};

const struct protocol protocol_xt013 = {
    .name = "xt013",
    .port = 5076,
    .transports = OVER_TCP,
    .heads = HEADS(HEAD("TK,"), HEAD("HI,")),
    .text = &text,
    .samples = samples,
};
