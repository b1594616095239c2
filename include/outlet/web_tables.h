/* SPDX-License-Identifier: Apache-2.0 */
/* The tables of the page (devices, findings, ports) as the data of events: the whole, then what changes. Part of web_events. */
#ifndef OUTLET_WEB_TABLES_H
#define OUTLET_WEB_TABLES_H

#include "outlet/changes.h"

struct evbuffer;

struct web_tables;

/* snapshot is borrowed. NULL when memory is out; web_tables_free takes NULL, and is called when nobody reads. */
struct web_tables *web_tables_new(struct snapshot *snapshot);
void web_tables_free(struct web_tables *tables);

/* See changes_look. What it finds waits for the next two. */
bool web_tables_look(struct web_tables *tables, const struct changes_time *time);

/* Adds {"rows":[…]} with what changed, {"gone":[…]} with what went. False: nothing did. Afterwards it is forgotten. */
bool web_tables_put_changed(struct web_tables *tables, enum changes_kind kind, struct evbuffer *out);
bool web_tables_put_gone(struct web_tables *tables, enum changes_kind kind, struct evbuffer *out);

/* What one has been told of a kind. Starts as { 0 }; its place is ended (rows_end) before its memory goes. */
struct web_told {
    bool is_started, is_live; /* live: it has all, and is to be sent every change */
    struct rows_place place;  /* where it reads, between the two */
};

/* Adds {"whole":true,"end":…,"rows":[…]} with the next of what there was when it started, or {"rows":[…]} with what changed since.
 * Not between a look and what that found. False: nothing, all was told already or is not known yet. */
bool web_tables_put_piece(struct web_tables *tables, enum changes_kind kind, struct web_told *told,
                          struct evbuffer *out);

#endif
