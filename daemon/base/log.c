/* SPDX-License-Identifier: Apache-2.0 */
/* Messages of the program itself. Used by intake, outlet and command. */
#include "base/log.h"

#include <poll.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/tty.h"

enum { LINE_BYTES = 1100 };

/* The columns of the terminal that standard error is; 0: it is none. */
static size_t terminal_columns(void)
{
    unsigned columns, rows;
    const char *kind = getenv("TERM");
    if (!kind || strcmp(kind, "dumb") == 0 || !isatty(STDERR_FILENO) ||
        !tty_size(STDERR_FILENO, &columns, &rows))
        return 0;
    return columns;
}

/* Broken between words, so that the terminal need not break it; what stood on the rows before is wiped. */
static size_t fit(const char *line, size_t columns, char *out, size_t size)
{
    static const char end[] = "\033[K\n  ";
    size_t length = 0, used = 0;
    for (const char *at = line; *at;) {
        size_t word = strcspn(at + 1, " ") + 1; /* with the blank before it */
        bool is_new = used > 2 && used + word >= columns;
        if (length + word + 2 * sizeof(end) > size)
            break; /* such a narrow terminal that half of the line is ends */
        if (is_new) {
            memcpy(out + length, end, sizeof(end) - 1);
            length += sizeof(end) - 1;
            used = 2;
        }
        size_t skipped = is_new && *at == ' ';
        memcpy(out + length, at + skipped, word - skipped);
        length += word - skipped;
        used += word - skipped;
        at += word;
    }
    memcpy(out + length, "\033[K", 3);
    return length + 3;
}

void log_say(const char *line)
{
    struct pollfd reader = { .fd = STDERR_FILENO, .events = POLLOUT };
    char whole[2 * LINE_BYTES];
    size_t length = strlen(line), columns = terminal_columns();
    if (length > LINE_BYTES - 1)
        length = LINE_BYTES - 1;
    if (columns > 0)
        length = fit(line, columns, whole, sizeof(whole) - 1);
    else
        memcpy(whole, line, length);
    whole[length++] = '\n';
    /* who does not read what is said must not stop the program; one write a line, so that lines do not mix */
    if (poll(&reader, 1, 0) > 0 && write(STDERR_FILENO, whole, length) < 0)
        return;
}

void log_write(enum log_level level, const char *format, ...)
{
    static const char *const journal[] = { "<3>", "<4>", "<6>" };
    char line[LINE_BYTES];
    va_list arguments;
    int head = snprintf(line, sizeof(line), "%shexwatch: ", getenv("JOURNAL_STREAM") ? journal[level] : "");
    va_start(arguments, format);
    int n = vsnprintf(line + head, sizeof(line) - (size_t)head, format, arguments);
    va_end(arguments);
    if (n >= 0)
        log_say(line);
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
