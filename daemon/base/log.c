/* SPDX-License-Identifier: Apache-2.0 */
/* Messages of the program itself. Used by intake, outlet and command. */
#include "base/log.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

void log_write(enum log_level level, const char *format, ...)
{
    static const char *const journal[] = { "<3>", "<4>", "<6>" };
    va_list arguments;
    va_start(arguments, format);
    /* one write a line, so that lines of several threads of output do not mix */
    char line[1024];
    int n = vsnprintf(line, sizeof(line), format, arguments);
    va_end(arguments);
    if (n >= 0)
        fprintf(stderr, "%shexwatch: %s\n", getenv("JOURNAL_STREAM") ? journal[level] : "", line);
}

int log_allow(struct log_limit *limit, int64_t now, int64_t every, uint64_t *suppressed)
{
    /* a clock that was set back must not silence it until it has caught up */
    if (limit->last != 0 && now >= limit->last && now - limit->last < every) {
        limit->suppressed++;
        return 0;
    }
    *suppressed = limit->suppressed;
    limit->suppressed = 0;
    limit->last = now;
    return 1;
}
