/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What waits to be written to the history: copies of events, between the loop, which puts them in and never waits, and the
 * history's own thread, which takes all of them at once. Bounded: what finds no room is counted. Part of the history.
 */
#ifndef OUTLET_HISTORY_QUEUE_H
#define OUTLET_HISTORY_QUEUE_H

#include "verdict/event.h"

struct history_queue;

/* Keeps at most so many bytes; memory is taken as it is needed. NULL when memory is out; history_queue_free takes NULL. */
struct history_queue *history_queue_new(size_t bytes);
void history_queue_free(struct history_queue *queue);

/* Each copies the event, or counts it as dropped. */
void history_queue_message(struct history_queue *queue, const struct message_event *event);
void history_queue_finding(struct history_queue *queue, const struct finding_event *event);
void history_queue_confirmed(struct history_queue *queue, const struct finding_event *event);

/* No more comes: who waits is woken. */
void history_queue_close(struct history_queue *queue);

/* ---- for the thread ---- */

/* What was dropped for lack of room, and when. */
struct history_dropped {
    uint64_t count;
    int64_t first, last; /* µs since 1970, of the events; 0 where there are none */
};

/* Waits for events, at most so many ms. False: the queue is closed. */
MUST_CHECK bool history_queue_wait(struct history_queue *queue, int patience);

/* All that came so far, those that were dropped too. */
uint64_t history_queue_seen(struct history_queue *queue);

/* Takes all that waits for history_queue_next. What was taken before is gone. */
void history_queue_take(struct history_queue *queue, struct history_dropped *dropped);

enum history_entry_kind { HISTORY_MESSAGE, HISTORY_FINDING, HISTORY_CONFIRMED };

struct history_entry {
    enum history_entry_kind kind;
    const struct message_event *message; /* or NULL; these two are valid until the next take */
    const struct finding_event *finding; /* or NULL */
};

/* One after the other of those taken. False: there are no more. */
MUST_CHECK bool history_queue_next(struct history_queue *queue, struct history_entry *entry);

/* Starts again with the first of those taken. */
void history_queue_rewind(struct history_queue *queue);

#endif
