/* SPDX-License-Identifier: Apache-2.0 */
/* The latest records of what happens (messages, connections, findings), as told, for the watch view: a bounded number of them, of
 * which a window is shown, the newest last. Part of watch. */
#ifndef OUTLET_WATCH_FEED_H
#define OUTLET_WATCH_FEED_H

#include "base/cursor.h"

enum { FEED_LINES = 4096, FEED_BYTES = 8 << 20, FEED_WHO = 80, FEED_WORDS = 256 };

struct feed_line {
    uint64_t number; /* from 1; 0: there is none */
    int64_t time;
    bool is_message, is_answer;            /* answer: a message that the server sent */
    char device[FEED_WHO], peer[FEED_WHO]; /* peer: the address without its port */
    char words[FEED_WORDS];                /* what is searched, in small letters */
    uint8_t *record;
    size_t length;
};

/* Whom and what to show; "": all. */
struct watch_wish {
    const char *device, *peer; /* at most one of them */
    const char *words;
    bool without_answers;
};

struct watch_feed;

/* NULL when memory is out; watch_feed_free takes NULL. */
struct watch_feed *watch_feed_new(void);
void watch_feed_free(struct watch_feed *feed);
void watch_feed_clear(struct watch_feed *feed);

/* A record behind the others. */
void watch_feed_add(struct watch_feed *feed, struct cursor record);

/* A line of words between the others, where something is missing. */
void watch_feed_add_gap(struct watch_feed *feed, int64_t time, const char *words);

/* How many messages there have been, and of how many it was told that they are missing. */
uint64_t watch_feed_messages(const struct watch_feed *feed);
uint64_t watch_feed_missed(const struct watch_feed *feed);

/* The line with this number, or the oldest that is kept behind it; the newest for 0. NULL: there is none. */
const struct feed_line *watch_feed_at(const struct watch_feed *feed, uint64_t number);
/* The next one that is wished for, forwards or backwards from a line, or NULL. */
const struct feed_line *watch_feed_next(const struct watch_feed *feed, const struct feed_line *line,
                                        const struct watch_wish *wish, bool is_back);
bool watch_feed_fits(const struct feed_line *line, const struct watch_wish *wish);

/* The lines that stand above and including `last` (0: the newest): `rows` at most, the oldest of them first. Returns how many. */
size_t watch_feed_window(const struct watch_feed *feed, uint64_t last, const struct watch_wish *wish,
                         size_t rows, const struct feed_line **lines);

#endif
