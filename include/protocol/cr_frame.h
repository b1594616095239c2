/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What khd, gator and niot share:
 *
 *   head 2 | type | L 2 | id | content … | XOR of all before | 0d      big endian, total = L + 5
 *   a position's content: yymmddhhmmss BCD | lat 4 | lon 4 | speed 2 | course 2 | flags (bit 7 fix) | …
 *   the server's answer: head | 21 | 00 05 | the XOR and the type of what it answers to | a byte | XOR | 0d
 */
#ifndef PROTOCOL_CR_FRAME_H
#define PROTOCOL_CR_FRAME_H

#include "protocol/binary_frame.h"

enum { CR_FRAME_TYPE_AT = 2, CR_FRAME_ID_AT = 5, CR_FRAME_TAIL = 2, CR_FRAME_SHORTEST = 10 };

extern const struct binary_frame cr_frame;

/* Does the content begin with a date, as a position's does? */
bool cr_frame_has_date(struct cursor content);

/* `degrees`: of a coordinate's four bytes; false: they are none. */
void cr_frame_read_position(struct cursor content, bool (*degrees)(struct cursor field, double *value),
                            struct reading *reading);

/* The answer to the frame, with this head of two bytes and this last byte. Nothing where the frame has no end. */
void cr_frame_answer(struct cursor frame, const char head[static 2], uint8_t last, struct buffer *reply);

#endif
