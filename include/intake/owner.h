/* SPDX-License-Identifier: Apache-2.0 */
/* Facts of this host: which program holds a port. Read from /proc, all at once. */
#ifndef INTAKE_OWNER_H
#define INTAKE_OWNER_H

#include <stddef.h>

#include "base/net.h"

struct owners;

/* A snapshot of all listening TCP and bound UDP sockets and the programs that hold them; NULL when memory is out. Programs
 * of other users stay unknown unless the caller is root. owners_free takes NULL. */
struct owners *owners_read(void);
void owners_free(struct owners *owners);

/* Who holds a port: "java (process 812)", or "another program (run as root to see which)". owners may be NULL. */
void owners_write(const struct owners *owners, enum transport transport, uint16_t port, char *out,
                  size_t size);

#endif
