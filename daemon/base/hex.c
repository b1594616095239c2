/* SPDX-License-Identifier: Apache-2.0 */
/* HEX text and bytes. Used by the outlets and by `hexwatch identify`. */
#include "base/hex.h"

void hex_write(struct cursor bytes, char *out)
{
    for (size_t i = 0; i < bytes.left; i++) {
        /* branch-free, so that the compiler can do many bytes at once */
        unsigned high = bytes.at[i] >> 4, low = bytes.at[i] & 15u;
        out[2 * i] = (char)(high + '0' + ((9u - high) >> 8 & ('a' - '0' - 10u)));
        out[2 * i + 1] = (char)(low + '0' + ((9u - low) >> 8 & ('a' - '0' - 10u)));
    }
}

static int digit_value(uint8_t byte)
{
    if (byte >= '0' && byte <= '9')
        return byte - '0';
    byte |= 0x20;
    return byte >= 'a' && byte <= 'f' ? byte - 'a' + 10 : -1;
}

bool hex_read(struct cursor text, uint8_t *out, size_t size, size_t *length, size_t *bad)
{
    size_t digits = 0;
    for (size_t i = 0; i < text.left; i++) {
        uint8_t byte = text.at[i];
        if (byte == ' ' || byte == '\t' || byte == ':' || byte == '\r')
            continue;
        if (byte == '0' && digits % 2 == 0 && i + 1 < text.left && (text.at[i + 1] | 0x20) == 'x') {
            i++;
            continue;
        }
        int value = digit_value(byte);
        if (value < 0 || digits / 2 >= size) {
            *bad = value < 0 ? i : SIZE_MAX;
            return false;
        }
        if (digits % 2 == 0)
            out[digits / 2] = (uint8_t)(value << 4);
        else
            out[digits / 2] = (uint8_t)(out[digits / 2] | value);
        digits++;
    }
    *bad = SIZE_MAX;
    *length = digits / 2;
    return digits % 2 == 0;
}
