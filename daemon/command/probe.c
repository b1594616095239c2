/* SPDX-License-Identifier: Apache-2.0 */
/* hexwatch probe: can the ports of another host be reached from here? */
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "command/settings.h"
#include "command/terminal.h"
#include "intake/prober.h"
#include "outlet/style.h"
#include "verdict/record.h"

static const char *const states[] = { "open", "closed", "filtered" };

static void print_json(const char *host, const struct probed *probed, const struct probe *probe)
{
    char memory[1024];
    struct buffer out = buffer_on(memory, sizeof(memory));
    buffer_put_text(&out, "{\"event\":\"probe\"");
    record_put_member(&out, "host", host);
    record_put_member(&out, "transport", transport_name(probe->transport));
    record_put_number(&out, "port", probe->port);
    record_put_member(&out, "state", states[probe->state]);
    record_put_member(&out, "reason", probe->reason);
    if (strcmp(host, probed->address) != 0)
        record_put_member(&out, "address", probed->address);
    buffer_put_text(&out, "}\n");
    fwrite(memory, 1, out.length, stdout);
}

static const enum meaning meanings[] = { MEANING_OK, MEANING_PROBLEM, MEANING_WAITING };

/* Ports of one transport that are alike are one line. */
static void print_group(const struct probe *list, size_t count, size_t start, bool is_coloured)
{
    char memory[64];
    struct buffer state = buffer_on(memory, sizeof(memory));
    struct portset set = { 0 };
    char text[400];
    size_t alike = 0;
    const struct probe *first = &list[start];
    for (size_t i = 0; i < count; i++) {
        if (list[i].transport != first->transport || list[i].state != first->state ||
            list[i].reason != first->reason)
            continue;
        if (i < start)
            return; /* it has had its line */
        portset_add(&set, list[i].transport, list[i].port, list[i].port);
        alike++;
    }
    portset_write(&set, first->transport, text, sizeof(text));
    style_begin(&state, is_coloured, meanings[first->state]);
    buffer_printf(&state, "%-9s", states[first->state]);
    style_end(&state, is_coloured, meanings[first->state]);
    printf("  %s %.*s %4zu  %s (%s)\n", transport_name(first->transport), (int)state.length, memory, alike,
           text, first->reason);
}

static size_t print_text(const char *host, const struct probed *probed, const struct probe *list,
                         size_t count, bool is_coloured)
{
    size_t shut = 0, silent = 0;
    if (strcmp(host, probed->address) != 0)
        printf("%s (%s) from here:\n\n", host, probed->address);
    else
        printf("%s from here:\n\n", host);
    for (size_t i = 0; i < count; i++) {
        print_group(list, count, i, is_coloured);
        shut += list[i].state != PROBE_OPEN;
        silent += list[i].transport == TRANSPORT_UDP && list[i].state == PROBE_FILTERED;
    }
    putchar('\n');
    if (silent > 0)
        puts("A datagram that arrives need not be answered, and hosts tell of closed UDP ports only so "
             "often: silence there\n"
             "proves nothing. A hexwatch on that host says 'Reached from' and this machine's address.");
    if (shut == 0)
        puts("All are open.");
    if (probed->other[0])
        printf("It has %s, too, which was not tried: hexwatch probe %s\n", probed->other, probed->other);
    return shut;
}

/* What people have at hand: "HOST:PORT", "[2001:db8::1]:PORT", or an address of the web, whose port counts. Cuts `word` to the host,
 * and returns what stands behind its colon, or NULL. */
static char *split(char **word)
{
    char *scheme = strstr(*word, "://"), *colon;
    if (scheme) {
        *word = scheme + 3;
        (*word)[strcspn(*word, "/?#")] = '\0';
    }
    char *bracket = (*word)[0] == '[' ? strchr(*word, ']') : NULL;
    if (bracket && (bracket[1] == '\0' || bracket[1] == ':')) {
        colon = bracket[1] == ':' ? bracket + 1 : NULL;
        *bracket = '\0';
        (*word)++;
    } else {
        colon = strchr(*word, ':');
        if (!colon || strchr(colon + 1, ':')) /* IPv6's own colons */
            return NULL;
    }
    if (colon)
        *colon++ = '\0';
    return colon;
}

static int command(int argc, char **argv)
{
    struct options options;
    struct settings settings;
    struct probe *list;
    struct probed probed = { .address = "" };
    char error[512];
    size_t count, shut = 0;
    int first, end;
    if (!options_read(argc, argv, &command_probe, &options, &first, &end))
        return EXIT_WRONG;
    char *host = first < end ? argv[first] : NULL, *port = host ? split(&host) : NULL;
    if (!host || !host[0])
        return command_fail(
            "probe: no HOST is given. Name the server's address. See 'hexwatch probe --help'.");
    if (port)
        argv[first] = port; /* the first of PORTS */
    if (!settings_from(&options, end, argv, first + !port, &settings))
        return EXIT_WRONG;
    signal(SIGPIPE, SIG_IGN);
    if (!prober_run(host, &settings.listen.ports, &probed, &list, &count, error, sizeof(error))) {
        settings_free(&settings);
        return command_fail("probe: %s.", error);
    }
    if (!settings.json)
        shut = print_text(host, &probed, list, count, terminal_has_colours(&settings));
    for (size_t i = 0; settings.json && i < count; i++) {
        print_json(host, &probed, &list[i]);
        shut += list[i].state != PROBE_OPEN;
    }
    free(list);
    settings_free(&settings);
    int status = command_printed("probe");
    if (status != EXIT_DONE)
        return status;
    return shut > 0 ? EXIT_FOUND : EXIT_DONE;
}

const struct command command_probe = {
    .name = "probe",
    .run = command,
    .brief = "are the ports of another host open, seen from here",
    .operands = "HOST [PORTS]",
    .options = "fCtg",
    .examples = { { "hexwatch probe gps.example.org", "on another machine than the server" },
                  { "hexwatch probe 203.0.113.5 5023,udp:5013", "these ports alone" },
                  { "hexwatch probe '[2001:db8::1]:5023'", "one port, as a URL has it" } },
    .about = "Tries TCP and UDP ports of one host (Traccar's, unless PORTS names others) as a device would, "
             "in some seconds: "
             "open, closed (something refuses), or filtered (nothing answers). Each gets one line of text, "
             "which a hexwatch "
             "that listens or watches there knows. Needs no root.\n"
             "The exit status is 1 when a port is closed or filtered.\n",
};
