/* SPDX-License-Identifier: Apache-2.0 */
/*
 * eseal: eSeal electronic container locks. Text lines over TCP, no checksum.
 *
 *   ##S,<device type>,<id>,<customer>,<firmware>,<type>,<index>,<yyyy-mm-dd>,<hh:mm:ss>,<interval>,<A|V>,<lat><N|S> <lon><E|W>,
 *   <course>,<speed>,<Open|Close>,<acceleration>,<nfc>,<battery>,<signal>,E##
 *   Types: Startup, Normal, Button-Normal, Termination, Event-Door, Event-Shock, Event-Drop, Event-Lock, Event-RC-Unlock, RC-…
 *   answer: the text up to the type, " ACK", the index, E##; to a Startup also the configuration: null, for there is none
 */
#include "protocol/text_protocol.h"

#define REPORT(types)                                                                                       \
    "##S,[^,]+,(?<id>\\d+),\\d+,[^,]+,(?<type>" types "),\\d+,(?<ymd>\\d{4}-\\d\\d-\\d\\d),"                \
    "(?<hms>\\d\\d:\\d\\d:\\d\\d),\\d+,(?<valid>[AV]),(?<latd>\\d+\\.\\d+)(?<ns>[NS]) (?<lond>\\d+\\.\\d+)" \
    "(?<ew>[EW]),\\d+,\\d+,(?:Open|Close),\\d+\\.\\d+,[^,]*,\\d+\\.\\d+,-?\\d+,E##"

static const struct text_protocol text = {
    .ends = "\n",
    .shape = { "##S,[^,]+,\\d+,.*E##$" },
    .forms = {
        { "position", { REPORT("Startup|Normal|Button-Normal|Termination") } },
        { "event", { REPORT("Event-(?:Door|Shock|Drop|Lock|RC-Unlock)") } },
        { "position", { REPORT("[^,]+") } },
        { "status", { "##S,[^,]+,(?<id>\\d+),.*E##" }, .claim = CLAIM_LIKELY },
    },
};

static void answer(const struct message *message, const struct asker *asker, struct buffer *reply)
{
    static const struct pattern known = {
        "(?<front>##S,[^,]+,\\d+,\\d+,[^,]+,(?<type>Startup|Normal|Button-Normal|Termination|"
        "Event-(?:Door|Shock|Drop|Lock|RC-Unlock))),(?<index>\\d+),\\d{4}-"
    };
    struct groups found;
    struct cursor front, index;
    (void)asker;
    if (!pattern_match(message->patterns, &known, message->bytes, &found) ||
        !groups_named(&found, "front", &front) || !groups_named(&found, "index", &index))
        return;
    buffer_put_cursor(reply, front);
    buffer_put_text(reply, " ACK,");
    buffer_put_cursor(reply, index);
    buffer_put_text(reply, cursor_is(found.standard[GROUP_TYPE], "Startup") ? ",null,E##\r\n" : ",E##\r\n");
}

static const struct sample samples[] = { { .text = "##S,eSeal,1234567,12,3.0.6,Normal,34,2026-02-01,08:09:10,"
                                                   "15,A,47.510000N 19.090000E,45,12,Close,0.71,0:0:3:0,"
                                                   "3.8,-73,E##\r\n",
                                           .claim = CLAIM_CERTAIN,
                                           .type = "position",
                                           .device = "1234567",
                                           SAMPLE_VALID,
                                           .answer = "=##S,eSeal,1234567,12,3.0.6,Normal ACK,34,E##\r\n" },
                                         { .text = "##S,eSeal,1234567,12,3.0.6,Startup,1,2026-02-01,08:09:10,"
                                                   "3,V,33.450000S 70.660000W,0,0,Open,3.25,0:0:5:0,3.8,"
                                                   "-93,E##\r\n",
                                           .claim = CLAIM_CERTAIN,
                                           .type = "position",
                                           .device = "1234567",
                                           SAMPLE_INVALID,
                                           .answer =
                                               "=##S,eSeal,1234567,12,3.0.6,Startup ACK,1,null,E##\r\n" },
                                         { .text = "##S,eSeal,1234567,12,3.0.6,Event-Door,7,2026-02-01,08:09:"
                                                   "10,3,A,40.710000N 74.010000W,0,0,Open,0.50,,3.7,-80,"
                                                   "E##\n",
                                           .claim = CLAIM_CERTAIN,
                                           .type = "event",
                                           .device = "1234567",
                                           SAMPLE_NORTH_WEST,
                                           .answer = "=##S,eSeal,1234567,12,3.0.6,Event-Door ACK,7,E##\r\n" },
                                         { .text = "##S,eSeal,1234567,12,3.0.6,RC-Unlock ACK,8,OK,E##\r\n",
                                           .claim = CLAIM_LIKELY,
                                           .type = "status",
                                           .device = "1234567",
                                           .location = LOCATION_NONE },
                                         { 0 } };

const struct protocol protocol_eseal = {
    .name = "eseal",
    .port = 5169,
    .transports = OVER_TCP,
    .heads = HEADS(HEAD("##S,")),
    .text = &text,
    .answer = answer,
    .samples = samples,
};
