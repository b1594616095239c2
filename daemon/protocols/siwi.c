/* SPDX-License-Identifier: Apache-2.0 */
/*
 * siwi: Siwi vehicle trackers of India. Text lines over TCP, no checksum, no answers.
 *
 *   $<SIWI|EIT|RTPL|…>,<id>,<unit>,<reason>,[<command>],[<value>],<ignition>,<power cut>,<flags>,<text>,<odometer>,<speed>,
 *       <satellites>,<A|V>,<lat>,<lon>,<altitude>,<course>,<hhmmss>,<ddmmyy>,<signal>,<gsm>,<error>,<status>,<battery>,…
 *   Degrees with a sign; date and time of day are India's, 5:30 ahead of UTC.
 */
#include "protocol/text_protocol.h"

enum { INDIA = 330 };

static const struct text_protocol text = {
    .ends = "\n",
    .shape = { "\\$(?:SIWI|EIT|RTPL),\\d{4,15},\\d+,[A-Z]," },
    .forms = {
        { "position",
          { "\\$[A-Z]+,(?<id>\\d+),\\d+,(?<type>[A-Z]),\\d*,[^,]*,[01],[01],\\d+,[^,]+,\\d+,\\d+,\\d+,(?<valid>[AV]),"
            "(?<latd>-?\\d+\\.\\d+),(?<lond>-?\\d+\\.\\d+),-?\\d+,\\d+,(?<hms>\\d{6}),(?<dmy>\\d{6}),\\d+,\\d+,"
            "\\d+,\\d+,\\d+,.*" },
          .zone = INDIA },
        { "status", { "\\$(?:SIWI|EIT|RTPL),(?<id>\\d+),\\d+,[A-Z],.*" }, .claim = CLAIM_LIKELY },
    },
};

static const struct sample samples[] = {
    { .text = "$SIWI,1234567,1320,Q,10,apn.example,1,1,0,0,876578,43,9,A,47.5100000,19.09000,120,45,133910,"
              "010226,22,5,1,0,3700,1210,0,2500,1230,321,0,1.1,4.0,1!\r\n",
      .claim = CLAIM_CERTAIN,
      .type = "position",
      .device = "1234567",
      SAMPLE_VALID },
    { .text = "$EIT,1234567,954,E,0,,0,1,1,0,0,0,0,V,-33.450000,-70.660000,0,0,133910,010226,29,5,12,5,4104,"
              "1,0,2,0,0,0,1.0,3.1,0\r\n",
      .claim = CLAIM_CERTAIN,
      .type = "position",
      .device = "1234567",
      SAMPLE_INVALID },
    { .text = "$RTPL,123456789012345,45,E,,8936201234567890123,0,1,0,12.36,141313,0,9,A,40.710000,-74.010000,"
              "9,280,133910,010226,17,1,13,5,4071,1,0,8,0,0,0,1.0,1.2,0!\r\n",
      .claim = CLAIM_CERTAIN,
      .type = "position",
      .device = "123456789012345",
      SAMPLE_NORTH_WEST },
    { .text = "$SIWI,1234567,955,Q,0,,0,1,1,0,0,0,0,V,,,,,,\r\n",
      .claim = CLAIM_LIKELY,
      .type = "status",
      .device = "1234567",
      .location = LOCATION_NONE },
    { 0 }
};

const struct protocol protocol_siwi = {
    .name = "siwi",
    .port = 5135,
    .transports = OVER_TCP,
    .heads = HEADS(HEAD("$SIWI,"), HEAD("$EIT,"), HEAD("$RTPL,"), HEAD("$")),
    .text = &text,
    .samples = samples,
};
