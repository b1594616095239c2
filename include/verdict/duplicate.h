/* SPDX-License-Identifier: Apache-2.0 */
/* The matter of identifiers: do two devices tell the same one? Part of the judge. */
#ifndef VERDICT_DUPLICATE_H
#define VERDICT_DUPLICATE_H

#include "verdict/dossier.h"

struct duplicate_matter;

/* forget: µs after which a finding that nothing confirmed is over. dossiers and findings are borrowed. NULL when memory is out;
 * duplicate_free takes NULL. */
struct duplicate_matter *duplicate_new(int64_t forget, struct dossiers *dossiers, struct findings *findings);
void duplicate_free(struct duplicate_matter *matter);

/* A message that is at least likely a tracker's came in: raises duplicate-id where its device sends from two addresses by turns, over connections that are both open or
 * from places that are too far apart. One that a mobile network passes on from changing addresses is one device. */
void duplicate_message(struct duplicate_matter *matter, const struct message_event *event,
                       struct dossier *dossier);

/* Now and then: clears what nothing has confirmed for long. */
void duplicate_tick(struct duplicate_matter *matter, int64_t now);

uint64_t duplicate_evicted(const struct duplicate_matter *matter);

#endif
