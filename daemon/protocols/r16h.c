/* SPDX-License-Identifier: Apache-2.0 */
/*
 * r16h: R16H watches with a lock on the strap. Text over TCP, no checksum, no answers.
 *
 *   @LINK,<id>$                                                                               login, heartbeat
 *   @GPSD,<id>,<R|S>,<yyyymmdd>,<hhmmss>,<lat>,<N|S>,<lon>,<E|W>,<speed>,<course>,<altitude>,<battery>,<L|R>,[alarm]$
 *   @LBSD,<id>,<R|S>,<yyyymmdd>,<hhmmss>,<mcc>-<mnc>-<lac>-<cell>:<rssi>,,,<battery>,<L|R>,[alarm]$
 *   Degrees; there is no fix flag. Alarms: SOS, LBT, ULK.
 */
#include "protocol/text_protocol.h"

static const struct text_protocol text = {
    .ends = "$",
    .forms = {
        { "position",
          { "@GPSD,(?<id>\\d+),[RS],(?<ymd>\\d{8}),(?<hms>\\d{6}),(?<latd>\\d+\\.\\d+),(?<ns>[NS]),(?<lond>\\d+\\.\\d+),"
            "(?<ew>[EW]),\\d+,\\d+,-?\\d+,\\d+,[LR],.*" },
          .always_valid = true },
        { "cells", { "@LBSD,(?<id>\\d+),[RS],\\d{8},\\d{6},\\d+-\\d+-[0-9A-Fa-f]+-[0-9A-Fa-f]+.*" } },
        { "login", { "@LINK,(?<id>\\d+)" } },
        { "status", { "@(?:GPSD|LBSD|LINK),(?<id>\\d+).*" }, .claim = CLAIM_LIKELY },
    },
};

static const struct sample samples[] = {
    { .text = "@GPSD,123456789012345,R,20260201,080910,47.51000,N,19.09000,E,12,45,120,80,L,$",
      .claim = CLAIM_CERTAIN,
      .type = "position",
      .device = "123456789012345",
      SAMPLE_VALID },
    { .text = "@GPSD,123456789012345,S,20260201,080910,33.45000,S,070.66000,W,0,0,520,72,R,SOS$",
      .claim = CLAIM_CERTAIN,
      .type = "position",
      .device = "123456789012345",
      SAMPLE_SOUTH_WEST },
    { .text = "@GPSD,123456789012345,R,20260201,080910,40.71000,N,074.01000,W,0,0,-9,72,L,LBT$",
      .claim = CLAIM_CERTAIN,
      .type = "position",
      .device = "123456789012345",
      SAMPLE_NORTH_WEST },
    { .text = "@LBSD,123456789012345,R,20260201,080910,216-30-7B-11D7:-61,,,72,L,$",
      .claim = CLAIM_CERTAIN,
      .type = "cells",
      .device = "123456789012345",
      .location = LOCATION_NONE },
    { .text = "@LINK,123456789012345$",
      .claim = CLAIM_CERTAIN,
      .type = "login",
      .device = "123456789012345",
      .location = LOCATION_NONE },
    { .text = "@GPSD,123456789012345,R,20260201,080910,,,,,,,,72,L,$",
      .claim = CLAIM_LIKELY,
      .type = "status",
      .device = "123456789012345",
      .location = LOCATION_NONE },
    { 0 }
};

const struct protocol protocol_r16h = {
    .name = "r16h",
    .port = 5266,
    .transports = OVER_TCP,
    .never = NEVER_INVALID,
    .heads = HEADS(HEAD("@GPSD,"), HEAD("@LBSD,"), HEAD("@LINK,")),
    .text = &text,
    .samples = samples,
};
