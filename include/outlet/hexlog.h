/* SPDX-License-Identifier: Apache-2.0 */
/* The HEX log: one file for each port and transport ("5023-tcp.log") in one folder, appended to, bounded in size. A sink. */
#ifndef OUTLET_HEXLOG_H
#define OUTLET_HEXLOG_H

#include "outlet/hexlog_files.h"
#include "verdict/event.h"

struct hexlog_settings {
    struct hexlog_files_settings files;
    bool
        never_waits; /* a thread writes, so that a disk that hangs holds nobody up; what finds no room meanwhile is lost, and counted.
                         Else every line is on disk when it was heard */
};

struct hexlog_settings hexlog_defaults(void);

struct hexlog;

/* Makes the folder and tries to write there. NULL: error says what is wrong and the mend. */
struct hexlog *hexlog_new(const struct hexlog_settings *settings, char *error, size_t size);

/* Writes what still waits; a disk that hangs is given a second. Takes NULL. */
void hexlog_free(struct hexlog *hexlog);

struct sink *hexlog_sink(struct hexlog *hexlog);

/* Opens the folder anew by its name, and with the next lines the files (after somebody rotated or removed them). */
void hexlog_reopen(struct hexlog *hexlog);

/* The same by itself, once a minute, where folder or files are not those of that name any more. Call each second. */
void hexlog_tick(struct hexlog *hexlog, int64_t now);

/* Lines that could not be written (disk full or too slow, folder gone, a full file that could not be put aside). */
uint64_t hexlog_lost(const struct hexlog *hexlog);

#endif
