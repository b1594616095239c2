/* SPDX-License-Identifier: Apache-2.0 */
/* What simulated trackers say, in which order, and where they are. */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include <cmocka.h>

#include "demo/tracker.h"

enum { NOW = 1764240000 };

static struct tracker tracker_of(const char *protocol, unsigned traits)
{
    static struct role role;
    struct tracker tracker;
    role = (struct role){
        .protocol = protocol, .period = 5, .fix_after = 30, .traits = traits, .lat = 47.5, .lon = 19.0
    };
    tracker_init(&tracker, &role, 1);
    tracker_connect(&tracker);
    return tracker;
}

/* Its next message as text. */
static const char *say(struct tracker *tracker, int64_t now, bool *waits)
{
    static char memory[512];
    struct buffer out = buffer_on(memory, sizeof(memory) - 1);
    bool is_waiting = tracker_say(tracker, now, 1, &out);
    assert_false(out.full);
    memory[out.length] = '\0';
    if (waits)
        *waits = is_waiting;
    return memory;
}

static void test_conversation(void **state)
{
    struct tracker tracker = tracker_of("gps103", 0);
    bool waits;
    (void)state;
    assert_string_equal(say(&tracker, NOW, &waits), "##,imei:900000000000019,A;");
    assert_true(waits);
    tracker_hear(&tracker, true);
    for (int i = 0; i < 3; i++) {
        assert_non_null(strstr(say(&tracker, NOW, &waits), "imei:900000000000019,tracker,"));
        assert_false(waits);
    }
    assert_string_equal(say(&tracker, NOW, &waits), "900000000000019;");
    assert_true(waits);
    /* a new connection begins with the login */
    tracker_connect(&tracker);
    assert_string_equal(say(&tracker, NOW, NULL), "##,imei:900000000000019,A;");
}

static void test_unanswered_logins(void **state)
{
    struct tracker tracker = tracker_of("gps103", 0);
    (void)state;
    for (int i = 0; i < 3; i++) {
        assert_string_equal(say(&tracker, NOW, NULL), "##,imei:900000000000019,A;");
        tracker_hear(&tracker, false);
    }
    assert_non_null(strstr(say(&tracker, NOW, NULL), "tracker"));
    tracker = tracker_of("gps103", TRAIT_UNHEARD);
    for (int i = 0; i < 10; i++) {
        assert_string_equal(say(&tracker, NOW, NULL), "##,imei:900000000000019,A;");
        tracker_hear(&tracker, false);
    }
}

/* Two steps of a login, each answered. */
static void test_steps(void **state)
{
    struct tracker tracker = tracker_of("jt808", 0);
    bool waits;
    (void)state;
    for (int step = 0; step < 2; step++) {
        const char *said = say(&tracker, NOW, &waits);
        assert_int_equal(said[1], 1);
        assert_int_equal(said[2], 2 * step);
        assert_true(waits);
        tracker_hear(&tracker, true);
    }
    assert_int_equal(say(&tracker, NOW, NULL)[1], 2);
}

static void test_fix_comes(void **state)
{
    struct tracker tracker = tracker_of("h02", TRAIT_NO_FIX);
    (void)state;
    assert_non_null(strstr(say(&tracker, NOW, NULL), ",V,"));
    assert_non_null(strstr(say(&tracker, NOW + 29, NULL), ",V,"));
    assert_non_null(strstr(say(&tracker, NOW + 30, NULL), ",A,"));
    struct buffer none = buffer_on(NULL, 0);
    tracker = tracker_of("h02", TRAIT_NO_FIX);
    (void)tracker_say(&tracker, NOW, 10, &none);
    char memory[200] = "";
    struct buffer out = buffer_on(memory, sizeof(memory) - 1);
    (void)tracker_say(&tracker, NOW + 3, 10, &out);
    assert_non_null(strstr(memory, ",A,")); /* ten times faster */
}

static void test_odd_ones(void **state)
{
    struct tracker tracker = tracker_of("osmand", TRAIT_AT_ZERO);
    char stamp[40];
    (void)state;
    assert_non_null(strstr(say(&tracker, NOW, NULL), "lat=0.000000&lon=0.000000&"));
    tracker = tracker_of("osmand", TRAIT_ROLLED);
    snprintf(stamp, sizeof(stamp), "timestamp=%lld&", (long long)NOW - 1024 * 7 * 86400LL);
    assert_non_null(strstr(say(&tracker, NOW, NULL), stamp));
}

/* It moves, some 14 m a second, near its place, in the direction that it tells. */
static void test_moves(void **state)
{
    struct tracker tracker = tracker_of("osmand", 0);
    double lat[2], lon[2], speed;
    unsigned course;
    (void)state;
    for (int minute = 0; minute < 24 * 60; minute++) {
        for (int i = 0; i < 2; i++)
            assert_int_equal(
                sscanf(strstr(say(&tracker, NOW - NOW % 86400 + minute * 60 + 59 + i, NULL), "lat="),
                       "lat=%lf&lon=%lf&speed=%lf&bearing=%u", &lat[i], &lon[i], &speed, &course),
                4);
        double north = (lat[1] - lat[0]) * 111.2e3, east = (lon[1] - lon[0]) * 111.2e3 * cos(0.829);
        double moved = hypot(north, east), heading = atan2(east, north) * 57.29578;
        assert_true(fabs(lat[0] - 47.5) < 0.021 && fabs(lon[0] - 19.0) < 0.031);
        assert_true(moved > 12 && moved < 16);
        assert_true(fabs(remainder(heading - course, 360)) < 3);
    }
}

static void test_cast(void **state)
{
    const struct role *role;
    size_t right = 0, count = 0;
    (void)state;
    for (; (role = cast_at(count)); count++) {
        assert_non_null(role->what);
        assert_true(strlen(role->what) <= 50);
        assert_true(role->period > 0 && role->begin <= 20);
        assert_true(role->protocol ? encoder_find(role->protocol) != NULL
                                   : role->raw_length > 0 && role->port);
        right += !role->finding;
    }
    assert_true(right >= 12);
    assert_true(count >= right + 8);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_conversation), cmocka_unit_test(test_unanswered_logins),
        cmocka_unit_test(test_steps),        cmocka_unit_test(test_fix_comes),
        cmocka_unit_test(test_odd_ones),     cmocka_unit_test(test_moves),
        cmocka_unit_test(test_cast),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
