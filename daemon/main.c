/* SPDX-License-Identifier: Apache-2.0 */
/* The program's entry: finds the subcommand and runs it. */
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <string.h>
#include <unistd.h>

#include "base/near.h"
#include "command/command.h"
#include "command/help.h"

/* "hexwatch --versoin", "hexwatch --format json listen" */
static int fail_option(int argc, char **argv)
{
    const char *name = argv[1];
    for (int i = 2; i < argc; i++) {
        if (commands_find(argv[i]))
            return command_fail("%s stands before the command. Options come behind it: hexwatch %s %s …. "
                                "See 'hexwatch %s --help'.",
                                name, argv[i], name, argv[i]);
    }
    struct near_search search = { .word = name };
    near_consider(&search, "--help");
    near_consider(&search, "--version");
    const char *near = near_found(&search);
    return command_fail("unknown option %s.%s%s%s See 'hexwatch --help'.", name, near ? " Did you mean " : "",
                        near ? near : "", near ? "?" : "");
}

/* A descriptor that is closed would be given to the next socket or file, and what is printed would go there: it is opened so that
 * reading and printing fail, as they would have. */
static void keep_standard_descriptors(void)
{
    for (int fd = STDIN_FILENO; fd <= STDERR_FILENO; fd++) {
        if (fcntl(fd, F_GETFD) < 0 && errno == EBADF &&
            open("/dev/null", fd == STDIN_FILENO ? O_WRONLY : O_RDONLY) != fd)
            return;
    }
}

int main(int argc, char **argv)
{
    keep_standard_descriptors();
    const char *name = argc >= 2 ? argv[1] : "";
    if (strcmp(name, "--help") == 0 || strcmp(name, "-h") == 0) {
        signal(SIGPIPE, SIG_IGN);
        help_put_overview(stdout);
        return command_printed(name);
    }
    if (strcmp(name, "--version") == 0 || strcmp(name, "-V") == 0)
        return help_print_version();
    if (argc < 2) {
        help_put_overview(stderr);
        return EXIT_WRONG;
    }
    const struct command *command = commands_find(name);
    if (command)
        return command->run(argc - 1, argv + 1);
    if (name[0] == '-')
        return fail_option(argc, argv);
    const char *near = commands_near(name);
    return command_fail("there is no command '%s'.%s%s%s See 'hexwatch --help'.", name,
                        near ? " Did you mean '" : "", near ? near : "", near ? "'?" : "");
}
