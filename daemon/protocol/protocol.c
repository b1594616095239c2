/* SPDX-License-Identifier: Apache-2.0 */
/* Dispatch: a protocol's own functions, its table, or what it is a clone of. Called by detector, conversation and session. */
#include "protocol/protocol.h"

#include "protocol/site.h"
#include "protocol/text_protocol.h"

enum claim protocol_match(const struct protocol *protocol, const struct message *message, size_t *length)
{
    if (protocol->match)
        return protocol->match(message, length);
    return protocol->clone ? clone_match(protocol, message, length) : text_match(protocol, message, length);
}

void protocol_read(const struct protocol *protocol, const struct message *message, struct reading *reading)
{
    if (protocol->read)
        protocol->read(message, reading);
    else if (protocol->clone)
        clone_read(protocol, message, reading);
    else
        text_read(protocol, message, reading);
}

void protocol_answer(const struct protocol *protocol, const struct message *message,
                     const struct asker *asker, struct buffer *reply)
{
    if (protocol->answer)
        protocol->answer(message, asker, reply);
    else if (protocol->clone)
        clone_answer(protocol, message, asker, reply);
    else if (protocol->text)
        text_answer(protocol, message, asker, reply);
}

bool protocol_has_answers(const struct protocol *protocol)
{
    if (protocol->clone)
        return protocol_has_answers(protocol->clone->base);
    return protocol->answer || (protocol->text && text_has_answers(protocol->text));
}

enum claim protocol_head(const struct protocol *protocol, const struct message *message)
{
    enum claim claim = CLAIM_NO;
    for (const struct head *head = protocol->heads; head->bytes; head++) {
        if (cursor_starts(message->bytes, head->bytes, head->length))
            return CLAIM_POSSIBLE;
        if (!message->complete && cursor_may_start(message->bytes, head->bytes, head->length))
            claim = CLAIM_MORE;
    }
    return claim;
}

static bool declares(const struct protocol *protocol, const char *name)
{
    for (const char *const *kin = protocol->kin; kin && *kin; kin++) {
        if (strcmp(*kin, name) == 0)
            return true;
    }
    return false;
}

bool protocol_is_kin(const struct protocol *one, const struct protocol *other)
{
    return declares(one, other->name) || declares(other, one->name);
}
