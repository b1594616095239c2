/* SPDX-License-Identifier: Apache-2.0 */
/* Everything that hears what is published, as a table: outlets.c has a row for each. Built by assembly. */
#ifndef COMMAND_OUTLETS_H
#define COMMAND_OUTLETS_H

#include "command/settings.h"
#include "outlet/snapshot.h"
#include "wire/tap.h"

/* What outlets are built on; all borrowed. */
struct outlet_parts {
    const struct settings *settings;
    struct publisher *publisher;
    struct writer *writer; /* standard output */
    const struct board *board;
    struct screen
        *screen; /* made by outlets_new, and theirs; NULL: standard output is no terminal for people */
    const struct ports *ports;
    const struct portset *watched; /* the server's ports of captured packets */
    struct event_base *base;       /* NULL: there is no loop, so nobody can ask */
    /* What was lost on the way so far, see outlet/snapshot.h. */
    size_t (*losses)(void *context, struct loss *losses);
    void *context;
};

struct outlets;

/* Opens nothing. NULL when memory is out; outlets_free takes NULL, and ends the publishing before it. */
struct outlets *outlets_new(const struct outlet_parts *parts);
void outlets_free(struct outlets *outlets);

/* Some are opened as root or before it is left, the others as the user who will write. */
enum outlet_time { OUTLET_FIRST, OUTLET_AS_USER };

/* Opens those of this time that the settings want. False: error says what is wrong and the mend. */
MUST_CHECK bool outlets_open(struct outlets *outlets, enum outlet_time time, char *error, size_t size);

/* Before what was written is handed out: a terminal's staying rows are put below it. And before others than outlets write there. */
void outlets_settle(struct outlets *outlets);
void outlets_make_room(struct outlets *outlets);

/* At the end: is what was to be kept by -w in its file? Where it is not, that was said. */
MUST_CHECK bool outlets_is_kept(struct outlets *outlets);

/* Before the last summary: what the outlets say last. */
void outlets_finish(struct outlets *outlets);

/* Were as many messages shown as somebody wanted? */
bool outlets_is_over(const struct outlets *outlets);
/* Where the page is, once all is open: a URL for this host; NULL: it is not served. */
const char *outlets_page(const struct outlets *outlets);

/* Who wants to see every frame, once all is open; NULL: nobody. */
const struct frame_sink *outlets_frames(struct outlets *outlets);
/* What was shown so far. */
struct summary_shown outlets_shown(const struct outlets *outlets);

/* The terminal's columns; 0: there is none. */
unsigned outlets_width(const struct outlets *outlets);

/* What others can ask for; NULL without a loop. */
struct snapshot *outlets_snapshot(const struct outlets *outlets);

/* Once a second. */
void outlets_tick(struct outlets *outlets, int64_t now);

/* Files are opened anew. */
void outlets_reopen(struct outlets *outlets);

/* What each outlet has lost, appended to the losses at *count; the list has room for OUTLETS_MAX more. */
enum { OUTLETS_MAX = 16 };
void outlets_add_losses(const struct outlets *outlets, struct loss *losses, size_t *count);

#endif
