/* SPDX-License-Identifier: Apache-2.0 */
/* The table of dossiers. Filled by the matters of single devices, which the judge hands each message's. */
#include "verdict/dossier.h"

#include <stdalign.h>
#include <stdlib.h>

#include "base/table.h"

enum { MEMOS = 16384 };

/* Whose dossier a flow's latest message had: its next one is mostly the same device's. */
struct memo {
    uint64_t flow, gone; /* gone: as many had gone when it was noted; if more have since, it is not trusted */
    struct dossier *dossier;
};

struct dossiers {
    struct table *table; /* by subject; NULL before the first is opened */
    size_t capacity, size;
    struct memo memos[MEMOS];
};

struct dossiers *dossiers_new(size_t capacity)
{
    struct dossiers *dossiers = calloc(1, sizeof(*dossiers));
    if (dossiers)
        dossiers->capacity = capacity;
    return dossiers;
}

void dossiers_free(struct dossiers *dossiers)
{
    if (!dossiers)
        return;
    table_free(dossiers->table);
    free(dossiers);
}

size_t dossiers_reserve(struct dossiers *dossiers, size_t size)
{
    size_t at = dossiers->size;
    dossiers->size += (size + alignof(max_align_t) - 1) / alignof(max_align_t) * alignof(max_align_t);
    return at;
}

/* The flow's memo, if it is of this device. */
static struct dossier *remembered(struct dossiers *dossiers, const struct memo *memo, const struct who *who,
                                  const char *device)
{
    if (memo->flow != who->flow || !memo->dossier || memo->gone != table_evicted(dossiers->table))
        return NULL;
    const struct subject *subject = table_key(dossiers->table, memo->dossier);
    /* without an id it is the address's, and that is the flow's */
    if (strcmp(subject_device(subject), device) != 0)
        return NULL;
    table_use(dossiers->table, memo->dossier);
    return memo->dossier;
}

static struct dossier *look_up(struct dossiers *dossiers, const struct who *who, const char *device,
                               bool is_new)
{
    struct memo *memo = &dossiers->memos[who->flow % MEMOS];
    struct dossier *dossier = dossiers->table ? remembered(dossiers, memo, who, device) : NULL;
    if (dossier)
        return dossier;
    struct subject subject = subject_of(who, device, false);
    if (!is_new)
        return dossiers->table ? table_find(dossiers->table, &subject) : NULL;
    if (!dossiers->table)
        dossiers->table = table_new(dossiers->capacity, sizeof(subject), dossiers->size, NULL, NULL);
    dossier = dossiers->table ? table_add(dossiers->table, &subject) : NULL;
    if (dossier)
        *memo =
            (struct memo){ .flow = who->flow, .gone = table_evicted(dossiers->table), .dossier = dossier };
    return dossier;
}

struct dossier *dossiers_open(struct dossiers *dossiers, const struct who *who, const char *device)
{
    return look_up(dossiers, who, device, true);
}

struct dossier *dossiers_find(struct dossiers *dossiers, const struct who *who, const char *device)
{
    return look_up(dossiers, who, device, false);
}

struct dossier *dossiers_of(struct dossiers *dossiers, const struct message_event *event)
{
    bool is_trackers =
        event->identity && event->identity->candidate_count > 0 && event->identity->certainty >= CLAIM_LIKELY;
    return is_trackers ? dossiers_open(dossiers, &event->who, event->device) : NULL;
}

void *dossier_part(struct dossier *dossier, size_t at)
{
    return (unsigned char *)dossier + at;
}

const struct subject *dossier_subject(const struct dossiers *dossiers, const struct dossier *dossier)
{
    return table_key(dossiers->table, dossier);
}

struct dossier *dossiers_first(const struct dossiers *dossiers)
{
    return dossiers->table ? table_first(dossiers->table) : NULL;
}

struct dossier *dossiers_next(const struct dossiers *dossiers, const struct dossier *dossier)
{
    return table_next(dossiers->table, dossier);
}

uint64_t dossiers_evicted(const struct dossiers *dossiers)
{
    return dossiers->table ? table_evicted(dossiers->table) : 0;
}
