/* SPDX-License-Identifier: Apache-2.0 */
/* The tables of the summary: devices, findings, ports; and how the summary writes prose and moments. Part of the summary. */
#ifndef OUTLET_SUMMARY_TABLES_H
#define OUTLET_SUMMARY_TABLES_H

#include "outlet/summary.h"

/* What one call writes of what to where. */
struct summary_work {
    const struct board *board;
    const struct summary_facts *facts;
    const struct summary_form *form;
    struct writer *writer;
};

/* The devices, those with trouble first, and of these the latest. In JSON all of them, else those that fit on a screen or two. */
void summary_write_devices(const struct summary_work *work);

/* The findings that are open, then those that are over; of each the worst first. */
void summary_write_findings(const struct summary_work *work);

/* The ports that messages came to or connections failed at, in order. */
void summary_write_ports(const struct summary_work *work);

/* Connections that failed, by state; what was opened is no trouble. */
uint64_t summary_failed(const uint64_t connections[static CONNECTION_STATES]);
/* "3 refused, 1 unanswered" */
void summary_put_failed(struct buffer *out, const uint64_t connections[static CONNECTION_STATES]);

/* ---- prose ---- */

/* A text on lines of its own, behind `first` columns that stand there already; on a terminal broken between words, with `indent`
 * blanks before every further line. */
void summary_put_prose(const struct summary_work *work, struct buffer *out, size_t first, size_t indent,
                       const char *text);

/* "2026-02-01 08:09:10", local or UTC; on a terminal of little room "08:09:10" for what is of the summary's own day. */
void summary_put_moment(const struct summary_work *work, struct buffer *out, int64_t micros);

/* "2s", "6m", "3h", "2d" */
void summary_put_age(struct buffer *out, int64_t micros);

/* A line for itself, as a title. */
void summary_write_line(const struct summary_work *work, const char *text);

/* "" or "s" */
const char *summary_plural(uint64_t count);

#endif
