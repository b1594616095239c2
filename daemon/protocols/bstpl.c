/* SPDX-License-Identifier: Apache-2.0 */
/*
 * bstpl: BSTPL vehicle trackers of India. Text over TCP, no checksum, no answers.
 *
 *   BSTPL$<type>,<id or vehicle>,<A|V>,<ddmmyy>,<hhmmss>,<lat>,<N|S|0>,<lon>,<E|W|0>,<speed>,<odometer>,<course>,<satellites>,…#
 *       type: 1 position, 3 power, 4 battery, 5 acceleration, 6 braking, 7 overspeed, 8 box, 9 SOS
 */
#include "protocol/text_protocol.h"

#define REST                                                                                               \
    "(?<id>[^,]+),(?<valid>[AV]),(?<dmy>\\d{6}),(?<hms>\\d{6}),(?<latd>\\d+\\.\\d+),(?<ns>[0NS]),(?<lond>" \
    "\\d+\\.\\d+),(?<ew>[0EW]),"                                                                           \
    "\\d+,\\d+,\\d+,\\d+,.*"

static const struct text_protocol text = {
    .ends = "#",
    .forms = {
        { "position", { "BSTPL\\$1," REST } },
        { "alarm", { "BSTPL\\$\\d," REST } },
        { "status", { "BSTPL\\$\\d,(?<id>[^,]+),.*" }, .claim = CLAIM_LIKELY },
    },
};

static const struct sample samples[] = {
    { .text = "BSTPL$1,123456789012345,A,010226,080910,47.510000,N,19.090000,E,20,156,183,17,0,11,1,0,0,0,00."
              "00,00,04.16,15_V1_0_0,8936201234567890123,12.16#",
      .claim = CLAIM_CERTAIN,
      .type = "position",
      .device = "123456789012345",
      SAMPLE_VALID },
    { .text = "BSTPL$1,AB12CD3456,V,010226,080910,33.450000,S,70.66000,W,0,0,000,00,0,17,1,1,0,0,00.01,0,04."
              "19,15B_190821,8956201234567890123F,12.27#",
      .claim = CLAIM_CERTAIN,
      .type = "position",
      .device = "AB12CD3456",
      SAMPLE_INVALID },
    { .text = "BSTPL$7,123456789012345,A,010226,080910,40.710000,N,74.010000,W,120,0,000,00,20,0,04.16,1,1,"
              "11.84,0009,0,17L,8901201234567890123F,{0,0,0,0,0.00,0.00}#",
      .claim = CLAIM_CERTAIN,
      .type = "alarm",
      .device = "123456789012345",
      SAMPLE_NORTH_WEST },
    { .text = "BSTPL$1,123456789012345,V,010226,080910,,0,,0,0,0,000,00,0,17#",
      .claim = CLAIM_LIKELY,
      .type = "status",
      .device = "123456789012345",
      .location = LOCATION_NONE },
    { 0 }
};

const struct protocol protocol_bstpl = {
    .name = "bstpl",
    .port = 5241,
    .transports = OVER_TCP,
    .heads = HEADS(HEAD("BSTPL$")),
    .text = &text,
    .samples = samples,
};
