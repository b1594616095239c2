/* SPDX-License-Identifier: Apache-2.0 */
/* Frames, proves and ends binary messages by struct binary_frame. Called by the protocols. */
#include "protocol/binary_frame.h"

static bool told_length(const struct binary_frame *frame, struct cursor bytes, uint64_t *told)
{
    return frame->length_le ? cursor_le_at(bytes, frame->length_at, frame->length_size, told)
                            : cursor_be_at(bytes, frame->length_at, frame->length_size, told);
}

static size_t longest(const struct binary_frame *frame)
{
    return frame->longest ? frame->longest : MESSAGE_MAX;
}

static bool has_end(const struct binary_frame *frame, struct cursor bytes)
{
    return !frame->end || cursor_ends(bytes, frame->end, frame->end_size);
}

/* The check value of the whole frame, and what it covers. */
static bool find_check(const struct binary_frame *frame, struct cursor bytes, struct cursor *value,
                       struct cursor *covered)
{
    size_t from_end = frame->check_at < 0 ? (size_t)-frame->check_at : 0;
    if (frame->check == CHECK_NONE || from_end > bytes.left)
        return false;
    size_t at = frame->check_at < 0 ? bytes.left - from_end : (size_t)frame->check_at;
    size_t end = frame->covered > at ? bytes.left : at;
    return cursor_slice(bytes, at, frame->check_size, value) && frame->covered <= end &&
           cursor_slice(bytes, frame->covered, end - frame->covered, covered);
}

static bool is_right(const struct binary_frame *frame, struct cursor value, struct cursor covered)
{
    uint64_t told;
    return (frame->check_le ? cursor_le_at(value, 0, value.left, &told)
                            : cursor_be_at(value, 0, value.left, &told)) &&
           told == check_of(frame->check, covered);
}

/* Zeros and nothing else? */
static bool is_blank(struct cursor bytes)
{
    size_t size = bytes.left;
    while (CURSOR_STARTS(bytes, "\0") && cursor_skip(&bytes, 1))
        ;
    return size > 0 && bytes.left == 0;
}

/* A zero that stands for nothing but zeros is right by chance. */
bool binary_is_proven(const struct binary_frame *frame, struct cursor bytes)
{
    struct cursor value, covered;
    return find_check(frame, bytes, &value, &covered) && is_right(frame, value, covered) &&
           !(is_blank(value) && is_blank(covered));
}

/* Its length is wrong; does the message end where the bytes end? */
static enum claim match_by_end(const struct binary_frame *frame, const struct message *message,
                               size_t *length)
{
    size_t left = message->bytes.left;
    *length = left;
    if (!message->complete || !frame->end || left < frame->shortest || left > longest(frame) ||
        !has_end(frame, message->bytes))
        return CLAIM_NO;
    /* one byte is right by chance once in 256 times, and a text is no binary frame */
    if (cursor_is_text(message->bytes))
        return CLAIM_NO;
    if (!binary_is_proven(frame, message->bytes))
        return CLAIM_POSSIBLE;
    return frame->check_size > 1 ? CLAIM_CERTAIN : CLAIM_LIKELY;
}

enum claim binary_match(const struct binary_frame *frame, const struct message *message, size_t *length)
{
    struct cursor bytes = message->bytes;
    uint64_t told;
    *length = bytes.left;
    if (!told_length(frame, bytes, &told))
        return message->complete ? CLAIM_NO : CLAIM_MORE;
    uint64_t total = told + frame->plus;
    if (total < frame->shortest || total > longest(frame))
        return match_by_end(frame, message, length);
    if (bytes.left < total) {
        enum claim claim = match_by_end(frame, message, length);
        return claim > CLAIM_NO ? claim : message->complete ? CLAIM_POSSIBLE : CLAIM_MORE;
    }
    struct cursor whole = cursor_part(bytes, 0, (size_t)total);
    if (!has_end(frame, whole))
        return match_by_end(frame, message, length);
    *length = whole.left;
    return binary_is_proven(frame, whole) ? CLAIM_CERTAIN : CLAIM_LIKELY;
}

void binary_mark(const struct binary_frame *frame, struct reading *reading)
{
    struct cursor bytes = reading->message, field, covered;
    uint64_t told;
    if (told_length(frame, bytes, &told) && cursor_slice(bytes, frame->length_at, frame->length_size, &field))
        reading_mark_number(reading, "length", field, told);
    if (find_check(frame, bytes, &field, &covered))
        reading_mark_check(reading, field, is_right(frame, field, covered), check_of(frame->check, covered));
}

void binary_put_end(const struct binary_frame *frame, struct buffer *reply, size_t start)
{
    if (reply->full || start + frame->covered > reply->length)
        return;
    struct cursor covered =
        cursor_of(reply->bytes + start + frame->covered, reply->length - start - frame->covered);
    uint32_t value = check_of(frame->check, covered);
    if (frame->check_le)
        buffer_put_le(reply, frame->check_size, value);
    else
        buffer_put_be(reply, frame->check_size, value);
    buffer_put(reply, frame->end, frame->end_size);
}
