/* SPDX-License-Identifier: Apache-2.0 */
/* Keeps the history within its bounds, a piece of the work at a time, so that what comes meanwhile is written too. Called by
 * history_file, in its thread. */
#include "outlet/history_rows.h"

/* Rows that go at once; and how much of a bound must be exceeded before anything goes: to remove in bulk is cheaper. */
enum { PIECE = 500, SLACK = 16, PAGES_BACK = 256 };

static int64_t ask(const struct history_rows *rows, const char *pragma)
{
    sqlite3_stmt *stmt;
    int64_t value = 0;
    if (sqlite3_prepare_v2(rows->database, pragma, -1, &stmt, NULL) == SQLITE_OK &&
        sqlite3_step(stmt) == SQLITE_ROW)
        value = sqlite3_column_int64(stmt, 0);
    sqlite3_finalize(stmt);
    return value;
}

static int run(sqlite3_stmt *stmt)
{
    int result = sqlite3_step(stmt);
    sqlite3_reset(stmt);
    return result;
}

static struct history_sender *most_kept(struct history_rows *rows)
{
    struct table *const tables[] = { rows->devices, rows->peers };
    struct history_sender *most = NULL;
    for (size_t i = 0; i < 2; i++) {
        for (struct history_sender *sender = table_first(tables[i]); sender;
             sender = table_next(tables[i], sender)) {
            if (!most || sender->kept > most->kept)
                most = sender;
        }
    }
    return most;
}

static int drop_oldest(struct history_rows *rows, struct history_sender *sender, uint64_t count)
{
    sqlite3_stmt *stmt = rows->statements[DROP_OLDEST_OF_SENDER];
    count = count < PIECE ? count : PIECE;
    sqlite3_reset(stmt);
    sqlite3_bind_int64(stmt, 1, sender->id);
    sqlite3_bind_int64(stmt, 2, (sqlite3_int64)count);
    int result = run(stmt);
    uint64_t gone = (uint64_t)sqlite3_changes(rows->database);
    if (result != SQLITE_DONE)
        return result;
    /* none left where there should be: the count was wrong */
    sender->kept = gone > 0 && gone < sender->kept ? sender->kept - gone : 0;
    rows->messages -= gone < rows->messages ? gone : rows->messages;
    return result;
}

/* Too large in all: those go first of whom most is kept, so that a device that says much does not push out what others said. */
static int bound_size(struct history_rows *rows, bool *is_done)
{
    int64_t page = ask(rows, "PRAGMA page_size"), pages = ask(rows, "PRAGMA page_count"),
            unused = ask(rows, "PRAGMA freelist_count");
    uint64_t used = (uint64_t)((pages - unused) * page), most = rows->limits.bytes;
    struct history_sender *sender = used > most - most / SLACK ? most_kept(rows) : NULL;
    if ((uint64_t)(pages * page) > most && unused > PAGES_BACK) {
        sqlite3_exec(rows->database, "PRAGMA incremental_vacuum(256)", NULL, NULL, NULL);
        *is_done = false;
    }
    if (!sender || sender->kept == 0)
        return SQLITE_DONE;
    *is_done = false;
    return drop_oldest(rows, sender, sender->kept / 4 + 1);
}

/* Too many of one sender. */
static int bound_senders(struct history_rows *rows, bool *is_done)
{
    struct history_sender *sender = most_kept(rows);
    uint64_t most = rows->limits.messages;
    if (!sender || sender->kept <= most + most / SLACK)
        return SQLITE_DONE;
    int result = drop_oldest(rows, sender, sender->kept - most);
    sender = most_kept(rows);
    *is_done = *is_done && (!sender || sender->kept <= most + most / SLACK);
    return result;
}

static struct history_sender *find_sender(struct history_rows *rows, sqlite3_int64 id)
{
    struct table *const tables[] = { rows->devices, rows->peers };
    for (size_t i = 0; i < 2; i++) {
        for (struct history_sender *sender = table_first(tables[i]); sender;
             sender = table_next(tables[i], sender)) {
            if (sender->id == id)
                return sender;
        }
    }
    return NULL;
}

static int bound_message_age(struct history_rows *rows, int64_t before, bool *is_done)
{
    sqlite3_stmt *stmt = rows->statements[DROP_OLD_MESSAGES];
    struct history_sender *sender = NULL;
    int result, count = 0;
    sqlite3_reset(stmt);
    sqlite3_bind_int64(stmt, 1, before);
    sqlite3_bind_int64(stmt, 2, PIECE);
    while ((result = sqlite3_step(stmt)) == SQLITE_ROW) {
        sqlite3_int64 id = sqlite3_column_int64(stmt, 0);
        sender = sender && sender->id == id ? sender : find_sender(rows, id);
        if (sender && sender->kept > 0)
            sender->kept--;
        rows->messages -= rows->messages > 0;
        count++;
    }
    sqlite3_reset(stmt);
    *is_done = *is_done && count < PIECE;
    return result;
}

static int drop_old(struct history_rows *rows, enum history_statement which, int64_t before)
{
    sqlite3_stmt *stmt = rows->statements[which];
    int result;
    sqlite3_reset(stmt);
    sqlite3_bind_int64(stmt, 1, before);
    if (which == DROP_OLD_FINDINGS)
        sqlite3_bind_int64(stmt, 2, rows->run);
    while ((result = sqlite3_step(stmt)) == SQLITE_ROW)
        continue;
    sqlite3_reset(stmt);
    return result;
}

/* Those who are gone have no messages left: that their rows in memory stay for a while does no harm, but their number would. */
int history_rows_bound_age(struct history_rows *rows, int64_t now, bool *is_done)
{
    static const enum history_statement others[] = { DROP_OLD_FINDINGS, DROP_OLD_GAPS, DROP_OLD_SENDERS };
    int64_t before = now - rows->limits.age;
    *is_done = true;
    int result = bound_message_age(rows, before, is_done);
    bool is_any = false;
    for (size_t i = 0; i < sizeof(others) / sizeof(others[0]) && result == SQLITE_DONE; i++) {
        result = drop_old(rows, others[i], before);
        is_any = is_any || (others[i] == DROP_OLD_SENDERS && sqlite3_changes(rows->database) > 0);
    }
    return result == SQLITE_DONE && is_any && !history_rows_reload(rows) ? SQLITE_NOMEM : result;
}

static int bound_findings(struct history_rows *rows)
{
    uint64_t most = rows->limits.findings;
    if (rows->findings <= most + most / SLACK)
        return SQLITE_DONE;
    sqlite3_stmt *stmt = rows->statements[DROP_SURPLUS_FINDINGS];
    sqlite3_reset(stmt);
    sqlite3_bind_int64(stmt, 1, (sqlite3_int64)(rows->findings - most));
    int result = run(stmt);
    if (result == SQLITE_DONE)
        rows->findings = most;
    return result;
}

int history_rows_bound(struct history_rows *rows, bool *is_done)
{
    *is_done = true;
    int result = bound_senders(rows, is_done);
    if (result == SQLITE_DONE)
        result = bound_size(rows, is_done);
    return result == SQLITE_DONE ? bound_findings(rows) : result;
}
