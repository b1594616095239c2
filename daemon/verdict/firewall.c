/* SPDX-License-Identifier: Apache-2.0 */
/* The rules of a packet filter as they are kept. Filled by intake, followed by firewall_walk. */
#include "verdict/firewall_kept.h"

#include <stdlib.h>
#include <string.h>
#include <strings.h>

enum { CHAINS_MAX = 4096 };

uint32_t firewall_flag(struct cursor name)
{
    static const char *const names[] = { "fin", "syn", "rst", "psh", "ack", "urg" };
    for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
        if (name.left == 3 && strncasecmp((const char *)name.at, names[i], 3) == 0)
            return 1U << i;
    }
    return cursor_is(name, "ALL") ? FLAG_ALL : 0;
}

struct firewall *firewall_new(void)
{
    return calloc(1, sizeof(struct firewall));
}

void firewall_free(struct firewall *firewall)
{
    if (!firewall)
        return;
    free(firewall->chains);
    free(firewall->rules);
    free(firewall->matches);
    free(firewall->values);
    free(firewall);
}

/* The list with room for one more; NULL: no memory, or too many. The list stays then. */
static void *grow(void *list, size_t count, size_t size, size_t most)
{
    bool is_full = (count & (count - 1)) == 0;
    if (!is_full)
        return list;
    return count < most ? realloc(list, (count ? 2 * count : 1) * size) : NULL;
}

bool firewall_add_chain(struct firewall *firewall, const struct firewall_chain *chain)
{
    struct firewall_chain *list = grow(firewall->chains, firewall->chain_count, sizeof(*list), CHAINS_MAX);
    if (!list)
        return false;
    firewall->chains = list;
    list[firewall->chain_count++] = *chain;
    return true;
}

bool firewall_add_rule(struct firewall *firewall, const struct firewall_rule *rule)
{
    struct kept_rule *list = grow(firewall->rules, firewall->rule_count, sizeof(*list), RULES_MAX);
    if (!list)
        return false;
    firewall->rules = list;
    list[firewall->rule_count++] = (struct kept_rule){ .rule = *rule, .first_match = firewall->match_count };
    return true;
}

bool firewall_add_match(struct firewall *firewall, const struct firewall_match *match)
{
    if (firewall->rule_count == 0)
        return false;
    struct kept_match *list = grow(firewall->matches, firewall->match_count, sizeof(*list), 4 * RULES_MAX);
    if (!list)
        return false;
    firewall->matches = list;
    list[firewall->match_count++] =
        (struct kept_match){ .match = *match, .first_value = firewall->value_count };
    firewall->rules[firewall->rule_count - 1].match_count++;
    return true;
}

bool firewall_add_value(struct firewall *firewall, const struct firewall_value *value)
{
    if (firewall->match_count == 0)
        return false;
    struct firewall_value *list =
        grow(firewall->values, firewall->value_count, sizeof(*list), 16 * RULES_MAX);
    if (!list)
        return false;
    firewall->values = list;
    list[firewall->value_count++] = *value;
    firewall->matches[firewall->match_count - 1].value_count++;
    return true;
}

bool firewall_repeat_matches(struct firewall *firewall, size_t count)
{
    const struct kept_rule *before =
        firewall->rule_count > 1 ? &firewall->rules[firewall->rule_count - 2] : NULL;
    size_t first = before ? before->first_match : 0;
    for (size_t i = 0; before && i < count; i++) {
        struct kept_match known = firewall->matches[first + i];
        if (!firewall_add_match(firewall, &known.match))
            return false;
        /* values are never changed: both have the same */
        firewall->matches[firewall->match_count - 1] = known;
    }
    return before != NULL;
}

size_t firewall_matches(const struct firewall *firewall)
{
    return firewall->rule_count > 0 ? firewall->rules[firewall->rule_count - 1].match_count : 0;
}

size_t firewall_chains(const struct firewall *firewall)
{
    return firewall->chain_count;
}

int firewall_find_chain(const struct firewall *firewall, enum firewall_kind kind, const char *family,
                        const char *table, const char *name)
{
    for (size_t i = 0; i < firewall->chain_count; i++) {
        const struct firewall_chain *chain = &firewall->chains[i];
        if (chain->kind == kind && strcmp(chain->family, family) == 0 && strcmp(chain->table, table) == 0 &&
            strcmp(chain->name, name) == 0)
            return (int)i;
    }
    return -1;
}
