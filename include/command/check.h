/* SPDX-License-Identifier: Apache-2.0 */
/* What only this host can say of a configuration: whether its address, user, interface and folder are there. */
#ifndef COMMAND_CHECK_H
#define COMMAND_CHECK_H

#include "command/settings.h"

/* Can the ports of `listen` be bound to this address ("": all)? It is numeric already. False: error says what is wrong and
 * the mend, without a full stop. */
MUST_CHECK bool check_address(const char *address, char *error, size_t size);

/* Finds what `hexwatch run` with these settings, read from the file at `path`, would refuse to start with. Opens and makes
 * nothing, but leaves root for good, as run does, to see what the user may. False: error names file and line. */
MUST_CHECK bool check_settings(const struct settings *settings, const char *path, char *error, size_t size);

#endif
