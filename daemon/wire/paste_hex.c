/* SPDX-License-Identifier: Apache-2.0 */
/* Lines of HEX: which of them are messages, and which are parts of one that was wrapped. Used by paste. */
#include "wire/paste_state.h"

static bool is_claimed(const struct paste *paste, const struct gathered *gathered)
{
    size_t length;
    return paste_claim(&paste->asker, cursor_of(gathered->bytes, gathered->length), true, &length) >=
           CLAIM_LIKELY;
}

/* "2026-02-01 08:09:10": digits that are set apart in more than one way are not often bytes. */
static bool is_dated(struct cursor line)
{
    size_t at;
    line = cursor_trim(line);
    if (CURSOR_ENDS(line, "..."))
        line = cursor_part(line, 0, line.left - 3);
    return cursor_find(line, ':', &at) + cursor_find(line, '-', &at) + cursor_find(line, '.', &at) > 1;
}

/* ---- telling ---- */

/* A whole packet, as Wireshark copies it? */
static bool open_frame(const struct paste *paste, struct pasted *pasted)
{
    return pasted->hidden_digits == 0 && !pasted->is_cut && pasted->lost == 0 &&
           !paste_is_whole(&paste->asker, pasted->bytes) && paste_open_packet(&paste->asker, pasted);
}

/* Where this line begins, and the one before it ends. */
static size_t start_of(const struct paste *paste, size_t i)
{
    return i < paste->line_count ? paste->lines[i].start : paste->gathered.length;
}

/* The lines from first to before end, as far as these bytes go, as one piece. */
static void tell(struct paste *paste, size_t first, size_t end, size_t stop)
{
    const struct gathered *all = &paste->gathered;
    const struct hex_line *from = &paste->lines[first];
    bool is_last = end == paste->line_count;
    struct gathered part = {
        .bytes = all->bytes + from->start,
        .hidden = all->hidden + from->start,
        .length = stop - from->start,
        .has_half = is_last && all->has_half,
        .hidden_digits =
            (is_last ? all->hidden_digits : paste->lines[end].hidden_digits) - from->hidden_digits,
        .mended = (is_last ? all->mended : paste->lines[end].mended) - from->mended,
        .lost = is_last ? all->lost : 0,
        .is_beheaded = from->is_beheaded,
    };
    for (size_t i = first; i < end; i++)
        part.is_cut = part.is_cut || paste->lines[i].is_cut;
    struct pasted pasted = paste_piece(paste, "hex", from->line, cursor_of(NULL, 0));
    paste_add_gathered(&pasted, &part);
    (void)open_frame(paste, &pasted);
    paste_tell(paste, &pasted);
}

/* How far whole messages go from the start of this line on; where one ends with a line, what is behind it is for itself. */
static size_t find_whole(const struct paste *paste, size_t first)
{
    const struct gathered *all = &paste->gathered;
    size_t at = paste->lines[first].start, end = first + 1, length;
    struct cursor rest = cursor_of(all->bytes + at, all->length - at);
    while (rest.left > 0 && paste_claim(&paste->asker, rest, false, &length) >= CLAIM_LIKELY &&
           cursor_skip(&rest, length)) {
        at += length;
        while (start_of(paste, end) < at)
            end++;
        if (start_of(paste, end) == at)
            break;
    }
    return at;
}

/* The lines from `first` on that are told together: to before which, and up to which byte. Those in which whole messages are that
 * began in the first; without such a message only the first. */
static size_t find_end(struct paste *paste, size_t first, size_t *stop)
{
    const struct gathered *all = &paste->gathered;
    size_t start = paste->lines[first].start, end = first + 1, cost = paste->cost;
    struct pasted frame = { .bytes = cursor_of(all->bytes + start, all->length - start) };
    *stop = start_of(paste, end);
    if (end == paste->line_count || !paste_may_guess(paste))
        return end;
    if (all->hidden_digits == 0 && !all->has_half && open_frame(paste, &frame)) {
        *stop = all->length;
        return paste->line_count;
    }
    size_t whole = find_whole(paste, first);
    if (whole > *stop) {
        while (start_of(paste, end) < whole)
            end++;
        *stop = whole;
        return end;
    }
    paste->effort += paste->cost - cost;
    if (whole == start && all->hidden_digits > paste->lines[first].hidden_digits) {
        /* what is hidden keeps a message from being recognised as whole */
        end = paste->line_count;
        *stop = all->length;
    }
    return end;
}

/* Tells what was gathered: all, or so much that there is room again for what may go on with the rest. */
static void resolve(struct paste *paste, bool is_all)
{
    struct gathered *all = &paste->gathered;
    size_t first = 0, stop;
    while (first < paste->line_count &&
           (is_all || first == 0 || paste->line_count - first > PASTE_LINES / 2 ||
            all->length - paste->lines[first].start > all->size / 2)) {
        size_t end = find_end(paste, first, &stop);
        bool goes_on = !is_all && end == paste->line_count && stop < all->length;
        tell(paste, first, end, goes_on ? stop : start_of(paste, end));
        first = end;
        if (goes_on) {
            /* the next message began in the last line */
            first = end - 1;
            paste->lines[first].start = stop;
            break;
        }
    }
    size_t gone = start_of(paste, first), hidden = all->hidden_digits, mended = all->mended;
    paste->line_count -= first;
    memmove(paste->lines, paste->lines + first, paste->line_count * sizeof(paste->lines[0]));
    if (paste->line_count > 0) {
        hidden = paste->lines[0].hidden_digits;
        mended = paste->lines[0].mended;
    }
    memmove(all->bytes, all->bytes + gone, all->length - gone);
    memmove(all->hidden, all->hidden + gone, all->length - gone);
    all->length -= gone;
    all->hidden_digits -= hidden;
    all->mended -= mended;
    for (size_t i = 0; i < paste->line_count; i++) {
        paste->lines[i].start -= gone;
        paste->lines[i].hidden_digits -= hidden;
        paste->lines[i].mended -= mended;
    }
}

void paste_finish_hex(struct paste *paste)
{
    resolve(paste, true);
}

/* ---- taking ---- */

/* Adds the line behind what is gathered. */
static bool add(struct paste *paste, struct cursor line)
{
    struct gathered *all = &paste->gathered;
    struct hex_line added = { all->length, all->hidden_digits, all->mended, paste->line, false, false };
    bool is_half = all->has_half;
    all->is_cut = all->is_beheaded = false;
    if (!paste_hex_line(line, all))
        return false;
    added.is_beheaded = all->is_beheaded;
    if (!is_half)
        paste->lines[paste->line_count++] = added;
    paste->lines[paste->line_count - 1].is_cut |= all->is_cut;
    return true;
}

bool paste_take_hex(struct paste *paste, struct cursor line)
{
    struct gathered *all = &paste->gathered, alone = paste_scratch(paste);
    bool is_more = paste->gathering == GATHER_HEX;
    line = paste_without_text(line);
    bool is_hex = paste_hex_line(line, &alone);
    /* what is whole by itself is no part of what stands before it */
    bool is_whole = is_hex && is_more && !alone.has_half && alone.lost == 0 &&
                    paste_is_whole(&paste->asker, cursor_of(alone.bytes, alone.length));
    bool has_room = line.left / 2 + 1 <= all->size - all->length;
    if (is_more && !is_whole && (paste->line_count == PASTE_LINES || !has_room) && !all->has_half) {
        resolve(paste, false);
        has_room = line.left / 2 + 1 <= all->size - all->length;
        is_more = paste->line_count > 0;
    }
    if (is_more && !is_whole && has_room)
        return add(paste, line);
    if (!is_hex || (!is_whole && is_dated(line) && !is_claimed(paste, &alone)))
        return false;
    paste_finish(paste);
    paste_start(paste, GATHER_HEX, "hex");
    paste->line_count = 0;
    return add(paste, line);
}
