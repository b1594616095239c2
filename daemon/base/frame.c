/* SPDX-License-Identifier: Apache-2.0 */
/* Where a message ends. Used by the protocols' match functions. */
#include "base/frame.h"

enum { TOLD_DIGITS = 5 };

static enum framed without_end(struct cursor bytes, bool complete, size_t max, size_t *length)
{
    *length = bytes.left;
    if (bytes.left > max)
        return FRAMED_NO;
    return complete ? FRAMED_CUT : FRAMED_MORE;
}

enum framed frame_by_bytes(struct cursor bytes, bool complete, const char *ends, size_t max, size_t *length)
{
    struct cursor within = cursor_of(bytes.at, bytes.left < max ? bytes.left : max);
    bool is_there = false;
    size_t at;
    for (const char *end = ends; *end; end++) {
        if (!cursor_find(within, (uint8_t)*end, &at))
            continue;
        is_there = true;
        within.left = at + 1;
    }
    if (is_there) {
        *length = within.left;
        return FRAMED;
    }
    return without_end(bytes, complete, max, length);
}

enum framed frame_by_text(struct cursor bytes, bool complete, const char *end, size_t max, size_t *length)
{
    size_t at;
    struct cursor within = cursor_of(bytes.at, bytes.left < max ? bytes.left : max);
    if (cursor_find_text(within, end, &at)) {
        *length = at + strlen(end);
        return FRAMED;
    }
    return without_end(bytes, complete, max, length);
}

enum framed frame_by_length(struct cursor bytes, bool complete, size_t total, size_t max, size_t *length)
{
    if (total == 0 || total > max)
        return FRAMED_NO;
    if (bytes.left < total)
        return without_end(bytes, complete, max, length);
    *length = total;
    return FRAMED;
}

enum framed frame_told(struct cursor bytes, size_t at, size_t *told, size_t *comma)
{
    struct cursor rest = bytes, digits;
    uint64_t number;
    if (!cursor_skip(&rest, at))
        return FRAMED_MORE;
    size_t count = cursor_count_digits(rest);
    if (count > TOLD_DIGITS)
        return FRAMED_NO;
    if (count == rest.left)
        return FRAMED_MORE;
    if (rest.at[count] != ',' || !cursor_take(&rest, count, &digits) || !cursor_number(digits, &number))
        return FRAMED_NO;
    *told = (size_t)number;
    *comma = at + count;
    return FRAMED;
}
