/* SPDX-License-Identifier: Apache-2.0 */
/* What the files of the live loop share. Of live alone. */
#ifndef COMMAND_LIVE_PARTS_H
#define COMMAND_LIVE_PARTS_H

#include "command/assembly.h"
#include "command/checklist.h"
#include "command/live.h"
#include "command/pace.h"
#include "command/premises.h"
#include "command/welcome.h"
#include "intake/loop.h"
#include "intake/traccar_log.h"

struct live {
    const char *command;
    const struct settings *settings;
    struct loop *loop;
    struct assembly *assembly;
    struct sniffer *sniffer;
    struct listener *listener;
    struct premises *premises;
    struct traccar_log *log;
    struct pace pace;
    struct welcome_wait wait;
    const struct live_guest *guest; /* or NULL */
    bool is_stopping;
    int64_t last_tick, last_look;
    struct server_facts facts; /* of the last look */
    struct checklist checklist;
};

/* live_open.c: what needs root, then what does not; in between root is left for good. False: error says why. */
MUST_CHECK bool live_open(struct live *live, char *error, size_t size);

/* live.c: looks at the host anew; every look makes the facts of the one before invalid, whoever has them. False: memory is out, and
 * nothing is known. live_look_around: if the last look was some seconds ago, and tells the judge. */
MUST_CHECK bool live_look(struct live *live);
void live_look_around(struct live *live, int64_t now);

/* live_tell.c, for people: which ports are taken and by whom; what is open, and what to enter in a device; once, when nothing has
 * come for long, why that may be. */
void live_tell_taken(const struct listener *listener);
void live_tell_ready(struct live *live);
void live_tell_reasons(struct live *live, int64_t now);
/* For those who ask the running program. */
void live_tell_intakes(const struct live *live);

#endif
