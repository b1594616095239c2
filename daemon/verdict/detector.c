/* SPDX-License-Identifier: Apache-2.0 */
/* Nominates protocols by the first bytes, collects their claims, orders them. Called by conversation. */
#include "verdict/detector.h"

#include <stdlib.h>

/* One protocol among those that a first byte nominates. */
struct nominee {
    const struct protocol *protocol;
    uint32_t seconds[8]; /* a bit for each second byte that one of its heads allows */
    bool is_strict;      /* one of its heads with this first byte says more than a digit or anything */
};

struct detector {
    struct nominee *nominees; /* grouped by first byte; each protocol once */
    size_t first[257];        /* nominees of byte b: first[b] .. first[b + 1] */
    struct patterns *patterns;
};

static bool nominates(const struct head *head, unsigned byte)
{
    return head->length == 0 || (uint8_t)head->bytes[0] == byte;
}

/* One digit, or two, are in all numbers, and no head at all is met anywhere. */
static bool is_weak(struct cursor head)
{
    return head.left <= 2 && cursor_count_digits(head) == head.left;
}

static bool nominee_of(const struct protocol *protocol, unsigned byte, struct nominee *out)
{
    bool is_nominated = false;
    *out = (struct nominee){ .protocol = protocol };
    for (const struct head *head = protocol->heads; head->bytes; head++) {
        if (!nominates(head, byte))
            continue;
        is_nominated = true;
        out->is_strict = out->is_strict || !is_weak(cursor_of(head->bytes, head->length));
        if (head->length < 2) {
            memset(out->seconds, 0xff, sizeof(out->seconds));
        } else {
            uint8_t second = (uint8_t)head->bytes[1];
            out->seconds[second / 32] |= 1u << second % 32;
        }
    }
    return is_nominated;
}

struct detector *detector_new(const struct protocol *const *protocols)
{
    struct detector *detector = calloc(1, sizeof(*detector));
    struct nominee one;
    size_t count = 0;
    if (!detector)
        return NULL;
    for (unsigned byte = 0; byte < 256; byte++) {
        for (size_t i = 0; protocols[i]; i++)
            count += nominee_of(protocols[i], byte, &one);
        detector->first[byte + 1] = count;
    }
    detector->nominees = calloc(count + 1, sizeof(*detector->nominees));
    detector->patterns = patterns_new();
    if (!detector->nominees || !detector->patterns) {
        detector_free(detector);
        return NULL;
    }
    count = 0;
    for (unsigned byte = 0; byte < 256; byte++) {
        for (size_t i = 0; protocols[i]; i++)
            count += nominee_of(protocols[i], byte, &detector->nominees[count]);
    }
    return detector;
}

void detector_free(struct detector *detector)
{
    if (!detector)
        return;
    patterns_free(detector->patterns);
    free(detector->nominees);
    free(detector);
}

struct patterns *detector_patterns(struct detector *detector)
{
    return detector->patterns;
}

bool detector_expects(const struct detector *detector, struct cursor bytes)
{
    if (bytes.left == 0)
        return false;
    unsigned byte = bytes.at[0];
    for (size_t i = detector->first[byte]; i < detector->first[byte + 1]; i++) {
        for (const struct head *head = detector->nominees[i].protocol->heads; head->bytes; head++) {
            if (head->length > 0 && cursor_starts(bytes, head->bytes, head->length))
                return true;
        }
    }
    return false;
}

const char *claim_name(enum claim claim)
{
    switch (claim) {
    case CLAIM_CERTAIN:
        return "certain";
    case CLAIM_LIKELY:
        return "likely";
    case CLAIM_POSSIBLE:
        return "possible";
    default:
        return "none";
    }
}

/* a better than b? */
static bool is_better(const struct candidate *a, const struct candidate *b, const struct protocol *own)
{
    if (a->claim != b->claim)
        return a->claim > b->claim;
    if ((a->protocol == own) != (b->protocol == own))
        return a->protocol == own;
    if (a->head != b->head)
        return a->head > b->head;
    return strcmp(a->protocol->name, b->protocol->name) < 0;
}

static void insert(struct candidates *out, struct candidate candidate, const struct protocol *own)
{
    size_t at = out->count;
    while (at > 0 && is_better(&candidate, &out->list[at - 1], own))
        at--;
    if (at == CANDIDATES_MAX)
        return;
    if (out->count == CANDIDATES_MAX)
        out->count--;
    memmove(&out->list[at + 1], &out->list[at], (out->count - at) * sizeof(candidate));
    out->list[at] = candidate;
    out->count++;
}

/* does the full grammar fit what match took for likely? */
static bool is_proven(const struct message *message, const struct candidate *candidate)
{
    struct message one = *message;
    struct reading reading;
    one.bytes.left = candidate->length;
    one.complete = true;
    reading_start(&reading, one.bytes, NULL);
    protocol_read(candidate->protocol, &one, &reading);
    return reading.proven;
}

/* The length of the longest head that stands at the start, or -1. Notes in `more` when a longer one still may. */
static int head_of(const struct protocol *protocol, const struct message *message, bool *more)
{
    int longest = -1;
    uint8_t byte = message->bytes.at[0];
    for (const struct head *head = protocol->heads; head->bytes; head++) {
        if (head->length > 0 && (uint8_t)head->bytes[0] != byte)
            continue;
        if ((int)head->length > longest && cursor_starts(message->bytes, head->bytes, head->length))
            longest = (int)head->length;
        else if (!message->complete && message->bytes.left < head->length &&
                 cursor_may_start(message->bytes, head->bytes, head->length))
            *more = true;
    }
    return longest;
}

static void ask_one(const struct protocol *protocol, const struct message *message, size_t head,
                    const struct protocol *own, struct candidates *out)
{
    struct candidate candidate = { .protocol = protocol, .head = head };
    candidate.claim = protocol_match(protocol, message, &candidate.length);
    if (candidate.claim == CLAIM_MORE)
        out->more = true;
    if (candidate.claim < CLAIM_POSSIBLE || candidate.length == 0 || candidate.length > message->bytes.left)
        return;
    if (candidate.claim == CLAIM_LIKELY && is_proven(message, &candidate))
        candidate.claim = CLAIM_CERTAIN;
    /* a shape that is only likely is no claim over a transport that the protocol does not have */
    if (candidate.claim < CLAIM_CERTAIN && !protocol_comes_over(protocol, message))
        return;
    insert(out, candidate, own);
}

/* A device that was set to TCP where its protocol has datagrams alone still sends each message in one piece. */
static void ask_as_datagram(const struct protocol *own, const struct message *message, struct candidates *out)
{
    struct message whole = *message;
    struct candidates found = { .count = 0 };
    bool more;
    if (out->count > 0 || out->more || message->datagram || message->complete || !own ||
        own->transports != OVER_UDP)
        return;
    whole.datagram = whole.complete = true;
    int head = head_of(own, &whole, &more);
    if (head >= 0)
        ask_one(own, &whole, (size_t)head, own, &found);
    if (found.count > 0 && found.list[0].claim == CLAIM_CERTAIN)
        *out = found;
}

static void drop_weak(struct candidates *out)
{
    while (out->count > 1 && out->list[out->count - 1].claim + 1 < out->list[0].claim)
        out->count--;
}

/* Kin share messages, and people post them with a byte too few: which of them sent it, the port knows best. */
static void prefer_own(struct candidates *out, const struct protocol *own)
{
    if (out->count < 2 || !own || out->list[0].claim == CLAIM_CERTAIN ||
        !protocol_is_kin(out->list[0].protocol, own))
        return;
    struct candidate first = out->list[0];
    for (size_t i = 1; i < out->count; i++) {
        if (out->list[i].protocol == own) {
            out->list[0] = out->list[i];
            out->list[i] = first;
        }
    }
}

void detector_ask(const struct detector *detector, const struct message *message, const struct protocol *own,
                  bool is_behind_noise, struct candidates *out)
{
    out->count = 0;
    out->more = false;
    if (message->bytes.left == 0)
        return;
    unsigned byte = message->bytes.at[0];
    for (size_t i = detector->first[byte]; i < detector->first[byte + 1]; i++) {
        const struct nominee *nominee = &detector->nominees[i];
        if (is_behind_noise && !nominee->is_strict)
            continue;
        if (message->bytes.left > 1) {
            uint8_t second = message->bytes.at[1];
            if (!(nominee->seconds[second / 32] >> second % 32 & 1))
                continue;
        }
        int head = head_of(nominee->protocol, message, &out->more);
        if (head >= 0)
            ask_one(nominee->protocol, message, (size_t)head, own, out);
    }
    if (!is_behind_noise)
        ask_as_datagram(own, message, out);
    drop_weak(out);
    prefer_own(out, own);
}

void detector_ask_these(const struct protocol *const *protocols, size_t count, const struct message *message,
                        const struct protocol *own, bool is_behind_noise, struct candidates *out)
{
    out->count = 0;
    out->more = false;
    for (size_t i = 0; i < count && message->bytes.left > 0; i++) {
        int head = head_of(protocols[i], message, &out->more);
        if (head >= 0 && !(is_behind_noise && is_weak(cursor_part(message->bytes, 0, (size_t)head))))
            ask_one(protocols[i], message, (size_t)head, own, out);
    }
    drop_weak(out);
    prefer_own(out, own);
}
