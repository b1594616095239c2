/* SPDX-License-Identifier: Apache-2.0 */
/* Opens, locks and heals the history's database, and wraps what is written into transactions. Called by history, in its thread. */
#include "outlet/history_file.h"

#include <errno.h>
#include <fcntl.h>
#include <pwd.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/log.h"
#include "outlet/history_rows.h"
#include "outlet/history_schema.h"

enum { PATH = 600, BUSY_WAIT = 250 /* ms */, SECOND = 1000000, MINUTE = 60 * SECOND, WAL_PAGES = 8192 };

/* What FILE-lock holds: how much the run has seen. In the machine's own byte order. */
struct seen {
    char magic[8];
    int64_t run;
    uint64_t count;
    int64_t time; /* when that was */
};

static const char magic[8] = "hexseen";

struct history_file {
    char path[PATH];
    sqlite3 *database;
    int lock;
    struct history_rows *rows;
    int64_t run, aged; /* aged: when the age was looked at last */
    int wal_pages;     /* in SQLite's log of changes; it cannot be emptied while somebody reads on and on */
    bool is_broken, was_ours,
        is_swept; /* is_swept: the file itself is smaller only when the log is emptied */
    dev_t device; /* these two: which file was opened */
    ino_t inode;
    uint64_t noted;
    int64_t noted_time;
    char error[1024];
};

const char *history_file_error(const struct history_file *file)
{
    return file->error;
}

/* ---- results ---- */

enum { MEND = 160 };

/* Who may not write: root was left long ago, and people ask as whom it runs. */
static void put_mend(char out[static MEND], const char *where)
{
    const struct passwd *user = getpwuid(geteuid());
    snprintf(out, MEND, "Let the user %.32s, as whom hexwatch runs, write to %s", user ? user->pw_name : "",
             where);
}

static bool is_broken(int code)
{
    return (code & 0xff) == SQLITE_CORRUPT || (code & 0xff) == SQLITE_NOTADB;
}

static void explain(struct history_file *file)
{
    int code = sqlite3_errcode(file->database) & 0xff;
    const char *mend = "Look at the file and its folder";
    char let[MEND];
    put_mend(let, "it and to its folder");
    if (code == SQLITE_FULL)
        mend = "Free some space, or lower history.megabytes";
    else if (is_broken(code))
        mend = "It is put aside, and a new one begun";
    else if (code == SQLITE_READONLY || code == SQLITE_PERM || code == SQLITE_CANTOPEN)
        mend = let;
    else if (code == SQLITE_IOERR)
        mend = "Look whether the disk is full or failing";
    else if (code == SQLITE_BUSY || code == SQLITE_LOCKED)
        mend = "Another program is at it; it is tried again";
    snprintf(file->error, sizeof(file->error), "history %s: %s. %s", file->path,
             sqlite3_errmsg(file->database), mend);
}

static enum history_result result_of(struct history_file *file, int code)
{
    if (code == SQLITE_OK || code == SQLITE_DONE || code == SQLITE_ROW)
        return HISTORY_FINE;
    explain(file);
    file->is_broken = file->is_broken || is_broken(code);
    return (code & 0xff) == SQLITE_BUSY || (code & 0xff) == SQLITE_LOCKED ? HISTORY_BUSY : HISTORY_FAILED;
}

/* ---- the lock ---- */

static bool read_seen(const struct history_file *file, struct seen *seen)
{
    return pread(file->lock, seen, sizeof(*seen), 0) == (ssize_t)sizeof(*seen) &&
           memcmp(seen->magic, magic, sizeof(magic)) == 0;
}

static bool lock_file(struct history_file *file, char *error, size_t size)
{
    char path[PATH + 8];
    snprintf(path, sizeof(path), "%s-lock", file->path);
    file->lock = open(path, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK, 0640);
    if (file->lock < 0) {
        int reason = errno;
        char let[MEND];
        put_mend(let, "its folder, or name another file with history.file");
        snprintf(error, size, "history %s: %s. %s", file->path, strerror(reason),
                 reason == ENOSPC || reason == EDQUOT ? "Free some space"
                 : reason == ENOENT ? "Make its folder, or name another file with history.file"
                                    : let);
        return false;
    }
    if (flock(file->lock, LOCK_EX | LOCK_NB) == 0) {
        struct seen seen;
        file->was_ours = read_seen(file, &seen);
        return true;
    }
    snprintf(error, size,
             "history %s: another hexwatch is writing to it. Stop that one, or name another file with "
             "history.file (\"\" for none)",
             file->path);
    return false;
}

static bool write_seen(struct history_file *file, uint64_t count, int64_t now)
{
    struct seen seen = { .run = file->run, .count = count, .time = now };
    memcpy(seen.magic, magic, sizeof(magic));
    return pwrite(file->lock, &seen, sizeof(seen), 0) == (ssize_t)sizeof(seen);
}

void history_file_note(struct history_file *file, uint64_t seen, int64_t now)
{
    if (seen == file->noted && now - file->noted_time < MINUTE && now >= file->noted_time)
        return;
    /* what it is good for is an estimate: that it fails is told where the messages themselves fail */
    (void)write_seen(file, seen, now);
    file->noted = seen;
    file->noted_time = now;
}

/* ---- opening ---- */

static int64_t ask_number(sqlite3 *database, const char *text, int64_t otherwise, int *result)
{
    sqlite3_stmt *stmt = NULL;
    int64_t value = otherwise;
    *result = sqlite3_prepare_v2(database, text, -1, &stmt, NULL);
    if (*result == SQLITE_OK && (*result = sqlite3_step(stmt)) == SQLITE_ROW)
        value = sqlite3_column_int64(stmt, 0);
    sqlite3_finalize(stmt);
    return value;
}

/* Nothing of it is deleted: somebody may want to look at it, or rescue what is in it. */
static bool put_aside(struct history_file *file, int64_t now)
{
    static const char *const parts[] = { "", "-wal", "-shm" };
    char from[PATH + 8], to[PATH + 64];
    struct calendar c = calendar_from_unix(now / SECOND);
    bool is_fine = false;
    for (size_t i = 0; i < sizeof(parts) / sizeof(parts[0]); i++) {
        snprintf(from, sizeof(from), "%s%s", file->path, parts[i]);
        snprintf(to, sizeof(to), "%s.broken-%04u%02u%02u-%02u%02u%02u%s", file->path, c.year, c.month, c.day,
                 c.hour, c.minute, c.second, parts[i]);
        if (rename(from, to) == 0 && i == 0) {
            is_fine = true;
            log_warning("history %s was broken: it is put aside as %s, and a new one is begun.", file->path,
                        to);
        }
    }
    return is_fine;
}

/* Made here, so that who may read it is settled before anything stands in it. SQLite gives its other files the same rights. */
static bool make_file(struct history_file *file, gid_t group)
{
    int fd = open(file->path, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK, 0640);
    struct stat status;
    bool is_fine = fd >= 0 && fstat(fd, &status) == 0 && S_ISREG(status.st_mode);
    if (fd < 0)
        return false;
    file->device = status.st_dev;
    file->inode = status.st_ino;
    if (is_fine && group != (gid_t)-1 && status.st_gid != group && fchown(fd, (uid_t)-1, group) != 0)
        log_warning("history %s: its group cannot be set: %s. Start hexwatch as a member of that group.",
                    file->path, strerror(errno));
    close(fd);
    errno = is_fine ? 0 : ENXIO;
    return is_fine;
}

/* Takes the place of SQLite's own, which would empty the log after every thousand pages. */
static int on_wal(void *context, sqlite3 *database, const char *name, int pages)
{
    struct history_file *file = context;
    file->wal_pages = pages;
    return pages >= 1000 ? sqlite3_wal_checkpoint_v2(database, name, SQLITE_CHECKPOINT_PASSIVE, NULL, NULL) ==
                                   SQLITE_NOMEM
                               ? SQLITE_NOMEM
                               : SQLITE_OK
                         : SQLITE_OK;
}

static int open_database(struct history_file *file)
{
    int result =
        sqlite3_open_v2(file->path, &file->database, SQLITE_OPEN_READWRITE | SQLITE_OPEN_NOMUTEX, NULL);
    if (result != SQLITE_OK)
        return result;
    sqlite3_wal_hook(file->database, on_wal, file);
    sqlite3_extended_result_codes(file->database, 1);
    sqlite3_busy_timeout(file->database, BUSY_WAIT);
    (void)ask_number(file->database, "SELECT count(*) FROM sqlite_schema", 0, &result);
    return result == SQLITE_ROW ? SQLITE_OK : result;
}

/* False: it is not ours, or newer than we are. */
static bool check_kind(struct history_file *file, bool *is_new, char *error, size_t size)
{
    int result;
    int64_t tables = ask_number(file->database, "SELECT count(*) FROM sqlite_schema", 0, &result);
    int64_t kind = ask_number(file->database, "PRAGMA application_id", 0, &result);
    int64_t version = ask_number(file->database, "PRAGMA user_version", 0, &result);
    *is_new = tables == 0 && kind == 0;
    if (*is_new || (kind == HISTORY_APPLICATION && version == HISTORY_VERSION))
        return true;
    if (kind != HISTORY_APPLICATION)
        snprintf(error, size,
                 "history %s: this is another program's database. Name another file with history.file",
                 file->path);
    else
        snprintf(error, size,
                 "history %s: a newer hexwatch has written it (version %lld, this one knows %d). Update "
                 "hexwatch, or name another file with history.file",
                 file->path, (long long)version, HISTORY_VERSION);
    return false;
}

static int set_up(struct history_file *file, bool is_new)
{
    char text[256];
    int result = SQLITE_OK;
    if (is_new) {
        result = sqlite3_exec(file->database, "PRAGMA auto_vacuum = INCREMENTAL", NULL, NULL, NULL);
        if (result == SQLITE_OK)
            result = sqlite3_exec(file->database, "PRAGMA journal_mode = WAL", NULL, NULL, NULL);
        snprintf(text, sizeof(text), "PRAGMA application_id = %d; PRAGMA user_version = %d; COMMIT",
                 HISTORY_APPLICATION, HISTORY_VERSION);
        if (result == SQLITE_OK)
            result = sqlite3_exec(file->database, "BEGIN IMMEDIATE; " HISTORY_SCHEMA, NULL, NULL, NULL);
        if (result == SQLITE_OK)
            result = sqlite3_exec(file->database, text, NULL, NULL, NULL);
    }
    /* the log of changes is synced now and then, not with every transaction: a crash of the program costs nothing, one of the
     * machine the last seconds */
    if (result == SQLITE_OK)
        result = sqlite3_exec(file->database,
                              "PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL; "
                              "PRAGMA journal_size_limit = 4194304; PRAGMA cache_size = -4096",
                              NULL, NULL, NULL);
    return result;
}

/* Where the last run ended, and what it had seen and not yet written. */
static enum history_result note_start(struct history_file *file, int64_t now)
{
    struct seen seen = { .run = 0 };
    int result;
    sqlite3 *database = file->database;
    int64_t before = ask_number(database, "SELECT value FROM meta WHERE name = 'run'", 0, &result);
    int64_t alive = ask_number(database, "SELECT value FROM meta WHERE name = 'alive'", 0, &result);
    int64_t written = ask_number(database, "SELECT value FROM meta WHERE name = 'written'", 0, &result);
    int64_t is_clean = ask_number(database, "SELECT value FROM meta WHERE name = 'clean'", 0, &result);
    bool is_known = read_seen(file, &seen) && seen.run == before;
    enum history_result done = history_file_begin(file);
    if (done == HISTORY_FINE && before != 0 && before != file->run) {
        int64_t lost = is_clean ? 0 : is_known ? (int64_t)seen.count - written : -1;
        if (is_known && seen.time > alive)
            alive = seen.time;
        done = history_file_gap(file, alive < now ? alive : now, now, is_clean ? "stopped" : "restart",
                                lost < -1 ? 0 : lost);
    }
    if (done == HISTORY_FINE)
        done = result_of(file, history_rows_set(file->rows, "run", file->run));
    if (done == HISTORY_FINE)
        done = result_of(file, history_rows_set(file->rows, "clean", 0));
    if (done == HISTORY_FINE)
        done = history_file_commit(file, 0, now);
    if (done != HISTORY_FINE)
        history_file_take_back(file);
    return done;
}

static bool open_all(struct history_file *file, gid_t group, const struct history_limits *limits, int64_t now,
                     char *error, size_t size)
{
    bool is_new = false;
    if (!lock_file(file, error, size))
        return false;
    for (int attempt = 0;; attempt++) {
        if (!make_file(file, group)) {
            snprintf(error, size, "history %s: %s. Name another file with history.file", file->path,
                     errno == ENXIO ? "it is no regular file" : strerror(errno));
            return false;
        }
        int result = open_database(file);
        if (result == SQLITE_OK)
            break;
        explain(file);
        snprintf(error, size, "%s", file->error);
        sqlite3_close(file->database);
        file->database = NULL;
        if (is_broken(result) && !file->was_ours) /* whose is it? */
            snprintf(error, size,
                     "history %s: it is no history, and no database. Move it away, or name another file with "
                     "history.file",
                     file->path);
        if (attempt > 0 || !is_broken(result) || !file->was_ours || !put_aside(file, now))
            return false;
    }
    if (!check_kind(file, &is_new, error, size))
        return false;
    bool is_fine = result_of(file, set_up(file, is_new)) == HISTORY_FINE;
    if (is_fine && !history_rows_open(file->rows, file->database, limits, file->run))
        is_fine = result_of(file, sqlite3_errcode(file->database)) == HISTORY_FINE;
    is_fine = is_fine && note_start(file, now) == HISTORY_FINE;
    if (!is_fine)
        snprintf(error, size, "%s", file->error);
    else if (!(is_fine = write_seen(file, 0, now)))
        snprintf(error, size, "history %s-lock: %s. Free some space", file->path, strerror(errno));
    return is_fine;
}

struct history_file *history_file_open(const char *path, gid_t group, const struct history_limits *limits,
                                       int64_t run, int64_t now, char *error, size_t size)
{
    struct history_file *file = calloc(1, sizeof(*file));
    snprintf(error, size, "history %s: out of memory", path);
    if (!file)
        return NULL;
    file->lock = -1;
    file->rows = calloc(1, sizeof(*file->rows));
    snprintf(file->path, sizeof(file->path), "%s", path);
    file->run = run;
    if (file->rows && strlen(path) < sizeof(file->path) && open_all(file, group, limits, now, error, size))
        return file;
    history_file_close(file, false, now);
    return NULL;
}

void history_file_close(struct history_file *file, bool is_whole, int64_t now)
{
    if (!file)
        return;
    if (file->database && is_whole && history_file_begin(file) == HISTORY_FINE) {
        if (history_rows_set(file->rows, "clean", 1) != SQLITE_DONE ||
            history_rows_set(file->rows, "alive", now) != SQLITE_DONE ||
            sqlite3_exec(file->database, "COMMIT", NULL, NULL, NULL) != SQLITE_OK)
            sqlite3_exec(file->database, "ROLLBACK", NULL, NULL, NULL);
    }
    if (file->rows)
        history_rows_close(file->rows);
    free(file->rows);
    sqlite3_close(file->database);
    if (file->is_broken)
        (void)put_aside(file, now);
    if (file->lock >= 0)
        close(file->lock);
    free(file);
}

/* ---- writing ---- */

enum history_result history_file_begin(struct history_file *file)
{
    if (file->wal_pages > WAL_PAGES &&
        sqlite3_wal_checkpoint_v2(file->database, NULL, SQLITE_CHECKPOINT_RESTART, NULL, NULL) != SQLITE_OK) {
        snprintf(file->error, sizeof(file->error),
                 "history %s: another program has been reading it for too long. End that one", file->path);
        return HISTORY_BUSY;
    }
    return result_of(file, sqlite3_exec(file->database, "BEGIN IMMEDIATE", NULL, NULL, NULL));
}

enum history_result history_file_put(struct history_file *file, const struct history_entry *entry)
{
    return result_of(file, history_rows_put(file->rows, entry));
}

enum history_result history_file_gap(struct history_file *file, int64_t start, int64_t until,
                                     const char *reason, int64_t lost)
{
    return result_of(file, history_rows_put_gap(file->rows, start, until, reason, lost));
}

enum history_result history_file_commit(struct history_file *file, uint64_t written, int64_t now)
{
    int result = history_rows_flush(file->rows);
    if (result == SQLITE_DONE)
        result = history_rows_set(file->rows, "written", (int64_t)written);
    if (result == SQLITE_DONE)
        result = history_rows_set(file->rows, "alive", now);
    if (result == SQLITE_DONE)
        result = sqlite3_exec(file->database, "COMMIT", NULL, NULL, NULL);
    return result_of(file, result);
}

void history_file_take_back(struct history_file *file)
{
    /* some failures have done it already */
    if (!sqlite3_get_autocommit(file->database))
        sqlite3_exec(file->database, "ROLLBACK", NULL, NULL, NULL);
    if (!history_rows_reload(file->rows))
        explain(file);
}

bool history_file_is_there(const struct history_file *file)
{
    struct stat status;
    return stat(file->path, &status) == 0 && status.st_dev == file->device && status.st_ino == file->inode;
}

/* What was removed is so in the log of changes first. Should somebody still read the old, it is tried again the next time. */
static void shrink(struct history_file *file)
{
    int logged = 0, moved = 0;
    int result = sqlite3_wal_checkpoint_v2(file->database, NULL, SQLITE_CHECKPOINT_PASSIVE, &logged, &moved);
    file->is_swept = result != SQLITE_OK || moved < logged;
}

bool history_file_tend(struct history_file *file, int64_t now)
{
    bool is_done = true, is_young = true;
    if (history_file_begin(file) != HISTORY_FINE)
        return false;
    int result = history_rows_bound(file->rows, &is_done);
    if (result == SQLITE_DONE && is_done && (now - file->aged > MINUTE || now < file->aged)) {
        result = history_rows_bound_age(file->rows, now, &is_young);
        file->aged = is_young ? now : file->aged;
    }
    if (result == SQLITE_DONE)
        result = sqlite3_exec(file->database, "COMMIT", NULL, NULL, NULL);
    if (result_of(file, result) != HISTORY_FINE) {
        history_file_take_back(file);
        return false;
    }
    bool has_more = !is_done || !is_young;
    if (has_more)
        file->is_swept = true;
    else if (file->is_swept)
        shrink(file);
    return has_more;
}
