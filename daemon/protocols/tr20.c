/* SPDX-License-Identifier: Apache-2.0 */
/*
 * tr20: TR20 and relatives. Text lines over TCP and UDP, no checksum.
 *
 *   %%<id>,<A|L>,<yymmddhhmmss>,<N|S><ddmm.m><E|W><dddmm.m>,<speed>,<course>,<temperature>,<status, 8 hex>,<event>…
 *   %%<text>,<digits>                          keep-alive, answer &&<digits>
 *   The temperature is NA or a number with a word behind it (C80:F0); a line with another one Traccar does not take.
 *   portman's lines begin the same way, but have a card (or NA) and four more numbers behind the status.
 */
#include "protocol/text_protocol.h"

#define FRONT                                                                                             \
    "%%(?<id>[^,]+),(?<valid>[AL]),(?<ymdhms>\\d{12}),(?<ns>[NS])(?<lat>\\d{4}\\.\\d+)(?<ew>[EW])(?<lon>" \
    "\\d{"                                                                                                \
    "5}\\.\\d+),\\d+,\\d+,"
#define STATUS "[0-9a-fA-F]{8}"
#define NOT_PORTMAN "(?!(?:NA|F\\d+|\\d+),\\d+,\\d+,\\d+\\.\\d+,\\d+)"

static const struct text_protocol text = {
    .ends = "\n",
    .shape = { "%%(?<id>[^,]+),[AL],\\d{12},[NS]\\d{4}\\.\\d+[EW]\\d(?![^,]*,\\d*,\\d*,[^,]*," STATUS ",(?:NA|F\\d+)(?:,|$))" },
    .forms = {
        { "position", { FRONT "(?:NA|[BFC]?-?\\d+[^,]*)," STATUS "," NOT_PORTMAN "\\d+.*" } },
        { "status",
          { "%%(?<id>[^,]+),[AL],\\d{12},[NS]\\d{4}\\.\\d+[EW]\\d{5}\\.\\d+,\\d+,\\d+,[^,]*," STATUS
            "," NOT_PORTMAN "\\d+.*" } },
        { "heartbeat", { "%%[^,]+,(?<number>\\d+)" }, .claim = CLAIM_LIKELY, .answer = "&&{number}\r\n" },
    },
};

static const struct sample samples[] = {
    { .text = "%%123456789012345,A,260201080910,N4730.6000E01905.4000,012,045,NA,01034802,150,[Started]\r\n",
      .claim = CLAIM_CERTAIN,
      .type = "position",
      .device = "123456789012345",
      SAMPLE_VALID },
    { .text = "%%van7,L,260201080910,S3327.0000W07039.6000,0,0,C21:F0,00020008,108,CFG:6980.00|\r\n",
      .claim = CLAIM_CERTAIN,
      .type = "position",
      .device = "van7",
      SAMPLE_INVALID },
    { .text = "%%123456789012345,A,260201080910,N4042.6000W07400.6000,000,000,B13.1:F0.0,04020000,253\r\n",
      .datagram = true,
      .claim = CLAIM_CERTAIN,
      .type = "position",
      .device = "123456789012345",
      SAMPLE_NORTH_WEST },
    { .text = "%%van7,A,260201080910,N4730.6000E01905.4000,0,0,T1;F3,00020000,108,CFG:0.00|\r\n",
      .claim = CLAIM_CERTAIN,
      .type = "status",
      .device = "van7",
      .location = LOCATION_NONE },
    { .text = "%%123456789012345,17\r\n",
      .claim = CLAIM_LIKELY,
      .type = "heartbeat",
      .location = LOCATION_NONE,
      .answer = "=&&17\r\n" },
    { 0 }
};

const struct protocol protocol_tr20 = {
    .name = "tr20",
    .port = 5018,
    .transports = OVER_TCP | OVER_UDP,
    .heads = HEADS(HEAD("%%")),
    .text = &text,
    .samples = samples,
};
