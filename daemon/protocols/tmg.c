/* SPDX-License-Identifier: Apache-2.0 */
/*
 * tmg: TMG vehicle trackers of India. Text lines over TCP, no checksum, no answers.
 *
 *   $<type>,[<L|H>,]<id>,<ddmmyyyy>,<hhmmss>,<fix>,<ddmm.m>,<N|S>,<dddmm.m>,<E|W>,<speed>,<course>,…
 *       type, three small letters: nor, loc and bak positions; rmv power cut, ebl and ibl low battery, tmp, smt and btt tampering,
 *       ion and iof ignition
 *   11 15 | 3 bytes | id, 15 digits | …      a stored block: such lines stand in it, between binary ones
 */
#include "protocol/text_protocol.h"

enum { BLOCK_HEAD = 20, LONGEST = 2048 };

static const struct text_protocol text = {
    .ends = "\n",
    .head = BLOCK_HEAD,
    .longest = LONGEST,
    .weak_heads = true,
    .is_binary = true,
    .forms = {
        { "position",
          { "\\$(?<type>nor|loc|bak),(?:[LH],)?(?<id>\\d+),(?<dmy>\\d{8}),(?<hms>\\d{6}),(?<fix>\\d),"
            "(?<lat>\\d{4}\\.\\d+),(?<ns>[NS]),"
            "(?<lon>\\d{5}\\.\\d+),(?<ew>[EW]),\\d+\\.?\\d*,\\d+\\.?\\d*,.*" } },
        { "alarm",
          { "\\$(?<type>[a-z]{3}),(?:[LH],)?(?<id>\\d+),(?<dmy>\\d{8}),(?<hms>\\d{6}),(?<fix>\\d),"
            "(?<lat>\\d{4}\\.\\d+),(?<ns>[NS]),"
            "(?<lon>\\d{5}\\.\\d+),(?<ew>[EW]),\\d+\\.?\\d*,\\d+\\.?\\d*,.*" } },
        { "status", { "\\$[a-z]{3},(?:[LH],)?(?<id>\\d{15}),.*" }, .claim = CLAIM_LIKELY },
        { "block", { "\\x11\\x15.{3}(?<id>\\d{15}).*\\$[a-z]{3},\\d{15},.*" }, .claim = CLAIM_LIKELY },
    },
};

static const struct sample samples[] = {
    { .text = "$nor,L,123456789012345,01022026,080910,4,4730.6000,N,01905.4000,E,12.0,45.07,120.2,0.97,11,22,"
              "OPERATOR,18,DCDE,0,4.09,12.9,00000111,00000000,1111,00.0-00.0,00.0-0.0,3.59,01.02,#\r\n",
      .claim = CLAIM_CERTAIN,
      .type = "position",
      .device = "123456789012345",
      SAMPLE_VALID },
    { .text = "$bak,123456789012345,01022026,080910,0,3327.0000,S,07039.6000,W,000.0,139.66,52847,22,4,-174,"
              "0,LLLL,NNTN,HH,0.12,3.03,AB12CD3456,0,VER00.1a\n",
      .claim = CLAIM_CERTAIN,
      .type = "position",
      .device = "123456789012345",
      SAMPLE_INVALID },
    { .text = "$ion,H,123456789012345,01022026,080910,1,4042.6000,N,07400.6000,W,0.0,0.0,9.0,0.0,0,22,"
              "OPERATOR,15,49B7,1,2.57,13.2,00000010,00000000,0111,00.0,00.0,0.0,SW10.12,NA,#\r\n",
      .claim = CLAIM_CERTAIN,
      .type = "alarm",
      .device = "123456789012345",
      SAMPLE_NORTH_WEST },
    { .text = "$iof,123456789012345,2282132017,8124280,0,299136216.-482258576,?,1379245398.818734676,?,0.0,"
              "17\r\n",
      .claim = CLAIM_LIKELY,
      .type = "status",
      .device = "123456789012345",
      .location = LOCATION_NONE },
    { .text = "$loc,123456789012345,,,0,,,,,,,0,0,0,0,-174,0,LLLL,NNTN,HH,0.12,3.03,AB12CD3456,0,VER00.1a\n",
      .claim = CLAIM_LIKELY,
      .type = "status",
      .device = "123456789012345",
      .location = LOCATION_NONE },
    { 0 }
};

const struct protocol protocol_tmg = {
    .name = "tmg",
    .port = 5132,
    .transports = OVER_TCP,
    .heads = HEADS(HEAD("$"), HEAD("\x11\x15")),
    .text = &text,
    .samples = samples,
};
