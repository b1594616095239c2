/* SPDX-License-Identifier: Apache-2.0 */
/* What doctor has found, printed: one screen of text, or JSON records. */
#ifndef COMMAND_EXAMINATION_H
#define COMMAND_EXAMINATION_H

#include "board/guide.h"
#include "outlet/history_read.h"

/* All borrowed. */
struct examination {
    const struct guide *guide;
    const struct board *board;
    const char *traccar;   /* its folder; NULL: none */
    const char *version;   /* as its log tells it; "": it does not */
    const char *log;       /* its log; NULL: not read */
    bool is_cut;           /* only the end of the log was read */
    int64_t watched_since; /* the hexwatch that runs here was asked, and watches since then; 0: none was */
    struct history_extent kept; /* in the history, where this user may read one; all 0: there is none */
    int64_t now, took;          /* µs */
};

void examination_print_text(const struct examination *examination, bool is_coloured);
/* Six "check" records, then the findings. */
void examination_print_json(const struct examination *examination);

#endif
