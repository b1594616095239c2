/* SPDX-License-Identifier: Apache-2.0 */
/* Addresses, transports and directions: the words that every layer uses for who talks to whom. */
#ifndef BASE_NET_H
#define BASE_NET_H

#include <stdbool.h>
#include <stdint.h>

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

bool endpoint_same(const struct endpoint *a, const struct endpoint *b);

/* From four bytes of an IPv4 address, or sixteen of an IPv6 one. */
struct endpoint endpoint_of_v4(const uint8_t address[static 4], uint16_t port);
struct endpoint endpoint_of_v6(const uint8_t address[static 16], uint16_t port);

#endif
