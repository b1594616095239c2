/* SPDX-License-Identifier: Apache-2.0 */
/*
 * mictrack: Mictrack MT600, MT700, MT710, MT821, MT825, MP90. Text over TCP and UDP, no checksum, no answers. Nothing ends
 * a message: it is what comes in one piece.
 *
 *   MT;<model>;<imei>;<kind>;<data, parts by '+'>
 *       R0 <satellites>+<yymmddhhmmss>+<lat>+<lon>+<speed>+<course>+<event>+<mV>       degrees, always a fix
 *       R1, Y1 Wi-Fi; R2, R3 cells; R12, R13 both: <yymmddhhmmss>+…;  RH <satellites>+<yymmddhhmmss>+…
 *   <id>$<hhmmss.f>,<A|V>,<ddmm.mmmm>,<N|S>,<dddmm.mmmm>,<E|W>,[<knots>],[<course>],[<altitude>],[<ddmmyy>][$…]
 *   [<imei> ]<command>=Success!                what a command brought about; any other text is taken by Traccar too
 */
#include "protocol/text_protocol.h"

#define PLACE                                                                                              \
    "(?<hms>\\d{6})\\.\\d+,(?<valid>[AV]),(?<lat>\\d{3,4}\\.\\d+),(?<ns>[NS]),(?<lon>\\d{3,5}\\.\\d+),(?<" \
    "ew>"                                                                                                  \
    "[EW])(?:,(?:\\d+\\.?\\d*)?,(?:\\d+\\.?\\d*)?,(?:-?\\d+\\.?\\d*)?(?:,(?<dmy>\\d{6})?)?)?"
#define MT(kinds) "MT;[^;]*;(?<id>\\d{15});(?<type>" kinds ");"

static const struct text_protocol text = {
    .weak_heads = true,
    .is_binary = true, /* names of Wi-Fi */
    .forms = {
        { "position",
          { MT("R0") "\\d+\\+(?<ymdhms>\\d{12})\\+(?<latd>-?\\d+\\.\\d+)\\+(?<lond>-?\\d+\\.\\d+)\\+.*" },
          .always_valid = true },
        { "cells", { MT("R1|R2|R3|R12|R13|Y1") "\\d{12}\\+.*" } },
        { "heartbeat", { MT("RH") "\\d+\\+\\d{12}\\+.*" } },
        { "position", { "(?<id>\\d{10,20})\\$" PLACE "(?<rest>[,$].*)?" } },
        { "status", { MT("[A-Z]+\\d*") ".*" }, .claim = CLAIM_LIKELY },
        { "status", { "(?<id>\\d{15})\\$\\d{6}\\.\\d+,[AV],.*" }, .claim = CLAIM_LIKELY },
        { "reply", { "(?:(?<id>\\d{15}) )?[A-Za-z][A-Za-z0-9]*=(?:Success|Fail|Error)\\b.*" }, .claim = CLAIM_LIKELY },
    },
};

extern const struct protocol protocol_mictrack;

static const struct pattern place = { PLACE };

/* More positions may stand behind the first. */
static void read(const struct message *message, struct reading *reading)
{
    struct cursor rest = cursor_trim(message->bytes), one;
    struct groups found;
    struct fix fix;
    text_read(&protocol_mictrack, message, reading);
    while (cursor_until(&rest, '$', &one)) {
        if (pattern_match(message->patterns, &place, rest, &found) && reading_fix_of(&found, &fix))
            reading_fix(reading, &fix);
    }
}

static const struct sample samples[] = {
    { .text = "MT;6;123456789012345;R0;9+260201080910+47.51000+19.09000+2.14+45+2+3744",
      .whole = true,
      .claim = CLAIM_CERTAIN,
      .type = "position",
      .device = "123456789012345",
      SAMPLE_VALID },
    { .text = "123456789012345$080910.00,V,3327.0000,S,07039.6000,W,0.01,,520.0,010226",
      .whole = true,
      .claim = CLAIM_CERTAIN,
      .type = "position",
      .device = "123456789012345",
      SAMPLE_INVALID },
    { .text = "123456789012345$070910.00,A,4730.6000,N,01905.4000,E,0.01,309.62,95.0,010226"
              "$080910.00,A,4042.6000,N,07400.6000,W,0.01,309.62,9.0,010226",
      .datagram = true,
      .whole = true,
      .claim = CLAIM_CERTAIN,
      .type = "position",
      .device = "123456789012345",
      SAMPLE_NORTH_WEST },
    { .text =
          "MT;6;123456789012345;R12;260201080910+02:00:00:aa:bb:cc,-91,02:00:00:aa:bb:cd,-94+0,21681,20616,"
          "216+3+3831+0",
      .whole = true,
      .claim = CLAIM_CERTAIN,
      .type = "cells",
      .device = "123456789012345",
      .location = LOCATION_NONE },
    { .text = "MT;5;123456789012345;RH;5+260201080910+0+0+0+0+11+3954",
      .datagram = true,
      .whole = true,
      .claim = CLAIM_CERTAIN,
      .type = "heartbeat",
      .device = "123456789012345",
      .location = LOCATION_NONE },
    { .text = "123456789012345 mode=Success!",
      .whole = true,
      .claim = CLAIM_LIKELY,
      .type = "reply",
      .device = "123456789012345",
      .location = LOCATION_NONE },
    { .text = "MT;5;123456789012345;R0;0+260201080910++",
      .whole = true,
      .claim = CLAIM_LIKELY,
      .type = "status",
      .device = "123456789012345",
      .location = LOCATION_NONE },
    { .text = "123456789012345$080910.00,A,4042.6000,N,07400.6000,W,0,309,,010226",
      .whole = true,
      .claim = CLAIM_CERTAIN,
      .type = "position",
      .device = "123456789012345",
      SAMPLE_NORTH_WEST },
    { .text = "netlock=Success!",
      .whole = true,
      .claim = CLAIM_LIKELY,
      .type = "reply",
      .location = LOCATION_NONE },
    { .text = "mode=Success!",
      .whole = true,
      .claim = CLAIM_LIKELY,
      .type = "reply",
      .location = LOCATION_NONE },
    { 0 }
};

const struct protocol protocol_mictrack = {
    .name = "mictrack",
    .port = 5191,
    .transports = OVER_TCP | OVER_UDP,
    .heads = HEADS(HEAD("MT;"), HEAD("mode="), HEAD("netlock="), HEAD("apn="), HEAD("sleep="),
                   HEAD("adminip="), HEAD("ip="), HEAD("freq="), HEAD("timer="), HEAD("reset="), HEAD_DIGITS),
    .text = &text,
    .read = read,
    .samples = samples,
};
