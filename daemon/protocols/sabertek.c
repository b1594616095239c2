/* SPDX-License-Identifier: Apache-2.0 */
/*
 * sabertek: Sabertek trackers of South Africa. Text between STX and ETX over TCP, CR LF behind; no checksum.
 *
 *   02 ,<id>,<type>,[<imei>,<card>,<phone>,<yyyymmddhhmmss>,]<battery>,<rssi>,<state>,<events>,<fix 0|1>,<lat>,<lon>,<speed>,
 *      <course>,<altitude>,<satellites>,<odometer>, 03 0d 0a
 *   Signed degrees. People post the text without 02 and 03. Everything is answered 06.
 */
#include "protocol/text_protocol.h"

#define LINE                                                                              \
    "\\x02?,(?<id>\\d+),\\d,(?:\\d+,\\d+,[^,]*,(?<ymdhms>\\d{14}),)?\\d+,\\d+,\\d+,\\d+," \
    "(?<valid>\\d),(?<latd>-?\\d+\\.\\d+),(?<lond>-?\\d+\\.\\d+),\\d+,\\d+,\\d+,\\d+,\\d+"

static const struct text_protocol text = {
    .ends = "\x03",
    .behind = 2,
    .is_binary = true,
    .weak_heads = true,
    .forms = {
        { "position", { LINE ",.*" } },
        /* its end is cut off */
        { "position", { LINE }, .claim = CLAIM_LIKELY },
        { "status",
          { "\\x02?,(?<id>\\d*),\\d?,(?:\\d*,\\d*,[^,]*,(?:\\d{14})?,)?\\d*,\\d*,\\d*,\\d*,\\d?,-?\\d+\\.\\d+,-?\\d+\\.\\d+,"
            "\\d*,\\d*,-?\\d*,\\d*,\\d*,.*" },
          .claim = CLAIM_LIKELY },
        { "status", { "\\x02,(?<id>\\d+),\\d?,.*," }, .claim = CLAIM_LIKELY },
    },
    .answer = "\x06",
};

static const struct sample samples[] = {
    { .text = "\x02,123456789,3,40,65,7,0,1,47.510000,19.090000,12,45,120,8,55623,\x03\r\n",
      .claim = CLAIM_CERTAIN,
      .type = "position",
      .device = "123456789",
      .location = LOCATION_VALID,
      .lat = 47.51,
      .lon = 19.09,
      .answer = "06" },
    { .text =
          "\x02,123456789,4,123456789012345,89430300000123456789,+27821234567,20260201080910,60,75,15,1,0,"
          "-33.450000,-70.660000,0,0,520,0,24844,\x03\r\n",
      .claim = CLAIM_CERTAIN,
      .type = "position",
      .device = "123456789",
      SAMPLE_INVALID,
      .answer = "06" },
    { .text = ",123456789,4,123456789012345,89430300000123456789,+27821234567,20260201080910,60,75,15,1,1,40."
              "710000,-74.010000,0,0,9,8,24844,",
      .whole = true,
      .claim = CLAIM_CERTAIN,
      .type = "position",
      .device = "123456789",
      SAMPLE_NORTH_WEST,
      .answer = "06" },
    { .text = ",123456789,3,40,65,7,0,1,47.510000,19.090000,12,45,120,8,55623",
      .whole = true,
      .claim = CLAIM_LIKELY,
      .type = "position",
      .device = "123456789",
      .location = LOCATION_VALID,
      .lat = 47.51,
      .lon = 19.09,
      .answer = "06" },
    { .text = "\x02,123456789,5,40,65,7,0,\x03\r\n",
      .claim = CLAIM_LIKELY,
      .type = "status",
      .device = "123456789",
      .location = LOCATION_NONE,
      .answer = "06" },
    { 0 }
};

static enum reception reception(struct cursor said, const char *asked)
{
    (void)asked;
    if (said.left != 1)
        return RECEPTION_UNTOLD;
    return cursor_byte(said, 0) == 0x06   ? RECEPTION_KNOWN
           : cursor_byte(said, 0) == 0x15 ? RECEPTION_UNKNOWN
                                          : RECEPTION_UNTOLD;
}

const struct protocol protocol_sabertek = {
    .name = "sabertek",
    .port = 5166,
    .transports = OVER_TCP,
    .heads = HEADS(HEAD("\x02,"), HEAD(",")),
    .text = &text,
    .reception = reception,
    .samples = samples,
};
