/* SPDX-License-Identifier: Apache-2.0 */
/*
 * mtx: Matrix M2M modems (MTX-Tunnel). Text lines over TCP, no checksum; every line is answered #ACK.
 *
 *   #MTX,<imei>,<yyyymmdd>,<hhmmss>,<lat>,<lon>,<speed>,<course>,<odometer>,<n|X>,<0|1|X>,<inputs>,<outputs>,<adc>,<adc>…
 *   Signed degrees; there is no fix flag.
 */
#include "protocol/text_protocol.h"

static const struct text_protocol text = {
    .ends = "\n",
    .shape = { "#MTX,\\d{8,17}," },
    .forms = {
        { "position",
          { "#MTX,(?<id>\\d+),(?<ymd>\\d{8}),(?<hms>\\d{6}),(?<latd>-?\\d+\\.\\d+),(?<lond>-?\\d+\\.\\d+),\\d+\\.?\\d*,\\d+,"
            "\\d+\\.?\\d*,(?:\\d+|X),[01X],[01]+,[01]+,\\d+,\\d+.*" },
          .always_valid = true },
        { "status", { "#MTX,(?<id>\\d{8,17}),.*" }, .claim = CLAIM_LIKELY },
    },
    .answer = "#ACK",
};

static const struct sample samples[] = {
    { .text = "#MTX,123456789012345,20260201,080910,47.5100000,019.0900000,012,045,001204.50,X,1,1111,000,0,"
              "12\r\n",
      .claim = CLAIM_CERTAIN,
      .type = "position",
      .device = "123456789012345",
      SAMPLE_VALID,
      .answer = "=#ACK" },
    { .text = "#MTX,123456789012345,20260201,080910,-33.4500000,-070.6600000,000,000,0,12,X,1011,000,0,0\n",
      .claim = CLAIM_CERTAIN,
      .type = "position",
      .device = "123456789012345",
      SAMPLE_SOUTH_WEST,
      .answer = "=#ACK" },
    { .text = "#MTX,123456789012345,20260201,080910,40.7100000,-074.0100000,3.5,270,12.5,X,X,1111,000,0,0,12."
              "5\r\n",
      .claim = CLAIM_CERTAIN,
      .type = "position",
      .device = "123456789012345",
      SAMPLE_NORTH_WEST,
      .answer = "=#ACK" },
    { .text = "#MTX,123456789012345,,,,,,,,X,X,1111,000,0,0\r\n",
      .claim = CLAIM_LIKELY,
      .type = "status",
      .device = "123456789012345",
      .location = LOCATION_NONE,
      .answer = "=#ACK" },
    { 0 }
};

const struct protocol protocol_mtx = {
    .name = "mtx",
    .port = 5083,
    .transports = OVER_TCP,
    .never = NEVER_INVALID,
    .heads = HEADS(HEAD("#MTX,")),
    .text = &text,
    .samples = samples,
};
