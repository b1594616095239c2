/* SPDX-License-Identifier: Apache-2.0 */
/* The configuration file: every key, and what is said of each mistake, with file and line. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include <sys/stat.h>
#include <unistd.h>

#include "command/settings.h"

#define SECONDS(n) ((n)*INT64_C(1000000))

struct world {
    char folder[64], path[128], error[1024];
    struct settings settings, before;
};

static int set_up(void **state)
{
    struct world *world = calloc(1, sizeof(*world));
    assert_non_null(world);
    strcpy(world->folder, "/tmp/config-XXXXXX");
    assert_non_null(mkdtemp(world->folder));
    snprintf(world->path, sizeof(world->path), "%s/hexwatch.conf", world->folder);
    settings_init(&world->settings);
    *state = world;
    return 0;
}

static int tear_down(void **state)
{
    struct world *world = *state;
    (void)unlink(world->path);
    assert_int_equal(rmdir(world->folder), 0);
    free(world);
    return 0;
}

static void write_file(const char *path, const char *text)
{
    FILE *file = fopen(path, "w");
    assert_non_null(file);
    assert_true(fputs(text, file) >= 0);
    assert_int_equal(fclose(file), 0);
}

static bool read_text(struct world *world, const char *text)
{
    write_file(world->path, text);
    world->error[0] = '\0';
    return settings_read_file(world->path, &world->settings, world->error, sizeof(world->error));
}

static void accept_text(struct world *world, const char *text)
{
    if (!read_text(world, text))
        fail_msg("%s", world->error);
}

static void refuse_text(struct world *world, const char *text, const char *expected)
{
    char whole[1024];
    if (read_text(world, text))
        fail_msg("it was taken: %s", text);
    snprintf(whole, sizeof(whole), "%s%s", world->path, expected);
    assert_string_equal(world->error, whole);
}

static void every_key(void **state)
{
    struct world *world = *state;
    struct settings *settings = &world->settings;
    accept_text(world, "user = \"tracker\";\n"
                       "listen = { enabled = true; ports = \"5001,udp:5013\"; address = \"127.0.0.1\";\n"
                       "           answer = false; connections = 77; idle = 60; };\n"
                       "sniff = { enabled = true; ports = \"tcp:8082\"; interface = \"eth0\"; };\n"
                       "hexlog = { folder = \"/var/log/hex\"; size = 123456789012L; keep = 9; };\n"
                       "events = { format = \"json\"; lines = false; };\n"
                       "findings = { fix_minutes = 20; silent_seconds = 45; forget_hours = 48; };\n"
                       "limits = { sessions = 50; devices = 60; message_seconds = 7; };\n");
    assert_string_equal(settings->user, "tracker");
    assert_true(settings->listen.on && settings->sniff.on && settings->json);
    assert_false(settings->listen.answer);
    assert_string_equal(settings->listen.address, "127.0.0.1");
    assert_int_equal(settings->listen.connections, 77);
    assert_int_equal(settings->listen.idle, 60);
    assert_int_equal(portset_count(&settings->listen.ports, TRANSPORT_TCP), 1);
    assert_int_equal(portset_count(&settings->listen.ports, TRANSPORT_UDP), 2);
    assert_true(portset_has(&settings->listen.ports, TRANSPORT_UDP, 5013));
    assert_int_equal(portset_count(&settings->sniff.ports, TRANSPORT_TCP), 1);
    assert_int_equal(portset_count(&settings->sniff.ports, TRANSPORT_UDP), 0);
    assert_true(portset_has(&settings->sniff.ports, TRANSPORT_TCP, 8082));
    assert_string_equal(settings->sniff.interface, "eth0");
    assert_string_equal(settings->hexlog.folder, "/var/log/hex");
    assert_int_equal(settings->hexlog.size, 123456789012);
    assert_int_equal(settings->hexlog.keep, 9);
    assert_int_equal(settings->output, OUTPUT_SUMMARY);
    assert_int_equal(settings->judge.fix_wait, SECONDS(1200));
    assert_int_equal(settings->judge.silent_wait, SECONDS(45));
    assert_int_equal(settings->judge.forget, SECONDS(48 * 3600));
    assert_int_equal(settings->peers, 50);
    assert_int_equal(settings->judge.devices, 60);
    assert_int_equal(settings->judge.findings, 60);
    assert_int_equal(settings->session.message_wait, SECONDS(7));
}

static void the_other_values(void **state)
{
    struct world *world = *state;
    world->settings.json = true;
    world->settings.output = OUTPUT_SUMMARY;
    accept_text(world, "events = { format = \"text\"; lines = true; };\n"
                       "listen: { enabled = FALSE, answer = True }\n"
                       "hexlog = { size = 0x2000; };\n");
    assert_false(world->settings.json);
    assert_int_equal(world->settings.output, OUTPUT_LINES);
    assert_false(world->settings.listen.on);
    assert_true(world->settings.listen.answer);
    assert_int_equal(world->settings.hexlog.size, 8192);
}

static void what_is_not_said_stays(void **state)
{
    static const char *const empty[] = { "", "# nothing\n", "listen = { };\nlimits = { };",
                                         "listen = { ports = \"\"; };\n" };
    struct world *world = *state;
    world->before = world->settings;
    for (size_t i = 0; i < sizeof(empty) / sizeof(empty[0]); i++) {
        accept_text(world, empty[i]);
        assert_memory_equal(&world->settings, &world->before, sizeof(world->before));
    }
    accept_text(world, "findings = { fix_minutes = 30; };\n");
    assert_int_equal(world->settings.judge.silent_wait, world->before.judge.silent_wait);
}

#define UNKNOWN "there is no such setting here. Compare with the commented hexwatch.conf"
#define MEANT(name) \
    "there is no such setting here. Did you mean '" name "'? Compare with the commented hexwatch.conf"
#define NUMBER(least, most) "it is a whole number of " least " to " most ", without quotes"
#define BOOL "it is true or false, without quotes"
#define TEXT "it is a text in double quotes"

#define PORT "it is a port, 1 to 65535, without quotes"
#define PORTMAP "it is a list of at most 256: portmap = ( { outside = 55022; inside = 5022; } );"

static void a_routers_ports(void **state)
{
    struct world *world = *state;
    const struct port_mapping *mapping = world->settings.portmap;
    accept_text(world,
                "portmap = ( { outside = 55022; inside = 5022; }, { inside = 5022; outside = 5023; } );\n");
    assert_int_equal(world->settings.portmap_count, 2);
    assert_int_equal(mapping[0].outside, 55022);
    assert_int_equal(mapping[0].inside, 5022);
    assert_int_equal(mapping[1].outside, 5023);
    accept_text(world, "portmap = ( );\n");
    assert_int_equal(world->settings.portmap_count, 0);
}

static void mistakes_are_named_with_their_line(void **state)
{
    /* the text, and what is said behind the path */
    static const char *const wrong[][2] = {
        { "\n\nlisten = { enabled = true;\n prots = \"5001\"; };\n", ", line 4: prots: " MEANT("ports") },
        { "lisen = { };\n", ", line 1: lisen: " MEANT("listen") },
        { "sniff = { address = \"::1\"; };\n", ", line 1: address: " UNKNOWN },
        { "hexlog = {\n ports = \"1\"; };\n", ", line 2: ports: " UNKNOWN },
        { "events = { x = 1; };\n", ", line 1: x: " UNKNOWN },
        { "findings = { x = 1; };\n", ", line 1: x: " UNKNOWN },
        { "limits = { x = 1; };\n", ", line 1: x: " UNKNOWN },
        { "# comment\nlisten = 5;\n", ", line 2: listen: it is a group: name = { … };" },
        { "listen = [ 1, 2 ];\n", ", line 1: listen: it is a group: name = { … };" },
        { "listen = ( { enabled = true; } );\n", ", line 1: listen: it is a group: name = { … };" },
        { "user = 5;\n", ", line 1: user: " TEXT },
        { "user = { };\n", ", line 1: user: " TEXT },
        { "intake = \"both\";\n", ", line 1: intake: it is \"auto\", \"listen\", \"sniff\" or \"none\"" },
        { "listen = { enabled = 1; };\n", ", line 1: enabled: " BOOL },
        { "listen = { enabled = \"true\"; };\n", ", line 1: enabled: " BOOL },
        { "listen = { ports = 5001; };\n", ", line 1: ports: " TEXT },
        { "listen = { ports = [ 5001 ]; };\n", ", line 1: ports: " TEXT },
        { "listen = {\n ports = \"5001,x\"; };\n", ", line 2: ports: 'x' is no port. Write 5001, 5001-5100, "
                                                   "or tcp:5001 (1 to 65535), separated by commas" },
        { "listen = { connections = -1; };\n", ", line 1: connections: " NUMBER("0", "1000000") },
        { "listen = { connections = 1000001; };\n", ", line 1: connections: " NUMBER("0", "1000000") },
        { "listen = { idle = 9; };\n", ", line 1: idle: " NUMBER("10", "86400") },
        { "listen = { idle = 86401; };\n", ", line 1: idle: " NUMBER("10", "86400") },
        { "listen = { idle = 60.0; };\n", ", line 1: idle: " NUMBER("10", "86400") },
        { "listen = { idle = \"60\"; };\n", ", line 1: idle: " NUMBER("10", "86400") },
        { "listen = { idle = true; };\n", ", line 1: idle: " NUMBER("10", "86400") },
        { "hexlog = { size = 4095; };\n", ", line 1: size: " NUMBER("4096", "1099511627776") },
        { "hexlog = { size = 1099511627777L; };\n", ", line 1: size: " NUMBER("4096", "1099511627776") },
        { "hexlog = { keep = 100; };\n", ", line 1: keep: " NUMBER("0", "99") },
        { "events = { format = \"xml\"; };\n", ", line 1: format: it is \"text\" or \"json\"" },
        { "events = { format = \"a-very-long-name-of-a-format\"; };\n",
          ", line 1: format: it is longer than 15 characters" },
        { "findings = { fix_minutes = 0; };\n", ", line 1: fix_minutes: " NUMBER("1", "1440") },
        { "findings = { fix_minutes = 1441; };\n", ", line 1: fix_minutes: " NUMBER("1", "1440") },
        { "findings = { silent_seconds = 4; };\n", ", line 1: silent_seconds: " NUMBER("5", "86400") },
        { "limits = { sessions = 15; };\n", ", line 1: sessions: " NUMBER("16", "1000000") },
        { "limits = { devices = 1000001; };\n", ", line 1: devices: " NUMBER("16", "1000000") },
        { "limits = { message_seconds = 601; };\n", ", line 1: message_seconds: " NUMBER("1", "600") },
        { "portmap = 5;\n", ", line 1: portmap: " PORTMAP },
        { "portmap = [ 5 ];\n", ", line 1: portmap: " PORTMAP },
        { "portmap = ( 5 );\n",
          ", line 1: ?: each port stands in braces: { outside = 55022; inside = 5022; }" },
        { "portmap = (\n { outside = 5; }\n);\n",
          ", line 2: ?: a router's port needs both outside and inside" },
        { "portmap = (\n { outside = 0; inside = 5; } );\n", ", line 2: outside: " PORT },
        { "portmap = (\n { outside = 5;\n inside = 65536; } );\n", ", line 3: inside: " PORT },
        { "portmap = ( { outside = 5; inside = \"5\"; } );\n", ", line 1: inside: " PORT },
        { "portmap = ( { outside = 5; inside = 5; udp = true; } );\n",
          ", line 1: udp: a router's port has outside and inside, and no more" },
        { "portmap = (\n { outside = 55022; inside = 5022; },\n { outside = 55023; inside = 5023; },\n"
          " { inside = 5024;\n   outside = 55022; } );\n",
          ", line 5: outside: port 55022 stands in line 2 already, and leads to 5022. Take one out" },
        { "listen = { enabled = true;\n\n", ", line 3: syntax error. A setting is name = value;" },
        { "\nlisten { }\n", ", line 2: syntax error. A setting is name = value;" },
        { "user = \"a\";\nuser = \"b\";\n", ", line 2: duplicate setting name. A setting is name = value;" },
    };
    struct world *world = *state;
    for (size_t i = 0; i < sizeof(wrong) / sizeof(wrong[0]); i++)
        refuse_text(world, wrong[i][0], wrong[i][1]);
}

static void texts_that_are_too_long(void **state)
{
    struct world *world = *state;
    char text[2400], long_text[2100];
    memset(long_text, 'a', sizeof(long_text));
    long_text[NAME_LENGTH] = '\0';
    snprintf(text, sizeof(text), "sniff = { interface = \"%s\"; };\n", long_text);
    refuse_text(world, text, ", line 1: interface: it is longer than 63 characters");
    long_text[NAME_LENGTH - 1] = '\0';
    snprintf(text, sizeof(text), "sniff = { interface = \"%s\"; };\n", long_text);
    accept_text(world, text);
    assert_string_equal(world->settings.sniff.interface, long_text);
    memset(long_text, 'a', sizeof(long_text));
    long_text[PATH_LENGTH] = '\0';
    snprintf(text, sizeof(text), "hexlog = { folder = \"%s\"; };\n", long_text);
    refuse_text(world, text, ", line 1: folder: it is longer than 511 characters");
    memset(long_text, '1', sizeof(long_text));
    long_text[sizeof(long_text) - 1] = '\0';
    snprintf(text, sizeof(text), "listen = { ports = \"%s\"; };\n", long_text);
    refuse_text(world, text, ", line 1: ports: it is longer than 1023 characters");
}

static void files_that_cannot_be_read(void **state)
{
    struct world *world = *state;
    char expected[300];
    assert_false(settings_read_file(world->path, &world->settings, world->error, sizeof(world->error)));
    snprintf(expected, sizeof(expected), "%s: the file cannot be read. Name an existing one with -c",
             world->path);
    assert_string_equal(world->error, expected);
    assert_false(settings_read_file(world->folder, &world->settings, world->error, sizeof(world->error)));
    snprintf(expected, sizeof(expected), "%s: the file cannot be read. Name an existing one with -c",
             world->folder);
    assert_string_equal(world->error, expected);
}

/* Windows' editors begin a text with a byte order mark. */
static void a_byte_order_mark_is_skipped(void **state)
{
    struct world *world = *state;
    accept_text(world, "\xef\xbb\xbflimits = { sessions = 20; };\n");
    assert_int_equal(world->settings.peers, 20);
    accept_text(world, "\xef\xbb\xbf");
    refuse_text(world, "\xef\xbb\xbf\nx = 1;\n", ", line 2: x: " UNKNOWN);
    static const char *const others[] = { "\xef\xbb\xbf\xef\xbb\xbfuser = \"a\";\n",
                                          "\xef\xbbuser = \"a\";\n", "\xef\xbb\xbeuser = \"a\";\n",
                                          "\xefuser = \"a\";\n", "\xef" };
    for (size_t i = 0; i < sizeof(others) / sizeof(others[0]); i++)
        refuse_text(world, others[i], ", line 1: syntax error. A setting is name = value;");
}

/* A mistake in an included file is that file's. */
static void included_files_are_named(void **state)
{
    struct world *world = *state;
    char other[140], text[300], expected[400];
    snprintf(other, sizeof(other), "%s/other.conf", world->folder);
    snprintf(text, sizeof(text), "user = \"a\";\n\n\n@include \"%s\"\n", other);
    write_file(other, "limits = {\n sessions = 1; };\n");
    assert_false(read_text(world, text));
    snprintf(expected, sizeof(expected), "%s, line 2: sessions: " NUMBER("16", "1000000"), other);
    assert_string_equal(world->error, expected);
    write_file(other, "limits = { sessions = 20 }\n\nx = ];\n");
    assert_false(read_text(world, text));
    snprintf(expected, sizeof(expected), "%s, line 3: syntax error. A setting is name = value;", other);
    assert_string_equal(world->error, expected);
    write_file(other, "limits = { sessions = 20 }\n");
    accept_text(world, text);
    assert_int_equal(world->settings.peers, 20);
    assert_int_equal(unlink(other), 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(every_key, set_up, tear_down),
        cmocka_unit_test_setup_teardown(the_other_values, set_up, tear_down),
        cmocka_unit_test_setup_teardown(what_is_not_said_stays, set_up, tear_down),
        cmocka_unit_test_setup_teardown(a_routers_ports, set_up, tear_down),
        cmocka_unit_test_setup_teardown(mistakes_are_named_with_their_line, set_up, tear_down),
        cmocka_unit_test_setup_teardown(texts_that_are_too_long, set_up, tear_down),
        cmocka_unit_test_setup_teardown(files_that_cannot_be_read, set_up, tear_down),
        cmocka_unit_test_setup_teardown(a_byte_order_mark_is_skipped, set_up, tear_down),
        cmocka_unit_test_setup_teardown(included_files_are_named, set_up, tear_down),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
