/* SPDX-License-Identifier: Apache-2.0 */
/*
 * hunterpro: HunterPro trackers. Text over TCP, ended by CR, no answers.
 *
 *   ><id><$GPRMC,<hhmmss>[.s],<A|V>,<ddmm.m>,<N|S>,<dddmm.m>,<E|W>,[speed],[course],<ddmmyy>…
 */
#include "protocol/text_protocol.h"

static const struct text_protocol text = {
    .ends = "\r",
    .forms = {
        { "position",
          { ">(?<id>\\d+)<\\$GPRMC,(?<hms>\\d{6})\\.?\\d*,(?<valid>[AV]),(?<lat>\\d{4}\\.\\d+),(?<ns>[NS]),"
            "(?<lon>\\d{5}\\.\\d+),(?<ew>[EW]),[\\d.]*,[\\d.]*,(?<dmy>\\d{6}).*" } },
        { "status", { ">(?<id>\\d+)<\\$G.*" }, .claim = CLAIM_LIKELY },
    },
};

static const struct sample samples[] = {
    { .text = ">0007<$GPRMC,080910.000,A,4730.6000,N,01905.4000,E,12.50,45.00,010226,,,A55, s000001234567\r",
      .claim = CLAIM_CERTAIN,
      .type = "position",
      .device = "0007",
      SAMPLE_VALID },
    { .text = ">123<$GPRMC,080910,V,3327.0000,S,07039.6000,W,,,010226,,,N*4C\r",
      .claim = CLAIM_CERTAIN,
      .type = "position",
      .device = "123",
      SAMPLE_INVALID },
    { .text = ">123<$GPRMC,080910.00,A,4042.6000,N,07400.6000,W,0.0,,010226\r",
      .claim = CLAIM_CERTAIN,
      .type = "position",
      .device = "123",
      SAMPLE_NORTH_WEST },
    { .text = ">123<$GPRMC,080910,V,,,,,,,010226,,,N*53\r",
      .claim = CLAIM_LIKELY,
      .type = "status",
      .device = "123",
      .location = LOCATION_NONE },
    { 0 }
};

const struct protocol protocol_hunterpro = {
    .name = "hunterpro",
    .port = 5116,
    .transports = OVER_TCP,
    .heads = HEADS(HEAD(">")),
    .text = &text,
    .samples = samples,
};
