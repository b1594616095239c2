/* SPDX-License-Identifier: Apache-2.0 */
/* Puts the facts of this host together. Called by live, doctor and the listener. */
#include "intake/host.h"

#include <ifaddrs.h>
#include <net/if.h>
#include <netinet/in.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>
#include <unistd.h>

#include "base/hex.h"
#include "intake/processes.h"
#include "intake/sockets.h"

/* Where packets of no other route go, IPv4: the table has addresses in the byte order of this machine. */
static void read_route(struct host_facts *facts)
{
    FILE *table = fopen("/proc/net/route", "re");
    char line[256], name[16];
    while (table && fgets(line, sizeof(line), table)) {
        unsigned to, by;
        uint8_t bytes[4];
        if (sscanf(line, "%15s %x %x", name, &to, &by) != 3 || to != 0)
            continue;
        memcpy(bytes, &by, sizeof(bytes));
        strcpy(facts->interface, name);
        if (by != 0)
            facts->gateways[0] = endpoint_of_v4(bytes, 0);
        break;
    }
    if (table)
        fclose(table);
}

static void read_route6(struct host_facts *facts)
{
    FILE *table = fopen("/proc/net/ipv6_route", "re");
    char line[256], name[16], by[33];
    while (table && fgets(line, sizeof(line), table)) {
        uint8_t bytes[16];
        size_t length, bad;
        if (sscanf(line, "00000000000000000000000000000000 00 %*s %*s %32[0-9a-f] %*s %*s %*s %*s %15s", by,
                   name) != 2 ||
            strcmp(name, "lo") == 0)
            continue;
        if (!facts->interface[0])
            strcpy(facts->interface, name);
        if (hex_read(cursor_of_text(by), bytes, sizeof(bytes), &length, &bad) && length == 16 &&
            strspn(by, "0") < 32)
            facts->gateways[1] = endpoint_of_v6(bytes, 0);
        break;
    }
    if (table)
        fclose(table);
}

/* Without a default route: where there is only one interface besides loopback, everything comes by that. */
static void read_only_interface(struct host_facts *facts, const struct ifaddrs *list)
{
    const char *only = NULL;
    for (; list && !facts->interface[0]; list = list->ifa_next) {
        if (!(list->ifa_flags & IFF_UP) || list->ifa_flags & IFF_LOOPBACK)
            continue;
        if (only && strcmp(only, list->ifa_name) != 0)
            return;
        only = list->ifa_name;
    }
    if (only && strlen(only) < sizeof(facts->interface))
        strcpy(facts->interface, only);
}

static void read_addresses(struct host_facts *facts)
{
    struct ifaddrs *list, *one;
    if (getifaddrs(&list) != 0) {
        facts->addresses_unread = "the kernel does not tell them";
        return;
    }
    for (one = list; one; one = one->ifa_next) {
        struct endpoint *address;
        if (!one->ifa_addr || !(one->ifa_flags & IFF_UP))
            continue;
        if (one->ifa_addr->sa_family == AF_INET && (address = host_add_address(facts))) {
            uint8_t bytes[4];
            memcpy(bytes, &((const struct sockaddr_in *)(const void *)one->ifa_addr)->sin_addr,
                   sizeof(bytes));
            *address = endpoint_of_v4(bytes, 0);
        } else if (one->ifa_addr->sa_family == AF_INET6 && (address = host_add_address(facts))) {
            const struct sockaddr_in6 *v6 = (const struct sockaddr_in6 *)(const void *)one->ifa_addr;
            *address = endpoint_of_v6(v6->sin6_addr.s6_addr, 0);
        }
    }
    read_only_interface(facts, list);
    freeifaddrs(list);
}

/* Docker, Podman and systemd leave marks; others show in the control group of the first process. */
static bool is_in_container(void)
{
    char groups[2048], unit[HOST_NAME], container[HOST_NAME];
    FILE *file = fopen("/proc/1/cgroup", "re");
    size_t length = file ? fread(groups, 1, sizeof(groups) - 1, file) : 0;
    if (file)
        fclose(file);
    groups[length] = '\0';
    processes_groups(groups, unit, sizeof(unit), container, sizeof(container));
    return container[0] || access("/.dockerenv", F_OK) == 0 || access("/run/.containerenv", F_OK) == 0 ||
           access("/run/systemd/container", F_OK) == 0 || getenv("container");
}

struct host_facts *host_read(void)
{
    struct host_facts *facts = host_facts_new();
    struct timespec now;
    if (!facts)
        return NULL;
    clock_gettime(CLOCK_REALTIME, &now);
    facts->time = (int64_t)now.tv_sec * 1000000 + now.tv_nsec / 1000;
    facts->is_root = geteuid() == 0;
    facts->self = (int)getpid();
    facts->is_container = is_in_container();
    sockets_read(facts);
    processes_read(facts);
    read_route(facts);
    read_route6(facts);
    read_addresses(facts);
    return facts;
}

void host_write_owner(const struct host_facts *facts, enum transport transport, uint16_t port, char *out,
                      size_t size)
{
    for (size_t i = 0; facts && i < facts->socket_count; i++) {
        const struct host_socket *socket = &facts->sockets[i];
        if (socket->transport != transport || socket->local.port != port || socket->process == 0)
            continue;
        snprintf(out, size, "%s (process %d)", socket->program, socket->process);
        return;
    }
    snprintf(out, size, "another program%s", geteuid() == 0 ? "" : " (run as root to see which)");
}
