/* SPDX-License-Identifier: Apache-2.0 */
/* What rules do to packets: shared by the tests of both kinds of text. */
#ifndef TESTS_INTAKE_RULES_TEXT_H
#define TESTS_INTAKE_RULES_TEXT_H

#include <arpa/inet.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "base/cursor.h"
#include "verdict/firewall.h"

static inline struct endpoint address_of(const char *text)
{
    uint8_t v4[4], v6[16];
    if (inet_pton(AF_INET, text, v4) == 1)
        return endpoint_of_v4(v4, 0);
    assert_int_equal(inet_pton(AF_INET6, text, v6), 1);
    return endpoint_of_v6(v6, 0);
}

/* What happens to a packet: "open", "partly: RULE", "closed: RULE", "closed: policy of TABLE CHAIN", and "redirected to ADDRESS"
 * before it. peer NULL: anybody. */
static inline const char *fate(const struct firewall *firewall, enum transport transport, uint16_t port,
                               const char *peer, const char *interface)
{
    static char text[400];
    struct firewall_packet packet = { .transport = transport, .port = port, .interface = interface };
    char to[ENDPOINT_TEXT];
    if (peer) {
        packet.peer = address_of(peer);
        packet.is_v6 = !endpoint_is_v4(&packet.peer);
    }
    struct firewall_answer answer = firewall_ask(firewall, &packet);
    static const char *const gates[] = { "open", "partly", "closed" };
    int length = 0;
    if (answer.is_redirected) {
        endpoint_write(&answer.to, to);
        length = snprintf(text, sizeof(text), "redirected to %s, ", to);
    }
    if (answer.rule)
        snprintf(text + length, sizeof(text) - (size_t)length, "%s: %s", gates[answer.gate],
                 answer.rule->text);
    else if (answer.chain)
        snprintf(text + length, sizeof(text) - (size_t)length, "%s: policy of %s %s", gates[answer.gate],
                 answer.chain->table, answer.chain->name);
    else
        snprintf(text + length, sizeof(text) - (size_t)length, "%s", gates[answer.gate]);
    if (answer.unclear)
        snprintf(text + strlen(text), sizeof(text) - strlen(text), ", unclear: %s", answer.unclear->text);
    return text;
}

#define TCP_FATE(port, expected) \
    assert_string_equal(fate(firewall, TRANSPORT_TCP, port, NULL, NULL), expected)
#define UDP_FATE(port, expected) \
    assert_string_equal(fate(firewall, TRANSPORT_UDP, port, NULL, NULL), expected)

#endif
