/* SPDX-License-Identifier: Apache-2.0 */
/* The common part of the protocols over HTTP. Called by their files. */
#include "protocol/http_protocol.h"

#include "base/xml.h"
#include "protocol/json_protocol.h"

enum { PROLOG_MAX = 256 }; /* of XML, before its root */

/* The parts of a request, told by its line ends only. */
struct parts {
    struct cursor line, head, body; /* body: from its first byte that is no blank */
    bool has_head;                  /* the head is all there */
    bool may_be_chunked;            /* the body is in parts, between which a word may be cut */
};

static struct parts parts_of(struct cursor bytes)
{
    struct parts parts = { .head = bytes, .body = cursor_part(bytes, 0, 0) };
    struct cursor rest = bytes, line;
    size_t at;
    while (cursor_until(&rest, '\n', &line)) {
        if (parts.line.left == 0)
            parts.line = line;
        parts.has_head = line.left == 0 || cursor_is(line, "\r");
        if (!parts.has_head)
            continue;
        parts.head = cursor_part(bytes, 0, bytes.left - rest.left);
        parts.body = cursor_trim(rest);
        break;
    }
    if (parts.line.left == 0)
        parts.line = bytes;
    parts.may_be_chunked = cursor_find_text(parts.head, "hunked", &at);
    return parts;
}

static bool begins_as(struct cursor body, enum http_place place)
{
    bool is_json = CURSOR_STARTS(body, "{") || CURSOR_STARTS(body, "["), is_xml = CURSOR_STARTS(body, "<");
    return place == HTTP_JSON ? is_json : place == HTTP_XML ? is_xml : !is_json && !is_xml;
}

/* Do the words stand where they should? */
static bool is_told_in(const struct parts *parts, enum http_place place, const char *telling)
{
    if ((place == HTTP_LINE || place == HTTP_FORM) && json_is_told(parts->line, telling))
        return true;
    return place != HTTP_LINE && begins_as(parts->body, place) && json_is_told(parts->body, telling);
}

enum claim http_claim(const struct message *message, enum http_place place, const char *telling,
                      struct http_request *request, size_t *length)
{
    uint8_t memory[HTTP_JOINED_MAX];
    struct parts parts = parts_of(message->bytes);
    bool is_whole_told = is_told_in(&parts, place, telling);
    bool may_come =
        !message->complete &&
        (!parts.has_head || (place != HTTP_LINE && (parts.body.left == 0 || begins_as(parts.body, place))));
    if (!is_whole_told && !parts.may_be_chunked && !may_come)
        return CLAIM_NO;
    switch (http_parse(message->bytes, message->complete, request)) {
    case HTTP_NO:
        return CLAIM_NO;
    case HTTP_MORE:
        return CLAIM_MORE;
    case HTTP_REQUEST:
        break;
    }
    *length = request->length;
    /* the words may stand in the request that follows, or in several chunks */
    parts.body = request->body;
    if (parts.may_be_chunked)
        parts.body = http_chunked(request, memory, sizeof(memory));
    parts.body = cursor_trim(parts.body);
    return is_told_in(&parts, place, telling) ? CLAIM_POSSIBLE : CLAIM_NO;
}

bool http_is_content(struct cursor bytes)
{
    return CURSOR_STARTS(bytes, "{") || CURSOR_STARTS(bytes, "[") || CURSOR_STARTS(bytes, "<");
}

/* Nobody sends it alone to the protocol's port. */
static enum claim lower(enum claim claim)
{
    return claim == CLAIM_CERTAIN ? CLAIM_LIKELY : claim == CLAIM_LIKELY ? CLAIM_POSSIBLE : CLAIM_NO;
}

enum claim http_content_match(const struct message *message, size_t *length, const char *telling,
                              enum claim (*judge)(struct cursor json))
{
    enum claim claim = json_match(message, length, telling, judge);
    return claim == CLAIM_MORE ? CLAIM_MORE : lower(claim);
}

enum claim http_json_match(const struct message *message, size_t *length, const char *telling,
                           enum claim (*judge)(struct cursor json))
{
    if (http_is_content(message->bytes))
        return http_content_match(message, length, telling, judge);
    struct http_request request;
    uint8_t memory[HTTP_JOINED_MAX];
    size_t end;
    enum claim claim = http_claim(message, HTTP_JSON, telling, &request, length);
    if (claim != CLAIM_POSSIBLE)
        return claim;
    struct cursor content = cursor_trim(http_chunked(&request, memory, sizeof(memory)));
    enum json_state state = json_scan(content, &end);
    if (state == JSON_NO)
        return CLAIM_NO;
    claim = judge(content);
    return state == JSON_MORE && claim > CLAIM_LIKELY ? CLAIM_LIKELY : claim;
}

/* XML without a request ends with its root. */
static enum claim match_xml_alone(const struct message *message, size_t *length, const char *roots,
                                  enum claim (*judge)(struct cursor xml))
{
    struct cursor rest = cursor_of_text(roots), root, text, xml = message->bytes;
    char name[32];
    size_t at;
    bool is_told = false;
    while (cursor_field(&rest, ' ', &root) && root.left < sizeof(name)) {
        memcpy(name, root.at, root.left);
        name[root.left] = '\0';
        struct cursor behind = xml;
        if (xml_next(&behind, name, &text)) {
            *length = xml.left - behind.left;
            return lower(judge(cursor_part(xml, 0, *length)));
        }
        is_told = is_told || (cursor_find_bytes(xml, root, &at) && at > 0 && cursor_byte(xml, at - 1) == '<');
    }
    *length = xml.left;
    if (!message->complete)
        return xml.left < (is_told ? (size_t)HTTP_JOINED_MAX : (size_t)PROLOG_MAX) ? CLAIM_MORE : CLAIM_NO;
    return is_told ? lower(judge(xml)) : CLAIM_NO;
}

enum claim http_xml_match(const struct message *message, size_t *length, const char *roots,
                          enum claim (*judge)(struct cursor xml))
{
    if (CURSOR_STARTS(message->bytes, "<"))
        return match_xml_alone(message, length, roots, judge);
    struct http_request request;
    uint8_t memory[HTTP_JOINED_MAX];
    enum claim claim = http_claim(message, HTTP_XML, roots, &request, length);
    return claim == CLAIM_POSSIBLE ? judge(http_chunked(&request, memory, sizeof(memory))) : claim;
}

bool http_content(const struct message *message, uint8_t *memory, struct cursor *content)
{
    struct http_request request;
    if (http_is_content(message->bytes)) {
        *content = message->bytes;
        return true;
    }
    if (http_parse(message->bytes, true, &request) != HTTP_REQUEST)
        return false;
    *content = http_chunked(&request, memory, HTTP_JOINED_MAX);
    return true;
}

bool http_lacks_type(const struct message *message)
{
    struct http_request request;
    struct cursor type;
    return !http_is_content(message->bytes) && http_parse(message->bytes, true, &request) == HTTP_REQUEST &&
           request.query.left == 0 && CURSOR_STARTS(cursor_trim(request.body), "{") &&
           (!http_header(&request, "Content-Type", &type) || !CURSOR_STARTS(type, "application/json"));
}

enum claim http_claim_typed(const struct message *message, enum claim claim)
{
    return claim == CLAIM_CERTAIN && http_lacks_type(message) ? CLAIM_LIKELY : claim;
}

bool http_read_untyped(const struct message *message, struct reading *reading)
{
    if (!http_lacks_type(message))
        return false;
    reading->type = "no content type";
    reading_no_location(reading);
    return true;
}

void http_answer_typed(const struct message *message, const struct asker *asker, struct buffer *reply)
{
    if (http_lacks_type(message))
        http_answer(reply, 400, NULL, cursor_of(NULL, 0));
    else
        http_answer_status(message, asker, reply);
}

void http_json_read(const struct message *message, struct reading *reading,
                    void (*fill)(struct cursor json, struct reading *reading))
{
    uint8_t memory[HTTP_JOINED_MAX];
    struct cursor content;
    if (http_content(message, memory, &content))
        fill(content, reading);
}

struct cursor http_form(const struct http_request *request)
{
    return request->query.left > 0 ? request->query : request->body;
}

bool http_has_field(const struct http_request *request, const char *name)
{
    struct cursor value;
    return http_parameter(http_form(request), name, &value);
}

bool http_field(const struct http_request *request, const char *name, char *memory, struct cursor *value)
{
    struct cursor raw;
    size_t at;
    if (!http_parameter(http_form(request), name, &raw))
        return false;
    bool is_escaped = cursor_find(raw, '%', &at) || cursor_find(raw, '+', &at);
    *value = is_escaped ? http_unescape(raw, memory, HTTP_FIELD_MAX) : raw;
    return true;
}

bool http_field_device(struct reading *reading, const struct http_request *request, const char *name)
{
    char memory[HTTP_FIELD_MAX];
    struct cursor raw, value;
    if (!http_field(request, name, memory, &value) || !http_parameter(http_form(request), name, &raw))
        return false;
    reading_device(reading, value);
    reading_mark(reading, "device", raw);
    return true;
}

void http_answer_status(const struct message *message, const struct asker *asker, struct buffer *reply)
{
    if (!http_is_content(message->bytes))
        http_answer(reply, asker->device[0] ? 200 : 400, NULL, cursor_of(NULL, 0));
}

enum reception http_reception(struct cursor answer, const char *asked)
{
    if (CURSOR_STARTS(answer, "HTTP/1.1 200"))
        return RECEPTION_KNOWN;
    bool is_refused = CURSOR_STARTS(answer, "HTTP/1.1 400") || CURSOR_STARTS(answer, "HTTP/1.1 404");
    return is_refused && strcmp(asked, "position") == 0 ? RECEPTION_UNKNOWN : RECEPTION_UNTOLD;
}

void http_answer_text(const struct asker *asker, struct buffer *reply, const char *type, const char *text)
{
    bool is_known = asker->device[0];
    http_answer(reply, is_known ? 200 : 400, is_known ? type : NULL, cursor_of_text(is_known ? text : ""));
}
