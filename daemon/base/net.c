/* SPDX-License-Identifier: Apache-2.0 */
/* Addresses as text. Used by wire, intake and outlet. */
#include "base/net.h"

#include <arpa/inet.h>
#include <string.h>

static const uint8_t mapped[12] = { 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff };

const char *transport_name(enum transport transport)
{
    return transport == TRANSPORT_UDP ? "udp" : "tcp";
}

static char *put_number(char *at, unsigned value)
{
    char digits[8];
    unsigned n = 0;
    do {
        digits[n++] = (char)('0' + value % 10);
        value /= 10;
    } while (value > 0);
    while (n > 0)
        *at++ = digits[--n];
    return at;
}

unsigned endpoint_write(const struct endpoint *endpoint, char out[static ENDPOINT_TEXT])
{
    char *at = out;
    if (memcmp(endpoint->address, mapped, sizeof(mapped)) == 0) {
        /* by hand: this stands in every line */
        for (unsigned i = 12; i < 16; i++) {
            if (i > 12)
                *at++ = '.';
            at = put_number(at, endpoint->address[i]);
        }
    } else {
        if (endpoint->port)
            *at++ = '[';
        if (!inet_ntop(AF_INET6, endpoint->address, at, INET6_ADDRSTRLEN))
            *at = '\0';
        at += strlen(at);
        if (endpoint->port)
            *at++ = ']';
    }
    if (endpoint->port) {
        *at++ = ':';
        at = put_number(at, endpoint->port);
    }
    *at = '\0';
    return (unsigned)(at - out);
}

bool endpoint_same(const struct endpoint *a, const struct endpoint *b)
{
    return a->port == b->port && memcmp(a->address, b->address, sizeof(a->address)) == 0;
}

struct endpoint endpoint_of_v4(const uint8_t address[static 4], uint16_t port)
{
    struct endpoint endpoint = { .port = port };
    memcpy(endpoint.address, mapped, sizeof(mapped));
    memcpy(endpoint.address + 12, address, 4);
    return endpoint;
}

struct endpoint endpoint_of_v6(const uint8_t address[static 16], uint16_t port)
{
    struct endpoint endpoint = { .port = port };
    memcpy(endpoint.address, address, 16);
    return endpoint;
}
