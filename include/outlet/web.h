/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The web server (evhttp): the page and its files; /events, which it reads; /metrics; /api/status, devices, ports, findings,
 * messages as JSON, with the choices of outlet/ask.h behind a '?'; and POST /api/identify, a paste. Else only GET; nothing is
 * changed by any request. Host and Origin must be this server's own names, so that no page of another site reads it. Answers are
 * made in pieces, a few at a time.
 */
#ifndef OUTLET_WEB_H
#define OUTLET_WEB_H

#include "outlet/answer.h"
#include "outlet/metrics.h"

struct web_settings {
    const char *address; /* numeric */
    uint16_t port;
    const char *token; /* who has it is let in, see web_guard.h; "": everybody is */
    const char *hosts; /* further names that it may be asked by, parted by commas or blanks */
    const struct protocol *const *protocols; /* ended by NULL, borrowed for good: for pastes */
    bool has_proxy;                          /* a proxy in front of it looks after TLS and who may come */
};

struct web;
struct event_base;

/* base, snapshot and metrics are borrowed. NULL: error says what is wrong and the mend; *is_taken: the settings
 * are right, only the port or loopback itself is not to be had now. */
struct web *web_new(struct event_base *base, const struct web_settings *settings, struct snapshot *snapshot,
                    struct metrics *metrics, bool *is_taken, char *error, size_t size);
void web_free(struct web *web);

/* May the page be served to others, as it is set? False: no, and why and what to do is written. */
MUST_CHECK bool web_may_listen(const struct web_settings *settings, char *error, size_t size);

/* Where a browser on this host finds the page: "http://127.0.0.1:8085/". */
const char *web_url(const struct web *web);

/* Pages that listen to the stream now. */
size_t web_clients(const struct web *web);

/* Answers refused because too many were asked for at once. */
uint64_t web_refused(const struct web *web);

#endif
