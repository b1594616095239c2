/* SPDX-License-Identifier: Apache-2.0 */
/* Defaults, and the command line laid over them. Used by run, listen, sniff and read. */
#include "command/settings.h"

#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "intake/listener.h"
#include "protocols/registry.h"
#include "verdict/ports.h"

void settings_init(struct settings *settings)
{
    memset(settings, 0, sizeof(*settings));
    struct listener_settings listener = listener_defaults();
    struct hexlog_settings hexlog = hexlog_defaults();
    settings->judge = judge_defaults();
    settings->session = session_defaults();
    settings->listen.answer = true;
    settings->listen.idle = listener.idle;
    settings->hexlog.size = hexlog.size;
    settings->hexlog.keep = hexlog.keep;
    strcpy(settings->sniff.interface, "any");
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
}

struct ports *settings_ports(const struct settings *settings)
{
    const struct traccar *traccar = settings->traccar;
    struct ports *ports = ports_new(registry);
    const char *name;
    uint16_t port;
    if (!ports || !traccar)
        return ports;
    ports_set_web(ports, traccar_web_port(traccar));
    if (traccar_names_all(traccar))
        ports_take_back(ports);
    for (size_t i = 0; traccar_named(traccar, i, &name, &port); i++) {
        if (port != 0)
            ports_give_away(ports, port);
    }
    for (size_t i = 0; registry[i]; i++) {
        /* versions before 6.13 know it by its older name */
        uint16_t told = traccar_port(traccar, registry[i]->name, registry[i]->port);
        if (registry[i]->alias && (told == 0 || told == registry[i]->port)) {
            uint16_t older = traccar_port(traccar, registry[i]->alias, told);
            told = older ? older : told;
        }
        if (told != registry[i]->port)
            ports_move(ports, registry[i], told);
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
    settings->listen.ports = settings->sniff.ports = ports;
    settings->judge.web_port = traccar_web_port(traccar);
    portset_add(&settings->sniff.ports, TRANSPORT_TCP, settings->judge.web_port, settings->judge.web_port);
}

static bool read_traccar(const struct options *options, struct settings *settings, char *error, size_t size)
{
    const char *folder = options->traccar ? options->traccar : TRACCAR_FOLDER;
    if (strcmp(folder, "none") == 0 ||
        (!options->traccar && access(TRACCAR_FOLDER "/conf/traccar.xml", R_OK) != 0))
        return true;
    settings->traccar = traccar_read(folder, error, size);
    if (!settings->traccar)
        return false;
    use_ports(settings);
    return true;
}

static bool fill(const struct options *options, int argc, char **argv, int first, struct settings *settings)
{
    char error[512];
    if (!read_traccar(options, settings, error, sizeof(error))) {
        command_fail("%s: --traccar: %s.", argv[0], error);
        return false;
    }
    if (options->config && !settings_read_file(options->config, settings, error, sizeof(error))) {
        command_fail("%s", error);
        return false;
    }
    if (options->json)
        settings->json = true;
    if (options->summary)
        settings->output = OUTPUT_SUMMARY;
    if (options->no_answer)
        settings->listen.answer = false;
    if (options->interface &&
        !copy(argv[0], "--interface", options->interface, settings->sniff.interface, NAME_LENGTH))
        return false;
    if (options->hexlog && !copy(argv[0], "--hexlog", options->hexlog, settings->hexlog.folder, PATH_LENGTH))
        return false;
    if (first >= argc)
        return true;
    struct portset ports = { 0 };
    for (int i = first; i < argc; i++) {
        if (!portset_parse(&ports, argv[i], error, sizeof(error))) {
            command_fail("%s: PORTS: %s.", argv[0], error);
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
