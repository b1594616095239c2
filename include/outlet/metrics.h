/* SPDX-License-Identifier: Apache-2.0 */
/* Figures for Prometheus, in its text format. A sink that counts what the board does not. Nothing that a sender chooses becomes a
 * label: names of protocols are the program's, and so many ports have one of their own. */
#ifndef OUTLET_METRICS_H
#define OUTLET_METRICS_H

#include "outlet/snapshot.h"

/* Ports with a count of their own; the others count together. And room for all of the text. */
enum { METRICS_PORTS = 300, METRICS_TEXT = 256 * 1024 };

struct metrics;

/* snapshot and the protocols (ended by NULL), each of which counts from 0, are borrowed. NULL when memory is out; metrics_free
 * takes NULL. */
struct metrics *metrics_new(struct snapshot *snapshot, const struct protocol *const *protocols);
void metrics_free(struct metrics *metrics);

struct sink *metrics_sink(struct metrics *metrics);

/* The loop was late by so many µs. */
void metrics_note_lag(struct metrics *metrics, int64_t lag);

/* Who looks on now: pages, and those who follow over the control socket. */
void metrics_set_clients(struct metrics *metrics, size_t pages, size_t followers);

/* The size of the history; 0: none is kept. */
void metrics_set_history(struct metrics *metrics, uint64_t bytes);

/* All figures at `now`, µs since 1970; room for METRICS_TEXT. */
void metrics_write(struct metrics *metrics, struct buffer *out, int64_t now);

#endif
