/* SPDX-License-Identifier: Apache-2.0 */
/*
 * jido: JIDO trackers (India). Text over TCP, ended by '#', no answers. Two hex digits in front of the '#' are a check whose
 * rule is not known.
 *
 *   *<id>,<command>,[<A|V>,]<ddmmyy>,<hhmmss>,<ddmm.m>,<N|S>,<dddmm.m>,<E|W>,<speed>,<odometer>,<course>,<altitude>,
 *   <satellites>,<gsm>,<n>,<0|1>,<battery>,<Y|K|N>,<0|1>,<x>,<y>,<z>,<hh>#
 *   Command 01 is a report, 03 a low battery, 04 tampering. Without the letter there is a fix. The fields behind the
 *   coordinates may be a single one.
 */
#include "protocol/text_protocol.h"

static const struct text_protocol text = {
    .ends = "#",
    .weak_heads = true,
    .shape = { "\\*\\d{8,20},\\d\\d,(?:[AV]?,)?\\d{6},\\d{6}," },
    .forms = {
        { "position",
          { "\\*(?<id>\\d{6,}),(?<type>\\d+),(?:(?<valid>[AV]),)?(?<dmy>\\d{6}),(?<hms>\\d{6}),(?<lat>\\d{3,4}\\.\\d+),(?<ns>[NS]),"
            "(?<lon>\\d{3,5}\\.\\d+),(?<ew>[EW]),(?:\\d+,\\d+,\\d+,-?\\d+,\\d+,\\d+,\\d+,[01],\\d+,[YKN],[01],[^,]+,[^,]+,[^,]+"
            "|[^,]*),[0-9A-Fa-f]{2}" },
          .always_valid = true },
        { "status", { "\\*(?<id>\\d{8,20}),\\d\\d,(?:[AV]?,)?\\d{6},\\d{6},.*" }, .claim = CLAIM_LIKELY },
    },
};

static const struct sample samples[] = {
    { .text =
          "*123456789012345,01,A,010226,080910,4730.6000,N,01905.4000,E,12,1204,045,120,07,22,16,1,080,Y,1,"
          "0001,0002,0003,3C#",
      .claim = CLAIM_CERTAIN,
      .type = "position",
      .device = "123456789012345",
      SAMPLE_VALID },
    { .text =
          "*123456789012345,04,V,010226,080910,3327.0000,S,07039.6000,W,0,0,000,520,00,22,16,0,080,K,0,0,0,0,"
          "3C#",
      .claim = CLAIM_CERTAIN,
      .type = "position",
      .device = "123456789012345",
      SAMPLE_INVALID },
    { .text = "*123456789012345,03,010226,080910,4042.6000,N,07400.6000,W,12%,A1#",
      .claim = CLAIM_CERTAIN,
      .type = "position",
      .device = "123456789012345",
      SAMPLE_NORTH_WEST },
    { .text = "*123456789012345,01,V,010226,080910,,,,,0,0,000,0,00,22,16,0,080,K,0,0,0,0,3C#",
      .claim = CLAIM_LIKELY,
      .type = "status",
      .device = "123456789012345",
      .location = LOCATION_NONE },
    { 0 }
};

const struct protocol protocol_jido = {
    .name = "jido",
    .port = 5237,
    .transports = OVER_TCP,
    .heads = HEADS(HEAD("*0"), HEAD("*1"), HEAD("*2"), HEAD("*3"), HEAD("*4"), HEAD("*5"), HEAD("*6"),
                   HEAD("*7"), HEAD("*8"), HEAD("*9")),
    .text = &text,
    .samples = samples,
};
