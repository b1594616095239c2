/* SPDX-License-Identifier: Apache-2.0 */
/* Looks the terminal up in the environment. Used by outlets. */
#include "command/terminal.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <unistd.h>

#include "base/tty.h"

static const char *setting(const char *name)
{
    const char *value = getenv(name);
    return value ? value : "";
}

bool terminal_has_cursor(void)
{
    const char *kind = setting("TERM");
    return kind[0] && strcmp(kind, "dumb") != 0;
}

bool terminal_colours(enum color color)
{
    if (color != COLOR_AUTO)
        return color == COLOR_ALWAYS;
    return isatty(STDOUT_FILENO) && terminal_has_cursor() && !setting("NO_COLOR")[0];
}

bool terminal_has_colours(const struct settings *settings)
{
    return terminal_colours(settings->view.color);
}

void terminal_print(struct grid *grid, bool is_coloured)
{
    unsigned width = 0, rows;
    if (!isatty(STDOUT_FILENO) || !tty_size(STDOUT_FILENO, &width, &rows))
        width = 0;
    const struct line_form form = { .width = width,
                                    .is_coloured = is_coloured,
                                    .is_ascii = terminal_is_ascii() };
    (void)fflush(stdout);
    struct writer *writer = writer_new(STDOUT_FILENO);
    if (!writer)
        return;
    grid_write(grid, writer, &form);
    (void)!writer_flush(writer);
    writer_free(writer);
}

bool terminal_is_ascii(void)
{
    static const char *const names[] = { "LC_ALL", "LC_CTYPE", "LANG" };
    const char *locale = "";
    for (size_t i = 0; i < sizeof(names) / sizeof(names[0]) && !locale[0]; i++)
        locale = setting(names[i]);
    /* "C" tells nothing of the terminal, and few are left that know no UTF-8 */
    const char *charset = strchr(locale, '.');
    return charset && strncasecmp(charset, ".utf-8", 6) != 0 && strncasecmp(charset, ".utf8", 5) != 0;
}

unsigned terminal_lent_columns(void)
{
    unsigned long columns = strtoul(setting(TERMINAL_COLUMNS), NULL, 10);
    return columns >= 20 && columns <= 10000 ? (unsigned)columns : 0;
}
