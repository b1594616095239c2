/* SPDX-License-Identifier: Apache-2.0 */
/*
 * gpsmta: the Android app GPS MTA. Text over UDP, one datagram a message, no checksum.
 *
 *   <id> <unix> <lat> <lon> <speed> <course> <accuracy> <altitude> <flags> <battery> <temperature> <charging>[ …]
 *   The id is an IMEI or a MAC address in hex; coordinates are signed degrees. Nothing says that there is a fix, and Traccar takes
 *   every position for one without. The time of each message is sent back.
 */
#include "protocol/text_protocol.h"

#define NUMBER " -?\\d+(?:\\.\\d+)?"

static const struct text_protocol text = {
    .weak_heads = true,
    .forms = {
        { "position",
          { "(?<id>[0-9A-Fa-f]+) (?<stamp>(?<unix>\\d{9,10})) (?<latd>-?\\d+\\.\\d+) (?<lond>-?\\d+\\.\\d+)" NUMBER NUMBER
            NUMBER NUMBER NUMBER NUMBER NUMBER " \\d.*" },
          .answer = "{stamp}" },
    },
};

static const struct sample samples[] = {
    { .text = "123456789012345 1769933350 47.51 19.09 12 45 8 120 00 59 27 0 0",
      .datagram = true,
      .claim = CLAIM_CERTAIN,
      .type = "position",
      .device = "123456789012345",
      .location = LOCATION_INVALID,
      .lat = 47.51,
      .lon = 19.09,
      .time = "2026-02-01T08:09:10Z",
      .answer = "=1769933350" },
    { .text = "a0b1c2d3e4f5 1769933350 -33.45 -70.66 0 0 30 520 10 100 24 1",
      .datagram = true,
      .claim = CLAIM_CERTAIN,
      .type = "position",
      .device = "a0b1c2d3e4f5",
      SAMPLE_INVALID,
      .answer = "=1769933350" },
    { .text = "3085A0B1C2D3 1769933350 40.71 -74.01 1 0 22 -3 10 12 -4 0 0",
      .datagram = true,
      .claim = CLAIM_CERTAIN,
      .type = "position",
      .device = "3085A0B1C2D3",
      .location = LOCATION_INVALID,
      .lat = 40.71,
      .lon = -74.01,
      .time = "2026-02-01T08:09:10Z",
      .answer = "=1769933350" },
    { 0 }
};

const struct protocol protocol_gpsmta = {
    .name = "gpsmta",
    .port = 5038,
    .transports = OVER_UDP,
    .never = NEVER_VALID | NEVER_NONE,
    .heads = HEADS(HEAD_DIGITS, HEAD("a"), HEAD("b"), HEAD("c"), HEAD("d"), HEAD("e"), HEAD("f"), HEAD("A"),
                   HEAD("B"), HEAD("C"), HEAD("D"), HEAD("E"), HEAD("F")),
    .text = &text,
    .samples = samples,
};
