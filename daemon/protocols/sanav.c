/* SPDX-License-Identifier: Apache-2.0 */
/*
 * sanav: San Jose Navigation GX-101, CT-24, CT-58, MU-201, GC-101. Text like a query string, TCP and UDP, no answers.
 *
 *   imei=<id>&rmc=$GPRMC,<hhmmss.sss>,<A|V>,<ddmm.m>,<N|S>,<dddmm.m>,<E|W>,<speed>,[<course>],<ddmmyy>,…[*hh,<event>…]
 *   imei:<id>rmc:$GPRMC,…
 *   Nothing ends a message: it is what one packet holds. The *hh inside is not relied on.
 */
#include "protocol/text_protocol.h"

static const struct text_protocol text = {
    .weak_heads = true,
    .forms = {
        { "position",
          { "imei[:=](?<id>\\d+)&?rmc[:=]\\$GPRMC,(?<hms>\\d{6})\\.\\d+,(?<valid>[AV]),(?<lat>\\d{3,4}\\.\\d+),"
            "(?<ns>[NS]),"
            "(?<lon>\\d{3,5}\\.\\d+),(?<ew>[EW]),\\d+\\.\\d+,(?:\\d+\\.\\d+)?,(?<dmy>\\d{6}),.*" } },
        { "status", { "imei[:=](?<id>\\d+)&?rmc[:=]\\$GPRMC,.*" }, .claim = CLAIM_LIKELY },
    },
};

static const struct sample samples[] = {
    { .text = "imei:123456789012345rmc:$GPRMC,080910.000,A,4730.6000,N,01905.4000,E,1.20,45.00,010226,,*09,"
              "AUTO-4100mv",
      .whole = true,
      .claim = CLAIM_CERTAIN,
      .type = "position",
      .device = "123456789012345",
      SAMPLE_VALID },
    { .text = "imei=1234567890&rmc=$GPRMC,080910.00,V,3327.00000,S,07039.60000,W,0.160,,010226,,,A*68,STOP,"
              "V3.912;70%",
      .datagram = true,
      .whole = true,
      .claim = CLAIM_CERTAIN,
      .type = "position",
      .device = "1234567890",
      SAMPLE_INVALID },
    { .text = "imei=123456789012345&rmc=$GPRMC,080910.000,A,4042.6000,N,07400.6000,W,0.00,0.00,010226,,*18,"
              "AUTO,0300,2.1,10",
      .whole = true,
      .claim = CLAIM_CERTAIN,
      .type = "position",
      .device = "123456789012345",
      SAMPLE_NORTH_WEST },
    { .text = "imei=123456789012345&rmc=$GPRMC,,V,,,,,,,,,,N*53,STOP,V3.912;70%",
      .whole = true,
      .claim = CLAIM_LIKELY,
      .type = "status",
      .device = "123456789012345",
      .location = LOCATION_NONE },
    { 0 }
};

const struct protocol protocol_sanav = {
    .name = "sanav",
    .port = 5051,
    .transports = OVER_TCP | OVER_UDP,
    .heads = HEADS(HEAD("imei:"), HEAD("imei=")),
    .text = &text,
    .samples = samples,
};
