/* SPDX-License-Identifier: Apache-2.0 */
/* The bounded table: a hash of chains, evicting what was not used for long. Used by session and by the findings. */
#include "base/table.h"

#include <stdalign.h>
#include <stdlib.h>
#include <sys/random.h>

enum { INSPECTED = 16 };

/* The order of members and the alignment let a look-up touch one cache line. */
enum { LINE = 64 };

struct entry {
    struct entry *chain;         /* same bucket */
    uint64_t hash, used;         /* used: the table's clock at the last use */
    struct entry *older, *newer; /* order in which they were looked at for eviction, at first of coming */
    alignas(max_align_t) unsigned char bytes[]; /* key, then value */
};

struct table {
    struct entry **buckets;
    struct entry *oldest, *newest;
    size_t mask, count, capacity, key_size, value_size;
    size_t value_at; /* offset of the value in an entry's bytes */
    uint64_t seed, evicted, clock;
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
    table->buckets = calloc(size, sizeof(struct entry *));
    if (!table->buckets) {
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
    /* keys come from the network: an unknown seed keeps them from meeting in one bucket on purpose */
    if (getrandom(&table->seed, sizeof(table->seed), GRND_NONBLOCK) < 0)
        table->seed = (uintptr_t)table;
    return table;
}

static uint64_t mix(uint64_t x)
{
    x = (x ^ x >> 30) * 0xbf58476d1ce4e5b9u;
    x = (x ^ x >> 27) * 0x94d049bb133111ebu;
    return x ^ x >> 31;
}

static uint64_t hash_of(const struct table *table, const unsigned char *key)
{
    uint64_t hash = table->seed;
    size_t left = table->key_size;
    while (left > 0) {
        uint64_t word = 0;
        size_t n = left < sizeof(word) ? left : sizeof(word);
        memcpy(&word, key, n);
        hash = (hash ^ word) * 0x9e3779b97f4a7c15u;
        hash ^= hash >> 29;
        key += n;
        left -= n;
    }
    return mix(hash);
}

static struct entry *entry_of(const struct table *table, const void *value)
{
    return (struct entry *)((uintptr_t)value - table->value_at - offsetof(struct entry, bytes));
}

static void *value_of(const struct table *table, struct entry *entry)
{
    return entry->bytes + table->value_at;
}

static void unlink_use(struct table *table, struct entry *entry)
{
    if (entry->older)
        entry->older->newer = entry->newer;
    else
        table->oldest = entry->newer;
    if (entry->newer)
        entry->newer->older = entry->older;
    else
        table->newest = entry->older;
}

static void link_newest(struct table *table, struct entry *entry)
{
    entry->older = table->newest;
    entry->newer = NULL;
    if (table->newest)
        table->newest->newer = entry;
    else
        table->oldest = entry;
    table->newest = entry;
}

static struct entry *find(const struct table *table, const void *key, uint64_t hash)
{
    struct entry *entry = table->buckets[hash & table->mask];
    while (entry && (entry->hash != hash || memcmp(entry->bytes, key, table->key_size) != 0))
        entry = entry->chain;
    return entry;
}

void *table_find(struct table *table, const void *key)
{
    struct entry *entry = find(table, key, hash_of(table, key));
    if (!entry)
        return NULL;
    entry->used = ++table->clock;
    return value_of(table, entry);
}

/* Every use would cost three cache misses if it moved the entry to the end of the order. So it only notes the time, and who
 * is evicted is the one unused for longest among those that stand first; the others are moved to the end. */
static void evict(struct table *table)
{
    struct entry *victim = table->oldest;
    struct entry *entry = table->oldest;
    for (size_t i = 0; i < INSPECTED && entry; i++, entry = entry->newer) {
        if (entry->used < victim->used)
            victim = entry;
    }
    for (size_t i = 0; i < INSPECTED && table->oldest != victim; i++) {
        struct entry *spared = table->oldest;
        unlink_use(table, spared);
        link_newest(table, spared);
    }
    table->evicted++;
    table_remove(table, value_of(table, victim));
}

void *table_add(struct table *table, const void *key)
{
    void *known = table_find(table, key);
    if (known)
        return known;
    size_t size = (sizeof(struct entry) + table->value_at + table->value_size + LINE - 1) / LINE * LINE;
    struct entry *entry = aligned_alloc(LINE, size);
    if (!entry)
        return NULL;
    memset(entry, 0, size);
    if (table->count >= table->capacity)
        evict(table);
    entry->used = ++table->clock;
    entry->hash = hash_of(table, key);
    memcpy(entry->bytes, key, table->key_size);
    struct entry **bucket = &table->buckets[entry->hash & table->mask];
    entry->chain = *bucket;
    *bucket = entry;
    link_newest(table, entry);
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
    struct entry **at = &table->buckets[entry->hash & table->mask];
    while (*at != entry)
        at = &(*at)->chain;
    *at = entry->chain;
    unlink_use(table, entry);
    table->count--;
    if (table->gone)
        table->gone(table->context, entry->bytes, value_of(table, entry));
    free(entry);
}

void table_free(struct table *table)
{
    if (!table)
        return;
    while (table->oldest)
        table_remove(table, value_of(table, table->oldest));
    free(table->buckets);
    free(table);
}

void *table_first(const struct table *table)
{
    return table->oldest ? value_of(table, table->oldest) : NULL;
}

void *table_next(const struct table *table, const void *value)
{
    struct entry *next = entry_of(table, value)->newer;
    return next ? value_of(table, next) : NULL;
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
