/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What waits to be written by a thread: pieces of bytes, between the loop, which puts them in and never waits, and an outlet's own
 * thread, which takes all of them at once. A disk may hang for minutes, and the loop must not. Bounded: what finds no room is counted.
 */
#ifndef OUTLET_HANDOVER_H
#define OUTLET_HANDOVER_H

#include <pthread.h>

#include "base/cursor.h"

struct handover;

/* Keeps at most so many bytes; memory is taken as it is needed. NULL when memory is out; handover_free takes NULL. */
struct handover *handover_new(size_t bytes);
void handover_free(struct handover *handover);

/* Starts the thread that takes, deaf to signals, which are the loop's. False: there is none. */
MUST_CHECK bool handover_start(pthread_t *thread, void *(*run)(void *), void *context);

/* No more comes: who waits is woken. */
void handover_close(struct handover *handover);

/* After handover_close: waits for the thread's end, at most so many seconds. False: it still runs, and what it uses must stay. */
MUST_CHECK bool handover_join(pthread_t thread, int patience);

/* Copies the parts, one behind the other, as one piece. False: there is no room, and it counts as dropped. `time`: µs since 1970. */
bool handover_put(struct handover *handover, const struct cursor *parts, size_t count, int64_t time);

/* ---- for the thread ---- */

/* What was dropped for lack of room, and when. */
struct handover_dropped {
    uint64_t count;
    int64_t first, last; /* µs since 1970; 0 where there are none */
};

/* Waits for pieces, at most so many ms. False: the handover is closed. */
MUST_CHECK bool handover_wait(struct handover *handover, int patience);

/* All that came so far, those that were dropped too. */
uint64_t handover_seen(struct handover *handover);

/* Takes all that waits for handover_next. What was taken before is gone. */
void handover_take(struct handover *handover, struct handover_dropped *dropped);

/* One after the other of those taken, aligned as malloc aligns; it may be changed, and is valid until the next take. NULL: there are
 * no more. */
void *handover_next(struct handover *handover);

/* Starts again with the first of those taken. */
void handover_rewind(struct handover *handover);

#endif
