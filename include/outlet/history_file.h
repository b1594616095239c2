/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The history's database (SQLite), for the one who writes it: the history's thread. Beside FILE stand SQLite's FILE-wal and
 * FILE-shm, and FILE-lock, which is held by who writes and says how much it has seen, so that after a crash it is known how much
 * is missing. Part of the history.
 */
#ifndef OUTLET_HISTORY_FILE_H
#define OUTLET_HISTORY_FILE_H

#include <sys/types.h>

#include "outlet/history_queue.h"

/* Bounds. The oldest makes room. */
struct history_limits {
    int64_t age;       /* µs */
    uint64_t bytes;    /* of the database */
    uint64_t messages; /* of one device */
    size_t senders;    /* devices; and a quarter as many addresses that have told no id */
    size_t findings;
};

struct history_file;

enum history_result {
    HISTORY_FINE,
    HISTORY_BUSY,  /* somebody else holds it: the same may work a moment later */
    HISTORY_FAILED /* the error says why */
};

/* Opens it for writing, makes it where there is none, and puts one that is broken aside. group: who may read it, or -1. run: this
 * run's own number, not 0: another one than the last is a gap. NULL: error says what is wrong and the mend. history_file_close
 * takes NULL; is_whole: all that came was written, and this run ends. */
struct history_file *history_file_open(const char *path, gid_t group, const struct history_limits *limits,
                                       int64_t run, int64_t now, char *error, size_t size);
void history_file_close(struct history_file *file, bool is_whole, int64_t now);

/* What has gone wrong last, in words, with the mend. */
const char *history_file_error(const struct history_file *file);

/* One transaction: begin, put entry after entry, commit. After a failure it is taken back, and none of it was written.
 * written: all entries of this run that are settled with it, kept or given up. */
enum history_result history_file_begin(struct history_file *file);
enum history_result history_file_put(struct history_file *file, const struct history_entry *entry);
enum history_result history_file_commit(struct history_file *file, uint64_t written, int64_t now);
void history_file_take_back(struct history_file *file);

/* Within a transaction: a time of which not all is there. lost: how many records; -1: nobody knows. */
enum history_result history_file_gap(struct history_file *file, int64_t start, int64_t until,
                                     const char *reason, int64_t lost);

/* Keeps to the bounds, a piece of the work at a time. True: more is to be done at once. */
MUST_CHECK bool history_file_tend(struct history_file *file, int64_t now);

/* Is it still the file of its name? */
bool history_file_is_there(const struct history_file *file);

/* How many events were seen so far; cheap. */
void history_file_note(struct history_file *file, uint64_t seen, int64_t now);

#endif
