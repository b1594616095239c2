/* SPDX-License-Identifier: Apache-2.0 */
/* The parts of `hexwatch demo`: who plays where, the hexwatch of its own, the words. Only for daemon/command/demo*.c. */
#ifndef COMMAND_DEMO_H
#define COMMAND_DEMO_H

#include "base/portset.h"
#include "command/pace.h"
#include "command/settings.h"
#include "intake/player.h"

enum { DEMO_ROLES = 32 };

struct demo {
    const struct options *options;
    const char *host; /* NULL: a hexwatch of its own */
    struct portset ports;
    bool has_ports;
    struct role roles[DEMO_ROLES]; /* of a load */
    size_t role_count;
    struct settings *settings; /* of the hexwatch of its own */
    struct portset mute;
    struct player *player;
    struct loop *loop;
    int64_t begun, ended;
    struct pace pace;
    bool is_stopping;
};

/* Trackers that do right, and nothing else. */
bool demo_is_load(const struct demo *demo);
/* How much faster than the clock the story goes. */
unsigned demo_speed(const struct demo *demo);
enum transport demo_transport(const struct role *role);
/* Where it calls; 0: at none of the ports that there are. */
uint16_t demo_port(const struct demo *demo, const struct role *role);

/* They begin, in demo->loop. False: error says what is wrong and the mend, and demo->player is NULL or to be freed. */
MUST_CHECK bool demo_begin(struct demo *demo, const char *host, char *error, size_t size);
/* They say no more. */
void demo_stop(struct demo *demo);

/* With a hexwatch of its own; the exit status. */
int demo_play_own(struct demo *demo, int argc, char **argv);

/* What will happen, and where to look; what was sent, answered, refused. To standard output. */
void demo_tell_story(const struct demo *demo);
void demo_tell_load(size_t trackers, const char *host, double rate);
void demo_print_counts(const struct demo *demo);

#endif
