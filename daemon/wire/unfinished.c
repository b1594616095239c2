/* SPDX-License-Identifier: Apache-2.0 */
/* The memory of unfinished messages. session.c alone uses it. */
#include "wire/unfinished.h"

#include <assert.h>
#include <stdlib.h>

#include "protocol/protocol.h"

_Static_assert(UNFINISHED_LEAST << (UNFINISHED_SIZES - 1) == MESSAGE_MAX,
               "the largest size is the largest message's");

/* The supply of bytes to look at, and how many come again in a second. */
enum { SUPPLY = 512 * 1024, SUPPLY_RATE = 32 * 1024, SECOND = 1000000 };

void unfinished_start(struct unfinished_store *store, size_t most)
{
    store->held = 0;
    store->most = most;
    for (size_t i = 0; i < UNFINISHED_SIZES; i++)
        TAILQ_INIT(&store->sizes[i]);
}

static size_t size_of(size_t capacity)
{
    size_t i = 0;
    while ((size_t)UNFINISHED_LEAST << i < capacity)
        i++;
    return i;
}

static void put_away(struct unfinished_store *store, struct unfinished *unfinished)
{
    store->held -= unfinished->capacity;
    TAILQ_REMOVE(&store->sizes[size_of(unfinished->capacity)], unfinished, order);
}

static bool grow(struct unfinished_store *store, struct unfinished *unfinished, size_t need)
{
    assert(need <= MESSAGE_MAX);
    if (need <= unfinished->capacity)
        return true;
    size_t size = size_of(need), capacity = (size_t)UNFINISHED_LEAST << size;
    uint8_t *bigger = realloc(unfinished->bytes, capacity);
    if (!bigger)
        return false;
    if (unfinished->capacity > 0)
        put_away(store, unfinished);
    unfinished->bytes = bigger;
    unfinished->capacity = capacity;
    store->held += capacity;
    TAILQ_INSERT_TAIL(&store->sizes[size], unfinished, order);
    return true;
}

bool unfinished_add(struct unfinished_store *store, struct unfinished *unfinished, struct cursor bytes)
{
    if (!grow(store, unfinished, unfinished->length + bytes.left))
        return false;
    if (unfinished->length == 0) {
        unfinished->credit = SUPPLY;
        unfinished->told = unfinished->deferred = false;
    }
    if (bytes.left > 0)
        memcpy(unfinished->bytes + unfinished->length, bytes.at, bytes.left);
    unfinished->length += bytes.left;
    return true;
}

struct cursor unfinished_bytes(const struct unfinished *unfinished)
{
    return cursor_of(unfinished->bytes, unfinished->length);
}

void unfinished_take(struct unfinished_store *store, struct unfinished *unfinished, size_t n)
{
    assert(n <= unfinished->length);
    if (n == 0)
        return;
    unfinished->length -= n;
    unfinished->lost = 0;
    if (unfinished->length == 0) {
        unfinished_clear(store, unfinished);
        return;
    }
    memmove(unfinished->bytes, unfinished->bytes + n, unfinished->length);
    unfinished->told = false;
    unfinished->credit = SUPPLY;
}

void unfinished_clear(struct unfinished_store *store, struct unfinished *unfinished)
{
    if (unfinished->capacity > 0)
        put_away(store, unfinished);
    free(unfinished->bytes);
    *unfinished = (struct unfinished){ .owner = unfinished->owner };
}

struct session *unfinished_surplus(const struct unfinished_store *store)
{
    for (size_t i = UNFINISHED_SIZES; store->held > store->most && i-- > 0;) {
        const struct unfinished *oldest = TAILQ_FIRST(&store->sizes[i]);
        if (oldest)
            return oldest->owner;
    }
    return NULL;
}

bool unfinished_may_look(struct unfinished *unfinished, int64_t now)
{
    int64_t cost = (int64_t)unfinished->length, passed = now - unfinished->credited;
    if (unfinished->length == MESSAGE_MAX)
        return true; /* no more can be waited for */
    if (passed > 0 && unfinished->credited != 0) {
        int64_t most = SUPPLY / SUPPLY_RATE * (int64_t)SECOND;
        unfinished->credit += (passed < most ? passed : most) * SUPPLY_RATE / SECOND;
        if (unfinished->credit > SUPPLY)
            unfinished->credit = SUPPLY;
    }
    unfinished->credited = now;
    unfinished->deferred = unfinished->credit < cost;
    if (!unfinished->deferred)
        unfinished->credit -= cost;
    return !unfinished->deferred;
}
