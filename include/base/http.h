/* SPDX-License-Identifier: Apache-2.0 */
/* A view on one HTTP/1.x request, for the protocols that trackers speak over HTTP. Nothing is copied. */
#ifndef BASE_HTTP_H
#define BASE_HTTP_H

#include "base/cursor.h"

struct http_request {
    struct cursor method; /* "GET", "POST" */
    struct cursor path;   /* up to the '?' */
    struct cursor query;  /* behind the '?', still escaped; empty when there is none */
    struct cursor headers;
    struct cursor body;
    size_t length; /* of head and body together */
};

enum http_state {
    HTTP_NO,      /* no HTTP request */
    HTTP_MORE,    /* one so far, but head or body is not all there */
    HTTP_REQUEST, /* all there */
};

/* Looks at the request that starts at the cursor. `complete`: no more bytes will come, then a request that is
 * cut off counts as all there. A body needs Content-Length; chunked bodies are taken as they stand (up to the
 * last chunk). */
enum http_state http_parse(struct cursor bytes, bool complete, struct http_request *request);

/* A header's value by its name (any case), trimmed. */
MUST_CHECK bool http_header(const struct http_request *request, const char *name, struct cursor *value);

/* A parameter of a query or form ("a=b&c=d") by its exact name: still escaped. */
MUST_CHECK bool http_parameter(struct cursor query, const char *name, struct cursor *value);

/* Undoes %xx and '+' into out, a C string, cut at the size. Returns the unescaped part as a cursor on out. */
struct cursor http_unescape(struct cursor value, char *out, size_t size);

#endif
