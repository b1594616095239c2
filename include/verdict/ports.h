/* SPDX-License-Identifier: Apache-2.0 */
/* Which protocol the server speaks on which port, and which ports belong to Traccar at all. */
#ifndef VERDICT_PORTS_H
#define VERDICT_PORTS_H

#include "base/portset.h"
#include "protocol/protocol.h"

/* Traccar's range of default ports, and its web port. */
enum { PORTS_FIRST = 5001, PORTS_LAST = 5267, PORTS_WEB = 8082 };

struct ports;

/* The default table of these protocols (ended by NULL, borrowed); NULL when memory is out. ports_free takes NULL. */
struct ports *ports_new(const struct protocol *const *protocols);
void ports_free(struct ports *ports);

/* What Traccar calls the protocol that has this default port, static. False where none has. */
MUST_CHECK bool ports_usual_name(uint16_t port, struct cursor *name);

/* This server listens for a protocol on another port than the usual one; 0: it does not listen for it. */
void ports_move(struct ports *ports, const struct protocol *protocol, uint16_t port);
/* Why the server does not listen for a protocol. */
enum ports_off {
    PORTS_LISTENED,     /* it does */
    PORTS_NOT_ENABLED,  /* it is not one of protocols.enable */
    PORTS_WITHOUT_PORT, /* its port is 0, or the server's list does not name it */
    PORTS_TOO_NEW       /* the server's version does not know it */
};
/* The server does not listen for it; why is not PORTS_LISTENED. */
void ports_switch_off(struct ports *ports, const struct protocol *protocol, enum ports_off why);
enum ports_off ports_off(const struct ports *ports, const struct protocol *protocol);
/* Some protocol that is not known here has this port; name may be NULL, and ends at a dot. */
void ports_give_away(struct ports *ports, uint16_t port, const char *name);
/* No protocol that is not known here has this port. */
void ports_take_back_one(struct ports *ports, uint16_t port);
/* Ports without a known protocol are nobody's: the server's own list of ports was read. */
void ports_take_back(struct ports *ports);
/* The server's version, as "6.14.5": what it does not know yet is switched off, and what is not known of it is as in the newest. Call it
 * first. */
void ports_set_version(struct ports *ports, const char *version);
/* "" when not known. */
const char *ports_version(const struct ports *ports);
/* What this server calls the protocol. Borrowed. */
const char *ports_called(const struct ports *ports, const struct protocol *protocol);

/* The server speaks TLS on the protocol's port. */
void ports_set_tls(struct ports *ports, const struct protocol *protocol);
bool ports_has_tls(const struct ports *ports, uint16_t port);

/* A router passes its port `outside` on to the server's port `inside`. */
struct port_mapping {
    uint16_t outside, inside;
};
enum { PORT_MAPPINGS = 256 }; /* most that are taken */
void ports_map(struct ports *ports, const struct port_mapping *mapping);
/* What to enter in a device so that it reaches this port of the server: the port itself where no router changes it; 0: the router's
 * port of this number leads elsewhere, and no other leads here. A packet that was seen before the router counts as if behind it:
 * all below take outside ports, too. */
uint16_t ports_outside(const struct ports *ports, uint16_t inside);

/* The server's web port; 8082 unless it is set. */
void ports_set_web(struct ports *ports, uint16_t port);
uint16_t ports_web(const struct ports *ports);

/* The protocol spoken on a port, NULL when none that is known here. */
const struct protocol *ports_owner(const struct ports *ports, uint16_t port);

/* Is the protocol spoken on this port? A configuration may have several on one. */
bool ports_is_home(const struct ports *ports, const struct protocol *protocol, uint16_t port);

/* Does the port belong to some protocol of Traccar's that this program does not know yet? Then a message there that
 * looks like another protocol's may be its own. */
bool ports_is_unknown(const struct ports *ports, uint16_t port);

/* What the server calls the protocol of a port, known here or not. False when that cannot be told, or there is none. The name
 * is valid as long as ports is. */
MUST_CHECK bool ports_name(const struct ports *ports, uint16_t port, struct cursor *name);

/* The port where the server speaks the protocol of this name (Traccar's, an older one too), known here or not; 0: none is
 * known. */
uint16_t ports_find(const struct ports *ports, struct cursor name);

/* Where the server listens for these protocols (ended by NULL), over which transports. */
void ports_expected(const struct ports *ports, const struct protocol *const *protocols, struct portset *out);

/* Is any port not where Traccar usually has it? */
bool ports_is_configured(const struct ports *ports);

/* The port where the server speaks this protocol; the usual one where it does not listen for it. */
uint16_t ports_of(const struct ports *ports, const struct protocol *protocol);

#endif
