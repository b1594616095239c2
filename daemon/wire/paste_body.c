/* SPDX-License-Identifier: Apache-2.0 */
/* Puts JSON that is laid out over lines into one, and gives requests the length of their body. Used by paste. */
#include "wire/paste_body.h"

#include <stdio.h>

#include "base/http.h"
#include "base/json_text.h"

enum { OBJECTS_TRIED = 64, OBJECT_MOST = 16384 };

/* ---- objects over several lines ---- */

/* Where an object with a key begins whose first line ends before it. */
static bool find_object(struct cursor text, size_t *at)
{
    for (size_t from = 0; cursor_find(cursor_part(text, from, text.left), '{', at); from = *at + 1) {
        *at += from;
        struct cursor rest = cursor_part(text, *at + 1, OBJECT_MOST);
        size_t i = 0;
        while (i < rest.left && strchr(" \t\r\n", rest.at[i]) && rest.at[i] != '\0')
            i++;
        if (i < rest.left && rest.at[i] == '"')
            return true;
    }
    return false;
}

static void join(uint8_t *object, size_t length)
{
    size_t n = 0, ends = 0;
    for (size_t i = 0; i < length; i++) {
        bool is_margin = object[i] == ' ' && n > 0 && object[n - 1] == ' ';
        ends += object[i] == '\n';
        if (object[i] != '\n' && object[i] != '\r' && !is_margin)
            object[n++] = object[i];
    }
    memset(object + n, ' ', length - n);
    memset(object + length - ends, '\n', ends);
}

void paste_join_objects(const struct paste_asker *asker, uint8_t *bytes, size_t length)
{
    struct cursor rest = cursor_of(bytes, length);
    size_t at, end, line, framed;
    for (unsigned tries = 0; tries < OBJECTS_TRIED && find_object(rest, &at); tries++) {
        struct cursor text = cursor_part(rest, at, OBJECT_MOST);
        bool is_whole = json_scan(text, &end) == JSON_WHOLE;
        struct cursor object = cursor_part(text, 0, is_whole ? end : 0);
        bool is_laid_out = cursor_find(object, '\n', &line);
        if (is_laid_out && paste_claim(asker, object, true, &framed) >= CLAIM_LIKELY && framed == end)
            join(bytes + (length - rest.left) + at, end);
        else
            end = 1;
        if (!cursor_skip(&rest, at + end))
            return;
    }
}

/* ---- requests ---- */

static bool is_length(struct cursor line)
{
    static const char name[] = "content-length:";
    for (size_t i = 0; i < sizeof(name) - 1; i++) {
        if (i >= line.left || (name[i] >= 'a' ? line.at[i] | 0x20 : line.at[i]) != name[i])
            return false;
    }
    return true;
}

static bool is_json(struct cursor body)
{
    return CURSOR_STARTS(body, "{") || CURSOR_STARTS(body, "[");
}

/* The length of the body, without what people write behind it. */
static size_t measure(struct cursor body)
{
    size_t length;
    if (is_json(body) && json_scan(body, &length) == JSON_WHOLE)
        return length;
    bool is_form = !is_json(body) && !CURSOR_STARTS(body, "<") && cursor_find(body, '\r', &length);
    return is_form ? length : is_json(body) ? 0 : cursor_trim(body).left;
}

/* Where the header ends without its last, empty line, and where its line of the length stands; false: it tells of parts. */
static bool weigh_head(struct cursor request, size_t *head, size_t *said, size_t *said_length)
{
    struct cursor rest = request, line;
    size_t at;
    *head = *said_length = 0;
    while (cursor_until(&rest, '\n', &line) && cursor_trim(line).left > 0) {
        if (cursor_find_text(line, "hunked", &at))
            return false;
        if (is_length(line)) {
            *said = *head;
            *said_length = line.left + 1;
        }
        *head = request.left - rest.left;
    }
    return *head > 0;
}

void paste_take_host(const struct gathered *request, struct pasted *pasted)
{
    struct cursor rest = cursor_of(request->bytes, request->length), line, digits;
    uint64_t port;
    while (pasted->service.port == 0 && cursor_until(&rest, '\n', &line) && cursor_trim(line).left > 0) {
        size_t n = 0;
        line = cursor_trim(line);
        while (n < line.left && cursor_is_digit(line.at[line.left - n - 1]))
            n++;
        struct cursor host = cursor_part(line, 0, line.left - n);
        digits = cursor_part(line, line.left - n, n);
        if ((CURSOR_STARTS(host, "Host: ") || CURSOR_STARTS(host, "host: ")) && CURSOR_ENDS(host, ":") &&
            host.left > 6 && n < 6 && cursor_number(digits, &port) && port > 0 && port <= UINT16_MAX) {
            pasted->service = (struct service){ TRANSPORT_TCP, (uint16_t)port };
            pasted->has_transport = true;
        }
    }
}

void paste_mend_request(struct gathered *request)
{
    struct cursor all = cursor_of(request->bytes, request->length);
    struct http_request parsed;
    size_t head, said, said_length;
    char told[48];
    if (!weigh_head(all, &head, &said, &said_length))
        return;
    struct cursor body = cursor_trim(cursor_part(all, head, all.left));
    size_t length = measure(body);
    int size = snprintf(told, sizeof(told), "Content-Length: %zu\r\n\r\n", length);
    bool is_right =
        said_length > 0 &&
        (!is_json(body) || (http_parse(all, true, &parsed) == HTTP_REQUEST && parsed.body.left == length));
    if (length == 0 || is_right || size < 0 || head + (size_t)size + length > request->size)
        return;
    size_t start = head - said_length;
    if (said_length > 0)
        memmove(request->bytes + said, request->bytes + said + said_length, head - said - said_length);
    memmove(request->bytes + start + size, body.at, length);
    memcpy(request->bytes + start, told, (size_t)size);
    request->length = start + (size_t)size + length;
}
