/* SPDX-License-Identifier: Apache-2.0 */
/* The matter of the server. Gets facts of the host from the judge, gives findings to the table of findings. */
#include "verdict/server.h"

#include <stdlib.h>

#include "base/table.h"
#include "verdict/server_words.h"

enum { SECOND = 1000000, SINGLE = 3 /* so many ports are told one by one */, FAULTS_MAX = 1024 };
enum { START_UP = 120 * SECOND, GROWING = 15 * SECOND };

/* A fault that was seen, told or not yet. Zero it before filling: it is compared bytewise. */
struct fault_key {
    uint32_t code;
    uint16_t port, transport;
};

struct fault {
    int64_t since, seen;
};

/* Bytes that wait at a port, as they were last seen. */
struct queue_key {
    uint16_t port, transport;
};

struct queue {
    uint64_t bytes;
    int64_t since; /* since then they have not become fewer */
};

struct server_matter {
    int64_t lasting;
    const struct ports *ports;
    struct findings *findings;
    struct table *faults, *queues;
    struct portset full, shut, open, narrow;
    /* of the present facts */
    const struct server_facts *facts;
    int64_t now;
    struct portset set; /* ports that share a fault */
};

struct server_matter *server_new(int64_t lasting, const struct ports *ports, struct findings *findings)
{
    struct server_matter *matter = calloc(1, sizeof(*matter));
    if (!matter)
        return NULL;
    matter->lasting = lasting;
    matter->ports = ports;
    matter->findings = findings;
    matter->faults = table_new(FAULTS_MAX, sizeof(struct fault_key), sizeof(struct fault), NULL, NULL);
    matter->queues = table_new(FAULTS_MAX, sizeof(struct queue_key), sizeof(struct queue), NULL, NULL);
    if (!matter->faults || !matter->queues) {
        server_free(matter);
        return NULL;
    }
    return matter;
}

void server_free(struct server_matter *matter)
{
    if (!matter)
        return;
    table_free(matter->faults);
    table_free(matter->queues);
    free(matter);
}

bool server_is_full(const struct server_matter *matter, uint16_t port)
{
    return portset_has(&matter->full, TRANSPORT_TCP, port);
}

bool server_is_shut(const struct server_matter *matter, enum transport transport, uint16_t port)
{
    return portset_has(&matter->shut, transport, port);
}

bool server_is_open(const struct server_matter *matter, enum transport transport, uint16_t port)
{
    return portset_has(&matter->open, transport, port);
}

bool server_is_narrow(const struct server_matter *matter, enum transport transport, uint16_t port)
{
    return portset_has(&matter->narrow, transport, port);
}

/* ---- telling ---- */

static struct subject subject_at(enum transport transport, uint16_t port)
{
    struct who nobody = { .transport = transport, .port = port };
    return subject_of(&nobody, "", port != 0);
}

/* The fault is there. It is told once it has lasted; false: not yet. */
static bool tell(struct server_matter *matter, enum finding_code code, enum severity severity,
                 enum transport transport, uint16_t port, struct server_words *words)
{
    struct fault_key key;
    memset(&key, 0, sizeof(key));
    key.code = (uint32_t)code;
    key.port = port;
    key.transport = (uint16_t)transport;
    struct fault *fault = table_add(matter->faults, &key);
    if (!fault)
        return false;
    if (fault->since == 0)
        fault->since = matter->now;
    fault->seen = matter->now;
    if (matter->now - fault->since < matter->lasting)
        return false;
    struct subject subject = subject_at(transport, port);
    finding_raise(matter->findings, code, &subject,
                  (struct finding_event){ .time = matter->now,
                                          .severity = severity,
                                          .who = { .transport = transport, .port = port },
                                          .device = "",
                                          .protocol = port ? ports_owner(matter->ports, port) : NULL,
                                          .text = wording_end(&words->text),
                                          .advice = wording_end(&words->advice) });
    return true;
}

/* What was not seen again is over. */
static void sweep(struct server_matter *matter)
{
    for (struct fault *fault = table_first(matter->faults), *next; fault; fault = next) {
        const struct fault_key *key = table_key(matter->faults, fault);
        next = table_next(matter->faults, fault);
        if (fault->seen == matter->now)
            continue;
        struct subject subject = subject_at((enum transport)key->transport, key->port);
        finding_clear(matter->findings, (enum finding_code)key->code, &subject, matter->now,
                      server_words_cleared((enum finding_code)key->code));
        table_remove(matter->faults, fault);
    }
}

/* Why nobody listens is told: of this port, or of all that share the fault. */
static void shut(struct server_matter *matter, enum transport transport, uint16_t port)
{
    unsigned from = 0;
    uint16_t first, last;
    if (portset_count(&matter->set, transport) <= SINGLE) {
        portset_add(&matter->shut, transport, port, port);
        return;
    }
    while (portset_next(&matter->set, transport, &from, &first, &last))
        portset_add(&matter->shut, transport, first, last);
}

/* Ports that share a fault: a few are told one by one, more in one sentence with the first. `word` words one of them, or the list. */
static void tell_set(struct server_matter *matter, enum finding_code code, enum transport transport,
                     const struct server_subject *about)
{
    size_t count = portset_count(&matter->set, transport);
    struct server_subject subject = *about;
    unsigned from = 0;
    uint16_t first, last;
    subject.code = code;
    subject.transport = transport;
    subject.ports = matter->ports;
    while (portset_next(&matter->set, transport, &from, &first, &last)) {
        for (unsigned port = first; port <= last; port++) {
            struct server_words words;
            subject.port = (uint16_t)port;
            subject.set = count > SINGLE ? &matter->set : NULL;
            server_words_put(&words, &subject);
            bool is_told = tell(matter, code, SEVERITY_PROBLEM, transport, (uint16_t)port, &words);
            if (is_told && code == FINDING_NOT_LISTENING)
                shut(matter, transport, (uint16_t)port);
            if (count > SINGLE)
                return;
        }
    }
}

/* ---- who listens ---- */

enum holding {
    HELD_WELL,   /* by Traccar, or by somebody of whom nothing else is known */
    HELD_INSIDE, /* on loopback only */
    HELD_BY_OTHER,
    HELD_BY_NOBODY
};

/* A program that passes ports on is Traccar's own way in where Traccar has a network of its own. hexwatch may stand in for it. */
static bool is_stranger(const struct host_facts *host, const struct host_socket *socket)
{
    if (socket->process == 0 || host_is_traccars(host, socket) || host_is_own(host, socket) ||
        strcmp(socket->program, "hexwatch") == 0)
        return false;
    return !(host_is_publisher(socket) && !host_traccar(host));
}

static enum holding holding_of(const struct server_matter *matter, enum transport transport, uint16_t port,
                               const struct host_socket **socket)
{
    const struct host_facts *host = matter->facts->host;
    enum host_reach reach = host_reach(host, transport, port, socket);
    if (reach == HOST_NOBODY)
        return HELD_BY_NOBODY;
    if (is_stranger(host, *socket))
        return HELD_BY_OTHER;
    return reach == HOST_SELF ? HELD_INSIDE : HELD_WELL;
}

/* Puts those of the expected ports that are held so (by this process; 0: whoever) into the set. */
static size_t collect(struct server_matter *matter, enum transport transport, enum holding holding,
                      int process, const struct host_socket **holder)
{
    unsigned from = 0;
    uint16_t first, last;
    size_t count = 0;
    memset(&matter->set, 0, sizeof(matter->set));
    while (portset_next(matter->facts->expected, transport, &from, &first, &last)) {
        for (unsigned port = first; port <= last; port++) {
            const struct host_socket *socket;
            if (holding_of(matter, transport, (uint16_t)port, &socket) != holding ||
                (process != 0 && socket->process != process))
                continue;
            portset_add(&matter->set, transport, (uint16_t)port, (uint16_t)port);
            count++;
            if (count == 1)
                *holder = socket;
        }
    }
    return count;
}

/* Each program that holds some of Traccar's ports. */
static void look_for_strangers(struct server_matter *matter, enum transport transport)
{
    const struct host_facts *host = matter->facts->host;
    for (size_t i = 0; i < host->socket_count; i++) {
        const struct host_socket *socket = &host->sockets[i], *first = NULL;
        if (socket->transport != transport ||
            !portset_has(matter->facts->expected, transport, socket->local.port) ||
            !is_stranger(host, socket))
            continue;
        size_t count = collect(matter, transport, HELD_BY_OTHER, socket->process, &first);
        if (count > 0 && first == socket) /* once a program */
            tell_set(matter, FINDING_TAKEN_PORT, transport, &(struct server_subject){ .socket = socket });
    }
}

static bool is_any_held(struct server_matter *matter)
{
    const struct host_socket *socket;
    for (int transport = TRANSPORT_TCP; transport <= TRANSPORT_UDP; transport++) {
        if (collect(matter, (enum transport)transport, HELD_WELL, 0, &socket) > 0 ||
            collect(matter, (enum transport)transport, HELD_INSIDE, 0, &socket) > 0)
            return true;
    }
    return false;
}

static void look_for_listeners(struct server_matter *matter)
{
    const struct host_facts *host = matter->facts->host;
    const struct host_process *traccar = host_traccar(host);
    bool is_any = is_any_held(matter);
    /* while it starts it opens its ports all at once, at the end */
    bool is_ready = traccar && (is_any || host->time - traccar->started > START_UP);
    for (int transport = TRANSPORT_TCP; transport <= TRANSPORT_UDP; transport++) {
        const struct host_socket *socket = NULL;
        look_for_strangers(matter, (enum transport)transport);
        if (collect(matter, (enum transport)transport, HELD_INSIDE, 0, &socket) > 0)
            tell_set(matter, FINDING_NOT_LISTENING, (enum transport)transport,
                     &(struct server_subject){ .socket = socket, .process = traccar });
        if (is_ready && collect(matter, (enum transport)transport, HELD_BY_NOBODY, 0, &socket) > 0)
            tell_set(matter, FINDING_NOT_LISTENING, (enum transport)transport,
                     &(struct server_subject){ .process = traccar, .time = host->time });
    }
    if (traccar || is_any || host_traccar_elsewhere(host) || host->processes_unread || matter->facts->broken)
        return; /* what is broken is told */
    struct server_words words;
    server_words_put(
        &words, &(struct server_subject){ .code = FINDING_TRACCAR_DOWN, .is_container = host->is_container });
    if (tell(matter, FINDING_TRACCAR_DOWN, SEVERITY_PROBLEM, TRANSPORT_TCP, 0, &words))
        matter->shut = *matter->facts->expected;
}

/* Where it listens is not known then, and whether it runs says only its process. */
static void tell_broken(struct server_matter *matter)
{
    const struct host_facts *host = matter->facts->host;
    const struct host_process *traccar = host_traccar(host);
    struct server_words words;
    if (!traccar)
        traccar = host_traccar_elsewhere(host);
    bool is_down = !traccar && !host->processes_unread;
    server_words_put(&words, &(struct server_subject){ .code = FINDING_TRACCAR_DOWN,
                                                       .process = traccar,
                                                       .is_down = is_down,
                                                       .broken = matter->facts->broken });
    (void)tell(matter, FINDING_TRACCAR_DOWN, is_down ? SEVERITY_PROBLEM : SEVERITY_WARNING, TRANSPORT_TCP, 0,
               &words);
}

/* ---- what lies unread ---- */

/* Bytes that wait at a port and do not become fewer, however often one looks. */
static bool is_growing(struct server_matter *matter, enum transport transport, uint16_t port, uint64_t bytes)
{
    struct queue_key key = { port, (uint16_t)transport };
    struct queue *queue = bytes > 0 ? table_add(matter->queues, &key) : table_find(matter->queues, &key);
    if (!queue)
        return false;
    if (bytes == 0) {
        table_remove(matter->queues, queue);
        return false;
    }
    if (queue->since == 0 || bytes < queue->bytes)
        queue->since = matter->now;
    queue->bytes = bytes;
    return matter->now - queue->since >= GROWING;
}

static void tell_stuck(struct server_matter *matter, const struct server_subject *about)
{
    struct server_words words;
    const struct host_facts *host = matter->facts->host;
    struct server_subject subject = *about;
    (void)host_reach(host, about->transport, about->port, &subject.socket);
    subject.code = FINDING_TRACCAR_STUCK;
    subject.ports = matter->ports;
    subject.is_traccars = subject.socket && host_is_traccars(host, subject.socket);
    server_words_put(&words, &subject);
    (void)tell(matter, FINDING_TRACCAR_STUCK, SEVERITY_PROBLEM, about->transport, about->port, &words);
}

/* A port that another program holds is that program's business. */
static bool is_looked_at(const struct server_matter *matter, enum transport transport, uint16_t port)
{
    const struct host_socket *socket;
    if (!portset_has(matter->facts->expected, transport, port))
        return false;
    return !matter->facts->is_installed || holding_of(matter, transport, port, &socket) != HELD_BY_OTHER;
}

/* One sentence for all ports: what hangs is the program. */
static void look_for_unread(struct server_matter *matter)
{
    const struct host_facts *host = matter->facts->host;
    struct server_subject about = { .transport = TRANSPORT_TCP };
    for (size_t i = 0; i < host->queue_count; i++) {
        const struct host_queue *queue = &host->queues[i];
        bool is_late = queue->unread + queue->unaccepted > 0;
        if (!is_looked_at(matter, TRANSPORT_TCP, queue->port) ||
            (!is_growing(matter, TRANSPORT_TCP, queue->port, queue->bytes) && !is_late))
            continue;
        if (about.port == 0 || queue->port < about.port)
            about.port = queue->port;
        about.unread += queue->unread;
        about.unaccepted += queue->unaccepted;
        about.bytes += queue->bytes;
        about.longest = queue->longest > about.longest ? queue->longest : about.longest;
        about.count++;
    }
    if (about.port != 0) {
        tell_stuck(matter, &about);
        return;
    }
    for (size_t i = 0; i < host->socket_count; i++) {
        const struct host_socket *socket = &host->sockets[i];
        if (socket->transport == TRANSPORT_UDP && is_looked_at(matter, TRANSPORT_UDP, socket->local.port) &&
            is_growing(matter, TRANSPORT_UDP, socket->local.port, socket->waiting)) {
            tell_stuck(matter, &(struct server_subject){ .transport = TRANSPORT_UDP,
                                                         .port = socket->local.port,
                                                         .bytes = socket->waiting,
                                                         .count = 1 });
            return;
        }
    }
}

static void note_sockets(struct server_matter *matter)
{
    const struct host_facts *host = matter->facts->host;
    memset(&matter->full, 0, sizeof(matter->full));
    memset(&matter->open, 0, sizeof(matter->open));
    memset(&matter->narrow, 0, sizeof(matter->narrow));
    for (size_t i = 0; i < host->socket_count; i++) {
        const struct host_socket *socket = &host->sockets[i];
        if (endpoint_scope(&socket->local) != SCOPE_LOOPBACK)
            portset_add(&matter->open, socket->transport, socket->local.port, socket->local.port);
        const struct host_socket *bound;
        if (!endpoint_is_any(&socket->local) &&
            host_is_narrow(host, socket->transport, socket->local.port, &bound))
            portset_add(&matter->narrow, socket->transport, socket->local.port, socket->local.port);
        if (socket->transport == TRANSPORT_TCP && socket->room > 0 && socket->waiting >= socket->room)
            portset_add(&matter->full, TRANSPORT_TCP, socket->local.port, socket->local.port);
    }
}

/* ---- what is passed on to a container ---- */

enum { CHOSEN = 8 /* who publishes so few ports has chosen them */ };

static bool is_published(const struct server_matter *matter, enum transport transport, uint16_t port)
{
    const struct host_facts *host = matter->facts->host;
    const struct firewall_packet packet = { .transport = transport,
                                            .port = port,
                                            .interface = host->interface };
    for (size_t i = 0; i < host->published_count; i++) {
        if (host->published[i].transport == transport && host->published[i].port == port)
            return true;
    }
    if (!matter->facts->firewall)
        return false;
    struct firewall_answer answer = firewall_ask(matter->facts->firewall, &packet);
    return (answer.is_redirected || answer.may_be_redirected) && !endpoint_is_any(&answer.to);
}

/* Counts the expected ports that are published; the set takes those that are not. */
static size_t count_published(struct server_matter *matter, enum transport transport)
{
    unsigned from = 0;
    uint16_t first, last;
    size_t count = 0;
    while (portset_next(matter->facts->expected, transport, &from, &first, &last)) {
        for (unsigned port = first; port <= last; port++) {
            if (is_published(matter, transport, (uint16_t)port))
                count++;
            else
                portset_add(&matter->set, transport, (uint16_t)port, (uint16_t)port);
        }
    }
    return count;
}

static void look_for_unpublished(struct server_matter *matter)
{
    const struct host_facts *host = matter->facts->host;
    bool is_elsewhere = host_traccar_elsewhere(host) != NULL;
    if (host_traccar(host) || (!is_elsewhere && host->published_count == 0 && !matter->facts->firewall))
        return;
    memset(&matter->set, 0, sizeof(matter->set));
    size_t tcp = count_published(matter, TRANSPORT_TCP), udp = count_published(matter, TRANSPORT_UDP);
    size_t all = portset_count(matter->facts->expected, TRANSPORT_TCP) +
                 portset_count(matter->facts->expected, TRANSPORT_UDP);
    /* none at all is told only of a Traccar that is seen, and where what passes ports on can be seen */
    bool is_none = tcp + udp == 0 && is_elsewhere && (host->published_count > 0 || matter->facts->firewall);
    if (!is_none && (tcp + udp <= CHOSEN || tcp + udp == all))
        return;
    struct server_words words;
    server_words_put(&words, &(struct server_subject){ .code = FINDING_HALF_PUBLISHED,
                                                       .ports = matter->ports,
                                                       .set = &matter->set,
                                                       .tcp = tcp,
                                                       .udp = udp });
    (void)tell(matter, FINDING_HALF_PUBLISHED, SEVERITY_WARNING, TRANSPORT_TCP, 0, &words);
}

void server_take(struct server_matter *matter, const struct server_facts *facts, int64_t now)
{
    matter->facts = facts;
    matter->now = now;
    memset(&matter->shut, 0, sizeof(matter->shut));
    if (!facts->host->sockets_unread)
        note_sockets(matter);
    if (facts->broken)
        tell_broken(matter);
    if (!facts->stands_in && !facts->host->sockets_unread) {
        if (facts->is_installed)
            look_for_listeners(matter);
        look_for_unread(matter);
        look_for_unpublished(matter);
    }
    sweep(matter);
    matter->facts = NULL;
}
