/* SPDX-License-Identifier: Apache-2.0 */
/* What is known of each device over time: is it talking, and does it send valid locations? Part of the judge. */
#ifndef VERDICT_DEVICE_H
#define VERDICT_DEVICE_H

#include "verdict/finding.h"

struct devices;

/* fix_wait: see judge_settings. findings is borrowed. NULL when memory is out; devices_free takes NULL. */
struct devices *devices_new(size_t capacity, int64_t fix_wait, struct findings *findings);
void devices_free(struct devices *devices);

/* A message of a device came in: raises and clears waiting-for-fix and no-fix. */
void devices_message(struct devices *devices, const struct message_event *event);

uint64_t devices_evicted(const struct devices *devices);

#endif
