/* SPDX-License-Identifier: Apache-2.0 */
/* Everything that can be set, with its default; filled from the configuration file and from the command line. */
#ifndef COMMAND_SETTINGS_H
#define COMMAND_SETTINGS_H

#include "base/portset.h"
#include "command/command.h"
#include "intake/traccar.h"
#include "outlet/choice.h"
#include "outlet/hexlog.h"
#include "outlet/line.h"
#include "verdict/judge.h"
#include "verdict/ports.h"
#include "wire/session.h"

enum { PATH_LENGTH = 512, NAME_LENGTH = 64 };

/* What is found by itself unless it is set. */
#define AUTO "auto"

enum output { OUTPUT_LINES, OUTPUT_SUMMARY };

/* Where `run` gets its bytes from, where the configuration enables neither listen nor sniff. */
enum intake {
    INTAKE_AUTO, /* sniff where a Traccar is installed, else listen */
    INTAKE_LISTEN,
    INTAKE_SNIFF,
    INTAKE_NONE
};
/* In the order of --color's choices. */
enum color { COLOR_AUTO, COLOR_ALWAYS, COLOR_NEVER };

struct settings {
    struct traccar *traccar; /* owned: the installed Traccar's configuration, or NULL */
    char unread
        [400];      /* why that configuration is not read, though it is there, or what is wrong with it; "" */
    bool is_broken; /* so that Traccar would not start with it */
    bool without_traccar;        /* --traccar none: none is looked for */
    char folder[PATH_LENGTH];    /* where that is; "" */
    char version[24];            /* of the installed Traccar, "" when it cannot be told */
    char found_log[PATH_LENGTH]; /* where it writes, or would usually */
    struct site *site;           /* owned: all protocols, the site's own too; made by settings_from */
    enum intake intake;
    char protocols[PATH_LENGTH]; /* the folder of the site's own; "": the usual one, where there is one */
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
        bool on;
        char file
            [PATH_LENGTH]; /* from the file "": where the installed Traccar writes; settings_from finds that out */
        bool beginning; /* from its beginning; else what is added from now on */
    } log;              /* Traccar's own */
    struct {
        char folder[PATH_LENGTH]; /* "": no HEX log */
        uint64_t size;
        unsigned keep;
    } hexlog;
    struct {
        char
            file[PATH_LENGTH]; /* "": none. AUTO: the usual place, for who may write there; settled by live */
        int64_t age, bytes;    /* µs; of the file */
        unsigned messages;     /* most of one device */
    } history;
    struct {
        char socket[PATH_LENGTH]; /* AUTO: the usual place; "": none */
        char group[NAME_LENGTH];  /* who may ask; "": only the user */
    } control;
    struct {
        char address[NAME_LENGTH];
        unsigned port; /* 0: no web server */
        char token[NAME_LENGTH], hosts[PATH_LENGTH];
        bool proxy;
    } web;
    bool json;
    enum output output;
    struct {
        bool findings_only;
        enum color color;
        enum stamp_form time;
        enum bytes_form bytes;
    } view; /* of text */
    struct {
        struct choice_settings choice;
        char words[512];       /* of the choice, as somebody gave it */
        bool is_dump;          /* one conversation is followed: text beside HEX */
        int64_t span, every;   /* µs; 0: no end, no summary meanwhile */
        const char *file;      /* where packets are kept, or NULL; borrowed */
        int fd;                /* the same, open; -1: not yet */
        char expression[2048]; /* libpcap's; "": none */
    } chosen;                  /* on the command line alone */
    char user[NAME_LENGTH];    /* who to become after opening as root; "": found by itself */
    struct judge_settings judge;
    struct expected_device *expected; /* owned; judge borrows it */
    struct port_mapping portmap[PORT_MAPPINGS];
    size_t portmap_count;
    struct session_settings session;
    unsigned share; /* how many of 100 connections or peers one address may have */
    size_t peers;   /* most datagram peers, and captured connections, kept */
};

/* The defaults; both intakes off. settings_free releases what settings own. */
void settings_init(struct settings *settings);
void settings_free(struct settings *settings);

struct protocol;

/* All protocols there are, ended by NULL; borrowed from settings. */
const struct protocol *const *settings_protocols(const struct settings *settings);

/* The protocols' port table, as the installed Traccar has it. NULL when memory is out. */
struct ports *settings_ports(const struct settings *settings);

/* Reads a libconfig file into settings. False: error says what is wrong, with file and line, and the mend. */
MUST_CHECK bool settings_read_file(const char *path, struct settings *settings, char *error, size_t size);

/* The keys that such a file may have, by their index from 0; group "" outside all groups. False: there are no more. */
bool settings_key(size_t index, const char **group, const char **name);

/* Where such a file sets "group.name": "FILE, line 7: name"; without a line where it does not. For faults found later. */
void settings_where(const char *path, const char *key, char *out, size_t size);

/* From the command line: -c FILE first, then the options and the operands (PORTS) over it. False: a line was printed. */
MUST_CHECK bool settings_from(const struct options *options, int argc, char **argv, int first,
                              struct settings *settings);

#endif
