/* SPDX-License-Identifier: Apache-2.0 */
/* Reads members of records for showing. Used by those who ask a running hexwatch. */
#include "outlet/field.h"

#include <stdio.h>

#include "base/json_text.h"
#include "board/standing.h"
#include "outlet/record_read.h"

const char *field_text(struct cursor record, const char *path, char out[static FIELD_TEXT])
{
    struct cursor text = { 0 };
    char memory[FIELD_TEXT];
    size_t length = 0;
    if (json_find_text(record, path, &text))
        text = json_unescape(text, memory, sizeof(memory) - 1);
    for (; length < text.left && length < FIELD_TEXT - 1; length++)
        out[length] = (char)(text.at[length] < 0x20 || text.at[length] > 0x7e ? '.' : text.at[length]);
    out[length] = '\0';
    return out;
}

bool field_is(struct cursor record, const char *path, const char *word)
{
    struct cursor text;
    return json_find_text(record, path, &text) && text.left == strlen(word) &&
           memcmp(text.at, word, text.left) == 0;
}

long long field_number(struct cursor record, const char *path)
{
    int64_t number;
    return json_find_int64(record, path, &number) ? number : 0;
}

int64_t field_time(struct cursor record, const char *path)
{
    struct cursor text;
    return json_find_text(record, path, &text) ? record_time(text) : 0;
}

enum meaning field_meaning(struct cursor record, const char *path)
{
    static const enum meaning meanings[STANDINGS] = { MEANING_OK, MEANING_WAITING, MEANING_PROBLEM,
                                                      MEANING_UNKNOWN };
    for (int i = 0; i < STANDINGS; i++) {
        if (field_is(record, path, standing_name((enum standing)i)))
            return meanings[i];
    }
    return MEANING_UNKNOWN;
}

int field_rank(struct cursor record)
{
    static const int ranks[] = { [MEANING_PLAIN] = 9,
                                 [MEANING_OK] = 7,
                                 [MEANING_WAITING] = 5,
                                 [MEANING_PROBLEM] = 1,
                                 [MEANING_UNKNOWN] = 3 };
    enum meaning meaning = field_meaning(record, "state");
    bool is_misplaced = field_is(record, "verdict", "wrong-port") && field_number(record, "right_port") > 0;
    return ranks[meaning] - (meaning == MEANING_PROBLEM && is_misplaced);
}

void field_address(struct cursor record, char *out, size_t size)
{
    char peer[FIELD_TEXT];
    field_text(record, "peer", peer);
    char *colon = strrchr(peer, ':');
    bool is_bracketed = colon > peer && colon[-1] == ']';
    if (colon && (strchr(peer, ':') == colon || is_bracketed))
        colon[is_bracketed ? -1 : 0] = '\0';
    snprintf(out, size, "%.*s", (int)size - 1, peer + (peer[0] == '['));
}
