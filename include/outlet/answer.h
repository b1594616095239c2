/* SPDX-License-Identifier: Apache-2.0 */
/* The answer to what somebody asks for, record by record, over as long a time as it takes: who reads it slowly keeps nothing
 * but a place. Used by control and web. */
#ifndef OUTLET_ANSWER_H
#define OUTLET_ANSWER_H

#include "outlet/snapshot.h"

struct answer;

/* ask is copied, snapshot borrowed. NULL when memory is out; answer_free takes NULL, and is called before the snapshot is freed. */
struct answer *answer_new(struct snapshot *snapshot, const struct ask *ask);
void answer_free(struct answer *answer);

enum answer_step {
    ANSWER_RECORD, /* *record is the next one, valid until the next call or event */
    ANSWER_MORE,   /* none yet; others may have their turn */
    ANSWER_WAIT,   /* none until something happens (tail) */
    ANSWER_END
};

enum answer_step answer_next(struct answer *answer, int64_t now, struct cursor *record);

/* Does it go on for ever (tail)? And is there anything to take now? */
bool answer_follows(const struct answer *answer);
bool answer_has_more(const struct answer *answer);

/* Records that who follows has missed so far. */
uint64_t answer_missed(const struct answer *answer);

#endif
