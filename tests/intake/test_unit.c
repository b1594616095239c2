/* SPDX-License-Identifier: Apache-2.0 */
/* systemd's unit of Traccar: folders, drop-ins, quotes, and units that are none. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

#include "intake/unit.h"

static char root[64], first[80], second[80];
static const char *const folders[] = { first, second, NULL };

static void write_file(const char *folder, const char *name, const char *text)
{
    char path[160];
    snprintf(path, sizeof(path), "%s/%s", folder, name);
    FILE *file = fopen(path, "w");
    assert_non_null(file);
    assert_true(fputs(text, file) >= 0);
    assert_int_equal(fclose(file), 0);
}

static void make_folder(const char *path)
{
    assert_int_equal(mkdir(path, 0700), 0);
}

static int set_up(void **state)
{
    (void)state;
    strcpy(root, "/tmp/hexwatch-unit-XXXXXX");
    assert_non_null(mkdtemp(root));
    snprintf(first, sizeof(first), "%s/a", root);
    snprintf(second, sizeof(second), "%s/b", root);
    make_folder(first);
    make_folder(second);
    return 0;
}

static int tear_down(void **state)
{
    (void)state;
    char command[96];
    snprintf(command, sizeof(command), "rm -r %s", root);
    return system(command);
}

static const char *variable(const struct unit *unit, const char *name)
{
    for (size_t at = 0; at < unit->length; at += strlen(unit->environment + at) + 1) {
        const char *entry = unit->environment + at;
        if (strncmp(entry, name, strlen(name)) == 0 && entry[strlen(name)] == '=')
            return entry + strlen(name) + 1;
    }
    return NULL;
}

static void test_as_installed(void **state)
{
    (void)state;
    struct unit unit;
    assert_false(unit_read(folders, "traccar.service", &unit));
    write_file(second, "traccar.service",
               "[Unit]\nDescription=traccar\nWorkingDirectory=/wrong\n\n[Service]\nType=notify\n"
               "WorkingDirectory=/srv/traccar\n"
               "ExecStart=/srv/traccar/jre/bin/java -XX:+ExitOnOutOfMemoryError -jar tracker-server.jar "
               "conf/traccar.xml\nSyslogIdentifier=traccar\n");
    assert_true(unit_read(folders, "traccar.service", &unit));
    assert_true(unit.is_traccar);
    assert_string_equal(unit.folder, "/srv/traccar");
    assert_string_equal(unit.config, "conf/traccar.xml");
    assert_int_equal(unit.length, 0);
}

/* An administrator's own unit and drop-ins count, wherever the package has its own. */
static void test_drop_ins(void **state)
{
    (void)state;
    struct unit unit;
    char path[160], file[200];
    write_file(second, "traccar.service", "[Service]\nWorkingDirectory=/usr/share/traccar\n");
    write_file(first, "traccar.service",
               "[Service]\nWorkingDirectory=\"/srv/the traccar\"\nEnvironment=A=1 \"B=two words\" C=3\n"
               "ExecStart=-java -jar \\\n  'tracker-server.jar' /etc/traccar.xml\n");
    snprintf(path, sizeof(path), "%s/traccar.service.d", first);
    make_folder(path);
    write_file(root, "variables",
               "# none\nCONFIG_USE_ENVIRONMENT_VARIABLES=true\n\nGT06_PORT='6023'\nno variable\n");
    snprintf(file, sizeof(file), "[Service]\nEnvironmentFile=-%s/variables\nEnvironmentFile=-/nonexistent\n",
             root);
    write_file(path, "10.conf", file);
    write_file(path, "20.conf",
               "[Service]\nExecStart=\nExecStart=java -jar tracker-server.jar conf/other.xml\n");
    assert_true(unit_read(folders, "traccar.service", &unit));
    assert_true(unit.is_traccar);
    assert_string_equal(unit.folder, "/srv/the traccar");
    assert_string_equal(unit.config, "conf/other.xml");
    assert_string_equal(variable(&unit, "A"), "1");
    assert_string_equal(variable(&unit, "B"), "two words");
    assert_string_equal(variable(&unit, "GT06_PORT"), "6023");
    assert_null(variable(&unit, "no variable"));
}

static void test_odd_ones(void **state)
{
    (void)state;
    struct unit unit;
    static char many[60000];
    memset(many, 'x', sizeof(many) - 1);
    memcpy(many, "[Service]\nEnvironment=A=", 24);
    write_file(first, "traccar.service", many);
    assert_true(unit_read(folders, "traccar.service", &unit));
    assert_false(unit.is_traccar);
    assert_true(unit.length < UNIT_ENVIRONMENT);
    write_file(first, "traccar.service", "[Service]\nExecStart=/opt/traccar/bin/traccar start\n\"'\\");
    assert_true(unit_read(folders, "traccar.service", &unit));
    assert_false(unit.is_traccar);
    write_file(first, "traccar.service",
               "[Service\nExecStart=java -jar tracker-server.jar\n[Service]\nExecStart=\n=\n");
    assert_true(unit_read(folders, "traccar.service", &unit));
    assert_false(unit.is_traccar);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(test_as_installed, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_drop_ins, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_odd_ones, set_up, tear_down),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
