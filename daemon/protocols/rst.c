/* SPDX-License-Identifier: Apache-2.0 */
/*
 * rst: RST trackers of Brazil (RST-MINI, RST-LP). One text in a datagram, no checksum.
 *
 *   RST;<A|L>;<model>;<firmware>;<id, 9 digits>;<index>;<type>;[<event time>;<fix time>;<lat>;<lon>;<speed>;<course>;<altitude>;<fix 0|1>;
 *       <satellites>;<hdop>;<2 hex> 5 times;<power>;<battery>;<odometer>;<rssi>;<2 hex>;<4 hex>;<2 hex>;<2 hex>;…]FIM;
 *   A archived, L live; times dd-mm-yyyy hh:mm:ss; signed degrees. Type 29 is the summary of a trip, 134 a result.
 *   Answer: RST;A;<model>;<firmware>;<id>;<index>;6;FIM;
 */
#include "protocol/text_protocol.h"

#define FRONT "RST;[AL];(?<model>[^;]*);(?<firmware>[^;]*);(?<id>\\d{9});(?<index>\\d+);(?<type>\\d+);"
#define TIME "\\d\\d-\\d\\d-\\d{4} \\d\\d:\\d\\d:\\d\\d"
#define ANSWER "RST;A;{model};{firmware};{id};{index};6;FIM;"

static const struct text_protocol text = {
    .end = "FIM;",
    .longest = 2048,
    .forms = {
        { "position",
          { FRONT TIME ";(?<dmyhms>" TIME ");(?<latd>-?\\d+\\.\\d+);(?<lond>-?\\d+\\.\\d+);\\d+;\\d+;-?\\d+;(?<valid>[01]);\\d+;\\d+;"
            "(?:[0-9A-Fa-f]{2};){5}\\d+\\.\\d+;\\d+\\.\\d+;\\d+;\\d+;[0-9A-Fa-f]{2};[0-9A-Fa-f]{4};[0-9A-Fa-f]{2};[0-9A-Fa-f]{2};.*" },
          .answer = ANSWER },
        { "reply", { "RST;A;[^;]*;[^;]*;(?<id>\\d{9});\\d+;6;" } },
        { "status", { FRONT ".*" }, .answer = ANSWER },
        { "status", { "RST;[AL]?;[^;]*;[^;]*;(?<id>\\d{9})?;.*" }, .claim = CLAIM_LIKELY },
    },
};

#define ANSWERED(index) .answer = "=RST;A;RST-MINI;V10.02;001234567;" index ";6;FIM;"

static const struct sample samples[] = {
    { .text = "RST;L;RST-MINI;V10.02;001234567;177;1;01-02-2026 08:09:08;01-02-2026 08:09:10;47.510000;19."
              "090000;12;45;120;1;12;0;00;B0;00;1A;02;12.24;4.00;16;23;FE;0000;01;C0;00800061;0;167;FIM;",
      .datagram = true,
      .claim = CLAIM_CERTAIN,
      .type = "position",
      .device = "001234567",
      SAMPLE_VALID,
      ANSWERED("177") },
    { .text = "RST;A;RST-MINI;V10.02;001234567;178;55;01-02-2026 08:09:08;01-02-2026 08:09:10;-33.450000;-70."
              "660000;0;0;520;0;0;9;00;B0;00;1A;02;12.24;4.00;16;23;FE;0000;01;C0;FIM;",
      .datagram = true,
      .claim = CLAIM_CERTAIN,
      .type = "position",
      .device = "001234567",
      SAMPLE_INVALID,
      ANSWERED("178") },
    { .text = "RST;L;RST-MINI;V10.02;001234567;179;1;01-02-2026 08:09:08;01-02-2026 08:09:10;40.710000;-74."
              "010000;0;89;-9;1;12;0;00;B0;00;1A;02;12.24;4.00;16;23;FE;0000;01;C0;FIM;",
      .datagram = true,
      .claim = CLAIM_CERTAIN,
      .type = "position",
      .device = "001234567",
      SAMPLE_NORTH_WEST,
      ANSWERED("179") },
    { .text = "RST;A;RST-MINI;V10.02;001234567;180;134;output set;FIM;",
      .datagram = true,
      .claim = CLAIM_CERTAIN,
      .type = "status",
      .device = "001234567",
      .location = LOCATION_NONE,
      ANSWERED("180") },
    { .text = "RST;A;RST-MINI;V10.02;001234567;180;6;FIM;",
      .datagram = true,
      .claim = CLAIM_CERTAIN,
      .type = "reply",
      .device = "001234567",
      .location = LOCATION_NONE },
    { 0 }
};

const struct protocol protocol_rst = {
    .name = "rst",
    .port = 5196,
    .transports = OVER_UDP,
    .heads = HEADS(HEAD("RST;")),
    .text = &text,
    .samples = samples,
};
