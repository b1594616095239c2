/* SPDX-License-Identifier: Apache-2.0 */
/* What is known of each device over time: is it talking, and does it send valid locations? Part of the judge. */
#ifndef VERDICT_DEVICE_H
#define VERDICT_DEVICE_H

#include "verdict/dossier.h"

struct devices;

/* fix_wait, forget: see judge_settings. dossiers and findings are borrowed. NULL when memory is out; devices_free takes NULL. */
struct devices *devices_new(int64_t fix_wait, int64_t forget, struct dossiers *dossiers,
                            struct findings *findings);
void devices_free(struct devices *devices);

/* A message that is at least likely a tracker's came in: raises and clears waiting-for-fix, no-fix and zero-coordinates. */
void devices_message(struct devices *devices, const struct message_event *event, struct dossier *dossier);

/* Now and then: clears what nothing has confirmed for long. */
void devices_tick(struct devices *devices, int64_t now);

#endif
