/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Answers the guide's points. Gets the board, what the census has counted of it, and the host's facts from doctor and from
 * snapshot, which tells them to all others.
 */
#include "board/guide.h"

#include <stdio.h>

#include "verdict/gates.h"
#include "verdict/wording.h"

enum { SECOND = 1000000, MINUTE = 60 * SECOND, NAMED = 4 };

struct work {
    const struct guide_evidence *evidence;
    const struct guide *guide;
    struct guide_point *point;
    struct buffer facts, next;
};

unsigned guide_order(size_t index)
{
    static const unsigned order[] = { 6, 4, 1, 5, 2, 3 };
    return index < GUIDE_POINTS ? order[index] : 0;
}

/* ---- counting ---- */

static const struct census_point *open_at(const struct work *work, unsigned point)
{
    return &work->evidence->counts->points[point - 1];
}

/* Addresses other than this host's own from which devices were heard. */
static void count_outsiders(const struct guide_evidence *evidence, struct guide *guide)
{
    const struct census_counts *counts = evidence->counts;
    for (size_t i = 0; i < counts->sender_count; i++) {
        if (evidence->host && host_has_address(evidence->host->host, &counts->senders[i]))
            continue;
        guide->outsiders++;
        guide->outsiders_public += endpoint_scope(&counts->senders[i]) == SCOPE_PUBLIC;
    }
    if (guide->outsiders < evidence->outsiders)
        guide->outsiders = evidence->outsiders;
    if (guide->outsiders_public < evidence->outsiders_public)
        guide->outsiders_public = evidence->outsiders_public;
}

/* "2 public addresses": who got in from there is proof that it is open. */
static void put_outsiders(struct work *work)
{
    size_t public = work->guide->outsiders_public, count = public > 0 ? public : work->guide->outsiders;
    buffer_printf(&work->facts, "%zu %s address%s", count, public > 0 ? "public" : "other",
                  count == 1 ? "" : "es");
}

static void put_ago(struct buffer *out, int64_t span)
{
    if (span < 2 * SECOND) {
        buffer_put_text(out, "just now");
        return;
    }
    wording_put_span(out, span);
    buffer_put_text(out, " ago");
}

static unsigned long long wide(uint64_t count)
{
    return count;
}

static void put_count(struct buffer *out, uint64_t count, const char *one)
{
    buffer_printf(out, "%llu %s%s", (unsigned long long)count, one, count == 1 ? "" : "s");
}

static void say_unknown(struct work *work, const char *why)
{
    work->point->state = STANDING_UNKNOWN;
    buffer_put_text(&work->facts, why);
}

/* "tcp 5013: dropped, and 2 more" */
static void put_problems(struct work *work, const struct census_point *open)
{
    if (open->device[0])
        buffer_printf(&work->facts, "device %s: ", open->device);
    else if (open->service.port != 0)
        buffer_printf(&work->facts, "%s %u: ", transport_name(open->service.transport), open->service.port);
    buffer_put_text(&work->facts, finding_name(open->code));
    if (open->problems > 1)
        buffer_printf(&work->facts, ", and %u more", open->problems - 1);
}

/* The point has a problem: what is told of it in its line. */
static void say_problem(struct work *work, const struct census_point *open)
{
    work->point->state = STANDING_PROBLEM;
    buffer_put_text(&work->next, open->advice);
}

static const char unseen[] = "no messages are seen here: see 1";

/* Where no messages are known, somebody who watches may have told of problems all the same. */
static void say_unread(struct work *work, const char *why, const struct census_point *open)
{
    if (open->problems == 0) {
        say_unknown(work, why);
        return;
    }
    put_problems(work, open);
    say_problem(work, open);
}

/* ---- the points ---- */

static void look_at_arrivals(struct work *work)
{
    const struct guide_evidence *evidence = work->evidence;
    const struct board_counts *counts = board_counts(evidence->board);
    const struct census_point *open = open_at(work, 1);
    size_t devices = board_count_devices(evidence->board);
    if (evidence->messages_unread) {
        say_unread(work, evidence->messages_unread, open);
        return;
    }
    if (counts->last_message == 0) {
        work->point->state = STANDING_WAITING;
        buffer_put_text(&work->facts, "nothing has come so far");
        buffer_put_text(
            &work->next,
            "Set a device to this server and wait for its next report; points 4 and 6 say whether "
            "it can get through.");
    } else {
        int64_t age = evidence->now - counts->last_message;
        put_count(&work->facts, devices, "device");
        buffer_put_text(&work->facts, " on ");
        put_count(&work->facts, board_count_ports(evidence->board), "port");
        buffer_put_text(&work->facts, ", last message ");
        put_ago(&work->facts, age);
        if (devices == 0 || age > evidence->stale) {
            work->point->state = STANDING_WAITING;
            buffer_put_text(&work->next, devices == 0
                                             ? "Only visitors have come so far: set a device to this server."
                                             : "Look whether the devices are on and have a connection.");
        }
    }
    if (open->problems > 0)
        say_problem(work, open);
}

static void look_at_decoding(struct work *work)
{
    const struct guide_evidence *evidence = work->evidence;
    const struct census_point *open = open_at(work, 2);
    uint64_t devices = evidence->counts->devices;
    uint32_t unknown = evidence->counts->unknown, problems = open->problems;
    if (evidence->log_unread) {
        say_unread(work, evidence->log_unread, open);
        if (open->problems == 0 && evidence->log_next)
            buffer_put_text(&work->next, evidence->log_next);
        return;
    }
    if (devices == 0 && problems == 0) {
        work->point->state = STANDING_WAITING;
        buffer_put_text(&work->facts, "no device has sent yet");
        return;
    }
    if (problems == 0) {
        buffer_printf(&work->facts, "%llu of %llu: Traccar takes what they send", wide(devices),
                      wide(devices));
        return;
    }
    if (unknown > 0)
        buffer_printf(&work->facts, "%u of %llu not registered in Traccar", unknown, wide(devices));
    if (problems > unknown)
        buffer_printf(&work->facts, "%s%u filtered, disabled or not decoded", unknown ? ", " : "",
                      problems - unknown);
    say_problem(work, open);
}

static void look_at_fixes(struct work *work)
{
    const struct guide_evidence *evidence = work->evidence;
    const struct census_counts *counts = evidence->counts;
    const struct census_point *open = open_at(work, 3);
    if (evidence->messages_unread) {
        say_unread(work, unseen, open);
        return;
    }
    if (counts->devices == 0 && open->problems == 0) {
        work->point->state = STANDING_WAITING;
        buffer_put_text(&work->facts, "no device has sent yet");
        return;
    }
    buffer_printf(&work->facts, "%llu of %llu have a place", wide(counts->located), wide(counts->devices));
    if (open->problems > 0)
        buffer_printf(&work->facts, ", %u with a wrong one or none", open->problems);
    if (counts->waiting > 0)
        buffer_printf(&work->facts, ", %u waiting for the first fix", counts->waiting);
    if (open->problems > 0) {
        say_problem(work, open);
    } else if (counts->waiting > 0) {
        work->point->state = STANDING_WAITING;
        buffer_put_text(&work->next, counts->waiting_advice);
    } else if (counts->located == 0) {
        work->point->state = STANDING_WAITING;
        buffer_put_text(&work->next, "Wait: no device has sent a position yet.");
    } else {
        buffer_put_text(&work->facts, ", the oldest ");
        put_ago(&work->facts, evidence->now - counts->oldest);
    }
}

static void look_at_the_way(struct work *work)
{
    const struct guide_evidence *evidence = work->evidence;
    const uint64_t *connections = board_counts(evidence->board)->connections;
    const struct census_point *open = open_at(work, 4);
    if (open->problems > 0) {
        put_problems(work, open);
        say_problem(work, open);
    } else if (!evidence->handshakes_unread && connections[CONNECTION_OPENED] > 0) {
        buffer_printf(&work->facts, "%llu connections, none refused or dropped",
                      (unsigned long long)connections[CONNECTION_OPENED]);
    } else if (work->guide->outsiders > 0) {
        buffer_put_text(&work->facts, "devices got in from ");
        put_outsiders(work);
    } else if (evidence->rules_unread) {
        say_unknown(work, "");
        buffer_printf(&work->facts, "firewall rules: %s", evidence->rules_unread);
        buffer_put_text(
            &work->next,
            evidence->rules_fail
                ? "Run 'hexwatch probe' with this server's address on another machine."
                : "Run 'sudo hexwatch doctor' here, and 'hexwatch probe' with this server's address on "
                  "another machine.");
    } else {
        work->point->state = STANDING_WAITING;
        const char *partly = evidence->ports.partly;
        buffer_printf(&work->facts, "%s; nobody else has come yet",
                      partly[0] ? partly : "no rule of this host is known to be in the way");
        buffer_put_text(&work->next, "Run 'hexwatch probe' with this server's address on another machine.");
    }
}

static void put_protocols(struct work *work)
{
    const struct board *board = work->evidence->board;
    size_t named = 0, more = 0;
    for (const struct board_port *port = NULL; (port = board_next_port(board, port));) {
        if (!port->protocols[0] || port->devices == 0)
            continue;
        if (named == NAMED) {
            more++;
            continue;
        }
        buffer_printf(&work->facts, "%s%s %u", named++ ? ", " : "", port->protocols[0]->name,
                      port->service.port);
    }
    if (more > 0)
        buffer_printf(&work->facts, ", %zu more", more);
}

/* "2 of 20 devices: wrong-port at tcp 5001, and 2 more"; where devices are counted, all of them are such whose protocol is known. */
static void put_wrong_ports(struct work *work, const struct census_point *open)
{
    const struct census_counts *counts = work->evidence->counts;
    if (counts->misplaced > 0)
        buffer_printf(&work->facts, "%llu of %llu device%s%s", wide(counts->misplaced),
                      wide(counts->identified), counts->identified == 1 ? "" : "s",
                      standing_is_misplaced(open->code) ? ": " : " at a wrong one; ");
    buffer_put_text(&work->facts, finding_name(open->code));
    if (open->service.port != 0)
        buffer_printf(&work->facts, " at %s %u", transport_name(open->service.transport), open->service.port);
    if (open->problems > 1)
        buffer_printf(&work->facts, ", and %u more", open->problems - 1);
}

static void look_at_ports(struct work *work)
{
    const struct census_point *open = open_at(work, 5);
    uint64_t devices = work->evidence->counts->devices;
    if (work->evidence->messages_unread) {
        say_unread(work, unseen, open);
    } else if (open->problems > 0) {
        put_wrong_ports(work, open);
        say_problem(work, open);
    } else if (devices == 0) {
        work->point->state = STANDING_WAITING;
        buffer_put_text(&work->facts, "no device has sent yet");
    } else {
        put_protocols(work);
        if (work->facts.length == 0)
            put_count(&work->facts, devices, "device");
    }
}

static void note_if_narrow(struct guide_ports *count, const struct host_facts *host, enum transport transport,
                           uint16_t port)
{
    const struct host_socket *socket;
    if (!host_is_narrow(host, transport, port, &socket) || count->narrow++ > 0)
        return;
    struct endpoint address = socket->local;
    address.port = 0;
    count->first = port;
    endpoint_write(&address, count->address);
}

struct guide_ports guide_count_ports(const struct server_facts *facts)
{
    struct guide_ports count = { .all = 0 };
    for (int transport = TRANSPORT_TCP; transport <= TRANSPORT_UDP; transport++) {
        unsigned from = 0;
        uint16_t first, last;
        while (portset_next(facts->expected, (enum transport)transport, &from, &first, &last)) {
            for (unsigned port = first; port <= last; port++) {
                enum host_reach reach =
                    host_reach(facts->host, (enum transport)transport, (uint16_t)port, NULL);
                count.all++;
                count.others += reach == HOST_OTHERS;
                note_if_narrow(&count, facts->host, (enum transport)transport, (uint16_t)port);
                count.self += reach == HOST_SELF;
            }
        }
    }
    struct buffer partly = buffer_on(count.partly, sizeof(count.partly) - 1);
    count.is_unclear = gates_put_partly(&partly, facts);
    count.partly[partly.length] = '\0';
    return count;
}

static void look_at_the_host(struct work *work)
{
    const struct guide_evidence *evidence = work->evidence;
    const struct census_point *found = open_at(work, 6);
    if (!evidence->host || evidence->host->host->sockets_unread) {
        say_unknown(work,
                    evidence->host ? evidence->host->host->sockets_unread : "this host is not looked at");
        return;
    }
    const struct host_facts *host = evidence->host->host;
    if (found->problems == 0 && evidence->traccar_unread) {
        say_unknown(work, evidence->traccar_unread);
        buffer_put_text(&work->next,
                        evidence->traccar_next
                            ? evidence->traccar_next
                            : "None is in /opt/traccar, and none runs: name its folder with --traccar "
                              "DIR, or run this on the host "
                              "where Traccar runs.");
        return;
    }
    const struct guide_ports ports = evidence->ports;
    bool is_alone = evidence->host->stands_in && ports.others == 0 && ports.self > 0;
    if (host_traccar_elsewhere(host) && !host_traccar(host))
        buffer_put_text(&work->facts, "Traccar runs in a container");
    else if (is_alone)
        buffer_printf(&work->facts, "%zu of %zu listen, but for this host alone", ports.self, ports.all);
    else if (!evidence->traccar_unread)
        buffer_printf(&work->facts, "%zu of %zu listen", ports.others, ports.all);
    else
        buffer_put_text(&work->facts, "where it listens is not known");
    if (ports.narrow > 0)
        buffer_printf(&work->facts, ", %zu of them at some of this host's addresses only: %u at %s",
                      ports.narrow, ports.first, ports.address);
    if (work->guide->outsiders > 0) {
        buffer_put_text(&work->facts, "; ");
        put_outsiders(work);
        buffer_put_text(&work->facts, " got in");
    }
    if (ports.partly[0])
        buffer_printf(&work->facts, "; %s", ports.partly);
    if (found->problems > 0) {
        buffer_printf(&work->facts, "; %s", finding_name(found->code));
        say_problem(work, found);
    } else if (is_alone) {
        work->point->state = STANDING_UNKNOWN;
        buffer_put_text(&work->next, "To let others in, listen on all addresses: listen.address = \"\".");
    } else if (evidence->rules_unread) {
        work->point->state = STANDING_UNKNOWN;
        buffer_printf(&work->facts, "; firewall rules: %s", evidence->rules_unread);
        buffer_put_text(&work->next, evidence->rules_fail
                                         ? "Run 'sudo nft list ruleset' (of the package nftables) to see why."
                                         : "Run 'sudo hexwatch doctor'.");
    } else if (ports.is_unclear && work->guide->outsiders == 0) {
        work->point->state = STANDING_UNKNOWN;
        buffer_put_text(&work->next, "Run 'hexwatch probe' with this server's address on another machine.");
    } else if (host->traccar_count == 0 && host->processes_unread) {
        work->point->state = STANDING_UNKNOWN;
        buffer_printf(&work->facts, "; Traccar's process: %s", host->processes_unread);
    } else if (host->traccar_count == 0 && host->is_container && ports.others < ports.all) {
        work->point->state = STANDING_UNKNOWN;
        buffer_put_text(&work->facts, " in this container; what runs outside of it is not seen");
        buffer_put_text(&work->next, "Run this on the host, or in Traccar's own container.");
    } else if (host_traccar(host) && ports.others < ports.all) {
        work->point->state = STANDING_WAITING;
        buffer_put_text(&work->facts, "; Traccar is starting");
        buffer_put_text(&work->next, "Wait a minute and run this again.");
    }
}

void guide_fill(struct guide *guide, const struct guide_evidence *evidence)
{
    static const struct {
        const char *title;
        void (*look)(struct work *work);
    } points[GUIDE_POINTS] = {
        { "HEX arrives", look_at_arrivals },
        { "Decoded", look_at_decoding },
        { "Fix", look_at_fixes },
        { "Gets through", look_at_the_way },
        { "Right ports", look_at_ports },
        { "Ports open", look_at_the_host },
    };
    *guide = (struct guide){ .problems = 0 };
    count_outsiders(evidence, guide);
    for (size_t i = 0; i < GUIDE_POINTS; i++) {
        struct guide_point *point = &guide->points[i];
        struct work work = { .evidence = evidence, .guide = guide, .point = point };
        work.facts = buffer_on(point->facts, sizeof(point->facts) - 1);
        work.next = buffer_on(point->next, sizeof(point->next) - 1);
        point->title = points[i].title;
        if (evidence->counts->time == 0)
            say_unknown(&work, "there is much to count: it is not done yet");
        else
            points[i].look(&work);
        guide->problems += point->state == STANDING_PROBLEM;
        guide->unknown += point->state == STANDING_UNKNOWN;
    }
}
