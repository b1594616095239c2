/* SPDX-License-Identifier: Apache-2.0 */
/* Which messages a page is shown: the newest ones, twenty a second at most, and how many are passed over for them. Part of
 * web_events. */
#ifndef OUTLET_WEB_MESSAGES_H
#define OUTLET_WEB_MESSAGES_H

#include "outlet/feed.h"

struct evbuffer;

/* Where somebody is in the feed. */
struct web_messages {
    struct feed_place place;
    int64_t due;   /* when it looks again, µs of a steady clock, as the next one */
    int64_t since; /* so long it has been owed twenty a second */
};

/* From now on. */
void web_messages_start(struct web_messages *messages, const struct feed *feed);

/* Adds {"rows":[…],"skipped":N} with what came since the last time and the filter admits, about twenty times a second at most.
 * False: nothing, it is not yet time or nothing came. */
bool web_messages_put(struct web_messages *messages, const struct feed *feed, const struct filter *filter,
                      int64_t now, struct evbuffer *out);

/* Adds the same with the last ones that lie before its place, for somebody new. */
void web_messages_put_last(const struct web_messages *messages, const struct feed *feed,
                           const struct filter *filter, struct evbuffer *out);

#endif
