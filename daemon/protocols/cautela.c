/* SPDX-License-Identifier: Apache-2.0 */
/*
 * cautela: Cautela units. Text lines over TCP, no answers.
 *
 *   <type>,<id>,<dd>,<mm>,<yy>,<lat>,<lon>,<hhmm>,…*hh
 *   Coordinates are signed degrees; every position counts as a fix. What the check covers is not known: the XOR of the line,
 *   the usual thing, is not what devices send.
 */
#include "protocol/text_protocol.h"

#define FRONT                                                                                                \
    "(?<type>\\d{1,4}),(?<id>\\d+),(?<dmy>\\d\\d,\\d\\d,\\d\\d),(?<latd>-?\\d+\\.\\d+),(?<lond>-?\\d+\\.\\d" \
    "+),(?<hms>\\d{4})"

static const struct text_protocol text = {
    .ends = "\n",
    .weak_heads = true,
    .forms = {
        { "position", { FRONT ",.*\\*[0-9A-Fa-f]{2}" }, .always_valid = true },
        { "position", { FRONT "(?:,.*)?" }, .claim = CLAIM_LIKELY, .always_valid = true },
    },
};

static const struct sample samples[] = {
    { .text = "20,010212345678,01,02,26,47.510000,19.090000,0809,S,*2E\r\n",
      .claim = CLAIM_CERTAIN,
      .type = "position",
      .device = "010212345678",
      .location = LOCATION_VALID,
      .lat = 47.51,
      .lon = 19.09,
      .time = "2026-02-01T08:09:00Z" },
    { .text = "1,010212345678,01,02,26,-33.450000,-70.660000,0809,M,12*71\r\n",
      .claim = CLAIM_CERTAIN,
      .type = "position",
      .device = "010212345678",
      .location = LOCATION_VALID,
      .lat = -33.45,
      .lon = -70.66,
      .time = "2026-02-01T08:09:00Z" },
    { .text = "20,010212345678,01,02,26,40.710000,-74.010000,0809,S\r\n",
      .claim = CLAIM_LIKELY,
      .type = "position",
      .device = "010212345678",
      .location = LOCATION_VALID,
      .lat = 40.71,
      .lon = -74.01,
      .time = "2026-02-01T08:09:00Z" },
    { 0 }
};

const struct protocol protocol_cautela = {
    .name = "cautela",
    .port = 5160,
    .transports = OVER_TCP,
    .never = NEVER_INVALID | NEVER_NONE,
    .heads = HEADS(HEAD_DIGITS),
    .text = &text,
    .samples = samples,
};
