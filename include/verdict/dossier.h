/* SPDX-License-Identifier: Apache-2.0 */
/* What the matters know of each device, or of an address whose device is unknown, in one place: a message's is found once, for all
 * of them. Each matter has a part of its own, which nobody else looks at. Used by the judge and the matters of single devices. */
#ifndef VERDICT_DOSSIER_H
#define VERDICT_DOSSIER_H

#include "verdict/finding.h"

struct dossiers;
struct dossier;

/* capacity: most kept; when there are more, the one unused for long goes. NULL when memory is out; dossiers_free takes NULL. */
struct dossiers *dossiers_new(size_t capacity);
void dossiers_free(struct dossiers *dossiers);

/* Room for a matter's part of `size` bytes in each dossier, all zero at first: where it is, for dossier_part. Before the first
 * dossier is opened. */
size_t dossiers_reserve(struct dossiers *dossiers, size_t size);

/* The dossier of the device, or of the peer's address where device is "". dossiers_open makes one where there is none, and returns
 * NULL when memory is out. It stays where it is until the next one is opened. */
struct dossier *dossiers_open(struct dossiers *dossiers, const struct who *who, const char *device);
struct dossier *dossiers_find(struct dossiers *dossiers, const struct who *who, const char *device);

/* The dossier of whom a message is from, opened if there is none; NULL where less than a likely tracker's, or memory is out. */
struct dossier *dossiers_of(struct dossiers *dossiers, const struct message_event *event);

void *dossier_part(struct dossier *dossier, size_t at);

/* Whom it is about; its port is 0. Borrowed from the dossier. */
const struct subject *dossier_subject(const struct dossiers *dossiers, const struct dossier *dossier);

/* All of them in no special order, NULL at the end. */
struct dossier *dossiers_first(const struct dossiers *dossiers);
struct dossier *dossiers_next(const struct dossiers *dossiers, const struct dossier *dossier);

/* How many went because there were too many. */
uint64_t dossiers_evicted(const struct dossiers *dossiers);

#endif
