/* SPDX-License-Identifier: Apache-2.0 */
/* Nominates protocols by the first bytes, collects their claims, orders them. Called by talk. */
#include "verdict/identify.h"

#include <stdlib.h>

struct nominee {
    const struct protocol *protocol;
    const struct head *head;
};

struct identifier {
    struct nominee *nominees; /* grouped by first byte; within one, longer heads first */
    size_t first[257];        /* nominees of byte b: first[b] .. first[b + 1] */
    struct patterns *patterns;
};

static int by_head_length(const void *left, const void *right)
{
    const struct nominee *a = left, *b = right;
    if (a->head->length != b->head->length)
        return a->head->length < b->head->length ? 1 : -1;
    return strcmp(a->protocol->name, b->protocol->name);
}

static bool nominates(const struct head *head, unsigned byte)
{
    return head->length == 0 || (uint8_t)head->bytes[0] == byte;
}

/* counts (nominees NULL) or fills the nominees of one byte */
static size_t nominate(const struct protocol *const *protocols, unsigned byte, struct nominee *nominees)
{
    size_t n = 0;
    for (size_t i = 0; protocols[i]; i++) {
        for (const struct head *head = protocols[i]->heads;
             head < protocols[i]->heads + HEADS_MAX && head->bytes; head++) {
            if (!nominates(head, byte))
                continue;
            if (nominees)
                nominees[n] = (struct nominee){ protocols[i], head };
            n++;
        }
    }
    return n;
}

struct identifier *identifier_new(const struct protocol *const *protocols)
{
    struct identifier *identifier = calloc(1, sizeof(*identifier));
    if (!identifier)
        return NULL;
    for (unsigned byte = 0; byte < 256; byte++)
        identifier->first[byte + 1] = identifier->first[byte] + nominate(protocols, byte, NULL);
    identifier->nominees = calloc(identifier->first[256] + 1, sizeof(*identifier->nominees));
    identifier->patterns = patterns_new();
    if (!identifier->nominees || !identifier->patterns) {
        identifier_free(identifier);
        return NULL;
    }
    for (unsigned byte = 0; byte < 256; byte++) {
        struct nominee *start = identifier->nominees + identifier->first[byte];
        size_t n = nominate(protocols, byte, start);
        qsort(start, n, sizeof(*start), by_head_length);
    }
    return identifier;
}

void identifier_free(struct identifier *identifier)
{
    if (!identifier)
        return;
    patterns_free(identifier->patterns);
    free(identifier->nominees);
    free(identifier);
}

struct patterns *identifier_patterns(struct identifier *identifier)
{
    return identifier->patterns;
}

bool identifier_expects(const struct identifier *identifier, uint8_t byte)
{
    /* longer heads stand first */
    size_t first = identifier->first[byte];
    return first < identifier->first[byte + 1] && identifier->nominees[first].head->length > 0;
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
    return a->head > b->head;
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
    candidate->protocol->read(&one, &reading);
    return reading.proven;
}

void identify(const struct identifier *identifier, const struct message *message, const struct protocol *own,
              struct candidates *out)
{
    out->count = 0;
    out->more = false;
    if (message->bytes.left == 0)
        return;
    unsigned byte = message->bytes.at[0];
    const struct protocol *asked[64];
    size_t asked_count = 0;
    for (size_t i = identifier->first[byte]; i < identifier->first[byte + 1]; i++) {
        const struct nominee *nominee = &identifier->nominees[i];
        struct candidate candidate = { .protocol = nominee->protocol, .head = nominee->head->length };
        /* the first byte fits already; most heads are told from the second */
        bool fits = nominee->head->length < 2 ||
                    (message->bytes.left > 1 && (uint8_t)nominee->head->bytes[1] == message->bytes.at[1] &&
                     cursor_starts(message->bytes, nominee->head->bytes, nominee->head->length));
        if (!fits) {
            if (!message->complete && message->bytes.left < nominee->head->length &&
                cursor_may_start(message->bytes, nominee->head->bytes, nominee->head->length))
                out->more = true;
            continue;
        }
        bool again = false;
        for (size_t k = 0; k < asked_count && !again; k++)
            again = asked[k] == nominee->protocol;
        if (again)
            continue;
        if (asked_count < sizeof(asked) / sizeof(asked[0]))
            asked[asked_count++] = nominee->protocol;
        candidate.claim = nominee->protocol->match(message, &candidate.length);
        if (candidate.claim == CLAIM_MORE)
            out->more = true;
        if (candidate.claim < CLAIM_POSSIBLE || candidate.length == 0 ||
            candidate.length > message->bytes.left)
            continue;
        if (candidate.claim == CLAIM_LIKELY && is_proven(message, &candidate))
            candidate.claim = CLAIM_CERTAIN;
        insert(out, candidate, own);
    }
    while (out->count > 1 && out->list[out->count - 1].claim + 1 < out->list[0].claim)
        out->count--;
}
