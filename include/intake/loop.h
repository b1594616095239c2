/* SPDX-License-Identifier: Apache-2.0 */
/* The event loop: signals, one second's tick, readable descriptors. Hides libevent from those above the intakes. */
#ifndef INTAKE_LOOP_H
#define INTAKE_LOOP_H

#include <stdbool.h>
#include <stdint.h>

#include "base/compiler.h"

struct loop;
struct event_base;
struct turns;

/* number: the signal's, or the descriptor; 0 for the tick. */
typedef void (*loop_callback)(void *context, int number);

/* NULL when memory is out. loop_free takes NULL; callbacks are not called any more. */
struct loop *loop_new(void);
void loop_free(struct loop *loop);

/* False when memory is out or there are too many. */
MUST_CHECK bool loop_on_signal(struct loop *loop, int number, loop_callback callback, void *context);
MUST_CHECK bool loop_on_readable(struct loop *loop, int descriptor, loop_callback callback, void *context);
/* No more calls for a descriptor that is about to be closed. */
void loop_forget(struct loop *loop, int descriptor);
MUST_CHECK bool loop_each_second(struct loop *loop, loop_callback callback, void *context);

/* Ends the present or next wait as soon as the descriptor can be written, once. */
void loop_until_writable(struct loop *loop, int descriptor);

/* Waits for what comes next and calls whom it concerns; those that wait for their turn get some milliseconds. False: the loop
 * is broken. */
MUST_CHECK bool loop_turn(struct loop *loop);

/* The loop's time, microseconds: it began as the wall clock's (since 1970), and goes on evenly, whoever sets that. Time-outs go by
 * it. Only intakes and command read it: all others get it as an argument. */
int64_t loop_now(const struct loop *loop);

/* What must be added to the loop's time now to get the wall clock's, for showing. */
int64_t loop_wall(const struct loop *loop);

/* For the intakes that have events of their own, and for what they do in turns; borrowed. */
struct event_base *loop_base(const struct loop *loop);
struct turns *loop_turns(const struct loop *loop);

#endif
