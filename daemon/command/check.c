/* SPDX-License-Identifier: Apache-2.0 */
/* hexwatch run --check, beyond the grammar of the file. Gets settings from config, asks the system. */
#include "command/check.h"

#include <errno.h>
#include <fcntl.h>
#include <libgen.h>
#include <net/if.h>
#include <netdb.h>
#include <pwd.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

#include "command/privilege.h"
#include "command/state.h"
#include "outlet/web.h"

bool check_address(const char *address, char *error, size_t size)
{
    struct addrinfo hints = { .ai_flags = AI_NUMERICHOST, .ai_socktype = SOCK_DGRAM }, *found;
    if (!address[0] || getaddrinfo(address, NULL, &hints, &found) != 0)
        return true;
    int fd = socket(found->ai_family, SOCK_DGRAM | SOCK_CLOEXEC, 0);
    bool is_missing = fd >= 0 && bind(fd, found->ai_addr, found->ai_addrlen) != 0 && errno == EADDRNOTAVAIL;
    if (fd >= 0)
        close(fd);
    freeaddrinfo(found);
    if (is_missing)
        snprintf(error, size,
                 "this host has no address %s. Name one that 'ip address' shows, or \"\" for all", address);
    return !is_missing;
}

static bool check_interface(const char *name, char *error, size_t size)
{
    if (strcmp(name, "any") == 0 || if_nametoindex(name) != 0)
        return true;
    snprintf(error, size, "there is no interface '%s' here. Name one that 'ip link' shows, or \"any\"", name);
    return false;
}

/* May the user that this process has by now make files in the folder? */
static bool check_writable(const char *folder, const char *user, char *error, size_t size)
{
    if (faccessat(AT_FDCWD, folder, W_OK | X_OK, AT_EACCESS) == 0)
        return true;
    snprintf(error, size, "user %s cannot write to %s: %s. Give it to that user, or name another", user,
             folder, strerror(errno));
    return false;
}

/* Is the folder what systemd keeps for a user that exists only while the service runs? Nobody else sees it. */
static bool is_private(const char *folder)
{
    static const char logs[] = "/var/log/private/", states[] = "/var/lib/private/";
    char *real = realpath(folder, NULL);
    bool is_there = real && (strncmp(real, logs, sizeof(logs) - 1) == 0 ||
                             strncmp(real, states, sizeof(states) - 1) == 0);
    free(real);
    return is_there;
}

/* A folder that is missing is made by run, as long as there is a place for it; root makes it before root is left. */
static bool check_folder(const char *folder, const struct account *account, char *error, size_t size)
{
    char parent[PATH_LENGTH];
    struct stat status;
    bool is_missing = stat(folder, &status) != 0 && (errno == ENOENT || errno == ENOTDIR);
    snprintf(parent, sizeof(parent), "%s", folder);
    const char *place = is_missing ? dirname(parent) : folder;
    if (stat(place, &status) != 0 || !S_ISDIR(status.st_mode)) {
        snprintf(error, size, "%s is no folder. Make it, or name another", place);
        return false;
    }
    if (is_missing && account->is_needed)
        return check_writable(place, "root", error, size);
    if (is_private(folder))
        return true;
    const struct passwd *user = getpwuid(account->is_needed ? account->user : geteuid());
    return privilege_drop(account, error, size) &&
           check_writable(place, user ? user->pw_name : "?", error, size);
}

/* Puts file and line of the setting before what is wrong with it. */
static bool fail(const char *path, const char *key, const char *what, char *error, size_t size)
{
    settings_where(path, key, error, size);
    size_t length = strlen(error);
    snprintf(error + length, size - length, ": %s", what);
    return false;
}

bool check_settings(const struct settings *settings, const char *path, char *error, size_t size)
{
    char what[2 * PATH_LENGTH], folder[PATH_LENGTH];
    struct account account;
    if (!privilege_knows(settings->user, what, sizeof(what)) ||
        !privilege_find(settings->user, &account, what, sizeof(what)))
        return fail(path, "user", what, error, size);
    if (settings->listen.on && !check_address(settings->listen.address, what, sizeof(what)))
        return fail(path, "listen.address", what, error, size);
    if (settings->sniff.on && !check_interface(settings->sniff.interface, what, sizeof(what)))
        return fail(path, "sniff.interface", what, error, size);
    if (settings->log.on && access(settings->log.file, R_OK) != 0) {
        bool is_console = settings->traccar && traccar_logs_to_console(settings->traccar);
        snprintf(what, sizeof(what), "%s cannot be read: %s. %s", settings->log.file, strerror(errno),
                 is_console ? "Traccar logs to the console: take logger.console out of its conf/traccar.xml"
                            : "Name Traccar's log");
        return fail(path, "log.file", what, error, size);
    }
    if (settings->hexlog.folder[0] && !check_folder(settings->hexlog.folder, &account, what, sizeof(what)))
        return fail(path, "hexlog.folder", what, error, size);
    const struct web_settings web = { .address = settings->web.address,
                                      .token = settings->web.token,
                                      .has_proxy = settings->web.proxy };
    if (settings->web.port != 0 && !web_may_listen(&web, what, sizeof(what)))
        return fail(path, "web.address", what, error, size);
    state_folder(settings->history.file, folder);
    if (settings->history.file[0] && strcmp(settings->history.file, AUTO) != 0 &&
        !check_folder(folder, &account, what, sizeof(what)))
        return fail(path, "history.file", what, error, size);
    return true;
}
