/* SPDX-License-Identifier: Apache-2.0 */
/*
 * maestro: Maestro gateways (profiles UPV-02, M2MGTW). Text in records of 160 bytes over TCP, filled up with NUL; no checksum, no
 * answers.
 *
 *   @<id>,<index>,<profile>,<fix 0|1>,<battery>,<gsm>,<starter>,<ignition>,<yy/mm/dd>,<hh:mm:ss>,<lat>,<lon>,<altitude>,<speed>,
 *       <course>,<satellites>,<hdop>,<odometer>[,<adc>]!
 *   Signed degrees.
 */
#include "protocol/text_protocol.h"

enum { RECORD = 160 };

static const struct text_protocol text = {
    .ends = "!",
    .longest = RECORD,
    .forms = {
        { "position",
          { "@(?<id>\\d+),\\d+,[^,]+,(?<valid>[01]),\\d+\\.\\d+,\\d+,[01],[01],(?<ymd>\\d\\d/\\d\\d/\\d\\d),"
            "(?<hms>\\d\\d:\\d\\d:\\d\\d),(?<latd>-?\\d+\\.\\d+),(?<lond>-?\\d+\\.\\d+),\\d+\\.?\\d*,\\d+\\.?\\d*,"
            "\\d+\\.?\\d*,\\d+,\\d+\\.?\\d*,\\d+\\.?\\d*.*" } },
        { "status", { "@(?<id>\\d{8,17}),\\d*,[^,]*,\\d?,[\\d.]*,\\d*,.*" }, .claim = CLAIM_LIKELY },
    },
};

extern const struct protocol protocol_maestro;

static enum claim match(const struct message *message, size_t *length)
{
    enum claim claim = text_match(&protocol_maestro, message, length);
    if (claim < CLAIM_POSSIBLE)
        return claim;
    size_t told = *length;
    while (*length < RECORD && *length < message->bytes.left && cursor_byte(message->bytes, *length) == '\0')
        ++*length;
    /* the filling may still come */
    bool may_wait = !message->complete && *length == message->bytes.left && *length < RECORD;
    return told < RECORD && may_wait ? CLAIM_MORE : claim;
}

static const struct sample samples[] = {
    { .text = "@123456789012345,531,UPV-02,1,12.5,20,0,1,26/02/01,08:09:10,47.510000,19.090000,120.5,12.0,"
              "45.0,8,1,0.000,20!",
      .claim = CLAIM_CERTAIN,
      .type = "position",
      .device = "123456789012345",
      SAMPLE_VALID },
    { .text = "@123456789012345,532,M2MGTW,0,13.4,10,0,0,26/02/01,08:09:10,-33.450000,-70.660000,0,0,0,0,99,"
              "0.000!",
      .claim = CLAIM_CERTAIN,
      .type = "position",
      .device = "123456789012345",
      SAMPLE_INVALID },
    { .hex = "403132333435363738393031323334352c3533332c5550562d30322c312c31332e342c31382c302c302c32362f30"
             "322f30312c30383a30393a31302c34302e3731303030302c2d37342e3031303030302c392e302c302e3030303030"
             "302c38302e39362c31312c302e382c302e3030302c30210000000000000000000000000000000000000000000000"
             "00000000000000000000000000000000000000000000",
      .claim = CLAIM_CERTAIN,
      .type = "position",
      .device = "123456789012345",
      SAMPLE_NORTH_WEST },
    { .text = "@123456789012345,534,UPV-02,0,,,,,,,,,,,,,,!",
      .claim = CLAIM_LIKELY,
      .type = "status",
      .device = "123456789012345",
      .location = LOCATION_NONE },
    { 0 }
};

const struct protocol protocol_maestro = {
    .name = "maestro",
    .port = 5129,
    .transports = OVER_TCP,
    .heads = HEADS(HEAD("@")),
    .match = match,
    .text = &text,
    .samples = samples,
};
