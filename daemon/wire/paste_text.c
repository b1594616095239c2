/* SPDX-License-Identifier: Apache-2.0 */
/* Undoes what pages, mails, chats and careful people did to a text. Used by paste. */
#include "wire/paste_text.h"

enum {
    HIDDEN_RUN = 2,   /* beside a digit */
    HIDDEN_FIELD = 4, /* between separators */
    HIDDEN_ID = 15,   /* digits of an id in whose place a word stands */
    TAG_MOST = 16
};

struct cursor paste_undressed(struct cursor line)
{
    struct cursor text = cursor_trim(line);
    /* Python's bytes */
    bool is_bytes = (CURSOR_STARTS(text, "b'") && CURSOR_ENDS(text, "'")) ||
                    (CURSOR_STARTS(text, "b\"") && CURSOR_ENDS(text, "\""));
    if (is_bytes)
        text = cursor_part(text, 1, text.left);
    while (text.left > 2 &&
           (text.at[0] == '>' || text.at[0] == '`' || text.at[0] == '"' || text.at[0] == '\'')) {
        uint8_t quote = text.at[0];
        text = cursor_trim(cursor_of(text.at + 1, text.left - 1));
        if (quote != '>' && text.left > 0 && text.at[text.left - 1] == quote)
            text = cursor_trim(cursor_of(text.at, text.left - 1));
    }
    return text;
}

struct cursor paste_quoted(struct cursor line)
{
    static const char marks[] = "\"'`|";
    for (size_t i = 0; i < line.left; i++) {
        size_t end = line.left;
        if (line.at[i] == '\0' || !strchr(marks, line.at[i]))
            continue;
        while (end > i + 1 && line.at[end - 1] != line.at[i])
            end--;
        return end > i + 1 ? cursor_trim(cursor_part(line, i + 1, end - i - 2)) : line;
    }
    return line;
}

size_t paste_unquoted(struct cursor text, uint8_t *out, size_t size)
{
    size_t n = 0;
    for (size_t i = 0; i < text.left && n < size; i++) {
        uint8_t byte = text.at[i], next;
        if (byte == '\\' && cursor_u8_at(text, i + 1, &next) && (next == 'r' || next == 'n')) {
            byte = next == 'r' ? '\r' : '\n';
            i++;
        }
        out[n++] = byte;
    }
    return n;
}

/* A word of the reader's own in place of an id: <imei>, [ID], {deviceid}. Returns its length; 0: there is none. */
static size_t placeholder_of(struct cursor text)
{
    static const char *const words[] = { "imei",     "id",      "deviceid",  "device_id",
                                         "uniqueid", "myimei",  "your_imei", "redacted",
                                         "hidden",   "removed", "masked" };
    size_t end;
    if (text.left < 4 || !strchr("<[{", text.at[0]) || text.at[0] == '\0' ||
        !cursor_find(cursor_part(text, 0, 16),
                     text.at[0] == '<'   ? '>'
                     : text.at[0] == '[' ? ']'
                                         : '}',
                     &end))
        return 0;
    char lower[16];
    for (size_t i = 1; i < end; i++)
        lower[i - 1] = (char)(text.at[i] >= 'A' && text.at[i] <= 'Z' ? text.at[i] | 0x20 : text.at[i]);
    for (size_t i = 0; i < sizeof(words) / sizeof(words[0]); i++) {
        if (cursor_is(cursor_of(lower, end - 1), words[i]))
            return end + 1;
    }
    return 0;
}

bool paste_find_placeholder(struct cursor text, size_t *at, struct cursor *word)
{
    for (*at = 0; *at < text.left; (*at)++) {
        struct cursor rest = cursor_part(text, *at, text.left);
        size_t length = placeholder_of(rest);
        if (length > 0)
            return cursor_take(&rest, length, word);
    }
    return false;
}

static bool is_separator(uint8_t byte)
{
    return byte == ',' || byte == ':' || byte == ';' || byte == '=' || byte == '|' || byte == '&' ||
           byte == '/';
}

/* Puts so many zeros, hidden ones, in place of what stands there. False: there is no room. */
static bool hide(uint8_t *bytes, uint8_t *hidden, size_t *length, size_t size, size_t at, size_t taken,
                 size_t zeros)
{
    if (*length - taken > size - zeros)
        return false;
    memmove(bytes + at + zeros, bytes + at + taken, *length - at - taken);
    memmove(hidden + at + zeros, hidden + at + taken, *length - at - taken);
    memset(bytes + at, '0', zeros);
    memset(hidden + at, 3, zeros);
    *length = *length - taken + zeros;
    return true;
}

size_t paste_unhidden(uint8_t *bytes, uint8_t *hidden, size_t *length, size_t size)
{
    size_t found = 0;
    memset(hidden, 0, size);
    for (size_t i = 0; i < *length;) {
        size_t n = 0, word = placeholder_of(cursor_of(bytes + i, *length - i));
        uint8_t byte = bytes[i];
        while (i + n < *length && bytes[i + n] == byte && memchr("*Xx#?", byte, 5))
            n++;
        uint8_t before = i > 0 ? bytes[i - 1] : 0, behind = i + n < *length ? bytes[i + n] : 0;
        bool is_beside = cursor_is_digit(before) || cursor_is_digit(behind);
        bool is_field = n >= HIDDEN_FIELD && is_separator(before) && is_separator(behind);
        size_t zeros = word > 0 ? HIDDEN_ID : n;
        if ((word > 0 || (n >= HIDDEN_RUN && (is_beside || is_field))) &&
            hide(bytes, hidden, length, size, i, word > 0 ? word : n, zeros)) {
            found += zeros;
            n = zeros;
        }
        i += n > 0 ? n : 1;
    }
    return found;
}

size_t paste_unspaced(uint8_t *bytes, size_t length)
{
    size_t n = 0;
    for (size_t i = 0; i < length; i++) {
        if (bytes[i] != ' ' || n == 0 || !is_separator(bytes[n - 1]))
            bytes[n++] = bytes[i];
    }
    return n;
}

struct cursor paste_untagged(struct cursor text)
{
    size_t from = text.left > TAG_MOST ? text.left - TAG_MOST : 0, at;
    bool is_tagged =
        CURSOR_ENDS(text, ">") && cursor_find_text(cursor_part(text, from, text.left), "</", &at);
    return is_tagged ? cursor_part(text, 0, from + at) : text;
}

bool paste_is_closing(struct cursor text)
{
    static const char *const ends[] = {
        "<CR>", "<LF>", "<cr>", "<lf>", "[CR]", "[LF]", "\\r", "\\n", "<CRLF>"
    };
    while (text.left > 0) {
        size_t n = strchr("\"'`}])|,>\\ \t\r\n", text.at[0]) && text.at[0] != '\0', end;
        /* cat -A's mark of a line's end; a tag of a page that was escaped twice */
        if (cursor_is(text, "$"))
            n = 1;
        /* socat's end of a message */
        else if (cursor_is(cursor_trim(text), "--"))
            return true;
        else if (CURSOR_STARTS(text, "</") && cursor_find(cursor_part(text, 0, TAG_MOST), '>', &end))
            n = end + 1;
        for (size_t i = 0; n == 0 && i < sizeof(ends) / sizeof(ends[0]); i++)
            n = cursor_starts(text, ends[i], strlen(ends[i])) ? strlen(ends[i]) : 0;
        if (n == 0 || !cursor_skip(&text, n))
            return false;
    }
    return true;
}

bool paste_is_words(struct cursor text)
{
    struct cursor word;
    unsigned words = 0, first = 0, count = 0;
    text = cursor_trim(text);
    /* the mark that closes a quotation */
    while (text.left > 0 && strchr("\"'`|<>)]};.,-! ", text.at[0]) && text.at[0] != '\0' &&
           cursor_skip(&text, 1))
        first = 1;
    while (cursor_field(&text, ' ', &word)) {
        size_t letters = 0;
        while (letters < word.left && ((word.at[letters] | 0x20) >= 'a' && (word.at[letters] | 0x20) <= 'z'))
            letters++;
        bool is_word = letters > 0 && (letters == word.left ||
                                       (letters + 1 == word.left && strchr(".,:;!?)\"'", word.at[letters])));
        size_t comma;
        bool is_list = cursor_find(word, ',', &comma) && comma + 1 < word.left;
        if ((count++ == 0 && !is_word) || is_list)
            return false;
        words += is_word;
    }
    return count == 0 ? first > 0 : words >= 2 || first > 0;
}

bool paste_may_begin(uint8_t before, uint8_t byte)
{
    return before == ' ' || before == '\t' || before == '"' || before == '`' || before == '\'' ||
           before == '>' || (byte != '\0' && strchr("*$([#+{", byte));
}

struct cursor paste_unlisted(struct cursor line)
{
    struct cursor text = line, rest = cursor_trim(line), number;
    bool is_listed = ((CURSOR_STARTS(rest, "- ") || CURSOR_STARTS(rest, "* ")) && cursor_skip(&rest, 2)) ||
                     (cursor_digits(&rest, 1, 3, &number) &&
                      (CURSOR_STARTS(rest, ". ") || CURSOR_STARTS(rest, ") ")) && cursor_skip(&rest, 2));
    if (is_listed && cursor_trim(rest).left > 0)
        text = rest;
    /* bold letters of a forum */
    rest = cursor_trim(text);
    bool is_bold = rest.left > 4 && ((CURSOR_STARTS(rest, "**") && CURSOR_ENDS(rest, "**")) ||
                                     (CURSOR_STARTS(rest, "__") && CURSOR_ENDS(rest, "__")));
    return is_bold ? cursor_part(rest, 2, rest.left - 4) : text;
}
