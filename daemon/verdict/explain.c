/* SPDX-License-Identifier: Apache-2.0 */
/* Lays a message's fields out under its bytes. Used by `identify --explain` and wherever a message is shown whole. */
#include "verdict/explain.h"

#include <stdlib.h>

#include "verdict/record.h"

enum { ROW_BYTES = 16, ROW_TEXT = 64, ROWS_MAX = 512, LETTERS = 52 };

/* The fields in the order of their place, those inside others left out of the rows. */
struct layout {
    const struct mark *list[MARKS_MAX];
    char letter[MARKS_MAX]; /* 0: it has none, because it lies inside another */
    size_t count;
};

static int by_place(const void *left, const void *right)
{
    const struct mark *a = *(const struct mark *const *)left, *b = *(const struct mark *const *)right;
    if (a->offset != b->offset)
        return a->offset < b->offset ? -1 : 1;
    return a->length < b->length ? 1 : a->length > b->length ? -1 : 0;
}

static void lay_out(const struct marks *marks, struct layout *layout)
{
    static const char letters[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ";
    size_t end = 0, used = 0;
    layout->count = 0;
    for (size_t i = 0; marks && i < marks->count; i++)
        layout->list[layout->count++] = &marks->list[i];
    if (layout->count > 0)
        qsort(layout->list, layout->count, sizeof(layout->list[0]), by_place);
    for (size_t i = 0; i < layout->count; i++) {
        const struct mark *mark = layout->list[i];
        bool is_free = mark->offset >= end && mark->length > 0;
        layout->letter[i] = is_free ? letters[used++ % LETTERS] : '\0';
        if (is_free)
            end = mark->offset + mark->length;
    }
}

/* The sign under one byte: the letter where a field begins and ends, '-' between, '.' where nothing explains it. */
static char sign_at(const struct layout *layout, size_t offset, const struct mark **field)
{
    *field = NULL;
    for (size_t i = 0; i < layout->count; i++) {
        const struct mark *mark = layout->list[i];
        if (!layout->letter[i] || offset < mark->offset || offset - mark->offset >= mark->length)
            continue;
        *field = mark;
        bool is_edge = offset == mark->offset || offset == mark->offset + mark->length - 1;
        return is_edge ? layout->letter[i] : '-';
    }
    return '.';
}

/* Are this byte and the next one of the same field? */
static bool goes_on(const struct layout *layout, size_t offset, size_t end)
{
    const struct mark *here, *next;
    (void)sign_at(layout, offset, &here);
    if (offset + 1 >= end)
        return false;
    (void)sign_at(layout, offset + 1, &next);
    return here && here == next;
}

static void put_byte_rows(struct buffer *out, struct cursor bytes, const struct layout *layout)
{
    for (size_t row = 0; row < bytes.left && row / ROW_BYTES < ROWS_MAX; row += ROW_BYTES) {
        size_t end = row + ROW_BYTES < bytes.left ? row + ROW_BYTES : bytes.left;
        buffer_printf(out, "  %04zx ", row);
        for (size_t i = row; i < end; i++) {
            buffer_put_text(out, i - row == 8 ? "  " : " ");
            buffer_put_hex(out, cursor_of(bytes.at + i, 1));
        }
        buffer_put_text(out, "\n       ");
        for (size_t i = row; i < end; i++) {
            const struct mark *field;
            char sign = sign_at(layout, i, &field);
            bool is_on = i > row && goes_on(layout, i - 1, end);
            buffer_put_text(out, i - row == 8 ? is_on ? "--" : "  " : is_on ? "-" : " ");
            buffer_put_u8(out, (uint8_t)sign);
            buffer_put_u8(out, sign == '.'                      ? '.'
                               : goes_on(layout, i, bytes.left) ? '-'
                               : field && field->length > 1     ? (uint8_t)sign
                                                                : ' ');
        }
        buffer_put_u8(out, '\n');
    }
}

static void put_text_rows(struct buffer *out, struct cursor bytes, const struct layout *layout)
{
    for (size_t row = 0; row < bytes.left && row / ROW_TEXT < ROWS_MAX; row += ROW_TEXT) {
        size_t end = row + ROW_TEXT < bytes.left ? row + ROW_TEXT : bytes.left;
        buffer_printf(out, "  %4zu  ", row);
        for (size_t i = row; i < end; i++)
            buffer_put_u8(out, bytes.at[i] >= 0x20 && bytes.at[i] < 0x7f ? bytes.at[i] : (uint8_t)'.');
        buffer_put_text(out, "\n        ");
        for (size_t i = row; i < end; i++) {
            const struct mark *field;
            buffer_put_u8(out, (uint8_t)sign_at(layout, i, &field));
        }
        buffer_put_u8(out, '\n');
    }
}

static void put_legend(struct buffer *out, const struct layout *layout, size_t length)
{
    size_t explained = 0;
    for (size_t i = 0; i < layout->count; i++) {
        const struct mark *mark = layout->list[i];
        buffer_printf(out, "  %c %4zu +%-3zu %-14s %s%s\n", layout->letter[i] ? layout->letter[i] : ' ',
                      mark->offset, mark->length, mark->name, mark->value,
                      mark->is_wrong ? "  <- WRONG" : "");
        if (layout->letter[i])
            explained += mark->length;
    }
    if (explained < length)
        buffer_printf(out, "  . %zu of %zu bytes are not explained\n", length - explained, length);
}

void explain_put(struct buffer *out, const struct identity *identity)
{
    struct layout layout;
    struct cursor bytes = identity->reading.message;
    if (bytes.left == 0)
        return;
    lay_out(identity->reading.marks, &layout);
    if (cursor_is_text(cursor_trim_nul(bytes)))
        put_text_rows(out, bytes, &layout);
    else
        put_byte_rows(out, bytes, &layout);
    put_legend(out, &layout, bytes.left);
}

/* ---- JSON ---- */

static const char *state_of(const struct mark *mark)
{
    if (mark->is_wrong)
        return "problem";
    if (strcmp(mark->name, "checksum") == 0)
        return "ok";
    if (strcmp(mark->name, "fix") == 0)
        return strcmp(mark->value, "fix: yes") == 0 ? "ok" : "problem";
    return "plain";
}

static void put_field(struct buffer *out, const struct mark *mark, size_t noise, bool is_inside)
{
    buffer_put_text(out, "{\"name\":");
    record_put_string(out, mark->name);
    record_put_number(out, "offset", noise + mark->offset);
    record_put_number(out, "length", mark->length);
    record_put_member(out, "value", mark->value);
    record_put_member(out, "state", state_of(mark));
    buffer_put_text(out, is_inside ? ",\"inside\":true}" : "}");
}

static void put_gap(struct buffer *out, size_t from, size_t to, const char **comma)
{
    if (from >= to)
        return;
    buffer_printf(out, "%s{\"offset\":%zu,\"length\":%zu}", *comma, from, to - from);
    *comma = ",";
}

void explain_put_member(struct buffer *out, const struct identity *identity)
{
    struct layout layout;
    const char *comma = "";
    size_t at = 0, noise = identity->noise;
    lay_out(identity->reading.marks, &layout);
    buffer_put_text(out, ",\"explained\":{\"hex\":\"");
    buffer_put_hex(out, identity->bytes);
    buffer_put_text(out, "\",\"fields\":[");
    for (size_t i = 0; i < layout.count; i++) {
        if (i > 0)
            buffer_put_u8(out, ',');
        put_field(out, layout.list[i], noise, !layout.letter[i]);
    }
    buffer_put_text(out, "],\"unexplained\":[");
    for (size_t i = 0; i < layout.count; i++) {
        const struct mark *mark = layout.list[i];
        put_gap(out, at, noise + mark->offset, &comma);
        if (noise + mark->offset + mark->length > at)
            at = noise + mark->offset + mark->length;
    }
    put_gap(out, at, identity->bytes.left, &comma);
    buffer_put_text(out, "]}");
}
