/* SPDX-License-Identifier: Apache-2.0 */
/*
 * gnx: GNX vehicle trackers of India. Text over TCP, no answers.
 *
 *   $GNX_<LOC|DIO|MIF|…>,<id>,<length less 2>,<0|1 stored>,<hhmmss>,<ddmmyy>,<hhmmss of the fix>,<ddmmyy of the fix>,<fix>,
 *       <dd.d>,<N|S>,<ddd.d>,<E|W>,…,<firmware>,<hh>*\n\r
 *   Times are India's, 5:30 ahead of UTC. Before the first fix the degrees are zeros without a point: the server then has no
 *   position. hh: the sum of what stands before the last comma, or its two's complement.
 */
#include "protocol/text_protocol.h"

enum { INDIA = 330 };

#define FRONT "\\$GNX_...,(?<id>\\d+),\\d+,[01],\\d{6},\\d{6},(?<hms>\\d{6}),(?<dmy>\\d{6}),(?<fix>\\d),"

static const struct text_protocol text = {
    .ends = "\n",
    .forms = {
        { "position", { FRONT "(?<latd>\\d{1,2}\\.\\d+),(?<ns>[NS]),(?<lond>\\d{1,3}\\.\\d+),(?<ew>[EW]),"
          ".*" }, .zone = INDIA },
        { "status", { "\\$GNX_...,(?<id>\\d+),\\d+,[01],\\d{6},\\d{6},\\d{6},\\d{6},\\d,\\d+,[NS],\\d+,[EW],.*" } },
        { "status", { "\\$GNX_...,(?<id>\\d+),\\d+,.*" }, .claim = CLAIM_LIKELY },
    },
};

static const struct sample samples[] = {
    { .text = "$GNX_DIO,123456789012345,110,1,133911,010226,133910,010226,1,47.510000,N,019.090000,E,0,0,0,0,"
              "0,0,GNX01001,B1*\n\r",
      .claim = CLAIM_CERTAIN,
      .type = "position",
      .device = "123456789012345",
      SAMPLE_VALID },
    { .text = "$GNX_LOC,123456789012345,110,0,133911,010226,133910,010226,0,33.450000,S,070.660000,W,0,0,0,0,"
              "0,0,GNX01001,B1*\n\r",
      .claim = CLAIM_CERTAIN,
      .type = "position",
      .device = "123456789012345",
      SAMPLE_INVALID },
    { .text = "$GNX_MIF,123456789012345,106,0,133911,010226,133910,010226,1,40.710000,N,074.010000,W,1,"
              "04A1B2C3,GNX01001,B1*\n\r",
      .claim = CLAIM_CERTAIN,
      .type = "position",
      .device = "123456789012345",
      SAMPLE_NORTH_WEST },
    { .text = "$GNX_LOC,123456789012345,112,0,133911,010226,133910,010226,0,000000000,N,0000000000,E,0,0,0,0,"
              "0,0,0,GNX04008,1A*\n\r",
      .claim = CLAIM_CERTAIN,
      .type = "status",
      .device = "123456789012345",
      .location = LOCATION_NONE },
    { 0 }
};

const struct protocol protocol_gnx = {
    .name = "gnx",
    .port = 5106,
    .transports = OVER_TCP,
    .heads = HEADS(HEAD("$GNX_")),
    .text = &text,
    .samples = samples,
};
