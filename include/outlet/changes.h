/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What changes of devices, findings and ports, as JSON rows: each is written once, however many want it. A row is the record of
 * outlet/snapshot.h with a "key" before its other members, which is its own for the whole run. Used by web_events.
 */
#ifndef OUTLET_CHANGES_H
#define OUTLET_CHANGES_H

#include "outlet/rows.h"
#include "outlet/snapshot.h"

/* In the order in which they are looked at, and told to somebody new: the few first. */
enum changes_kind { CHANGES_PORTS, CHANGES_DEVICES, CHANGES_FINDINGS, CHANGES_KINDS };

/* "ports", "devices", "findings" */
const char *changes_name(enum changes_kind kind);

/* Who wants to know. Called by changes_look alone; what is handed over is borrowed for the call. */
struct changes_sink {
    void *context;
    void (*row)(void *context, enum changes_kind kind, struct cursor text);
    void (*gone)(void *context, enum changes_kind kind, const char *key);
};

struct changes;

/* snapshot is borrowed. NULL when memory is out; changes_free takes NULL, and is called when nobody reads, and before the board
 * and the snapshot are freed. */
struct changes *changes_new(struct snapshot *snapshot, const struct changes_sink *sink);
void changes_free(struct changes *changes);

/* The moment of a look. */
struct changes_time {
    int64_t wall, steady; /* µs, by the two clocks */
    int64_t until;        /* when the look has to end, by the steady one */
};

/*
 * Looks at as much as is due. True: there is more to do at once, the time was up.
 * What matters (state, place to send to, findings) is told at the next look, in a fifth of a second where there are no thousands
 * of rows; what only counts on, once a second (ports: in five), and rarer where there are many of those.
 */
bool changes_look(struct changes *changes, const struct changes_time *time);

/* Were all rows seen once, so that they may be read? */
bool changes_is_known(const struct changes *changes, enum changes_kind kind);

/* Rows to read for somebody new, who hears the rest from the sink once it has caught up. */
struct rows *changes_rows(struct changes *changes, enum changes_kind kind);

#endif
