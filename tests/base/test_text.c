/* SPDX-License-Identifier: Apache-2.0 */
/* Patterns: groups, the same name in alternatives, faults, and patterns that would never end. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <time.h>

#include <cmocka.h>

#include "base/text.h"

static bool matches(struct patterns *store, const struct pattern *pattern, const char *text,
                    struct groups *found)
{
    return pattern_match(store, pattern, cursor_of_text(text), found);
}

static const struct pattern line = {
    "imei:(?<id>\\d{15}),(?<type>[^,]*),(?<valid>[AV])?(?:,(?<speed>\\d+))?"
};

static void test_groups(void **state)
{
    (void)state;
    struct patterns *store = patterns_new();
    struct groups found;
    struct cursor speed;
    assert_non_null(store);
    assert_true(matches(store, &line, "imei:123456789012345,,A,70;tail", &found));
    assert_true(cursor_is(found.standard[GROUP_ID], "123456789012345"));
    assert_true(found.standard[GROUP_TYPE].at && found.standard[GROUP_TYPE].left == 0);
    assert_true(cursor_is(found.standard[GROUP_VALID], "A"));
    assert_null(found.standard[GROUP_LAT].at);
    assert_true(cursor_is(found.whole, "imei:123456789012345,,A,70"));
    assert_true(groups_named(&found, "speed", &speed) && cursor_is(speed, "70"));
    assert_false(groups_named(&found, "course", &speed));
    assert_true(matches(store, &line, "imei:123456789012345,x,", &found));
    assert_null(found.standard[GROUP_VALID].at);
    assert_false(groups_named(&found, "speed", &speed));
    patterns_free(store);
}

static void test_anchored_and_blind_to_nothing(void **state)
{
    (void)state;
    static const struct pattern any = { "a.b#c d$" };
    struct patterns *store = patterns_new();
    struct groups found;
    assert_false(matches(store, &line, " imei:123456789012345,x,", NULL));
    assert_true(pattern_match(store, &any, cursor_of("a\nb#c d", 7), NULL));
    assert_true(pattern_match(store, &any, cursor_of("a\0b#c d", 7), NULL));
    assert_true(pattern_match(store, &any,
                              cursor_of("a\xff"
                                        "b#c d",
                                        7),
                              &found));
    assert_false(pattern_match(store, &any, cursor_of("a\nb#c d\n", 8), NULL));
    assert_false(pattern_match(store, &any, cursor_of(NULL, 0), NULL));
    assert_null(patterns_fault(store));
    patterns_free(store);
}

/* the hemisphere stands before or behind the number: one name, two places */
static void test_same_name_in_alternatives(void **state)
{
    (void)state;
    static const struct pattern either = {
        "(?:(?<ns>[NS])(?<lat>[\\d.]+)|(?<lat>[\\d.]+)(?<ns>[NS]));(?:(?<k>a)|(?<k>b)|(?<k>c))"
    };
    struct patterns *store = patterns_new();
    struct groups found;
    struct cursor k;
    assert_true(matches(store, &either, "S4730.6;c", &found));
    assert_true(cursor_is(found.standard[GROUP_NS], "S") && cursor_is(found.standard[GROUP_LAT], "4730.6"));
    assert_true(groups_named(&found, "k", &k) && cursor_is(k, "c"));
    assert_true(matches(store, &either, "4730.6N;a", &found));
    assert_true(cursor_is(found.standard[GROUP_NS], "N") && cursor_is(found.standard[GROUP_LAT], "4730.6"));
    assert_true(groups_named(&found, "k", &k) && cursor_is(k, "a"));
    patterns_free(store);
}

static void test_four_of_a_name_but_not_five(void **state)
{
    (void)state;
    static const struct pattern four = { "(?:1(?<id>a)|2(?<id>a)|3(?<id>a)|4(?<id>a))" };
    static const struct pattern five = { "(?:1(?<id>a)|2(?<id>a)|3(?<id>a)|4(?<id>a)|5(?<id>a))" };
    struct patterns *store = patterns_new();
    struct groups found;
    for (char first = '1'; first <= '4'; first++) {
        const char text[] = { first, 'a', '\0' };
        assert_true(matches(store, &four, text, &found));
        assert_true(cursor_is(found.standard[GROUP_ID], "a"));
    }
    assert_null(patterns_fault(store));
    assert_false(matches(store, &five, "5a", &found));
    assert_non_null(patterns_fault(store));
    patterns_free(store);
}

static void test_faults(void **state)
{
    (void)state;
    static const struct pattern broken = { "a(?<id>" }, fine = { "a" };
    struct patterns *store = patterns_new();
    assert_false(matches(store, &broken, "a", NULL));
    assert_non_null(strstr(patterns_fault(store), "a(?<id>"));
    assert_false(matches(store, &broken, "a", NULL));
    assert_true(matches(store, &fine, "a", NULL));
    assert_non_null(patterns_fault(store));
    patterns_free(store);
    patterns_free(NULL);
}

static void test_too_many_groups(void **state)
{
    (void)state;
    char regex[1024] = "";
    for (unsigned i = 0; i < 41; i++) {
        size_t length = strlen(regex);
        snprintf(regex + length, sizeof(regex) - length, "(?<g%u>a)", i);
    }
    const struct pattern many = { regex };
    struct patterns *store = patterns_new();
    assert_false(matches(store, &many, "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa", NULL));
    assert_non_null(patterns_fault(store));
    patterns_free(store);
}

/* gives up at once what would take longer than the world stands */
static void test_catastrophe(void **state)
{
    (void)state;
    static const struct pattern evil = { "(?:(?:a+)+)+b" }, leading = { "(?:.*,)*x(?:.*,)*y(?:.*,)*z" };
    static char text[60001];
    struct patterns *store = patterns_new();
    memset(text, 'a', sizeof(text) - 1);
    clock_t start = clock();
    assert_false(matches(store, &evil, text, NULL));
    for (size_t i = 1; i < sizeof(text) - 1; i += 2)
        text[i] = ',';
    assert_false(matches(store, &leading, text, NULL));
    double seconds = (double)(clock() - start) / CLOCKS_PER_SEC;
    assert_true(seconds < 5);
    patterns_free(store);
}

/* the store grows, and every pattern keeps its own code */
static void test_many_patterns(void **state)
{
    (void)state;
    enum { MANY = 2000 };
    static char regex[MANY][16];
    static struct pattern many[MANY];
    struct patterns *store = patterns_new();
    for (unsigned round = 0; round < 2; round++) {
        for (unsigned i = 0; i < MANY; i++) {
            char text[16];
            snprintf(regex[i], sizeof(regex[i]), "(?<id>x%u)$", i);
            many[i].regex = regex[i];
            snprintf(text, sizeof(text), "x%u", i);
            assert_true(matches(store, &many[i], text, NULL));
            snprintf(text, sizeof(text), "x%u", i + 1);
            assert_false(matches(store, &many[i], text, NULL));
        }
    }
    patterns_free(store);
}

static void test_group_names(void **state)
{
    (void)state;
    assert_string_equal(group_name(GROUP_ID), "id");
    assert_string_equal(group_name(GROUP_TYPE), "type");
    assert_string_equal(group_name(GROUP_YMDHMS), "ymdhms");
}

static void test_whole_and_partial(void **state)
{
    (void)state;
    static const struct pattern whole = { "a\\d+|abc" }, front = { "a\\d+;" };
    struct patterns *store = patterns_new();
    struct groups found;
    assert_non_null(store);
    assert_true(pattern_fits(store, &whole, cursor_of_text("a12"), &found));
    assert_int_equal(found.whole.left, 3);
    assert_false(pattern_fits(store, &whole, cursor_of_text("a12,"), NULL));
    assert_true(pattern_fits(store, &whole, cursor_of_text("abc"), NULL));
    assert_true(pattern_may_fit(store, &whole, cursor_of_text("ab"), true));
    assert_true(pattern_may_fit(store, &whole, cursor_of_text("a1"), true));
    assert_false(pattern_may_fit(store, &whole, cursor_of_text("a1,"), true));
    assert_true(pattern_may_fit(store, &front, cursor_of_text("a12"), false));
    assert_true(pattern_may_fit(store, &front, cursor_of_text("a12;x"), false));
    assert_false(pattern_may_fit(store, &front, cursor_of_text("a12x"), false));
    assert_null(patterns_fault(store));
    patterns_free(store);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_groups),
        cmocka_unit_test(test_anchored_and_blind_to_nothing),
        cmocka_unit_test(test_same_name_in_alternatives),
        cmocka_unit_test(test_four_of_a_name_but_not_five),
        cmocka_unit_test(test_faults),
        cmocka_unit_test(test_too_many_groups),
        cmocka_unit_test(test_catastrophe),
        cmocka_unit_test(test_many_patterns),
        cmocka_unit_test(test_group_names),
        cmocka_unit_test(test_whole_and_partial),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
