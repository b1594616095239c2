/* SPDX-License-Identifier: Apache-2.0 */
/* hexwatch listen, sniff and run: the live commands. They differ only in where their settings come from. */
#include <stdio.h>
#include <unistd.h>

#include "command/live.h"

static const char listen_usage[] =
    "usage: hexwatch listen [--format text|json] [--summary] [--no-answer] [--hexlog DIR] [--traccar "
    "DIR|none] [-c FILE] [PORTS]\n"
    "\n"
    "Binds the ports that are free (TCP and UDP), shows what devices send as HEX, names their protocol, and "
    "answers\n"
    "those that wait for an answer, so that they go on to send positions.\n"
    "PORTS: 5001, 5001-5100, 5023,udp:5013. Default: all of Traccar's, 5001-5267.\n"
    "\n"
    "  --no-answer    say nothing to the devices\n"
    "  --hexlog DIR   keep the HEX too, one file for each port\n"
    "\n"
    "While Traccar runs its ports are taken: use 'hexwatch sniff' then.\n";

static const char sniff_usage[] =
    "usage: hexwatch sniff [-i IFACE] [--format text|json] [--summary] [--hexlog DIR] [--traccar DIR|none] "
    "[-c FILE] [PORTS]\n"
    "\n"
    "Watches the ports beside a running Traccar without touching anything, both directions. Needs root or "
    "CAP_NET_RAW\n"
    "to open the interface, and leaves root at once.\n"
    "PORTS: 5001, 5001-5100, 5023,udp:5013. Default: Traccar's, 5001-5267 and its web port 8082.\n"
    "\n"
    "  -i IFACE       one interface; default: any, which is all of them\n";

static const char run_usage[] =
    "usage: hexwatch run [-c FILE] [--traccar DIR|none] [--check]\n"
    "\n"
    "The service: does what the configuration says (default " HEXWATCH_CONFIG ").\n"
    "\n"
    "  --check        only checks the configuration\n";

static int run(const char *name, struct settings *settings)
{
    int status = live_run(name, settings);
    settings_free(settings);
    return status;
}

int command_listen(int argc, char **argv)
{
    struct options options;
    struct settings settings;
    int first;
    if (!options_read(argc, argv, "fsctnx", listen_usage, &options, &first) ||
        !settings_from(&options, argc, argv, first, &settings))
        return EXIT_WRONG;
    settings.listen.on = true;
    settings.sniff.on = false;
    return run(argv[0], &settings);
}

int command_sniff(int argc, char **argv)
{
    struct options options;
    struct settings settings;
    int first;
    if (!options_read(argc, argv, "fsctix", sniff_usage, &options, &first) ||
        !settings_from(&options, argc, argv, first, &settings))
        return EXIT_WRONG;
    settings.listen.on = false;
    settings.sniff.on = true;
    return run(argv[0], &settings);
}

int command_run(int argc, char **argv)
{
    struct options options;
    struct settings settings;
    int first;
    if (!options_read(argc, argv, "fsctk", run_usage, &options, &first))
        return EXIT_WRONG;
    if (first < argc)
        return command_fail("run: '%s' is too much: ports are named in the configuration.", argv[first]);
    if (!options.config)
        options.config = HEXWATCH_CONFIG;
    if (!settings_from(&options, argc, argv, first, &settings))
        return EXIT_WRONG;
    int status;
    if (!settings.listen.on && !settings.sniff.on) {
        status = command_fail(
            "%s: neither listen nor sniff is enabled, so there is nothing to do. Set enabled = true in one.",
            options.config);
    } else if (options.check) {
        printf("%s: fine\n", options.config);
        status = fflush(stdout) == 0 ? EXIT_DONE : EXIT_WRONG;
    } else {
        return run(argv[0], &settings);
    }
    settings_free(&settings);
    return status;
}
