/* SPDX-License-Identifier: Apache-2.0 */
/* Takes apart what `nft -a list ruleset` prints. Part of the firewall intake. */
#ifndef INTAKE_NFTABLES_H
#define INTAKE_NFTABLES_H

#include "base/cursor.h"
#include "verdict/firewall.h"

/* Adds its chains and rules. `is_terse`: elements of sets are not shown, and thus not known. Tables for which `is_other` says true are left out: another program is asked for them (NULL: none
 * are). False: memory is out. */
MUST_CHECK bool nftables_parse(struct cursor text, bool is_terse, struct firewall *firewall,
                               bool (*is_other)(const void *context, const char *family, const char *table),
                               const void *context);

#endif
