/* SPDX-License-Identifier: Apache-2.0 */
/* Which protocol the server speaks on which port, and which ports belong to Traccar at all. */
#ifndef VERDICT_PORTS_H
#define VERDICT_PORTS_H

#include "protocols/protocol.h"

/* Traccar's range of default ports, and its web port. */
enum { PORTS_FIRST = 5001, PORTS_LAST = 5267, PORTS_WEB = 8082 };

struct ports;

/* The default table of these protocols (ended by NULL); NULL when memory is out. ports_free takes NULL. */
struct ports *ports_new(const struct protocol *const *protocols);
void ports_free(struct ports *ports);

/* This server listens for a protocol on another port than the usual one; 0: it does not listen for it. */
void ports_move(struct ports *ports, const struct protocol *protocol, uint16_t port);
/* Some protocol that is not known here has this port. */
void ports_give_away(struct ports *ports, uint16_t port);
/* Ports without a known protocol are nobody's: the server's own list of ports was read. */
void ports_take_back(struct ports *ports);
/* The server's web port; 8082 unless it is set. */
void ports_set_web(struct ports *ports, uint16_t port);
uint16_t ports_web(const struct ports *ports);

/* The protocol spoken on a port, NULL when none that is known here. */
const struct protocol *ports_owner(const struct ports *ports, uint16_t port);

/* Does the port belong to some protocol of Traccar's that this program does not know yet? Then a message there that
 * looks like another protocol's may be its own. */
bool ports_is_unknown(const struct ports *ports, uint16_t port);

/* Is any port not where Traccar usually has it? */
bool ports_is_configured(const struct ports *ports);

/* The port where the server speaks this protocol; the usual one where it does not listen for it. */
uint16_t ports_of(const struct ports *ports, const struct protocol *protocol);

#endif
