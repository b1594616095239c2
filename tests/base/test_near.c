/* SPDX-License-Identifier: Apache-2.0 */
/* Near misses: how far words are apart, and which one was meant. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "base/near.h"

static void distances(void **state)
{
    (void)state;
    assert_int_equal(near_distance("", ""), 0);
    assert_int_equal(near_distance("", "abc"), 3);
    assert_int_equal(near_distance("abc", ""), 3);
    assert_int_equal(near_distance("listen", "listen"), 0);
    assert_int_equal(near_distance("listen", "lisen"), 1);
    assert_int_equal(near_distance("lisen", "listen"), 1);
    assert_int_equal(near_distance("listen", "lixten"), 1);
    assert_int_equal(near_distance("listen", "litsen"), 1); /* swapped */
    assert_int_equal(near_distance("raed", "read"), 1);
    assert_int_equal(near_distance("kitten", "sitting"), 3);
    assert_int_equal(near_distance("12345678901234567890123456789012", "12345678901234567890123456789012"),
                     0);
    assert_int_equal(near_distance("123456789012345678901234567890123", "1"), NEAR_MAX);
}

static const char *meant(const char *word)
{
    static const char *const words[] = { "listen", "sniff", "read", "run", "protocols" };
    struct near_search search = { .word = word };
    for (size_t i = 0; i < sizeof(words) / sizeof(words[0]); i++)
        near_consider(&search, words[i]);
    return near_found(&search);
}

static void what_was_meant(void **state)
{
    (void)state;
    assert_string_equal(meant("lisen"), "listen");
    assert_string_equal(meant("snif"), "sniff");
    assert_string_equal(meant("sinff"), "sniff");
    assert_string_equal(meant("raed"), "read");
    assert_string_equal(meant("prot"), "protocols");
    assert_string_equal(meant("run"), "run");
    assert_null(meant("ru")); /* so short a word is near to many */
    assert_null(meant("x"));
    assert_null(meant(""));
    assert_null(meant("elephant"));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(distances),
        cmocka_unit_test(what_was_meant),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
