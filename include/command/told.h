/* SPDX-License-Identifier: Apache-2.0 */
/* What the hexwatch that runs on this host tells doctor: the points as it sees them, and its open findings with their evidence. */
#ifndef COMMAND_TOLD_H
#define COMMAND_TOLD_H

#include "board/guide.h"
#include "command/command.h"

struct told;

/* Asks it, for some hundred milliseconds at most. NULL when memory is out; told_free takes NULL. */
struct told *told_ask(const struct options *options);
void told_free(struct told *told);

/* Why it tells nothing; NULL: it has told. */
const char *told_missing(const struct told *told);

/* Since when it watches, µs since 1970; 0: not known. */
int64_t told_since(const struct told *told);

/* Publishes its findings beside those that the board has. Of what both found, what is said here stays, with its evidence: it has
 * watched for longer. is_host_seen: what concerns the server itself was seen here as it is now, and counts. */
void told_publish(struct told *told, const struct board *board, const struct publisher *publisher,
                  bool is_host_seen);

/* Whom it has seen get in. */
void told_outsiders(const struct told *told, struct guide_evidence *evidence);

/* Puts its answers to the points where they are as good or better: it words them as all views of it do. counts: what is found
 * here, its findings among it. has_traccar: one is installed here; else who listens stands in its place. */
void told_merge(const struct told *told, const struct census_counts *counts, bool has_traccar,
                struct guide *guide);

#endif
