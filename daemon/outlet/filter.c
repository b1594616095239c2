/* SPDX-License-Identifier: Apache-2.0 */
/* Reads what somebody chooses, and compares. Used by snapshot, feed and the history. */
#include "outlet/filter.h"

#include <arpa/inet.h>
#include <stdio.h>
#include <stdlib.h>
#include <strings.h>

#include "base/portset.h"
#include "verdict/wording.h"

static bool fail(char *error, size_t size, const char *format, const char *value)
{
    (void)snprintf(error, size, format, value);
    return false;
}

static bool add_device(struct filter *filter, const char *value, char *error, size_t size)
{
    if (strlen(value) >= DEVICE_MAX)
        return fail(error, size, "device '%.80s…' is longer than any id", value);
    strcpy(filter->devices[filter->device_count++], value);
    return true;
}

static bool add_peer(struct filter *filter, const char *value, char *error, size_t size)
{
    static const char what[] = "peer '%.80s' is no address. Write 203.0.113.7, 2001:db8::1 or ADDRESS/LEN";
    char text[INET6_ADDRSTRLEN + 1];
    uint8_t bytes[16];
    const char *slash = strchr(value, '/');
    size_t length = slash ? (size_t)(slash - value) : strlen(value);
    if (length >= sizeof(text))
        return fail(error, size, what, value);
    memcpy(text, value, length);
    text[length] = '\0';
    bool is_v4 = inet_pton(AF_INET, text, bytes) == 1;
    if (!is_v4 && inet_pton(AF_INET6, text, bytes) != 1)
        return fail(error, size, what, value);
    unsigned long most = is_v4 ? 32 : 128, bits = most;
    if (slash) {
        char *end;
        bits = strtoul(slash + 1, &end, 10);
        if (slash[1] < '0' || slash[1] > '9' || *end != '\0' || bits > most)
            return fail(error, size, what, value);
    }
    filter->peers[filter->peer_count].address = is_v4 ? endpoint_of_v4(bytes, 0) : endpoint_of_v6(bytes, 0);
    filter->peers[filter->peer_count++].bits = (unsigned)bits;
    return true;
}

static bool add_ports(struct filter *filter, const char *value, char *error, size_t size)
{
    bool has_room = true;
    struct portset *ports = calloc(1, sizeof(*ports));
    if (!ports)
        return fail(error, size, "%s", "out of memory");
    bool is_fine = portset_parse(ports, value, error, size);
    for (int transport = TRANSPORT_TCP; is_fine && has_room && transport <= TRANSPORT_UDP; transport++) {
        unsigned from = 0;
        uint16_t first, last;
        while (has_room && portset_next(ports, (enum transport)transport, &from, &first, &last)) {
            has_room = filter->range_count < 2 * FILTER_MAX;
            if (!has_room)
                break;
            filter->ranges[filter->range_count].transport = (enum transport)transport;
            filter->ranges[filter->range_count].first = first;
            filter->ranges[filter->range_count++].last = last;
        }
    }
    free(ports);
    return has_room ? is_fine : fail(error, size, "port '%.80s': these are too many ranges", value);
}

static bool add_protocol(struct filter *filter, const char *value, char *error, size_t size)
{
    if (strlen(value) >= FILTER_PROTOCOL)
        return fail(error, size, "protocol '%.80s' is longer than any name", value);
    strcpy(filter->protocols[filter->protocol_count++], value);
    return true;
}

static bool add_code(struct filter *filter, const char *value, char *error, size_t size)
{
    for (int code = 0; code < FINDING_CODES; code++) {
        if (strcmp(finding_name((enum finding_code)code), value) != 0)
            continue;
        filter->codes |= UINT64_C(1) << code;
        return true;
    }
    return fail(error, size, "there is no finding '%.80s'. The manual page lists them", value);
}

bool filter_add(struct filter *filter, const char *name, const char *value, char *error, size_t size)
{
    static const struct {
        const char *name;
        bool (*add)(struct filter *filter, const char *value, char *error, size_t size);
        size_t count; /* where it stands in the filter */
    } kinds[] = {
        { "device", add_device, offsetof(struct filter, device_count) },
        { "peer", add_peer, offsetof(struct filter, peer_count) },
        { "port", add_ports, offsetof(struct filter, range_count) },
        { "protocol", add_protocol, offsetof(struct filter, protocol_count) },
    };
    if (strcmp(name, "finding") == 0)
        return add_code(filter, value, error, size);
    for (size_t i = 0; i < sizeof(kinds) / sizeof(kinds[0]); i++) {
        if (strcmp(kinds[i].name, name) != 0)
            continue;
        if (*(const size_t *)(const void *)((const char *)filter + kinds[i].count) >= FILTER_MAX)
            return fail(error, size, "'%.80s' is chosen too often", name);
        return kinds[i].add(filter, value, error, size);
    }
    return fail(error, size, "'%.80s' cannot be chosen by. Use device, peer, port, protocol or finding",
                name);
}

static bool admits_device(const struct filter *filter, const char *device)
{
    for (size_t i = 0; i < filter->device_count; i++) {
        if (strcmp(filter->devices[i], device) == 0)
            return true;
    }
    return filter->device_count == 0;
}

static bool admits_peer(const struct filter *filter, const struct endpoint *peer)
{
    for (size_t i = 0; i < filter->peer_count; i++) {
        if (endpoint_is_within(peer, &filter->peers[i].address, filter->peers[i].bits))
            return true;
    }
    return filter->peer_count == 0;
}

bool filter_admits_service(const struct filter *filter, const struct service *service)
{
    for (size_t i = 0; i < filter->range_count; i++) {
        if (filter->ranges[i].transport == service->transport && filter->ranges[i].first <= service->port &&
            service->port <= filter->ranges[i].last)
            return true;
    }
    return filter->range_count == 0;
}

static bool admits_protocol(const struct filter *filter, const struct protocol *protocol)
{
    for (size_t i = 0; protocol && i < filter->protocol_count; i++) {
        if (strcasecmp(filter->protocols[i], protocol->name) == 0 ||
            (protocol->alias && strcasecmp(filter->protocols[i], protocol->alias) == 0))
            return true;
    }
    return filter->protocol_count == 0;
}

bool filter_admits(const struct filter *filter, const struct who *who, const char *device,
                   const struct protocol *protocol)
{
    return filter_admits_service(filter, &(struct service){ who->transport, who->port }) &&
           admits_device(filter, device) && admits_peer(filter, &who->peer) &&
           admits_protocol(filter, protocol);
}

bool filter_admits_code(const struct filter *filter, enum finding_code code)
{
    return filter->codes == 0 || (filter->codes >> code & 1) != 0;
}

bool filter_is_empty(const struct filter *filter)
{
    return filter->device_count + filter->peer_count + filter->range_count + filter->protocol_count == 0;
}
