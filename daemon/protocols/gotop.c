/* SPDX-License-Identifier: Apache-2.0 */
/*
 * gotop: Gotop TL-201, TL-206, TL-218, VT-380 and 4G successors. Text over TCP, no checksum, no answers.
 *
 *   <id>,<event>,<A|V>,[DATE:]<yymmdd>,[TIME:]<hhmmss>,[LAT:]<degrees><N|S>,[LOT:|LON:]<degrees><E|W>,Speed:<speed>,…#
 *   <id>,CMD-X#      heartbeat; a '#' may stand in front
 */
#include "protocol/text_protocol.h"

static const struct text_protocol text = {
    .ends = "#",
    .head = 1,
    .weak_heads = true,
    .shape = { "#?\\d{10,17},(?:CMD|ALM)-" },
    .forms = {
        { "position",
          { "#?(?<id>\\d{10,17}),(?<type>[^,]+),(?<valid>[AV]),(?:DATE:)?(?<ymd>\\d{6}),(?:TIME:)?(?<hms>\\d{6}),(?:LAT:)?"
            "(?<latd>\\d+\\.\\d+)(?<ns>[NS]),(?:LOT:|LON:)?(?<lond>\\d+\\.\\d+)(?<ew>[EW]),Speed:\\d+\\.\\d+,?.*" } },
        { "heartbeat", { "#?\\d{10,17},CMD-X" }, .claim = CLAIM_LIKELY },
        { "status", { "#?(?<id>\\d{10,17}),(?:CMD|ALM)-.*" }, .claim = CLAIM_LIKELY },
    },
};

static const struct sample samples[] = {
    { .text = "123456789012345,CMD-T,A,DATE:260201,TIME:080910,LAT:47.5100000N,LOT:19.0900000E,Speed:012.5,"
              "84-20,#",
      .claim = CLAIM_CERTAIN,
      .type = "position",
      .device = "123456789012345",
      SAMPLE_VALID },
    { .text = "123456789012345,ALM-B1-1,V,260201,080910,33.450000S,070.660000W,Speed:0.0,#",
      .claim = CLAIM_CERTAIN,
      .type = "position",
      .device = "123456789012345",
      SAMPLE_INVALID },
    { .text = "#123456789012345,CMD-KEY,A,DATE:260201,TIME:080910,LAT:40.7100000N,LON:074.0100000W,Speed:001."
              "2,61-19,12.1,0.90#",
      .claim = CLAIM_CERTAIN,
      .type = "position",
      .device = "123456789012345",
      SAMPLE_NORTH_WEST },
    { .text = "123456789012345,CMD-X#",
      .claim = CLAIM_LIKELY,
      .type = "heartbeat",
      .location = LOCATION_NONE },
    { .text = "123456789012345,CMD-D,1,2,3#",
      .claim = CLAIM_LIKELY,
      .type = "status",
      .device = "123456789012345",
      .location = LOCATION_NONE },
    { 0 }
};

const struct protocol protocol_gotop = {
    .name = "gotop",
    .port = 5050,
    .transports = OVER_TCP,
    .heads = HEADS(HEAD_DIGITS, HEAD("#")),
    .text = &text,
    .samples = samples,
};
