/* SPDX-License-Identifier: Apache-2.0 */
/* Leaves root for good. Used by live, after sockets and captures are open. */
#include "command/privilege.h"

#include <errno.h>
#include <grp.h>
#include <pwd.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <unistd.h>

static bool take(struct account *account, const struct passwd *entry)
{
    if (!entry || entry->pw_uid == 0)
        return false;
    account->user = entry->pw_uid;
    account->group = entry->pw_gid;
    snprintf(account->name, sizeof(account->name), "%s", entry->pw_name);
    return true;
}

bool privilege_knows(const char *wanted, char *error, size_t size)
{
    struct account account;
    if (!wanted[0] || take(&account, getpwnam(wanted)))
        return true;
    snprintf(error, size, "there is no unprivileged user '%s'. Name another with 'user' in the configuration",
             wanted);
    return false;
}

bool privilege_find_group(const char *name, gid_t *group, char *error, size_t size)
{
    const struct group *entry = name[0] ? getgrnam(name) : NULL;
    *group = entry ? entry->gr_gid : (gid_t)-1;
    if (entry || !name[0])
        return true;
    snprintf(error, size, "there is no group '%s'. Make it, or name another with 'control.group'", name);
    return false;
}

bool privilege_find(const char *wanted, struct account *account, char *error, size_t size)
{
    *account = (struct account){ .is_needed = geteuid() == 0 };
    if (!account->is_needed)
        return true;
    if (!privilege_knows(wanted, error, size))
        return false;
    if (wanted[0])
        return take(account, getpwnam(wanted));
    const char *caller = getenv("SUDO_UID");
    char *end = NULL;
    unsigned long uid = caller ? strtoul(caller, &end, 10) : 0;
    if ((caller && end && *end == '\0' && uid > 0 && take(account, getpwuid((uid_t)uid))) ||
        take(account, getpwnam("hexwatch")) || take(account, getpwnam("nobody")))
        return true;
    snprintf(error, size,
             "there is no user to become instead of root. Name one with 'user' in the configuration");
    return false;
}

bool privilege_drop(const struct account *account, char *error, size_t size)
{
    int signal = 0;
    pid_t parent = getppid();
    if (!account->is_needed)
        return true;
    /* who is to end with its parent still is: the system forgets that with the account */
    (void)prctl(PR_GET_PDEATHSIG, &signal);
    if (setgroups(0, NULL) == 0 && setresgid(account->group, account->group, account->group) == 0 &&
        setresuid(account->user, account->user, account->user) == 0 && setuid(0) != 0) {
        if (signal != 0 && prctl(PR_SET_PDEATHSIG, signal) == 0 && getppid() != parent)
            (void)raise(signal);
        return true;
    }
    snprintf(error, size, "root cannot be left for user '%s': %s. Run it as that user from the start",
             account->name, strerror(errno));
    return false;
}
