/* SPDX-License-Identifier: Apache-2.0 */
/* What the terminal on standard output can do, as the environment says. */
#ifndef COMMAND_TERMINAL_H
#define COMMAND_TERMINAL_H

#include "command/settings.h"
#include "outlet/grid.h"

/* Shall text be coloured? --color decides; auto: on a terminal that is not dumb, unless NO_COLOR is set. */
bool terminal_colours(enum color color);
bool terminal_has_colours(const struct settings *settings);

/* Can things be wiped, and the cursor be moved? Not on a dumb one. */
bool terminal_has_cursor(void);

/* Is its charset named, and another than UTF-8? */
bool terminal_is_ascii(void);

/* Who prints on its own terminal what this process writes into a pipe (watch) says in the environment how wide that is; 0: nobody
 * does. */
#define TERMINAL_COLUMNS "HEXWATCH_COLUMNS"
unsigned terminal_lent_columns(void);

/* A table to standard output, cut to the width of a terminal. */
void terminal_print(struct grid *grid, bool is_coloured);

#endif
