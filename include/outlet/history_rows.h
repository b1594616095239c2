/* SPDX-License-Identifier: Apache-2.0 */
/* The rows of the history's database: statements, senders, messages, findings; and its bounds. Part of history_file. */
#ifndef OUTLET_HISTORY_ROWS_H
#define OUTLET_HISTORY_ROWS_H

#include <sqlite3.h>

#include "base/table.h"
#include "outlet/events_json.h"
#include "outlet/history_file.h"

/* In the order of the texts in history_rows.c. */
enum history_statement {
    ADD_SENDER,
    SET_SENDER,
    DROP_SENDER,
    DROP_SENDERS_MESSAGES,
    ADD_MESSAGE,
    DROP_OLDEST_OF_SENDER,
    DROP_OLD_MESSAGES,
    FIND_FINDING,
    ADD_FINDING,
    RENEW_FINDING,
    CONFIRM_FINDING,
    CLEAR_FINDING,
    DROP_OLD_FINDINGS,
    DROP_SURPLUS_FINDINGS,
    ADD_GAP,
    DROP_OLD_GAPS,
    DROP_OLD_SENDERS,
    SET_META,
    STATEMENTS
};

/* What is known of a sender, to be written with the transaction. */
struct history_sender {
    sqlite3_int64 id; /* 0: it has no row yet */
    uint64_t kept;    /* messages in the database */
    bool is_dirty;
    struct who who;
    const struct protocol *protocol;
    char protocol_name[32]; /* as an earlier run has left it */
    uint16_t right_port;
    int64_t first, last;
    uint64_t messages;
    enum location location;
    bool has_place;
    double lat, lon;
    int64_t fix_arrived;
};

struct history_rows {
    sqlite3 *database; /* borrowed */
    struct history_limits limits;
    sqlite3_int64 run;
    sqlite3_stmt *statements[STATEMENTS]; /* owned */
    struct table *devices, *peers;        /* struct history_sender by struct history_key; owned */
    struct json_clock clock;
    uint64_t messages; /* in the database */
    uint64_t findings; /* the same, at least */
    uint8_t memory[2 * MESSAGE_MAX + 8192];
};

/* Fills what was cleared, from the database. False: sqlite3_errmsg says why. */
MUST_CHECK bool history_rows_open(struct history_rows *rows, sqlite3 *database,
                                  const struct history_limits *limits, sqlite3_int64 run);
void history_rows_close(struct history_rows *rows);

/* Each returns an SQLite result code: SQLITE_DONE is fine. */
int history_rows_put(struct history_rows *rows, const struct history_entry *entry);
int history_rows_put_gap(struct history_rows *rows, int64_t start, int64_t until, const char *reason,
                         int64_t lost);
int history_rows_set(struct history_rows *rows, const char *name, int64_t value);
/* Writes what is known of the senders that were heard since. */
int history_rows_flush(struct history_rows *rows);
/* A transaction was taken back: what is in memory is read anew. */
MUST_CHECK bool history_rows_reload(struct history_rows *rows);

/* What is beyond the bounds goes, a piece of it at a time: too many of one sender, too large in all. *is_done: nothing is left to
 * do. With no transaction open. */
int history_rows_bound(struct history_rows *rows, bool *is_done);
/* What is too old, in the same way; looks through all, so rarely. */
int history_rows_bound_age(struct history_rows *rows, int64_t now, bool *is_done);

#endif
