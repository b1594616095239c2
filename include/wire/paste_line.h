/* SPDX-License-Identifier: Apache-2.0 */
/* Lines of HEX in any dress. Part of paste. */
#ifndef WIRE_PASTE_LINE_H
#define WIRE_PASTE_LINE_H

#include "base/cursor.h"

/* Bytes that grow line by line. */
struct gathered {
    uint8_t *bytes;  /* borrowed, `size` of them */
    uint8_t *hidden; /* likewise: flags of struct pasted */
    size_t size, length;
    bool has_half; /* a digit waits for its partner */
    size_t hidden_digits, mended;
    bool is_cut, is_beheaded;
    size_t lost; /* digits that had no room */
};

/* Adds the HEX of a line, whatever stands around the digits (blanks, commas, colons, dashes, 0x, \x, brackets, quotes, words such
 * as HEX: or Buffer). False: it is no HEX; nothing was added. */
MUST_CHECK bool paste_hex_line(struct cursor line, struct gathered *out);

/* How many digits of HEX the text begins with, those that are hidden and letters that stand for digits among them; 0: what is there
 * is no HEX. */
size_t paste_count_hex(struct cursor text);

/* Adds digits, as paste_count_hex counts them. */
void paste_add_digits(struct cursor digits, struct gathered *out);

/* "78 78 D 1 1 23": bytes as some programs print them, without their first zeros. False: the line is nothing of the kind. */
MUST_CHECK bool paste_pad_bytes(struct cursor line, struct gathered *out);

/* Does a line hold enough HEX to begin with? Short words of hex letters are no bytes. */
enum { PASTE_HEX_LEAST = 4 };

/* The line without the text that stands beside its bytes: as many characters as there are bytes. */
struct cursor paste_without_text(struct cursor line);

/* "00 01 02 … 0F", the head of a dump? */
bool paste_is_ruler(struct cursor line);

#endif
