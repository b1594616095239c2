/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The history: devices, their findings and latest messages in an SQLite file that survives a restart. A sink. What is heard is
 * copied into a bounded queue and written by a thread of its own several times a second: the loop never waits for a disk. What
 * finds no room, or cannot be written, is counted, and the file says when that was. A file that cannot be opened is tried again
 * and again; meanwhile the daemon goes on.
 */
#ifndef OUTLET_HISTORY_H
#define OUTLET_HISTORY_H

#include "outlet/history_file.h"

struct history_settings {
    const char *file; /* borrowed */
    gid_t group;      /* who may read it, or -1 */
    struct history_limits limits;
};

struct history_limits history_defaults(void);

struct history;

/* NULL when memory is out or no thread can be had. */
struct history *history_new(const struct history_settings *settings);

/* Writes what waits, for a few seconds at most. Takes NULL. */
void history_free(struct history *history);

struct sink *history_sink(struct history *history);

/* Records that are not in the file and never will be. */
uint64_t history_lost(const struct history *history);

/* The size of the file, and of what SQLite has beside it, when something was last written. */
uint64_t history_bytes(const struct history *history);

#endif
