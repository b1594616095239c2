/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The control socket (unix): others ask here what this hexwatch knows, and follow what happens. A request is a line, as
 * outlet/ask.h says it; the answer is JSON, one record a line, and ends with {"event":"end",…} or {"event":"error",…}. Several
 * requests may follow each other on a connection; tail goes on until the asker closes it, or {"event":"bye"} says that this
 * hexwatch ends. Also a sink: who follows is woken by what happens.
 *
 * Nobody who asks holds anything up: answers are made in pieces, in a small share of the time; for each asker only some
 * kilobytes are kept; who does not read for a minute is let go.
 */
#ifndef OUTLET_CONTROL_H
#define OUTLET_CONTROL_H

#include <sys/types.h>

#include "outlet/answer.h"

enum { CONTROL_CLIENTS = 2048, CONTROL_PATH = 104 };

struct control_settings {
    const char *path;
    uid_t owner;      /* whose the socket is to be; (uid_t)-1: as it comes */
    gid_t group;      /* who else may ask; (gid_t)-1: as it comes */
    int64_t patience; /* µs after which who does not read is let go; 0: a minute */
};

struct control;
struct event_base;

/* Makes the socket, in the place of one that nobody answers at. base and snapshot are borrowed. NULL: error says what is wrong
 * and the mend; *is_taken (may be NULL): another program answers there. */
struct control *control_new(struct event_base *base, const struct control_settings *settings,
                            struct snapshot *snapshot, bool *is_taken, char *error, size_t size);

/* Says good-bye to all, and takes the socket away where it may. Takes NULL. */
void control_free(struct control *control);

struct sink *control_sink(struct control *control);

/* Once a second. */
void control_tick(struct control *control);

struct control_counts {
    size_t clients, followers;
    uint64_t missed;  /* records that followers missed, because they or this program were too slow */
    uint64_t let_go;  /* clients that did not read */
    uint64_t refused; /* clients for whom there was no room */
};
struct control_counts control_counts(const struct control *control);

#endif
