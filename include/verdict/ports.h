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

/* The protocol spoken on a port, NULL when none that is known here. */
const struct protocol *ports_owner(const struct ports *ports, uint16_t port);

/* Does the port belong to some protocol of Traccar's that this program does not know yet? Then a message there that
 * looks like another protocol's may be its own. */
bool ports_is_unknown(const struct ports *ports, uint16_t port);

/* The port where the server speaks this protocol. */
uint16_t ports_of(const struct ports *ports, const struct protocol *protocol);

#endif
