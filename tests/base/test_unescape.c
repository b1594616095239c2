/* SPDX-License-Identifier: Apache-2.0 */
/* Byte stuffing: there and back, and escapes that are none. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "base/unescape.h"

#define BYTES(text) cursor_of((text), sizeof(text) - 1)

static const struct escape pairs = { .pairs = { ESCAPE("\x7d\x01", "\x7d"), ESCAPE("\x7d\x02", "\x7e") } };
static const struct escape zero = { .pairs = { ESCAPE("\x1b\x00", "\x1b"), ESCAPE("\x1b\xe3", "\xf8") } };
static const struct escape longer = { .pairs = { ESCAPE("\xfb\xbf\x01", "\xfa\xaf"),
                                                 ESCAPE("\xfb\xbf\x02", "\xfb\xbf") } };
static const struct escape minus = { .mark = 0x10, .minus = 0x20, .escaped = "\x01\x04\x10" };
static const struct escape xor = { .mark = 0x3d, .xor_with = 0x3d, .escaped = "()=" };

static bool is_same(struct cursor a, struct cursor b)
{
    return a.left == b.left && cursor_starts(a, (const char *)b.at, b.left);
}

static void expect_both_ways(const struct escape *escape, struct cursor raw, struct cursor plain)
{
    uint8_t memory[32], escaped[32];
    struct buffer reply = buffer_on(escaped, sizeof(escaped));
    assert_true(is_same(unescape(raw, escape, memory, sizeof(memory)), plain));
    escape_put(&reply, escape, plain);
    assert_true(is_same(buffer_cursor(&reply), raw));
}

static void test_both_ways(void **state)
{
    (void)state;
    expect_both_ways(&pairs, BYTES("\x7d\x01\x02\x7d\x02"), BYTES("\x7d\x02\x7e"));
    expect_both_ways(&zero, BYTES("a\x1b\x00\x1b\xe3"), BYTES("a\x1b\xf8"));
    expect_both_ways(&longer, BYTES("\xfb\xbf\x01\xfb\xbf\x02\xfb"), BYTES("\xfa\xaf\xfb\xbf\xfb"));
    expect_both_ways(&minus, BYTES("\x10\x21\x02\x10\x24\x10\x30"), BYTES("\x01\x02\x04\x10"));
    expect_both_ways(&xor, BYTES("\x3d\x15\x3d\x14\x3d\x00z"), BYTES("()=z"));
}

static void test_what_is_not_escaped_is_read_in_place(void **state)
{
    (void)state;
    struct cursor raw = BYTES("\x7e\x02\x7e");
    assert_ptr_equal(unescape(raw, &pairs, NULL, 0).at, raw.at);
    assert_int_equal(unescape(raw, &pairs, NULL, 0).left, 3);
    assert_int_equal(unescape(cursor_of(NULL, 0), &xor, NULL, 0).left, 0);
}

static void test_escapes_that_are_none(void **state)
{
    (void)state;
    uint8_t memory[8];
    struct cursor raw = BYTES("\x7d\x03\x7d\x01\x7d");
    assert_true(is_same(unescape(raw, &pairs, memory, sizeof(memory)), BYTES("\x7d\x03\x7d\x7d")));
    raw = BYTES("\x3d\x15\x3d");
    assert_true(is_same(unescape(raw, &xor, memory, sizeof(memory)), BYTES("(\x3d")));
    raw = BYTES("a\xfb\xbf");
    assert_ptr_equal(unescape(raw, &longer, memory, sizeof(memory)).at, raw.at);
}

static void test_bounded(void **state)
{
    (void)state;
    uint8_t memory[4] = { 9, 9, 9, 9 };
    assert_true(is_same(unescape(BYTES("\x7d\x02"
                                       "abcd"),
                                 &pairs, memory, 3),
                        BYTES("\x7e"
                              "ab")));
    assert_int_equal(memory[3], 9);
    /* two bytes do not fit where there is room for one */
    assert_int_equal(unescape(BYTES("ab\xfb\xbf\x01"), &longer, memory, 3).left, 2);
    assert_int_equal(memory[3], 9);
}

static void test_the_way_back(void **state)
{
    (void)state;
    struct cursor raw = BYTES("a\x7d\x01"
                              "b\x7d\x02");
    static const size_t offsets[] = { 0, 1, 3, 4, 6, 6 };
    for (size_t i = 0; i < sizeof(offsets) / sizeof(offsets[0]); i++)
        assert_int_equal(unescape_offset(raw, &pairs, i), offsets[i]);
    /* both bytes of an escape that means two stand where it begins */
    raw = BYTES("a\xfb\xbf\x01"
                "b");
    assert_int_equal(unescape_offset(raw, &longer, 1), 1);
    assert_int_equal(unescape_offset(raw, &longer, 2), 1);
    assert_int_equal(unescape_offset(raw, &longer, 3), 4);
    assert_int_equal(unescape_offset(BYTES("\x10\x21z"), &minus, 1), 2);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_both_ways),
        cmocka_unit_test(test_what_is_not_escaped_is_read_in_place),
        cmocka_unit_test(test_escapes_that_are_none),
        cmocka_unit_test(test_bounded),
        cmocka_unit_test(test_the_way_back),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
