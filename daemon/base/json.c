/* SPDX-License-Identifier: Apache-2.0 */
/* The JSON view. Used by protocols whose messages are JSON. */
#include "base/json.h"

#include <jansson.h>
#include <stdlib.h>

/* The same text, with '?' for what is no ASCII: devices write names in the code page of their country. */
static json_t *load_as_ascii(struct cursor text, size_t flags)
{
    char *copy = malloc(text.left);
    if (!copy)
        return NULL;
    for (size_t i = 0; i < text.left; i++)
        copy[i] = text.at[i] < 0x80 ? (char)text.at[i] : '?';
    json_t *json = json_loadb(copy, text.left, flags, NULL);
    free(copy);
    return json;
}

struct json *json_parse(struct cursor text)
{
    const size_t flags = JSON_DISABLE_EOF_CHECK | JSON_ALLOW_NUL;
    json_error_t error;
    if (text.left == 0)
        return NULL;
    json_t *json = json_loadb((const char *)text.at, text.left, flags, &error);
    if (!json && json_error_code(&error) == json_error_invalid_utf8)
        json = load_as_ascii(text, flags);
    return (struct json *)json;
}

void json_free(struct json *json)
{
    json_decref((json_t *)json);
}

static const json_t *find(const struct json *json, const char *path)
{
    const json_t *at = (const json_t *)json;
    uint8_t separator = path[0] == '/' ? '/' : '.';
    struct cursor rest = cursor_of_text(separator == '/' ? path + 1 : path), key;
    while (at && cursor_field(&rest, separator, &key)) {
        uint64_t index;
        if (json_is_array(at)) {
            at = cursor_number(key, &index) ? json_array_get(at, (size_t)index) : NULL;
            continue;
        }
        char name[64];
        cursor_copy_text(key, name, sizeof(name));
        at = json_object_get(at, name);
    }
    return at;
}

bool json_text(const struct json *json, const char *path, struct cursor *out)
{
    const json_t *value = find(json, path);
    if (!json_is_string(value))
        return false;
    *out = cursor_of(json_string_value(value), json_string_length(value));
    return true;
}

bool json_number(const struct json *json, const char *path, double *out)
{
    const json_t *value = find(json, path);
    if (json_is_string(value))
        return cursor_decimal(cursor_of(json_string_value(value), json_string_length(value)), out);
    if (!json_is_number(value))
        return false;
    *out = json_number_value(value);
    return true;
}

bool json_has(const struct json *json, const char *path)
{
    return find(json, path) != NULL;
}

bool json_bool(const struct json *json, const char *path, bool *out)
{
    const json_t *value = find(json, path);
    if (!json_is_boolean(value))
        return false;
    *out = json_is_true(value);
    return true;
}

/* [+-]digits[.digits] without the fraction */
static bool take_integer(struct cursor text, int64_t *out)
{
    bool is_negative = CURSOR_STARTS(text, "-");
    struct cursor digits;
    double whole;
    uint64_t number;
    if (!cursor_decimal(text, &whole))
        return false;
    if ((is_negative || CURSOR_STARTS(text, "+")) && !cursor_skip(&text, 1))
        return false;
    if (!cursor_field(&text, '.', &digits) || !cursor_number(digits, &number) || number > INT64_MAX)
        return false;
    *out = is_negative ? -(int64_t)number : (int64_t)number;
    return true;
}

bool json_int64(const struct json *json, const char *path, int64_t *out)
{
    static const double LIMIT = 9223372036854775808.0; /* 2^63 */
    const json_t *value = find(json, path);
    if (json_is_string(value))
        return take_integer(cursor_of(json_string_value(value), json_string_length(value)), out);
    if (json_is_integer(value)) {
        *out = json_integer_value(value);
        return true;
    }
    if (!json_is_real(value) || !(json_real_value(value) > -LIMIT && json_real_value(value) < LIMIT))
        return false;
    *out = (int64_t)json_real_value(value);
    return true;
}

size_t json_count(const struct json *json, const char *path)
{
    const json_t *value = find(json, path);
    return json_is_array(value) ? json_array_size(value) : json_object_size(value);
}

/* Skips a string behind its opening quote. */
static enum json_state skip_string(struct cursor *c)
{
    uint8_t byte;
    while (cursor_u8(c, &byte)) {
        if (byte == '"')
            return JSON_WHOLE;
        if (byte < 0x20)
            return JSON_NO;
        if (byte == '\\' && !cursor_skip(c, 1))
            return JSON_MORE;
    }
    return JSON_MORE;
}

enum mark { NO_MARK, SCALAR, OPENING, CLOSING, QUOTE };

/* What may stand outside of strings; scalars: numbers, true, false, null, separators and blanks. */
static const uint8_t marks[256] = {
    ['{'] = OPENING, ['['] = OPENING, ['}'] = CLOSING, [']'] = CLOSING, ['"'] = QUOTE,  ['0'] = SCALAR,
    ['1'] = SCALAR,  ['2'] = SCALAR,  ['3'] = SCALAR,  ['4'] = SCALAR,  ['5'] = SCALAR, ['6'] = SCALAR,
    ['7'] = SCALAR,  ['8'] = SCALAR,  ['9'] = SCALAR,  ['+'] = SCALAR,  ['-'] = SCALAR, ['.'] = SCALAR,
    ['e'] = SCALAR,  ['E'] = SCALAR,  ['t'] = SCALAR,  ['r'] = SCALAR,  ['u'] = SCALAR, ['f'] = SCALAR,
    ['a'] = SCALAR,  ['l'] = SCALAR,  ['s'] = SCALAR,  ['n'] = SCALAR,  [','] = SCALAR, [':'] = SCALAR,
    [' '] = SCALAR,  ['\t'] = SCALAR, ['\r'] = SCALAR, ['\n'] = SCALAR,
};

enum json_state json_scan(struct cursor bytes, size_t *length)
{
    enum { DEEPEST = 64 };
    struct cursor rest = bytes;
    uint64_t arrays = 0; /* a bit a level: is it an array? */
    unsigned depth = 0;
    uint8_t byte;
    while (cursor_u8(&rest, &byte)) {
        enum mark mark = marks[byte];
        if (mark == OPENING ? depth == DEEPEST : depth == 0)
            return JSON_NO;
        if (mark == SCALAR)
            continue;
        if (mark == OPENING) {
            arrays = arrays << 1 | (byte == '[' ? 1u : 0u);
            depth++;
        } else if (mark == CLOSING) {
            if ((byte == ']') != ((arrays & 1) != 0))
                return JSON_NO;
            arrays >>= 1;
            depth--;
            if (depth == 0) {
                *length = bytes.left - rest.left;
                return JSON_WHOLE;
            }
        } else if (mark == QUOTE) {
            enum json_state string = skip_string(&rest);
            if (string != JSON_WHOLE)
                return string;
        } else {
            return JSON_NO;
        }
    }
    return JSON_MORE;
}
