/* SPDX-License-Identifier: Apache-2.0 */
/*
 * vtfms: VTFMS vehicle trackers of India. Text, TCP and UDP, no answers.
 *
 *   (<id 15>,<5 characters>,<event 2>,[text],[rssi],[fix],[satellites],[text],<A|V>,<hhmmss>,<ddmmyy>,<lat>,<lon>,<course or NE…>,
 *       <speed>,…)nnn
 *   Signed degrees, or ddmm.mmmm where they are too large for that. nnn is the XOR of what stands between the parentheses,
 *   in decimals.
 */
#include "protocol/text_protocol.h"

enum { CHECK_DIGITS = 3 };

#define FRONT "\\((?<id>\\d{15}),[0-9A-Z]{3}\\d\\d,(?<type>\\d\\d),"

static void refine(const struct text_form *form, const struct groups *found, struct reading *reading)
{
    struct cursor bytes = reading->message, told, covered;
    size_t close;
    uint64_t value;
    (void)form;
    (void)found;
    reading->proven = false;
    if (!cursor_find(bytes, ')', &close) || !cursor_slice(bytes, close + 1, CHECK_DIGITS, &told) ||
        !cursor_slice(bytes, 1, close - 1, &covered))
        return;
    uint8_t right = sum_xor(covered);
    reading->proven = cursor_number(told, &value) && value == right;
    reading_mark_check(reading, told, reading->proven, right);
}

static const struct text_protocol text = {
    .ends = ")",
    .behind = CHECK_DIGITS,
    .weak_heads = true,
    .forms = {
        { "position",
          { FRONT "[^,]*,\\d*,\\d*,\\d*,[^,]*,(?<valid>[AV]),(?<hms>\\d{6}),(?<dmy>\\d{6}),"
            "(?:(?<latd>-?0*[0-8]?\\d\\.\\d+|-?0*90\\.0+),(?<lond>-?(?:0?\\d?\\d|1[0-7]\\d)\\.\\d+|-?180\\.0+)"
            "|(?<lat>-?\\d+\\.\\d+),(?<lon>-?\\d+\\.\\d+)),(?:\\d+|[NESW]{1,2}),\\d+,\\d+,\\d+,[KNT],\\d+,[01],\\d+\\.\\d+,[^,]*,\\d*,(?:\\d+\\.\\d+)?,[^,]*,(?:\\d+\\.\\d+)?,(?:[01],){7}[^,]*,[^,]*" },
          .claim = CLAIM_LIKELY },
        { "status", { FRONT ".*" }, .claim = CLAIM_LIKELY },
        { "status",
          { "\\((?<id>\\d{15}),[0-9A-Z]*,\\d*,[^,]*,\\d*,\\d*,\\d*,[^,]*,[AV]?,\\d*,\\d*,[^,]*,.*" },
          .claim = CLAIM_LIKELY },
    },
    .refine = refine,
};

static const struct sample samples[] = {
    { .text =
          "(123456789012345,00I76,00,000,,,,,A,080910,010226,47.51000,019.09000,NE,012,00598,00000,K,0017368,"
          "1,12.7,,,0.000,,,0,0,0,0,1,1,0,,)065",
      .claim = CLAIM_CERTAIN,
      .type = "position",
      .device = "123456789012345",
      SAMPLE_VALID },
    { .text = "(123456789012345,0AB01,02,000,20,0,00,,V,080910,010226,-3327.0000,-07039.6000,270,000,00598,"
              "00000,N,0017368,0,12.7,,,0.000,,,0,0,0,0,1,1,0,,)045",
      .claim = CLAIM_CERTAIN,
      .type = "position",
      .device = "123456789012345",
      SAMPLE_INVALID },
    { .text = "(123456789012345,00I76,00,000,,,,,A,080910,010226,40.71000,-074.01000,SW,000,00598,00000,K,"
              "0017368,1,12.7,,,0.000,,,0,0,0,0,1,1,0,,)102",
      .datagram = true,
      .claim = CLAIM_CERTAIN,
      .type = "position",
      .device = "123456789012345",
      SAMPLE_NORTH_WEST },
    { .text = "(123456789012345,00I76,09,power)000",
      .claim = CLAIM_LIKELY,
      .type = "status",
      .device = "123456789012345",
      .location = LOCATION_NONE },
    { 0 }
};

const struct protocol protocol_vtfms = {
    .name = "vtfms",
    .port = 5145,
    .transports = OVER_TCP | OVER_UDP,
    .heads = HEADS(HEAD("(0"), HEAD("(1"), HEAD("(2"), HEAD("(3"), HEAD("(4"), HEAD("(5"), HEAD("(6"),
                   HEAD("(7"), HEAD("(8"), HEAD("(9")),
    .text = &text,
    .samples = samples,
};
