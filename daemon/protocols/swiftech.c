/* SPDX-License-Identifier: Apache-2.0 */
/*
 * swiftech: SwifTech trackers of India. Text over TCP, no checksum, no answers.
 *
 *   @@<id>,[…],[…],<hhmmss>,<ddmm.m>,<N|S>,<dddmm.m>,<E|W>,<speed>,<ddmmyy>,<A|V>,<status 4>,<charge>,<n>,<adc>,<adc>,…#
 */
#include "protocol/text_protocol.h"

static const struct text_protocol text = {
    .ends = "#",
    .forms = {
        { "position",
          { "@@(?<id>\\d+),[^,]*,[^,]*,(?<hms>\\d{6}),(?<lat>\\d{4}\\.\\d+),(?<ns>[NS]),(?<lon>\\d{4,5}\\.\\d+),(?<ew>[EW]),"
            "\\d+\\.?\\d*,(?<dmy>\\d{6}),(?<valid>[AV]),\\d{4},[01],\\d+,\\d+,\\d+,.*" } },
        { "status", { "@@(?<id>\\d{10,17}),[^,]*,[^,]*,.*" }, .claim = CLAIM_LIKELY },
    },
};

static const struct sample samples[] = {
    { .text = "@@123456789012345,,,080910,4730.6000,N,01905.4000,E,12.50,010226,A,1100,1,0,02700,05800,#",
      .claim = CLAIM_CERTAIN,
      .type = "position",
      .device = "123456789012345",
      SAMPLE_VALID },
    { .text = "@@123456789012345,,0,080910,3327.0000,S,07039.6000,W,0.00,010226,V,0127,1,1,03962,00000,#",
      .claim = CLAIM_CERTAIN,
      .type = "position",
      .device = "123456789012345",
      SAMPLE_INVALID },
    { .text =
          "@@123456789012345,x,0,080910,4042.6000,N,7400.6000,W,0.00,010226,A,0000,0,12,00120,00000,12.5,#",
      .claim = CLAIM_CERTAIN,
      .type = "position",
      .device = "123456789012345",
      SAMPLE_NORTH_WEST },
    { .text = "@@123456789012345,,0,,,,,,,,,0127,1,1,03962,00000,#",
      .claim = CLAIM_LIKELY,
      .type = "status",
      .device = "123456789012345",
      .location = LOCATION_NONE },
    { 0 }
};

const struct protocol protocol_swiftech = {
    .name = "swiftech",
    .port = 5217,
    .transports = OVER_TCP,
    .heads = HEADS(HEAD("@@")),
    .text = &text,
    .samples = samples,
};
