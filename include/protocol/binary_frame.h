/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A binary frame that a few numbers describe: where its length stands, how it ends, what check value proves it.
 *
 *   static const struct binary_frame frame = { .length_at = 3, .length_size = 2, .plus = 5, .shortest = 10,
 *                                              .end = "\r", .end_size = 1,
 *                                              .check = CHECK_XOR, .check_at = -2, .check_size = 1 };
 *
 * The head is the protocol's (its heads were seen before); whether what the frame holds is plausible, its match function decides.
 */
#ifndef PROTOCOL_BINARY_FRAME_H
#define PROTOCOL_BINARY_FRAME_H

#include "base/checksum.h"
#include "protocol/protocol.h"

struct binary_frame {
    size_t length_at, length_size; /* where the length field stands, and its bytes (1 to 4) */
    bool length_le;                /* little endian; else big */
    size_t plus;                   /* the frame has so many bytes more than the field tells */
    size_t shortest, longest;      /* whole frames, bytes; longest 0: MESSAGE_MAX */
    const char *end;               /* its last bytes, or NULL */
    size_t end_size;
    enum check check;  /* CHECK_NONE: there is none, or nobody knows it */
    int check_at;      /* offset; negative: from the frame's end */
    size_t check_size; /* bytes */
    bool check_le;
    size_t
        covered; /* the first byte it covers: up to the check value, or to the end where that stands before it */
};

/* What length, end and check value say of the bytes: NO; MORE; POSSIBLE when the frame is cut off, or has its end but not where
 * the length tells it (posted messages are edited by hand); LIKELY when it is whole and its check value is wrong, or
 * there is none; CERTAIN when that is right. *length is set as for a protocol's match. */
enum claim binary_match(const struct binary_frame *frame, const struct message *message, size_t *length);

/* Is the check value of the whole frame right? False where there is none. */
bool binary_is_proven(const struct binary_frame *frame, struct cursor bytes);

/* Marks length and check value of the frame that is read. */
void binary_mark(const struct binary_frame *frame, struct reading *reading);

/* Ends an answer, which is a frame of the same kind and starts at `start` in the buffer: puts the check value behind what is there
 * (check_at must count from the end), and the end. */
void binary_put_end(const struct binary_frame *frame, struct buffer *reply, size_t start);

#endif
