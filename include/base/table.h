/* SPDX-License-Identifier: Apache-2.0 */
/* A bounded hash table: when it is full, an entry that was not used for long makes room (the one unused for longest of the
 * sixteen that are due). */
#ifndef BASE_TABLE_H
#define BASE_TABLE_H

#include <sys/queue.h>

#include "base/cursor.h"

struct table;

/* Tells of an entry that is about to go, before its memory is freed. May not call the table. */
typedef void (*table_gone)(void *context, const void *key, void *value);

/* At most `capacity` entries with keys and values of fixed sizes (keys are compared bytewise: zero what is padding).
 * NULL when memory is out. `gone` may be NULL. */
struct table *table_new(size_t capacity, size_t key_size, size_t value_size, table_gone gone, void *context);

/* Frees all entries (gone is told of each) and the table. Takes NULL. */
void table_free(struct table *table);

/* The value of a key, which counts as used; NULL when there is none. */
void *table_find(struct table *table, const void *key);

/* The value of a key; a new one is all zero. Evicts one at the cap. NULL when memory is out. */
void *table_add(struct table *table, const void *key);

/* Counts as used, where the caller kept the value and need not look for it. */
void table_use(struct table *table, void *value);

/* Takes an entry out; gone is told. The value must be of this table. */
void table_remove(struct table *table, void *value);

/* All entries in no special order; NULL at the end. The entry after the present one may not be removed meanwhile. */
void *table_first(const struct table *table);
void *table_next(const struct table *table, const void *value);

/* All entries over a longer time, while others come and go: what is taken out meanwhile is passed over, what comes is met at the
 * end, and one that was moved to make room for others may be met twice. Owned by who walks. */
struct table_walk {
    LIST_ENTRY(table_walk) link; /* the table's, as the next ones are */
    struct table *table;
    void *entry;
};
void table_walk_start(struct table *table, struct table_walk *walk);
/* NULL at the end. */
void *table_walk_next(struct table_walk *walk);
/* Before the walk's memory goes, and the table. */
void table_walk_end(struct table_walk *walk);

const void *table_key(const struct table *table, const void *value);
size_t table_count(const struct table *table);

/* How many entries were evicted because the table was full. */
uint64_t table_evicted(const struct table *table);

#endif
