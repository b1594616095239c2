/* SPDX-License-Identifier: Apache-2.0 */
/* HEX text and bytes. */
#ifndef BASE_HEX_H
#define BASE_HEX_H

#include "base/cursor.h"

/* Writes two lower-case hex digits a byte, without a NUL: 2 * bytes.left characters. */
void hex_write(struct cursor bytes, char *out);

/* Reads HEX as people type it: upper or lower case, blanks, ':' and "0x" in between are skipped. The bytes go
 * to out (at most size). Returns false and sets *bad to the offending offset in text, or to SIZE_MAX when the
 * number of digits is odd or the bytes do not fit. */
MUST_CHECK bool hex_read(struct cursor text, uint8_t *out, size_t size, size_t *length, size_t *bad);

#endif
