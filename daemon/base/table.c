/* SPDX-License-Identifier: Apache-2.0 */
/* The bounded table: a hash of chains, evicting what was not used for long. Used by session and by the findings. */
#include "base/table.h"

#include <stdalign.h>
#include <stdlib.h>

#include "base/random.h"
#include "base/siphash.h"

enum { INSPECTED = 16 };

/* The order of members and the alignment let a look-up touch one cache line. */
enum { LINE = 64 };

struct entry {
    SLIST_ENTRY(entry) chain; /* same bucket */
    uint64_t hash, used;      /* used: the table's clock at the last use */
    TAILQ_ENTRY(entry) order; /* in which they were looked at for eviction, at first of coming */
    alignas(max_align_t) unsigned char bytes[]; /* key, then value */
};

SLIST_HEAD(bucket, entry);

struct table {
    struct bucket *buckets;
    TAILQ_HEAD(, entry) order; /* the oldest first */
    LIST_HEAD(, table_walk) walks;
    size_t mask, count, capacity, key_size, value_size;
    size_t value_at; /* offset of the value in an entry's bytes */
    uint64_t evicted, clock;
    struct siphash_key hash_key;
    table_gone gone;
    void *context;
};

struct table *table_new(size_t capacity, size_t key_size, size_t value_size, table_gone gone, void *context)
{
    struct table *table = calloc(1, sizeof(*table));
    size_t size = 64;
    while (size < capacity && size < (size_t)1 << 20)
        size *= 2;
    if (!table)
        return NULL;
    TAILQ_INIT(&table->order);
    LIST_INIT(&table->walks);
    table->buckets = calloc(size, sizeof(struct bucket));
    /* keys come from the network: nobody may know which of them meet in one bucket */
    if (!table->buckets || !random_bytes(&table->hash_key, sizeof(table->hash_key))) {
        free(table->buckets);
        free(table);
        return NULL;
    }
    table->mask = size - 1;
    table->capacity = capacity > 0 ? capacity : 1;
    table->key_size = key_size;
    table->value_size = value_size;
    table->value_at = (key_size + alignof(max_align_t) - 1) / alignof(max_align_t) * alignof(max_align_t);
    table->gone = gone;
    table->context = context;
    return table;
}

static struct entry *entry_of(const struct table *table, const void *value)
{
    return (struct entry *)((uintptr_t)value - table->value_at - offsetof(struct entry, bytes));
}

static void *value_of(const struct table *table, struct entry *entry)
{
    return entry->bytes + table->value_at;
}

static uint64_t hash_of(const struct table *table, const void *key)
{
    /* keys of one table are equally long: zeros at their end (the rest of a short text) need not be hashed */
    const unsigned char *bytes = key;
    size_t size = table->key_size;
    while (size >= 8 && memcmp(bytes + size - 8, "\0\0\0\0\0\0\0", 8) == 0)
        size -= 8;
    return siphash(&table->hash_key, cursor_of(key, size));
}

static struct entry *find(const struct table *table, const void *key, uint64_t hash)
{
    struct entry *entry;
    SLIST_FOREACH (entry, &table->buckets[hash & table->mask], chain) {
        if (entry->hash == hash && memcmp(entry->bytes, key, table->key_size) == 0)
            break;
    }
    return entry;
}

void *table_find(struct table *table, const void *key)
{
    struct entry *entry = table->count > 0 ? find(table, key, hash_of(table, key)) : NULL;
    if (!entry)
        return NULL;
    entry->used = ++table->clock;
    return value_of(table, entry);
}

/* Walks that stand before an entry go on behind it: it is about to leave its place. */
static void pass_over(struct table *table, struct entry *entry)
{
    struct table_walk *walk;
    LIST_FOREACH (walk, &table->walks, link) {
        if (walk->entry == entry)
            walk->entry = TAILQ_NEXT(entry, order);
    }
}

/* Every use would cost three cache misses if it moved the entry to the end of the order. So it only notes the time, and who
 * is evicted is the one unused for longest among those that stand first; the others are moved to the end. */
static void evict(struct table *table)
{
    struct entry *victim = TAILQ_FIRST(&table->order);
    struct entry *entry = victim;
    for (size_t i = 0; i < INSPECTED && entry; i++, entry = TAILQ_NEXT(entry, order)) {
        if (entry->used < victim->used)
            victim = entry;
    }
    for (size_t i = 0; i < INSPECTED && TAILQ_FIRST(&table->order) != victim; i++) {
        struct entry *spared = TAILQ_FIRST(&table->order);
        pass_over(table, spared);
        TAILQ_REMOVE(&table->order, spared, order);
        TAILQ_INSERT_TAIL(&table->order, spared, order);
    }
    table->evicted++;
    table_remove(table, value_of(table, victim));
}

void *table_add(struct table *table, const void *key)
{
    uint64_t hash = hash_of(table, key);
    struct entry *known = find(table, key, hash);
    if (known) {
        known->used = ++table->clock;
        return value_of(table, known);
    }
    size_t size = (sizeof(struct entry) + table->value_at + table->value_size + LINE - 1) / LINE * LINE;
    struct entry *entry = aligned_alloc(LINE, size);
    if (!entry)
        return NULL;
    memset(entry, 0, size);
    if (table->count >= table->capacity)
        evict(table);
    entry->used = ++table->clock;
    entry->hash = hash;
    memcpy(entry->bytes, key, table->key_size);
    SLIST_INSERT_HEAD(&table->buckets[entry->hash & table->mask], entry, chain);
    TAILQ_INSERT_TAIL(&table->order, entry, order);
    table->count++;
    return value_of(table, entry);
}

void table_use(struct table *table, void *value)
{
    entry_of(table, value)->used = ++table->clock;
}

void table_remove(struct table *table, void *value)
{
    struct entry *entry = entry_of(table, value);
    pass_over(table, entry);
    SLIST_REMOVE(&table->buckets[entry->hash & table->mask], entry, entry, chain);
    TAILQ_REMOVE(&table->order, entry, order);
    table->count--;
    if (table->gone)
        table->gone(table->context, entry->bytes, value_of(table, entry));
    free(entry);
}

void table_free(struct table *table)
{
    if (!table)
        return;
    while (!TAILQ_EMPTY(&table->order))
        table_remove(table, value_of(table, TAILQ_FIRST(&table->order)));
    free(table->buckets);
    free(table);
}

void *table_first(const struct table *table)
{
    struct entry *first = TAILQ_FIRST(&table->order);
    return first ? value_of(table, first) : NULL;
}

void *table_next(const struct table *table, const void *value)
{
    struct entry *next = TAILQ_NEXT(entry_of(table, value), order);
    return next ? value_of(table, next) : NULL;
}

void table_walk_start(struct table *table, struct table_walk *walk)
{
    walk->table = table;
    walk->entry = TAILQ_FIRST(&table->order);
    LIST_INSERT_HEAD(&table->walks, walk, link);
}

void *table_walk_next(struct table_walk *walk)
{
    struct entry *entry = walk->entry;
    if (!entry)
        return NULL;
    walk->entry = TAILQ_NEXT(entry, order);
    return value_of(walk->table, entry);
}

void table_walk_end(struct table_walk *walk)
{
    LIST_REMOVE(walk, link);
}

const void *table_key(const struct table *table, const void *value)
{
    return entry_of(table, value)->bytes;
}

size_t table_count(const struct table *table)
{
    return table->count;
}

uint64_t table_evicted(const struct table *table)
{
    return table->evicted;
}
