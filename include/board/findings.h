/* SPDX-License-Identifier: Apache-2.0 */
/* The board's findings: those that are open, and those that are past, with what was said of them. Part of the board. */
#ifndef BOARD_FINDINGS_H
#define BOARD_FINDINGS_H

#include "base/table.h"
#include "verdict/event.h"

/* One matter of one device or address at one port, however often it was raised. */
struct board_finding {
    uint64_t number;            /* its own for the whole run, from 1 in order of coming */
    struct finding_event event; /* as it was last raised; its texts are the board's */
    bool is_open;
    int64_t first;   /* when it first held */
    int64_t last;    /* when it was last known to hold */
    unsigned times;  /* how often it was raised */
    const char *why; /* why it is past; "" while it is open */
};

struct board_findings;

/* At most `capacity` open ones, and as many past ones. NULL when memory is out; board_findings_free takes NULL. */
struct board_findings *board_findings_new(size_t capacity);
void board_findings_free(struct board_findings *findings);

/* It was raised or cleared; or it was confirmed. */
void board_findings_take(struct board_findings *findings, const struct finding_event *event);
void board_findings_confirm(struct board_findings *findings, const struct finding_event *event);

/* The open ones or the past ones, in order of raising or ending: start with NULL, ends with NULL. */
const struct board_finding *board_findings_next(const struct board_findings *findings, bool is_open,
                                                const struct board_finding *after);
size_t board_findings_count(const struct board_findings *findings, bool is_open);

/* The same over a longer time, see board/board.h. */
void board_findings_walk(const struct board_findings *findings, bool is_open, struct table_walk *walk);

/* How many open ones there are of each code, and of each severity: of all, of one device or address, at one port. */
struct board_open {
    uint32_t codes[FINDING_CODES];
    uint32_t severities[SEVERITY_PROBLEM + 1];
};
const struct board_open *board_findings_open(const struct board_findings *findings);
/* NULL: none. device: "" for what is about the address itself. Valid until the next event. */
const struct board_open *board_findings_about(const struct board_findings *findings, const char *device,
                                              const struct endpoint *peer);
const struct board_open *board_findings_at(const struct board_findings *findings,
                                           const struct service *service);

/* Forgotten because of the caps. */
uint64_t board_findings_lost(const struct board_findings *findings, bool is_open);

#endif
