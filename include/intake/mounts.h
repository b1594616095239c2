/* SPDX-License-Identifier: Apache-2.0 */
/* Where a file of a container is on this host: the folder of its volume, which outlives the container. Part of installation. */
#ifndef INTAKE_MOUNTS_H
#define INTAKE_MOUNTS_H

#include <stddef.h>

#include "base/cursor.h"

/* Takes what /proc/PID/mountinfo says in there and here, and a whole path in there. False: this host has it mounted nowhere. */
MUST_CHECK bool mounts_translate(struct cursor there, struct cursor here, const char *path, char *out,
                                 size_t size);

/* The same of a running process. False also where it cannot be seen, or is not the same file after all. */
MUST_CHECK bool mounts_on_host(int process, const char *path, char *out, size_t size);

#endif
