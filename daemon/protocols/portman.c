/* SPDX-License-Identifier: Apache-2.0 */
/*
 * portman: Portman GT and PTM. Text lines over TCP, no checksum, no answers.
 *
 *   $PTMLA,<id>,… or %%<id>,<A|B|C|L>,<yymmddhhmmss>,<N|S><ddmm.m><E|W><dddmm.m>,<speed>,<course>,<NA|C±n>,
 *       <status, 8 hex>,<NA|F n|card>,<event>,<satellites>,<odometer>,<rssi>…
 *   $EXT,<id>,<A|B|C|L>,<time>,<place>,<speed>,<course>,<NA|C±n>,<NA|F n>,<satellites>,<rssi>,<odometer>,<NA|card>,
 *       <status, 8 hex>,<event>…
 *   L: the last known place. tr20's lines begin with %%, too: there the event stands right behind the status.
 */
#include "protocol/text_protocol.h"

#define PLACE                                                                                             \
    "(?<id>[^,]+),(?<valid>[ABCL]),(?<ymdhms>\\d{12}),(?<ns>[NS])(?<lat>\\d{4}\\.\\d+)(?<ew>[EW])(?<lon>" \
    "\\d{"                                                                                                \
    "4,5}\\.\\d+),\\d+,\\d+,(?:NA|C-?\\d+),"
#define STATUS "[0-9a-fA-F]{8}"

static const struct text_protocol text = {
    .ends = "\n",
    /* of a line that is cut off before the status both may be meant */
    .shape = { "(?:\\$PTMLA,|\\$EXT,)(?<id>[^,]+),[ABCL],\\d{12},|%%(?<id>[^,]+),(?:[BC],\\d{12},[NS]\\d{4}\\.\\d|[AL],\\d{12},"
               "[NS]\\d{4}\\.\\d+[EW]\\d[^,]*(?:(?:,[^,]*){0,3}$|,\\d*,\\d*,[^,]*," STATUS ",(?:NA|F\\d+)(?:,|$)))" },
    .forms = {
        { "position",
          { "(?:\\$PTMLA,|%%)" PLACE STATUS ",(?:NA|F\\d+|\\d+),\\d+,\\d+,\\d+\\.\\d+,\\d+.*" },
          .valid = "ABC" },
        { "position",
          { "\\$EXT," PLACE "(?:NA|F\\d+),\\d+,\\d+,\\d+\\.\\d+,(?:NA|\\d+)," STATUS ",\\d+.*" },
          .valid = "ABC" },
    },
};

static const struct sample samples[] = {
    { .text =
          "%%123456789012345,A,260201080910,N4730.6000E01905.4000,012,045,NA,95000000,NA,254,9,1.25,24\r\n",
      .claim = CLAIM_CERTAIN,
      .type = "position",
      .device = "123456789012345",
      SAMPLE_VALID },
    { .text =
          "$PTMLA,123456789012345,L,260201080910,S3327.0000W07039.6000,0,0,C-4,C9830000,F21,108,0,2.66,16,"
          "GNA\r\n",
      .claim = CLAIM_CERTAIN,
      .type = "position",
      .device = "123456789012345",
      SAMPLE_INVALID },
    { .text = "$EXT,van7,B,260201080910,N4042.6000W07400.6000,0,0,NA,NA,11,25,1700.25,77,01820000,108\r\n",
      .claim = CLAIM_CERTAIN,
      .type = "position",
      .device = "van7",
      SAMPLE_NORTH_WEST },
    { .text = "$PTMLA,123456789012345,A,260201080910,,0,0,NA,C9830000,NA,108,0,2.66,16\r\n",
      .claim = CLAIM_LIKELY,
      .type = "unknown",
      .device = "123456789012345",
      .location = LOCATION_NONE },
    { 0 }
};

const struct protocol protocol_portman = {
    .name = "portman",
    .port = 5211,
    .transports = OVER_TCP,
    .heads = HEADS(HEAD("$PTMLA,"), HEAD("$EXT,"), HEAD("%%")),
    .text = &text,
    .samples = samples,
};
