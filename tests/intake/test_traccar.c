/* SPDX-License-Identifier: Apache-2.0 */
/* Traccar's configuration in the forms of its versions, and broken ones. */
#include <errno.h>
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

#include "intake/traccar.h"

#define HEAD                                                               \
    "<?xml version='1.0' encoding='UTF-8'?>\n<!DOCTYPE properties SYSTEM " \
    "'http://java.sun.com/dtd/properties.dtd'>\n"

struct folder {
    char path[64];
};

static void write_file(const struct folder *folder, const char *name, const char *text)
{
    char path[128];
    snprintf(path, sizeof(path), "%s/conf/%s", folder->path, name);
    FILE *file = fopen(path, "w");
    assert_non_null(file);
    assert_int_equal(fputs(text, file) >= 0, 1);
    assert_int_equal(fclose(file), 0);
}

static int set_up(void **state)
{
    struct folder *folder = calloc(1, sizeof(*folder));
    char conf[80];
    assert_non_null(folder);
    strcpy(folder->path, "/tmp/hexwatch-traccar-XXXXXX");
    assert_non_null(mkdtemp(folder->path));
    snprintf(conf, sizeof(conf), "%s/conf", folder->path);
    assert_int_equal(mkdir(conf, 0700), 0);
    *state = folder;
    return 0;
}

static int tear_down(void **state)
{
    struct folder *folder = *state;
    const char *names[] = { "conf/traccar.xml", "conf/default.xml", "conf", "" };
    for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
        char path[128];
        snprintf(path, sizeof(path), "%s/%s", folder->path, names[i]);
        if (unlink(path) != 0)
            (void)rmdir(path);
    }
    free(folder);
    return 0;
}

static struct traccar *read_text(const struct folder *folder, const char *text)
{
    struct traccar_fault fault;
    write_file(folder, "traccar.xml", text);
    struct traccar *traccar = traccar_read(folder->path, NULL, "", &fault);
    if (!traccar)
        fail_msg("%s", fault.what);
    return traccar;
}

static void test_code_defaults(void **state)
{
    struct traccar *traccar =
        read_text(*state, HEAD "<properties><!-- none --><entry key='database.user'>sa</entry>"
                               "<entry key='gt06.port'>6023</entry><entry key=\"h02.port\">0</entry>"
                               "<entry key='web.port'>80</entry></properties>");
    const char *name;
    uint16_t port;
    assert_int_equal(traccar_port(traccar, "gt06", 5023), 6023);
    assert_int_equal(traccar_port(traccar, "h02", 5013), 0);
    assert_int_equal(traccar_port(traccar, "osmand", 5055), 5055);
    assert_int_equal(traccar_web_port(traccar), 80);
    assert_false(traccar_names_all(traccar));
    assert_true(traccar_named(traccar, 0, &name, &port));
    assert_string_equal(name, "gt06.port");
    assert_int_equal(port, 6023);
    assert_true(traccar_named(traccar, 1, &name, &port));
    assert_false(traccar_named(traccar, 2, &name, &port)); /* the web port is no protocol's */
    traccar_free(traccar);
}

static void test_file_of_defaults(void **state)
{
    write_file(*state, "default.xml",
               HEAD "<properties><entry key='gt06.port'>5023</entry><entry key='h02.port'>5013</entry>"
                    "</properties>");
    struct traccar *traccar =
        read_text(*state, HEAD "<properties><entry key='config.default'>./conf/default.xml</entry>"
                               "<entry key='gt06.port'>6023</entry></properties>");
    assert_int_equal(traccar_port(traccar, "gt06", 5023), 6023);
    assert_int_equal(traccar_port(traccar, "h02", 5013), 5013);
    assert_int_equal(traccar_port(traccar, "osmand", 5055), 0);
    assert_true(traccar_names_all(traccar));
    traccar_free(traccar);
}

static void test_enabled_ones(void **state)
{
    struct traccar *traccar =
        read_text(*state, HEAD "<properties><entry key='protocols.enable'>h02, gt06 osmand</entry>"
                               "</properties>");
    assert_int_equal(traccar_port(traccar, "gt06", 5023), 5023);
    assert_int_equal(traccar_port(traccar, "osmand", 5055), 5055);
    assert_int_equal(traccar_port(traccar, "gt0", 5000), 0);
    assert_int_equal(traccar_port(traccar, "teltonika", 5027), 0);
    traccar_free(traccar);
}

static void test_environment(void **state)
{
    assert_int_equal(setenv("GT06_PORT", "7023", 1), 0);
    struct traccar *traccar =
        read_text(*state, HEAD "<properties><entry key='gt06.port'>6023</entry></properties>");
    assert_int_equal(traccar_port(traccar, "gt06", 5023), 6023);
    traccar_free(traccar);
    traccar = read_text(*state, HEAD "<properties><entry key='config.useEnvironmentVariables'>TRUE</entry>"
                                     "<entry key='gt06.port'>6023</entry></properties>");
    assert_int_equal(traccar_port(traccar, "gt06", 5023), 7023);
    traccar_free(traccar);
    assert_int_equal(unsetenv("GT06_PORT"), 0);
}

/* of Traccar's own process, not of this one; in every form that a key may have */
static void test_its_environment(void **state)
{
    static const char variables[] =
        "CONFIG_USE_ENVIRONMENT_VARIABLES=true\0GT06_PORT=7023\0H02_PORT=\0H02_ADDRESS=192.0.2.1\0"
        "PROTOCOLS_ENABLE=gt06 h02\0LOGGER_DECODE_TEXT_DATA=true\0GT06_SSL=True\0GT06_PORTX=1";
    char *block = malloc(sizeof(variables));
    assert_non_null(block);
    memcpy(block, variables, sizeof(variables));
    assert_int_equal(setenv("GT06_PORT", "1", 1), 0);
    struct traccar *traccar = read_text(
        *state, HEAD "<properties><entry key='gt06.port'>6023</entry><entry key='h02.port'>6013</entry>"
                     "<entry key='h02.ssl'>yes</entry></properties>");
    traccar_use_environment(traccar, block, sizeof(variables));
    assert_int_equal(traccar_port(traccar, "gt06", 5023), 7023);
    assert_int_equal(traccar_port(traccar, "h02", 5013), 6013); /* an empty one does not count */
    assert_int_equal(traccar_port(traccar, "osmand", 5055), 0);
    assert_string_equal(traccar_value(traccar, "logger.decodeTextData"), "true");
    assert_string_equal(traccar_of_protocol(traccar, "h02", "address"), "192.0.2.1");
    assert_null(traccar_of_protocol(traccar, "gt06", "address"));
    assert_true(traccar_has_tls(traccar, "gt06"));
    assert_false(traccar_has_tls(traccar, "h02"));
    traccar_free(traccar);
    assert_int_equal(unsetenv("GT06_PORT"), 0);
}

static void test_last_of_equal_keys(void **state)
{
    struct traccar *traccar =
        read_text(*state, HEAD "<properties><entry key='gt06.port'>1</entry><entry key='gt06.port'>2</entry>"
                               "<entry key='a&amp;b'><![CDATA[x]]></entry>"
                               "</properties>");
    assert_int_equal(traccar_port(traccar, "gt06", 5023), 2);
    traccar_free(traccar);
}

static void expect_error(const struct folder *folder, const char *text, const char *part)
{
    struct traccar_fault fault;
    write_file(folder, "traccar.xml", text);
    assert_null(traccar_read(folder->path, NULL, "", &fault));
    if (!strstr(fault.what, part))
        fail_msg("'%s' does not tell '%s'", fault.what, part);
}

static void test_errors(void **state)
{
    struct traccar_fault fault;
    assert_null(traccar_read("/nonexistent", NULL, "", &fault));
    assert_non_null(strstr(fault.what, "/nonexistent/conf/traccar.xml"));
    expect_error(*state, HEAD "<properties>\n<entry key='gt06.port'>5023</properties>", "line 4");
    expect_error(*state, "", "line 1");
    expect_error(*state,
                 HEAD "<properties><entry key='config.default'>./conf/missing.xml</entry></properties>",
                 "missing.xml");
}

/* A pipe never ends, and what is too large is not read in part: neither is called bad XML. */
static void test_no_files(void **state)
{
    const struct folder *folder = *state;
    char path[128];
    struct traccar_fault fault;
    snprintf(path, sizeof(path), "%s/conf/traccar.xml", folder->path);
    assert_true(unlink(path) == 0 || errno == ENOENT);
    assert_int_equal(mkfifo(path, 0600), 0);
    assert_null(traccar_read(folder->path, NULL, "", &fault));
    assert_non_null(strstr(fault.what, "traccar.xml: it is no file"));
    assert_int_equal(unlink(path), 0);
    write_file(folder, "traccar.xml", HEAD "<properties>");
    assert_int_equal(truncate(path, 64 << 20), 0);
    assert_null(traccar_read(folder->path, NULL, "", &fault));
    assert_non_null(strstr(fault.what, "too large"));
    assert_int_equal(unlink(path), 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_code_defaults),   cmocka_unit_test(test_file_of_defaults),
        cmocka_unit_test(test_enabled_ones),    cmocka_unit_test(test_environment),
        cmocka_unit_test(test_its_environment), cmocka_unit_test(test_last_of_equal_keys),
        cmocka_unit_test(test_errors),          cmocka_unit_test(test_no_files),
    };
    return cmocka_run_group_tests(tests, set_up, tear_down);
}
