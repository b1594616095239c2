/* SPDX-License-Identifier: Apache-2.0 */
/* Everything that can be set, with its default; filled from the configuration file and from the command line. */
#ifndef COMMAND_SETTINGS_H
#define COMMAND_SETTINGS_H

#include "base/portset.h"
#include "command/command.h"
#include "intake/traccar.h"
#include "outlet/hexlog.h"
#include "verdict/judge.h"
#include "wire/session.h"

enum { PATH_LENGTH = 512, NAME_LENGTH = 64 };

enum output { OUTPUT_LINES, OUTPUT_SUMMARY, OUTPUT_NONE };

struct settings {
    struct traccar *traccar; /* owned: the installed Traccar's configuration, or NULL */
    struct {
        bool on;
        struct portset ports;
        char address[NAME_LENGTH];
        bool answer;
        unsigned connections; /* 0: as many as file descriptors allow */
        int idle;             /* seconds */
    } listen;
    struct {
        bool on;
        struct portset ports;
        char interface[NAME_LENGTH];
    } sniff;
    struct {
        char folder[PATH_LENGTH]; /* "": no HEX log */
        uint64_t size;
        unsigned keep;
    } hexlog;
    bool json;
    enum output output;
    char user[NAME_LENGTH]; /* who to become after opening as root; "": found by itself */
    struct judge_settings judge;
    struct session_settings session;
};

/* The defaults; both intakes off. settings_free releases what settings own. */
void settings_init(struct settings *settings);
void settings_free(struct settings *settings);

struct ports;

/* The registry's port table, as the installed Traccar has it. NULL when memory is out. */
struct ports *settings_ports(const struct settings *settings);

/* Reads a libconfig file into settings. False: error says what is wrong, with file and line, and the mend. */
MUST_CHECK bool settings_read_file(const char *path, struct settings *settings, char *error, size_t size);

/* From the command line: -c FILE first, then the options and the operands (PORTS) over it. False: a line was printed. */
MUST_CHECK bool settings_from(const struct options *options, int argc, char **argv, int first,
                              struct settings *settings);

#endif
