/* SPDX-License-Identifier: Apache-2.0 */
/*
 * esky: Esky trackers. Text, TCP and UDP, no checksum.
 *
 *   <EO|ET>;<digit>;<id>;R;<satellites>+<yymmddhhmmss>+<lat>+<lon>+<speed>+<course>+[0x<hex>+<type>+<odometer>+]<adc>+<volts>…
 *   EL;<digit>;<id>;<yymmddhhmmss>;     login
 *   Each '+' may be a ';'. Signed degrees; there is no fix flag. Nothing ends a message: over TCP the next one's E or the end of
 *   what was received does, over UDP the datagram. There the answer is ACK,<what stands behind the last '+'>#.
 */
#include "protocol/text_protocol.h"

enum { SHORTEST = 3, LONGEST = 1024 };

#define FRONT "E[A-Z];\\d+;(?<id>\\d+);"
#define OR "[+;]"

static const struct text_protocol text = {
    .longest = LONGEST,
    .weak_heads = true,
    .forms = {
        { "position",
          { FRONT "R;\\d+" OR "(?<ymdhms>\\d{12})" OR "(?<latd>-?\\d+\\.\\d+)" OR "(?<lond>-?\\d+\\.\\d+)" OR "\\d+\\.\\d+" OR
            "\\d+" OR "(?:0x[0-9A-Fa-f]+" OR "\\d+" OR "\\d+" OR ")?\\d+" OR "\\d+.*" },
          .always_valid = true },
        { "login", { "EL;\\d+;(?<id>\\d{15});\\d{12};?" } },
        { "status", { "E[A-Z];\\d*;(?<id>\\d{15});.*" }, .claim = CLAIM_LIKELY },
    },
};

extern const struct protocol protocol_esky;

static const struct pattern start = { "E[A-Z];\\d+;\\d+;" };

static enum claim match(const struct message *message, size_t *length)
{
    struct message one = *message;
    struct cursor rest = message->bytes;
    size_t next;
    /* an E may also stand in a number */
    if (!message->datagram && cursor_skip(&rest, SHORTEST)) {
        for (size_t at = SHORTEST; cursor_find(rest, 'E', &next); at += 1) {
            at += next;
            if (!cursor_skip(&rest, next))
                break;
            bool is_start = rest.left > 2 && cursor_byte(rest, 1) >= 'A' && cursor_byte(rest, 1) <= 'Z' &&
                            cursor_byte(rest, 2) == ';';
            if (is_start) {
                one.bytes.left = at;
                one.complete = true;
                break;
            }
            if (!cursor_skip(&rest, 1))
                break;
        }
    }
    return text_match(&protocol_esky, &one, length);
}

static void answer(const struct message *message, const struct asker *asker, struct buffer *reply)
{
    struct cursor bytes = cursor_trim(message->bytes);
    size_t at;
    (void)asker;
    if (!message->datagram || !pattern_match(message->patterns, &start, bytes, NULL))
        return;
    bool has_plus = false;
    while (cursor_find(bytes, '+', &at) && cursor_skip(&bytes, at + 1))
        has_plus = true;
    if (!has_plus)
        return;
    buffer_put_text(reply, "ACK,");
    buffer_put_cursor(reply, bytes);
    buffer_put_text(reply, "#");
}

static const struct sample samples[] = {
    { .text = "ET;0;123456789012345;R;9+260201080910+47.51000+19.09000+0.30+45+0x2+8+40381744+0+1409+11",
      .whole = true,
      .claim = CLAIM_CERTAIN,
      .type = "position",
      .device = "123456789012345",
      SAMPLE_VALID },
    { .text = "EO;0;123456789012345;R;7+260201080910+-33.45000+-70.66000+0.40+0+0x1+0+102540+0+1242",
      .datagram = true,
      .whole = true,
      .claim = CLAIM_CERTAIN,
      .type = "position",
      .device = "123456789012345",
      SAMPLE_SOUTH_WEST,
      .answer = "=ACK,1242#" },
    { .text = "EO;0;123456789012345;R;7;260201080910;40.71000;-74.01000;0.40;0;0;1242",
      .whole = true,
      .claim = CLAIM_CERTAIN,
      .type = "position",
      .device = "123456789012345",
      SAMPLE_NORTH_WEST },
    { .text = "EL;1;123456789012345;260201080910;",
      .whole = true,
      .claim = CLAIM_CERTAIN,
      .type = "login",
      .device = "123456789012345",
      .location = LOCATION_NONE },
    { .text = "EM;1;123456789012345;I;12",
      .whole = true,
      .claim = CLAIM_LIKELY,
      .type = "status",
      .device = "123456789012345",
      .location = LOCATION_NONE },
    { 0 }
};

const struct protocol protocol_esky = {
    .name = "esky",
    .port = 5147,
    .transports = OVER_TCP | OVER_UDP,
    .never = NEVER_INVALID,
    .heads = HEADS(HEAD("EO;"), HEAD("ET;"), HEAD("EL;"), HEAD("E")),
    .match = match,
    .text = &text,
    .answer = answer,
    .samples = samples,
};
