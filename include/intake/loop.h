/* SPDX-License-Identifier: Apache-2.0 */
/* The event loop: signals, one second's tick, readable descriptors. Hides libevent from those above the intakes. */
#ifndef INTAKE_LOOP_H
#define INTAKE_LOOP_H

#include <stdbool.h>
#include <stdint.h>

#include "base/compiler.h"

struct loop;
struct event_base;

/* number: the signal's, or the descriptor; 0 for the tick. */
typedef void (*loop_callback)(void *context, int number);

/* NULL when memory is out. loop_free takes NULL; callbacks are not called any more. */
struct loop *loop_new(void);
void loop_free(struct loop *loop);

/* False when memory is out or there are too many. */
MUST_CHECK bool loop_on_signal(struct loop *loop, int number, loop_callback callback, void *context);
MUST_CHECK bool loop_on_readable(struct loop *loop, int descriptor, loop_callback callback, void *context);
MUST_CHECK bool loop_each_second(struct loop *loop, loop_callback callback, void *context);

/* Waits for what comes next and calls whom it concerns. False: the loop is broken. */
MUST_CHECK bool loop_turn(struct loop *loop);

/* The wall clock, microseconds since 1970. Only intakes and command read it: all others get it as an argument. */
int64_t loop_now(void);

/* For the intakes that have events of their own; borrowed. */
struct event_base *loop_base(const struct loop *loop);

#endif
