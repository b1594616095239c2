/* SPDX-License-Identifier: Apache-2.0 */
/* Takes apart what iptables-save and ip6tables-save print. Part of the firewall intake. */
#ifndef INTAKE_IPTABLES_H
#define INTAKE_IPTABLES_H

#include "base/cursor.h"
#include "verdict/firewall.h"

/* Adds its chains and rules. False: memory is out. */
MUST_CHECK bool iptables_parse(struct cursor text, enum firewall_kind kind, struct firewall *firewall);

#endif
