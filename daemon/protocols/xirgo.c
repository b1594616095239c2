/* SPDX-License-Identifier: Apache-2.0 */
/*
 * xirgo: Xirgo XT-2000, XT-2400, XT-4000, XT-6200. Text ended by "##", TCP and UDP, no checksum.
 *
 *   $$<imei>,<event>,<yyyy/mm/dd>,<hh:mm:ss>,<lat>,<lon>,<altitude>,<speed>,…,<fix>,…##      signed degrees, fix 1
 *   old  …<course>,<satellites>,<hdop>,<battery>,<gsm>,<odometer>,<fix>,
 *   new  …<acceleration>,<deceleration>,<rpm>,<course>,<satellites>,<hdop>,<odometer>,<fuel>,<battery>,<gsm>,<fix>,
 *   The fields behind the event may also be chosen by the user: then only server and device know them.
 *   A datagram that ends with a number is answered !UDP_ACK,<event>,<number>
 */
#include "protocol/text_protocol.h"

#define NUMBER "\\d+(?:\\.\\d*)?"
#define START                                                      \
    "\\$\\$(?<id>\\d+),(?<type>\\d+),(?<ymd>\\d{4}/\\d\\d/"        \
    "\\d\\d),(?<hms>\\d\\d:\\d\\d:\\d\\d),(?<latd>-?\\d+\\.\\d+)," \
    "(?<lond>-?\\d+\\.\\d+),-?" NUMBER "," NUMBER ","

static const struct text_protocol text = {
    .end = "##",
    .weak_heads = true,
    .shape = { "\\$\\$\\d{8,17},\\d{4}," },
    .forms = {
        { "position",
          { START NUMBER "," NUMBER ",\\d+," NUMBER ",\\d+," NUMBER "," NUMBER "," NUMBER ",\\d+\\.\\d+,\\d+,(?<valid>\\d+),.*" },
          .valid = "1" },
        { "position",
          { START NUMBER ",\\d+," NUMBER ",\\d+\\.\\d+,\\d+," NUMBER ",(?<valid>\\d+),.*" },
          .valid = "1" },
        { "report", { "\\$\\$(?<id>\\d{8,17}),(?<type>\\d{4}),.*" }, .claim = CLAIM_LIKELY },
    },
};

static void answer(const struct message *message, const struct asker *asker, struct buffer *reply)
{
    static const struct pattern numbered = { "\\$\\$\\d+,(?<type>\\d+),.*,(?<number>\\d+)##" };
    struct groups found;
    struct cursor number;
    (void)asker;
    if (!message->datagram || !pattern_match(message->patterns, &numbered, message->bytes, &found) ||
        !groups_named(&found, "number", &number))
        return;
    buffer_put_text(reply, "!UDP_ACK,");
    buffer_put_cursor(reply, found.standard[GROUP_TYPE]);
    buffer_put_text(reply, ",");
    buffer_put_cursor(reply, number);
}

static const struct sample samples[] = {
    { .text = "$$123456789012345,6001,2026/02/"
              "01,08:09:10,47.51000,19.09000,120.4,12,45.2,9,0.8,12.1,17,1204,1,3.9,2##",
      .claim = CLAIM_CERTAIN,
      .type = "position",
      .device = "123456789012345",
      SAMPLE_VALID },
    { .text = "$$123456789012345,4001,2026/02/"
              "01,08:09:10,-33.45000,-70.66000,520.0,0,0,0,598,0.0,0,9.9,765840,7.0,14.5,19,2,1,0011,8.5,63."
              "2,5,21999,184,255,671,207,100,185##",
      .claim = CLAIM_CERTAIN,
      .type = "position",
      .device = "123456789012345",
      SAMPLE_INVALID },
    { .text = "$$123456789012345,6011,2026/02/"
              "01,08:09:10,40.71000,-74.01000,-9.0,0,0,0,602,0.0,12,0.8,765876,7.0,14.1,21,1,1,0011,10.1,0.0,"
              "5,1709,280,255,627,0,100,167##",
      .datagram = true,
      .claim = CLAIM_CERTAIN,
      .type = "position",
      .device = "123456789012345",
      SAMPLE_NORTH_WEST,
      .answer = "=!UDP_ACK,6011,167" },
    { .text = "$$123456789,4002,02/01/2026,08:09:10,40.710000,-74.010000,9,0.0,1645,17,1.2,13.283,18,3,2,0##",
      .claim = CLAIM_LIKELY,
      .type = "report",
      .device = "123456789",
      .location = LOCATION_NONE },
    { .text = "$$123456789,6115,Y1z1.1179AA2.3,,,000##",
      .claim = CLAIM_LIKELY,
      .type = "report",
      .device = "123456789",
      .location = LOCATION_NONE },
    { 0 }
};

const struct protocol protocol_xirgo = {
    .name = "xirgo",
    .port = 5081,
    .transports = OVER_TCP | OVER_UDP,
    .heads = HEADS(HEAD("$$")),
    .text = &text,
    .answer = answer,
    .samples = samples,
};
