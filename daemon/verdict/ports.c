/* SPDX-License-Identifier: Apache-2.0 */
/* The port table. Made by command from the registry and Traccar's configuration; asked by conversation and by the matters. */
#include "verdict/ports.h"

#include <stdio.h>
#include <stdlib.h>

#include "verdict/port_history.h"

enum { PORTS = 65536, MOVED_MAX = 512, NAME_MAX_BYTES = 32, VERSION_MAX = 24 };

/* What is other than usual with a protocol. */
struct change {
    const struct protocol *protocol;
    uint16_t port; /* 0: its usual one */
    enum ports_off why;
};

struct ports {
    const struct protocol *const *protocols; /* borrowed */
    const struct protocol *owner[PORTS];
    uint8_t unknown[PORTS / 8];       /* a bit for each port of a protocol that is not known here */
    struct change changes[MOVED_MAX]; /* by the protocol's address: asked for every message */
    size_t change_count;
    struct {
        uint16_t port;
        char name[NAME_MAX_BYTES];
    } given[MOVED_MAX]; /* what the server's own list calls protocols that are not known here */
    size_t given_count;
    struct port_mapping mappings[PORT_MAPPINGS];
    size_t mapping_count;
    const struct protocol *tls[MOVED_MAX];
    size_t tls_count;
    char version_text[VERSION_MAX];
    unsigned version; /* 0: not known */
    uint16_t web;
    bool is_configured;
};

struct ports *ports_new(const struct protocol *const *protocols)
{
    struct ports *ports = calloc(1, sizeof(*ports));
    if (!ports)
        return NULL;
    ports->web = PORTS_WEB;
    ports->protocols = protocols;
    for (size_t i = 0; protocols[i]; i++)
        ports->owner[protocols[i]->port] = protocols[i];
    for (unsigned port = PORTS_FIRST; port <= PORTS_LAST; port++) {
        if (!ports->owner[port])
            ports_give_away(ports, (uint16_t)port, NULL);
    }
    ports->is_configured = false;
    return ports;
}

void ports_free(struct ports *ports)
{
    free(ports);
}

/* The place of a protocol's change, or where it would be. */
static size_t place_of(const struct ports *ports, const struct protocol *protocol)
{
    size_t first = 0, end = ports->change_count;
    while (first < end) {
        size_t middle = first + (end - first) / 2;
        if ((uintptr_t)ports->changes[middle].protocol < (uintptr_t)protocol)
            first = middle + 1;
        else
            end = middle;
    }
    return first;
}

/* NULL: nothing is. */
static const struct change *change_of(const struct ports *ports, const struct protocol *protocol)
{
    size_t at = place_of(ports, protocol);
    return at < ports->change_count && ports->changes[at].protocol == protocol ? &ports->changes[at] : NULL;
}

/* NULL: there is no room. */
static struct change *change(struct ports *ports, const struct protocol *protocol)
{
    size_t at = place_of(ports, protocol);
    struct change *here = &ports->changes[at];
    if (at < ports->change_count && here->protocol == protocol)
        return here;
    if (ports->change_count == MOVED_MAX)
        return NULL;
    memmove(here + 1, here, (ports->change_count++ - at) * sizeof(*here));
    *here = (struct change){ .protocol = protocol, .why = PORTS_LISTENED };
    return here;
}

void ports_move(struct ports *ports, const struct protocol *protocol, uint16_t port)
{
    ports->is_configured = true;
    if (ports->owner[protocol->port] == protocol)
        ports->owner[protocol->port] = NULL;
    if (port == 0)
        return;
    ports->owner[port] = protocol;
    struct change *moved = change(ports, protocol);
    if (moved)
        moved->port = port;
}

void ports_switch_off(struct ports *ports, const struct protocol *protocol, enum ports_off why)
{
    ports_move(ports, protocol, 0);
    struct change *off = change(ports, protocol);
    if (off)
        off->why = why;
}

enum ports_off ports_off(const struct ports *ports, const struct protocol *protocol)
{
    const struct change *off = change_of(ports, protocol);
    return off ? off->why : PORTS_LISTENED;
}

void ports_give_away(struct ports *ports, uint16_t port, const char *name)
{
    size_t length = name ? strcspn(name, ".") : 0;
    if (length > 0 && length < NAME_MAX_BYTES && ports->given_count < MOVED_MAX) {
        ports->given[ports->given_count].port = port;
        memcpy(ports->given[ports->given_count++].name, name, length);
    }
    ports->is_configured = true;
    ports->unknown[port / 8] = (uint8_t)(ports->unknown[port / 8] | 1u << port % 8);
}

void ports_take_back_one(struct ports *ports, uint16_t port)
{
    ports->is_configured = true;
    ports->unknown[port / 8] = (uint8_t)(ports->unknown[port / 8] & ~(1u << port % 8));
}

void ports_take_back(struct ports *ports)
{
    ports->is_configured = true;
    memset(ports->unknown, 0, sizeof(ports->unknown));
}

/* Does the server's version not know it yet? */
static bool is_too_new(const struct ports *ports, const struct protocol *protocol)
{
    struct cursor name;
    uint16_t port = protocol->port;
    if (ports->version == 0 || port < PORTS_FIRST || port > PORTS_LAST)
        return false;
    return port > port_history_last(ports->version) ||
           (port_history_name(ports->version, port, &name) && !cursor_is(name, protocol->name) &&
            !(protocol->alias && cursor_is(name, protocol->alias)));
}

void ports_set_version(struct ports *ports, const char *version)
{
    struct cursor name;
    unsigned number = port_history_version(version);
    if (number == 0)
        return;
    bool was_configured = ports->is_configured;
    snprintf(ports->version_text, sizeof(ports->version_text), "%s", version);
    ports->version = number;
    for (unsigned port = PORTS_FIRST; port <= PORTS_LAST; port++) {
        char given[NAME_MAX_BYTES];
        const struct protocol *owner = ports->owner[port];
        if (port > port_history_last(number)) {
            ports_take_back_one(ports, (uint16_t)port);
        } else if (port_history_name(number, (uint16_t)port, &name) &&
                   !(owner && owner->alias && cursor_is(name, owner->alias))) {
            cursor_copy_text(name, given, sizeof(given));
            ports_give_away(ports, (uint16_t)port, given);
        }
    }
    for (size_t i = 0; ports->protocols[i]; i++) {
        if (is_too_new(ports, ports->protocols[i]))
            ports_switch_off(ports, ports->protocols[i], PORTS_TOO_NEW);
    }
    ports->is_configured = was_configured;
}

const char *ports_version(const struct ports *ports)
{
    return ports->version_text;
}

const char *ports_called(const struct ports *ports, const struct protocol *protocol)
{
    struct cursor name;
    bool is_older = protocol->alias && port_history_name(ports->version, protocol->port, &name) &&
                    cursor_is(name, protocol->alias);
    return is_older ? protocol->alias : protocol->name;
}

void ports_map(struct ports *ports, const struct port_mapping *mapping)
{
    if (ports->mapping_count < PORT_MAPPINGS)
        ports->mappings[ports->mapping_count++] = *mapping;
}

uint16_t ports_outside(const struct ports *ports, uint16_t inside)
{
    bool is_elsewhere = false;
    for (size_t i = 0; i < ports->mapping_count; i++) {
        if (ports->mappings[i].inside == inside)
            return ports->mappings[i].outside;
        is_elsewhere = is_elsewhere || ports->mappings[i].outside == inside;
    }
    return is_elsewhere ? 0 : inside;
}

/* The server's port behind an outside one. A port of its own is no router's: what comes to it is behind the router. */
static uint16_t behind(const struct ports *ports, uint16_t port)
{
    if (ports->mapping_count == 0 || ports->owner[port] || port == ports->web ||
        (ports->unknown[port / 8] >> port % 8 & 1) != 0)
        return port;
    for (size_t i = 0; i < ports->mapping_count; i++) {
        if (ports->mappings[i].outside == port)
            return ports->mappings[i].inside;
    }
    return port;
}

void ports_set_tls(struct ports *ports, const struct protocol *protocol)
{
    if (ports->tls_count < MOVED_MAX)
        ports->tls[ports->tls_count++] = protocol;
}

bool ports_has_tls(const struct ports *ports, uint16_t port)
{
    const struct protocol *owner = ports->owner[behind(ports, port)];
    for (size_t i = 0; owner && i < ports->tls_count; i++) {
        if (ports->tls[i] == owner)
            return true;
    }
    return false;
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
    return ports->owner[behind(ports, port)];
}

bool ports_is_home(const struct ports *ports, const struct protocol *protocol, uint16_t port)
{
    port = behind(ports, port);
    return ports->owner[port] == protocol ||
           (ports_of(ports, protocol) == port && ports_off(ports, protocol) == PORTS_LISTENED);
}

bool ports_is_unknown(const struct ports *ports, uint16_t port)
{
    port = behind(ports, port);
    return !ports->owner[port] && (ports->unknown[port / 8] >> port % 8 & 1) != 0;
}

bool ports_name(const struct ports *ports, uint16_t port, struct cursor *name)
{
    port = behind(ports, port);
    if (ports->owner[port]) {
        *name = cursor_of_text(ports_called(ports, ports->owner[port]));
        return true;
    }
    for (size_t i = 0; i < ports->given_count; i++) {
        if (ports->given[i].port != port)
            continue;
        *name = cursor_of_text(ports->given[i].name);
        return true;
    }
    return ports_is_unknown(ports, port) && ports_usual_name(port, name);
}

uint16_t ports_find(const struct ports *ports, struct cursor name)
{
    struct cursor usual;
    for (unsigned port = 1; port < PORTS; port++) {
        const struct protocol *protocol = ports->owner[port];
        if (protocol &&
            (cursor_is(name, protocol->name) || (protocol->alias && cursor_is(name, protocol->alias))))
            return (uint16_t)port;
    }
    for (size_t i = 0; i < ports->given_count; i++) {
        if (cursor_is(name, ports->given[i].name))
            return ports->given[i].port;
    }
    for (unsigned port = PORTS_FIRST; port <= PORTS_LAST; port++) {
        if (ports_is_unknown(ports, (uint16_t)port) && ports_usual_name((uint16_t)port, &usual) &&
            usual.left == name.left && cursor_starts(usual, (const char *)name.at, name.left))
            return (uint16_t)port;
    }
    return 0;
}

bool ports_is_configured(const struct ports *ports)
{
    return ports->is_configured;
}

uint16_t ports_of(const struct ports *ports, const struct protocol *protocol)
{
    const struct change *moved = change_of(ports, protocol);
    return moved && moved->port != 0 ? moved->port : protocol->port;
}

void ports_expected(const struct ports *ports, const struct protocol *const *protocols, struct portset *out)
{
    for (size_t i = 0; protocols[i]; i++) {
        uint16_t port = ports_of(ports, protocols[i]);
        if (ports_off(ports, protocols[i]) != PORTS_LISTENED)
            continue;
        if (protocols[i]->transports & OVER_TCP)
            portset_add(out, TRANSPORT_TCP, port, port);
        if (protocols[i]->transports & OVER_UDP)
            portset_add(out, TRANSPORT_UDP, port, port);
    }
}
