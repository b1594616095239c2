/* SPDX-License-Identifier: Apache-2.0 */
/* The frame of apel and progress: type 2 | length L 2 | content L | CRC-32 of all before, 4; little endian, no head. */
#ifndef PROTOCOL_COUNTED_FRAME_H
#define PROTOCOL_COUNTED_FRAME_H

#include "protocol/binary_frame.h"

enum { COUNTED_HEAD = 4, COUNTED_CRC = 4 }; /* bytes */

extern const struct binary_frame counted_frame;

/* The type, 0 where it is not there. */
unsigned counted_type(struct cursor frame);

/* Between head and CRC, or as much as is there. */
struct cursor counted_content(struct cursor frame);

/* Takes a text with its length before it, 2 bytes; it borrows. False: none stands there. */
MUST_CHECK bool counted_take_text(struct cursor *content, struct cursor *text);

#endif
