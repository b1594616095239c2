/* SPDX-License-Identifier: Apache-2.0 */
/* The matter of the right port. Gets messages from the judge, gives findings to the table of findings. */
#include "verdict/port.h"

#include <stdlib.h>

#include "verdict/plausible.h"
#include "verdict/scans.h"
#include "verdict/wording.h"

enum { SECOND = 1000000, MOVED = 60 * SECOND };
/* Nobody sets a device to so many ports within seconds: who sends to them in its name is a scanner. */
enum { WANDERERS_MAX = 1024, WANDERED = 4 };

struct port_matter {
    int64_t forget;
    const struct ports *ports;
    struct findings *findings;
    struct scans *scans; /* by device */
};

/* What can be wrong with where a device sends to: one thing at a time. */
static const enum finding_code codes[] = { FINDING_WRONG_PORT, FINDING_WRONG_TRANSPORT, FINDING_SWITCHED_OFF,
                                           FINDING_WRONG_WEB_PORT };
enum { CODES = sizeof(codes) / sizeof(codes[0]) };

struct port_matter *port_new(int64_t forget, const struct ports *ports, struct findings *findings)
{
    struct port_matter *matter = calloc(1, sizeof(*matter));
    if (!matter)
        return NULL;
    *matter = (struct port_matter){ .forget = forget, .ports = ports, .findings = findings };
    matter->scans = scans_new(WANDERERS_MAX, WANDERED);
    if (matter->scans)
        return matter;
    free(matter);
    return NULL;
}

void port_free(struct port_matter *matter)
{
    if (!matter)
        return;
    scans_free(matter->scans);
    free(matter);
}

/* A device is told of once, wherever it sends; an address for each port. */
static struct subject subject_at(const struct message_event *event)
{
    return subject_of(&event->who, event->device, !event->device[0]);
}

/* The first candidate that this server listens for; NULL where it has all of them switched off. */
static const struct protocol *first_listened(const struct port_matter *matter,
                                             const struct identity *identity)
{
    for (size_t i = 0; i < identity->candidate_count; i++) {
        if (ports_off(matter->ports, identity->candidates[i]) == PORTS_LISTENED)
            return identity->candidates[i];
    }
    return NULL;
}

/* " to 5023", " to 55022, which the router passes on to 5023"; where no port of the router leads there, what to do first. */
static void put_entry(const struct port_matter *matter, uint16_t port, struct buffer *out)
{
    uint16_t outside = ports_outside(matter->ports, port);
    if (outside == port)
        buffer_printf(out, " to %u", port);
    else if (outside != 0)
        buffer_printf(out, " to %u, which the router passes on to %u", outside, port);
    else
        buffer_printf(
            out,
            " to one that the router passes on to %u (portmap in hexwatch.conf has none: add one to both)",
            port);
}

/* Phones speak this and nothing else does that people set up by hand. */
static bool is_app(const struct identity *identity)
{
    return identity->candidate_count == 1 && strcmp(identity->candidates[0]->name, "osmand") == 0;
}

static void put_app_url(const struct port_matter *matter, const struct protocol *osmand, uint16_t port,
                        struct buffer *out)
{
    uint16_t right = ports_of(matter->ports, osmand), outside = ports_outside(matter->ports, right);
    buffer_printf(
        out,
        "In the app (Traccar Client, OsmAnd) set the server URL to http://YOUR-SERVER:%u: the address stays, "
        "the port %u becomes %u.",
        outside ? outside : right, port, outside ? outside : right);
    if (outside != right)
        buffer_printf(out, " A router must pass that on to %u.", right);
}

static size_t count_listened(const struct port_matter *matter, const struct identity *identity)
{
    size_t count = 0;
    for (size_t i = 0; i < identity->candidate_count; i++)
        count += ports_off(matter->ports, identity->candidates[i]) == PORTS_LISTENED;
    return count;
}

/* Which of several it is only Traccar's decoders can tell: what fits best is tried first. */
static void put_trials(const struct port_matter *matter, const struct identity *identity, struct buffer *out)
{
    bool is_first = true;
    buffer_put_text(out, "Set the server port in the device");
    for (size_t i = 0; i < identity->candidate_count; i++) {
        const struct protocol *protocol = identity->candidates[i];
        if (ports_off(matter->ports, protocol) != PORTS_LISTENED)
            continue;
        buffer_put_text(out, is_first ? "" : ", then");
        put_entry(matter, ports_of(matter->ports, protocol), out);
        buffer_printf(out, " (%s)", ports_called(matter->ports, protocol));
        is_first = false;
    }
    buffer_put_text(out,
                    ", and wait some minutes at each: right is where Traccar shows a position, not only the "
                    "device as online. Its server address can stay.");
}

static void word_wrong_port(const struct port_matter *matter, const struct message_event *event,
                            struct buffer *text, struct buffer *advice)
{
    const struct identity *identity = event->identity;
    const struct protocol *first = first_listened(matter, identity);
    buffer_put_text(text, identity->certainty == CLAIM_CERTAIN ? " speaks " : " seems to speak ");
    wording_put_candidates(text, identity);
    if (is_app(identity))
        buffer_put_text(text, ", as the phone app Traccar Client does");
    buffer_put_text(text, ", but sends to ");
    wording_put_port(text, matter->ports, event->who.port);
    buffer_put_u8(text, '.');
    if (event->is_answered && event->who.port != ports_web(matter->ports))
        buffer_put_text(
            text, " Traccar answers it there, so it may show the device as online; but no position will "
                  "ever come.");
    if (is_app(identity))
        put_app_url(matter, first, event->who.port, advice);
    else if (count_listened(matter, identity) > 1)
        put_trials(matter, identity, advice);
    else {
        buffer_put_text(advice, "Set the server port in the device");
        put_entry(matter, ports_of(matter->ports, first), advice);
        buffer_put_text(advice, "; its server address can stay.");
    }
}

static void word_wrong_transport(const struct port_matter *matter, const struct message_event *event,
                                 struct buffer *text, struct buffer *advice)
{
    const struct protocol *own = ports_owner(matter->ports, event->who.port);
    bool is_udp = event->who.transport == TRANSPORT_UDP;
    const char *sent = is_udp ? "UDP" : "TCP", *right = is_udp ? "TCP" : "UDP";
    buffer_printf(text, " speaks %s and sends to its port %u, but over %s: Traccar speaks %s over %s only.",
                  own ? own->name : event->identity->candidates[0]->name, event->who.port, sent,
                  own ? own->name : event->identity->candidates[0]->name, right);
    buffer_printf(advice, "Set the device to %s; its server address and port can stay.", right);
}

/* The right protocol, but not what the port is set to: TLS is expected there. */
static bool is_in_the_clear(const struct port_matter *matter, const struct message_event *event)
{
    return event->who.transport == TRANSPORT_TCP && !event->is_logged &&
           event->identity->certainty == CLAIM_CERTAIN && ports_has_tls(matter->ports, event->who.port);
}

static void word_in_the_clear(const struct port_matter *matter, const struct message_event *event,
                              struct buffer *text, struct buffer *advice)
{
    const struct protocol *own = ports_owner(matter->ports, event->who.port);
    const char *name = ports_called(matter->ports, own);
    buffer_printf(text, " speaks %s to its port %u in the clear, but this Traccar expects TLS there.", name,
                  event->who.port);
    buffer_printf(advice,
                  "Switch TLS on in the device; or, where it has none, take %s.ssl out of Traccar's "
                  "conf/traccar.xml and restart Traccar.",
                  name);
}

static void word_switched_off(const struct port_matter *matter, const struct message_event *event,
                              struct buffer *text, struct buffer *advice)
{
    const struct identity *identity = event->identity;
    const struct protocol *first = identity->candidates[0];
    if (!first)
        return;
    uint16_t port = ports_of(matter->ports, first);
    buffer_put_text(text, identity->certainty == CLAIM_CERTAIN ? " speaks " : " seems to speak ");
    wording_put_candidates(text, identity);
    if (ports_off(matter->ports, first) == PORTS_TOO_NEW)
        buffer_printf(text, ", which this Traccar (version %s) does not know.", ports_version(matter->ports));
    else
        buffer_put_text(text, ", which this Traccar has switched off.");
    const char *name = ports_called(matter->ports, first);
    switch (ports_off(matter->ports, first)) {
    case PORTS_TOO_NEW:
        buffer_printf(advice, "Update Traccar to its newest version, which speaks %s on port %u", name, port);
        break;
    case PORTS_NOT_ENABLED:
        buffer_printf(advice, "Add %s to protocols.enable in Traccar's conf/traccar.xml and restart Traccar",
                      name);
        break;
    default:
        buffer_printf(advice, "Set %s.port to %u in Traccar's conf/traccar.xml and restart Traccar", name,
                      port);
    }
    if (event->who.port != port) {
        buffer_put_text(advice, "; then set the server port in the device");
        put_entry(matter, port, advice);
    }
    buffer_put_u8(advice, '.');
}

static uint16_t right_port(const struct port_matter *matter, const struct message_event *event,
                           enum finding_code code)
{
    const struct protocol *protocol = first_listened(matter, event->identity);
    if (code == FINDING_WRONG_TRANSPORT)
        return event->who.port;
    uint16_t port = ports_of(matter->ports, protocol ? protocol : event->identity->candidates[0]);
    uint16_t outside = ports_outside(matter->ports, port);
    return outside != 0 ? outside : port;
}

static void raise_code(struct port_matter *matter, const struct message_event *event, enum finding_code code)
{
    struct subject subject = subject_at(event);
    bool is_told = finding_confirm(matter->findings, code, &subject, event->time);
    if (event->device[0]) {
        /* on its next connection it may not tell its id first */
        struct subject address = subject_of(&event->who, "", true);
        finding_shadow(matter->findings, code, &address, event->time);
    }
    bool is_more = is_told && event->is_answered && code == FINDING_WRONG_PORT &&
                   finding_may_amend(matter->findings, code, &subject);
    if (is_told && !is_more)
        return;
    struct wording text, advice;
    wording_start(&text);
    wording_start(&advice);
    wording_put_subject(&text.text, &event->who, event->device);
    if (code == FINDING_WRONG_PORT || code == FINDING_WRONG_WEB_PORT)
        word_wrong_port(matter, event, &text.text, &advice.text);
    else if (code == FINDING_WRONG_TRANSPORT && event->identity->verdict == VERDICT_OK)
        word_in_the_clear(matter, event, &text.text, &advice.text);
    else if (code == FINDING_WRONG_TRANSPORT)
        word_wrong_transport(matter, event, &text.text, &advice.text);
    else
        word_switched_off(matter, event, &text.text, &advice.text);
    struct finding_event finding = { .time = event->time,
                                     .severity = SEVERITY_PROBLEM,
                                     .who = event->who,
                                     .device = event->device,
                                     .sample = event->bytes,
                                     .protocol = event->protocol,
                                     .right_port = right_port(matter, event, code),
                                     .text = wording_end(&text),
                                     .advice = wording_end(&advice) };
    if (is_more)
        finding_amend(matter->findings, code, &subject, finding);
    else
        finding_raise(matter->findings, code, &subject, finding);
}

/* Does this id come to port after port? Then the address is told of, and not the device, which there may not be. */
static bool is_scanner(struct port_matter *matter, const struct message_event *event, enum finding_code code)
{
    static const char why[] = "It comes to port after port within seconds: that is a scanner's.";
    struct subject device = subject_at(event);
    struct who somebody = { .transport = event->who.transport, .peer = event->who.peer };
    struct subject address = subject_of(&somebody, "", false);
    struct wording text;
    if (!event->device[0])
        return false;
    enum scan_step step = scans_note(matter->scans, &device, &event->who, code, event->time, NULL, NULL);
    if (step == SCAN_NONE)
        return false;
    for (size_t i = 0; i < CODES; i++)
        finding_clear(matter->findings, codes[i], &device, event->time, why);
    if (finding_confirm(matter->findings, FINDING_NOT_A_TRACKER, &address, event->time))
        return true;
    wording_start(&text);
    wording_put_address(&text.text, &event->who);
    buffer_printf(&text.text,
                  " sends as device %s to port after port within seconds: that is a scanner, and no tracker.",
                  event->device);
    finding_raise(matter->findings, FINDING_NOT_A_TRACKER, &address,
                  (struct finding_event){
                      .time = event->time,
                      .count = WANDERED,
                      .severity = SEVERITY_INFO,
                      .who = somebody,
                      .device = "",
                      .sample = event->bytes,
                      .text = wording_end(&text),
                      .advice = "Nothing is wrong with your devices: hosts on the internet get such visits.",
                  });
    return true;
}

/* It does right, or something else is wrong now: what was wrong before is over, unless it does both by turns. */
static void clear_others(struct port_matter *matter, const struct message_event *event, enum finding_code now)
{
    static const char *const why[FINDING_CODES] = {
        [FINDING_WRONG_PORT] = "It sends to its right port now.",
        [FINDING_WRONG_TRANSPORT] = "It uses the right transport now.",
        [FINDING_SWITCHED_OFF] = "It sends to where Traccar listens now.",
        [FINDING_WRONG_WEB_PORT] = "It sends to its right port now.",
    };
    struct subject subject = subject_at(event);
    for (size_t i = 0; i < CODES; i++) {
        if (codes[i] != now)
            finding_clear_quiet(matter->findings, codes[i], &subject, MOVED, event->time, why[codes[i]]);
    }
}

void port_message(struct port_matter *matter, const struct message_event *event)
{
    const struct identity *identity = event->identity;
    enum finding_code code = FINDING_CODES; /* nothing is wrong */
    switch (identity->verdict) {
    case VERDICT_WRONG_PORT:
        /* what is not sure is too little to send somebody to his device */
        if (!plausible_claim(event))
            return;
        code = !first_listened(matter, identity)             ? FINDING_SWITCHED_OFF
               : event->who.port == ports_web(matter->ports) ? FINDING_WRONG_WEB_PORT
                                                             : FINDING_WRONG_PORT;
        break;
    case VERDICT_WRONG_TRANSPORT:
        if (identity->certainty != CLAIM_CERTAIN)
            return;
        code = FINDING_WRONG_TRANSPORT;
        break;
    case VERDICT_OK:
        if (is_in_the_clear(matter, event))
            code = FINDING_WRONG_TRANSPORT;
        break;
    default:
        return;
    }
    if (code != FINDING_CODES && is_scanner(matter, event, code))
        return;
    if (code != FINDING_CODES)
        raise_code(matter, event, code);
    clear_others(matter, event, code);
}

void port_tick(struct port_matter *matter, int64_t now)
{
    /* a device that went to its right port, or away, says nothing here any more */
    for (size_t i = 0; i < CODES; i++)
        findings_forget(matter->findings, codes[i], now - matter->forget, now,
                        "Nothing of it has come to this port any more.");
}
