/* SPDX-License-Identifier: Apache-2.0 */
/* The sentences of the matter of reachability. */
#include "verdict/reach_words.h"

/* Which rule it is, where it is known: one that drops in silence, or one that refuses. */
static bool has_rule(const struct reach_about *about, const struct who *who, bool is_refused,
                     struct buffer *text, struct buffer *advice)
{
    struct firewall_packet packet = { .transport = who->transport,
                                      .port = who->port,
                                      .is_v6 = !endpoint_is_v4(&who->peer),
                                      .peer = who->peer,
                                      .interface = about->interface };
    if (!about->firewall)
        return false;
    struct firewall_answer answer = firewall_ask(about->firewall, &packet);
    if (answer.gate == GATE_OPEN || !answer.chain || answer.is_rejected != is_refused)
        return false;
    /* what may be the rule's doing may as well be that nobody listens */
    if (is_refused && answer.gate != GATE_CLOSED)
        return false;
    buffer_put_text(text, answer.gate == GATE_CLOSED ? " It is " : " It may be ");
    firewall_put_cause(text, &answer);
    buffer_put_u8(text, '.');
    if (answer.is_answer)
        buffer_put_text(advice,
                        "They reach the server, and its firewall keeps the answers back. Let them out: ");
    else
        buffer_printf(advice, "They reach the server, and its firewall %s them. Open the port: ",
                      is_refused ? "refuses" : "drops");
    firewall_put_mend(advice, &answer, about->manager, who->transport, who->port);
    return true;
}

/* No rule does it, of those that there were. */
static void put_no_rule(const struct who *who, struct buffer *advice)
{
    buffer_put_text(
        advice,
        "They reach the server and nothing answers. When hexwatch started, no rule of its firewall did that, "
        "as "
        "far as they can be followed; of one that came later, 'sudo hexwatch doctor' tells. If there is "
        "none, the answer cannot leave: see 'ip route get ");
    wording_put_address(advice, who);
    buffer_put_text(advice, "'.");
}

/* Who asks once and never takes the answer is usually a scanner; a device asks again. */
static void put_half_open(const struct reach_about *about, const struct connection_event *event,
                          struct buffer *text, struct buffer *advice)
{
    wording_put_address(text, &event->who);
    buffer_put_text(text, " wants to connect to ");
    wording_put_port(text, about->ports, event->who.port);
    buffer_put_text(text, event->is_repeated
                              ? ", asks again and again, and is answered, but never acknowledges the answer."
                              : ", and is answered, but never acknowledges the answer.");
    buffer_put_text(advice,
                    event->is_repeated
                        ? "The server's answers do not reach it: check the way out (firewall, routing, "
                          "NAT), and the device's mobile connection."
                        : "It has asked once, as scanners do. If it is your device, the server's answers "
                          "do not reach it: check the way out (firewall, routing, NAT).");
}

/* It was told to listen at another address of this host. */
static void put_narrow(const struct reach_about *about, const struct who *who, struct buffer *advice)
{
    struct cursor name;
    buffer_printf(
        advice,
        "%s %u is open, but not at all of this host's addresses, and perhaps not at the one that is "
        "called: take ",
        transport_name(who->transport), who->port);
    if (ports_name(about->ports, who->port, &name))
        buffer_put_cursor(advice, name);
    else
        buffer_put_text(advice, "PROTOCOL");
    buffer_put_text(advice, ".address out of Traccar's conf/traccar.xml and restart Traccar.");
}

/* Traccar speaks the port's protocol over the other transport alone: nothing will ever listen there. */
static bool has_other_transport(const struct reach_about *about, const struct who *who, struct buffer *advice)
{
    bool is_udp = who->transport == TRANSPORT_UDP;
    const struct protocol *owner = ports_owner(about->ports, who->port);
    if (!owner || (owner->transports & (is_udp ? OVER_UDP : OVER_TCP)) != 0)
        return false;
    buffer_printf(advice, "Traccar speaks %s over %s only: if it is your device, set it to %s.",
                  ports_called(about->ports, owner), is_udp ? "TCP" : "UDP", is_udp ? "TCP" : "UDP");
    return true;
}

void reach_words_put_scanner(struct buffer *text, const struct who *who)
{
    wording_put_address(text, who);
    buffer_put_text(
        text, " tries port after port in vain: that is a scanner, or a 'hexwatch probe', and no tracker.");
}

void reach_words_put(const struct reach_about *about, const struct connection_event *event,
                     enum finding_code code, struct buffer *text, struct buffer *advice)
{
    const struct who *who = &event->who;
    const char *transport = transport_name(who->transport);
    bool is_dropped = code == FINDING_DROPPED;
    if (code == FINDING_HALF_OPEN) {
        put_half_open(about, event, text, advice);
        return;
    }
    buffer_put_text(text, code == FINDING_UDP_REFUSED ? "Datagrams to " : "Connections to ");
    wording_put_port(text, about->ports, who->port);
    buffer_put_text(text,
                    is_dropped ? ", are not answered: the first from " : ", are refused: the first from ");
    wording_put_address(text, who);
    buffer_put_u8(text, '.');
    if ((!is_dropped && has_other_transport(about, who, advice)) ||
        has_rule(about, who, !is_dropped, text, advice))
        return;
    if (is_dropped && about->firewall)
        put_no_rule(who, advice);
    else if (is_dropped)
        buffer_printf(advice, "They reach the server and nothing answers: allow %s %u in its firewall.%s",
                      transport, who->port, about->is_own ? " 'sudo hexwatch doctor' names the rule." : "");
    else if (about->is_narrow)
        put_narrow(about, who, advice);
    else if (about->is_open)
        buffer_printf(advice,
                      "Some seconds before, something listened on %s %u. If it still does, a rule of this "
                      "host's firewall refuses them: 'sudo hexwatch doctor' names it.",
                      transport, who->port);
    else
        buffer_printf(advice,
                      "Nothing listens on %s %u of the server: start Traccar, and look in its log whether "
                      "it could bind the port.",
                      transport, who->port);
}
