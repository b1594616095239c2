/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The bytes of messages whose end has not come, of all streams together: bounded in sum. Of those that take most, the one that
 * has waited for longest has to go first, so that nobody who sends little pays for one who sends much. Part of session.
 */
#ifndef WIRE_UNFINISHED_H
#define WIRE_UNFINISHED_H

#include <sys/queue.h>

#include "base/cursor.h"

/* From UNFINISHED_LEAST bytes, doubled again and again, to the largest message. */
enum { UNFINISHED_LEAST = 256, UNFINISHED_SIZES = 9 };

struct session;

/* The start of one stream's message. All zero but for the owner: there is none. */
struct unfinished {
    struct session *owner; /* borrowed */
    uint8_t *bytes;        /* owned */
    size_t length, capacity;
    size_t lost;    /* bytes before it that were never seen */
    int64_t since;  /* its last piece came */
    bool told;      /* that it is unfinished */
    bool deferred;  /* whether its end has come must still be looked for */
    int64_t credit; /* bytes that may be looked at again (see unfinished_may_look) */
    int64_t credited;
    TAILQ_ENTRY(unfinished) order;
};

/* Those of all streams. unfinished_start, then they are in use until each is cleared. */
struct unfinished_store {
    size_t held, most;                                                /* bytes of memory */
    TAILQ_HEAD(unfinished_order, unfinished) sizes[UNFINISHED_SIZES]; /* the oldest first */
};

void unfinished_start(struct unfinished_store *store, size_t most);

/* Puts bytes behind the others; all together are at most MESSAGE_MAX. False: memory is out, nothing is changed. */
MUST_CHECK bool unfinished_add(struct unfinished_store *store, struct unfinished *unfinished,
                               struct cursor bytes);

/* All of it, borrowed until the next call. */
struct cursor unfinished_bytes(const struct unfinished *unfinished);

/* Takes n bytes off the front; what is empty then is cleared. */
void unfinished_take(struct unfinished_store *store, struct unfinished *unfinished, size_t n);

/* Frees its memory. */
void unfinished_clear(struct unfinished_store *store, struct unfinished *unfinished);

/* Whose turn it is to go, when more is held than may be; else NULL. */
struct session *unfinished_surplus(const struct unfinished_store *store);

/*
 * May the end be looked for again? It costs as much as there are bytes, and who sends byte by byte would have all looked at each
 * time: so beyond a supply, which no usual message uses up, only as much is looked at as time passes. False: it must be
 * asked again later, even when nothing more comes.
 */
bool unfinished_may_look(struct unfinished *unfinished, int64_t now);

#endif
