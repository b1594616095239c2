/* SPDX-License-Identifier: Apache-2.0 */
/* Puts rows together. Gets them from changes; called by web_events. */
#include "outlet/web_tables.h"

#include <event2/buffer.h>
#include <stdlib.h>

/* Bytes of one piece. */
enum { PIECE = 32 << 10 };

struct web_tables {
    struct changes *changes;
    struct evbuffer *rows[CHANGES_KINDS], *gone[CHANGES_KINDS]; /* of the present look, parted by commas */
};

static void on_row(void *context, enum changes_kind kind, struct cursor text)
{
    struct web_tables *tables = context;
    if (evbuffer_get_length(tables->rows[kind]) > 0)
        evbuffer_add(tables->rows[kind], ",", 1);
    evbuffer_add(tables->rows[kind], text.at, text.left);
}

static void on_gone(void *context, enum changes_kind kind, const char *key)
{
    struct web_tables *tables = context;
    bool is_first = evbuffer_get_length(tables->gone[kind]) == 0;
    evbuffer_add_printf(tables->gone[kind], "%s\"%s\"", is_first ? "" : ",", key);
}

bool web_tables_look(struct web_tables *tables, const struct changes_time *time)
{
    return changes_look(tables->changes, time);
}

static bool put_list(struct evbuffer *out, const char *before, struct evbuffer *list)
{
    if (evbuffer_get_length(list) == 0)
        return false;
    evbuffer_add_printf(out, "%s", before);
    evbuffer_add_buffer(out, list);
    evbuffer_add(out, "]}", 2);
    return true;
}

bool web_tables_put_changed(struct web_tables *tables, enum changes_kind kind, struct evbuffer *out)
{
    return put_list(out, "{\"rows\":[", tables->rows[kind]);
}

bool web_tables_put_gone(struct web_tables *tables, enum changes_kind kind, struct evbuffer *out)
{
    return put_list(out, "{\"gone\":[", tables->gone[kind]);
}

bool web_tables_put_piece(struct web_tables *tables, enum changes_kind kind, struct web_told *told,
                          struct evbuffer *out)
{
    struct evbuffer *rows = tables->rows[kind]; /* empty between the looks */
    struct cursor row;
    if (told->is_live || !changes_is_known(tables->changes, kind))
        return false;
    if (!told->is_started)
        rows_start(changes_rows(tables->changes, kind), &told->place);
    told->is_started = true;
    bool was_whole = told->place.is_whole;
    while (evbuffer_get_length(rows) < PIECE && told->place.is_whole == was_whole) {
        if (!rows_next(&told->place, &row)) {
            told->is_live = true;
            break;
        }
        on_row(tables, kind, row);
    }
    if (!was_whole)
        return put_list(out, "{\"rows\":[", rows);
    evbuffer_add_printf(out, "{\"whole\":true,\"end\":%s,\"rows\":[",
                        told->place.is_whole ? "false" : "true");
    evbuffer_add_buffer(out, rows);
    evbuffer_add(out, "]}", 2);
    return true;
}

struct web_tables *web_tables_new(struct snapshot *snapshot)
{
    struct web_tables *tables = calloc(1, sizeof(*tables));
    if (!tables)
        return NULL;
    tables->changes = changes_new(snapshot, &(struct changes_sink){ tables, on_row, on_gone });
    bool is_fine = tables->changes != NULL;
    for (int kind = 0; kind < CHANGES_KINDS; kind++) {
        tables->rows[kind] = evbuffer_new();
        tables->gone[kind] = evbuffer_new();
        is_fine = is_fine && tables->rows[kind] && tables->gone[kind];
    }
    if (is_fine)
        return tables;
    web_tables_free(tables);
    return NULL;
}

void web_tables_free(struct web_tables *tables)
{
    if (!tables)
        return;
    changes_free(tables->changes);
    for (int kind = 0; kind < CHANGES_KINDS; kind++) {
        if (tables->rows[kind])
            evbuffer_free(tables->rows[kind]);
        if (tables->gone[kind])
            evbuffer_free(tables->gone[kind]);
    }
    free(tables);
}
