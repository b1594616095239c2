/* SPDX-License-Identifier: Apache-2.0 */
/* Looks at names, origins and tokens. Asked by web for every request. */
#include "outlet/web_guard.h"

#include <stdio.h>
#include <string.h>
#include <strings.h>

#include "base/hex.h"

static const char cookie_name[] = "hexwatch=";

/* ---- names ---- */

static bool is_in_list(const char *list, const char *name, size_t length)
{
    while (*list) {
        list += strspn(list, ", ");
        size_t part = strcspn(list, ", ");
        if (part == length && part > 0 && strncasecmp(list, name, part) == 0)
            return true;
        list += part;
    }
    return false;
}

/* One of this server's own names, with its port or none. */
static bool is_own_name(const struct web_guard *guard, const char *host)
{
    static const char usual[] = "localhost 127.0.0.1 [::1]";
    size_t length = strlen(host);
    const char *colon = strrchr(host, ':');
    if (colon && !strchr(colon, ']')) {
        if (colon[1 + strspn(colon + 1, "0123456789")] != '\0')
            return false; /* what follows is no port: who knows whose name the whole is */
        length = (size_t)(colon - host);
    }
    return is_in_list(usual, host, length) || is_in_list(guard->address, host, length) ||
           is_in_list(guard->hosts, host, length);
}

/* What stands behind "http://"; NULL: that is no origin. */
static const char *name_of(const char *origin)
{
    const char *name = strstr(origin, "://");
    return name ? name + 3 : NULL;
}

bool guard_is_own(const struct web_guard *guard, const char *host, const char *origin)
{
    if (!host || !is_own_name(guard, host))
        return false;
    return !origin || (name_of(origin) && is_own_name(guard, name_of(origin)));
}

bool guard_is_same_origin(const struct web_guard *guard, const char *host, const char *origin,
                          const char *fetch_site)
{
    if (fetch_site) /* the browser itself knows */
        return strcmp(fetch_site, "same-origin") == 0;
    if (!origin)
        return true;
    /* another port of this host is another site; behind a proxy the origin is a name that web.hosts has */
    const char *name = name_of(origin);
    return name && (strcasecmp(name, host) == 0 || is_in_list(guard->hosts, name, strcspn(name, ":")));
}

/* ---- the token ---- */

/* In the same time wherever they differ. */
static bool is_same(const char *a, size_t left, const char *b, size_t right)
{
    unsigned different = left != right;
    for (size_t i = 0; i < left; i++)
        different |= (unsigned char)a[i] ^ (unsigned char)(right > 0 ? b[i % right] : 0);
    return different == 0;
}

static bool is_given(const struct web_guard *guard, const char *given, size_t length)
{
    return is_same(given, length, guard->token, strlen(guard->token));
}

/* In a cookie it stands as HEX: whatever a token is made of, a cookie takes it. */
static size_t put_hex(const struct web_guard *guard, char *out, size_t size)
{
    struct buffer hex = buffer_on(out, size);
    buffer_put_hex(&hex, cursor_of_text(guard->token));
    return hex.length;
}

static bool has_cookie(const struct web_guard *guard, const char *cookies)
{
    char right[2 * WEB_TOKEN];
    size_t length = put_hex(guard, right, sizeof(right));
    while (*cookies) {
        cookies += strspn(cookies, "; ");
        size_t part = strcspn(cookies, "; ");
        if (part > sizeof(cookie_name) - 1 && strncmp(cookies, cookie_name, sizeof(cookie_name) - 1) == 0 &&
            is_same(cookies + sizeof(cookie_name) - 1, part - (sizeof(cookie_name) - 1), right, length))
            return true;
        cookies += part;
    }
    return false;
}

bool guard_admits(const struct web_guard *guard, const char *authorization, const char *cookies)
{
    static const char scheme[] = "Bearer ";
    if (!guard->token[0])
        return true;
    if (authorization && strncmp(authorization, scheme, sizeof(scheme) - 1) == 0) {
        const char *given = authorization + sizeof(scheme) - 1;
        if (is_given(guard, given, strlen(given)))
            return true;
    }
    return cookies && has_cookie(guard, cookies);
}

static int digit_of(char c)
{
    return c >= '0' && c <= '9'   ? c - '0'
           : c >= 'a' && c <= 'f' ? c - 'a' + 10
           : c >= 'A' && c <= 'F' ? c - 'A' + 10
                                  : -1;
}

bool guard_is_token(const struct web_guard *guard, const char *query)
{
    static const char name[] = "token=";
    char given[WEB_TOKEN];
    size_t length = 0;
    if (!guard->token[0] || strncmp(query, name, sizeof(name) - 1) != 0)
        return false;
    for (const char *at = query + sizeof(name) - 1; *at; at++) {
        bool is_coded = at[0] == '%' && digit_of(at[1]) >= 0 && digit_of(at[2]) >= 0;
        if (length == sizeof(given))
            return false;
        given[length++] = is_coded ? (char)(16 * digit_of(at[1]) + digit_of(at[2])) : *at;
        at += is_coded ? 2 : 0;
    }
    return is_given(guard, given, length);
}

bool guard_put_cookie(const struct web_guard *guard, char *out, size_t size)
{
    char hex[2 * WEB_TOKEN];
    int length = (int)put_hex(guard, hex, sizeof(hex));
    int written = snprintf(out, size, "%s%.*s; Path=/; HttpOnly; SameSite=Strict", cookie_name, length, hex);
    return written > 0 && (size_t)written < size;
}
