/* SPDX-License-Identifier: Apache-2.0 */
/*
 * manpower: ManPower trackers. Text over TCP, no checksum, no answers.
 *
 *   simei:<id>,<text>,<text>,<keyword>,<n>,<n>,<n>,<yymmddhhmmss>,<A|V>,<ddmm.mmmm>,<N|S>,<dddmm.mmmm>,<E|W>,<speed>,…;
 */
#include "protocol/text_protocol.h"

static const struct text_protocol text = {
    .ends = ";",
    .shape = { "simei:\\d{10,17}," },
    .forms = {
        { "position",
          { "simei:(?<id>\\d+),[^,]*,[^,]*,(?<type>[^,]*),\\d+,\\d+,\\d+\\.?\\d*,(?<ymdhms>\\d{12}),(?<valid>[AV]),"
            "(?<lat>\\d{4}\\.\\d{4}),(?<ns>[NS]),(?<lon>\\d{5}\\.\\d{4}),(?<ew>[EW])?,\\d+\\.?\\d*,.*" } },
    },
};

static const struct sample samples[] = {
    { .text = "simei:123456789012345,,,tracker,99,1,0.9,260201080910,A,4730.6000,N,01905.4000,E,12.50,45,;",
      .claim = CLAIM_CERTAIN,
      .type = "position",
      .device = "123456789012345",
      SAMPLE_VALID },
    { .text = "simei:123456789012345,,,weather,30,0,0,260201080910,V,3327.0000,S,07039.6000,W,0.00,0,x;",
      .claim = CLAIM_CERTAIN,
      .type = "position",
      .device = "123456789012345",
      SAMPLE_INVALID },
    { .text = "simei:123456789012345,a,b,tracker,55,1,1.1,260201080910,A,4042.6000,N,07400.6000,W,0,;",
      .claim = CLAIM_CERTAIN,
      .type = "position",
      .device = "123456789012345",
      SAMPLE_NORTH_WEST },
    { 0 }
};

const struct protocol protocol_manpower = {
    .name = "manpower",
    .port = 5042,
    .transports = OVER_TCP,
    .never = NEVER_NONE,
    .heads = HEADS(HEAD("simei:")),
    .text = &text,
    .samples = samples,
};
