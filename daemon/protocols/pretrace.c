/* SPDX-License-Identifier: Apache-2.0 */
/*
 * pretrace: Pretrace trackers. Text without separators over TCP, no answers.
 *
 *   (<id 15>U<3 digits><digit><A|V><yymmddhhmmss><ddmm.mmmm><N|S><dddmm.mmmm><E|W><speed 3><course 3><altitude, 3 hex>
 *       <odometer, 8 hex><satellites, 1 hex><hdop 2><gsm 2><state 8>,&[<value>,…]^hh)
 *   hh is the XOR of what stands between '(' and '^'.
 */
#include "protocol/text_protocol.h"

static const struct text_protocol text = {
    .ends = ")",
    .weak_heads = true,
    .check = CHECK_XOR,
    .forms = {
        { "position",
          { "\\((?<covered>(?<id>\\d{15})U(?<type>\\d{3})\\d(?<valid>[AV])(?<ymdhms>\\d{12})(?<lat>\\d{4}\\.\\d{4})(?<ns>[NS])"
            "(?<lon>\\d{5}\\.\\d{4})(?<ew>[EW])\\d{6}[0-9A-Fa-f]{12}\\d{4}.{8},&[^^]*)\\^(?<check>[0-9A-Fa-f]{2})" } },
        { "status", { "\\((?<id>\\d{15})U\\d{3}.*" }, .claim = CLAIM_LIKELY },
    },
};

static const struct sample samples[] = {
    { .text = "(123456789012345U1110A2602010809104730.6000N01905.4000E01204507800012D687090179000000,&P11A4,"
              "F1050^22)",
      .claim = CLAIM_CERTAIN,
      .type = "position",
      .device = "123456789012345",
      SAMPLE_VALID },
    { .text = "(123456789012345U1100V2602010809103327.0000S07039.6000W000000208000000000990000000000,&^0E)",
      .claim = CLAIM_CERTAIN,
      .type = "position",
      .device = "123456789012345",
      SAMPLE_INVALID },
    { .text = "(123456789012345U1110A2602010809104042.6000N07400.6000W000264009000000004060299000000,&P195%,"
              "T1050^00)",
      .claim = CLAIM_LIKELY,
      .type = "position",
      .device = "123456789012345",
      SAMPLE_NORTH_WEST },
    { .text = "(123456789012345U1010,&^00)",
      .claim = CLAIM_LIKELY,
      .type = "status",
      .device = "123456789012345",
      .location = LOCATION_NONE },
    { 0 }
};

const struct protocol protocol_pretrace = {
    .name = "pretrace",
    .port = 5133,
    .transports = OVER_TCP,
    .heads = HEADS(HEAD("(0"), HEAD("(1"), HEAD("(2"), HEAD("(3"), HEAD("(4"), HEAD("(5"), HEAD("(6"),
                   HEAD("(7"), HEAD("(8"), HEAD("(9")),
    .text = &text,
    .samples = samples,
};
