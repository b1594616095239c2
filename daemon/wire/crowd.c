/* SPDX-License-Identifier: Apache-2.0 */
/* Who is in a crowd, of which address, and who goes first. Used by datagrams and connection. */
#include "wire/crowd.h"

#include <stdlib.h>

#include "base/cursor.h"
#include "base/table.h"

/* A member moves to the end of its orders at most this often: a move costs cache misses, and the order matters to minutes. */
static const int64_t order_slack = 5000000;

TAILQ_HEAD(order, member); /* who was silent for longest first */

/* All members of one address: IPv4 whole, IPv6 by its first 64 bits, which is what one subscriber has. */
struct host {
    size_t count;
    struct order members[2]; /* by is_known */
};

struct crowd {
    size_t most, most_of_host, count;
    struct order members[2]; /* by is_known */
    struct table *hosts;
};

struct crowd *crowd_new(size_t most, unsigned share)
{
    struct crowd *crowd = calloc(1, sizeof(*crowd));
    if (!crowd)
        return NULL;
    crowd->most = most > 0 ? most : 1;
    crowd->most_of_host = crowd->most / 100 * share + crowd->most % 100 * share / 100;
    if (crowd->most_of_host == 0)
        crowd->most_of_host = 1;
    TAILQ_INIT(&crowd->members[false]);
    TAILQ_INIT(&crowd->members[true]);
    /* a host is there while it has members: so many never come that the table evicts by itself */
    crowd->hosts = table_new(crowd->most + 1, sizeof(((struct endpoint *)NULL)->address), sizeof(struct host),
                             NULL, NULL);
    if (!crowd->hosts) {
        free(crowd);
        return NULL;
    }
    return crowd;
}

void crowd_free(struct crowd *crowd)
{
    if (!crowd)
        return;
    table_free(crowd->hosts);
    free(crowd);
}

static struct endpoint host_of(const struct endpoint *address)
{
    static const uint8_t mapped[12] = { [10] = 0xff, [11] = 0xff };
    struct endpoint host = { .port = 0 };
    bool is_v4 = memcmp(address->address, mapped, sizeof(mapped)) == 0;
    memcpy(host.address, address->address, is_v4 ? 16 : 8);
    return host;
}

static struct member *first_of(const struct order members[static 2])
{
    struct member *unknown = TAILQ_FIRST(&members[false]);
    return unknown ? unknown : TAILQ_FIRST(&members[true]);
}

struct member *crowd_surplus(const struct crowd *crowd, const struct endpoint *address)
{
    struct endpoint name = host_of(address);
    const struct host *host = table_find(crowd->hosts, name.address);
    if (host && host->count >= crowd->most_of_host)
        return first_of(host->members);
    return crowd->count >= crowd->most ? first_of(crowd->members) : NULL;
}

static void put_last(struct crowd *crowd, struct member *member)
{
    TAILQ_INSERT_TAIL(&crowd->members[member->is_known], member, all);
    TAILQ_INSERT_TAIL(&member->host->members[member->is_known], member, of_host);
}

static void take_out(struct crowd *crowd, struct member *member)
{
    TAILQ_REMOVE(&crowd->members[member->is_known], member, all);
    TAILQ_REMOVE(&member->host->members[member->is_known], member, of_host);
}

bool crowd_join(struct crowd *crowd, struct member *member, const struct endpoint *address, int64_t now)
{
    struct endpoint name = host_of(address);
    struct host *host = table_add(crowd->hosts, name.address);
    if (!host)
        return false;
    if (host->count == 0) {
        TAILQ_INIT(&host->members[false]);
        TAILQ_INIT(&host->members[true]);
    }
    host->count++;
    crowd->count++;
    *member = (struct member){ .host = host, .last = now, .moved = now };
    put_last(crowd, member);
    return true;
}

void crowd_leave(struct crowd *crowd, struct member *member)
{
    take_out(crowd, member);
    crowd->count--;
    if (--member->host->count == 0)
        table_remove(crowd->hosts, member->host);
    member->host = NULL;
}

void crowd_hear(struct crowd *crowd, struct member *member, bool is_known, int64_t now)
{
    member->last = now;
    if (member->is_known == is_known && now - member->moved < order_slack)
        return;
    take_out(crowd, member);
    member->moved = now;
    member->is_known = is_known;
    put_last(crowd, member);
}

struct member *crowd_oldest(const struct crowd *crowd)
{
    struct member *unknown = TAILQ_FIRST(&crowd->members[false]), *known = TAILQ_FIRST(&crowd->members[true]);
    if (!unknown || !known)
        return unknown ? unknown : known;
    return unknown->last <= known->last ? unknown : known;
}

size_t crowd_count(const struct crowd *crowd)
{
    return crowd->count;
}
