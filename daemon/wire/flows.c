/* SPDX-License-Identifier: Apache-2.0 */
/* The table of connections and UDP peers. stream.c alone uses it. */
#include "wire/flows.h"

#include <assert.h>
#include <stdlib.h>
#include <sys/random.h>

struct order {
    struct flow *oldest, *newest;
};

struct flows {
    uint64_t key[2];
    size_t most, count;
    size_t mask;            /* number of buckets, a power of two, less one */
    struct order orders[2]; /* by flow->closed */
    struct flow *buckets[];
};

struct flows *flows_new(size_t most)
{
    size_t buckets = 16;
    while (buckets < most && buckets < SIZE_MAX / 4 / sizeof(struct flow *))
        buckets *= 2;
    struct flows *flows = calloc(1, sizeof(*flows) + buckets * sizeof(struct flow *));
    if (!flows)
        return NULL;
    flows->most = most > 0 ? most : 1;
    flows->mask = buckets - 1;
    if (getrandom(flows->key, sizeof(flows->key), 0) != (ssize_t)sizeof(flows->key)) {
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

static inline uint64_t rotate(uint64_t word, unsigned bits)
{
    return word << bits | word >> (64 - bits);
}

static inline void sip_round(uint64_t v[static 4])
{
    v[0] += v[1];
    v[1] = rotate(v[1], 13) ^ v[0];
    v[0] = rotate(v[0], 32);
    v[2] += v[3];
    v[3] = rotate(v[3], 16) ^ v[2];
    v[0] += v[3];
    v[3] = rotate(v[3], 21) ^ v[0];
    v[2] += v[1];
    v[1] = rotate(v[1], 17) ^ v[2];
    v[2] = rotate(v[2], 32);
}

uint64_t flows_hash(const struct flows *flows, struct cursor bytes)
{
    uint64_t v[4] = { flows->key[0] ^ 0x736f6d6570736575, flows->key[1] ^ 0x646f72616e646f6d,
                      flows->key[0] ^ 0x6c7967656e657261, flows->key[1] ^ 0x7465646279746573 };
    uint64_t last = (uint64_t)bytes.left << 56;
    struct cursor word;
    /* the words may be in host order: a hash never leaves the process */
    while (cursor_take(&bytes, sizeof(last), &word)) {
        uint64_t m;
        memcpy(&m, word.at, sizeof(m));
        v[3] ^= m;
        sip_round(v);
        v[0] ^= m;
    }
    for (size_t i = 0; i < bytes.left; i++)
        last |= (uint64_t)bytes.at[i] << 8 * i;
    v[3] ^= last;
    sip_round(v);
    v[0] ^= last;
    v[2] ^= 0xff;
    for (unsigned i = 0; i < 3; i++)
        sip_round(v);
    return v[0] ^ v[1] ^ v[2] ^ v[3];
}

static size_t bucket_of(const struct flows *flows, enum transport transport, const struct endpoint *peer,
                        uint16_t port)
{
    uint8_t name[24] = { 0 };
    memcpy(name, peer->address, 16);
    memcpy(name + 16, &peer->port, 2);
    memcpy(name + 18, &port, 2);
    name[20] = (uint8_t)transport;
    return flows_hash(flows, cursor_of(name, sizeof(name))) & flows->mask;
}

struct flow *flows_find(const struct flows *flows, enum transport transport, const struct endpoint *peer,
                        uint16_t port)
{
    struct flow *flow = flows->buckets[bucket_of(flows, transport, peer, port)];
    while (flow && !(flow->key.port == port && flow->key.transport == transport &&
                     endpoint_same(&flow->key.peer, peer)))
        flow = flow->chain;
    return flow;
}

static void append(struct flows *flows, struct flow *flow)
{
    struct order *order = &flows->orders[flow->closed];
    flow->newer = NULL;
    flow->older = order->newest;
    *(order->newest ? &order->newest->newer : &order->oldest) = flow;
    order->newest = flow;
}

static void detach(struct flows *flows, struct flow *flow)
{
    struct order *order = &flows->orders[flow->closed];
    *(flow->older ? &flow->older->newer : &order->oldest) = flow->newer;
    *(flow->newer ? &flow->newer->older : &order->newest) = flow->older;
}

struct flow *flows_add(struct flows *flows, const struct flow_key *key)
{
    assert(!flows_full(flows));
    struct flow *flow = aligned_alloc(LINE, sizeof(*flow));
    if (!flow)
        return NULL;
    memset(flow, 0, sizeof(*flow));
    struct flow **bucket = &flows->buckets[bucket_of(flows, key->transport, &key->peer, key->port)];
    flow->key = *key;
    flow->chain = *bucket;
    *bucket = flow;
    append(flows, flow);
    flows->count++;
    return flow;
}

void flows_touch(struct flows *flows, struct flow *flow, int64_t now)
{
    flow->last = now;
    /* a move costs three cache misses, and the order matters to minutes */
    if (!flow->newer || now - flow->moved < ORDER_SLACK)
        return;
    flow->moved = now;
    detach(flows, flow);
    append(flows, flow);
}

void flows_set_closed(struct flows *flows, struct flow *flow, bool closed)
{
    detach(flows, flow);
    flow->closed = closed;
    append(flows, flow);
}

struct flow *flows_oldest(const struct flows *flows, bool closed)
{
    return flows->orders[closed].oldest;
}

void flows_remove(struct flows *flows, struct flow *flow)
{
    struct flow **link =
        &flows->buckets[bucket_of(flows, flow->key.transport, &flow->key.peer, flow->key.port)];
    while (*link != flow)
        link = &(*link)->chain;
    *link = flow->chain;
    detach(flows, flow);
    flows->count--;
    free(flow);
}
