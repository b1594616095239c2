/* SPDX-License-Identifier: Apache-2.0 */
/* Reads the ports that people and programs write beside messages. Used by paste. */
#include "wire/paste_port.h"

enum { LEAST = 1024, ENDS_MOST = 64 };

static bool is_letter(uint8_t byte)
{
    return (byte | 0x20) >= 'a' && (byte | 0x20) <= 'z';
}

static void skip_any(struct cursor *text, const char *bytes)
{
    while (text->left > 0 && text->at[0] != '\0' && strchr(bytes, text->at[0])) {
        if (!cursor_skip(text, 1))
            return;
    }
}

/* A word that may stand before a port; false: another. */
static bool take_word(struct cursor *text, struct paste_port *port)
{
    static const char *const words[] = { "tcp", "udp", "port", "on",    "server",
                                         "at",  "to",  "via",  "porta", "puerto" };
    char lower[8];
    size_t n = 0;
    while (n < text->left && is_letter(text->at[n]))
        n++;
    if (n == 0 || n >= sizeof(lower))
        return false;
    for (size_t i = 0; i < n; i++)
        lower[i] = (char)(text->at[i] | 0x20);
    lower[n] = '\0';
    for (size_t i = 0; i < sizeof(words) / sizeof(words[0]); i++) {
        if (strcmp(lower, words[i]) != 0)
            continue;
        if (i == 1)
            port->transport = TRANSPORT_UDP;
        port->has_transport = port->has_transport || i <= 1;
        return cursor_skip(text, n);
    }
    return false;
}

static bool take_digits(struct cursor *text, unsigned *number)
{
    struct cursor digits;
    uint64_t value;
    if (!cursor_digits(text, 4, 5, &digits) || !cursor_number(digits, &value) || value < LEAST ||
        value > UINT16_MAX || (text->left > 0 && (cursor_is_digit(text->at[0]) || is_letter(text->at[0]))))
        return false;
    *number = (unsigned)value;
    return true;
}

/* Behind a number without a word there must be something that is no part of a date or of more numbers. */
static bool may_be_message(struct cursor text)
{
    size_t hex = cursor_count_hex(text);
    return hex >= 8 || (hex == 2 && text.left > 2 && (text.at[2] == ' ' || text.at[2] == ':')) ||
           CURSOR_STARTS(text, "0x") ||
           (text.left > 8 && hex == 0 && !cursor_is_digit(text.at[0]) && text.at[0] != '-');
}

bool paste_take_port(struct cursor *line, struct paste_port *port)
{
    struct cursor rest = cursor_trim(*line);
    struct paste_port found = { .port = 0 };
    unsigned words = 0;
    skip_any(&rest, "[(:#");
    while (take_word(&rest, &found)) {
        skip_any(&rest, " \t:=/#.");
        words++;
    }
    if (!take_digits(&rest, &found.port))
        return false;
    if (CURSOR_STARTS(rest, "/") && cursor_skip(&rest, 1) && !take_word(&rest, &found))
        return false;
    size_t before = rest.left;
    skip_any(&rest, " \t:])>,;=");
    if (CURSOR_STARTS(rest, "- ") || CURSOR_STARTS(rest, "-> "))
        skip_any(&rest, "-> ");
    if (rest.left == before || rest.left == 0 || (words == 0 && !may_be_message(rest)))
        return false;
    *port = found;
    *line = rest;
    return true;
}

/* ---- in lines of their own ---- */

/* "198.51.100.2:5023", "198.51.100.2.5023", "[2001:db8::1]:5023": the last number of an address with a port. */
static bool end_of(struct cursor address, unsigned *port)
{
    size_t n = address.left;
    while (n > 0 && cursor_is_digit(address.at[n - 1]))
        n--;
    if (n < 3 || (address.at[n - 1] != ':' && address.at[n - 1] != '.'))
        return false;
    struct cursor digits = cursor_part(address, n, address.left);
    uint64_t value;
    if (!cursor_number(digits, &value) || value == 0 || value > UINT16_MAX)
        return false;
    *port = (unsigned)value;
    return true;
}

/* The word that ends before, or begins behind, an arrow. */
static struct cursor word_before(struct cursor text)
{
    text = cursor_trim(text);
    size_t n = text.left;
    while (n > 0 && text.at[n - 1] != ' ' && text.left - n < ENDS_MOST)
        n--;
    return cursor_part(text, n, text.left);
}

static struct cursor word_behind(struct cursor text)
{
    text = cursor_trim(text);
    size_t n = 0;
    while (n < text.left && text.at[n] != ' ' && n < ENDS_MOST)
        n++;
    text = cursor_part(text, 0, n);
    if (CURSOR_ENDS(text, ":") || CURSOR_ENDS(text, ","))
        text.left--;
    return text;
}

static bool take_port_behind(struct cursor line, size_t at, unsigned *port)
{
    struct cursor rest = cursor_part(line, at, line.left), digits;
    uint64_t value;
    if (!cursor_digits(&rest, 1, 5, &digits) || !cursor_number(digits, &value) || value == 0 ||
        value > UINT16_MAX)
        return false;
    *port = (unsigned)value;
    return true;
}

/* "From Port: 40312": the other side's. */
static bool is_of_peer(struct cursor before)
{
    static const char *const words[] = { "from", "src", "source", "remote", "client", "peer", "local" };
    before = cursor_trim(before);
    for (size_t i = 0; i < sizeof(words) / sizeof(words[0]); i++) {
        size_t n = strlen(words[i]);
        struct cursor word = cursor_part(before, before.left > n ? before.left - n : 0, n);
        if (word.left == n && (word.at[0] | 0x20) == words[i][0] &&
            cursor_is(cursor_part(word, 1, n), words[i] + 1))
            return true;
    }
    return false;
}

/* The server's end of a connection, as programs write it: "Node 1: 198.51.100.2:5023", "L:/198.51.100.2:5023 - R:/…",
 * "/dev/tcp/198.51.100.2/5013", "| nc -w1 host 5023", "connect(("host", 5023))". */
static bool find_end(struct cursor line, bool (*is_known)(const void *context, uint16_t port),
                     const void *context, struct paste_port *port)
{
    static const struct {
        const char *words;
        char before; /* the port */
    } ends[] = { { "Node ", ':' },     { "L:/", ':' },     { "/dev/tcp/", '/' },
                 { "/dev/udp/", '/' }, { "nc ", ' ' },     { "ncat ", ' ' },
                 { "netcat ", ' ' },   { "telnet ", ' ' }, { "connect((", ' ' } };
    for (size_t i = 0; i < sizeof(ends) / sizeof(ends[0]); i++) {
        size_t at;
        if (!cursor_find_text(line, ends[i].words, &at) ||
            (at > 0 && is_letter(line.at[at - 1]) && is_letter((uint8_t)ends[i].words[0])))
            continue;
        for (size_t k = at + strlen(ends[i].words); k < line.left; k++) {
            struct cursor rest = cursor_part(line, k, line.left);
            struct paste_port found = { .transport = i == 3 ? TRANSPORT_UDP : TRANSPORT_TCP,
                                        .has_transport = i == 2 || i == 3 };
            if (line.at[k - 1] == (uint8_t)ends[i].before && take_digits(&rest, &found.port) &&
                is_known(context, (uint16_t)found.port)) {
                *port = found;
                return true;
            }
        }
    }
    return false;
}

bool paste_find_column(struct cursor line, bool (*is_known)(const void *context, uint16_t port),
                       const void *context, struct paste_port *port)
{
    unsigned ports = 0;
    for (size_t i = 0; i < line.left;) {
        size_t n = 0;
        while (i + n < line.left && line.at[i + n] != '\0' && !strchr("\t|;,", line.at[i + n]))
            n++;
        struct cursor cell = cursor_trim(cursor_part(line, i, n));
        struct paste_port found;
        if (CURSOR_STARTS(cell, "\"") && CURSOR_ENDS(cell, "\"") && cell.left > 2)
            cell = cursor_part(cell, 1, cell.left - 2);
        if (n < line.left && paste_is_port(cell, &found) && is_known(context, (uint16_t)found.port)) {
            *port = found;
            ports++;
        }
        i += n + 1;
    }
    return ports == 1;
}

bool paste_find_port(struct cursor line, bool (*is_known)(const void *context, uint16_t port),
                     const void *context, struct paste_port *port)
{
    struct paste_port found = { .port = 0 };
    unsigned from, to;
    size_t at;
    if (cursor_find(line, '>', &at) && end_of(word_behind(cursor_part(line, at + 1, line.left)), &to)) {
        struct cursor before = cursor_part(line, 0, at);
        while (before.left > 0 && (before.at[before.left - 1] == '-' || before.at[before.left - 1] == '='))
            before.left--;
        bool has_from = end_of(word_before(before), &from);
        found.is_out = has_from && is_known(context, (uint16_t)from) && !is_known(context, (uint16_t)to);
        found.port = found.is_out ? from : to;
        if (CURSOR_STARTS(line, "U ") || cursor_find_text(line, "UDP", &at))
            found.transport = TRANSPORT_UDP;
        found.has_transport = true;
        *port = found;
        return is_known(context, (uint16_t)found.port);
    }
    /* "Src Port: 40312, Dst Port: 5001" */
    if (cursor_find_text(line, "Src Port: ", &at) && take_port_behind(line, at + 10, &from) &&
        cursor_find_text(line, "Dst Port: ", &at) && take_port_behind(line, at + 10, &to)) {
        found.is_out = is_known(context, (uint16_t)from) && !is_known(context, (uint16_t)to);
        found.port = found.is_out ? from : to;
        if (CURSOR_STARTS(cursor_trim(line), "User Datagram"))
            found.transport = TRANSPORT_UDP;
        *port = found;
        return true;
    }
    if (find_end(line, is_known, context, port))
        return true;
    for (struct cursor rest = line; rest.left > 4; rest = cursor_part(rest, 1, rest.left)) {
        struct cursor look = rest;
        if ((rest.at[0] | 0x20) != 'p' || !take_word(&look, &found) ||
            is_of_peer(cursor_part(line, 0, (size_t)(rest.at - line.at))))
            continue;
        skip_any(&look, " \t:=#`'\"*([>");
        if ((CURSOR_STARTS(look, "is ") && !cursor_skip(&look, 3)) ||
            (CURSOR_STARTS(look, "number ") && !cursor_skip(&look, 7)))
            continue;
        if (take_digits(&look, &found.port)) {
            *port = found;
            return true;
        }
    }
    return false;
}

bool paste_is_port(struct cursor line, struct paste_port *port)
{
    struct cursor rest = cursor_trim(line);
    struct paste_port found = { .port = 0 };
    if (!take_digits(&rest, &found.port) || rest.left > 1 || (rest.left == 1 && rest.at[0] != ':'))
        return false;
    *port = found;
    return true;
}
