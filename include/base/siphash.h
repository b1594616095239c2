/* SPDX-License-Identifier: Apache-2.0 */
/* SipHash (Aumasson and Bernstein, 2012): a hash under a secret key, so that nobody on the network can aim at collisions.
 * Under every table. */
#ifndef BASE_SIPHASH_H
#define BASE_SIPHASH_H

#include "base/cursor.h"

struct siphash_key {
    uint64_t words[2];
};

/* SipHash-1-3 of the bytes: what tables use. */
uint64_t siphash(const struct siphash_key *key, struct cursor bytes);

static inline uint64_t siphash_rotate(uint64_t word, unsigned bits)
{
    return word << bits | word >> (64 - bits);
}

static inline void siphash_round(uint64_t v[static 4])
{
    v[0] += v[1];
    v[1] = siphash_rotate(v[1], 13) ^ v[0];
    v[0] = siphash_rotate(v[0], 32);
    v[2] += v[3];
    v[3] = siphash_rotate(v[3], 16) ^ v[2];
    v[0] += v[3];
    v[3] = siphash_rotate(v[3], 21) ^ v[0];
    v[2] += v[1];
    v[1] = siphash_rotate(v[1], 17) ^ v[2];
    v[2] = siphash_rotate(v[2], 32);
}

/* SipHash-c-d. The reference vectors are for 2-4. */
static inline uint64_t siphash_of_rounds(const struct siphash_key *key, struct cursor bytes, unsigned c,
                                         unsigned d)
{
    uint64_t v[4] = { key->words[0] ^ 0x736f6d6570736575, key->words[1] ^ 0x646f72616e646f6d,
                      key->words[0] ^ 0x6c7967656e657261, key->words[1] ^ 0x7465646279746573 };
    uint64_t last = (uint64_t)bytes.left << 56, m;
    while (cursor_le64(&bytes, &m)) {
        v[3] ^= m;
        for (unsigned i = 0; i < c; i++)
            siphash_round(v);
        v[0] ^= m;
    }
    for (size_t i = 0; i < bytes.left; i++)
        last |= (uint64_t)bytes.at[i] << 8 * i;
    v[3] ^= last;
    for (unsigned i = 0; i < c; i++)
        siphash_round(v);
    v[0] ^= last;
    v[2] ^= 0xff;
    for (unsigned i = 0; i < d; i++)
        siphash_round(v);
    return v[0] ^ v[1] ^ v[2] ^ v[3];
}

#endif
