/* SPDX-License-Identifier: Apache-2.0 */
/* Defaults, and the command line laid over them. Used by run, listen, sniff and read. */
#include "command/settings.h"

#include <stdio.h>
#include <string.h>

#include "intake/listener.h"
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

bool settings_from(const struct options *options, int argc, char **argv, int first, struct settings *settings)
{
    char error[512];
    settings_init(settings);
    if (options->traccar && strcmp(options->traccar, "none") != 0) {
        command_fail(
            "%s: --traccar %s: only 'none' is known yet. Leave it out, and name the ports if they differ.",
            argv[0], options->traccar);
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
