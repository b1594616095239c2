/* SPDX-License-Identifier: Apache-2.0 */
/* What the packet filter's rules alone say of Traccar's ports, without a packet that was dropped: for doctor. */
#ifndef VERDICT_GATES_H
#define VERDICT_GATES_H

#include "verdict/finding.h"
#include "verdict/server.h"

/*
 * Raises dropped (or refused, where a rule answers) for ports that a rule closes by itself, and for all of them where none is open.
 * Ports that are merely not opened, while others are, are a choice and nobody's fault. findings and ports are borrowed for the
 * call. Nothing without a firewall. Returns how many of the expected ports are closed.
 */
size_t gates_look(struct findings *findings, const struct ports *ports, const struct server_facts *facts,
                  int64_t now);

/* Writes which port is open to some only, or kept from some, by which of the rules that name it, as "tcp 5023: …", and how many more
 * are. Nothing where none is, or the rules are not known.
 * True: of some it could not be checked, because a rule is not understood. */
bool gates_put_partly(struct buffer *out, const struct server_facts *facts);

#endif
