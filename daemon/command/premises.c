/* SPDX-License-Identifier: Apache-2.0 */
/* Gathers the facts of this host for the judge. Called by live once in some seconds, and by doctor. */
#include "command/premises.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "intake/host.h"
#include "intake/rules.h"
#include "protocol/registry.h"

struct premises {
    const struct settings *settings;
    struct portset expected;
    struct firewall *firewall;
    const char *rules_unread;
    bool rules_fail;
    enum firewall_manager manager;
    struct host_facts *first; /* as root saw it */
    struct host_facts *now;
};

struct premises *premises_new(const struct settings *settings, const struct ports *ports, bool with_rules)
{
    struct premises *premises = calloc(1, sizeof(*premises));
    if (!premises)
        return NULL;
    premises->settings = settings;
    ports_expected(ports, registry, &premises->expected);
    premises->first = host_read();
    premises->rules_unread = "they are not asked for";
    if (with_rules)
        premises->firewall = rules_read(&premises->rules_unread);
    premises->rules_fail = with_rules && !premises->firewall && geteuid() == 0;
    premises->manager = rules_manager();
    if (premises->first)
        return premises;
    premises_free(premises);
    return NULL;
}

void premises_free(struct premises *premises)
{
    if (!premises)
        return;
    firewall_free(premises->firewall);
    host_facts_free(premises->first);
    host_facts_free(premises->now);
    free(premises);
}

/* Whose a socket is was seen as root; as long as the socket is there, it is known. */
static void remember(const struct host_facts *first, struct host_socket *socket)
{
    for (size_t i = 0; i < first->socket_count; i++) {
        const struct host_socket *known = &first->sockets[i];
        if (known->inode != socket->inode || known->local.port != socket->local.port || known->process == 0)
            continue;
        socket->process = known->process;
        memcpy(socket->program, known->program, sizeof(socket->program));
    }
}

bool premises_look(struct premises *premises, struct server_facts *facts)
{
    host_facts_free(premises->now);
    premises->now = host_read();
    if (!premises->now)
        return false;
    for (size_t i = 0; i < premises->now->socket_count; i++) {
        struct host_socket *socket = &premises->now->sockets[i];
        if (socket->process == 0)
            remember(premises->first, socket);
    }
    *facts =
        (struct server_facts){ .host = premises->now,
                               .firewall = premises->firewall,
                               .manager = premises->manager,
                               .expected = &premises->expected,
                               .is_installed = premises->settings->traccar != NULL,
                               .broken = premises->settings->is_broken ? premises->settings->unread : NULL,
                               .stands_in = premises->settings->listen.on };
    return true;
}

const char *premises_rules_unread(const struct premises *premises)
{
    return premises->rules_unread;
}

bool premises_rules_fail(const struct premises *premises)
{
    return premises->rules_fail;
}

/* Where the usual folder is there, its configuration should be, too. */
#define TRACCAR_XML TRACCAR_FOLDER "/conf/traccar.xml"

static bool has_folder(void)
{
    return access(TRACCAR_FOLDER, F_OK) == 0;
}

const char *premises_find_traccar(const struct settings *settings)
{
    if (settings->unread[0])
        return settings->is_broken ? "Mend that file: Traccar would not start with it."
                                   : "Run 'sudo hexwatch doctor'.";
    if (settings->without_traccar || !has_folder() || access(TRACCAR_XML, R_OK) == 0)
        return NULL;
    return errno == ENOENT
               ? "Traccar does not start without it: put it back, or name another folder with --traccar DIR."
               : "Run 'sudo hexwatch doctor'.";
}

const char *premises_no_traccar(const struct settings *settings, bool is_container)
{
    if (settings->without_traccar)
        return "no Traccar is named (--traccar none)";
    if (settings->unread[0])
        return settings->unread;
    if (has_folder() && access(TRACCAR_XML, R_OK) != 0)
        return errno == ENOENT ? TRACCAR_FOLDER " has no conf/traccar.xml" : TRACCAR_XML " cannot be read";
    return is_container ? "no Traccar is in this container; what runs outside of it is not seen from here"
                        : "no Traccar was found on this host";
}
