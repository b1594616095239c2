/* SPDX-License-Identifier: Apache-2.0 */
/* Rows of bytes. Called by events, when one conversation is followed. */
#include "outlet/dump.h"

void dump_put_row(struct buffer *out, enum direction direction, struct cursor bytes, size_t offset)
{
    size_t count = bytes.left - offset < DUMP_ROW ? bytes.left - offset : DUMP_ROW;
    buffer_printf(out, direction == DIRECTION_IN ? "  < %04zx " : "    > %04zx ", offset);
    for (size_t i = 0; i < DUMP_ROW; i++) {
        buffer_put_text(out, i == DUMP_ROW / 2 ? "  " : " ");
        if (i < count)
            buffer_put_hex(out, cursor_of(bytes.at + offset + i, 1));
        else
            buffer_put_text(out, "  ");
    }
    buffer_put_text(out, "  ");
    for (size_t i = 0; i < count; i++) {
        uint8_t byte = bytes.at[offset + i];
        buffer_put_u8(out, byte >= 0x20 && byte < 0x7f ? byte : '.');
    }
    buffer_put_u8(out, '\n');
}

void dump_count(struct dump_counts *counts, enum direction direction, size_t bytes)
{
    counts->messages[direction]++;
    counts->bytes[direction] += bytes;
    counts->turns += !counts->has_begun || counts->last != direction;
    counts->has_begun = true;
    counts->last = direction;
}

static const char *plural(uint64_t count)
{
    return count == 1 ? "" : "s";
}

void dump_put_counts(struct buffer *out, const struct dump_counts *counts)
{
    const uint64_t *messages = counts->messages, *bytes = counts->bytes;
    if (!counts->has_begun)
        return;
    buffer_printf(out, "< %llu message%s, %llu byte%s; > %llu answer%s, %llu byte%s; %llu turn%s\n",
                  (unsigned long long)messages[DIRECTION_IN], plural(messages[DIRECTION_IN]),
                  (unsigned long long)bytes[DIRECTION_IN], plural(bytes[DIRECTION_IN]),
                  (unsigned long long)messages[DIRECTION_OUT], plural(messages[DIRECTION_OUT]),
                  (unsigned long long)bytes[DIRECTION_OUT], plural(bytes[DIRECTION_OUT]),
                  (unsigned long long)counts->turns, plural(counts->turns));
}
