/* SPDX-License-Identifier: Apache-2.0 */
/*
 * freedom: Freedom PT-9 and PT-10 personal trackers. Text lines over TCP, no checksum, no answers.
 *
 *   IMEI,<id>,<yyyy/mm/dd>, <hh:mm:ss>, <N|S>, Lat:<ddmm.mmmm>, <E|W>, Lon:<dddmm.mmmm>, Spd:<speed>…
 */
#include "protocol/text_protocol.h"

static const struct text_protocol text = {
    .ends = "\n",
    .shape = { "IMEI,\\d{10,17}," },
    .forms = {
        { "position",
          { "IMEI,(?<id>\\d+),(?<ymd>\\d{4}/\\d\\d/\\d\\d), ?(?<hms>\\d\\d:\\d\\d:\\d\\d), ?(?<ns>[NS]), ?"
            "Lat:(?<lat>\\d{4}\\.\\d+), ?(?<ew>[EW]), ?Lon:(?<lon>\\d{5}\\.\\d+), ?Spd:\\d+\\.\\d+.*" },
          .always_valid = true },
    },
};

static const struct sample samples[] = {
    { .text = "IMEI,123456789012345,2026/02/01, 08:09:10, N, Lat:4730.6000, E, Lon:01905.4000, Spd:12.50\r\n",
      .claim = CLAIM_CERTAIN,
      .type = "position",
      .device = "123456789012345",
      SAMPLE_VALID },
    { .text = "IMEI,123456789012345,2026/02/01, 08:09:10, N, Lat:4042.6000, W, Lon:07400.6000, Spd:0.00, "
              "Bat:80\r\n",
      .claim = CLAIM_CERTAIN,
      .type = "position",
      .device = "123456789012345",
      SAMPLE_NORTH_WEST },
    { .text = "IMEI,123456789012345,2026/02/01, 08:09:10, S, Lat:3327.0000, W, Lon:07039.6000, Spd:3.10\r\n",
      .claim = CLAIM_CERTAIN,
      .type = "position",
      .device = "123456789012345",
      SAMPLE_SOUTH_WEST },
    { 0 }
};

const struct protocol protocol_freedom = {
    .name = "freedom",
    .port = 5066,
    .transports = OVER_TCP,
    .never = NEVER_INVALID | NEVER_NONE,
    .heads = HEADS(HEAD("IMEI,")),
    .text = &text,
    .samples = samples,
};
