/* SPDX-License-Identifier: Apache-2.0 */
/* The program's own messages, on standard error: what, where, why and the mend. Under systemd the journal's levels are used. */
#ifndef BASE_LOG_H
#define BASE_LOG_H

#include <stdint.h>

#include "base/compiler.h"

enum log_level { LOG_LEVEL_ERROR, LOG_LEVEL_WARNING, LOG_LEVEL_INFO };

/* One line on standard error, as it is. Where nobody reads there, it is not waited for. */
void log_say(const char *line);

void log_write(enum log_level level, const char *format, ...) PRINTF_LIKE(2, 3);

#define log_error(...) log_write(LOG_LEVEL_ERROR, __VA_ARGS__)
#define log_warning(...) log_write(LOG_LEVEL_WARNING, __VA_ARGS__)
#define log_info(...) log_write(LOG_LEVEL_INFO, __VA_ARGS__)

/* Lets a message that may repeat through once in a while. Zero-initialise. */
struct log_limit {
    int64_t last; /* µs */
    uint64_t suppressed;
};

/* True when it may be written now (at most once in `every` µs); *suppressed says how many were not written since. */
MUST_CHECK int log_allow(struct log_limit *limit, int64_t now, int64_t every, uint64_t *suppressed);

#endif
