/* SPDX-License-Identifier: Apache-2.0 */
/*
 * c2stek: C2STEK car and motorcycle trackers. Text over TCP, no checksum; a message ends with $AP.
 *
 *   PA$<id>$D#<yymmdd>#<hhmmss>#<0|1>#<lat>#<lon>#<speed>#<course>#<altitude>#<battery>#<geofence>#<alarm>[#…]$AP
 *   PA$<id>$20$…$AP       heartbeat: sent back as it is
 *   Degrees with a sign; 1: a fix.
 */
#include "protocol/text_protocol.h"

static const struct text_protocol text = {
    .end = "$AP",
    .shape = { "PA\\$\\d+\\$" },
    .forms = {
        { "heartbeat", { "(?<all>PA\\$(?<id>\\d+)\\$20(?:\\$.*)?)" }, .answer = "{all}$AP" },
        { "position",
          { "PA\\$(?<id>\\d+)\\$.#(?<ymd>\\d{6})#(?<hms>\\d{6})#(?<valid>[01])#(?<latd>[-+]?\\d+\\.\\d+)#"
            "(?<lond>[-+]?\\d+\\.\\d+)#\\d+\\.\\d+#\\d+\\.\\d+#-?\\d+\\.\\d+#\\d+#\\d+#[0-9a-fA-F]+(?:#.*)?" } },
    },
};

static const struct sample samples[] = {
    { .text =
          "PA$123456789012345$D#260201#080910#1#+47.51000#+19.09000#12.50#45.1#120.0#3768#000#9#00#v1#B26$AP",
      .claim = CLAIM_CERTAIN,
      .type = "position",
      .device = "123456789012345",
      SAMPLE_VALID },
    { .text =
          "PA$123456789012345$D#260201#080910#0#-33.450000#-070.660000#000.00#000.0#-0001.0#4104#000#8$AP",
      .claim = CLAIM_CERTAIN,
      .type = "position",
      .device = "123456789012345",
      SAMPLE_INVALID },
    { .text = "PA$123456789012345$D#260201#080910#1#40.71000#-74.01000#0.00#0.0#9.0#4104#000#8#101#x$AP",
      .claim = CLAIM_CERTAIN,
      .type = "position",
      .device = "123456789012345",
      SAMPLE_NORTH_WEST },
    { .text = "PA$123456789012345$D#260201#080910#1#40.71000#-74.01000#0.00#0.0#9.0#4104#000#8$A",
      .whole = true,
      .claim = CLAIM_CERTAIN,
      .type = "position",
      .device = "123456789012345",
      SAMPLE_NORTH_WEST },
    { .text = "PA$123456789012345$20$AP",
      .claim = CLAIM_CERTAIN,
      .type = "heartbeat",
      .device = "123456789012345",
      .location = LOCATION_NONE,
      .answer = "=PA$123456789012345$20$AP" },
    { 0 }
};

const struct protocol protocol_c2stek = {
    .name = "c2stek",
    .port = 5181,
    .transports = OVER_TCP,
    .heads = HEADS(HEAD("PA$")),
    .text = &text,
    .samples = samples,
};
