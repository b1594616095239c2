/* SPDX-License-Identifier: Apache-2.0 */
/* An intake of the watch view's own: `hexwatch listen` or `sniff` as a child process, with a control socket that nobody else may
 * use. It ends with the view, however that ends. */
#ifndef COMMAND_WATCH_INTAKE_H
#define COMMAND_WATCH_INTAKE_H

#include "base/cursor.h"

struct watch_intake;

/* Starts it; argv[0] is "listen" or "sniff", the rest its arguments. This process leaves root behind it. NULL: error says why.
 * watch_intake_free ends it where it still runs, waits for it, and takes NULL. */
struct watch_intake *watch_intake_start(int argc, char **argv, bool is_coloured, char *error, size_t size);
void watch_intake_free(struct watch_intake *intake);

const char *watch_intake_socket(const struct watch_intake *intake);

/* What it says (its standard error): where to wait for it, -1 behind its end; the next line, without its end, valid until the
 * next call. False: none for now. */
int watch_intake_fd(const struct watch_intake *intake);
MUST_CHECK bool watch_intake_next(struct watch_intake *intake, struct cursor *line);

/* Has it ended? */
MUST_CHECK bool watch_intake_is_over(struct watch_intake *intake);

/* Ends it as Ctrl-C does, waits, and gives its exit status; what it printed, its summary, is then all there. */
int watch_intake_end(struct watch_intake *intake);
struct cursor watch_intake_printed(const struct watch_intake *intake);

#endif
