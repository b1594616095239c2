/* SPDX-License-Identifier: Apache-2.0 */
/* Traccar's systemd unit: where it is started and with which configuration, whether it runs or not. Part of installation. */
#ifndef INTAKE_UNIT_H
#define INTAKE_UNIT_H

#include "base/compiler.h"
#include "verdict/host.h"

enum { UNIT_ENVIRONMENT = 8192 };

struct unit {
    char folder[HOST_PATH]; /* WorkingDirectory; "": it names none */
    char config[HOST_PATH]; /* as ExecStart names it; "": it names none */
    bool is_traccar;        /* ExecStart starts Traccar itself, and no wrapper of it */
    size_t length;
    char environment[UNIT_ENVIRONMENT]; /* NAME=VALUE with a NUL each; what has no room is left out */
};

/* Reads NAME.service of the first of the folders (ended by NULL) that has it, and the drop-ins of all of them. NULL: systemd's own
 * folders. False: there is no such unit. */
MUST_CHECK bool unit_read(const char *const *folders, const char *name, struct unit *out);

#endif
