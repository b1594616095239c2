/* SPDX-License-Identifier: Apache-2.0 */
/* The sockets of this network: from the kernel over netlink (sock_diag), or from /proc/net where that is closed. Part of host. */
#ifndef INTAKE_SOCKETS_H
#define INTAKE_SOCKETS_H

#include "verdict/host.h"

/* Fills the sockets and queues of the facts, or says there why they are not known. Needs no rights. */
void sockets_read(struct host_facts *facts);

#endif
