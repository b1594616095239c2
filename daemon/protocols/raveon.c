/* SPDX-License-Identifier: Apache-2.0 */
/*
 * raveon: Raveon M7 and Atlas radio modems, their sentence PRAVE. Text lines over TCP, no answers.
 *
 *   $PRAVE,<from>,<to>,<[-]ddmm.m>,<[-]dddmm.m>,<hhmmss>,<fix>,<satellites>,<altitude>,<temperature>,<volts>,<inputs>,<rssi>,
 *          <speed>,<course>,[<status>],…*hh
 *   There is no date. The id is the one that it comes from. hh: XOR of what stands between '$' and '*'.
 */
#include "protocol/text_protocol.h"

static const struct text_protocol text = {
    .ends = "\n",
    .check = CHECK_XOR,
    .forms = {
        { "position",
          { "\\$(?<covered>PRAVE,(?<id>\\d+),\\d+,(?<lat>-?\\d{3,4}\\.\\d+),(?<lon>-?\\d{3,5}\\.\\d+),"
            "(?<hms>\\d{6}),(?<fix>\\d),"
            "\\d+,-?\\d+,-?\\d+,\\d+\\.\\d+,\\d+,-?\\d+,\\d+,\\d+,[PMACIVSX]?,"
            "[^*]*)(?:\\*(?<check>[0-9A-Fa-f]{2}).*)?" } },
        { "status", { "\\$(?<covered>PRAVE,(?<id>\\d+),[^*]*)(?:\\*(?<check>[0-9A-Fa-f]{2}).*)?" }, .claim = CLAIM_LIKELY },
        { "status", { "\\$PRAVE,.*" }, .claim = CLAIM_LIKELY },
    },
};

static const struct sample samples[] = {
    { .text = "$PRAVE,0012,0001,4730.6000,1905.4000,080910,1,10,120,31,13.3,3,-83,0,45,,1003.4*7F\r\n",
      .claim = CLAIM_CERTAIN,
      .type = "position",
      .device = "0012",
      .location = LOCATION_VALID,
      .lat = 47.51,
      .lon = 19.09 },
    { .text = "$PRAVE,0012,0001,-3327.0000,-7039.6000,080910,0,0,520,-3,12.1,0,-101,0,0,P,*14\r\n",
      .claim = CLAIM_CERTAIN,
      .type = "position",
      .device = "0012",
      .location = LOCATION_INVALID,
      .lat = -33.45,
      .lon = -70.66 },
    { .text = "$PRAVE,12,1,4042.6000,-7400.6000,080910,2,7,9,20,12.0,0,-90,30,270,M,*02\r\n",
      .claim = CLAIM_CERTAIN,
      .type = "position",
      .device = "12",
      .location = LOCATION_VALID,
      .lat = 40.71,
      .lon = -74.01 },
    { .text = "$PRAVE,0012,0001,,,,0,0,,31,13.3,3,-83,,,,*5A\r\n",
      .claim = CLAIM_LIKELY,
      .type = "status",
      .device = "0012",
      .location = LOCATION_NONE },
    { .text = "$PRAVE,,0001,4730.6000,01905.4000,080910,1\r\n",
      .claim = CLAIM_LIKELY,
      .type = "status",
      .location = LOCATION_NONE },
    { 0 }
};

const struct protocol protocol_raveon = {
    .name = "raveon",
    .port = 5117,
    .transports = OVER_TCP,
    .heads = HEADS(HEAD("$PRAVE,")),
    .text = &text,
    .samples = samples,
};
