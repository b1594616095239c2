/* SPDX-License-Identifier: Apache-2.0 */
/* HEX as it is written, and as people type it. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "base/hex.h"

static bool read_hex(const char *text, const char *expected, size_t size)
{
    uint8_t out[64];
    size_t length, bad;
    return hex_read(cursor_of_text(text), out, sizeof(out), &length, &bad) && length == size &&
           memcmp(out, expected, size) == 0;
}

static void test_writes(void **state)
{
    (void)state;
    uint8_t bytes[256];
    char out[513];
    for (size_t i = 0; i < sizeof(bytes); i++)
        bytes[i] = (uint8_t)i;
    out[512] = '?';
    hex_write(cursor_of(bytes, sizeof(bytes)), out);
    assert_memory_equal(out, "000102030405060708090a0b0c0d0e0f10", 34);
    assert_memory_equal(out + 2 * 0x9a, "9a9b9c9d9e9fa0", 14);
    assert_memory_equal(out + 510, "ff?", 3);
    hex_write(cursor_of(NULL, 0), out);
    assert_int_equal(out[0], '0');
}

static void test_there_and_back(void **state)
{
    (void)state;
    uint8_t bytes[256], back[256];
    char text[512];
    size_t length, bad;
    for (size_t i = 0; i < sizeof(bytes); i++)
        bytes[i] = (uint8_t)(i * 7);
    hex_write(cursor_of(bytes, sizeof(bytes)), text);
    assert_true(hex_read(cursor_of(text, sizeof(text)), back, sizeof(back), &length, &bad));
    assert_int_equal(length, sizeof(bytes));
    assert_memory_equal(back, bytes, sizeof(bytes));
}

static void test_reads_what_people_type(void **state)
{
    (void)state;
    assert_true(read_hex("78780D0a", "\x78\x78\x0d\x0a", 4));
    assert_true(read_hex("0x78 0x0A", "\x78\x0a", 2));
    assert_true(read_hex("78:78\t0d 0 a\r", "\x78\x78\x0d\x0a", 4));
    assert_true(read_hex("0X00", "\0", 1));
    assert_true(read_hex("", "", 0));
    assert_true(read_hex(" : ", "", 0));
}

static void expect_bad(const char *text, size_t at)
{
    uint8_t out[4];
    size_t length, bad = 77;
    assert_false(hex_read(cursor_of_text(text), out, sizeof(out), &length, &bad));
    assert_int_equal(bad, at);
}

static void test_errors(void **state)
{
    (void)state;
    expect_bad("7878zz", 4);
    expect_bad("78,78", 2);
    expect_bad("78\n78", 2);
    expect_bad("787", SIZE_MAX);
    expect_bad("70x8", 2);
    expect_bad("0102030405", SIZE_MAX);
    expect_bad("01020304g", 8);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_writes),
        cmocka_unit_test(test_there_and_back),
        cmocka_unit_test(test_reads_what_people_type),
        cmocka_unit_test(test_errors),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
