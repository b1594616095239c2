/* SPDX-License-Identifier: Apache-2.0 */
/*
 * autograde: AutoGrade trackers. Text without separators over TCP, no checksum, no answers.
 *
 *   (<index 12><id 15><ddmmyy><A|V><ddmm.m><N|S><dddmm.m><E|W><speed, 5 characters><hhmmss><course, 6 characters><status, a byte>
 *       A<4 hex>B<4 hex>C<4 hex>D<4 hex>E<4 hex>K<4 hex>L<4 hex>M<4 hex>N<4 hex>O<4 hex>…)
 */
#include "protocol/text_protocol.h"

/* The status is any byte, also the one that ends the message. */
enum { BEHIND_STATUS = 74 };

#define WORD(letter) letter "[0-9A-Fa-f]{4}"
#define FRONT "\\(\\d{12}(?<id>\\d{15})(?<dmy>\\d{6})"

static const struct text_protocol text = {
    .ends = ")",
    .head = BEHIND_STATUS,
    .weak_heads = true,
    .is_binary = true,
    .forms = {
        { "position",
          { FRONT "(?<valid>[AV])(?<lat>\\d{3,4}\\.\\d+)(?<ns>[NS])(?<lon>\\d{3,5}\\.\\d+)(?<ew>[EW])[\\d.]{5}(?<hms>\\d{6})[\\d.]{6}."
            WORD("A") WORD("B") WORD("C") WORD("D") WORD("E") WORD("K") WORD("L") WORD("M") WORD("N") WORD("O") ".*" } },
        { "status", { FRONT "[AV]\\d{3,4}\\.\\d+[NS].*" }, .claim = CLAIM_LIKELY },
    },
};

#define TAIL "A0024B0024C0000D0000E0000K0000L0000M0000N0000O0000)"

static const struct sample samples[] = {
    { .text = "(000000001234123456789012345010226A4730.6000N01905.4000E012.5080910045.00?" TAIL,
      .claim = CLAIM_CERTAIN,
      .type = "position",
      .device = "123456789012345",
      SAMPLE_VALID },
    { .text = "(000000001234123456789012345010226V3327.0000S07039.6000W0.000080910000.00)" TAIL,
      .claim = CLAIM_CERTAIN,
      .type = "position",
      .device = "123456789012345",
      SAMPLE_INVALID },
    { .text = "(000000001234123456789012345010226A4042.6000N07400.6000W000.9080910197.36\x8e" TAIL,
      .claim = CLAIM_CERTAIN,
      .type = "position",
      .device = "123456789012345",
      SAMPLE_NORTH_WEST },
    { .text = "(000000001234123456789012345010226V0000.0000N00000.0000E0.000080910000.00?A0024)",
      .claim = CLAIM_LIKELY,
      .type = "status",
      .device = "123456789012345",
      .location = LOCATION_NONE },
    { 0 }
};

const struct protocol protocol_autograde = {
    .name = "autograde",
    .port = 5120,
    .transports = OVER_TCP,
    .heads = HEADS(HEAD("(0"), HEAD("(1"), HEAD("(2"), HEAD("(3"), HEAD("(4"), HEAD("(5"), HEAD("(6"),
                   HEAD("(7"), HEAD("(8"), HEAD("(9")),
    .text = &text,
    .samples = samples,
};
