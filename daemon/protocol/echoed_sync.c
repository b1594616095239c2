/* SPDX-License-Identifier: Apache-2.0 */
/* The sync that a server sends back. Called by intellitrac and wondex. */
#include "protocol/echoed_sync.h"

enum { HIGH_AT = 3, HIGH_MAX = 16, ID_AT = 4, ID_SIZE = 4, ID_DIGITS = 4 };

bool echoed_sync_may_be_before(struct cursor rest, const char head[static 2])
{
    size_t digits = rest.left < ID_DIGITS ? rest.left : ID_DIGITS;
    return cursor_count_digits(rest) >= digits || cursor_may_start(rest, head, 2) ||
           CURSOR_MAY_START(rest, "$") || CURSOR_MAY_START(rest, "\r\n") || cursor_trim_nul(rest).left == 0;
}

enum claim echoed_sync_claim(struct cursor sync)
{
    return cursor_byte(sync, HIGH_AT) < HIGH_MAX ? CLAIM_LIKELY : CLAIM_POSSIBLE;
}

void echoed_sync_read(const struct message *message, struct reading *reading)
{
    struct cursor id;
    uint64_t number;
    reading->type = "heartbeat";
    reading_no_location(reading);
    if (!cursor_slice(message->bytes, ID_AT, ID_SIZE, &id) || !cursor_le_at(id, 0, ID_SIZE, &number))
        return;
    reading_device_number(reading, number, 1);
    reading_mark_number(reading, "device", id, number);
}

void echoed_sync_answer(const struct message *message, struct buffer *reply)
{
    if (!message->datagram && message->bytes.left == ECHOED_SYNC)
        buffer_put_cursor(reply, message->bytes);
}
