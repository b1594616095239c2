/* SPDX-License-Identifier: Apache-2.0 */
/* Puts lines together that mails, terminals and programs broke, where what stands at the seam says so. Used by paste. */
#include "wire/paste_join.h"

#include <stdlib.h>

#include "base/buffer.h"
#include "wire/logline.h"

enum {
    NUMBER_DIGITS = 6,
    HEAD_MOST = 96,
    HEAD_MEMORY = 512,
    BASE64_LEAST = 40,
    SOFT_LEAST = 73,
    SOFT_MOST = 77
};

/* ---- quoted-printable ---- */

/* "=" and the end of a line: how many bytes they are; 0: something else. */
static size_t soft_break(struct cursor text)
{
    return CURSOR_STARTS(text, "=\n") ? 2 : CURSOR_STARTS(text, "=\r\n") ? 3 : 0;
}

/* "=3D": of what mailers write so, and of nothing that follows an equals sign in a message: "lat=48". is_said: the mail tells that
 * it is written so. */
static bool take_quoted(struct cursor text, bool is_said, unsigned *byte)
{
    static const char others[] = "=\t\r\n .F!\"#$@[\\]^`{|}~";
    struct cursor digits = cursor_part(text, 1, 2);
    uint64_t value;
    for (size_t i = 0; i < digits.left; i++) {
        if (digits.at[i] >= 'a')
            return false;
    }
    if (digits.left != 2 || !cursor_hex(digits, &value) || value == 0)
        return false;
    *byte = (unsigned)value;
    return is_said || value >= 0x80 || strchr(others, (int)value);
}

/* Each equals sign is one of a mail's, and at least one is nothing else. */
static bool is_quoted_printable(struct cursor text, bool is_said)
{
    size_t at, line = 0, signs = 0;
    for (size_t i = 0; i < text.left; i++) {
        struct cursor rest = cursor_part(text, i, text.left);
        unsigned byte;
        if (rest.at[0] == '\n')
            line = i + 1;
        if (rest.at[0] != '=')
            continue;
        size_t soft = soft_break(rest), width = i + 1 - line;
        struct cursor next = cursor_part(rest, soft, rest.left);
        if (soft > 0)
            signs += width >= SOFT_LEAST && width <= SOFT_MOST && next.left > 0 &&
                     !(cursor_find(next, '\n', &at) && cursor_trim(cursor_part(next, 0, at)).left == 0);
        else if (take_quoted(rest, is_said, &byte))
            signs += is_said || byte == '=';
        else
            return false;
    }
    return signs > 0;
}

bool paste_from_mail(struct cursor text, struct buffer *out)
{
    size_t gone = 0, at;
    unsigned byte;
    bool is_said = cursor_find_text(text, "uoted-printable", &at);
    if (!is_quoted_printable(text, is_said))
        return false;
    while (text.left > 0) {
        size_t soft = soft_break(text), taken = 1;
        byte = text.at[0];
        if (soft > 0) {
            gone++;
            taken = soft;
        } else if (byte == '=') {
            (void)take_quoted(text, is_said, &byte);
            taken = 3;
        }
        if (soft == 0 && byte == '\n') {
            for (; gone > 0; gone--)
                buffer_put_u8(out, PASTE_JOINT);
        }
        if (soft == 0)
            buffer_put_u8(out, byte);
        if (!cursor_skip(&text, taken))
            break;
    }
    return true;
}

/* ---- seams ---- */

/* How a line and the next one are put together. */
struct seam {
    size_t end;   /* bytes that are taken off the line */
    size_t start; /* … and of the next one */
    bool has_blank;
};

/* "[5001" and "<- 192.0.2.7] - (HEX: 78…": the brackets of a log's line. */
static bool is_head(struct cursor line, struct cursor next, struct seam *seam)
{
    static const char prefix[] = "2000-01-01 00:00:00  INFO: ";
    char memory[HEAD_MEMORY];
    size_t open = line.left, close;
    while (open > 0 && line.left - open < HEAD_MOST && line.at[open - 1] != '[' && line.at[open - 1] != ']')
        open--;
    if (open == 0 || line.at[open - 1] != '[' || !cursor_find(cursor_part(next, 0, HEAD_MOST), ']', &close))
        return false;
    for (unsigned has_blank = 0; has_blank < 2; has_blank++) {
        struct buffer text = buffer_on(memory, sizeof(memory));
        struct logline log;
        buffer_put_text(&text, prefix);
        buffer_put_cursor(&text, cursor_trim(cursor_part(line, open - 1, line.left)));
        buffer_put_text(&text, has_blank ? " " : "");
        buffer_put_cursor(&text, cursor_part(next, 0, HEAD_MOST));
        if (logline_parse(buffer_cursor(&text), &log) && log.kind == LOGLINE_DATA) {
            *seam = (struct seam){ .end = CURSOR_ENDS(line, "\r"), .has_blank = has_blank == 1 };
            return true;
        }
    }
    return false;
}

/* A program's string that goes on in the next line. What ends as messages do is one for itself. */
static bool is_string(struct cursor line, struct cursor next, struct seam *seam)
{
    struct cursor text = cursor_trim(line), more = cursor_trim(next);
    size_t at, letter = CURSOR_STARTS(more, "b");
    if (CURSOR_ENDS(text, "\\"))
        text = cursor_trim(cursor_part(text, 0, text.left - 1));
    if (text.left < 4 || more.left < 3)
        return false;
    uint8_t quote = text.at[text.left - 1];
    if ((quote != '"' && quote != '\'') || more.at[letter] != quote ||
        (!CURSOR_STARTS(text, "(") && (!cursor_find(text, '\\', &at) || text.at[text.left - 2] == 'n')))
        return false;
    seam->end = line.left - (size_t)(text.at - line.at) - text.left + 1;
    seam->start = (size_t)(more.at - next.at) + letter + 1;
    return true;
}

static bool is_base64(struct cursor text)
{
    while (CURSOR_ENDS(text, "="))
        text.left--;
    for (size_t i = 0; i < text.left; i++) {
        uint8_t byte = text.at[i];
        bool is_letter = (byte | 0x20) >= 'a' && (byte | 0x20) <= 'z';
        if (!is_letter && !cursor_is_digit(byte) && !memchr("+/-_", byte, 4))
            return false;
    }
    return text.left > 0 && cursor_count_hex(text) < text.left;
}

/* Lines of base64, the last of which may be short. */
static bool is_block(struct cursor line, struct cursor next, size_t width, struct seam *seam)
{
    struct cursor text = cursor_trim(line), more = cursor_trim(next);
    if (width < BASE64_LEAST || width % 4 != 0 || more.left > width || more.left % 4 != 0 ||
        !is_base64(text) || !is_base64(more))
        return false;
    *seam = (struct seam){ .end = line.left - (size_t)(text.at - line.at) - text.left,
                           .start = (size_t)(more.at - next.at) };
    return true;
}

/* ---- numbers of lines ---- */

/* "  12\t", "12. ", "12:" in front of a line. */
static bool take_number(struct cursor *line, uint64_t *number, uint8_t *mark)
{
    struct cursor rest = cursor_trim(*line), digits;
    if (!cursor_digits(&rest, 1, NUMBER_DIGITS, &digits) || !cursor_number(digits, number) ||
        (digits.left > 1 && digits.at[0] == '0') || !cursor_u8(&rest, mark) || !memchr(".):|\t", *mark, 5))
        return false;
    *line = rest;
    return true;
}

void paste_unnumber(uint8_t *text, size_t *length)
{
    struct cursor rest = cursor_of(text, *length), line;
    uint64_t number, before = 0;
    uint8_t mark, first = 0;
    size_t lines = 0, n = 0;
    for (struct cursor look = rest; cursor_field(&look, '\n', &line);) {
        if (cursor_trim(line).left == 0)
            continue;
        if (!take_number(&line, &number, &mark) || (lines > 0 && (number != before + 1 || mark != first)))
            return;
        before = number;
        first = mark;
        lines++;
    }
    if (lines < 2)
        return;
    while (cursor_field(&rest, '\n', &line)) {
        (void)take_number(&line, &number, &mark);
        memmove(text + n, line.at, line.left);
        n += line.left;
        text[n++] = '\n';
    }
    *length = n;
}

uint8_t *paste_join_lines(struct cursor text, size_t *length)
{
    /* a blank and a mark of the joint for each end of a line */
    size_t room = 2 * text.left + 2, gone = 0, began = 0, width = 0;
    struct buffer out = { .bytes = malloc(room), .capacity = room };
    struct cursor line, next;
    if (!out.bytes)
        return NULL;
    bool has_line = cursor_field(&text, '\n', &line);
    while (has_line) {
        struct seam seam = { .end = 0 };
        buffer_put_cursor(&out, line);
        struct cursor whole = cursor_of(out.bytes + began, out.length - began);
        if (gone == 0)
            width = cursor_trim(line).left;
        has_line = cursor_field(&text, '\n', &next);
        if (has_line && (is_head(whole, next, &seam) || is_string(whole, next, &seam) ||
                         is_block(whole, next, width, &seam))) {
            out.length -= seam.end;
            if (seam.has_blank)
                buffer_put_u8(&out, ' ');
            line = cursor_part(next, seam.start, next.left);
            gone++;
            continue;
        }
        for (; gone > 0; gone--)
            buffer_put_u8(&out, PASTE_JOINT);
        buffer_put_u8(&out, '\n');
        began = out.length;
        line = next;
    }
    *length = out.length;
    return out.bytes;
}
