/* SPDX-License-Identifier: Apache-2.0 */
/* The answers of a running hexwatch as text for people. Used by the commands that ask. */
#ifndef COMMAND_ASK_TEXT_H
#define COMMAND_ASK_TEXT_H

#include "base/cursor.h"
#include "base/portset.h"
#include "outlet/grid.h"

struct ask_findings;

/* What is gathered of an answer until it is printed. */
struct ask_text {
    bool is_coloured;
    bool is_chosen;       /* not all was asked for */
    int64_t now;          /* µs since 1970 */
    struct grid *grid;    /* owned */
    size_t states[4];     /* how many rows are ok, waiting, problem, unknown */
    struct portset quiet; /* ports that are listened on or watched, and nothing came */
    bool is_listening;
    struct ask_findings *findings; /* owned */
};

/* Frees what was gathered. */
void ask_text_clear(struct ask_text *text);

/* Each takes a record, and one prints what was gathered. False: memory is out. */
MUST_CHECK bool ask_text_status(struct ask_text *text, struct cursor record);
MUST_CHECK bool ask_text_device(struct ask_text *text, struct cursor record);
MUST_CHECK bool ask_text_port(struct ask_text *text, struct cursor record);
MUST_CHECK bool ask_text_finding(struct ask_text *text, struct cursor record);
void ask_text_end_devices(struct ask_text *text);
void ask_text_end_ports(struct ask_text *text);
void ask_text_end_findings(struct ask_text *text);

/* A paragraph behind its first word, in lines broken at 80 columns: `used` columns of the first one are written already, and the
 * text begins in the column `indent`. */
void ask_text_wrapped(size_t used, size_t indent, const char *first, const char *text);

#endif
