/* SPDX-License-Identifier: Apache-2.0 */
/* Where Traccar is installed on this host. */
#ifndef INTAKE_INSTALLATION_H
#define INTAKE_INSTALLATION_H

#include <stdbool.h>
#include <stddef.h>

#include "base/compiler.h"
#include "verdict/host.h"

enum { INSTALLATION_ROOT = 32 };

/* Where its files are: the folder that has conf/ and logs/, as this program reaches it, and the configuration in it. */
struct installation {
    char folder[2 * HOST_PATH], config[3 * HOST_PATH];
    char root
        [INSTALLATION_ROOT]; /* what stands before whole paths of its own; "" unless it runs in a container */
    int process;             /* that runs from it; 0: none was seen */
    bool has_unit;           /* systemd's traccar.service starts it */
};

/* The one of a folder; or, NULL, of the Traccar that runs, in a container too where that may be looked into; else of systemd's unit; else
 * of /opt/traccar. False: there is none, or it cannot be seen; where none runs and the unit names one all the same, `out` is that,
 * with has_unit. */
MUST_CHECK bool installation_find(const char *folder, struct installation *out);

/* The environment of its process, or of its unit, as NAME=VALUE that end with a NUL each, owned by the caller. NULL: it has none
 * that may be read. */
char *installation_environment(const struct installation *installation, size_t *length);

/* Takes the path of its log as this program reaches it. Of a container's, the path on this host where there is one: it stays the same when
 * the container is made anew. */
void installation_settle_log(const struct installation *installation, char *path, size_t size);

/* Where no Traccar is found that runs: the newest log in a volume of Docker's or Podman's. False: there is none, or it may not be looked
 * for. */
MUST_CHECK bool installation_find_volume(char *path, size_t size);

#endif
