/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A binary frame between two delimiters, which byte stuffing (base/unescape.h) keeps out of what stands between them.
 *
 *   static const struct stuffed_frame frame = { .start = "\xf8", .start_size = 1, .end = "\xf8", .end_size = 1, .escape = &escape,
 *                                               .shortest = 12, .check = CHECK_CRC16_XMODEM, .check_size = 2 };
 *
 * The content is what stands between the delimiters, unescaped. A check value stands at its end and covers all of it before. Whether
 * what it holds is plausible, the protocol's match function decides.
 */
#ifndef PROTOCOL_STUFFED_FRAME_H
#define PROTOCOL_STUFFED_FRAME_H

#include "base/checksum.h"
#include "protocol/protocol.h"

/* The longest frame as it is sent, bytes: what is escaped fits the memory unescaped. */
enum { STUFFED_MAX = 4096 };

struct stuffed_frame {
    const char *start, *end; /* the delimiters */
    size_t start_size, end_size;
    bool bare;                   /* the start may be left out */
    const struct escape *escape; /* what stands for what between them */
    size_t shortest;             /* content with its check value, bytes */
    enum check check;            /* CHECK_NONE: there is none, or it stands elsewhere */
    size_t check_size;           /* bytes */
    bool check_le;
};

/* One frame, opened. */
struct stuffed {
    struct cursor raw;     /* what stands between the delimiters, as it was sent */
    struct cursor all;     /* the same unescaped, with its check value: the raw bytes or the memory */
    struct cursor content; /* all, for stuffed_open without its check value */
    bool is_whole;         /* its end is there */
    uint8_t memory[STUFFED_MAX];
};

/* NO; MORE; POSSIBLE when it is cut off; LIKELY when it is whole and its check value is wrong, or there is none; CERTAIN when
 * that is right. With POSSIBLE and above *out and *length (with the delimiters) are set. */
enum claim stuffed_match(const struct stuffed_frame *frame, const struct message *message,
                         struct stuffed *out, size_t *length);

/* Opens the one frame that is read: fields of its content may be marked from then on. Marks the check value, and takes it off the
 * content. False when there is nothing in it. */
MUST_CHECK bool stuffed_open(const struct stuffed_frame *frame, const struct message *message,
                             struct reading *reading, struct stuffed *out);

/* Writes an answer, which is a frame of the same kind: delimiters, the content escaped, its check value. */
void stuffed_put(const struct stuffed_frame *frame, struct cursor content, struct buffer *reply);

#endif
