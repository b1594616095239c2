/* SPDX-License-Identifier: Apache-2.0 */
/* The loop of the live commands: opens the intakes, leaves root, runs until it is told to stop, sums up. */
#ifndef COMMAND_LIVE_H
#define COMMAND_LIVE_H

#include "command/settings.h"

struct loop;

/* Runs what settings switch on until SIGINT or SIGTERM; SIGHUP opens log files anew. Returns the exit status; errors are
 * printed with the command's name. */
int live_run(const char *command, const struct settings *settings);

/* Somebody who uses the same loop. */
struct live_guest {
    void *context;
    /* All is open; `bound`: the ports that are listened on. False: error says why it cannot begin. */
    bool (*begin)(void *context, struct loop *loop, const struct portset *bound, char *error, size_t size);
    void (*stop)(void *context); /* the end is near: the loop turns on until it is over */
    bool (*is_over)(const void *context);
    void (*end)(void *context); /* the loop turns no more, and will be freed */
};

/* live_run with a guest. */
int live_run_with(const char *command, const struct settings *settings, const struct live_guest *guest);

#endif
