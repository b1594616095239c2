/* SPDX-License-Identifier: Apache-2.0 */
/* Finds the session of a datagram, and knows captured ones that are seen twice. Gets them from stream and listener. */
#include "wire/datagrams.h"

#include <assert.h>
#include <stdlib.h>

#include "base/random.h"
#include "base/siphash.h"
#include "base/table.h"
#include "wire/crowd.h"

/* Within these an equal datagram is a copy: with an IPv4 identification, and without one. */
static const int64_t copy_age = 100000, copy_age_unnamed = 2000;

/* Linux hands eight packets on at once (gro_normal_batch), so that a copy comes after at most seven others. */
enum { RECENT_MAX = 8 };

/* What is remembered of a datagram, to know it when it is seen twice. */
struct fingerprint {
    uint64_t hash;
    int64_t time;
    uint32_t length; /* on the wire */
    uint16_t identification;
    uint8_t direction;
    bool used;
};

/* Compared bytewise. */
struct key {
    uint8_t address[16];
    uint16_t port, server_port;
};

struct peer {
    struct member member;    /* first: the crowd's */
    struct session *session; /* owned by the sessions */
    struct fingerprint recent[RECENT_MAX];
    unsigned next;
};

struct datagrams {
    struct datagrams_limits limits;
    struct receiver receiver;
    struct table *table; /* key -> peer; never so full that it evicts by itself */
    struct crowd *crowd;
    struct siphash_key hash_key;
    struct datagrams_losses losses;
};

struct datagrams *datagrams_new(const struct datagrams_limits *limits, const struct receiver *receiver)
{
    struct datagrams *datagrams = calloc(1, sizeof(*datagrams));
    if (!datagrams)
        return NULL;
    datagrams->limits = *limits;
    if (datagrams->limits.peers == 0)
        datagrams->limits.peers = 1;
    datagrams->receiver = *receiver;
    datagrams->crowd = crowd_new(datagrams->limits.peers, limits->share);
    datagrams->table =
        table_new(datagrams->limits.peers, sizeof(struct key), sizeof(struct peer), NULL, NULL);
    if (!datagrams->crowd || !datagrams->table ||
        !random_bytes(&datagrams->hash_key, sizeof(datagrams->hash_key))) {
        datagrams_free(datagrams);
        return NULL;
    }
    return datagrams;
}

void datagrams_free(struct datagrams *datagrams)
{
    if (!datagrams)
        return;
    table_free(datagrams->table);
    crowd_free(datagrams->crowd);
    free(datagrams);
}

static struct key key_of(const struct endpoint *peer, uint16_t port)
{
    struct key key = { .port = peer->port, .server_port = port };
    memcpy(key.address, peer->address, sizeof(key.address));
    return key;
}

static struct peer *peer_of(struct member *member)
{
    static_assert(offsetof(struct peer, member) == 0, "a member is its peer's start");
    return (struct peer *)member;
}

static void forget(struct datagrams *datagrams, struct peer *peer, const char *reason, int64_t now)
{
    datagrams->receiver.close(peer->session, reason, now);
    crowd_leave(datagrams->crowd, &peer->member);
    table_remove(datagrams->table, peer);
}

/* Makes a new peer, which may cost another its place. NULL when memory is out. */
static struct peer *add(struct datagrams *datagrams, const struct key *key, const struct who *who,
                        int64_t now)
{
    struct member *surplus = crowd_surplus(datagrams->crowd, &who->peer);
    if (surplus) {
        datagrams->losses.peers++;
        datagrams->losses.devices += surplus->is_known;
        forget(datagrams, peer_of(surplus), "forgotten", now);
    }
    struct peer *peer = table_add(datagrams->table, key);
    if (!peer)
        return NULL;
    bool is_in = crowd_join(datagrams->crowd, &peer->member, &who->peer, now);
    peer->session = is_in ? datagrams->receiver.open(datagrams->receiver.sessions, who, true, now) : NULL;
    if (peer->session)
        return peer;
    if (is_in)
        crowd_leave(datagrams->crowd, &peer->member);
    table_remove(datagrams->table, peer);
    return NULL;
}

/* Was it seen already? If not, it is remembered. Many senders leave the identification 0, and IPv6 has none: then only the
 * time tells a copy from a message that is really sent twice, and one that is sent again within two milliseconds is taken
 * for a copy. */
static bool is_copy(const struct datagrams *datagrams, struct peer *peer, const struct datagram *datagram,
                    int64_t now)
{
    struct fingerprint print = { .hash = siphash(&datagrams->hash_key, datagram->bytes),
                                 .time = now,
                                 .length = (uint32_t)(datagram->bytes.left + datagram->missing),
                                 .identification = datagram->identification,
                                 .direction = (uint8_t)datagram->direction,
                                 .used = true };
    int64_t age = print.identification ? copy_age : copy_age_unnamed;
    for (unsigned i = 0; i < RECENT_MAX; i++) {
        const struct fingerprint *recent = &peer->recent[i];
        if (recent->used && recent->hash == print.hash && recent->length == print.length &&
            recent->identification == print.identification && recent->direction == print.direction &&
            now - recent->time <= age)
            return true;
    }
    peer->recent[peer->next] = print;
    peer->next = (peer->next + 1) % RECENT_MAX;
    return false;
}

/* Of a datagram of which the capture kept nothing nobody can say that it is empty. */
static void feed(const struct datagrams *datagrams, struct session *session, const struct datagram *datagram,
                 int64_t now, struct answers *answers)
{
    if (!datagram->captured)
        datagrams->receiver.receive(session, datagram->bytes, now, answers);
    else if (datagram->bytes.left > 0 || datagram->missing == 0)
        datagrams->receiver.feed(session, datagram->direction, datagram->bytes, 0, now);
}

struct session *datagrams_take(struct datagrams *datagrams, const struct datagram *datagram, int64_t now,
                               struct answers *answers)
{
    struct key key = key_of(&datagram->peer, datagram->port);
    struct peer *peer = table_find(datagrams->table, &key);
    if (!peer) {
        struct who who = { .transport = TRANSPORT_UDP, .port = datagram->port, .peer = datagram->peer };
        peer = add(datagrams, &key, &who, now);
    }
    if (!peer) {
        datagrams->losses.bytes += datagram->bytes.left + datagram->missing;
        return NULL;
    }
    if (datagram->captured && is_copy(datagrams, peer, datagram, now)) {
        datagrams->losses.duplicates++;
        return NULL;
    }
    datagrams->losses.bytes += datagram->missing;
    feed(datagrams, peer->session, datagram, now, answers);
    crowd_hear(datagrams->crowd, &peer->member, datagrams->receiver.has_device(peer->session), now);
    return peer->session;
}

bool datagrams_knows(struct datagrams *datagrams, const struct endpoint *peer, uint16_t port)
{
    struct key key = key_of(peer, port);
    return table_find(datagrams->table, &key) != NULL;
}

void datagrams_tick(struct datagrams *datagrams, int64_t now)
{
    struct member *oldest;
    while ((oldest = crowd_oldest(datagrams->crowd)) && now - oldest->last > datagrams->limits.idle)
        forget(datagrams, peer_of(oldest), "idle", now);
}

struct datagrams_losses datagrams_losses(const struct datagrams *datagrams)
{
    return datagrams->losses;
}
