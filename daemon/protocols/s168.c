/* SPDX-License-Identifier: Apache-2.0 */
/*
 * s168: S168 trackers for persons and pets. Text over TCP, ended by '$', no answers.
 *
 *   S168#<id>#<serial, 4 hex>#<length of the content, 4 hex>#<NAME>:<values>[;<NAME>:<values>…]$
 *   GDATA:<A|V>,<satellites>,<yymmddhhmmss>,<lat>,<lon>,<speed>,<course>,<altitude>      signed degrees
 *   LOCA G W L   CELL   WIFI   STATUS   ALERT   SYNC a heartbeat
 */
#include "protocol/text_protocol.h"

#define START "S168#(?<id>[^#]+)#[^#]*#[^#]*#"

static const struct text_protocol text = {
    .ends = "$",
    .longest = 2048,
    .shape = { "S168#(?<id>\\d{10,17})#" },
    .forms = {
        { "position",
          { START "(?:.*;)?GDATA:(?<valid>[^,;]*),\\d*,(?<ymdhms>\\d{12}),(?<latd>-?\\d+(?:\\.\\d*)?),(?<lond>-?\\d+(?:\\.\\d*)?),.*" } },
        { "heartbeat", { START "SYNC:.*" } },
        { "cells", { START "LOCA:.*" } },
        { "status", { START "[A-Za-z]+:.*" } },
    },
};

static const struct sample samples[] = {
    { .text = "S168#123456789012345#0012#008a#LOCA:G;CELL:1,d8,1e,1a2b,3c4d5e,2a;GDATA:A,9,260201080910,47."
              "510000,19.090000,"
              "12,45,120;ALERT:0000;STATUS:88,61;;FARM:0,0009,0000,0,20260201080910$",
      .claim = CLAIM_CERTAIN,
      .type = "position",
      .device = "123456789012345",
      SAMPLE_VALID },
    { .text = "S168#123456789012345#0013#0041#LOCA:W;GDATA:V,0,260201080910,-33.450000,-70.660000,0,0,0;"
              "STATUS:88,61$",
      .claim = CLAIM_CERTAIN,
      .type = "position",
      .device = "123456789012345",
      SAMPLE_INVALID },
    { .text = "S168#123456789012345#0014#003f#GDATA:A,12,260201080910,40.710000,-74.010000,5.5,270,9;WAY:0$",
      .claim = CLAIM_CERTAIN,
      .type = "position",
      .device = "123456789012345",
      SAMPLE_NORTH_WEST },
    { .text = "S168#123456789012345#0015#0040#LOCA:L;CELL:1,d8,1e,1a2b,3c4d5e,2a;ALERT:0000;STATUS:88,61$",
      .claim = CLAIM_CERTAIN,
      .type = "cells",
      .device = "123456789012345",
      .location = LOCATION_NONE },
    { .text = "S168#123456789012345#0001#0009#SYNC:0000$",
      .claim = CLAIM_CERTAIN,
      .type = "heartbeat",
      .device = "123456789012345",
      .location = LOCATION_NONE },
    { .text = "S168#123456789012345#0016#0007#RET0,OK$",
      .claim = CLAIM_LIKELY,
      .type = "unknown",
      .device = "123456789012345",
      .location = LOCATION_NONE },
    { 0 }
};

const struct protocol protocol_s168 = {
    .name = "s168",
    .port = 5204,
    .transports = OVER_TCP,
    .heads = HEADS(HEAD("S168#")),
    .text = &text,
    .samples = samples,
};
