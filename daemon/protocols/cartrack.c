/* SPDX-License-Identifier: Apache-2.0 */
/*
 * cartrack: "CarTrack" units. Text ended by "##", TCP, no checksum, no answers.
 *
 *   $$<id, filled up with '?'>&A<command 4>[&B<place>…&C<inputs>&D<odometer>&E<alarms>[&Y<adc>]]##
 *   place: <hhmmss.s>,<A|V>,<ddmm.m>,<N|S>,<dddmm.m>,<E|W>,<speed>,<course>,<ddmmyy>
 *   Command 9955 is a report, 0000 the login. The odometer's hex digits go on with : ; < = > ? behind the 9.
 */
#include "protocol/text_protocol.h"

#define START "\\$\\$(?<id>\\d+)\\?*&A"

static const struct text_protocol text = {
    .end = "##",
    .weak_heads = true,
    .shape = { "\\$\\$(?<id>\\d+)\\?*&A\\d{4}" },
    .forms = {
        { "position",
          { START "(?<type>\\d{4})&B(?<hms>\\d{6})\\.\\d+,(?<valid>[AV]),(?<lat>\\d{4}\\.\\d+),(?<ns>[NS]),(?<lon>\\d{5}\\.\\d+),"
            "(?<ew>[EW]),(?:\\d+\\.\\d*)?,(?:\\d+\\.\\d*)?,(?<dmy>\\d{6}).*&C[^&]*&D[0-?]+&E[^&]*(?:&Y[^&]*)?" } },
        { "login", { START "0000" } },
        { "status", { START "\\d{4}(?:&.*)?" }, .claim = CLAIM_LIKELY },
    },
};

static const struct sample samples[] = {
    { .text = "$$1234567???????&A9955&B080910.000,A,4730.6000,N,01905.4000,E,12.50,45.00,010226,,,A*64|0.9|&"
              "C0100000000&D01830=?6&E00000001&Y00000000##",
      .claim = CLAIM_CERTAIN,
      .type = "position",
      .device = "1234567",
      SAMPLE_VALID },
    { .text = "$$1234567???????&A9955&B080910.000,V,3327.0000,S,07039.6000,W,0.00,,010226,,*17|9.9|&"
              "C0100000100&D000024:>&E10000000##",
      .claim = CLAIM_CERTAIN,
      .type = "position",
      .device = "1234567",
      SAMPLE_INVALID },
    { .text = "$$12345678901234&A9955&B080910.000,A,4042.6000,N,07400.6000,W,,,010226,,*17|1.1|&C0100000100&"
              "D000024:>&E10000000&Y00100020##",
      .claim = CLAIM_CERTAIN,
      .type = "position",
      .device = "12345678901234",
      SAMPLE_NORTH_WEST },
    { .text = "$$1234567???????&A0000##",
      .claim = CLAIM_CERTAIN,
      .type = "login",
      .device = "1234567",
      .location = LOCATION_NONE },
    { .text = "$$1234567???????&A4101&F1##",
      .claim = CLAIM_LIKELY,
      .type = "status",
      .device = "1234567",
      .location = LOCATION_NONE },
    { 0 }
};

const struct protocol protocol_cartrack = {
    .name = "cartrack",
    .port = 5061,
    .transports = OVER_TCP,
    .heads = HEADS(HEAD("$$")),
    .text = &text,
    .samples = samples,
};
