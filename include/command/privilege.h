/* SPDX-License-Identifier: Apache-2.0 */
/* Leaving root once what needs it is open. */
#ifndef COMMAND_PRIVILEGE_H
#define COMMAND_PRIVILEGE_H

#include <stdbool.h>
#include <stddef.h>
#include <sys/types.h>

#include "base/compiler.h"

struct account {
    bool is_needed; /* the program runs as root */
    uid_t user;
    gid_t group;
    char name[64];
};

/* Is `wanted` a user whom a program may become ("": any)? False: error says why. */
MUST_CHECK bool privilege_knows(const char *wanted, char *error, size_t size);

/* A group by its name; "": (gid_t)-1. False: there is none, error says so. */
MUST_CHECK bool privilege_find_group(const char *name, gid_t *group, char *error, size_t size);

/* Whom to become: `wanted`, or whoever called sudo, or the user hexwatch, or nobody. Not root: nothing is needed. False:
 * error says why. */
MUST_CHECK bool privilege_find(const char *wanted, struct account *account, char *error, size_t size);

/* Becomes that account for good. False: error says why. */
MUST_CHECK bool privilege_drop(const struct account *account, char *error, size_t size);

#endif
