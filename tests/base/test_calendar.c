/* SPDX-License-Identifier: Apache-2.0 */
/* Calendar and Unix time there and back over all days, and the ways ISO 8601 is written. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "base/calendar.h"

enum { FIRST_DAY = -719528, LAST_DAY = 2932896 }; /* 0000-01-01 and 9999-12-31, in days since 1970 */

static bool is_leap(unsigned year)
{
    return (year % 4 == 0 && year % 100 != 0) || year % 400 == 0;
}

/* every day there is, counted on by hand */
static void test_every_day(void **state)
{
    (void)state;
    static const unsigned lengths[2][12] = { { 31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31 },
                                             { 31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31 } };
    unsigned year = 0, month = 1, day = 1;
    for (int64_t n = FIRST_DAY; n <= LAST_DAY; n++) {
        int64_t seconds = n * 86400 + 86399, back;
        struct calendar c = calendar_from_unix(seconds);
        if (c.year != year || c.month != month || c.day != day || c.hour != 23 || c.minute != 59 ||
            c.second != 59)
            fail_msg("day %lld is %04u-%02u-%02u", (long long)n, c.year, c.month, c.day);
        if (!calendar_to_unix(&c, &back) || back != seconds)
            fail_msg("%04u-%02u-%02u does not come back", c.year, c.month, c.day);
        day++;
        if (day > lengths[is_leap(year)][month - 1]) {
            day = 1;
            month++;
        }
        if (month > 12) {
            month = 1;
            year++;
        }
    }
    assert_int_equal(year, 10000);
}

static bool is_date(unsigned year, unsigned month, unsigned day, unsigned hour, unsigned minute,
                    unsigned second)
{
    struct calendar c = { year, month, day, hour, minute, second };
    int64_t seconds;
    return calendar_to_unix(&c, &seconds);
}

static void test_no_dates(void **state)
{
    (void)state;
    assert_true(is_date(2024, 2, 29, 23, 59, 60) && is_date(2000, 2, 29, 0, 0, 0));
    assert_false(is_date(2023, 2, 29, 0, 0, 0) || is_date(1900, 2, 29, 0, 0, 0) ||
                 is_date(2100, 2, 29, 0, 0, 0));
    assert_false(is_date(2026, 0, 1, 0, 0, 0) || is_date(2026, 13, 1, 0, 0, 0));
    assert_false(is_date(2026, 1, 0, 0, 0, 0) || is_date(2026, 1, 32, 0, 0, 0) ||
                 is_date(2026, 4, 31, 0, 0, 0));
    assert_false(is_date(2026, 1, 1, 24, 0, 0) || is_date(2026, 1, 1, 0, 60, 0) ||
                 is_date(2026, 1, 1, 0, 0, 61));
    assert_false(is_date(10000, 1, 1, 0, 0, 0) || is_date(2026, 1, 255, 255, 255, 255));
    assert_int_equal(calendar_year(99), 2099);
}

static void test_known_moments(void **state)
{
    (void)state;
    struct calendar c = { 2026, 2, 1, 8, 9, 10 };
    int64_t seconds;
    assert_true(calendar_to_unix(&c, &seconds) && seconds == 1769933350);
    struct calendar leap_second = { 2016, 12, 31, 23, 59, 60 };
    assert_true(calendar_to_unix(&leap_second, &seconds) && seconds == 1483228800);
    c = calendar_from_unix(-1);
    assert_true(c.year == 1969 && c.month == 12 && c.day == 31 && c.second == 59);
}

static void test_writes(void **state)
{
    (void)state;
    char out[CALENDAR_TEXT];
    calendar_write(1769933350, -1, out);
    assert_string_equal(out, "2026-02-01T08:09:10Z");
    calendar_write(1769933350, 42, out);
    assert_string_equal(out, "2026-02-01T08:09:10.000042Z");
    /* beyond the calendar it still ends within its bytes */
    calendar_write(INT64_MAX, 999999, out);
    assert_int_equal(strlen(out), 27);
    calendar_write(INT64_MIN, 0, out);
    assert_int_equal(strlen(out), 27);
}

static void test_epochs(void **state)
{
    (void)state;
    static const struct {
        struct calendar day;
        int64_t epoch;
    } cases[] = {
        { { .year = 1980, .month = 1, .day = 6 }, EPOCH_1980 },
        { { .year = 2000, .month = 1, .day = 1 }, EPOCH_2000 },
        { { .year = 2002, .month = 1, .day = 1 }, EPOCH_2002 },
        { { .year = 2008, .month = 1, .day = 1 }, EPOCH_2008 },
        { { .year = 2009, .month = 1, .day = 1 }, EPOCH_2009 },
        { { .year = 2010, .month = 1, .day = 1 }, EPOCH_2010 },
        { { .year = 2013, .month = 1, .day = 1 }, EPOCH_2013 },
    };
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        int64_t seconds = 0;
        assert_true(calendar_to_unix(&cases[i].day, &seconds));
        assert_true(seconds == cases[i].epoch);
    }
}

static void expect_iso(const char *text, int64_t expected)
{
    int64_t seconds = 0;
    if (!calendar_read_iso(cursor_of_text(text), &seconds) || seconds != expected)
        fail_msg("%s is %lld", text, (long long)seconds);
}

static void test_reads_iso(void **state)
{
    (void)state;
    expect_iso("2026-02-01T08:09:10Z", 1769933350);
    expect_iso("2026-02-01t08:09:10z", 1769933350);
    expect_iso("2026-02-01 08:09:10", 1769933350);
    expect_iso("2026-02-01T08:09Z", 1769933340);
    expect_iso("2026-02-01T08:09:10.123456Z", 1769933350);
    expect_iso("2026-02-01T10:09:10+02:00", 1769933350);
    expect_iso("2026-02-01T04:39:10-0330", 1769933350);
    expect_iso("2026-02-01T09:09:10+01", 1769933350);
    expect_iso("2026-01-31T23:09:10.5-09:00", 1769933350);
}

static void test_refuses_what_is_no_iso(void **state)
{
    (void)state;
    static const char *const texts[] = { "",
                                         "2026-02-01",
                                         "2026-02-01T",
                                         "2026-02-30T08:09:10Z",
                                         "2026-02-01T08:09:10ZZ",
                                         "2026-02-01T08:09:10.Z",
                                         "2026-02-01T08:09:10+2",
                                         "2026-02-01T08:09:10+24:00",
                                         "2026-02-01T08:09:10+02:60",
                                         "2026-02-01T08:09:10+02:000",
                                         "26-02-01T08:09:10Z",
                                         "2026-2-1T08:09:10Z",
                                         "2026-02-01T08:09:1",
                                         "-026-02-01T08:09:10Z" };
    for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++) {
        int64_t seconds = 5;
        if (calendar_read_iso(cursor_of_text(texts[i]), &seconds))
            fail_msg("'%s' is taken for a time", texts[i]);
        assert_int_equal(seconds, 5);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_every_day),
        cmocka_unit_test(test_no_dates),
        cmocka_unit_test(test_known_moments),
        cmocka_unit_test(test_writes),
        cmocka_unit_test(test_epochs),
        cmocka_unit_test(test_reads_iso),
        cmocka_unit_test(test_refuses_what_is_no_iso),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
