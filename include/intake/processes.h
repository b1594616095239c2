/* SPDX-License-Identifier: Apache-2.0 */
/* Running programs, from /proc: who holds which socket, Traccar, and who passes ports on to containers. Part of host. */
#ifndef INTAKE_PROCESSES_H
#define INTAKE_PROCESSES_H

#include "base/cursor.h"
#include "verdict/host.h"

/* Fills the owners of the sockets that are in the facts, the Traccars and the published ports. Programs of other users keep
 * some of it from all but root. */
void processes_read(struct host_facts *facts);

/* Takes a command line (arguments that end with NUL each): is it Traccar's? `name`: of the process, as the kernel has it. */
bool processes_is_traccar(const char *name, struct cursor command, char *config, size_t size);

/* The port that a docker-proxy of this command line passes on; false when it is none. */
MUST_CHECK bool processes_published(struct cursor command, struct host_published *out);

/* From a process' list of control groups: systemd's unit and the container, "" where there is none. */
void processes_groups(const char *groups, char *unit, size_t unit_size, char *container, size_t size);

#endif
