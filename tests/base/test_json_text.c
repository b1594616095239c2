/* SPDX-License-Identifier: Apache-2.0 */
/* JSON read in place, honest, cut off and broken. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include <cmocka.h>

#include "base/json_text.h"

static const char text[] = " { \"a\" : {\"b\":[{\"c\":\"x}\"}, 2.5 "
                           "]},\"p.q\":true,\"e\":\"\",\"s\":\"a\\\"b\",\"w\":null,\"last\": -7 } rest";

static void expect(const char *path, enum json_kind kind, const char *wanted)
{
    struct cursor value;
    enum json_kind found = json_find(cursor_of_text(text), path, &value);
    if (found != kind)
        fail_msg("%s is of kind %d, not %d", path, found, kind);
    if (wanted && !cursor_is(value, wanted))
        fail_msg("%s is %.*s", path, (int)value.left, (const char *)value.at);
}

static void test_paths(void **state)
{
    (void)state;
    expect("a.b.0.c", JSON_TEXT, "x}");
    expect("a.b.1", JSON_NUMBER, "2.5");
    expect("a.b", JSON_ARRAY, "[{\"c\":\"x}\"}, 2.5 ]");
    expect("a.b.0", JSON_OBJECT, "{\"c\":\"x}\"}");
    expect("/p.q", JSON_WORD, "true");
    expect("e", JSON_TEXT, "");
    expect("s", JSON_TEXT, "a\\\"b");
    expect("w", JSON_WORD, "null");
    expect("last", JSON_NUMBER, "-7");
    expect("", JSON_OBJECT, NULL);
    static const char *const nowhere[] = { "b",         "a.c", "a.b.2", "a.b.x", "a.b.-1", "last.x",
                                           "a.b.0.c.d", "p.q", "las",   "A",     "rest" };
    for (size_t i = 0; i < sizeof(nowhere) / sizeof(nowhere[0]); i++)
        expect(nowhere[i], JSON_NOTHING, NULL);
}

/* cut off anywhere, in a block of its own: a value is whole or not there, and what was there stays */
static void test_cut_off(void **state)
{
    (void)state;
    for (size_t n = 0; n < sizeof(text) - 1; n++) {
        uint8_t *part = malloc(n > 0 ? n : 1);
        struct cursor value;
        assert_non_null(part);
        memcpy(part, text, n);
        struct cursor json = cursor_of(part, n);
        bool is_there = json_find(json, "last", &value) != JSON_NOTHING;
        assert_int_equal(is_there, n > strlen(text) - strlen(" } rest"));
        assert_true(!is_there || cursor_is(value, "-7"));
        bool has_c = json_find_text(json, "a.b.0.c", &value);
        assert_int_equal(has_c, n >= strlen(" { \"a\" : {\"b\":[{\"c\":\"x}\""));
        assert_true(!has_c || cursor_is(value, "x}"));
        free(part);
    }
}

static void test_broken(void **state)
{
    (void)state;
    static const char *const texts[] = { "",
                                         "{",
                                         "{a:1}",
                                         "{\"a\"1,}",
                                         "{\"a\":}",
                                         "{\"a\":yes}",
                                         "[\"a\":1]",
                                         "\"a\"",
                                         "{\"a\":1",
                                         "{\"a\":[1}}",
                                         "{\"b\":],\"a\":1}",
                                         "{\"b\":2 \"a\":1}",
                                         "{\"b\",\"a\":1}" };
    struct cursor value;
    for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++) {
        if (json_find(cursor_of_text(texts[i]), "a", &value) != JSON_NOTHING)
            fail_msg("%s has an a", texts[i]);
    }
    assert_int_equal(json_find(cursor_of(NULL, 0), "a", &value), JSON_NOTHING);
}

static void test_numbers(void **state)
{
    (void)state;
    struct cursor json = cursor_of_text(
        "{\"a\":1.25e2,\"b\":\"-7.5\",\"c\":\"x\",\"d\":9007199254740993,\"e\":-4.75,\"f\":1e300,"
        "\"g\":-2E-1,\"h\":null,\"i\":\"\"}");
    double number;
    int64_t whole;
    bool word;
    assert_true(json_find_number(json, "a", &number) && number == 125);
    assert_true(json_find_number(json, "b", &number) && number == (double)-7.5);
    assert_true(json_find_number(json, "g", &number) && number == (double)-0.2);
    assert_true(json_find_int64(json, "a", &whole) && whole == 125);
    assert_true(json_find_int64(json, "b", &whole) && whole == -7);
    assert_true(json_find_int64(json, "d", &whole) && whole == 9007199254740993);
    assert_true(json_find_int64(json, "e", &whole) && whole == -4);
    assert_false(json_find_int64(json, "f", &whole));
    assert_false(json_find_number(json, "c", &number) || json_find_number(json, "h", &number) ||
                 json_find_number(json, "i", &number) || json_find_number(json, "z", &number));
    assert_false(json_find_bool(json, "a", &word) || json_find_bool(json, "h", &word));
    assert_true(json_find_bool(cursor_of_text("[false]"), "0", &word) && !word);
}

static void test_lists(void **state)
{
    (void)state;
    struct cursor list, one,
        json = cursor_of_text(
            "{\"a\":[ 1 , \"x,y\",{\"b\":[2,3]},[] ],\"n\":{\"gps_1\":5,\"gps_2\":{\"b\":6}}}");
    static const char *const elements[] = { "1", "\"x,y\"", "{\"b\":[2,3]}", "[]" };
    assert_true(json_find_list(json, "a", &list));
    for (size_t i = 0; i < 4; i++)
        assert_true(json_next(&list, &one) && cursor_is(one, elements[i]));
    assert_false(json_next(&list, &one));
    assert_false(json_find_list(json, "n", &list) || json_find_list(json, "a.0", &list));
    assert_int_equal(json_find_prefix(json, "n", "gps_", &one), JSON_NUMBER);
    assert_true(cursor_is(one, "5"));
    assert_int_equal(json_find_prefix(json, "n", "gps_2", &one), JSON_OBJECT);
    assert_int_equal(json_find_prefix(json, "n", "gpt", &one), JSON_NOTHING);
    assert_int_equal(json_find_prefix(json, "a", "b", &one), JSON_NOTHING);
}

static void test_unescape(void **state)
{
    (void)state;
    char memory[16];
    struct cursor plain = cursor_of_text("plain");
    assert_ptr_equal(json_unescape(plain, memory, sizeof(memory)).at, plain.at);
    assert_true(
        cursor_is(json_unescape(cursor_of_text("a\\/b\\\"\\n\\\\"), memory, sizeof(memory)), "a/b\"\n\\"));
    assert_true(cursor_is(json_unescape(cursor_of_text("\\u0041\\u00e9\\u20ac"), memory, sizeof(memory)),
                          "A\xc3\xa9\xe2\x82\xac"));
    assert_true(cursor_is(json_unescape(cursor_of_text("\\u00g1\\"), memory, sizeof(memory)), "u00g1\\"));
    /* cut at the size, never in the middle of a character */
    assert_true(cursor_is(json_unescape(cursor_of_text("\\/123456"), memory, 4), "/123"));
    assert_true(cursor_is(json_unescape(cursor_of_text("abc\\u20ac"), memory, 5), "abc"));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_paths),   cmocka_unit_test(test_cut_off), cmocka_unit_test(test_broken),
        cmocka_unit_test(test_numbers), cmocka_unit_test(test_lists),   cmocka_unit_test(test_unescape),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
