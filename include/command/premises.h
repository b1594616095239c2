/* SPDX-License-Identifier: Apache-2.0 */
/* This host, looked at again and again: its facts, its rules, and what this Traccar should listen on. Used by live and doctor. */
#ifndef COMMAND_PREMISES_H
#define COMMAND_PREMISES_H

#include "command/settings.h"
#include "verdict/server.h"

struct premises;

/* Reads the rules and who holds which socket: as root, where it is, because later that cannot be seen any more. with_rules: the
 * packet filter's too. settings and ports are borrowed. NULL when memory is out; premises_free takes NULL. */
struct premises *premises_new(const struct settings *settings, const struct ports *ports, bool with_rules);
void premises_free(struct premises *premises);

/* Looks anew. Valid until the next look; false when memory is out. */
MUST_CHECK bool premises_look(struct premises *premises, struct server_facts *facts);

/* Why the packet filter's rules are not known, static; NULL: they are. */
const char *premises_rules_unread(const struct premises *premises);
/* Is it so although root has asked? */
bool premises_rules_fail(const struct premises *premises);

/* Why there is no Traccar, static: for settings that have none. is_container: hexwatch itself runs in one. */
const char *premises_no_traccar(const struct settings *settings, bool is_container);
/* What to do about it, static; NULL: nothing else than to say where it is. */
const char *premises_find_traccar(const struct settings *settings);

#endif
