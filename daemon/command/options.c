/* SPDX-License-Identifier: Apache-2.0 */
/* Command line options and error lines. Used by all subcommands. */
#include <getopt.h>
#include <poll.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "command/command.h"

int command_fail(const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    fputs("hexwatch: ", stderr);
    vfprintf(stderr, format, arguments);
    fputc('\n', stderr);
    va_end(arguments);
    return EXIT_WRONG;
}

bool command_is_input_waiting(void)
{
    struct pollfd input = { .fd = STDIN_FILENO, .events = POLLIN };
    return poll(&input, 1, 0) != 0;
}

static const struct option all[] = {
    { "format", required_argument, NULL, 'f' },
    { "summary", no_argument, NULL, 's' },
    { "config", required_argument, NULL, 'c' },
    { "traccar", required_argument, NULL, 't' },
    { "interface", required_argument, NULL, 'i' },
    { "explain", no_argument, NULL, 'e' },
    { "no-answer", no_argument, NULL, 'n' },
    { "check", no_argument, NULL, 'k' },
    { "hexlog", required_argument, NULL, 'x' },
    { "help", no_argument, NULL, 'h' },
    { NULL, 0, NULL, 0 },
};

static const char *name_of(int letter)
{
    const struct option *option = all;
    while (option->name && option->val != letter)
        option++;
    return option->name;
}

/* One option into the structure; false when its value is wrong. */
static bool take(struct options *options, int letter, const char *command)
{
    switch (letter) {
    case 'f':
        options->json = strcmp(optarg, "json") == 0;
        if (!options->json && strcmp(optarg, "text") != 0) {
            command_fail("%s: --format %s: there is no such format. Use text or json.", command, optarg);
            return false;
        }
        break;
    case 's':
        options->summary = true;
        break;
    case 'c':
        options->config = optarg;
        break;
    case 't':
        options->traccar = optarg;
        break;
    case 'i':
        options->interface = optarg;
        break;
    case 'e':
        options->explain = true;
        break;
    case 'n':
        options->no_answer = true;
        break;
    case 'k':
        options->check = true;
        break;
    default:
        options->hexlog = optarg;
        break;
    }
    return true;
}

/* getopt has met an option that it does not know, or one with a value that takes none. `word` is where it stands, but for a
 * short one, which may be the first of several in a word. */
static void fail_unknown(const char *command, const char *word)
{
    const char *value = strchr(word, '=');
    if (optopt == 0)
        command_fail("%s: unknown option %s. See 'hexwatch %s --help'.", command, word, command);
    else if (word[0] == '-' && word[1] == '-' && value)
        command_fail("%s: %.*s takes no value. See 'hexwatch %s --help'.", command, (int)(value - word), word,
                     command);
    else
        command_fail("%s: unknown option -%c. See 'hexwatch %s --help'.", command, optopt, command);
}

bool options_read(int argc, char **argv, const char *allowed, const char *usage, struct options *options,
                  int *first)
{
    *options = (struct options){ 0 };
    opterr = 0;
    optind = 1;
    int letter;
    while ((letter = getopt_long(argc, argv, ":c:i:h", all, NULL)) != -1) {
        if (letter == 'h') {
            fputs(usage, stdout);
            exit(fflush(stdout) == 0 ? EXIT_DONE : EXIT_WRONG);
        }
        if (letter == ':') {
            command_fail("%s: %s needs a value. See 'hexwatch %s --help'.", argv[0], argv[optind - 1],
                         argv[0]);
            return false;
        }
        if (letter == '?') {
            fail_unknown(argv[0], argv[optind - 1]);
            return false;
        }
        if (!strchr(allowed, letter)) {
            command_fail("%s: --%s does not belong to this command. See 'hexwatch %s --help'.", argv[0],
                         name_of(letter), argv[0]);
            return false;
        }
        if (!take(options, letter, argv[0]))
            return false;
    }
    *first = optind;
    return true;
}
