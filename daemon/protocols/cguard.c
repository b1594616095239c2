/* SPDX-License-Identifier: Apache-2.0 */
/*
 * cguard: C-Guard trackers. Text lines over TCP, no checksum, no answers.
 *
 *   ID:<id>   IDRO:<id>                                                                          login
 *   VERSION:<n>.<n>                                                                              its firmware
 *   NV:<yymmdd> <hhmmss>:<lat>:<lon>:<speed>:<accuracy|NAN>:<course|NAN>[:<altitude|NAN>]        position
 *   BC:<yymmdd> <hhmmss>:<key>:<value>[:<key>:<value>]…                                          status
 *   Signed degrees; there is no fix flag.
 */
#include "protocol/text_protocol.h"

#define VALUE "(?:-?\\d+\\.?\\d*|NAN)"

static const struct text_protocol text = {
    .ends = "\n",
    .weak_heads = true,
    .forms = {
        { "position",
          { "NV:(?<ymd>\\d{6}) (?<hms>\\d{6}):(?<latd>-?\\d+\\.\\d+):(?<lond>-?\\d+\\.\\d+):" VALUE ":" VALUE ":" VALUE
            "(?::" VALUE ")?" },
          .always_valid = true },
        { "status", { "NV:\\d{6} \\d{6}:.*" }, .claim = CLAIM_LIKELY },
        { "status", { "BC:\\d{6} \\d{6}:[A-Z]+\\d*:[^:]*(?::.*)?" } },
        { "status", { "BC:\\d{6} \\d{6}(?::.*)?" }, .claim = CLAIM_LIKELY },
        { "status", { "(?:NV|BC):[\\d ]*:.+:.*" }, .claim = CLAIM_POSSIBLE },
        { "version", { "VERSION:\\d+\\.\\d+" }, .claim = CLAIM_POSSIBLE },
        { "login", { "IDRO:(?<id>\\d{15})" } },
        { "login", { "IDRO:(?<id>.+)" }, .claim = CLAIM_LIKELY },
        { "login", { "ID:(?<id>\\d{15})" }, .claim = CLAIM_LIKELY },
        { "login", { "ID:(?<id>[A-Za-z0-9]+)" }, .claim = CLAIM_POSSIBLE },
    },
};

static const struct sample samples[] = {
    { .text = "IDRO:123456789012345\r\n",
      .claim = CLAIM_CERTAIN,
      .type = "login",
      .device = "123456789012345",
      .location = LOCATION_NONE },
    { .text = "ID:123456789012345\r\n",
      .claim = CLAIM_LIKELY,
      .type = "login",
      .device = "123456789012345",
      .location = LOCATION_NONE },
    { .text = "ID:TAXI7\r\n",
      .claim = CLAIM_POSSIBLE,
      .type = "login",
      .device = "TAXI7",
      .location = LOCATION_NONE },
    { .text = "VERSION:2.7\r\n", .claim = CLAIM_POSSIBLE, .type = "version", .location = LOCATION_NONE },
    { .text = "NV:260201 080910:47.510000:19.090000:12:NAN:45:120.1\r\n",
      .claim = CLAIM_CERTAIN,
      .type = "position",
      SAMPLE_VALID },
    { .text = "NV:260201 080910:-33.450000:-70.660000:0.5:3.1:NAN\n",
      .claim = CLAIM_CERTAIN,
      .type = "position",
      SAMPLE_SOUTH_WEST },
    { .text = "NV:260201 080910:40.710000:-74.010000:0:NAN:0:NAN\r\n",
      .claim = CLAIM_CERTAIN,
      .type = "position",
      SAMPLE_NORTH_WEST },
    { .text = "BC:260201 080910:CSQ1:77:NSQ1:18:BAT1:100\r\n",
      .claim = CLAIM_CERTAIN,
      .type = "status",
      .location = LOCATION_NONE },
    { 0 }
};

const struct protocol protocol_cguard = {
    .name = "cguard",
    .port = 5123,
    .transports = OVER_TCP,
    .never = NEVER_INVALID,
    .heads = HEADS(HEAD("NV:"), HEAD("BC:"), HEAD("ID:"), HEAD("IDRO:"), HEAD("VERSION:")),
    .text = &text,
    .samples = samples,
};
