/* SPDX-License-Identifier: Apache-2.0 */
/*
 * aquila: Aquila Track units (India). Text lines over TCP, no answers.
 *
 *   $$<client>,<serial>,<event>,<lat>,<lon>,<yymmddhhmmss>,<A|V>,<signal>,<speed>,<distance>,…,*<check>      signed degrees
 *   $$<client>,<serial>,<event>,<configuration>,…,*<check>
 *   Check: XOR of all bytes before the '*', two hex digits.
 */
#include "protocol/text_protocol.h"

/* A client is no number, and no letter with a number: those are fifotrack, xirgo, meitrack and techtocruz. */
#define START "(?<covered>\\$\\$(?!.?\\d+,)[^,]*,(?<id>\\d+),(?<type>\\d{1,5}),"
#define CHECK "\\*(?<check>[0-9A-Fa-f]{2})"

static const struct text_protocol text = {
    .ends = "\n",
    .weak_heads = true,
    .check = CHECK_XOR,
    .shape = { "\\$\\$[A-Za-z]\\w*_\\w+,(?<id>\\d{6,12}),\\d{1,5}," },
    .forms = {
        { "position",
          { START "(?<latd>-?\\d+\\.\\d+),(?<lond>-?\\d+\\.\\d+),(?<ymdhms>\\d{12}),(?<valid>[AV]),(?:.+,))" CHECK } },
        { "configuration", { START ".*,)" CHECK } },
    },
};

static const struct sample samples[] = {
    { .text = "$$CLIENT_1AB,123456789,1,47.510000,19.090000,260201080910,A,22,12,1204,45,9,0.860000,0,0,0,0,"
              "1,1,0,12483,294,*2B\r\n",
      .claim = CLAIM_CERTAIN,
      .type = "position",
      .device = "123456789",
      SAMPLE_VALID },
    { .text = "$$CLIENT_1AB,123456789,101,-33.450000,-70.660000,260201080910,V,0,0,0,1,0,*13\r\n",
      .claim = CLAIM_CERTAIN,
      .type = "position",
      .device = "123456789",
      SAMPLE_INVALID },
    { .text = "$$TESTS_1MS,123456789,3,40.710000,-74.010000,260201080910,A,31,0,0,0,7,0,1,1,1,0,*11\r\n",
      .claim = CLAIM_LIKELY,
      .type = "position",
      .device = "123456789",
      SAMPLE_NORTH_WEST },
    { .text = "$$CLIENT_1AB,123456789,15,2_00AP,192.0.2.7,5089,internet,T1:10 S,T2:1 "
              "M,GPS:YES,Ignition:ON,*3D\r\n",
      .claim = CLAIM_CERTAIN,
      .type = "configuration",
      .device = "123456789",
      .location = LOCATION_NONE },
    { 0 }
};

const struct protocol protocol_aquila = {
    .name = "aquila",
    .port = 5089,
    .transports = OVER_TCP,
    .heads = HEADS(HEAD("$$")),
    .text = &text,
    .samples = samples,
};
