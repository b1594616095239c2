/* SPDX-License-Identifier: Apache-2.0 */
/*
 * wondex: Wondex VT-10, VT300, VT-400, TK5000, SPT-10 and clones. Text lines and a binary keep-alive, TCP and UDP.
 *
 *   [$]<id>,<yyyymmddhhmmss>,<lon>,<lat>,<speed>,<course>,<altitude>,<satellites>,<event>[,<volts>V][,<odometer>]…
 *   d0 d7 | … | id 4, little endian        keep-alive, sent back as it is
 *   $OK:… $ERR:… $MSG:…                    replies
 *   Coordinates are signed degrees; without satellites there is no fix. No checksum.
 */
#include "protocol/echoed_sync.h"
#include "protocol/text_protocol.h"

/* Three whole numbers behind the satellites are intellitrac's event, inputs and outputs as well; more fields than these are
 * avema's. */
#define FRONT                                                                                             \
    "(?:\\$,?)?(?<id>\\d+),(?<ymdhms>\\d{14}),(?<lond>-?\\d+\\.\\d+),(?<latd>-?\\d+\\.\\d+),\\d+,\\d+,-?" \
    "\\d+("                                                                                               \
    "?:\\.\\d*)?,"                                                                                        \
    "(?<fix>\\d+),\\d+"

static const struct text_protocol text = {
    .ends = "\n",
    .weak_heads = true,
    .forms = {
        { "reply", { "\\$(?:OK|ERR|MSG):.*" }, .claim = CLAIM_LIKELY },
        { "position", { FRONT "(?:,\\d+,\\d+)(?:,.*)?" }, .claim = CLAIM_LIKELY },
        { "position",
          { FRONT "(?:,\\d+)?(?:,\\d+\\.\\d+V?|,)?(?:,(?:\\d+(?:\\.\\d+)?)?){0,7}" } },
        /* servers take anything behind */
        { "position", { FRONT ",.*" }, .claim = CLAIM_POSSIBLE },
    },
};

extern const struct protocol protocol_wondex;

static enum claim match(const struct message *message, size_t *length)
{
    if (cursor_byte(message->bytes, 0) != 0xd0)
        return text_match(&protocol_wondex, message, length);
    enum framed framed = frame_by_length(message->bytes, message->complete, ECHOED_SYNC, ECHOED_SYNC, length);
    if (framed != FRAMED)
        return framed == FRAMED_MORE ? CLAIM_MORE : CLAIM_NO;
    struct cursor rest = cursor_part(message->bytes, ECHOED_SYNC, message->bytes.left - ECHOED_SYNC);
    return echoed_sync_may_be_before(rest, "\xd0\xd7") ? echoed_sync_claim(message->bytes) : CLAIM_NO;
}

static void read(const struct message *message, struct reading *reading)
{
    if (cursor_byte(message->bytes, 0) == 0xd0)
        echoed_sync_read(message, reading);
    else
        text_read(&protocol_wondex, message, reading);
}

static void answer(const struct message *message, const struct asker *asker, struct buffer *reply)
{
    (void)asker;
    if (cursor_byte(message->bytes, 0) == 0xd0)
        echoed_sync_answer(message, reply);
}

static const struct sample samples[] = {
    { .text = "1000000001,20260201080910,19.090000,47.510000,12,45,120,7,2,3.90V,0\r\n",
      .claim = CLAIM_CERTAIN,
      .type = "position",
      .device = "1000000001",
      SAMPLE_VALID },
    { .text = "1000000001,20260201080910,-70.660000,-33.450000,0,0,520,0,2\r\n",
      .claim = CLAIM_CERTAIN,
      .type = "position",
      .device = "1000000001",
      SAMPLE_INVALID },
    { .text = "1000000001,20260201080910,19.090000,47.510000,0,340,0,8,41,0.0,0,,,0\r\n",
      .claim = CLAIM_CERTAIN,
      .type = "position",
      .device = "1000000001",
      SAMPLE_VALID },
    { .text = "123456789012345,20260201080910,-74.010000,40.710000,0,0,9,5,2,0.0,0,0.00,0.00,0\r\n",
      .claim = CLAIM_CERTAIN,
      .type = "position",
      .device = "123456789012345",
      SAMPLE_NORTH_WEST },
    { .text = "$1000000001,20260201080910,19.090000,47.510000,0,340,0.5,8,41,12.5,1,0.10,0.20,3\r\n",
      .claim = CLAIM_CERTAIN,
      .type = "position",
      .device = "1000000001",
      SAMPLE_VALID },
    { .text = "1000000001,20260201080910,-70.660000,-33.450000,0,340,0,0,41,12.5,1,0.10,0.20,3,A1B2\r\n",
      .claim = CLAIM_POSSIBLE,
      .type = "position",
      .device = "1000000001",
      SAMPLE_INVALID },
    { .hex = "d0d70b0001ca9a3b",
      .claim = CLAIM_LIKELY,
      .type = "heartbeat",
      .device = "1000000001",
      .location = LOCATION_NONE,
      .answer = "d0d70b0001ca9a3b" },
    { .text = "$OK:TRACK=1\r\n", .claim = CLAIM_LIKELY, .type = "reply", .location = LOCATION_NONE },
    { 0 }
};

const struct protocol protocol_wondex = {
    .name = "wondex",
    .port = 5032,
    .transports = OVER_TCP | OVER_UDP,
    .heads = HEADS(HEAD("\xd0\xd7"), HEAD("$OK:"), HEAD("$ERR:"), HEAD("$MSG:"), HEAD("$"), HEAD_DIGITS),
    .kin = KIN("intellitrac"), /* three whole numbers behind the satellites; replies */
    .match = match,
    .read = read,
    .answer = answer,
    .text = &text,
    .samples = samples,
};
