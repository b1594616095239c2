/* SPDX-License-Identifier: Apache-2.0 */
/* Reads dumps: which of the known forms fits all rows. Used by paste. */
#include "wire/paste_dump.h"

enum { OFFSET_LEAST = 4, OFFSET_MOST = 8, ROW_MOST = 256, CELL = 4 };

/* What the groups of a row are. */
enum group_kind { GROUP_BIG, GROUP_LITTLE, GROUP_CHARACTERS };

struct form {
    unsigned base, digits, bytes; /* of one group */
    enum group_kind kind;
};

/* The usual ones first: where several fit, the caller asks who knows the bytes. */
static const struct form forms[PASTE_DUMP_FORMS] = {
    { 16, 2, 1, GROUP_BIG },     { 16, 4, 2, GROUP_BIG },       { 16, 4, 2, GROUP_LITTLE },
    { 16, 8, 4, GROUP_BIG },     { 16, 8, 4, GROUP_LITTLE },    { 8, 3, 1, GROUP_BIG },
    { 8, 6, 2, GROUP_LITTLE },   { 10, 5, 2, GROUP_LITTLE },    { 10, 3, 1, GROUP_BIG },
    { 2, 8, 1, GROUP_BIG },      { 0, 1, 1, GROUP_CHARACTERS }, { 16, 16, 8, GROUP_BIG },
    { 16, 16, 8, GROUP_LITTLE }, { 8, 11, 4, GROUP_LITTLE },
};

enum { BASES = 3 };
static const unsigned offset_bases[BASES] = { 16, 8, 10 };

static int digit_of(uint8_t byte)
{
    if (cursor_is_digit(byte))
        return byte - '0';
    byte |= 0x20;
    return byte >= 'a' && byte <= 'f' ? byte - 'a' + 10 : -1;
}

static bool take_number(struct cursor digits, unsigned base, uint64_t *number)
{
    *number = 0;
    for (size_t i = 0; i < digits.left; i++) {
        int digit = digit_of(digits.at[i]);
        if (digit < 0 || (unsigned)digit >= base || *number > UINT64_MAX >> 8)
            return false;
        *number = *number * base + (unsigned)digit;
    }
    return digits.left > 0;
}

static size_t count_blanks(struct cursor text)
{
    size_t n = 0;
    while (n < text.left && (text.at[n] == ' ' || text.at[n] == '\t'))
        n++;
    return n;
}

/* ---- rows ---- */

bool paste_dump_row(struct cursor line, struct dump_row *row)
{
    struct cursor rest = line;
    size_t end;
    *row = (struct dump_row){ .indent = count_blanks(line) };
    if (!cursor_skip(&rest, row->indent))
        return false;
    /* "< 00000000 78 78 … # xx": netcat's, with the direction before it and the text behind it */
    bool is_netcat = (CURSOR_STARTS(rest, "< ") || CURSOR_STARTS(rest, "> ")) && cursor_find(rest, '#', &end);
    if (is_netcat) {
        row->is_out = rest.at[0] == '>';
        rest = cursor_part(rest, 2, end - 2);
    }
    /* "|00000000| 78 78 … |xx|", "| 00000000  78 78 … |", "[0000]   78 78", "0000h: 78 78": the offset in a frame */
    bool is_framed = (CURSOR_STARTS(rest, "|") || CURSOR_STARTS(rest, "[")) && cursor_skip(&rest, 1);
    if (is_framed)
        rest = cursor_part(rest, count_blanks(rest), rest.left);
    row->has_prefix = CURSOR_STARTS(rest, "0x") && cursor_skip(&rest, 2);
    size_t n = cursor_count_hex(rest);
    if (n < OFFSET_LEAST || n > OFFSET_MOST || !cursor_take(&rest, n, &row->offset))
        return false;
    if ((CURSOR_STARTS(rest, "h:") ||
         (is_framed && (CURSOR_STARTS(rest, "|") || CURSOR_STARTS(rest, "]")))) &&
        !cursor_skip(&rest, 1))
        return false;
    row->has_colon = CURSOR_STARTS(rest, ":") && cursor_skip(&rest, 1);
    row->is_framed = is_framed;
    if (is_framed && cursor_is(cursor_trim(rest), "|"))
        rest = cursor_part(rest, rest.left, 0);
    row->rest = rest;
    row->is_end = cursor_trim(rest).left == 0;
    if (row->is_end)
        return !row->has_prefix && !row->has_colon && n >= 6;
    return count_blanks(rest) > 0;
}

/* Do the bytes stand further from the offset than from each other? */
static bool is_apart(struct cursor rest)
{
    return count_blanks(rest) > 1 || CURSOR_STARTS(rest, "\t");
}

static bool is_zero(struct cursor offset)
{
    for (size_t i = 0; i < offset.left; i++) {
        if (offset.at[i] != '0')
            return false;
    }
    return true;
}

bool paste_dump_is_first(const struct dump_row *row)
{
    if (row->is_end || !is_zero(row->offset))
        return false;
    size_t group = cursor_count_hex(cursor_trim(row->rest));
    bool is_marked = row->has_prefix || row->has_colon || row->is_framed || is_apart(row->rest);
    return is_marked || (row->offset.left >= 7 && group != row->offset.left) ||
           (row->offset.left > 4 && group == 2);
}

bool paste_dump_is_marked(struct cursor line)
{
    struct dump_row row;
    if (!paste_dump_row(line, &row))
        return false;
    return row.has_colon   ? row.has_prefix || row.offset.left == OFFSET_MOST
           : row.is_framed ? !row.is_end && is_zero(row.offset)
                           : !row.is_end && is_zero(row.offset) && is_apart(row.rest);
}

bool paste_dump_is_next(const struct dump_row *before, const struct dump_row *row)
{
    if (row->offset.left != before->offset.left || row->has_prefix != before->has_prefix ||
        row->is_out != before->is_out || (row->has_colon != before->has_colon && !row->is_end) ||
        (row->indent != before->indent && !row->is_end))
        return false;
    return memcmp(row->offset.at, before->offset.at, row->offset.left) > 0;
}

bool paste_dump_is_repeat(struct cursor line)
{
    return cursor_is(cursor_trim(line), "*");
}

/* ---- groups ---- */

static void put_value(const struct form *form, uint64_t value, unsigned bytes, uint8_t *out)
{
    for (unsigned i = 0; i < bytes; i++) {
        unsigned shift = form->kind == GROUP_LITTLE ? i : bytes - 1 - i;
        out[i] = (uint8_t)(value >> 8 * shift);
    }
}

/* One group in front of the text. Returns its bytes; 0: there is none. The last one of a row may be short. */
static unsigned take_group(const struct form *form, struct cursor *text, uint8_t *out)
{
    struct cursor digits;
    uint64_t value;
    size_t n = 0;
    unsigned bytes = form->bytes;
    while (n < text->left && digit_of(text->at[n]) >= 0)
        n++;
    bool is_short = form->base == 16 && form->kind == GROUP_BIG && n > 0 && n < form->digits && n % 2 == 0;
    bool is_right = form->base == 10 ? n > 0 && n <= form->digits : n == form->digits;
    if ((!is_right && !is_short) || (n < text->left && text->at[n] != ' ' && text->at[n] != '\t' &&
                                     text->at[n] != '\r' && text->at[n] != '|'))
        return 0;
    if (is_short)
        bytes = (unsigned)n / 2;
    if (!cursor_take(text, n, &digits) || !take_number(digits, form->base, &value) ||
        (bytes < 8 && value >> 8 * bytes != 0))
        return 0;
    put_value(form, value, bytes, out);
    return bytes;
}

/* "  x", " \r", "015": a character of od -c, right-aligned in four columns. */
static bool take_cell(struct cursor cell, uint8_t *out)
{
    static const char escapes[] = "0\0a\ab\bt\tn\nv\vf\fr\r";
    struct cursor text = cursor_trim(cell);
    uint64_t value;
    if (text.left == 0) {
        *out = ' ';
        return cell.left == CELL;
    }
    if (text.left == 1) {
        *out = text.at[0];
        return true;
    }
    if (text.left == 2 && text.at[0] == '\\') {
        for (size_t i = 0; i + 2 < sizeof(escapes); i += 2) {
            *out = (uint8_t)escapes[i + 1];
            if ((uint8_t)escapes[i] == text.at[1])
                return true;
        }
        *out = '\\';
        return text.at[1] == '\\';
    }
    if (text.left != 3 || !take_number(text, 8, &value) || value > 0xff)
        return false;
    *out = (uint8_t)value;
    return true;
}

static size_t take_cells(struct cursor text, size_t most, uint8_t *out)
{
    size_t n = 0;
    struct cursor cell;
    while (n < most && text.left > 0 && text.at[0] != '\r') {
        size_t width = text.left < CELL ? text.left : CELL;
        if (!cursor_take(&text, width, &cell) || !take_cell(cell, &out[n]))
            break;
        n++;
    }
    return n;
}

/* The bytes of a row, at most so many, or exactly so many; width: where its groups end in longer rows (0: not known), and where they do here. */
static size_t take_row(const struct form *form, struct cursor text, size_t most, bool is_exact, size_t *width,
                       uint8_t *out)
{
    struct cursor rest = text;
    size_t n = 0, gap = 0;
    if (form->kind == GROUP_CHARACTERS)
        return take_cells(text, most, out);
    while (n < most) {
        struct cursor look = rest;
        size_t blanks = count_blanks(look);
        bool is_middle = n == 8 && blanks == gap + 1;
        /* behind a wider gap stands the text, where nothing else tells where it begins */
        if (n > form->bytes && *width == 0 && !is_exact && blanks > gap && !is_middle && form->base != 10)
            break;
        if (n == form->bytes)
            gap = blanks;
        uint8_t group[8];
        struct cursor middle = cursor_part(look, blanks, look.left);
        if (n == 8 && blanks > 0 && CURSOR_STARTS(middle, "| ") &&
            cursor_count_hex(cursor_part(middle, 2, 3)) == 2)
            blanks += 2;
        if (!cursor_skip(&look, blanks) || (*width != 0 && (size_t)(look.at - text.at) >= *width))
            break;
        unsigned bytes = take_group(form, &look, group);
        if (bytes == 0 || bytes > most - n)
            break;
        memcpy(out + n, group, bytes);
        n += bytes;
        rest = look;
        if (bytes < form->bytes)
            break;
    }
    /* as many as there may be, and the next one stands there as if it belonged to them */
    struct cursor look = rest;
    uint8_t group[8];
    if (*width == 0 && n >= most && gap > 0 && count_blanks(rest) == gap && cursor_skip(&look, gap) &&
        take_group(form, &look, group) == form->bytes)
        return 0;
    *width = text.left - rest.left;
    return n;
}

/* ---- the whole ---- */

static const char *source_of(const struct dump_row *row, const struct form *form)
{
    if (row->has_prefix)
        return "tcpdump";
    if (row->has_colon)
        return "xxd";
    if (row->offset.left == 4)
        return "wireshark";
    if (row->offset.left == 8)
        return "hexdump";
    return form->bytes == 1 && form->kind != GROUP_CHARACTERS ? "od" : "hexdump";
}

/* The offset of the next row behind this one; false: there is none. */
static bool find_next(struct cursor rows, unsigned base, uint64_t *offset)
{
    struct cursor line;
    struct dump_row row;
    while (cursor_field(&rows, '\n', &line)) {
        if (paste_dump_row(line, &row))
            return take_number(row.offset, base, offset);
    }
    return false;
}

/* Is there only a closing offset behind the row? */
static bool is_last_row(struct cursor rows)
{
    struct cursor line;
    struct dump_row row;
    while (cursor_field(&rows, '\n', &line)) {
        if (paste_dump_row(line, &row) && !row.is_end)
            return false;
    }
    return true;
}

struct reader {
    const struct form *form;
    unsigned base; /* of offsets */
    uint8_t *out;
    size_t size, length;
    size_t lost;             /* bytes behind these that have no room */
    size_t step;             /* bytes that every row but the last has; 0: not known yet */
    size_t width, row_bytes; /* of the latest whole row */
    uint64_t start;          /* the first offset */
};

/* "*" stands for rows that are as the one before. */
static bool repeat(struct reader *reader, uint64_t offset)
{
    size_t wanted = (size_t)(offset - reader->start);
    if (reader->row_bytes == 0 || reader->lost > 0 || wanted > reader->size ||
        reader->length < reader->row_bytes)
        return false;
    for (; reader->length < wanted; reader->length++)
        reader->out[reader->length] = reader->out[reader->length - reader->row_bytes];
    return true;
}

static bool read_row(struct reader *reader, const struct dump_row *row, struct cursor behind)
{
    uint64_t offset, next = 0;
    uint8_t bytes[ROW_MOST + 8];
    if (!take_number(row->offset, reader->base, &offset))
        return false;
    if (reader->length == 0)
        reader->start = offset;
    if (offset < reader->start)
        return false;
    if (offset - reader->start != reader->length + reader->lost && !repeat(reader, offset))
        return false;
    if (row->is_end)
        return true;
    bool has_next = find_next(behind, reader->base, &next);
    struct cursor line;
    bool is_repeated = has_next && cursor_field(&behind, '\n', &line) && paste_dump_is_repeat(line);
    size_t most = reader->row_bytes ? reader->row_bytes : 32, width = reader->width;
    if (has_next && !is_repeated && (next <= offset || next - offset > ROW_MOST))
        return false;
    if (has_next && !is_repeated) {
        most = (size_t)(next - offset);
        bool is_last = is_last_row(behind);
        if (reader->step != 0 && (is_last ? most > reader->step : most != reader->step))
            return false;
    }
    /* of a group that is not whole the rest is nothing: 0d0a 000a, and the end tells so */
    size_t whole =
        has_next ? (most + reader->form->bytes - 1) / reader->form->bytes * reader->form->bytes : most;
    if (has_next && whole > most)
        width = 0;
    size_t n = take_row(reader->form, row->rest, whole, has_next && !is_repeated, &width, bytes);
    if (has_next && !is_repeated && n < most)
        return false;
    n = n < most ? n : most;
    if (n == 0)
        return false;
    if (reader->lost > 0 || n > reader->size - reader->length) {
        reader->lost += n;
    } else {
        memcpy(reader->out + reader->length, bytes, n);
        reader->length += n;
    }
    if (n > reader->row_bytes || reader->row_bytes == 0) {
        reader->row_bytes = n;
        reader->width = width;
    }
    return true;
}

static size_t read_rows(struct reader *reader, struct cursor rows)
{
    struct cursor line;
    struct dump_row row;
    while (cursor_field(&rows, '\n', &line)) {
        if (paste_dump_row(line, &row) && !read_row(reader, &row, rows))
            return 0;
    }
    return reader->length;
}

size_t paste_dump_read(struct cursor rows, unsigned form, uint8_t *out, size_t size, size_t *lost,
                       const char **source)
{
    struct cursor first, look = rows;
    struct dump_row row;
    if (!cursor_field(&look, '\n', &first) || !paste_dump_row(first, &row))
        return 0;
    *source = source_of(&row, &forms[form]);
    /* rows of 16 bytes first: read in another base, offsets of other rows may look as good */
    for (size_t i = 0; i < 2 * BASES; i++) {
        struct reader reader = {
            .form = &forms[form], .base = offset_bases[i % BASES], .out = out, .size = size, .step = 16
        };
        uint64_t start, next;
        if (i >= BASES)
            reader.step = take_number(row.offset, reader.base, &start) &&
                                  find_next(look, reader.base, &next) && next > start && !is_last_row(look)
                              ? (size_t)(next - start)
                              : 0;
        size_t length = read_rows(&reader, rows);
        *lost = reader.lost;
        if (length > 0)
            return length;
    }
    return 0;
}
