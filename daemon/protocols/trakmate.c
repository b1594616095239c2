/* SPDX-License-Identifier: Apache-2.0 */
/*
 * trakmate: TrakMate trackers (India). Text over TCP, no checksum, no answers; a message ends with '#'.
 *
 *   ^TMSRT|<id>|<lat>|<lon>|<hhmmss>|<ddmmyy>|<software>|<hardware>|#                                    start
 *   ^TMALT|<id>|<n>|<alert>|<status>|<lat>|<lon>|<hhmmss>|<ddmmyy>|<speed>|<course>|#                     alert
 *   ^TMPER|<id>|<n>|<lat>|<lon>|<hhmmss>|<ddmmyy>|<speed>|<course>|[<satellites>|]<ignition>|
 *       <two outputs>|<analog>|<battery>| or <x y z>|<moves>|
 *       <vehicle battery>|<odometer>|[<pulses>|]<power>|<fix 0|1>|<stored>|#                              and all other words
 *   Degrees have no sign. Start and alert never count as a fix.
 */
#include "protocol/text_protocol.h"

#define PLACE                                                                                               \
    "(?<latd>\\d+\\.\\d+)\\|(?<lond>\\d+\\.\\d+)\\|(?<hms>\\d{6})\\|(?<dmy>\\d{6})\\|\\d+\\.\\d+\\|\\d+\\." \
    "\\d+"                                                                                                  \
    "\\|"

static const struct text_protocol text = {
    .ends = "#",
    .shape = { "\\^TM[A-Z]{3}\\|(?<id>[^| ]+)\\|" },
    .forms = {
        { "start", { "\\^TMSRT\\|(?<id>[^| ]+)\\|" PLACE ".*" } },
        { "alarm", { "\\^TMALT\\|(?<id>[^| ]+)\\|\\d+\\|\\d+\\|\\d+\\|" PLACE ".*" } },
        { "position",
          { "\\^TM.{3}\\|(?<id>[^| ]+)\\|\\d+\\|" PLACE
            "(?:\\d+\\|)?[01]\\|(?:\\d+\\|\\d+\\|\\d+\\.\\d+\\|\\d+\\.\\d+\\||-?\\d+ -?\\d+ -?\\d+\\|[01]\\|)"
            "\\d+\\.\\d+\\|\\d+\\.\\d+\\|(?:\\d+\\.\\d+\\|)?[01]\\|(?<valid>[01])\\|[01]\\|.*" } },
    },
};

static const struct sample samples[] = {
    { .text =
          "^TMPER|123456789012345|7|47.51000|19.09000|080910|010226|12.0|45.0|8|1|0|0|0.015|3.9|12.6|120.4|"
          "1|1|0|#",
      .claim = CLAIM_CERTAIN,
      .type = "position",
      .device = "123456789012345",
      SAMPLE_VALID },
    { .text = "^TMPER|123456789012345|8|47.51000|19.09000|080910|010226|0.0|0.0|0|-12 4 980|0|12.6|120.4|0.0|"
              "1|0|1|#",
      .claim = CLAIM_CERTAIN,
      .type = "position",
      .device = "123456789012345",
      .location = LOCATION_INVALID,
      .lat = 47.51,
      .lon = 19.09,
      .time = "2026-02-01T08:09:10Z" },
    { .text = "^TMSRT|123456789012345|47.51000|19.09000|080910|010226|1.03|1.01|#",
      .claim = CLAIM_CERTAIN,
      .type = "start",
      .device = "123456789012345",
      .location = LOCATION_INVALID,
      .lat = 47.51,
      .lon = 19.09,
      .time = "2026-02-01T08:09:10Z" },
    { .text = "^TMALT|123456789012345|3|2|1|47.51000|19.09000|080910|010226|1.2|34.0|#",
      .claim = CLAIM_CERTAIN,
      .type = "alarm",
      .device = "123456789012345",
      .location = LOCATION_INVALID,
      .lat = 47.51,
      .lon = 19.09,
      .time = "2026-02-01T08:09:10Z" },
    { .text = "^TMPER|123456789012345|4|47.51000|19.09000|080910|010226|0.0|34.0|1|#",
      .claim = CLAIM_LIKELY,
      .type = "unknown",
      .device = "123456789012345",
      .location = LOCATION_NONE },
    { 0 }
};

const struct protocol protocol_trakmate = {
    .name = "trakmate",
    .port = 5127,
    .transports = OVER_TCP,
    .never = NEVER_SOUTH_WEST,
    .heads = HEADS(HEAD("^TM")),
    .text = &text,
    .samples = samples,
};
