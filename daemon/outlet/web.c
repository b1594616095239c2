/* SPDX-License-Identifier: Apache-2.0 */
/* Serves the page's addresses on evhttp: looks at who asks, and hands on what is asked for to its parts. */
#include "outlet/web.h"

#include <errno.h>
#include <event2/buffer.h>
#include <event2/http.h>
#include <event2/keyvalq_struct.h>
#include <stdio.h>
#include <stdlib.h>
#include <strings.h>

#include "outlet/web_clock.h"
#include "outlet/web_door.h"
#include "outlet/web_events.h"
#include "outlet/web_guard.h"
#include "outlet/web_identify.h"
#include "outlet/web_jobs.h"
#include "outlet/web_reply.h"

enum { TIMEOUT = 20 };

struct web {
    struct event_base *base;
    struct evhttp *http;
    struct metrics *metrics;
    struct web_jobs *jobs;
    struct web_events *events;
    struct web_identify *identify;
    struct web_door *door;
    struct web_guard guard;
    char url[96];
};

/* ---- what is asked ---- */

static void serve_metrics(struct web *web, struct evhttp_request *request)
{
    char *memory = malloc(METRICS_TEXT);
    struct evbuffer *body = evbuffer_new();
    if (memory && body) {
        struct buffer out = buffer_on(memory, METRICS_TEXT);
        metrics_write(web->metrics, &out, web_wall(web->base));
        evbuffer_add(body, out.bytes, out.length);
        web_reply(request, "text/plain; version=0.0.4; charset=utf-8", body);
    } else {
        web_refuse(request, HTTP_SERVUNAVAIL, "Busy", "Out of memory.");
    }
    if (body)
        evbuffer_free(body);
    free(memory);
}

static void serve_api(struct web *web, struct evhttp_request *request, const char *what)
{
    struct ask ask;
    char error[256];
    if (!ask_read(cursor_of_text(what), &ask, error, sizeof(error)))
        web_refuse(request, HTTP_BADREQUEST, "Bad Request", error);
    else if (ask.what == ASK_TAIL)
        web_refuse(request, HTTP_NOTFOUND, "Not Found", "Who follows uses /events, or hexwatch tail.");
    else
        web_jobs_start(web->jobs, request, &ask);
}

/* "?device=…&port=…": whose messages; "?only=messages" first: no other events. */
static void serve_events(struct web *web, struct evhttp_request *request, const char *query)
{
    static const char only[] = "?only=messages";
    bool only_messages = strncmp(query, only, sizeof(only) - 1) == 0;
    struct ask ask;
    char line[ASK_MAX], error[256];
    if (only_messages)
        query += sizeof(only) - 1;
    if (*query == '?' || *query == '&')
        query++;
    snprintf(line, sizeof(line), *query ? "messages?%s" : "messages", query);
    if (!ask_read(cursor_of_text(line), &ask, error, sizeof(error)))
        web_refuse(request, HTTP_BADREQUEST, "Bad Request", error);
    else
        web_events_start(web->events, request, *query ? &ask.filter : NULL, only_messages);
}

static void serve(struct web *web, struct evhttp_request *request, const char *uri)
{
    static const char api[] = "/api/";
    char path[128];
    snprintf(path, sizeof(path), "%.*s", (int)strcspn(uri, "?"), uri);
    const struct page_file *file = page_find(path);
    if (file)
        web_serve_file(request, file);
    else if (strcmp(path, "/events") == 0 && evhttp_request_get_command(request) == EVHTTP_REQ_HEAD)
        web_reply(request, "text/event-stream", NULL);
    else if (strcmp(path, "/events") == 0)
        serve_events(web, request, uri + strlen(path));
    else if (strcmp(uri, "/metrics") == 0)
        serve_metrics(web, request);
    else if (strncmp(uri, api, sizeof(api) - 1) == 0)
        serve_api(web, request, uri + sizeof(api) - 1);
    else
        web_refuse(
            request, HTTP_NOTFOUND, "Not Found",
            "There are / (the page), /events, /metrics and /api/status, devices, ports, findings, messages.");
}

/* Who comes with the right token in the address is given it as a cookie, and an address without it. */
static bool take_token(struct web *web, struct evhttp_request *request, const char *uri)
{
    struct evkeyvalq *headers = evhttp_request_get_output_headers(request);
    char cookie[WEB_COOKIE];
    if (strncmp(uri, "/?", 2) != 0 || !guard_is_token(&web->guard, uri + 2) ||
        !guard_put_cookie(&web->guard, cookie, sizeof(cookie)))
        return false;
    evhttp_add_header(headers, "Set-Cookie", cookie);
    evhttp_add_header(headers, "Location", "/");
    web_refuse(request, 303, "See Other", "The page is at /.");
    return true;
}

/* A paste is the only thing that is sent here. */
static bool is_method_fine(struct evhttp_request *request, bool is_paste)
{
    enum evhttp_cmd_type method = evhttp_request_get_command(request);
    return is_paste ? method == EVHTTP_REQ_POST : method == EVHTTP_REQ_GET || method == EVHTTP_REQ_HEAD;
}

/* The name this server is asked by; NULL: none, or several, of which a proxy may have looked at another one. */
static const char *find_host(const struct evkeyvalq *headers)
{
    const char *host = NULL;
    for (const struct evkeyval *header = headers->tqh_first; header; header = header->next.tqe_next) {
        if (strcasecmp(header->key, "Host") != 0)
            continue;
        if (host)
            return NULL;
        host = header->value;
    }
    return host;
}

static void on_request(struct evhttp_request *request, void *context)
{
    struct web *web = context;
    const struct evkeyvalq *headers = evhttp_request_get_input_headers(request);
    const char *host = find_host(headers), *origin = evhttp_find_header(headers, "Origin");
    const char *uri = evhttp_request_get_uri(request);
    bool is_paste = strcmp(uri, "/api/identify") == 0;
    if (!guard_is_own(&web->guard, host, origin))
        web_refuse(request, 403, "Forbidden",
                   "This server is asked by a name that is not its own (web.hosts).");
    else if (!is_method_fine(request, is_paste))
        web_refuse(request, HTTP_BADMETHOD, "Method Not Allowed",
                   is_paste ? "Only POST is answered here: a paste as the body." : "Only GET is answered.");
    else if (take_token(web, request, uri))
        return;
    else if (!guard_admits(&web->guard, evhttp_find_header(headers, "Authorization"),
                           evhttp_find_header(headers, "Cookie")))
        web_refuse(request, 401, "Unauthorized",
                   "Open /?token=TOKEN once in a browser, or send the header Authorization: Bearer TOKEN "
                   "(web.token).");
    else if (!is_paste)
        serve(web, request, uri);
    else if (!guard_is_same_origin(&web->guard, host, origin, evhttp_find_header(headers, "Sec-Fetch-Site")))
        web_refuse(request, 403, "Forbidden", "Only this server's own page may paste here.");
    else
        web_identify_start(web->identify, request);
}

/* ---- the whole ---- */

static bool is_loopback(const char *address)
{
    struct endpoint endpoint;
    return endpoint_read(cursor_of_text(address), &endpoint) && endpoint_scope(&endpoint) == SCOPE_LOOPBACK;
}

/* With an address in numbers: a name, and what evhttp looks up on its own, fails where a network has no address yet. */
static bool listen_on(struct web *web, const struct web_settings *settings, char *error, size_t size)
{
    web->door = web_door_new(web->base, web->http, web->guard.address, settings->port);
    if (web->door)
        return true;
    if (errno == EINVAL)
        snprintf(error, size, "web.address %s is not an address in numbers, as 127.0.0.1 or ::1 are",
                 settings->address);
    else
        snprintf(error, size,
                 "the page's address %s port %u cannot be had: %s. Name another with web.port, or 0 for none",
                 settings->address, settings->port, strerror(errno));
    return false;
}

bool web_may_listen(const struct web_settings *settings, char *error, size_t size)
{
    if (is_loopback(settings->address) || settings->token[0] || settings->has_proxy)
        return true;
    snprintf(error, size,
             "web.address %s is not this host's alone: set web.token, or web.proxy = true where a proxy "
             "with TLS stands before it",
             settings->address);
    return false;
}

static bool bind_it(struct web *web, const struct web_settings *settings, bool *is_taken, char *error,
                    size_t size)
{
    if (!web_may_listen(settings, error, size))
        return false;
    if (listen_on(web, settings, error, size))
        return true;
    *is_taken = errno == EADDRINUSE || is_loopback(settings->address);
    return false;
}

/* All addresses of this host are nobody's to open: it has one of its own. */
static void write_url(struct web *web, unsigned port)
{
    const char *address = web->guard.address;
    if (strcmp(address, "0.0.0.0") == 0)
        address = "127.0.0.1";
    if (strcmp(address, "[::]") == 0)
        address = "[::1]";
    snprintf(web->url, sizeof(web->url), "http://%s:%u/", address, port);
}

struct web *web_new(struct event_base *base, const struct web_settings *settings, struct snapshot *snapshot,
                    struct metrics *metrics, bool *is_taken, char *error, size_t size)
{
    struct web *web = calloc(1, sizeof(*web));
    snprintf(error, size, "out of memory");
    *is_taken = false;
    if (!web)
        return NULL;
    web->base = base;
    web->metrics = metrics;
    snprintf(web->guard.address, sizeof(web->guard.address), strchr(settings->address, ':') ? "[%s]" : "%s",
             settings->address);
    snprintf(web->guard.token, sizeof(web->guard.token), "%s", settings->token);
    snprintf(web->guard.hosts, sizeof(web->guard.hosts), "%s", settings->hosts);
    write_url(web, settings->port);
    web->http = evhttp_new(base);
    web->jobs = web_jobs_new(base, snapshot);
    web->events = web_events_new(base, snapshot, &(struct web_events_settings){ 0 });
    web->identify = web_identify_new(base, settings->protocols, snapshot_parts(snapshot)->ports);
    if (web->http && web->jobs && web->events && web->identify) {
        evhttp_set_timeout(web->http, TIMEOUT);
        evhttp_set_max_headers_size(web->http, ASK_MAX);
        evhttp_set_max_body_size(web->http, WEB_PASTE);
        evhttp_set_gencb(web->http, on_request, web);
        if (bind_it(web, settings, is_taken, error, size))
            return web;
    }
    web_free(web);
    return NULL;
}

void web_free(struct web *web)
{
    if (!web)
        return;
    web_jobs_free(web->jobs);
    web_events_free(web->events);
    web_identify_free(web->identify);
    web_door_free(web->door);
    if (web->http)
        evhttp_free(web->http);
    free(web);
}

const char *web_url(const struct web *web)
{
    return web->url;
}

size_t web_clients(const struct web *web)
{
    return web_events_counts(web->events).clients;
}

uint64_t web_refused(const struct web *web)
{
    return web_jobs_refused(web->jobs) + web_events_counts(web->events).refused +
           web_identify_refused(web->identify);
}
