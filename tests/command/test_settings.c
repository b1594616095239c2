/* SPDX-License-Identifier: Apache-2.0 */
/* The defaults, the command line over the file, and the shipped configuration that shows them all. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include <sys/mman.h>
#include <unistd.h>

#include "command/settings.h"
#include "verdict/ports.h"

static const char *program[] = { "listen", "5001,udp:5013", "tcp:9999", NULL };

/* A configuration file of this text, by a path that is good until the program ends. */
static const char *file_of(const char *text)
{
    static char path[64];
    int file = memfd_create("conf", 0);
    assert_true(file >= 0);
    assert_int_equal(write(file, text, strlen(text)), strlen(text));
    snprintf(path, sizeof(path), "/proc/self/fd/%d", file);
    return path;
}

/* What `call` prints on standard error stands in text afterwards. */
static bool said(const struct options *options, int argc, char **argv, struct settings *settings, char *text,
                 size_t size)
{
    int file = memfd_create("stderr", MFD_CLOEXEC), before = dup(STDERR_FILENO);
    assert_true(file >= 0 && before >= 0);
    fflush(stderr);
    assert_true(dup2(file, STDERR_FILENO) >= 0);
    bool is_fine = settings_from(options, argc, argv, 1, settings);
    fflush(stderr);
    assert_true(dup2(before, STDERR_FILENO) >= 0);
    ssize_t n = pread(file, text, size - 1, 0);
    assert_true(n >= 0);
    text[n] = '\0';
    close(file);
    close(before);
    return is_fine;
}

static void the_defaults(void **state)
{
    (void)state;
    struct settings settings;
    memset(&settings, 0xaa, sizeof(settings));
    settings_init(&settings);
    assert_false(settings.listen.on || settings.sniff.on || settings.json);
    assert_true(settings.listen.answer);
    assert_int_equal(settings.output, OUTPUT_LINES);
    assert_string_equal(settings.sniff.interface, "any");
    assert_string_equal(settings.hexlog.folder, "");
    assert_string_equal(settings.user, "");
    for (int transport = TRANSPORT_TCP; transport <= TRANSPORT_UDP; transport++) {
        assert_int_equal(portset_count(&settings.listen.ports, (enum transport)transport),
                         PORTS_LAST - PORTS_FIRST + 1);
        assert_true(portset_has(&settings.listen.ports, (enum transport)transport, PORTS_FIRST));
        assert_true(portset_has(&settings.sniff.ports, (enum transport)transport, PORTS_LAST));
    }
    assert_true(portset_has(&settings.sniff.ports, TRANSPORT_TCP, PORTS_WEB));
    assert_false(portset_has(&settings.sniff.ports, TRANSPORT_UDP, PORTS_WEB));
    assert_false(portset_has(&settings.listen.ports, TRANSPORT_TCP, PORTS_WEB)); /* Traccar's own */
    assert_int_equal(settings.judge.web_port, PORTS_WEB);
}

static void the_command_line_wins(void **state)
{
    (void)state;
    struct settings settings;
    struct options options = { .config = file_of("sniff = { interface = \"eth0\"; ports = \"7000\"; };\n"
                                                 "hexlog = { folder = \"/a\"; keep = 7; };\n"
                                                 "events = { format = \"text\"; };\n"
                                                 "listen = { answer = true; };\n"),
                               .json = true,
                               .summary = true,
                               .no_answer = true,
                               .interface = "lo",
                               .hexlog = "/b",
                               .traccar = "none" };
    assert_true(settings_from(&options, 3, (char **)program, 1, &settings));
    assert_string_equal(settings.sniff.interface, "lo");
    assert_string_equal(settings.hexlog.folder, "/b");
    assert_int_equal(settings.hexlog.keep, 7);
    assert_true(settings.json);
    assert_int_equal(settings.output, OUTPUT_SUMMARY);
    assert_false(settings.listen.answer);
    assert_int_equal(portset_count(&settings.listen.ports, TRANSPORT_TCP), 2);
    assert_int_equal(portset_count(&settings.sniff.ports, TRANSPORT_UDP), 2);
    assert_true(portset_has(&settings.sniff.ports, TRANSPORT_TCP, 9999));
    assert_int_equal(settings.judge.web_port, 0); /* who names ports wants to see them all */
    settings_free(&settings);
}

static void without_a_command_line_the_file_counts(void **state)
{
    (void)state;
    struct settings settings;
    struct options options = { .traccar = "none",
                               .config = file_of("sniff = { ports = \"7000\"; };\n"
                                                 "events = { format = \"json\"; lines = false; };\n") };
    assert_true(settings_from(&options, 1, (char **)program, 1, &settings));
    assert_int_equal(portset_count(&settings.sniff.ports, TRANSPORT_TCP), 1);
    assert_true(settings.json);
    assert_int_equal(settings.output, OUTPUT_SUMMARY);
    assert_true(settings.listen.answer);
    settings_free(&settings);
}

static void mistakes_on_the_command_line(void **state)
{
    static const char *bad_ports[] = { "sniff", "5001", "50x1", NULL };
    (void)state;
    struct settings settings;
    char text[600], long_name[PATH_LENGTH + 1];
    assert_false(
        said(&(struct options){ .traccar = "none" }, 3, (char **)bad_ports, &settings, text, sizeof(text)));
    assert_string_equal(text,
                        "hexwatch: sniff: PORTS: '50x1' is no port. Write 5001, 5001-5100, or tcp:5001 (1 to "
                        "65535), separated by commas.\n");
    memset(long_name, 'a', sizeof(long_name) - 1);
    long_name[sizeof(long_name) - 1] = '\0';
    assert_false(said(&(struct options){ .traccar = "none", .hexlog = long_name }, 1, (char **)program,
                      &settings, text, sizeof(text)));
    assert_string_equal(text,
                        "hexwatch: listen: --hexlog is longer than 511 characters. Give a shorter one.\n");
    assert_false(said(&(struct options){ .traccar = "none", .interface = long_name }, 1, (char **)program,
                      &settings, text, sizeof(text)));
    assert_string_equal(text,
                        "hexwatch: listen: --interface is longer than 63 characters. Give a shorter one.\n");
    const char *path = file_of("x = 1;");
    char expected[200];
    assert_false(said(&(struct options){ .traccar = "none", .config = path }, 1, (char **)program, &settings,
                      text, sizeof(text)));
    snprintf(
        expected, sizeof(expected),
        "hexwatch: %s, line 1: x: there is no such setting here. Compare with the commented hexwatch.conf\n",
        path);
    assert_string_equal(text, expected);
}

/* A file of the project. */
static char *text_of(const char *path)
{
    char *text = calloc(1, 1 << 16);
    assert_non_null(text);
    FILE *file = fopen(path, "r");
    if (!file)
        fail_msg("%s cannot be opened", path);
    assert_true(fread(text, 1, (1 << 16) - 1, file) > 0);
    fclose(file);
    return text;
}

static char *shipped(void)
{
    return text_of(HEXWATCH_SOURCE "/conf/hexwatch.conf");
}

static void expect_defaults(const char *text)
{
    struct settings settings, expected;
    char error[500] = "";
    settings_init(&settings);
    memcpy(&expected, &settings, sizeof(expected)); /* with what stands between the members */
    if (!settings_read_file(file_of(text), &settings, error, sizeof(error)))
        fail_msg("%s", error);
    memset(settings.user, 0,
           sizeof(settings.user)); /* a name as an example: by default it is found by itself */
    memset(settings.protocols, 0, sizeof(settings.protocols)); /* likewise: by default it need not be there */
    assert_memory_equal(&settings, &expected, sizeof(expected));
}

static void the_shipped_file_changes_nothing(void **state)
{
    (void)state;
    char *text = shipped();
    expect_defaults(text);
    free(text);
}

/* Every key stands in the text between the start of its group and its end. */
static void expect_every_key(const char *text, const char *group_form, const char *name_form, const char *end)
{
    const char *group, *name;
    for (size_t i = 0; settings_key(i, &group, &name); i++) {
        char start[64], key[64];
        snprintf(start, sizeof(start), group_form, group[0] ? group : name);
        snprintf(key, sizeof(key), name_form, name);
        const char *from = group[0] ? strstr(text, start) : text;
        const char *to = from && group[0] ? strstr(from + 1, end) : NULL;
        const char *found = !from ? NULL : strstr(from, group[0] ? key : name);
        if (!found || (to && found > to))
            fail_msg("%s %s is missing", group, name);
    }
}

/* It says that every setting is shown with its default: so it must be without the '#' as well. */
static void the_shipped_file_shows_the_defaults(void **state)
{
    (void)state;
    char *text = shipped();
    for (char *line = text, *end; line; line = end ? end + 1 : NULL) {
        end = strchr(line, '\n');
        char *mark = line + strspn(line, " ");
        if (*mark != '#' || mark[1] < 'a' || mark[1] > 'z')
            continue;
        *mark = ' ';
    }
    expect_defaults(text);
    expect_every_key(text, "\n%s = {", " %s = ", "\n}");
    free(text);
}

static void the_manual_names_every_key(void **state)
{
    (void)state;
    char *text = text_of(HEXWATCH_SOURCE "/conf/hexwatch.conf.5");
    expect_every_key(text, "\n.It Va %s\n", "\n.Va %s", "\n.It");
    free(text);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_defaults),
        cmocka_unit_test(the_command_line_wins),
        cmocka_unit_test(without_a_command_line_the_file_counts),
        cmocka_unit_test(mistakes_on_the_command_line),
        cmocka_unit_test(the_shipped_file_changes_nothing),
        cmocka_unit_test(the_shipped_file_shows_the_defaults),
        cmocka_unit_test(the_manual_names_every_key),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
