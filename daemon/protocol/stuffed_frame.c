/* SPDX-License-Identifier: Apache-2.0 */
/* Frames, opens and writes binary messages by struct stuffed_frame. Called by the protocols. */
#include "protocol/stuffed_frame.h"

enum { CHECK_MAX = 4 };

/* Moves behind the start. MORE and NO as for a message. */
static enum claim skip_start(const struct stuffed_frame *frame, const struct message *message,
                             struct cursor *rest)
{
    if (cursor_starts(*rest, frame->start, frame->start_size))
        return cursor_skip(rest, frame->start_size) ? CLAIM_POSSIBLE : CLAIM_NO;
    if (frame->bare)
        return CLAIM_POSSIBLE;
    return !message->complete && cursor_may_start(*rest, frame->start, frame->start_size) ? CLAIM_MORE
                                                                                          : CLAIM_NO;
}

static bool is_proven(const struct stuffed_frame *frame, struct cursor content)
{
    struct cursor covered, value;
    if (frame->check == CHECK_NONE || content.left < frame->check_size)
        return false;
    size_t size = content.left - frame->check_size;
    return cursor_take(&content, size, &covered) && cursor_take(&content, frame->check_size, &value) &&
           (frame->check_le ? cursor_le_of(value) : cursor_be_of(value)) == check_of(frame->check, covered);
}

enum claim stuffed_match(const struct stuffed_frame *frame, const struct message *message,
                         struct stuffed *out, size_t *length)
{
    struct cursor rest = message->bytes;
    size_t at;
    bool is_long = rest.left > STUFFED_MAX;
    rest.left = is_long ? STUFFED_MAX : rest.left;
    enum claim start = skip_start(frame, message, &rest);
    if (start < CLAIM_POSSIBLE)
        return start;
    out->is_whole = cursor_find_text(rest, frame->end, &at);
    if (!out->is_whole) {
        if (is_long || !message->complete)
            return is_long ? CLAIM_NO : CLAIM_MORE;
        at = rest.left;
    }
    out->raw = cursor_part(rest, 0, at);
    out->content = out->all = unescape(out->raw, frame->escape, out->memory, sizeof(out->memory));
    *length = message->bytes.left;
    if (!out->is_whole)
        return CLAIM_POSSIBLE;
    *length = (size_t)(rest.at - message->bytes.at) + at + frame->end_size;
    if (out->content.left < frame->shortest)
        return CLAIM_NO;
    return is_proven(frame, out->content) ? CLAIM_CERTAIN : CLAIM_LIKELY;
}

bool stuffed_open(const struct stuffed_frame *frame, const struct message *message, struct reading *reading,
                  struct stuffed *out)
{
    size_t length;
    struct message whole = *message;
    whole.complete = true;
    if (stuffed_match(frame, &whole, out, &length) < CLAIM_POSSIBLE)
        return false;
    reading_unescaped(reading, out->raw, out->content, frame->escape);
    if (frame->check == CHECK_NONE || !out->is_whole || out->content.left < frame->check_size)
        return out->content.left > 0;
    bool is_right = is_proven(frame, out->content);
    struct cursor check = cursor_part(out->content, out->content.left - frame->check_size, frame->check_size);
    out->content.left -= frame->check_size;
    reading_mark_check(reading, check, is_right, check_of(frame->check, out->content));
    return out->content.left > 0;
}

void stuffed_put(const struct stuffed_frame *frame, struct cursor content, struct buffer *reply)
{
    uint8_t memory[CHECK_MAX];
    struct buffer check = buffer_on(memory, sizeof(memory));
    uint32_t value = check_of(frame->check, content);
    size_t size = frame->check == CHECK_NONE ? 0 : frame->check_size;
    if (frame->check_le)
        buffer_put_le(&check, size, value);
    else
        buffer_put_be(&check, size, value);
    buffer_put(reply, frame->start, frame->start_size);
    escape_put(reply, frame->escape, content);
    escape_put(reply, frame->escape, buffer_cursor(&check));
    buffer_put(reply, frame->end, frame->end_size);
}
