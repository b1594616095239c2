/* SPDX-License-Identifier: Apache-2.0 */
/* Digits and letters of other scripts in a paste. Part of paste. */
#ifndef WIRE_PASTE_LETTERS_H
#define WIRE_PASTE_LETTERS_H

#include "base/cursor.h"

/* Puts ASCII in place of digits of other scripts, and of letters that look like Latin ones where a word mixes both. Words of another
 * language stay. Returns how many characters were taken for others. */
size_t paste_latin(uint8_t *bytes, size_t *length);

#endif
