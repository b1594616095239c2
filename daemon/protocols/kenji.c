/* SPDX-License-Identifier: Apache-2.0 */
/*
 * kenji: Kenji trackers. Text lines over TCP, no answers.
 *
 *   >C<id, 6 digits>,M<6 hex>,O<4 hex>,I<4 hex>,D<hhmmss>,<A|V>,<N|S><ddmm.m>,<E|W><dddmm.m>,T<speed>,H<course>,Y<ddmmyy>,
 *       G<satellites>…*hh
 *   How hh is made is not known.
 */
#include "protocol/text_protocol.h"

static const struct text_protocol text = {
    .ends = "\n",
    .weak_heads = true,
    .forms = {
        { "position",
          { ">C(?<id>\\d{6}),M[0-9A-Fa-f]{6},O[0-9A-Fa-f]{4},I[0-9A-Fa-f]{4},D(?<hms>\\d{6}),(?<valid>[AV]),(?<ns>[NS])(?<lat>\\d{4}\\.\\d+),"
            "(?<ew>[EW])(?<lon>\\d{5}\\.\\d+),T\\d+\\.?\\d*,H\\d+\\.?\\d*,Y(?<dmy>\\d{6}),G\\d+.*" } },
        { "status", { ">C(?<id>\\d{6}),(?:M[0-9A-Fa-f]{6})?,(?:O[0-9A-Fa-f]{4})?,.*" }, .claim = CLAIM_LIKELY },
    },
};

static const struct sample samples[] = {
    { .text = ">C123456,M005004,O0000,I0002,D080910,A,N4730.6000,E01905.4000,T012.5,H045.0,Y010226,G06*17"
              "\r\n",
      .claim = CLAIM_CERTAIN,
      .type = "position",
      .device = "123456",
      SAMPLE_VALID },
    { .text = ">C123456,M005004,O00FF,I0002,D080910,V,S3327.0000,W07039.6000,T000.0,H000.0,Y010226,G00*17\n",
      .claim = CLAIM_CERTAIN,
      .type = "position",
      .device = "123456",
      SAMPLE_INVALID },
    { .text = ">C123456,M005004,O0000,I0002,D080910,A,N4042.6000,W07400.6000,T000.0,H254.3,Y010226,G06*17"
              "\r\n",
      .claim = CLAIM_CERTAIN,
      .type = "position",
      .device = "123456",
      SAMPLE_NORTH_WEST },
    { .text = ">C123456,M005004,O0000,I0002*17\r\n",
      .claim = CLAIM_LIKELY,
      .type = "status",
      .device = "123456",
      .location = LOCATION_NONE },
    { 0 }
};

const struct protocol protocol_kenji = {
    .name = "kenji",
    .port = 5102,
    .transports = OVER_TCP,
    .heads = HEADS(HEAD(">C")),
    .text = &text,
    .samples = samples,
};
