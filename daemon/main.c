/* SPDX-License-Identifier: Apache-2.0 */
/* The program's entry: the table of subcommands. */
#include <stdio.h>
#include <string.h>

#include "command/command.h"
#include "protocols/registry.h"

static const struct {
    const char *name;
    int (*function)(int argc, char **argv);
    const char *help;
} commands[] = {
    { "listen", command_listen, "binds Traccar's ports and shows what devices send" },
    { "sniff", command_sniff, "watches the ports beside a running Traccar" },
    { "read", command_read, "the same on a pcap or pcapng file" },
    { "identify", command_identify, "judges messages given as HEX" },
    { "protocols", command_protocols, "lists the protocols that are recognised" },
    { "run", command_run, "the service, as the configuration says" },
};

static void print_usage(FILE *out)
{
    fprintf(
        out,
        "hexwatch: what GPS trackers send to a Traccar server, which protocol it is, and what to do next\n\n"
        "usage: hexwatch COMMAND [OPTIONS]\n\n");
    for (size_t i = 0; i < sizeof(commands) / sizeof(commands[0]); i++)
        fprintf(out, "  %-10s %s\n", commands[i].name, commands[i].help);
    fprintf(out, "\n'hexwatch COMMAND --help' says more. %zu protocols are known.\n", registry_count());
}

int main(int argc, char **argv)
{
    if (argc >= 2 && (strcmp(argv[1], "--help") == 0 || strcmp(argv[1], "-h") == 0)) {
        print_usage(stdout);
        return fflush(stdout) == 0 ? EXIT_DONE : EXIT_WRONG;
    }
    if (argc >= 2 && strcmp(argv[1], "--version") == 0) {
        printf("hexwatch %s\n", HEXWATCH_VERSION);
        return fflush(stdout) == 0 ? EXIT_DONE : EXIT_WRONG;
    }
    for (size_t i = 0; argc >= 2 && i < sizeof(commands) / sizeof(commands[0]); i++) {
        if (strcmp(argv[1], commands[i].name) == 0)
            return commands[i].function(argc - 1, argv + 1);
    }
    if (argc >= 2)
        return command_fail("there is no command '%s'. See 'hexwatch --help'.", argv[1]);
    print_usage(stderr);
    return EXIT_WRONG;
}
