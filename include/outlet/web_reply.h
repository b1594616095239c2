/* SPDX-License-Identifier: Apache-2.0 */
/* Replies, with the headers that all of them have. Part of web. */
#ifndef OUTLET_WEB_REPLY_H
#define OUTLET_WEB_REPLY_H

#include <stdbool.h>

#include "outlet/page.h"

struct evbuffer;
struct evhttp_request;

/* Puts the headers that every reply has; tag NULL: it may not be kept by a browser. */
void web_put_headers(struct evhttp_request *request, const char *type, const char *tag);

/* Sends it; body is borrowed and emptied, NULL: there is none. */
void web_reply(struct evhttp_request *request, const char *type, struct evbuffer *body);
/* A sentence instead of what was asked for. */
void web_refuse(struct evhttp_request *request, int code, const char *reason, const char *why);
/* One of the page's files, unless the browser has this very one already. */
void web_serve_file(struct evhttp_request *request, const struct page_file *file);

/* The connection of a request that is not answered yet has gone: what evhttp leaves of the request is freed. */
void web_let_go(struct evhttp_request *request);

/* Who asks is held to what it asked for: it cannot fill memory by sending on while it is answered. */
void web_hold_back(struct evhttp_request *request);

#endif
