/* SPDX-License-Identifier: Apache-2.0 */
/*
 * fox: Fox trackers of buses and trucks in Serbia. Text like XML over TCP, no checksum, no answers.
 *
 *   <fox><gps id="<id>" data="<status>,<A|V>,<ddmmyy>,<hhmmss>,<ddmm.m>,<N|S>,<dddmm.m>,<E|W>,[speed],[course],[cell],
 *       <16 bits> <power> <temperature> <rpm> <fuel> <adc> <adc> <8 bits> <odometer>,…"/></fox>
 */
#include "protocol/text_protocol.h"

static const struct text_protocol text = {
    .end = "</fox>",
    .longest = 4096,
    .forms = {
        { "position",
          { "<fox>.*\\bid=\"(?<id>[^\"]+)\".*\\bdata=\"[^,\"]*,(?<valid>[AV]),(?<dmy>\\d{6}),(?<hms>\\d{6}),(?<lat>\\d{4}\\.\\d+),"
            "(?<ns>[NS]),(?<lon>\\d{5}\\.\\d+),(?<ew>[EW]),[\\d.]*,[\\d.]*,[^,\"]*,[01]+ \\d+ -?\\d+ \\d+ \\d+ \\d+ \\d+ [01]+ \\d+,.+" } },
        { "status", { "<fox>.*\\bid=\"(?<id>[^\"]+)\".*" }, .claim = CLAIM_LIKELY },
    },
};

#define TAIL ",1111111111111111 123 0 0 0 0 0 00000000 47664,47664\"/></fox>"

static const struct sample samples[] = {
    { .text = "<fox><gps id=\"90\" data=\"0,A,010226,080910,4730.6000,N,01905.4000,E,12,45," TAIL,
      .claim = CLAIM_CERTAIN,
      .type = "position",
      .device = "90",
      SAMPLE_VALID },
    { .text = "<fox><gps id=\"bus 7\" data=\"31,V,010226,080910,3327.0000,S,07039.6000,W,0,0,2203" TAIL,
      .claim = CLAIM_CERTAIN,
      .type = "position",
      .device = "bus 7",
      SAMPLE_INVALID },
    { .text = "<fox><gps id=\"90\" data=\"0,A,010226,080910,4042.6000,N,07400.6000,W,,," TAIL,
      .claim = CLAIM_CERTAIN,
      .type = "position",
      .device = "90",
      SAMPLE_NORTH_WEST },
    { .text = "<fox><gps id=\"90\" data=\"1092,V,,\"/></fox>",
      .claim = CLAIM_LIKELY,
      .type = "status",
      .device = "90",
      .location = LOCATION_NONE },
    { 0 }
};

const struct protocol protocol_fox = {
    .name = "fox",
    .port = 5105,
    .transports = OVER_TCP,
    .heads = HEADS(HEAD("<fox>")),
    .text = &text,
    .samples = samples,
};
