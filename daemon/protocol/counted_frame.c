/* SPDX-License-Identifier: Apache-2.0 */
/* The frame of apel and progress. Called by them. */
#include "protocol/counted_frame.h"

enum { TEXT_LONGEST = 64 };

const struct binary_frame counted_frame = { .length_at = 2,
                                            .length_size = 2,
                                            .length_le = true,
                                            .plus = COUNTED_HEAD + COUNTED_CRC,
                                            .shortest = COUNTED_HEAD + COUNTED_CRC,
                                            .longest = 1024,
                                            .check = CHECK_CRC32,
                                            .check_at = -COUNTED_CRC,
                                            .check_size = COUNTED_CRC,
                                            .check_le = true };

unsigned counted_type(struct cursor frame)
{
    uint16_t type;
    return cursor_le16_at(frame, 0, &type) ? type : 0;
}

struct cursor counted_content(struct cursor frame)
{
    uint16_t told = 0;
    struct cursor content = frame;
    if (!cursor_le16_at(frame, 2, &told) || !cursor_skip(&content, COUNTED_HEAD))
        return cursor_of(NULL, 0);
    return cursor_part(content, 0, content.left < told ? content.left : told);
}

bool counted_take_text(struct cursor *content, struct cursor *text)
{
    struct cursor rest = *content;
    uint16_t size;
    if (!cursor_le16(&rest, &size) || size > TEXT_LONGEST || !cursor_take(&rest, size, text) ||
        !cursor_is_text(*text))
        return false;
    *content = rest;
    return true;
}
