/* SPDX-License-Identifier: Apache-2.0 */
/* What run, listen and sniff say of themselves: what is bound and watched, what to enter in a device, and why nothing comes. Called by
 * live. */
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "base/log.h"
#include "command/live_parts.h"
#include "outlet/snapshot.h"

/* ---- telling what to enter, and why nothing comes ---- */

/* The facts stay valid until the host is looked at again. */
static bool look_for_welcome(struct live *live, struct welcome_facts *facts)
{
    const struct settings *settings = live->settings;
    const char *interface = settings->sniff.interface;
    *facts = (struct welcome_facts){
        .server = &live->facts,
        .open = live->listener ? listener_bound(live->listener) : assembly_watched(live->assembly),
        .ports = assembly_ports(live->assembly),
        .address = live->listener ? settings->listen.address : "",
        .interface = live->sniffer && strcmp(interface, "any") != 0 ? interface : NULL
    };
    return live_look(live);
}

static void say_lines(const struct buffer *text)
{
    struct cursor rest = buffer_cursor(text), line;
    size_t length;
    while (cursor_find(rest, '\n', &length) && cursor_take(&rest, length, &line) && cursor_skip(&rest, 1))
        log_info("%.*s", (int)line.left, (const char *)line.at);
}

static void tell_entries(struct live *live)
{
    char memory[WELCOME_TEXT];
    struct buffer text = buffer_on(memory, sizeof(memory));
    struct welcome_facts facts;
    if (!live->listener || live->guest || !look_for_welcome(live, &facts))
        return;
    welcome_put_entries(&text, &facts);
    say_lines(&text);
}

/* A service has nobody who waits; there the findings tell it in time. */
void live_tell_reasons(struct live *live, int64_t now)
{
    char memory[WELCOME_TEXT];
    struct buffer text = buffer_on(memory, sizeof(memory));
    const struct board_counts *counts = board_counts(assembly_board(live->assembly));
    struct welcome_facts facts;
    if (strcmp(live->command, "run") == 0 || !welcome_is_late(&live->wait, counts->messages > 0, now) ||
        !look_for_welcome(live, &facts))
        return;
    welcome_put_reasons(&text, &facts, counts->connections[CONNECTION_OPENED] > 0);
    assembly_make_room(live->assembly);
    say_lines(&text);
}

/* ---- telling what is bound ---- */

static void tell_range(const struct taken_port *first, const struct taken_port *last)
{
    char ports[32];
    if (first->port == last->port)
        snprintf(ports, sizeof(ports), "%u", first->port);
    else
        snprintf(ports, sizeof(ports), "%u-%u", first->port, last->port);
    if (first->error == EADDRINUSE)
        log_warning(
            "%s port %s is taken by %s: left out. Stop that program, or use 'hexwatch sniff' beside it.",
            transport_name(first->transport), ports, first->holder);
    else
        log_warning("%s port %s cannot be bound: %s. Left out.", transport_name(first->transport), ports,
                    strerror(first->error));
}

void live_tell_taken(const struct listener *listener)
{
    size_t count;
    const struct taken_port *taken = listener_taken(listener, &count);
    for (size_t i = 0; i < count;) {
        size_t last = i;
        while (last + 1 < count && taken[last + 1].transport == taken[i].transport &&
               taken[last + 1].port == taken[last].port + 1 && taken[last + 1].error == taken[i].error &&
               strcmp(taken[last + 1].holder, taken[i].holder) == 0)
            last++;
        tell_range(&taken[i], &taken[last]);
        i = last + 1;
    }
}

static void tell_ports(const char *what, const struct portset *ports, const char *end)
{
    char tcp[200], udp[200];
    portset_write(ports, TRANSPORT_TCP, tcp, sizeof(tcp));
    portset_write(ports, TRANSPORT_UDP, udp, sizeof(udp));
    log_info("%s tcp %s; udp %s%s.", what, tcp[0] ? tcp : "none", udp[0] ? udp : "none", end);
}

static void tell_page(const struct live *live)
{
    const char *page = assembly_page(live->assembly);
    if (page && live->settings->web.token[0])
        log_info("See it in a browser: %s?token=TOKEN (web.token)", page);
    else if (page)
        log_info("See it in a browser: %s", page);
}

void live_tell_ready(struct live *live)
{
    char where[NAME_LENGTH + 48];
    if (live->log)
        log_info("reading what is added to %s.", live->settings->log.file);
    if (live->listener)
        tell_ports("listening on", listener_bound(live->listener), "");
    if (live->sniffer) {
        snprintf(where, sizeof(where), " on interface %s", live->settings->sniff.interface);
        tell_ports("watching", assembly_watched(live->assembly), where);
    }
    tell_entries(live);
    tell_page(live);
    log_info("Waiting for %s. Ctrl-C ends with a summary.", live->listener ? "devices" : "packets");
}

/* What is bound and watched, for those who ask. */
void live_tell_intakes(const struct live *live)
{
    struct snapshot *snapshot = assembly_snapshot(live->assembly);
    size_t count = 0;
    const struct taken_port *taken = live->listener ? listener_taken(live->listener, &count) : NULL;
    struct snapshot_intakes intakes = {
        .listened = live->listener ? listener_bound(live->listener) : NULL,
        .watched = live->sniffer ? assembly_watched(live->assembly) : NULL,
        .interface = live->sniffer ? live->settings->sniff.interface : NULL,
        .page = assembly_page(live->assembly),
    };
    if (!snapshot)
        return;
    snapshot_set_intakes(snapshot, &intakes);
    for (size_t i = 0; i < count; i++)
        snapshot_add_taken(snapshot, &(struct service){ taken[i].transport, taken[i].port },
                           taken[i].error == EADDRINUSE ? taken[i].holder : strerror(taken[i].error));
}
