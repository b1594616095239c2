/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The matter of the server: does Traccar run, listen on its ports, read what it is sent, and is it reached through what stands
 * before it? Part of the judge. Goes by facts of the host, which come again and again.
 */
#ifndef VERDICT_SERVER_H
#define VERDICT_SERVER_H

#include "verdict/finding.h"
#include "verdict/firewall_words.h"
#include "verdict/host.h"

/* What is known of this host at a moment. All borrowed for the call, but the firewall, which is borrowed for good. */
struct server_facts {
    const struct host_facts *host;
    const struct firewall *firewall; /* NULL: not known */
    enum firewall_manager manager;
    const struct portset *expected; /* where this Traccar listens */
    bool
        is_installed; /* Traccar's own configuration was read, so that `expected` is what it says, and not only usual */
    const char *
        broken; /* why that configuration could not be read, though it is there: Traccar would not start with it; NULL */
    bool stands_in; /* this program listens in Traccar's place: only what lies outside is looked at */
};

struct server_matter;

/* lasting: µs that a fault must have lasted before it is told. ports and findings are borrowed. NULL when memory is out; server_free
 * takes NULL. */
struct server_matter *server_new(int64_t lasting, const struct ports *ports, struct findings *findings);
void server_free(struct server_matter *matter);

/* Raises and clears not-listening, taken-port, traccar-down, traccar-stuck and half-published. */
void server_take(struct server_matter *matter, const struct server_facts *facts, int64_t now);

/* Has it been told why nobody listens on a port of Traccar's? As of the last facts. */
bool server_is_shut(const struct server_matter *matter, enum transport transport, uint16_t port);

/* Does anybody listen on a port of this host, so that others could reach it? As of the last facts. */
bool server_is_open(const struct server_matter *matter, enum transport transport, uint16_t port);
/* And not at all of its addresses? */
bool server_is_narrow(const struct server_matter *matter, enum transport transport, uint16_t port);

/* Does nobody accept connections on a port any more, so that the kernel drops those that come? As of the last facts. */
bool server_is_full(const struct server_matter *matter, uint16_t port);

#endif
