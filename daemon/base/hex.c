/* SPDX-License-Identifier: Apache-2.0 */
/* HEX text and bytes. Used by the outlets and by `hexwatch identify`. */
#include "base/hex.h"

/* The two digits of every byte, one behind the other: HEX is most of what the program writes. */
#define ROW(h) h "0" h "1" h "2" h "3" h "4" h "5" h "6" h "7" h "8" h "9" h "a" h "b" h "c" h "d" h "e" h "f"
static const char pairs[] = ROW("0") ROW("1") ROW("2") ROW("3") ROW("4") ROW("5") ROW("6") ROW("7") ROW("8")
    ROW("9") ROW("a") ROW("b") ROW("c") ROW("d") ROW("e") ROW("f");

void hex_write(struct cursor bytes, char *out)
{
    for (size_t i = 0; i < bytes.left; i++)
        memcpy(out + 2 * i, pairs + 2 * (size_t)bytes.at[i], 2);
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
