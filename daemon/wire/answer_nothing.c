/* SPDX-License-Identifier: Apache-2.0 */
/* What to say of a paste without a message: people paste the lines beside it. Called by identify and the page. */
#include <stdio.h>

#include "base/buffer.h"
#include "wire/answer.h"

enum { ID_MOST = 64 };

/* The id behind these words, if it looks like one: it is repeated to a terminal. */
static bool find_id(struct cursor text, const char *words, struct cursor *id)
{
    size_t at, n = 0;
    if (!cursor_find_text(text, words, &at) || !cursor_skip(&text, at + strlen(words)))
        return false;
    while (n < text.left && text.at[n] > ' ' && text.at[n] < 0x7f && !strchr(",;<>()\"'", text.at[n]))
        n++;
    return n > 0 && n <= ID_MOST && cursor_take(&text, n, id);
}

void answer_nothing(struct cursor text, char *what, size_t size)
{
    struct cursor id;
    size_t lat, lon;
    struct buffer out = buffer_on(what, size - 1);
    if (find_id(text, "nknown device - ", &id)) {
        buffer_put_text(&out, "Traccar has no device with the identifier ");
        buffer_put_cursor(&out, id);
        buffer_put_text(
            &out, ": register it. The message itself stands in the log's line with HEX above this one.");
    } else if (cursor_find_text(text, "lat: ", &lat) && cursor_find_text(text, "lon: ", &lon)) {
        buffer_put_text(&out, "this is what Traccar has decoded: port and identifier are right. Paste the "
                              "log's line with HEX above it to have the message judged.");
    } else if (cursor_find_text(text, "\"deviceId\"", &lat) && cursor_find_text(text, "\"latitude\"", &lon)) {
        buffer_put_text(
            &out, "this is what Traccar has decoded, and no message. Paste the line of its log with HEX.");
    } else if (paste_is_rounded(text)) {
        buffer_put_text(
            &out, "a spreadsheet has rounded this number, and its digits are lost. Format the column as "
                  "text, and copy it again.");
    } else if (paste_is_imei(text)) {
        buffer_put_text(&out, "15 digits are an identifier (IMEI), and no message. Paste what the device "
                              "sends: HEX, or lines of Traccar's log.");
    } else {
        buffer_put_text(&out, "there is no message in it. Paste HEX, lines of Traccar's log, a dump, or the "
                              "text that the device sends.");
    }
    what[out.length] = '\0';
}
