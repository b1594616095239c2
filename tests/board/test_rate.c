/* SPDX-License-Identifier: Apache-2.0 */
/* Counts by minute: in their minute, out of the ring after ten, and how many a minute that is. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>

#include <cmocka.h>

#include "board/rate.h"

#define AT(minute, second) (((minute)*INT64_C(60) + (second)) * INT64_C(1000000))
enum { START = 29498889 /* some minute of 2026 */ };

static void count(struct rate *rate, int64_t now, unsigned times)
{
    for (unsigned i = 0; i < times; i++)
        rate_count(rate, now);
}

static void expect(const struct rate *rate, int64_t now, const uint32_t expected[RATE_MINUTES])
{
    uint32_t counts[RATE_MINUTES];
    rate_read(rate, now, counts);
    for (int i = 0; i < RATE_MINUTES; i++)
        assert_int_equal(counts[i], expected[i]);
}

static void each_minute_has_its_count(void **state)
{
    struct rate rate = { 0 };
    (void)state;
    expect(&rate, AT(START, 0), (uint32_t[RATE_MINUTES]){ 0 });
    count(&rate, AT(START, 0), 3);
    count(&rate, AT(START, 59), 1);
    count(&rate, AT(START + 2, 10), 5);
    expect(&rate, AT(START + 2, 30), (uint32_t[RATE_MINUTES]){ [7] = 4, [9] = 5 });
    expect(&rate, AT(START + 9, 0), (uint32_t[RATE_MINUTES]){ [0] = 4, [2] = 5 });
    expect(&rate, AT(START + 10, 0), (uint32_t[RATE_MINUTES]){ [1] = 5 });
    /* a place of the ring is used again */
    count(&rate, AT(START + 10, 0), 2);
    expect(&rate, AT(START + 10, 1), (uint32_t[RATE_MINUTES]){ [1] = 5, [9] = 2 });
    /* one that comes late counts in its own minute, one that comes too late in none */
    count(&rate, AT(START + 8, 0), 1);
    count(&rate, AT(START, 0), 1);
    count(&rate, -1, 1);
    expect(&rate, AT(START + 10, 1), (uint32_t[RATE_MINUTES]){ [1] = 5, [7] = 1, [9] = 2 });
    /* after an hour nothing of it is left */
    count(&rate, AT(START + 70, 0), 1);
    expect(&rate, AT(START + 70, 0), (uint32_t[RATE_MINUTES]){ [9] = 1 });
}

static void how_many_a_minute(void **state)
{
    struct rate rate = { 0 };
    (void)state;
    assert_int_equal(rate_per_minute(&rate, AT(START, 0)), 0);
    count(&rate, AT(START, 30), 60);
    assert_int_equal(rate_per_minute(&rate, AT(START, 31)), 60);
    assert_int_equal(rate_per_minute(&rate, AT(START + 1, 0)), 60);
    assert_int_equal(rate_per_minute(&rate, AT(START + 1, 30)), 30);
    assert_int_equal(rate_per_minute(&rate, AT(START + 1, 59)), 1);
    assert_int_equal(rate_per_minute(&rate, AT(START + 2, 0)), 0);
    count(&rate, AT(START + 1, 59), 6);
    assert_int_equal(rate_per_minute(&rate, AT(START + 2, 0)), 6);
    assert_int_equal(rate_per_minute(&rate, AT(START + 90, 0)), 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(each_minute_has_its_count),
        cmocka_unit_test(how_many_a_minute),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
