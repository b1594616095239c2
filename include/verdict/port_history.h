/* SPDX-License-Identifier: Apache-2.0 */
/* How Traccar's table of default ports grew: which ports a version has at most, and what it called protocols that have another name
 * now. Part of ports. */
#ifndef VERDICT_PORT_HISTORY_H
#define VERDICT_PORT_HISTORY_H

#include "base/cursor.h"

/* "6.14.5" as a number that grows with it; 0: it is no version. */
unsigned port_history_version(const char *text);

/* The last default port that a version can have: where it is not known exactly, one that is too far. */
uint16_t port_history_last(unsigned version);

/* The name that the version has for the protocol of a default port, where it is another one than today. */
MUST_CHECK bool port_history_name(unsigned version, uint16_t port, struct cursor *name);

#endif
