/* SPDX-License-Identifier: Apache-2.0 */
/*
 * disha: Disha Telematics trackers (India). Text lines over TCP, fields separated by '#', no checksum, no answers.
 *
 *   $A#A#<imei>#<A|V|M|X>#<hhmmss>#<ddmmyy>#<ddmm.m>#<N|S>#<dddmm.m>#<E|W>#<speed>#<course>#<satellites>#<hdop>#<gsm>#
 *   <charger>#<battery>#<adc>#<adc>#<km of the day>#<odometer>#<inputs>*
 *   Only A is a fix.
 */
#include "protocol/text_protocol.h"

static const struct text_protocol text = {
    .ends = "\n",
    .shape = { "\\$A#A#\\d{8,17}#" },
    .forms = {
        { "position",
          { "\\$A#A#(?<id>\\d+)#(?<valid>[AVMX])#(?<hms>\\d{6})#(?<dmy>\\d{6})#(?<lat>\\d{4}\\.\\d+)#(?<ns>[NS])#"
            "(?<lon>\\d{5}\\.\\d+)#(?<ew>[EW])#\\d+\\.\\d+#\\d+\\.\\d+#\\d+#\\d+\\.\\d+#\\d+#[012]#\\d+#\\d+#\\d+#\\d+\\.\\d+#"
            "\\d+\\.\\d+#[01]+\\*" },
          .valid = "A" },
        { "status", { "\\$A#A#(?<id>\\d{8,17})#.*" }, .claim = CLAIM_LIKELY },
    },
};

static const struct sample samples[] = { { .text = "$A#A#123456789012345#A#080910#010226#4730.6000#N#01905."
                                                   "4000#E#012.50#045.0#09#00.8#2100#0#098#0000#0012#11.7#"
                                                   "285.7#0001*\r\n",
                                           .claim = CLAIM_CERTAIN,
                                           .type = "position",
                                           .device = "123456789012345",
                                           SAMPLE_VALID },
                                         { .text = "$A#A#123456789012345#X#080910#010226#3327.0000#S#07039."
                                                   "6000#W#000.00#000.0#00#99.9#2100#2#098#0000#0012#0.0#"
                                                   "285.7#0000*\n",
                                           .claim = CLAIM_CERTAIN,
                                           .type = "position",
                                           .device = "123456789012345",
                                           SAMPLE_INVALID },
                                         { .text = "$A#A#123456789012345#A#080910#010226#4042.6000#N#07400."
                                                   "6000#W#000.00#270.0#12#00.7#3000#1#100#0000#8888#1.5#"
                                                   "3919.1#1000*\r\n",
                                           .claim = CLAIM_CERTAIN,
                                           .type = "position",
                                           .device = "123456789012345",
                                           SAMPLE_NORTH_WEST },
                                         { .text = "$A#A#123456789012345#V#080910#010226#####000.00#000.0#00#"
                                                   "99.9#2100#0#098#0000#0012#0.0#285.7#0000*\r\n",
                                           .claim = CLAIM_LIKELY,
                                           .type = "status",
                                           .device = "123456789012345",
                                           .location = LOCATION_NONE },
                                         { 0 } };

const struct protocol protocol_disha = {
    .name = "disha",
    .port = 5097,
    .transports = OVER_TCP,
    .heads = HEADS(HEAD("$A#A#")),
    .text = &text,
    .samples = samples,
};
