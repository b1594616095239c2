/* SPDX-License-Identifier: Apache-2.0 */
/* Writes events as rows. Senders are kept in memory and written once a transaction. Called by history_file, in its thread. */
#include "outlet/history_rows.h"

#include <stdio.h>
#include <stdlib.h>

#include "verdict/wording.h"

static const char *const texts[STATEMENTS] = {
    [ADD_SENDER] = "INSERT INTO sender (device, peer, transport, port) VALUES (?1, ?2, ?3, ?4)",
    [SET_SENDER] = "UPDATE sender SET last_peer = ?2, last_transport = ?3, last_port = ?4, protocol = ?5, "
                   "right_port = ?6, first = ?7, last = ?8, messages = ?9, location = ?10, lat = ?11, "
                   "lon = ?12, fix_arrived = ?13 WHERE id = ?1",
    [DROP_SENDER] = "DELETE FROM sender WHERE id = ?1",
    [DROP_SENDERS_MESSAGES] = "DELETE FROM message WHERE sender = ?1",
    [ADD_MESSAGE] = "INSERT INTO message (sender, time, transport, port, record) VALUES (?1, ?2, ?3, ?4, ?5)",
    [DROP_OLDEST_OF_SENDER] = "DELETE FROM message WHERE id IN (SELECT id FROM message WHERE sender = ?1 "
                              "ORDER BY time LIMIT ?2)",
    [DROP_OLD_MESSAGES] = "DELETE FROM message WHERE id IN (SELECT id FROM message WHERE time < ?1 ORDER BY "
                          "time LIMIT ?2) RETURNING sender",
    [FIND_FINDING] = "SELECT id, run FROM finding WHERE code = ?1 AND device = ?2 AND peer = ?3 AND "
                     "transport = ?4 AND port = ?5 AND cleared = 0 ORDER BY id DESC LIMIT 1",
    [ADD_FINDING] =
        "INSERT INTO finding (code, device, peer, transport, port, run, time, first, last, record) "
        "VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10)",
    [RENEW_FINDING] = "UPDATE finding SET times = times + (run <> ?2), run = ?2, last = ?3, record = ?4 "
                      "WHERE id = ?1",
    [CONFIRM_FINDING] = "UPDATE finding SET last = ?2 WHERE id = ?1",
    [CLEAR_FINDING] = "UPDATE finding SET cleared = ?2, over = ?3 WHERE id = ?1",
    [DROP_OLD_FINDINGS] = "DELETE FROM finding WHERE max(last, cleared) < ?1 AND (cleared > 0 OR run <> ?2)",
    [DROP_SURPLUS_FINDINGS] = "DELETE FROM finding WHERE id IN (SELECT id FROM finding ORDER BY cleared = 0, "
                              "id LIMIT ?1)",
    [ADD_GAP] = "INSERT INTO gap (start, until, reason, lost) VALUES (?1, ?2, ?3, ?4)",
    [DROP_OLD_GAPS] = "DELETE FROM gap WHERE until < ?1 OR id <= (SELECT max(id) FROM gap) - 1000",
    [DROP_OLD_SENDERS] = "DELETE FROM sender WHERE last < ?1 AND NOT EXISTS (SELECT 1 FROM message WHERE "
                         "message.sender = sender.id) RETURNING device, peer, transport, port",
    [SET_META] = "INSERT OR REPLACE INTO meta VALUES (?1, ?2)",
};

struct history_key {
    char device[DEVICE_MAX];
    uint8_t address[16]; /* these where there is no device */
    uint16_t port, transport;
};

static struct history_key key_of(const struct who *who, const char *device)
{
    struct history_key key;
    memset(&key, 0, sizeof(key));
    memcpy(key.device, device, strnlen(device, sizeof(key.device) - 1));
    if (device[0])
        return key;
    memcpy(key.address, who->peer.address, sizeof(key.address));
    key.port = who->port;
    key.transport = (uint16_t)who->transport;
    return key;
}

/* ---- statements ---- */

static sqlite3_stmt *statement(struct history_rows *rows, enum history_statement which)
{
    sqlite3_stmt *found = rows->statements[which];
    sqlite3_reset(found);
    sqlite3_clear_bindings(found);
    return found;
}

static void bind_text(sqlite3_stmt *stmt, int index, const char *text)
{
    sqlite3_bind_text(stmt, index, text, -1, SQLITE_STATIC);
}

static void bind_buffer(sqlite3_stmt *stmt, int index, const struct buffer *text)
{
    sqlite3_bind_text(stmt, index, (const char *)text->bytes, (int)text->length, SQLITE_STATIC);
}

static int run(sqlite3_stmt *stmt)
{
    int result = sqlite3_step(stmt);
    sqlite3_reset(stmt);
    return result;
}

/* The address alone: its port changes with every connection. */
static void write_address(const struct endpoint *peer, char out[static ENDPOINT_TEXT])
{
    struct endpoint alone = *peer;
    alone.port = 0;
    endpoint_write(&alone, out);
}

/* ---- senders ---- */

/* Evicted: somebody else has come, and there is no room for all. */
static void forget_sender(void *context, const void *key, void *value)
{
    struct history_rows *rows = context;
    const struct history_sender *sender = value;
    (void)key;
    if (!rows->database || sender->id == 0)
        return;
    sqlite3_stmt *stmt = statement(rows, DROP_SENDERS_MESSAGES);
    sqlite3_bind_int64(stmt, 1, sender->id);
    run(stmt);
    rows->messages -= sender->kept < rows->messages ? sender->kept : rows->messages;
    stmt = statement(rows, DROP_SENDER);
    sqlite3_bind_int64(stmt, 1, sender->id);
    run(stmt);
}

static struct table *table_for(struct history_rows *rows, const struct history_key *key)
{
    return key->device[0] ? rows->devices : rows->peers;
}

static int add_sender(struct history_rows *rows, const struct history_key *key, struct history_sender *sender)
{
    char address[ENDPOINT_TEXT] = "";
    sqlite3_stmt *stmt = statement(rows, ADD_SENDER);
    if (!key->device[0])
        write_address(&sender->who.peer, address);
    bind_text(stmt, 1, key->device);
    bind_text(stmt, 2, address);
    sqlite3_bind_int(stmt, 3, key->transport);
    sqlite3_bind_int(stmt, 4, key->port);
    int result = run(stmt);
    sender->id = sqlite3_last_insert_rowid(rows->database);
    return result;
}

static void note_message(struct history_sender *sender, const struct message_event *event)
{
    const struct identity *identity = event->identity;
    sender->is_dirty = true;
    sender->who = event->who;
    if (sender->first == 0)
        sender->first = event->time;
    if (event->direction != DIRECTION_IN)
        return;
    sender->last = event->time;
    sender->messages++;
    sender->protocol = event->protocol ? event->protocol : sender->protocol;
    if (!identity)
        return;
    sender->right_port = identity->candidate_count > 0 ? identity->right_port : sender->right_port;
    if (identity->reading.location > LOCATION_NONE)
        sender->location = identity->reading.location;
    if (identity->reading.location == LOCATION_VALID && identity->reading.has_coordinates) {
        sender->has_place = true;
        sender->lat = identity->reading.lat;
        sender->lon = identity->reading.lon;
        sender->fix_arrived = event->time;
    }
}

static int set_sender(struct history_rows *rows, struct history_sender *sender)
{
    char peer[ENDPOINT_TEXT];
    sqlite3_stmt *stmt = statement(rows, SET_SENDER);
    endpoint_write(&sender->who.peer, peer);
    sqlite3_bind_int64(stmt, 1, sender->id);
    bind_text(stmt, 2, peer);
    sqlite3_bind_int(stmt, 3, (int)sender->who.transport);
    sqlite3_bind_int(stmt, 4, sender->who.port);
    bind_text(stmt, 5, sender->protocol ? sender->protocol->name : sender->protocol_name);
    sqlite3_bind_int(stmt, 6, sender->right_port);
    sqlite3_bind_int64(stmt, 7, sender->first);
    sqlite3_bind_int64(stmt, 8, sender->last);
    sqlite3_bind_int64(stmt, 9, (sqlite3_int64)sender->messages);
    sqlite3_bind_int(stmt, 10, (int)sender->location);
    if (sender->has_place) {
        sqlite3_bind_double(stmt, 11, sender->lat);
        sqlite3_bind_double(stmt, 12, sender->lon);
        sqlite3_bind_int64(stmt, 13, sender->fix_arrived);
    }
    int result = run(stmt);
    sender->is_dirty = result != SQLITE_DONE;
    return result;
}

int history_rows_flush(struct history_rows *rows)
{
    struct table *const tables[] = { rows->devices, rows->peers };
    int result = SQLITE_DONE;
    for (size_t i = 0; i < 2; i++) {
        struct history_sender *sender = table_first(tables[i]);
        for (; sender && result == SQLITE_DONE; sender = table_next(tables[i], sender)) {
            if (sender->is_dirty)
                result = set_sender(rows, sender);
        }
    }
    return result;
}

/* ---- messages ---- */

static int put_message(struct history_rows *rows, const struct message_event *event)
{
    struct history_key key = key_of(&event->who, event->device);
    struct history_sender *sender = table_add(table_for(rows, &key), &key);
    struct buffer out = buffer_on(rows->memory, sizeof(rows->memory));
    int result = SQLITE_DONE;
    if (!sender)
        return SQLITE_NOMEM;
    note_message(sender, event);
    if (sender->id == 0)
        result = add_sender(rows, &key, sender);
    if (result != SQLITE_DONE)
        return result;
    json_put_message(&rows->clock, &out, event);
    out.length--; /* without the end of the line */
    sqlite3_stmt *stmt = statement(rows, ADD_MESSAGE);
    sqlite3_bind_int64(stmt, 1, sender->id);
    sqlite3_bind_int64(stmt, 2, event->time);
    sqlite3_bind_int(stmt, 3, (int)event->who.transport);
    sqlite3_bind_int(stmt, 4, event->who.port);
    bind_buffer(stmt, 5, &out);
    result = run(stmt);
    sender->kept += result == SQLITE_DONE;
    rows->messages += result == SQLITE_DONE;
    return result;
}

/* ---- findings ---- */

/* What a finding is about, as the first five values; the address is used until the statement has run. */
static void bind_matter(sqlite3_stmt *stmt, const struct finding_event *event,
                        char address[static ENDPOINT_TEXT])
{
    address[0] = '\0';
    if (!event->device[0])
        write_address(&event->who.peer, address);
    bind_text(stmt, 1, finding_name(event->code));
    bind_text(stmt, 2, event->device);
    bind_text(stmt, 3, address);
    sqlite3_bind_int(stmt, 4, (int)event->who.transport);
    sqlite3_bind_int(stmt, 5, event->who.port);
}

/* The open one about the same; 0: there is none. */
static sqlite3_int64 find_finding(struct history_rows *rows, const struct finding_event *event)
{
    char address[ENDPOINT_TEXT];
    sqlite3_stmt *stmt = statement(rows, FIND_FINDING);
    bind_matter(stmt, event, address);
    sqlite3_int64 id = sqlite3_step(stmt) == SQLITE_ROW ? sqlite3_column_int64(stmt, 0) : 0;
    sqlite3_reset(stmt);
    return id;
}

static int add_finding(struct history_rows *rows, const struct finding_event *event,
                       const struct buffer *record)
{
    char address[ENDPOINT_TEXT];
    sqlite3_stmt *stmt = statement(rows, ADD_FINDING);
    bind_matter(stmt, event, address);
    sqlite3_bind_int64(stmt, 6, rows->run);
    sqlite3_bind_int64(stmt, 7, event->time);
    sqlite3_bind_int64(stmt, 8, event->first ? event->first : event->time);
    sqlite3_bind_int64(stmt, 9, event->last ? event->last : event->time);
    bind_buffer(stmt, 10, record);
    int result = run(stmt);
    rows->findings += result == SQLITE_DONE;
    return result;
}

static int put_finding(struct history_rows *rows, const struct finding_event *event)
{
    struct buffer out = buffer_on(rows->memory, sizeof(rows->memory));
    sqlite3_int64 id = find_finding(rows, event);
    json_put_finding(&rows->clock, &out, event);
    out.length--;
    if (id == 0)
        return event->raised ? add_finding(rows, event, &out) : SQLITE_DONE;
    sqlite3_stmt *stmt = statement(rows, event->raised ? RENEW_FINDING : CLEAR_FINDING);
    sqlite3_bind_int64(stmt, 1, id);
    if (event->raised) {
        sqlite3_bind_int64(stmt, 2, rows->run);
        sqlite3_bind_int64(stmt, 3, event->last ? event->last : event->time);
        bind_buffer(stmt, 4, &out);
    } else {
        sqlite3_bind_int64(stmt, 2, event->time);
        bind_buffer(stmt, 3, &out);
    }
    return run(stmt);
}

static int confirm_finding(struct history_rows *rows, const struct finding_event *event)
{
    sqlite3_int64 id = find_finding(rows, event);
    if (id == 0)
        return SQLITE_DONE;
    sqlite3_stmt *stmt = statement(rows, CONFIRM_FINDING);
    sqlite3_bind_int64(stmt, 1, id);
    sqlite3_bind_int64(stmt, 2, event->last);
    return run(stmt);
}

int history_rows_put(struct history_rows *rows, const struct history_entry *entry)
{
    if (entry->kind == HISTORY_MESSAGE)
        return put_message(rows, entry->message);
    return entry->kind == HISTORY_FINDING ? put_finding(rows, entry->finding)
                                          : confirm_finding(rows, entry->finding);
}

int history_rows_put_gap(struct history_rows *rows, int64_t start, int64_t until, const char *reason,
                         int64_t lost)
{
    sqlite3_stmt *stmt = statement(rows, ADD_GAP);
    sqlite3_bind_int64(stmt, 1, start);
    sqlite3_bind_int64(stmt, 2, until);
    bind_text(stmt, 3, reason);
    sqlite3_bind_int64(stmt, 4, lost);
    return run(stmt);
}

int history_rows_set(struct history_rows *rows, const char *name, int64_t value)
{
    sqlite3_stmt *stmt = statement(rows, SET_META);
    bind_text(stmt, 1, name);
    sqlite3_bind_int64(stmt, 2, value);
    return run(stmt);
}

/* ---- opening ---- */

static void read_sender(sqlite3_stmt *stmt, struct history_sender *sender)
{
    *sender = (struct history_sender){ .id = sqlite3_column_int64(stmt, 0),
                                       .right_port = (uint16_t)sqlite3_column_int(stmt, 6),
                                       .first = sqlite3_column_int64(stmt, 7),
                                       .last = sqlite3_column_int64(stmt, 8),
                                       .messages = (uint64_t)sqlite3_column_int64(stmt, 9),
                                       .location = (enum location)sqlite3_column_int(stmt, 10),
                                       .has_place = sqlite3_column_type(stmt, 11) == SQLITE_FLOAT,
                                       .lat = sqlite3_column_double(stmt, 11),
                                       .lon = sqlite3_column_double(stmt, 12),
                                       .fix_arrived = sqlite3_column_int64(stmt, 13),
                                       .kept = (uint64_t)sqlite3_column_int64(stmt, 14) };
    const char *name = (const char *)sqlite3_column_text(stmt, 5);
    snprintf(sender->protocol_name, sizeof(sender->protocol_name), "%s", name ? name : "");
}

static bool load_senders(struct history_rows *rows)
{
    static const char text[] =
        "SELECT id, device, peer, transport, port, protocol, right_port, first, last, messages, location, "
        "lat, "
        "lon, fix_arrived, (SELECT count(*) FROM message WHERE message.sender = sender.id) FROM sender "
        "ORDER BY last";
    sqlite3_stmt *stmt;
    int result;
    if (sqlite3_prepare_v2(rows->database, text, -1, &stmt, NULL) != SQLITE_OK)
        return false;
    while ((result = sqlite3_step(stmt)) == SQLITE_ROW) {
        const char *device = (const char *)sqlite3_column_text(stmt, 1);
        const char *peer = (const char *)sqlite3_column_text(stmt, 2);
        struct who who = { .transport = (enum transport)sqlite3_column_int(stmt, 3),
                           .port = (uint16_t)sqlite3_column_int(stmt, 4) };
        if (!device || !peer || (!device[0] && !endpoint_read(cursor_of_text(peer), &who.peer)))
            continue;
        struct history_key key = key_of(&who, device);
        struct history_sender *sender = table_add(table_for(rows, &key), &key);
        if (!sender)
            break;
        read_sender(stmt, sender);
        rows->messages += sender->kept;
    }
    sqlite3_finalize(stmt);
    return result == SQLITE_DONE;
}

static bool make_tables(struct history_rows *rows)
{
    const struct history_limits *limits = &rows->limits;
    rows->messages = 0;
    rows->devices = table_new(limits->senders, sizeof(struct history_key), sizeof(struct history_sender),
                              forget_sender, rows);
    rows->peers = table_new(limits->senders / 4 + 1, sizeof(struct history_key),
                            sizeof(struct history_sender), forget_sender, rows);
    return rows->devices && rows->peers && load_senders(rows);
}

static void free_tables(struct history_rows *rows)
{
    sqlite3 *database = rows->database;
    rows->database = NULL; /* none of them is forgotten in the database */
    table_free(rows->devices);
    table_free(rows->peers);
    rows->devices = rows->peers = NULL;
    rows->database = database;
}

bool history_rows_reload(struct history_rows *rows)
{
    free_tables(rows);
    return make_tables(rows);
}

static bool count_findings(struct history_rows *rows)
{
    sqlite3_stmt *stmt;
    bool is_fine =
        sqlite3_prepare_v2(rows->database, "SELECT count(*) FROM finding", -1, &stmt, NULL) == SQLITE_OK;
    if (is_fine && sqlite3_step(stmt) == SQLITE_ROW)
        rows->findings = (uint64_t)sqlite3_column_int64(stmt, 0);
    sqlite3_finalize(stmt);
    return is_fine;
}

bool history_rows_open(struct history_rows *rows, sqlite3 *database, const struct history_limits *limits,
                       sqlite3_int64 number)
{
    rows->database = database;
    rows->limits = *limits;
    rows->run = number;
    for (int i = 0; i < STATEMENTS; i++) {
        if (sqlite3_prepare_v3(database, texts[i], -1, SQLITE_PREPARE_PERSISTENT, &rows->statements[i],
                               NULL) != SQLITE_OK)
            return false;
    }
    return count_findings(rows) && make_tables(rows);
}

void history_rows_close(struct history_rows *rows)
{
    free_tables(rows);
    for (int i = 0; i < STATEMENTS; i++)
        sqlite3_finalize(rows->statements[i]);
}
