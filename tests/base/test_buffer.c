/* SPDX-License-Identifier: Apache-2.0 */
/* The bounded buffer: what does not fit is not written, and said. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "base/buffer.h"

static void test_puts(void **state)
{
    (void)state;
    uint8_t memory[32];
    struct buffer b = buffer_on(memory, sizeof(memory));
    buffer_put(&b, "ab", 2);
    buffer_put_text(&b, "c");
    buffer_put_u8(&b, 0x1ff);
    buffer_put_be(&b, 2, 0x010203);
    buffer_put_le(&b, 4, 0x01020304);
    buffer_put_cursor(&b, cursor_of_text("d"));
    buffer_put_hex(&b, cursor_of("\xab\x01", 2));
    buffer_printf(&b, "%s%u", "x", 7u);
    assert_false(b.full);
    assert_int_equal(b.length, 17);
    assert_memory_equal(memory,
                        "abc\xff\x02\x03\x04\x03\x02\x01"
                        "dab01x7",
                        17);
    assert_int_equal(buffer_cursor(&b).left, 17);
    assert_ptr_equal(buffer_cursor(&b).at, memory);
}

static void test_wide_integers(void **state)
{
    (void)state;
    uint8_t memory[16];
    struct buffer b = buffer_on(memory, sizeof(memory));
    buffer_put_be(&b, 8, 0x0102030405060708);
    buffer_put_le(&b, 8, 0x0102030405060708);
    assert_memory_equal(memory, "\1\2\3\4\5\6\7\x08\x08\7\6\5\4\3\2\1", 16);
    assert_false(b.full);
}

static void test_full(void **state)
{
    (void)state;
    uint8_t memory[5] = "....";
    struct buffer b = buffer_on(memory, 4);
    buffer_put(&b, "abc", 3);
    buffer_put(&b, "de", 2);
    assert_true(b.full);
    assert_int_equal(b.length, 3);
    /* once something is missing, nothing may follow it */
    buffer_put_u8(&b, 'f');
    buffer_put_text(&b, "");
    buffer_printf(&b, "g");
    assert_int_equal(b.length, 3);
    assert_memory_equal(memory, "abc.", 4);
}

static void test_full_by_each(void **state)
{
    (void)state;
    uint8_t memory[4];
    struct buffer b = buffer_on(memory, 3);
    buffer_put_be(&b, 4, 1);
    assert_true(b.full);
    b = buffer_on(memory, 3);
    buffer_put_hex(&b, cursor_of("ab", 2));
    assert_true(b.full && b.length == 0);
    b = buffer_on(memory, 3);
    buffer_put_hex(&b, cursor_of("ab", SIZE_MAX / 2 + 1));
    assert_true(b.full && b.length == 0);
    b = buffer_on(memory, 3);
    buffer_printf(&b, "%d", 1000);
    assert_true(b.full && b.length == 0);
    b = buffer_on(memory, 3);
    buffer_put(&b, "abc", SIZE_MAX);
    assert_true(b.full && b.length == 0);
    b = buffer_on(NULL, 0);
    buffer_put(&b, NULL, 0);
    assert_false(b.full);
    buffer_put_u8(&b, 1);
    assert_true(b.full);
    b = buffer_on(NULL, 0);
    buffer_printf(&b, "%d", 1);
    assert_true(b.full && b.length == 0);
}

static void test_exactly_full_is_not_full(void **state)
{
    (void)state;
    uint8_t memory[4];
    struct buffer b = buffer_on(memory, sizeof(memory));
    buffer_put(&b, "abcd", 4);
    assert_false(b.full);
    assert_int_equal(b.length, 4);
}

static void test_no_more_parts_than_are_kept(void **state)
{
    (void)state;
    uint8_t memory[64];
    struct buffer b = buffer_on(memory, sizeof(memory));
    for (size_t i = 0; i < BUFFER_PARTS + 3; i++) {
        buffer_put_u8(&b, 'x');
        buffer_part(&b);
    }
    assert_int_equal(b.part_count, BUFFER_PARTS);
    assert_int_equal(b.parts[BUFFER_PARTS - 1], BUFFER_PARTS);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_puts),
        cmocka_unit_test(test_wide_integers),
        cmocka_unit_test(test_full),
        cmocka_unit_test(test_full_by_each),
        cmocka_unit_test(test_exactly_full_is_not_full),
        cmocka_unit_test(test_no_more_parts_than_are_kept),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
