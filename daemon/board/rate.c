/* SPDX-License-Identifier: Apache-2.0 */
/* Counts by minute in a ring. Used by board. */
#include "board/rate.h"

#include <string.h>

#define MINUTE INT64_C(60000000)

static int64_t minute_of(int64_t now)
{
    return now > 0 ? now / MINUTE : 0;
}

/* The minutes that have begun since the latest one have none yet. */
static void turn(struct rate *rate, int64_t minute)
{
    if (minute - rate->minute >= RATE_MINUTES)
        memset(rate->counts, 0, sizeof(rate->counts));
    else
        for (int64_t at = rate->minute + 1; at <= minute; at++)
            rate->counts[at % RATE_MINUTES] = 0;
    rate->minute = minute;
}

void rate_count(struct rate *rate, int64_t now)
{
    int64_t minute = minute_of(now);
    if (minute > rate->minute)
        turn(rate, minute);
    if (rate->minute - minute < RATE_MINUTES)
        rate->counts[minute % RATE_MINUTES]++;
}

/* 0 for a minute that lies outside of the ring. */
static uint32_t count_of(const struct rate *rate, int64_t minute)
{
    if (minute < 0 || minute > rate->minute || rate->minute - minute >= RATE_MINUTES)
        return 0;
    return rate->counts[minute % RATE_MINUTES];
}

void rate_read(const struct rate *rate, int64_t now, uint32_t counts[static RATE_MINUTES])
{
    int64_t minute = minute_of(now);
    for (int i = 0; i < RATE_MINUTES; i++)
        counts[i] = count_of(rate, minute - (RATE_MINUTES - 1) + i);
}

uint32_t rate_per_minute(const struct rate *rate, int64_t now)
{
    int64_t minute = minute_of(now), into = now > 0 ? now % MINUTE : 0;
    uint64_t before = count_of(rate, minute - 1);
    return count_of(rate, minute) + (uint32_t)((before * (uint64_t)(MINUTE - into) + MINUTE / 2) / MINUTE);
}
