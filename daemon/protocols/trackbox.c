/* SPDX-License-Identifier: Apache-2.0 */
/*
 * trackbox: Trackbox loggers. Text lines over TCP, no checksum; login and positions are answered =OK=.
 *
 *   a=connect&…i=<id>        login
 *   <hhmmss.sss>,<ddmm.mmmm><N|S>,<dddmm.mmmm><E|W>,<hdop>,<altitude>,<fix: 0 none, 2, 3>,<course>,<km/h>,<knots>,<ddmmyy>,<satellites>
 */
#include "protocol/text_protocol.h"

static const struct text_protocol text = {
    .ends = "\n",
    .weak_heads = true,
    .forms = {
        { "login", { "a=connect.*?i=(?<id>.+)" }, .answer = "=OK=\r\n" },
        { "position",
          { "(?<hms>\\d{6}\\.\\d{3}),(?<lat>\\d{4}\\.\\d{4})(?<ns>[NS]),(?<lon>\\d{5}\\.\\d{4})(?<ew>[EW]),\\d+\\.\\d,"
            "-?\\d+(?:\\.\\d*)?,(?<fix>\\d),\\d+\\.\\d+,\\d+\\.\\d+,\\d+\\.\\d+,(?<dmy>\\d{6}),\\d+" },
          .answer = "=OK=\r\n" },
        { "login", { "a=connect.*" }, .claim = CLAIM_LIKELY, .answer = "=OK=\r\n" },
    },
};

static const struct sample samples[] = {
    { .text = "a=connect&v=11&i=123456789012345\r\n",
      .claim = CLAIM_CERTAIN,
      .type = "login",
      .device = "123456789012345",
      .location = LOCATION_NONE,
      .answer = "==OK=\r\n" },
    { .text = "080910.000,4730.6000N,01905.4000E,0.9,120.4,3,45.00,12.5,6.7,010226,07\r\n",
      .claim = CLAIM_CERTAIN,
      .type = "position",
      SAMPLE_VALID,
      .answer = "==OK=\r\n" },
    { .text = "080910.000,3327.0000S,07039.6000W,9.9,-3.0,0,0.00,0.0,0.0,010226,00\r\n",
      .claim = CLAIM_CERTAIN,
      .type = "position",
      SAMPLE_INVALID,
      .answer = "==OK=\r\n" },
    { .text = "080910.000,4042.6000N,07400.6000W,1.2,12,2,0.00,0.0,0.0,010226,04\r\n",
      .claim = CLAIM_CERTAIN,
      .type = "position",
      SAMPLE_NORTH_WEST,
      .answer = "==OK=\r\n" },
    { 0 }
};

const struct protocol protocol_trackbox = {
    .name = "trackbox",
    .port = 5068,
    .transports = OVER_TCP,
    .heads = HEADS(HEAD("a=connect"), HEAD_DIGITS),
    .text = &text,
    .samples = samples,
};
