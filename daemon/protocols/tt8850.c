/* SPDX-License-Identifier: Apache-2.0 */
/*
 * tt8850: TT8850 trackers. Text of Queclink's manner behind two bytes, up to '$', TCP. No answers.
 *
 *   00 04 | ,<hhhh>,<0|1>,GTxxx,[<version>],<id>,…,[<accuracy>],[<speed>],[<course>],[<altitude>],<lon>,<lat>,<yyyymmddhhmmss>,
 *       [<mcc>],[<mnc>],[<lac>],[<cell>],…,<yyyymmddhhmmss>,<count>$      degrees with six decimals; always with a fix
 */
#include "protocol/text_protocol.h"

#define FRONT "\\x04,[0-9A-Fa-f]{4},[01],GT[A-Z0-9]{3},(?:[A-Z0-9]{2}[0-9A-Fa-f]{4})?,(?<id>[^,]+),"

static const struct text_protocol text = {
    .ends = "$",
    .is_binary = true,
    .longest = 2048,
    .shape = { "\\x04,[0-9A-Fa-f]{4},[01],GT" },
    .forms = {
        { "position",
          { FRONT "(?:.*,|\\d{0,2},)(?:\\d{1,3}\\.\\d)?,(?:\\d{1,3})?,(?:-?\\d{1,5}\\.\\d)?,"
                  "(?<lond>-?\\d{1,3}\\.\\d{6}),(?<latd>-?\\d{1,2}\\.\\d{6}),(?<ymdhms>\\d{14}),"
                  "(?:0\\d{3})?,(?:0\\d{3})?,(?:[0-9A-Fa-f]{4})?,(?:[0-9A-Fa-f]{4})?,.*\\d{14},[0-9A-Fa-f]{4}" },
          .always_valid = true },
        { "status", { FRONT ".*" } },
    },
};

static const struct sample samples[] = {
    { .hex = "00042c303035462c302c47544652492c3032303130302c3132333435363738393031323334352c2c302c302c312c312"
             "c342e332c39322c37302e302c31392e3039303030302c34372e3531303030302c32303236303230313038303931302c"
             "303231362c303033302c313864382c363134312c39302c32303236303230313038303931322c3131463024",
      .claim = CLAIM_CERTAIN,
      .type = "position",
      .device = "123456789012345",
      SAMPLE_VALID },
    { .hex = "00042c303031372c302c47544e4d522c2c3132333435363738393031323334352c2c302c34312c312c322c302e302c3"
             "02c2d342e322c2d37342e3031303030302c34302e3731303030302c32303236303230313038303931302c2c2c2c2c39"
             "372c32303236303230313038303931322c3035454624",
      .claim = CLAIM_CERTAIN,
      .type = "position",
      .device = "123456789012345",
      SAMPLE_NORTH_WEST },
    { .hex = "00042c303031382c312c4754534f532c3032303130302c3132333435363738393031323334352c76616e2c302c302c3"
             "12c2c2c2c2c2d37302e3636303030302c2d33332e3435303030302c32303236303230313038303931302c303733302c"
             "303030322c313844382c363134312c39302c32303236303230313038303931322c3035463024",
      .claim = CLAIM_CERTAIN,
      .type = "position",
      .device = "123456789012345",
      SAMPLE_SOUTH_WEST },
    { .hex = "00042c303031392c302c4754494e462c3032303130302c3132333435363738393031323334352c2c31362c383933363"
             "13233343536373839303132333435362c32303236303230313038303931322c3035463124",
      .claim = CLAIM_CERTAIN,
      .type = "status",
      .device = "123456789012345",
      .location = LOCATION_NONE },
    { 0 }
};

const struct protocol protocol_tt8850 = {
    .name = "tt8850",
    .port = 5079,
    .transports = OVER_TCP,
    .never = NEVER_INVALID,
    .heads = HEADS(HEAD("\0\4,")),
    .text = &text,
    .samples = samples,
};
