/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A terminal that people look at while it happens: how wide it is, how many lines a second anybody can read, and below the lines
 * a few rows that stay: whether data arrives, how much of it is not shown, and the findings that are open.
 *
 * The rows stand below the cursor, which waits on an empty row above them: what others write there (standard error, the keyboard's
 * echo) stands in the way of nothing, and a terminal that changes its size only moves them.
 */
#ifndef OUTLET_SCREEN_H
#define OUTLET_SCREEN_H

#include "board/board.h"
#include "outlet/line.h"
#include "outlet/writer.h"

struct screen;

struct screen_settings {
    int fd;          /* the terminal */
    bool is_live;    /* else lines are only fitted: none is held back, and nothing stays below them */
    bool has_cursor; /* it can be moved and things can be wiped */
    bool is_coloured, is_ascii; /* as the lines are */
};

/* writer and board are borrowed. NULL when memory is out. screen_free takes NULL, and wipes what stays. */
struct screen *screen_new(struct writer *writer, const struct board *board,
                          const struct screen_settings *settings);
void screen_free(struct screen *screen);

/* The columns there are now; looked up again with every tick and settle. */
unsigned screen_width(const struct screen *screen);

/* A message of a device has come, whether it is shown or not. */
void screen_count(struct screen *screen);

/* May this message be shown? Under pressure those that tell nothing new of their device wait; *folded says for how many of them
 * this one stands. Those that are not shown are counted. */
MUST_CHECK bool screen_admits(struct screen *screen, const struct message_event *event, uint64_t *folded);
/* The same for a line that is no message. Findings need not ask. */
MUST_CHECK bool screen_admits_other(struct screen *screen, int64_t now);

/* Before a line is begun: what stays below is wiped. */
void screen_wipe(struct screen *screen);
/* Puts it there again, behind the last line. */
void screen_settle(struct screen *screen);
/* Once a second. */
void screen_tick(struct screen *screen);

/* Messages that were not shown in a line of their own. */
uint64_t screen_hidden(const struct screen *screen);

#endif
