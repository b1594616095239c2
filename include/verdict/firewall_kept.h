/* SPDX-License-Identifier: Apache-2.0 */
/* The rules of a packet filter as they are kept: in lists, in the order in which they were added. firewall fills them,
 * firewall_walk follows a packet through them. */
#ifndef VERDICT_FIREWALL_KEPT_H
#define VERDICT_FIREWALL_KEPT_H

#include "verdict/firewall.h"

enum { RULES_MAX = 1 << 16 };

struct kept_rule {
    struct firewall_rule rule;
    size_t first_match, match_count;
};

struct kept_match {
    struct firewall_match match;
    size_t first_value, value_count;
};

struct firewall {
    struct firewall_chain *chains; /* owned, as all lists */
    size_t chain_count;
    struct kept_rule *rules;
    size_t rule_count;
    struct kept_match *matches;
    size_t match_count;
    struct firewall_value *values;
    size_t value_count;
};

#endif
