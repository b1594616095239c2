/* SPDX-License-Identifier: Apache-2.0 */
/* Puts fragmented datagrams together. Gets fragments from packet.c and gives it whole datagrams back. */
#include "wire/fragments.h"

#include <assert.h>
#include <stdlib.h>

enum { DATAGRAM_MAX = 65535, UNIT = 8, UNITS = (DATAGRAM_MAX + UNIT - 1) / UNIT };

static const int64_t unfinished_age = 30 * 1000000LL;
/* How long a settled datagram is remembered, so that copies of its fragments (interface `any` shows them
 * twice) begin none that never ends. Short, because devices use identifications again. */
static const int64_t settled_age = 1000000LL;

enum state { STATE_FREE, STATE_UNFINISHED, STATE_WHOLE, STATE_CONTRADICTED };

struct datagram {
    enum state state;
    struct fragment key; /* only what names the datagram */
    int64_t since;       /* it is in this state */
    size_t total;        /* 0 until the last fragment came */
    size_t highest;      /* end of the farthest fragment */
    size_t units;        /* how many are there */
    uint8_t have[(UNITS + 7) / 8];
    uint8_t *bytes; /* owned, DATAGRAM_MAX, kept for the next datagram in this place */
};

struct fragments {
    size_t count;
    int64_t next_check; /* nothing gets too old before */
    uint64_t lost;
    struct datagram datagrams[];
};

struct fragments *fragments_new(size_t datagrams)
{
    if (datagrams == 0)
        datagrams = 1;
    if (datagrams > (SIZE_MAX - sizeof(struct fragments)) / sizeof(struct datagram))
        return NULL;
    struct fragments *store = calloc(1, sizeof(*store) + datagrams * sizeof(struct datagram));
    if (store) {
        store->count = datagrams;
        store->next_check = INT64_MAX;
    }
    return store;
}

void fragments_free(struct fragments *store)
{
    if (!store)
        return;
    for (size_t i = 0; i < store->count; i++)
        free(store->datagrams[i].bytes);
    free(store);
}

uint64_t fragments_lost(const struct fragments *store)
{
    return store->lost;
}

static void release(struct fragments *store, struct datagram *datagram)
{
    if (datagram->state == STATE_UNFINISHED)
        store->lost++;
    datagram->state = STATE_FREE;
}

static int64_t age_of(const struct datagram *datagram)
{
    return datagram->state == STATE_UNFINISHED ? unfinished_age : settled_age;
}

void fragments_age(struct fragments *store, int64_t now)
{
    if (now < store->next_check)
        return;
    store->next_check = INT64_MAX;
    for (size_t i = 0; i < store->count; i++) {
        struct datagram *datagram = &store->datagrams[i];
        if (datagram->state == STATE_FREE)
            continue;
        if (now - datagram->since > age_of(datagram))
            release(store, datagram);
        else if (datagram->since + age_of(datagram) < store->next_check)
            store->next_check = datagram->since + age_of(datagram) + 1;
    }
}

static bool same_datagram(const struct fragment *a, const struct fragment *b)
{
    return a->identification == b->identification && a->protocol == b->protocol &&
           endpoint_same(&a->source, &b->source) && endpoint_same(&a->destination, &b->destination);
}

/* What makes way first: free places, then settled datagrams, then unfinished ones; of equals the oldest. */
static bool makes_way_before(const struct datagram *a, const struct datagram *b)
{
    static const int ranks[] = {
        [STATE_FREE] = 0, [STATE_WHOLE] = 1, [STATE_CONTRADICTED] = 1, [STATE_UNFINISHED] = 2
    };
    return ranks[a->state] != ranks[b->state] ? ranks[a->state] < ranks[b->state] : a->since < b->since;
}

/* The place of a fragment's datagram; NULL when memory is out. */
static struct datagram *place_of(struct fragments *store, const struct fragment *fragment)
{
    struct datagram *service = &store->datagrams[0];
    for (size_t i = 0; i < store->count; i++) {
        struct datagram *datagram = &store->datagrams[i];
        if (datagram->state != STATE_FREE && same_datagram(&datagram->key, fragment))
            return datagram;
        if (makes_way_before(datagram, service))
            service = datagram;
    }
    release(store, service);
    if (!service->bytes)
        service->bytes = malloc(DATAGRAM_MAX);
    return service->bytes ? service : NULL;
}

static void enter(struct fragments *store, struct datagram *datagram, enum state state, int64_t now)
{
    datagram->state = state;
    datagram->since = now;
    if (now + age_of(datagram) < store->next_check)
        store->next_check = now + age_of(datagram) + 1;
}

static void begin(struct fragments *store, struct datagram *datagram, const struct fragment *fragment,
                  int64_t now)
{
    *datagram = (struct datagram){ .key = *fragment, .bytes = datagram->bytes };
    datagram->key.bytes = cursor_of(NULL, 0); /* borrowed for the call only */
    enter(store, datagram, STATE_UNFINISHED, now);
}

/* Does the fragment say something else than those before it? */
static bool contradicts(const struct datagram *datagram, const struct fragment *fragment)
{
    size_t end = fragment->offset + fragment->bytes.left;
    if (datagram->total > 0 && (end > datagram->total || (!fragment->more && end != datagram->total)))
        return true;
    if (!fragment->more && end < datagram->highest)
        return true;
    for (size_t at = fragment->offset; at < end; at += UNIT) {
        size_t unit = at / UNIT;
        size_t n = end - at < UNIT ? end - at : UNIT;
        if (datagram->have[unit / 8] >> unit % 8 & 1 &&
            memcmp(datagram->bytes + at, fragment->bytes.at + (at - fragment->offset), n) != 0)
            return true;
    }
    return false;
}

static void keep(struct datagram *datagram, const struct fragment *fragment)
{
    size_t end = fragment->offset + fragment->bytes.left;
    memcpy(datagram->bytes + fragment->offset, fragment->bytes.at, fragment->bytes.left);
    for (size_t unit = fragment->offset / UNIT; unit * UNIT < end; unit++) {
        if (datagram->have[unit / 8] >> unit % 8 & 1)
            continue;
        datagram->have[unit / 8] |= (uint8_t)(1u << unit % 8);
        datagram->units++;
    }
    if (end > datagram->highest)
        datagram->highest = end;
    if (!fragment->more)
        datagram->total = end;
}

enum fragments_result fragments_add(struct fragments *store, const struct fragment *fragment, int64_t now,
                                    struct cursor *whole)
{
    size_t length = fragment->bytes.left;
    assert(fragment->offset % UNIT == 0);
    if (length == 0 || (fragment->more && length % UNIT != 0) || fragment->offset > DATAGRAM_MAX ||
        length > DATAGRAM_MAX - fragment->offset)
        return FRAGMENTS_BAD;
    fragments_age(store, now);
    struct datagram *datagram = place_of(store, fragment);
    if (!datagram) {
        store->lost++;
        return FRAGMENTS_KEPT;
    }
    if (datagram->state == STATE_CONTRADICTED)
        return FRAGMENTS_BAD;
    if (datagram->state == STATE_WHOLE) {
        if (!contradicts(datagram, fragment))
            return FRAGMENTS_KEPT;
        release(store, datagram); /* the identification is used again */
    }
    if (datagram->state == STATE_FREE)
        begin(store, datagram, fragment, now);
    if (contradicts(datagram, fragment)) {
        store->lost++;
        enter(store, datagram, STATE_CONTRADICTED, now);
        return FRAGMENTS_BAD;
    }
    keep(datagram, fragment);
    if (datagram->total == 0 || datagram->units != (datagram->total + UNIT - 1) / UNIT)
        return FRAGMENTS_KEPT;
    enter(store, datagram, STATE_WHOLE, now);
    *whole = cursor_of(datagram->bytes, datagram->total);
    return FRAGMENTS_WHOLE;
}
