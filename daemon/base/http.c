/* SPDX-License-Identifier: Apache-2.0 */
/* The HTTP request view. Used by HTTP protocols and by the naming of what is no tracker's. */
#include "base/http.h"

#include <strings.h>

static bool is_method(struct cursor word)
{
    return word.left >= 3 && word.left <= 7 &&
           cursor_is_one_of(word, "GET POST PUT HEAD OPTIONS DELETE PATCH CONNECT TRACE");
}

/* could what is there, without a blank yet, become a known method? */
static bool may_be_method(struct cursor c)
{
    return CURSOR_MAY_START(c, "GET ") || CURSOR_MAY_START(c, "POST ") || CURSOR_MAY_START(c, "PUT ") ||
           CURSOR_MAY_START(c, "HEAD ") || CURSOR_MAY_START(c, "OPTIONS ") ||
           CURSOR_MAY_START(c, "DELETE ") || CURSOR_MAY_START(c, "PATCH ") ||
           CURSOR_MAY_START(c, "CONNECT ") || CURSOR_MAY_START(c, "TRACE ");
}

bool http_header(const struct http_request *request, const char *name, struct cursor *value)
{
    struct cursor rest = request->headers, line, key;
    size_t length = strlen(name);
    while (cursor_field(&rest, '\n', &line)) {
        if (!cursor_until(&line, ':', &key))
            continue;
        if (key.left == length && strncasecmp((const char *)key.at, name, length) == 0) {
            *value = cursor_trim(line);
            return true;
        }
    }
    return false;
}

/* Takes a chunk: size in hex, CR LF, as many bytes, CR LF; the last one is empty. False when it is not all there: then
 * the content is what there is of it. */
static bool take_chunk(struct cursor *rest, struct cursor *content)
{
    struct cursor line, digits;
    uint64_t size;
    *content = cursor_of(NULL, 0);
    if (!cursor_until(rest, '\n', &line) || !cursor_field(&line, ';', &digits) ||
        !cursor_hex(cursor_trim(digits), &size))
        return false;
    bool is_there = size <= rest->left;
    if (!cursor_take(rest, is_there ? (size_t)size : rest->left, content))
        return false;
    return is_there && (size == 0 || cursor_until(rest, '\n', &line));
}

/* The extent of chunks up to the end of the last, empty one; false when that is not there. */
static bool find_last_chunk(struct cursor body, size_t *length)
{
    struct cursor rest = body, line;
    *length = body.left;
    do {
        if (!take_chunk(&rest, &line))
            return false;
    } while (line.left > 0);
    /* headers may follow, then an empty line */
    do {
        if (!cursor_until(&rest, '\n', &line))
            return false;
    } while (cursor_trim(line).left > 0);
    *length = body.left - rest.left;
    return true;
}

static bool is_chunked(const struct http_request *request)
{
    struct cursor value;
    return http_header(request, "Transfer-Encoding", &value) && value.left >= 7 &&
           strncasecmp((const char *)value.at, "chunked", 7) == 0;
}

/* The body's extent behind the head; false when it is not all there. */
static bool find_body(struct http_request *request, struct cursor rest, size_t *length)
{
    struct cursor value;
    uint64_t told;
    *length = 0;
    if (http_header(request, "Content-Length", &value) && cursor_number(value, &told)) {
        *length = told < rest.left ? (size_t)told : rest.left;
        request->body = cursor_of(rest.at, *length);
        return told <= rest.left;
    }
    if (!is_chunked(request)) {
        request->body = cursor_of(rest.at, 0);
        return true;
    }
    bool is_there = find_last_chunk(rest, length);
    request->chunks = cursor_of(rest.at, *length);
    struct cursor chunks = request->chunks;
    /* without a size they may be the content already, as some proxies log it */
    if (!take_chunk(&chunks, &request->body) && request->body.left == 0)
        request->body = request->chunks;
    return is_there;
}

static void put_what_fits(struct buffer *b, struct cursor bytes)
{
    size_t room = b->capacity - b->length;
    buffer_put(b, bytes.at, bytes.left < room ? bytes.left : room);
}

struct cursor http_chunked(const struct http_request *request, uint8_t *memory, size_t size)
{
    struct cursor rest = request->chunks, content;
    struct buffer joined = buffer_on(memory, size);
    bool is_whole = take_chunk(&rest, &content); /* the first: `body` */
    while (is_whole) {
        is_whole = take_chunk(&rest, &content);
        if (content.left == 0)
            break;
        if (joined.length == 0)
            put_what_fits(&joined, request->body);
        put_what_fits(&joined, content);
    }
    return joined.length > 0 ? buffer_cursor(&joined) : request->body;
}

/* End of the head: the offset behind the empty line. */
static bool find_head_end(struct cursor bytes, size_t *end)
{
    struct cursor rest = bytes;
    size_t at;
    while (cursor_find(rest, '\n', &at) && cursor_skip(&rest, at + 1)) {
        bool is_empty = CURSOR_STARTS(rest, "\n") || CURSOR_STARTS(rest, "\r\n");
        if (is_empty) {
            *end = bytes.left - rest.left + (rest.at[0] == '\n' ? 1 : 2);
            return true;
        }
    }
    return false;
}

enum http_state http_parse(struct cursor bytes, bool complete, struct http_request *request)
{
    struct cursor line = bytes, target;
    *request = (struct http_request){ 0 };
    if (!cursor_until(&line, ' ', &request->method))
        return may_be_method(bytes) && !complete ? HTTP_MORE : HTTP_NO;
    if (!is_method(request->method))
        return HTTP_NO;
    size_t head_end;
    bool whole = find_head_end(bytes, &head_end);
    if (!whole) {
        if (!complete)
            return HTTP_MORE;
        head_end = bytes.left;
    }
    struct cursor head = cursor_of(bytes.at, head_end), first;
    if (!cursor_field(&head, '\n', &first) || !cursor_skip(&first, request->method.left + 1))
        return HTTP_NO;
    if (!cursor_until(&first, ' ', &target))
        target = cursor_trim(first);
    if (!cursor_until(&target, '?', &request->path))
        request->path = target;
    else
        request->query = target;
    request->headers = head;
    struct cursor rest = bytes;
    size_t body;
    if (!cursor_skip(&rest, head_end))
        return HTTP_NO;
    bool has_body = find_body(request, rest, &body);
    request->length = head_end + body;
    return has_body || complete ? HTTP_REQUEST : HTTP_MORE;
}

/* In any case; the word is written in small letters. */
static bool holds_word(struct cursor bytes, const char *word)
{
    size_t length = strlen(word);
    for (size_t i = 0; i + length <= bytes.left; i++) {
        if (strncasecmp((const char *)bytes.at + i, word, length) == 0)
            return true;
    }
    return false;
}

bool http_is_private(struct cursor bytes)
{
    static const char *const words[] = { "password",      "passwd",  "pass=",  "pwd=",   "token",
                                         "authorization", "api-key", "apikey", "secret", "/api/" };
    struct http_request request;
    struct cursor value;
    if (http_parse(bytes, true, &request) == HTTP_NO)
        return false;
    if (http_header(&request, "Cookie", &value))
        return true;
    for (size_t i = 0; i < sizeof(words) / sizeof(words[0]); i++) {
        if (holds_word(bytes, words[i]))
            return true;
    }
    return false;
}

void http_hide(struct cursor bytes, uint8_t *copy)
{
    struct http_request request;
    struct cursor line = bytes, path;
    size_t shown = 0;
    if (CURSOR_STARTS(bytes, "HTTP/"))
        shown = cursor_until(&line, '\n', &path) ? path.left : bytes.left;
    else if (http_parse(bytes, true, &request) != HTTP_NO)
        shown = (size_t)(request.path.at - bytes.at) + request.path.left;
    for (size_t i = 0; i < bytes.left; i++) {
        bool is_line_end = bytes.at[i] == '\r' || bytes.at[i] == '\n';
        copy[i] = i < shown || is_line_end ? bytes.at[i] : (uint8_t)'*';
    }
}

bool http_parameter(struct cursor query, const char *name, struct cursor *value)
{
    struct cursor pair, key;
    while (cursor_field(&query, '&', &pair)) {
        if (!cursor_until(&pair, '=', &key)) {
            key = pair;
            pair = cursor_of(pair.at, 0);
        }
        if (cursor_is(key, name)) {
            *value = pair;
            return true;
        }
    }
    return false;
}

static const char *reason_of(unsigned status)
{
    switch (status) {
    case 200:
        return "OK";
    case 400:
        return "Bad Request";
    case 404:
        return "Not Found";
    default:
        return ""; /* the words mean nothing to a device */
    }
}

void http_answer(struct buffer *reply, unsigned status, const char *type, struct cursor body)
{
    buffer_printf(reply, "HTTP/1.1 %u %s\r\n", status, reason_of(status));
    if (type)
        buffer_printf(reply, "content-type: %s\r\n", type);
    buffer_printf(reply, "content-length: %zu\r\n\r\n", body.left);
    buffer_put_cursor(reply, body);
}

struct cursor http_unescape(struct cursor value, char *out, size_t size)
{
    size_t n = 0;
    while (value.left > 0 && n + 1 < size) {
        struct cursor digits;
        uint64_t byte;
        if (value.at[0] == '%' && cursor_slice(value, 1, 2, &digits) && cursor_hex(digits, &byte) &&
            byte != 0) {
            out[n++] = (char)byte;
            if (!cursor_skip(&value, 3))
                break;
            continue;
        }
        out[n++] = value.at[0] == '+' ? ' ' : (char)value.at[0];
        if (!cursor_skip(&value, 1))
            break;
    }
    if (size > 0)
        out[n] = '\0';
    return cursor_of(out, n);
}
