/* SPDX-License-Identifier: Apache-2.0 */
/*
 * starlink: ERM StarLink trackers. Text lines over TCP, no answers.
 *
 *   $SLU<id, 6 hex or 15 digits>,<type>,<index>,<data>*hh
 *   Type 06 reports an event. What its data holds is configured; a position is <yymmddhhmmss>,<[+-]ddmm.m>,<[+-]dddmm.m>, or all
 *   three fields are empty. hh: the low byte of the sum of what stands between '$' and '*'.
 */
#include "protocol/text_protocol.h"

#define FRONT "\\$(?<covered>SLU(?<id>[0-9A-Fa-f]{6}|\\d{15}),"
#define SUM ")\\*(?<check>[0-9A-Fa-f]{2})"

static const struct text_protocol text = {
    .ends = "\n",
    .check = CHECK_SUM_8,
    .forms = {
        { "position",
          { FRONT "06,\\d+,.*?(?:(?<=,)(?<ymdhms>\\d{12}),)?(?<=,)(?<lat>[+-]\\d{4}\\.\\d+),"
          "(?<lon>[+-]\\d{5}\\.\\d+),[^*]*" SUM },
          .always_valid = true },
        { "event", { FRONT "06,\\d+,[^*]*" SUM } },
        { "status", { FRONT "\\d+,\\d*,[^*]*" SUM } },
        { "status", { FRONT "\\d+,).*" }, .claim = CLAIM_LIKELY },
    },
};

static const struct sample samples[] = {
    { .text = "$SLU0A1B2C,06,3556,260201080911,19,260201080910,+4730.6000,+01905.4000,012.0,045,015074,1,1,0,"
              "0,0,0,0,0,10443,32722,12.870,03.790,,0,0*FA\r\n",
      .claim = CLAIM_CERTAIN,
      .type = "position",
      .device = "0A1B2C",
      SAMPLE_VALID },
    { .text = "$SLU123456789012345,06,85,123456789012345,260201080911,Location,01,260201080910,-3327.0000,-"
              "07039.6000,54,1,174,007572,2,13.094*A2\r\n",
      .claim = CLAIM_CERTAIN,
      .type = "position",
      .device = "123456789012345",
      SAMPLE_SOUTH_WEST },
    { .text = "$SLU123456789012345,06,85,260201080911,01,260201080910,+4042.6000,-07400.6000,000.0,000,0,12."
              "148,03.507,,99*D7 \r\n",
      .claim = CLAIM_CERTAIN,
      .type = "position",
      .device = "123456789012345",
      SAMPLE_NORTH_WEST },
    { .text = "$SLU0A1B2C,06,57,260201080911,01,,,,,,000000,1,1,0,0,1,0,0,0,10443,32722,12.669,03.910,,0,0,0,"
              "99*84\r\n",
      .claim = CLAIM_CERTAIN,
      .type = "event",
      .device = "0A1B2C",
      .location = LOCATION_NONE },
    { .text = "$SLU0A1B2C,01,58,260201080911,OK*C3\r\n",
      .claim = CLAIM_CERTAIN,
      .type = "status",
      .device = "0A1B2C",
      .location = LOCATION_NONE },
    { 0 }
};

const struct protocol protocol_starlink = {
    .name = "starlink",
    .port = 5136,
    .transports = OVER_TCP,
    .never = NEVER_INVALID,
    .heads = HEADS(HEAD("$SLU")),
    .text = &text,
    .samples = samples,
};
