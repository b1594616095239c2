/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What the protocols over HTTP share. All of them are asked about every request, so the look for a telling word comes first:
 * a request without it costs its protocol a search, no parsing and no memory.
 */
#ifndef PROTOCOL_HTTP_PROTOCOL_H
#define PROTOCOL_HTTP_PROTOCOL_H

#include "base/http.h"
#include "base/reading_json.h"
#include "protocol/protocol.h"

/* The heads of requests: any that trackers make, and those with a body. */
#define HTTP_HEADS HEADS(HEAD("GET "), HEAD("POST "), HEAD("PUT "))
#define HTTP_BODY_HEADS HEADS(HEAD("POST "), HEAD("PUT "))

/* The same, or the JSON alone: what a log, a broker or a manual shows of such a request. */
#define HTTP_JSON_HEADS HEADS(HEAD("POST "), HEAD("PUT "), HEAD("{"))
#define HTTP_XML_HEADS(...) HEADS(HEAD("POST "), HEAD("PUT "), HEAD("<?xml"), __VA_ARGS__)

/* The largest content that is joined from several chunks, bytes, and the longest parameter. */
enum { HTTP_JOINED_MAX = 16384, HTTP_FIELD_MAX = 256 };

/* Where the telling words are looked for. */
enum http_place {
    HTTP_LINE, /* the request line alone */
    HTTP_FORM, /* the request line, and a body that begins neither as JSON nor as XML */
    HTTP_JSON, /* a body that begins with { or [ */
    HTTP_XML   /* a body that begins with < */
};

/* Frames the request (claim_framed's answers). CLAIM_POSSIBLE: it is all there and holds one of the `telling` words, which
 * single blanks part; *length is set. */
enum claim http_claim(const struct message *message, enum http_place place, const char *telling,
                      struct http_request *request, size_t *length);

/* Is it a request's JSON or XML without the request? */
bool http_is_content(struct cursor bytes);

/* Claims such JSON a step lower than the request with it: nobody sends it that way to the protocol's port. */
enum claim http_content_match(const struct message *message, size_t *length, const char *telling,
                              enum claim (*judge)(struct cursor json));

/* A protocol whose body is JSON, in a request or alone. `telling` as above: keys, best with their quotes. `judge` says what the body is. One that is
 * cut off is CLAIM_LIKELY at most. */
enum claim http_json_match(const struct message *message, size_t *length, const char *telling,
                           enum claim (*judge)(struct cursor json));

/* A protocol whose body is XML, in a request or alone, with one of the `roots`, which single blanks part. */
enum claim http_xml_match(const struct message *message, size_t *length, const char *roots,
                          enum claim (*judge)(struct cursor xml));

/* The content to read: of a request (joined in memory of HTTP_JOINED_MAX bytes), or what stands without one. False: of neither. */
MUST_CHECK bool http_content(const struct message *message, uint8_t *memory, struct cursor *content);

/* Is the body JSON although no Content-Type says so? Some servers read no such request: it is meant for them, tells them nothing
 * and is refused. They claim CLAIM_LIKELY at most, and read it as of the type "no content type". */
bool http_lacks_type(const struct message *message);
enum claim http_claim_typed(const struct message *message, enum claim claim);
bool http_read_untyped(const struct message *message, struct reading *reading);
void http_answer_typed(const struct message *message, const struct asker *asker, struct buffer *reply);

/* Has the content read, where it is JSON. */
void http_json_read(const struct message *message, struct reading *reading,
                    void (*fill)(struct cursor json, struct reading *reading));

/* Where parameters are: the query, or the body of a request without one. */
struct cursor http_form(const struct http_request *request);

/* A parameter of the form, unescaped: in place where nothing is escaped, else a copy in memory of HTTP_FIELD_MAX bytes. */
MUST_CHECK bool http_field(const struct http_request *request, const char *name, char *memory,
                           struct cursor *value);
bool http_has_field(const struct http_request *request, const char *name);

/* The unique id from a parameter; false when there is none. */
bool http_field_device(struct reading *reading, const struct http_request *request, const char *name);

/* For protocols that answer with the status alone: 200, or 400 to whom no message has named; nothing to no request. */
void http_answer_status(const struct message *message, const struct asker *asker, struct buffer *reply);

/* 400 or 404 to a position: Traccar has no device with its id. 200: it has. */
enum reception http_reception(struct cursor answer, const char *asked);

/* 200 with a text; 400 alone to whom no message has named. */
void http_answer_text(const struct asker *asker, struct buffer *reply, const char *type, const char *text);

#endif
