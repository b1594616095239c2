/* SPDX-License-Identifier: Apache-2.0 */
/*
 * neos: Neos trackers. One text in a datagram; every one is answered $OK!.
 *
 *   ><id, 8 digits>,<status>,<fix 0|1>,<yymmdd>,<hhmmss>,<E|W><dddmm.m>,<N|S><ddmm.m>,[response],<speed>,<course>,<rssi>,[event],
 *       <adc>-<battery>,0,<digit>,<8 binary digits>*hh!
 *   How hh is made is not known.
 */
#include "protocol/text_protocol.h"

#define LINE                                                                 \
    ">(?<id>\\d{8}),\\d+,(?<valid>[01]),(?<ymd>\\d{6}),(?<hms>\\d{6}),"      \
    "(?<ew>[EW])(?<lon>\\d{3,5}\\.\\d+),(?<ns>[NS])(?<lat>\\d{3,4}\\.\\d+)," \
    "[^,]*,\\d+,\\d+,\\d+,[^,]*,\\d+-\\d+,0,\\d,"

static const struct text_protocol text = {
    .ends = "\n",
    .forms = {
        { "position", { LINE "[01]{8}\\*[0-9A-Fa-f]{2}!.*" } },
        /* its end is cut off */
        { "position", { LINE "[01]+(?:\\*[0-9A-Fa-f]*)?" }, .claim = CLAIM_LIKELY },
    },
    .answer = "$OK!",
};

static const struct sample samples[] = {
    { .text = ">12345678,1,1,260201,080910,E01905.4000,N4730.6000,,12,045,25,00,126-000,0,3,11111111*2d!\r\n",
      .datagram = true,
      .claim = CLAIM_CERTAIN,
      .type = "position",
      .device = "12345678",
      SAMPLE_VALID,
      .answer = "=$OK!" },
    { .text = ">12345678,1,1,260201,080910,W07400.6000,N4042.6000,,12,045,25,,126-000,0,3,11111111*2d",
      .datagram = true,
      .claim = CLAIM_LIKELY,
      .type = "position",
      .device = "12345678",
      SAMPLE_NORTH_WEST,
      .answer = "=$OK!" },
    { .text = ">12345678,1,0,260201,080910,W07039.6000,S3327.0000,,0,000,25,,126-000,0,3,01111111*2d!",
      .datagram = true,
      .claim = CLAIM_CERTAIN,
      .type = "position",
      .device = "12345678",
      SAMPLE_INVALID,
      .answer = "=$OK!" },
    { .text = ">12345678,1,1,260201,080910,W07400.6000,N4042.6000,done,12,045,25,x,126-000,0,3,00000000*2d!",
      .datagram = true,
      .claim = CLAIM_CERTAIN,
      .type = "position",
      .device = "12345678",
      SAMPLE_NORTH_WEST,
      .answer = "=$OK!" },
    { 0 }
};

const struct protocol protocol_neos = {
    .name = "neos",
    .port = 5183,
    .transports = OVER_UDP,
    .never = NEVER_NONE,
    .heads = HEADS(HEAD(">")),
    .kin = KIN("tr900"), /* it takes nearly every line of this grammar */
    .text = &text,
    .samples = samples,
};
