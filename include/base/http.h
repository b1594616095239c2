/* SPDX-License-Identifier: Apache-2.0 */
/* A view on one HTTP/1.x request, for the protocols that trackers speak over HTTP. Nothing is copied. */
#ifndef BASE_HTTP_H
#define BASE_HTTP_H

#include "base/buffer.h"

struct http_request {
    struct cursor method; /* "GET", "POST" */
    struct cursor path;   /* up to the '?' */
    struct cursor query;  /* behind the '?', still escaped; empty when there is none */
    struct cursor headers;
    struct cursor body;   /* as Content-Length tells; of chunked ones the content, see http_chunked */
    struct cursor chunks; /* a chunked body as it stands; empty for all others */
    size_t length;        /* of head and body together */
};

enum http_state {
    HTTP_NO,      /* no HTTP request */
    HTTP_MORE,    /* one so far, but head or body is not all there */
    HTTP_REQUEST, /* all there */
};

/* Looks at the request that starts at the cursor. `complete`: no more bytes will come, then a request that is
 * cut off counts as all there. A body needs Content-Length, or chunks up to the last one. */
enum http_state http_parse(struct cursor bytes, bool complete, struct http_request *request);

/* Does the request hold what is between a user and the web interface: a call of its interface for programs, a session, a password?
 * One that is cut off is judged by what is there; false for what is no request. */
MUST_CHECK bool http_is_private(struct cursor bytes);

/* Copies what a user and a web interface say to each other, of which nothing private may be shown: a request's method and path and
 * an answer's first line stay, and line ends; '*' stands for each other byte. The copy has room for all of it. */
void http_hide(struct cursor bytes, uint8_t *copy);

/* A header's value by its name (any case), trimmed. */
MUST_CHECK bool http_header(const struct http_request *request, const char *name, struct cursor *value);

/* A parameter of a query or form ("a=b&c=d") by its exact name: still escaped. */
MUST_CHECK bool http_parameter(struct cursor query, const char *name, struct cursor *value);

/* The content of any body. The one chunk that most devices send is read in place, as in `body`; several are joined in
 * the memory, cut where that is full (`body` holds only the first of them). Without chunks it is the body itself. */
struct cursor http_chunked(const struct http_request *request, uint8_t *memory, size_t size);

/* Appends an answer: status line, Content-Type (unless type is NULL), Content-Length, body. */
void http_answer(struct buffer *reply, unsigned status, const char *type, struct cursor body);

/* Undoes %xx and '+' into out, a C string, cut at the size. Returns the unescaped part as a cursor on out. */
struct cursor http_unescape(struct cursor value, char *out, size_t size);

#endif
