/* SPDX-License-Identifier: Apache-2.0 */
/*
 * stl060: STL060 vehicle trackers of India. Text over TCP, no checksum, no answers.
 *
 *   $1,<id>,D001,<vehicle>,<dd/mm/yy>,<hh:mm:ss>,<ddmm[.]m><N|S>,<dddmm[.]m><E|W>,<speed>,<course>,
 *       <odometer>,<ignition>,<input>,<input>,<fuel>,<A|V>…#                             older
 *       <charging>,<ignition>,0,0,<input>,<rfid>,<odometer>,<temperature>,<fuel>,<n>,<n>,<n>,<A|V>…#
 */
#include "protocol/text_protocol.h"

static const struct text_protocol text = {
    .ends = "#",
    .weak_heads = true,
    .forms = {
        { "position",
          { "\\$1,(?<id>\\d+),D001,[^,]*,(?<dmy>\\d\\d/\\d\\d/\\d\\d),(?<hms>\\d\\d:\\d\\d:\\d\\d),"
            "(?<latp>\\d{4}\\.?\\d+)(?<ns>[NS]),"
            "(?<lonp>\\d{5}\\.?\\d+)(?<ew>[EW]),\\d+\\.?\\d*,\\d+\\.?\\d*,(?:\\d+,\\d+,\\d+,\\d+,\\d+,|[01],[01],"
            "0,0,\\d+,[^,]*,\\d+,\\d+,"
            "\\d+,[01],[01],[01],)(?<valid>[AV]).*" } },
        { "status", { "\\$1,(?<id>\\d+),D001,[^,]*,\\d\\d/\\d\\d/\\d\\d,.*" }, .claim = CLAIM_LIKELY },
    },
};

static const struct sample samples[] = {
    { .text = "$1,123456789012345,D001,AB12CD3456,01/02/"
              "26,08:09:10,4730.6000N,01905.4000E,12.50,045.00,1,1,1,1,1,A#",
      .claim = CLAIM_CERTAIN,
      .type = "position",
      .device = "123456789012345",
      SAMPLE_VALID },
    { .text =
          "$1,123456789012345,D001,AB12CD3456,01/02/26,08:09:10,33270000S,070396000W,00000,010,0,0,0,0,0,V,#",
      .claim = CLAIM_CERTAIN,
      .type = "position",
      .device = "123456789012345",
      SAMPLE_INVALID },
    { .text = "$1,123456789012345,D001,AB12CD3456,01/02/"
              "26,08:09:10,4042.6000N,07400.6000W,0,0,1,0,0,0,3,04A1B2,1200,21,40,0,0,0,A#",
      .claim = CLAIM_CERTAIN,
      .type = "position",
      .device = "123456789012345",
      SAMPLE_NORTH_WEST },
    { .text = "$1,123456789012345,D001,AB12CD3456,01/02/26,08:09:10,,,0,0,0,0,0,0,0,V#",
      .claim = CLAIM_LIKELY,
      .type = "status",
      .device = "123456789012345",
      .location = LOCATION_NONE },
    { 0 }
};

const struct protocol protocol_stl060 = {
    .name = "stl060",
    .port = 5060,
    .transports = OVER_TCP,
    .heads = HEADS(HEAD("$1,")),
    .text = &text,
    .samples = samples,
};
