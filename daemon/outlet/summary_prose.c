/* SPDX-License-Identifier: Apache-2.0 */
/* Sentences, moments and ages of the summary. Called by its other parts. */
#include <time.h>

#include "outlet/summary_tables.h"

enum { SECOND = 1000000, MINUTE = 60, HOUR = 3600, DAY = 86400, DATE = 10, MOMENT = 32 };

const char *summary_plural(uint64_t count)
{
    return count == 1 ? "" : "s";
}

void summary_write_line(const struct summary_work *work, const char *text)
{
    buffer_put_text(writer_begin(work->writer, 1024), text);
    writer_end(work->writer);
}

void summary_put_prose(const struct summary_work *work, struct buffer *out, size_t first, size_t indent,
                       const char *text)
{
    size_t width = work->form->line.width, used = first;
    for (const char *at = text; *at;) {
        size_t blanks = strspn(at, " "), word = strcspn(at + blanks, " ");
        bool is_new = width > 0 && used > indent && used + blanks + word >= width;
        if (is_new) {
            buffer_printf(out, "\n%*s", (int)indent, "");
            used = indent;
        } else {
            buffer_put(out, at, blanks);
            used += blanks;
        }
        /* a word may be longer than the line, as HEX is */
        while (width > indent + 1 && used + word >= width) {
            size_t part = width - 1 - used;
            buffer_put(out, at + blanks, part);
            buffer_printf(out, "\n%*s", (int)indent, "");
            at += part;
            word -= part;
            used = indent;
        }
        buffer_put(out, at + blanks, word);
        used += word;
        at += blanks + word;
    }
    buffer_put_u8(out, '\n');
}

static bool write_moment(const struct summary_work *work, int64_t micros, char out[static MOMENT])
{
    time_t when = (time_t)(micros / SECOND);
    struct tm parts;
    return (work->form->is_utc ? gmtime_r(&when, &parts) : localtime_r(&when, &parts)) &&
           strftime(out, MOMENT, "%Y-%m-%d %H:%M:%S", &parts) > 0;
}

void summary_put_moment(const struct summary_work *work, struct buffer *out, int64_t micros)
{
    char text[MOMENT], now[MOMENT];
    if (!write_moment(work, micros, text) || !write_moment(work, work->facts->time, now))
        return;
    bool is_narrow = work->form->line.width > 0 && work->form->line.width < LINE_WIDE;
    bool is_today = memcmp(text, now, DATE) == 0;
    if (is_narrow && !is_today)
        text[DATE] = '\0';
    buffer_put_text(out, is_narrow && is_today ? text + DATE + 1 : text);
    if (work->form->is_utc)
        buffer_put_u8(out, 'Z');
}

void summary_put_age(struct buffer *out, int64_t micros)
{
    long long seconds = micros > 0 ? micros / SECOND : 0;
    if (seconds < 2 * MINUTE)
        buffer_printf(out, "%llds", seconds);
    else if (seconds < 2 * HOUR)
        buffer_printf(out, "%lldm", seconds / MINUTE);
    else if (seconds < 2 * DAY)
        buffer_printf(out, "%lldh", seconds / HOUR);
    else
        buffer_printf(out, "%lldd", seconds / DAY);
}
