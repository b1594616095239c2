/* SPDX-License-Identifier: Apache-2.0 */
/*
 * visiontek: VisionTek 86VT, VAJRA and VMC. Text over TCP, no checksum, no answers.
 *
 *   $1,<id>,[<imei>,]<dd>,<mm>,<yy>,<hh>,<mm>,<ss>,<lat><N|S>,<lon><E|W>,<speed>,<course>,…<A|V>[,<card>]…#
 *   Coordinates are ddmm[.]mmmm, or degrees where only two digits stand before the point. Before the first fix they are zeros
 *   without letters: the server then has no position.
 */
#include "protocol/text_protocol.h"

#define FRONT "\\$1,(?<id>[^,]+),(?:\\d+,)?(?<dmy>\\d\\d,\\d\\d,\\d\\d),(?<hms>\\d\\d,\\d\\d,\\d\\d),"

static const struct text_protocol text = {
    .ends = "#",
    .shape = { "\\$1,(?<id>[^,]+),(?:\\d+,)?\\d\\d,\\d\\d,\\d\\d," },
    .forms = {
        { "position",
          { FRONT "(?:(?<latp>\\d{4}\\.?\\d+)(?<ns>[NS]),(?<lonp>\\d{5}\\.?\\d+)|(?<latd>\\d\\d\\.\\d+)(?<ns>[NS]),"
                  "(?<lond>\\d{1,3}\\.\\d+))(?<ew>[EW]),\\d+\\.?\\d+,\\d+,.*(?<valid>[AV])(?:,\\d{10})?.*" } },
        { "status", { "\\$1,(?<id>[^,]+),(?:\\d+,)?\\d\\d,\\d\\d,\\d\\d,\\d\\d,\\d\\d,\\d\\d,[\\d.]+,[\\d.]+,.*V.*" } },
    },
};

static const struct sample samples[] = {
    { .text = "$1,VT12345678,01,02,26,08,09,10,4730.6000N,01905.4000E,012.5,045,0,120,1200,0,0,0,1,1,1,1,20,"
              "00.0,00.3,X1.00,A#",
      .claim = CLAIM_CERTAIN,
      .type = "position",
      .device = "VT12345678",
      SAMPLE_VALID },
    { .text = "$1,VT1,123456789012345,01,02,26,08,09,10,33270000S,070396000W,000.0,000,560,03,1200,0,0,0,0,0,"
              "11,V,1234567890#",
      .claim = CLAIM_CERTAIN,
      .type = "position",
      .device = "VT1",
      SAMPLE_INVALID },
    { .text = "$1,VT1,01,02,26,08,09,10,40.7100000N,074.0100000W,00.00,000,A#",
      .claim = CLAIM_CERTAIN,
      .type = "position",
      .device = "VT1",
      SAMPLE_NORTH_WEST },
    { .text = "$1,VT1,123456789012345,01,02,26,08,09,10,00.0000000,000.0000000,00.00,0,9,0,0,0,V#",
      .claim = CLAIM_CERTAIN,
      .type = "status",
      .device = "VT1",
      .location = LOCATION_NONE },
    { 0 }
};

const struct protocol protocol_visiontek = {
    .name = "visiontek",
    .port = 5069,
    .transports = OVER_TCP,
    .heads = HEADS(HEAD("$1,")),
    .text = &text,
    .samples = samples,
};
