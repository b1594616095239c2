/* SPDX-License-Identifier: Apache-2.0 */
/*
 * appello: FollowIt collars and Appello personal trackers. Text lines over TCP, no checksum, no answers.
 *
 *   FOLLOWIT,<id>,<yymmddhhmmss>,<lat>,<lon>,<speed>,<course>,<satellites>,<altitude>,<F|L>,…
 *   F: a fix; L: the last one. Instead of the time may stand UTCTIME: there is no place, only cells and Wi-Fi.
 */
#include "protocol/text_protocol.h"

#define NUMBERS "\\d+,\\d+,\\d+,-?\\d+,"

static const struct text_protocol text = {
    .ends = "\n",
    .longest = 4096,
    .shape = { "FOLLOWIT,\\d+," },
    .forms = {
        { "position",
          { "FOLLOWIT,(?<id>\\d+),(?<ymdhms>\\d{12})(?:\\.\\d*)?,(?<latd>-?\\d+\\.\\d+),(?<lond>-?\\d+\\.\\d+),"
            NUMBERS "(?<valid>[FL]),.*" },
          .valid = "F" },
        { "cells",
          { "FOLLOWIT,(?<id>\\d+),UTCTIME,-?\\d+\\.\\d+,-?\\d+\\.\\d+," NUMBERS "[FL],.*" } },
    },
};

static const struct sample samples[] = {
    { .text = "FOLLOWIT,123456789012345,260201080910,47.510000,19.090000,12,45,9,120,F,216,30,4E85,050C,29,,"
              "4.22,,39,,\r\n",
      .claim = CLAIM_CERTAIN,
      .type = "position",
      .device = "123456789012345",
      SAMPLE_VALID },
    { .text = "FOLLOWIT,123456789012345,260201080910.5,-33.450000,-70.660000,0,0,0,-2,L,730,1,4E85,050C,29,,"
              "4.22,\r\n",
      .claim = CLAIM_CERTAIN,
      .type = "position",
      .device = "123456789012345",
      SAMPLE_INVALID },
    { .text = "FOLLOWIT,123456789012345,260201080910,40.710000,-74.010000,0,0,6,9,F,\r\n",
      .claim = CLAIM_CERTAIN,
      .type = "position",
      .device = "123456789012345",
      SAMPLE_NORTH_WEST },
    { .text = "FOLLOWIT,123456789012345,UTCTIME,0.000000,0.000000,0,0,0,0,L,216:30:1a2b:3c4d:40|216:30:1a2b:"
              "3c4e:22|,"
              "02,44,,22,,4.20\r\n",
      .claim = CLAIM_CERTAIN,
      .type = "cells",
      .device = "123456789012345",
      .location = LOCATION_NONE },
    { 0 }
};

const struct protocol protocol_appello = {
    .name = "appello",
    .port = 5109,
    .transports = OVER_TCP,
    .heads = HEADS(HEAD("FOLLOWIT,")),
    .text = &text,
    .samples = samples,
};
