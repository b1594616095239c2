/* SPDX-License-Identifier: Apache-2.0 */
/* The closing summary: counts while events pass, and says at the end what was seen and which findings are left. A sink. */
#ifndef OUTLET_SUMMARY_H
#define OUTLET_SUMMARY_H

#include "outlet/writer.h"
#include "verdict/event.h"

struct summary;

/* NULL when memory is out; summary_free takes NULL. */
struct summary *summary_new(void);
void summary_free(struct summary *summary);

struct sink summary_sink(struct summary *summary);

/* What was lost on the way, each with its name; ended by one without a name. Zero counts are left out of the text. */
struct loss {
    const char *name;
    uint64_t count;
};

/* Writes it: `time` in microseconds; packets 0 where there are none (listen). */
void summary_write(const struct summary *summary, struct writer *writer, bool json, int64_t time,
                   uint64_t packets, const struct loss *losses);

#endif
