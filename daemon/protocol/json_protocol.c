/* SPDX-License-Identifier: Apache-2.0 */
/* The common part of the protocols that are bare JSON. Called by their files. */
#include "protocol/json_protocol.h"

bool json_is_told(struct cursor bytes, const char *telling)
{
    struct cursor rest = cursor_of_text(telling), word;
    size_t at;
    while (cursor_field(&rest, ' ', &word)) {
        if (cursor_find_bytes(bytes, word, &at))
            return true;
    }
    return false;
}

enum claim json_match(const struct message *message, size_t *length, const char *telling,
                      enum claim (*judge)(struct cursor json))
{
    bool is_told = json_is_told(message->bytes, telling);
    if (!is_told && message->complete)
        return CLAIM_NO;
    enum json_state state = json_scan(message->bytes, length);
    if (state == JSON_NO)
        return CLAIM_NO;
    if (state == JSON_MORE && !message->complete)
        return CLAIM_MORE;
    if (state == JSON_MORE)
        *length = message->bytes.left;
    struct cursor object = cursor_part(message->bytes, 0, *length);
    if (!is_told || !json_is_told(object, telling))
        return CLAIM_NO;
    enum claim claim = judge(object);
    return state == JSON_MORE && claim > CLAIM_LIKELY ? CLAIM_LIKELY : claim;
}
