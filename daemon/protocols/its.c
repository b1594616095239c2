/* SPDX-License-Identifier: Apache-2.0 */
/*
 * its: trackers by the Indian standard AIS-140, of many makers (iTriangle, Roadpoint, Atlanta, TraxSmart, GPSBOX, CTPL). Text, TCP.
 *
 *   $[,]<word>,[<vendor>],<firmware>,<status, 2>,[<event>,]<L|H>,<id>,[<vehicle>],[<0|1>,]<ddmmyy[yy][,]hhmmss>,[<0|1|A|V>,]
 *       <lat>,<N|S>,<lon>,<E|W>,<speed>,<course>,<satellites>,…     words NRM, NMP, RLP, Header, CP, 01 to 04, …
 *   $[,]EPB,EMR,<id>,<status, 2>,<date and time>,<A|V>,<lat>,<N|S>,<lon>,<E|W>,<altitude>,<speed>,…     emergency
 *   $Header,<vendor>,<vehicle>,<id>,<firmware>,AIS140,…   $,LGN,<vendor>,<vehicle>,<id>,…   logins
 *   $,HBT,…   heartbeat
 *   Ends with a line end, with '*' and what stands behind it, or where the next '$' begins. Makers differ in the check value
 *   (CRC-32, XOR, one binary byte before the '*'), and some of theirs are not known. LGN, HBT and 01 are answered.
 */
#include "protocol/text_protocol.h"

enum { SHORTEST = 20, LONGEST = 1024 };

#define WORD "\\$,?[^,$]*,"
#define DATE "\\d\\d,?\\d\\d,?(?:\\d{4}|\\d\\d),?\\d\\d,?\\d\\d,?\\d\\d"
/* the validity stands before the date or behind the time; where both do, the later one counts */
#define PLACE                                                                                               \
    "(?:[01],(?=" DATE ",[01AV],)|(?<valid>[01]),)?(?<dmyhms>" DATE                                         \
    "),(?:(?<valid>[01AV]),)?(?<latd>\\d+\\.\\d+),"                                                         \
    "(?<ns>[NS]),(?<lond>\\d+\\.\\d+),(?<ew>[EW]),(?:\\d+\\.?\\d*,\\d+\\.?\\d*,\\d+,|-?\\d+\\.\\d+,\\d+\\." \
    "\\d+,).*"

static const struct text_protocol text = {
    .is_binary = true,
    .forms = {
        { "position", { WORD "[^,]*,[^,]+,[^,]{2},(?:\\d+,)?[LH],(?<id>\\d{15}),(?:[^,]{2},|[^,]*,)" PLACE } },
        { "alarm", { WORD "[^,]+,(?<id>\\d{15}),(?:[^,]{2},|[^,]*,)" PLACE } },
        { "login", { "\\$,LGN,[^,]*,[^,]*,(?<id>\\d{15}),.*" } },
        { "login", { "\\$Header,[^,]*,[^,]*,(?<id>\\d{15}),[^,]*,AIS140,.*" } },
        { "heartbeat", { "\\$,HBT,(?:.*?,)?(?<id>\\d{15}),.*" } },
        { "login", { "\\$,LGN,.*" }, .claim = CLAIM_LIKELY },
        { "heartbeat", { "\\$,HBT,.*" }, .claim = CLAIM_LIKELY },
        { "status", { "\\$,?(?:0[1-9]|NRM|NMP|RLP|EPB|EMR|CP|C|LGN|LOGIN|HBT|HLM|HMP|HLT|ALT|OTA|PVT|Header|),(?:[^$]*,)?(?<id>\\d{15}),"
          ".*" }, .claim = CLAIM_LIKELY },
    },
};

extern const struct protocol protocol_its;

static enum framed frame(struct cursor bytes, bool complete, size_t *length)
{
    struct cursor rest = bytes;
    size_t line, next, star;
    *length = bytes.left;
    enum framed none = bytes.left > LONGEST ? FRAMED_NO : complete ? FRAMED_CUT : FRAMED_MORE;
    if (!cursor_skip(&rest, SHORTEST))
        return none;
    bool has_next = cursor_find(rest, '$', &next), has_line = cursor_find(rest, '\n', &line);
    if (has_line && (!has_next || line < next))
        *length = SHORTEST + line + 1;
    else if (has_next)
        *length = SHORTEST + next;
    else if (!cursor_find(rest, '*', &star))
        return none;
    return *length > LONGEST ? FRAMED_NO : FRAMED;
}

static const struct pattern start = {
    "\\$(?:,(?:LGN|HBT),|,?[A-Za-z0-9]{0,8},(?:[^,$*\r\n]{0,32},){1,6}\\d{15},)"
};

static enum claim match(const struct message *message, size_t *length)
{
    struct message one = *message;
    enum framed framed = frame(message->bytes, message->complete, length);
    if (framed == FRAMED_MORE && !pattern_may_fit(message->patterns, &start, message->bytes, false))
        return CLAIM_NO;
    if (claim_framed(framed) < CLAIM_POSSIBLE)
        return claim_framed(framed);
    one.bytes.left = *length;
    one.complete = true;
    return text_match(&protocol_its, &one, length);
}

static void answer(const struct message *message, const struct asker *asker, struct buffer *reply)
{
    struct calendar now = calendar_from_unix(asker->now);
    if (CURSOR_STARTS(message->bytes, "$,LGN,"))
        buffer_printf(reply, "$LGN%02u%02u%04u%02u%02u%02u*", now.day, now.month, now.year, now.hour,
                      now.minute, now.second);
    else if (CURSOR_STARTS(message->bytes, "$,HBT,"))
        buffer_put_text(reply, "$HBT*");
    else if (CURSOR_STARTS(message->bytes, "$,01,"))
        buffer_put_text(reply, "$,1,*");
}

static const struct sample samples[] = {
    { .text =
          "$NRM,,3.2AIH,NR,01,L,123456789012345,,1,01022026,080910,47.51000000,N,19.09000000,E,12.0,45.73,18,"
          "120.7,0.10,0.10,Operator,0,1,13.1,4.2,0,C,19,216,30,08FE,0940,0100,00,0,0,003372,6897.214,*",
      .whole = true,
      .claim = CLAIM_CERTAIN,
      .type = "position",
      .device = "123456789012345",
      SAMPLE_VALID },
    { .text = "$NMP,MAKER,1.7.7,NR,1,H,123456789012345,0000,0,01022026,080910,33.4500000,S,70.6600000,W,001."
              "0,000.00,00,520.0,0.0,0.0,Operator,0,1,13.3,4.0,0,C,22,730,01,0089,2793,0002,00,000591,00.4,("
              "0,0,0)*FC",
      .whole = true,
      .claim = CLAIM_CERTAIN,
      .type = "position",
      .device = "123456789012345",
      SAMPLE_INVALID },
    { .text = "$,04,XYZ123,0.0.1,TA,16,L,123456789012345,AB12CD3456,1,01,02,2026,08,09,10,040.710000,N,074."
              "010000,W,000.0,220.04,12,9.0,01.13,00.75,Operator,1,1,00.0,4.1,1,C,18,310,260,0c23,781a,1000,"
              "01,000006,f906c65c,\r\n",
      .claim = CLAIM_CERTAIN,
      .type = "position",
      .device = "123456789012345",
      SAMPLE_NORTH_WEST },
    { .text = "$EPB,EMR,123456789012345,SP,01022026080910,A,47.510000,N,19.090000,E,120.0,0.0,0,G,AB12CD3456,"
              "+361234567\r\n",
      .claim = CLAIM_CERTAIN,
      .type = "alarm",
      .device = "123456789012345",
      SAMPLE_VALID },
    { .text = "$,01,MAKER,1.0,NR,L,123456789012345,,0,010226,080910,V,33.450000,S,70.660000,W,0.0,0.0,0,\r\n",
      .claim = CLAIM_CERTAIN,
      .type = "position",
      .device = "123456789012345",
      SAMPLE_INVALID,
      .answer = "=$,1,*" },
    { .text = "$Header,maker,AB12CD3456,123456789012345,1_37,AIS140,47.510000,N,19.090000,E*50\r\n",
      .whole = true,
      .claim = CLAIM_CERTAIN,
      .type = "login",
      .device = "123456789012345",
      .location = LOCATION_NONE },
    { .text = "$,LGN,MAKER,000000000,123456789012345,V0.0.1,AIS140,47.510000,N,19.090000,E,*",
      .whole = true,
      .claim = CLAIM_CERTAIN,
      .type = "login",
      .device = "123456789012345",
      .location = LOCATION_NONE,
      .answer = "=$LGN01012026090000*" },
    { .text = "$,HBT,MAKER,V0.0.1,123456789012345,*",
      .whole = true,
      .claim = CLAIM_CERTAIN,
      .type = "heartbeat",
      .device = "123456789012345",
      .location = LOCATION_NONE,
      .answer = "=$HBT*" },
    { .text = "$EPB,maker1,EMR,123456789012345,SP,01022026080910,A,47.510000,N,19.090000,E,543.0,0.0,0,G*13",
      .whole = true,
      .claim = CLAIM_LIKELY,
      .type = "status",
      .device = "123456789012345",
      .location = LOCATION_NONE },
    { .text = "$,HBT,MAKER,1.0.2,85,0,*\r\n",
      .claim = CLAIM_LIKELY,
      .type = "heartbeat",
      .location = LOCATION_NONE,
      .answer = "=$HBT*" },
    { 0 }
};

const struct protocol protocol_its = {
    .name = "its",
    .port = 5179,
    .transports = OVER_TCP,
    .heads = HEADS(HEAD("$,"), HEAD("$NRM,"), HEAD("$NMP,"), HEAD("$RLP,"), HEAD("$EPB,"), HEAD("$HLM,"),
                   HEAD("$HMP,"), HEAD("$Header,"), HEAD("$")),
    .match = match,
    .answer = answer,
    .text = &text,
    .samples = samples,
};
