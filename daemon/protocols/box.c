/* SPDX-License-Identifier: Apache-2.0 */
/*
 * box: BOX vehicle trackers. Text over TCP, ended by CR, no checksum.
 *
 *   H,<word>,<id>,…                                              login
 *   L,<yymmddhhmmss>,G,<lat>,<lon>,<speed>,<course>,<distance>,<event>,<status>[;<name>,<value>]…     position
 *   L,<yymmddhhmmss>,<word>,<value>                              measurement
 *   E,<text>                                                     end of a batch, answered A,<text>
 *   Signed degrees; bit 2 of the status: no fix.
 */
#include "protocol/text_protocol.h"

enum { STATUS_NO_FIX = 4 };

static void read_status(const struct text_form *form, const struct groups *found, struct reading *reading)
{
    struct cursor status;
    uint64_t bits;
    (void)form;
    if (!groups_named(found, "status", &status) || !cursor_number(status, &bits))
        return;
    bool is_fix = !(bits & STATUS_NO_FIX);
    reading_mark_fix(reading, status, is_fix);
    if (is_fix || reading->location < LOCATION_INVALID)
        return;
    /* zeros without a fix are no place */
    reading->has_coordinates = reading->lat != 0 || reading->lon != 0;
    reading->location = LOCATION_INVALID;
}

static const struct text_protocol text = {
    .ends = "\r",
    .forms = {
        { "position",
          { "L,(?<ymdhms>\\d{12}),G,(?<latd>-?\\d+\\.\\d+),(?<lond>-?\\d+\\.\\d+),\\d+\\.?\\d*,\\d+\\.?\\d*,\\d+\\.?\\d*,\\d+,"
            "(?<status>\\d+)(?:[;,].*)?" },
          .always_valid = true },
        { "status", { "L,\\d{12},.*" }, .claim = CLAIM_LIKELY },
        { "status", { "L,\\d*,(?:G|[A-Z]{1,3}\\d),.*" }, .claim = CLAIM_POSSIBLE },
        { "login", { "H,[A-Z]+,(?<id>\\d{14,16}),\\d{12}(?:,.*)?" } },
        { "login", { "H,[A-Z]{2},(?<id>[A-Za-z0-9]+),\\d{12}(?:,.*)?" }, .claim = CLAIM_LIKELY },
        { "login", { "H,(?!ATL)[^,]*,(?<id>[^,]+),.*" }, .claim = CLAIM_POSSIBLE },
        { "status", { "E,(?<text>[^,]+(?:,.*)?)" }, .claim = CLAIM_POSSIBLE, .answer = "A,{text}\r" },
    },
    .refine = read_status,
};

static const struct sample samples[] = {
    { .text = "H,BT,123456789012345,260201080910,F5813D19,6D6E6DC2\r",
      .claim = CLAIM_CERTAIN,
      .type = "login",
      .device = "123456789012345",
      .location = LOCATION_NONE },
    { .text = "L,260201080910,G,47.51000,19.09000,12,45,0.14,53,19;A,0.03;D,0.06;I,0\r",
      .claim = CLAIM_CERTAIN,
      .type = "position",
      SAMPLE_VALID },
    { .text = "L,260201080910,G,-33.45000,-70.66000,0,282,86.62,53,21;A,0;T0,34.2;I,0\r",
      .claim = CLAIM_CERTAIN,
      .type = "position",
      SAMPLE_INVALID },
    { .text = "L,260201080910,G,40.71000,-74.01000,0.5,0,0,1,3\r",
      .claim = CLAIM_CERTAIN,
      .type = "position",
      SAMPLE_NORTH_WEST },
    { .text = "L,260201080910,AI1,145.56\r",
      .claim = CLAIM_LIKELY,
      .type = "status",
      .location = LOCATION_NONE },
    { .text = "L,260201080910,G,,,0,0,0,1,7\r",
      .claim = CLAIM_LIKELY,
      .type = "status",
      .location = LOCATION_NONE },
    { .text = "H,BT,N12345,260201080910,F5813D19,8900000000000001\r",
      .claim = CLAIM_LIKELY,
      .type = "login",
      .device = "N12345",
      .location = LOCATION_NONE },
    { .text = "H,CT,TAXI7,1\r",
      .claim = CLAIM_POSSIBLE,
      .type = "login",
      .device = "TAXI7",
      .location = LOCATION_NONE },
    { .text = "E,17\r",
      .claim = CLAIM_POSSIBLE,
      .type = "status",
      .location = LOCATION_NONE,
      .answer = "=A,17\r" },
    { 0 }
};

const struct protocol protocol_box = {
    .name = "box",
    .port = 5065,
    .transports = OVER_TCP,
    .heads = HEADS(HEAD("L,"), HEAD("H,"), HEAD("E,")),
    .text = &text,
    .samples = samples,
};
