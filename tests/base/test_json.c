/* SPDX-License-Identifier: Apache-2.0 */
/* JSON texts, honest and broken. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include <cmocka.h>

#include "base/json.h"

static struct json *parse(const char *text)
{
    return json_parse(cursor_of_text(text));
}

static void test_paths(void **state)
{
    (void)state;
    struct json *json =
        parse("{\"a\":{\"b\":[{\"c\":\"x\"},2.5]},\"t\":true,\"n\":null,\"s\":\"-7.25\"} rest");
    struct cursor text;
    double number;
    assert_non_null(json);
    assert_true(json_text(json, "a.b.0.c", &text) && cursor_is(text, "x"));
    assert_true(json_number(json, "a.b.1", &number) && number == (double)2.5);
    assert_true(json_number(json, "s", &number) && number == (double)-7.25);
    assert_true(json_has(json, "t") && json_has(json, "n") && json_has(json, "a.b"));
    assert_false(json_text(json, "t", &text) || json_number(json, "t", &number) ||
                 json_number(json, "n", &number));
    assert_false(json_number(json, "a.b.0.c", &number) || json_text(json, "a", &text));
    json_free(json);
}

/* a name in another code page hides nothing else */
static void test_no_utf8(void **state)
{
    (void)state;
    struct json *json = parse("{\"name\":\"K\xf6ln\",\"lat\":50.9}");
    struct cursor text;
    double number;
    assert_non_null(json);
    assert_true(json_text(json, "name", &text) && cursor_is(text, "K?ln"));
    assert_true(json_number(json, "lat", &number) && number == (double)50.9);
    json_free(json);
    json = parse("{\"name\":\"K\xc3\xb6ln\"}");
    assert_non_null(json);
    assert_true(json_text(json, "name", &text) && cursor_is(text, "K\xc3\xb6ln"));
    json_free(json);
    assert_null(parse("{\"\xff\":}"));
}

static void test_paths_that_lead_nowhere(void **state)
{
    (void)state;
    struct json *json = parse("{\"a\":[1],\"b\":\"text\"}");
    assert_non_null(json);
    static const char *const paths[] = { "c",   "a.1",   "a.x", "a.-1", "a.18446744073709551616",
                                         "b.0", "a.0.0", "A" };
    for (size_t i = 0; i < sizeof(paths) / sizeof(paths[0]); i++) {
        if (json_has(json, paths[i]))
            fail_msg("there is something at %s", paths[i]);
    }
    json_free(json);
}

static void test_broken(void **state)
{
    (void)state;
    static const char *const texts[] = {
        "", "{", "{\"a\":}", "[1,]", "\"a", "{\"a\":1", "nonsense", "{'a':1}"
    };
    for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++)
        assert_null(parse(texts[i]));
    assert_null(json_parse(cursor_of(NULL, 0)));
    json_free(NULL);
}

/* not one byte behind the text is read: the block ends with it */
static void test_exact_block(void **state)
{
    (void)state;
    static const char text[] = "{\"id\":\"1\\u0000\"}";
    uint8_t *block = malloc(sizeof(text) - 1);
    struct cursor value;
    assert_non_null(block);
    memcpy(block, text, sizeof(text) - 1);
    struct json *json = json_parse(cursor_of(block, sizeof(text) - 1));
    assert_non_null(json);
    assert_true(json_text(json, "id", &value));
    assert_int_equal(value.left, 2);
    json_free(json);
    for (size_t n = 0; n < sizeof(text) - 1; n++)
        assert_null(json_parse(cursor_of(block, n)));
    free(block);
}

static void test_depth_is_bounded(void **state)
{
    (void)state;
    enum { DEEP = 60000 };
    char *text = malloc(DEEP);
    assert_non_null(text);
    memset(text, '[', DEEP);
    assert_null(json_parse(cursor_of(text, DEEP)));
    free(text);
}

static void test_keys_that_hold_dots(void **state)
{
    (void)state;
    struct json *json = parse("[{\"position.latitude\":47.5,\"a\":{\"b.c\":\"x\"}}]");
    struct cursor text;
    double number;
    assert_non_null(json);
    assert_true(json_number(json, "/0/position.latitude", &number) && number == (double)47.5);
    assert_true(json_text(json, "/0/a/b.c", &text) && cursor_is(text, "x"));
    assert_false(json_has(json, "0.position.latitude") || json_has(json, "/0.a"));
    assert_true(json_has(json, "") && json_has(json, "/"));
    json_free(json);
}

static void test_integers(void **state)
{
    (void)state;
    struct json *json = parse("{\"a\":9007199254740993,\"b\":\"-9007199254740993\",\"c\":1769933350.75,\"d\":"
                              "\"1769933350.75\",\"e\":\"\",\"f\":\"12x\",\"g\":1e30,\"h\":true,\"i\":"
                              "\"9223372036854775808\",\"j\":-1.5}");
    static const char *const wrong[] = { "e", "f", "g", "h", "i", "x" };
    int64_t number = 0;
    assert_non_null(json);
    assert_true(json_int64(json, "a", &number) && number == 9007199254740993);
    assert_true(json_int64(json, "b", &number) && number == -9007199254740993);
    assert_true(json_int64(json, "c", &number) && number == 1769933350);
    assert_true(json_int64(json, "j", &number) && number == -1);
    assert_true(json_int64(json, "d", &number) && number == 1769933350);
    for (size_t i = 0; i < sizeof(wrong) / sizeof(wrong[0]); i++) {
        if (json_int64(json, wrong[i], &number))
            fail_msg("there is an integer at %s", wrong[i]);
    }
    assert_int_equal(number, 1769933350);
    json_free(json);
}

static void test_booleans_and_counts(void **state)
{
    (void)state;
    struct json *json = parse("{\"a\":true,\"b\":false,\"c\":[1,[],{}],\"d\":1,\"e\":\"true\"}");
    bool value = false;
    assert_non_null(json);
    assert_true(json_bool(json, "a", &value) && value);
    assert_true(json_bool(json, "b", &value) && !value);
    assert_false(json_bool(json, "d", &value) || json_bool(json, "e", &value) ||
                 json_bool(json, "x", &value));
    assert_true(json_count(json, "") == 5 && json_count(json, "c") == 3 && json_count(json, "c.1") == 0);
    assert_true(json_count(json, "a") == 0 && json_count(json, "x") == 0);
    json_free(json);
}

static void test_ends(void **state)
{
    (void)state;
    static const char text[] = "{\"a\":[1,{\"b}\":\"\\\"]\\\\\"}, true ],\"c\":-1.5e3}";
    char longer[sizeof(text) + 3];
    size_t length = 99;
    for (size_t n = 1; n < sizeof(text) - 1; n++)
        assert_int_equal(json_scan(cursor_of(text, n), &length), JSON_MORE);
    assert_int_equal(length, 99);
    memcpy(longer, text, sizeof(text) - 1);
    memcpy(longer + sizeof(text) - 1, "}x{", 3);
    assert_true(json_end(cursor_of(longer, sizeof(text) + 2), &length) && length == sizeof(text) - 1);
    assert_true(json_end(cursor_of_text("[]"), &length) && length == 2);
    assert_false(json_end(cursor_of_text("[1"), &length));
    assert_int_equal(json_scan(cursor_of_text(""), &length), JSON_MORE);
}

static void test_no_json(void **state)
{
    (void)state;
    static const char *const texts[] = {
        "x",      "\"a\"",           " {}", "{]",     "[}",     "[1,2}", "{'a':1}",
        "{\"a\n", "{\"a\":nonsense", "1",   "[\x01]", "[\xff]", "}"
    };
    char deep[65];
    size_t length = 99;
    for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++) {
        if (json_scan(cursor_of_text(texts[i]), &length) != JSON_NO)
            fail_msg("%s is taken for JSON", texts[i]);
    }
    memset(deep, '[', sizeof(deep));
    assert_int_equal(json_scan(cursor_of(deep, 64), &length), JSON_MORE);
    assert_int_equal(json_scan(cursor_of(deep, 65), &length), JSON_NO);
    assert_int_equal(length, 99);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_paths),
        cmocka_unit_test(test_no_utf8),
        cmocka_unit_test(test_paths_that_lead_nowhere),
        cmocka_unit_test(test_broken),
        cmocka_unit_test(test_exact_block),
        cmocka_unit_test(test_depth_is_bounded),
        cmocka_unit_test(test_keys_that_hold_dots),
        cmocka_unit_test(test_integers),
        cmocka_unit_test(test_booleans_and_counts),
        cmocka_unit_test(test_ends),
        cmocka_unit_test(test_no_json),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
