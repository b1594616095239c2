/* SPDX-License-Identifier: Apache-2.0 */
/* Requests as protocols are asked about them: where words are looked for, what may still come, JSON bodies, fields. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include <cmocka.h>

#include "protocol/http_protocol.h"

static enum claim claim_of(const char *text, bool complete, enum http_place place, const char *telling,
                           size_t *length)
{
    struct http_request request;
    struct message message = { .bytes = cursor_of_text(text), .complete = complete };
    return http_claim(&message, place, telling, &request, length);
}

static void expect(const char *text, enum http_place place, enum claim more, enum claim complete)
{
    size_t length = 0;
    enum claim claim = claim_of(text, false, place, "word other", &length);
    if (claim != more)
        fail_msg("while more may come %d, not %d: %s", claim, more, text);
    claim = claim_of(text, true, place, "word other", &length);
    if (claim != complete)
        fail_msg("complete %d, not %d: %s", claim, complete, text);
    assert_true(claim != CLAIM_POSSIBLE || length == strlen(text));
}

static void test_places(void **state)
{
    (void)state;
    static const char get[] = "GET /?word=1 HTTP/1.1\r\nHost: a\r\n\r\n",
                      head[] = "GET / HTTP/1.1\r\nX: word\r\n\r\n",
                      json[] = "POST / HTTP/1.1\r\nContent-Length: 12\r\n\r\n {\"word\":1} ",
                      xml[] = "POST / HTTP/1.1\r\ncontent-length: 8\r\n\r\n<other/>",
                      form[] = "POST / HTTP/1.1\r\nContent-Length: 10\r\n\r\na=1&word=2";
    expect(get, HTTP_LINE, CLAIM_POSSIBLE, CLAIM_POSSIBLE);
    expect(get, HTTP_FORM, CLAIM_POSSIBLE, CLAIM_POSSIBLE);
    expect(get, HTTP_JSON, CLAIM_NO, CLAIM_NO);
    expect(head, HTTP_LINE, CLAIM_NO, CLAIM_NO);
    expect(head, HTTP_FORM, CLAIM_NO, CLAIM_NO);
    expect(json, HTTP_JSON, CLAIM_POSSIBLE, CLAIM_POSSIBLE);
    expect(json, HTTP_FORM, CLAIM_NO, CLAIM_NO);
    expect(json, HTTP_XML, CLAIM_NO, CLAIM_NO);
    expect(xml, HTTP_XML, CLAIM_POSSIBLE, CLAIM_POSSIBLE);
    expect(xml, HTTP_JSON, CLAIM_NO, CLAIM_NO);
    expect(form, HTTP_FORM, CLAIM_POSSIBLE, CLAIM_POSSIBLE);
    expect(form, HTTP_LINE, CLAIM_NO, CLAIM_NO);
}

static void test_what_may_come(void **state)
{
    (void)state;
    expect("POST / HT", HTTP_JSON, CLAIM_MORE, CLAIM_NO);
    expect("POST /word HT", HTTP_LINE, CLAIM_MORE, CLAIM_POSSIBLE);
    expect("GET / HTTP/1.1\r\n", HTTP_FORM, CLAIM_MORE, CLAIM_NO);
    expect("POST / HTTP/1.1\r\nContent-Length: 20\r\n\r\n", HTTP_XML, CLAIM_MORE, CLAIM_NO);
    expect("POST / HTTP/1.1\r\nContent-Length: 20\r\n\r\n{\"wo", HTTP_JSON, CLAIM_MORE, CLAIM_NO);
    expect("POST / HTTP/1.1\r\nContent-Length: 20\r\n\r\n{\"wo", HTTP_XML, CLAIM_NO, CLAIM_NO);
    expect("POST / HTTP/1.1\r\nContent-Length: 20\r\n\r\n{\"word", HTTP_JSON, CLAIM_MORE, CLAIM_POSSIBLE);
    expect("word", HTTP_FORM, CLAIM_NO, CLAIM_NO);
}

static void test_words_cut_by_chunks(void **state)
{
    (void)state;
    expect("POST / HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n4\r\n{\"wo\r\n6\r\nrd\":1}\r\n0\r\n\r\n",
           HTTP_JSON, CLAIM_POSSIBLE, CLAIM_POSSIBLE);
    expect("POST / HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n4\r\n{\"wo\r\n6\r\nre\":1}\r\n0\r\n\r\n",
           HTTP_JSON, CLAIM_NO, CLAIM_NO);
}

/* the word of the request behind says nothing of the first */
static void test_two_requests(void **state)
{
    (void)state;
    static const char two[] = "POST / HTTP/1.1\r\nContent-Length: 2\r\n\r\n{}"
                              "POST / HTTP/1.1\r\nContent-Length: 6\r\n\r\n{word}";
    size_t length;
    assert_int_equal(claim_of(two, true, HTTP_JSON, "word", &length), CLAIM_NO);
    assert_int_equal(claim_of(two + 40, true, HTTP_JSON, "word", &length), CLAIM_POSSIBLE);
}

static enum claim judge(struct cursor json)
{
    return json_holds(json, "word") ? CLAIM_CERTAIN : CLAIM_NO;
}

static void expect_json(const char *body, enum claim wanted)
{
    char text[256];
    size_t length;
    snprintf(text, sizeof(text), "POST / HTTP/1.1\r\nContent-Length: %zu\r\n\r\n%s", strlen(body), body);
    struct message message = { .bytes = cursor_of_text(text), .complete = true };
    enum claim claim = http_json_match(&message, &length, "\"word\"", judge);
    if (claim != wanted)
        fail_msg("%d, not %d: %s", claim, wanted, body);
}

static void test_json(void **state)
{
    (void)state;
    expect_json("{\"word\":1}", CLAIM_CERTAIN);
    expect_json("{\"word\":1},more=2", CLAIM_CERTAIN);
    expect_json("{\"word\":1,\"x\":", CLAIM_LIKELY);
    expect_json("{\"x\":{\"word\":1}}", CLAIM_NO);
    expect_json("{\"word\":1]", CLAIM_NO);
    expect_json("\"word\"", CLAIM_NO);
}

static void expect_alone(const char *text, bool complete, enum claim wanted)
{
    size_t length = 0;
    struct message message = { .bytes = cursor_of_text(text), .complete = complete };
    enum claim claim = http_json_match(&message, &length, "\"x\" \"word\"", judge);
    if (claim != wanted)
        fail_msg("%d, not %d: %s", claim, wanted, text);
    if (claim >= CLAIM_POSSIBLE)
        assert_int_equal(length, strcspn(text, "}") + 1 - (strchr(text, '}') == NULL));
}

/* The content without its request: a step lower. */
static void test_content(void **state)
{
    (void)state;
    expect_alone("{\"word\":1}", true, CLAIM_LIKELY);
    expect_alone("{\"word\":1}{\"word\":2}", true, CLAIM_LIKELY);
    expect_alone("{\"word\":1,\"x\":", true, CLAIM_POSSIBLE);
    expect_alone("{\"word\":1,\"x\":", false, CLAIM_MORE);
    expect_alone("{\"y\":1}", true, CLAIM_NO);
    expect_alone("{\"y\":1}{\"word\":2}", true, CLAIM_NO);
    expect_alone("{\"word\":1]", true, CLAIM_NO);
}

static void test_fields(void **state)
{
    (void)state;
    struct http_request query = { .query = cursor_of_text("a=1&b=x%20y+z"),
                                  .body = cursor_of_text("a=2&c=3") },
                        form = { .body = cursor_of_text("a=2&c=3") };
    char memory[HTTP_FIELD_MAX];
    struct cursor value;
    struct reading reading;
    assert_true(http_field(&query, "a", memory, &value) && cursor_is(value, "1"));
    assert_ptr_equal(value.at, query.query.at + 2);
    assert_true(http_field(&query, "b", memory, &value) && cursor_is(value, "x y z"));
    assert_false(http_field(&query, "c", memory, &value) || http_has_field(&query, "c"));
    assert_true(http_field(&form, "a", memory, &value) && cursor_is(value, "2"));
    reading_start(&reading, query.query, NULL);
    assert_false(http_field_device(&reading, &query, "c"));
    assert_true(http_field_device(&reading, &query, "b"));
    assert_string_equal(reading.device, "x y z");
}

static void test_answers(void **state)
{
    (void)state;
    uint8_t memory[128];
    struct buffer reply = buffer_on(memory, sizeof(memory));
    struct asker known = { .device = "7" }, stranger = { .device = "" };
    struct message request = { .bytes = cursor_of_text("POST / HTTP/1.1\r\n\r\n"), .complete = true },
                   alone = { .bytes = cursor_of_text("{\"word\":1}"), .complete = true };
    http_answer_status(&request, &known, &reply);
    assert_true(cursor_is(buffer_cursor(&reply), "HTTP/1.1 200 OK\r\ncontent-length: 0\r\n\r\n"));
    reply = buffer_on(memory, sizeof(memory));
    http_answer_status(&request, &stranger, &reply);
    assert_true(cursor_is(buffer_cursor(&reply), "HTTP/1.1 400 Bad Request\r\ncontent-length: 0\r\n\r\n"));
    reply = buffer_on(memory, sizeof(memory));
    /* what is no request gets no answer to one */
    http_answer_status(&alone, &known, &reply);
    assert_int_equal(buffer_cursor(&reply).left, 0);
    http_answer_text(&known, &reply, "text/plain", "ok");
    assert_true(cursor_is(buffer_cursor(&reply),
                          "HTTP/1.1 200 OK\r\ncontent-type: text/plain\r\ncontent-length: 2\r\n\r\nok"));
    reply = buffer_on(memory, sizeof(memory));
    http_answer_text(&stranger, &reply, "text/plain", "ok");
    assert_true(cursor_is(buffer_cursor(&reply), "HTTP/1.1 400 Bad Request\r\ncontent-length: 0\r\n\r\n"));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_places),
        cmocka_unit_test(test_what_may_come),
        cmocka_unit_test(test_words_cut_by_chunks),
        cmocka_unit_test(test_two_requests),
        cmocka_unit_test(test_json),
        cmocka_unit_test(test_content),
        cmocka_unit_test(test_fields),
        cmocka_unit_test(test_answers),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
