/* SPDX-License-Identifier: Apache-2.0 */
/* The checked reader: nothing is read past the end, a failed read changes nothing, no number wraps. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include <cmocka.h>

#include "base/cursor.h"

#define LITERAL(text) cursor_of((text), sizeof(text) - 1)

static void test_skip_and_take(void **state)
{
    (void)state;
    struct cursor c = LITERAL("abcd"), part = { 0 };
    assert_true(cursor_skip(&c, 1));
    assert_true(cursor_take(&c, 2, &part));
    assert_true(cursor_is(part, "bc"));
    assert_false(cursor_take(&c, 2, &part));
    assert_true(cursor_is(part, "bc"));
    assert_int_equal(c.left, 1);
    assert_false(cursor_skip(&c, SIZE_MAX));
    assert_true(cursor_skip(&c, 1));
    assert_int_equal(c.left, 0);
    struct cursor nothing = { 0 };
    assert_true(cursor_skip(&nothing, 0));
    assert_false(cursor_skip(&nothing, 1));
}

static void test_slice(void **state)
{
    (void)state;
    struct cursor part = { 0 };
    assert_true(cursor_slice(LITERAL("abcd"), 1, 3, &part));
    assert_true(cursor_is(part, "bcd"));
    assert_false(cursor_slice(LITERAL("abcd"), 1, 4, &part));
    assert_false(cursor_slice(LITERAL("abcd"), 5, 0, &part));
    assert_false(cursor_slice(LITERAL("abcd"), SIZE_MAX, 2, &part));
    assert_true(cursor_slice(LITERAL("abcd"), 4, 0, &part));
}

static void test_integers(void **state)
{
    (void)state;
    static const uint8_t bytes[] = { 0x81, 0x02, 0x03, 0x04, 0x05, 0x06, 0x07, 0x88 };
    struct cursor all = cursor_of(bytes, sizeof(bytes)), c = all;
    uint8_t u8;
    uint16_t u16;
    uint32_t u32;
    uint64_t u64;
    assert_true(cursor_u8(&c, &u8) && u8 == 0x81 && c.left == 7);
    c = all;
    assert_true(cursor_be16(&c, &u16) && u16 == 0x8102 && c.left == 6);
    assert_true(cursor_le16(&c, &u16) && u16 == 0x0403 && c.left == 4);
    c = all;
    assert_true(cursor_be32(&c, &u32) && u32 == 0x81020304);
    assert_true(cursor_le32(&c, &u32) && u32 == 0x88070605 && c.left == 0);
    c = all;
    assert_true(cursor_be64(&c, &u64) && u64 == 0x8102030405060788);
    c = all;
    assert_true(cursor_le64(&c, &u64) && u64 == 0x8807060504030281);
    c = all;
    assert_true(cursor_be(&c, 3, &u64) && u64 == 0x810203 && c.left == 5);
    assert_true(cursor_le(&c, 3, &u64) && u64 == 0x060504 && c.left == 2);
}

static void test_integers_that_are_not_there(void **state)
{
    (void)state;
    struct cursor c = LITERAL("\1\2\3");
    uint8_t u8 = 9;
    uint16_t u16 = 9;
    uint32_t u32 = 9;
    uint64_t u64 = 9;
    assert_false(cursor_be32(&c, &u32) || cursor_le32(&c, &u32));
    assert_false(cursor_be64(&c, &u64) || cursor_le64(&c, &u64));
    assert_false(cursor_be16_at(c, 2, &u16) || cursor_le16_at(c, 2, &u16) || cursor_u8_at(c, 3, &u8));
    assert_false(cursor_be16_at(c, SIZE_MAX, &u16) || cursor_be32_at(c, 0, &u32));
    struct cursor nine = LITERAL("123456789");
    assert_false(cursor_be(&nine, 9, &u64) || cursor_le(&nine, 9, &u64));
    assert_int_equal(c.left, 3);
    assert_int_equal(nine.left, 9);
    assert_true(u8 == 9 && u16 == 9 && u32 == 9 && u64 == 9);
}

static void test_signed(void **state)
{
    (void)state;
    assert_int_equal(signed32(0), 0);
    assert_int_equal(signed32(0x7fffffff), INT32_MAX);
    assert_int_equal(signed32(0x80000000), INT32_MIN);
    assert_int_equal(signed32(0xffffffff), -1);
}

static void test_signed_of_any_width(void **state)
{
    (void)state;
    assert_true(signed_of(0x7fffff, 24) == 0x7fffff && signed_of(0x800000, 24) == -0x800000);
    assert_true(signed_of(0xffffff, 24) == -1 && signed_of(0xff, 8) == -1 && signed_of(0x7f, 8) == 127);
    assert_true(signed_of(1, 1) == -1 && signed_of(0, 1) == 0 && signed_of(5, 0) == 0);
    assert_true(signed_of(0xf0000001, 28) == 1);
    assert_true(signed_of(UINT64_MAX, 64) == -1 && signed_of((uint64_t)1 << 63, 64) == INT64_MIN);
    assert_true(signed_of(INT64_MAX, 64) == INT64_MAX && signed_of(INT64_MAX, 63) == -1);
}

static void test_integers_at_an_offset(void **state)
{
    (void)state;
    struct cursor c = LITERAL("\x01\x02\x03\x04\x05\x06\x07\x08\x09");
    uint64_t value = 9;
    assert_true(cursor_be_at(c, 1, 3, &value) && value == 0x020304);
    assert_true(cursor_le_at(c, 1, 3, &value) && value == 0x040302);
    assert_true(cursor_be_at(c, 1, 8, &value) && value == 0x0203040506070809);
    assert_true(cursor_le_at(c, 8, 1, &value) && value == 9);
    assert_false(cursor_be_at(c, 2, 8, &value) || cursor_le_at(c, 7, 3, &value));
    assert_false(cursor_be_at(c, 0, 9, &value) || cursor_le_at(c, SIZE_MAX, 2, &value));
    assert_int_equal(value, 9);
}

static void test_fields_as_integers(void **state)
{
    (void)state;
    assert_int_equal(cursor_be_of(LITERAL("\x01\x02\x83")), 0x010283);
    assert_int_equal(cursor_le_of(LITERAL("\x01\x02\x83")), 0x830201);
    assert_int_equal(cursor_be_of(LITERAL("")), 0);
    assert_int_equal(cursor_be_of(LITERAL("\x09\x01\x02\x03\x04\x05\x06\x07\x08")), 0x0102030405060708);
    assert_int_equal(cursor_le_of(LITERAL("\x01\x02\x03\x04\x05\x06\x07\x08\x09")), 0x0807060504030201);
}

static void test_floats(void **state)
{
    static const double place = 47.51; /* as a constant it may have more digits than a double, on i386 */
    (void)state;
    struct cursor c = LITERAL("\x42\x3e\x0a\x3d\x3d\x0a\x3e\x42");
    double value = 1;
    assert_true(cursor_be_f32(&c, &value) && value > 47.5099 && value < 47.5101 && c.left == 4);
    assert_true(cursor_le_f32(&c, &value) && value > 47.5099 && value < 47.5101 && c.left == 0);
    c = LITERAL("\x40\x47\xc1\x47\xae\x14\x7a\xe1\xe1\x7a\x14\xae\x47\xc1\x47\x40");
    assert_true(cursor_be_f64(&c, &value) && value == place && c.left == 8);
    assert_true(cursor_le_f64(&c, &value) && value == place && c.left == 0);
    c = LITERAL("\x7f\xc0\x00");
    assert_false(cursor_be_f32(&c, &value) || cursor_le_f32(&c, &value) || cursor_be_f64(&c, &value) ||
                 cursor_le_f64(&c, &value));
    assert_true(value == place && c.left == 3);
    c = LITERAL("\x7f\xc0\x00\x00");
    assert_true(cursor_be_f32(&c, &value) && value != value); /* not a number */
}

static void test_trims_nuls(void **state)
{
    (void)state;
    assert_int_equal(cursor_trim(LITERAL("\0a\0")).left, 3);
    assert_true(cursor_is(cursor_trim_nul(LITERAL("\0 a b \0\0")), "a b"));
    assert_int_equal(cursor_trim_nul(LITERAL("a\0b\0")).left, 3);
    assert_int_equal(cursor_trim_nul(LITERAL("\0\0 ")).left, 0);
}

static void test_starts_and_ends(void **state)
{
    (void)state;
    struct cursor c = LITERAL("imei:1;");
    assert_true(CURSOR_STARTS(c, "imei:") && CURSOR_ENDS(c, "1;"));
    assert_false(CURSOR_STARTS(c, "imei:1;2") || CURSOR_ENDS(c, "0imei:1;"));
    assert_true(CURSOR_MAY_START(c, "imei:1;2"));
    assert_false(CURSOR_MAY_START(c, "imei;"));
    assert_true(CURSOR_MAY_START(LITERAL(""), "x"));
    assert_false(cursor_is(c, "imei:1"));
}

static void test_is_one_of(void **state)
{
    (void)state;
    assert_true(cursor_is_one_of(cursor_of_text("INF"), "INF VER"));
    assert_true(cursor_is_one_of(cursor_of_text("VER"), "INF VER"));
    assert_false(cursor_is_one_of(cursor_of_text("IN"), "INF VER"));
    assert_false(cursor_is_one_of(cursor_of_text("INF VER"), "INF VER"));
    assert_false(cursor_is_one_of(cursor_of_text(""), "INF VER"));
}

static void test_finds(void **state)
{
    (void)state;
    size_t at = 99;
    assert_true(cursor_find(LITERAL("a,b,"), ',', &at) && at == 1);
    assert_true(cursor_find(LITERAL("a\0b"), '\0', &at) && at == 1);
    assert_true(cursor_find_text(LITERAL("aabaab\r\n"), "aab\r", &at) && at == 3);
    assert_false(cursor_find_text(LITERAL("aaba"), "aab\r", &at) || cursor_find(LITERAL(""), 'x', &at));
    assert_false(cursor_find_text(LITERAL("abc"), "", &at));
    assert_int_equal(at, 3);
    /* wherever it stands among many that only end alike, and with nothing behind it */
    for (size_t size = 2; size < 100; size++) {
        uint8_t *bytes = malloc(size); /* exact, so that reading beyond it shows */
        assert_non_null(bytes);
        memset(bytes, '\n', size);
        assert_false(cursor_find_text(cursor_of(bytes, size), "\r\n", &at));
        for (size_t place = 0; place + 1 < size; place++) {
            bytes[place] = '\r';
            assert_true(cursor_find_text(cursor_of(bytes, size), "\r\n", &at) && at == place);
            bytes[place] = '\n';
        }
        bytes[size - 1] = '\r';
        assert_false(cursor_find_text(cursor_of(bytes, size), "\r\n", &at));
        free(bytes);
    }
}

static void test_fields(void **state)
{
    (void)state;
    struct cursor c = LITERAL("a,,c"), field;
    assert_true(cursor_field(&c, ',', &field) && cursor_is(field, "a"));
    assert_true(cursor_field(&c, ',', &field) && cursor_is(field, ""));
    assert_false(cursor_until(&c, ',', &field));
    assert_true(cursor_field(&c, ',', &field) && cursor_is(field, "c"));
    assert_false(cursor_field(&c, ',', &field));
}

static void test_digits(void **state)
{
    (void)state;
    struct cursor c = LITERAL("12345x"), field;
    assert_int_equal(cursor_count_digits(c), 5);
    assert_int_equal(cursor_count_hex(LITERAL("09afAFg")), 6);
    assert_false(cursor_digits(&c, 6, 9, &field));
    assert_true(cursor_digits(&c, 1, 3, &field) && cursor_is(field, "123"));
    assert_true(cursor_digits(&c, 1, 9, &field) && cursor_is(field, "45"));
    assert_true(cursor_digits(&c, 0, 9, &field) && field.left == 0 && c.left == 1);
}

static void test_numbers(void **state)
{
    (void)state;
    uint64_t number = 7;
    assert_true(cursor_number(LITERAL("18446744073709551615"), &number) && number == UINT64_MAX);
    assert_false(cursor_number(LITERAL("18446744073709551616"), &number));
    assert_false(cursor_number(LITERAL("99999999999999999999"), &number));
    assert_false(cursor_number(LITERAL(""), &number) || cursor_number(LITERAL("-1"), &number));
    assert_true(cursor_number(LITERAL("000000000000000000000042"), &number) && number == 42);
    assert_true(cursor_hex(LITERAL("ffffFFFFffffFFFF"), &number) && number == UINT64_MAX);
    assert_false(cursor_hex(LITERAL("10000000000000000"), &number) || cursor_hex(LITERAL("0x1"), &number));
    assert_int_equal(number, UINT64_MAX);
}

static void test_decimals(void **state)
{
    (void)state;
    double value = 7;
    assert_true(cursor_decimal(LITERAL("-12.5"), &value) && value == -12.5);
    assert_true(cursor_decimal(LITERAL("+.25"), &value) && value == 0.25);
    assert_true(cursor_decimal(LITERAL("3."), &value) && value == 3);
    /* more digits than a double holds, but not a number that is too large */
    assert_true(cursor_decimal(LITERAL("1.0000000000000000000000000001"), &value) && value == 1);
    assert_false(cursor_decimal(LITERAL("9999999999999999999"), &value));
    assert_false(cursor_decimal(LITERAL(""), &value) || cursor_decimal(LITERAL("."), &value));
    assert_false(cursor_decimal(LITERAL("1.2.3"), &value) || cursor_decimal(LITERAL("--1"), &value));
    assert_false(cursor_decimal(LITERAL("1e5"), &value) || cursor_decimal(LITERAL("nan"), &value));
    assert_true(value == 1);
}

static void test_text(void **state)
{
    (void)state;
    /* every byte at every place among eight and more that are text */
    for (unsigned byte = 0; byte < 256; byte++) {
        bool is_text = (byte >= 0x20 && byte < 0x7f) || byte == '\r' || byte == '\n' || byte == '\t';
        for (size_t at = 0; at < 21; at++) {
            uint8_t bytes[21];
            memset(bytes, at % 2 ? ' ' : '~', sizeof(bytes));
            bytes[at] = (uint8_t)byte;
            assert_int_equal(cursor_is_text(cursor_of(bytes, sizeof(bytes))), is_text);
        }
    }
    assert_true(cursor_is_text(LITERAL("a\tb\r\n~")));
    assert_false(cursor_is_text(LITERAL("a\x7f")) || cursor_is_text(LITERAL("\0")));
    assert_true(cursor_is(cursor_trim(LITERAL(" \r\n a b\t")), "a b"));
    assert_int_equal(cursor_trim(LITERAL(" \r\n")).left, 0);
    char out[12];
    cursor_copy_text(LITERAL("a\n\\b"), out, sizeof(out));
    assert_string_equal(out, "a\\x0a\\x5cb");
    cursor_copy_text(LITERAL("abcdefghi\ncut"), out, sizeof(out));
    assert_string_equal(out, "abcdefghi");
    cursor_copy_text(LITERAL("abc"), out, 1);
    assert_string_equal(out, "");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_skip_and_take),
        cmocka_unit_test(test_slice),
        cmocka_unit_test(test_integers),
        cmocka_unit_test(test_integers_that_are_not_there),
        cmocka_unit_test(test_signed),
        cmocka_unit_test(test_signed_of_any_width),
        cmocka_unit_test(test_integers_at_an_offset),
        cmocka_unit_test(test_fields_as_integers),
        cmocka_unit_test(test_floats),
        cmocka_unit_test(test_trims_nuls),
        cmocka_unit_test(test_starts_and_ends),
        cmocka_unit_test(test_finds),
        cmocka_unit_test(test_is_one_of),
        cmocka_unit_test(test_fields),
        cmocka_unit_test(test_digits),
        cmocka_unit_test(test_numbers),
        cmocka_unit_test(test_decimals),
        cmocka_unit_test(test_text),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
