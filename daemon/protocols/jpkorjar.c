/* SPDX-License-Identifier: Apache-2.0 */
/*
 * jpkorjar: JP Korjar trackers (Poland). Text over TCP, no checksum, no answers; a message ends with the first comma behind its
 * first blank.
 *
 *   KORJAR.PL,<id>,<yymmddhhmmss>,<lat><N|S>,<lon><E|W>,<speed>,<course>,<F|L>:<volts>V,<fix 0|1> <mcc> <mnc> <lac> <cell>,
 */
#include "protocol/text_protocol.h"

enum { LONGEST = 1024 };

static const struct text_protocol text = {
    .longest = LONGEST,
    .shape = { "KORJAR\\.PL,\\d+," },
    .forms = {
        { "position",
          { "KORJAR\\.PL,(?<id>\\d+),(?<ymdhms>\\d{12}),(?<latd>\\d+\\.\\d+)(?<ns>[NS]),(?<lond>\\d+\\.\\d+)(?<ew>[EW]),"
            "\\d+\\.\\d+,\\d+,[FL]:\\d+\\.\\d+V,(?<valid>[01]) \\d+ \\d+ [0-9a-fA-F]+ [0-9a-fA-F]+,?" } },
    },
};

extern const struct protocol protocol_jpkorjar;

static enum claim match(const struct message *message, size_t *length)
{
    struct message one = *message;
    struct cursor rest = message->bytes;
    size_t blank, comma;
    if (!CURSOR_MAY_START(rest, "KORJAR.PL,"))
        return CLAIM_NO;
    if (rest.left > LONGEST)
        rest.left = LONGEST;
    if (cursor_find(rest, ' ', &blank) && cursor_skip(&rest, blank) && cursor_find(rest, ',', &comma)) {
        one.bytes.left = blank + comma + 1;
        one.complete = true;
    } else if (message->bytes.left > LONGEST) {
        return CLAIM_NO;
    } else if (!message->complete) {
        return CLAIM_MORE;
    }
    return text_match(&protocol_jpkorjar, &one, length);
}

static const struct sample samples[] = { { .text = "KORJAR.PL,123456789012345,260201080910,47.510000N,019."
                                                   "090000E,12.46,087,L:4.18V,1 216 30 794B 3517,",
                                           .claim = CLAIM_CERTAIN,
                                           .type = "position",
                                           .device = "123456789012345",
                                           SAMPLE_VALID },
                                         { .text = "KORJAR.PL,123456789012345,260201080910,33.450000S,070."
                                                   "660000W,0.00,000,F:3.94V,0 730 01 1a2b 3c4d,",
                                           .claim = CLAIM_CERTAIN,
                                           .type = "position",
                                           .device = "123456789012345",
                                           SAMPLE_INVALID },
                                         { .text = "KORJAR.PL,123456789012345,260201080910,40.710000N,074."
                                                   "010000W,112.46,087,L:4.18V,1 310 26 794B 3517,",
                                           .claim = CLAIM_CERTAIN,
                                           .type = "position",
                                           .device = "123456789012345",
                                           SAMPLE_NORTH_WEST },
                                         { 0 } };

const struct protocol protocol_jpkorjar = {
    .name = "jpkorjar",
    .port = 5122,
    .transports = OVER_TCP,
    .never = NEVER_NONE,
    .heads = HEADS(HEAD("KORJAR.PL,")),
    .match = match,
    .text = &text,
    .samples = samples,
};
