/* SPDX-License-Identifier: Apache-2.0 */
/* Addresses of requests in a paste, as phones send them: "https://host:5055/?id=…", in commands, escaped, broken. Used by paste. */
#include "wire/paste_found.h"
#include "wire/paste_state.h"
#include "wire/paste_text.h"

enum { ADDRESSES = 8, HOST_MOST = 256, ADDRESS_MOST = 4096 };

/* A request that the address stands for. */
struct address {
    struct cursor path;
    unsigned port; /* 0: none is told */
};

static bool is_blank(uint8_t byte)
{
    return byte == ' ' || byte == '\t' || byte == '\r';
}

static size_t count_query(struct cursor text)
{
    size_t n = 0;
    while (n < text.left && text.at[n] != '\0' && !is_blank(text.at[n]) && !strchr("'\"`<>)", text.at[n]))
        n++;
    return n;
}

/* "host:5055", "[2001:db8::1]:5055" */
static unsigned port_of(struct cursor host)
{
    size_t n = host.left, colon;
    uint64_t number;
    while (n > 0 && cursor_is_digit(host.at[n - 1]))
        n--;
    bool has_port = n > 1 && host.at[n - 1] == ':' && n < host.left &&
                    (host.at[n - 2] == ']' || !cursor_find(cursor_part(host, 0, n - 1), ':', &colon));
    return has_port && cursor_number(cursor_part(host, n, host.left), &number) && number <= UINT16_MAX
               ? (unsigned)number
               : 0;
}

/* "-d id=1 -d lat=2", "-d 'id=1&lat=2'": what a command sends, wherever it stands. */
static struct cursor join_values(struct cursor line, struct buffer *out)
{
    for (size_t i = 0; i < line.left;) {
        struct cursor word = cursor_part(line, i, line.left);
        size_t n = count_query(word), letters = 0;
        word = cursor_part(word, 0, n);
        while (letters < n && (((word.at[letters] | 0x20) >= 'a' && (word.at[letters] | 0x20) <= 'z') ||
                               word.at[letters] == '_'))
            letters++;
        if (letters > 0 && letters < n && word.at[letters] == '=') {
            buffer_put_text(out, out->length > 0 ? "&" : "/?");
            buffer_put_cursor(out, word);
        }
        i += n + 1;
    }
    return buffer_cursor(out);
}

/* "/?id=…", "?id=…", "id=…": no host before it. */
static bool find_path(struct cursor line, struct address *out)
{
    size_t at;
    *out = (struct address){ .port = 0 };
    if (cursor_find(line, '?', &at))
        at -= at > 0 && line.at[at - 1] == '/';
    else if (!cursor_find_text(line, "id=", &at))
        return false;
    /* deviceid= */
    while (at > 0 && (line.at[at - 1] | 0x20) >= 'a' && (line.at[at - 1] | 0x20) <= 'z')
        at--;
    struct cursor rest = cursor_part(line, at, line.left);
    out->path = cursor_part(rest, 0, count_query(rest));
    return true;
}

/* The next address in the line; `memory` is where its query is put together. */
static bool find_address(struct cursor line, struct cursor *rest, struct buffer *memory, struct address *out)
{
    size_t at, end = 0;
    struct cursor host;
    *out = (struct address){ .port = 0 };
    if (!cursor_find_text(*rest, "://", &at) || !cursor_skip(rest, at + 3))
        return false;
    while (end < rest->left && end < HOST_MOST && !is_blank(rest->at[end]) &&
           !strchr("/'\"`)", rest->at[end]) && rest->at[end] != '?')
        end++;
    if (!cursor_take(rest, end, &host))
        return false;
    out->port = port_of(host);
    out->path = cursor_part(*rest, 0, count_query(*rest));
    struct address behind;
    if (cursor_find(out->path, '=', &at))
        return true;
    bool is_behind = cursor_find(*rest, '?', &at) && find_path(*rest, &behind);
    out->path = is_behind ? behind.path : join_values(line, memory);
    return true;
}

/* The request is put into paste->other. Returns how much it says; 0: it is none. */
static unsigned weigh(struct paste *paste, const struct address *address, struct cursor *request)
{
    struct buffer out = buffer_on(paste->other, sizeof(paste->other));
    struct cursor path = address->path;
    size_t length;
    buffer_put_text(&out, CURSOR_STARTS(path, "/") ? "GET " : CURSOR_STARTS(path, "?") ? "GET /" : "GET /?");
    buffer_put_cursor(&out, path);
    buffer_put_text(&out, " HTTP/1.1\r\nHost: localhost\r\n\r\n");
    *request = buffer_cursor(&out);
    unsigned weight = path.left > 0 && !out.full ? paste_weigh(&paste->asker, *request, &length) : 0;
    return weight >= CLAIM_LIKELY * PASTE_WEIGHT ? weight : 0;
}

/* The first address in the text that is a tracker's message. */
static unsigned find(struct paste *paste, struct cursor text, struct buffer *memory, struct address *address,
                     struct cursor *request)
{
    struct cursor rest = text;
    unsigned weight = 0;
    for (unsigned tries = 0; tries < ADDRESSES && weight == 0; tries++) {
        memory->length = 0;
        if (!find_address(text, &rest, memory, address))
            break;
        weight = weigh(paste, address, request);
    }
    return weight > 0 ? weight : find_path(text, address) ? weigh(paste, address, request) : 0;
}

/* … as it stands, or with its percents undone. */
static unsigned find_any(struct paste *paste, struct cursor text, struct buffer *memory,
                         struct address *address, struct cursor *request, uint8_t *plain)
{
    struct buffer undone = buffer_on(plain, ADDRESS_MOST);
    unsigned weight = find(paste, text, memory, address, request);
    size_t at;
    if (weight > 0 || text.left > ADDRESS_MOST || !cursor_find(text, '%', &at) ||
        !paste_take_percents(&text, &undone))
        return weight;
    return find(paste, buffer_cursor(&undone), memory, address, request);
}

bool paste_take_address(struct paste *paste, struct cursor line)
{
    uint8_t plain[ADDRESS_MOST], joined[ADDRESS_MOST];
    struct buffer memory = buffer_on(joined, sizeof(joined));
    struct cursor request, text = cursor_trim(line);
    struct address address;
    if (text.left > ADDRESS_MOST || find_any(paste, text, &memory, &address, &request, plain) == 0)
        return false;
    paste_start(paste, GATHER_ADDRESS, "http");
    memcpy(paste->bytes, text.at, text.left);
    paste->gathered.length = text.left;
    return true;
}

/* Lines of pages and mails are broken anywhere. More belongs to the address if it says more then, or goes on with a value. */
bool paste_take_more_address(struct paste *paste, struct cursor line)
{
    uint8_t plain[ADDRESS_MOST], joined[ADDRESS_MOST];
    struct buffer memory = buffer_on(joined, sizeof(joined));
    struct gathered *gathered = &paste->gathered;
    struct cursor more = cursor_trim(line), request;
    struct address address;
    size_t at, length = gathered->length;
    if (paste->gathering != GATHER_ADDRESS || more.left == 0 || more.left > ADDRESS_MOST - length ||
        count_query(more) < more.left || cursor_find_text(more, "://", &at))
        return false;
    unsigned before = find_any(paste, cursor_of(gathered->bytes, length), &memory, &address, &request, plain);
    memcpy(gathered->bytes + length, more.at, more.left);
    unsigned after =
        find_any(paste, cursor_of(gathered->bytes, length + more.left), &memory, &address, &request, plain);
    if (after < before || (after == before && !cursor_find(more, '&', &at) && !cursor_find(more, '=', &at)))
        return false;
    gathered->length += more.left;
    return true;
}

void paste_finish_address(struct paste *paste)
{
    uint8_t plain[ADDRESS_MOST], joined[ADDRESS_MOST];
    struct buffer memory = buffer_on(joined, sizeof(joined));
    struct address address;
    struct cursor request;
    if (find_any(paste, cursor_of(paste->gathered.bytes, paste->gathered.length), &memory, &address, &request,
                 plain) == 0)
        return;
    struct pasted pasted = paste_piece(paste, "http", paste->began, request);
    if (address.port != 0) {
        pasted.service = (struct service){ TRANSPORT_TCP, (uint16_t)address.port };
        pasted.has_transport = true;
    }
    paste_tell(paste, &pasted);
}
