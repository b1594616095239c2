/* SPDX-License-Identifier: Apache-2.0 */
/*
 * haicom: Haicom HI-602, HI-604 and HI-60x. Text over TCP, no checksum, no answers.
 *
 *   $GPRS<id>,<version>,<yymmdd>,<hhmmss>,<flags><ddmmmmm><dddmmmmm>,<speed>,<course>,<status>,[<n>],[<n>],<n>,<n>…*
 *   flags: bit 0 fix, 1 east, 2 north. Minutes have three decimals, without a point.
 */
#include "protocol/text_protocol.h"

static void read_flags(const struct text_form *form, const struct groups *found, struct reading *reading)
{
    struct cursor flags;
    (void)form;
    if (!reading->has_coordinates || !groups_named(found, "flags", &flags))
        return;
    unsigned bits = cursor_byte(flags, 0) - (unsigned)'0';
    reading->location = bits & 1 ? LOCATION_VALID : LOCATION_INVALID;
    reading->lon = bits & 2 ? reading->lon : -reading->lon;
    reading->lat = bits & 4 ? reading->lat : -reading->lat;
    reading_mark_fix(reading, flags, bits & 1);
}

static const struct text_protocol text = {
    .ends = "*",
    .shape = { "\\$GPRS(?<id>\\d{8,17})," },
    .forms = {
        { "position",
          { "\\$GPRS(?<id>\\d+),[^,]+,(?<ymd>\\d{6}),(?<hms>\\d{6}),(?<flags>\\d)(?<latp>\\d{7})(?<lonp>\\d{8}),\\d+,\\d+,"
            "\\d+,\\d*,\\d*,\\d+,\\d+(?:[LH]{2})?#V\\d+.*" } },
    },
    .refine = read_flags,
};

static const struct sample samples[] = {
    { .text = "$GPRS123456789012345,H602,260201,080910,7473060001905400,125,450,32,,,0,1HL#V38*",
      .claim = CLAIM_CERTAIN,
      .type = "position",
      .device = "123456789012345",
      SAMPLE_VALID },
    { .text = "$GPRS123456789012345,H604,260201,080910,0332700007039600,0,0,16,1,2,0,0#V41*",
      .claim = CLAIM_CERTAIN,
      .type = "position",
      .device = "123456789012345",
      SAMPLE_INVALID },
    { .text = "$GPRS123456789012345,H602,260201,080910,5404260007400600,0,0,32,,,0,0LL#V40*",
      .claim = CLAIM_CERTAIN,
      .type = "position",
      .device = "123456789012345",
      SAMPLE_NORTH_WEST },
    { 0 }
};

const struct protocol protocol_haicom = {
    .name = "haicom",
    .port = 5063,
    .transports = OVER_TCP,
    .never = NEVER_NONE,
    .heads = HEADS(HEAD("$GPRS")),
    .text = &text,
    .samples = samples,
};
