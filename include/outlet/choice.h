/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What is chosen to be shown: of devices, peers, protocols, findings; and how many messages. A sink that stands before those that
 * show: it decides on each event once, and they ask. What is not chosen is counted and judged like everything else.
 */
#ifndef OUTLET_CHOICE_H
#define OUTLET_CHOICE_H

#include "board/board.h"
#include "outlet/filter.h"

/* All zero: everything. */
struct choice_settings {
    struct filter filter; /* its codes: whom one of these findings concerns; 0: whomever */
    struct endpoint only; /* nobody but this address with this port; port 0: any */
    const char *words;    /* the same as somebody gave it, for people; borrowed; "": everything */
    uint64_t limit;       /* so many messages of devices; 0: no end */
};

struct choice;

/* board is borrowed, and must hear of everything before the choice does. NULL when memory is out; choice_free takes NULL. */
struct choice *choice_new(const struct choice_settings *settings, const struct board *board);
void choice_free(struct choice *choice);
struct sink *choice_sink(struct choice *choice);

/* Is the present event chosen? */
bool choice_is_shown(const struct choice *choice);

/* Only with codes: is the message before the present finding chosen too, because it raised it? */
bool choice_is_belated(const struct choice *choice);
/* May a message be chosen later than it comes? */
bool choice_may_be_belated(const struct choice *choice);

/* Is everything chosen, but for the limit? Does it take what is said in a connection to choose it? */
bool choice_is_all(const struct choice *choice);
bool choice_needs_words(const struct choice *choice);
/* By the address alone. */
bool choice_has_peer(const struct choice *choice, const struct endpoint *peer);

/* Chosen messages of devices; and have there been enough of them? */
uint64_t choice_count(const struct choice *choice);
bool choice_is_over(const struct choice *choice);

/* The words of the settings. */
const char *choice_words(const struct choice *choice);

#endif
