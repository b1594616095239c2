/* SPDX-License-Identifier: Apache-2.0 */
/*
 * carcell: Carcell trackers (Brazil). Text over TCP, no answers; a message ends with CR. Its check value is computed in a way
 * that nobody has told.
 *
 *   $ (live) or % (stored), then <id>,<place>,<speed>,<course>,<±nnn±nnn±nnn or n>,<battery>,<signal>,<jamming>,<hdop>,<C|G>[,]
 *       <ddmmyy>,<hhmmss>,<blocked>,<ignition>,<tail><two hex digits>…
 *   place: <N|S>ddmm.mmmm,<E|W>dddmm.mmmm   or   CEL,<N|S>degrees,<E|W>degrees
 *   tail:  <d>,<A|F><d>,<n>,   or   <dd>,<A|F><d>,<n>,<20 digits of the SIM card>,
 *   Traccar takes every place for a fix.
 */
#include "protocol/text_protocol.h"

#define NUMBERS                                                                                             \
    "\\d+,\\d+,(?:[-+]\\d{3}[-+]\\d{3}[-+]\\d{3}|\\d+),\\d+,\\d+,\\d,\\d+,[CG],?(?<dmy>\\d{6}),(?<hms>\\d{" \
    "6}),"                                                                                                  \
    "\\d,\\d,(?:\\d,[AF]\\d,\\d+,|\\d\\d,[AF]\\d,\\d{2,4},\\d{20},)[0-9a-fA-F]{2}.*"

static const struct text_protocol text = {
    .ends = "\r",
    .weak_heads = true,
    .shape = { "[$%](?<id>\\d{6,20}),(?:CEL,)?[NS]\\d+\\.\\d+,[EW]\\d+\\.\\d+,\\d+,\\d+," },
    .forms = {
        { "position",
          { "[$%](?<id>\\d+),(?<ns>[NS])(?<lat>\\d{4}\\.\\d{4}),(?<ew>[EW])(?<lon>\\d{5}\\.\\d{4})," NUMBERS },
          .always_valid = true },
        { "cells",
          { "[$%](?<id>\\d+),CEL,(?<ns>[NS])(?<latd>\\d+\\.\\d+),(?<ew>[EW])(?<lond>\\d+\\.\\d+)," NUMBERS },
          .always_valid = true },
    },
};

static const struct sample samples[] = {
    { .text = "$123456789012345,N4730.6000,E01905.4000,12,45,+001-003+098,126,21,0,1,G,010226,080910,0,1,0,"
              "A1,39,5F,"
              "full\r",
      .claim = CLAIM_CERTAIN,
      .type = "position",
      .device = "123456789012345",
      SAMPLE_VALID },
    { .text = "%123456789012345,CEL,S33.450000,W70.660000,0,0,12,126,21,0,0,C010226,080910,0,0,05,F0,398,"
              "89360000000000000001,A0\r",
      .claim = CLAIM_CERTAIN,
      .type = "cells",
      .device = "123456789012345",
      SAMPLE_SOUTH_WEST },
    { .text = "$123456789012345,N4042.6000,W07400.6000,0,0,7,126,21,0,2,G,010226,080910,0,0,1,F0,4,00\r",
      .claim = CLAIM_CERTAIN,
      .type = "position",
      .device = "123456789012345",
      SAMPLE_NORTH_WEST },
    { 0 }
};

const struct protocol protocol_carcell = {
    .name = "carcell",
    .port = 5114,
    .transports = OVER_TCP,
    .never = NEVER_INVALID | NEVER_NONE,
    .heads = HEADS(HEAD("$"), HEAD("%")),
    .text = &text,
    .samples = samples,
};
