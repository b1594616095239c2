/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The rows of one of the watch view's lists: as told, one record a row, sorted and filtered, of which a window is shown. The
 * chosen row is an object, not a line: it stays chosen, and on its line of the screen, while others come, go and overtake it;
 * and for a while after a key nothing is sorted anew. Part of watch.
 */
#ifndef OUTLET_WATCH_LIST_H
#define OUTLET_WATCH_LIST_H

#include <limits.h>

#include "base/cursor.h"
#include "outlet/style.h"

enum watch_kind { WATCH_DEVICES, WATCH_PORTS, WATCH_FINDINGS, WATCH_KINDS };
enum watch_sort { SORT_STATE, SORT_NAME, SORT_PROTOCOL, SORT_PORT, SORT_SEEN, SORT_RATE, SORTS };
enum { WATCH_KEY = 160, WATCH_WORDS = 320, WATCH_NAME = 80, WATCH_FILTER = 64, WATCH_ROWS = 100000 };

struct watch_row {
    char name[WATCH_NAME], protocol[32];
    char words[WATCH_WORDS]; /* what is searched, in small letters */
    enum meaning meaning;
    int rank;
    int64_t time;
    long long rate, port;
    bool is_quiet; /* a port that nothing came to: not listed */
    unsigned answer;
    size_t place; /* among those that are listed; WATCH_NOWHERE */
    uint8_t *record;
    size_t length, room;
};
#define WATCH_NOWHERE SIZE_MAX

struct watch_list;

/* NULL when memory is out; watch_list_free takes NULL. */
struct watch_list *watch_list_new(enum watch_kind kind);
void watch_list_free(struct watch_list *list);

/* An answer: begin, its records, end. What the answer did not name is gone with its end, and stays where it has none. */
void watch_list_begin(struct watch_list *list);
void watch_list_take(struct watch_list *list, struct cursor record);
void watch_list_end(struct watch_list *list);

/* Is the order to be kept as it is for now? New rows come behind the others then. now: µs since 1970. */
void watch_list_arrange(struct watch_list *list, bool is_held, int64_t now);

/* "": all. Cut where it is too long. */
void watch_list_set_filter(struct watch_list *list, const char *words);
const char *watch_list_filter(const struct watch_list *list);
void watch_list_sort_next(struct watch_list *list);
const char *watch_list_sort(const struct watch_list *list);

/* How many are listed, how many there are, and how many of these are quiet; how many found no room. */
size_t watch_list_count(const struct watch_list *list);
size_t watch_list_all(const struct watch_list *list);
size_t watch_list_quiet(const struct watch_list *list);
uint64_t watch_list_lost(const struct watch_list *list);

/* How many stand so, whatever the filter: as of the last arranging. */
size_t watch_list_stand(const struct watch_list *list, enum meaning meaning);

/* One row after the other, quiet ones too, in no order: start with NULL. */
const struct watch_row *watch_list_next(const struct watch_list *list, const struct watch_row *after);
const struct watch_row *watch_list_at(const struct watch_list *list, size_t place);

/* Which rows a window of so many shows, from the place that is given back. */
size_t watch_list_window(struct watch_list *list, size_t rows);

/* Nothing is chosen before somebody moves, or after Esc: NULL. */
const struct watch_row *watch_list_chosen(const struct watch_list *list);
void watch_list_move(struct watch_list *list, long by);
void watch_list_choose(struct watch_list *list, const struct watch_row *row);
void watch_list_let_go(struct watch_list *list);

/* Who types what is searched for begins at the same row with each letter: which one it is now; back to it. */
void watch_list_remember(struct watch_list *list);
void watch_list_recall(struct watch_list *list);

/* Chooses the next row (the previous: is_back) with the words, from the chosen one on (that one too: is_here). False: none. */
bool watch_list_search(struct watch_list *list, const char *words, bool is_here, bool is_back);

/* Small letters of ASCII. */
void watch_lower(char *text);

static inline struct cursor watch_row_record(const struct watch_row *row)
{
    return cursor_of(row->record, row->length);
}

#endif
