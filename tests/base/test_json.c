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
    assert_true(json_number(json, "a.b.1", &number) && number == 2.5);
    assert_true(json_number(json, "s", &number) && number == -7.25);
    assert_true(json_has(json, "t") && json_has(json, "n") && json_has(json, "a.b"));
    assert_false(json_text(json, "t", &text) || json_number(json, "t", &number) ||
                 json_number(json, "n", &number));
    assert_false(json_number(json, "a.b.0.c", &number) || json_text(json, "a", &text));
    json_free(json);
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
    assert_null(json_parse(cursor_of("{\"a\":\"\xff\xfe\"}", 10)));
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

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_paths),
        cmocka_unit_test(test_paths_that_lead_nowhere),
        cmocka_unit_test(test_broken),
        cmocka_unit_test(test_exact_block),
        cmocka_unit_test(test_depth_is_bounded),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
