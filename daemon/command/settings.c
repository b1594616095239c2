/* SPDX-License-Identifier: Apache-2.0 */
/* Defaults, and the command line laid over them. Used by run, listen, sniff and read. */
#include "command/settings.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/cursor.h"
#include "command/chosen.h"
#include "command/site_file.h"
#include "intake/installation.h"
#include "intake/listener.h"
#include "intake/version.h"
#include "outlet/history.h"
#include "protocol/registry.h"
#include "verdict/ports.h"

void settings_init(struct settings *settings)
{
    memset(settings, 0, sizeof(*settings));
    struct listener_settings listener = listener_defaults();
    struct hexlog_settings hexlog = hexlog_defaults();
    settings->judge = judge_defaults();
    settings->session = session_defaults();
    settings->peers = 10000;
    settings->share = listener.share;
    settings->listen.answer = true;
    settings->listen.idle = listener.idle;
    settings->hexlog.size = hexlog.files.size;
    settings->hexlog.keep = hexlog.files.keep;
    struct history_limits history = history_defaults();
    strcpy(settings->history.file, AUTO);
    settings->history.age = history.age;
    settings->history.bytes = (int64_t)history.bytes;
    settings->history.messages = (unsigned)history.messages;
    strcpy(settings->sniff.interface, "any");
    strcpy(settings->control.socket, AUTO);
    strcpy(settings->web.address, "127.0.0.1");
    settings->web.port = 8085;
    for (int transport = TRANSPORT_TCP; transport <= TRANSPORT_UDP; transport++) {
        portset_add(&settings->listen.ports, (enum transport)transport, PORTS_FIRST, PORTS_LAST);
        portset_add(&settings->sniff.ports, (enum transport)transport, PORTS_FIRST, PORTS_LAST);
    }
    /* devices are sent to the web port by mistake; it is not ours to bind */
    portset_add(&settings->sniff.ports, TRANSPORT_TCP, PORTS_WEB, PORTS_WEB);
    settings->judge.web_port = PORTS_WEB;
}

static bool copy(const char *command, const char *option, const char *value, char *out, size_t size)
{
    if (strlen(value) >= size) {
        command_fail("%s: %s is longer than %zu characters. Give a shorter one.", command, option, size - 1);
        return false;
    }
    strcpy(out, value);
    return true;
}

void settings_free(struct settings *settings)
{
    traccar_free(settings->traccar);
    settings->traccar = NULL;
    site_free(settings->site);
    settings->site = NULL;
    free(settings->expected);
    settings->expected = NULL;
}

const struct protocol *const *settings_protocols(const struct settings *settings)
{
    return site_protocols(settings->site);
}

/* What this Traccar has moved or switched off is not at its usual port, whether we know it or not. */
static void take_back_moved(struct ports *ports, const struct traccar *traccar)
{
    for (unsigned port = PORTS_FIRST; port <= PORTS_LAST; port++) {
        struct cursor name;
        char text[NAME_LENGTH];
        if (!ports_is_unknown(ports, (uint16_t)port) || !ports_usual_name((uint16_t)port, &name))
            continue;
        cursor_copy_text(name, text, sizeof(text));
        if (traccar_port(traccar, text, (uint16_t)port) != port)
            ports_take_back_one(ports, (uint16_t)port);
    }
}

struct ports *settings_ports(const struct settings *settings)
{
    const struct traccar *traccar = settings->traccar;
    const struct protocol *const *protocols = settings_protocols(settings);
    struct ports *ports = ports_new(protocols);
    const char *name;
    uint16_t port;
    for (size_t i = 0; ports && i < settings->portmap_count; i++)
        ports_map(ports, &settings->portmap[i]);
    if (ports)
        ports_set_version(ports, settings->version);
    if (!ports || !traccar)
        return ports;
    ports_set_web(ports, traccar_web_port(traccar));
    if (traccar_names_all(traccar))
        ports_take_back(ports);
    take_back_moved(ports, traccar);
    for (size_t i = 0; traccar_named(traccar, i, &name, &port); i++) {
        if (port != 0)
            ports_give_away(ports, port, name);
    }
    for (size_t i = 0; protocols[i]; i++) {
        /* versions before 6.13 know it by its older name */
        uint16_t here = traccar_port(traccar, protocols[i]->name, protocols[i]->port);
        if (protocols[i]->alias && (here == 0 || here == protocols[i]->port)) {
            uint16_t older = traccar_port(traccar, protocols[i]->alias, here);
            here = older ? older : here;
        }
        bool is_enabled = traccar_is_enabled(traccar, protocols[i]->name) ||
                          (protocols[i]->alias && traccar_is_enabled(traccar, protocols[i]->alias));
        if (ports_off(ports, protocols[i]) != PORTS_LISTENED)
            continue; /* it is too new for this Traccar */
        if (here == 0)
            ports_switch_off(ports, protocols[i], is_enabled ? PORTS_WITHOUT_PORT : PORTS_NOT_ENABLED);
        else if (here != protocols[i]->port)
            ports_move(ports, protocols[i], here);
        if (traccar_has_tls(traccar, protocols[i]->name) ||
            (protocols[i]->alias && traccar_has_tls(traccar, protocols[i]->alias)))
            ports_set_tls(ports, protocols[i]);
    }
    return ports;
}

/* The ports that this Traccar listens on are those to watch. */
static void use_ports(struct settings *settings)
{
    const struct traccar *traccar = settings->traccar;
    struct portset ports = { 0 };
    const char *name;
    uint16_t port;
    if (!traccar_names_all(traccar))
        ports = settings->listen.ports;
    for (size_t i = 0; traccar_named(traccar, i, &name, &port); i++) {
        if (port == 0)
            continue;
        portset_add(&ports, TRANSPORT_TCP, port, port);
        portset_add(&ports, TRANSPORT_UDP, port, port);
    }
    /* those that only its environment names, too */
    for (size_t i = 0; registry[i]; i++) {
        port = traccar_port(traccar, registry[i]->name, 0);
        if (port == 0)
            continue;
        portset_add(&ports, TRANSPORT_TCP, port, port);
        portset_add(&ports, TRANSPORT_UDP, port, port);
    }
    settings->listen.ports = settings->sniff.ports = ports;
    settings->judge.web_port = traccar_web_port(traccar);
    portset_add(&settings->sniff.ports, TRANSPORT_TCP, settings->judge.web_port, settings->judge.web_port);
}

/* What Traccar would not start with, though the files can be read. */
static bool find_bad_port(struct settings *settings)
{
    for (size_t i = 0; registry[i]; i++) {
        if (traccar_has_bad_port(settings->traccar, registry[i]->name, settings->unread,
                                 sizeof(settings->unread)))
            return true;
    }
    return false;
}

/* Its unit names a configuration that is not to be had. */
static void find_named(const struct installation *installation, struct settings *settings)
{
    settings->is_broken = access(installation->config, F_OK) != 0 && (errno == ENOENT || errno == ENOTDIR);
    snprintf(settings->folder, sizeof(settings->folder), "%.*s", PATH_LENGTH - 1, installation->folder);
    snprintf(settings->unread, sizeof(settings->unread), "traccar.service names %.300s, which %s",
             installation->config, settings->is_broken ? "is not there" : "cannot be read");
}

static bool read_traccar(const struct options *options, struct settings *settings, char *error, size_t size)
{
    struct installation installation;
    struct traccar_fault fault;
    size_t length;
    settings->without_traccar = options->traccar && strcmp(options->traccar, "none") == 0;
    if (settings->without_traccar)
        return true;
    bool is_found = installation_find(options->traccar, &installation);
    if (!is_found && !options->traccar) {
        if (options->goes_on_broken && installation.has_unit)
            find_named(&installation, settings);
        return true;
    }
    snprintf(settings->folder, sizeof(settings->folder), "%.*s", PATH_LENGTH - 1, installation.folder);
    settings->traccar = traccar_read(installation.folder, installation.config, installation.root, &fault);
    bool is_there = fault.is_forbidden || access(installation.config, F_OK) == 0;
    if (!settings->traccar && options->goes_on_broken && is_there) {
        snprintf(settings->unread, sizeof(settings->unread), "%s", fault.what);
        settings->is_broken = !fault.is_forbidden;
    } else if (!settings->traccar) {
        snprintf(error, size, "%s. %s", fault.what, fault.mend);
        return false;
    }
    char *environment = settings->traccar ? installation_environment(&installation, &length) : NULL;
    if (environment)
        traccar_use_environment(settings->traccar, environment, length);
    if (settings->traccar && options->goes_on_broken)
        settings->is_broken = find_bad_port(settings);
    traccar_log_path(settings->traccar, settings->folder, settings->found_log, PATH_LENGTH);
    installation_settle_log(&installation, settings->found_log, PATH_LENGTH);
    if (!version_of_jar(installation.folder, settings->version, sizeof(settings->version)) &&
        !version_of_log(settings->found_log, settings->version, sizeof(settings->version)))
        settings->version[0] = '\0';
    if (settings->traccar)
        use_ports(settings);
    return true;
}

/* Protocols of the site's own, with their ports beside Traccar's. */
static bool read_site(struct settings *settings, char *error, size_t size)
{
    bool is_usual = !settings->protocols[0];
    settings->site = site_new();
    if (!settings->site) {
        snprintf(error, size, "out of memory. Free some and try again");
        return false;
    }
    if (!site_read_folder(settings->site, is_usual ? HEXWATCH_PROTOCOLS : settings->protocols, is_usual,
                          error, size))
        return false;
    for (const struct protocol *const *own = settings_protocols(settings) + registry_count(); *own; own++) {
        for (int transport = TRANSPORT_TCP; transport <= TRANSPORT_UDP; transport++) {
            if (!((*own)->transports & (transport == TRANSPORT_UDP ? OVER_UDP : OVER_TCP)))
                continue;
            portset_add(&settings->listen.ports, (enum transport)transport, (*own)->port, (*own)->port);
            portset_add(&settings->sniff.ports, (enum transport)transport, (*own)->port, (*own)->port);
        }
    }
    return true;
}

/* How text looks. */
static void use_view(const struct options *options, struct settings *settings)
{
    settings->view.findings_only = options->quiet;
    settings->view.color = (enum color)options->color;
    settings->view.time = options->utc ? STAMP_UTC : (enum stamp_form)options->time;
    settings->view.bytes = options->all_text ? BYTES_TEXT : options->all_hex ? BYTES_HEX : BYTES_AUTO;
}

/* Where a Traccar writes that is not seen itself: in a volume, or where it usually does. */
static void find_log(const struct options *options, struct settings *settings)
{
    if (!settings->found_log[0] &&
        (options->traccar || !installation_find_volume(settings->found_log, PATH_LENGTH)))
        traccar_log_path(NULL, TRACCAR_FOLDER, settings->found_log, PATH_LENGTH);
    if (!settings->log.file[0])
        memcpy(settings->log.file, settings->found_log, PATH_LENGTH);
}

static bool fill(const struct options *options, int argc, char **argv, int first, struct settings *settings)
{
    char error[512];
    if (!read_traccar(options, settings, error, sizeof(error))) {
        command_fail("%s: %s%s.", argv[0], options->traccar ? "--traccar: " : "", error);
        return false;
    }
    if (options->config && !settings_read_file(options->config, settings, error, sizeof(error))) {
        command_fail("%s", error);
        return false;
    }
    find_log(options, settings);
    /* packets may be seen before the router */
    for (size_t i = 0; i < settings->portmap_count; i++) {
        for (int transport = TRANSPORT_TCP; transport <= TRANSPORT_UDP; transport++)
            portset_add(&settings->sniff.ports, (enum transport)transport, settings->portmap[i].outside,
                        settings->portmap[i].outside);
    }
    settings->judge.is_joined = settings->log.on && settings->sniff.on;
    if (!read_site(settings, error, sizeof(error))) {
        command_fail("%s: %s.", argv[0], error);
        return false;
    }
    if (options->json)
        settings->json = true;
    if (options->summary)
        settings->output = OUTPUT_SUMMARY;
    use_view(options, settings);
    if (!chosen_read(options, argv[0], settings))
        return false;
    if (options->no_answer)
        settings->listen.answer = false;
    if (options->interface &&
        !copy(argv[0], "--interface", options->interface, settings->sniff.interface, NAME_LENGTH))
        return false;
    if (options->socket && !copy(argv[0], "--socket", options->socket, settings->control.socket, PATH_LENGTH))
        return false;
    if (options->history &&
        !copy(argv[0], "--history", options->history, settings->history.file, PATH_LENGTH))
        return false;
    if (options->hexlog && !copy(argv[0], "--hexlog", options->hexlog, settings->hexlog.folder, PATH_LENGTH))
        return false;
    if (first >= argc)
        return true;
    struct portset ports = { 0 };
    for (int i = first; i < argc; i++) {
        if (!portset_parse(&ports, argv[i], error, sizeof(error))) {
            bool is_filter =
                strcmp(argv[0], "sniff") == 0 &&
                cursor_is_one_of(
                    cursor_of_text(argv[i]),
                    "host net port portrange src dst tcp udp ip ip6 not and or greater less ether vlan");
            command_fail("%s: PORTS: %s.%s", argv[0], error,
                         is_filter
                             ? " An expression of tcpdump's stands behind --: sniff 5023 -- host 192.0.2.1."
                             : "");
            return false;
        }
    }
    settings->listen.ports = settings->sniff.ports = ports;
    settings->judge.web_port = 0; /* who names a port wants to see it */
    return true;
}

bool settings_from(const struct options *options, int argc, char **argv, int first, struct settings *settings)
{
    settings_init(settings);
    if (fill(options, argc, argv, first, settings))
        return true;
    settings_free(settings);
    return false;
}
