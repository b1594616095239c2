/* SPDX-License-Identifier: Apache-2.0 */
/* Addresses, transports and directions: the words that every layer uses for who talks to whom. */
#ifndef BASE_NET_H
#define BASE_NET_H

#include <stdbool.h>
#include <stdint.h>

#include "base/cursor.h"

/* An IP address and port. IPv4 addresses stand as IPv4-mapped IPv6 (::ffff:a.b.c.d), so that one form does for both. */
struct endpoint {
    uint8_t address[16];
    uint16_t port;
};

enum transport { TRANSPORT_TCP, TRANSPORT_UDP };

enum direction { DIRECTION_IN, DIRECTION_OUT }; /* in: tracker to server; out: server to tracker */

/* "tcp" or "udp" */
const char *transport_name(enum transport transport);

/* "203.0.113.7:40312" or "[2001:db8::1]:40312"; without port (and brackets) when it is 0. Returns the length. */
enum { ENDPOINT_TEXT = 64 };
unsigned endpoint_write(const struct endpoint *endpoint, char out[static ENDPOINT_TEXT]);

/* Reads an address as programs write it, "203.0.113.7", "2001:db8:0:0:0:0:0:1", "fe80::1%eth0", without a port. False: it is none. */
MUST_CHECK bool endpoint_read(struct cursor text, struct endpoint *endpoint);

bool endpoint_same(const struct endpoint *a, const struct endpoint *b);

/* From four bytes of an IPv4 address, or sixteen of an IPv6 one. */
struct endpoint endpoint_of_v4(const uint8_t address[static 4], uint16_t port);
struct endpoint endpoint_of_v6(const uint8_t address[static 16], uint16_t port);

/* From where an address can be reached. */
enum scope {
    SCOPE_NONE, /* 0.0.0.0, ::, multicast and what else is nobody's */
    SCOPE_LOOPBACK,
    SCOPE_LINK,    /* 169.254/16, fe80::/10: this cable alone */
    SCOPE_PRIVATE, /* RFC 1918, fc00::/7: this site alone */
    SCOPE_SHARED,  /* 100.64/10: behind the provider's NAT */
    SCOPE_PUBLIC
};
enum scope endpoint_scope(const struct endpoint *endpoint);

bool endpoint_is_v4(const struct endpoint *endpoint);
/* 0.0.0.0 or ::, which stand for all addresses. */
bool endpoint_is_any(const struct endpoint *endpoint);
/* The same address, whatever the port. */
bool endpoint_same_address(const struct endpoint *a, const struct endpoint *b);
/* Are the first so many bits of both addresses the same (of IPv4: counted from its own first bit)? */
bool endpoint_is_within(const struct endpoint *endpoint, const struct endpoint *network, unsigned bits);

#endif
