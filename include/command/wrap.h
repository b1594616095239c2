/* SPDX-License-Identifier: Apache-2.0 */
/* Breaks a line between words, into a buffer. Used where text is not printed at once. */
#ifndef COMMAND_WRAP_H
#define COMMAND_WRAP_H

#include "base/buffer.h"

/* The text and the end of its last line; at most `width` columns where words are not longer. It keeps the blanks it begins with; what
 * stands behind the first line is set in by `indent` more. */
void wrap_put(struct buffer *out, const char *text, size_t width, size_t indent);

#endif
