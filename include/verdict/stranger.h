/* SPDX-License-Identifier: Apache-2.0 */
/* The matter of strangers: who sends what is no tracker's, or what nobody knows. Part of the judge. */
#ifndef VERDICT_STRANGER_H
#define VERDICT_STRANGER_H

#include "verdict/finding.h"

struct stranger_matter;

/* forget: µs after which a finding that nothing confirmed is over. ports and findings are borrowed. NULL when memory is
 * out; stranger_free takes NULL. */
struct stranger_matter *stranger_new(int64_t forget, const struct ports *ports, struct findings *findings);
void stranger_free(struct stranger_matter *matter);

/* A message came in: raises not-a-tracker, unidentified, and wrong-web-port where somebody looks for the map. */
void stranger_message(struct stranger_matter *matter, const struct message_event *event);

/* Now and then: clears what nothing has confirmed for long. */
void stranger_tick(struct stranger_matter *matter, int64_t now);

#endif
