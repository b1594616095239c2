/* SPDX-License-Identifier: Apache-2.0 */
/* Rules and their mends as sentences and commands. */
#include "verdict/firewall_words.h"

static const char *program_of(const struct firewall_chain *chain)
{
    static const char *const names[] = { [FIREWALL_NFT] = "nft",
                                         [FIREWALL_IPTABLES] = "iptables",
                                         [FIREWALL_IP6TABLES] = "ip6tables",
                                         [FIREWALL_IPTABLES_LEGACY] = "iptables-legacy",
                                         [FIREWALL_IP6TABLES_LEGACY] = "ip6tables-legacy" };
    return names[chain->kind];
}

void firewall_put_cause(struct buffer *out, const struct firewall_answer *answer)
{
    const struct firewall_chain *chain = answer->chain;
    if (answer->rule)
        buffer_printf(out, "the rule '%s' (", answer->rule->text);
    else
        buffer_put_text(out, "the policy drop (");
    if (chain->kind == FIREWALL_NFT)
        buffer_printf(out, "chain %s of table %s %s", chain->name, chain->family, chain->table);
    else
        buffer_printf(out, "%s, chain %s of table %s", program_of(chain), chain->name, chain->table);
    if (answer->rule && answer->rule->handle != 0)
        buffer_printf(out, ", handle %u", answer->rule->handle);
    buffer_put_u8(out, ')');
}

/* firewalld's chains have the zone in their names: "filter_IN_public_allow", and "IN_public_deny" in iptables. */
static void put_zone(struct buffer *out, const char *chain)
{
    static const char *const heads[] = { "filter_IN_", "IN_" };
    static const char *const parts[] = { "_pre", "_log", "_deny", "_allow", "_post" };
    for (size_t i = 0; i < sizeof(heads) / sizeof(heads[0]); i++) {
        size_t length = strlen(heads[i]);
        if (strncmp(chain, heads[i], length) != 0)
            continue;
        struct cursor zone = cursor_of_text(chain + length);
        for (size_t j = 0; j < sizeof(parts) / sizeof(parts[0]); j++) {
            size_t end = strlen(parts[j]);
            if (zone.left > end && cursor_ends(zone, parts[j], end))
                zone = cursor_of(zone.at, zone.left - end);
        }
        buffer_put_text(out, " --zone=");
        buffer_put_cursor(out, zone);
        return;
    }
}

void firewall_put_mend(struct buffer *out, const struct firewall_answer *answer,
                       enum firewall_manager manager, enum transport transport, uint16_t port)
{
    const struct firewall_chain *chain = answer->chain;
    const char *name = transport_name(transport);
    const char *way = answer->is_answer ? "sport" : "dport";
    if (manager == FIREWALL_BY_UFW && answer->is_answer) {
        buffer_printf(out, "sudo ufw allow out proto %s from any port %u", name, port);
    } else if (manager == FIREWALL_BY_UFW) {
        buffer_printf(out, "sudo ufw allow %u/%s", port, name);
    } else if (manager == FIREWALL_BY_FIREWALLD && !answer->is_answer) {
        buffer_put_text(out, "sudo firewall-cmd --permanent");
        put_zone(out, chain->name);
        buffer_printf(out, " --add-port=%u/%s && sudo firewall-cmd --reload", port, name);
    } else if (chain->kind == FIREWALL_NFT) {
        /* a chain that is jumped to may be jumped to by others, too: the rule before all others there does for this port */
        buffer_printf(out, "sudo nft insert rule %s %s %s %s %s %u accept", chain->family, chain->table,
                      chain->name, name, way, port);
    } else {
        buffer_printf(out, "sudo %s ", program_of(chain));
        if (strcmp(chain->table, "filter") != 0)
            buffer_printf(out, "-t %s ", chain->table);
        buffer_printf(out, "-I %s -p %s --%s %u -j ACCEPT", chain->name, name, way, port);
    }
}
