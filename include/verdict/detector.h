/* SPDX-License-Identifier: Apache-2.0 */
/* Which protocols claim a message, best first. Gets bytes from conversation, asks the protocols that the first byte nominates. */
#ifndef VERDICT_DETECTOR_H
#define VERDICT_DETECTOR_H

#include "protocol/protocol.h"

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

struct detector;

/* Indexes the protocols (a list ended by NULL, borrowed) by their first bytes; NULL when memory is out. */
struct detector *detector_new(const struct protocol *const *protocols);
void detector_free(struct detector *detector);

/* The store of compiled patterns, for messages. */
struct patterns *detector_patterns(struct detector *detector);

/* Does the head of any protocol stand at the start? Heads that fit any byte do not count. */
bool detector_expects(const struct detector *detector, struct cursor bytes);

/* All protocols that claim the message; over a transport that a protocol does not have only proof counts. A shape (LIKELY) whose full grammar `read` proves becomes CERTAIN. Kept are the
 * claims that are at most one step weaker than the best; equal ones are ordered: `own` (the port's, may be NULL) first,
 * then the longer head. `is_behind_noise`: the start of a message is looked for inside rubbish; then protocols that begin with
 * a digit or with anything are not asked. */
void detector_ask(const struct detector *detector, const struct message *message, const struct protocol *own,
                  bool is_behind_noise, struct candidates *out);

/* The same, of these protocols alone. */
void detector_ask_these(const struct protocol *const *protocols, size_t count, const struct message *message,
                        const struct protocol *own, bool is_behind_noise, struct candidates *out);

/* "certain", "likely", "possible" or "none" */
const char *claim_name(enum claim claim);

#endif
