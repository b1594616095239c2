/* SPDX-License-Identifier: Apache-2.0 */
/* Reads words. Used by replay. */
#include "replay/words.h"

#include <arpa/inet.h>
#include <stdlib.h>
#include <string.h>

#include "base/hex.h"
#include "protocol/registry.h"

bool words_cut(char *line, struct words *words)
{
    words->count = 0;
    for (char *at = line;;) {
        at += strspn(at, " \t\r\n");
        if (*at == '\0' || *at == '#')
            return true;
        if (words->count == WORDS_MAX)
            return false;
        words->list[words->count++] = at;
        if (*at == '"') {
            do
                at += *at == '\\' && at[1] ? 2 : 1;
            while (*at && *at != '"');
            if (*at != '"')
                return false;
        } else {
            at += strcspn(at, " \t\r\n");
        }
        if (*at == '\0')
            return true;
        *at++ = '\0';
    }
}

bool words_duration(const char *word, int64_t *micros)
{
    static const struct {
        const char *name;
        int64_t micros;
    } units[] = {
        { "ms", 1000 }, { "d", 86400000000 }, { "h", 3600000000 }, { "m", 60 * 1000000LL }, { "s", 1000000 }
    };
    *micros = 0;
    if (!*word)
        return false;
    while (*word) {
        char *end;
        unsigned long long number = strtoull(word, &end, 10);
        if (end == word || number > 1000000)
            return false;
        size_t i = 0, count = sizeof(units) / sizeof(units[0]);
        while (i < count && strncmp(end, units[i].name, strlen(units[i].name)) != 0)
            i++;
        if (i == count)
            return false;
        *micros += (int64_t)number * units[i].micros;
        word = end + strlen(units[i].name);
    }
    return true;
}

bool words_number(const char *word, uint64_t most, uint64_t *number)
{
    return cursor_number(cursor_of_text(word), number) && *number <= most;
}

bool words_endpoint(const char *word, struct endpoint *endpoint)
{
    char address[64];
    uint8_t bytes[16];
    uint64_t port;
    const char *colon = strrchr(word, ':');
    bool is_v6 = word[0] == '[';
    if (!colon || !words_number(colon + 1, UINT16_MAX, &port))
        return false;
    size_t length = (size_t)(colon - word) - (is_v6 ? 2 : 0);
    if (colon - word < (is_v6 ? 2 : 0) || length >= sizeof(address))
        return false;
    memcpy(address, word + (is_v6 ? 1 : 0), length);
    address[length] = '\0';
    if (inet_pton(is_v6 ? AF_INET6 : AF_INET, address, bytes) != 1)
        return false;
    *endpoint = is_v6 ? endpoint_of_v6(bytes, (uint16_t)port) : endpoint_of_v4(bytes, (uint16_t)port);
    return true;
}

static bool put_text(const char *text, struct buffer *out)
{
    static const char letters[] = "rnt\\\"0", values[] = "\r\n\t\\\"\0";
    for (; *text; text++) {
        uint8_t byte;
        size_t length, bad;
        if (*text != '\\') {
            buffer_put_u8(out, (uint8_t)*text);
            continue;
        }
        text++;
        const char *letter = *text ? strchr(letters, *text) : NULL;
        if (letter) {
            buffer_put_u8(out, (uint8_t)values[letter - letters]);
        } else if (*text == 'x' && text[1] && text[2] &&
                   hex_read(cursor_of(text + 1, 2), &byte, 1, &length, &bad)) {
            buffer_put_u8(out, byte);
            text += 2;
        } else {
            return false;
        }
    }
    return !out->full;
}

/* The first of a type, and of a location where one is named; a datagram's before others where a datagram is wanted. */
static const struct sample *find_sample(const struct protocol *protocol, const char *type,
                                        const char *location, bool datagram)
{
    static const char *const locations[] = { "unknown", "none", "invalid", "valid" };
    const struct sample *other = NULL;
    for (const struct sample *sample = protocol->samples; sample->text || sample->hex; sample++) {
        if (strcmp(sample->type, type) != 0 ||
            (location && strcmp(location, locations[sample->location]) != 0))
            continue;
        if (sample->datagram == datagram)
            return sample;
        other = other ? other : sample;
    }
    return other;
}

static bool put_sample(const char *word, bool datagram, struct buffer *out)
{
    static uint8_t memory[MESSAGE_MAX];
    char name[64], *type, *location;
    size_t length;
    if (strlen(word) >= sizeof(name))
        return false;
    strcpy(name, word);
    type = strchr(name, ':');
    *type++ = '\0';
    location = strchr(type, ':');
    if (location)
        *location++ = '\0';
    const struct protocol *protocol = registry_find(name);
    const struct sample *sample = protocol ? find_sample(protocol, type, location, datagram) : NULL;
    if (!sample || !sample_bytes(sample, memory, sizeof(memory), &length))
        return false;
    buffer_put(out, memory, length);
    return !out->full;
}

bool words_bytes(const char *word, bool datagram, struct buffer *out)
{
    static uint8_t memory[MESSAGE_MAX];
    size_t length, bad;
    if (word[0] == '"')
        return put_text(word + 1, out);
    if (strchr(word, ':'))
        return put_sample(word, datagram, out);
    if (!hex_read(cursor_of_text(word), memory, sizeof(memory), &length, &bad) || length == 0)
        return false;
    buffer_put(out, memory, length);
    return !out->full;
}
