/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The PROXY header that haproxy, nginx and others put before the bytes that they pass on, to tell who sent them:
 *
 *   1   "PROXY TCP4 198.51.100.7 203.0.113.1 40312 5023" CR LF        (TCP6; UNKNOWN with nothing behind it or anything)
 *   2   0d0a0d0a 000d0a51 5549540a, version and command, family, length (16 bits), addresses, further fields
 *
 * Anybody can write one: what it says is no proof.
 */
#ifndef BASE_PROXY_HEADER_H
#define BASE_PROXY_HEADER_H

#include "base/net.h"

enum proxy_state {
    PROXY_NO,   /* none stands here */
    PROXY_MORE, /* one begins, and is not all there */
    PROXY_FOUND
};

/* Of the binary one, with its further fields; senders keep far below. What claims to be longer is none. */
enum { PROXY_HEADER_MAX = 4096 };

struct proxy_header {
    size_t length;
    struct endpoint source; /* all zero: it tells none */
};

/* Looks at what the bytes begin with. On PROXY_FOUND fills out; length is never more than the bytes. */
enum proxy_state proxy_header_read(struct cursor bytes, struct proxy_header *out);

#endif
