/* SPDX-License-Identifier: Apache-2.0 */
/* A set of TCP and UDP ports, and the text users write for it: "5001", "5001-5100", "5001,udp:5023". */
#ifndef BASE_PORTSET_H
#define BASE_PORTSET_H

#include <stddef.h>

#include "base/net.h"

struct portset {
    uint8_t bits[2][8192]; /* by transport */
};

static inline bool portset_has(const struct portset *set, enum transport transport, uint16_t port)
{
    return (set->bits[transport][port >> 3] >> (port & 7) & 1) != 0;
}

/* Adds first to last of one transport. */
void portset_add(struct portset *set, enum transport transport, uint16_t first, uint16_t last);

/* Takes out what the other set has. */
void portset_remove(struct portset *set, const struct portset *other);

/* Adds what the text says; a part without tcp: or udp: counts for both. False: error says what is wrong with which part. */
bool portset_parse(struct portset *set, const char *text, char *error, size_t size);

size_t portset_count(const struct portset *set, enum transport transport);

/* The next range of a transport at or behind *from (start with 0); false when there is none. *from is moved behind it. */
bool portset_next(const struct portset *set, enum transport transport, unsigned *from, uint16_t *first,
                  uint16_t *last);

/* "5001-5267,8082", cut with "…" at the size. */
void portset_write(const struct portset *set, enum transport transport, char *out, size_t size);

#endif
