/* SPDX-License-Identifier: Apache-2.0 */
/* What --help and `hexwatch help` say, made of the tables of commands and options. */
#ifndef COMMAND_HELP_H
#define COMMAND_HELP_H

#include "command/command.h"

/* A command's help to standard output, examples first; the exit status. */
int help_print(const struct command *command);

/* All commands, one a line. */
void help_put_overview(FILE *out);

/* The program's version, the libraries' and the licence; the exit status. */
int help_print_version(void);

#endif
