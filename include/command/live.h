/* SPDX-License-Identifier: Apache-2.0 */
/* The loop of the live commands: opens the intakes, leaves root, runs until it is told to stop, sums up. */
#ifndef COMMAND_LIVE_H
#define COMMAND_LIVE_H

#include "command/settings.h"

/* Runs what settings switch on until SIGINT or SIGTERM; SIGHUP opens log files anew. Returns the exit status; errors are
 * printed with the command's name. */
int live_run(const char *command, const struct settings *settings);

#endif
