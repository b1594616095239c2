/* SPDX-License-Identifier: Apache-2.0 */
/* Looks through /proc. Called by host, behind sockets: their inodes are looked for. */
#include "intake/processes.h"

#include <arpa/inet.h>
#include <ctype.h>
#include <dirent.h>
#include <errno.h>
#include <limits.h>
#include <pwd.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

enum { COMMAND_MAX = 4096, SHORT_ID = 12 };

static const char jar[] = "tracker-server.jar";

/* Reads /proc/PROCESS/NAME whole or up to the size, with a NUL behind it; 0: nothing, or not to be read. */
static size_t read_file(const char *process, const char *name, char *out, size_t size)
{
    char path[64];
    snprintf(path, sizeof(path), "/proc/%.20s/%.20s", process, name);
    FILE *file = fopen(path, "re");
    size_t length = file ? fread(out, 1, size - 1, file) : 0;
    if (file)
        fclose(file);
    out[length] = '\0';
    return length;
}

/* Where /proc/PROCESS/NAME points; false: not to be seen. */
static bool read_link(const char *process, const char *name, char *out, size_t size)
{
    char path[64];
    snprintf(path, sizeof(path), "/proc/%.20s/%.20s", process, name);
    ssize_t length = readlink(path, out, size - 1);
    out[length > 0 ? length : 0] = '\0';
    return length > 0;
}

static void read_name(const char *process, char *out, size_t size)
{
    char name[64];
    size_t length = read_file(process, "comm", name, sizeof(name));
    cursor_copy_text(cursor_trim(cursor_of(name, length)), out, size);
}

static const char *base_of(const char *path)
{
    const char *slash = strrchr(path, '/');
    return slash ? slash + 1 : path;
}

/* The next argument, as a C string; false at the end. */
static bool next(struct cursor *command, const char **out)
{
    struct cursor word;
    if (!cursor_until(command, '\0', &word))
        return false;
    *out = (const char *)word.at;
    return true;
}

/* ---- what command lines say ---- */

bool processes_is_traccar(const char *name, struct cursor command, char *config, size_t size)
{
    const char *word = "", *before = "", *last = "";
    bool is_java = strcmp(name, "java") == 0, has_jar = false, is_run = false;
    config[0] = '\0';
    for (bool is_first = true; next(&command, &word); is_first = false, before = word) {
        if (is_first && strcmp(base_of(word), "java") == 0)
            is_java = true;
        if (has_jar) {
            last = word; /* its only argument is the configuration */
        } else if (strcmp(base_of(word), jar) == 0) {
            has_jar = true;
            is_run = is_java || strcmp(before, "-jar") == 0; /* a wrapper may have a name of its own */
        }
    }
    if (!is_run)
        return false;
    cursor_copy_text(cursor_of_text(last), config, size);
    return true;
}

static bool take_port(const char *text, uint16_t *port)
{
    uint64_t number;
    if (!cursor_number(cursor_of_text(text), &number) || number == 0 || number > UINT16_MAX)
        return false;
    *port = (uint16_t)number;
    return true;
}

static void take_address(const char *text, struct endpoint *out)
{
    uint8_t v4[4], v6[16];
    if (inet_pton(AF_INET, text, v4) == 1)
        *out = endpoint_of_v4(v4, 0);
    else if (inet_pton(AF_INET6, text, v6) == 1)
        *out = endpoint_of_v6(v6, 0);
}

bool processes_published(struct cursor command, struct host_published *out)
{
    const char *key, *value;
    *out = (struct host_published){ .transport = TRANSPORT_TCP };
    if (!next(&command, &key) || strcmp(base_of(key), "docker-proxy") != 0)
        return false;
    while (next(&command, &key)) {
        key += strspn(key, "-");
        const char *equals = strchr(key, '=');
        if (!equals && !next(&command, &value))
            break;
        if (equals)
            value = equals + 1;
        size_t length = strcspn(key, "=");
        struct cursor name = cursor_of(key, length);
        if (cursor_is(name, "proto"))
            out->transport = strcmp(value, "udp") == 0 ? TRANSPORT_UDP : TRANSPORT_TCP;
        else if ((cursor_is(name, "host-port") && !take_port(value, &out->port)) ||
                 (cursor_is(name, "container-port") && !take_port(value, &out->inner)))
            return false;
        else if (cursor_is(name, "container-ip"))
            take_address(value, &out->to);
    }
    return out->port != 0;
}

/* "docker-0123…", "0123…": so many hex digits are a container's id. */
static bool take_container(struct cursor word, char *out, size_t size)
{
    struct cursor rest = word;
    static const char *const heads[] = { "docker-", "libpod-", "crio-", "cri-containerd-" };
    for (size_t i = 0; i < sizeof(heads) / sizeof(heads[0]); i++) {
        if (cursor_starts(rest, heads[i], strlen(heads[i])) && !cursor_skip(&rest, strlen(heads[i])))
            return false;
    }
    if (cursor_count_hex(rest) < 64)
        return false;
    cursor_copy_text(cursor_of(rest.at, SHORT_ID), out, size);
    return true;
}

void processes_groups(const char *groups, char *unit, size_t unit_size, char *container, size_t size)
{
    struct cursor rest = cursor_of_text(groups), word;
    unit[0] = container[0] = '\0';
    for (size_t i = 0; i < rest.left; i++) {
        /* parts of paths, of all hierarchies alike */
        if (i > 0 && rest.at[i - 1] != '/' && rest.at[i - 1] != '\n')
            continue;
        word = cursor_of(rest.at + i, strcspn(groups + i, "/\n"));
        if (CURSOR_ENDS(word, ".service"))
            cursor_copy_text(word, unit, unit_size);
        if (!container[0])
            (void)take_container(word, container, size);
    }
}

/* ---- processes ---- */

static int64_t started_at(const char *process)
{
    char text[1024];
    unsigned long long ticks;
    size_t length = read_file(process, "stat", text, sizeof(text));
    const char *behind = length > 0 ? strrchr(text, ')') : NULL; /* the name before it may hold anything */
    struct timespec now, since_boot;
    if (!behind ||
        sscanf(behind + 1,
               " %*c %*d %*d %*d %*d %*d %*u %*u %*u %*u %*u %*u %*u %*d %*d %*d %*d %*d %*d %llu",
               &ticks) != 1 ||
        clock_gettime(CLOCK_REALTIME, &now) != 0 || clock_gettime(CLOCK_BOOTTIME, &since_boot) != 0)
        return 0;
    int64_t boot = (int64_t)now.tv_sec * 1000000 - (int64_t)since_boot.tv_sec * 1000000 +
                   (now.tv_nsec - since_boot.tv_nsec) / 1000;
    return boot + (int64_t)(ticks * 1000000 / (unsigned long long)sysconf(_SC_CLK_TCK));
}

static void read_user(const char *process, char *out, size_t size)
{
    char path[64];
    struct stat status;
    snprintf(path, sizeof(path), "/proc/%.20s", process);
    if (stat(path, &status) != 0)
        return;
    const struct passwd *entry = getpwuid(status.st_uid);
    if (entry)
        snprintf(out, size, "%s", entry->pw_name);
    else
        snprintf(out, size, "%u", (unsigned)status.st_uid);
}

/* Is the process in another network than this program? Where that cannot be seen, a container says so. */
static bool is_elsewhere(const char *process, const char *container, bool is_container)
{
    char own[64], its[64];
    if (read_link("self", "ns/net", own, sizeof(own)) && read_link(process, "ns/net", its, sizeof(its)))
        return strcmp(own, its) != 0;
    return container[0] && !is_container;
}

static void add_traccar(struct host_facts *facts, const char *process, const char *name, const char *config)
{
    char groups[2048];
    if (facts->traccar_count == HOST_TRACCARS)
        return;
    struct host_process *traccar = &facts->traccars[facts->traccar_count++];
    if (strcmp(name, "java") == 0) {
        /* who started it (sudo, a watchdog) shows the same arguments: it comes first */
        memmove(facts->traccars + 1, facts->traccars, (facts->traccar_count - 1) * sizeof(*traccar));
        traccar = facts->traccars;
    }
    *traccar = (struct host_process){ .id = atoi(process), .started = started_at(process) };
    cursor_copy_text(cursor_of_text(config), traccar->config, sizeof(traccar->config));
    read_user(process, traccar->user, sizeof(traccar->user));
    (void)read_link(process, "cwd", traccar->folder, sizeof(traccar->folder));
    (void)read_file(process, "cgroup", groups, sizeof(groups));
    processes_groups(groups, traccar->unit, sizeof(traccar->unit), traccar->container,
                     sizeof(traccar->container));
    traccar->is_elsewhere = is_elsewhere(process, traccar->container, facts->is_container);
}

static void note_holder(struct host_facts *facts, unsigned long inode, const char *process)
{
    for (size_t i = 0; i < facts->socket_count; i++) {
        struct host_socket *socket = &facts->sockets[i];
        if (socket->inode != inode || socket->process != 0)
            continue;
        socket->process = atoi(process);
        read_name(process, socket->program, sizeof(socket->program));
    }
}

/* False: its descriptors are not to be seen. */
static bool read_descriptors(struct host_facts *facts, const char *process)
{
    char folder[64], path[384], target[64];
    snprintf(folder, sizeof(folder), "/proc/%.20s/fd", process);
    DIR *descriptors = opendir(folder);
    struct dirent *entry;
    if (!descriptors)
        return errno != EACCES;
    while ((entry = readdir(descriptors))) {
        unsigned long inode;
        snprintf(path, sizeof(path), "%s/%s", folder, entry->d_name);
        ssize_t n = readlink(path, target, sizeof(target) - 1);
        if (n < 0)
            continue;
        target[n] = '\0';
        if (sscanf(target, "socket:[%lu]", &inode) == 1)
            note_holder(facts, inode, process);
    }
    closedir(descriptors);
    return true;
}

static void read_command(struct host_facts *facts, const char *process)
{
    char text[COMMAND_MAX], name[HOST_NAME] = "", config[HOST_PATH];
    size_t length = read_file(process, "cmdline", text, sizeof(text));
    if (length == 0)
        return;
    /* each argument ends with a NUL; one that was cut off has that of the text */
    struct cursor command = cursor_of(text, length + (text[length - 1] != '\0'));
    struct host_published published, *added;
    read_name(process, name, sizeof(name));
    if (processes_is_traccar(name, command, config, sizeof(config)))
        add_traccar(facts, process, name, config);
    else if (processes_published(command, &published) && (added = host_add_published(facts)))
        *added = published;
}

static bool has_unknown_owner(const struct host_facts *facts)
{
    for (size_t i = 0; i < facts->socket_count; i++) {
        if (facts->sockets[i].process == 0)
            return true;
    }
    return false;
}

void processes_read(struct host_facts *facts)
{
    DIR *processes = opendir("/proc");
    struct dirent *entry;
    bool is_all = true, is_other = false;
    char own[24];
    snprintf(own, sizeof(own), "%d", (int)getpid());
    while (processes && (entry = readdir(processes))) {
        if (!isdigit((unsigned char)entry->d_name[0]))
            continue;
        is_other = is_other || strcmp(entry->d_name, own) != 0;
        read_command(facts, entry->d_name);
        if (!read_descriptors(facts, entry->d_name))
            is_all = false;
    }
    if (processes)
        closedir(processes);
    if (!is_other)
        facts->processes_unread = "other programs are hidden from this one";
    if (has_unknown_owner(facts) && (!is_all || !is_other))
        facts->owners_unread = facts->is_root ? "some programs are hidden from this one"
                                              : "programs of other users are seen only by root";
}
