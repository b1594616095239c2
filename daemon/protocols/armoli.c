/* SPDX-License-Identifier: Apache-2.0 */
/*
 * armoli: Armoli and other vehicle trackers of Turkey. Text over TCP, fixed columns, no checksum. Behind the ']' stands ';', ";;" or ";\r".
 *
 *   [M<id 15><ddmmyy><hhmmss><N|S><dd.dddddd><E|W><ddd.dddddd><fix><satellites, hex><speed, 2 hex><course 3>…];      position
 *   [L<id 15>];   [Q<8 digits><id 15><card>,…];     login and settings: both answered [TX,];;
 *   [W…];                                           result of a command
 */
#include "protocol/text_protocol.h"

enum { END_MAX = 2 };

static const struct text_protocol text = {
    .ends = "]",
    .weak_heads = true,
    .shape = { "\\[M\\d{27}" },
    .forms = {
        { "position",
          { "\\[M(?<id>\\d{15})(?<dmyhms>\\d{12})(?<ns>[NS])(?<latd>\\d\\d\\.\\d{6})(?<ew>[EW])(?<lond>\\d{3}\\.\\d{6})(?<fix>\\d)"
            "[0-9A-Fa-f]{3}\\d{3}[0-9A-Fa-f]{20}.*" } },
        { "status", { "\\[M(?<id>\\d{15})\\d{12}.*" }, .claim = CLAIM_LIKELY },
        { "login", { "\\[L(?<id>\\d{15})" } },
        { "information", { "\\[Q\\d{8}(?<id>\\d{15})\\d*,.*" } },
        { "information", { "\\[Q\\d{8,},.*" }, .claim = CLAIM_LIKELY },
        { "login", { "\\[L(?<id>\\d{15}).*" }, .claim = CLAIM_LIKELY },
        { "reply", { "\\[W[^,\\[]*,.*" }, .claim = CLAIM_POSSIBLE },
    },
};

extern const struct protocol protocol_armoli;

static enum claim match(const struct message *message, size_t *length)
{
    enum claim claim = text_match(&protocol_armoli, message, length);
    size_t end = *length + END_MAX;
    while (claim >= CLAIM_POSSIBLE && *length < end && *length < message->bytes.left &&
           (cursor_byte(message->bytes, *length) == ';' || cursor_byte(message->bytes, *length) == '\r'))
        ++*length;
    return claim;
}

static void read(const struct message *message, struct reading *reading)
{
    struct message one = *message;
    while (CURSOR_ENDS(one.bytes, ";") || CURSOR_ENDS(one.bytes, "\r"))
        one.bytes.left--;
    text_read(&protocol_armoli, &one, reading);
}

static void answer(const struct message *message, const struct asker *asker, struct buffer *reply)
{
    (void)asker;
    if (CURSOR_STARTS(message->bytes, "[Q") || CURSOR_STARTS(message->bytes, "[L"))
        buffer_put_text(reply, "[TX,];;");
}

static const struct sample samples[] = {
    { .text = "[M123456789012345010226080910N47.510000E019.0900002F0C045000000410006B336FFFFG458563@A6D>"
              "04410C2482>03410F56];",
      .claim = CLAIM_CERTAIN,
      .type = "position",
      .device = "123456789012345",
      SAMPLE_VALID },
    { .text = "[M123456789012345010226080910S33.450000W070.660000000000000000000C00000E9E07FF:106AG505283H60E"
              "];",
      .claim = CLAIM_CERTAIN,
      .type = "position",
      .device = "123456789012345",
      SAMPLE_INVALID },
    { .text = "[M123456789012345010226080910N40.710000W074.01000019002700000000C00000E9E07FF];;",
      .whole = true,
      .claim = CLAIM_CERTAIN,
      .type = "position",
      .device = "123456789012345",
      SAMPLE_NORTH_WEST },
    { .text = "[M123456789012345010226080910];",
      .claim = CLAIM_LIKELY,
      .type = "status",
      .device = "123456789012345",
      .location = LOCATION_NONE },
    { .text = "[L123456789012345];",
      .claim = CLAIM_CERTAIN,
      .type = "login",
      .device = "123456789012345",
      .location = LOCATION_NONE,
      .answer = "=[TX,];;" },
    { .text = "[Q010001081234567890123458990011101070608200,0361234567,192.0.2.53,C,1,20,19,0];",
      .claim = CLAIM_CERTAIN,
      .type = "information",
      .device = "123456789012345",
      .location = LOCATION_NONE,
      .answer = "=[TX,];;" },
    { .text = "[W01,output set];", .claim = CLAIM_POSSIBLE, .type = "reply", .location = LOCATION_NONE },
    { 0 }
};

const struct protocol protocol_armoli = {
    .name = "armoli",
    .port = 5238,
    .transports = OVER_TCP,
    .heads = HEADS(HEAD("[M"), HEAD("[L"), HEAD("[Q"), HEAD("[W")),
    .match = match,
    .read = read,
    .text = &text,
    .answer = answer,
    .samples = samples,
};
