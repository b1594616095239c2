/* SPDX-License-Identifier: Apache-2.0 */
/* The host that a scenario plays on: who listens where, what lies unread, which addresses it has. The judge is shown it as live
 * does it. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "replay/stage.h"
#include "replay/words.h"

enum { SECOND = 1000000, LOOK = 5 * SECOND, TRACCAR = 100, STRANGER = 200, ROOM = 50 };

static const int64_t up_time = 3600 * (int64_t)SECOND;

static enum transport transport_of(const char *word)
{
    return strcmp(word, "udp") == 0 ? TRANSPORT_UDP : TRANSPORT_TCP;
}

static bool read_address(const char *word, struct endpoint *address)
{
    char text[80];
    bool is_v6 = strchr(word, ':') != NULL;
    snprintf(text, sizeof(text), is_v6 ? "[%.60s]:0" : "%.60s:0", word);
    return words_endpoint(text, address);
}

/* "5023", "5001-5020" */
static bool read_range(const char *word, uint64_t *first, uint64_t *last)
{
    char text[16];
    const char *dash = strchr(word, '-');
    snprintf(text, sizeof(text), "%.*s", dash ? (int)(dash - word) : 8, word);
    return words_number(text, UINT16_MAX, first) &&
           (dash ? words_number(dash + 1, UINT16_MAX, last) : (*last = *first, true));
}

static void leave(struct host_facts *host, int process, enum transport transport, uint64_t first,
                  uint64_t last)
{
    size_t kept = 0;
    for (size_t i = 0; i < host->socket_count; i++) {
        const struct host_socket *socket = &host->sockets[i];
        bool is_meant = process != 0 ? socket->process == process
                                     : socket->transport == transport && socket->local.port >= first &&
                                           socket->local.port <= last;
        if (!is_meant)
            host->sockets[kept++] = *socket;
    }
    host->socket_count = kept;
}

/* listens tcp PORTS [at ADDRESS] [by PROGRAM] */
static bool listens(struct host_facts *host, const struct words *words)
{
    uint64_t first, last;
    struct host_socket socket = { .process = TRACCAR, .room = ROOM };
    strcpy(socket.program, "java");
    if (words->count < 5 || !read_range(words->list[4], &first, &last) ||
        !read_address("0.0.0.0", &socket.local))
        return false;
    for (size_t i = 5; i + 1 < words->count; i += 2) {
        if (strcmp(words->list[i], "by") == 0) {
            socket.process = STRANGER;
            snprintf(socket.program, sizeof(socket.program), "%s", words->list[i + 1]);
        } else if (strcmp(words->list[i], "at") != 0 || !read_address(words->list[i + 1], &socket.local)) {
            return false;
        }
    }
    socket.transport = transport_of(words->list[3]);
    for (uint64_t port = first; port <= last; port++) {
        struct host_socket *added = host_add_socket(host);
        if (!added)
            return false;
        *added = socket;
        added->local.port = (uint16_t)port;
        added->inode = 1000 + (unsigned long)port;
    }
    return true;
}

/* unread tcp PORT BYTES [SECONDS] */
static bool unread(struct host_facts *host, const struct words *words)
{
    uint64_t port, bytes, seconds = 0;
    if (words->count < 6 || !words_number(words->list[4], UINT16_MAX, &port) ||
        !words_number(words->list[5], UINT32_MAX, &bytes) ||
        (words->count > 6 && !words_number(words->list[6], 100000, &seconds)))
        return false;
    if (transport_of(words->list[3]) == TRANSPORT_UDP) {
        for (size_t i = 0; i < host->socket_count; i++) {
            if (host->sockets[i].transport == TRANSPORT_UDP && host->sockets[i].local.port == port)
                host->sockets[i].waiting = (uint32_t)bytes;
        }
        return true;
    }
    host->queue_count = 0;
    struct host_queue *queue = bytes > 0 ? host_add_queue(host) : NULL;
    if (queue)
        *queue = (struct host_queue){ .port = (uint16_t)port,
                                      .connections = 1,
                                      .unread = seconds * SECOND >= HOST_UNREAD,
                                      .bytes = bytes,
                                      .longest = (int64_t)seconds * SECOND };
    return true;
}

/* waits PORT COUNT: connections that nobody accepts */
static bool waits(struct host_facts *host, const struct words *words)
{
    uint64_t port, count;
    if (words->count != 5 || !words_number(words->list[3], UINT16_MAX, &port) ||
        !words_number(words->list[4], 100000, &count))
        return false;
    for (size_t i = 0; i < host->socket_count; i++) {
        if (host->sockets[i].transport == TRANSPORT_TCP && host->sockets[i].local.port == port)
            host->sockets[i].waiting = (uint32_t)count;
    }
    return true;
}

/* publishes tcp PORTS */
static bool publishes(struct host_facts *host, const struct words *words)
{
    uint64_t first, last;
    if (words->count != 5 || !read_range(words->list[4], &first, &last))
        return false;
    for (uint64_t port = first; port <= last; port++) {
        struct host_published *added = host_add_published(host);
        if (!added)
            return false;
        *added = (struct host_published){ .transport = transport_of(words->list[3]),
                                          .port = (uint16_t)port,
                                          .inner = (uint16_t)port };
    }
    return true;
}

static bool has_address(struct host_facts *host, const struct words *words)
{
    struct endpoint *added = words->count == 4 ? host_add_address(host) : NULL;
    return added && read_address(words->list[3], added);
}

static void runs(struct host_facts *host, int64_t started, bool is_elsewhere)
{
    host->traccars[0] =
        (struct host_process){ .id = TRACCAR, .started = started, .is_elsewhere = is_elsewhere };
    host->traccar_count = 1;
}

bool stage_host(struct stage *stage, const struct words *words)
{
    const char *verb = words->count > 2 ? words->list[2] : "";
    uint64_t first, last;
    if (!stage->host && !(stage->host = host_facts_new()))
        return false;
    struct host_facts *host = stage->host;
    host->is_root = true;
    if (strcmp(verb, "runs") == 0 || strcmp(verb, "starts") == 0) {
        runs(host, verb[0] == 's' ? stage->now : stage->now - up_time, words->count > 3);
    } else if (strcmp(verb, "ends") == 0) {
        host->traccar_count = 0;
        leave(host, TRACCAR, TRANSPORT_TCP, 0, 0);
    } else if (strcmp(verb, "leaves") == 0) {
        if (words->count != 5 || !read_range(words->list[4], &first, &last))
            return false;
        leave(host, 0, transport_of(words->list[3]), first, last);
    } else if (strcmp(verb, "gateway") == 0) {
        return words->count == 4 && read_address(words->list[3], &host->gateways[0]);
    } else if (strcmp(verb, "hides") == 0) {
        host->processes_unread = host->owners_unread = "hidden";
    } else {
        return strcmp(verb, "listens") == 0     ? listens(host, words)
               : strcmp(verb, "unread") == 0    ? unread(host, words)
               : strcmp(verb, "waits") == 0     ? waits(host, words)
               : strcmp(verb, "publishes") == 0 ? publishes(host, words)
                                                : strcmp(verb, "has") == 0 && has_address(host, words);
    }
    return true;
}

void stage_look(struct stage *stage)
{
    static struct portset expected;
    if (!stage->host || stage->now - stage->looked < LOOK)
        return;
    stage->looked = stage->now;
    stage->host->time = stage->now;
    memset(&expected, 0, sizeof(expected));
    ports_expected(stage->ports, registry, &expected);
    struct server_facts facts = { .host = stage->host, .expected = &expected, .is_installed = true };
    tap_set_own(stage->tap, stage->host->addresses, stage->host->address_count);
    judge_host(stage->judge, &facts, stage->now);
}
