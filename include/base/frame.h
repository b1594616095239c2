/* SPDX-License-Identifier: Apache-2.0 */
/* Where a message ends: the usual ways. For the protocols' match functions. */
#ifndef BASE_FRAME_H
#define BASE_FRAME_H

#include "base/cursor.h"

enum framed {
    FRAMED,      /* the end is there: *length counts it too */
    FRAMED_CUT,  /* no end, and nothing more will come: *length is all there is */
    FRAMED_MORE, /* no end yet */
    FRAMED_NO    /* no end within max bytes */
};

/* The message ends with the first byte that is one of `ends` (a C string; NUL cannot be one). */
enum framed frame_by_bytes(struct cursor bytes, bool complete, const char *ends, size_t max, size_t *length);

/* The message ends with the first `end`, a literal. */
enum framed frame_by_text(struct cursor bytes, bool complete, const char *end, size_t max, size_t *length);

/* The message has `total` bytes, as its head says. */
enum framed frame_by_length(struct cursor bytes, bool complete, size_t total, size_t max, size_t *length);

/* A length in decimal digits stands at `at`, a comma behind it: what it tells, and where the comma stands. FRAMED, FRAMED_MORE
 * when the bytes end before the comma, or FRAMED_NO (no digits, more than five, or something else behind them). */
enum framed frame_told(struct cursor bytes, size_t at, size_t *told, size_t *comma);

#endif
