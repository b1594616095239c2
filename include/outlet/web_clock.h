/* SPDX-License-Identifier: Apache-2.0 */
/* The two clocks of the web server's parts, in µs. */
#ifndef OUTLET_WEB_CLOCK_H
#define OUTLET_WEB_CLOCK_H

#include <event2/event.h>
#include <stdint.h>
#include <time.h>

/* For spans of time. */
static inline int64_t web_steady(void)
{
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (int64_t)now.tv_sec * 1000000 + now.tv_nsec / 1000;
}

/* Since 1970. */
static inline int64_t web_wall(struct event_base *base)
{
    struct timeval now = { 0 };
    event_base_gettimeofday_cached(base, &now);
    return (int64_t)now.tv_sec * 1000000 + now.tv_usec;
}

#endif
