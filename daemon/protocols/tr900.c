/* SPDX-License-Identifier: Apache-2.0 */
/*
 * tr900: TR-900 trackers. Text lines, TCP and UDP, no answers.
 *
 *   ><id>,<period>,<fix>,<yymmdd>,<hhmmss>,<E|W><dddmm.m>,<N|S><ddmm.m>,[command],<speed>,<course>,<gsm>,<event>,<adc>-<battery>,
 *       <impulses>,<inputs>,<status>*hh!
 *   fix: 1. How hh is made is not known.
 */
#include "protocol/text_protocol.h"

static const struct text_protocol text = {
    .ends = "\n",
    .forms = {
        { "position",
          { ">(?<id>\\d+),\\d+,(?<valid>\\d),(?<ymd>\\d{6}),(?<hms>\\d{6}),(?<ew>[EW])(?<lon>\\d{5}\\.\\d+),"
            "(?<ns>[NS])(?<lat>\\d{4}\\.\\d+),[^,]*,\\d+\\.?\\d*,\\d+\\.?\\d*,\\d+,\\d+,\\d+-\\d+,\\d+,\\d+,\\d+.*" } },
        { "status", { ">(?<id>\\d{6,17}),\\d+,\\d,.*\\*[0-9A-Fa-f]{2}!" }, .claim = CLAIM_LIKELY },
        { "status",
          { ">(?<id>\\d{6,17}),\\d*,\\d?,\\d{6},\\d{6},[EW]\\d+\\.\\d+,[NS]\\d+\\.\\d+,.*" },
          .claim = CLAIM_LIKELY },
    },
};

static const struct sample samples[] = {
    { .text = ">12345678,1,1,260201,080910,E01905.4000,N4730.6000,,12,045,25,00,126-000,0,3,11111111*2d!\r\n",
      .claim = CLAIM_CERTAIN,
      .type = "position",
      .device = "12345678",
      SAMPLE_VALID },
    { .text = ">123456789,60,0,260201,080910,W07039.6000,S3327.0000,,0.0,0.0,25,12,126-12,7,3,11111111*2d!"
              "\r\n",
      .claim = CLAIM_CERTAIN,
      .type = "position",
      .device = "123456789",
      SAMPLE_INVALID },
    { .text = ">123456789,60,1,260201,080910,W07400.6000,N4042.6000,OK,3.5,270,25,12,126-12,7,3,111",
      .datagram = true,
      .claim = CLAIM_CERTAIN,
      .type = "position",
      .device = "123456789",
      SAMPLE_NORTH_WEST },
    { .text = ">123456789,60,0,,,,,OK,,,25,12,126-12,7,3,11111111*2d!\r\n",
      .claim = CLAIM_LIKELY,
      .type = "status",
      .device = "123456789",
      .location = LOCATION_NONE },
    { 0 }
};

const struct protocol protocol_tr900 = {
    .name = "tr900",
    .port = 5074,
    .transports = OVER_TCP | OVER_UDP,
    /* the digits: of kin, the one with the longer head is named first, and this one comes over both transports */
    .heads = HEADS(HEAD(">0"), HEAD(">1"), HEAD(">2"), HEAD(">3"), HEAD(">4"), HEAD(">5"), HEAD(">6"),
                   HEAD(">7"), HEAD(">8"), HEAD(">9")),
    .kin = KIN("neos"), /* the same line, with an id of eight digits and whole numbers */
    .text = &text,
    .samples = samples,
};
