/* SPDX-License-Identifier: Apache-2.0 */
/* The help: examples, usage, text, options. Called by the option reader, main and `hexwatch help`. */
#include "command/help.h"

#include <libconfig.h>
#include <signal.h>
#include <string.h>

#include "base/library.h"
#include "command/option.h"
#include "intake/library.h"
#include "outlet/library.h"
#include "protocol/registry.h"

enum { COLUMN = 28, WIDTH = 80 };

/* Paragraphs, each on lines of its own, broken between words. */
static void put_wrapped(const char *text)
{
    size_t used = 0;
    for (const char *at = text; *at; at += strspn(at, " ")) {
        size_t word = strcspn(at, " \n");
        bool is_new = used > 0 && used + 1 + word > WIDTH;
        used = (is_new ? 0 : used) +
               (size_t)printf("%s%.*s",
                              is_new     ? "\n"
                              : used > 0 ? " "
                                         : "",
                              (int)word, at) -
               is_new;
        at += word;
        if (*at != '\n')
            continue;
        putchar('\n');
        used = 0;
        at++;
    }
}

static void put_option(FILE *out, const struct option_row *row)
{
    char form[64], letter[5] = "    ";
    if (row->letter)
        snprintf(letter, sizeof(letter), "-%c, ", row->letter);
    snprintf(form, sizeof(form), "%s--%s%s%s", letter, row->name, row->value ? " " : "",
             row->value ? row->value : "");
    if (strlen(form) > COLUMN - 2)
        fprintf(out, "  %s\n  %*s%s\n", form, COLUMN, "", row->help);
    else
        fprintf(out, "  %-*s%s\n", COLUMN, form, row->help);
}

int help_print(const struct command *command)
{
    const struct option_row *row;
    signal(SIGPIPE, SIG_IGN);
    printf("hexwatch %s: %s\n\n", command->name, command->brief);
    for (size_t i = 0; i < EXAMPLES_MAX && command->examples[i].line; i++)
        printf("    %s\n        %s\n", command->examples[i].line, command->examples[i].what);
    printf("\nusage: hexwatch %s%s%s%s\n\n", command->name, command->options[0] ? " [OPTIONS]" : "",
           command->operands[0] ? " " : "", command->operands);
    put_wrapped(command->about);
    putchar('\n');
    for (size_t i = 0; (row = option_at(i)); i++) {
        if (option_is_taken(command, row))
            put_option(stdout, row);
    }
    return command_printed(command->name);
}

void help_put_overview(FILE *out)
{
    const struct command *command;
    fputs(
        "hexwatch: what GPS trackers send to a Traccar server, which protocol it is, and what to do next\n\n"
        "    hexwatch listen\n        no Traccar runs here: takes its ports and shows what devices send\n"
        "    sudo hexwatch sniff\n        watches beside a running Traccar\n"
        "    hexwatch identify '5001 78780d01012345678901234500018cdd0d0a'\n"
        "        says what a message is, and whether it came to the right port\n\n"
        "usage: hexwatch COMMAND [OPTIONS]\n\n",
        out);
    for (size_t i = 0; (command = commands_at(i)); i++)
        fprintf(out, "  %-10s %s\n", command->name, command->brief);
    fprintf(out, "\n'hexwatch help COMMAND' says more. %zu protocols are known.\n", registry_count());
}

int help_print_version(void)
{
    char base[128], intake[128], outlet[64];
    signal(SIGPIPE, SIG_IGN);
    library_base(base, sizeof(base));
    library_intake(intake, sizeof(intake));
    library_outlet(outlet, sizeof(outlet));
    printf("hexwatch %s\n%s, %s, %s, libconfig %d.%d.%d\nApache License 2.0\n", HEXWATCH_VERSION, base,
           intake, outlet, LIBCONFIG_VER_MAJOR, LIBCONFIG_VER_MINOR, LIBCONFIG_VER_REVISION);
    return command_printed("--version");
}

/* ---- hexwatch help ---- */

static int run_help(int argc, char **argv)
{
    struct options options;
    int first, end;
    if (!options_read(argc, argv, &command_help, &options, &first, &end))
        return EXIT_WRONG;
    if (end - first > 1)
        return command_fail("help: one COMMAND at a time.");
    if (first == end) {
        signal(SIGPIPE, SIG_IGN);
        help_put_overview(stdout);
        return command_printed("help");
    }
    const struct command *command = commands_find(argv[first]);
    if (command)
        return help_print(command);
    const char *near = commands_near(argv[first]);
    return command_fail("help: there is no command '%s'.%s%s%s", argv[first], near ? " Did you mean '" : "",
                        near ? near : "", near ? "'?" : " 'hexwatch help' lists them all.");
}

const struct command command_help = {
    .name = "help",
    .run = run_help,
    .brief = "says what a command does, with examples",
    .operands = "[COMMAND]",
    .options = "",
    .examples = { { "hexwatch help sniff", "all that sniff can do" } },
    .about = "The same as 'hexwatch COMMAND --help'. 'man hexwatch' says it all.\n",
};
