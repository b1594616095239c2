/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The live view in a terminal, without the terminal: what a running hexwatch tells goes in as records, keys go in, a picture
 * comes out. It derives no verdict of its own. Who holds the connection and the terminal calls it (command/watch.c). Times are µs
 * since 1970.
 */
#ifndef OUTLET_WATCH_H
#define OUTLET_WATCH_H

#include "outlet/picture.h"
#include "outlet/watch_keys.h"

struct watch;

/* NULL when memory is out; watch_free takes NULL. */
struct watch *watch_new(void);
void watch_free(struct watch *watch);

/* ---- what is to be asked, and what is told ---- */

enum watch_asked { ASKED_STATUS, ASKED_DEVICES, ASKED_FINDINGS, ASKED_PORTS, ASKED_TALK, ASKED_KINDS };

/* Puts the request that is due now into out (outlet/ask.h); false: none is. What is asked is asked again some time after its
 * answer, later where the answer took long. */
MUST_CHECK bool watch_next_ask(struct watch *watch, int64_t now, enum watch_asked *asked, struct buffer *out);
void watch_take(struct watch *watch, enum watch_asked asked, struct cursor record);
void watch_answered(struct watch *watch, enum watch_asked asked, int64_t now);

/* A record of what happens, as tail tells it. */
void watch_follow(struct watch *watch, struct cursor record, int64_t now);

/* How the connection is. */
enum watch_link {
    LINK_STARTING,
    LINK_LIVE,
    LINK_SILENT, /* it is there, and nobody answers */
    LINK_LOST,   /* retry: when it is tried again */
    LINK_ENDED   /* our own intake is over */
};
void watch_set_link(struct watch *watch, enum watch_link link, int64_t now, int64_t retry);

/* A line that our own intake has said (its standard error). */
void watch_say(struct watch *watch, struct cursor line, int64_t now);
/* What it has said since this was called last, for where no picture is. */
void watch_put_said(struct watch *watch, struct buffer *out);
/* A line in the place of the keys, for a while. */
void watch_notice(struct watch *watch, int64_t now, const char *format, ...) PRINTF_LIKE(3, 4);

/* ---- keys ---- */

/* What a key asks of who has the terminal. */
enum watch_effect { EFFECT_NONE, EFFECT_QUIT, EFFECT_COPY /* watch_copied */, EFFECT_REDRAW };
enum watch_effect watch_press(struct watch *watch, int key, int64_t now);
/* Valid until the next key. */
struct cursor watch_copied(const struct watch *watch);

/* ---- the picture ---- */

/* Below this it only says what it needs. */
enum { WATCH_COLUMNS = 64, WATCH_LINES = 12 };

/* Has anything changed that is seen, since the last picture? The clock's next second counts. */
bool watch_is_changed(const struct watch *watch, int64_t now);
void watch_draw(struct watch *watch, struct picture *picture, int64_t now);

#endif
