/* SPDX-License-Identifier: Apache-2.0 */
/*
 * intellitrac: IntelliTrac and Systech X1, P1, A1. Text lines and a binary sync packet over TCP, no checksum.
 *
 *   [$<word>:<text>,]<id>,<yyyymmddhhmmss>,<lon>,<lat>,<speed>,<course>,<altitude>,<satellites>,<event>,<inputs>,<outputs>[,<adc>…]
 *   $OK:… $ERR:… $MSG:…                    replies to commands, wondex's too; a line may stand behind
 *   fa f8 | 2 | id 4, little endian        sync, sent back as it is; alematics' is longer and holds an IMEI
 *   Coordinates are signed degrees; every position counts as a fix. wondex, ardi01, avema begin alike: here the three fields
 *   behind the satellites are whole numbers, wondex rarely has so many, avema a decimal.
 */
#include "protocol/echoed_sync.h"
#include "protocol/text_protocol.h"

enum { LONGER_SYNC = 12, IMEI_TOP = 3 };

#define LINE(id)                                                                                      \
    "(?<id>" id "),(?<ymdhms>\\d{14}),(?<lond>-?\\d+\\.\\d+),(?<latd>-?\\d+\\.\\d+),\\d+(?:\\.\\d*)?" \
    ",\\d+(?:\\.\\d*)?,-?\\d+(?:\\.\\d*)?,\\d+,\\d+,\\d+,\\d+"

static const struct text_protocol text = {
    .ends = "\n",
    .weak_heads = true,
    .forms = {
        { "position", { "\\$[A-Z]+:(?:[^,]*,){1,4}?" LINE("\\d+") "(?:,.*)?" }, .always_valid = true },
        /* nothing more: a wondex may have left out its odometer, and an IMEI speaks for ardi01 */
        { "position", { LINE("\\d{1,14}") }, .claim = CLAIM_LIKELY, .always_valid = true },
        { "position", { LINE("\\d+") }, .claim = CLAIM_POSSIBLE, .always_valid = true },
        { "position", { LINE("\\d+") "(?:,(?:-?\\d+(?:\\.\\d*)?)?)+" }, .always_valid = true },
        { "position", { LINE("\\d+") ",.*" }, .claim = CLAIM_LIKELY, .always_valid = true },
        { "reply", { "\\$(?:OK|ERR|MSG):.*" }, .claim = CLAIM_LIKELY },
    },
};

extern const struct protocol protocol_intellitrac;

static enum claim match(const struct message *message, size_t *length)
{
    uint16_t top;
    struct cursor bytes = message->bytes;
    if (cursor_byte(bytes, 0) != 0xfa)
        return text_match(&protocol_intellitrac, message, length);
    enum framed framed = frame_by_length(bytes, message->complete, ECHOED_SYNC, ECHOED_SYNC, length);
    if (framed != FRAMED)
        return framed == FRAMED_MORE ? CLAIM_MORE : CLAIM_NO;
    /* an IMEI would begin here */
    bool is_longer = cursor_be16_at(bytes, 4, &top) && top <= IMEI_TOP;
    if (is_longer && bytes.left < LONGER_SYNC && !message->complete)
        return CLAIM_MORE;
    if (is_longer && bytes.left >= LONGER_SYNC)
        return CLAIM_NO;
    return echoed_sync_may_be_before(cursor_part(bytes, ECHOED_SYNC, bytes.left - ECHOED_SYNC), "\xfa\xf8")
               ? echoed_sync_claim(bytes)
               : CLAIM_NO;
}

static void read(const struct message *message, struct reading *reading)
{
    if (cursor_byte(message->bytes, 0) == 0xfa)
        echoed_sync_read(message, reading);
    else
        text_read(&protocol_intellitrac, message, reading);
}

static void answer(const struct message *message, const struct asker *asker, struct buffer *reply)
{
    (void)asker;
    if (cursor_byte(message->bytes, 0) == 0xfa)
        echoed_sync_answer(message, reply);
}

static const struct sample samples[] = {
    { .text = "1010000001,20260201080910,19.090000,47.510000,12,45,120,7,2,1,0,12.6,0.000\r\n",
      .claim = CLAIM_CERTAIN,
      .type = "position",
      .device = "1010000001",
      SAMPLE_VALID },
    { .text = "1010000001,20260201080910,-74.010000,40.710000,0,0,9,0,1,0,0\r\n",
      .claim = CLAIM_LIKELY,
      .type = "position",
      .device = "1010000001",
      SAMPLE_NORTH_WEST },
    { .text = "$RP:12,1010000001,20260201080910,-70.660000,-33.450000,0.5,0.0,520,6,2,0,0\r\n",
      .claim = CLAIM_CERTAIN,
      .type = "position",
      .device = "1010000001",
      SAMPLE_SOUTH_WEST },
    { .text = "1010000001,20260201080910,19.090000,47.510000,0,304,217,6,2,0,0,0.000,0.000,20260201080911,0,"
              "0,850,-4,12,0,0\r\n",
      .claim = CLAIM_CERTAIN,
      .type = "position",
      .device = "1010000001",
      SAMPLE_VALID },
    { .text = "$OK:GETLOCATION,1010000001,20260201080910,19.090000,47.510000,0,45,120,7,2,1,0,12.6\r\n",
      .claim = CLAIM_CERTAIN,
      .type = "position",
      .device = "1010000001",
      SAMPLE_VALID },
    { .text = "$OK:TRACKING\r\n", .claim = CLAIM_LIKELY, .type = "reply", .location = LOCATION_NONE },
    { .hex = "faf81b018160333c",
      .claim = CLAIM_LIKELY,
      .type = "heartbeat",
      .device = "1010000001",
      .location = LOCATION_NONE,
      .answer = "faf81b018160333c" },
    { 0 }
};

const struct protocol protocol_intellitrac = {
    .name = "intellitrac",
    .port = 5037,
    .transports = OVER_TCP,
    .never = NEVER_INVALID,
    .heads = HEADS(HEAD("\xfa\xf8"), HEAD("$RP:"), HEAD("$OK:"), HEAD("$ERR:"), HEAD("$MSG:"), HEAD("$"),
                   HEAD_DIGITS),
    .kin = KIN("wondex", "ardi01"), /* three whole numbers behind the satellites; replies */
    .match = match,
    .read = read,
    .answer = answer,
    .text = &text,
    .samples = samples,
};
