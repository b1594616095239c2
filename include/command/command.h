/* SPDX-License-Identifier: Apache-2.0 */
/* The subcommands, and what they share: options, exit statuses, error lines. */
#ifndef COMMAND_COMMAND_H
#define COMMAND_COMMAND_H

#include <stdbool.h>

#include "base/compiler.h"

enum { EXIT_DONE = 0, EXIT_FOUND = 1, EXIT_WRONG = 2 };

/* Every subcommand: argv[0] is its own name; the result is the exit status. */
int command_identify(int argc, char **argv);
int command_protocols(int argc, char **argv);
int command_read(int argc, char **argv);
int command_sniff(int argc, char **argv);
int command_listen(int argc, char **argv);
int command_run(int argc, char **argv);

/* Options that several commands take. */
struct options {
    bool json, summary, explain, no_answer, check;
    const char *config;  /* -c FILE */
    const char *traccar; /* --traccar DIR|none */
    const char *interface;
    const char *hexlog; /* --hexlog DIR */
};

/* Reads the options that `allowed` names (one letter each: f format, s summary, c config, t traccar, i interface, e explain,
 * n no-answer, k check, x hexlog); `--help` prints the usage and exits. The operands are then argv[*first]… False: a usage
 * error was printed. */
MUST_CHECK bool options_read(int argc, char **argv, const char *allowed, const char *usage,
                             struct options *options, int *first);

/* Can standard input be read at once (or is at its end)? Who gives one piece at a time waits for what is said to it. */
MUST_CHECK bool command_is_input_waiting(void);

/* Prints "hexwatch: what, where: why. The mend." to standard error, with a newline. Returns EXIT_WRONG. */
int command_fail(const char *format, ...) PRINTF_LIKE(1, 2);

#endif
