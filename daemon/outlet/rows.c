/* SPDX-License-Identifier: Apache-2.0 */
/* A table of texts with a list in the order of change. Used by changes. */
#include "outlet/rows.h"

#include <stdlib.h>

struct rows {
    struct table *table;            /* key to row */
    TAILQ_HEAD(, row) order;        /* those with a text, the latest change last */
    LIST_HEAD(, rows_place) places; /* of those who read */
    uint64_t number;                /* of changes */
    size_t capacity;
    void (*gone)(void *context, uint64_t key);
    void *context;
    bool is_ending;
};

/* Who stands before it goes on behind it. */
static void take_out(struct rows *rows, struct row *row)
{
    struct rows_place *place;
    LIST_FOREACH (place, &rows->places, link) {
        if (place->next == row)
            place->next = TAILQ_NEXT(row, order);
    }
    TAILQ_REMOVE(&rows->order, row, order);
}

static void row_gone(void *context, const void *key, void *value)
{
    struct rows *rows = context;
    struct row *row = value;
    (void)key;
    if (!row->text)
        return;
    take_out(rows, row);
    free(row->text);
    if (!rows->is_ending)
        rows->gone(rows->context, row->key);
}

struct rows *rows_new(size_t capacity, void (*gone)(void *context, uint64_t key), void *context)
{
    struct rows *rows = calloc(1, sizeof(*rows));
    if (!rows)
        return NULL;
    TAILQ_INIT(&rows->order);
    LIST_INIT(&rows->places);
    rows->gone = gone;
    rows->context = context;
    rows->capacity = capacity;
    rows->table = table_new(capacity, sizeof(uint64_t), sizeof(struct row), row_gone, rows);
    if (rows->table)
        return rows;
    free(rows);
    return NULL;
}

void rows_free(struct rows *rows)
{
    if (!rows)
        return;
    rows->is_ending = true;
    table_free(rows->table);
    free(rows);
}

struct row *rows_of(struct rows *rows, uint64_t key)
{
    struct row *row = table_find(rows->table, &key);
    if (!row && table_count(rows->table) < rows->capacity)
        row = table_add(rows->table, &key);
    if (row)
        row->key = key;
    return row;
}

bool rows_tell(struct rows *rows, struct row *row, struct cursor text)
{
    char *memory = malloc(text.left);
    if (!memory)
        return false;
    memcpy(memory, text.at, text.left);
    if (row->text)
        take_out(rows, row);
    free(row->text);
    row->text = memory;
    row->length = text.left;
    row->number = ++rows->number;
    TAILQ_INSERT_TAIL(&rows->order, row, order);
    /* who was at the last row and has not looked behind it yet stands before this one now */
    struct rows_place *place;
    LIST_FOREACH (place, &rows->places, link) {
        if (!place->next)
            place->next = row;
    }
    return true;
}

void rows_drop_unseen(struct rows *rows, uint32_t round)
{
    struct row *row = table_first(rows->table);
    while (row) {
        struct row *next = table_next(rows->table, row);
        if (row->round != round)
            table_remove(rows->table, row);
        row = next;
    }
}

size_t rows_count(const struct rows *rows)
{
    return table_count(rows->table);
}

void rows_start(struct rows *rows, struct rows_place *place)
{
    *place = (struct rows_place){
        .next = TAILQ_FIRST(&rows->order), .last = rows->number, .is_linked = true, .is_whole = true
    };
    LIST_INSERT_HEAD(&rows->places, place, link);
}

bool rows_next(struct rows_place *place, struct cursor *text)
{
    struct row *row = place->next;
    if (!row) {
        rows_end(place);
        place->is_whole = false;
        return false;
    }
    *text = cursor_of(row->text, row->length);
    place->next = TAILQ_NEXT(row, order);
    place->is_whole = place->next && place->next->number <= place->last;
    return true;
}

void rows_end(struct rows_place *place)
{
    if (place->is_linked)
        LIST_REMOVE(place, link);
    place->is_linked = false;
}
