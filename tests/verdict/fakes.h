/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Protocols whose messages say themselves how they are claimed: "<a4b3@123;" is alpha's for certain and
 * likely beta's, and tells the device 123. "!" behind a claim: the protocol's `read` proves it.
 */
#ifndef TESTS_VERDICT_FAKES_H
#define TESTS_VERDICT_FAKES_H

#include "base/frame.h"
#include "verdict/conversation.h"

static inline enum claim fake_claim(struct cursor bytes, char letter, bool *is_proven)
{
    size_t at;
    uint8_t digit, proof;
    *is_proven = false;
    if (!cursor_find(bytes, (uint8_t)letter, &at) || !cursor_u8_at(bytes, at + 1, &digit) || digit < '2' ||
        digit > '4')
        return CLAIM_NO;
    *is_proven = cursor_u8_at(bytes, at + 2, &proof) && proof == '!';
    return (enum claim)(digit - '0');
}

static inline enum claim fake_match(const struct message *message, char letter, size_t *length)
{
    bool is_proven;
    switch (frame_by_bytes(message->bytes, message->complete, ";", 100, length)) {
    case FRAMED_MORE:
        return CLAIM_MORE;
    case FRAMED_NO:
        return CLAIM_NO;
    default:
        return fake_claim(cursor_of(message->bytes.at, *length), letter, &is_proven);
    }
}

static inline void fake_read(const struct message *message, char letter, struct reading *reading)
{
    struct cursor rest = message->bytes, skipped, device;
    (void)fake_claim(message->bytes, letter, &reading->proven);
    reading->type = "fake";
    if (cursor_until(&rest, '@', &skipped) && cursor_until(&rest, ';', &device))
        reading_device(reading, device);
}

#define FAKE(word, letter, its_port, ...)                                           \
    static enum claim word##_match(const struct message *message, size_t *length)   \
    {                                                                               \
        return fake_match(message, letter, length);                                 \
    }                                                                               \
    static void word##_read(const struct message *message, struct reading *reading) \
    {                                                                               \
        fake_read(message, letter, reading);                                        \
    }                                                                               \
    static const struct protocol word = { .name = #word,                            \
                                          .port = (its_port),                       \
                                          .transports = OVER_TCP | OVER_UDP,        \
                                          .heads = HEADS(__VA_ARGS__),              \
                                          .match = word##_match,                    \
                                          .read = word##_read }

FAKE(alpha, 'a', 5001, HEAD("<"));
FAKE(beta, 'b', 5002, HEAD("<"));
FAKE(gamma, 'g', 5003, HEAD("<"), HEAD("<g"));

#endif
