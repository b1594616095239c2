/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Whose turn it is: sockets that have something to read wait here, and each turn of the loop serves them for some milliseconds,
 * one small step each, round robin. Who is favoured comes first, who has taken much time lately comes last; a part of the time
 * is kept for each, so that nobody waits for ever. So a tracker is answered soon, whatever others send.
 */
#ifndef INTAKE_TURNS_H
#define INTAKE_TURNS_H

#include <stdbool.h>
#include <stdint.h>
#include <sys/queue.h>

struct turns;

/* Part of who waits. Fill step and context; the rest is zero at first. */
struct turn {
    void (*step)(void *context); /* a little of the work; what is left shows by itself with the next poll */
    void *context;
    bool is_favoured;
    bool is_exempt; /* it is never said to have taken much time: others wait behind it, as at a door */
    bool is_waiting;
    int64_t spent, since; /* µs of work since then */
    TAILQ_ENTRY(turn) queue;
    unsigned rank; /* which queue it waits in */
};

/* NULL when memory is out; turns_free takes NULL. */
struct turns *turns_new(void);
void turns_free(struct turns *turns);

/* It has something to do. It may be told again and again: it waits once. */
void turns_want(struct turns *turns, struct turn *turn);
/* It goes away. */
void turns_forget(struct turns *turns, struct turn *turn);

bool turns_waiting(const struct turns *turns);
/* Serves those that wait, for about this many µs. */
void turns_run(struct turns *turns, int64_t budget);

#endif
