/* SPDX-License-Identifier: Apache-2.0 */
/* Which program holds a port: sockets from /proc/net, their programs from /proc/PID/fd. Asked by listener for taken ports. */
#include "intake/owner.h"

#include <ctype.h>
#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/cursor.h"

enum { TCP_LISTENING = 0x0a, SOCKETS_MAX = 4096, NAME_MAX_LENGTH = 48 };

struct held_socket {
    enum transport transport;
    uint16_t port;
    unsigned long inode;
    int pid; /* 0: not seen */
    char name[NAME_MAX_LENGTH];
};

struct owners {
    struct held_socket list[SOCKETS_MAX];
    size_t count;
};

static void read_table(struct owners *owners, const char *path, enum transport transport)
{
    FILE *table = fopen(path, "re");
    char line[512];
    if (!table)
        return;
    while (owners->count < SOCKETS_MAX && fgets(line, sizeof(line), table)) {
        unsigned local, state;
        unsigned long inode;
        if (sscanf(line, " %*d: %*[0-9A-Fa-f]:%x %*[0-9A-Fa-f]:%*x %x %*x:%*x %*x:%*x %*x %*u %*u %lu",
                   &local, &state, &inode) == 3 &&
            (transport == TRANSPORT_UDP || state == TCP_LISTENING))
            owners->list[owners->count++] =
                (struct held_socket){ .transport = transport, .port = (uint16_t)local, .inode = inode };
    }
    fclose(table);
}

static void read_name(const char *process, char *out, size_t size)
{
    char path[64], name[64] = "";
    snprintf(path, sizeof(path), "/proc/%.20s/comm", process);
    FILE *file = fopen(path, "re");
    if (!file)
        return;
    if (fgets(name, sizeof(name), file))
        name[strcspn(name, "\n")] = '\0';
    fclose(file);
    cursor_copy_text(cursor_of_text(name), out, size);
}

/* Notes the process as the holder of each of its sockets. */
static void read_process(struct owners *owners, const char *process)
{
    char folder[64], path[384], target[64];
    snprintf(folder, sizeof(folder), "/proc/%.20s/fd", process);
    DIR *descriptors = opendir(folder);
    struct dirent *entry;
    if (!descriptors)
        return;
    while ((entry = readdir(descriptors))) {
        unsigned long inode;
        snprintf(path, sizeof(path), "%s/%s", folder, entry->d_name);
        ssize_t n = readlink(path, target, sizeof(target) - 1);
        if (n < 0)
            continue;
        target[n] = '\0';
        if (sscanf(target, "socket:[%lu]", &inode) != 1)
            continue;
        for (size_t i = 0; i < owners->count; i++) {
            struct held_socket *held = &owners->list[i];
            if (held->inode != inode || held->pid != 0)
                continue;
            held->pid = atoi(process);
            read_name(process, held->name, sizeof(held->name));
        }
    }
    closedir(descriptors);
}

struct owners *owners_read(void)
{
    struct owners *owners = calloc(1, sizeof(*owners));
    if (!owners)
        return NULL;
    read_table(owners, "/proc/net/tcp", TRANSPORT_TCP);
    read_table(owners, "/proc/net/tcp6", TRANSPORT_TCP);
    read_table(owners, "/proc/net/udp", TRANSPORT_UDP);
    read_table(owners, "/proc/net/udp6", TRANSPORT_UDP);
    DIR *processes = opendir("/proc");
    struct dirent *entry;
    while (processes && (entry = readdir(processes))) {
        if (isdigit((unsigned char)entry->d_name[0]))
            read_process(owners, entry->d_name);
    }
    if (processes)
        closedir(processes);
    return owners;
}

void owners_free(struct owners *owners)
{
    free(owners);
}

void owners_write(const struct owners *owners, enum transport transport, uint16_t port, char *out,
                  size_t size)
{
    for (size_t i = 0; owners && i < owners->count; i++) {
        const struct held_socket *held = &owners->list[i];
        if (held->transport != transport || held->port != port || held->pid == 0)
            continue;
        snprintf(out, size, "%s (process %d)", held->name, held->pid);
        return;
    }
    snprintf(out, size, "another program%s", geteuid() == 0 ? "" : " (run as root to see which)");
}
