/* SPDX-License-Identifier: Apache-2.0 */
/* Sends replies on evhttp. Called by web and its parts. */
#include "outlet/web_reply.h"

#include <event2/buffer.h>
#include <event2/bufferevent.h>
#include <event2/event.h>
#include <event2/http.h>
#include <event2/keyvalq_struct.h>
#include <stdio.h>
#include <string.h>

enum { HELD = 4096 };

/* Nothing is fetched from elsewhere, nothing runs that does not come from here, nobody frames it. */
static const char policy[] =
    "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; "
    "img-src 'self' data:; frame-ancestors 'none'; base-uri 'none'; form-action 'none'";

void web_put_headers(struct evhttp_request *request, const char *type, const char *tag)
{
    struct evkeyvalq *headers = evhttp_request_get_output_headers(request);
    evhttp_add_header(headers, "Content-Type", type);
    evhttp_add_header(headers, "Cache-Control", tag ? "no-cache" : "no-store");
    if (tag)
        evhttp_add_header(headers, "ETag", tag);
    evhttp_add_header(headers, "X-Content-Type-Options", "nosniff");
    evhttp_add_header(headers, "Referrer-Policy", "no-referrer");
    evhttp_add_header(headers, "Cross-Origin-Resource-Policy", "same-origin");
    evhttp_add_header(headers, "Content-Security-Policy", policy);
}

/* Who asks with HEAD is told how long the body would be, and sent none. */
static void send_it(struct evhttp_request *request, int code, const char *reason, struct evbuffer *body)
{
    char length[24];
    if (evhttp_request_get_command(request) == EVHTTP_REQ_HEAD && body) {
        snprintf(length, sizeof(length), "%zu", evbuffer_get_length(body));
        evhttp_add_header(evhttp_request_get_output_headers(request), "Content-Length", length);
        evbuffer_drain(body, evbuffer_get_length(body));
    }
    evhttp_send_reply(request, code, reason, body);
}

void web_reply(struct evhttp_request *request, const char *type, struct evbuffer *body)
{
    web_put_headers(request, type, NULL);
    send_it(request, HTTP_OK, "OK", body);
}

void web_refuse(struct evhttp_request *request, int code, const char *reason, const char *why)
{
    struct evbuffer *body = evbuffer_new();
    if (body)
        evbuffer_add_printf(body, "%s\n", why);
    web_put_headers(request, "text/plain; charset=utf-8", NULL);
    send_it(request, code, reason, body);
    if (body)
        evbuffer_free(body);
}

static bool takes_packed(struct evhttp_request *request)
{
    const char *taken = evhttp_find_header(evhttp_request_get_input_headers(request), "Accept-Encoding");
    return taken && strstr(taken, "gzip") && !strstr(taken, "gzip;q=0");
}

void web_serve_file(struct evhttp_request *request, const struct page_file *file)
{
    struct evkeyvalq *headers = evhttp_request_get_output_headers(request);
    bool is_packed = file->packed && takes_packed(request);
    const char *known = evhttp_find_header(evhttp_request_get_input_headers(request), "If-None-Match");
    bool is_known = known && strstr(known, file->tag);
    struct evbuffer *body = evbuffer_new();
    if (!body) {
        web_refuse(request, HTTP_SERVUNAVAIL, "Busy", "Out of memory.");
        return;
    }
    if (!is_known) /* the bytes are the program's own and stay where they are */
        evbuffer_add_reference(body, is_packed ? file->packed : file->bytes,
                               is_packed ? file->packed_size : file->size, NULL, NULL);
    web_put_headers(request, file->type, file->tag);
    if (file->packed)
        evhttp_add_header(headers, "Vary", "Accept-Encoding");
    if (is_packed && !is_known)
        evhttp_add_header(headers, "Content-Encoding", "gzip");
    send_it(request, is_known ? HTTP_NOTMODIFIED : HTTP_OK, is_known ? "Not Modified" : "OK", body);
    evbuffer_free(body);
}

void web_let_go(struct evhttp_request *request)
{
    /* where the other side went, evhttp has parted the two, and who was to answer owns the request; else it goes with its
     * connection */
    if (!evhttp_request_get_connection(request))
        evhttp_request_free(request);
}

void web_hold_back(struct evhttp_request *request)
{
    struct evhttp_connection *connection = evhttp_request_get_connection(request);
    bufferevent_setwatermark(evhttp_connection_get_bufferevent(connection), EV_READ, 0, HELD);
}
