/* SPDX-License-Identifier: Apache-2.0 */
/*
 * auro: Auro personal and vehicle trackers. Text lines over TCP, fixed columns, no checksum, no answers.
 *
 *   M<index 4>T<telephone>I<imei>E<digits>W*****<ddmmyyyyhhmm><any 8>#<any 8><status 10><lon +dddmmmmmm><lat +dddmmmmmm>
 *   <ddmmyyyyhhmmss><course 3><6><speed 3><1><battery 2><charging 0 or 1>
 *   Minutes have four decimals; the sign stands for the hemisphere. Every position counts as a fix.
 */
#include "base/nmea.h"
#include "protocol/text_protocol.h"

enum { DEGREE_DIGITS = 3 };

static void refine(const struct text_form *form, const struct groups *found, struct reading *reading)
{
    struct cursor lat, lon;
    struct fix fix;
    (void)form;
    if (reading_fix_of(found, &fix) || !groups_named(found, "y", &lat) || !groups_named(found, "x", &lon) ||
        !nmea_packed(lat, DEGREE_DIGITS, &fix.lat) || !nmea_packed(lon, DEGREE_DIGITS, &fix.lon))
        return;
    fix.valid = true;
    reading_fix(reading, &fix);
    reading_mark_place(reading, lat, fix.lat, lon, fix.lon);
}

#define FRONT "M\\d{4}T\\d+I(?<id>\\d+)E\\d+W\\*{5}"

static const struct text_protocol text = {
    .ends = "\n",
    .weak_heads = true,
    .forms = {
        { "position",
          { FRONT "\\d{12}.{8}#.{8}\\d{10}(?<x>[-+]\\d{9})(?<y>[-+]\\d{9})(?<dmyhms>\\d{14})\\d{15}[01]" } },
        { "status", { FRONT ".*" }, .claim = CLAIM_LIKELY },
    },
    .refine = refine,
};

static const struct sample samples[] = {
    { .text =
          "M0028T0000612345678I123456789012345E00001W*****010220260809000068DA#RD01DA240000000001+019054000"
          "+047306000010220260809100451122400120441\r\n",
      .claim = CLAIM_CERTAIN,
      .type = "position",
      .device = "123456789012345",
      SAMPLE_VALID },
    { .text =
          "M0029T0000612345678I123456789012345E00002W*****010220260809000068DA#RD01DA240000000002-070396000"
          "-033270000010220260809100001122400000440\r\n",
      .claim = CLAIM_CERTAIN,
      .type = "position",
      .device = "123456789012345",
      SAMPLE_SOUTH_WEST },
    { .text =
          "M0030T0000612345678I123456789012345E00003W*****010220260809000068DA#RD01DA240000000001-074006000"
          "+040426000010220260809101201122400010440\r\n",
      .claim = CLAIM_CERTAIN,
      .type = "position",
      .device = "123456789012345",
      SAMPLE_NORTH_WEST },
    { .text = "M0031T0000612345678I123456789012345E00003W*****010220260809#\r\n",
      .claim = CLAIM_LIKELY,
      .type = "status",
      .device = "123456789012345",
      .location = LOCATION_NONE },
    { 0 }
};

const struct protocol protocol_auro = {
    .name = "auro",
    .port = 5096,
    .transports = OVER_TCP,
    .never = NEVER_INVALID,
    .heads = HEADS(HEAD("M0"), HEAD("M1"), HEAD("M2"), HEAD("M3"), HEAD("M4"), HEAD("M5"), HEAD("M6"),
                   HEAD("M7"), HEAD("M8"), HEAD("M9")),
    .text = &text,
    .samples = samples,
};
