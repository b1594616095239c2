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
    for (struct cursor rest = line; rest.left > 4; rest = cursor_part(rest, 1, rest.left)) {
        struct cursor look = rest;
        if ((rest.at[0] | 0x20) != 'p' || !take_word(&look, &found))
            continue;
        skip_any(&look, " \t:=#`'\"*([");
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
