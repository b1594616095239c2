/* SPDX-License-Identifier: Apache-2.0 */
/* The usual ends of a message, and the waiting for them. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "base/frame.h"

static void test_by_bytes(void **state)
{
    (void)state;
    size_t length = 0;
    assert_int_equal(frame_by_bytes(cursor_of_text("abc;de*"), false, "*;", 99, &length), FRAMED);
    assert_int_equal(length, 4);
    assert_int_equal(frame_by_bytes(cursor_of_text("abc"), false, ";", 99, &length), FRAMED_MORE);
    assert_int_equal(frame_by_bytes(cursor_of_text("abc"), true, ";", 99, &length), FRAMED_CUT);
    assert_int_equal(length, 3);
    /* a NUL in the bytes is not the end of the list of ends */
    assert_int_equal(frame_by_bytes(cursor_of("a\0;", 3), false, ";", 99, &length), FRAMED);
    assert_int_equal(length, 3);
    assert_int_equal(frame_by_bytes(cursor_of(NULL, 0), false, ";", 99, &length), FRAMED_MORE);
}

static void test_by_bytes_within_the_most(void **state)
{
    (void)state;
    size_t length = 0;
    assert_int_equal(frame_by_bytes(cursor_of_text("abc;"), false, ";", 4, &length), FRAMED);
    assert_int_equal(frame_by_bytes(cursor_of_text("abc;"), false, ";", 3, &length), FRAMED_NO);
    assert_int_equal(frame_by_bytes(cursor_of_text("abc"), false, ";", 3, &length), FRAMED_MORE);
    assert_int_equal(frame_by_bytes(cursor_of_text("abcd"), true, ";", 3, &length), FRAMED_NO);
}

static void test_by_text(void **state)
{
    (void)state;
    size_t length = 0;
    assert_int_equal(frame_by_text(cursor_of_text("a\rb\r\nc\r\n"), false, "\r\n", 99, &length), FRAMED);
    assert_int_equal(length, 5);
    assert_int_equal(frame_by_text(cursor_of_text("a\r"), false, "\r\n", 99, &length), FRAMED_MORE);
    assert_int_equal(frame_by_text(cursor_of_text("a\r"), true, "\r\n", 99, &length), FRAMED_CUT);
    assert_int_equal(length, 2);
    assert_int_equal(frame_by_text(cursor_of_text("abc\r\n"), false, "\r\n", 4, &length), FRAMED_NO);
    assert_int_equal(frame_by_text(cursor_of_text("abc\r\n"), false, "\r\n", 5, &length), FRAMED);
}

static void test_by_length(void **state)
{
    (void)state;
    struct cursor five = cursor_of_text("abcde");
    size_t length = 0;
    assert_int_equal(frame_by_length(five, false, 5, 99, &length), FRAMED);
    assert_int_equal(length, 5);
    assert_int_equal(frame_by_length(five, false, 2, 99, &length), FRAMED);
    assert_int_equal(length, 2);
    assert_int_equal(frame_by_length(five, false, 6, 99, &length), FRAMED_MORE);
    assert_int_equal(frame_by_length(five, true, 6, 99, &length), FRAMED_CUT);
    assert_int_equal(length, 5);
    assert_int_equal(frame_by_length(five, false, 0, 99, &length), FRAMED_NO);
    assert_int_equal(frame_by_length(five, false, 100, 99, &length), FRAMED_NO);
    assert_int_equal(frame_by_length(five, false, SIZE_MAX, 99, &length), FRAMED_NO);
}

static void test_told(void **state)
{
    (void)state;
    size_t told = 0, comma = 0;
    assert_int_equal(frame_told(cursor_of_text("$$105,12"), 2, &told, &comma), FRAMED);
    assert_int_equal(told, 105);
    assert_int_equal(comma, 5);
    assert_int_equal(frame_told(cursor_of_text("$$105"), 2, &told, &comma), FRAMED_MORE);
    assert_int_equal(frame_told(cursor_of_text("$$"), 2, &told, &comma), FRAMED_MORE);
    assert_int_equal(frame_told(cursor_of_text("$"), 2, &told, &comma), FRAMED_MORE);
    assert_int_equal(frame_told(cursor_of_text("$$,"), 2, &told, &comma), FRAMED_NO);
    assert_int_equal(frame_told(cursor_of_text("$$1a,"), 2, &told, &comma), FRAMED_NO);
    assert_int_equal(frame_told(cursor_of_text("$$12345,"), 2, &told, &comma), FRAMED);
    assert_int_equal(frame_told(cursor_of_text("$$123456,"), 2, &told, &comma), FRAMED_NO);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_by_bytes), cmocka_unit_test(test_by_bytes_within_the_most),
        cmocka_unit_test(test_by_text),  cmocka_unit_test(test_by_length),
        cmocka_unit_test(test_told),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
