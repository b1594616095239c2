/* SPDX-License-Identifier: Apache-2.0 */
/* Opens the intakes of run, listen and sniff, and leaves root. Called by live. */
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/log.h"
#include "command/live_parts.h"
#include "command/privilege.h"
#include "command/state.h"

static bool open_listener(struct live *live, char *error, size_t size)
{
    const struct settings *settings = live->settings;
    struct listener_settings listener = { .ports = settings->listen.ports,
                                          .address = settings->listen.address,
                                          .connections = settings->listen.connections,
                                          .share = settings->share,
                                          .idle = settings->listen.idle };
    struct listener_parts parts = assembly_listener_parts(live->assembly);
    live->listener = listener_new(live->loop, &listener, &parts, error, size);
    if (!live->listener)
        return false;
    live_tell_taken(live->listener);
    const struct portset *bound = listener_bound(live->listener);
    if (portset_count(bound, TRANSPORT_TCP) + portset_count(bound, TRANSPORT_UDP) > 0)
        return true;
    snprintf(error, size,
             "no port is free to listen on. Stop the program that holds them, or use 'hexwatch sniff'");
    return false;
}

static bool open_sniffer(struct live *live, char *error, size_t size)
{
    const struct portset *watched = assembly_watched(live->assembly);
    if (live->listener)
        assembly_leave_out(live->assembly, listener_bound(live->listener));
    if (portset_count(watched, TRANSPORT_TCP) + portset_count(watched, TRANSPORT_UDP) == 0) {
        log_info("nothing is left to watch: all ports of 'sniff' are listened on.");
        return true;
    }
    struct sniffer_settings sniffer = { .interface = live->settings->sniff.interface,
                                        .expression = live->settings->chosen.expression,
                                        .ports = watched,
                                        .is_step_by_step = live->settings->chosen.choice.limit > 0 };
    live->sniffer = sniffer_new(live->loop, &sniffer, assembly_tap(live->assembly), error, size);
    return live->sniffer != NULL;
}

/* A folder that root makes belongs to the account that will write there. */
static void make_folder(const char *folder, const struct account *account)
{
    if (folder[0] && account->is_needed && mkdir(folder, 0750) == 0 &&
        chown(folder, account->user, account->group) != 0)
        log_warning("folder %s cannot be given to user %s: %s.", folder, account->name, strerror(errno));
}

bool live_open(struct live *live, char *error, size_t size)
{
    struct account account;
    char history[PATH_LENGTH], folder[PATH_LENGTH];
    if (!privilege_find(live->settings->user, &account, error, size))
        return false;
    make_folder(live->settings->hexlog.folder, &account);
    state_history(live->settings, history);
    state_folder(history, folder);
    if (history[0])
        make_folder(folder, &account);
    snprintf(error, size, "out of memory");
    live->loop = loop_new();
    if (!live->loop)
        return false;
    live->assembly = assembly_new_live(live->settings, loop_base(live->loop), error, size);
    if (!live->assembly)
        return false;
    snprintf(error, size, "out of memory");
    if (!assembly_never_wait(live->assembly))
        return false;
    /* what needs root first: packets, low ports, more descriptors, to see who holds a port; then it is left for good, before
     * any byte of the network is looked at */
    if (live->settings->listen.on && !open_listener(live, error, size))
        return false;
    if (live->settings->sniff.on && !open_sniffer(live, error, size))
        return false;
    if (live->settings->log.on) {
        live->log =
            traccar_log_open(live->settings->log.file, true, assembly_logbook(live->assembly), error, size);
        if (!live->log)
            return false;
    }
    live->premises = premises_new(live->settings, assembly_ports(live->assembly),
                                  live->settings->sniff.on || live->settings->listen.on);
    if (!live->premises)
        return false;
    live_look_around(live, loop_now(live->loop));
    return privilege_drop(&account, error, size) && assembly_open_logs(live->assembly, error, size);
}
