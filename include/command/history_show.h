/* SPDX-License-Identifier: Apache-2.0 */
/* Shows rows of the history, as lines for people, JSON records or CSV; masked where that is wanted. Used by history and bundle. */
#ifndef COMMAND_HISTORY_SHOW_H
#define COMMAND_HISTORY_SHOW_H

#include "outlet/events.h"
#include "outlet/history_read.h"
#include "verdict/mask.h"

enum history_format { HISTORY_TEXT, HISTORY_JSON, HISTORY_CSV };

struct history_show;

/* Where to, and what of it; all borrowed. mask: NULL shows all as it is. */
struct history_show_parts {
    struct writer *writer;
    struct mask *mask;
    const struct filter *filter;
    enum history_format format;
    struct line_form form; /* of text */
};

/* NULL when memory is out; history_show_free takes NULL. */
struct history_show *history_show_new(const struct history_show_parts *parts);
void history_show_free(struct history_show *show);

/* Does the filter admit it? Nothing is shown. */
bool history_show_admits(struct history_show *show, const struct history_row *row);

/* Shows it when the filter admits it. True: it was shown. */
bool history_show_row(struct history_show *show, const struct history_row *row);

/* The first line of CSV. */
void history_show_head(struct history_show *show);

/* A device as a JSON record, without the end of the line. */
void history_show_put_known(struct history_show *show, const struct history_known *known, struct buffer *out);

#endif
