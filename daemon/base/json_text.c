/* SPDX-License-Identifier: Apache-2.0 */
/* JSON read in place. Used by protocols whose messages are JSON. */
#include "base/json_text.h"

#include <math.h>

static void skip_blanks(struct cursor *c)
{
    while (c->left > 0 && (c->at[0] == ' ' || c->at[0] == '\t' || c->at[0] == '\r' || c->at[0] == '\n')) {
        if (!cursor_skip(c, 1))
            return;
    }
}

static bool is_delimiter(uint8_t byte)
{
    return byte == ',' || byte == '}' || byte == ']' || byte == ' ' || byte == '\t' || byte == '\r' ||
           byte == '\n';
}

/* A string from its opening to its closing quote. */
static bool take_string(struct cursor *c, struct cursor *text)
{
    size_t length = 1;
    while (length < c->left && c->at[length] != '"')
        length += c->at[length] == '\\' ? 2 : 1;
    return length < c->left && cursor_slice(*c, 1, length - 1, text) && cursor_skip(c, length + 1);
}

/* true, false, null or a number; one that nothing follows may be cut off. */
static enum json_kind take_scalar(struct cursor *c, struct cursor *value)
{
    size_t length = 0;
    while (length < c->left && !is_delimiter(c->at[length]))
        length++;
    if (length == 0 || length == c->left || !cursor_take(c, length, value))
        return JSON_NOTHING;
    uint8_t first = value->at[0];
    if (first == '-' || (first >= '0' && first <= '9'))
        return JSON_NUMBER;
    return cursor_is_one_of(*value, "true false null") ? JSON_WORD : JSON_NOTHING;
}

static enum json_kind take_value(struct cursor *c, struct cursor *value)
{
    size_t length = 0;
    skip_blanks(c);
    if (c->left == 0)
        return JSON_NOTHING;
    uint8_t first = c->at[0];
    if (first == '"')
        return take_string(c, value) ? JSON_TEXT : JSON_NOTHING;
    if (first != '{' && first != '[')
        return take_scalar(c, value);
    enum json_state state = json_scan(*c, &length);
    if (state == JSON_MORE)
        length = c->left;
    if (state == JSON_NO || !cursor_take(c, length, value))
        return JSON_NOTHING;
    return first == '{' ? JSON_OBJECT : JSON_ARRAY;
}

static bool take_mark(struct cursor *c, uint8_t mark)
{
    skip_blanks(c);
    return c->left > 0 && c->at[0] == mark && cursor_skip(c, 1);
}

/* The key of the next member; moves to its value. */
static bool take_key(struct cursor *c, struct cursor *key)
{
    skip_blanks(c);
    return c->left > 0 && c->at[0] == '"' && take_string(c, key) && take_mark(c, ':');
}

/* Moves behind a value and its comma. */
static bool pass(struct cursor *c)
{
    struct cursor value;
    return take_value(c, &value) != JSON_NOTHING && take_mark(c, ',');
}

/* Moves from the start of an object to the value of the first key that is, or begins with, this one. */
static bool enter_object(struct cursor *c, struct cursor wanted, bool is_prefix)
{
    struct cursor key;
    size_t at;
    if (!take_mark(c, '{') || !cursor_find_bytes(*c, wanted, &at))
        return false;
    do {
        if (!take_key(c, &key))
            return false;
        if ((is_prefix ? key.left >= wanted.left : key.left == wanted.left) &&
            memcmp(key.at, wanted.at, wanted.left) == 0)
            return true;
    } while (pass(c));
    return false;
}

static bool enter_array(struct cursor *c, struct cursor number)
{
    uint64_t index;
    if (!take_mark(c, '[') || !cursor_number(number, &index))
        return false;
    for (; index > 0; index--) {
        if (!pass(c))
            return false;
    }
    return true;
}

/* Moves to the value at a path. */
static bool enter(struct cursor *c, const char *path)
{
    uint8_t separator = path[0] == '/' ? '/' : '.';
    struct cursor rest = cursor_of_text(separator == '/' ? path + 1 : path), key;
    while (cursor_field(&rest, separator, &key)) {
        skip_blanks(c);
        bool is_array = c->left > 0 && c->at[0] == '[';
        if (key.left == 0 || !(is_array ? enter_array(c, key) : enter_object(c, key, false)))
            return false;
    }
    return true;
}

enum json_kind json_find(struct cursor json, const char *path, struct cursor *value)
{
    return enter(&json, path) ? take_value(&json, value) : JSON_NOTHING;
}

/* [+-]digits[.digits][e[+-]digits] */
static bool number_of(struct cursor text, double *out)
{
    struct cursor mantissa = text, exponent = text;
    double power;
    if (!cursor_until(&exponent, 'e', &mantissa) && !cursor_until(&exponent, 'E', &mantissa))
        return cursor_decimal(text, out);
    if (!cursor_decimal(mantissa, out) || !cursor_decimal(exponent, &power))
        return false;
    *out *= pow(10, power);
    return true;
}

bool json_find_number(struct cursor json, const char *path, double *out)
{
    struct cursor value;
    enum json_kind kind = json_find(json, path, &value);
    return (kind == JSON_NUMBER || kind == JSON_TEXT) && number_of(value, out);
}

bool json_find_int64(struct cursor json, const char *path, int64_t *out)
{
    static const double LIMIT = 9223372036854775808.0; /* 2^63 */
    struct cursor value, digits;
    uint64_t whole;
    double number;
    enum json_kind kind = json_find(json, path, &value);
    if ((kind != JSON_NUMBER && kind != JSON_TEXT) || !number_of(value, &number) ||
        !(number > -LIMIT && number < LIMIT))
        return false;
    *out = (int64_t)number;
    /* exact, where it is written in digits alone */
    struct cursor rest = value;
    bool is_negative = CURSOR_STARTS(value, "-");
    if (is_negative && !cursor_skip(&rest, 1))
        return false;
    if (cursor_digits(&rest, 1, 19, &digits) && rest.left == 0 && cursor_number(digits, &whole) &&
        whole <= INT64_MAX)
        *out = is_negative ? -(int64_t)whole : (int64_t)whole;
    return true;
}

bool json_find_bool(struct cursor json, const char *path, bool *out)
{
    struct cursor value;
    if (json_find(json, path, &value) != JSON_WORD || cursor_is(value, "null"))
        return false;
    *out = cursor_is(value, "true");
    return true;
}

bool json_find_list(struct cursor json, const char *path, struct cursor *list)
{
    return json_find(json, path, list) == JSON_ARRAY && cursor_skip(list, 1);
}

bool json_next(struct cursor *list, struct cursor *element)
{
    struct cursor rest = *list, start;
    skip_blanks(&rest);
    start = rest;
    if (take_value(&rest, element) == JSON_NOTHING)
        return false;
    *element = cursor_of(start.at, start.left - rest.left);
    if (!take_mark(&rest, ','))
        rest = cursor_of(rest.at, 0); /* that was the last */
    *list = rest;
    return true;
}

enum json_kind json_find_prefix(struct cursor json, const char *path, const char *prefix,
                                struct cursor *value)
{
    if (!enter(&json, path) || !enter_object(&json, cursor_of_text(prefix), true))
        return JSON_NOTHING;
    return take_value(&json, value);
}

/* A code point of \u as UTF-8; pairs of surrogates come as two of them and stay so. */
static size_t put_utf8(uint64_t code, char *out, size_t room)
{
    char bytes[3] = { (char)code, 0, 0 };
    size_t length = code < 0x80 ? 1 : code < 0x800 ? 2 : 3;
    if (length == 2)
        bytes[0] = (char)(0xc0 | code >> 6);
    if (length == 3)
        bytes[0] = (char)(0xe0 | code >> 12);
    if (length > 1)
        bytes[length - 1] = (char)(0x80 | (code & 0x3f));
    if (length == 3)
        bytes[1] = (char)(0x80 | (code >> 6 & 0x3f));
    if (length > room)
        return 0;
    memcpy(out, bytes, length);
    return length;
}

struct cursor json_unescape(struct cursor text, char *memory, size_t size)
{
    static const char letters[] = "bfnrt", meanings[] = "\b\f\n\r\t";
    struct cursor rest = text, digits;
    size_t length = 0, at;
    uint64_t code;
    uint8_t byte;
    if (!cursor_find(text, '\\', &at))
        return text;
    while (length < size && cursor_u8(&rest, &byte)) {
        if (byte != '\\' || !cursor_u8(&rest, &byte)) {
            memory[length++] = (char)byte;
            continue;
        }
        if (byte == 'u' && cursor_slice(rest, 0, 4, &digits) && cursor_hex(digits, &code) &&
            cursor_skip(&rest, 4)) {
            size_t added = put_utf8(code, memory + length, size - length);
            if (added == 0)
                break;
            length += added;
            continue;
        }
        const char *letter = byte ? strchr(letters, byte) : NULL;
        memory[length++] = letter ? meanings[letter - letters] : (char)byte;
    }
    return cursor_of(memory, length);
}
