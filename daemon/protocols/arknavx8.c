/* SPDX-License-Identifier: Apache-2.0 */
/*
 * arknavx8: Arknav X8. Text over TCP, each message ended by ';', no checksum, no answers.
 *
 *   <imei>[,…];                        login; bare digits, as others send them too
 *   1G|1R|1M,<yymmddhhmmss>,<A|V>,<ddmm.mmmm><N|S>,<dddmm.mmmm><E|W>,<knots>,<course>,<hdop>,<status>;
 *   2G,<yymmddhhmmss>,<satellites>,<altitude>,<power>,<battery>,<odometer>;
 */
#include "protocol/text_protocol.h"

static const struct text_protocol text = {
    .ends = ";",
    .weak_heads = true,
    .forms = {
        { "position",
          { "1[A-Z],(?<ymdhms>\\d{12}),(?<valid>[AV]),(?<lat>\\d{3,4}\\.\\d+)(?<ns>[NS]),(?<lon>\\d{3,5}\\.\\d+)(?<ew>[EW]),"
            "\\d+(?:\\.\\d+)?,\\d+(?:\\.\\d+)?,\\d+(?:\\.\\d+)?,[0-9A-Fa-f]*(?:,.*)?" } },
        { "status", { "2G,\\d{12},\\d+,-?\\d+\\.\\d+,\\d+\\.\\d+,\\d+\\.\\d+,\\d+\\.\\d+(?:,.*)?" } },
        { "status", { "[12][A-Z],\\d{12},.*" }, .claim = CLAIM_LIKELY },
        { "login", { "(?<id>\\d{15})" }, .claim = CLAIM_POSSIBLE },
        { "login", { "(?<id>\\d{15}),[0-9A-Za-z.,]{0,40}" }, .claim = CLAIM_POSSIBLE },
    },
};

extern const struct protocol protocol_arknavx8;

/* Digits without the ';' are anybody's. */
static enum claim match(const struct message *message, size_t *length)
{
    enum claim claim = text_match(&protocol_arknavx8, message, length);
    return claim == CLAIM_POSSIBLE && cursor_byte(message->bytes, *length - 1) != ';' ? CLAIM_NO : claim;
}

static const struct sample samples[] = {
    { .text = "1G,260201080910,A,4730.6000N,01905.4000E,3.1,45,0.9,00000001;",
      .claim = CLAIM_CERTAIN,
      .type = "position",
      SAMPLE_VALID },
    { .text = "1M,260201080910,V,3327.0000S,07039.6000W,0.0,0,99.9,00000000;",
      .claim = CLAIM_CERTAIN,
      .type = "position",
      SAMPLE_INVALID },
    { .text = "1R,260201080910,A,4042.6000N,07400.6000W,220.0,315,10.0,02000001;",
      .claim = CLAIM_CERTAIN,
      .type = "position",
      SAMPLE_NORTH_WEST },
    { .text = "2G,260201080910,08,120.0,12.04,04.01,000396255.0;",
      .claim = CLAIM_CERTAIN,
      .type = "status",
      .location = LOCATION_NONE },
    { .text = "123456789012345,260201;",
      .claim = CLAIM_POSSIBLE,
      .type = "login",
      .device = "123456789012345",
      .location = LOCATION_NONE },
    { .text = "123456789012345;",
      .claim = CLAIM_POSSIBLE,
      .type = "login",
      .device = "123456789012345",
      .location = LOCATION_NONE },
    { 0 }
};

const struct protocol protocol_arknavx8 = {
    .name = "arknavx8",
    .port = 5119,
    .transports = OVER_TCP,
    .heads = HEADS(HEAD("1G,"), HEAD("1R,"), HEAD("1M,"), HEAD("2G,"), HEAD_DIGITS),
    .kin = KIN("gps103"), /* an IMEI and ';' is its heartbeat */
    .match = match,
    .text = &text,
    .samples = samples,
};
