/* SPDX-License-Identifier: Apache-2.0 */
/*
 * arknav: Arknav R-9 and RX-8. Text over TCP (ended by CR) and UDP, no checksum, no answers.
 *
 *   <id>,<6 characters>,<3 digits>,L<3 digits>,<A|V>,<ddmm.mmmm>,<N|S>,<dddmm.mmmm>,<E|W>,<speed>,<course>,<hdop>,
 *   <hh:mm:ss dd-mm-yy>,…
 */
#include "protocol/text_protocol.h"

static const struct text_protocol text = {
    .ends = "\r",
    .weak_heads = true,
    .shape = { "\\d{10,17},.{6},\\d{3},L\\d{3}," },
    .forms = {
        { "position",
          { "(?<id>\\d+),.{6},\\d{3},L\\d{3},(?<valid>[AV]),(?<lat>\\d{4}\\.\\d+),(?<ns>[NS]),(?<lon>\\d{5}\\.\\d+),"
            "(?<ew>[EW]),\\d+\\.?\\d*,\\d+\\.?\\d*,\\d+\\.?\\d*,(?<hms>\\d\\d:\\d\\d:\\d\\d) (?<dmy>\\d\\d-\\d\\d-\\d\\d),?.*" } },
    },
};

static const struct sample samples[] = {
    { .text = "123456789012345,05*827,001,L001,A,4730.6000,N,01905.4000,E,012.5,045.0,0.9,08:09:10 "
              "01-02-26,9.9,D1\r",
      .claim = CLAIM_CERTAIN,
      .type = "position",
      .device = "123456789012345",
      SAMPLE_VALID },
    { .text = "123456789012345,05*828,000,L001,V,3327.0000,S,07039.6000,W,000.0,000.0,9.9,08:09:10 "
              "01-02-26,0.0,D1\r",
      .claim = CLAIM_CERTAIN,
      .type = "position",
      .device = "123456789012345",
      SAMPLE_INVALID },
    { .text = "123456789012345,05*829,000,L002,A,4042.6000,N,07400.6000,W,000.0,000.0,1.1,08:09:10 01-02-26,",
      .datagram = true,
      .claim = CLAIM_CERTAIN,
      .type = "position",
      .device = "123456789012345",
      SAMPLE_NORTH_WEST },
    { 0 }
};

const struct protocol protocol_arknav = {
    .name = "arknav",
    .port = 5107,
    .transports = OVER_TCP | OVER_UDP,
    .never = NEVER_NONE,
    .heads = HEADS(HEAD_DIGITS),
    .text = &text,
    .samples = samples,
};
