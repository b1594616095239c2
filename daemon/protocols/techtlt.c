/* SPDX-License-Identifier: Apache-2.0 */
/*
 * techtlt: Tech-TLT units of Italy. Text over UDP, a line a datagram, no checksum, no answers.
 *
 *   <id>*POS=Y,<hh:mm:ss>,<dd/mm/yy>,<ddmm.mmmm><N|S>,<dddmm.mmmm><E|W>,<speed>,<course>,<altitude>,<satellites>,<lac>,<cell>
 *   <id>,INFOGPRS,V Bat=<volts>,TEMP=<degrees>,<operator>,<rssi>
 */
#include "protocol/text_protocol.h"

static const struct text_protocol text = {
    .ends = "\n",
    .weak_heads = true,
    .shape = { "\\d+(?:\\*POS=|,INFO)" },
    .forms = {
        { "position",
          { "(?<id>\\d+)\\*POS=Y,(?<hms>\\d\\d:\\d\\d:\\d\\d),(?<dmy>\\d\\d/\\d\\d/\\d\\d),(?<lat>\\d{4}\\.\\d+)(?<ns>[NS]),"
            "(?<lon>\\d{5}\\.\\d+)(?<ew>[EW]),(?:\\d+\\.\\d+)?,(?:\\d+\\.\\d+)?,(?:-?\\d+\\.\\d+)?,\\d*,\\d*,\\d*(?:,.*)?" },
          .always_valid = true },
        { "status", { "(?<id>\\d+),INFO[A-Z]*,V Bat=\\d+(?:\\.\\d*)?,TEMP=-?\\d+,[^,]*,\\d+(?:,.*)?" } },
        { "status", { "(?<id>\\d+)(?:\\*POS=|,INFO).*" }, .claim = CLAIM_LIKELY },
    },
};

static const struct sample samples[] = {
    { .text = "001234567*POS=Y,08:09:10,01/02/26,4730.6000N,01905.4000E,4.17,45.23,120.4,09,40076,56341\r\n",
      .datagram = true,
      .claim = CLAIM_CERTAIN,
      .type = "position",
      .device = "001234567",
      SAMPLE_VALID },
    { .text = "001234567*POS=Y,08:09:10,01/02/26,3327.0000S,07039.6000W,0.00,0.00,-2.4,03,40076,56341\r\n",
      .datagram = true,
      .claim = CLAIM_CERTAIN,
      .type = "position",
      .device = "001234567",
      SAMPLE_SOUTH_WEST },
    { .text = "001234567*POS=Y,08:09:10,01/02/26,4042.6000N,07400.6000W,0.00,0.00,9.0,05,40076,56341",
      .datagram = true,
      .claim = CLAIM_CERTAIN,
      .type = "position",
      .device = "001234567",
      SAMPLE_NORTH_WEST },
    { .text = "001234567,INFOGPRS,V Bat=13.8,TEMP=23,I TIM,15\r\n",
      .datagram = true,
      .claim = CLAIM_CERTAIN,
      .type = "status",
      .device = "001234567",
      .location = LOCATION_NONE },
    { .text = "001234567*POS=N,08:09:10\r\n",
      .datagram = true,
      .claim = CLAIM_LIKELY,
      .type = "status",
      .device = "001234567",
      .location = LOCATION_NONE },
    { 0 }
};

const struct protocol protocol_techtlt = {
    .name = "techtlt",
    .port = 5189,
    .transports = OVER_UDP,
    .never = NEVER_INVALID,
    .heads = HEADS(HEAD_DIGITS),
    .text = &text,
    .samples = samples,
};
