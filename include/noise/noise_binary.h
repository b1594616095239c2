/* SPDX-License-Identifier: Apache-2.0 */
/* The kinds of noise that are told by binary structure. Asked by noise. */
#ifndef NOISE_NOISE_BINARY_H
#define NOISE_NOISE_BINARY_H

#include "base/cursor.h"
#include "protocol/protocol.h"

struct noise_kind {
    const char *name;
    /* CLAIM_CERTAIN, CLAIM_NO, or CLAIM_MORE while the bytes (at least one) may still become such; never CLAIM_MORE
     * when they are complete. */
    enum claim (*claim)(struct cursor bytes, bool complete);
};

/* Ended by a kind without name. */
extern const struct noise_kind noise_binary[];

#endif
