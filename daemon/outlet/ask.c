/* SPDX-License-Identifier: Apache-2.0 */
/* Reads what somebody asks for. Used by control and web, and written by those who ask. */
#include "outlet/ask.h"

#include <stdio.h>

enum { VALUE_MAX = 1024 };

static const char *const names[ASK_KINDS] = { "status", "devices", "ports", "findings", "messages", "tail" };

const char *ask_name(enum ask_what what)
{
    return names[what];
}

static int digit_of(uint8_t byte)
{
    if (byte >= '0' && byte <= '9')
        return byte - '0';
    uint8_t letter = byte | 0x20;
    return letter >= 'a' && letter <= 'f' ? letter - 'a' + 10 : -1;
}

/* Without its percent signs. False: it is too long, or what it holds is no text. */
static bool decode(struct cursor text, char *out, size_t size)
{
    size_t length = 0;
    for (size_t i = 0; i < text.left; i++) {
        uint8_t byte = text.at[i];
        if (byte == '+') {
            byte = ' ';
        } else if (byte == '%') {
            int high = text.left - i < 3 ? -1 : digit_of(text.at[i + 1]);
            int low = text.left - i < 3 ? -1 : digit_of(text.at[i + 2]);
            if (high < 0 || low < 0)
                return false;
            byte = (uint8_t)(high * 16 + low);
            i += 2;
        }
        if (byte < 0x20 || byte == 0x7f || length + 1 >= size)
            return false;
        out[length++] = (char)byte;
    }
    out[length] = '\0';
    return true;
}

static bool read_last(const char *value, unsigned *last)
{
    unsigned number = 0;
    for (const char *at = value; *at; at++) {
        if (*at < '0' || *at > '9' || number > ASK_LAST)
            return false;
        number = number * 10 + (unsigned)(*at - '0');
    }
    *last = number;
    return value[0] != '\0' && number <= ASK_LAST;
}

static bool take_pair(struct ask *ask, struct cursor pair, char *error, size_t size)
{
    char name[32], value[VALUE_MAX];
    struct cursor key = { 0 };
    bool is_pair = cursor_field(&pair, '=', &key);
    if (!is_pair || !decode(key, name, sizeof(name)) || !decode(pair, value, sizeof(value))) {
        snprintf(error, size,
                 "what is chosen by is name=value, printable or percent-encoded, and not longer "
                 "than %d characters",
                 VALUE_MAX - 1);
        return false;
    }
    if (strcmp(name, "open") == 0) {
        ask->open_only = strcmp(value, "1") == 0;
        if (ask->open_only || strcmp(value, "0") == 0)
            return true;
        snprintf(error, size, "open is 0 or 1");
        return false;
    }
    if (strcmp(name, "last") == 0) {
        if (read_last(value, &ask->last))
            return true;
        snprintf(error, size, "last is a number up to %d", ASK_LAST);
        return false;
    }
    return filter_add(&ask->filter, name, value, error, size);
}

bool ask_read(struct cursor line, struct ask *ask, char *error, size_t size)
{
    int what = 0;
    *ask = (struct ask){ .last = 0 };
    struct cursor name, pair;
    if (!cursor_field(&line, '?', &name))
        name = line;
    while (what < ASK_KINDS &&
           (strlen(names[what]) != name.left || memcmp(names[what], name.at, name.left) != 0))
        what++;
    if (what == ASK_KINDS) {
        snprintf(error, size,
                 "there is no such thing to ask for. Ask for status, devices, ports, findings, "
                 "messages or tail");
        return false;
    }
    ask->what = (enum ask_what)what;
    if (ask->what == ASK_MESSAGES)
        ask->last = 100;
    while (cursor_field(&line, '&', &pair)) {
        if (pair.left > 0 && !take_pair(ask, pair, error, size))
            return false;
    }
    return true;
}

void ask_put_value(struct buffer *out, const char *value)
{
    for (const char *at = value; *at; at++) {
        unsigned byte = (unsigned char)*at;
        bool is_plain = (byte >= '0' && byte <= '9') || ((byte | 0x20) >= 'a' && (byte | 0x20) <= 'z') ||
                        strchr("-._~:,/", (int)byte);
        if (is_plain)
            buffer_put_u8(out, byte);
        else
            buffer_printf(out, "%%%02x", byte);
    }
}
