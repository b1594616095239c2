/* SPDX-License-Identifier: Apache-2.0 */
/* What the files of the watch view share. Of watch alone. */
#ifndef OUTLET_WATCH_PARTS_H
#define OUTLET_WATCH_PARTS_H

#include "outlet/line.h"
#include "outlet/record_read.h"
#include "outlet/watch.h"
#include "outlet/watch_feed.h"
#include "outlet/watch_row.h"

enum { SAID_LINES = 40, SAID_TEXT = 200, WATCH_TEXT = 1 << 18, COPY_MAX = 32768, SECOND = 1000000 };

enum watch_prompt { PROMPT_NONE, PROMPT_SEARCH, PROMPT_FILTER };

/* When what is asked for. */
struct watch_schedule {
    int64_t due, asked;
};

struct watch {
    struct watch_list *lists[WATCH_KINDS];
    struct watch_feed *feed, *talk; /* what happens; the one conversation that is open */
    struct record_reader *reader;
    uint8_t *status; /* owned: the latest status record */
    size_t status_length;
    int64_t last_message; /* when the latest was told */
    struct watch_schedule schedule[ASKED_KINDS];
    enum watch_link link;
    int64_t link_since, link_retry;

    enum watch_view view, before; /* before: where Esc leads from a conversation */
    enum watch_view under_help;   /* … and from the help */
    bool is_changed, is_frozen;
    int64_t drawn, pressed, frozen;
    uint64_t frozen_messages, frozen_line; /* what there was when it froze */
    enum watch_prompt prompt;
    char words[WATCH_FILTER]; /* being typed */
    char search[WATCH_FILTER], filter[WATCH_FILTER];
    char only_device[FEED_WHO], only_peer[FEED_WHO]; /* whom the feed follows */
    uint64_t feed_last, feed_chosen, feed_origin;    /* line numbers; 0: the newest, nothing */
    size_t page;                                     /* rows that the view showed last */
    size_t scroll, scroll_most;                      /* of texts */

    char talk_device[FEED_WHO], talk_peer[FEED_WHO];
    char talk_port[16];   /* of a peer, "tcp:5023"; "": all */
    uint64_t talk_chosen; /* 0: the newest */
    int64_t talk_time; /* of the latest that is known; those of an answer that are older are known already */
    int64_t talk_newest; /* … of the answer that is being taken */
    int64_t talk_goal;   /* a message of this time is to be chosen; 0: none */

    char notice[160];
    int64_t notice_end;
    char said[SAID_LINES][SAID_TEXT]; /* by number modulo SAID_LINES */
    size_t said_count, said_put;      /* put: those that somebody was given */
    uint8_t copy[COPY_MAX];
    size_t copy_length;
    uint8_t text[WATCH_TEXT]; /* where texts are built */
};

static inline struct cursor watch_status(const struct watch *watch)
{
    return cursor_of(watch->status, watch->status_length);
}

/* Is the order of rows kept as it is for now? */
bool watch_is_held(const struct watch *watch, int64_t now);

/* The list of a view; NULL: it has none. */
struct watch_list *watch_list_of(const struct watch *watch, enum watch_view view);

/* So many rows down or up; the next row with the words that are searched for (that one too: is_here). */
void watch_move(struct watch *watch, long by);
void watch_search_again(struct watch *watch, bool is_here, bool is_back, int64_t now);

/* Whom the feed shows. */
struct watch_wish watch_wish_of(const struct watch *watch);
struct watch_wish watch_talk_wish(const struct watch *watch);
/* The message of the open conversation that is shown: the chosen one, or the newest that the device sent. NULL: there is none. */
const struct feed_line *watch_talk_shown(const struct watch *watch);

/* The body of a view, from a line on. */
struct watch_frame {
    struct watch *watch;
    struct picture *picture;
    unsigned top, rows;
    int64_t now;
};
void watch_put_devices(const struct watch_frame *frame);
void watch_put_feed(const struct watch_frame *frame);
void watch_put_guide(const struct watch_frame *frame);
void watch_put_talk(const struct watch_frame *frame);
void watch_put_help(const struct watch_frame *frame);
void watch_put_ports(const struct watch_frame *frame);
void watch_put_findings(const struct watch_frame *frame);

/* The rows of a list from a line on. Returns how many lines they took, and appends what part of all they are. */
unsigned watch_put_rows(const struct watch_frame *frame, enum watch_kind kind, unsigned top, unsigned lines,
                        struct buffer *range);
void watch_put_titles(const struct watch_frame *frame, enum watch_kind kind);
void watch_put_feed_rule(const struct watch_frame *frame, unsigned row);
void watch_put_feed_lines(const struct watch_frame *frame, unsigned top, unsigned rows);

/* Pieces. A rule: "-- words ------". */
void watch_put_rule(const struct watch_frame *frame, unsigned row, const char *words);
void watch_put_feed_line(const struct watch_frame *frame, unsigned row, const struct feed_line *line);
/* What stands in the place of an empty list: the answer, and the next step. */
void watch_put_empty(const struct watch_frame *frame, const char *what);
/* "1,204" */
void watch_put_count(struct buffer *out, uint64_t count);

/* A text of many lines, of which as many as fit are drawn, from frame->watch->scroll on where it scrolls. */
void watch_put_text(const struct watch_frame *frame, struct cursor text, bool is_scrolled);
/* Words broken into lines of so many columns, behind `first`; further lines are indented. */
void watch_put_wrapped(struct buffer *out, size_t columns, size_t indent, const char *first,
                       const char *text);
void watch_put_meaning(struct buffer *out, enum meaning meaning, const char *words);

#endif
