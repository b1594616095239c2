/* SPDX-License-Identifier: Apache-2.0 */
/* Building replies within what a peer may get. Used by session. */
#include "wire/answers.h"

enum { SECOND = 1000000, BURST = 100, RATE = 20 /* answers a second */ };

void answers_start(struct answers *answers, void *memory, size_t size)
{
    answers->bytes = buffer_on(memory, size);
    answers->count = 0;
}

void allowance_datagram(struct allowance *allowance, size_t bytes, int64_t now)
{
    const int64_t most = BURST * (int64_t)SECOND;
    int64_t passed = now - allowance->supplied_at;
    /* the first one, and a clock that was set back */
    if (!allowance->is_limited || passed < 0 || passed > most / RATE)
        allowance->supply = most;
    else
        allowance->supply += passed * RATE;
    if (allowance->supply > most)
        allowance->supply = most;
    allowance->supplied_at = now;
    allowance->is_limited = true;
    allowance->room = bytes;
}

static bool is_allowed(struct allowance *allowance, size_t length)
{
    if (!allowance->is_limited)
        return true;
    if (allowance->supply < SECOND || (length > allowance->room && !allowance->is_proven))
        return false;
    allowance->supply -= SECOND;
    allowance->room -= length < allowance->room ? length : allowance->room;
    return true;
}

/* Notes where the answer ends, and its parts. */
static void note_ends(struct answers *answers, size_t start)
{
    struct buffer *bytes = &answers->bytes;
    for (size_t i = 0; i < bytes->part_count; i++) {
        if (bytes->parts[i] > start && bytes->parts[i] < bytes->length && answers->count + 1 < ANSWERS_COUNT)
            answers->ends[answers->count++] = bytes->parts[i];
    }
    answers->ends[answers->count++] = bytes->length;
}

bool answers_add(struct answers *answers, struct allowance *allowance, const struct protocol *protocol,
                 const struct message *message, const struct asker *asker)
{
    struct buffer *bytes = &answers->bytes;
    size_t start = bytes->length;
    bytes->part_count = 0;
    protocol_answer(protocol, message, asker, bytes);
    if (bytes->length == start && !bytes->full)
        return true;
    if (!bytes->full && answers->count < ANSWERS_COUNT && is_allowed(allowance, bytes->length - start)) {
        note_ends(answers, start);
        return true;
    }
    bytes->length = start;
    bytes->full = false;
    return false;
}
