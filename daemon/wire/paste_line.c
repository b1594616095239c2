/* SPDX-License-Identifier: Apache-2.0 */
/* Reads lines of HEX in any dress. Used by paste. */
#include "wire/paste_line.h"

static int digit_of(uint8_t byte)
{
    if (byte >= '0' && byte <= '9')
        return byte - '0';
    byte |= 0x20;
    return byte >= 'a' && byte <= 'f' ? byte - 'a' + 10 : -1;
}

static bool is_letter(uint8_t byte)
{
    byte |= 0x20;
    return byte >= 'a' && byte <= 'z';
}

static void add_digit(struct gathered *out, int digit, bool is_hidden)
{
    if (!out->has_half) {
        if (out->length == out->size) {
            out->lost++;
            return;
        }
        out->bytes[out->length] = (uint8_t)(digit << 4);
        out->hidden[out->length] = is_hidden ? 2 : 0;
        out->has_half = true;
    } else {
        out->bytes[out->length] |= (uint8_t)digit;
        out->hidden[out->length] |= is_hidden;
        out->length++;
        out->has_half = false;
    }
    out->hidden_digits += is_hidden;
}

/* Words that stand around HEX and say nothing. */
static bool is_dress(struct cursor word)
{
    static const char *const words[] = {
        "hex",         "buffer", "byte",     "bytes",  "data",      "const", "char",    "unsigned", "static",
        "uint8_t",     "u8",     "payload",  "raw",    "new",       "msg",   "message", "packet",   "frame",
        "rx",          "recv",   "received", "in",     "b",         "x",     "var",     "let",      "tobyte",
        "bytearrayof", "ubyte",  "uchar",    "int8_t", "bytearray", "uint8"
    };
    char lower[16];
    if (word.left >= sizeof(lower))
        return false;
    for (size_t i = 0; i < word.left; i++)
        lower[i] = (char)(word.at[i] | 0x20);
    struct cursor small = cursor_of(lower, word.left);
    for (size_t i = 0; i < sizeof(words) / sizeof(words[0]); i++) {
        if (cursor_is(small, words[i]) || (cursor_is(word, words[i])))
            return true;
    }
    return false;
}

static bool is_token(uint8_t byte)
{
    return is_letter(byte) || (byte >= '0' && byte <= '9') || byte == '*' || byte == '#' || byte == '?' ||
           byte == '_';
}

/* Counts what a token consists of; false when a byte is nothing of the kind. */
static bool weigh(struct cursor token, size_t *digits, size_t *letters, size_t *masks)
{
    *digits = *letters = *masks = 0;
    for (size_t i = 0; i < token.left; i++) {
        uint8_t byte = token.at[i];
        if (digit_of(byte) >= 0)
            (*digits)++;
        else if (byte == 'O' || byte == 'o' || byte == 'l' || byte == 'I')
            (*letters)++;
        else if (byte == '*' || byte == 'X' || byte == 'x' || byte == '#' || byte == '?')
            (*masks)++;
        else if (byte != '_')
            return false;
    }
    return true;
}

void paste_add_digits(struct cursor digits, struct gathered *out)
{
    for (size_t i = 0; i < digits.left; i++) {
        uint8_t byte = digits.at[i];
        int digit = digit_of(byte);
        if (byte == '_')
            continue;
        bool is_zero = byte == 'O' || byte == 'o', is_one = byte == 'l' || byte == 'I';
        out->mended += is_zero || is_one;
        add_digit(out, digit >= 0 ? digit : is_one, digit < 0 && !is_zero && !is_one);
    }
}

/* "78h", "H78", "x78", "#78", "16#78": two digits with a mark of some language's. */
static struct cursor unmarked(struct cursor token)
{
    struct cursor pair = token;
    if (token.left == 3 && (token.at[2] | 0x20) == 'h')
        pair = cursor_part(token, 0, 2);
    else if (token.left == 3 &&
             ((token.at[0] | 0x20) == 'h' || (token.at[0] | 0x20) == 'x' || token.at[0] == '#'))
        pair = cursor_part(token, 1, 2);
    else if (token.left == 5 && CURSOR_STARTS(token, "16#"))
        pair = cursor_part(token, 3, 2);
    return pair.left == 2 && cursor_count_hex(pair) == 2 ? pair : token;
}

/* One token: HEX (its digits are added), dress, or neither (false). */
static bool take_token(struct cursor token, struct gathered *out, size_t *taken)
{
    size_t digits, letters, masks;
    bool has_prefix = token.left > 2 && token.at[0] == '0' && (token.at[1] | 0x20) == 'x';
    if (has_prefix && !cursor_skip(&token, 2))
        return false;
    /* 0x7, as some programs print it, is a byte */
    if (has_prefix && token.left == 1 && digit_of(token.at[0]) >= 0 && !out->has_half) {
        add_digit(out, 0, false);
        add_digit(out, digit_of(token.at[0]), false);
        *taken += 2;
        return true;
    }
    token = unmarked(token);
    /* 78780d01…0ah */
    if (token.left > 2 * PASTE_HEX_LEAST && (token.at[token.left - 1] | 0x20) == 'h' &&
        cursor_count_hex(token) + 1 == token.left)
        token.left--;
    if ((token.left == 1 && is_dress(token)) || !weigh(token, &digits, &letters, &masks))
        return is_dress(token);
    /* "0l", "OD": in pairs they are weighed by the line */
    bool is_hex = letters + masks == 0 || (digits >= 6 && (letters <= 4 || letters <= digits)) ||
                  (token.left == 2 && (masks == 2 || masks == 0));
    if (!is_hex || digits + letters + masks == 0)
        return is_dress(token);
    paste_add_digits(token, out);
    *taken += token.left;
    return true;
}

size_t paste_count_hex(struct cursor text)
{
    size_t n = 0, digits, letters, masks;
    struct cursor one;
    while (cursor_slice(text, n, 1, &one) && one.at[0] != '_' && weigh(one, &digits, &letters, &masks))
        n++;
    return weigh(cursor_part(text, 0, n), &digits, &letters, &masks) && 3 * digits >= n ? n : 0;
}

/* "0x7ffe0010:", "0x7ffe0010 <data+16>:" before bytes that are marked themselves: a debugger's address. */
static void skip_address(struct cursor *line)
{
    struct cursor rest = *line;
    size_t end;
    if (CURSOR_STARTS(rest, "0x") && cursor_find(rest, ':', &end) && end >= 6 && end < 64 &&
        cursor_skip(&rest, end + 1) && CURSOR_STARTS(cursor_trim(rest), "0x"))
        *line = cursor_trim(rest);
}

bool paste_hex_line(struct cursor line, struct gathered *out)
{
    struct gathered before = *out;
    struct cursor rest = cursor_trim(line);
    size_t taken = 0, more;
    if (rest.left > 8 &&
        (rest.at[rest.left - 1] == '$' || (rest.at[rest.left - 1] == '>' && rest.at[0] != '<'))) {
        out->is_cut = true;
        rest = cursor_trim(cursor_of(rest.at, rest.left - 1));
    }
    if (CURSOR_STARTS(rest, "...") && cursor_skip(&rest, 3))
        out->is_beheaded = true;
    /* Node's console */
    if (CURSOR_ENDS(rest, " more bytes>") && cursor_find_text(rest, "...", &more)) {
        out->is_cut = true;
        rest = cursor_part(rest, 0, more);
    }
    if (CURSOR_ENDS(rest, "...")) {
        out->is_cut = true;
        rest = cursor_trim(cursor_part(rest, 0, rest.left - 3));
    }
    skip_address(&rest);
    while (rest.left > 0) {
        struct cursor token;
        size_t n = 0;
        while (n < rest.left && is_token(rest.at[n]))
            n++;
        if (n == 0) {
            static const char separators[] = " \t,:;-.'\"()[]{}<>=+\\/|`&%$~";
            uint8_t byte = rest.at[0];
            if (byte == '\0' || byte >= 0x80 || !strchr(separators, byte) || !cursor_skip(&rest, 1)) {
                *out = before;
                return false;
            }
            /* \x78 */
            if (byte == '\\' && rest.left > 0 && rest.at[0] == 'x' && !cursor_skip(&rest, 1))
                return false;
            continue;
        }
        if (!cursor_take(&rest, n, &token) || !take_token(token, out, &taken)) {
            *out = before;
            return false;
        }
    }
    /* more letters than digits are words */
    bool is_hex = 2 * (out->mended - before.mended) <= taken;
    if (is_hex && (taken >= 2 * PASTE_HEX_LEAST || (before.length > 0 && taken >= 2)))
        return true;
    *out = before;
    return false;
}

bool paste_pad_bytes(struct cursor line, struct gathered *out)
{
    struct cursor rest = cursor_trim(line), digits;
    size_t singles = 0, pairs = 0;
    uint64_t value;
    out->length = 0;
    if (CURSOR_STARTS(rest, "[") && CURSOR_ENDS(rest, "]"))
        rest = cursor_trim(cursor_part(rest, 1, rest.left - 2));
    while (rest.left > 0 && out->length < out->size) {
        size_t n = cursor_count_hex(rest);
        if ((n != 1 && n != 2) || !cursor_take(&rest, n, &digits) || !cursor_hex(digits, &value))
            return false;
        out->bytes[out->length] = (uint8_t)value;
        out->hidden[out->length++] = 0;
        singles += n == 1;
        pairs += n == 2;
        size_t gap = 0;
        while (gap < rest.left && strchr(" \t,", rest.at[gap]) && rest.at[gap] != '\0')
            gap++;
        if ((gap == 0 && rest.left > 0) || !cursor_skip(&rest, gap))
            return false;
    }
    return rest.left == 0 && singles > 0 && pairs > 0 && out->length > PASTE_HEX_LEAST;
}

struct cursor paste_without_text(struct cursor line)
{
    struct cursor rest = cursor_trim(line), text;
    size_t pairs = 0, used = 0;
    /* C's arrays: 0x78, 0x78 text in a comment */
    if (cursor_find_text(rest, "/*", &used))
        return cursor_part(rest, 0, used);
    while (cursor_skip(&rest, 0) && cursor_count_hex(rest) == 2 && cursor_skip(&rest, 2)) {
        pairs++;
        used = cursor_trim(line).left - rest.left;
        size_t blanks = 0;
        while (blanks < rest.left && rest.at[blanks] == ' ')
            blanks++;
        bool is_middle = pairs == 8 && cursor_count_hex(cursor_part(rest, blanks, 3)) == 2;
        if (blanks == 0 || (blanks > 1 && !is_middle) || !cursor_skip(&rest, blanks))
            break;
    }
    text = cursor_trim(rest);
    if (CURSOR_STARTS(text, "|") && CURSOR_ENDS(text, "|") && text.left > 2)
        text = cursor_part(text, 1, text.left - 2);
    bool is_text = pairs > 0 && rest.left > text.left && text.left <= pairs && 2 * text.left > pairs;
    return is_text ? cursor_part(cursor_trim(line), 0, used) : line;
}

bool paste_is_ruler(struct cursor line)
{
    struct cursor rest = cursor_trim(line), pair;
    uint64_t value, wanted = 0;
    bool is_boxed = CURSOR_STARTS(rest, "|") && cursor_skip(&rest, 1);
    rest = cursor_trim(rest);
    while (cursor_take(&rest, cursor_count_hex(cursor_part(rest, 0, 2)), &pair) && pair.left > 0 &&
           cursor_hex(pair, &value) && value == wanted) {
        wanted++;
        rest = cursor_trim(rest);
    }
    return wanted == 16 && (rest.left == 0 || (is_boxed && cursor_is(rest, "|")));
}
