/* SPDX-License-Identifier: Apache-2.0 */
/* Finds messages among other things. Used by paste. */
#include "wire/paste_found.h"

enum { NUMBERS_LEAST = 6, WORD_LEAST = 16, PAIRS_LEAST = 5 };

static bool is_blank(uint8_t byte)
{
    return byte == ' ' || byte == '\t' || byte == '\r' || byte == '\n';
}

static bool is_letter(uint8_t byte)
{
    return (byte | 0x20) >= 'a' && (byte | 0x20) <= 'z';
}

static int digit_of(uint8_t byte)
{
    if (cursor_is_digit(byte))
        return byte - '0';
    byte |= 0x20;
    return byte >= 'a' && byte <= 'f' ? byte - 'a' + 10 : -1;
}

/* ---- strings ---- */

/* Up to `most` digits of the base. Returns how many were taken. */
static size_t take_digits(struct cursor *rest, unsigned base, size_t most, unsigned *value)
{
    size_t n = 0;
    *value = 0;
    while (n < most && rest->left > 0 && digit_of(rest->at[0]) >= 0 &&
           (unsigned)digit_of(rest->at[0]) < base) {
        *value = *value * base + (unsigned)digit_of(rest->at[0]);
        if (!cursor_skip(rest, 1))
            break;
        n++;
    }
    return n;
}

/* What stands behind a backslash. */
static void take_escape(struct cursor *rest, struct buffer *out)
{
    static const char letters[] = "a\ab\bt\tn\nv\vf\fr\re\033";
    unsigned value;
    uint8_t byte;
    if (rest->left > 0 && rest->at[0] >= '0' && rest->at[0] <= '7') {
        (void)take_digits(rest, 8, 3, &value);
        buffer_put_u8(out, value & 0xff);
        return;
    }
    if (!cursor_u8(rest, &byte))
        return;
    if (byte == 'x' || byte == 'u') {
        (void)take_digits(rest, 16, byte == 'x' ? 2 : 4, &value);
        buffer_put_u8(out, value & 0xff);
        return;
    }
    for (size_t i = 0; i + 2 < sizeof(letters); i += 2) {
        if ((uint8_t)letters[i] == byte)
            byte = (uint8_t)letters[i + 1];
    }
    buffer_put_u8(out, byte);
}

/* "…" "…": the string goes on in another. */
static bool opens_again(struct cursor *text, uint8_t quote)
{
    struct cursor look = cursor_trim(*text);
    if (CURSOR_STARTS(look, "b") && !cursor_skip(&look, 1))
        return false;
    if (quote == 0 || look.left == 0 || look.at[0] != quote || !cursor_skip(&look, 1))
        return false;
    *text = look;
    return true;
}

bool paste_take_string(struct cursor *rest, struct buffer *out)
{
    size_t escape, start = 0;
    uint8_t quote = 0;
    if (!cursor_find(*rest, '\\', &escape))
        return false;
    for (size_t i = 0; i < escape; i++) {
        if (rest->at[i] == '"' || rest->at[i] == '\'') {
            /* one that is opened and not closed before */
            quote = quote == 0 ? rest->at[i] : quote == rest->at[i] ? 0 : quote;
            start = i + 1;
        }
    }
    struct cursor text = *rest;
    if (!cursor_skip(&text, quote ? start : 0))
        return false;
    do {
        while (text.left > 0 && text.at[0] != quote) {
            uint8_t byte = text.at[0];
            if (!cursor_skip(&text, 1))
                break;
            if (byte == '\\')
                take_escape(&text, out);
            else
                buffer_put_u8(out, byte);
        }
        if (text.left > 0 && !cursor_skip(&text, 1))
            break;
    } while (opens_again(&text, quote));
    *rest = text;
    return true;
}

bool paste_take_percents(struct cursor *rest, struct buffer *out)
{
    size_t marks = 0;
    for (struct cursor text = *rest; text.left > 0;) {
        unsigned value = 0;
        uint8_t byte = text.at[0];
        if (!cursor_skip(&text, 1))
            break;
        if (byte == '%' && cursor_count_hex(cursor_part(text, 0, 2)) == 2) {
            marks++;
            (void)take_digits(&text, 16, 2, &value);
            byte = (uint8_t)value;
        }
        buffer_put_u8(out, byte);
    }
    *rest = cursor_of(rest->at, 0);
    return marks > 1;
}

/* ---- numbers ---- */

/* "\"12\": ": a place in a list that JSON took for an object. */
static bool take_key(struct cursor *rest)
{
    struct cursor look = *rest, digits;
    if (!CURSOR_STARTS(look, "\"") || !cursor_skip(&look, 1) || !cursor_digits(&look, 1, 4, &digits) ||
        !CURSOR_STARTS(look, "\":") || !cursor_skip(&look, 2))
        return false;
    *rest = cursor_trim(look);
    return true;
}

/* "0xd" */
static bool take_hex_byte(struct cursor *rest, uint64_t *number)
{
    struct cursor look = *rest, digits;
    return CURSOR_STARTS(look, "0x") && cursor_skip(&look, 2) &&
           cursor_take(&look, cursor_count_hex(cursor_part(look, 0, 3)), &digits) && digits.left < 3 &&
           cursor_hex(digits, number) && cursor_take(rest, 2 + digits.left, &digits);
}

/* One number of a byte, and what parts it from the next. */
static bool take_byte(struct cursor *rest, unsigned *value, bool *is_odd)
{
    struct cursor look = *rest, digits;
    uint64_t number;
    bool has_key = take_key(&look),
         is_quoted = !has_key && CURSOR_STARTS(look, "\"") && cursor_skip(&look, 1);
    bool is_negative = CURSOR_STARTS(look, "-") && cursor_skip(&look, 1);
    bool is_hex = take_hex_byte(&look, &number);
    if (!is_hex && (!cursor_digits(&look, 1, 3, &digits) || !cursor_number(digits, &number) ||
                    number > (is_negative ? 128 : 255)))
        return false;
    if ((is_quoted && (!CURSOR_STARTS(look, "\"") || !cursor_skip(&look, 1))) ||
        (look.left > 0 && (is_letter(look.at[0]) || cursor_is_digit(look.at[0]) || look.at[0] == '.')))
        return false;
    *is_odd = *is_odd || is_hex || has_key || is_negative || digits.left != 2;
    *value = is_negative ? (unsigned)(256 - number) & 0xff : (unsigned)number;
    while (look.left > 0 && (is_blank(look.at[0]) || look.at[0] == ',' || look.at[0] == ';')) {
        if (!cursor_skip(&look, 1))
            break;
    }
    *rest = look;
    return true;
}

bool paste_take_numbers(struct cursor *rest, struct buffer *out)
{
    uint8_t before = ' '; /* behind a part of a word or a number none begins */
    while (rest->left > 0) {
        struct cursor look = *rest;
        size_t n = 0, written = out->length;
        unsigned value;
        bool is_odd = false, may_begin = !is_letter(before) && !cursor_is_digit(before) && before != '.';
        while (may_begin && look.left > 0 && take_byte(&look, &value, &is_odd)) {
            buffer_put_u8(out, value);
            n++;
        }
        if (n >= NUMBERS_LEAST && is_odd) {
            *rest = look;
            return true;
        }
        out->length = written;
        size_t skipped = n > 0 ? rest->left - look.left : 1;
        before = rest->at[skipped - 1];
        if (!cursor_skip(rest, skipped))
            return false;
    }
    return false;
}

bool paste_is_numbers(struct cursor line, bool *is_decimal)
{
    struct cursor rest = cursor_trim(line);
    unsigned value;
    size_t n = 0, at;
    *is_decimal = false;
    while (rest.left > 0 && strchr("[({<", rest.at[0]) && rest.at[0] != '\0') {
        if (!cursor_skip(&rest, 1))
            return false;
        rest = cursor_trim(rest);
    }
    while (rest.left > 0 && take_byte(&rest, &value, is_decimal))
        n++;
    /* of several with 0x in a line all are HEX */
    *is_decimal = (*is_decimal && (n == 1 || !cursor_find_text(line, "0x", &at))) ||
                  (n == 1 && CURSOR_ENDS(cursor_trim(line), ","));
    while (rest.left > 0 && strchr("])}>;,", rest.at[0]) && rest.at[0] != '\0') {
        if (!cursor_skip(&rest, 1))
            return false;
    }
    return rest.left == 0 && n > 0;
}

/* ---- base64 ---- */

static int base64_of(uint8_t byte)
{
    if (byte >= 'A' && byte <= 'Z')
        return byte - 'A';
    if (byte >= 'a' && byte <= 'z')
        return byte - 'a' + 26;
    if (cursor_is_digit(byte))
        return byte - '0' + 52;
    if (byte == '+' || byte == '-')
        return 62;
    return byte == '/' || byte == '_' ? 63 : -1;
}

bool paste_take_base64(struct cursor *rest, struct buffer *out)
{
    while (rest->left > 0) {
        struct cursor word;
        size_t n = 0, digits = cursor_count_hex(*rest);
        while (n < rest->left && base64_of(rest->at[n]) >= 0)
            n++;
        if (n < WORD_LEAST || n % 4 == 1 || digits == n) {
            if (!cursor_skip(rest, n > 0 ? n : 1))
                return false;
            continue;
        }
        if (!cursor_take(rest, n, &word))
            return false;
        uint32_t bits = 0;
        for (size_t i = 0; i < word.left; i++) {
            bits = bits << 6 | (uint32_t)base64_of(word.at[i]);
            if (i % 4 > 0)
                buffer_put_u8(out, bits >> (6 - 2 * (i % 4)) & 0xff);
        }
        return true;
    }
    return false;
}

/* ---- HEX among words ---- */

static bool is_hidden(uint8_t byte)
{
    return byte == '*' || byte == '#' || byte == '?' || (byte | 0x20) == 'x';
}

bool paste_find_hex(struct cursor *rest, struct cursor *found)
{
    while (rest->left > 0) {
        size_t n = 0, digits = 0;
        while (n < rest->left && (digit_of(rest->at[n]) >= 0 || (n > 0 && is_hidden(rest->at[n])))) {
            digits += digit_of(rest->at[n]) >= 0;
            n++;
        }
        bool is_word = n == rest->left || !is_letter(rest->at[n]);
        if (n >= WORD_LEAST && 2 * digits >= n && is_word)
            return cursor_take(rest, n, found);
        bool is_prefix =
            rest->at[0] == 'x' && cursor_count_hex(cursor_part(*rest, 1, rest->left)) >= WORD_LEAST;
        while (!is_prefix && n < rest->left && (is_letter(rest->at[n]) || cursor_is_digit(rest->at[n])))
            n++;
        if (!cursor_skip(rest, n > 0 ? n : 1))
            return false;
    }
    return false;
}

bool paste_find_pairs(struct cursor *rest, struct cursor *found)
{
    while (rest->left > 0) {
        struct cursor look = *rest;
        size_t pairs = 0, used = 0;
        while (look.left > 0) {
            struct cursor word = look;
            size_t gap = 0;
            while (pairs > 0 && gap < word.left && gap < 3 && strchr(" \t,:-", word.at[gap]) &&
                   word.at[gap] != 0)
                gap++;
            if ((pairs > 0 && gap == 0) || !cursor_skip(&word, gap))
                break;
            if (CURSOR_STARTS(word, "0x") && !cursor_skip(&word, 2))
                break;
            size_t n = cursor_count_hex(word);
            if ((n != 2 && n != 4 && n != 8) ||
                (n < word.left && (is_letter(word.at[n]) || word.at[n] == '.')) || !cursor_skip(&word, n))
                break;
            pairs += n / 2;
            look = word;
            used = rest->left - look.left;
        }
        if (pairs >= PAIRS_LEAST)
            return cursor_take(rest, used, found);
        size_t n = 0;
        while (n < rest->left && (is_letter(rest->at[n]) || cursor_is_digit(rest->at[n])))
            n++;
        if (!cursor_skip(rest, n > 0 ? n : 1))
            return false;
    }
    return false;
}
