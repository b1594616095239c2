/* SPDX-License-Identifier: Apache-2.0 */
/* The subcommands, and what they share: options, exit statuses, error lines. */
#ifndef COMMAND_COMMAND_H
#define COMMAND_COMMAND_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include "base/compiler.h"

enum { EXIT_DONE = 0, EXIT_FOUND = 1, EXIT_WRONG = 2 };

enum { EXAMPLES_MAX = 8 };

/* A subcommand, as the program, its help and the shells' completion know it. */
struct command {
    const char *name;
    int (*run)(int argc, char **argv); /* argv[0] is its own name; the result is the exit status */
    const char *brief;                 /* one line, without a full stop */
    const char *operands;              /* "[PORTS]"; "" when there are none */
    const char *options;               /* the ids of those that it takes, see option.c */
    bool has_expression;               /* what stands behind -- is a libpcap expression */
    struct {
        const char *line, *what;
    } examples[EXAMPLES_MAX]; /* they come first in its help */
    const char *about;        /* paragraphs, each ended by a newline; the help breaks their lines */
};

extern const struct command command_listen, command_sniff, command_read, command_log, command_identify,
    command_protocols, command_doctor, command_probe, command_run, command_status, command_devices,
    command_ports, command_findings, command_tail, command_watch, command_history, command_bundle,
    command_demo, command_help, command_completion;

/* All there are, in the order in which they are listed, from 0; NULL at the end. */
const struct command *commands_at(size_t index);
/* NULL: there is no such command. */
const struct command *commands_find(const char *name);
/* The one that somebody may have meant, or NULL. */
const char *commands_near(const char *name);

enum { WORDS_MAX = 16 };

/* The values of an option that may be given again and again. Borrowed. */
struct words {
    const char *list[WORDS_MAX];
    size_t count;
};

/* Options that several commands take; which a command takes is said in its struct. */
struct options {
    bool json, summary, quiet, explain, no_answer, check, kin, manual, paste;
    bool goes_on;           /* --follow of log */
    bool all_hex, all_text; /* -x, -A */
    bool utc;
    bool
        goes_on_broken; /* a Traccar whose configuration is broken is a finding, and no error; set by doctor */
    bool any_finding;   /* --finding without a code */
    int format, color, time; /* the index among the choices of --format, --color, --time; 0: not given */
    const char *config;      /* --config FILE */
    const char *traccar;     /* --traccar DIR|none */
    const char *interface;
    const char *hexlog;  /* --hexlog DIR */
    const char *history; /* --history FILE */
    const char *since, *until, *output;
    bool messages_only, findings_only, devices_only, mask, keep_unknown;
    uint64_t last;       /* 0: not given */
    const char *capture; /* -w FILE */
    const char *follow;  /* --follow PEER|DEVICE */
    struct words devices, peers, ports, protocols, findings;
    const char *socket;             /* --socket FILE */
    uint64_t count;                 /* -c N; 0: not given */
    int64_t span, every;            /* --for, --every, µs; 0: not given */
    uint64_t trackers, rate, speed; /* --devices, --rate, --speed of demo; 0: not given */
    char *expression[65];           /* the words behind --, ended by NULL */
};

/* Reads the options that the command takes; `--help` prints its help and exits. The operands are then argv[*first] to
 * argv[*end - 1]. False: a usage error was printed. */
MUST_CHECK bool options_read(int argc, char **argv, const struct command *command, struct options *options,
                             int *first, int *end);

/* "30s", "10m", "2h", "1d" or seconds, more than none, as µs. */
MUST_CHECK bool options_read_span(const char *text, int64_t *span);

/* Opens a text for reading, behind the byte order mark that some editors put before it. NULL: errno says why. */
FILE *command_open_text(const char *path);

/* Can standard input be read at once (or is at its end)? Who gives one piece at a time waits for what is said to it. */
MUST_CHECK bool command_is_input_waiting(void);

/* Prints "hexwatch: what, where: why. The mend." to standard error, with a newline. Returns EXIT_WRONG. */
int command_fail(const char *format, ...) PRINTF_LIKE(1, 2);
/* A word behind the options that the command does not take: names the option that was meant, where there is one. */
int command_fail_operand(const struct command *command, const char *word);

/* Standard output could not be written, errno says why. Returns the exit status: a reader that has seen enough, like head, is no
 * failure and needs no words. */
int command_unwritten(const char *command);

/* Ends what was printed to standard output; the exit status. */
int command_printed(const char *command);

#endif
