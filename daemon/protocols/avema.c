/* SPDX-License-Identifier: Apache-2.0 */
/*
 * avema: Avema AT series. Text lines over TCP, no checksum, no answers.
 *
 *   <id>,<yyyymmddhhmmss>,<lon>,<lat>,<speed>,<course>,<altitude>,<satellites>,<event>,<odometer>,<inputs>,<volts>[V],<volts>[V],
 *   <outputs>,<roaming>,<rssi>,<system>,<mcc>[-]<mnc>,<lac>,<cell>,[<volts>,][<RFID>…]
 *   Coordinates are signed degrees; every position counts as a fix. The front is wondex's and intellitrac's too: the odometer,
 *   which is a decimal, and the cell tell it.
 */
#include "protocol/text_protocol.h"

static const struct text_protocol text = {
    .ends = "\n",
    .weak_heads = true,
    .forms = {
        { "position",
          { "(?<id>\\d+),(?<ymdhms>\\d{14}),(?<lond>-?\\d+\\.\\d+),(?<latd>-?\\d+\\.\\d+),\\d+,\\d+,-?\\d+,\\d+,\\d+,"
            "\\d+\\.\\d+,\\d+,\\d+\\.\\d+V?,\\d+\\.\\d+V?,\\d+,\\d,\\d+,\\d,\\d{3}-?\\d+,[0-9A-Fa-f]+,[0-9A-Fa-f]+,.*" },
          .always_valid = true },
        /* cells may be left out, as long as there are too many fields for a wondex */
        { "position",
          { "(?<id>\\d+),(?<ymdhms>\\d{14}),(?<lond>-?\\d+\\.\\d+),(?<latd>-?\\d+\\.\\d+),\\d+,\\d+,-?\\d+,\\d+,\\d+,"
            "(?:\\d+\\.\\d+)?,\\d*,(?:\\d+\\.\\d+)?V?,(?:\\d+\\.\\d+)?V?,\\d*,\\d?,\\d*,\\d?,(?:\\d{3}-?\\d+)?,.*" },
          .claim = CLAIM_LIKELY,
          .always_valid = true },
    },
};

static const struct sample samples[] = {
    { .text = "123456789,20260201080910,19.090000,47.510000,12,45,120,9,3,1520.4,1,0.02,12.61,0,0,26,0,"
              "216-30,65534,10255884,3.90\r\n",
      .claim = CLAIM_CERTAIN,
      .type = "position",
      .device = "123456789",
      SAMPLE_VALID },
    { .text = "12,20260201080910,-70.660000,-33.450000,0,0,520,0,10,0.0,0,0.02V,12.32V,0,1,15,2,73002,1F3A,"
              "00C4,65EB812A000104E0,8000001234,Ana\r\n",
      .claim = CLAIM_CERTAIN,
      .type = "position",
      .device = "12",
      SAMPLE_SOUTH_WEST },
    { .text = "1000000000,20260201080910,-74.010000,40.710000,0,0,9,5,3,0.0,1,0.02,11.48,0,0,19,4,310-260,"
              "0,0,\r\n",
      .claim = CLAIM_CERTAIN,
      .type = "position",
      .device = "1000000000",
      SAMPLE_NORTH_WEST },
    { 0 }
};

const struct protocol protocol_avema = {
    .name = "avema",
    .port = 5171,
    .transports = OVER_TCP,
    .never = NEVER_INVALID | NEVER_NONE,
    .heads = HEADS(HEAD_DIGITS),
    .text = &text,
    .samples = samples,
};
