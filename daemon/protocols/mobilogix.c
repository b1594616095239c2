/* SPDX-License-Identifier: Apache-2.0 */
/*
 * mobilogix: Mobilogix trackers of Brazil. Text over TCP, no checksum.
 *
 *   [<yyyy-mm-dd hh:mm:ss>,T<type>,<archive>,<version>,<id>,<status 2 hex>,<battery>[,<satellites><rssi><fix>,<lat>,<lon>,<speed>,
 *       <course>]…]
 *   Signed degrees. Types: 1 registration; 8 9 10 11 12 13 15 alarms; others reports.
 *   Answers: [<the same moment>,S1,1] to T1, [<the same moment>,S<type>] to the others, none to T6.
 */
#include "protocol/text_protocol.h"

#define MOMENT "(?<ymdhms>\\d{4}-\\d\\d-\\d\\d \\d\\d:\\d\\d:\\d\\d)"
#define FRONT(type) "\\[" MOMENT ",T(?<type>" type "),\\d,[^,]*,(?<id>[^,]+),[0-9A-Fa-f]{2},\\d+\\.\\d+"
#define PLACE ",\\d\\d(?<fix>\\d),(?<latd>-?\\d+\\.\\d+),(?<lond>-?\\d+\\.\\d+),\\d+\\.?\\d*,\\d+\\.?\\d*.*"
#define ALARM "8|9|1[01235]"

static const struct text_protocol text = {
    .ends = "]",
    .weak_heads = true,
    .shape = { "\\[\\d{4}-\\d\\d-\\d\\d \\d\\d:\\d\\d:\\d\\d,(?:T\\d+|T?\\d*,\\d?,)" },
    .forms = {
        { "login", { FRONT("1") "(?:" PLACE "|.*)" } },
        { "alarm", { FRONT(ALARM) "(?:" PLACE "|.*)" } },
        { "position", { FRONT("\\d+") PLACE } },
        { "status", { FRONT("\\d+") ".*" } },
        { "status", { "\\[" MOMENT ",T\\d+,\\d,[^,]*,(?<id>[^,]+).*" } },
        { "status", { "\\[" MOMENT ",T\\d+(?:,.*)?" }, .claim = CLAIM_LIKELY },
    },
};

static const struct pattern asked = { "\\s*\\[" MOMENT ",T(?<type>\\d+)" };

static void answer(const struct message *message, const struct asker *asker, struct buffer *reply)
{
    struct groups found;
    (void)asker;
    if (!pattern_match(message->patterns, &asked, message->bytes, &found))
        return;
    struct cursor type = found.standard[GROUP_TYPE];
    if (cursor_is(type, "6"))
        return;
    buffer_put_text(reply, "[");
    buffer_put_cursor(reply, found.standard[GROUP_YMDHMS]);
    buffer_put_text(reply, ",S");
    buffer_put_cursor(reply, type);
    buffer_put_text(reply, cursor_is(type, "1") ? ",1]" : "]");
}

static const struct sample samples[] = {
    { .text = "[2026-02-01 08:09:10,T1,1,V1.3.5,201900001234,53,12.18]",
      .claim = CLAIM_CERTAIN,
      .type = "login",
      .device = "201900001234",
      .location = LOCATION_NONE,
      .answer = "=[2026-02-01 08:09:10,S1,1]" },
    { .text = "[2026-02-01 08:09:10,T21,1,V1.3.5,201900001234,37,12.18,961,47.510000,19.090000,12,45]",
      .claim = CLAIM_CERTAIN,
      .type = "position",
      .device = "201900001234",
      SAMPLE_VALID,
      .answer = "=[2026-02-01 08:09:10,S21]" },
    { .text = "[2026-02-01 08:09:10,T3,0,V1.1.1,201900001234,3B,12.99,020,-33.450000,-70.660000,0,0]",
      .claim = CLAIM_CERTAIN,
      .type = "position",
      .device = "201900001234",
      SAMPLE_INVALID,
      .answer = "=[2026-02-01 08:09:10,S3]" },
    { .text = "[2026-02-01 08:09:10,T13,1,V1.3.5,201900001234,37,14.97,092,40.710000,-74.010000,98.5,240,4."
              "08,0,19516,4431,0.78]",
      .claim = CLAIM_CERTAIN,
      .type = "alarm",
      .device = "201900001234",
      SAMPLE_NORTH_WEST,
      .answer = "=[2026-02-01 08:09:10,S13]" },
    { .text = "[2026-02-01 08:09:10,T14,1,V1.3.5,201900001234,53,12.18]",
      .claim = CLAIM_CERTAIN,
      .type = "status",
      .device = "201900001234",
      .location = LOCATION_NONE,
      .answer = "=[2026-02-01 08:09:10,S14]" },
    { .text = "[2026-02-01 08:09:10,T16,1,V1.2.3,201900001234,1]",
      .claim = CLAIM_CERTAIN,
      .type = "status",
      .device = "201900001234",
      .location = LOCATION_NONE,
      .answer = "=[2026-02-01 08:09:10,S16]" },
    { .text = "[2026-02-01 08:09:10,T6]",
      .claim = CLAIM_LIKELY,
      .type = "status",
      .location = LOCATION_NONE },
    { .text = "[0000-00-00 00:00:00,T1,1,V1.3.5,201900001234,53,12.18]",
      .claim = CLAIM_CERTAIN,
      .type = "login",
      .device = "201900001234",
      .location = LOCATION_NONE,
      .answer = "=[0000-00-00 00:00:00,S1,1]" },
    { 0 }
};

const struct protocol protocol_mobilogix = {
    .name = "mobilogix",
    .port = 5216,
    .transports = OVER_TCP,
    .heads = HEADS(HEAD("[2"), HEAD("[1"), HEAD("[0")),
    .text = &text,
    .answer = answer,
    .samples = samples,
};
