/* SPDX-License-Identifier: Apache-2.0 */
/*
 * xrb28: Omni and compatible locks of rented bicycles and scooters. Text lines over TCP, no checksum.
 *
 *   *<4 characters>,<maker 2>,<imei>,[<yymmddhhmmss>,]<type 2>,…#      the fourth is R to the server, S from it
 *   D0, D1   0|1,<hhmmss.s>,<A|V>,<ddmm.m>,<N|S>,<dddmm.m>,<E|W>,<satellites>,<hdop>,<ddmmyy>,<altitude>,<unit>,<mode>
 *   Q0 sign-in   H0 heartbeat   W0 alarm   L0 L1 R0 S5 … results
 *   Locking, unlocking and alarms are answered: ff ff, the head with S, LF at the end.
 */
#include "protocol/text_protocol.h"

#define HEAD_OF(type) "\\*...R,..,(?<id>\\d{15}),(?:\\d{12},)?(?<type>" type ")"

static const struct text_protocol text = {
    .ends = "\n",
    .weak_heads = true,
    .shape = { "\\*[A-Za-z]{3}[RS],[A-Z]{2},(?<id>\\d{15})," },
    .forms = {
        { "position",
          { HEAD_OF("..") ",[01],(?<hms>\\d{6})\\.\\d+,(?<valid>[AV]),(?<lat>\\d{4}\\.\\d+),(?<ns>[NS]),(?<lon>\\d{4,5}\\.\\d+),"
            "(?<ew>[EW]),\\d+,\\d+\\.\\d+,(?<dmy>\\d{6}),-?\\d+(?:\\.\\d*)?,.,.#" } },
        { "login", { HEAD_OF("Q0") "(?:,.*)?#" } },
        { "heartbeat", { HEAD_OF("H0") "(?:,.*)?#" } },
        { "alarm", { HEAD_OF("W0") "(?:,.*)?#" } },
        { "status", { HEAD_OF("[A-Z]\\d") "(?:,.*)?#" } },
    },
};

static const struct pattern head = {
    "(?<front>\\*...)R(?<middle>,..,\\d{15},(?:\\d{12},)?)(?<type>L0|L1|W0|E1)[,#]"
};

static void answer(const struct message *message, const struct asker *asker, struct buffer *reply)
{
    struct groups found;
    struct cursor front, middle;
    (void)asker;
    if (!pattern_match(message->patterns, &head, message->bytes, &found) ||
        !groups_named(&found, "front", &front) || !groups_named(&found, "middle", &middle))
        return;
    buffer_put_text(reply, "\xff\xff");
    buffer_put_cursor(reply, front);
    buffer_put_text(reply, "S");
    buffer_put_cursor(reply, middle);
    buffer_put_cursor(reply, found.standard[GROUP_TYPE]);
    buffer_put_text(reply, "#\n");
}

static const struct sample samples[] = {
    { .text =
          "*HBCR,OM,123456789012345,D0,0,080910.00,A,4730.6000,N,01905.4000,E,7,0.90,010226,120.5,M,A#\r\n",
      .claim = CLAIM_CERTAIN,
      .type = "position",
      .device = "123456789012345",
      SAMPLE_VALID },
    { .text = "*SCOR,OM,123456789012345,260201080910,D1,1,080910.00,V,3327.00000,S,07039.60000,W,0,9.9,"
              "010226,520,"
              "M,N#\n",
      .claim = CLAIM_CERTAIN,
      .type = "position",
      .device = "123456789012345",
      SAMPLE_INVALID },
    { .text = "*SCOR,NG,123456789012345,D0,0,080910.00,A,4042.6000,N,07400.6000,W,9,1.1,010226,9.5,M,D#\r\n",
      .claim = CLAIM_CERTAIN,
      .type = "position",
      .device = "123456789012345",
      SAMPLE_NORTH_WEST },
    { .text = "*SCOR,OM,123456789012345,D0,0,,V,,,,,,,,,,#\r\n",
      .claim = CLAIM_CERTAIN,
      .type = "status",
      .device = "123456789012345",
      .location = LOCATION_NONE },
    { .text = "*HBCR,OM,123456789012345,Q0,412,80#\r\n",
      .claim = CLAIM_CERTAIN,
      .type = "login",
      .device = "123456789012345",
      .location = LOCATION_NONE },
    { .text = "*HBCR,OM,123456789012345,H0,0,412,28,80,0#\r\n",
      .claim = CLAIM_CERTAIN,
      .type = "heartbeat",
      .device = "123456789012345",
      .location = LOCATION_NONE },
    { .text = "*SCOR,OM,123456789012345,260201080910,L1,1,1234,1769933350#\r\n",
      .claim = CLAIM_CERTAIN,
      .type = "status",
      .device = "123456789012345",
      .location = LOCATION_NONE,
      .answer = "ffff2a53434f532c4f4d2c3132333435363738393031323334352c3236303230313038303931302c4c31230a" },
    { .text = "*HBCR,OM,123456789012345,W0,1#\r\n",
      .claim = CLAIM_CERTAIN,
      .type = "alarm",
      .device = "123456789012345",
      .location = LOCATION_NONE,
      .answer = "ffff2a484243532c4f4d2c3132333435363738393031323334352c5730230a" },
    { 0 }
};

const struct protocol protocol_xrb28 = {
    .name = "xrb28",
    .port = 5180,
    .transports = OVER_TCP,
    .heads = HEADS(HEAD("*")),
    .text = &text,
    .answer = answer,
    .samples = samples,
};
