/* SPDX-License-Identifier: Apache-2.0 */
/*
 * extremtrac: ExtremTrac trackers. Text lines over TCP, no checksum, no answers.
 *
 *   $GPRMC,<id>,<hhmmss.sss>,<A|V>,<ddmm.m>,<N|S>,<dddmm.m>,<E|W>,<speed>,<course>,<ddmmyy>,<n>,,<n>,<n>
 *   Like NMEA, but with the id in front of the time and without *hh. A line without the id tells the server nothing.
 */
#include "protocol/text_protocol.h"

#define BODY                                                                                                \
    "\\.\\d{3},(?<valid>[AV]),(?<lat>\\d{3,4}\\.\\d+),(?<ns>[NS]),(?<lon>\\d{3,5}\\.\\d+),(?<ew>[EW]),\\d+" \
    "\\.?\\d*,\\d+\\.?\\d*,"

/* the same where the server reads none of it */
#define UNREAD "\\.\\d{3},[AV],\\d+\\.\\d+,[NS],\\d+\\.\\d+,[EW],\\d+\\.?\\d*,\\d+\\.?\\d*,\\d{6},"

static const struct text_protocol text = {
    .ends = "\n",
    .weak_heads = true,
    .forms = {
        { "position", { "\\$GPRMC,(?<id>\\d+),(?<hms>\\d{6})" BODY "(?<dmy>\\d{6}),.*" } },
        { "status", { "\\$GPRMC,[^,]+,\\d{6}" UNREAD ".*" }, .claim = CLAIM_LIKELY },
        { "status", { "\\$GPRMC,\\d{6}" UNREAD "\\d,,\\d{4},\\d" }, .claim = CLAIM_LIKELY },
        /* more digits than a time of day has, and then the time: nobody else's, whatever is missing behind it */
        { "status", { "\\$GPRMC,\\d{7,},\\d{6}(?:\\.\\d*)?,[AV]?,.*" }, .claim = CLAIM_LIKELY },
        { "status", { "\\$GPRMC,\\d{7,},.*" }, .claim = CLAIM_POSSIBLE },
    },
};

static const struct sample samples[] = {
    { .text = "$GPRMC,12345678901,080910.000,A,4730.6000,N,01905.4000,E,1.20,45.00,010226,0,,8000,0\r\n",
      .claim = CLAIM_CERTAIN,
      .type = "position",
      .device = "12345678901",
      SAMPLE_VALID },
    { .text = "$GPRMC,00012345678,080910.000,V,3327.0000,S,07039.6000,W,0.00,0.00,010226,0,,8000,1,12.5\r\n",
      .claim = CLAIM_CERTAIN,
      .type = "position",
      .device = "00012345678",
      SAMPLE_INVALID },
    { .text = "$GPRMC,123456789012345,080910.000,A,4042.6000,N,07400.6000,W,0,0,010226,\r\n",
      .claim = CLAIM_CERTAIN,
      .type = "position",
      .device = "123456789012345",
      SAMPLE_NORTH_WEST },
    { .text = "$GPRMC,TRUCK,080910.000,A,4730.6000,N,01905.4000,E,1.20,45.00,010226,0,,8000,0\r\n",
      .claim = CLAIM_LIKELY,
      .type = "status",
      .location = LOCATION_NONE },
    { .text = "$GPRMC,12345678901,080910.000,V,,,,,,,010226,0,,8000,0\r\n",
      .claim = CLAIM_LIKELY,
      .type = "status",
      .location = LOCATION_NONE },
    { .text = "$GPRMC,080910.000,A,0000.0000,S,00000.0000,E,0.00,0.00,010226,0,,8000,0\r\n",
      .claim = CLAIM_LIKELY,
      .type = "status",
      .location = LOCATION_NONE },
    { 0 }
};

const struct protocol protocol_extremtrac = {
    .name = "extremtrac",
    .port = 5126,
    .transports = OVER_TCP,
    .heads = HEADS(HEAD("$GPRMC,")),
    .kin = KIN("t55"), /* without the id it is a $GPRMC sentence as anybody's */
    .text = &text,
    .samples = samples,
};
