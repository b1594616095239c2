/* SPDX-License-Identifier: Apache-2.0 */
/* Who may ask the web server. Part of web. */
#ifndef OUTLET_WEB_GUARD_H
#define OUTLET_WEB_GUARD_H

#include <stdbool.h>

#include "base/buffer.h"

/* The longest token, and list of names. */
enum { WEB_TOKEN = 256, WEB_HOSTS = 512, WEB_COOKIE = 3 * WEB_TOKEN + 128 };

struct web_guard {
    char address[64]; /* as it stands in a URL: ::1 in brackets */
    char token[WEB_TOKEN], hosts[WEB_HOSTS];
};

/* Is it asked by one of its own names (or numeric addresses)? A name that somebody else points here is not. origin may be NULL. */
bool guard_is_own(const struct web_guard *guard, const char *host, const char *origin);

/* Does the request, whose names are this server's own, come from its own page? fetch_site: the header Sec-Fetch-Site. All may be
 * NULL but host. Who sends neither header is a program, and no page of another site. */
bool guard_is_same_origin(const struct web_guard *guard, const char *host, const char *origin,
                          const char *fetch_site);

/* Is there the token, as "Bearer TOKEN" or as the cookie? Both may be NULL. Always, where no token is set. */
bool guard_admits(const struct web_guard *guard, const char *authorization, const char *cookies);

/* Is it the query of an address that tells the right token ("token=…")? */
bool guard_is_token(const struct web_guard *guard, const char *query);

/* Writes the cookie that tells it from then on, ended by a NUL. False: it does not fit. */
MUST_CHECK bool guard_put_cookie(const struct web_guard *guard, char *out, size_t size);

#endif
