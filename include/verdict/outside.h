/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The matter of the outside: does anything come from other hosts at all, can they reach this one, and are their addresses their
 * own? Part of the judge.
 */
#ifndef VERDICT_OUTSIDE_H
#define VERDICT_OUTSIDE_H

#include "base/buffer.h"
#include "verdict/finding.h"
#include "verdict/host.h"

struct outside_matter;

/* quiet: µs without anything from outside, at first; forget: later on. findings is borrowed. NULL when memory is out; outside_free
 * takes NULL. */
struct outside_matter *outside_new(int64_t quiet, int64_t forget, struct findings *findings);
void outside_free(struct outside_matter *matter);

/* The host's addresses and gateways, as they are now. */
void outside_facts(struct outside_matter *matter, const struct host_facts *facts);

/* Something came from this peer, whatever it was; device: what it told of itself, "" nothing. */
void outside_hear(struct outside_matter *matter, const struct who *who, const char *device, int64_t now);

/* Now and then. Nobody is told before facts of the host were given: whether what comes is from outside cannot be told then. */
void outside_tick(struct outside_matter *matter, int64_t now);

/* Raises private-address at once, if nothing has come from outside and this host has no public address: for doctor. */
void outside_look(struct outside_matter *matter, int64_t now);

/* What it means that a host has no address of a wider scope than this, which is not public. */
void outside_put_private(struct buffer *text, struct buffer *advice, enum scope scope);

#endif
