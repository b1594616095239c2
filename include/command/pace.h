/* SPDX-License-Identifier: Apache-2.0 */
/* When to end, and when to sum up meanwhile: --for and --every. Time is an argument: the loop's, or a capture's. */
#ifndef COMMAND_PACE_H
#define COMMAND_PACE_H

#include <stdbool.h>
#include <stdint.h>

#include "base/compiler.h"

/* Starts as { .span = …, .every = … }, µs; 0: never. */
struct pace {
    int64_t span, every;
    int64_t end, next; /* 0: no time has passed yet */
};

/* Time passes; the first call starts it. True: it is over. */
MUST_CHECK bool pace_is_over(struct pace *pace, int64_t now);
/* True once in `every`. */
MUST_CHECK bool pace_is_due(struct pace *pace, int64_t now);

#endif
