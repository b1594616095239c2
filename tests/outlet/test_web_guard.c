/* SPDX-License-Identifier: Apache-2.0 */
/* Who is let in: by its name, its origin, its token. */
#include "outlet/web_guard.h"

#include "support/recorder.h"

static struct web_guard guard_with(const char *token, const char *hosts)
{
    struct web_guard guard = { .address = "[fd00::5]" };
    snprintf(guard.token, sizeof(guard.token), "%s", token);
    snprintf(guard.hosts, sizeof(guard.hosts), "%s", hosts);
    return guard;
}

static void knows_its_names(void **state)
{
    (void)state;
    struct web_guard guard = guard_with("", "fleet.example, other.example");
    static const char *const own[] = { "localhost",          "localhost:8085", "127.0.0.1:8085",
                                       "[::1]:8085",         "[fd00::5]:8085", "[fd00::5]",
                                       "FLEET.example:8443", "other.example" };
    static const char *const others[] = { "",
                                          "evil.example",
                                          "evil.example:8085",
                                          "localhost.evil.example",
                                          "localhost:8085.evil.example",
                                          "localhost:80@evil.example",
                                          "127.0.0.2",
                                          "::1",
                                          "fleet.example.",
                                          "leet.example",
                                          ",",
                                          " ",
                                          "fleet.example, other.example" };
    for (size_t i = 0; i < sizeof(own) / sizeof(own[0]); i++)
        assert_true(guard_is_own(&guard, own[i], NULL));
    for (size_t i = 0; i < sizeof(others) / sizeof(others[0]); i++)
        assert_false(guard_is_own(&guard, others[i], NULL));
    assert_false(guard_is_own(&guard, NULL, NULL));
    assert_true(guard_is_own(&guard, "localhost", "http://localhost:8085"));
    assert_false(guard_is_own(&guard, "localhost", "http://evil.example"));
    assert_false(guard_is_own(&guard, "localhost", "http://localhost:8085.evil.example"));
    assert_false(guard_is_own(&guard, "localhost", "null"));
    assert_false(guard_is_own(&guard, "localhost", ""));
}

static void knows_its_own_page(void **state)
{
    (void)state;
    struct web_guard guard = guard_with("", "fleet.example");
    assert_true(guard_is_same_origin(&guard, "localhost:8085", "http://localhost:8085", NULL));
    assert_true(guard_is_same_origin(&guard, "localhost:8085", NULL, NULL));
    assert_true(guard_is_same_origin(&guard, "localhost:8085", NULL, "same-origin"));
    assert_true(guard_is_same_origin(&guard, "127.0.0.1:8085", "https://fleet.example", NULL));
    assert_true(guard_is_same_origin(&guard, "127.0.0.1:8085", "https://fleet.example:8443", NULL));
    /* another program's page on this very host */
    assert_false(guard_is_same_origin(&guard, "localhost:8085", "http://localhost:3000", NULL));
    assert_false(guard_is_same_origin(&guard, "localhost:8085", "http://localhost:8085", "same-site"));
    assert_false(guard_is_same_origin(&guard, "localhost:8085", NULL, "cross-site"));
    assert_false(guard_is_same_origin(&guard, "localhost:8085", NULL, "none"));
    assert_false(guard_is_same_origin(&guard, "localhost:8085", "null", NULL));
}

static void wants_its_token(void **state)
{
    (void)state;
    struct web_guard open = guard_with("", ""), guard = guard_with("s3cret; \"x\"", "");
    char cookie[WEB_COOKIE];
    assert_true(guard_admits(&open, NULL, NULL));
    assert_false(guard_is_token(&open, "token="));
    assert_true(guard_admits(&guard, "Bearer s3cret; \"x\"", NULL));
    static const char *const wrong[] = { "Bearer s3cret; \"x",  "Bearer s3cret; \"x\"\"", "Bearer ",
                                         "Basic s3cret; \"x\"", "s3cret; \"x\"",          "" };
    for (size_t i = 0; i < sizeof(wrong) / sizeof(wrong[0]); i++)
        assert_false(guard_admits(&guard, wrong[i], NULL));
    assert_false(guard_admits(&guard, NULL, NULL));

    assert_true(guard_is_token(&guard, "token=s3cret;%20%22x%22"));
    assert_false(guard_is_token(&guard, "token=s3cret"));
    assert_false(guard_is_token(&guard, "token="));
    assert_false(guard_is_token(&guard, "token=%"));
    assert_false(guard_is_token(&guard, ""));

    /* what is set as a cookie is what is taken as one, and nothing else is */
    assert_true(guard_put_cookie(&guard, cookie, sizeof(cookie)));
    assert_non_null(strstr(cookie, "; HttpOnly; SameSite=Strict"));
    assert_null(strstr(cookie, "s3cret"));
    *strchr(cookie, ';') = '\0';
    char several[WEB_COOKIE + 64];
    snprintf(several, sizeof(several), "a=b; %s; c=d", cookie);
    assert_true(guard_admits(&guard, NULL, cookie));
    assert_true(guard_admits(&guard, "Bearer wrong", several));
    cookie[strlen(cookie) - 1] ^= 1;
    assert_false(guard_admits(&guard, NULL, cookie));
    assert_false(guard_admits(&guard, NULL, "hexwatch="));
    assert_false(guard_admits(&guard, NULL, "hexwatch"));
    assert_false(guard_admits(&guard, NULL, "; ; ;"));
}

static void takes_the_longest_token(void **state)
{
    (void)state;
    struct web_guard guard = { .address = "" };
    char cookie[WEB_COOKIE], query[WEB_TOKEN * 2] = "token=";
    memset(guard.token, 'k', sizeof(guard.token) - 1);
    memset(query + 6, 'k', sizeof(guard.token) - 1);
    assert_true(guard_is_token(&guard, query));
    strcat(query, "kkkk");
    assert_false(guard_is_token(&guard, query));
    assert_true(guard_put_cookie(&guard, cookie, sizeof(cookie)));
    *strchr(cookie, ';') = '\0';
    assert_true(guard_admits(&guard, NULL, cookie));
    assert_false(guard_put_cookie(&guard, cookie, 20));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(knows_its_names),
        cmocka_unit_test(knows_its_own_page),
        cmocka_unit_test(wants_its_token),
        cmocka_unit_test(takes_the_longest_token),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
