/* SPDX-License-Identifier: Apache-2.0 */
/* Lines that were broken on their way into a paste, put together again. Part of paste. */
#ifndef WIRE_PASTE_JOIN_H
#define WIRE_PASTE_JOIN_H

#include "base/buffer.h"

/* Stands at the end of a line once for each line that was put to it, so that the lines keep their numbers. */
enum { PASTE_JOINT = '\v' };

/* A mail in quoted-printable, as it was before; out has room for as much as the text. False: it is none, nothing was appended. */
MUST_CHECK bool paste_from_mail(struct cursor text, struct buffer *out);

/* Takes the numbers off such lines as a program has counted, 1 more each: "1. ", "2. ". */
void paste_unnumber(uint8_t *text, size_t *length);

/* A copy in which the heads of a log's lines, programs' strings and blocks of base64 are on a line each. The caller frees it. NULL:
 * memory is out. */
uint8_t *paste_join_lines(struct cursor text, size_t *length);

#endif
