/* SPDX-License-Identifier: Apache-2.0 */
/*
 * r12w: R12W terminals. Text lines over TCP. Servers understand no position of them.
 *
 *   $HX,<type, 4 digits>,<id>,<serial, 4 hex>,<imsi>,<phone>,…,#,<hh>,
 *   Type 0001 is the login, answered by $HX,1001,<id>,<serial>,OK,#,<hh>, hh: XOR from the '$' through the '#'.
 */
#include "protocol/text_protocol.h"

static const struct text_protocol text = {
    .ends = "\n",
    .check = CHECK_XOR,
    .forms = {
        { "login", { "(?<covered>\\$HX,0001,(?<id>\\d{15}),(?<serial>[^,]*),.*#),(?<check>[0-9A-Fa-f]{2}),?" } },
        { "status", { "(?<covered>\\$HX,\\d{4},(?<id>\\d{15}),.*#),(?<check>[0-9A-Fa-f]{2}),?" } },
        { "login", { "\\$HX,0001,(?<id>\\d{15}),(?<serial>[^,]*).*" }, .claim = CLAIM_LIKELY },
        { "status", { "\\$HX,\\d{4},(?<id>\\d{15}).*" }, .claim = CLAIM_LIKELY },
    },
};

static void answer(const struct message *message, const struct asker *asker, struct buffer *reply)
{
    struct groups found;
    struct cursor serial;
    size_t start = reply->length;
    (void)asker;
    if (!pattern_fits(message->patterns, &text.forms[2].grammar, cursor_trim(message->bytes), &found) ||
        !groups_named(&found, "serial", &serial))
        return;
    buffer_put_text(reply, "$HX,1001,");
    buffer_put_cursor(reply, found.standard[GROUP_ID]);
    buffer_put_text(reply, ",");
    buffer_put_cursor(reply, serial);
    buffer_put_text(reply, ",OK,#");
    if (!reply->full)
        buffer_printf(reply, ",%02x,\r\n", sum_xor(cursor_of(reply->bytes + start, reply->length - start)));
}

static const struct sample samples[] = {
    { .text = "$HX,0001,123456789012345,e92c,216301234567890,36123456789,12345678,01,a8d940a9,#,55,\r\n",
      .claim = CLAIM_CERTAIN,
      .type = "login",
      .device = "123456789012345",
      .location = LOCATION_NONE,
      .answer = "=$HX,1001,123456789012345,e92c,OK,#,02,\r\n" },
    { .text = "$HX,0005,123456789012345,e92d,1,2,3,#,34,\r\n",
      .claim = CLAIM_CERTAIN,
      .type = "status",
      .device = "123456789012345",
      .location = LOCATION_NONE },
    { .text = "$HX,0001,123456789012345,e92c,216301234567890,36123456789,12345678,06,\r\n",
      .claim = CLAIM_LIKELY,
      .type = "login",
      .device = "123456789012345",
      .location = LOCATION_NONE,
      .answer = "=$HX,1001,123456789012345,e92c,OK,#,02,\r\n" },
    { 0 }
};

const struct protocol protocol_r12w = {
    .name = "r12w",
    .port = 5226,
    .transports = OVER_TCP,
    .never = NEVER_VALID | NEVER_INVALID,
    .heads = HEADS(HEAD("$HX,")),
    .text = &text,
    .answer = answer,
    .samples = samples,
};
