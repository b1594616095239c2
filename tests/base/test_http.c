/* SPDX-License-Identifier: Apache-2.0 */
/* One HTTP request, honest or hostile. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include <cmocka.h>

#include "base/http.h"

static enum http_state parse(const char *text, bool complete, struct http_request *request)
{
    return http_parse(cursor_of_text(text), complete, request);
}

static void test_get(void **state)
{
    (void)state;
    struct http_request r;
    static const char text[] = "GET /a/b?id=1&lat=2 HTTP/1.1\r\nHost: x\r\n\r\nrest";
    assert_int_equal(parse(text, false, &r), HTTP_REQUEST);
    assert_true(cursor_is(r.method, "GET") && cursor_is(r.path, "/a/b") && cursor_is(r.query, "id=1&lat=2"));
    assert_int_equal(r.length, strlen(text) - 4);
    assert_int_equal(r.body.left, 0);
}

static void test_body(void **state)
{
    (void)state;
    struct http_request r;
    struct cursor value;
    static const char text[] = "POST / HTTP/1.1\r\ncontent-LENGTH:  3 \r\nX:\r\n\r\nabcPOST";
    assert_int_equal(parse(text, false, &r), HTTP_REQUEST);
    assert_true(cursor_is(r.body, "abc"));
    assert_int_equal(r.length, strlen(text) - 4);
    assert_true(http_header(&r, "X", &value) && value.left == 0);
    assert_false(http_header(&r, "POST", &value) || http_header(&r, "Content", &value));
    assert_int_equal(parse("POST / HTTP/1.1\r\nContent-Length: 3\r\n\r\nab", false, &r), HTTP_MORE);
    assert_int_equal(parse("POST / HTTP/1.1\r\nContent-Length: 3\r\n\r\nab", true, &r), HTTP_REQUEST);
    assert_true(cursor_is(r.body, "ab"));
}

static void test_every_cut(void **state)
{
    (void)state;
    static const char text[] = "POST /x?y=z HTTP/1.1\r\nContent-Length: 4\r\n\r\nbody";
    for (size_t n = 0; n < sizeof(text) - 1; n++) {
        struct http_request r;
        assert_int_equal(http_parse(cursor_of(text, n), false, &r), HTTP_MORE);
        enum http_state state_when_cut = http_parse(cursor_of(text, n), true, &r);
        assert_int_equal(state_when_cut, n < 5 ? HTTP_NO : HTTP_REQUEST);
        assert_true(n < 5 || r.length == n);
    }
}

static void test_lines_without_cr(void **state)
{
    (void)state;
    struct http_request r;
    assert_int_equal(parse("POST / HTTP/1.0\nContent-Length: 2\n\nab\r\n\r\n", false, &r), HTTP_REQUEST);
    assert_true(cursor_is(r.body, "ab"));
    assert_int_equal(parse("GET /\r\n\r\n", false, &r), HTTP_REQUEST);
    assert_true(cursor_is(r.path, "/"));
    assert_int_equal(parse("GET / HTTP/1.1\r\nHost: x\r\n", false, &r), HTTP_MORE);
}

static void test_hostile_lengths(void **state)
{
    (void)state;
    struct http_request r;
    static const char *const lengths[] = { "18446744073709551615", "9223372036854775807", "4294967295", "5" };
    for (size_t i = 0; i < sizeof(lengths) / sizeof(lengths[0]); i++) {
        char text[128];
        snprintf(text, sizeof(text), "POST / HTTP/1.1\r\nContent-Length: %s\r\n\r\nbody", lengths[i]);
        assert_int_equal(parse(text, false, &r), HTTP_MORE);
        assert_int_equal(parse(text, true, &r), HTTP_REQUEST);
        assert_int_equal(r.length, strlen(text));
        assert_true(cursor_is(r.body, "body"));
    }
    /* what is no length at all is none */
    assert_int_equal(parse("POST / HTTP/1.1\r\nContent-Length: -1\r\n\r\nbody", false, &r), HTTP_REQUEST);
    assert_int_equal(r.body.left, 0);
    assert_int_equal(parse("POST / HTTP/1.1\r\nContent-Length: 99999999999999999999\r\n\r\n", false, &r),
                     HTTP_REQUEST);
}

static void test_chunks(void **state)
{
    (void)state;
    struct http_request r;
#define CHUNKED "POST / HTTP/1.1\r\nTransfer-Encoding: Chunked\r\n\r\n"
    assert_int_equal(parse(CHUNKED "3\r\nabc\r\n0\r\n\r\nGET", false, &r), HTTP_REQUEST);
    assert_true(cursor_is(r.chunks, "3\r\nabc\r\n0\r\n\r\n") && cursor_is(r.body, "abc"));
    assert_int_equal(parse(CHUNKED "3\r\nabc\r\n", false, &r), HTTP_MORE);
    assert_int_equal(parse(CHUNKED "3\r\nabc\r\n", true, &r), HTTP_REQUEST);
    assert_true(cursor_is(r.chunks, "3\r\nabc\r\n") && cursor_is(r.body, "abc"));
    /* an end inside a chunk is none */
    assert_int_equal(parse(CHUNKED "6\r\n10\r\n\r\n\r\n0\r\n\r\n", false, &r), HTTP_REQUEST);
    assert_true(cursor_is(r.body, "10\r\n\r\n"));
    assert_int_equal(parse(CHUNKED "10;x=y\r\n\r\n0123456789abcd\r\n0\r\nT: 1\r\n\r\n", false, &r),
                     HTTP_REQUEST);
    /* no size, or one that never comes */
    assert_int_equal(parse(CHUNKED "ffffffffffffffff\r\nabc", false, &r), HTTP_MORE);
    assert_int_equal(parse(CHUNKED "{\"a\":1}", true, &r), HTTP_REQUEST);
    assert_true(cursor_is(r.body, "{\"a\":1}"));
}

static void expect_content(const char *chunks, const char *content)
{
    struct http_request r;
    uint8_t memory[8];
    char text[128];
    snprintf(text, sizeof(text), CHUNKED "%s", chunks);
    assert_int_equal(parse(text, true, &r), HTTP_REQUEST);
    struct cursor joined = http_chunked(&r, memory, sizeof(memory));
    if (!cursor_is(joined, content))
        fail_msg("the content is '%.*s', not '%s'", (int)joined.left, (const char *)joined.at, content);
}

static void test_joins_chunks(void **state)
{
    (void)state;
    struct http_request r;
    expect_content("3\r\nabc\r\n0\r\n\r\n", "abc");
    expect_content("3\r\nabc\r\n2;x=y\r\nde\r\n0\r\n\r\nGET", "abcde");
    expect_content("3\r\nabc\r\n5\r\nde", "abcde");
    expect_content("a\r\n0123456789\r\n0\r\n\r\n", "0123456789"); /* in place: longer than the memory */
    expect_content("5\r\n01234\r\n5\r\n56789\r\n0\r\n\r\n", "01234567");
    expect_content("0\r\n\r\n", "");
    expect_content("5\r\nab", "ab");
    expect_content("plain", "plain");
    assert_int_equal(parse("POST / HTTP/1.1\r\nContent-Length: 2\r\n\r\nab", false, &r), HTTP_REQUEST);
    assert_true(cursor_is(http_chunked(&r, NULL, 0), "ab") && r.chunks.left == 0);
}

static void test_answers(void **state)
{
    (void)state;
    char memory[160];
    struct buffer reply = buffer_on(memory, sizeof(memory));
    http_answer(&reply, 200, NULL, cursor_of(NULL, 0));
    assert_true(cursor_is(buffer_cursor(&reply), "HTTP/1.1 200 OK\r\ncontent-length: 0\r\n\r\n"));
    reply = buffer_on(memory, sizeof(memory));
    http_answer(&reply, 400, "application/json", cursor_of_text("{}"));
    assert_true(cursor_is(buffer_cursor(&reply),
                          "HTTP/1.1 400 Bad Request\r\ncontent-type: application/json\r\n"
                          "content-length: 2\r\n\r\n{}"));
    struct cursor answer = buffer_cursor(&reply);
    reply = buffer_on(memory, answer.left - 1);
    http_answer(&reply, 400, "application/json", cursor_of_text("{}"));
    assert_true(reply.full);
}

static void test_no_requests(void **state)
{
    (void)state;
    struct http_request r;
    static const char *const texts[] = { "GETS / HTTP/1.1\r\n\r\n", "get / HTTP/1.1\r\n\r\n", "\r\n",
                                         "*HQ,1 2", "GET" };
    for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++)
        assert_int_equal(parse(texts[i], true, &r), HTTP_NO);
    assert_int_equal(parse("GEX", false, &r), HTTP_NO);
    assert_int_equal(http_parse(cursor_of(NULL, 0), true, &r), HTTP_NO);
}

static void test_parameters(void **state)
{
    (void)state;
    struct cursor value, query = cursor_of_text("a=1&bb=2&c&d==&a=3");
    assert_true(http_parameter(query, "a", &value) && cursor_is(value, "1"));
    assert_true(http_parameter(query, "bb", &value) && cursor_is(value, "2"));
    assert_true(http_parameter(query, "c", &value) && value.left == 0);
    assert_true(http_parameter(query, "d", &value) && cursor_is(value, "="));
    assert_false(http_parameter(query, "b", &value) || http_parameter(query, "", &value));
    assert_false(http_parameter(cursor_of(NULL, 0), "a", &value));
}

static void test_unescapes(void **state)
{
    (void)state;
    char out[8];
    assert_true(cursor_is(http_unescape(cursor_of_text("a%20b+c"), out, sizeof(out)), "a b c"));
    assert_true(cursor_is(http_unescape(cursor_of_text("%4"), out, sizeof(out)), "%4"));
    assert_true(cursor_is(http_unescape(cursor_of_text("%zz%"), out, sizeof(out)), "%zz%"));
    assert_true(cursor_is(http_unescape(cursor_of_text("a%00b"), out, sizeof(out)), "a%00b"));
    assert_true(cursor_is(http_unescape(cursor_of_text("0123456789"), out, sizeof(out)), "0123456"));
    assert_string_equal(out, "0123456");
}

static bool is_private(const char *text)
{
    return http_is_private(cursor_of_text(text));
}

static void test_private(void **state)
{
    (void)state;
    assert_false(is_private("POST /?id=1&lat=2&lon=3 HTTP/1.1\r\nHost: x\r\n\r\n"));
    assert_true(is_private("GET /login?user=a&pwd=b HTTP/1.1\r\nHost: x\r\n\r\n"));
    assert_true(is_private("GET /login?user=a&pass=b HTTP/1.1\r\nHost: x\r\n\r\n"));
    assert_true(is_private("GET / HTTP/1.1\r\nX-Api-Key: b\r\n\r\n"));
    assert_true(is_private("GET / HTTP/1.1\r\nProxy-Authorization: Basic YTpi\r\n\r\n"));
    assert_true(is_private("POST /login HTTP/1.1\r\nContent-Length: 14\r\n\r\n{\"secret\":\"b\"}"));
    assert_false(is_private("GET /apiary?id=1 HTTP/1.1\r\nHost: x\r\n\r\n"));
    assert_false(is_private("*HQ,password,token,/api/#"));
    assert_true(is_private("GET /API/positions?id=1&lat=2&lon=3 HTTP/1.1\r\nHost: x\r\n\r\n"));
    assert_true(is_private("GET //api/x HTTP/1.1\r\nHost: x\r\n\r\n"));
    assert_true(is_private("POST /?id=1 HTTP/1.1\r\nContent-Length: 13\r\n\r\n{\"Password\":1}"));
    assert_true(is_private("POST /?id=1&TOKEN=2 HTTP/1.1\r\n"));
    assert_true(is_private("GET /?id=1 HTTP/1.1\r\ncookie: a=b\r\n\r\n"));
    assert_true(is_private("GET /?id=1 HTTP/1.1\r\nAUTHORIZATION: Basic x\r\n\r\n"));
}

static void is_hidden(const char *text, const char *expected)
{
    char copy[256] = "";
    http_hide(cursor_of_text(text), (uint8_t *)copy);
    assert_string_equal(copy, expected);
}

static void test_hides(void **state)
{
    (void)state;
    is_hidden("POST /api/session HTTP/1.1\r\nHost: x\r\n\r\npassword=1",
              "POST /api/session*********\r\n*******\r\n\r\n**********");
    is_hidden("GET /?token=2 HTTP/1.1\r\n\r\n", "GET /*****************\r\n\r\n");
    is_hidden("HTTP/1.1 200 OK\r\nSet-Cookie: a\r\n\r\n{}", "HTTP/1.1 200 OK\r\n*************\r\n\r\n**");
    is_hidden("rest of a password", "******************");
    is_hidden("HTTP/1.1 200", "HTTP/1.1 200");
    is_hidden("", "");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_get),
        cmocka_unit_test(test_body),
        cmocka_unit_test(test_every_cut),
        cmocka_unit_test(test_lines_without_cr),
        cmocka_unit_test(test_hostile_lengths),
        cmocka_unit_test(test_chunks),
        cmocka_unit_test(test_joins_chunks),
        cmocka_unit_test(test_answers),
        cmocka_unit_test(test_no_requests),
        cmocka_unit_test(test_parameters),
        cmocka_unit_test(test_hides),
        cmocka_unit_test(test_unescapes),
        cmocka_unit_test(test_private),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
