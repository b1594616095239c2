/* SPDX-License-Identifier: Apache-2.0 */
/*
 * plugin: plug-in fleet units of South Africa. Text over TCP, no checksum; every message is answered.
 *
 *   [$$STATUS,]<id>,<yyyymmddhhmmss>,<lon>,<lat>,<speed>,<course>,<altitude>,<satellites>,<type>,<odometer>,<status>,<fuel>,<text>,0
 *   [,<temperature>,<temperature>,… nine numbers of the engine][,+,<event>][,…]#
 *   Coordinates are signed degrees; an odd status has a fix. Without the word in front the
 *   line begins as wondex's and avema's: the '#' behind it tells it.
 */
#include "protocol/text_protocol.h"

#define FRONT                                                                                                \
    "(?:\\$\\$[A-Z]*,?)?(?<id>[^,]+),(?<ymdhms>\\d{14}),(?<lond>-?\\d+\\.\\d+),(?<latd>-?\\d+\\.\\d+),\\d+(" \
    "?:\\."                                                                                                  \
    "\\d*)?,\\d+,-?\\d+,-?\\d+,\\d+,\\d+(?:\\.\\d*)?,\\d*(?<valid>\\d),"

static const struct text_protocol text = {
    .ends = "#",
    .forms = {
        { "position", { FRONT "\\d+(?:\\.\\d*)?,[^,\\r\\n]*,0[^\\r\\n]*" }, .valid = "13579" },
        { "status", { "\\$\\$STATUS,?[^,]+,\\d{14}(?:,.*)?" }, .claim = CLAIM_LIKELY },
    },
    .answer = "$$hb,1#",
};

extern const struct protocol protocol_plugin;

static enum claim match(const struct message *message, size_t *length)
{
    enum claim claim = text_match(&protocol_plugin, message, length);
    bool has_word = cursor_byte(message->bytes, 0) == '$';
    return claim >= CLAIM_POSSIBLE && !has_word && cursor_byte(message->bytes, *length - 1) != '#' ? CLAIM_NO
                                                                                                   : claim;
}

static const struct sample samples[] = {
    { .text = "$$STATUS,60123,20260201080910,19.090000,47.510000,12.0,45,120,-1,2,7472.967,13697,0.00,0,0,"
              "21.5,20.0,0,0,0,0,0,0,0,0,0#",
      .claim = CLAIM_CERTAIN,
      .type = "position",
      .device = "60123",
      SAMPLE_VALID,
      .answer = "=$$hb,1#" },
    { .text = "$$STATUS,000000123456,20260201080910,-70.660000,-33.450000,0.0,0,0,-1,2,0.000,13698,0.00,,0#",
      .claim = CLAIM_CERTAIN,
      .type = "position",
      .device = "000000123456",
      SAMPLE_INVALID,
      .answer = "=$$hb,1#" },
    { .text = "$$STATUS,fleet12,20260201080910,-74.010000,40.710000,0,9,0,7,2,19719,2147489155,0,0,0,+,12,#",
      .claim = CLAIM_CERTAIN,
      .type = "position",
      .device = "fleet12",
      SAMPLE_NORTH_WEST,
      .answer = "=$$hb,1#" },
    { .text = "60123,20260201080910,-70.660000,-33.450000,0.0,0,0,-1,2,0.000,13698,0.00,,0#",
      .claim = CLAIM_CERTAIN,
      .type = "position",
      .device = "60123",
      SAMPLE_INVALID,
      .answer = "=$$hb,1#" },
    { .text = "$$STATUS,fleet12,20260201080910,,,0#",
      .claim = CLAIM_LIKELY,
      .type = "status",
      .location = LOCATION_NONE,
      .answer = "=$$hb,1#" },
    { 0 }
};

const struct protocol protocol_plugin = {
    .name = "plugin",
    .port = 5192,
    .transports = OVER_TCP,
    .heads = HEADS(HEAD("$$STATUS"), HEAD("$$"), HEAD_DIGITS),
    .match = match,
    .text = &text,
    .samples = samples,
};
