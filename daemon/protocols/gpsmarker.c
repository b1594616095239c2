/* SPDX-License-Identifier: Apache-2.0 */
/*
 * gpsmarker: GPSMarker M60, M70, M80, M100 beacons. Text over TCP, no checksum, no answers.
 *
 *   $GM<type>[<index>]<id>T<ddmmyyhhmm[ss]><N|S><ddmmmmmm><E|W><dddmmmmmm><speed ddd><course ddd><satellites><battery dd>…#\r
 *   $GM<type>[<index>]<id>T<ddmmyyhhmm[ss]>G<cells>F…#\r        without a place: the server has no use for it
 *   Minutes have four decimals, without a point.
 */
#include "protocol/text_protocol.h"

#define FRONT "\\$GM\\d(?:[0-9A-Fa-f]{2})?(?<id>\\d{15})T"

static const struct text_protocol text = {
    .ends = "\r",
    .shape = { "\\$GM\\d(?:[0-9A-Fa-f]{2})?(?<id>\\d{15})T\\d{10}" },
    .forms = {
        { "position",
          { FRONT "(?<dmyhms>\\d{10}(?:\\d\\d)?)(?<ns>[NS])(?<latp>\\d{8})(?<ew>[EW])(?<lonp>\\d{9})\\d{6}[0-9A-Fa-f]\\d{7}.*" },
          .always_valid = true },
        { "cells", { FRONT "\\d{10}(?:\\d\\d)?G[0-9A-Fa-f]+F.*" } },
        { "status", { FRONT "\\d{10}.*" }, .claim = CLAIM_LIKELY },
    },
};

static const struct sample samples[] = {
    { .text = "$GM203123456789012345T010226080910N47306000E01905400001204507040530301#\r\n",
      .claim = CLAIM_CERTAIN,
      .type = "position",
      .device = "123456789012345",
      SAMPLE_VALID },
    { .text = "$GM1123456789012345T0102260809S33270000W07039600000000000035200298#\r",
      .claim = CLAIM_CERTAIN,
      .type = "position",
      .device = "123456789012345",
      .location = LOCATION_VALID,
      .lat = -33.45,
      .lon = -70.66,
      .time = "2026-02-01T08:09:00Z" },
    { .text = "$GM203123456789012345T010226080910N40426000W07400600000000000040530301#\r\n",
      .claim = CLAIM_CERTAIN,
      .type = "position",
      .device = "123456789012345",
      SAMPLE_NORTH_WEST },
    { .text = "$GM300123456789012345T010226080910G21600001772F1852000000000000000005230298#\r",
      .claim = CLAIM_CERTAIN,
      .type = "cells",
      .device = "123456789012345",
      .location = LOCATION_NONE },
    { 0 }
};

const struct protocol protocol_gpsmarker = {
    .name = "gpsmarker",
    .port = 5057,
    .transports = OVER_TCP,
    .never = NEVER_INVALID,
    .heads = HEADS(HEAD("$GM")),
    .text = &text,
    .samples = samples,
};
