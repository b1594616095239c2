/* SPDX-License-Identifier: Apache-2.0 */
/* Reads the history. Used by the commands history and bundle. */
#include "outlet/history_read.h"

#include <errno.h>
#include <sqlite3.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "outlet/history_schema.h"

enum { PIECE = 256, STREAMS = 4, TEXT = 4096, BUSY_WAIT = 2000 /* ms */ };

/* A row of a piece that was fetched. */
struct item {
    int64_t time, id, first,
        second;        /* the last two: start and lost of a gap; is_stale and is_open of a finding */
    size_t at, length; /* of its text */
};

/* The rows of one kind, in order of time. */
struct stream {
    enum history_row_kind kind;
    sqlite3_stmt *stmt; /* owned; NULL: not wanted */
    int64_t time, id;   /* behind which the next piece begins */
    struct item items[PIECE];
    size_t count, next;
    bool is_over;
    char *texts; /* owned */
    size_t room;
};

struct history_reader {
    char path[TEXT];
    sqlite3 *database;
    struct stream streams[STREAMS];
    sqlite3_stmt *known;
    struct history_wanted wanted;
    int64_t first_id; /* of the oldest of the latest messages that are wanted; INT64_MIN: there are fewer */
    char error[TEXT + 256];
};

const char *history_reader_error(const struct history_reader *reader)
{
    return reader->error;
}

static bool fail(struct history_reader *reader, const char *mend)
{
    snprintf(reader->error, sizeof(reader->error), "history %s: %s. %s", reader->path,
             sqlite3_errmsg(reader->database), mend);
    return false;
}

/* ---- opening ---- */

static const char read_mend[] =
    "Use sudo, join the group that control.group names, or name another file with --history";

/* Can it be reached at all? SQLite's words for it are few. */
static bool is_reachable(struct history_reader *reader)
{
    if (access(reader->path, R_OK) == 0)
        return true;
    snprintf(reader->error, sizeof(reader->error), "history %s: %s. %s", reader->path, strerror(errno),
             errno == EACCES ? read_mend
                             : "hexwatch run keeps one, and hexwatch listen --history FILE; or name another "
                               "file with --history");
    return false;
}

static int64_t ask(struct history_reader *reader, const char *text)
{
    sqlite3_stmt *stmt = NULL;
    int64_t value = 0;
    if (sqlite3_prepare_v2(reader->database, text, -1, &stmt, NULL) == SQLITE_OK &&
        sqlite3_step(stmt) == SQLITE_ROW)
        value = sqlite3_column_int64(stmt, 0);
    sqlite3_finalize(stmt);
    return value;
}

/* Where nobody writes and the folder is not ours, SQLite must be told that nobody will. */
static int open_as(struct history_reader *reader, bool is_immutable)
{
    char uri[3 * TEXT + 32] = "file:";
    size_t length = strlen(uri);
    for (const char *at = reader->path; *at; at++)
        length += (size_t)snprintf(uri + length, sizeof(uri) - length, strchr("%?#", *at) ? "%%%02x" : "%c",
                                   (unsigned char)*at);
    snprintf(uri + length, sizeof(uri) - length, "?mode=ro%s", is_immutable ? "&immutable=1" : "");
    int result = sqlite3_open_v2(uri, &reader->database,
                                 SQLITE_OPEN_READONLY | SQLITE_OPEN_URI | SQLITE_OPEN_NOMUTEX, NULL);
    sqlite3_busy_timeout(reader->database, BUSY_WAIT);
    if (result == SQLITE_OK)
        result =
            sqlite3_exec(reader->database, "PRAGMA temp_store = MEMORY; SELECT count(*) FROM sqlite_schema",
                         NULL, NULL, NULL);
    return result;
}

static bool open_database(struct history_reader *reader)
{
    int result = open_as(reader, false);
    if (result == SQLITE_CANTOPEN || result == SQLITE_READONLY) {
        sqlite3_close(reader->database);
        reader->database = NULL;
        result = open_as(reader, true);
    }
    return result == SQLITE_OK || fail(reader, "Is it a history? Name another file with --history");
}

/* What is opened stays open. */
static bool leave_root(struct history_reader *reader)
{
    struct stat status;
    if (geteuid() != 0 || stat(reader->path, &status) != 0 || status.st_uid == 0)
        return true;
    if (setresgid(status.st_gid, status.st_gid, status.st_gid) == 0 &&
        setresuid(status.st_uid, status.st_uid, status.st_uid) == 0)
        return true;
    snprintf(reader->error, sizeof(reader->error),
             "history %s: root cannot be left for the file's owner: %s. Read it as that user", reader->path,
             strerror(errno));
    return false;
}

static bool check_kind(struct history_reader *reader)
{
    int64_t kind = ask(reader, "PRAGMA application_id"), version = ask(reader, "PRAGMA user_version");
    if (kind == HISTORY_APPLICATION && version == HISTORY_VERSION)
        return true;
    snprintf(reader->error, sizeof(reader->error), "history %s: %s", reader->path,
             kind == HISTORY_APPLICATION ? "a newer hexwatch has written it. Update this one"
             : ask(reader, "SELECT count(*) FROM sqlite_schema") == 0
                 ? "nothing stands in it yet. Try again in a moment"
                 : "it is no history of hexwatch. Name another file with --history");
    return false;
}

struct history_reader *history_reader_open(const char *path, char *error, size_t size)
{
    struct history_reader *reader = calloc(1, sizeof(*reader));
    snprintf(error, size, "history %s: out of memory", path);
    if (!reader)
        return NULL;
    snprintf(reader->path, sizeof(reader->path), "%s", path);
    if (strlen(path) < sizeof(reader->path) && is_reachable(reader) && open_database(reader) &&
        leave_root(reader) && check_kind(reader))
        return reader;
    snprintf(error, size, "%s", reader->error);
    history_reader_close(reader);
    return NULL;
}

static void end_streams(struct history_reader *reader)
{
    for (size_t i = 0; i < STREAMS; i++) {
        sqlite3_finalize(reader->streams[i].stmt);
        free(reader->streams[i].texts);
        reader->streams[i] = (struct stream){ .kind = (enum history_row_kind)i };
    }
}

void history_reader_close(struct history_reader *reader)
{
    if (!reader)
        return;
    end_streams(reader);
    sqlite3_finalize(reader->known);
    sqlite3_close(reader->database);
    free(reader);
}

/* ---- what is wanted ---- */

/* A condition with the filter's devices (in `column`, or by their senders) and ports. Values are bound later. */
static void put_conditions(struct buffer *out, const struct filter *filter, bool is_by_sender)
{
    for (size_t i = 0; i < filter->device_count; i++)
        buffer_printf(out, "%s?%zu",
                      i > 0          ? ", "
                      : is_by_sender ? filter->device_count > 1
                                           ? " AND +sender IN (SELECT id FROM sender WHERE device IN ("
                                           : " AND sender IN (SELECT id FROM sender WHERE device IN ("
                                     : " AND device IN (",
                      10 + i);
    if (filter->device_count > 0)
        buffer_put_text(out, is_by_sender ? "))" : ")");
    for (size_t i = 0; i < filter->range_count; i++)
        buffer_printf(out, "%s(transport = %d AND port BETWEEN %u AND %u)", i > 0 ? " OR " : " AND (",
                      (int)filter->ranges[i].transport, filter->ranges[i].first, filter->ranges[i].last);
    if (filter->range_count > 0)
        buffer_put_u8(out, ')');
}

static void bind_devices(sqlite3_stmt *stmt, const struct filter *filter)
{
    for (size_t i = 0; i < filter->device_count; i++)
        sqlite3_bind_text(stmt, (int)(10 + i), filter->devices[i], -1, SQLITE_STATIC);
}

static bool prepare(struct history_reader *reader, sqlite3_stmt **stmt, const struct buffer *text)
{
    if (!text->full && sqlite3_prepare_v2(reader->database, (const char *)text->bytes, (int)text->length,
                                          stmt, NULL) == SQLITE_OK)
        return true;
    return fail(reader, "Choose less");
}

static bool prepare_stream(struct history_reader *reader, struct stream *stream)
{
    static const char *const columns[STREAMS] = {
        "time, id, record, 0, 0 FROM message WHERE (time, id) > (?1, ?2) AND time < ?3",
        "time, id, record, run <> coalesce((SELECT value FROM meta WHERE name = 'run'), 0), cleared = 0 FROM "
        "finding WHERE (time, id) > (?1, ?2) AND time < ?3",
        "cleared, id, over, 0, 0 FROM finding WHERE cleared > 0 AND (cleared, id) > (?1, ?2) AND cleared < "
        "?3",
        "until, id, reason, start, lost FROM gap WHERE (until, id) > (?1, ?2) AND until < ?3",
    };
    const struct filter *filter = reader->wanted.filter;
    char memory[TEXT];
    struct buffer text = buffer_on(memory, sizeof(memory));
    buffer_printf(&text, "SELECT %s", columns[stream->kind]);
    if (stream->kind != HISTORY_ROW_GAP && filter)
        put_conditions(&text, filter, stream->kind == HISTORY_ROW_MESSAGE);
    buffer_printf(&text, " ORDER BY 1, 2 LIMIT %d", PIECE);
    stream->time = reader->wanted.since - 1;
    stream->id = INT64_MAX;
    if (stream->kind == HISTORY_ROW_MESSAGE && reader->wanted.latest > 0 && reader->first_id != INT64_MIN) {
        stream->time = reader->wanted.since;
        stream->id = reader->first_id - 1;
    }
    if (!prepare(reader, &stream->stmt, &text))
        return false;
    if (filter && stream->kind != HISTORY_ROW_GAP)
        bind_devices(stream->stmt, filter);
    return true;
}

/* From which message on there are no more than wanted. */
static bool find_latest(struct history_reader *reader)
{
    const struct filter *filter = reader->wanted.filter;
    char memory[TEXT];
    struct buffer text = buffer_on(memory, sizeof(memory));
    sqlite3_stmt *stmt = NULL;
    buffer_put_text(&text, "SELECT time, id FROM message WHERE time < ?3");
    if (filter)
        put_conditions(&text, filter, true);
    buffer_printf(&text, " ORDER BY time DESC, id DESC LIMIT 1 OFFSET %llu",
                  (unsigned long long)reader->wanted.latest - 1);
    if (!prepare(reader, &stmt, &text))
        return false;
    sqlite3_bind_int64(stmt, 3, reader->wanted.until);
    if (filter)
        bind_devices(stmt, filter);
    reader->first_id = INT64_MIN;
    if (sqlite3_step(stmt) == SQLITE_ROW && sqlite3_column_int64(stmt, 0) >= reader->wanted.since) {
        reader->wanted.since = sqlite3_column_int64(stmt, 0);
        reader->first_id = sqlite3_column_int64(stmt, 1);
    }
    sqlite3_finalize(stmt);
    return true;
}

bool history_reader_ask(struct history_reader *reader, const struct history_wanted *wanted)
{
    const bool is_wanted[STREAMS] = { wanted->messages, wanted->findings, wanted->findings, wanted->gaps };
    end_streams(reader);
    reader->wanted = *wanted;
    if (wanted->latest > 0 && !find_latest(reader))
        return false;
    for (size_t i = 0; i < STREAMS; i++) {
        if (is_wanted[i] && !prepare_stream(reader, &reader->streams[i]))
            return false;
    }
    return true;
}

/* ---- rows ---- */

static bool keep_text(struct stream *stream, struct item *item, size_t at, const void *text, size_t length)
{
    if (length > stream->room - at) {
        size_t room = 2 * (at + length);
        char *larger = realloc(stream->texts, room);
        if (!larger)
            return false;
        stream->texts = larger;
        stream->room = room;
    }
    if (length > 0)
        memcpy(stream->texts + at, text, length);
    item->at = at;
    item->length = length;
    return true;
}

/* The next piece, copied: nothing of the file is held when this returns. */
static bool fetch(struct history_reader *reader, struct stream *stream)
{
    size_t used = 0;
    int result;
    stream->count = stream->next = 0;
    sqlite3_bind_int64(stream->stmt, 1, stream->time);
    sqlite3_bind_int64(stream->stmt, 2, stream->id);
    sqlite3_bind_int64(stream->stmt, 3, reader->wanted.until);
    while ((result = sqlite3_step(stream->stmt)) == SQLITE_ROW && stream->count < PIECE) {
        struct item *item = &stream->items[stream->count];
        *item = (struct item){ .time = sqlite3_column_int64(stream->stmt, 0),
                               .id = sqlite3_column_int64(stream->stmt, 1),
                               .first = sqlite3_column_int64(stream->stmt, 3),
                               .second = sqlite3_column_int64(stream->stmt, 4) };
        const void *text = sqlite3_column_text(stream->stmt, 2);
        if (!keep_text(stream, item, used, text, (size_t)sqlite3_column_bytes(stream->stmt, 2))) {
            result = SQLITE_NOMEM;
            break;
        }
        used += item->length;
        stream->time = item->time;
        stream->id = item->id;
        stream->count++;
    }
    bool is_fine = result == SQLITE_DONE || result == SQLITE_ROW ||
                   fail(reader, "Try again; if that fails too, stop hexwatch and look at the file");
    sqlite3_reset(stream->stmt);
    stream->is_over = stream->count < PIECE;
    return is_fine;
}

enum history_found history_reader_next(struct history_reader *reader, struct history_row *row)
{
    struct stream *first = NULL;
    for (size_t i = 0; i < STREAMS; i++) {
        struct stream *stream = &reader->streams[i];
        if (stream->stmt && stream->next == stream->count && !stream->is_over && !fetch(reader, stream))
            return HISTORY_UNREADABLE;
        if (stream->stmt && stream->next < stream->count &&
            (!first || stream->items[stream->next].time < first->items[first->next].time))
            first = stream;
    }
    if (!first)
        return HISTORY_END;
    const struct item *item = &first->items[first->next++];
    *row = (struct history_row){ .kind = first->kind,
                                 .time = item->time,
                                 .record = cursor_of(first->texts + item->at, item->length) };
    if (first->kind == HISTORY_ROW_GAP) {
        row->start = item->first;
        row->lost = item->second;
    } else {
        row->is_stale = item->first != 0 && item->second != 0;
        row->is_open = item->second != 0;
    }
    return HISTORY_ROW;
}

/* ---- who is known ---- */

bool history_reader_ask_known(struct history_reader *reader, const struct filter *filter)
{
    char memory[TEXT];
    struct buffer text = buffer_on(memory, sizeof(memory));
    sqlite3_finalize(reader->known);
    reader->known = NULL;
    buffer_put_text(
        &text,
        "SELECT device, last_peer, protocol, last_transport, last_port, right_port, first, last, messages, "
        "location, lat, lon, fix_arrived, (SELECT count(*) FROM message WHERE message.sender = sender.id), "
        "(SELECT count(*) FROM finding WHERE finding.device = sender.device AND finding.peer = sender.peer "
        "AND cleared = 0 AND run = (SELECT value FROM meta WHERE name = 'run')) FROM (SELECT *, "
        "last_transport AS at_transport, last_port AS at_port FROM sender) AS sender WHERE 1");
    for (size_t i = 0; i < filter->device_count; i++)
        buffer_printf(&text, "%s?%zu", i > 0 ? ", " : " AND device IN (", 10 + i);
    buffer_put_text(&text, filter->device_count > 0 ? ")" : "");
    for (size_t i = 0; i < filter->range_count; i++)
        buffer_printf(&text, "%s(at_transport = %d AND at_port BETWEEN %u AND %u)", i > 0 ? " OR " : " AND (",
                      (int)filter->ranges[i].transport, filter->ranges[i].first, filter->ranges[i].last);
    buffer_put_text(&text, filter->range_count > 0 ? ")" : "");
    buffer_put_text(&text, " ORDER BY device = '', last DESC");
    if (!prepare(reader, &reader->known, &text))
        return false;
    bind_devices(reader->known, filter);
    return true;
}

static const char *text_at(sqlite3_stmt *stmt, int column)
{
    const char *text = (const char *)sqlite3_column_text(stmt, column);
    return text ? text : "";
}

enum history_found history_reader_next_known(struct history_reader *reader, struct history_known *known)
{
    sqlite3_stmt *stmt = reader->known;
    int result = sqlite3_step(stmt);
    if (result == SQLITE_DONE) {
        sqlite3_reset(stmt);
        return HISTORY_END;
    }
    if (result != SQLITE_ROW) {
        (void)fail(reader, "Try again");
        return HISTORY_UNREADABLE;
    }
    *known = (struct history_known){ .device = text_at(stmt, 0),
                                     .peer = text_at(stmt, 1),
                                     .protocol = text_at(stmt, 2),
                                     .service = { sqlite3_column_int(stmt, 3) ? TRANSPORT_UDP : TRANSPORT_TCP,
                                                  (uint16_t)sqlite3_column_int(stmt, 4) },
                                     .right_port = (uint16_t)sqlite3_column_int(stmt, 5),
                                     .first = sqlite3_column_int64(stmt, 6),
                                     .last = sqlite3_column_int64(stmt, 7),
                                     .messages = (uint64_t)sqlite3_column_int64(stmt, 8),
                                     .location = (enum location)sqlite3_column_int(stmt, 9),
                                     .has_place = sqlite3_column_type(stmt, 10) == SQLITE_FLOAT,
                                     .lat = sqlite3_column_double(stmt, 10),
                                     .lon = sqlite3_column_double(stmt, 11),
                                     .fix_arrived = sqlite3_column_int64(stmt, 12),
                                     .kept = (uint64_t)sqlite3_column_int64(stmt, 13),
                                     .open = (uint64_t)sqlite3_column_int64(stmt, 14) };
    return HISTORY_ROW;
}

struct history_extent history_reader_extent(struct history_reader *reader)
{
    return (struct history_extent){
        .first = ask(reader, "SELECT min(time) FROM message"),
        .last = ask(reader, "SELECT max(time) FROM message"),
        .messages = (uint64_t)ask(reader, "SELECT count(*) FROM message"),
        .bytes = (uint64_t)(ask(reader, "PRAGMA page_count") * ask(reader, "PRAGMA page_size")),
    };
}
