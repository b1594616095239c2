/* SPDX-License-Identifier: Apache-2.0 */
/* Words what is told before the first message comes. Called by live. */
#include "command/welcome.h"

#include "verdict/firewall_words.h"

enum {
    MINUTE = 60 * 1000000,
    SHOWN = 4, /* addresses: a host of many containers has one for each */
    FEW = 4    /* ports that are named one by one */
};

/* ---- addresses ---- */

static const char *scope_words(enum scope scope)
{
    switch (scope) {
    case SCOPE_PUBLIC:
        return "public";
    case SCOPE_SHARED:
        return "shared: the provider's NAT keeps it from outside";
    case SCOPE_PRIVATE:
        return "private: inside its own network only";
    case SCOPE_LOOPBACK:
        return "this host alone";
    case SCOPE_LINK:
    case SCOPE_NONE:
        break;
    }
    return "not from outside";
}

static void put_address(struct buffer *out, const struct endpoint *address)
{
    char text[ENDPOINT_TEXT];
    struct endpoint alone = *address;
    alone.port = 0;
    endpoint_write(&alone, text);
    buffer_printf(out, "  %-15s  %s\n", text, scope_words(endpoint_scope(address)));
}

/* Those of one scope, IPv4's first: few trackers know another. Returns how many there are; `room` of them are put. */
static size_t put_addresses(struct buffer *out, const struct host_facts *host, enum scope scope, size_t room)
{
    size_t count = 0;
    for (int is_v4 = 1; is_v4 >= 0; is_v4--) {
        for (size_t i = 0; i < host->address_count; i++) {
            const struct endpoint *address = &host->addresses[i];
            if (endpoint_scope(address) != scope || endpoint_is_v4(address) != (is_v4 != 0))
                continue;
            if (count++ < room)
                put_address(out, address);
        }
    }
    return count;
}

static void put_servers(struct buffer *out, const struct welcome_facts *facts)
{
    static const enum scope scopes[] = { SCOPE_PUBLIC, SCOPE_PRIVATE, SCOPE_SHARED };
    const struct host_facts *host = facts->server->host;
    struct endpoint only;
    size_t count = 0;
    if (facts->address[0] && endpoint_read(cursor_of_text(facts->address), &only) &&
        !endpoint_is_any(&only)) {
        put_address(out, &only);
        return;
    }
    for (size_t i = 0; i < sizeof(scopes) / sizeof(scopes[0]); i++)
        count += put_addresses(out, host, scopes[i], count < SHOWN ? SHOWN - count : 0);
    if (host->addresses_unread)
        buffer_printf(out, "  this host's address (not known: %s)\n", host->addresses_unread);
    else if (count == 0)
        buffer_put_text(out, "  none: this host has no address that others could connect to\n");
    if (count > SHOWN)
        buffer_printf(out, "  and %zu more of this host's\n", count - SHOWN);
    if (count == 0 || host_scope(host) == SCOPE_PUBLIC)
        return;
    if (host->is_container)
        buffer_put_text(out, "  This is a container: devices need the address of the host that runs it.\n");
    else
        buffer_put_text(out, "  Devices elsewhere need the router's public address, and a router that "
                             "forwards the ports.\n");
}

/* ---- ports ---- */

static size_t count_ports(const struct portset *set)
{
    size_t count = portset_count(set, TRANSPORT_TCP);
    for (unsigned port = 1; port <= UINT16_MAX; port++)
        count += portset_has(set, TRANSPORT_UDP, (uint16_t)port) &&
                 !portset_has(set, TRANSPORT_TCP, (uint16_t)port);
    return count;
}

/* What leads to it: a router may have another one outside. */
static unsigned outside_of(const struct welcome_facts *facts, uint16_t port)
{
    uint16_t outside = ports_outside(facts->ports, port);
    return outside != 0 ? outside : port;
}

static void put_port(struct buffer *out, const struct welcome_facts *facts, uint16_t port)
{
    struct cursor name;
    buffer_printf(out, "%u", outside_of(facts, port));
    if (!portset_has(facts->open, TRANSPORT_TCP, port))
        buffer_put_text(out, " (UDP)");
    if (!ports_name(facts->ports, port, &name))
        return;
    buffer_put_text(out, " for ");
    buffer_put_cursor(out, name);
}

/* "5023 for gt06 or 5013 for h02" */
static void put_each_port(struct buffer *out, const struct welcome_facts *facts, size_t count)
{
    size_t done = 0;
    for (unsigned port = 1; port <= UINT16_MAX; port++) {
        if (!portset_has(facts->open, TRANSPORT_TCP, (uint16_t)port) &&
            !portset_has(facts->open, TRANSPORT_UDP, (uint16_t)port))
            continue;
        if (done > 0)
            buffer_put_text(out, done + 1 == count ? " or " : ", ");
        put_port(out, facts, (uint16_t)port);
        done++;
    }
}

/* Protocols that most cheap trackers speak, as examples. */
static void put_examples(struct buffer *out, const struct welcome_facts *facts)
{
    static const char *const names[] = { "gt06", "h02", "teltonika" };
    const char *before = " (";
    for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
        uint16_t port = ports_find(facts->ports, cursor_of_text(names[i]));
        if (port == 0 || !portset_has(facts->open, TRANSPORT_TCP, port))
            continue;
        buffer_printf(out, "%s%s %u", before, names[i], outside_of(facts, port));
        before = ", ";
    }
    if (before[0] == ',')
        buffer_put_u8(out, ')');
}

static void put_ports(struct buffer *out, const struct welcome_facts *facts)
{
    size_t count = count_ports(facts->open);
    char ranges[160];
    if (count <= FEW) {
        buffer_put_text(out, "and port ");
        put_each_port(out, facts, count);
        buffer_put_text(out, ".\n");
        return;
    }
    portset_write(facts->open, portset_count(facts->open, TRANSPORT_TCP) > 0 ? TRANSPORT_TCP : TRANSPORT_UDP,
                  ranges, sizeof(ranges));
    buffer_put_text(out, "and the port of its protocol");
    put_examples(out, facts);
    buffer_printf(out, "; if you do not know it, any of %s: the right one is named here.\n", ranges);
}

/* ---- the firewall of this host ---- */

struct gates {
    struct portset closed;
    struct firewall_answer answer; /* of the first */
    enum transport transport;
    uint16_t first;
    size_t count, all;
};

static void ask_gates(const struct welcome_facts *facts, enum transport transport, struct gates *gates)
{
    unsigned from = 0;
    uint16_t first, last;
    while (portset_next(facts->open, transport, &from, &first, &last)) {
        for (unsigned port = first; port <= last; port++) {
            const struct firewall_packet packet = { .transport = transport,
                                                    .port = (uint16_t)port,
                                                    .interface = facts->server->host->interface };
            struct firewall_answer answer = firewall_ask(facts->server->firewall, &packet);
            gates->all++;
            if (answer.gate != GATE_CLOSED)
                continue;
            if (gates->count++ == 0) {
                gates->answer = answer;
                gates->transport = transport;
                gates->first = (uint16_t)port;
            }
            portset_add(&gates->closed, transport, (uint16_t)port, (uint16_t)port);
        }
    }
}

/* Which of the ports this host's own firewall closes; false: none, or the rules are not known. */
static bool look_at_gates(const struct welcome_facts *facts, struct gates *gates)
{
    *gates = (struct gates){ .count = 0 };
    if (!facts->server->firewall)
        return false;
    ask_gates(facts, TRANSPORT_TCP, gates);
    ask_gates(facts, TRANSPORT_UDP, gates);
    return gates->count > 0;
}

static void put_gates(struct buffer *out, const struct welcome_facts *facts, const struct gates *gates)
{
    char ranges[120];
    buffer_put_text(out, "this host's firewall keeps out ");
    if (gates->count == gates->all) {
        buffer_put_text(out, "all of them");
    } else {
        portset_write(&gates->closed, gates->transport, ranges, sizeof(ranges));
        buffer_printf(out, "%s %s", transport_name(gates->transport), ranges);
    }
    buffer_put_text(out, ". Open those that your devices use, as with: ");
    firewall_put_mend(out, &gates->answer, facts->server->manager, gates->transport, gates->first);
    buffer_put_u8(out, '\n');
}

void welcome_put_entries(struct buffer *out, const struct welcome_facts *facts)
{
    struct gates gates;
    buffer_put_text(out, "Enter in the tracker the server\n");
    put_servers(out, facts);
    put_ports(out, facts);
    if (look_at_gates(facts, &gates)) {
        buffer_put_text(out, "But ");
        put_gates(out, facts, &gates);
    }
}

/* ---- reasons ---- */

/* What this host itself shows. Returns how many reasons there are so far. */
static unsigned put_own_reasons(struct buffer *out, const struct welcome_facts *facts)
{
    const struct host_facts *host = facts->server->host;
    enum scope scope = host->addresses_unread ? SCOPE_PUBLIC : host_scope(host);
    struct endpoint only;
    struct gates gates;
    unsigned count = 0;
    if (facts->address[0] && endpoint_read(cursor_of_text(facts->address), &only) && !endpoint_is_any(&only))
        scope = endpoint_scope(&only);
    if (look_at_gates(facts, &gates)) {
        buffer_printf(out, "%u. This is certain: ", ++count);
        put_gates(out, facts, &gates);
    }
    if (host->is_container && scope != SCOPE_PUBLIC)
        buffer_printf(out, "%u. This is a container: its ports must be published, as by docker run -p.\n",
                      ++count);
    else if (scope == SCOPE_SHARED)
        buffer_printf(out,
                      "%u. Nobody outside can connect to an address behind the provider's NAT: ask the "
                      "provider for a public one.\n",
                      ++count);
    else if (scope == SCOPE_PRIVATE)
        buffer_printf(out,
                      "%u. This host has private addresses only: forward the ports in the router to it, and "
                      "enter the router's public address in the tracker.\n",
                      ++count);
    else if (scope == SCOPE_LOOPBACK && facts->address[0])
        buffer_printf(out, "%u. Only %s is listened on: take another address, or all.\n", ++count,
                      facts->address);
    else if (scope != SCOPE_PUBLIC)
        buffer_printf(out, "%u. This host has no address for others: connect it to a network.\n", ++count);
    if (facts->interface)
        buffer_printf(out, "%u. Packets may come by another interface than %s: leave out -i to see all.\n",
                      ++count, facts->interface);
    return count;
}

void welcome_put_reasons(struct buffer *out, const struct welcome_facts *facts, bool has_connections)
{
    unsigned count = 0;
    if (has_connections)
        buffer_put_text(out, "Connections came, but no message in them, for a minute. The likeliest reasons "
                             "first:\n");
    else
        buffer_put_text(out, "Nothing has come for a minute. The likeliest reasons first:\n");
    if (!has_connections)
        count = put_own_reasons(out, facts);
    else
        buffer_printf(out, "%u. Somebody only tried the port, with a browser, telnet or a scanner.\n",
                      ++count);
    buffer_printf(out, "%u. The tracker sleeps: move it, or switch it off and on.\n", ++count);
    buffer_printf(out, "%u. It has another server or port: ask it for its settings, by SMS or in its app.\n",
                  ++count);
    if (!has_connections)
        buffer_printf(out,
                      "%u. A router or the provider's firewall keeps it out: 'hexwatch probe' with the "
                      "server's address tells it on another machine.\n",
                      ++count);
    buffer_printf(out, "%u. Its SIM has no data: check APN, PIN and credit.\n", ++count);
    buffer_put_text(out, "'sudo hexwatch doctor' looks at all of this host and says what is wrong.\n");
}

bool welcome_is_late(struct welcome_wait *wait, bool has_come, int64_t now)
{
    if (wait->since == 0)
        wait->since = now;
    if (wait->is_over || (!has_come && now - wait->since < MINUTE))
        return false;
    wait->is_over = true;
    return !has_come;
}
