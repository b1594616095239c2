/* SPDX-License-Identifier: Apache-2.0 */
/* Messages in lines that are neither HEX nor text as a whole: strings of programs, lists of numbers, base64, addresses of web
 * requests, HEX among words. Whether bytes are a message is for the caller to ask. Part of paste. */
#ifndef WIRE_PASTE_FOUND_H
#define WIRE_PASTE_FOUND_H

#include "base/buffer.h"

/* Each appends bytes to out and moves *rest behind what it took; false: nothing more of the kind is there. */

/* "xx\r\x01…", in quotes or not, as Python, C, strace and others show bytes. */
MUST_CHECK bool paste_take_string(struct cursor *rest, struct buffer *out);
/* "%2AHQ%2C…" */
MUST_CHECK bool paste_take_percents(struct cursor *rest, struct buffer *out);
/* "120, 120, 13, -1": at least six. */
MUST_CHECK bool paste_take_numbers(struct cursor *rest, struct buffer *out);
/* A word of base64. */
MUST_CHECK bool paste_take_base64(struct cursor *rest, struct buffer *out);

/* The next word of many HEX digits (some may be hidden), or the next run of shorter ones. Nothing is appended. */
MUST_CHECK bool paste_find_hex(struct cursor *rest, struct cursor *found);
MUST_CHECK bool paste_find_pairs(struct cursor *rest, struct cursor *found);

/* Does the line hold numbers of bytes and nothing else? *is_decimal: they cannot well be HEX. */
bool paste_is_numbers(struct cursor line, bool *is_decimal);

#endif
