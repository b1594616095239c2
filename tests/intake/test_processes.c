/* SPDX-License-Identifier: Apache-2.0 */
/* Command lines and control groups: which is Traccar's, which passes ports on, which is a container's. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "intake/processes.h"

/* Arguments that end with NUL each, as /proc has them. */
#define COMMAND(text) cursor_of(text, sizeof(text))

static void expect_traccar(const char *name, struct cursor command, const char *config)
{
    char text[HOST_PATH];
    assert_true(processes_is_traccar(name, command, text, sizeof(text)));
    assert_string_equal(text, config);
}

static void test_traccar(void **state)
{
    (void)state;
    char text[HOST_PATH];
    expect_traccar("java", COMMAND("/opt/traccar/jre/bin/java\0-jar\0tracker-server.jar\0conf/traccar.xml"),
                   "conf/traccar.xml");
    expect_traccar(
        "java",
        COMMAND("java\0-Xms1g\0-Djava.net.preferIPv4Stack=true\0-jar\0/srv/t/tracker-server.jar\0/etc/t.xml"),
        "/etc/t.xml");
    expect_traccar("java", COMMAND("java\0-jar\0tracker-server.jar"), "");
    /* a wrapper has given the thread another name */
    expect_traccar("main", COMMAND("/usr/bin/java\0-jar\0tracker-server.jar\0conf/traccar.xml"),
                   "conf/traccar.xml");
    expect_traccar("chrt", COMMAND("chrt\0-f\0java\0-jar\0/srv/tracker-server.jar\0conf/traccar.xml"),
                   "conf/traccar.xml");
    assert_false(processes_is_traccar("less", COMMAND("less\0tracker-server.jar"), text, sizeof(text)));
    assert_false(
        processes_is_traccar("java", COMMAND("java\0-jar\0other.jar\0conf/traccar.xml"), text, sizeof(text)));
    assert_false(
        processes_is_traccar("bash", COMMAND("bash\0-c\0java -jar tracker-server.jar"), text, sizeof(text)));
    assert_false(processes_is_traccar("java", cursor_of("", 1), text, sizeof(text)));
}

static void test_published(void **state)
{
    (void)state;
    struct host_published published;
    struct endpoint to = endpoint_of_v4((const uint8_t[]){ 172, 18, 0, 2 }, 0);
    assert_true(processes_published(COMMAND("/usr/bin/docker-proxy\0-proto\0tcp\0-host-ip\0"
                                            "0.0.0.0\0-host-port\0"
                                            "5023\0-container-ip\0"
                                            "172.18.0.2\0-container-port\0"
                                            "5022"),
                                    &published));
    assert_int_equal(published.transport, TRANSPORT_TCP);
    assert_int_equal(published.port, 5023);
    assert_int_equal(published.inner, 5022);
    assert_true(endpoint_same(&published.to, &to));
    assert_true(processes_published(COMMAND("docker-proxy\0-proto=udp\0-host-port=5013\0-use-listen-fd\0"
                                            "-container-ip\0fd00::2"),
                                    &published));
    assert_int_equal(published.transport, TRANSPORT_UDP);
    assert_int_equal(published.port, 5013);
    assert_false(processes_published(COMMAND("docker\0-host-port\0"
                                             "5023"),
                                     &published));
    assert_false(processes_published(COMMAND("docker-proxy\0-host-port\0"
                                             "99999"),
                                     &published));
    assert_false(processes_published(COMMAND("docker-proxy\0-host-port"), &published));
    assert_false(processes_published(COMMAND("docker-proxy"), &published));
}

#define ID "0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef"

static void expect_groups(const char *groups, const char *unit, const char *container)
{
    char its_unit[HOST_NAME], its_container[HOST_NAME];
    processes_groups(groups, its_unit, sizeof(its_unit), its_container, sizeof(its_container));
    assert_string_equal(its_unit, unit);
    assert_string_equal(its_container, container);
}

static void test_groups(void **state)
{
    (void)state;
    expect_groups("0::/system.slice/traccar.service\n", "traccar.service", "");
    expect_groups("0::/system.slice/docker-" ID ".scope\n", "", "0123456789ab");
    expect_groups("12:memory:/docker/" ID "\n0::/\n", "", "0123456789ab");
    expect_groups("0::/user.slice/user-0.slice/session-1.scope\n", "", "");
    expect_groups("0::/machine.slice/libpod-" ID ".scope/container\n", "", "0123456789ab");
    expect_groups("0::/\n", "", "");
    expect_groups("", "", "");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_traccar),
        cmocka_unit_test(test_published),
        cmocka_unit_test(test_groups),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
