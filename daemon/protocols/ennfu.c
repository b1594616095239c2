/* SPDX-License-Identifier: Apache-2.0 */
/*
 * ennfu: Ennfu bicycle and asset trackers (China). Text over TCP, no checksum, no answers; a message ends with '$'.
 *
 *   Ennfu:<id>,<hhmmss.dd>,<A|V>,<ddmm.mmmmm>,<N|S>,<dddmm.mmmmm>,<E|W>,[<knots>],[<course>],<ddmmyy>,<signal>,<battery>,
 *       <level>,V<d.dd>$
 *   Ennfu:HeartBeat,<id>$        Traccar does not look at it
 */
#include "protocol/text_protocol.h"

static const struct text_protocol text = {
    .ends = "$",
    .shape = { "Ennfu:(?:\\d+|HeartBeat)," },
    .forms = {
        { "position",
          { "Ennfu:(?<id>\\d+),(?<hms>\\d{6})\\.\\d+,(?<valid>[AV]),(?<lat>\\d{4}\\.\\d+),(?<ns>[NS]),(?<lon>\\d{5}\\.\\d+),"
            "(?<ew>[EW]),(?:\\d+\\.\\d+)?,(?:\\d+\\.\\d+)?,(?<dmy>\\d{6}),\\d+,\\d+\\.\\d+,\\d+\\.\\d+,V\\d+\\.\\d+" } },
        { "heartbeat", { "Ennfu:HeartBeat,(?<id>\\d+)" } },
    },
};

static const struct sample samples[] = {
    { .text = "Ennfu:123456789012345,080910.00,A,4730.60000,N,01905.40000,E,6.521,45.20,010226,17,4.0,86.8,"
              "V0.01$",
      .claim = CLAIM_CERTAIN,
      .type = "position",
      .device = "123456789012345",
      SAMPLE_VALID },
    { .text = "Ennfu:123456789012345,080910.00,V,3327.00000,S,07039.60000,W,,,010226,9,3.7,40.0,V0.01$",
      .claim = CLAIM_CERTAIN,
      .type = "position",
      .device = "123456789012345",
      SAMPLE_INVALID },
    { .text = "Ennfu:123456789012345,080910.00,A,4042.60000,N,07400.60000,W,0.058,,010226,17,4.0,86.8,V1.20$",
      .claim = CLAIM_CERTAIN,
      .type = "position",
      .device = "123456789012345",
      SAMPLE_NORTH_WEST },
    { .text = "Ennfu:HeartBeat,123456789012345$",
      .claim = CLAIM_CERTAIN,
      .type = "heartbeat",
      .device = "123456789012345",
      .location = LOCATION_NONE },
    { 0 }
};

const struct protocol protocol_ennfu = {
    .name = "ennfu",
    .port = 5220,
    .transports = OVER_TCP,
    .heads = HEADS(HEAD("Ennfu:")),
    .text = &text,
    .samples = samples,
};
