/* SPDX-License-Identifier: Apache-2.0 */
/* The port table. Made by command from the registry, asked by talk (verdicts) and by the intakes (what to watch). */
#include "verdict/ports.h"

#include <stdlib.h>

enum { PORTS = 65536 };

struct ports {
    const struct protocol *owner[PORTS];
};

struct ports *ports_new(const struct protocol *const *protocols)
{
    struct ports *ports = calloc(1, sizeof(*ports));
    if (!ports)
        return NULL;
    for (size_t i = 0; protocols[i]; i++)
        ports->owner[protocols[i]->port] = protocols[i];
    return ports;
}

void ports_free(struct ports *ports)
{
    free(ports);
}

const struct protocol *ports_owner(const struct ports *ports, uint16_t port)
{
    return ports->owner[port];
}

bool ports_is_unknown(const struct ports *ports, uint16_t port)
{
    return port >= PORTS_FIRST && port <= PORTS_LAST && !ports->owner[port];
}

uint16_t ports_of(const struct ports *ports, const struct protocol *protocol)
{
    (void)ports;
    return protocol->port;
}
