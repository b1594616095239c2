/* SPDX-License-Identifier: Apache-2.0 */
/*
 * pt60: PT60 personal trackers and watches. Text over TCP, no checksum.
 *
 *   @G#@,V<nn>,<type>,<id>,<imsi>,[[<firmware>,]<0|1>,<battery>,]<yyyymmddhhmmss>,<data>,@R#@
 *   @B#@|<nn>|<type>|<id>|<imsi>|…                                                      the same with '|'; @E#@ ends it too
 *   G: type 6 position, data <lat>;<lon>; 13 steps; 14 heart rate; 43 cells; 1 login, without a date
 *   B: type 001 position, data <lat>|<lon>|…|1, or cells …|2
 *   What has date and data is answered; there is no fix flag.
 */
#include "protocol/text_protocol.h"

#define FRONT(head, type) "@" head "#@[,|]V?\\d\\d[,|](?<type>" type ")[,|](?<id>\\d+)[,|]\\d+[,|]"
#define DATE "(?:(?:[^,|]+[,|])?[01][,|]\\d+[,|])?(?<ymdhms>\\d{14})[,|]"
#define TAIL "[,|]@[RE]"

static const struct text_protocol text = {
    .end = "#@",
    .head = 4,
    .longest = 2048,
    .weak_heads = true,
    .shape = { "@.#@[,|]V?\\d\\d[,|]\\d+[,|]" },
    .forms = {
        { "position",
          { FRONT("[^B]", "0*6") DATE "(?<latd>-?\\d+\\.\\d+);(?<lond>-?\\d+\\.\\d+)[,|].*@[RE]" },
          .always_valid = true },
        { "position",
          { FRONT("B", "0*1") DATE "(?<latd>-?\\d+\\.\\d+)[,|](?<lond>-?\\d+\\.\\d+)(?:[,|](?!2[,|]@).*)?" TAIL },
          .always_valid = true },
        { "cells", { FRONT("G", "43") DATE ".*" TAIL } },
        { "status", { FRONT(".", "\\d+") DATE ".*" TAIL } },
        { "login", { FRONT("G", "0*1") "@[RE]" } },
        { "status", { FRONT(".", "\\d+") ".*@[RE]" }, .claim = CLAIM_LIKELY },
        { "status", { "@[A-Z]#@[,|].*@[RE]" }, .claim = CLAIM_LIKELY },
    },
};

static const struct pattern asked = { FRONT("(?<head>.)", "\\d+") DATE ".*" TAIL };

static void answer(const struct message *message, const struct asker *asker, struct buffer *reply)
{
    struct groups found;
    struct cursor head;
    uint64_t type;
    if (!pattern_match(message->patterns, &asked, message->bytes, &found) ||
        !groups_named(&found, "head", &head) || !cursor_number(found.standard[GROUP_TYPE], &type))
        return;
    struct calendar now = calendar_from_unix(asker->now);
    if (cursor_is(head, "B")) {
        buffer_printf(reply, "@B#@|01|%03llu|", (unsigned long long)type % 1000 + 1);
        buffer_put_cursor(reply, found.standard[GROUP_ID]);
        buffer_put_text(reply, "|0|");
    } else {
        buffer_put_text(reply, "@G#@,V01,38,");
    }
    buffer_printf(reply, "%04u%02u%02u%02u%02u%02u", now.year, now.month, now.day, now.hour, now.minute,
                  now.second);
    buffer_put_text(reply, cursor_is(head, "B") ? "|@E#@" : ",@R#@");
}

#define ANSWER_G .answer = "~=@G#@,V01,38,20260101090000,@R#@"

static const struct sample samples[] = {
    { .text = "@G#@,V01,6,123456789012345,9460001234567890,PT60-1.2,1,80,20260201080910,47.510000;19.090000,"
              "12,@R#@",
      .claim = CLAIM_CERTAIN,
      .type = "position",
      .device = "123456789012345",
      SAMPLE_VALID,
      ANSWER_G },
    { .text = "@B#@|01|001|123456789012345|9460001234567890|1|80|20260201080910|-33.450000|-70.660000|520.5|"
              "0.0|1|@R#@",
      .claim = CLAIM_CERTAIN,
      .type = "position",
      .device = "123456789012345",
      SAMPLE_SOUTH_WEST,
      .answer = "~=@B#@|01|002|123456789012345|0|20260101090000|@E#@" },
    { .text = "@G#@,V02,6,123456789012345,9460001234567890,20260201080910,40.71;-74.01,@E#@",
      .claim = CLAIM_CERTAIN,
      .type = "position",
      .device = "123456789012345",
      SAMPLE_NORTH_WEST,
      ANSWER_G },
    { .text = "@B#@|01|001|123456789012345|9460001234567890|0|80|20260201080910|4567,123,1,216,30|2|@R#@",
      .claim = CLAIM_CERTAIN,
      .type = "status",
      .device = "123456789012345",
      .location = LOCATION_NONE,
      .answer = "~=@B#@|01|002|123456789012345|0|20260101090000|@E#@" },
    { .text = "@G#@,V01,43,123456789012345,9460001234567890,20260201080910,1,216;30;123;4567;-63,1,"
              "02:00:00:aa:bb:cc;0061;-76,@R#@",
      .claim = CLAIM_CERTAIN,
      .type = "cells",
      .device = "123456789012345",
      .location = LOCATION_NONE,
      ANSWER_G },
    { .text = "@G#@,V01,1,123456789012345,9460001234567890,@R#@",
      .claim = CLAIM_CERTAIN,
      .type = "login",
      .device = "123456789012345",
      .location = LOCATION_NONE },
    { .text = "@B#@|01|033|123456789012345|9460001234567890|0|4|20260201080910|@R#@",
      .claim = CLAIM_LIKELY,
      .type = "status",
      .device = "123456789012345",
      .location = LOCATION_NONE },
    { 0 }
};

const struct protocol protocol_pt60 = {
    .name = "pt60",
    .port = 5164,
    .transports = OVER_TCP,
    .never = NEVER_INVALID,
    .heads = HEADS(HEAD("@G#@"), HEAD("@B#@"), HEAD("@")),
    .text = &text,
    .answer = answer,
    .samples = samples,
};
