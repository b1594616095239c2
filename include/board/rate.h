/* SPDX-License-Identifier: Apache-2.0 */
/* How many came in each of the last minutes. Used by the board for devices, ports and all together. */
#ifndef BOARD_RATE_H
#define BOARD_RATE_H

#include <stdint.h>

enum { RATE_MINUTES = 10 };

/* Starts as { 0 }. */
struct rate {
    int64_t minute;                /* of the latest that was counted, since 1970 */
    uint32_t counts[RATE_MINUTES]; /* by minute modulo RATE_MINUTES */
};

/* One came. Times are µs since 1970; one before the last minutes is not counted. */
void rate_count(struct rate *rate, int64_t now);

/* The last minutes, the oldest first: the last one is that of `now`, which still runs. */
void rate_read(const struct rate *rate, int64_t now, uint32_t counts[static RATE_MINUTES]);

/* How many a minute at `now`: those of the running minute, and of the one before it the share that lies within 60 seconds. */
uint32_t rate_per_minute(const struct rate *rate, int64_t now);

#endif
