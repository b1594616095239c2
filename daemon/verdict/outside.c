/* SPDX-License-Identifier: Apache-2.0 */
/* The matter of the outside. Gets peers and facts of the host from the judge, gives findings to the table of findings. */
#include "verdict/outside.h"

#include <stdlib.h>

#include "verdict/wording.h"

enum { OWN_MAX = 64 };

struct outside_matter {
    int64_t quiet, forget;
    struct findings *findings;
    struct endpoint own[OWN_MAX]; /* this host's addresses */
    size_t own_count;
    struct endpoint gateways[2];
    enum scope scope; /* the widest of its addresses */
    enum scope scope_v4;
    bool is_known;        /* facts were given */
    int64_t since, last;  /* of listening; when something came from outside, 0: never */
    struct endpoint only; /* where all that came from outside was from */
    bool is_several;      /* … or not */
    char device[DEVICE_MAX];
};

struct outside_matter *outside_new(int64_t quiet, int64_t forget, struct findings *findings)
{
    struct outside_matter *matter = calloc(1, sizeof(*matter));
    if (!matter)
        return NULL;
    *matter = (struct outside_matter){ .quiet = quiet, .forget = forget, .findings = findings };
    return matter;
}

void outside_free(struct outside_matter *matter)
{
    free(matter);
}

static struct subject this_host(void)
{
    return subject_of(&(struct who){ .flow = 0 }, "", false);
}

void outside_facts(struct outside_matter *matter, const struct host_facts *facts)
{
    if (facts->addresses_unread)
        return;
    matter->own_count = facts->address_count < OWN_MAX ? facts->address_count : OWN_MAX;
    for (size_t i = 0; i < matter->own_count; i++)
        matter->own[i] = facts->addresses[i];
    memcpy(matter->gateways, facts->gateways, sizeof(matter->gateways));
    matter->scope = host_scope(facts);
    matter->scope_v4 = host_scope_v4(facts);
    matter->is_known = true;
}

static bool is_own(const struct outside_matter *matter, const struct endpoint *address)
{
    for (size_t i = 0; i < matter->own_count; i++) {
        if (endpoint_same_address(&matter->own[i], address))
            return true;
    }
    return endpoint_scope(address) <= SCOPE_LOOPBACK;
}

static bool is_gateway(const struct outside_matter *matter, const struct endpoint *address)
{
    return endpoint_same_address(&matter->gateways[0], address) ||
           endpoint_same_address(&matter->gateways[1], address);
}

static void raise_proxy(struct outside_matter *matter, const struct who *who, int64_t now)
{
    struct subject subject = this_host();
    struct wording text;
    if (finding_confirm(matter->findings, FINDING_BEHIND_PROXY, &subject, now))
        return;
    struct who somebody = { .transport = who->transport, .peer = who->peer };
    somebody.peer.port = 0;
    wording_start(&text);
    buffer_put_text(&text.text, "All that comes in is from ");
    wording_put_address(&text.text, who);
    buffer_put_text(&text.text,
                    ", an inner address: something before this server hides where the devices are.");
    finding_raise(matter->findings, FINDING_BEHIND_PROXY, &subject,
                  (struct finding_event){
                      .time = now,
                      .severity = SEVERITY_INFO,
                      .who = somebody,
                      .device = "",
                      .text = wording_end(&text),
                      .advice = "Devices work all the same. To see their own addresses, let the "
                                "container use the host's network, or let Docker pass packets on by "
                                "rules (userland-proxy off) and without masquerading." });
}

/* Asked for with every message: nothing is done where no such finding is. */
static void clear(struct outside_matter *matter, enum finding_code code, const char *why, int64_t now)
{
    if (!findings_any(matter->findings, code))
        return;
    struct subject subject = this_host();
    finding_clear(matter->findings, code, &subject, now, why);
}

/* Everything comes from one inner address: that of the way out of here, or two devices share it. */
static void look_for_proxy(struct outside_matter *matter, const struct who *who, const char *device,
                           int64_t now)
{
    enum scope scope = endpoint_scope(&who->peer);
    bool is_first = matter->device[0] == '\0';
    if (matter->is_several || (scope != SCOPE_PRIVATE && scope != SCOPE_SHARED && scope != SCOPE_LINK)) {
        clear(matter, FINDING_BEHIND_PROXY, "Senders show addresses of their own.", now);
        return;
    }
    if (!device[0])
        return;
    if (is_first)
        memcpy(matter->device, device, strnlen(device, sizeof(matter->device) - 1));
    if (is_gateway(matter, &who->peer) || strcmp(matter->device, device) != 0)
        raise_proxy(matter, who, now);
}

void outside_hear(struct outside_matter *matter, const struct who *who, const char *device, int64_t now)
{
    if (is_own(matter, &who->peer))
        return;
    if (matter->last == 0)
        matter->only = who->peer;
    else if (!endpoint_same_address(&matter->only, &who->peer))
        matter->is_several = true;
    matter->last = now;
    look_for_proxy(matter, who, device, now);
    clear(matter, FINDING_NOTHING_RECEIVED, "Something came from outside.", now);
    clear(matter, FINDING_PRIVATE_ADDRESS, "Others reach this host all the same.", now);
}

static void raise(struct outside_matter *matter, enum finding_code code, enum severity severity,
                  const char *text, const char *advice, int64_t now)
{
    struct subject subject = this_host();
    finding_raise(matter->findings, code, &subject,
                  (struct finding_event){
                      .time = now, .severity = severity, .device = "", .text = text, .advice = advice });
}

void outside_put_private(struct buffer *text, struct buffer *advice, enum scope scope)
{
    if (scope == SCOPE_SHARED) {
        buffer_put_text(
            text, "This host's address is one behind its provider's NAT (100.64.0.0/10): nobody outside "
                  "can connect to it.");
        buffer_put_text(
            advice, "Ask the provider for a public address, or let a host that has one pass the ports on.");
    } else if (scope == SCOPE_PRIVATE) {
        buffer_put_text(text,
                        "This host has only private addresses: devices outside reach it only if a router "
                        "passes its ports on.");
        buffer_put_text(advice,
                        "Forward the ports in the router to this host, and set the devices to the router's "
                        "public address.");
    } else {
        buffer_put_text(text, "This host has no address that others could connect to.");
        buffer_put_text(advice, "Connect it to a network.");
    }
}

/* Public by IPv6 alone. */
static void put_v6_only(struct buffer *text, struct buffer *advice, enum scope v4)
{
    buffer_put_text(text,
                    "This host's public addresses are of IPv6 only. By IPv4, which most trackers use, ");
    buffer_put_text(text, v4 == SCOPE_SHARED
                              ? "it is behind its provider's NAT (100.64.0.0/10): nobody outside "
                                "can connect to it."
                          : v4 == SCOPE_PRIVATE ? "it is reached only if a router passes its ports on."
                                                : "it has no address that others could connect to.");
    buffer_put_text(advice,
                    v4 == SCOPE_PRIVATE
                        ? "Forward the ports in the router to this host, and set the devices to the "
                          "router's public IPv4 address."
                        : "Ask the provider for a public IPv4 address, or let a host that has one pass "
                          "the ports on.");
}

static void raise_private(struct outside_matter *matter, int64_t now)
{
    struct wording text, advice;
    if (matter->scope_v4 == SCOPE_PUBLIC)
        return;
    wording_start(&text);
    wording_start(&advice);
    if (matter->scope == SCOPE_PUBLIC)
        put_v6_only(&text.text, &advice.text, matter->scope_v4);
    else
        outside_put_private(&text.text, &advice.text, matter->scope);
    raise(matter, FINDING_PRIVATE_ADDRESS, SEVERITY_INFO, wording_end(&text), wording_end(&advice), now);
}

static void raise_nothing(struct outside_matter *matter, int64_t since, int64_t now)
{
    struct wording text;
    wording_start(&text);
    buffer_put_text(&text.text, "Nothing at all has come from other hosts for ");
    wording_put_span(&text.text, now - since);
    buffer_put_u8(&text.text, '.');
    raise(matter, FINDING_NOTHING_RECEIVED, SEVERITY_WARNING, wording_end(&text),
          "Try 'hexwatch probe' with this server's address on another machine. If it gets through, look at "
          "the devices: "
          "server address, port, APN, data plan. If not, at router, provider and firewall.",
          now);
    raise_private(matter, now);
}

void outside_look(struct outside_matter *matter, int64_t now)
{
    if (matter->is_known && matter->last == 0)
        raise_private(matter, now);
}

void outside_tick(struct outside_matter *matter, int64_t now)
{
    if (!matter->is_known)
        return;
    if (matter->since == 0)
        matter->since = now;
    /* what once worked may be seldom */
    int64_t since = matter->last != 0 ? matter->last : matter->since;
    if (now - since >= (matter->last != 0 ? matter->forget : matter->quiet))
        raise_nothing(matter, since, now);
}
