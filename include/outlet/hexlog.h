/* SPDX-License-Identifier: Apache-2.0 */
/* The HEX log: one file for each port and transport ("5023-tcp.log") in one folder, appended to, bounded in size. A sink. */
#ifndef OUTLET_HEXLOG_H
#define OUTLET_HEXLOG_H

#include "verdict/event.h"

struct hexlog_settings {
    const char *folder; /* made when it is missing; borrowed */
    uint64_t size;      /* bytes after which a file is put aside as NAME.1 */
    unsigned keep;      /* how many are put aside before the oldest is deleted (0-99) */
    unsigned files;     /* most files open at once */
};

struct hexlog_settings hexlog_defaults(void);

struct hexlog;

/* Makes the folder and tries to write there. NULL: error says what is wrong and the mend. */
struct hexlog *hexlog_new(const struct hexlog_settings *settings, char *error, size_t size);
void hexlog_free(struct hexlog *hexlog);

struct sink *hexlog_sink(struct hexlog *hexlog);

/* Opens the folder anew by its name, and with the next lines the files (after somebody rotated or removed them). */
void hexlog_reopen(struct hexlog *hexlog);

/* The same by itself, once a minute, where folder or files are not those of that name any more. Call each second. */
void hexlog_tick(struct hexlog *hexlog, int64_t now);

/* Lines that could not be written (disk full, folder gone, a full file that could not be put aside). */
uint64_t hexlog_lost(const struct hexlog *hexlog);

#endif
