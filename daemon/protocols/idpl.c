/* SPDX-License-Identifier: Apache-2.0 */
/*
 * idpl: IDPL vehicle trackers (India). Text lines over TCP, no answers.
 *
 *   *ID<command>,<imei>,<ddmmyy>,<hhmmss>,<A|V>,<ddmm.m>,<N|S>,<dddmm.m>,<E|W>,<speed>,<course>,<satellites>,<gsm>,
 *   <A|N|S>,<power>,<battery>,<sos>,<bonnet>,<ignition, door>,<n>,<adc>,<adc>,<version>,<L live|R stored>,<check>#
 *   The points of the coordinates may be missing. Check: CRC-16/XMODEM from the '*' to the comma in front of it.
 */
#include "protocol/text_protocol.h"

#define CRC ",(?<check>[0-9A-Fa-f]{4})#"

static const struct text_protocol text = {
    .ends = "\n",
    .check = CHECK_CRC16_XMODEM,
    .shape = { "\\*ID\\d+,(?<id>\\d{10,17}),.*#$" },
    .forms = {
        { "position",
          { "(?<covered>\\*ID\\d+,(?<id>\\d+),(?<dmy>\\d{6}),(?<hms>\\d{6}),(?<valid>[AV|]),(?<latp>\\d{4}\\.?\\d+),(?<ns>[NS]),"
            "(?<lonp>\\d{5}\\.?\\d+),(?<ew>[EW]),\\d{1,3}\\.\\d\\d,\\d{1,3}\\.\\d\\d,\\d{1,2},\\d{1,3},[ANS],[01],\\d\\.\\d\\d,"
            "[01],[01],[01][01],\\d,\\d{1,3},\\d{1,3},[A-Z0-9]{3},[LR])" CRC } },
        { "status", { "(?<covered>\\*ID\\d+,(?<id>\\d+),.*)" CRC } },
    },
};

static const struct sample samples[] = {
    { .text = "*ID1,123456789012345,010226,080910,A,4730.6000,N,01905.4000,E,12.50,45.00,9,20,A,1,4.20,0,1,"
              "01,1,0,"
              "0,A01,L,F879#\r\n",
      .claim = CLAIM_CERTAIN,
      .type = "position",
      .device = "123456789012345",
      SAMPLE_VALID },
    { .text =
          "*ID1,123456789012345,010226,080910,V,33270000,S,070396000,W,0.00,0.00,0,20,S,0,3.90,0,0,00,0,0,0,"
          "A01,R,DE00#\r\n",
      .claim = CLAIM_CERTAIN,
      .type = "position",
      .device = "123456789012345",
      SAMPLE_INVALID },
    { .text =
          "*ID1,123456789012345,010226,080910,A,4042.6000,N,07400.6000,W,0.00,270.00,12,31,A,1,4.10,0,1,11,2,"
          "12,255,B10,L,0000#\n",
      .claim = CLAIM_LIKELY,
      .type = "position",
      .device = "123456789012345",
      SAMPLE_NORTH_WEST },
    { .text = "*ID2,123456789012345,OK,B591#\r\n",
      .claim = CLAIM_CERTAIN,
      .type = "status",
      .device = "123456789012345",
      .location = LOCATION_NONE },
    { 0 }
};

const struct protocol protocol_idpl = {
    .name = "idpl",
    .port = 5110,
    .transports = OVER_TCP,
    .heads = HEADS(HEAD("*ID")),
    .text = &text,
    .samples = samples,
};
