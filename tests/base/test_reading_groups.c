/* SPDX-License-Identifier: Apache-2.0 */
/* What the standard groups of a pattern put into a reading. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "base/reading.h"

enum { MOMENT = 1769933350 }; /* 2026-02-01T08:09:10Z */

static bool is_near(double a, double b)
{
    return a - b < 1e-6 && b - a < 1e-6;
}

static struct reading fresh(const char *text, struct marks *marks)
{
    struct reading reading;
    reading_start(&reading, cursor_of_text(text), marks);
    return reading;
}

/* takes all groups of the pattern, and gives what they make */
static struct reading taken(const char *regex, const char *text, bool valid_default)
{
    const struct pattern pattern = { regex };
    struct patterns *store = patterns_new();
    struct groups found;
    struct reading reading = fresh(text, NULL);
    assert_non_null(store);
    assert_true(pattern_match(store, &pattern, reading.message, &found));
    reading_take_groups(&reading, &found, valid_default);
    patterns_free(store);
    return reading;
}

#define NMEA                                                                                                 \
    "(?<id>\\d+),(?<hms>[\\d.]+),(?<valid>.)?,(?<lat>[\\d.]+),(?<ns>.),(?<lon>[\\d.]+),(?<ew>.),(?<dmy>\\d+" \
    ")"

static void test_groups_of_nmea(void **state)
{
    (void)state;
    struct reading r = taken(NMEA, "12345,080910.00,A,3327.0,S,07039.6,W,010226", false);
    assert_string_equal(r.device, "12345");
    assert_int_equal(r.location, LOCATION_VALID);
    assert_true(is_near(r.lat, -33.45) && is_near(r.lon, -70.66) && r.has_time && r.time == MOMENT);
    r = taken(NMEA, "12345,0809,V,3327.0,N,07039.6,E,01022026", true);
    assert_int_equal(r.location, LOCATION_INVALID);
    assert_true(is_near(r.lat, 33.45) && r.time == MOMENT - 10);
    r = taken(NMEA, "12345,080910,,3327.0,N,07039.6,E,000226", true);
    assert_int_equal(r.location, LOCATION_VALID);
    assert_false(r.has_time);
    r = taken(NMEA, "12345,080910,A,99999.0,N,07039.6,E,010226", true);
    assert_int_equal(r.location, LOCATION_UNKNOWN);
    assert_string_equal(r.device, "12345");
}

#define DEGREES "(?<latd>[-\\d.]+),(?<lond>[-\\d.]+)"

static void test_groups_of_other_times(void **state)
{
    (void)state;
    assert_int_equal(taken(DEGREES ",(?<unix>\\d+)", "-33.45,-70.66,1769933350", true).time, MOMENT);
    assert_int_equal(taken(DEGREES ",(?<unix>\\d+)", "47.51,19.09,1769933350999", true).time, MOMENT);
    assert_false(taken(DEGREES ",(?<unix>\\d+)", "1,1,99999999999999999999", true).has_time);
    assert_false(taken(DEGREES ",(?<unix>\\d+)", "1,1,18446744073709551615", true).has_time);
    assert_int_equal(taken(DEGREES ",(?<ymdhms>.+)", "1,1,2026-02-01T08:09:10", true).time, MOMENT);
    assert_int_equal(taken(DEGREES ",(?<ymdhms>.+)", "1,1,2602010809", true).time, MOMENT - 10);
    assert_int_equal(taken(DEGREES ",(?<dmyhms>.+)", "1,1,01022026080910", true).time, MOMENT);
    assert_int_equal(taken(DEGREES ",(?<ymd>\\d+),(?<hms>\\d+)", "1,1,260201,080910", true).time, MOMENT);
    assert_false(taken(DEGREES ",(?<hms>\\d+)", "1,1,080910", true).has_time);
    assert_int_equal(taken(DEGREES, "-90.1,1", true).location, LOCATION_INVALID);
}

static void test_groups_of_sign_and_letter(void **state)
{
    (void)state;
    struct reading r =
        taken("(?<latd>[-\\d.]+),(?<ns>.)?,(?<lond>[-\\d.]+),(?<ew>.)?", "-33.45,S,70.66,W", true);
    assert_true(is_near(r.lat, -33.45) && is_near(r.lon, -70.66));
    r = taken("(?<latd>[-\\d.]+),(?<ns>.)?,(?<lond>[-\\d.]+),(?<ew>.)?", "-33.45,N,-70.66,", true);
    assert_true(is_near(r.lat, -33.45) && is_near(r.lon, -70.66));
}

static void test_groups_are_marked(void **state)
{
    (void)state;
    static const struct pattern pattern = { "id=(?<id>\\d+),(?<latd>\\d+)?,(?<type>\\w+)" };
    struct patterns *store = patterns_new();
    struct marks marks;
    struct groups found;
    struct reading reading = fresh("id=77,,alarm", &marks);
    assert_true(pattern_match(store, &pattern, reading.message, &found));
    reading_note_groups(&reading, &found);
    assert_int_equal(marks.count, 2);
    assert_string_equal(marks.list[0].name, "device");
    assert_int_equal(marks.list[0].offset, 3);
    assert_string_equal(marks.list[1].name, "type");
    assert_int_equal(marks.list[1].offset, 7);
    patterns_free(store);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_groups_of_nmea),
        cmocka_unit_test(test_groups_of_other_times),
        cmocka_unit_test(test_groups_of_sign_and_letter),
        cmocka_unit_test(test_groups_are_marked),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
