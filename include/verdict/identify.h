/* SPDX-License-Identifier: Apache-2.0 */
/* Which protocols claim a message, best first. Gets bytes from talk, asks the protocols that the first byte nominates. */
#ifndef VERDICT_IDENTIFY_H
#define VERDICT_IDENTIFY_H

#include "protocols/protocol.h"

enum { CANDIDATES_MAX = 16 };

struct candidate {
    const struct protocol *protocol;
    enum claim claim;
    size_t length; /* of the message as this protocol frames it */
    size_t head;   /* length of the head that nominated it */
};

struct candidates {
    struct candidate list[CANDIDATES_MAX]; /* best first */
    size_t count;
    bool more; /* some protocol needs more bytes to say */
};

struct identifier;

/* Indexes the protocols (a list ended by NULL, borrowed) by their first bytes; NULL when memory is out. */
struct identifier *identifier_new(const struct protocol *const *protocols);
void identifier_free(struct identifier *identifier);

/* The store of compiled patterns, for messages. */
struct patterns *identifier_patterns(struct identifier *identifier);

/* Does any protocol's head start with this byte? Heads that fit any byte do not count. */
bool identifier_expects(const struct identifier *identifier, uint8_t byte);

/* All protocols that claim the message. A shape (LIKELY) whose full grammar `read` proves becomes CERTAIN. Kept are the
 * claims that are at most one step weaker than the best; equal ones are ordered: `own` (the port's, may be NULL) first,
 * then the longer head. */
void identify(const struct identifier *identifier, const struct message *message, const struct protocol *own,
              struct candidates *out);

/* "certain", "likely", "possible" or "none" */
const char *claim_name(enum claim claim);

#endif
