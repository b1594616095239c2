/* SPDX-License-Identifier: Apache-2.0 */
/* The matter of reachability. Gets connections from the judge, gives findings to the table of findings. */
#include "verdict/reach.h"

#include <stdlib.h>

#include "base/table.h"
#include "verdict/reach_words.h"
#include "verdict/scans.h"

enum { SECOND = 1000000, SETTLED = 30 * SECOND, HEARD = 10 * SECOND };
/* What was over and begins again within this time is told once it has lasted, so that a server that starts again and again is not
 * told of each time. */
enum { AGAIN = 300 * SECOND, LASTING = 30 * SECOND, CALMED_MAX = 1024 };

/* A finding that was cleared, because somebody got through. Zero it before filling: it is compared bytewise. */
struct calmed_key {
    struct subject subject;
    uint32_t code;
};

struct calmed {
    int64_t cleared;
    int64_t failing; /* since then nobody has got through; 0: somebody has */
};

struct reach_matter {
    int64_t forget;
    const struct ports *ports;
    struct findings *findings;
    const struct server_matter *server; /* these are NULL as long as nothing is known of this host */
    const struct firewall *firewall;
    enum firewall_manager manager;
    bool is_own; /* facts of this host were given: it is here that packets are watched */
    char interface[16];
    struct table *calmed;
    struct scans *scans;
    struct portset unheard; /* refused while nobody listened there */
};

static const char got_through[] = "A connection got through.";

static const enum finding_code codes[] = { FINDING_REFUSED, FINDING_UDP_REFUSED, FINDING_DROPPED,
                                           FINDING_HALF_OPEN };
enum { CODES = sizeof(codes) / sizeof(codes[0]) };

struct reach_matter *reach_new(int64_t forget, const struct ports *ports, struct findings *findings)
{
    struct reach_matter *matter = calloc(1, sizeof(*matter));
    if (!matter)
        return NULL;
    *matter = (struct reach_matter){ .forget = forget, .ports = ports, .findings = findings };
    matter->calmed = table_new(CALMED_MAX, sizeof(struct calmed_key), sizeof(struct calmed), NULL, NULL);
    matter->scans = scans_new(CALMED_MAX, SCAN_PORTS);
    if (matter->calmed && matter->scans)
        return matter;
    reach_free(matter);
    return NULL;
}

void reach_free(struct reach_matter *matter)
{
    if (!matter)
        return;
    table_free(matter->calmed);
    scans_free(matter->scans);
    free(matter);
}

/* What refuses or drops is the port, whoever comes; an answer that is lost is a matter of the way to one address. */
static struct subject subject_at(const struct who *who, enum finding_code code)
{
    struct who somebody = *who;
    if (code != FINDING_HALF_OPEN)
        memset(&somebody.peer, 0, sizeof(somebody.peer));
    return subject_of(&somebody, "", true);
}

/* Once it is told that Traccar does not run, or does not listen there, a refusal is no news. */
static void clear_explained(struct reach_matter *matter, const struct portset *expected, int64_t now)
{
    static const enum finding_code refusals[] = { FINDING_REFUSED, FINDING_UDP_REFUSED };
    for (int transport = TRANSPORT_TCP; transport <= TRANSPORT_UDP; transport++) {
        unsigned from = 0;
        uint16_t first, last;
        if (!findings_any(matter->findings, refusals[transport]))
            continue;
        while (portset_next(expected, (enum transport)transport, &from, &first, &last)) {
            for (unsigned port = first; port <= last; port++) {
                struct who who = { .transport = (enum transport)transport, .port = (uint16_t)port };
                struct subject subject = subject_at(&who, refusals[transport]);
                if (server_is_shut(matter->server, who.transport, who.port))
                    finding_clear(matter->findings, refusals[transport], &subject, now,
                                  "Why nobody listens there is told by itself.");
            }
        }
    }
}

/* Where nobody listened when it refused, and somebody does now, no device need come to show it. */
static void clear_heard(struct reach_matter *matter, int64_t now)
{
    static const enum finding_code refusals[] = { FINDING_REFUSED, FINDING_UDP_REFUSED };
    for (int transport = TRANSPORT_TCP; transport <= TRANSPORT_UDP; transport++) {
        unsigned from = 0;
        uint16_t first, last;
        if (!findings_any(matter->findings, refusals[transport]))
            continue;
        while (portset_next(&matter->unheard, (enum transport)transport, &from, &first, &last)) {
            for (unsigned port = first; port <= last; port++) {
                struct who who = { .transport = (enum transport)transport, .port = (uint16_t)port };
                struct subject subject = subject_at(&who, refusals[transport]);
                if (server_is_open(matter->server, who.transport, who.port))
                    finding_clear_quiet(matter->findings, refusals[transport], &subject, HEARD, now,
                                        "Something listens there now.");
            }
        }
    }
}

/* Remembers whether somebody listened there when it refused: then something else does that. */
static void note_refusal(struct reach_matter *matter, const struct who *who)
{
    struct portset one;
    if (!matter->server)
        return;
    memset(&one, 0, sizeof(one));
    portset_add(&one, who->transport, who->port, who->port);
    if (server_is_open(matter->server, who->transport, who->port))
        portset_remove(&matter->unheard, &one);
    else if (!portset_has(&matter->unheard, who->transport, who->port))
        portset_add(&matter->unheard, who->transport, who->port, who->port);
}

void reach_facts(struct reach_matter *matter, const struct server_facts *facts,
                 const struct server_matter *server, int64_t now)
{
    matter->server = server;
    matter->firewall = facts->firewall;
    matter->manager = facts->manager;
    matter->is_own = true;
    memcpy(matter->interface, facts->host->interface, sizeof(matter->interface));
    clear_explained(matter, facts->expected, now);
    clear_heard(matter, now);
}

/* Where Traccar does not listen anyway, only a scanner knocks; and who asks once may be one. */
static enum severity severity_of(const struct reach_matter *matter, const struct connection_event *event,
                                 enum finding_code code)
{
    struct cursor name;
    if (!ports_name(matter->ports, event->who.port, &name))
        return SEVERITY_INFO;
    if (code == FINDING_HALF_OPEN)
        return event->is_repeated ? SEVERITY_WARNING : SEVERITY_INFO;
    return SEVERITY_PROBLEM;
}

static struct calmed_key key_of(const struct who *who, enum finding_code code)
{
    struct calmed_key key;
    memset(&key, 0, sizeof(key));
    key.subject = subject_at(who, code);
    key.code = (uint32_t)code;
    return key;
}

/* It was over a moment ago, or the port was open: a server that is started anew is not told of before it has lasted. */
static bool must_last(struct reach_matter *matter, const struct connection_event *event,
                      enum finding_code code)
{
    struct calmed_key key = key_of(&event->who, code);
    struct calmed *calmed = table_count(matter->calmed) > 0 ? table_find(matter->calmed, &key) : NULL;
    if (!calmed)
        return false;
    if (calmed->failing == 0)
        calmed->failing = event->time;
    if (event->time - calmed->cleared < AGAIN && event->time - calmed->failing < LASTING)
        return true;
    table_remove(matter->calmed, calmed);
    return false;
}

/* What was told because of a scanner is taken back, where nobody else has met it before. */
static void take_back(struct reach_matter *matter, const struct scan_attempt *attempt,
                      const struct connection_event *event, int64_t since)
{
    struct who who = { .transport = attempt->transport, .port = attempt->port, .peer = event->who.peer };
    struct subject subject = subject_at(&who, attempt->code);
    if (finding_first(matter->findings, attempt->code, &subject) >= since)
        finding_clear(matter->findings, attempt->code, &subject, event->time,
                      "It was a scanner that met it.");
}

/* Is it one who tries port after port? That is told instead of all that it meets. */
static bool is_scanner(struct reach_matter *matter, const struct connection_event *event,
                       enum finding_code code)
{
    const struct scan_attempt *before;
    struct who somebody = { .transport = event->who.transport, .peer = event->who.peer };
    struct subject address = subject_of(&somebody, "", false);
    struct wording text;
    int64_t since;
    enum scan_step step =
        scans_note(matter->scans, &address, &event->who, code, event->time, &before, &since);
    if (step == SCAN_NONE)
        return false;
    for (size_t i = 0; step == SCAN_BEGUN && i + 1 < SCAN_PORTS; i++)
        take_back(matter, &before[i], event, since);
    if (step == SCAN_GOES_ON ||
        finding_confirm(matter->findings, FINDING_NOT_A_TRACKER, &address, event->time))
        return true;
    wording_start(&text);
    reach_words_put_scanner(&text.text, &event->who);
    finding_raise(matter->findings, FINDING_NOT_A_TRACKER, &address,
                  (struct finding_event){
                      .time = event->time,
                      .first = since,
                      .count = SCAN_PORTS,
                      .severity = SEVERITY_INFO,
                      .who = somebody,
                      .device = "",
                      .text = wording_end(&text),
                      .advice = "Nothing is wrong with your devices: hosts on the internet get such visits. "
                                "If it was 'hexwatch probe', its table says what is open.",
                  });
    return true;
}

static void raise_code(struct reach_matter *matter, const struct connection_event *event,
                       enum finding_code code)
{
    struct subject subject = subject_at(&event->who, code);
    if (is_scanner(matter, event, code))
        return;
    enum severity severity = severity_of(matter, event, code);
    int known = finding_severity(matter->findings, code, &subject);
    bool is_graver = known >= 0 && (int)severity > known; /* it asks again, and is no scanner */
    if ((finding_confirm(matter->findings, code, &subject, event->time) && !is_graver) ||
        (known < 0 && must_last(matter, event, code)))
        return;
    struct wording text, advice;
    wording_start(&text);
    wording_start(&advice);
    struct reach_about about = {
        .ports = matter->ports,
        .firewall = matter->firewall,
        .manager = matter->manager,
        .interface = matter->interface,
        .is_own = matter->is_own,
        .is_open = matter->server && server_is_open(matter->server, event->who.transport, event->who.port),
        .is_narrow = matter->server && server_is_narrow(matter->server, event->who.transport, event->who.port)
    };
    reach_words_put(&about, event, code, &text.text, &advice.text);
    struct finding_event finding = { .time = event->time,
                                     .severity = severity,
                                     .who = event->who,
                                     .device = "",
                                     .text = wording_end(&text),
                                     .advice = wording_end(&advice) };
    if (is_graver)
        finding_amend(matter->findings, code, &subject, finding);
    else
        finding_raise(matter->findings, code, &subject, finding);
}

static void clear_all(struct reach_matter *matter, const struct connection_event *event)
{
    for (size_t i = 0; i < CODES; i++) {
        struct calmed_key key = key_of(&event->who, codes[i]);
        bool is_raised = finding_is_raised(matter->findings, codes[i], &key.subject);
        bool was_open = codes[i] == FINDING_REFUSED;
        if (!is_raised && !was_open && table_count(matter->calmed) == 0)
            continue;
        struct calmed *calmed =
            is_raised || was_open ? table_add(matter->calmed, &key) : table_find(matter->calmed, &key);
        if (calmed)
            *calmed = (struct calmed){ .cleared = is_raised || was_open ? event->time : calmed->cleared };
        finding_clear(matter->findings, codes[i], &key.subject, event->time, got_through);
    }
}

void reach_connection(struct reach_matter *matter, const struct connection_event *event)
{
    switch (event->state) {
    case CONNECTION_OPENED:
        clear_all(matter, event);
        break;
    case CONNECTION_REFUSED:
        if (matter->server && server_is_shut(matter->server, event->who.transport, event->who.port))
            break;
        note_refusal(matter, &event->who);
        raise_code(matter, event,
                   event->who.transport == TRANSPORT_UDP ? FINDING_UDP_REFUSED : FINDING_REFUSED);
        break;
    case CONNECTION_UNANSWERED:
        /* where nobody accepts what came before, the kernel drops what comes: that is no firewall's doing */
        if (matter->server && server_is_full(matter->server, event->who.port))
            break;
        raise_code(matter, event, FINDING_DROPPED);
        break;
    case CONNECTION_HALF_OPEN:
        raise_code(matter, event, FINDING_HALF_OPEN);
        break;
    default:
        break;
    }
}

void reach_message(struct reach_matter *matter, const struct message_event *event)
{
    if (event->who.transport != TRANSPORT_UDP || event->direction != DIRECTION_IN ||
        !findings_any(matter->findings, FINDING_UDP_REFUSED))
        return;
    /* unless a refusal follows it */
    struct subject subject = subject_at(&event->who, FINDING_UDP_REFUSED);
    finding_heal(matter->findings, FINDING_UDP_REFUSED, &subject, event->time);
}

void reach_tick(struct reach_matter *matter, int64_t now)
{
    for (size_t i = 0; i < CODES; i++) {
        findings_settle(matter->findings, codes[i], SETTLED, now, got_through);
        findings_forget(matter->findings, codes[i], now - matter->forget, now, "It has not come again.");
    }
}
