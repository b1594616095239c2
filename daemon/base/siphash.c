/* SPDX-License-Identifier: Apache-2.0 */
/* The hash under every table. Used by table, and by the flows and datagrams of wire. */
#include "base/siphash.h"

uint64_t siphash(const struct siphash_key *key, struct cursor bytes)
{
    return siphash_of_rounds(key, bytes, 1, 3);
}
