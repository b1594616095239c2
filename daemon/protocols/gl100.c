/* SPDX-License-Identifier: Apache-2.0 */
/*
 * gl100: Queclink GL100, GL100M, GT200 (the @Track protocol before versions came into it). Text up to a NUL, TCP and UDP.
 *
 *   +RESP:GTxxx,<id>,<count>,<digit>,<digits>,<no fix 0|1>,<speed>,<course>,<altitude>,<accuracy>,<lon>,<lat>,<yyyymmddhhmmss>,…
 *       one field may stand in place of the three behind the id; of several points the first counts
 *   AT+GTHBD=<text>,…     heartbeat, answered
 *   +ACK:GTxxx,<id>,…   +BUFF:GTxxx,<id>,…     the server has no use for them
 *   In gl200 a version stands in front of the id, and the message ends with '$'.
 */
#include "protocol/text_protocol.h"

#define POINT                                                                                     \
    "(?<id>\\d{15}),(?:\\d+,\\d,\\d+|[^,$]*),(?<valid>[01]),\\d+\\.\\d+,\\d+,-?\\d+\\.\\d+,\\d*," \
    "(?<lond>-?\\d{1,3}\\.\\d+),(?<latd>-?\\d{1,2}\\.\\d+),(?<ymdhms>\\d{14}),[^$]*"

static const struct text_protocol text = {
    .nul_ends = true,
    .weak_heads = true, /* gl200 has them, too */
    .shape = { "\\+RESP:GT[A-Z0-9]{3},\\d{15},[^$]*\\z" },
    .forms = {
        { "alarm", { "\\+RESP:GTSOS," POINT }, .valid = "0" },
        { "position", { "\\+RESP:GT[^,$]{3}," POINT }, .valid = "0" },
        { "status", { "\\+RESP:GT[A-Z0-9]{3},(?<id>\\d{15}),[^$]*" }, .claim = CLAIM_LIKELY },
        { "heartbeat", { "AT\\+GTHBD=[^,]*,.*" } },
        { "status", { "\\+(?:ACK|BUFF):GT[A-Z0-9]{3},(?<id>\\d{15}),[^$]*" }, .claim = CLAIM_LIKELY },
    },
};

/* What stands between the '=' and the last comma goes back. */
static void answer(const struct message *message, const struct asker *asker, struct buffer *reply)
{
    struct cursor rest = message->bytes;
    (void)asker;
    if (!CURSOR_STARTS(rest, "AT+GTHBD=") || !cursor_skip(&rest, 9))
        return;
    while (rest.left > 0 && cursor_byte(rest, rest.left - 1) != ',')
        rest.left--;
    if (rest.left == 0)
        return;
    buffer_put_text(reply, "+RESP:GTHBD,GPRS ACTIVE,");
    buffer_put_cursor(reply, cursor_part(rest, 0, rest.left - 1));
    buffer_put_u8(reply, 0);
}

static const struct sample samples[] = {
    { .hex = "2b524553503a475452544c2c3132333435363738393031323334352c312c302c302c302c342e332c39322c3133302e3"
             "02c312c31392e3039303030302c34372e3531303030302c32303236303230313038303931302c303231362c30303330"
             "2c313864382c363134312c30302c313146302c3031303231323032303400",
      .claim = CLAIM_CERTAIN,
      .type = "position",
      .device = "123456789012345",
      SAMPLE_VALID },
    { .hex = "2b524553503a47545452492c3132333435363738393031323334352c322c302c302c312c342e332c39322c3133302e3"
             "02c312c2d37302e3636303030302c2d33332e3435303030302c32303236303230313038303931302c303231362c3030"
             "33302c313864382c363134312c30302c313146302c303130323132303230342c302c302c302c302e312c302c3133302"
             "e302c2c2d37302e3636313030302c2d33332e3435313030302c32303236303230313038313031302c303733302c3030"
             "30322c303844462c314635452c30302c313146302c3031303231323032303400",
      .claim = CLAIM_CERTAIN,
      .type = "position",
      .device = "123456789012345",
      SAMPLE_INVALID },
    { .text = "+RESP:GTSOS,123456789012345,yard,0,4.3,92,130.0,1,-74.010000,40.710000,20260201080910,0216,"
              "0030,18d8,6141,00,11F0,0102120204",
      .datagram = true,
      .claim = CLAIM_CERTAIN,
      .type = "alarm",
      .device = "123456789012345",
      SAMPLE_NORTH_WEST },
    { .hex = "2b524553503a47544c474c2c3132333435363738393031323334352c312c322c312c302c342e332c302c2d31322e352"
             "c2c2d37302e3636303030302c2d33332e3435303030302c32303236303230313038303931302c303231362c30303330"
             "2c313864382c363134312c30302c313146302c3031303231323032303400",
      .claim = CLAIM_CERTAIN,
      .type = "position",
      .device = "123456789012345",
      SAMPLE_SOUTH_WEST },
    { .hex = "2b524553503a47544349442c3132333435363738393031323334352c383933363132333435363738393031323334353"
             "62c3031303231323032303400",
      .claim = CLAIM_LIKELY,
      .type = "status",
      .device = "123456789012345",
      .location = LOCATION_NONE },
    { .hex = "41542b47544842443d4865617274426561742c3132333435363738393031323334352c3031303231323032303400",
      .claim = CLAIM_CERTAIN,
      .type = "heartbeat",
      .location = LOCATION_NONE,
      .answer = "2b524553503a47544842442c47505253204143544956452c4865617274426561742c313233343536373839303132"
                "33343500" },
    { .hex = "2b41434b3a47545452492c3132333435363738393031323334352c303030312c323032363032303130383039313000",
      .claim = CLAIM_LIKELY,
      .type = "status",
      .device = "123456789012345",
      .location = LOCATION_NONE },
    { .hex = "2b425546463a47545452492c3132333435363738393031323334352c312c302c33352c302c302e342c39322c37302e3"
             "02c312c2d37342e3031303030302c34302e3731303030302c32303236303230313038303931302c303331302c303236"
             "302c313864382c363134312c30302c3131463000",
      .claim = CLAIM_LIKELY,
      .type = "status",
      .device = "123456789012345",
      .location = LOCATION_NONE },
    { 0 }
};

const struct protocol protocol_gl100 = {
    .name = "gl100",
    .port = 5003,
    .transports = OVER_TCP | OVER_UDP,
    .heads = HEADS(HEAD("+RESP:GT"), HEAD("AT+GTHBD="), HEAD("+ACK:GT"), HEAD("+BUFF:GT")),
    .text = &text,
    .answer = answer,
    .samples = samples,
};
