/* SPDX-License-Identifier: Apache-2.0 */
/* Random bytes: all of the memory is filled, and differently each time. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "base/random.h"

static void fills_all_and_differs(void **state)
{
    (void)state;
    uint8_t one[32], other[32], untouched[32] = { 0 }, seen[32] = { 0 };
    assert_true(random_bytes(one, sizeof(one)));
    assert_true(random_bytes(other, sizeof(other)));
    assert_true(memcmp(one, other, sizeof(one)) != 0);
    /* a byte that is 0 in each of 64 draws was never filled: by chance once in 2^507 */
    for (unsigned draw = 0; draw < 64; draw++) {
        assert_true(random_bytes(one, sizeof(one) - 1));
        for (size_t i = 0; i < sizeof(one) - 1; i++)
            seen[i] |= one[i];
    }
    for (size_t i = 0; i < sizeof(one) - 1; i++)
        assert_true(seen[i] != 0);
    assert_true(random_bytes(untouched, 0));
    for (size_t i = 0; i < sizeof(untouched); i++)
        assert_int_equal(untouched[i], 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = { cmocka_unit_test(fills_all_and_differs) };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
