/* SPDX-License-Identifier: Apache-2.0 */
/* Where the history is kept: for who writes it, and for who reads it. */
#ifndef COMMAND_STATE_H
#define COMMAND_STATE_H

#include "command/settings.h"

/* The file that the settings name; AUTO: the service's folder. "": there is none. */
void state_history(const struct settings *settings, char out[static PATH_LENGTH]);

/* The folder of a file. */
void state_folder(const char *file, char out[static PATH_LENGTH]);

#endif
