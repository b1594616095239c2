/* SPDX-License-Identifier: Apache-2.0 */
/* The port table. Made by command from the registry, asked by talk (verdicts) and by the intakes (what to watch). */
#include "verdict/ports.h"

#include <stdlib.h>

enum { PORTS = 65536, MOVED_MAX = 512 };

struct ports {
    const struct protocol *owner[PORTS];
    uint8_t unknown[PORTS / 8]; /* a bit for each port of a protocol that is not known here */
    struct {
        const struct protocol *protocol;
        uint16_t port;
    } moved[MOVED_MAX];
    size_t moved_count;
    uint16_t web;
    bool is_configured;
};

struct ports *ports_new(const struct protocol *const *protocols)
{
    struct ports *ports = calloc(1, sizeof(*ports));
    if (!ports)
        return NULL;
    ports->web = PORTS_WEB;
    for (size_t i = 0; protocols[i]; i++)
        ports->owner[protocols[i]->port] = protocols[i];
    for (unsigned port = PORTS_FIRST; port <= PORTS_LAST; port++) {
        if (!ports->owner[port])
            ports_give_away(ports, (uint16_t)port);
    }
    ports->is_configured = false;
    return ports;
}

void ports_free(struct ports *ports)
{
    free(ports);
}

void ports_move(struct ports *ports, const struct protocol *protocol, uint16_t port)
{
    ports->is_configured = true;
    if (ports->owner[protocol->port] == protocol)
        ports->owner[protocol->port] = NULL;
    if (port == 0)
        return;
    ports->owner[port] = protocol;
    if (ports->moved_count == MOVED_MAX)
        return;
    ports->moved[ports->moved_count].protocol = protocol;
    ports->moved[ports->moved_count++].port = port;
}

void ports_give_away(struct ports *ports, uint16_t port)
{
    ports->is_configured = true;
    ports->unknown[port / 8] = (uint8_t)(ports->unknown[port / 8] | 1u << port % 8);
}

void ports_take_back(struct ports *ports)
{
    ports->is_configured = true;
    memset(ports->unknown, 0, sizeof(ports->unknown));
}

void ports_set_web(struct ports *ports, uint16_t port)
{
    ports->web = port;
}

uint16_t ports_web(const struct ports *ports)
{
    return ports->web;
}

const struct protocol *ports_owner(const struct ports *ports, uint16_t port)
{
    return ports->owner[port];
}

bool ports_is_unknown(const struct ports *ports, uint16_t port)
{
    return !ports->owner[port] && (ports->unknown[port / 8] >> port % 8 & 1) != 0;
}

bool ports_is_configured(const struct ports *ports)
{
    return ports->is_configured;
}

uint16_t ports_of(const struct ports *ports, const struct protocol *protocol)
{
    for (size_t i = 0; i < ports->moved_count; i++) {
        if (ports->moved[i].protocol == protocol)
            return ports->moved[i].port;
    }
    return protocol->port;
}
