/* SPDX-License-Identifier: Apache-2.0 */
/* A container's path on this host: volumes, folders that are bound in, and images. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "intake/mounts.h"

static const char here[] = "22 1 254:1 / / rw,relatime shared:1 - ext4 /dev/vda1 rw\n"
                           "30 22 254:2 / /srv rw,relatime shared:5 - ext4 /dev/vdb rw\n"
                           "60 22 0:50 / /var/lib/docker/overlay2/ab/merged rw - overlay overlay rw\n";
static const char there[] =
    "90 80 0:50 / / rw,relatime - overlay overlay rw,lowerdir=x\n"
    "91 90 0:60 / /proc rw - proc proc rw\n"
    "92 90 254:1 /var/lib/docker/volumes/data/_data /opt/traccar/data rw - ext4 /dev/vda1 rw\n"
    "93 90 254:2 /traccar/logs /opt/traccar/logs rw - ext4 /dev/vdb rw\n"
    "94 90 254:9 / /opt/traccar/other rw - ext4 /dev/vdz rw\n";

static void expect(const char *path, const char *found)
{
    char out[128];
    bool is_found = mounts_translate(cursor_of_text(there), cursor_of_text(here), path, out, sizeof(out));
    assert_int_equal(is_found, found != NULL);
    if (found)
        assert_string_equal(out, found);
}

static void test_translates(void **state)
{
    (void)state;
    expect("/opt/traccar/logs/tracker-server.log", "/srv/traccar/logs/tracker-server.log");
    expect("/opt/traccar/data/x.log", "/var/lib/docker/volumes/data/_data/x.log");
    expect("/opt/traccar/conf/traccar.xml",
           "/var/lib/docker/overlay2/ab/merged/opt/traccar/conf/traccar.xml");
    expect("/opt/traccar/logsmore/x", "/var/lib/docker/overlay2/ab/merged/opt/traccar/logsmore/x");
    expect("/opt/traccar/other/x", NULL); /* its device is mounted nowhere else */
    expect("/proc/1", NULL);
}

static void test_odd_lists(void **state)
{
    (void)state;
    char out[8];
    struct cursor none = cursor_of_text("");
    assert_false(mounts_translate(none, cursor_of_text(here), "/x", out, sizeof(out)));
    assert_false(mounts_translate(cursor_of_text(there), none, "/x", out, sizeof(out)));
    assert_false(
        mounts_translate(cursor_of_text("1 2 3\n\n4"), cursor_of_text(here), "/x", out, sizeof(out)));
    /* what has no room is not found */
    assert_false(mounts_translate(cursor_of_text(there), cursor_of_text(here), "/opt/traccar/logs/x", out,
                                  sizeof(out)));
}

/* A process with this one's own mounts is seen where it is. */
static void test_own_process(void **state)
{
    (void)state;
    char out[512];
    if (mounts_on_host((int)getpid(), "/proc/self/mountinfo", out, sizeof(out)))
        assert_string_equal(out, "/proc/self/mountinfo");
    assert_false(mounts_on_host((int)getpid(), "/nonexistent/file", out, sizeof(out)));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_translates),
        cmocka_unit_test(test_odd_lists),
        cmocka_unit_test(test_own_process),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
