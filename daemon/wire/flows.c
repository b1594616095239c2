/* SPDX-License-Identifier: Apache-2.0 */
/* The table of TCP connections. stream.c alone uses it. */
#include "wire/flows.h"

#include <assert.h>
#include <stdlib.h>

#include "base/random.h"
#include "base/siphash.h"

TAILQ_HEAD(order, flow); /* the oldest first */
SLIST_HEAD(bucket, flow);

struct flows {
    struct siphash_key hash_key;
    size_t most, count;
    size_t mask;         /* number of buckets, a power of two, less one */
    struct flow *latest; /* found last: a message and its acknowledgement follow each other */
    struct order orders[FLOW_STATES];
    struct bucket buckets[];
};

struct flows *flows_new(size_t most)
{
    size_t buckets = 16;
    while (buckets < most && buckets < SIZE_MAX / 4 / sizeof(struct bucket))
        buckets *= 2;
    struct flows *flows = calloc(1, sizeof(*flows) + buckets * sizeof(struct bucket));
    if (!flows)
        return NULL;
    flows->most = most > 0 ? most : 1;
    flows->mask = buckets - 1;
    for (unsigned state = 0; state < FLOW_STATES; state++)
        TAILQ_INIT(&flows->orders[state]);
    if (!random_bytes(&flows->hash_key, sizeof(flows->hash_key))) {
        free(flows);
        return NULL;
    }
    return flows;
}

void flows_free(struct flows *flows)
{
    assert(!flows || flows->count == 0);
    free(flows);
}

bool flows_full(const struct flows *flows)
{
    return flows->count >= flows->most;
}

static size_t bucket_of(const struct flows *flows, const struct endpoint *peer, uint16_t port)
{
    uint8_t name[20];
    memcpy(name, peer->address, 16);
    memcpy(name + 16, &peer->port, 2);
    memcpy(name + 18, &port, 2);
    /* size_t may have 32 bits */
    return (size_t)siphash(&flows->hash_key, cursor_of(name, sizeof(name))) & flows->mask;
}

static bool is_flow(const struct flow *flow, const struct endpoint *peer, uint16_t port)
{
    return flow->port == port && endpoint_same(&flow->peer, peer);
}

struct flow *flows_find(struct flows *flows, const struct endpoint *peer, uint16_t port)
{
    struct flow *flow;
    if (flows->latest && is_flow(flows->latest, peer, port))
        return flows->latest;
    SLIST_FOREACH (flow, &flows->buckets[bucket_of(flows, peer, port)], chain) {
        if (is_flow(flow, peer, port)) {
            flows->latest = flow;
            break;
        }
    }
    return flow;
}

struct flow *flows_add(struct flows *flows, const struct endpoint *peer, uint16_t port)
{
    assert(!flows_full(flows));
    struct flow *flow = aligned_alloc(LINE, sizeof(*flow));
    if (!flow)
        return NULL;
    memset(flow, 0, sizeof(*flow));
    flow->peer = *peer;
    flow->port = port;
    SLIST_INSERT_HEAD(&flows->buckets[bucket_of(flows, peer, port)], flow, chain);
    TAILQ_INSERT_TAIL(&flows->orders[flow->state], flow, order);
    flows->count++;
    return flow;
}

void flows_touch(struct flows *flows, struct flow *flow, int64_t now)
{
    flow->last = now;
    /* a move costs three cache misses, and the order matters to minutes */
    if (!TAILQ_NEXT(flow, order) || now - flow->moved < ORDER_SLACK)
        return;
    flow->moved = now;
    TAILQ_REMOVE(&flows->orders[flow->state], flow, order);
    TAILQ_INSERT_TAIL(&flows->orders[flow->state], flow, order);
}

void flows_set_state(struct flows *flows, struct flow *flow, enum flow_state state)
{
    TAILQ_REMOVE(&flows->orders[flow->state], flow, order);
    flow->state = (uint8_t)state;
    TAILQ_INSERT_TAIL(&flows->orders[state], flow, order);
}

struct flow *flows_oldest(const struct flows *flows, enum flow_state state)
{
    return TAILQ_FIRST(&flows->orders[state]);
}

struct flow *flows_next(const struct flow *flow)
{
    return TAILQ_NEXT(flow, order);
}

void flows_remove(struct flows *flows, struct flow *flow)
{
    SLIST_REMOVE(&flows->buckets[bucket_of(flows, &flow->peer, flow->port)], flow, flow, chain);
    TAILQ_REMOVE(&flows->orders[flow->state], flow, order);
    flows->count--;
    if (flows->latest == flow)
        flows->latest = NULL;
    free(flow);
}
