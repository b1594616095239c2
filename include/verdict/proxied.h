/* SPDX-License-Identifier: Apache-2.0 */
/* The matter of PROXY headers: a proxy tells who sends, and Traccar cannot read that. Part of judge; all its state are findings. */
#ifndef VERDICT_PROXIED_H
#define VERDICT_PROXIED_H

#include "verdict/finding.h"

/* A message came: with such a header before its conversation, or without. */
void proxied_message(struct findings *findings, const struct message_event *event);

/* Forgets what has not shown since `before`. */
void proxied_tick(struct findings *findings, int64_t before, int64_t now);

#endif
