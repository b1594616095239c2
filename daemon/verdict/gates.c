/* SPDX-License-Identifier: Apache-2.0 */
/* Asks the packet filter about each of Traccar's ports. Called by the judge for doctor. */
#include "verdict/gates.h"

#include <stdlib.h>

#include "verdict/wording.h"

enum {
    LIST_MAX = 120,
    SINGLE = 3,
    CAUSES_MAX = 16,
    CHOSEN = 8 /* who listens on so few ports has chosen them */
};

/* The ports that one cause closes. */
struct closed {
    struct portset ports;
    struct firewall_answer answer; /* of the first */
    bool is_elsewhere;             /* it is sent on to another host */
    enum transport transport;
    uint16_t first;
    size_t count;
};

static struct firewall_answer ask(const struct server_facts *facts, enum transport transport, uint16_t port,
                                  bool is_v6)
{
    const struct firewall_packet packet = {
        .transport = transport, .port = port, .is_v6 = is_v6, .interface = facts->host->interface
    };
    return firewall_ask(facts->firewall, &packet);
}

static bool has_v6(const struct host_facts *host)
{
    for (size_t i = 0; i < host->address_count; i++) {
        if (!endpoint_is_v4(&host->addresses[i]) && endpoint_scope(&host->addresses[i]) == SCOPE_PUBLIC)
            return true;
    }
    return false;
}

static bool has_v4(const struct host_facts *host)
{
    for (size_t i = 0; i < host->address_count; i++) {
        if (endpoint_is_v4(&host->addresses[i]) && endpoint_scope(&host->addresses[i]) > SCOPE_LINK)
            return true;
    }
    return false;
}

/* "tcp 5023 (gt06)", "tcp 5001-5100" */
static void put_ports(struct buffer *out, const struct closed *closed, const struct ports *ports)
{
    char list[LIST_MAX];
    struct cursor name;
    buffer_printf(out, "%s ", transport_name(closed->transport));
    if (closed->count > 1) {
        portset_write(&closed->ports, closed->transport, list, sizeof(list));
        buffer_put_text(out, list);
        return;
    }
    buffer_printf(out, "%u", closed->first);
    if (!ports_name(ports, closed->first, &name))
        return;
    buffer_put_text(out, " (");
    buffer_put_cursor(out, name);
    buffer_put_u8(out, ')');
}

static void word_elsewhere(const struct closed *closed, const struct ports *ports, struct wording *text,
                           struct wording *advice)
{
    char host[ENDPOINT_TEXT];
    struct endpoint to = closed->answer.to;
    to.port = 0;
    endpoint_write(&to, host);
    buffer_put_text(&text->text, "The firewall sends what comes to ");
    put_ports(&text->text, closed, ports);
    buffer_printf(&text->text,
                  " on to %s, another host, so that the Traccar that runs here never gets it: ", host);
    firewall_put_cause(&text->text, &closed->answer);
    buffer_put_u8(&text->text, '.');
    buffer_printf(&advice->text,
                  "If devices are to reach this Traccar, take that rule out. If that of %s is meant, "
                  "look there.",
                  host);
}

static void word(const struct closed *closed, const struct ports *ports, const struct server_facts *facts,
                 struct wording *text, struct wording *advice)
{
    wording_start(text);
    wording_start(advice);
    if (closed->is_elsewhere) {
        word_elsewhere(closed, ports, text, advice);
        return;
    }
    bool is_answer = closed->answer.is_answer;
    buffer_put_text(&text->text, is_answer ? "The firewall keeps back the answers of "
                                           : "The firewall keeps out what is sent to ");
    put_ports(&text->text, closed, ports);
    buffer_put_text(&text->text, ": ");
    firewall_put_cause(&text->text, &closed->answer);
    buffer_put_u8(&text->text, '.');
    if (is_answer)
        buffer_put_text(&advice->text, closed->count > 1
                                           ? "Let out those of the ports that your devices use, as with: "
                                           : "Let them out: ");
    else
        buffer_put_text(&advice->text, closed->count > 1 ? "Open those that your devices use, as with: "
                                                         : "Open the port: ");
    firewall_put_mend(&advice->text, &closed->answer, facts->manager, closed->transport, closed->first);
}

static void raise_at(struct findings *findings, enum finding_code code, const struct ports *ports,
                     const struct closed *closed, struct wording *text, struct wording *advice, int64_t now)
{
    struct who nobody = { .transport = closed->transport, .port = closed->first };
    struct subject subject = subject_of(&nobody, "", true);
    finding_raise(findings, code, &subject,
                  (struct finding_event){ .time = now,
                                          .severity = SEVERITY_PROBLEM,
                                          .who = nobody,
                                          .device = "",
                                          .protocol = ports_owner(ports, closed->first),
                                          .text = wording_end(text),
                                          .advice = wording_end(advice) });
}

static void raise(struct findings *findings, const struct ports *ports, const struct server_facts *facts,
                  const struct closed *closed, int64_t now)
{
    bool is_udp = closed->transport == TRANSPORT_UDP;
    enum finding_code code = !closed->answer.is_rejected ? FINDING_DROPPED
                             : is_udp                    ? FINDING_UDP_REFUSED
                                                         : FINDING_REFUSED;
    struct wording text, advice;
    word(closed, ports, facts, &text, &advice);
    raise_at(findings, code, ports, closed, &text, &advice, now);
}

/* A few ports one by one, more in one sentence. */
static void tell(struct findings *findings, const struct ports *ports, const struct server_facts *facts,
                 const struct closed *closed, int64_t now)
{
    struct closed one = *closed;
    unsigned from = 0;
    uint16_t first, last;
    if (closed->count > SINGLE)
        raise(findings, ports, facts, closed, now);
    while (closed->count <= SINGLE && portset_next(&closed->ports, closed->transport, &from, &first, &last)) {
        for (unsigned port = first; port <= last; port++) {
            one.first = (uint16_t)port;
            one.count = 1;
            raise(findings, ports, facts, &one, now);
        }
    }
}

/* A rule sends it on to a port of this host where nobody is: it looks as if Traccar had closed its own. */
static void tell_if_astray(struct findings *findings, const struct ports *ports,
                           const struct server_facts *facts, const struct closed *asked, int64_t now)
{
    const struct firewall_answer *answer = &asked->answer;
    if (!answer->is_redirected || !endpoint_is_any(&answer->to) || answer->to.port == asked->first ||
        facts->host->sockets_unread ||
        portset_has(facts->expected, asked->transport, answer->to.port) || /* that is told by itself */
        host_reach(facts->host, asked->transport, answer->to.port, NULL) != HOST_NOBODY)
        return;
    struct firewall_answer cause = { .chain = answer->redirection_chain, .rule = answer->redirection };
    struct wording text, advice;
    wording_start(&text);
    wording_start(&advice);
    buffer_printf(&text.text, "The firewall sends what comes to %s %u on to port %u, where nothing listens: ",
                  transport_name(asked->transport), asked->first, answer->to.port);
    firewall_put_cause(&text.text, &cause);
    buffer_put_u8(&text.text, '.');
    buffer_printf(&advice.text, "Take that rule out, or let it send on to the port where Traccar listens.");
    raise_at(findings, asked->transport == TRANSPORT_TCP ? FINDING_REFUSED : FINDING_UDP_REFUSED, ports,
             asked, &text, &advice, now);
}

/* Does a rule send it to another host, though the Traccar that listens for it is here, and none is elsewhere? Then what it would
 * meet there is of no account. */
static bool is_sent_away(const struct server_facts *facts, const struct closed *asked)
{
    const struct firewall_answer *answer = &asked->answer;
    const struct host_socket *socket;
    return answer->is_redirected && !endpoint_is_any(&answer->to) && !facts->host->addresses_unread &&
           !host_has_address(facts->host, &answer->to) && endpoint_scope(&answer->to) != SCOPE_LOOPBACK &&
           !host_traccar_elsewhere(facts->host) &&
           host_reach(facts->host, asked->transport, asked->first, &socket) == HOST_OTHERS &&
           host_is_traccars(facts->host, socket);
}

struct causes {
    struct closed list[CAUSES_MAX + 1];
    size_t count, shut; /* shut: ports that are closed, by whatever */
};

static struct closed *note(struct causes *causes, const struct firewall_answer *answer,
                           enum transport transport, uint16_t port)
{
    struct closed *closed = causes->list;
    while (closed < causes->list + causes->count &&
           (closed->answer.rule != answer->rule || closed->answer.chain != answer->chain))
        closed++;
    causes->shut++;
    if (closed == causes->list + CAUSES_MAX)
        return closed; /* one more than is told */
    if (closed == causes->list + causes->count) {
        causes->count++;
        *closed = (struct closed){ .transport = transport, .answer = *answer, .first = port };
    }
    closed->count++;
    portset_add(&closed->ports, transport, port, port);
    return closed;
}

static size_t look_at(struct findings *findings, const struct ports *ports, const struct server_facts *facts,
                      enum transport transport, bool is_v6, int64_t now)
{
    struct causes *causes = calloc(1, sizeof(*causes));
    size_t all = portset_count(facts->expected, transport), shut;
    unsigned from = 0;
    uint16_t first, last;
    if (!causes)
        return 0;
    while (portset_next(facts->expected, transport, &from, &first, &last)) {
        for (unsigned port = first; port <= last; port++) {
            struct firewall_answer answer = ask(facts, transport, (uint16_t)port, is_v6);
            struct closed asked = { .answer = answer, .transport = transport, .first = (uint16_t)port };
            tell_if_astray(findings, ports, facts, &asked, now);
            if (is_sent_away(facts, &asked)) {
                answer.rule = answer.redirection;
                answer.chain = answer.redirection_chain;
                answer.is_rejected = false;
                note(causes, &answer, transport, (uint16_t)port)->is_elsewhere = true;
            } else if (answer.gate == GATE_CLOSED)
                (void)note(causes, &answer, transport, (uint16_t)port);
        }
    }
    shut = causes->shut;
    for (size_t i = 0; i < causes->count; i++) {
        const struct closed *closed = &causes->list[i];
        if (closed->is_elsewhere || closed->answer.names_port || shut == all || all <= CHOSEN)
            tell(findings, ports, facts, closed, now);
    }
    free(causes);
    return shut;
}

size_t gates_look(struct findings *findings, const struct ports *ports, const struct server_facts *facts,
                  int64_t now)
{
    size_t shut = 0;
    if (!facts->firewall)
        return 0;
    bool is_v4 = has_v4(facts->host), is_v6 = has_v6(facts->host);
    for (int transport = TRANSPORT_TCP; transport <= TRANSPORT_UDP; transport++) {
        if (is_v4 || !is_v6)
            shut += look_at(findings, ports, facts, (enum transport)transport, false, now);
        if (is_v6)
            shut += look_at(findings, ports, facts, (enum transport)transport, true, now);
    }
    return shut;
}

/* ---- who depends on what is not known ---- */

static bool is_partly(const struct firewall_answer *answer)
{
    return answer->gate == GATE_PARTLY && (answer->names_port || answer->unclear) && !answer->is_redirected &&
           !answer->may_be_redirected;
}

bool gates_put_partly(struct buffer *out, const struct server_facts *facts)
{
    size_t count = 0;
    bool is_unclear = false;
    bool is_v6 = facts->firewall && has_v6(facts->host) && !has_v4(facts->host);
    for (int transport = TRANSPORT_TCP; facts->firewall && transport <= TRANSPORT_UDP; transport++) {
        unsigned from = 0;
        uint16_t first, last;
        while (portset_next(facts->expected, (enum transport)transport, &from, &first, &last)) {
            for (unsigned port = first; port <= last; port++) {
                struct firewall_answer answer = ask(facts, (enum transport)transport, (uint16_t)port, is_v6);
                bool is_told = is_partly(&answer);
                is_unclear = is_unclear || (is_told && answer.unclear);
                if (!is_told || count++ > 0)
                    continue;
                const struct firewall_rule *rule = answer.unclear  ? answer.unclear
                                                   : answer.let_in ? answer.let_in
                                                                   : answer.rule;
                buffer_printf(out, "%s %u: %s '%.80s'", transport_name((enum transport)transport), port,
                              answer.unclear  ? "could not be checked, because of"
                              : answer.let_in ? "only some are let in, by"
                                              : "some may be kept out, by",
                              rule->text);
            }
        }
    }
    if (count > 1)
        buffer_printf(out, ", and %zu port%s more", count - 1, count == 2 ? "" : "s");
    return is_unclear;
}
