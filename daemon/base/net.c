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

bool endpoint_read(struct cursor text, struct endpoint *endpoint)
{
    char address[INET6_ADDRSTRLEN];
    uint8_t bytes[16];
    size_t scope;
    if (cursor_find(text, '%', &scope))
        text.left = scope;
    if (text.left == 0 || text.left >= sizeof(address))
        return false;
    memcpy(address, text.at, text.left);
    address[text.left] = '\0';
    if (inet_pton(AF_INET, address, bytes) == 1) {
        *endpoint = endpoint_of_v4(bytes, 0);
        return true;
    }
    if (inet_pton(AF_INET6, address, bytes) != 1)
        return false;
    *endpoint = endpoint_of_v6(bytes, 0);
    return true;
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

bool endpoint_is_v4(const struct endpoint *endpoint)
{
    return memcmp(endpoint->address, mapped, sizeof(mapped)) == 0;
}

bool endpoint_is_any(const struct endpoint *endpoint)
{
    static const uint8_t zero[16];
    size_t start = endpoint_is_v4(endpoint) ? sizeof(mapped) : 0;
    return memcmp(endpoint->address + start, zero, sizeof(zero) - start) == 0;
}

bool endpoint_same_address(const struct endpoint *a, const struct endpoint *b)
{
    return memcmp(a->address, b->address, sizeof(a->address)) == 0;
}

static bool has_same_start(const uint8_t a[static 16], const uint8_t b[static 16], unsigned bits)
{
    for (unsigned i = 0; i < 16 && bits > 8 * i; i++) {
        unsigned rest = bits - 8 * i, mask = rest >= 8 ? 0xff : 0xff00u >> rest & 0xff;
        if (((a[i] ^ b[i]) & mask) != 0)
            return false;
    }
    return true;
}

bool endpoint_is_within(const struct endpoint *endpoint, const struct endpoint *network, unsigned bits)
{
    bits += endpoint_is_v4(network) ? 8 * (unsigned)sizeof(mapped) : 0;
    return has_same_start(endpoint->address, network->address, bits);
}

/* Blocks of addresses and what they are for (RFC 6890). IPv4's are asked for with every message: kept as numbers. */
static const struct {
    uint32_t network;
    unsigned bits;
    enum scope scope;
} v4_blocks[] = {
    { 0x00000000, 8, SCOPE_NONE },     { 0x0a000000, 8, SCOPE_PRIVATE }, { 0x64400000, 10, SCOPE_SHARED },
    { 0x7f000000, 8, SCOPE_LOOPBACK }, { 0xa9fe0000, 16, SCOPE_LINK },   { 0xac100000, 12, SCOPE_PRIVATE },
    { 0xc0a80000, 16, SCOPE_PRIVATE }, { 0xe0000000, 3, SCOPE_NONE },
};

static const struct {
    uint8_t address[16];
    unsigned bits;
    enum scope scope;
} v6_blocks[] = {
    { { [15] = 1 }, 128, SCOPE_LOOPBACK }, { { 0 }, 128, SCOPE_NONE },  { { 0xfc }, 7, SCOPE_PRIVATE },
    { { 0xfe, 0x80 }, 10, SCOPE_LINK },    { { 0xff }, 8, SCOPE_NONE },
};

static enum scope v4_scope(const uint8_t *byte)
{
    uint32_t address =
        (uint32_t)byte[0] << 24 | (uint32_t)byte[1] << 16 | (uint32_t)byte[2] << 8 | (uint32_t)byte[3];
    for (size_t i = 0; i < sizeof(v4_blocks) / sizeof(v4_blocks[0]); i++) {
        if ((address ^ v4_blocks[i].network) >> (32 - v4_blocks[i].bits) == 0)
            return v4_blocks[i].scope;
    }
    return SCOPE_PUBLIC;
}

enum scope endpoint_scope(const struct endpoint *endpoint)
{
    if (endpoint_is_v4(endpoint))
        return v4_scope(endpoint->address + sizeof(mapped));
    for (size_t i = 0; i < sizeof(v6_blocks) / sizeof(v6_blocks[0]); i++) {
        if (has_same_start(endpoint->address, v6_blocks[i].address, v6_blocks[i].bits))
            return v6_blocks[i].scope;
    }
    return SCOPE_PUBLIC;
}
