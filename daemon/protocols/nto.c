/* SPDX-License-Identifier: Apache-2.0 */
/*
 * nto: NTO trackers, NB series. Text over TCP, no answers; a message ends with '&'.
 *
 *   ^NB,<id>,<type>,<ddmmyy>,<hhmmss>,<A|V|M>,<N|S>,<ddmm.mmmm>,<E|W>,<dddmm.mmmm>,<knots>,<course>,<status, hex>,…,<CRC>&
 *   CRC-16/MODBUS over everything before it, four hex digits, high byte first.
 */
#include "protocol/text_protocol.h"

static const struct text_protocol text = {
    .ends = "&",
    .check = CHECK_CRC16_MODBUS,
    .shape = { "\\^NB,(?<id>\\d{10,20}),[^,]{3}," },
    .forms = {
        { "position",
          { "(?<covered>\\^NB,(?<id>\\d+),(?<type>.{3}),(?<dmy>\\d{6}),(?<hms>\\d{6}),(?<valid>[AVM]),(?<ns>[NS]),"
            "(?<lat>\\d{4}\\.\\d+),(?<ew>[EW]),(?<lon>\\d{5}\\.\\d+),\\d+\\.?\\d*,\\d+,[0-9a-fA-F]+,.*,)"
            "(?<check>[0-9a-fA-F]{4})" } },
        { "status", { "(?<covered>\\^NB,(?<id>\\d{10,20}),.{3},.*,)(?<check>[0-9a-fA-F]{4})" } },
    },
};

static const struct sample samples[] = {
    { .text = "^NB,123456789012345,N00,010226,080910,A,N,4730.6000,E,01905.4000,12.5,45,000000000001,216:30:"
              "0:4711,+01:00,,1769933350,80,24C8&",
      .claim = CLAIM_CERTAIN,
      .type = "position",
      .device = "123456789012345",
      SAMPLE_VALID },
    { .text = "^NB,123456789012345,N00,010226,080910,V,S,3327.0000,W,07039.6000,0,0,000000000001,216:30:0:"
              "4711,+01:00,,1769933350,80,D476&",
      .claim = CLAIM_CERTAIN,
      .type = "position",
      .device = "123456789012345",
      SAMPLE_INVALID },
    { .text = "^NB,123456789012345,N00,010226,080910,A,N,4042.6000,W,07400.6000,3,180,000000000001,216:30:0:"
              "4711,+01:00,,1769933350,80,E33F&",
      .claim = CLAIM_CERTAIN,
      .type = "position",
      .device = "123456789012345",
      SAMPLE_NORTH_WEST },
    { .text = "^NB,123456789012345,R01,1,OK,CE5D&",
      .claim = CLAIM_CERTAIN,
      .type = "status",
      .device = "123456789012345",
      .location = LOCATION_NONE },
    { 0 }
};

const struct protocol protocol_nto = {
    .name = "nto",
    .port = 5250,
    .transports = OVER_TCP,
    .heads = HEADS(HEAD("^NB,")),
    .text = &text,
    .samples = samples,
};
