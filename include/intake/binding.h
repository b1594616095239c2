/* SPDX-License-Identifier: Apache-2.0 */
/* Sockets bound to ports: how they are opened, how many there may be, and which addresses are this host's. Part of the listener. */
#ifndef INTAKE_BINDING_H
#define INTAKE_BINDING_H

#include <stdbool.h>
#include <stddef.h>
#include <sys/socket.h>

#include "base/compiler.h"
#include "base/net.h"

/* A non-blocking socket on the port (TCP: listening) of a numeric address, or (NULL or "") of all addresses of both families.
 * -1: errno says why; EINVAL: the address is not numeric. */
int binding_open(const char *address, enum transport transport, uint16_t port);

struct endpoint binding_endpoint(const struct sockaddr_storage *address);

/* Is it an address of this host? */
bool binding_is_own(const struct endpoint *endpoint);

/* How many connections file descriptors allow beside so many bound sockets: raises the limit as far as it may, and keeps some
 * for logs. At most `wanted` (0: no wish). False: too few for anybody to connect; error says the mend. */
MUST_CHECK bool binding_budget(size_t sockets, size_t wanted, size_t *connections, char *error, size_t size);

#endif
