/* SPDX-License-Identifier: Apache-2.0 */
/*
 * topflytech: early TopFlytech trackers (T8801). Text over TCP, no checksum, no answers.
 *
 *   (<id digits><letters, any …><yymmddhhmmss><A|V><ddmm.mmmm><N|S><dddmm.mmmm><E|W><speed ddd.d><course>)
 *   The position ends the message. tk103, which starts alike, has a date of six digits and the time behind
 *   the place.
 */
#include "protocol/text_protocol.h"

static const struct text_protocol text = {
    .ends = ")",
    .weak_heads = true,
    .forms = {
        { "position",
          { "\\((?<id>\\d{10,20}+)[A-Z].*?(?<ymdhms>\\d{12})(?<valid>[AV])(?<lat>\\d{4}\\.\\d{4})(?<ns>[NS])"
            "(?<lon>\\d{5}\\.\\d{4})(?<ew>[EW])\\d{3}\\.\\d\\d{1,3}\\.\\d+" },
          .claim = CLAIM_CERTAIN },
        /* twelve digits in front of the command are tk103's */
        { "status", { "\\((?<id>\\d{13,20}+)B.*" }, .claim = CLAIM_POSSIBLE },
    },
};

static const struct sample samples[] = {
    { .text =
          "(123456789012345BP00XG00a100000000L0001a2b3S00000000R0C0F0010000100f0260201080910A4730.6000N01905."
          "4000E012.545.25)",
      .claim = CLAIM_CERTAIN,
      .type = "position",
      .device = "123456789012345",
      SAMPLE_VALID },
    { .text =
          "(123456789012345BR00XG00a200000000L0001a2b3S00000000R0C0F0010000100f0260201080910V3327.0000S07039."
          "6000W000.00.00)",
      .claim = CLAIM_CERTAIN,
      .type = "position",
      .device = "123456789012345",
      SAMPLE_INVALID },
    { .text = "(123456789012345BP05XG00a3)",
      .claim = CLAIM_POSSIBLE,
      .type = "status",
      .device = "123456789012345",
      .location = LOCATION_NONE },
    { .text = "(123456789012345BP00XG00a100000000L0001a2b3S00000000R0C0F0010000100f0260201080910A4042."
              "6000N07400.6000W012.545.25)",
      .claim = CLAIM_CERTAIN,
      .type = "position",
      .device = "123456789012345",
      SAMPLE_NORTH_WEST },
    { 0 }
};

const struct protocol protocol_topflytech = {
    .name = "topflytech",
    .port = 5047,
    .transports = OVER_TCP,
    .heads = HEADS(HEAD("(0"), HEAD("(1"), HEAD("(2"), HEAD("(3"), HEAD("(4"), HEAD("(5"), HEAD("(6"),
                   HEAD("(7"), HEAD("(8"), HEAD("(9")),
    .text = &text,
    .samples = samples,
};
