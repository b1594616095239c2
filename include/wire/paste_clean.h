/* SPDX-License-Identifier: Apache-2.0 */
/* What pages, editors, terminals and chats did to a text on its way into a paste, undone. Part of paste. */
#ifndef WIRE_PASTE_CLEAN_H
#define WIRE_PASTE_CLEAN_H

#include "base/cursor.h"

/* A copy without byte order marks, colours of terminals, tags and entities of pages, blanks, dashes and quotation marks that are
 * not ASCII's; lines of Traccar's log that stand behind each other get lines of their own. The
 * caller frees it. NULL: memory is out. */
uint8_t *paste_clean(struct cursor text, size_t *length);

/* Takes the '>' of a quoted mail off such a copy, where one stands before each of its lines. */
void paste_unquote(uint8_t *text, size_t *length);

#endif
