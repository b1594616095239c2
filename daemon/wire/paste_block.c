/* SPDX-License-Identifier: Apache-2.0 */
/* Dumps and lists of numbers in a paste: lines that mean something together only. Used by paste. */
#include "wire/paste_found.h"
#include "wire/paste_state.h"

/* The lines of the block as HEX. */
static bool gather_block(struct paste *paste)
{
    struct cursor rest = paste->block, line;
    paste->gathered =
        (struct gathered){ .bytes = paste->bytes, .hidden = paste->hidden, .size = sizeof(paste->bytes) };
    while (cursor_field(&rest, '\n', &line)) {
        if (!paste_hex_line(line, &paste->gathered))
            return false;
    }
    return paste->gathered.length > 0;
}

/* Wireshark sets the server's side of a conversation in further than the other, netcat marks it. */
static bool is_other_side(const struct paste *paste, const struct dump_row *row)
{
    return row->is_out || (row->indent >= paste->indent + 4 && !row->has_prefix && !row->has_colon);
}

/* The form of the dump that its rows do not contradict and whose bytes somebody knows; the first one, where nobody does. */
void paste_finish_dump(struct paste *paste)
{
    struct pasted best = { .bytes = { .left = 0 } };
    bool is_sure = false;
    uint64_t ends = 0;
    for (unsigned form = 0; form < PASTE_DUMP_FORMS && !is_sure; form++) {
        const char *source;
        size_t length, lost,
            n = paste_dump_read(paste->block, form, paste->other, sizeof(paste->other), &lost, &source);
        if (n == 0)
            continue;
        struct pasted pasted = paste_piece(paste, source, paste->began, cursor_of(paste->other, n));
        pasted.is_out = is_other_side(paste, &paste->row);
        pasted.lost = lost;
        ends = paste->dump_start + n + lost;
        bool is_packet = paste_open_packet(&paste->asker, &pasted);
        is_sure = is_packet || paste_claim(&paste->asker, pasted.bytes, true, &length) >= CLAIM_LIKELY;
        if (!is_sure && best.source)
            continue;
        best = pasted;
        memcpy(paste->bytes, pasted.bytes.at, pasted.bytes.left);
        best.bytes = cursor_of(paste->bytes, pasted.bytes.left);
    }
    paste->ends[is_other_side(paste, &paste->row)] = ends;
    if (is_sure) {
        paste_tell(paste, &best);
        return;
    }
    /* what looked like offsets may have been bytes themselves */
    if (best.source && best.bytes.left <= sizeof(paste->other))
        memcpy(paste->other, best.bytes.at, best.bytes.left);
    if (gather_block(paste) &&
        (!best.source || paste_is_whole(&paste->asker, cursor_of(paste->bytes, paste->gathered.length)))) {
        struct pasted pasted = paste_piece(paste, "hex", paste->began, cursor_of(NULL, 0));
        paste_add_gathered(&pasted, &paste->gathered);
        paste_tell(paste, &pasted);
    } else if (best.source) {
        best.bytes.at = paste->other;
        paste_tell(paste, &best);
    }
}

void paste_finish_numbers(struct paste *paste)
{
    struct buffer out = buffer_on(paste->other, sizeof(paste->other));
    struct cursor rest = paste->block;
    unsigned line = paste->line;
    paste->line = paste->began;
    if (paste_take_numbers(&rest, &out))
        (void)paste_tell_if(paste, "decimal", buffer_cursor(&out), CLAIM_LIKELY);
    paste->line = line;
}

static void grow(struct paste *paste, struct cursor line)
{
    paste->block = cursor_join(paste->block, line);
}

/* Does the row go on where the dump of its side of a conversation has ended? */
static bool goes_on(const struct paste *paste, const struct dump_row *row)
{
    uint64_t offset;
    return !row->is_end && row->offset.left == 8 && cursor_hex(row->offset, &offset) && offset > 0 &&
           offset == paste->ends[is_other_side(paste, row)];
}

bool paste_take_dump(struct paste *paste, struct cursor line)
{
    struct dump_row row;
    bool is_dump = paste->gathering == GATHER_DUMP, is_row = paste_dump_row(line, &row);
    if (is_dump && (paste_dump_is_repeat(line) || (is_row && paste_dump_is_next(&paste->row, &row)))) {
        grow(paste, line);
        if (is_row)
            paste->row.offset = row.offset;
        return true;
    }
    if (!is_row)
        return false;
    if (is_dump)
        paste_finish(paste);
    if (!paste_dump_is_first(&row) && !goes_on(paste, &row))
        return false;
    paste_finish(paste);
    paste_start(paste, GATHER_DUMP, "hexdump");
    paste->block = line;
    paste->row = row;
    if (!cursor_hex(row.offset, &paste->dump_start))
        paste->dump_start = 0;
    return true;
}

bool paste_take_decimal(struct paste *paste, struct cursor line)
{
    bool is_decimal = false, is_more = paste->gathering == GATHER_NUMBERS;
    if (!paste_is_numbers(line, &is_decimal) || !(is_decimal || is_more))
        return false;
    if (is_more) {
        grow(paste, line);
        return true;
    }
    paste_finish(paste);
    paste_start(paste, GATHER_NUMBERS, "decimal");
    paste->block = line;
    return true;
}
