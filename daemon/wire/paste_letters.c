/* SPDX-License-Identifier: Apache-2.0 */
/* Reads digits of other scripts, and Cyrillic and Greek letters that look like Latin ones, as ASCII. Used by paste. */
#include "wire/paste_letters.h"

/* What stands in front of a text. */
struct unit {
    size_t length;
    char means; /* 0: it has no meaning in ASCII */
    bool is_foreign, is_digit;
};

static const struct {
    const char *letter;
    char means;
} lookalikes[] = {
    { "\u0410", 'A' }, { "\u0412", 'B' }, { "\u0415", 'E' }, { "\u041a", 'K' }, { "\u041c", 'M' },
    { "\u041d", 'H' }, { "\u041e", 'O' }, { "\u0420", 'P' }, { "\u0421", 'C' }, { "\u0422", 'T' },
    { "\u0425", 'X' }, { "\u0430", 'a' }, { "\u0435", 'e' }, { "\u043e", 'o' }, { "\u0440", 'p' },
    { "\u0441", 'c' }, { "\u0443", 'y' }, { "\u0445", 'x' }, { "\u0405", 'S' }, { "\u0406", 'I' },
    { "\u0408", 'J' }, { "\u0456", 'i' }, { "\u0391", 'A' }, { "\u0392", 'B' }, { "\u0395", 'E' },
    { "\u0396", 'Z' }, { "\u0397", 'H' }, { "\u0399", 'I' }, { "\u039a", 'K' }, { "\u039c", 'M' },
    { "\u039d", 'N' }, { "\u039f", 'O' }, { "\u03a1", 'P' }, { "\u03a4", 'T' }, { "\u03a5", 'Y' },
    { "\u03a7", 'X' }, { "\u03bf", 'o' },
};

/* The zeros of Arabic, Persian, Hindi and Bengali, and of mathematicians' bold, plain and typewriter digits; nine follow each. */
static const char *const zeros[] = { "\u0660",     "\u06f0",     "\u0966",     "\u09e6",    "\U0001d7ce",
                                     "\U0001d7d8", "\U0001d7e2", "\U0001d7ec", "\U0001d7f6" };

static struct unit read_unit(struct cursor text)
{
    uint8_t first = text.at[0], low = first | 0x20;
    if (first < 0x80)
        return (struct unit){ 1, cursor_is_digit(first) || (low >= 'a' && low <= 'z') ? (char)first : 0,
                              false, cursor_is_digit(first) };
    for (size_t i = 0; i < sizeof(lookalikes) / sizeof(lookalikes[0]); i++) {
        if (cursor_starts(text, lookalikes[i].letter, 2))
            return (struct unit){ 2, lookalikes[i].means, true, false };
    }
    for (size_t i = 0; i < sizeof(zeros) / sizeof(zeros[0]); i++) {
        size_t n = strlen(zeros[i]);
        uint8_t zero = (uint8_t)zeros[i][n - 1];
        if (text.left >= n && memcmp(text.at, zeros[i], n - 1) == 0 && text.at[n - 1] >= zero &&
            text.at[n - 1] <= zero + 9)
            return (struct unit){ n, (char)('0' + text.at[n - 1] - zero), true, true };
    }
    return (struct unit){ 1, 0, false, false };
}

static bool is_separator(struct cursor text, size_t at)
{
    uint8_t byte;
    return !cursor_u8_at(text, at, &byte) || (byte != '\0' && strchr(",;|:=&#*\r\n", byte));
}

size_t paste_latin(uint8_t *bytes, size_t *length)
{
    struct cursor text = cursor_of(bytes, *length);
    size_t n = 0, taken = 0;
    for (size_t i = 0; i < text.left;) {
        /* a word */
        size_t end = i, own = 0, letters = 0, digits = 0;
        while (end < text.left) {
            struct unit unit = read_unit(cursor_part(text, end, text.left));
            if (unit.means == 0)
                break;
            own += !unit.is_foreign || unit.is_digit;
            digits += unit.is_foreign && unit.is_digit;
            letters += unit.is_foreign && !unit.is_digit;
            end += unit.length;
        }
        /* a word of another language stays one: what is mixed, or a letter in place of a whole field, was meant as ASCII */
        bool is_field = letters == 1 && own == 0 && is_separator(text, i - 1) && is_separator(text, end);
        bool is_mixed = letters > 0 && (own >= letters || is_field);
        if (end == i)
            bytes[n++] = text.at[i++];
        while (i < end) {
            struct unit unit = read_unit(cursor_part(text, i, text.left));
            if (unit.is_digit || (unit.is_foreign && is_mixed))
                bytes[n++] = (uint8_t)unit.means;
            else
                for (size_t k = 0; k < unit.length; k++)
                    bytes[n++] = text.at[i + k];
            i += unit.length;
        }
        taken += digits + (is_mixed ? letters : 0);
    }
    *length = n;
    return taken;
}
