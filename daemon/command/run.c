/* SPDX-License-Identifier: Apache-2.0 */
/* hexwatch listen, sniff and run: the live commands. They differ only in where their settings come from. */
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "base/log.h"
#include "command/check.h"
#include "command/chosen.h"
#include "command/live.h"
#include "intake/host.h"

/* `path`: the configuration's, NULL without one. */
static int go(const char *name, struct settings *settings, const char *path)
{
    char what[256], where[PATH_LENGTH];
    int status;
    if (settings->listen.on && path && !check_address(settings->listen.address, what, sizeof(what))) {
        settings_where(path, "listen.address", where, sizeof(where));
        status = command_fail("%s: %s.", where, what);
    } else {
        status = live_run(name, settings);
    }
    settings_free(settings);
    return status;
}

static int run_listen(int argc, char **argv)
{
    struct options options;
    struct settings settings;
    int first, end;
    if (!options_read(argc, argv, &command_listen, &options, &first, &end) ||
        !settings_from(&options, end, argv, first, &settings))
        return EXIT_WRONG;
    settings.listen.on = true;
    settings.history.file[0] = options.history ? settings.history.file[0] : '\0';
    settings.sniff.on = settings.log.on = settings.judge.is_joined = false;
    return go(argv[0], &settings, options.config);
}

static int run_sniff(int argc, char **argv)
{
    struct options options;
    struct settings settings;
    int first, end;
    if (!options_read(argc, argv, &command_sniff, &options, &first, &end) ||
        !settings_from(&options, end, argv, first, &settings))
        return EXIT_WRONG;
    settings.listen.on = false;
    settings.sniff.on = true;
    settings.history.file[0] = options.history ? settings.history.file[0] : '\0';
    settings.judge.is_joined = settings.log.on;
    /* root who was lent by sudo leaves the file to the caller; root itself opens it, since who comes after may not */
    if (!getenv("SUDO_UID") && geteuid() == 0 && !chosen_open_file(argv[0], &settings)) {
        settings_free(&settings);
        return EXIT_WRONG;
    }
    return go(argv[0], &settings, options.config);
}

static int check(const struct settings *settings, const char *path)
{
    char error[4 * PATH_LENGTH];
    if (!check_settings(settings, path, error, sizeof(error)))
        return command_fail("%s.", error);
    printf("%s: fine\n", path);
    return fflush(stdout) == 0 ? EXIT_DONE : EXIT_WRONG;
}

/* Is a Traccar installed on this host? By what it can be told, or NULL. */
static const char *installed_traccar(const struct settings *settings)
{
    static const char *const places[] = { "/opt/traccar", "/etc/systemd/system/traccar.service",
                                          "/lib/systemd/system/traccar.service" };
    if (settings->traccar)
        return "its conf/traccar.xml was read";
    for (size_t i = 0; i < sizeof(places) / sizeof(places[0]); i++) {
        if (access(places[i], F_OK) == 0)
            return places[i];
    }
    struct host_facts *facts = host_read();
    bool is_running = facts && facts->traccar_count > 0;
    host_facts_free(facts);
    return is_running ? "it is running" : NULL;
}

/* The service must never take Traccar's ports: beside one it only watches. */
static void choose_intake(struct settings *settings)
{
    if (settings->listen.on || settings->sniff.on || settings->intake == INTAKE_NONE)
        return;
    const char *sign = settings->intake == INTAKE_AUTO ? installed_traccar(settings) : NULL;
    settings->sniff.on = settings->intake == INTAKE_SNIFF || sign;
    settings->listen.on = !settings->sniff.on;
    settings->judge.is_joined = settings->log.on && settings->sniff.on;
    if (sign)
        log_info("a Traccar is installed here (%s): watching its ports, not taking them.", sign);
    else if (settings->intake == INTAKE_AUTO)
        log_info(
            "no Traccar is installed here: listening in its place. Restart hexwatch when you install one.");
}

static int run_run(int argc, char **argv)
{
    struct options options;
    struct settings settings;
    int first, end;
    if (!options_read(argc, argv, &command_run, &options, &first, &end))
        return EXIT_WRONG;
    if (first < end)
        return command_fail("run: '%s' is too much: ports are named in the configuration.", argv[first]);
    if (!options.config)
        options.config = HEXWATCH_CONFIG;
    if (!settings_from(&options, end, argv, first, &settings))
        return EXIT_WRONG;
    choose_intake(&settings);
    int status;
    if (!settings.listen.on && !settings.sniff.on && !settings.log.on) {
        status = command_fail("%s: the intake is \"none\" and log is not enabled, so there is nothing to do. "
                              "Set intake = \"auto\", or enabled = true in log.",
                              options.config);
    } else if (options.check) {
        status = check(&settings, options.config);
    } else {
        return go(argv[0], &settings, options.config);
    }
    settings_free(&settings);
    return status;
}

const struct command command_listen = {
    .name = "listen",
    .run = run_listen,
    .brief = "binds Traccar's ports and shows what devices send",
    .operands = "[PORTS]",
    .options = "fsqxACTUdpPFWnoeLHNtgO",
    .examples = { { "hexwatch listen", "all of Traccar's ports that are free" },
                  { "hexwatch listen 5023,udp:5013", "two of them, one over UDP only" },
                  { "hexwatch listen --no-answer", "says nothing to the devices" },
                  { "hexwatch listen -q --every 10m", "only findings, and now and then the summary" } },
    .about = "Binds the ports that are free (TCP and UDP), shows what devices send, names their protocol, "
             "and answers "
             "those that wait for an answer, so that they go on to send positions.\n"
             "While Traccar runs its ports are taken: use 'hexwatch sniff' then.\n"
             "PORTS: 5001, 5001-5100, 5023,udp:5013. Default: all of Traccar's, 5001-5267.\n",
};

const struct command command_sniff = {
    .name = "sniff",
    .run = run_sniff,
    .brief = "watches the ports beside a running Traccar",
    .operands = "[PORTS] [-- EXPRESSION]",
    .options = "fsqxACTUdpPFWnoewLHitgO",
    .has_expression = true,
    .examples = { { "sudo hexwatch sniff", "all of Traccar's ports on all interfaces" },
                  { "sudo hexwatch sniff -i eth0 5013,5023", "two ports on one interface" },
                  { "sudo hexwatch sniff --device 123456789012345", "one device alone" },
                  { "sudo hexwatch sniff --finding", "only those with whom something is wrong" },
                  { "sudo hexwatch sniff -w kept.pcapng -c 100 5023",
                    "keeps the packets, and ends after 100 messages" },
                  { "sudo hexwatch sniff 5023 -- host 198.51.100.2", "a port, and a libpcap expression" } },
    .about = "Watches the ports without touching anything, both directions. Needs root or CAP_NET_RAW to "
             "open the interface, and leaves root at once.\n"
             "PORTS: 5001, 5001-5100, 5023,udp:5013. Default: Traccar's, 5001-5267 and its web port 8082.\n",
};

const struct command command_run = {
    .name = "run",
    .run = run_run,
    .brief = "the service, as the configuration says",
    .operands = "",
    .options = "fsqxACTUctk",
    .examples = { { "hexwatch run --check", "is the configuration fine, on this host?" },
                  { "hexwatch run -c my.conf", "another configuration than the system's" } },
    .about = "Does what the configuration says; the default is " HEXWATCH_CONFIG ".\n",
};
