/* SPDX-License-Identifier: Apache-2.0 */
/* --for and --every, with a clock of the test's own. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>

#include <cmocka.h>

#include "command/pace.h"

#define SECONDS(n) ((n)*INT64_C(1000000))

static void nothing_is_ever_due_where_nothing_was_asked_for(void **state)
{
    struct pace pace = { 0 };
    (void)state;
    for (int64_t now = 1; now < SECONDS(1000000); now *= 7) {
        assert_false(pace_is_over(&pace, now));
        assert_false(pace_is_due(&pace, now));
    }
}

static void the_span_begins_with_the_first_moment(void **state)
{
    struct pace pace = { .span = SECONDS(10) };
    (void)state;
    assert_false(pace_is_over(&pace, 0)); /* no time is known yet */
    assert_false(pace_is_over(&pace, SECONDS(5000)));
    assert_false(pace_is_over(&pace, SECONDS(5010) - 1));
    assert_true(pace_is_over(&pace, SECONDS(5010)));
    assert_true(pace_is_over(&pace, SECONDS(9000)));
}

static void summaries_come_once_in_a_while(void **state)
{
    struct pace pace = { .every = SECONDS(30) };
    (void)state;
    assert_false(pace_is_due(&pace, SECONDS(100)));
    assert_false(pace_is_due(&pace, SECONDS(129)));
    assert_true(pace_is_due(&pace, SECONDS(131)));
    assert_false(pace_is_due(&pace, SECONDS(159)));
    assert_true(pace_is_due(&pace, SECONDS(160)));
    /* a capture's long night: one summary, and then again at the old pace */
    assert_true(pace_is_due(&pace, SECONDS(100 + 30 * 1000 + 10)));
    assert_false(pace_is_due(&pace, SECONDS(100 + 30 * 1001 - 1)));
    assert_true(pace_is_due(&pace, SECONDS(100 + 30 * 1001)));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(nothing_is_ever_due_where_nothing_was_asked_for),
        cmocka_unit_test(the_span_begins_with_the_first_moment),
        cmocka_unit_test(summaries_come_once_in_a_while),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
