/* SPDX-License-Identifier: Apache-2.0 */
/* Tries the ports of another host, as a device would meet them: never more than this one host, and needs no rights. */
#ifndef INTAKE_PROBER_H
#define INTAKE_PROBER_H

#include "base/compiler.h"
#include "base/portset.h"

enum probe_state { PROBE_OPEN, PROBE_CLOSED, PROBE_FILTERED };

enum { PROBED_ADDRESS = 64 };

struct probe {
    enum transport transport;
    uint16_t port;
    enum probe_state state;
    const char *reason; /* static */
};

/* Of a host's addresses the one that was tried, and one of the other family, "" where it has none. */
struct probed {
    char address[PROBED_ADDRESS], other[PROBED_ADDRESS];
};

/* Resolves the host (a name or an address; of several the first of IPv4, which trackers use, is taken) and tries its ports, all within some seconds. What is said to each is a line of text that
 * a hexwatch there knows. *list is owned by the caller, tcp first, each in order. False: error says what is wrong and the mend. */
MUST_CHECK bool prober_run(const char *host, const struct portset *ports, struct probed *probed,
                           struct probe **list, size_t *count, char *error, size_t size);

#endif
