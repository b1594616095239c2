/* SPDX-License-Identifier: Apache-2.0 */
/* The table of options: what each is called, takes and means. Read by the option reader, the help and the completion, which
 * therefore never contradict each other. */
#ifndef COMMAND_OPTION_H
#define COMMAND_OPTION_H

#include "command/command.h"

enum option_kind {
    OPTION_FLAG,   /* bool */
    OPTION_TEXT,   /* const char * */
    OPTION_CHOICE, /* int: the index in `value`, "a|b|c" */
    OPTION_COUNT,  /* uint64_t, not 0 */
    OPTION_SPAN,   /* int64_t, µs */
    OPTION_LIST,   /* struct words */
    OPTION_CODES,  /* struct words of finding codes; without one a flag: any_finding */
    OPTION_HELP,   /* from here on: every command takes it */
    OPTION_VERSION
};

struct option_row {
    char id;           /* how commands name it; none twice */
    char letter;       /* of the short form, or 0 */
    const char *name;  /* of the long form; two rows may have one name where no command takes both */
    const char *value; /* what it takes, as it reads in the help; NULL with flags */
    enum option_kind kind;
    size_t offset; /* in struct options */
    const char *help;
};

/* The rows from 0; NULL at the end. */
const struct option_row *option_at(size_t index);

/* Does the command take it? Every command takes --help and --version. */
bool option_is_taken(const struct command *command, const struct option_row *row);

#endif
