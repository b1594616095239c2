/* SPDX-License-Identifier: Apache-2.0 */
/*
 * carscop: Carscop CCTR-800 series. Text over TCP, ended by '^', no checksum, no answers.
 *
 *   *<yymmddhhmmss>U<letter><nn>…^
 *   UB05 <id 15><position>     login: the only message with an id
 *   UB00 <text>                handshake
 *   UD00 <position> …          reports
 *   position: <hhmmss><A|V><ddmm.mmmm><N|S><dddmm.mmmm><E|W><speed ddd.d><yymmdd><course ddd.dd>[<state 8>L<odometer 6>]
 */
#include "protocol/text_protocol.h"

#define START "\\*\\d\\d[01]\\d[0-3]\\d[0-2]\\d[0-5]\\d[0-5]\\d"
#define PLACE                                                                                          \
    "(?<hms>\\d{6})(?<valid>[AV])(?<lat>\\d{4}\\.\\d{4})(?<ns>[NS])(?<lon>\\d{5}\\.\\d{4})(?<ew>[EW])" \
    "\\d{3}\\.\\d(?<ymd>\\d{6})\\d{3}\\.\\d\\d(?:\\d{8}L\\d{6})?"

static const struct text_protocol text = {
    .ends = "^",
    .weak_heads = true,
    .shape = { START "U[A-Z]\\d\\d" },
    .forms = {
        { "login", { START "UB05(?<id>.{15})" PLACE } },
        { "login", { START "UB05(?<id>.{15}).*" } },
        { "handshake", { START "UB00.*" } },
        { "position", { "\\*[^,#*]*?" PLACE } },
        { "status", { START "U[A-Z]\\d\\d.*" } },
    },
};

static const struct sample samples[] = {
    { .text = "*260201080911UB05ORANGE123456789080910V3327.0000S07039.6000W000.0260201000.00^",
      .claim = CLAIM_CERTAIN,
      .type = "login",
      .device = "ORANGE123456789",
      SAMPLE_INVALID },
    { .text = "*260201080911UB05123456789012345080910A4730.6000N01905.4000E012.5260201045.0000000000L000012^",
      .claim = CLAIM_CERTAIN,
      .type = "login",
      .device = "123456789012345",
      SAMPLE_VALID },
    { .text = "*260201080911UD00080910A4042.6000N07400.6000W003.1260201270.5000000000L000012^",
      .claim = CLAIM_CERTAIN,
      .type = "position",
      SAMPLE_NORTH_WEST },
    { .text = "*260201080911UB00HSO^",
      .claim = CLAIM_CERTAIN,
      .type = "handshake",
      .location = LOCATION_NONE },
    { .text = "*260201080911UC01OK^", .claim = CLAIM_CERTAIN, .type = "status", .location = LOCATION_NONE },
    { 0 }
};

const struct protocol protocol_carscop = {
    .name = "carscop",
    .port = 5040,
    .transports = OVER_TCP,
    .heads = HEADS(HEAD("*")),
    .text = &text,
    .samples = samples,
};
