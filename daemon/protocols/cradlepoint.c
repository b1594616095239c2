/* SPDX-License-Identifier: Apache-2.0 */
/*
 * cradlepoint: Cradlepoint routers that send their place. Text lines over TCP, no checksum, no answers.
 *
 *   <id>,<hhmmss, leading zeros dropped>,<ddmm.mmmm>,<N|S>,<dddmm.mmmm>,<E|W>,[<speed>],[<course>],[<carrier>],[<service>],
 *   [<rsrp>],[<rssi>],[<rsrq>],[<ecio>],[<address>]
 *   The id is what the router is told to send: its telephone number with a '+', an IMEI, a serial number. Fifteen fields, no date;
 *   every position counts as a fix.
 */
#include "protocol/text_protocol.h"

#define NUMBER "(?:-?\\d+(?:\\.\\d+)?)?"

static const struct text_protocol text = {
    .ends = "\n",
    .weak_heads = true,
    .forms = {
        { "position",
          { "(?<id>[+\\d][^,]*|[A-Z][A-Z0-9-]{3,24}),\\d{1,6},(?<lat>\\d{3,4}\\.\\d+),(?<ns>[NS]),(?<lon>\\d{3,5}\\.\\d+),(?<ew>[EW]),"
            NUMBER "," NUMBER ",[^,]*,[^,]*," NUMBER "," NUMBER "," NUMBER ",[^,]*,[^,]*" },
          .always_valid = true },
    },
};

static const struct sample samples[] = {
    { .text = "+12025550123,80910,4730.600000,N,01905.400000,E,0.0,45.2,Operator,LTE,-101,-71,-11,,\r\n",
      .claim = CLAIM_CERTAIN,
      .type = "position",
      .device = "+12025550123",
      .location = LOCATION_VALID,
      .lat = 47.51,
      .lon = 19.09 },
    { .text = "+12025550123,910,3327.000000,S,07039.600000,W,,,,,,,,,198.51.100.7\r\n",
      .claim = CLAIM_CERTAIN,
      .type = "position",
      .device = "+12025550123",
      .location = LOCATION_VALID,
      .lat = -33.45,
      .lon = -70.66 },
    { .text = "123456789012345,80910,4042.60,N,7400.60,W,0.0,,Operator,,-71,-44,-11,,\r\n",
      .claim = CLAIM_CERTAIN,
      .type = "position",
      .device = "123456789012345",
      .location = LOCATION_VALID,
      .lat = 40.71,
      .lon = -74.01 },
    { .text = "WA123A0001,80910,4042.60,N,7400.60,W,0.0,,Operator,,-71,-44,-11,,\r\n",
      .claim = CLAIM_CERTAIN,
      .type = "position",
      .device = "WA123A0001",
      .location = LOCATION_VALID,
      .lat = 40.71,
      .lon = -74.01 },
    { 0 }
};

const struct protocol protocol_cradlepoint = {
    .name = "cradlepoint",
    .port = 5118,
    .transports = OVER_TCP,
    .never = NEVER_INVALID | NEVER_NONE,
    .heads = HEADS(HEAD("+"), HEAD_DIGITS, HEAD("A"), HEAD("B"), HEAD("C"), HEAD("D"), HEAD("E"), HEAD("F"),
                   HEAD("G"), HEAD("H"), HEAD("I"), HEAD("J"), HEAD("K"), HEAD("L"), HEAD("M"), HEAD("N"),
                   HEAD("O"), HEAD("P"), HEAD("Q"), HEAD("R"), HEAD("S"), HEAD("T"), HEAD("U"), HEAD("V"),
                   HEAD("W"), HEAD("X"), HEAD("Y"), HEAD("Z")),
    .text = &text,
    .samples = samples,
};
