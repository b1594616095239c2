/* SPDX-License-Identifier: Apache-2.0 */
/* Binary coded decimals: two digits a byte, high nibble first. */
#ifndef BASE_BCD_H
#define BASE_BCD_H

#include "base/cursor.h"

/* Are all nibbles decimal digits? */
bool bcd_ok(struct cursor bytes);

/* The nibbles as text, two characters a byte (hex digits in lower case where a nibble is no decimal); cut at
 * the size. */
void bcd_copy_text(struct cursor bytes, char *out, size_t size);

/* All nibbles as one number; false when a nibble is no digit or it does not fit. */
MUST_CHECK bool bcd_number(struct cursor bytes, uint64_t *out);

/* One byte as two digits (0-99); 255 when it is none. */
static inline unsigned bcd_byte(uint8_t byte)
{
    return (byte >> 4) > 9 || (byte & 15) > 9 ? 255u : (unsigned)((byte >> 4) * 10 + (byte & 15));
}

#endif
