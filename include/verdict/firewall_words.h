/* SPDX-License-Identifier: Apache-2.0 */
/* What a packet filter does, in words, and how its owner changes that. Used by the matter of reachability and by doctor. */
#ifndef VERDICT_FIREWALL_WORDS_H
#define VERDICT_FIREWALL_WORDS_H

#include "base/buffer.h"
#include "verdict/firewall.h"

/* By which program the owner of a host changes rules. */
enum firewall_manager { FIREWALL_BY_HAND, FIREWALL_BY_UFW, FIREWALL_BY_FIREWALLD };

/* "the rule 'tcp dport 5023 drop' (chain input of table inet filter, handle 4)", "the policy of chain INPUT (iptables)". The answer
 * has a chain. */
void firewall_put_cause(struct buffer *out, const struct firewall_answer *answer);

/* The command that opens a port: "sudo ufw allow 5023/tcp". */
void firewall_put_mend(struct buffer *out, const struct firewall_answer *answer,
                       enum firewall_manager manager, enum transport transport, uint16_t port);

#endif
