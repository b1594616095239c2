/* SPDX-License-Identifier: Apache-2.0 */
/*
 * ywt: YWT trackers. Text lines over TCP, no checksum.
 *
 *   %<two letters>,<id>:<n>,<yymmddhhmmss>,<E|W><ddd.dddddd>,<N|S><dd.dddddd>,[<altitude>],<speed>,<course>,<satellites>,
 *       <report>,<status>…       without satellites there is no fix; KP and EP are answered: %AT+KP=<report>
 *   %SN…:<f>,<f>,<f>,<f>,…       the clock; answer %AT+SN=:<f>,<f>,<f>,<f>
 */
#include "protocol/text_protocol.h"

#define FIELDS                                                                                              \
    ",(?<id>\\d+):\\d+,(?<ymdhms>\\d{12}),(?<ew>[EW])(?<lond>\\d{3}\\.\\d{6}),(?<ns>[NS])(?<latd>\\d\\d\\." \
    "\\d{6}),\\d*,\\d+,\\d+,(?<fix>\\d+),(?<report>[^,]+),[-0-9a-fA-F]+.*"

static const struct text_protocol text = {
    .ends = "\n",
    .weak_heads = true,
    .shape = { "%[A-Z]{2},(?<id>\\d+):\\d+,\\d{12}," },
    .forms = {
        { "position",
          { "%(?<kind>KP|EP)" FIELDS },
          .answer = "%AT+{kind}={report}\r\n" },
        { "position", { "%[0-9A-Za-z]{2}" FIELDS } },
        { "clock",
          { "%SN[^:]*(?<told>:[^,]*(?:,[^,]*){3})(?:,.*)?" },
          .claim = CLAIM_LIKELY,
          .answer = "%AT+SN={told}" },
    },
};

static const struct sample samples[] = {
    { .text = "%RP,1000000001:0,260201080910,E019.090000,N47.510000,,12,45,7,0,00\r\n",
      .claim = CLAIM_CERTAIN,
      .type = "position",
      .device = "1000000001",
      SAMPLE_VALID },
    { .text =
          "%KP,1000000001:1,260201080910,W070.660000,S33.450000,520,0,0,0,9,00-0a,,2794-10FF-46000,3>0-0\r\n",
      .claim = CLAIM_CERTAIN,
      .type = "position",
      .device = "1000000001",
      SAMPLE_INVALID,
      .answer = "=%AT+KP=9\r\n" },
    { .text = "%GP,1000000001:0,260201080910,W074.010000,N40.710000,9,0,0,11,12,00\r\n",
      .claim = CLAIM_CERTAIN,
      .type = "position",
      .device = "1000000001",
      SAMPLE_NORTH_WEST },
    { .text = "%SN1000000001:0,260201,080910,1,2\r\n",
      .claim = CLAIM_LIKELY,
      .type = "clock",
      .location = LOCATION_NONE,
      .answer = "=%AT+SN=:0,260201,080910,1" },
    { .text = "%GP,1000000001:0,260201080910,,,,0,0,0,12,00\r\n",
      .claim = CLAIM_LIKELY,
      .type = "unknown",
      .device = "1000000001",
      .location = LOCATION_NONE },
    { 0 }
};

const struct protocol protocol_ywt = {
    .name = "ywt",
    .port = 5035,
    .transports = OVER_TCP,
    .heads = HEADS(HEAD("%")),
    .text = &text,
    .samples = samples,
};
