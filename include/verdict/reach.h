/* SPDX-License-Identifier: Apache-2.0 */
/* The matter of reachability: do connections get through to the ports? Part of the judge. */
#ifndef VERDICT_REACH_H
#define VERDICT_REACH_H

#include "verdict/server.h"

struct reach_matter;

/* forget: µs after which a finding that nothing confirmed is over. ports and findings are borrowed. NULL when memory is
 * out; reach_free takes NULL. */
struct reach_matter *reach_new(int64_t forget, const struct ports *ports, struct findings *findings);
void reach_free(struct reach_matter *matter);

/* This host's rules, and whether it can take connections: with the reasons that they give for what is seen. Borrowed from now on are
 * the firewall and the matter of the server. */
void reach_facts(struct reach_matter *matter, const struct server_facts *facts,
                 const struct server_matter *server, int64_t now);

/* A connection was opened or failed: raises and clears refused, udp-refused, dropped and half-open. */
void reach_connection(struct reach_matter *matter, const struct connection_event *event);

/* A message came in: a datagram that nobody refuses got through. */
void reach_message(struct reach_matter *matter, const struct message_event *event);

/* Now and then: clears what nothing has confirmed for long. */
void reach_tick(struct reach_matter *matter, int64_t now);

#endif
