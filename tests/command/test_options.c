/* SPDX-License-Identifier: Apache-2.0 */
/* Command line options. Each line is read in a child of its own, as getopt keeps its place between two. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#include "command/command.h"

enum { WORDS_MAX = 12, REFUSED = 77 };

static char output[4096];

/* The words of a line, split at blanks in place. */
static int split(char *line, char **words)
{
    int count = 0;
    for (char *word = strtok(line, " "); word && count < WORDS_MAX; word = strtok(NULL, " "))
        words[count++] = word;
    words[count] = NULL;
    return count;
}

static void print_all(int argc, char **argv, const char *allowed)
{
    struct options options;
    int first = -1;
    if (!options_read(argc, argv, allowed, "the usage\n", &options, &first))
        _exit(REFUSED);
    printf("%s%s%s%s%s", options.json ? "json " : "", options.summary ? "summary " : "",
           options.explain ? "explain " : "", options.no_answer ? "no-answer " : "",
           options.check ? "check " : "");
    printf("%s%s%s%s|", options.config ? options.config : "", options.traccar ? options.traccar : "",
           options.interface ? options.interface : "", options.hexlog ? options.hexlog : "");
    for (int i = first; i < argc; i++)
        printf(" %s", argv[i]);
    fflush(stdout);
    _exit(0);
}

/* The exit status of a child that reads the line; what it printed stands in output. */
static int run(const char *line, const char *allowed)
{
    int file = memfd_create("output", MFD_CLOEXEC), status = -1;
    assert_true(file >= 0);
    fflush(stdout);
    pid_t child = fork();
    assert_true(child >= 0);
    if (child == 0) {
        char copy[256], *words[WORDS_MAX + 1];
        snprintf(copy, sizeof(copy), "%s", line);
        if (dup2(file, STDOUT_FILENO) < 0 || dup2(file, STDERR_FILENO) < 0)
            _exit(99);
        print_all(split(copy, words), words, allowed);
    }
    assert_int_equal(waitpid(child, &status, 0), child);
    assert_true(WIFEXITED(status));
    ssize_t n = pread(file, output, sizeof(output) - 1, 0);
    assert_true(n >= 0);
    output[n] = '\0';
    close(file);
    return WEXITSTATUS(status);
}

static void reads(const char *line, const char *expected)
{
    assert_int_equal(run(line, "fsctienkx"), 0);
    assert_string_equal(output, expected);
}

static void refuses(const char *line, const char *allowed, const char *expected)
{
    assert_int_equal(run(line, allowed), REFUSED);
    assert_string_equal(output, expected);
}

static void every_option(void **state)
{
    (void)state;
    reads("listen", "|");
    reads("listen 5001 5002", "| 5001 5002");
    reads("listen --format json --summary --no-answer --check --explain",
          "json summary explain no-answer check |");
    reads("listen --format=text", "|");
    reads("listen --config a", "a|");
    reads("listen -c a", "a|");
    reads("listen -ca", "a|");
    reads("sniff --interface eth0", "eth0|");
    reads("sniff -i eth0", "eth0|");
    reads("sniff --traccar none", "none|");
    reads("sniff --hexlog /x", "/x|");
    reads("listen 5001 --summary 5002", "summary | 5001 5002");
    reads("identify -- --summary", "| --summary");
    reads("read -", "| -");
}

static void mistakes(void **state)
{
    (void)state;
    refuses("listen --format xml", "f",
            "hexwatch: listen: --format xml: there is no such format. Use text or json.\n");
    refuses("listen --sumary", "s",
            "hexwatch: listen: unknown option --sumary. See 'hexwatch listen --help'.\n");
    refuses("listen -q", "s", "hexwatch: listen: unknown option -q. See 'hexwatch listen --help'.\n");
    refuses("listen -qz 5001", "s", "hexwatch: listen: unknown option -q. See 'hexwatch listen --help'.\n");
    refuses("listen 5001 -q", "s", "hexwatch: listen: unknown option -q. See 'hexwatch listen --help'.\n");
    refuses("listen --summary=3", "s",
            "hexwatch: listen: --summary takes no value. See 'hexwatch listen --help'.\n");
    refuses("listen --hexlog", "x",
            "hexwatch: listen: --hexlog needs a value. See 'hexwatch listen --help'.\n");
    refuses("listen -c", "c", "hexwatch: listen: -c needs a value. See 'hexwatch listen --help'.\n");
    refuses(
        "identify --hexlog /x", "f",
        "hexwatch: identify: --hexlog does not belong to this command. See 'hexwatch identify --help'.\n");
    refuses(
        "identify -i eth0", "f",
        "hexwatch: identify: --interface does not belong to this command. See 'hexwatch identify --help'.\n");
}

static void help_is_no_mistake(void **state)
{
    (void)state;
    assert_int_equal(run("listen --help", ""), EXIT_DONE);
    assert_string_equal(output, "the usage\n");
    assert_int_equal(run("listen -h --nonsense", ""), EXIT_DONE);
    assert_string_equal(output, "the usage\n");
}

static void failures_are_one_line(void **state)
{
    (void)state;
    int file = memfd_create("stderr", MFD_CLOEXEC), before = dup(STDERR_FILENO);
    assert_true(dup2(file, STDERR_FILENO) >= 0);
    int status = command_fail("%s: %d", "what", 5);
    assert_true(dup2(before, STDERR_FILENO) >= 0);
    ssize_t n = pread(file, output, sizeof(output) - 1, 0);
    assert_true(n >= 0);
    output[n] = '\0';
    assert_int_equal(status, EXIT_WRONG);
    assert_string_equal(output, "hexwatch: what: 5\n");
    close(file);
    close(before);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_option),
        cmocka_unit_test(mistakes),
        cmocka_unit_test(help_is_no_mistake),
        cmocka_unit_test(failures_are_one_line),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
