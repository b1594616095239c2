/* SPDX-License-Identifier: Apache-2.0 */
/* The matter of the right port: does a device send to where Traccar listens for its protocol, and over the right transport? Part
 * of the judge. */
#ifndef VERDICT_PORT_H
#define VERDICT_PORT_H

#include "verdict/finding.h"

struct port_matter;

/* forget: µs after which a finding that nothing confirmed is over. ports and findings are borrowed. NULL when memory is
 * out; port_free takes NULL. */
struct port_matter *port_new(int64_t forget, const struct ports *ports, struct findings *findings);
void port_free(struct port_matter *matter);

/* A message came in: raises and clears wrong-port, wrong-web-port, wrong-transport and switched-off. */
void port_message(struct port_matter *matter, const struct message_event *event);

/* Now and then: clears what nothing has confirmed for long. */
void port_tick(struct port_matter *matter, int64_t now);

#endif
