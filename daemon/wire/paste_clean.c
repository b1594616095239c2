/* SPDX-License-Identifier: Apache-2.0 */
/* Cleans a paste before it is read line by line. Used by paste. */
#include "wire/paste_clean.h"

#include <stdlib.h>

#include "base/buffer.h"

enum { NOTHING = 1, TAG_NAME = 10, TAG_MOST = 300, ENTITY_MOST = 7, LOG_HEAD = 20 };

/* Written in many ways, and meant as plain ASCII. */
static const struct {
    const char *written, *means;
} spellings[] = {
    { "&amp;lt;", "<" },      { "&amp;gt;", ">" },       { "&amp;amp;", "&" },     { "&amp;quot;", "\"" },
    { "&lt;", "<" },          { "&gt;", ">" },           { "&quot;", "\"" },       { "&apos;", "'" },
    { "\\u003c", "<" },       { "\\u003e", ">" },        { "\\u0026", "&" },       { "&nbsp;", " " },
    { "&amp;", "&" },         { "\xef\xbb\xbf", "" },    { "\xe2\x80\x8b", "" },   { "\xe2\x80\x8c", "" },
    { "\xe2\x80\x8d", "" },   { "\xe2\x81\xa0", "" },    { "\xc2\xad", "" },       { "\xc2\xa0", " " },
    { "\xe3\x80\x80", " " },  { "\xe2\x80\xaf", " " },   { "\xe2\x80\xa8", "\n" }, { "\xe2\x80\xa9", "\n" },
    { "\xe2\x88\x92", "-" },  { "\xe2\x80\x98", "'" },   { "\xe2\x80\x99", "'" },  { "\xe2\x80\x9a", "'" },
    { "\xe2\x80\x9c", "\"" }, { "\xe2\x80\x9d", "\"" },  { "\xe2\x80\x9e", "\"" }, { "\xc2\xab", "\"" },
    { "\xc2\xbb", "\"" },     { "\xe2\x80\xa6", "..." }, { "\xe2\x80\xa2", "-" },  { "\xe2\x86\x92", ">" },
    { "\xe2\x86\x90", "<" },  { "\xe2\x80\xb9", "<" },   { "\xe2\x80\xba", ">" },  { "\xe2\x88\x97", "*" },
    { "\xe2\x81\x8e", "*" },  { "\xe2\x80\x8e", "" },    { "\xe2\x80\x8f", "" },
};

/* Tags of pages and forums: some stand for the end of a line, others for nothing. */
static const char *const ends[] = { "br", "p",    "div", "tr", "li",    "pre", "blockquote",
                                    "h1", "code", "h2",  "h3", "quote", "ul",  "table" };
static const char *const nothings[] = { "span", "b",     "i", "u",    "em", "strong", "a",    "font", "tt",
                                        "samp", "tbody", "s", "mark", "hr", "html",   "body", "wbr" };
static const char *const blanks[] = { "td", "th" };

static bool is_one_of(struct cursor name, const char *const *words, size_t count)
{
    char lower[TAG_NAME + 1];
    size_t n = name.left < TAG_NAME ? name.left : TAG_NAME;
    for (size_t i = 0; i < n; i++)
        lower[i] = (char)(name.at[i] >= 'A' && name.at[i] <= 'Z' ? name.at[i] | 0x20 : name.at[i]);
    lower[n] = '\0';
    for (size_t i = 0; i < count; i++) {
        if (strcmp(lower, words[i]) == 0)
            return true;
    }
    return false;
}

/* A tag in front of the text, which is taken; false: it is none that is known. */
static bool take_tag(struct cursor *text, struct buffer *out)
{
    struct cursor rest = *text, name;
    uint8_t opening = rest.at[0], closing = opening == '<' ? '>' : ']';
    size_t length = 0, end;
    if (!cursor_skip(&rest, 1))
        return false;
    if (rest.left > 0 && rest.at[0] == '/' && !cursor_skip(&rest, 1))
        return false;
    while (length < rest.left && length <= TAG_NAME &&
           ((rest.at[length] | 0x20) >= 'a' ? (rest.at[length] | 0x20) <= 'z'
                                            : cursor_is_digit(rest.at[length])))
        length++;
    if (!cursor_take(&rest, length, &name) || length == 0 || length > TAG_NAME ||
        !cursor_find(cursor_part(rest, 0, TAG_MOST), closing, &end))
        return false;
    struct cursor inside = cursor_part(rest, 0, end);
    bool is_plain = end == 0 || rest.at[0] == ' ' || rest.at[0] == '/' || rest.at[0] == '=';
    if (!is_plain || cursor_find(inside, '\n', &length) || cursor_find(inside, opening, &length))
        return false;
    bool is_end = is_one_of(name, ends, sizeof(ends) / sizeof(ends[0]));
    bool is_blank = is_one_of(name, blanks, sizeof(blanks) / sizeof(blanks[0]));
    if (!is_end && !is_blank && !is_one_of(name, nothings, sizeof(nothings) / sizeof(nothings[0])))
        return false;
    if (!cursor_skip(&rest, end + 1))
        return false;
    if (is_end || is_blank)
        buffer_put_u8(out, is_end ? '\n' : ' ');
    *text = rest;
    return true;
}

/* "&#60;" and "&#x3c;" */
static bool take_number(struct cursor *text, struct buffer *out)
{
    struct cursor rest = *text, digits;
    uint64_t value;
    size_t end;
    if (!CURSOR_STARTS(rest, "&#") || !cursor_skip(&rest, 2) ||
        !cursor_find(cursor_part(rest, 0, ENTITY_MOST), ';', &end) || !cursor_take(&rest, end, &digits) ||
        !cursor_skip(&rest, 1))
        return false;
    bool is_hex = digits.left > 1 && (digits.at[0] | 0x20) == 'x' && cursor_skip(&digits, 1);
    if (!(is_hex ? cursor_hex(digits, &value) : cursor_number(digits, &value)) || value == 0 || value > 0xff)
        return false;
    buffer_put_u8(out, value == 0xa0 ? ' ' : (unsigned)value);
    *text = rest;
    return true;
}

/* What colours a terminal's text. */
static bool take_colour(struct cursor *text)
{
    struct cursor rest = *text;
    if (!CURSOR_STARTS(rest, "\033[") || !cursor_skip(&rest, 2))
        return false;
    while (rest.left > 0 && (cursor_is_digit(rest.at[0]) || rest.at[0] == ';' || rest.at[0] == '?')) {
        if (!cursor_skip(&rest, 1))
            return false;
    }
    if (!cursor_skip(&rest, 1))
        return false;
    *text = rest;
    return true;
}

/* Characters that stand beside each other: blanks of all widths, dashes of all lengths, the lines of tables, and ASCII as wide as
 * Chinese letters. */
static bool take_range(struct cursor *text, struct buffer *out)
{
    static const struct {
        uint32_t first, last;
        char means; /* 0: the same character of ASCII; NOTHING: none at all, the marks of direction */
    } ranges[] = { { 0xe280aa, 0xe280ae, NOTHING }, { 0xe281a6, 0xe281a9, NOTHING },
                   { 0xe28080, 0xe2808a, ' ' },     { 0xe28090, 0xe28095, '-' },
                   { 0xe29480, 0xe29481, '-' },     { 0xe29482, 0xe2948b, ' ' },
                   { 0xe2948c, 0xe295bf, ' ' },     { 0xefbc81, 0xefbcbf, 0 },
                   { 0xefbd80, 0xefbd9e, 0 } };
    uint64_t code;
    if (!cursor_be_at(*text, 0, 3, &code))
        return false;
    for (size_t i = 0; i < sizeof(ranges) / sizeof(ranges[0]); i++) {
        if (code < ranges[i].first || code > ranges[i].last)
            continue;
        unsigned ascii = (unsigned)(code & 0x3f) + ((code & 0xff00) == 0xbc00 ? 0x20 : 0x60);
        if (ranges[i].means != NOTHING)
            buffer_put_u8(out, ranges[i].means ? (unsigned)ranges[i].means : ascii);
        return cursor_skip(text, 3);
    }
    return false;
}

static bool take_spelling(struct cursor *text, struct buffer *out)
{
    uint8_t first = text->at[0];
    if (first != '&' && first != '\\' && first < 0x80)
        return false;
    for (size_t i = 0; i < sizeof(spellings) / sizeof(spellings[0]); i++) {
        size_t length = strlen(spellings[i].written);
        if (!cursor_starts(*text, spellings[i].written, length))
            continue;
        buffer_put_text(out, spellings[i].means);
        return cursor_skip(text, length);
    }
    return take_range(text, out);
}

/* Does a line of Traccar's log begin here: "2026-02-01 08:09:10  INFO: "? */
static bool is_log_head(struct cursor text)
{
    static const char form[LOG_HEAD] = "dddd-dd-dd dd:dd:dd ";
    if (text.left < LOG_HEAD + 6)
        return false;
    for (size_t i = 0; i < LOG_HEAD; i++) {
        if (form[i] == 'd' ? !cursor_is_digit(text.at[i]) : text.at[i] != (uint8_t)form[i])
            return false;
    }
    size_t i = LOG_HEAD;
    while (i < LOG_HEAD + 2 && text.at[i] == ' ')
        i++;
    size_t level = i;
    while (i < text.left && i < level + 7 && text.at[i] >= 'A' && text.at[i] <= 'Z')
        i++;
    return i > level + 2 && i < text.left && text.at[i] == ':';
}

/* Is the line that was begun empty but for a mail's quotation marks? */
static bool is_line_empty(const struct buffer *out)
{
    size_t n = out->length;
    while (n > 0 && (out->bytes[n - 1] == ' ' || out->bytes[n - 1] == '>' || out->bytes[n - 1] == '-'))
        n--;
    return n == 0 || out->bytes[n - 1] == '\n';
}

/* Text of 16-bit characters: their lower halves, where nothing is lost. */
static struct cursor narrow(struct cursor text, uint8_t *out)
{
    bool is_little = CURSOR_STARTS(text, "\xff\xfe");
    if (!is_little && !CURSOR_STARTS(text, "\xfe\xff"))
        return text;
    size_t n = 0;
    for (size_t i = 2; i + 1 < text.left; i += 2) {
        uint8_t low = text.at[is_little ? i : i + 1], high = text.at[is_little ? i + 1 : i];
        out[n++] = high == 0 ? low : '?';
    }
    return cursor_of(out, n);
}

/* Takes a mail's quotation marks away: "> > text". A bare one, as in ">RPV…<", may be a message's own. */
static void unquote_line(struct cursor *line, bool may_be_bare)
{
    struct cursor rest = cursor_trim(*line);
    while (CURSOR_STARTS(rest, "> ") || CURSOR_STARTS(rest, ">>") || cursor_is(rest, ">") ||
           (may_be_bare && CURSOR_STARTS(rest, ">"))) {
        bool has_blank = CURSOR_STARTS(rest, "> ");
        if (!cursor_skip(&rest, has_blank ? 2 : 1))
            return;
        *line = rest;
        may_be_bare = false;
    }
}

void paste_unquote(uint8_t *text, size_t *length)
{
    struct cursor rest = cursor_of(text, *length), line;
    size_t lines = 0, quoted = 0, n = 0;
    for (struct cursor look = rest; cursor_field(&look, '\n', &line);) {
        line = cursor_trim(line);
        lines += line.left > 0;
        quoted += CURSOR_STARTS(line, ">");
        /* the other side of a conversation, as netcat shows it */
        if (CURSOR_STARTS(line, "< "))
            return;
    }
    if (quoted == 0)
        return;
    while (cursor_field(&rest, '\n', &line)) {
        unquote_line(&line, quoted == lines);
        memmove(text + n, line.at, line.left);
        n += line.left;
        text[n++] = '\n';
    }
    *length = n;
}

uint8_t *paste_clean(struct cursor text, size_t *length)
{
    /* a line end more for each head of a log's line, and the last */
    size_t room = text.left + text.left / LOG_HEAD + 2;
    struct buffer out = { .bytes = malloc(room), .capacity = room };
    uint8_t *narrowed = malloc(text.left + 1);
    if (!out.bytes || !narrowed) {
        free(out.bytes);
        free(narrowed);
        return NULL;
    }
    text = narrow(text, narrowed);
    while (text.left > 0) {
        uint8_t byte = text.at[0];
        if ((byte == '&' && take_number(&text, &out)) || take_spelling(&text, &out) ||
            (byte == '\033' && take_colour(&text)) || ((byte == '<' || byte == '[') && take_tag(&text, &out)))
            continue;
        if (byte == '2' && is_log_head(text) && !is_line_empty(&out))
            buffer_put_u8(&out, '\n');
        buffer_put_u8(&out, byte);
        if (!cursor_skip(&text, 1))
            break;
    }
    free(narrowed);
    *length = out.length;
    return out.bytes;
}
