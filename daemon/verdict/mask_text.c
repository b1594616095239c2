/* SPDX-License-Identifier: Apache-2.0 */
/* Texts for people, masked word by word: what looks like an id, an address or a place is taken for one. Part of mask. */
#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>

#include "verdict/mask_parts.h"

enum {
    WORD = 256,
    KNOWN_LEAST = 3 /* shorter ids are numbers like any other */,
    ID_DIGITS = 5,
    DECIMALS = 3,
    HEX_LEAST = 16
};

static bool is_inside(char c)
{
    return isalnum((unsigned char)c) || c == '_' || c == '-' || c == '.' || c == ':' || c == '@' ||
           (unsigned char)c >= 0x80;
}

/* A decimal number with so many places that it may be a latitude or longitude. */
static bool is_degrees(const char *word, double *value)
{
    char *end;
    const char *point = strchr(word, '.'), *digits = word[0] == '-' || word[0] == '+' ? word + 1 : word;
    if (!point || strspn(digits, "0123456789.") != strlen(digits) || strlen(point + 1) < DECIMALS ||
        !isdigit((unsigned char)digits[0]) || strchr(point + 1, '.'))
        return false;
    *value = strtod(word, &end);
    return *end == '\0' && *value >= -180 && *value <= 180;
}

/* An address, with a port behind it or not. */
static bool put_address(struct mask *mask, const char *word, struct buffer *out)
{
    char text[WORD], name[ENDPOINT_TEXT];
    struct endpoint endpoint;
    snprintf(text, sizeof(text), "%s", word);
    char *colon = strrchr(text, ':');
    const char *port = "";
    if (!endpoint_read(cursor_of_text(text), &endpoint)) {
        if (!colon)
            return false;
        *colon = '\0';
        port = colon + 1;
        if (!endpoint_read(cursor_of_text(text), &endpoint) || strspn(port, "0123456789") != strlen(port))
            return false;
    }
    endpoint.port = 0;
    mask_endpoint(mask, &endpoint);
    buffer_put(out, name, endpoint_write(&endpoint, name));
    if (port[0])
        buffer_printf(out, ":%s", port);
    return true;
}

static size_t count_digits(const char *word)
{
    size_t count = 0;
    for (; *word; word++)
        count += isdigit((unsigned char)*word) != 0;
    return count;
}

/* A date or a time of day: digits in short groups, but for the fraction of a second. */
static bool is_moment(const char *word)
{
    int64_t seconds;
    if (calendar_read_iso(cursor_of_text(word), &seconds))
        return true;
    size_t run = 0, longest = 0;
    for (; *word; word++) {
        run = isdigit((unsigned char)*word) ? run + 1 : 0;
        longest = run > longest ? run : longest;
        if (isalpha((unsigned char)*word) && *word != 'T' && *word != 'Z')
            return false;
    }
    return longest <= 4;
}

static void put_word(struct mask *mask, const char *word, struct buffer *out)
{
    size_t length = strlen(word);
    if (put_address(mask, word, out))
        return;
    size_t digits = count_digits(word);
    bool is_hex = length >= HEX_LEAST && strspn(word, "0123456789abcdefABCDEF") == length;
    if ((is_hex && digits < length) || (digits >= ID_DIGITS && length >= DEVICE_MAX) || length > 40) {
        for (size_t i = 0; i < length; i++)
            buffer_put_u8(out, 'X');
    } else if (digits >= ID_DIGITS + 1 && !is_moment(word)) {
        buffer_put_text(out, mask_id(mask, word));
    } else {
        buffer_put_text(out, word);
    }
}

/* A word of the text, without what ends a sentence behind it. */
static size_t take_word(const char *at, char out[static WORD])
{
    size_t length = 0;
    while (is_inside(at[length]))
        length++;
    while (length > 1 && strchr(".:-", at[length - 1]))
        length--;
    size_t kept = length < WORD - 1 ? length : WORD - 1;
    memcpy(out, at, kept);
    out[kept] = '\0';
    return length;
}

/* Latitude and longitude side by side. Returns how much of the text they are; 0: they are not. */
static size_t put_pair(struct mask *mask, const char *at, const char *first, size_t length,
                       struct buffer *out)
{
    char second[WORD];
    double lat, lon;
    size_t gap = strspn(at + length, ", /");
    if (!is_degrees(first, &lat))
        return 0;
    size_t other = take_word(at + length + gap, second);
    if (gap == 0 || gap > 2 || !is_degrees(second, &lon) || !mask_place(mask, &lat, &lon)) {
        buffer_put_text(out, "XX.XXXX");
        return length;
    }
    buffer_printf(out, "%.*f%.*s%.*f", (int)strlen(strchr(first, '.') + 1), lat, (int)gap, at + length,
                  (int)strlen(strchr(second, '.') + 1), lon);
    return length + gap + other;
}

/* An id that is known already, whatever it consists of; the longest that stands there. Returns its length, or 0. */
static size_t put_known(struct mask *mask, const char *at, struct buffer *out)
{
    struct {
        char text[DEVICE_MAX];
    } key;
    for (size_t length = strnlen(at, DEVICE_MAX - 1); length >= KNOWN_LEAST; length--) {
        if (isalnum((unsigned char)at[length]) && isalnum((unsigned char)at[length - 1]))
            continue;
        memset(&key, 0, sizeof(key));
        memcpy(key.text, at, length);
        if (!table_find(mask->ids, &key))
            continue;
        buffer_put_text(out, mask_id(mask, key.text));
        return length;
    }
    return 0;
}

/* What a sentence begins with "Device ID …" is an id, whatever it looks like. Returns how much of the text that was, or 0. */
static size_t put_subject(struct mask *mask, const char *at, struct buffer *out)
{
    static const char words[] = "Device ";
    char id[DEVICE_MAX];
    if (strncmp(at, words, sizeof(words) - 1) != 0)
        return 0;
    at += sizeof(words) - 1;
    size_t length = strcspn(at, " ");
    while (length > 0 && strchr(".,:;", at[length - 1]))
        length--;
    buffer_put_text(out, words);
    if (length == 0 || length >= sizeof(id))
        return sizeof(words) - 1;
    struct buffer before = *out;
    size_t known = put_known(mask, at, out);
    if (known >= length) /* one with blanks in it, it may be */
        return sizeof(words) - 1 + known;
    *out = before;
    memcpy(id, at, length);
    id[length] = '\0';
    buffer_put_text(out, mask_id(mask, id));
    return sizeof(words) - 1 + length;
}

void mask_text(struct mask *mask, const char *text, struct buffer *out)
{
    char word[WORD];
    while (*text) {
        size_t subject = put_subject(mask, text, out);
        if (subject > 0) {
            text += subject;
            continue;
        }
        size_t known = put_known(mask, text, out);
        if (known > 0) {
            text += known;
            continue;
        }
        bool is_start = isalnum((unsigned char)*text) || *text == '-' || *text == '+' || *text == ':' ||
                        *text == '_' || (unsigned char)*text >= 0x80;
        if (!is_start) {
            buffer_put_u8(out, (unsigned char)*text++);
            continue;
        }
        size_t length = *text == '+' ? 1 + take_word(text + 1, word) : take_word(text, word);
        if (length == 0)
            length = 1;
        size_t used = put_pair(mask, text, word, length, out);
        if (used == 0 && *text == '+')
            buffer_put_u8(out, '+');
        if (used == 0)
            put_word(mask, word, out);
        text += used > 0 ? used : length;
    }
}
