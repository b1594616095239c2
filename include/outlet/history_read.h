/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Reads the history's file, also while a daemon writes it: rows are fetched in pieces and copied, so that a slow reader holds up
 * nobody, and sees what has come meanwhile. Opens for reading alone.
 */
#ifndef OUTLET_HISTORY_READ_H
#define OUTLET_HISTORY_READ_H

#include "outlet/filter.h"

struct history_reader;

/* NULL: error says what is wrong and the mend. history_reader_close takes NULL. Root becomes the file's owner: what stands in it
 * came from strangers. */
struct history_reader *history_reader_open(const char *path, char *error, size_t size);
void history_reader_close(struct history_reader *reader);

/* What is wanted. Starts as { .until = INT64_MAX }. */
struct history_wanted {
    int64_t since, until; /* µs since 1970; until is not in it */
    bool messages, findings, gaps;
    uint64_t latest; /* messages: only so many of the latest; 0: all */
    const struct filter
        *filter; /* borrowed; of it devices and ports count here, the rest is the caller's to look at */
};

enum history_row_kind { HISTORY_ROW_MESSAGE, HISTORY_ROW_RAISED, HISTORY_ROW_CLEARED, HISTORY_ROW_GAP };

struct history_row {
    enum history_row_kind kind;
    int64_t time; /* of a gap: its end */
    struct cursor
        record;    /* JSON, without the end of the line; of a gap: its reason. Valid until the next row */
    bool is_stale; /* a finding that was open when its run ended; nothing is known of it since */
    bool is_open;
    int64_t start, lost; /* of a gap; lost -1: nobody knows */
};

/* Begins anew. False: as with history_reader_next. */
MUST_CHECK bool history_reader_ask(struct history_reader *reader, const struct history_wanted *wanted);

enum history_found { HISTORY_ROW, HISTORY_END, HISTORY_UNREADABLE /* see history_reader_error */ };

/* One after the other by time. */
enum history_found history_reader_next(struct history_reader *reader, struct history_row *row);

const char *history_reader_error(const struct history_reader *reader);

/* One who has sent: as the file's table sender has it. Texts are valid until the next one. */
struct history_known {
    const char *device, *peer, *protocol; /* device: "" where it told no id */
    struct service service;
    uint16_t right_port;
    int64_t first, last; /* last: of its own messages; 0: none came */
    uint64_t messages, kept;
    enum location location;
    bool has_place;
    double lat, lon;
    int64_t fix_arrived;
    uint64_t open; /* findings about it that are open */
};

/* All that the filter admits by device and port, the latest first. */
MUST_CHECK bool history_reader_ask_known(struct history_reader *reader, const struct filter *filter);
enum history_found history_reader_next_known(struct history_reader *reader, struct history_known *known);

/* When the first and the last kept message came; 0: there is none. How many, and the file's size in bytes. */
struct history_extent {
    int64_t first, last;
    uint64_t messages, bytes;
};
struct history_extent history_reader_extent(struct history_reader *reader);

#endif
