/* SPDX-License-Identifier: Apache-2.0 */
/*
 * milesmate: Milesmate trackers (India). Text lines over TCP, no checksum.
 *
 *   ApiString={A:<id>,B:<battery>,C:<volts>,D:<hhmmss>,E:<ddmm.mmmm><N|S>,F:<dddmm.mmmm><E|W>,G:<speed>,H:<ddmmyy>,I:<G|L>,
 *       J:<8 digits>,K:<7 digits><A|V>,L:<4 digits>,M:<course>}            answer +##Received OK
 */
#include "protocol/text_protocol.h"

static const struct text_protocol text = {
    .ends = "\n",
    .shape = { "ApiString=\\{A:\\d+," },
    .forms = {
        { "position",
          { "ApiString=\\{A:(?<id>\\d+),B:\\d+\\.\\d+,C:\\d+\\.\\d+,D:(?<hms>\\d{6}),E:(?<lat>\\d{4}\\.\\d+)(?<ns>[NS]),"
            "F:(?<lon>\\d{5}\\.\\d+)(?<ew>[EW]),G:\\d+\\.\\d+,H:(?<dmy>\\d{6}),I:[GL],J:\\d{8},K:\\d{7}(?<valid>[AV]),"
            "L:\\d{4},M:\\d+\\.\\d+\\}.*" },
          .answer = "+##Received OK\n" },
    },
};

static const struct sample samples[] = { { .text = "ApiString={A:123456789012345,B:12.7,C:06.0,D:080910,E:"
                                                   "4730.6000N,F:01905.4000E,G:012.50,H:010226,I:G,"
                                                   "J:10010100,K:0000000A,L:1234,M:045.20}\r\n",
                                           .claim = CLAIM_CERTAIN,
                                           .type = "position",
                                           .device = "123456789012345",
                                           SAMPLE_VALID,
                                           .answer = "=+##Received OK\n" },
                                         { .text = "ApiString={A:123456789012345,B:09.8,C:00.0,D:080910,E:"
                                                   "3327.0000S,F:07039.6000W,G:000.00,H:010226,I:L,"
                                                   "J:00004100,K:0000000V,L:1234,M:000.00}\r\n",
                                           .claim = CLAIM_CERTAIN,
                                           .type = "position",
                                           .device = "123456789012345",
                                           SAMPLE_INVALID,
                                           .answer = "=+##Received OK\n" },
                                         { .text = "ApiString={A:123456789012345,B:12.7,C:06.0,D:080910,E:"
                                                   "4042.6000N,F:07400.6000W,G:000.00,H:010226,I:G,"
                                                   "J:00000000,K:0000000A,L:0000,M:000.00}\r\n",
                                           .claim = CLAIM_CERTAIN,
                                           .type = "position",
                                           .device = "123456789012345",
                                           SAMPLE_NORTH_WEST,
                                           .answer = "=+##Received OK\n" },
                                         { 0 } };

const struct protocol protocol_milesmate = {
    .name = "milesmate",
    .port = 5176,
    .transports = OVER_TCP,
    .never = NEVER_NONE,
    .heads = HEADS(HEAD("ApiString={")),
    .text = &text,
    .samples = samples,
};
