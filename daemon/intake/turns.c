/* SPDX-License-Identifier: Apache-2.0 */
/* Round robin with a budget of time. The loop runs it; listener and connection wait in it. */
#include "intake/turns.h"

#include <stdlib.h>
#include <time.h>

/* Who has worked for more than HEAVY µs in a second waits behind the others for the rest of it. */
enum { SECOND = 1000000, HEAVY = 5000 };

enum rank { RANK_FAVOURED, RANK_USUAL, RANK_HEAVY, RANKS };

/* Tenths of the budget that are over when a rank has to leave the rest to those behind it. */
static const int64_t shares[RANKS] = { 6, 8, 10 };

struct turns {
    TAILQ_HEAD(, turn) queues[RANKS];
    struct turn *running; /* whose step is under way; NULL when it went away meanwhile */
};

static int64_t steady_now(void)
{
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (int64_t)now.tv_sec * SECOND + now.tv_nsec / 1000;
}

struct turns *turns_new(void)
{
    struct turns *turns = calloc(1, sizeof(*turns));
    for (unsigned rank = 0; turns && rank < RANKS; rank++)
        TAILQ_INIT(&turns->queues[rank]);
    return turns;
}

void turns_free(struct turns *turns)
{
    free(turns);
}

void turns_want(struct turns *turns, struct turn *turn)
{
    if (turn->is_waiting)
        return;
    int64_t now = steady_now();
    if (now - turn->since > SECOND) {
        turn->since = now;
        turn->spent = 0;
    }
    turn->rank = turn->spent > HEAVY && !turn->is_exempt ? RANK_HEAVY
                 : turn->is_favoured                     ? RANK_FAVOURED
                                                         : RANK_USUAL;
    turn->is_waiting = true;
    TAILQ_INSERT_TAIL(&turns->queues[turn->rank], turn, queue);
}

void turns_forget(struct turns *turns, struct turn *turn)
{
    if (turns->running == turn)
        turns->running = NULL;
    if (!turn->is_waiting)
        return;
    turn->is_waiting = false;
    TAILQ_REMOVE(&turns->queues[turn->rank], turn, queue);
}

bool turns_waiting(const struct turns *turns)
{
    for (unsigned rank = 0; rank < RANKS; rank++) {
        if (!TAILQ_EMPTY(&turns->queues[rank]))
            return true;
    }
    return false;
}

/* One step; returns the time when it is done. */
static int64_t serve(struct turns *turns, struct turn *turn, int64_t now)
{
    turns_forget(turns, turn);
    turns->running = turn;
    turn->step(turn->context);
    int64_t done = steady_now();
    if (turns->running)
        turn->spent += done - now;
    turns->running = NULL;
    return done;
}

void turns_run(struct turns *turns, int64_t budget)
{
    int64_t start = steady_now(), now = start;
    for (unsigned rank = 0; rank < RANKS; rank++) {
        struct turn *turn;
        /* one step in any case, however late it is */
        for (unsigned steps = 0; (turn = TAILQ_FIRST(&turns->queues[rank])) &&
                                 (steps == 0 || now - start < budget * shares[rank] / 10);
             steps++)
            now = serve(turns, turn, now);
    }
}
