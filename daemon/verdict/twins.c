/* SPDX-License-Identifier: Apache-2.0 */
/* Messages that came one way and not yet the other. Asked by the judge. */
#include "verdict/twins.h"

#include <stdlib.h>

#include "base/random.h"
#include "base/siphash.h"
#include "base/table.h"

enum { SECOND = 1000000 };
static const int64_t longest = 60 * (int64_t)SECOND;

/* Compared bytewise: zero it before filling. */
struct twin_key {
    uint8_t address[16];
    uint64_t bytes; /* a keyed digest */
    uint64_t direction;
};

struct twin {
    int64_t time;
    int64_t ahead;  /* how many more came as packets than by the log */
    uint64_t inner; /* of any address: those of the log from an inner one, whose packets have not come yet */
};

struct twins {
    struct table *table;
    struct siphash_key key;
};

struct twins *twins_new(size_t capacity)
{
    struct twins *twins = calloc(1, sizeof(*twins));
    if (!twins)
        return NULL;
    twins->table = table_new(capacity, sizeof(struct twin_key), sizeof(struct twin), NULL, NULL);
    if (!twins->table || !random_bytes(&twins->key, sizeof(twins->key))) {
        twins_free(twins);
        return NULL;
    }
    return twins;
}

void twins_free(struct twins *twins)
{
    if (!twins)
        return;
    table_free(twins->table);
    free(twins);
}

/* Of the message's address, or of any. NULL when memory is out. */
static struct twin *twin_of(struct twins *twins, const struct message_event *event, bool of_any)
{
    struct twin_key key;
    memset(&key, 0, sizeof(key));
    if (!of_any)
        memcpy(key.address, event->who.peer.address, sizeof(key.address));
    key.bytes = siphash(&twins->key, event->bytes);
    key.direction = (uint64_t)event->direction;
    struct twin *twin = table_add(twins->table, &key);
    if (!twin)
        return NULL;
    if (event->time - twin->time > longest)
        *twin = (struct twin){ .ahead = 0 };
    twin->time = event->time;
    return twin;
}

/* A proxy or a container's network may hide from Traccar whom the packets show: then the bytes alone must do. */
static bool has_come_hidden(struct twins *twins, const struct message_event *event, bool has_come)
{
    bool is_inner = event->is_logged && endpoint_scope(&event->who.peer) <= SCOPE_PRIVATE;
    struct twin *any = twin_of(twins, event, true);
    if (!any)
        return false;
    bool is_hidden =
        !has_come && (event->is_logged ? is_inner && any->ahead > 0 : any->inner > 0 && any->ahead < 0);
    any->ahead += event->is_logged ? -1 : 1;
    if (is_inner && !has_come && !is_hidden)
        any->inner++;
    else if (!event->is_logged && is_hidden)
        any->inner--;
    return is_hidden;
}

bool twins_has_come(struct twins *twins, const struct message_event *event)
{
    struct twin *twin = twin_of(twins, event, false);
    if (!twin)
        return false;
    bool has_come = event->is_logged ? twin->ahead > 0 : twin->ahead < 0;
    twin->ahead += event->is_logged ? -1 : 1;
    if (!has_come_hidden(twins, event, has_come))
        return has_come;
    /* it has its twin: none of its own address is waited for */
    twin = twin_of(twins, event, false);
    if (twin)
        twin->ahead += event->is_logged ? 1 : -1;
    return true;
}
