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

#include "command/help.h"
#include "command/option.h"

enum { LINE_WORDS = 12, REFUSED = 77 };

static char output[4096];

/* The words of a line, split at blanks in place. */
static int split(char *line, char **words)
{
    int count = 0;
    for (char *word = strtok(line, " "); word && count < LINE_WORDS; word = strtok(NULL, " "))
        words[count++] = word;
    words[count] = NULL;
    return count;
}

static void print_words(const char *name, const struct words *words)
{
    for (size_t i = 0; i < words->count; i++)
        printf("%s=%s ", name, words->list[i]);
}

static void print_all(int argc, char **argv, const char *allowed, bool has_expression)
{
    struct command command = { .name = argv[0],
                               .options = allowed,
                               .has_expression = has_expression,
                               .brief = "the brief",
                               .operands = "[PORTS]",
                               .examples = { { "an example", "what it does" } },
                               .about = "the text\n" };
    struct options options;
    int first = -1, end = -1;
    if (!options_read(argc, argv, &command, &options, &first, &end))
        _exit(REFUSED);
    printf("%s%s%s%s%s%s%s%s%s", options.json ? "json " : "", options.summary ? "summary " : "",
           options.explain ? "explain " : "", options.no_answer ? "no-answer " : "",
           options.check ? "check " : "", options.quiet ? "quiet " : "", options.all_hex ? "hex " : "",
           options.all_text ? "text " : "", options.any_finding ? "finding " : "");
    if (options.color || options.time)
        printf("color=%d time=%d ", options.color, options.time);
    if (options.count || options.span || options.every)
        printf("count=%d for=%d every=%d ", (int)options.count, (int)(options.span / 1000000),
               (int)(options.every / 1000000));
    print_words("device", &options.devices);
    print_words("code", &options.findings);
    printf("%s%s%s%s%s|", options.config ? options.config : "", options.traccar ? options.traccar : "",
           options.interface ? options.interface : "", options.hexlog ? options.hexlog : "",
           options.capture ? options.capture : "");
    for (int i = first; i < end; i++)
        printf(" %s", argv[i]);
    for (int i = 0; options.expression[i]; i++)
        printf(" [%s]", options.expression[i]);
    fflush(stdout);
    _exit(0);
}

/* The exit status of a child that reads the line; what it printed stands in output. */
static int run(const char *line, const char *allowed, bool has_expression)
{
    int file = memfd_create("output", MFD_CLOEXEC), status = -1;
    assert_true(file >= 0);
    fflush(stdout);
    pid_t child = fork();
    assert_true(child >= 0);
    if (child == 0) {
        char copy[256], *words[LINE_WORDS + 1];
        snprintf(copy, sizeof(copy), "%s", line);
        if (dup2(file, STDOUT_FILENO) < 0 || dup2(file, STDERR_FILENO) < 0)
            _exit(99);
        print_all(split(copy, words), words, allowed, has_expression);
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
    assert_int_equal(run(line, "fsgtiENkLqxACTUdFnoew", true), 0);
    assert_string_equal(output, expected);
}

static void refuses(const char *line, const char *allowed, const char *expected)
{
    assert_int_equal(run(line, allowed, false), REFUSED);
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
    reads("sniff --interface eth0", "eth0|");
    reads("sniff -i eth0", "eth0|");
    reads("sniff -ieth0", "eth0|");
    reads("sniff --traccar none", "none|");
    reads("sniff --hexlog /x", "/x|");
    reads("sniff -w /y", "/y|");
    reads("listen -qxA", "quiet hex text |");
    reads("listen --color never --time epoch", "color=2 time=2 |");
    reads("listen -c 12 --for 10m --every 90", "count=12 for=600 every=90 |");
    reads("listen --device a --device b", "device=a device=b |");
    reads("listen 5001 --summary 5002", "summary | 5001 5002");
    reads("read -", "| -");
    int64_t span;
    assert_true(options_read_span("1d", &span) && span == INT64_C(86400000000));
    assert_true(options_read_span("2min", &span) && span == INT64_C(120000000));
    assert_false(options_read_span("", &span) || options_read_span("m", &span) ||
                 options_read_span("0s", &span) || options_read_span("-1s", &span) ||
                 options_read_span("1 s", &span) || options_read_span("1w", &span));
}

/* --finding takes a code where one follows, and leaves PORTS alone. */
static void a_finding_with_and_without_its_code(void **state)
{
    (void)state;
    reads("sniff --finding", "finding |");
    reads("sniff --finding 5001", "finding | 5001");
    reads("sniff --finding wrong-port 5001", "code=wrong-port | 5001");
    reads("sniff --finding=no-fix", "code=no-fix |");
    refuses("sniff --finding=nothing", "F",
            "hexwatch: sniff: --finding=nothing: there is no such finding. The manual page lists them.\n");
}

/* What stands behind -- is an expression, but only where the command takes one. */
static void an_expression(void **state)
{
    (void)state;
    reads("sniff 5001 -- host 192.0.2.1", "| 5001 [host] [192.0.2.1]");
    reads("sniff -- --summary", "| [--summary]");
    reads("sniff --", "|");
    assert_int_equal(run("identify -- --summary", "s", false), 0);
    assert_string_equal(output, "| --summary");
}

/* One letter may mean another option in another command. */
static void letters_belong_to_commands(void **state)
{
    (void)state;
    assert_int_equal(run("run -c a", "c", false), 0);
    assert_string_equal(output, "a|");
    assert_int_equal(run("run -ca", "c", false), 0);
    assert_string_equal(output, "a|");
    assert_int_equal(run("sniff -c 3 --config a", "ng", false), 0);
    assert_string_equal(output, "count=3 for=0 every=0 a|");
    refuses("sniff -c a.conf", "ng",
            "hexwatch: sniff: -c a.conf: that is no number of messages. The configuration is named with "
            "--config FILE.\n");
}

static void mistakes(void **state)
{
    (void)state;
    refuses("listen --format xml", "f",
            "hexwatch: listen: --format xml: there is no such format. Use text or json.\n");
    refuses("listen --color red", "C",
            "hexwatch: listen: --color red: there is no such color. Use auto, always or never.\n");
    refuses("listen --sumary", "s",
            "hexwatch: listen: unknown option --sumary. Did you mean --summary? See 'hexwatch listen "
            "--help'.\n");
    refuses("listen --nonsense", "s",
            "hexwatch: listen: unknown option --nonsense. See 'hexwatch listen --help'.\n");
    refuses("listen -z", "s", "hexwatch: listen: unknown option -z. See 'hexwatch listen --help'.\n");
    refuses("listen -zy 5001", "s", "hexwatch: listen: unknown option -z. See 'hexwatch listen --help'.\n");
    refuses("listen 5001 -z", "s", "hexwatch: listen: unknown option -z. See 'hexwatch listen --help'.\n");
    refuses("listen --summary=3", "s",
            "hexwatch: listen: --summary takes no value. See 'hexwatch listen --help'.\n");
    refuses("listen --hexlog", "L",
            "hexwatch: listen: --hexlog needs a value. See 'hexwatch listen --help'.\n");
    refuses("run -c", "c", "hexwatch: run: -c needs a value. See 'hexwatch run --help'.\n");
    refuses("listen --for ever", "o",
            "hexwatch: listen: --for ever: that is no time. Use one like 30s, 10m or 2h.\n");
    refuses("listen -c 0", "n",
            "hexwatch: listen: -c 0: that is no number of messages. The configuration is named with --config "
            "FILE.\n");
    refuses(
        "identify --hexlog /x", "f",
        "hexwatch: identify: --hexlog does not belong to this command. See 'hexwatch identify --help'.\n");
    refuses(
        "identify --hexlog", "f",
        "hexwatch: identify: --hexlog does not belong to this command. See 'hexwatch identify --help'.\n");
    refuses(
        "identify -i eth0", "f",
        "hexwatch: identify: --interface does not belong to this command. See 'hexwatch identify --help'.\n");
}

static void help_is_no_mistake(void **state)
{
    static const char expected[] = "hexwatch listen: the brief\n\n    an example\n        what it does\n\n"
                                   "usage: hexwatch listen [OPTIONS] [PORTS]\n\nthe text\n\n"
                                   "  -q, --quiet                 only findings, and the summary\n"
                                   "  -h, --help                  this help\n"
                                   "      --version               the program's version\n";
    (void)state;
    assert_int_equal(run("listen --help", "q", false), EXIT_DONE);
    assert_string_equal(output, expected);
    assert_int_equal(run("listen -h --nonsense", "q", false), EXIT_DONE);
    assert_string_equal(output, expected);
}

/* The table is sound: no id twice, no letter or name twice within a command, every command's options are there. */
static void the_tables_are_sound(void **state)
{
    (void)state;
    for (size_t i = 0; option_at(i); i++) {
        for (size_t j = 0; j < i; j++)
            assert_int_not_equal(option_at(i)->id, option_at(j)->id);
    }
    for (size_t c = 0; commands_at(c); c++) {
        const struct command *command = commands_at(c);
        assert_ptr_equal(commands_find(command->name), command);
        assert_non_null(command->examples[0].line);
        size_t taken = 0;
        for (size_t i = 0; option_at(i); i++) {
            const struct option_row *row = option_at(i);
            if (!option_is_taken(command, row))
                continue;
            taken += row->kind < OPTION_HELP;
            for (size_t j = 0; j < i; j++) {
                const struct option_row *other = option_at(j);
                if (option_is_taken(command, other) &&
                    (strcmp(other->name, row->name) == 0 || (row->letter && other->letter == row->letter)))
                    fail_msg("%s takes --%s twice", command->name, row->name);
            }
        }
        assert_int_equal(taken, strlen(command->options));
        assert_int_equal(command->about[strlen(command->about) - 1], '\n');
    }
    assert_null(commands_find("nonsense"));
    assert_string_equal(commands_near("lisen"), "listen");
    assert_null(commands_near("elephant"));
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
        cmocka_unit_test(a_finding_with_and_without_its_code),
        cmocka_unit_test(an_expression),
        cmocka_unit_test(letters_belong_to_commands),
        cmocka_unit_test(mistakes),
        cmocka_unit_test(help_is_no_mistake),
        cmocka_unit_test(the_tables_are_sound),
        cmocka_unit_test(failures_are_one_line),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
