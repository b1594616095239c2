/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Plays simulated trackers against one host: a story, each tracker at its own pace, or a load, all together so many messages a
 * second. Driven by command's demo.
 */
#ifndef INTAKE_PLAYER_H
#define INTAKE_PLAYER_H

#include "base/compiler.h"
#include "intake/caller.h"

struct loop;
struct player;

struct player_settings {
    const char *host; /* a name or an address */
    double rate;      /* messages a second of all together; 0: each at its role's pace */
    double speed;     /* how much faster than the clock the roles' story goes; 1 */
    size_t most;      /* trackers that will be added, at most */
};

/* loop is borrowed. NULL: error says what is wrong and the mend. player_free takes NULL. */
struct player *player_new(struct loop *loop, const struct player_settings *settings, char *error,
                          size_t size);
void player_free(struct player *player);

/* Is the host reached over loopback? */
bool player_is_loopback(const struct player *player);

/* One tracker more; role is borrowed. Not more than settings.most. */
void player_add(struct player *player, const struct role *role, unsigned index, enum transport transport,
                uint16_t port);

/* From now on they play. False: memory is out. */
MUST_CHECK bool player_start(struct player *player);

/* They say nothing more, and wait, a second or two, until the other side has read all. */
void player_stop(struct player *player);
/* All connections are closed, or it took too long. */
bool player_is_over(const struct player *player);

size_t player_trackers(const struct player *player);
/* How many are connected, or calling. */
size_t player_open(const struct player *player);
const struct player_counts *player_counts(const struct player *player);

#endif
