/* SPDX-License-Identifier: Apache-2.0 */
/*
 * oko: OKO trackers of Ukraine. Text over TCP, no checksum, no answers.
 *
 *   {[<id, 15 digits>,]<hhmmss>[.s],<A|V>,<ddmm.m>,<N|S>,<dddmm.m>,<E|W>,[speed],[course],<ddmmyy>,<satellites>,<adc>,<event>,
 *       <power>,<digit>…}
 */
#include "protocol/text_protocol.h"

#define HEX "[0-9A-Fa-f]{2}"

static const struct text_protocol text = {
    .ends = "}",
    .forms = {
        { "position",
          { "\\{(?:(?<id>\\d{15}),)?(?<hms>\\d{6})(?:\\.\\d+)?,(?<valid>[AV]),(?<lat>\\d{4}\\.\\d+),(?<ns>[NS]),"
            "(?<lon>\\d{5}\\.\\d+),(?<ew>[EW]),[\\d.]*,[\\d.]*,(?<dmy>\\d{6}),\\d+,(?:\\d+\\.\\d+|" HEX ")," HEX ",(?:\\d+\\.\\d+|" HEX "),\\d.*" } },
        { "status",
          { "\\{(?:(?<id>\\d{15}),)?(?:\\d{6}(?:\\.\\d+)?,[AV],|[\\d.]*,[AV]?,\\d{4}\\.\\d+,[NS]?,\\d{5}\\.\\d+,).*" },
          .claim = CLAIM_LIKELY },
    },
};

static const struct sample samples[] = {
    { .text = "{123456789012345,080910.00,A,4730.6000,N,01905.4000,E,12.5,45.0,010226,7,0.27,F9,11.3,1}",
      .claim = CLAIM_CERTAIN,
      .type = "position",
      .device = "123456789012345",
      SAMPLE_VALID },
    { .text = "{080910,V,3327.0000,S,07039.6000,W,0.0,,010226,00,5C,FB,7A,1,27,,,,,,CB}",
      .claim = CLAIM_CERTAIN,
      .type = "position",
      SAMPLE_INVALID },
    { .text = "{123456789012345,080910,A,4042.6000,N,07400.6000,W,,,010226,8,0.00,00,13.7,2,00}",
      .claim = CLAIM_CERTAIN,
      .type = "position",
      .device = "123456789012345",
      SAMPLE_NORTH_WEST },
    { .text = "{123456789012345,080910,V,,,,,,,010226,0,0.00,00,13.7,2,00}",
      .claim = CLAIM_LIKELY,
      .type = "status",
      .device = "123456789012345",
      .location = LOCATION_NONE },
    { 0 }
};

const struct protocol protocol_oko = {
    .name = "oko",
    .port = 5152,
    .transports = OVER_TCP,
    .heads = HEADS(HEAD("{0"), HEAD("{1"), HEAD("{2"), HEAD("{3"), HEAD("{4"), HEAD("{5"), HEAD("{6"),
                   HEAD("{7"), HEAD("{8"), HEAD("{9")),
    .text = &text,
    .samples = samples,
};
