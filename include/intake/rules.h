/* SPDX-License-Identifier: Apache-2.0 */
/* The packet filter of this host: nftables', iptables' and, behind them, ufw's and firewalld's rules. */
#ifndef INTAKE_RULES_H
#define INTAKE_RULES_H

#include "verdict/firewall_words.h"

/* Reads all rules with the programs that show them; needs root (CAP_NET_ADMIN). NULL: *why says why not, static. An empty one: there
 * are no rules. Takes some hundred ms at most. Freed with firewall_free. */
struct firewall *rules_read(const char **why);

/* By which program the owner of this host changes rules. */
enum firewall_manager rules_manager(void);

#endif
