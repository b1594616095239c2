/* SPDX-License-Identifier: Apache-2.0 */
/* The matter of clocks: is the time that devices tell with their fixes the time at which they come? Part of the judge. */
#ifndef VERDICT_CLOCK_H
#define VERDICT_CLOCK_H

#include "verdict/dossier.h"

struct clock_matter;

/* forget: µs after which a finding that nothing confirmed is over. dossiers and findings are borrowed. NULL when memory is out;
 * clock_free takes NULL. */
struct clock_matter *clock_new(int64_t forget, struct dossiers *dossiers, struct findings *findings);
void clock_free(struct clock_matter *matter);

/* A message that is at least likely a tracker's came in: raises and clears clock-wrong. What a device kept while it had no connection
 * is no wrong time. */
void clock_message(struct clock_matter *matter, const struct message_event *event, struct dossier *dossier);

/* Now and then: clears what nothing has confirmed for long. */
void clock_tick(struct clock_matter *matter, int64_t now);

#endif
