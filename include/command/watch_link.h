/* SPDX-License-Identifier: Apache-2.0 */
/* The watch view's two connections to a running hexwatch, one that asks and one that follows: made again by themselves when they
 * break, and never waited for. What comes goes to the watch. */
#ifndef COMMAND_WATCH_LINK_H
#define COMMAND_WATCH_LINK_H

#include "outlet/watch.h"

struct pollfd;
struct watch_link_pair;

/* To the daemon at this socket; watch is borrowed, path copied. Connects with the first work. NULL when memory is out;
 * watch_link_free takes NULL. */
struct watch_link_pair *watch_link_new(const char *path, struct watch *watch);
void watch_link_free(struct watch_link_pair *pair);

/* Where to wait for more. Returns how many there are, two at most. */
size_t watch_link_poll(const struct watch_link_pair *pair, struct pollfd *fds);

/* Connects, asks, takes what is there, for some ms at most. True: there is more at once. now: µs since 1970. */
bool watch_link_work(struct watch_link_pair *pair, int64_t now);

/* Has it ever answered? */
bool watch_link_was_live(const struct watch_link_pair *pair);

#endif
