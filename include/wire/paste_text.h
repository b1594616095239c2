/* SPDX-License-Identifier: Apache-2.0 */
/* What was done to a text on its way into a paste, undone. Part of paste. */
#ifndef WIRE_PASTE_TEXT_H
#define WIRE_PASTE_TEXT_H

#include "base/cursor.h"

/* Undoes what a page, a mail or a chat did to a line of text. */
struct cursor paste_undressed(struct cursor line);

/* What stands between the first mark of a quotation, or side of a table, and the last one like it; without them the line. */
struct cursor paste_quoted(struct cursor line);

/* The two characters \r or \n stand for a line end; returns how many bytes there are. */
size_t paste_unquoted(struct cursor text, uint8_t *out, size_t size);

/* Runs of '*', 'X', 'x', '#' or '?' behind or before a digit, or as a whole field, are digits that somebody hid; so is <imei>. They
 * become zeros, and 3 in hidden (both have room for size). Returns how many. */
size_t paste_unhidden(uint8_t *bytes, uint8_t *hidden, size_t *length, size_t size);

/* Where such a word stands for an id. */
MUST_CHECK bool paste_find_placeholder(struct cursor text, size_t *at, struct cursor *word);

/* Takes out blanks behind commas and the like. Returns the new length. */
size_t paste_unspaced(uint8_t *bytes, size_t length);

/* The text without the closing tag behind it, of a page that was escaped twice. */
struct cursor paste_untagged(struct cursor text);

/* Does what stands behind a message only close what it was put in? */
bool paste_is_closing(struct cursor text);

/* Is it what people write behind a message: words, the end of a quotation, an arrow? */
bool paste_is_words(struct cursor text);

/* May a message begin with the byte, behind the other? */
bool paste_may_begin(uint8_t before, uint8_t byte);

/* The line without the mark of a list: "1. ", "- ". */
struct cursor paste_unlisted(struct cursor line);

#endif
