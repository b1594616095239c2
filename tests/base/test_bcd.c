/* SPDX-License-Identifier: Apache-2.0 */
/* Binary coded decimals, and what is none. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "base/bcd.h"

#define LITERAL(text) cursor_of((text), sizeof(text) - 1)

static void test_ok(void **state)
{
    (void)state;
    assert_true(bcd_ok(LITERAL("\x12\x90")));
    assert_false(bcd_ok(LITERAL("\x12\x9a")) || bcd_ok(LITERAL("\xa0")));
    assert_true(bcd_ok(LITERAL("")));
}

static void test_bytes(void **state)
{
    (void)state;
    assert_int_equal(bcd_byte(0x00), 0);
    assert_int_equal(bcd_byte(0x99), 99);
    assert_int_equal(bcd_byte(0x42), 42);
    assert_int_equal(bcd_byte(0x0a), 255);
    assert_int_equal(bcd_byte(0xa0), 255);
}

static void test_text(void **state)
{
    (void)state;
    char out[7];
    bcd_copy_text(LITERAL("\x01\x2f"), out, sizeof(out));
    assert_string_equal(out, "012f");
    bcd_copy_text(LITERAL("\x01\x23\x45\x67"), out, sizeof(out));
    assert_string_equal(out, "012345");
    bcd_copy_text(LITERAL("\x01\x23\x45"), out, 6);
    assert_string_equal(out, "0123");
    bcd_copy_text(LITERAL("\x01"), out, 1);
    assert_string_equal(out, "");
    out[0] = '?';
    bcd_copy_text(LITERAL("\x01"), out, 0);
    assert_int_equal(out[0], '?');
}

static void test_numbers(void **state)
{
    (void)state;
    uint64_t number = 7;
    assert_true(bcd_number(LITERAL("\x01\x23\x45"), &number) && number == 12345);
    assert_false(bcd_number(LITERAL("\x01\x2a"), &number));
    assert_true(bcd_number(LITERAL("\x18\x44\x67\x44\x07\x37\x09\x55\x16\x15"), &number));
    assert_true(number == UINT64_MAX);
    assert_false(bcd_number(LITERAL("\x18\x44\x67\x44\x07\x37\x09\x55\x16\x16"), &number));
    assert_false(bcd_number(LITERAL("\x99\x99\x99\x99\x99\x99\x99\x99\x99\x99"), &number));
    assert_true(number == UINT64_MAX);
    assert_true(bcd_number(LITERAL(""), &number) && number == 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_ok),
        cmocka_unit_test(test_bytes),
        cmocka_unit_test(test_text),
        cmocka_unit_test(test_numbers),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
