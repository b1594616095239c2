/* SPDX-License-Identifier: Apache-2.0 */
/* Lines broken between words. Called by bundle and history_show. */
#include "command/wrap.h"

#include <string.h>

void wrap_put(struct buffer *out, const char *text, size_t width, size_t indent)
{
    size_t start = strspn(text, " "), used = start;
    buffer_put(out, text, start);
    for (const char *at = text + start; *at;) {
        size_t blanks = strspn(at, " "), word = strcspn(at + blanks, " ");
        bool is_new = used > start && used + blanks + word > width;
        if (is_new) {
            buffer_printf(out, "\n%*s", (int)(start + indent), "");
            used = start + indent;
            at += blanks;
            blanks = 0;
        }
        buffer_put(out, at, blanks + word);
        used += blanks + word;
        at += blanks + word;
    }
    buffer_put_u8(out, '\n');
}
