/* SPDX-License-Identifier: Apache-2.0 */
/* Binary coded decimals. Used by the protocols for ids, times and coordinates. */
#include "base/bcd.h"

bool bcd_ok(struct cursor bytes)
{
    for (size_t i = 0; i < bytes.left; i++) {
        if (bcd_byte(bytes.at[i]) == 255)
            return false;
    }
    return true;
}

void bcd_copy_text(struct cursor bytes, char *out, size_t size)
{
    static const char digits[] = "0123456789abcdef";
    size_t n = 0;
    if (size == 0)
        return;
    for (size_t i = 0; i < bytes.left && n + 2 < size; i++) {
        out[n++] = digits[bytes.at[i] >> 4];
        out[n++] = digits[bytes.at[i] & 15];
    }
    out[n] = '\0';
}

bool bcd_number(struct cursor bytes, uint64_t *out)
{
    uint64_t value = 0;
    for (size_t i = 0; i < bytes.left; i++) {
        unsigned pair = bcd_byte(bytes.at[i]);
        if (pair == 255 || value > (UINT64_MAX - pair) / 100)
            return false;
        value = value * 100 + pair;
    }
    *out = value;
    return true;
}
