/* SPDX-License-Identifier: Apache-2.0 */
/* The HTTP request view. Used by HTTP protocols and by the naming of what is no tracker's. */
#include "base/http.h"

#include <strings.h>

static bool is_method(struct cursor word)
{
    if (word.left < 3 || word.left > 8)
        return false;
    for (size_t i = 0; i < word.left; i++) {
        if (word.at[i] < 'A' || word.at[i] > 'Z')
            return false;
    }
    return true;
}

static bool is_known_method(struct cursor word)
{
    static const char *const names[] = { "GET",    "POST",  "PUT",     "HEAD", "OPTIONS",
                                         "DELETE", "PATCH", "CONNECT", "TRACE" };
    for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
        if (cursor_is(word, names[i]))
            return true;
    }
    return false;
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

/* The extent of chunks (size in hex, CR LF, bytes, CR LF) up to the end of the last, empty one; false when
 * that is not there. */
static bool find_last_chunk(struct cursor body, size_t *length)
{
    struct cursor rest = body, line, digits;
    uint64_t size = 1;
    *length = body.left;
    while (size > 0) {
        if (!cursor_until(&rest, '\n', &line) || !cursor_field(&line, ';', &digits) ||
            !cursor_hex(cursor_trim(digits), &size))
            return false;
        if (size > 0 &&
            (size > rest.left || !cursor_skip(&rest, (size_t)size) || !cursor_until(&rest, '\n', &line)))
            return false;
    }
    /* headers may follow, then an empty line */
    do {
        if (!cursor_until(&rest, '\n', &line))
            return false;
    } while (cursor_trim(line).left > 0);
    *length = body.left - rest.left;
    return true;
}

/* The body's extent behind the head; false when it is not all there. */
static bool find_body(const struct http_request *request, struct cursor rest, size_t *length)
{
    struct cursor value;
    uint64_t told;
    if (http_header(request, "Content-Length", &value) && cursor_number(value, &told)) {
        if (told > rest.left) {
            *length = rest.left;
            return false;
        }
        *length = (size_t)told;
        return true;
    }
    if (http_header(request, "Transfer-Encoding", &value) && value.left >= 7 &&
        strncasecmp((const char *)value.at, "chunked", 7) == 0)
        return find_last_chunk(rest, length);
    *length = 0;
    return true;
}

/* End of the head: the offset behind the empty line. */
static bool find_head_end(struct cursor bytes, size_t *end)
{
    size_t crlf, lf;
    bool has_crlf = cursor_find_text(bytes, "\r\n\r\n", &crlf);
    bool has_lf = cursor_find_text(bytes, "\n\n", &lf);
    if (has_crlf && (!has_lf || crlf < lf))
        *end = crlf + 4;
    else if (has_lf)
        *end = lf + 2;
    return has_crlf || has_lf;
}

enum http_state http_parse(struct cursor bytes, bool complete, struct http_request *request)
{
    struct cursor line = bytes, target;
    *request = (struct http_request){ 0 };
    if (!cursor_until(&line, ' ', &request->method))
        return may_be_method(bytes) && !complete ? HTTP_MORE : HTTP_NO;
    if (!is_method(request->method) || !is_known_method(request->method))
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
    request->body = cursor_of(rest.at, body);
    request->length = head_end + body;
    return has_body || complete ? HTTP_REQUEST : HTTP_MORE;
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
