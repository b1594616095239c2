/* SPDX-License-Identifier: Apache-2.0 */
/* This host, as it is now: sockets and their owners, addresses, Traccar's process. Asked by command and by the listener. */
#ifndef INTAKE_HOST_H
#define INTAKE_HOST_H

#include "verdict/host.h"

/* Reads what can be read, in some milliseconds; NULL when memory is out. Freed with host_facts_free. */
struct host_facts *host_read(void);

/* Who holds a port: "java (process 812)", or "another program (run as root to see which)". facts may be NULL. */
void host_write_owner(const struct host_facts *facts, enum transport transport, uint16_t port, char *out,
                      size_t size);

#endif
