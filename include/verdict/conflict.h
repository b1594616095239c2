/* SPDX-License-Identifier: Apache-2.0 */
/* The matter of ports that Traccar could not open when it started, as its own log says. Part of judge; all its state are findings. */
#ifndef VERDICT_CONFLICT_H
#define VERDICT_CONFLICT_H

#include "verdict/finding.h"

/* REPORT_PORT_TAKEN and REPORT_STARTED; others are not its matter. */
void conflict_report(struct findings *findings, const struct ports *ports, const struct report_event *event);

/* A message of Traccar's log: the port is open. */
void conflict_message(struct findings *findings, const struct message_event *event);

#endif
