/* SPDX-License-Identifier: Apache-2.0 */
/* Lists of facts, and what they say of a port. Filled by intake, asked by the matter of the server and by doctor. */
#include "verdict/host.h"

#include <stdlib.h>
#include <string.h>

enum { LIST_MAX = 1 << 15 };

struct host_facts *host_facts_new(void)
{
    return calloc(1, sizeof(struct host_facts));
}

void host_facts_free(struct host_facts *facts)
{
    if (!facts)
        return;
    free(facts->sockets);
    free(facts->queues);
    free(facts->addresses);
    free(facts->published);
    free(facts);
}

/* The list with room for one more, which is all zero: its memory doubles. NULL: no memory, or too many; the list stays. */
static void *grow(void *list, size_t count, size_t size)
{
    bool is_full = (count & (count - 1)) == 0; /* at 0, 1, 2, 4, … */
    if (is_full)
        list = count < LIST_MAX ? realloc(list, (count ? 2 * count : 1) * size) : NULL;
    if (list)
        memset((char *)list + count * size, 0, size);
    return list;
}

struct host_socket *host_add_socket(struct host_facts *facts)
{
    struct host_socket *list = grow(facts->sockets, facts->socket_count, sizeof(*list));
    if (!list)
        return NULL;
    facts->sockets = list;
    return &list[facts->socket_count++];
}

struct host_queue *host_add_queue(struct host_facts *facts)
{
    struct host_queue *list = grow(facts->queues, facts->queue_count, sizeof(*list));
    if (!list)
        return NULL;
    facts->queues = list;
    return &list[facts->queue_count++];
}

struct endpoint *host_add_address(struct host_facts *facts)
{
    struct endpoint *list = grow(facts->addresses, facts->address_count, sizeof(*list));
    if (!list)
        return NULL;
    facts->addresses = list;
    return &list[facts->address_count++];
}

struct host_published *host_add_published(struct host_facts *facts)
{
    struct host_published *list = grow(facts->published, facts->published_count, sizeof(*list));
    if (!list)
        return NULL;
    facts->published = list;
    return &list[facts->published_count++];
}

enum host_reach host_reach(const struct host_facts *facts, enum transport transport, uint16_t port,
                           const struct host_socket **socket)
{
    enum host_reach widest = HOST_NOBODY;
    if (socket)
        *socket = NULL;
    for (size_t i = 0; i < facts->socket_count; i++) {
        const struct host_socket *one = &facts->sockets[i];
        if (one->transport != transport || one->local.port != port)
            continue;
        bool is_self = endpoint_scope(&one->local) == SCOPE_LOOPBACK;
        enum host_reach reach = is_self ? HOST_SELF : HOST_OTHERS;
        if (reach <= widest)
            continue;
        widest = reach;
        if (socket)
            *socket = one;
    }
    return widest;
}

static bool is_bound_to(const struct host_facts *facts, enum transport transport, uint16_t port,
                        const struct endpoint *address)
{
    for (size_t i = 0; i < facts->socket_count; i++) {
        const struct host_socket *one = &facts->sockets[i];
        if (one->transport == transport && one->local.port == port &&
            (endpoint_is_any(&one->local) || endpoint_same_address(&one->local, address)))
            return true;
    }
    return false;
}

bool host_is_narrow(const struct host_facts *facts, enum transport transport, uint16_t port,
                    const struct host_socket **socket)
{
    if (host_reach(facts, transport, port, socket) != HOST_OTHERS)
        return false;
    for (size_t i = 0; i < facts->address_count; i++) {
        const struct endpoint *address = &facts->addresses[i];
        if (endpoint_is_v4(address) == endpoint_is_v4(&(*socket)->local) &&
            endpoint_scope(address) > SCOPE_LINK && !is_bound_to(facts, transport, port, address))
            return true;
    }
    return false;
}

bool host_is_traccars(const struct host_facts *facts, const struct host_socket *socket)
{
    for (size_t i = 0; socket->process != 0 && i < facts->traccar_count; i++) {
        if (facts->traccars[i].id == socket->process)
            return true;
    }
    return false;
}

bool host_is_publisher(const struct host_socket *socket)
{
    static const char *const names[] = { "docker-proxy", "rootlesskit", "rootlessport", "slirp4netns",
                                         "pasta",        "pasta.avx2",  "conmon",       "com.docker.backe" };
    for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
        if (strncmp(socket->program, names[i], 15) == 0) /* the kernel keeps fifteen characters of a name */
            return true;
    }
    return false;
}

bool host_is_own(const struct host_facts *facts, const struct host_socket *socket)
{
    return socket->process != 0 && socket->process == facts->self;
}

static const struct host_process *find_traccar(const struct host_facts *facts, bool is_elsewhere)
{
    for (size_t i = 0; i < facts->traccar_count; i++) {
        if (facts->traccars[i].is_elsewhere == is_elsewhere)
            return &facts->traccars[i];
    }
    return NULL;
}

const struct host_process *host_traccar(const struct host_facts *facts)
{
    return find_traccar(facts, false);
}

const struct host_process *host_traccar_elsewhere(const struct host_facts *facts)
{
    return find_traccar(facts, true);
}

const struct host_queue *host_queue(const struct host_facts *facts, uint16_t port)
{
    for (size_t i = 0; i < facts->queue_count; i++) {
        if (facts->queues[i].port == port)
            return &facts->queues[i];
    }
    return NULL;
}

bool host_has_address(const struct host_facts *facts, const struct endpoint *address)
{
    for (size_t i = 0; i < facts->address_count; i++) {
        if (endpoint_same_address(&facts->addresses[i], address))
            return true;
    }
    return false;
}

enum scope host_scope_v4(const struct host_facts *facts)
{
    enum scope widest = SCOPE_NONE;
    for (size_t i = 0; i < facts->address_count; i++) {
        const struct endpoint *address = &facts->addresses[i];
        if (endpoint_is_v4(address) && endpoint_scope(address) > widest)
            widest = endpoint_scope(address);
    }
    return widest;
}

enum scope host_scope(const struct host_facts *facts)
{
    enum scope widest = SCOPE_NONE;
    for (size_t i = 0; i < facts->address_count; i++) {
        enum scope scope = endpoint_scope(&facts->addresses[i]);
        if (scope > widest)
            widest = scope;
    }
    return widest;
}
