/* SPDX-License-Identifier: Apache-2.0 */
/* Finds the place of the control socket. Called by outlets (to make it), by client (to find it), and by demo and watch, whose
 * own hexwatch is to be asked there too. */
#include "command/asking.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include "command/privilege.h"

#define SYSTEMS_FOLDER "/run/hexwatch"
#define NAME "control.sock"

/* The user's own, for those who are not root and have one. */
static bool own_place(char out[static CONTROL_PATH])
{
    const char *folder = getenv("XDG_RUNTIME_DIR");
    return folder && folder[0] == '/' &&
           snprintf(out, CONTROL_PATH, "%s/hexwatch/" NAME, folder) < CONTROL_PATH;
}

bool asking_place(const char *wanted, size_t index, char out[static CONTROL_PATH])
{
    if (strcmp(wanted, AUTO) != 0)
        return index == 0 && wanted[0] && snprintf(out, CONTROL_PATH, "%s", wanted) < CONTROL_PATH;
    if (index == 0 && own_place(out))
        return true;
    if (index > 1 || (index == 1 && !own_place(out)))
        return false;
    strcpy(out, SYSTEMS_FOLDER "/" NAME);
    return true;
}

/* Where this process makes one: the system's place, where it may, else its user's own. */
static bool usual_place(char out[static CONTROL_PATH])
{
    bool may_make = access("/run", W_OK) == 0, may_use = access(SYSTEMS_FOLDER, W_OK) == 0;
    if (!may_use && !(may_make && access(SYSTEMS_FOLDER, F_OK) != 0))
        return own_place(out);
    strcpy(out, SYSTEMS_FOLDER "/" NAME);
    return true;
}

static bool somebody_answers(const char *path)
{
    struct sockaddr_un address = { .sun_family = AF_UNIX };
    if (strlen(path) >= sizeof(address.sun_path))
        return false;
    strcpy(address.sun_path, path);
    int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
    bool answers =
        fd >= 0 && (connect(fd, (const struct sockaddr *)&address, sizeof(address)) == 0 || errno == EAGAIN);
    if (fd >= 0)
        close(fd);
    return answers;
}

bool asking_free_place(char out[static CONTROL_PATH])
{
    char path[CONTROL_PATH];
    if (!usual_place(out))
        return false;
    for (size_t i = 0; asking_place(AUTO, i, path) && !somebody_answers(path); i++) {
        if (strcmp(path, out) == 0)
            return true;
    }
    return false;
}

bool asking_open(const struct settings *settings, struct event_base *base, struct snapshot *snapshot,
                 struct control **control, char *note, char *error, size_t size)
{
    char path[CONTROL_PATH];
    struct account account;
    bool is_usual = strcmp(settings->control.socket, AUTO) == 0, is_taken = false;
    struct control_settings control_settings = { .path = is_usual ? path : settings->control.socket,
                                                 .owner = (uid_t)-1,
                                                 .group = (gid_t)-1 };
    *control = NULL;
    if (!settings->control.socket[0])
        return true;
    if (!privilege_find_group(settings->control.group, &control_settings.group, error, size) ||
        !privilege_find(settings->user, &account, error, size))
        return false;
    if (account.is_needed) {
        control_settings.owner = account.user;
        if (!settings->control.group[0])
            control_settings.group = account.group;
    }
    if (is_usual && !usual_place(path)) {
        snprintf(note, ASKING_NOTE,
                 "nobody can ask this hexwatch (status, devices, tail): there is no place for a control "
                 "socket. Name one with control.socket");
        return true;
    }
    *control = control_new(base, &control_settings, snapshot, &is_taken, error, size);
    if (*control || !is_usual)
        return *control != NULL;
    /* that another one runs is no reason not to */
    snprintf(note, ASKING_NOTE, "%s", error);
    return true;
}
