/* SPDX-License-Identifier: Apache-2.0 */
/* A list of the watch view. Gets records from watch, gives the rows that are to be drawn. */
#include "outlet/watch_list.h"

#include <stdio.h>
#include <stdlib.h>

#include "base/table.h"
#include "outlet/watch_row.h"

struct key {
    char text[WATCH_KEY];
};

struct watch_list {
    enum watch_kind kind;
    struct table *rows;       /* by key */
    struct watch_row **order; /* owned; the rows are the table's */
    size_t count, room, quiet, states[MEANING_UNKNOWN + 1];
    unsigned answer;
    bool is_changed; /* since it was arranged */
    enum watch_sort sort;
    char filter[WATCH_FILTER];
    uint64_t lost;
    struct key chosen; /* "": nothing */
    struct key origin; /* what was chosen when somebody began to search */
    size_t origin_place, origin_line, origin_top;
    size_t place, line; /* where that one stood last, among all and on the screen */
    size_t top;
    int64_t now; /* when it was arranged */
};

static void on_gone(void *context, const void *key, void *value)
{
    struct watch_row *row = value;
    (void)context, (void)key;
    free(row->record);
}

struct watch_list *watch_list_new(enum watch_kind kind)
{
    struct watch_list *list = calloc(1, sizeof(*list));
    if (!list)
        return NULL;
    list->kind = kind;
    list->rows = table_new(WATCH_ROWS, sizeof(struct key), sizeof(struct watch_row), on_gone, NULL);
    if (list->rows)
        return list;
    free(list);
    return NULL;
}

void watch_list_free(struct watch_list *list)
{
    if (!list)
        return;
    table_free(list->rows);
    free(list->order);
    free(list);
}

void watch_lower(char *text)
{
    for (; *text; text++)
        *text = (char)(*text >= 'A' && *text <= 'Z' ? *text + ('a' - 'A') : *text);
}

/* ---- what is told ---- */

void watch_list_begin(struct watch_list *list)
{
    list->answer++;
}

static bool keep_record(struct watch_row *row, struct cursor record)
{
    if (record.left > row->room) {
        uint8_t *larger = realloc(row->record, record.left);
        if (!larger)
            return false;
        row->record = larger;
        row->room = record.left;
    }
    memcpy(row->record, record.at, record.left);
    row->length = record.left;
    return true;
}

void watch_list_take(struct watch_list *list, struct cursor record)
{
    struct key key;
    memset(&key, 0, sizeof(key));
    watch_row_key(list->kind, record, key.text);
    struct watch_row *row = table_find(list->rows, &key);
    if (!row && table_count(list->rows) < WATCH_ROWS) {
        row = table_add(list->rows, &key);
        if (row)
            row->place = WATCH_NOWHERE;
        list->is_changed = true;
    }
    if (!row || (row->length == record.left && memcmp(row->record, record.at, record.left) == 0)) {
        list->lost += !row;
        if (row)
            row->answer = list->answer;
        return;
    }
    row->answer = list->answer;
    list->is_changed = true;
    if (keep_record(row, record))
        watch_row_read(list->kind, row);
}

void watch_list_end(struct watch_list *list)
{
    struct watch_row *row = table_first(list->rows);
    while (row) {
        struct watch_row *next = table_next(list->rows, row);
        if (row->answer != list->answer) {
            list->is_changed = true;
            if (row->place < list->count)
                list->order[row->place] = NULL;
            table_remove(list->rows, row);
        }
        row = next;
    }
}

/* ---- the order ---- */

/* Those that come again and again do not change places all the time: of equals only about the same age counts. */
static int age_of(const struct watch_list *list, const struct watch_row *row)
{
    static const int64_t minutes[] = { 2, 10, 60, 360, 1440 };
    int class = 0;
    while (class < 5 && list->now - row->time > minutes[class] * 60 * 1000000)
        class ++;
    return class;
}

static int compare(const struct watch_list *list, const struct watch_row *a, const struct watch_row *b)
{
    int order = 0;
    switch (list->sort) {
    case SORT_NAME:
        order = strcmp(a->name, b->name);
        break;
    case SORT_PROTOCOL:
        order = strcmp(a->protocol, b->protocol);
        break;
    case SORT_PORT:
        order = a->port < b->port ? -1 : a->port > b->port;
        break;
    case SORT_SEEN:
        order = a->time > b->time ? -1 : a->time < b->time;
        break;
    case SORT_RATE:
        order = a->rate > b->rate ? -1 : a->rate < b->rate;
        break;
    default:
        order = a->rank < b->rank ? -1 : a->rank > b->rank;
        if (order == 0 && list->kind == WATCH_FINDINGS)
            order = a->time > b->time ? -1 : a->time < b->time;
        else if (order == 0)
            order = age_of(list, a) - age_of(list, b);
        break;
    }
    if (order == 0 && list->kind == WATCH_PORTS)
        order = a->port < b->port ? -1 : a->port > b->port;
    return order != 0 ? order : strcmp(a->words, b->words);
}

static int by_sort(const void *left, const void *right, void *list)
{
    return compare(list, *(struct watch_row *const *)left, *(struct watch_row *const *)right);
}

static bool is_listed(const struct watch_list *list, const struct watch_row *row)
{
    return !row->is_quiet && (!list->filter[0] || strstr(row->words, list->filter));
}

/* Takes those out that are gone or not wanted, in their order. */
static void close_gaps(struct watch_list *list)
{
    size_t kept = 0;
    for (size_t i = 0; i < list->count; i++) {
        struct watch_row *row = list->order[i];
        if (!row)
            continue;
        row->place = WATCH_NOWHERE;
        if (is_listed(list, row)) {
            row->place = kept;
            list->order[kept++] = row;
        }
    }
    list->count = kept;
}

/* Those that are listed and have no place yet, behind the others. False: memory is out. */
static bool add_new(struct watch_list *list)
{
    list->quiet = 0;
    memset(list->states, 0, sizeof(list->states));
    for (struct watch_row *row = table_first(list->rows); row; row = table_next(list->rows, row)) {
        list->quiet += row->is_quiet;
        list->states[row->meaning] += !row->is_quiet;
        if (row->place != WATCH_NOWHERE || !is_listed(list, row))
            continue;
        if (list->count == list->room) {
            size_t room = list->room ? 2 * list->room : 64;
            struct watch_row **larger = realloc(list->order, room * sizeof(struct watch_row *));
            if (!larger)
                return false;
            list->order = larger;
            list->room = room;
        }
        row->place = list->count;
        list->order[list->count++] = row;
    }
    return true;
}

/* One that a filter hides stays chosen, and is so again when it is back; one that is gone is let go: never is another one chosen. */
static void find_chosen(struct watch_list *list)
{
    const struct watch_row *row = list->chosen.text[0] ? table_find(list->rows, &list->chosen) : NULL;
    if (row && row->place != WATCH_NOWHERE)
        list->place = row->place;
    else if (!row)
        memset(&list->chosen, 0, sizeof(list->chosen));
}

void watch_list_arrange(struct watch_list *list, bool is_held, int64_t now)
{
    list->now = now;
    if (!list->is_changed)
        return;
    is_held = is_held && list->count > 0; /* the first ones need an order */
    close_gaps(list);
    (void)add_new(list);
    if (!is_held) {
        list->is_changed = false;
        if (list->count > 1)
            qsort_r(list->order, list->count, sizeof(struct watch_row *), by_sort, list);
        for (size_t i = 0; i < list->count; i++)
            list->order[i]->place = i;
    }
    find_chosen(list);
}

void watch_list_set_filter(struct watch_list *list, const char *words)
{
    snprintf(list->filter, sizeof(list->filter), "%s", words);
    watch_lower(list->filter);
    list->is_changed = true;
    watch_list_arrange(list, false, list->now);
}

const char *watch_list_filter(const struct watch_list *list)
{
    return list->filter;
}

void watch_list_sort_next(struct watch_list *list)
{
    static const bool ways[WATCH_KINDS][SORTS] = {
        [WATCH_DEVICES] = { true, true, true, true, true, true },
        [WATCH_PORTS] = { true, false, true, true, true, true },
        [WATCH_FINDINGS] = { true, true, true, true, true, false },
    };
    do
        list->sort = (enum watch_sort)((list->sort + 1) % SORTS);
    while (!ways[list->kind][list->sort]);
    list->is_changed = true;
    watch_list_arrange(list, false, list->now);
}

const char *watch_list_sort(const struct watch_list *list)
{
    static const char *const names[SORTS] = { "state", "device", "protocol", "port", "seen", "/min" };
    return names[list->sort];
}

/* ---- numbers and rows ---- */

size_t watch_list_count(const struct watch_list *list)
{
    return list->count;
}

size_t watch_list_all(const struct watch_list *list)
{
    return table_count(list->rows);
}

size_t watch_list_quiet(const struct watch_list *list)
{
    return list->quiet;
}

size_t watch_list_stand(const struct watch_list *list, enum meaning meaning)
{
    return list->states[meaning];
}

uint64_t watch_list_lost(const struct watch_list *list)
{
    return list->lost;
}

const struct watch_row *watch_list_next(const struct watch_list *list, const struct watch_row *after)
{
    return after ? table_next(list->rows, after) : table_first(list->rows);
}

const struct watch_row *watch_list_at(const struct watch_list *list, size_t place)
{
    return place < list->count ? list->order[place] : NULL;
}

size_t watch_list_window(struct watch_list *list, size_t rows)
{
    size_t last = list->count > rows ? list->count - rows : 0;
    if (rows == 0)
        return 0;
    if (!watch_list_chosen(list))
        return list->top = list->top < last ? list->top : last;
    list->line = list->line < rows ? list->line : rows - 1;
    list->top = list->place > list->line ? list->place - list->line : 0;
    list->top = list->top < last ? list->top : last;
    list->line = list->place - list->top;
    return list->top;
}

/* ---- the chosen one ---- */

const struct watch_row *watch_list_chosen(const struct watch_list *list)
{
    if (!list->chosen.text[0])
        return NULL;
    const struct watch_row *row = table_find(list->rows, &list->chosen);
    return row && row->place != WATCH_NOWHERE ? row : NULL;
}

void watch_list_choose(struct watch_list *list, const struct watch_row *row)
{
    if (!row)
        return;
    memcpy(&list->chosen, table_key(list->rows, row), sizeof(list->chosen));
    long by = (long)row->place - (long)list->place;
    long line = (long)list->line + by;
    list->line = line > 0 ? (size_t)line : 0; /* the window cuts it at its end */
    list->place = row->place;
}

void watch_list_let_go(struct watch_list *list)
{
    memset(&list->chosen, 0, sizeof(list->chosen));
    list->top = list->place = list->line = 0;
}

void watch_list_move(struct watch_list *list, long by)
{
    if (list->count == 0)
        return;
    if (!watch_list_chosen(list)) {
        list->place = list->top;
        list->line = 0;
        if (by == 1 || by == -1)
            by = 0; /* the first one that is seen */
    }
    long most = (long)list->count - 1;
    long place = by > most ? most : by < -most ? 0 : (long)list->place + by;
    place = place < 0 ? 0 : place > most ? most : place;
    watch_list_choose(list, list->order[place]);
}

void watch_list_remember(struct watch_list *list)
{
    list->origin = list->chosen;
    list->origin_place = list->place;
    list->origin_line = list->line;
    list->origin_top = list->top;
}

void watch_list_recall(struct watch_list *list)
{
    list->chosen = list->origin;
    list->place = list->origin_place;
    list->line = list->origin_line;
    list->top = list->origin_top;
    find_chosen(list);
}

bool watch_list_search(struct watch_list *list, const char *words, bool is_here, bool is_back)
{
    char small[WATCH_FILTER];
    snprintf(small, sizeof(small), "%s", words);
    watch_lower(small);
    size_t from = watch_list_chosen(list) ? list->place : 0;
    is_here = is_here || !watch_list_chosen(list);
    for (size_t i = is_here ? 0 : 1; i <= list->count && list->count > 0; i++) {
        size_t step = i % list->count;
        size_t place = (is_back ? from + list->count - step : from + step) % list->count;
        if (!strstr(list->order[place]->words, small))
            continue;
        watch_list_choose(list, list->order[place]);
        return true;
    }
    return false;
}
