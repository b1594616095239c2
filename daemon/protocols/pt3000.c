/* SPDX-License-Identifier: Apache-2.0 */
/*
 * pt3000: PT3000 personal tracker. Text over TCP, no checksum, no answers; a message ends with the letter d.
 *
 *   %<id>,$GPRMC,<hhmmss.sss>,<A|V>,<ddmm.mmmm>,<N|S>,<dddmm.mmmm>,<E|W>,[<knots>],[<course>],<ddmmyy>,,,A,<phone>,N<n>d
 */
#include "protocol/text_protocol.h"

static const struct text_protocol text = {
    .ends = "d",
    .weak_heads = true,
    .shape = { "%(?<id>\\d{6,20}),\\$GPRMC," },
    .forms = {
        { "position",
          { "%(?<id>\\d+),\\$GPRMC,(?<hms>\\d{6})(?:\\.\\d*)?,(?<valid>[AV]),(?<lat>\\d{4}\\.\\d+),(?<ns>[NS]),"
            "(?<lon>\\d{5}\\.\\d+),(?<ew>[EW]),[\\d.]*,[\\d.]*,(?<dmy>\\d{6}).*" } },
    },
};

static const struct sample samples[] = {
    { .text = "%123456789012345,$GPRMC,080910.000,A,4730.6000,N,01905.4000,E,6.50,45.00,010226,,,A,+"
              "3612345678,N098d",
      .claim = CLAIM_CERTAIN,
      .type = "position",
      .device = "123456789012345",
      SAMPLE_VALID },
    { .text =
          "%123456789012345,$GPRMC,080910.000,V,3327.0000,S,07039.6000,W,0.00,,010226,,,N,+56212345678,N031d",
      .claim = CLAIM_CERTAIN,
      .type = "position",
      .device = "123456789012345",
      SAMPLE_INVALID },
    { .text = "%123456789012345,$GPRMC,080910.000,A,4042.6000,N,07400.6000,W,,,010226,,,A,+12125550100,N098d",
      .claim = CLAIM_CERTAIN,
      .type = "position",
      .device = "123456789012345",
      SAMPLE_NORTH_WEST },
    { 0 }
};

const struct protocol protocol_pt3000 = {
    .name = "pt3000",
    .port = 5045,
    .transports = OVER_TCP,
    .never = NEVER_NONE,
    .heads = HEADS(HEAD("%")),
    .text = &text,
    .samples = samples,
};
