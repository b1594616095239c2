/* SPDX-License-Identifier: Apache-2.0 */
/* The files of the HEX log: opened, appended to, put aside when they are full. Part of the HEX log; one thread at a time uses them. */
#ifndef OUTLET_HEXLOG_FILES_H
#define OUTLET_HEXLOG_FILES_H

#include "base/cursor.h"
#include "base/net.h"

struct hexlog_files_settings {
    const char *folder; /* made when it is missing; copied */
    uint64_t size;      /* bytes after which a file is put aside as NAME.1 */
    unsigned keep;      /* how many are put aside before the oldest is deleted (0-99) */
    unsigned files;     /* most files open at once */
};

struct hexlog_files;

/* Makes the folder and tries to write there. NULL: error says what is wrong and the mend. hexlog_files_free takes NULL. */
struct hexlog_files *hexlog_files_new(const struct hexlog_files_settings *settings, char *error, size_t size);
void hexlog_files_free(struct hexlog_files *files);

/* Appends the line, which has its end, to the port's file with one write. One that cannot be written is counted, and the reason told
 * on standard error now and then. `now`: µs since 1970. */
void hexlog_files_put(struct hexlog_files *files, uint16_t port, enum transport transport, struct cursor line,
                      int64_t now);

/* So many lines never came here, because the disk was too slow: they count as lost. */
void hexlog_files_miss(struct hexlog_files *files, uint64_t count, int64_t now);

/* As hexlog_reopen and hexlog_tick. */
void hexlog_files_reopen(struct hexlog_files *files);
void hexlog_files_tick(struct hexlog_files *files, int64_t now);

uint64_t hexlog_files_lost(const struct hexlog_files *files);

#endif
